//! `Total`, `Accumulate`, `Differences`: sums and differences of elements.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument, is_infinity};
use crate::arrays::by_parts::explicit;
use crate::arrays::linear::{Shares, adjoint_of_sum};
use crate::arrays::lowering::{lower_accumulate, lower_total, slice_axis};
use crate::arrays::softmax::logarithm_of_total;
use crate::arrays::{contraction, dimension};
use netform_array::Array;
use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Form, Function, Linear, Linearity, Lowering, Session, Shape,
    ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::dimension::list_dimensions;
use super::elements::{elements, is_association, select_arguments};
use crate::call_options::CallOptions;

/// Sums of elements.
pub(super) const TOTAL: Function = Function {
    name: "Total",
    usage: "Total[list] gives the sum of the elements of list. Total[list, n] sums all elements down to level n, \
            Total[list, {n}] those at level n, Total[list, {n1, n2}] those at levels n1 through n2, and \
            Total[list, Infinity] everything.",
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(total_of_array),
    evaluate: Some(total),
    shape: ShapeRule::Rule(total_shape),
    options: &[("Method", "Automatic")],
    messages: &[
        NORMAL_MESSAGE,
        ("tllen", "Lists of unequal length in `1` cannot be added."),
        ("level", "Level specification `1` is not of the form n, {n}, or {m, n}."),
    ],
    lowering: Lowering::Rewrite(lower_total),
    logarithm: Some(|_, call| {
        let first = Expr::list([Expr::integer(1)]);
        Ok(if call.len() == 1 { logarithm_of_total(&call.arg(0), first) } else { None })
    }),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: Linear { arguments: Linearity::First, carry: Some(carry), adjoint: Some(adjoint), ..Linear::NEW },
    forms: &[(Form::Tex, "\\operatorname{sum}")],
    examples: &[
        ("Total[{a, b, c}]", "a + b + c"),
        ("Total[{{a, b}, {c, d}}]", "{a + c, b + d}"),
        ("Total[{{a, b}, {c, d}}, 2]", "a + b + c + d"),
        ("Total[{{a, b}, {c, d}}, {2}]", "{a + b, c + d}"),
        ("Total[VectorSymbol[\"v\", n]]", "Total[v]"),
    ],
    ..Function::NEW
};

/// The first and the last level that a specification sums over.
fn summed_levels(specification: Option<&Expr>, rank: usize) -> Option<(usize, usize)> {
    let bound = |e: &Expr| {
        if is_infinity(e) {
            return Some(usize::MAX);
        }
        let n = e.as_i64()?;
        usize::try_from(if n < 0 { rank as i64 + 1 + n } else { n }).ok()
    };
    let Some(specification) = specification else { return Some((1, 1)) };
    if !specification.is_list() {
        return bound(specification).map(|n| (1, n));
    }
    match specification.args().as_ref() {
        [only] => bound(only).map(|n| (n, n)),
        [from, to] => Some((bound(from)?, bound(to)?)),
        _ => None,
    }
}

/// The axes that a call sums over, of an array of some rank.
fn summed_axes(call: &Expr, rank: usize) -> Option<Vec<usize>> {
    let (from, to) = summed_levels(call.args().get(1), rank).filter(|(from, _)| *from > 0)?;
    Some((from - 1..to.min(rank)).collect())
}

fn carry(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = summed_axes(call, rank) else { return Ok(None) };
    let carried = carrier.carried(session, &call.arg(0))?;
    contraction::total(session, carried, &axes).map(Some)
}

fn adjoint(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let rank = dimension::of(session, &array)?.len();
    match summed_axes(call, rank) {
        Some(axes) => adjoint_of_sum(session, &array, &axes, cotangent),
        None => Ok(None),
    }
}

fn total(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let Some(options) = CallOptions::split(session, call, 1, 2) else { return Ok(None) };
    let e = &options.arguments[0];
    let specification = options.arguments.get(1);
    let rank = if specification.is_some() { list_dimensions(e, usize::MAX).len() } else { 1 };
    // Levels below those that are lists are summed over as well.
    if specification.is_some()
        && e.may_hold_array_symbol()
        && let Some(all) = session.shape_of(e)?.rank().filter(|&all| all > rank)
        && let Some(axes) = summed_axes(call, all)
    {
        let levels = crate::arrays::levels::list(&axes);
        return session.evaluate_call(Sym::ArrayReduce, [Sym::Total.into(), e.clone(), levels]).map(Some);
    }
    let Some((from, to)) = summed_levels(specification, rank).filter(|(from, _)| *from > 0) else {
        if specification.is_some_and(|s| s.is_integer(0)) {
            return Ok(Some(e.clone()));
        }
        session.message_of(call.head(), "level", &[specification.cloned().unwrap_or_else(|| e.clone())]);
        return Ok(None);
    };
    let result = sum_levels(session, e, from, to)?;
    if result.is_none() {
        session.message_of(call.head(), "tllen", std::slice::from_ref(e));
    }
    Ok(result)
}

fn sum_levels(session: &mut Session, e: &Expr, from: usize, to: usize) -> Eval {
    if from > 1 {
        if e.is_atom() {
            return Ok(Some(e.clone()));
        }
        let mut parts = Vec::with_capacity(e.len());
        for part in elements(e).iter() {
            let Some(part) = sum_levels(session, part, from - 1, to.saturating_sub(1))? else { return Ok(None) };
            parts.push(part);
        }
        return Ok(Some(Expr::list(parts)));
    }
    if to == 0 {
        return Ok(Some(e.clone()));
    }
    if let Some(array) = e.as_array()
        && let Some(sums) = sum_packed(array, to)
    {
        return Ok(Some(sums));
    }
    let mut terms = elements(e).to_vec();
    for _ in 1..to {
        if !terms.iter().any(Expr::is_list) {
            break;
        }
        session.tick()?;
        terms = terms
            .iter()
            .flat_map(|term| if term.is_list() { term.args().to_vec() } else { vec![term.clone()] })
            .collect();
    }
    let mut lengths = terms.iter().filter(|term| term.is_list()).map(Expr::len);
    if let Some(first) = lengths.next()
        && lengths.any(|length| length != first)
    {
        return Ok(None);
    }
    session.evaluate_call(Sym::Plus, terms).map(Some)
}

/// The sum over leading levels of a packed array, in the order of the elements.
fn sum_packed(array: &Array, levels: usize) -> Option<Expr> {
    let summed = levels.min(array.rank());
    let rest = &array.shape()[summed..];
    let size: usize = rest.iter().product();
    if let Some(values) = array.as_f64() {
        let mut sums = vec![0.0; size];
        for row in values.chunks_exact(size.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        return sums.iter().all(|sum| sum.is_finite()).then(|| Array::from_f64(rest, sums).ok().map(Expr::array))?;
    }
    let mut sums = vec![0_i64; size];
    for row in array.as_i64()?.chunks_exact(size.max(1)) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum = sum.checked_add(*value)?;
        }
    }
    Array::from_i64(rest, sums).ok().map(Expr::array)
}

fn total_of_array(session: &mut Session, call: &Expr) -> Eval {
    let shape = session.shape_of(&call.arg(0))?;
    let none = call.args().get(1).is_some_and(|levels| levels.is_integer(0));
    if shape.dimensions().and_then(|dimensions| dimensions.first()).is_some_and(|length| length.is_integer(0)) {
        return Ok(Some(Session::zeros(&session.shape_of(call)?)));
    }
    if none {
        return Ok(Some(call.arg(0)));
    }
    match summed_axes(call, shape.rank().unwrap_or(0)) {
        Some(axes) => match session.uniform_element(&call.arg(0))? {
            None if !call.arg(0).has_head(Sym::SymbolicIdentityArray) => {
                contraction::picked_total(session, &call.arg(0), &axes)
            }
            _ => contraction::total(session, call.arg(0), &axes).map(|total| Some(total).filter(|total| total != call)),
        },
        None => Ok(None),
    }
}

fn total_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(dimensions) = shape.dimensions() else { return Ok(Shape::Unknown) };
    let specification = call.args().get(1).filter(|spec| !spec.has_head(Sym::Rule)).cloned();
    let Some((from, to)) = summed_levels(specification.as_ref(), dimensions.len()) else { return Ok(Shape::Unknown) };
    let kept = dimensions.iter().enumerate().filter(|(i, _)| i + 1 < from || *i >= to).map(|(_, d)| d.clone());
    Ok(Shape::of(kept))
}

/// Running sums.
pub(super) const ACCUMULATE: Function = Function {
    name: "Accumulate",
    usage: "Accumulate[list] gives the list of the running sums of the elements of list.",
    arguments: Some((1, 1)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(accumulate),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    messages: &[NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_accumulate),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::LEADING,
    examples: &[
        ("Accumulate[{a, b, c}]", "{a, a + b, a + b + c}"),
        ("Accumulate[{{1, 2}, {3, 4}}]", "{{1, 2}, {4, 6}}"),
    ],
    ..Function::NEW
};

fn accumulate(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let e = call.arg(0);
    if let Some(values) = e.as_array().filter(|array| array.rank() == 1).and_then(Array::as_f64) {
        let mut running = 0.0;
        let sums: Vec<f64> = values
            .iter()
            .map(|value| {
                running += value;
                running
            })
            .collect();
        if sums.iter().all(|sum| sum.is_finite()) {
            return Ok(Array::from_f64([sums.len()], sums).ok().map(Expr::array));
        }
    }
    let mut sums: Vec<Expr> = Vec::with_capacity(e.len());
    for item in elements(&e).iter() {
        let next = match sums.last() {
            Some(last) => session.evaluate_call(Sym::Plus, [last.clone(), item.clone()])?,
            None => item.clone(),
        };
        sums.push(next);
    }
    if is_association(&e) {
        return Ok(Some(super::elements::with_elements(&e, sums)));
    }
    Ok(Some(Expr::normal(e.head().clone(), sums)))
}

/// Successive differences.
pub(super) const DIFFERENCES: Function = Function {
    name: "Differences",
    usage: "Differences[list] gives the differences of neighbours in list. Differences[list, n] gives the n-th \
            differences, Differences[list, n, s] those of elements s apart, and Differences[list, {n1, n2, ...}] those \
            at successive levels.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(differences),
    shape: ShapeRule::Rule(differences_shape),
    messages: &[NORMAL_MESSAGE, ("order", "A non-negative integer or a list of them is expected as the order in `1`.")],
    lowering: Lowering::Rewrite(lower_differences),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::LEADING,
    examples: &[
        ("Differences[{a, b, c}]", "{-a + b, -b + c}"),
        ("Differences[{1, 4, 9, 16}, 2]", "{2, 2}"),
        ("Differences[{1, 4, 9, 16}, 1, 2]", "{8, 12}"),
    ],
    ..Function::NEW
};

fn orders(call: &Expr) -> Option<(Vec<usize>, usize)> {
    let step = call.args().get(2).map_or(Some(1), Expr::as_usize).filter(|step| *step > 0)?;
    let orders = match call.args().get(1) {
        None => vec![1],
        Some(n) if n.is_list() => n.args().iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>()?,
        Some(n) => vec![n.as_usize()?],
    };
    Some((orders, step))
}

fn differences(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let Some((orders, step)) = orders(call) else {
        session.message_of(call.head(), "order", std::slice::from_ref(call));
        return Ok(None);
    };
    let Some(e) = explicit(session, &call.arg(0), orders.len())? else { return Ok(None) };
    differences_at(session, &e, &orders, step).map(Some)
}

fn differences_at(session: &mut Session, e: &Expr, orders: &[usize], step: usize) -> Result<Expr, Flow> {
    let Some((&order, rest)) = orders.split_first() else { return Ok(e.clone()) };
    let mut current = e.clone();
    for _ in 0..order {
        if current.len() <= step {
            return Ok(select_arguments(&current, &[]));
        }
        let items = elements(&current).to_vec();
        let mut next = Vec::with_capacity(items.len() - step);
        for (a, b) in items.iter().zip(&items[step..]) {
            let negative = Expr::call(Sym::Times, [Expr::integer(-1), a.clone()]);
            next.push(session.evaluate_call(Sym::Plus, [b.clone(), negative])?);
        }
        current = Expr::normal(if is_association(e) { Sym::List.into() } else { e.head().clone() }, next);
    }
    if rest.is_empty() {
        return Ok(current);
    }
    let mut rows = Vec::with_capacity(current.len());
    for row in current.args().iter() {
        rows.push(differences_at(session, row, rest, step)?);
    }
    Ok(Expr::normal(current.head().clone(), rows))
}

fn differences_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Some((orders, step)) = orders(call).filter(|(orders, _)| orders.len() <= dimensions.len()) else {
        return Ok(Shape::Unknown);
    };
    let mut shorter = dimensions;
    for (size, order) in shorter.iter_mut().zip(orders) {
        let lost = i64::try_from(order.saturating_mul(step)).unwrap_or(i64::MAX);
        *size = match size.as_i64() {
            Some(size) => Expr::integer(size.saturating_sub(lost).max(0)),
            None => dimension::add(session, size, &Expr::integer(-lost))?,
        };
    }
    Ok(Shape::Known(shorter))
}

/// So many differences are written out.
const GREATEST_ORDER: usize = 256;

/// Neighbours subtracted, level by level, as often as is said.
fn lower_differences(session: &mut Session, call: &Expr) -> Eval {
    let Some((orders, step)) = orders(call).filter(|(orders, _)| orders.iter().sum::<usize>() <= GREATEST_ORDER) else {
        return Ok(None);
    };
    let dimensions = dimension::of(session, &call.arg(0))?;
    let lost = i64::try_from(step).unwrap_or(i64::MAX);
    let mut current = call.arg(0);
    for (axis, order) in orders.into_iter().enumerate() {
        let Some(mut size) = dimensions.get(axis).cloned() else { return Ok(None) };
        for _ in 0..order {
            size = match size.as_i64() {
                Some(size) => Expr::integer(size.saturating_sub(lost).max(0)),
                None => dimension::add(session, &size, &Expr::integer(-lost))?,
            };
            let start = if size.is_integer(0) { 1 } else { lost + 1 };
            let after = slice_axis(current.clone(), axis, Expr::integer(start), size.clone());
            let before = slice_axis(current, axis, Expr::integer(1), size.clone());
            let negative = Expr::call(Sym::Times, [Expr::integer(-1), before]);
            current = Expr::call(Sym::Plus, [after, negative]);
        }
    }
    Ok(Some(current))
}
