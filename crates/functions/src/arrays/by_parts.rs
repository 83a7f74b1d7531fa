//! Functions that rearrange a list whatever its elements are, on arrays that are no lists.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Sym};

/// Of longer arrays no list of parts is made.
const MOST_PARTS: usize = 4096;

/// The rule of such a function: the list of the parts takes the place of each array whose length is a number. A call with an
/// array of another length stays.
pub(crate) fn by_parts(session: &mut Session, call: &Expr) -> Eval {
    let Some(positions) = session.function_of(call.head()).map(|function| function.arrays) else { return Ok(None) };
    let mut args = call.args().into_owned();
    let count = args.len();
    for (i, arg) in args.iter_mut().enumerate() {
        if !positions.contains(i, count) || !session.is_symbolic_array(arg)? {
            continue;
        }
        let shape = session.shape_of(arg)?;
        let length = shape.dimensions().and_then(<[Expr]>::first).and_then(Expr::as_usize);
        let Some(length) = length.filter(|&length| length <= MOST_PARTS) else { return Ok(None) };
        let part = |i: usize| Expr::call(Sym::Part, [arg.clone(), Expr::integer(i as i64 + 1)]);
        *arg = session.evaluate(&Expr::list((0..length).map(part).collect::<Vec<_>>()))?;
    }
    Ok(Some(Expr::normal(call.head().clone(), args)))
}
