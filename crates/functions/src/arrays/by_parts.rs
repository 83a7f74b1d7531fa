//! Functions that rearrange a list whatever its elements are, on arrays that are no lists: the lists of their parts take the
//! places of the arrays, as many levels deep as the function looks.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

/// Of longer arrays no list of parts is made.
const MOST_PARTS: usize = 4096;
/// Arrays and lists are written out so many levels deep.
const MOST_LEVELS: usize = 64;

/// The rule of such a function: the list of the parts takes the place of each array whose length is a number. A call with an
/// array of another length stays.
pub(crate) fn by_parts(session: &mut Session, call: &Expr) -> Eval {
    of_lists(session, call, 1)
}

/// The same where the function looks at all levels: arrays are written out in components.
pub(crate) fn by_components(session: &mut Session, call: &Expr) -> Eval {
    of_lists(session, call, MOST_LEVELS)
}

fn of_lists(session: &mut Session, call: &Expr, levels: usize) -> Eval {
    let Some(positions) = session.function_of(call.head()).map(|function| function.arrays) else { return Ok(None) };
    let mut args = call.args().into_owned();
    let count = args.len();
    for (i, arg) in args.iter_mut().enumerate() {
        if !positions.contains(i, count) {
            continue;
        }
        let Some(explicit) = explicit(session, arg, levels)? else { return Ok(None) };
        *arg = explicit;
    }
    let written_out = Expr::normal(call.head().clone(), args);
    Ok(Some(written_out).filter(|written_out| written_out != call))
}

/// An expression in which the arrays at its outermost levels are lists of their parts, so many levels deep. `None` where the
/// length of one is no number, or too large, and of a symbol without levels.
pub(crate) fn explicit(session: &mut Session, e: &Expr, levels: usize) -> Eval {
    if e.is_array_symbol() && !session.is_symbolic_array(e)? {
        return Ok(None);
    }
    let mut left = MOST_PARTS;
    written_out(session, e, levels.min(MOST_LEVELS), &mut left)
}

/// Not more than [`MOST_LEVELS`] calls deep.
fn written_out(session: &mut Session, e: &Expr, levels: usize, left: &mut usize) -> Eval {
    if levels == 0 || !e.may_hold_array_symbol() {
        return Ok(Some(e.clone()));
    }
    let parts = if e.is_list() {
        e.args().into_owned()
    } else if session.is_symbolic_array(e)? {
        let length = session.known_length(e)?.filter(|length| length <= left);
        let Some(length) = length else { return Ok(None) };
        *left -= length;
        let mut parts = Vec::with_capacity(length);
        for i in 1..=length {
            parts.push(session.evaluate_call(Sym::Part, [e.clone(), Expr::integer(i as i64)])?);
        }
        parts
    } else {
        return Ok(Some(e.clone()));
    };
    let mut items = Vec::with_capacity(parts.len());
    for part in &parts {
        let Some(item) = written_out(session, part, levels - 1, left)? else { return Ok(None) };
        items.push(item);
    }
    Ok(Some(Expr::list(items)))
}
