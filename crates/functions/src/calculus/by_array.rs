//! The derivative by an array: `D[f, x]` has the levels of f, then those of x.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym, occurs};

use super::carry::Carry;
use super::forward::Forward;
use super::transpose;
use crate::arrays::bound;
use crate::arrays::dimension;

/// The derivative by an array that is no list; `None` after a message where it is not known.
///
/// The derivative along a direction dx is linear in dx. A scalar f is read from the result back to
/// dx, which gives what dx is multiplied by; otherwise all directions are taken at once: dx is
/// replaced by the identity, whose last levels number the directions.
pub(super) fn derivative(session: &mut Session, e: &Expr, variable: &Expr) -> Eval {
    let dimensions = dimension::of(session, variable)?;
    let direction = bound::variable(session, &dimensions);
    let Some(change) = Forward::along(vec![(variable.clone(), direction.clone())]).derivative(session, e)? else {
        return Ok(None);
    };
    let identity = Expr::call(Sym::SymbolicIdentityArray, [dimension::list(&dimensions)]);
    let mut carry = Carry::new(&dimensions, vec![(direction.clone(), identity)]);
    if !change.is_list() && dimension::of(session, e)?.is_empty() {
        let one = Expr::integer(1);
        if let Some(adjoints) =
            transpose::adjoints(session, &[(change.clone(), one)], std::slice::from_ref(&direction))?
        {
            return Ok(adjoints.into_iter().next());
        }
    }
    let derivative = carry.of(session, &change)?;
    if let Some(derivative) = derivative.filter(|derivative| !occurs(derivative, &direction)) {
        return Ok(Some(derivative));
    }
    if let Some(call) = carry.failure() {
        session.message(Sym::D, "linear", &[call.head().clone(), e.clone(), variable.clone()]);
    }
    Ok(None)
}
