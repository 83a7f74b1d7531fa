//! The derivative by an array: `D[f, x]` has the levels of f, then those of x.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym, occurs, postorder};

use super::carry::Carry;
use super::forward::Forward;
use super::transpose;
use crate::arrays::bound;
use crate::arrays::dimension;

/// Whether a variable is a component of an array that an expression also has as a whole.
pub(super) fn is_component(session: &mut Session, e: &Expr, variable: &Expr) -> Result<bool, Flow> {
    if !variable.has_head(Sym::Indexed) || variable.len() != 2 || !session.is_symbolic_array(&variable.arg(0))? {
        return Ok(false);
    }
    let array = variable.arg(0);
    let mask = array.symbol_classes();
    let component = |node: &Expr| node.has_head(Sym::Indexed) && node.len() == 2 && node.arg(0) == array;
    let mut whole = false;
    let walk = postorder::<()>(
        e,
        |node| node.symbol_classes() & mask == mask && *node != array && !component(node),
        |node| {
            whole |= *node == array;
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    Ok(whole)
}

/// The derivative by a component of an array: along the array that is 1 there.
pub(super) fn by_component(session: &mut Session, e: &Expr, variable: &Expr) -> Eval {
    let array = variable.arg(0);
    let dimensions = dimension::of(session, &array)?;
    let identity = Expr::call(Sym::SymbolicIdentityArray, [dimension::list(&dimensions)]);
    let direction = session.evaluate_call(Sym::Indexed, [identity, variable.arg(1)])?;
    Forward::along(vec![(array, direction)]).derivative(session, e)
}

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
