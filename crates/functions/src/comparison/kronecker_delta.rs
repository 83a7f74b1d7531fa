//! `KroneckerDelta`: 1 where all arguments are equal.

use netform_eval::{Derivative, Eval, Function, Intervals, Law, Lowering, RealCode, ResultType, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::equal::are_equal;

pub(super) const KRONECKER_DELTA: Function = Function {
    name: "KroneckerDelta",
    usage: "KroneckerDelta[n1, n2, ...] is 1 if all n are equal and 0 if two of them differ; it stays where that depends \
            on symbols. KroneckerDelta[n] compares n with 0.",
    attributes: Attributes::NUMERIC_FUNCTION.with(Attributes::ORDERLESS),
    evaluate: Some(evaluate),
    derivative: Derivative::Rule(slope),
    gradient: &["0", "0"],
    intervals: Intervals::exact(Law::Coincidence),
    real: Some(RealCode::Variadic(|values| {
        let first = if values.len() == 1 { 0.0 } else { values.first().copied().unwrap_or(0.0) };
        f64::from(u8::from(values.iter().all(|value| *value == first)))
    })),
    lowering: Lowering::Map,
    result: ResultType::Integer,
    examples: &[
        ("{KroneckerDelta[1, 1], KroneckerDelta[1, 2], KroneckerDelta[0], KroneckerDelta[]}", "{1, 0, 1, 1}"),
        ("KroneckerDelta[j, i]", "KroneckerDelta[i, j]"),
        ("KroneckerDelta[i, 2, 2., j, i]", "KroneckerDelta[2, i, j]"),
        ("KroneckerDelta[i, 1, 2]", "0"),
        ("KroneckerDelta[1, Pi]", "0"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if let [single] = args.as_ref() {
        return Ok(are_equal(session, single, &Expr::integer(0))?.map(truth));
    }
    let mut distinct: Vec<Expr> = Vec::with_capacity(args.len());
    // In the canonical order numbers come first and equal symbols are neighbours: the first and the last known argument
    // are all that another one may be equal to.
    for arg in args.iter() {
        let mut is_new = true;
        for known in distinct.first().into_iter().chain(distinct.last().filter(|_| distinct.len() > 1)) {
            match are_equal(session, known, arg)? {
                Some(true) => is_new = false,
                Some(false) => return Ok(Some(truth(false))),
                None => {}
            }
        }
        if is_new {
            distinct.push(arg.clone());
        }
    }
    Ok(match distinct.len() {
        0 | 1 => Some(truth(true)),
        n if n == args.len() => None,
        _ => Some(Expr::call(Sym::KroneckerDelta, distinct)),
    })
}

/// 0 where not all are equal, where nothing is said.
fn slope(session: &mut Session, call: &Expr, _: usize) -> Eval {
    let text = match call.len() {
        1 => "Piecewise[{{0, #1 != 0}}, Indeterminate] &",
        _ => "Piecewise[{{0, !Equal[##]}}, Indeterminate] &",
    };
    let function = session.parse_static(text);
    session.evaluate(&Expr::normal(function, call.args().into_owned())).map(Some)
}

fn truth(equal: bool) -> Expr {
    Expr::integer(i64::from(equal))
}
