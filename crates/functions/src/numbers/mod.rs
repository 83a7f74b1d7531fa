//! Numbers: numeric values, precision, parts of fractions, digits, primes.

mod digits;
mod fractions;
mod n;
mod precision;
mod primes;
mod quantities;

use netform_eval::{Function, Session};
use netform_expr::{Attributes, Expr, Kind, NodeSet, Sym};

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
    if e.as_array().is_some() || !session.may_be_numeric(e) || e.may_hold_array_symbol() {
        return false;
    }
    let mut seen = NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        let numeric = match node.kind() {
            Kind::Integer(_) | Kind::Real(_) | Kind::Number(_) => true,
            Kind::Symbol(_) => session.attributes_of(&node).contains(Attributes::CONSTANT),
            Kind::Normal(head, args) => {
                stack.extend(args.iter().filter(|arg| seen.insert((*arg).clone())).cloned());
                head.is_symbol()
                    && !args.is_empty()
                    && session.attributes_of(head).contains(Attributes::NUMERIC_FUNCTION)
            }
            Kind::String(_) | Kind::Array(_) => false,
        };
        if !numeric {
            return false;
        }
    }
    true
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
