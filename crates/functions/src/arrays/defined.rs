//! Functions that a text in the language defines.

use netform_eval::{Flow, Session};
use netform_expr::Expr;

/// The value of a text, which is a function in the language, at some arguments.
pub(crate) fn applied(
    session: &mut Session,
    text: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Result<Expr, Flow> {
    let function = session.parse_static(text);
    session.evaluate(&Expr::normal(function, arguments.into_iter().collect::<Vec<_>>()))
}
