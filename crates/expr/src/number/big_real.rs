//! Reals of arbitrary precision with the Wolfram Language's significance arithmetic.
//!
//! A value `x` of precision `p` stands for an uncertainty of `|x| 10^-p`; its accuracy is
//! `p - log10 |x|`. Addition adds the absolute uncertainties, multiplication the relative ones, and
//! a function multiplies the absolute one by its derivative. The binary value carries
//! [`GUARD_BITS`] more than the precision accounts for, so that repeated rounding does not show.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use dashu_base::{BitTest, Sign, UnsignedAbs};
use dashu_float::round::mode::HalfEven;
use dashu_float::{Context, FBig, Repr};
use dashu_int::{IBig, UBig};

use super::exception::Exception;

/// The binary floating-point number below a [`BigReal`], rounded to nearest, ties to even.
pub(crate) type Float = FBig<HalfEven, 2>;

/// The number of decimal digits that a machine real carries: `53 Log10[2]`.
pub const MACHINE_PRECISION: f64 = 15.954_589_770_191_003;

/// Binary digits kept beyond those that the precision accounts for.
const GUARD_BITS: usize = 32;

/// The largest precision, in decimal digits, that a result is given.
pub(crate) const MAX_PRECISION: f64 = 1e7;

/// The largest size of an accuracy; it is that of the range of numbers, and much more.
const MAX_ACCURACY: f64 = 1e17;

/// The largest binary exponent, as in the Wolfram Language's `$MaxNumber`.
const MAX_EXPONENT: i64 = 4_503_599_627_370_496;

/// A real number with a precision of its own, in decimal digits.
///
/// ```
/// use netform_expr::number::Number;
///
/// let x = Number::from(2).to_precision(30.0).unwrap();
/// let product = x.mul(&x).unwrap();
/// assert!((product.precision() - (30.0 - 2f64.log10())).abs() < 1e-9);
/// ```
#[derive(Clone)]
pub struct BigReal(Arc<Parts>);

struct Parts {
    /// Finite, and rounded to the working bits of its precision.
    value: Float,
    /// The precision; for a zero, which has none, the accuracy.
    digits: f64,
}

/// The number of bits in which a value of this many decimal digits is held.
pub(crate) fn working_bits(digits: f64) -> usize {
    (digits.clamp(0.0, MAX_PRECISION) * std::f64::consts::LOG2_10).ceil() as usize + GUARD_BITS
}

/// The rounding context with this many bits.
pub(crate) fn context(bits: usize) -> Context<HalfEven> {
    Context::new(bits.max(2))
}

/// The value of a representation under a context, rounded.
pub(crate) fn rounded(value: &Float, bits: usize) -> Float {
    value.clone().with_precision(bits.max(2)).value()
}

/// An integer rounded to this many bits.
pub(crate) fn float_from_integer(value: &IBig, bits: usize) -> Float {
    context(bits).convert_int(value.clone()).value()
}

/// The machine real as a float, exactly.
pub(crate) fn float_from_f64(value: f64) -> Float {
    Float::try_from(value).unwrap_or(Float::ZERO)
}

/// The base-2 logarithm of the absolute value of an integer, to the accuracy of a machine real.
pub(crate) fn log2_magnitude(value: &UBig) -> f64 {
    let bits = value.bit_len();
    let shift = bits.saturating_sub(64);
    match u64::try_from(value >> shift) {
        Ok(top) => (top as f64).log2() + shift as f64,
        Err(_) => f64::NEG_INFINITY,
    }
}

/// The base-2 logarithm of the absolute value of a float, negative infinity for 0.
pub(crate) fn log2_abs(value: &Float) -> f64 {
    let repr = value.repr();
    if repr.significand().is_zero() {
        return f64::NEG_INFINITY;
    }
    log2_magnitude(&repr.significand().clone().unsigned_abs()) + repr.exponent() as f64
}

/// The base-10 logarithm of the absolute value of a float, negative infinity for 0.
pub(crate) fn log10_abs(value: &Float) -> f64 {
    log2_abs(value) * std::f64::consts::LOG10_2
}

/// Whether the float is 0 or the negative 0.
pub(crate) fn is_zero(value: &Float) -> bool {
    value.repr().significand().is_zero() && !value.repr().is_infinite()
}

/// The number of digits left of two numbers of digits when their uncertainties are added:
/// `-log10(10^-a + 10^-b)`. Infinity stands for an exact operand.
pub(crate) fn combine_digits(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high.is_infinite() {
        return low;
    }
    low - 10f64.powf(low - high).ln_1p() * std::f64::consts::LOG10_E
}

impl BigReal {
    /// The value with this precision, rounded to the bits that the precision takes. A zero takes
    /// the number as its accuracy.
    pub(crate) fn new(value: &Float, precision: f64) -> BigReal {
        let digits = precision.clamp(0.0, MAX_PRECISION);
        let value = if is_zero(value) { Float::ZERO } else { rounded(value, working_bits(digits)) };
        BigReal(Arc::new(Parts { value, digits }))
    }

    /// A zero known to this accuracy: its absolute value is below `10^-accuracy`.
    pub fn zero(accuracy: f64) -> BigReal {
        let digits = if accuracy.is_nan() { 0.0 } else { accuracy.clamp(-MAX_ACCURACY, MAX_ACCURACY) };
        BigReal(Arc::new(Parts { value: Float::ZERO, digits }))
    }

    /// The value with this accuracy, or a zero of that accuracy if not even the first digit of the
    /// value is known; an exception if the value is out of the range of numbers.
    pub(crate) fn with_accuracy(value: &Float, accuracy: f64) -> Result<BigReal, Exception> {
        check_range(value)?;
        let precision = accuracy + log10_abs(value);
        Ok(if precision > 0.0 { BigReal::new(value, precision) } else { BigReal::zero(accuracy) })
    }

    /// The value with this precision, or an exception if it is out of the range of numbers.
    pub(crate) fn with_precision(value: &Float, precision: f64) -> Result<BigReal, Exception> {
        check_range(value)?;
        Ok(BigReal::new(value, precision))
    }

    /// The number `significand 2^exponent` with this precision.
    pub fn from_parts(significand: IBig, exponent: isize, precision: f64) -> Result<BigReal, Exception> {
        let repr = Repr::<2>::new(significand, exponent);
        BigReal::with_precision(&Float::from_repr(repr, context(0)), precision)
    }

    /// The significand and the exponent: the number is `significand 2^exponent`.
    pub fn to_parts(&self) -> (IBig, isize) {
        self.value().repr().clone().into_parts()
    }

    /// The number of significant decimal digits, 0 for a zero.
    pub fn precision(&self) -> f64 {
        if self.is_zero() { 0.0 } else { self.0.digits }
    }

    /// The number of significant decimal digits to the right of the decimal point.
    pub fn accuracy(&self) -> f64 {
        if self.is_zero() { self.0.digits } else { self.0.digits - log10_abs(&self.0.value) }
    }

    /// Whether the number is zero to its accuracy.
    pub fn is_zero(&self) -> bool {
        is_zero(&self.0.value)
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i8 {
        match self.0.value.repr().sign() {
            _ if self.is_zero() => 0,
            Sign::Negative => -1,
            Sign::Positive => 1,
        }
    }

    /// The nearest machine real; infinite beyond the range of machine reals, 0 below it.
    pub fn to_f64(&self) -> f64 {
        self.0.value.to_f64().value()
    }

    /// The negated number, of the same precision.
    pub fn neg(&self) -> BigReal {
        if self.is_zero() {
            return self.clone();
        }
        BigReal(Arc::new(Parts { value: -self.0.value.clone(), digits: self.0.digits }))
    }

    /// The machine words of its significand.
    pub(crate) fn significand_words(&self) -> usize {
        self.0.value.repr().significand().as_sign_words().1.len()
    }

    /// The binary value.
    pub(crate) fn value(&self) -> &Float {
        &self.0.value
    }

    /// The precision of a nonzero number, the accuracy of a zero.
    pub(crate) fn digits(&self) -> f64 {
        self.0.digits
    }
}

/// Fails for values beyond the largest and the smallest number.
pub(crate) fn check_range(value: &Float) -> Result<(), Exception> {
    let repr = value.repr();
    if repr.is_infinite() {
        return Err(Exception::Overflow);
    }
    if repr.significand().is_zero() {
        return Ok(());
    }
    let top = (repr.exponent() as i64).saturating_add(repr.significand().bit_len() as i64);
    if top > MAX_EXPONENT {
        Err(Exception::Overflow)
    } else if top < -MAX_EXPONENT {
        Err(Exception::Underflow)
    } else {
        Ok(())
    }
}

impl PartialEq for BigReal {
    fn eq(&self, other: &BigReal) -> bool {
        let (a, b) = (self.value().repr(), other.value().repr());
        self.digits().to_bits() == other.digits().to_bits()
            && a.exponent() == b.exponent()
            && a.significand() == b.significand()
    }
}

impl Eq for BigReal {}

impl Hash for BigReal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let repr = self.value().repr();
        repr.significand().hash(state);
        repr.exponent().hash(state);
        self.digits().to_bits().hash(state);
    }
}

impl std::fmt::Debug for BigReal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", super::Number::BigReal(self.clone()))
    }
}
