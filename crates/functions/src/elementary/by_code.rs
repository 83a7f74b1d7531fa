//! Calls of functions whose code says what they are on machine numbers.

use netform_eval::{RealCode, Session};
use netform_expr::Expr;

/// The value that the code of the record gives, where some argument is a machine number and all are numbers.
pub(super) fn by_code(session: &Session, call: &Expr) -> Option<Expr> {
    let code = session.function_of(call.head()).and_then(|record| record.real)?;
    let args = call.args();
    let numbers: Option<Vec<f64>> = args.iter().map(|arg| arg.as_number()?.to_f64()).collect();
    let numbers = numbers.filter(|_| args.iter().any(|arg| arg.as_real().is_some()))?;
    let value = match (code, numbers.as_slice()) {
        (RealCode::Unary(f), [x]) => f(*x),
        (RealCode::Binary(f), [x, y]) => f(*x, *y),
        _ => f64::NAN,
    };
    (!value.is_nan()).then(|| Expr::real(value))
}
