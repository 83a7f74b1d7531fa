//! `Head`: what stands in front of the arguments.

use netform_eval::Function;
use netform_expr::Expr;

/// Heads of expressions.
pub(super) const HEAD: Function = Function {
    name: "Head",
    usage: "Head[expr] gives the head of expr: f for f[x], and for atoms a symbol such as Integer, Real, Rational, Complex, \
            String or Symbol. Head[expr, h] wraps it in h.",
    arguments: Some((1, 2)),
    evaluate: Some(|_, call| {
        let head = call.arg(0).head().clone();
        Ok(Some(if call.len() == 2 { Expr::normal(call.arg(1), [head]) } else { head }))
    }),
    examples: &[("Head[f[x]]", "f"), ("Head[a + b]", "Plus"), ("Head[1/2]", "Rational"), ("Head[x]", "Symbol")],
    ..Function::NEW
};
