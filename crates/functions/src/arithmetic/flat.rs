//! Sums and products made of parts that are in normal form.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::inexact;

/// The call of `head`, `Plus` or `Times`, with these parts, in normal form if they are. Nested calls
/// of the head are flattened, parts put in order, and `collect` adds up what belongs together.
///
/// # Errors
/// Where a definition of the user for the head is left by a [`Flow`].
pub(super) fn form(
    session: &mut Session,
    head: Sym,
    parts: impl IntoIterator<Item = Expr>,
    collect: fn(&mut Session, &[Expr]) -> Eval,
) -> Result<Expr, Flow> {
    let mut flat: Vec<Expr> = Vec::new();
    let mut ordered = 0..0;
    let mut threads = session.has_user_rules(head.expr());
    for part in parts {
        threads |= part.is_list();
        match part.args_of(head) {
            Some(inner) => {
                if inner.len() > ordered.len() {
                    ordered = flat.len()..flat.len() + inner.len();
                }
                flat.extend(inner.iter().cloned());
            }
            None => flat.push(part),
        }
    }
    if threads {
        return session.evaluate_call(head, flat);
    }
    session.order().sort_around(&mut flat, ordered);
    if inexact::may_spread(&flat)
        && let Some(inexact) = inexact::spread(session, &Expr::call(head, flat.iter().cloned()))?
    {
        return session.evaluate(&inexact);
    }
    if let Some(collected) = collect(session, &flat)? {
        return Ok(collected);
    }
    let call = Expr::call(head, flat);
    session.mark_normal_form(&call);
    Ok(call)
}
