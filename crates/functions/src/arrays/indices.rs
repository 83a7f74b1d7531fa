//! `CheckedIndices`: numbers that must be integers of a range, since they say which element of something is meant.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Kind, Number, Sym, occurs};

use super::grid::{Grid, nest};
use super::messages::MESSAGES;
use super::{bound, differentials};

pub(super) const CHECKED_INDICES: Function = Function {
    name: "CheckedIndices",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "CheckedIndices[a, n] gives the elements of the array a, all of which must be integers from 1 to n. Machine \
            numbers become integers; symbols stay.\n\
            CheckedIndices[a, {n, m, ...}] has a greatest integer for each element along the last level.\n\
            CheckedIndices[a, n, label] throws {label, element, greatest integer} with the tag CheckedIndices where an \
            element is none.",
    evaluate: Some(evaluate),
    arguments: Some((2, 3)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differentials::none),
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("CheckedIndices[{2., 1}, 2]", "{2, 1}"),
        ("CheckedIndices[{{1, 3}, {k, 1}}, {2, 3}]", "{{1, 3}, {k, 1}}"),
        ("Catch[CheckedIndices[{1, 1/2}, 2, \"here\"], CheckedIndices]", "{here, 1/2, 2}"),
    ],
    ..Function::NEW
};

/// A number as an integer, if it is one, whether exact or not.
pub(super) fn integer(element: &Expr) -> Option<i64> {
    match element.kind() {
        Kind::Real(value) if value.fract() == 0.0 && value.abs() < 9e15 => Some(value as i64),
        Kind::Number(real @ Number::BigReal(_)) => real.to_exact().ok()?.as_i64(),
        _ => element.as_i64(),
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::CheckedIndices, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    // Variables of a function that is looked at before it is applied may stand for anything.
    if !grid.is_explicit() || occurs(&args[0], &Sym::ArrayVariable.into()) {
        let result = bound::settled(session, call.clone());
        return Ok(Some(result).filter(|result| result != call));
    }
    let limits = if args[1].is_list() { args[1].args().into_owned() } else { vec![args[1].clone()] };
    let mut elements = grid.expressions().to_vec();
    for (place, element) in elements.iter_mut().enumerate() {
        let Some(limit) = limits.get(place % limits.len().max(1)) else { return Ok(None) };
        match integer(element) {
            Some(value) if value >= 1 && limit.as_i64().is_none_or(|limit| value <= limit) => {
                *element = Expr::integer(value);
            }
            None if !element.is_number() => {}
            _ => return refuse(session, args.get(2), element, limit),
        }
    }
    Ok(Some(nest(elements, &grid.levels)))
}

/// Tells, or throws under a label, that an element is no index.
fn refuse(session: &mut Session, label: Option<&Expr>, element: &Expr, limit: &Expr) -> Eval {
    match label {
        None => {
            session.message(Sym::CheckedIndices, "index", &[element.clone(), limit.clone()]);
            Ok(None)
        }
        Some(label) => Err(Flow::Throw {
            value: Expr::list([label.clone(), element.clone(), limit.clone()]),
            tag: Some(Sym::CheckedIndices.into()),
            uncaught: None,
        }),
    }
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if call.is_empty() { Ok(Shape::Unknown) } else { session.shape_of(&call.arg(0)) }
}

fn lower(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let label = args.get(2).cloned().unwrap_or_else(|| Expr::string("An array of positions"));
    Ok(Some(Expr::call(Sym::ProgramIndex, [args[0].clone(), args[1].clone(), label])))
}
