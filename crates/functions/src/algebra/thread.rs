//! What functions of one expression do with lists, equations and statements: they act on the parts.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

/// Whether a call is a list, equation, inequality or statement, which algebraic functions enter.
pub(super) fn is_container(e: &Expr) -> bool {
    matches!(
        e.head_sym(),
        Some(
            Sym::List
                | Sym::Equal
                | Sym::Unequal
                | Sym::Less
                | Sym::LessEqual
                | Sym::Greater
                | Sym::GreaterEqual
                | Sym::And
                | Sym::Or
                | Sym::Not
                | Sym::Xor
                | Sym::Rule
        )
    ) && !e.is_empty()
}

/// Applies a call's function to the parts of its first argument, if that is a container.
pub(super) fn over_parts(session: &mut Session, call: &Expr) -> Eval {
    let Some(e) = call.args().first().filter(|e| is_container(e)).cloned() else { return Ok(None) };
    let rest = call.args()[1..].to_vec();
    let of_part = |part: &Expr| Expr::normal(call.head().clone(), [part.clone()].into_iter().chain(rest.clone()));
    let parts: Vec<Expr> = e.args().iter().map(of_part).collect();
    session.evaluate(&Expr::normal(e.head().clone(), parts)).map(Some)
}
