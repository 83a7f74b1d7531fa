//! The numbers of the language: exact integers and rationals, machine reals, reals of arbitrary
//! precision, and complex numbers, with the arithmetic the Wolfram Language gives them.
//!
//! [`Number`] is always normalised, so that structural equality ([`PartialEq`]) is `SameQ`:
//!
//! * an integer that fits a machine word is stored as one, a rational has a denominator above 1;
//! * a machine real is finite, and its zero has no sign;
//! * a complex number never has an exactly zero imaginary part, and if one of its parts is a
//!   machine real, so is the other.
//!
//! Operations that may leave the numbers return `Result<Number, Exception>`: division by zero,
//! overflow, and exact results that only an expression can hold, such as `2^(1/2)`.
//!
//! ```
//! use netform_expr::number::{Exception, Number};
//!
//! let third = Number::from(1).div(&Number::from(3)).unwrap();
//! assert_eq!(third.add(&third).add(&third), Number::from(1));
//! assert_eq!(third.mul(&Number::Real(1.5)).unwrap(), Number::Real(0.5));
//! assert_eq!(Number::from(1).div(&Number::from(0)), Err(Exception::ComplexInfinity));
//! ```

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dashu_int::IBig;
use dashu_ratio::RBig;

mod arithmetic;
mod big_real;
mod combinatorial;
mod compare;
mod complex;
mod constants;
mod convert;
mod decimal;
mod elementary;
mod exception;
mod integer;
mod literal;
mod power;
mod prime;
mod real;
mod root;
mod rounding;

pub use big_real::{BigReal, MACHINE_PRECISION};
pub use complex::ComplexNumber;
pub use constants::Constant;
pub use decimal::{DecimalDigits, NumberText};
pub use elementary::Elementary;
pub use exception::Exception;
pub use integer::Integer;
pub use literal::{Literal, LiteralError, Mark};
pub use prime::Interrupted;
pub use root::{Surd, extract_root};

/// A number. Cloning is cheap: what does not fit a word is shared.
#[derive(Clone)]
pub enum Number {
    /// An exact integer.
    Integer(Integer),
    /// An exact rational number that is not an integer.
    Rational(Arc<RBig>),
    /// A machine real: finite, and never the negative zero. [`Number::real`] sees to that.
    Real(f64),
    /// A real number with a precision of its own.
    BigReal(BigReal),
    /// A complex number, exact or not.
    Complex(Arc<ComplexNumber>),
}

impl Number {
    /// The integer 0.
    pub const ZERO: Number = Number::Integer(Integer::ZERO);
    /// The integer 1.
    pub const ONE: Number = Number::Integer(Integer::ONE);
    /// The integer -1.
    pub const MINUS_ONE: Number = Number::Integer(Integer::MINUS_ONE);

    /// A machine real from the result of a machine computation.
    ///
    /// Infinities are an [`Exception::Overflow`], what is not a number is
    /// [`Exception::Indeterminate`], and the negative zero becomes the zero.
    pub fn real(value: f64) -> Result<Number, Exception> {
        if value.is_finite() {
            // Adding the positive zero turns the negative zero into it and changes nothing else.
            Ok(Number::Real(value + 0.0))
        } else if value.is_nan() {
            Err(Exception::Indeterminate)
        } else {
            Err(Exception::Overflow)
        }
    }

    /// The exact quotient of two integers, or the exception that a zero denominator makes.
    pub fn rational(numerator: &Integer, denominator: &Integer) -> Result<Number, Exception> {
        if denominator.is_zero() {
            return Err(if numerator.is_zero() { Exception::Indeterminate } else { Exception::ComplexInfinity });
        }
        Ok(Number::from(RBig::from_parts_signed(numerator.to_ibig(), denominator.to_ibig())))
    }

    /// The number `re + im I`, normalised. Complex parts are multiplied out.
    pub fn complex(re: &Number, im: &Number) -> Number {
        match (re, im) {
            (Number::Complex(_), _) | (_, Number::Complex(_)) => re.add(&complex::times_i(im)),
            _ => complex::from_parts(re.clone(), im.clone()),
        }
    }

    /// Whether the number has no inexact part.
    pub fn is_exact(&self) -> bool {
        match self {
            Number::Integer(_) | Number::Rational(_) => true,
            Number::Real(_) | Number::BigReal(_) => false,
            Number::Complex(z) => z.re().is_exact() && z.im().is_exact(),
        }
    }

    /// Whether the number is a machine real, or complex with machine parts.
    pub fn is_machine(&self) -> bool {
        match self {
            Number::Real(_) => true,
            Number::Complex(z) => matches!(z.im(), Number::Real(_)),
            _ => false,
        }
    }

    /// Whether the number is not complex.
    pub fn is_real(&self) -> bool {
        !matches!(self, Number::Complex(_))
    }

    /// Whether the number is an exact integer.
    pub fn is_integer(&self) -> bool {
        matches!(self, Number::Integer(_))
    }

    /// Whether the number is an exact even integer.
    pub fn is_even(&self) -> bool {
        matches!(self, Number::Integer(n) if n.is_even())
    }

    /// Whether the number is an exact odd integer.
    pub fn is_odd(&self) -> bool {
        matches!(self, Number::Integer(n) if !n.is_even())
    }

    /// Whether the number is zero, exactly or not.
    pub fn is_zero(&self) -> bool {
        match self {
            Number::Integer(n) => n.is_zero(),
            Number::Rational(_) => false,
            Number::Real(x) => *x == 0.0,
            Number::BigReal(x) => x.is_zero(),
            Number::Complex(z) => z.re().is_zero() && z.im().is_zero(),
        }
    }

    /// Whether the number is the exact integer 0, which vanishes from sums and annihilates products.
    pub fn is_exact_zero(&self) -> bool {
        matches!(self, Number::Integer(n) if n.is_zero())
    }

    /// Whether the number is the exact integer 1, which vanishes from products.
    pub fn is_exact_one(&self) -> bool {
        matches!(self, Number::Integer(n) if n.as_i64() == Some(1))
    }

    /// The sign of a real number: -1, 0 or 1; nothing for a complex one.
    pub fn sign(&self) -> Option<i8> {
        Some(match self {
            Number::Integer(n) => n.sign(),
            Number::Rational(q) => {
                if q.numerator().sign() == dashu_base::Sign::Negative {
                    -1
                } else {
                    1
                }
            }
            Number::Real(x) if *x == 0.0 => 0,
            Number::Real(x) => x.signum() as i8,
            Number::BigReal(x) => x.sign(),
            Number::Complex(_) => return None,
        })
    }

    /// Whether the number is real and below zero.
    pub fn is_negative(&self) -> bool {
        self.sign() == Some(-1)
    }

    /// Whether the number is real and above zero.
    pub fn is_positive(&self) -> bool {
        self.sign() == Some(1)
    }

    /// The real part.
    pub fn re(&self) -> Number {
        match self {
            Number::Complex(z) => z.re().clone(),
            _ => self.clone(),
        }
    }

    /// The imaginary part: the exact zero for a real number.
    pub fn im(&self) -> Number {
        match self {
            Number::Complex(z) => z.im().clone(),
            _ => Number::ZERO,
        }
    }

    /// The exact integer inside, if the number is one.
    pub fn as_integer(&self) -> Option<&Integer> {
        match self {
            Number::Integer(n) => Some(n),
            _ => None,
        }
    }

    /// The exact integer inside, if it fits a machine word.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_integer().and_then(Integer::as_i64)
    }

    /// The numerator of an exact rational number, an integer being its own.
    pub fn numerator(&self) -> Option<Integer> {
        match self {
            Number::Integer(n) => Some(n.clone()),
            Number::Rational(q) => Some(Integer::from(q.numerator().clone())),
            _ => None,
        }
    }

    /// The positive denominator of an exact rational number, 1 for an integer.
    pub fn denominator(&self) -> Option<Integer> {
        match self {
            Number::Integer(_) => Some(Integer::ONE),
            Number::Rational(q) => Some(Integer::from(IBig::from(q.denominator().clone()))),
            _ => None,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number::Integer(Integer::from(value))
    }
}

impl From<i32> for Number {
    fn from(value: i32) -> Number {
        Number::from(i64::from(value))
    }
}

impl From<Integer> for Number {
    fn from(value: Integer) -> Number {
        Number::Integer(value)
    }
}

impl From<IBig> for Number {
    fn from(value: IBig) -> Number {
        Number::Integer(Integer::from(value))
    }
}

impl From<RBig> for Number {
    fn from(value: RBig) -> Number {
        if value.is_int() { Number::from(value.into_parts().0) } else { Number::Rational(Arc::new(value)) }
    }
}

impl From<BigReal> for Number {
    fn from(value: BigReal) -> Number {
        Number::BigReal(value)
    }
}

/// Structural equality (`SameQ`): same kind, same value, same precision.
impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => a == b,
            (Number::Rational(a), Number::Rational(b)) => a == b,
            (Number::Real(a), Number::Real(b)) => a.to_bits() == b.to_bits(),
            (Number::BigReal(a), Number::BigReal(b)) => a == b,
            (Number::Complex(a), Number::Complex(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Number::Integer(n) => n.hash(state),
            Number::Rational(q) => q.hash(state),
            Number::Real(x) => x.to_bits().hash(state),
            Number::BigReal(x) => x.hash(state),
            Number::Complex(z) => z.hash(state),
        }
    }
}

/// Writes the number in InputForm, which reads back as the same number.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Integer(n) => write!(f, "{n}"),
            Number::Rational(q) => write!(f, "{}/{}", q.numerator(), q.denominator()),
            Number::Real(_) | Number::BigReal(_) => match self.input_text() {
                Some(text) => write!(f, "{text}"),
                None => Ok(()),
            },
            Number::Complex(z) => write!(f, "Complex[{}, {}]", z.re(), z.im()),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
