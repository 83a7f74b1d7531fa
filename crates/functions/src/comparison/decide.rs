//! Decisions about numbers: which expressions are real, and how two of them compare.
//!
//! Exact expressions such as `Pi - 22/7` are decided by their numerical values, with more digits where
//! a few do not separate them; what no number of digits separates stays undecided.

use std::cmp::Ordering;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, NodeSet, Number, Sym};

use crate::numbers::is_numeric;

/// 1 for positive infinity, -1 for negative infinity.
pub(crate) fn infinity_sign(e: &Expr) -> Option<i64> {
    if e.is(Sym::Infinity) {
        return Some(1);
    }
    let direction = e.args_of(Sym::DirectedInfinity)?.first()?.as_i64()?;
    (direction.abs() == 1).then_some(direction)
}

/// The order of two real quantities; `None` where they are not both real, or cannot be separated.
///
/// # Errors
/// What leaves the numerical evaluation.
pub(crate) fn numeric_order(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<Ordering>, Flow> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Ok(a.compare(&b));
    }
    if let Some(order) = order_of_infinities(session, a, b)? {
        return Ok(Some(order));
    }
    if !is_numeric(session, a) || !is_numeric(session, b) {
        return Ok(None);
    }
    if a == b {
        return Ok(machine_value(session, a)?.filter(Number::is_real).map(|_| Ordering::Equal));
    }
    let difference = difference(session, a, b)?;
    Ok(match difference {
        Some(difference) => difference.sign().map(|sign| sign.cmp(&0)),
        None => None,
    })
}

fn order_of_infinities(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<Ordering>, Flow> {
    let (left, right) = (infinity_sign(a), infinity_sign(b));
    if left.is_none() && right.is_none() {
        return Ok(None);
    }
    for (sign, e) in [(left, a), (right, b)] {
        if sign.is_none() && !is_real_valued(session, e)? {
            return Ok(None);
        }
    }
    Ok(Some(left.unwrap_or(0).cmp(&right.unwrap_or(0))))
}

/// Whether an expression is numeric and its value is real.
///
/// # Errors
/// What leaves the numerical evaluation.
pub(crate) fn is_real_valued(session: &mut Session, e: &Expr) -> Result<bool, Flow> {
    if !is_numeric(session, e) {
        return Ok(false);
    }
    Ok(machine_value(session, e)?.is_some_and(|value| value.is_real()))
}

/// Whether two numeric quantities are equal; `None` where they cannot be separated.
///
/// # Errors
/// What leaves the numerical evaluation.
pub(crate) fn numeric_equality(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<bool>, Flow> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Ok(Some(a.equal(&b)));
    }
    if let (Some(a), Some(b)) = (infinity_sign(a), infinity_sign(b)) {
        return Ok(Some(a == b));
    }
    if infinity_sign(a).is_some() && is_numeric(session, b) || infinity_sign(b).is_some() && is_numeric(session, a) {
        return Ok(Some(false));
    }
    if !is_numeric(session, a) || !is_numeric(session, b) {
        return Ok(None);
    }
    Ok(difference(session, a, b)?.map(|difference| difference.is_zero()))
}

/// The machine number that a numeric expression evaluates to.
pub(crate) fn machine_value(session: &mut Session, e: &Expr) -> Result<Option<Number>, Flow> {
    match e.as_number() {
        Some(number) => Ok(Some(number)),
        None => Ok(session.evaluate_call(Sym::N, [e.clone()])?.as_number()),
    }
}

/// Differences below this part of the compared values are looked at with more digits.
const SEPARATED: f64 = 1e-10;
/// Digits that are tried in turn.
const DIGITS: [i64; 3] = [30, 60, 120];

/// A number with the sign of `a - b`. Zero only where one of them is inexact.
fn difference(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<Number>, Flow> {
    let (Some(x), Some(y)) = (machine_value(session, a)?, machine_value(session, b)?) else { return Ok(None) };
    let inexact = is_inexact(a) || is_inexact(b);
    if inexact {
        return Ok(Some(if x.equal(&y) { Number::ZERO } else { x.sub(&y) }));
    }
    let estimate = x.sub(&y);
    let size = |n: &Number| {
        let (re, im) = n.to_f64_parts();
        re.hypot(im)
    };
    if size(&estimate) > SEPARATED * (size(&x) + size(&y)) {
        return Ok(Some(estimate));
    }
    let negative = Expr::call(Sym::Times, [Expr::integer(-1), b.clone()]);
    let exact = session.evaluate_call(Sym::Plus, [a.clone(), negative])?;
    if let Some(number) = exact.as_number() {
        return Ok(Some(number));
    }
    for digits in DIGITS {
        let value = session.quietly(netform_eval::Quiet::All, |session| {
            session.evaluate_call(Sym::N, [exact.clone(), Expr::integer(digits)])
        })?;
        match value.as_number() {
            Some(number) if !number.is_zero() && number.precision() > 1.0 => return Ok(Some(number)),
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Whether an inexact number occurs in a numeric expression.
fn is_inexact(e: &Expr) -> bool {
    let mut seen = NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        match node.kind() {
            Kind::Real(_) => return true,
            Kind::Number(number) if !number.is_exact() => return true,
            Kind::Normal(_, args) => stack.extend(args.iter().filter(|arg| seen.insert((*arg).clone())).cloned()),
            _ => {}
        }
    }
    false
}
