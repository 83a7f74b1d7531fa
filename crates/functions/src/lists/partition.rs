//! `Partition`: a list cut into pieces of one length.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::by_parts::explicit;
use crate::arrays::dimension::{self, integer};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

/// Pieces of one length, which may overlap.
pub(super) const PARTITION: Function = Function {
    name: "Partition",
    usage: "Partition[list, n] cuts list into pieces of length n without overlap and leaves out what remains. \
            Partition[list, n, d] lets pieces begin every d elements. Partition[list, n, d, {kL, kR}] puts the first \
            element at place kL of the first piece and the last at place kR of the last one, the list being continued \
            cyclically; Partition[list, n, d, {kL, kR}, x] continues it with x, or leaves out what is missing where x is \
            {}. Partition[list, UpTo[n]] keeps a shorter last piece. Lists of lengths and offsets cut successive levels.",
    arguments: Some((2, 5)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(partition),
    messages: &[
        NORMAL_MESSAGE,
        ("pdep", "Depth `1` requested in object with dimensions `2`."),
        ("ilsmp", "A positive integer or a list of positive integers is expected at position `1` in `2`."),
        (
            "align",
            "The alignment specification `1` is not an integer or a pair of integers that stand for places in a piece.",
        ),
    ],
    on_arrays: Some(of_array),
    examples: &[
        ("Partition[{a, b, c, d, e}, 2]", "{{a, b}, {c, d}}"),
        ("Partition[{a, b, c, d}, 2, 1]", "{{a, b}, {b, c}, {c, d}}"),
        ("Partition[{a, b, c, d, e}, UpTo[2]]", "{{a, b}, {c, d}, {e}}"),
        ("Partition[{a, b, c}, 2, 1, {1, 1}]", "{{a, b}, {b, c}, {c, a}}"),
        ("Partition[{a, b, c}, 2, 2, {1, 1}, x]", "{{a, b}, {c, x}}"),
        ("Partition[{{a, b}, {c, d}}, {2, 1}]", "{{{{a}, {c}}, {{b}, {d}}}}"),
        ("Dimensions[Partition[VectorSymbol[\"v\", n], 3, 1]]", "{-2 + n, 3}"),
    ],
    ..Function::NEW
};

/// How one level is cut.
struct Cut {
    size: usize,
    offset: usize,
    /// The place of the first element in the first piece and of the last one in the last, counted
    /// from 1.
    alignment: (i64, i64),
    padding: Padding,
}

enum Padding {
    Cyclic,
    With(Vec<Expr>),
    /// Pieces are cut short.
    Missing,
}

/// Pieces of an array are windows of it, padded where pieces begin before it or end behind it.
fn of_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(cuts) = cuts(session, call) else { return Ok(None) };
    match windows(session, &call.arg(0), &cuts)? {
        Some(windows) => Ok(Some(windows)),
        None => match explicit(session, &call.arg(0), cuts.len())? {
            Some(list) => of_list(session, call, &list, &cuts),
            None => Ok(None),
        },
    }
}

/// The pieces as windows; `None` where they are not all of one size, or there are none, or where what is added to the array is
/// no single element.
fn windows(session: &mut Session, array: &Expr, cuts: &[Cut]) -> Eval {
    let dimensions = dimension::of(session, array)?;
    if dimensions.len() < cuts.len() {
        return Ok(None);
    }
    let mut amounts = Vec::with_capacity(cuts.len());
    let mut filling = Expr::string("Periodic");
    for (cut, length) in cuts.iter().zip(&dimensions) {
        let size = cut.size as i64;
        let (before, after) = (cut.alignment.0 - 1, size - cut.alignment.1);
        match &cut.padding {
            Padding::Missing => return Ok(None),
            Padding::With(x) if x.len() > 1 && before + after > 0 => return Ok(None),
            Padding::With(x) => filling = x[0].clone(),
            Padding::Cyclic => {}
        }
        if length.as_i64().is_some_and(|length| length == 0 || length + before + after < size) {
            return Ok(None);
        }
        amounts.push(Expr::list([Expr::integer(before), Expr::integer(after)]));
    }
    let padded = session.evaluate_call(Sym::ArrayPad, [array.clone(), Expr::list(amounts), filling])?;
    let each = |number: fn(&Cut) -> usize| Expr::list(cuts.iter().map(|cut| integer(number(cut))));
    let levels = Expr::list((1..=cuts.len()).map(integer));
    let parts = [padded, each(|cut| cut.size), each(|cut| cut.offset), each(|_| 1), levels];
    let windows = session.evaluate_call(Sym::ArrayWindow, parts)?;
    let rank = dimensions.len();
    // The levels of the windows come before those that are not cut.
    let order = |level: usize| match level {
        level if level < cuts.len() => level,
        level if level < rank => level + cuts.len(),
        level => level - rank + cuts.len(),
    };
    let places = Expr::list((0..rank + cuts.len()).map(|level| integer(order(level) + 1)));
    session.evaluate_call(Sym::Transpose, [windows, places]).map(Some)
}

fn partition(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let Some(cuts) = cuts(session, call) else { return Ok(None) };
    let Some(list) = explicit(session, &call.arg(0), cuts.len())? else { return Ok(None) };
    of_list(session, call, &list, &cuts)
}

fn of_list(session: &mut Session, call: &Expr, list: &Expr, cuts: &[Cut]) -> Eval {
    let pieces = cut_levels(session, list, cuts)?;
    if pieces.is_none() {
        let dimensions = super::dimension::list_dimensions(list, usize::MAX);
        let dimensions = Expr::list(dimensions.into_iter().map(|n| Expr::integer(n as i64)));
        session.message_of(call.head(), "pdep", &[Expr::integer(cuts.len() as i64), dimensions]);
    }
    Ok(pieces)
}

fn cuts(session: &mut Session, call: &Expr) -> Option<Vec<Cut>> {
    let args = call.args();
    let sizes = if args[1].is_list() { args[1].args().to_vec() } else { vec![args[1].clone()] };
    let mut cuts = Vec::with_capacity(sizes.len());
    for (level, size) in sizes.iter().enumerate() {
        let short = size.has_head(Sym::UpTo) && size.len() == 1;
        let length = if short { size.arg(0).as_usize() } else { size.as_usize() };
        let offset = match args.get(2) {
            None => length,
            Some(all) if all.is_list() => all.args().get(level).and_then(Expr::as_usize),
            Some(d) => d.as_usize(),
        };
        let (Some(length @ 1..), Some(offset @ 1..)) = (length, offset) else {
            let position = if length.is_some_and(|n| n > 0) { 3 } else { 2 };
            session.message_of(call.head(), "ilsmp", &[Expr::integer(position), call.clone()]);
            return None;
        };
        let given = args.get(3).filter(|k| !short && (k.as_i64() != Some(0)));
        let alignment = match given {
            // Pieces cut short begin wherever elements are left.
            None => (1, if short { 1 } else { length as i64 }),
            Some(k) => {
                let Some(alignment) = alignment(k, length as i64) else {
                    session.message_of(call.head(), "align", std::slice::from_ref(k));
                    return None;
                };
                alignment
            }
        };
        let padding = match args.get(4) {
            _ if short => Padding::Missing,
            None => Padding::Cyclic,
            Some(x) if x.is_list() && x.is_empty() => Padding::Missing,
            Some(x) if x.is_list() => Padding::With(x.args().to_vec()),
            Some(x) => Padding::With(vec![x.clone()]),
        };
        cuts.push(Cut { size: length, offset, alignment, padding });
    }
    Some(cuts)
}

fn alignment(k: &Expr, size: i64) -> Option<(i64, i64)> {
    let place = |k: &Expr| match k.as_i64()? {
        n if n > 0 && n <= size => Some(n),
        n if n < 0 && n >= -size => Some(size + 1 + n),
        _ => None,
    };
    if !k.is_list() {
        return place(k).map(|n| (n, n));
    }
    match k.args().as_ref() {
        [left, right] => Some((place(left)?, place(right)?)),
        _ => None,
    }
}

fn cut_levels(session: &mut Session, e: &Expr, cuts: &[Cut]) -> Result<Option<Expr>, Flow> {
    let Some((first, rest)) = cuts.split_first() else { return Ok(Some(e.clone())) };
    if e.is_atom() {
        return Ok(None);
    }
    let pieces = cut(session, e, first)?;
    if rest.is_empty() {
        let pieces = pieces.into_iter().map(|piece| Expr::normal(e.head().clone(), piece));
        return Ok(Some(Expr::normal(e.head().clone(), pieces.collect::<Vec<_>>())));
    }
    // The pieces of each row of a piece are put side by side: {pieces, pieces of rows, rows, ...}.
    let mut blocks = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let mut rows = Vec::with_capacity(piece.len());
        for row in piece {
            let Some(cut_row) = cut_levels(session, &row, rest)? else { return Ok(None) };
            rows.push(cut_row);
        }
        blocks.push(bring_rows_inside(&rows, rest.len()));
    }
    Ok(Some(Expr::list(blocks)))
}

/// The level of the rows goes below `depth` levels of blocks.
fn bring_rows_inside(rows: &[Expr], depth: usize) -> Expr {
    if depth == 0 {
        return Expr::list(rows.iter().cloned());
    }
    let count = rows.iter().map(Expr::len).min().unwrap_or(0);
    let blocks = (0..count).map(|i| {
        let parts: Vec<Expr> = rows.iter().map(|row| row.arg(i)).collect();
        bring_rows_inside(&parts, depth - 1)
    });
    Expr::list(blocks.collect::<Vec<_>>())
}

fn cut(session: &mut Session, e: &Expr, cut: &Cut) -> Result<Vec<Vec<Expr>>, Flow> {
    let items = e.args();
    let length = items.len() as i64;
    let first = 1 - (cut.alignment.0 - 1);
    let last = length - (cut.alignment.1 - 1);
    let mut pieces = Vec::new();
    let mut start = first;
    while start <= last && length > 0 {
        session.tick()?;
        let mut piece = Vec::with_capacity(cut.size);
        for place in start..start + cut.size as i64 {
            if (1..=length).contains(&place) {
                piece.push(items[place as usize - 1].clone());
                continue;
            }
            match &cut.padding {
                Padding::Cyclic => piece.push(items[(place - 1).rem_euclid(length) as usize].clone()),
                Padding::With(x) => piece.push(x[(place - 1).rem_euclid(x.len() as i64) as usize].clone()),
                Padding::Missing => {}
            }
        }
        pieces.push(piece);
        start += cut.offset as i64;
    }
    Ok(pieces)
}
