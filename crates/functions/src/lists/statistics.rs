//! `Mean`, `Variance`, `StandardDeviation`, `MinMax`: summaries of data.

use crate::arithmetic;
use crate::arrays::dimension;
use crate::arrays::linear::{Shares, adjoint_of_sum};
use crate::arrays::lowering::{lower_mean, lower_standard_deviation, lower_variance};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Linear, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::elements::elements;

pub(super) const RECTANGLE_MESSAGE: (&str, &str) = ("rectt", "Rectangular array expected at position 1 in `1`.");

pub(super) const SUMMARY: Function = Function {
    arguments: Some((1, 1)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(element_shape),
    ..Function::NEW
};

fn element_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(session.shape_of(&call.arg(0))?.element())
}

/// The data of a call: a list or association that is not empty. A message otherwise.
pub(super) fn data(session: &mut Session, call: &Expr) -> Option<Expr> {
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

pub(super) fn divided(session: &mut Session, e: Expr, by: i64) -> Result<Expr, Flow> {
    let inverse = Expr::call(Sym::Power, [Expr::integer(by), Expr::integer(-1)]);
    session.evaluate_call(Sym::Times, [inverse, e])
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
