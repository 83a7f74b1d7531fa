//! `Sort`, `SortBy`, `ReverseSort`, `Ordering`, `OrderedQ`, `Order`: arranging elements.

use std::cmp::Ordering;

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::lowering::{lower_ordering, lower_sort};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym, compare};

use super::elements::{elements, select_arguments};
use super::unknown::{any_unknown, decided_indices, order_of, positions_in_order};
use crate::arrays::differentials::full;
use crate::functional::operator_forms::operand_first;

/// An order of elements, decided by the session: `Less` puts the first before the second.
pub(crate) type Comparison<'a> = &'a mut dyn FnMut(&mut Session, &Expr, &Expr) -> Result<Ordering, Flow>;

/// The indices of elements in order; elements that compare equal keep theirs.
///
/// # Errors
/// Whatever leaves the comparison.
pub(crate) fn sorted_indices(session: &mut Session, items: &[Expr], order: Comparison<'_>) -> Result<Vec<usize>, Flow> {
    let mut indices: Vec<usize> = (0..items.len()).collect();
    let mut merged = indices.clone();
    // A look at the limits costs more than most comparisons.
    const PATIENCE: usize = 64;
    let mut compared = 0usize;
    let mut width = 1;
    while width < items.len() {
        for start in (0..items.len()).step_by(2 * width) {
            let middle = (start + width).min(items.len());
            let end = (start + 2 * width).min(items.len());
            let (mut left, mut right) = (start, middle);
            for slot in &mut merged[start..end] {
                let takes_left = right == end
                    || left < middle && {
                        compared += 1;
                        if compared.is_multiple_of(PATIENCE) {
                            session.tick()?;
                        }
                        order(session, &items[indices[left]], &items[indices[right]])?.is_le()
                    };
                let next = if takes_left { &mut left } else { &mut right };
                *slot = indices[*next];
                *next += 1;
            }
        }
        std::mem::swap(&mut indices, &mut merged);
        width *= 2;
    }
    Ok(indices)
}

/// The indices of elements in canonical order.
pub(crate) fn canonical_indices(session: &mut Session, items: &[Expr]) -> Result<Vec<usize>, Flow> {
    let mut indices: Vec<usize> = (0..items.len()).collect();
    if let Some(numbers) = items.iter().map(Expr::as_real).collect::<Option<Vec<f64>>>() {
        indices.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
        return Ok(indices);
    }
    if let Some(numbers) = items.iter().map(Expr::as_i64).collect::<Option<Vec<i64>>>() {
        indices.sort_by_key(|&i| numbers[i]);
        return Ok(indices);
    }
    sorted_indices(session, items, &mut |_, a, b| Ok(compare(a, b)))
}

/// The order that an ordering function given by the user decides: `True` and 1 keep two elements,
/// `False` and -1 exchange them, anything else leaves them.
pub(crate) fn decided_order(session: &mut Session, function: &Expr, a: &Expr, b: &Expr) -> Result<Ordering, Flow> {
    let answer = session.evaluate(&Expr::normal(function.clone(), [a.clone(), b.clone()]))?;
    Ok(match (answer.sym(), answer.as_i64()) {
        (Some(Sym::True), _) | (_, Some(1)) => Ordering::Less,
        (Some(Sym::False), _) | (_, Some(-1)) => Ordering::Greater,
        _ => Ordering::Equal,
    })
}

/// The indices of elements in order. `None` where they are components of arrays whose order is open.
fn ordered(session: &mut Session, items: &[Expr], function: Option<&Expr>) -> Result<Option<Vec<usize>>, Flow> {
    if any_unknown(session, items)? {
        return decided_indices(session, items, function);
    }
    match function {
        None => canonical_indices(session, items).map(Some),
        Some(f) if f.is(Sym::Order) => canonical_indices(session, items).map(Some),
        Some(f) => sorted_indices(session, items, &mut |session, a, b| decided_order(session, f, a, b)).map(Some),
    }
}

const ARRANGEMENT: Function = Function {
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    derivative: Derivative::Differential(differential),
    messages: &[NORMAL_MESSAGE],
    ..Function::NEW
};

/// Elements in order.
pub(super) const SORT: Function = Function {
    name: "Sort",
    usage: "Sort[list] sorts the elements of list into canonical order. Sort[list, p] uses the ordering function p, \
            which tells whether two elements are in order. Associations are sorted by their values. Components of \
            arrays are sorted by numbers only: the call stays where these do not decide.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| sort(session, call, false)),
    lowering: Lowering::Rewrite(lower_sort),
    examples: &[
        ("Sort[{d, b, c, a}]", "{a, b, c, d}"),
        ("Sort[{4, 1, 3, 2}, Greater]", "{4, 3, 2, 1}"),
        ("Sort[<|a -> 2, b -> 1|>]", "<|b -> 1, a -> 2|>"),
        ("Sort[{VectorSymbol[\"v\", 2][[2]], VectorSymbol[\"v\", 2][[1]]}]", "Sort[{v[[2]], v[[1]]}]"),
    ],
    ..ARRANGEMENT
};

/// Elements in reverse order.
pub(super) const REVERSE_SORT: Function = Function {
    name: "ReverseSort",
    usage: "ReverseSort[list] sorts the elements of list into reverse canonical order. ReverseSort[list, p] uses the \
            ordering function p.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| sort(session, call, true)),
    examples: &[("ReverseSort[{2, 3, 1}]", "{3, 2, 1}")],
    ..ARRANGEMENT
};

fn sort(session: &mut Session, call: &Expr, reversed: bool) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let Some(mut indices) = ordered(session, &elements(&args[0]), args.get(1))? else { return Ok(None) };
    if reversed {
        indices.reverse();
    }
    Ok(Some(select_arguments(&args[0], &indices)))
}

/// The differential of a vector in order: the elements of its differential in that order. Equal elements keep their places.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let args = call.args();
    let (keys, order) = match (call.head_sym(), args.len()) {
        (Some(Sym::SortBy), 2..) => (session.evaluate_call(Sym::Map, [args[1].clone(), args[0].clone()])?, args.get(2)),
        _ => (args[0].clone(), args.get(1)),
    };
    if session.shape_of(&args[0])?.rank() != Some(1) || session.shape_of(&keys)?.rank() != Some(1) {
        return Ok(None);
    }
    let Some(mut ordering) = positions_in_order(session, keys, order)? else { return Ok(None) };
    if call.has_head(Sym::ReverseSort) {
        ordering = session.evaluate_call(Sym::Reverse, [ordering])?;
    }
    let change = full(session, &args[0], &differentials[0])?;
    session.evaluate_call(Sym::ArrayGather, [change, ordering, Expr::integer(1)]).map(Some)
}

/// Elements in the order of what a function makes of them.
pub(super) const SORT_BY: Function = Function {
    name: "SortBy",
    usage: "SortBy[list, f] sorts list by the values of f on the elements, equal ones by the elements themselves. \
            SortBy[list, {f1, f2, ...}] uses f2 where f1 is equal, and so on. SortBy[list, f, p] compares the values \
            by the ordering function p.",
    arguments: Some((1, 3)),
    apply: Some(operand_first),
    evaluate: Some(sort_by),
    examples: &[
        ("SortBy[{{b, 2}, {a, 3}, {c, 1}}, Last]", "{{c, 1}, {b, 2}, {a, 3}}"),
        ("SortBy[{-3, 1, 2}, Abs]", "{1, 2, -3}"),
        ("SortBy[{\"aa\", \"b\"}, {StringLength}]", "{b, aa}"),
    ],
    ..ARRANGEMENT
};

fn sort_by(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let items = elements(&args[0]);
    let ties_stay = args[1].is_list();
    let functions = if ties_stay { args[1].args().to_vec() } else { vec![args[1].clone()] };
    let mut keys = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let mut values = Vec::with_capacity(functions.len() + 1);
        for f in &functions {
            values.push(session.evaluate(&Expr::normal(f.clone(), [item.clone()]))?);
        }
        keys.push((values, i));
    }
    let lists: Vec<Expr> = (0..items.len()).map(|i| Expr::integer(i as i64)).collect();
    let order = args.get(2).cloned();
    // Of unknown keys the order is told by numbers, and equal ones keep their places.
    let is_open = any_unknown(session, &items)?
        || any_unknown(session, &keys.iter().flat_map(|(values, _)| values.iter().cloned()).collect::<Vec<_>>())?;
    let mut decided = true;
    let indices = sorted_indices(session, &lists, &mut |session, a, b| {
        let (a, b) = (a.as_usize().unwrap_or(0), b.as_usize().unwrap_or(0));
        for (x, y) in keys[a].0.iter().zip(&keys[b].0) {
            if x == y || !decided {
                continue;
            }
            let by_key = if is_open {
                let by_key = order_of(session, x, y, order.as_ref())?;
                decided &= by_key.is_some();
                by_key.unwrap_or(Ordering::Equal)
            } else {
                match &order {
                    Some(p) => decided_order(session, p, x, y)?,
                    None => compare(x, y),
                }
            };
            if by_key.is_ne() {
                return Ok(by_key);
            }
        }
        Ok(if ties_stay || is_open { Ordering::Equal } else { compare(&items[a], &items[b]) })
    })?;
    if !decided {
        return Ok(None);
    }
    Ok(Some(select_arguments(&args[0], &indices)))
}

/// The positions of the elements in order.
pub(super) const ORDERING: Function = Function {
    name: "Ordering",
    usage: "Ordering[list] gives the positions in list of the elements in canonical order. Ordering[list, n] gives the \
            first n of them, Ordering[list, -n] the last n, and Ordering[list, n, p] uses the ordering function p.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(ordering_shape),
    evaluate: Some(ordering),
    messages: &[NORMAL_MESSAGE, ("seqs", "An integer, All or UpTo[n] is expected as the number of positions in `1`.")],
    lowering: Lowering::Rewrite(lower_ordering),
    derivative: Derivative::Differential(crate::arrays::differentials::none),
    examples: &[
        ("Ordering[{c, a, b}]", "{2, 3, 1}"),
        ("Ordering[{5, 9, 7}, -1]", "{2}"),
        ("Ordering[{5, 9, 7}, All, Greater]", "{2, 3, 1}"),
    ],
    ..Function::NEW
};

fn ordering(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let Some(indices) = ordered(session, &elements(&args[0]), args.get(2))? else { return Ok(None) };
    let count = indices.len();
    let wanted = match args.get(1) {
        None => Some(count as i64),
        Some(n) if n.is(Sym::All) => Some(count as i64),
        Some(n) if n.has_head(Sym::UpTo) && n.len() == 1 => n.arg(0).as_i64(),
        Some(n) => n.as_i64(),
    };
    let Some(wanted) = wanted else {
        session.message_of(call.head(), "seqs", std::slice::from_ref(call));
        return Ok(None);
    };
    let kept = usize::try_from(wanted.unsigned_abs()).unwrap_or(count).min(count);
    let chosen = if wanted >= 0 { &indices[..kept] } else { &indices[count - kept..] };
    Ok(Some(Expr::list(chosen.iter().map(|&i| Expr::integer(i as i64 + 1)))))
}

fn ordering_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(length) = shape.dimensions().and_then(|dimensions| dimensions.first()) else { return Ok(Shape::Unknown) };
    Ok(match call.args().get(1) {
        None => Shape::of([length.clone()]),
        Some(n) if n.is(Sym::All) => Shape::of([length.clone()]),
        Some(n) => match (n.as_i64(), length.as_i64()) {
            (Some(n), Some(length)) => Shape::of([Expr::integer(n.abs().min(length))]),
            (Some(n), None) => Shape::of([Expr::integer(n.abs())]),
            _ => Shape::Unknown,
        },
    })
}

/// Whether elements are in order.
pub(super) const ORDERED_Q: Function = Function {
    name: "OrderedQ",
    usage: "OrderedQ[expr] gives True if the elements of expr are in canonical order. OrderedQ[expr, p] uses the \
            ordering function p.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(ordered_q),
    shape: ShapeRule::Scalar,
    messages: &[NORMAL_MESSAGE],
    examples: &[("OrderedQ[{a, b, c}]", "True"), ("OrderedQ[{2, 1}]", "False"), ("OrderedQ[{2, 1}, Greater]", "True")],
    ..Function::NEW
};

fn ordered_q(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let items = elements(&args[0]);
    let is_open = any_unknown(session, &items)?;
    for pair in items.windows(2) {
        let order = if is_open {
            let Some(order) = order_of(session, &pair[0], &pair[1], args.get(1))? else { return Ok(None) };
            order
        } else {
            match args.get(1) {
                Some(p) => decided_order(session, p, &pair[0], &pair[1])?,
                None => compare(&pair[0], &pair[1]),
            }
        };
        if order.is_gt() {
            return Ok(Some(Expr::boolean(false)));
        }
    }
    Ok(Some(Expr::boolean(true)))
}

/// The canonical order of two expressions.
pub(super) const ORDER: Function = Function {
    name: "Order",
    usage: "Order[e1, e2] gives 1 if e1 comes before e2 in canonical order, -1 if it comes after, and 0 if they are \
            the same.",
    arguments: Some((2, 2)),
    evaluate: Some(|_, call| {
        let order = compare(&call.arg(0), &call.arg(1));
        Ok(Some(Expr::integer(-(order as i64))))
    }),
    shape: ShapeRule::Scalar,
    examples: &[("Order[a, b]", "1"), ("Order[b, a]", "-1"), ("Order[x, x]", "0")],
    ..Function::NEW
};
