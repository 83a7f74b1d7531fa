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
    settled(session, head, flat)
}

/// The call of `head` with parts that have been put in order and collected. It is in normal form unless there are rules of
/// the user, or arrays such as `SymbolicZerosArray[{n}]` among the parts, for which there are rules beside those of the head.
pub(super) fn settled(session: &mut Session, head: Sym, parts: Vec<Expr>) -> Result<Expr, Flow> {
    let is_constant = |part: &Expr| {
        part.may_hold_array_symbol() && session.function_of(part.head()).is_some_and(|f| f.written_out.is_some())
    };
    let has_constants = parts.iter().any(is_constant);
    let call = Expr::call(head, parts);
    if has_constants {
        return session.evaluate(&call);
    }
    if !session.has_user_rules(head.expr()) {
        session.mark_normal_form(&call);
    }
    Ok(call)
}
