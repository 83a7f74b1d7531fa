//! `PadLeft` and `PadRight`: lists brought to a length.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::by_parts::{by_components, explicit};
use crate::arrays::dimension::{self, Dims};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

const SIZE_MESSAGE: (&str, &str) =
    ("size", "Automatic, an integer or a list of integers is expected as the length at position 2 in `1`.");

const PADDING: Function = Function {
    arguments: Some((1, 4)),
    arrays: ArrayPositions::At(&[1]),
    messages: &[NORMAL_MESSAGE, SIZE_MESSAGE],
    ..Function::NEW
};

/// Elements added on the left.
pub(super) const PAD_LEFT: Function = Function {
    name: "PadLeft",
    usage: "PadLeft[list, n] makes a list of length n by adding zeros on the left of list, or dropping elements there. \
            PadLeft[list, n, x] adds x, PadLeft[list, n, {x1, x2, ...}] adds the xi cyclically, and \
            PadLeft[list, n, x, m] leaves a margin of m on the right. PadLeft[list, {n1, n2, ...}] pads nested lists, and \
            PadLeft[list] makes a ragged list rectangular.",
    evaluate: Some(|session, call| pad(session, call, Side::Left)),
    on_arrays: Some(|session, call| pad_array(session, call, Side::Left)),
    examples: &[
        ("PadLeft[{a, b}, 4]", "{0, 0, a, b}"),
        ("PadLeft[{a, b, c}, 2]", "{b, c}"),
        ("PadLeft[{a, b, c}, 7, {x, y, z}]", "{z, x, y, z, a, b, c}"),
        ("PadLeft[{{a}, {b, c}}]", "{{0, a}, {b, c}}"),
    ],
    ..PADDING
};

/// Elements added on the right.
pub(super) const PAD_RIGHT: Function = Function {
    name: "PadRight",
    usage: "PadRight[list, n] makes a list of length n by adding zeros on the right of list, or dropping elements there. \
            PadRight[list, n, x] adds x, PadRight[list, n, {x1, x2, ...}] adds the xi cyclically, and \
            PadRight[list, n, x, m] leaves a margin of m on the left. PadRight[list, {n1, n2, ...}] pads nested lists, \
            and PadRight[list] makes a ragged list rectangular.",
    evaluate: Some(|session, call| pad(session, call, Side::Right)),
    on_arrays: Some(|session, call| pad_array(session, call, Side::Right)),
    examples: &[
        ("PadRight[{a, b}, 4]", "{a, b, 0, 0}"),
        ("PadRight[{a, b, c}, 5, {x, y}]", "{a, b, c, y, x}"),
        ("PadRight[{a, b}, 5, x, 1]", "{x, a, b, x, x}"),
        ("PadRight[{{a}, {b, c}}, {3, 2}]", "{{a, 0}, {b, c}, {0, 0}}"),
    ],
    ..PADDING
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// What one level is padded to.
#[derive(Clone, Copy)]
struct Level {
    length: usize,
    margin: i64,
    side: Side,
}

/// An array that is no list, padded by a single element: what is added before and after at each level, or taken away.
fn pad_array(session: &mut Session, call: &Expr, side: Side) -> Eval {
    let args = call.args();
    let dimensions = dimension::of(session, &args[0])?;
    let sizes: Option<Dims> = match args.get(1) {
        None => Some(dimensions.clone()),
        Some(n) if n.is(Sym::Automatic) => Some(dimensions.clone()),
        Some(n) if n.is_list() => {
            let size = |(i, n): (usize, &Expr)| if n.is(Sym::Automatic) { dimensions.get(i) } else { Some(n) }.cloned();
            n.args().iter().enumerate().map(size).collect()
        }
        Some(n) => Some(Dims::from_iter([n.clone()])),
    };
    let filling = args.get(2).cloned().unwrap_or_else(|| Expr::integer(0));
    let Some(sizes) = sizes.filter(|sizes| sizes.len() <= dimensions.len()) else {
        return by_components(session, call);
    };
    if args.len() > 3 || filling.is_list() || session.shape_of(&filling)?.is_array() {
        return by_components(session, call);
    }
    let mut amounts = Vec::with_capacity(sizes.len());
    for (size, length) in sizes.iter().zip(&dimensions) {
        let turned = size.as_i64().is_some_and(|size| size < 0);
        let size = size.as_i64().map_or_else(|| size.clone(), |size| Expr::integer(size.saturating_abs()));
        let missing = dimension::subtract(session, &size, length)?;
        let both = [Expr::integer(0), missing];
        let after = (side == Side::Right) != turned;
        amounts.push(Expr::list(if after {
            both
        } else {
            let [zero, missing] = both;
            [missing, zero]
        }));
    }
    session.evaluate_call(Sym::ArrayPad, [args[0].clone(), Expr::list(amounts), filling]).map(Some)
}

fn pad(session: &mut Session, call: &Expr, side: Side) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let levels = args.get(1).map_or(usize::MAX, |sizes| if sizes.is_list() { sizes.len() } else { 1 });
    let Some(e) = &explicit(session, &args[0], levels)? else { return Ok(None) };
    let sizes: Option<Vec<i64>> = match args.get(1) {
        None => Some(greatest_lengths(e)),
        Some(n) if n.is(Sym::Automatic) => Some(greatest_lengths(e)),
        Some(n) if n.is_list() => {
            let largest = greatest_lengths(e);
            let size = |(i, n): (usize, &Expr)| {
                if n.is(Sym::Automatic) { largest.get(i).copied() } else { n.as_i64() }
            };
            n.args().iter().enumerate().map(size).collect()
        }
        Some(n) => n.as_i64().map(|n| vec![n]),
    };
    let Some(sizes) = sizes.filter(|sizes| sizes.iter().all(|n| n.unsigned_abs() < 1 << 32)) else {
        session.message_of(call.head(), "size", std::slice::from_ref(call));
        return Ok(None);
    };
    let margins: Vec<i64> = match args.get(3) {
        None => Vec::new(),
        Some(m) if m.is_list() => m.args().iter().filter_map(Expr::as_i64).collect(),
        Some(m) => vec![m.as_i64().unwrap_or(0); sizes.len()],
    };
    let levels: Vec<Level> = sizes
        .iter()
        .enumerate()
        .map(|(i, &n)| {
            let side = if (n < 0) == (side == Side::Left) { Side::Right } else { Side::Left };
            Level { length: n.unsigned_abs() as usize, margin: margins.get(i).copied().unwrap_or(0), side }
        })
        .collect();
    let filling = args.get(2).cloned().unwrap_or_else(|| Expr::integer(0));
    padded(session, Some(e), &levels, &filling, e.head()).map(Some)
}

/// The greatest length of lists at each level down to the first that holds something else.
fn greatest_lengths(e: &Expr) -> Vec<i64> {
    let mut lengths = Vec::new();
    let mut lists = vec![e.clone()];
    while !lists.is_empty() {
        lengths.push(lists.iter().map(Expr::len).max().unwrap_or(0) as i64);
        let below: Vec<Expr> = lists.iter().flat_map(|list| list.args().into_owned()).collect();
        if below.is_empty() || below.iter().any(|part| part.is_atom() || part.head() != e.head()) {
            break;
        }
        lists = below;
    }
    lengths
}

/// A list, or nothing at all, brought to the lengths of the levels. The filling is a value for all
/// places, or a list that is continued cyclically at each level.
fn padded(
    session: &mut Session,
    e: Option<&Expr>,
    levels: &[Level],
    filling: &Expr,
    head: &Expr,
) -> Result<Expr, Flow> {
    let Some((level, rest)) = levels.split_first() else {
        return Ok(e.cloned().unwrap_or_else(|| filling.clone()));
    };
    let items = match e {
        Some(e) if e.is_normal() && e.head() == head => e.args().to_vec(),
        Some(other) => return Ok(other.clone()),
        None => Vec::new(),
    };
    let count = items.len() as i64;
    let length = level.length as i64;
    // Place 0 of the result holds item `first`, which may be a place beside the list.
    let first = match level.side {
        Side::Right => -level.margin,
        Side::Left => count - length + level.margin,
    };
    let fillings = if filling.is_list() { filling.args().to_vec() } else { Vec::new() };
    let mut result = Vec::with_capacity(level.length);
    for place in 0..length {
        session.tick()?;
        let index = first + place;
        let item = usize::try_from(index).ok().and_then(|i| items.get(i));
        let cyclic = match level.side {
            Side::Right => index,
            Side::Left => index - count,
        };
        let value = match fillings.len() {
            0 => filling,
            n => &fillings[cyclic.rem_euclid(n as i64) as usize],
        };
        let part = match item {
            Some(item) if rest.is_empty() => item.clone(),
            None if rest.is_empty() => value.clone(),
            item => {
                let below = if filling.is_list() && value.is_list() { value } else { filling };
                padded(session, item, rest, below, head)?
            }
        };
        result.push(part);
    }
    Ok(Expr::normal(head.clone(), result))
}
