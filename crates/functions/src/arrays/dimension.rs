//! Arithmetic of dimensions, which are integers or expressions in positive-integer symbols.

use netform_compile::Dim;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use crate::arithmetic;

/// The dimensions of an array, outermost first.
pub(crate) type Dims = SmallVec<[Expr; 4]>;

/// A known size as an expression.
pub(crate) fn integer(size: usize) -> Expr {
    Expr::integer(i64::try_from(size).unwrap_or(i64::MAX))
}

/// The normal form of a dimension: equal dimensions are equal nodes. What is no polynomial in
/// symbols stays as it is.
fn normal(e: Expr) -> Expr {
    if e.is_atom() { e } else { Dim::from_expr(&e).map_or(e, |dimension| dimension.to_expr()) }
}

/// `a + b`.
pub(crate) fn add(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    arithmetic::sum(session, [a.clone(), b.clone()]).map(normal)
}

/// `a - b`.
pub(crate) fn subtract(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    let negative = multiply(session, &Expr::integer(-1), b)?;
    add(session, a, &negative)
}

/// `a b`.
pub(crate) fn multiply(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    arithmetic::product(session, [a.clone(), b.clone()]).map(normal)
}

/// `a/b` rounded down, for a positive integer `b`.
pub(crate) fn quotient(session: &mut Session, a: &Expr, b: usize) -> Result<Expr, Flow> {
    let divisor = i64::try_from(b).unwrap_or(i64::MAX);
    if let Ok(quotient) = Dim::from_expr(a).and_then(|a| a.floor_div(divisor)) {
        return Ok(quotient.to_expr());
    }
    let inverse = arithmetic::power(session, integer(b), Expr::integer(-1))?;
    let ratio = arithmetic::product(session, [a.clone(), inverse])?;
    session.evaluate_call(Sym::Floor, [ratio])
}

/// The number of elements of an array with these dimensions.
pub(crate) fn element_count(session: &mut Session, dimensions: &[Expr]) -> Result<Expr, Flow> {
    arithmetic::product(session, dimensions.iter().cloned()).map(normal)
}

/// Whether two sizes are known to differ.
pub(crate) fn differ(a: &Expr, b: &Expr) -> bool {
    if a == b {
        return false;
    }
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a != b,
        _ => matches!((Dim::from_expr(a), Dim::from_expr(b)), (Ok(a), Ok(b)) if a.equals(&b) == Some(false)),
    }
}

/// Whether an expression can be a size: a non-negative integer, or anything but a number or a list.
pub(crate) fn is_size(e: &Expr) -> bool {
    e.as_usize().is_some() || !(e.is_number() || e.is_list() || e.as_str().is_some())
}

/// The dimensions that an argument `{n, m, ...}` or `n` states.
pub(crate) fn stated(e: &Expr) -> Option<Dims> {
    let dimensions: Dims = match e.args_of(Sym::List) {
        Some(items) => items.iter().cloned().map(normal).collect(),
        None => [normal(e.clone())].into_iter().collect(),
    };
    dimensions.iter().all(is_size).then_some(dimensions)
}

/// The dimensions as integers, where all are known.
pub(crate) fn known(dimensions: &[Expr]) -> Option<Vec<usize>> {
    dimensions.iter().map(Expr::as_usize).collect()
}

/// The dimensions of an argument; none where nothing is known of it.
pub(crate) fn of(session: &mut Session, e: &Expr) -> Result<Dims, Flow> {
    let known = session.shape_of(e)?;
    Ok(known.dimensions().unwrap_or_default().iter().cloned().map(normal).collect())
}

/// A list of sizes or positions.
pub(crate) fn list(items: &[Expr]) -> Expr {
    Expr::list(items.iter().cloned())
}
