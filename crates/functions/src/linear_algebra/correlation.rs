//! `ListCorrelate` and `ListConvolve`: sums of products with a kernel that moves along a list.

use crate::arrays::by_parts::by_components;
use crate::arrays::dimension::{self, integer};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use super::explicit::{Elements, Explicit};
use crate::arithmetic::{product, sum};

const MOVING: Function = Function {
    arguments: Some((2, 4)),
    arrays: ArrayPositions::At(&[1, 2]),
    messages: &[
        ("kldims", "The kernel `1` and list `2` are not both non-empty lists with the same rank."),
        ("ohp", "`1` is not an integer or a pair of integers that stand for places in the kernel."),
    ],
    ..Function::NEW
};

/// Correlations.
pub(super) const LIST_CORRELATE: Function = Function {
    name: "ListCorrelate",
    usage: "ListCorrelate[kernel, list] gives the sums of products of the kernel with the parts of list that it covers as it \
            moves along. ListCorrelate[kernel, list, {kL, kR}] lets the first element of list meet element kL of the \
            kernel in the first sum, and the last one element kR in the last, the list being continued cyclically, and \
            ListCorrelate[kernel, list, {kL, kR}, p] continues it with p. Arrays of any rank are correlated along all levels.",
    evaluate: Some(|session, call| moving(session, call, Direction::Forward)),
    on_arrays: Some(|session, call| of_arrays(session, call, Direction::Forward)),
    examples: &[
        ("ListCorrelate[{x, y}, {a, b, c}]", "{a x + b y, b x + c y}"),
        ("ListCorrelate[{x, y}, {a, b, c}, 1]", "{a x + b y, b x + c y, c x + a y}"),
        ("ListCorrelate[{{1, 1}, {1, 1}}, {{a, b}, {c, d}}]", "{{a + b + c + d}}"),
        ("ListCorrelate[VectorSymbol[\"k\", 2], VectorSymbol[\"v\", n]]", "ArrayWindow[v, {2}, {1}, {1}, {1}] . k"),
    ],
    ..MOVING
};

/// Convolutions.
pub(super) const LIST_CONVOLVE: Function = Function {
    name: "ListConvolve",
    usage: "ListConvolve[kernel, list] is ListCorrelate with the kernel reversed: the sums of products of the elements of \
            list with those of the kernel in reverse order. Further arguments are as for ListCorrelate.",
    evaluate: Some(|session, call| moving(session, call, Direction::Backward)),
    on_arrays: Some(|session, call| of_arrays(session, call, Direction::Backward)),
    examples: &[
        ("ListConvolve[{x, y}, {a, b, c}]", "{b x + a y, c x + b y}"),
        ("ListConvolve[{1, 2}, {1, 0, 0}, {1, -1}, 0]", "{1, 2, 0, 0}"),
    ],
    ..MOVING
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// One level: its sizes, and which elements meet.
struct Axis {
    kernel: usize,
    list: usize,
    /// The place of the kernel, counted from 1, that meets the first element in the first sum.
    left: i64,
    results: usize,
}

/// With arrays that are no lists: the windows of the list, times the kernel. The kernel must have known sizes.
fn of_arrays(session: &mut Session, call: &Expr, direction: Direction) -> Eval {
    let args = call.args();
    let (kernel, list) = (dimension::of(session, &args[0])?, dimension::of(session, &args[1])?);
    let rank = kernel.len();
    let Some(sizes) = dimension::known(&kernel) else { return Ok(None) };
    if rank == 0 || list.len() != rank || sizes.contains(&0) {
        session.message_of(call.head(), "kldims", &[args[0].clone(), args[1].clone()]);
        return Ok(None);
    }
    let filling = args.get(3).cloned().unwrap_or_else(|| Expr::string("Periodic"));
    let mut amounts = Vec::with_capacity(rank);
    for (level, (&size, length)) in sizes.iter().zip(&list).enumerate() {
        let size = size as i64;
        let ends = match args.get(2) {
            None => Some((1, size)),
            Some(ends) => alignment(ends, level, size, direction),
        };
        let Some((left, right)) = ends else {
            session.message_of(call.head(), "ohp", &[args[2].clone()]);
            return Ok(None);
        };
        let (before, after) = (left - 1, size - right);
        // No sums at all, or elements for a margin that are no single one.
        let few = length.as_i64().is_some_and(|length| length == 0 || length + before + after < size);
        if few || filling.is_list() && before + after > 0 {
            return by_components(session, call);
        }
        amounts.push(Expr::list([Expr::integer(before), Expr::integer(after)]));
    }
    let padded = session.evaluate_call(Sym::ArrayPad, [args[1].clone(), Expr::list(amounts), filling])?;
    let levels = |levels: std::ops::Range<usize>| Expr::list(levels.map(|level| integer(level + 1)));
    let windows = [padded, Expr::list(kernel.iter().cloned()), Expr::integer(1), Expr::integer(1), levels(0..rank)];
    let windows = session.evaluate_call(Sym::ArrayWindow, windows)?;
    let weights = match direction {
        Direction::Forward => args[0].clone(),
        Direction::Backward => session.evaluate_call(Sym::Reverse, [args[0].clone(), levels(0..rank)])?,
    };
    let labels = Expr::list([levels(0..2 * rank), levels(rank..2 * rank)]);
    let rule = Expr::rule(labels, levels(0..rank));
    session.evaluate_call(Sym::ArrayContract, [Expr::list([windows, weights]), rule]).map(Some)
}

fn moving(session: &mut Session, call: &Expr, direction: Direction) -> Eval {
    let args = call.args();
    let (Some(kernel), Some(list)) = (Explicit::of(session, &args[0])?, Explicit::of(session, &args[1])?) else {
        return Ok(None);
    };
    let fits = kernel.dimensions.len() == list.dimensions.len() && kernel.elements.len() * list.elements.len() > 0;
    if !fits {
        session.message_of(call.head(), "kldims", &[args[0].clone(), args[1].clone()]);
        return Ok(None);
    }
    let mut axes = Vec::with_capacity(kernel.dimensions.len());
    for (level, (&k, &n)) in kernel.dimensions.iter().zip(&list.dimensions).enumerate() {
        let ends = match args.get(2) {
            None => Some((1, k as i64)),
            Some(ends) => alignment(ends, level, k as i64, direction),
        };
        let Some((left, right)) = ends else {
            session.message_of(call.head(), "ohp", &[args[2].clone()]);
            return Ok(None);
        };
        let results = usize::try_from(n as i64 - right + left).unwrap_or(0);
        axes.push(Axis { kernel: k, list: n, left, results });
    }
    let mut weights = kernel.elements.into_expressions();
    if direction == Direction::Backward {
        weights.reverse();
    }
    let padding = args.get(3).cloned();
    let sums = sums(session, &axes, &weights, &list.elements.into_expressions(), padding.as_ref())?;
    let dimensions = axes.iter().map(|axis| axis.results).collect();
    Ok(Some(Explicit { dimensions, elements: Elements::Expressions(sums) }.into_expr()))
}

/// The places of the kernel that meet the first and the last element, in the order of correlation.
fn alignment(ends: &Expr, level: usize, size: i64, direction: Direction) -> Option<(i64, i64)> {
    let place = |e: &Expr| {
        let e = if e.is_list() { e.args().get(level)?.clone() } else { e.clone() };
        let n = e.as_i64()?;
        let n = if n < 0 { size + 1 + n } else { n };
        (1..=size).contains(&n).then_some(if direction == Direction::Backward { size + 1 - n } else { n })
    };
    if !ends.is_list() {
        return place(ends).map(|n| (n, n));
    }
    match ends.args().as_ref() {
        [left, right] => Some((place(left)?, place(right)?)),
        _ => None,
    }
}

fn sums(
    session: &mut Session,
    axes: &[Axis],
    weights: &[Expr],
    elements: &[Expr],
    padding: Option<&Expr>,
) -> Result<Vec<Expr>, Flow> {
    let mut results = Vec::new();
    for place in indices(&axes.iter().map(|axis| axis.results).collect::<Vec<_>>()) {
        session.tick()?;
        let mut terms = Vec::with_capacity(weights.len());
        let offsets = indices(&axes.iter().map(|axis| axis.kernel).collect::<Vec<_>>());
        for (offset, weight) in offsets.into_iter().zip(weights) {
            let mut position = 0;
            let mut inside = true;
            for ((axis, p), r) in axes.iter().zip(&place).zip(&offset) {
                let index = *p as i64 + *r as i64 + 1 - axis.left;
                inside &= (0..axis.list as i64).contains(&index);
                position = position * axis.list + index.rem_euclid(axis.list as i64) as usize;
            }
            let element = match padding {
                Some(padding) if !inside => padding.clone(),
                _ => elements[position].clone(),
            };
            terms.push(product(session, [weight.clone(), element])?);
        }
        results.push(sum(session, terms)?);
    }
    Ok(results)
}

/// All index tuples below the sizes, in row-major order.
fn indices(sizes: &[usize]) -> Vec<Vec<usize>> {
    sizes.iter().fold(vec![Vec::new()], |tuples, &size| {
        tuples.iter().flat_map(|tuple| (0..size).map(move |i| tuple.iter().copied().chain([i]).collect())).collect()
    })
}
