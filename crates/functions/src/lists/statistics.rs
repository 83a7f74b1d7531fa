//! `Mean`, `Median`, `Variance`, `StandardDeviation`, `MinMax`: summaries of data.

use std::cmp::Ordering;

use crate::arithmetic;
use crate::arrays::dimension;
use crate::arrays::linear::{Shares, adjoint_of_sum};
use crate::arrays::lowering::{lower_mean, lower_standard_deviation, lower_variance};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Linear, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::list_dimensions;
use super::elements::elements;
use super::sort::sorted_indices;
use super::unknown::any_unknown;
use crate::arrays::by_parts::explicit;
use crate::arrays::differentials::full;
use crate::comparison::decide::numeric_order;

const RECTANGLE_MESSAGE: (&str, &str) = ("rectt", "Rectangular array expected at position 1 in `1`.");

const SUMMARY: Function = Function {
    arguments: Some((1, 1)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(element_shape),
    ..Function::NEW
};

fn element_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(session.shape_of(&call.arg(0))?.element())
}

/// The data of a call: a list or association that is not empty. A message otherwise.
fn data(session: &mut Session, call: &Expr) -> Option<Expr> {
    let e = call.arg(0);
    let list = if super::elements::is_association(&e) { Expr::list(elements(&e).iter().cloned()) } else { e.clone() };
    if list.is_list() && !list.is_empty() {
        return Some(list);
    }
    if list.is_list() || list.is_number() || list.as_str().is_some() {
        session.message_of(call.head(), "rectt", std::slice::from_ref(call));
    }
    None
}

/// The arithmetic mean.
pub(super) const MEAN: Function = Function {
    name: "Mean",
    usage: "Mean[data] gives the mean of the elements of data: of a matrix, the means of its columns.",
    evaluate: Some(|session, call| match data(session, call) {
        Some(list) => mean(session, &list).map(Some),
        None => Ok(None),
    }),
    on_arrays: Some(mean_of_array),
    messages: &[RECTANGLE_MESSAGE],
    lowering: Lowering::Rewrite(lower_mean),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: Linear { adjoint: Some(adjoint_of_mean), ..crate::arrays::linear::LEADING },
    examples: &[("Mean[{1, 2, 6}]", "3"), ("Mean[{a, b}]", "(a + b)/2"), ("Mean[{{1, 10}, {3, 20}}]", "{2, 15}")],
    ..SUMMARY
};

/// The mean of elements that are all the same.
fn mean_of_array(session: &mut Session, call: &Expr) -> Eval {
    let shape = session.shape_of(&call.arg(0))?;
    let is_empty = shape.dimensions().is_some_and(|sizes| sizes.first().is_some_and(|size| size.is_integer(0)));
    match session.uniform_element(&call.arg(0))? {
        Some(element) if !is_empty => {
            arithmetic::product(session, [element, Session::ones(&shape.element())]).map(Some)
        }
        _ => Ok(None),
    }
}

fn adjoint_of_mean(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let dimensions = dimension::of(session, &array)?;
    let Some(length) = dimensions.first() else { return Ok(None) };
    let share = arithmetic::power(session, length.clone(), Expr::integer(-1))?;
    let share = arithmetic::product(session, [share, cotangent.clone()])?;
    adjoint_of_sum(session, &array, &[0], &share)
}

fn mean(session: &mut Session, list: &Expr) -> Result<Expr, Flow> {
    let total = session.evaluate_call(Sym::Total, [list.clone()])?;
    divided(session, total, list.len() as i64)
}

fn divided(session: &mut Session, e: Expr, by: i64) -> Result<Expr, Flow> {
    let inverse = Expr::call(Sym::Power, [Expr::integer(by), Expr::integer(-1)]);
    session.evaluate_call(Sym::Times, [inverse, e])
}

/// The middle element.
pub(super) const MEDIAN: Function = Function {
    name: "Median",
    usage: "Median[data] gives the middle one of the elements of data in numerical order, or the mean of the two middle \
            ones: of a matrix, the medians of its columns.",
    evaluate: Some(median_of_data),
    derivative: Derivative::Differential(differential_of_median),
    messages: &[RECTANGLE_MESSAGE, ("rectn", "Rectangular array of real numbers is expected at position 1 in `1`.")],
    examples: &[
        ("Median[{5, 1, 3}]", "3"),
        ("Median[{1, 2, 3, 4}]", "5/2"),
        ("Median[{{1, 5}, {2, 4}, {9, 3}}]", "{2, 4}"),
    ],
    ..SUMMARY
};

/// The differential of the median of a vector: that of the middle element, or the mean of the two middle ones.
fn differential_of_median(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let a = call.arg(0);
    let shape = session.shape_of(&a)?;
    let Some([length]) = shape.dimensions() else { return Ok(None) };
    let Some(length) = length.as_usize().filter(|&length| length > 0) else { return Ok(None) };
    let ordering = session.evaluate_call(Sym::ArrayOrdering, [a.clone()])?;
    let change = full(session, &a, &differentials[0])?;
    let mut changes = Vec::with_capacity(2);
    for place in [length.div_ceil(2), length / 2 + 1] {
        let place = session.evaluate_call(Sym::Indexed, [ordering.clone(), dimension::integer(place)])?;
        changes.push(session.evaluate_call(Sym::ArrayGather, [change.clone(), place, Expr::integer(1)])?);
    }
    let sum = arithmetic::sum(session, changes)?;
    divided(session, sum, 2).map(Some)
}

fn median_of_data(session: &mut Session, call: &Expr) -> Eval {
    let Some(list) = data(session, call) else { return Ok(None) };
    let Some(list) = explicit(session, &list, usize::MAX)? else { return Ok(None) };
    let median = median(session, &list)?;
    if median.is_none() && !any_unknown(session, std::slice::from_ref(&list))? {
        session.message_of(call.head(), "rectn", std::slice::from_ref(call));
    }
    Ok(median)
}

fn median(session: &mut Session, list: &Expr) -> Eval {
    if let [_, columns, ..] = list_dimensions(list, 2).as_slice() {
        let mut medians = Vec::with_capacity(*columns);
        for column in 0..*columns {
            let values = Expr::list(list.args().iter().map(|row| row.arg(column)).collect::<Vec<_>>());
            let Some(middle) = median(session, &values)? else { return Ok(None) };
            medians.push(middle);
        }
        return Ok(Some(Expr::list(medians)));
    }
    let items = list.args();
    let mut comparable = true;
    let indices = sorted_indices(session, &items, &mut |session, a, b| {
        let order = numeric_order(session, a, b)?;
        comparable &= order.is_some();
        Ok(order.unwrap_or(Ordering::Equal))
    })?;
    if !comparable || items.len() == 1 && numeric_order(session, &items[0], &Expr::integer(0))?.is_none() {
        return Ok(None);
    }
    let middle = items.len() / 2;
    if items.len() % 2 == 1 {
        return Ok(Some(items[indices[middle]].clone()));
    }
    let pair = [items[indices[middle - 1]].clone(), items[indices[middle]].clone()];
    let sum = session.evaluate_call(Sym::Plus, pair)?;
    divided(session, sum, 2).map(Some)
}

/// The unbiased estimate of the variance.
pub(super) const VARIANCE: Function = Function {
    name: "Variance",
    usage: "Variance[data] gives the unbiased estimate of the variance of the elements of data, the sum of the squared \
            distances from the mean divided by their number less 1: of a matrix, those of its columns.",
    evaluate: Some(|session, call| match data_of_two(session, call)? {
        Some(list) => variance(session, &list).map(Some),
        None => Ok(None),
    }),
    messages: &[RECTANGLE_MESSAGE, TWO_MESSAGE],
    derivative: Derivative::Differential(crate::linear_algebra::differentials::of_variance),
    lowering: Lowering::Rewrite(lower_variance),
    examples: &[("Variance[{1, 2, 3, 4}]", "5/3"), ("Variance[{{1, 0}, {3, 4}}]", "{2, 8}")],
    ..SUMMARY
};

const TWO_MESSAGE: (&str, &str) = ("shlen", "The argument `1` should have at least two elements.");

fn data_of_two(session: &mut Session, call: &Expr) -> Eval {
    let Some(list) = data(session, call) else { return Ok(None) };
    if list.len() < 2 {
        session.message_of(call.head(), "shlen", &[list]);
        return Ok(None);
    }
    Ok(Some(list))
}

fn variance(session: &mut Session, list: &Expr) -> Result<Expr, Flow> {
    let mean = mean(session, list)?;
    let negative = session.evaluate_call(Sym::Times, [Expr::integer(-1), mean])?;
    let mut squares = Vec::with_capacity(list.len());
    for item in list.args().iter() {
        let distance = session.evaluate_call(Sym::Plus, [item.clone(), negative.clone()])?;
        let conjugate = Expr::call(Sym::Conjugate, [distance.clone()]);
        squares.push(session.evaluate_call(Sym::Times, [distance, conjugate])?);
    }
    let sum = session.evaluate_call(Sym::Plus, squares)?;
    divided(session, sum, list.len() as i64 - 1)
}

/// The square root of the variance.
pub(super) const STANDARD_DEVIATION: Function = Function {
    name: "StandardDeviation",
    usage: "StandardDeviation[data] gives the square root of the unbiased estimate of the variance of the elements of data.",
    evaluate: Some(|session, call| match data_of_two(session, call)? {
        Some(list) => {
            let variance = variance(session, &list)?;
            session.evaluate_call(Sym::Sqrt, [variance]).map(Some)
        }
        None => Ok(None),
    }),
    messages: &[RECTANGLE_MESSAGE, TWO_MESSAGE],
    derivative: Derivative::Differential(crate::linear_algebra::differentials::of_standard_deviation),
    lowering: Lowering::Rewrite(lower_standard_deviation),
    examples: &[("StandardDeviation[{1, 3}]", "Sqrt[2]")],
    ..SUMMARY
};

/// The least and the greatest element.
pub(super) const MIN_MAX: Function = Function {
    name: "MinMax",
    usage: "MinMax[list] gives {Min[list], Max[list]}. MinMax[list, d] gives {Min[list] - d, Max[list] + d}.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(|_, _| Ok(Shape::of([Expr::integer(2)]))),
    evaluate: Some(min_max),
    on_arrays: Some(min_max),
    examples: &[("MinMax[{3, 1, 2}]", "{1, 3}"), ("MinMax[{3, 1, 2}, 1]", "{0, 4}")],
    ..Function::NEW
};

fn min_max(session: &mut Session, call: &Expr) -> Eval {
    let list = call.arg(0);
    let least = session.evaluate_call(Sym::Min, [list.clone()])?;
    let greatest = session.evaluate_call(Sym::Max, [list])?;
    let Some(margin) = call.args().get(1).cloned() else { return Ok(Some(Expr::list([least, greatest]))) };
    let negative = Expr::call(Sym::Times, [Expr::integer(-1), margin.clone()]);
    Ok(Some(Expr::list([Expr::call(Sym::Plus, [least, negative]), Expr::call(Sym::Plus, [greatest, margin])])))
}
