//! Numbers: integers, rationals, machine and arbitrary-precision reals, complex numbers.

use std::cmp::Ordering;

/// A number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Number {
    /// An exact integer.
    Integer(i64),
    /// An exact fraction.
    Rational(std::sync::Arc<(i64, i64)>),
    /// A machine real.
    Real(Bits),
    /// An arbitrary-precision real.
    BigReal(std::sync::Arc<str>),
    /// A complex number.
    Complex(std::sync::Arc<(Number, Number)>),
}

type Bits = u64;

impl Number {
    /// The value of an integer of 64 bits.
    pub fn as_small_integer(&self) -> Option<i64> {
        if let Number::Integer(v) = self { Some(*v) } else { None }
    }

    /// Canonical order.
    pub fn canonical_order(&self, _: &Number) -> Ordering {
        Ordering::Equal
    }
}

impl From<i64> for Number {
    fn from(v: i64) -> Number {
        Number::Integer(v)
    }
}
