//! `Piecewise`: values by conditions.

use netform_eval::{Eval, Flow, Function, Lowering, ResultType, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use crate::control::shape_of_values;

pub(super) const PIECEWISE: Function = Function {
    name: "Piecewise",
    usage: "Piecewise[{{v1, c1}, {v2, c2}, ...}, v] is the first value whose condition holds, and v if none does; v is 0 \
            if it is left out.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 2)),
    evaluate: Some(decide),
    shape: ShapeRule::Rule(shape),
    result: ResultType::Widest,
    lowering: Lowering::Scalar { rewrite: select, lists: &[(0, 2)] },
    messages: &[("pairs", "`1` is not a list of pairs of a value and a condition.")],
    examples: &[
        ("Piecewise[{{1, 2 > 1}, {x, True}}]", "1"),
        ("Piecewise[{{a, 1 > 2}}, b]", "b"),
        ("Piecewise[{{-1, x < 0}, {1, x > 0}}]", "Piecewise[{{-1, x < 0}, {1, x > 0}}, 0]"),
    ],
    ..Function::NEW
};

/// The shape of the values; scalars where none is known to be an array.
fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let mut values: Vec<Expr> =
        call.arg(0).args().iter().filter(|case| case.len() == 2).map(|case| case.arg(0)).collect();
    values.extend(call.args().get(1).cloned());
    Ok(match shape_of_values(session, values.iter())? {
        None => Shape::Unknown,
        Some(Shape::Unknown) => Shape::scalar(),
        Some(known) => known,
    })
}

/// Cases that cannot hold are left out, a case that holds is the last one.
fn decide(session: &mut Session, call: &Expr) -> Eval {
    let cases = call.arg(0);
    let cases = if cases.is_list() { cases } else { session.evaluate(&cases)? };
    let pairs = cases.is_list() && cases.args().iter().all(|case| case.is_list() && case.len() == 2);
    if !pairs {
        session.message(Sym::Piecewise, "pairs", &[call.arg(0)]);
        return Ok(None);
    }
    let mut otherwise = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(0));
    let mut kept = Vec::with_capacity(cases.len());
    for case in cases.args().iter() {
        let condition = session.evaluate(&case.arg(1))?;
        if condition.is(Sym::False) {
            continue;
        }
        if condition.is(Sym::True) {
            otherwise = case.arg(0);
            break;
        }
        let value = session.evaluate(&case.arg(0))?;
        kept.push((value, condition));
    }
    let otherwise = session.evaluate(&otherwise)?;
    while kept.last().is_some_and(|(value, _)| *value == otherwise) {
        kept.pop();
    }
    if kept.is_empty() {
        return Ok(Some(otherwise));
    }
    let cases =
        Expr::list(kept.into_iter().map(|(value, condition)| Expr::list([value, condition])).collect::<Vec<_>>());
    let result = Expr::call(Sym::Piecewise, [cases, otherwise]);
    Ok((result != *call).then_some(result))
}

/// Nested selections, the first case outermost.
fn select(_: &mut Session, call: &Expr) -> Eval {
    let otherwise = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(0));
    let cases = call.arg(0);
    let nested = cases
        .args()
        .iter()
        .rev()
        .fold(otherwise, |otherwise, case| Expr::call(Sym::ProgramSelect, [case.arg(1), case.arg(0), otherwise]));
    Ok(Some(nested))
}
