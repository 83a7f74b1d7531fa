//! ``Program`FirstMax``: a maximum whose derivative belongs to the first of several greatest arguments, as where windows
//! are pooled.

use netform_eval::{Derivative, Eval, Function, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

/// It stands in the place of `Max` while derivatives are taken, and never in a result.
pub(super) const FIRST_MAX: Function = Function {
    name: "Program`FirstMax",
    usage: "Program`FirstMax[x1, x2, ...] is Max[x1, x2, ...], but where several of the xi are the greatest its derivative is \
            that of the first one of them.",
    attributes: Attributes::NUMERIC_FUNCTION,
    evaluate: Some(evaluate),
    derivative: Derivative::Rule(derivative),
    shape: ShapeRule::Scalar,
    examples: &[
        ("Program`FirstMax[1, 3, 2]", "3"),
        ("D[Program`FirstMax[a, b], {{a, b}}]", "{Piecewise[{{1, a >= b}}, 0], Piecewise[{{1, b > a}}, 0]}"),
    ],
    ..Function::NEW
};

/// Minus infinity is no greatest argument beside others, and numbers are compared.
fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.iter().all(Expr::is_number) {
        return session.evaluate_call(Sym::Max, args.iter().cloned()).map(Some);
    }
    let is_least =
        |e: &Expr| e.has_head(Sym::DirectedInfinity) && e.args().first().is_some_and(|sign| sign.is_integer(-1));
    let kept: Vec<Expr> = args.iter().filter(|e| !is_least(e)).cloned().collect();
    Ok(match kept.as_slice() {
        [one] => Some(one.clone()),
        [] => args.first().cloned(),
        _ if kept.len() < args.len() => Some(Expr::normal(call.head().clone(), kept)),
        _ => None,
    })
}

/// 1 where the argument is greater than those before it and not less than those behind it.
fn derivative(session: &mut Session, call: &Expr, position: usize) -> Eval {
    let args = call.args();
    let Some(x) = args.get(position - 1) else { return Ok(None) };
    let mut conditions = Vec::with_capacity(2);
    for (others, relation) in [(&args[..position - 1], Sym::Greater), (&args[position..], Sym::GreaterEqual)] {
        if !others.is_empty() {
            let greatest = session.evaluate_call(Sym::Max, others.iter().cloned())?;
            conditions.push(Expr::call(relation, [x.clone(), greatest]));
        }
    }
    let case = Expr::list([Expr::integer(1), Expr::call(Sym::And, conditions)]);
    session.evaluate_call(Sym::Piecewise, [Expr::list([case]), Expr::integer(0)]).map(Some)
}
