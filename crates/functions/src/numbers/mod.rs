//! Numbers: numeric values, precision, parts of fractions, digits, primes.

mod digits;
mod fractions;
mod n;
mod precision;
mod primes;

use netform_eval::{Function, Session};
use netform_expr::{Attributes, Expr, NodeMap, Sym, postorder};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &n::N,
    &precision::PRECISION,
    &precision::ACCURACY,
    &precision::SET_PRECISION,
    &precision::SET_ACCURACY,
    &precision::MACHINE_PRECISION,
    &fractions::RATIONALIZE,
    &fractions::NUMERATOR,
    &fractions::DENOMINATOR,
    &digits::INTEGER_DIGITS,
    &digits::FROM_DIGITS,
    &primes::PRIME_Q,
    &primes::PRIME,
    &primes::FACTOR_INTEGER,
    &primes::DIVISORS,
    &primes::POWER_MOD,
];

/// Whether an expression is a number, a constant, or a numeric function of such.
pub(crate) fn is_numeric(session: &Session, e: &Expr) -> bool {
    if e.is_number() {
        return true;
    }
    let mut numeric: NodeMap<bool> = NodeMap::default();
    let of_head = |node: &Expr| session.attributes_of(node.head()).contains(Attributes::NUMERIC_FUNCTION);
    let walk = postorder::<()>(e, of_head, |node| {
        let is = node.is_number()
            || session.attributes_of(node).contains(Attributes::CONSTANT)
            || (node.is_normal() && of_head(node) && node.args().iter().all(|arg| numeric.get(arg) == Some(&true)));
        numeric.insert(node.clone(), is);
        Ok(())
    });
    walk.is_ok() && numeric.get(e) == Some(&true)
}

/// The integer argument of a call at a place, after a message if it is something else.
fn integer_argument(session: &mut Session, call: &Expr, place: usize) -> Option<netform_expr::number::Integer> {
    let arg = call.arg(place);
    if let Some(number) = arg.as_number() {
        if let Some(integer) = number.as_integer() {
            return Some(integer.clone());
        }
        session.message_of(call.head(), "int", &[arg, Expr::integer(place as i64 + 1), call.clone()]);
    } else if arg.as_str().is_some() {
        session.message(Sym::General, "int", &[arg, Expr::integer(place as i64 + 1), call.clone()]);
    }
    None
}
