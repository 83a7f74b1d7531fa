//! Operator forms: `Map[f]`, `Select[test]` and their like, applied to an expression.

use netform_eval::{Eval, Session};
use netform_expr::Expr;

/// `f[p][x]` becomes `f[x, p]`, for functions that take the expression to act on first.
pub(crate) fn operand_first(_: &mut Session, call: &Expr) -> Eval {
    Ok(operand(call).map(|(head, parameters, operand)| {
        Expr::normal(head, [operand].into_iter().chain(parameters).collect::<Vec<_>>())
    }))
}

/// `f[p][x]` becomes `f[p, x]`, for functions that take the function to apply first.
pub(crate) fn operand_last(_: &mut Session, call: &Expr) -> Eval {
    Ok(operand(call).map(|(head, parameters, operand)| {
        Expr::normal(head, parameters.into_iter().chain([operand]).collect::<Vec<_>>())
    }))
}

/// `f[p, q][x]` becomes `f[p, q, x]` or so: the head `f`, its parameters and the operand.
fn operand(call: &Expr) -> Option<(Expr, Vec<Expr>, Expr)> {
    let operator = call.head();
    let is_operator = operator.is_normal() && operator.head().is_symbol() && !operator.is_empty() && call.len() == 1;
    is_operator.then(|| (operator.head().clone(), operator.args().to_vec(), call.arg(0)))
}
