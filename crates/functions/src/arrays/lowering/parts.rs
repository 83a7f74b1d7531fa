//! Functions that take parts, in programs.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::{array_dimensions, slice_axis};
use crate::arrays::dimension::{self, integer};
use crate::arrays::levels;

/// What an index or a span of positions means along an axis.
enum Range {
    All,
    One(Expr),
    /// A position at a distance from an end whose own position is no integer.
    Before(Expr),
    Span {
        start: Expr,
        size: Expr,
        step: usize,
        reversed: bool,
    },
    List(Expr),
}

/// `Part[a, i, ...]`.
pub(crate) fn lower_part(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some((array, indices)) = args.split_first() else { return Ok(None) };
    parts(session, array, indices)
}

/// `Indexed[a, {i, ...}]`, `Indexed[a, i]`.
pub(crate) fn lower_indexed(session: &mut Session, call: &Expr) -> Eval {
    match call.arg(1).args_of(Sym::List) {
        Some(indices) => parts(session, &call.arg(0), &indices),
        None => parts(session, &call.arg(0), &[call.arg(1)]),
    }
}

fn parts(session: &mut Session, array: &Expr, indices: &[Expr]) -> Eval {
    if indices.iter().all(|index| index.as_i64().is_some()) {
        return Ok(Some(Expr::call(Sym::ProgramItem, [array.clone()].into_iter().chain(indices.iter().cloned()))));
    }
    let dimensions = dimension::of(session, array)?;
    if indices.len() > dimensions.len() {
        return Ok(None);
    }
    let mut ranges = Vec::with_capacity(indices.len());
    for (index, length) in indices.iter().zip(&dimensions) {
        match range(session, index, length)? {
            Some(range) => ranges.push(range),
            None => return Ok(None),
        }
    }
    take(array, &dimensions, ranges).map_or(Ok(None), |taken| Ok(Some(taken)))
}

/// What an index means along an axis of some length.
fn range(session: &mut Session, index: &Expr, length: &Expr) -> Result<Option<Range>, Flow> {
    if index.is(Sym::All) {
        return Ok(Some(Range::All));
    }
    if let Some(items) = index.args_of(Sym::List) {
        let mut positions = Vec::with_capacity(items.len());
        for item in items.iter() {
            positions.push(from_start(session, item, length)?);
        }
        return Ok(Some(Range::List(Expr::list(positions))));
    }
    if let Some(span) = index.args_of(Sym::Span) {
        return self::span(session, &span, length);
    }
    let before_end = dimension::subtract(session, index, length)?;
    Ok(Some(match before_end.as_i64() {
        Some(_) if length.as_i64().is_none() => Range::Before(index.clone()),
        _ => Range::One(index.clone()),
    }))
}

/// A position counted from the start.
fn from_start(session: &mut Session, position: &Expr, length: &Expr) -> Result<Expr, Flow> {
    match position.as_i64() {
        Some(n) if n < 0 => dimension::add(session, length, &Expr::integer(n + 1)),
        _ => Ok(position.clone()),
    }
}

/// `i ;; j ;; k`.
fn span(session: &mut Session, span: &[Expr], length: &Expr) -> Result<Option<Range>, Flow> {
    let step = span.get(2).map_or(Some(1), Expr::as_i64).filter(|&step| step != 0);
    let (Some(step), Some(first)) = (step, span.first()) else { return Ok(None) };
    let end = span.get(1).cloned().unwrap_or_else(|| Sym::All.into());
    let whole = |e: &Expr, otherwise: Expr| if e.is(Sym::All) { otherwise } else { e.clone() };
    let (low, high) = if step > 0 { (integer(1), length.clone()) } else { (length.clone(), integer(1)) };
    let first = from_start(session, &whole(first, low), length)?;
    let last = from_start(session, &whole(&end, high), length)?;
    let distance = if step > 0 {
        dimension::subtract(session, &last, &first)?
    } else {
        dimension::subtract(session, &first, &last)?
    };
    let Ok(step_size) = usize::try_from(step.unsigned_abs()) else { return Ok(None) };
    let gaps = dimension::quotient(session, &distance, step_size)?;
    let size = dimension::add(session, &gaps, &Expr::integer(1))?;
    let start = if step > 0 {
        first
    } else {
        let reach = dimension::multiply(session, &gaps, &Expr::integer(step))?;
        dimension::add(session, &first, &reach)?
    };
    Ok(Some(Range::Span { start, size, step: step_size, reversed: step < 0 }))
}

/// Slices for positions and spans, gathers for lists, and levels of single positions taken out.
fn take(array: &Expr, dimensions: &[Expr], ranges: Vec<Range>) -> Option<Expr> {
    let mut starts = Vec::new();
    let mut sizes: Vec<Expr> = Vec::new();
    let mut steps = Vec::new();
    let mut reversed = Vec::new();
    let mut lists = Vec::new();
    let mut kept: Vec<Option<Expr>> = dimensions.iter().cloned().map(Some).collect();
    for (axis, range) in ranges.into_iter().enumerate() {
        let (start, size, step) = match range {
            Range::All => (integer(1), dimensions[axis].clone(), 1),
            Range::Before(position) => {
                kept[axis] = None;
                (position, integer(1), 1)
            }
            Range::One(position) if position.as_i64().is_some() => {
                kept[axis] = None;
                (position, integer(1), 1)
            }
            Range::One(position) => {
                kept[axis] = None;
                lists.push((axis, Expr::list([position])));
                (integer(1), dimensions[axis].clone(), 1)
            }
            Range::List(positions) => {
                kept[axis] = Some(integer(positions.len()));
                lists.push((axis, positions));
                (integer(1), dimensions[axis].clone(), 1)
            }
            Range::Span { start, size, step, reversed: backward } => {
                kept[axis] = Some(size.clone());
                if backward {
                    reversed.push(axis);
                }
                (start, size, step)
            }
        };
        starts.push(start);
        sizes.push(size);
        steps.push(integer(step));
    }
    let mut taken =
        Expr::call(Sym::ProgramSlice, [array.clone(), Expr::list(starts), Expr::list(sizes), Expr::list(steps)]);
    if !reversed.is_empty() {
        taken = Expr::call(Sym::ProgramReverse, [taken, levels::list(&reversed)]);
    }
    for (axis, positions) in lists {
        taken = Expr::call(Sym::ProgramGather, [taken, positions, integer(axis + 1)]);
    }
    if kept.iter().all(Option::is_some) {
        return Some(taken);
    }
    Some(Expr::call(Sym::ProgramReshape, [taken, Expr::list(kept.into_iter().flatten())]))
}

/// `First[a]` and `Last[a]`.
pub(crate) fn lower_end(_: &mut Session, call: &Expr) -> Eval {
    let position = if call.has_head(Sym::First) { 1 } else { -1 };
    Ok(Some(Expr::call(Sym::ProgramItem, [call.arg(0), Expr::integer(position)])))
}

/// `Rest[a]` and `Most[a]`.
pub(crate) fn lower_without_end(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let size = dimension::add(session, &dimensions[0], &Expr::integer(-1))?;
    let start = integer(if call.has_head(Sym::Rest) { 2 } else { 1 });
    Ok(Some(slice_axis(call.arg(0), 0, start, size)))
}

/// `Take[a, spec, ...]`.
pub(crate) fn lower_take(session: &mut Session, call: &Expr) -> Eval {
    taken(session, call, |session, spec, length| {
        let one = integer(1);
        if spec.is(Sym::All) {
            return Ok(Some(Range::All));
        }
        if let Some(items) = spec.args_of(Sym::List) {
            let items =
                if items.len() == 1 { [items[0].clone(), items[0].clone()].to_vec() } else { items.into_owned() };
            return span(session, &items, length);
        }
        match spec.as_i64() {
            Some(n) if n < 0 => {
                Ok(Some(Range::Span { start: spec.clone(), size: Expr::integer(-n), step: 1, reversed: false }))
            }
            _ => Ok(Some(Range::Span { start: one, size: spec.clone(), step: 1, reversed: false })),
        }
    })
}

/// `Drop[a, spec, ...]`.
pub(crate) fn lower_drop(session: &mut Session, call: &Expr) -> Eval {
    taken(session, call, |session, spec, length| {
        if spec.is(Sym::None) {
            return Ok(Some(Range::All));
        }
        if let Some(items) = spec.args_of(Sym::List) {
            return without(session, &items, length);
        }
        let Some(n) = spec.as_i64() else { return Ok(None) };
        let size = dimension::add(session, length, &Expr::integer(-n.abs()))?;
        let start = Expr::integer(if n < 0 { 1 } else { n + 1 });
        Ok(Some(Range::Span { start, size, step: 1, reversed: false }))
    })
}

/// The positions that `{n}`, `{m, n}` or `{m, n, s}` leaves of a known length.
fn without(session: &mut Session, items: &[Expr], length: &Expr) -> Result<Option<Range>, Flow> {
    let Some(length) = length.as_i64() else { return Ok(None) };
    let mut dropped = Vec::with_capacity(3);
    for item in items {
        let Some(position) = from_start(session, item, &Expr::integer(length))?.as_i64() else { return Ok(None) };
        dropped.push(position);
    }
    let (first, last, step) = match dropped[..] {
        [place] => (place, place, 1),
        [first, last] => (first, last, 1),
        // A step is no position, and is counted as it is.
        [first, last, _] => match items[2].as_i64() {
            Some(step) if step > 0 => (first, last, step),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let is_left = |place: &i64| !((first..=last).contains(place) && (place - first) % step == 0);
    Ok(Some(Range::List(Expr::list((1..=length).filter(is_left).map(Expr::integer)))))
}

fn taken(
    session: &mut Session,
    call: &Expr,
    range_of: impl Fn(&mut Session, &Expr, &Expr) -> Result<Option<Range>, Flow>,
) -> Eval {
    let args = call.args();
    let dimensions = dimension::of(session, &args[0])?;
    if args.len() - 1 > dimensions.len() {
        return Ok(None);
    }
    let mut ranges = Vec::with_capacity(args.len() - 1);
    for (spec, length) in args[1..].iter().zip(&dimensions) {
        match range_of(session, spec, length)? {
            Some(range) => ranges.push(range),
            None => return Ok(None),
        }
    }
    Ok(take(&args[0], &dimensions, ranges))
}

/// `Ordering[v]`, `Ordering[v, n]`, as `ArrayOrdering` along the first level.
pub(crate) fn lower_ordering(_: &mut Session, call: &Expr) -> Eval {
    let count = call.args().get(1).cloned().unwrap_or_else(|| Sym::All.into());
    Ok(Some(Expr::call(Sym::ArrayOrdering, [call.arg(0), count, integer(1)])))
}

/// `Sort[v]` of a vector of numbers: gathered in order.
pub(crate) fn lower_sort(session: &mut Session, call: &Expr) -> Eval {
    if call.len() != 1 || dimension::of(session, &call.arg(0))?.len() != 1 {
        return Ok(None);
    }
    let order = Expr::call(Sym::ProgramOrder, [call.arg(0), integer(1)]);
    Ok(Some(Expr::call(Sym::ProgramGather, [call.arg(0), order, integer(1)])))
}
