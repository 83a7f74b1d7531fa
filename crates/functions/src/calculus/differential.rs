//! `ArrayDifferential`: derivatives along directions.

use netform_eval::{Eval, Function, Session, ShapeRule};
use netform_expr::{Expr, Sym};

use super::forward::Forward;

pub(super) const ARRAY_DIFFERENTIAL: Function = Function {
    name: "ArrayDifferential",
    usage: "ArrayDifferential[f, {x -> dx, ...}] is the derivative of f along the directions dx of the variables x, which \
            are scalars or arrays of the same dimensions. It has the dimensions of f and is linear in the directions.",
    arguments: Some((2, 2)),
    evaluate: Some(evaluate),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    messages: &[("rules", "`1` is not a list of rules, each from a variable to its direction.")],
    examples: &[
        ("ArrayDifferential[x^2 y, {x -> dx, y -> dy}]", "dy x^2 + 2 dx x y"),
        (
            "ArrayDifferential[Tanh[VectorSymbol[\"v\", n]], {VectorSymbol[\"v\", n] -> VectorSymbol[\"u\", n]}]",
            "u Sech[v]^2",
        ),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    match directions(&call.arg(1)) {
        Some(directions) => along(session, &call.arg(0), directions),
        None => {
            session.message(Sym::ArrayDifferential, "rules", &[call.arg(1)]);
            Ok(None)
        }
    }
}

/// The pairs that a list of rules states.
fn directions(rules: &Expr) -> Option<Vec<(Expr, Expr)>> {
    let pair =
        |rule: &Expr| rule.args_of(Sym::Rule).filter(|sides| sides.len() == 2).map(|s| (s[0].clone(), s[1].clone()));
    rules.args_of(Sym::List)?.iter().map(pair).collect()
}

/// The derivative along directions; `None` after a message where it is not known.
pub(crate) fn along(session: &mut Session, e: &Expr, directions: Vec<(Expr, Expr)>) -> Eval {
    Forward::along(directions).derivative(session, e)
}
