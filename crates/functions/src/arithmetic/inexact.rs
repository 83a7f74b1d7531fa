//! Inexact numbers beside exact constants: `1.5 Pi` is a number.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

/// The digits of constants beside a zero.
const ZERO_DIGITS: i64 = 16;

/// The call with its exact numeric parts, such as `Pi` or `Sqrt[2]`, made as inexact as an inexact
/// number beside them; `None` if there is no such pair.
pub(super) fn spread(session: &mut Session, call: &Expr) -> Result<Option<Expr>, Flow> {
    let args = call.args();
    let Some(inexact) = args.iter().find(|e| e.as_number().is_some_and(|number| !number.is_exact())) else {
        return Ok(None);
    };
    let mut parts = args.to_vec();
    let mut changed = false;
    for part in parts.iter_mut().filter(|part| may_be_constant(part)) {
        if !session.evaluate_call(Sym::NumericQ, [part.clone()])?.is_true() {
            continue;
        }
        let precision = session.evaluate_call(Sym::Precision, [inexact.clone()])?;
        // A zero has no digits, only a place up to which it is known, which any factor of some digits leaves.
        let precision = if precision.as_real() == Some(0.0) { Expr::integer(ZERO_DIGITS) } else { precision };
        let value = session.evaluate_call(Sym::N, [part.clone(), precision])?;
        if value.is_number() {
            *part = value;
            changed = true;
        }
    }
    Ok(changed.then(|| Expr::normal(call.head().clone(), parts)))
}

/// Whether an inexact number is among some parts, and what may be a constant.
pub(super) fn may_spread(parts: &[Expr]) -> bool {
    parts.iter().any(|e| e.as_number().is_some_and(|number| !number.is_exact())) && parts.iter().any(may_be_constant)
}

/// Whether nothing in an expression speaks against its being a constant; cheap.
fn may_be_constant(e: &Expr) -> bool {
    !e.is_number() && !e.is_list() && e.user_classes() == 0 && !e.may_hold_array_symbol() && !e.may_hold_pattern()
}
