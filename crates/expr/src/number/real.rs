//! Arithmetic of two real numbers, with the rules of contagion: exact with exact is exact, machine
//! reals make everything machine, and in between the significance arithmetic applies.
//!
//! A machine result beyond the range of machine reals is held as a [`BigReal`] of exactly
//! [`MACHINE_PRECISION`] digits: an *extended* machine number. It is calculated with like a machine
//! real, so its precision stays what it is, and what comes back into the range is a machine real.

use dashu_base::UnsignedAbs;
use dashu_ratio::RBig;

use super::big_real::{
    BigReal, Float, MACHINE_PRECISION, check_range, combine_digits, context, float_from_f64, float_from_integer,
    is_zero, log2_magnitude, working_bits,
};
use super::{Exception, Integer, Number};

/// The nearest machine real of a real number, if it is in their range: finite, and not so close to
/// zero that digits are lost.
pub(crate) fn to_machine(value: &Number) -> Option<f64> {
    let machine = match value {
        Number::Real(x) => return Some(*x),
        Number::Integer(n) => n.to_f64(),
        Number::Rational(q) => q.to_f64().value(),
        Number::BigReal(x) if x.is_zero() => return Some(0.0),
        Number::BigReal(x) => x.to_f64(),
        Number::Complex(_) => return None,
    };
    (machine.is_finite() && (machine.is_normal() || value.is_exact_zero())).then_some(machine)
}

/// Whether a real number is a machine number, in their range or beyond it.
pub(crate) fn is_like_machine(value: &Number) -> bool {
    match value {
        Number::Real(_) => true,
        Number::BigReal(x) => x.digits() == MACHINE_PRECISION && to_machine(value).is_none(),
        _ => false,
    }
}

/// The value of an exact number or machine real as a float of this many bits.
pub(crate) fn to_float(value: &Number, bits: usize) -> Float {
    match value {
        Number::Integer(n) => float_from_integer(&n.as_ibig(), bits),
        Number::Rational(q) => q.to_float(bits.max(2)).value(),
        Number::Real(x) => float_from_f64(*x),
        Number::BigReal(x) => x.value().clone(),
        Number::Complex(z) => to_float(z.re(), bits),
    }
}

/// The base-10 logarithm of the absolute value of a real number, negative infinity for 0.
pub(crate) fn log10_abs(value: &Number) -> f64 {
    let log2 = match value {
        Number::Integer(n) if n.is_zero() => f64::NEG_INFINITY,
        Number::Integer(n) => log2_magnitude(&n.unsigned_abs()),
        Number::Rational(q) => log2_magnitude(&q.numerator().clone().unsigned_abs()) - log2_magnitude(q.denominator()),
        Number::Real(x) => return x.abs().log10(),
        Number::BigReal(x) => return super::big_real::log10_abs(x.value()),
        Number::Complex(_) => f64::NAN,
    };
    log2 * std::f64::consts::LOG10_2
}

/// The accuracy of a real number, infinite if it is exact.
pub(crate) fn accuracy(value: &Number) -> f64 {
    match value {
        Number::BigReal(x) => x.accuracy(),
        Number::Real(0.0) => MACHINE_PRECISION - f64::MIN_POSITIVE.log10(),
        Number::Real(x) => MACHINE_PRECISION - x.abs().log10(),
        _ => f64::INFINITY,
    }
}

/// The precision of a real number, infinite if it is exact.
pub(crate) fn precision(value: &Number) -> f64 {
    match value {
        Number::BigReal(x) => x.precision(),
        Number::Real(_) => MACHINE_PRECISION,
        _ => f64::INFINITY,
    }
}

/// The exact value of an exact real number.
pub(crate) fn to_rational(value: &Number) -> Option<RBig> {
    match value {
        Number::Integer(n) => Some(RBig::from(n.to_ibig())),
        Number::Rational(q) => Some((**q).clone()),
        _ => None,
    }
}

/// The sum.
pub(crate) fn add(a: &Number, b: &Number) -> Number {
    match (a, b) {
        (Number::Integer(x), Number::Integer(y)) => return Number::Integer(x + y),
        (Number::Real(x), Number::Real(y)) => {
            if let Ok(sum) = Number::real(x + y) {
                return sum;
            }
        }
        _ if a.is_exact_zero() => return b.clone(),
        _ if b.is_exact_zero() => return a.clone(),
        (Number::Real(_), _) | (_, Number::Real(_)) => {
            if let (Some(x), Some(y)) = (to_machine(a), to_machine(b))
                && let Ok(sum) = Number::real(x + y)
            {
                return sum;
            }
        }
        (Number::BigReal(_), _) | (_, Number::BigReal(_)) => {}
        _ => return add_exact(a, b),
    }
    let sum = add_significant(a, b);
    like_operands(a, b, sum)
}

fn add_exact(a: &Number, b: &Number) -> Number {
    match (a, b) {
        (Number::Rational(x), Number::Rational(y)) => Number::from(&**x + &**y),
        (Number::Rational(q), Number::Integer(n)) | (Number::Integer(n), Number::Rational(q)) => {
            Number::from(&**q + n.as_ibig().as_ref())
        }
        _ => Number::from(to_rational(a).unwrap_or(RBig::ZERO) + to_rational(b).unwrap_or(RBig::ZERO)),
    }
}

/// The result of an operation: a machine operand makes it machine.
fn like_operands(a: &Number, b: &Number, value: BigReal) -> Number {
    let value = Number::BigReal(value);
    if is_like_machine(a) || is_like_machine(b) { like_machine(value) } else { value }
}

/// A number with the precision of machine numbers: a machine real, if it is in their range.
pub(crate) fn like_machine(value: Number) -> Number {
    match (to_machine(&value), &value) {
        (Some(machine), _) => Number::Real(machine + 0.0),
        (None, Number::BigReal(x)) => Number::BigReal(BigReal::new(x.value(), MACHINE_PRECISION)),
        (None, _) => value,
    }
}

/// The digits between an exact and an inexact operand of a sum that are taken into account.
const MAX_GAP: f64 = 100_000.0;

/// The digits that an inexact number was given.
fn inexact_digits(value: &Number) -> f64 {
    match value {
        Number::BigReal(x) => x.digits(),
        Number::Real(_) => MACHINE_PRECISION,
        _ => 0.0,
    }
}

fn add_significant(a: &Number, b: &Number) -> BigReal {
    let size = log10_abs(a).max(log10_abs(b));
    let accuracy = combine_digits(accuracy(a), accuracy(b));
    // An exact operand far above an inexact one would bring all the digits in between.
    let accuracy = accuracy.min(MAX_GAP + 2.0 * inexact_digits(a).max(inexact_digits(b)) - size);
    let estimate = accuracy + size + 1.0;
    if estimate <= 0.0 {
        return BigReal::zero(accuracy);
    }
    let bits = working_bits(estimate);
    let sum = context(bits).add(to_float(a, bits).repr(), to_float(b, bits).repr());
    match sum {
        Ok(sum) => {
            let sum = sum.value();
            let precision = accuracy + super::big_real::log10_abs(&sum);
            if precision > 0.0 { BigReal::new(&sum, precision) } else { BigReal::zero(accuracy) }
        }
        // The operands are within the range of numbers, which is far inside that of floats.
        Err(_) => BigReal::zero(accuracy),
    }
}

/// The negated number.
pub(crate) fn neg(value: &Number) -> Number {
    match value {
        Number::Integer(n) => Number::Integer(-n),
        Number::Rational(q) => Number::from(-(**q).clone()),
        Number::Real(x) => Number::Real(0.0 - x),
        Number::BigReal(x) => Number::BigReal(x.neg()),
        Number::Complex(_) => value.neg(),
    }
}

/// The product. The exact zero times anything is the exact zero.
pub(crate) fn mul(a: &Number, b: &Number) -> Result<Number, Exception> {
    match (a, b) {
        (Number::Integer(x), Number::Integer(y)) => return Ok(Number::Integer(x * y)),
        (Number::Real(x), Number::Real(y)) => {
            if let Ok(product) = Number::real(x * y) {
                return Ok(product);
            }
        }
        _ if a.is_exact_zero() || b.is_exact_zero() => return Ok(Number::ZERO),
        _ if a.is_exact_one() => return Ok(b.clone()),
        _ if b.is_exact_one() => return Ok(a.clone()),
        (Number::Real(_), _) | (_, Number::Real(_)) => {
            if let (Some(x), Some(y)) = (to_machine(a), to_machine(b))
                && let Ok(product) = Number::real(x * y)
            {
                return Ok(product);
            }
        }
        (Number::BigReal(_), _) | (_, Number::BigReal(_)) => {}
        (Number::Rational(x), Number::Rational(y)) => return Ok(Number::from(&**x * &**y)),
        (Number::Rational(q), Number::Integer(n)) | (Number::Integer(n), Number::Rational(q)) => {
            return Ok(Number::from(&**q * n.as_ibig().as_ref()));
        }
        _ => return Err(Exception::Symbolic),
    }
    Ok(like_operands(a, b, mul_significant(a, b)?))
}

fn mul_significant(a: &Number, b: &Number) -> Result<BigReal, Exception> {
    if a.is_zero() || b.is_zero() {
        return Ok(BigReal::zero(zero_product_accuracy(a, b)));
    }
    let precision = combine_digits(precision(a), precision(b));
    let bits = working_bits(precision);
    let product = context(bits).mul(to_float(a, bits + 8).repr(), to_float(b, bits + 8).repr())?;
    BigReal::with_precision(&product.value(), precision)
}

/// The accuracy of a product one of whose factors is an inexact zero.
fn zero_product_accuracy(a: &Number, b: &Number) -> f64 {
    match (a.is_zero(), b.is_zero()) {
        (true, true) => accuracy(a) + accuracy(b),
        (true, false) => accuracy(a) - log10_abs(b),
        _ => accuracy(b) - log10_abs(a),
    }
}

/// The reciprocal.
pub(crate) fn recip(value: &Number) -> Result<Number, Exception> {
    match value {
        _ if value.is_zero() => Err(Exception::ComplexInfinity),
        Number::Integer(n) => Number::rational(&Integer::ONE, n),
        Number::Rational(q) => {
            let (numerator, denominator) = (q.numerator(), q.denominator());
            Ok(Number::from(RBig::from_parts_signed(denominator.clone().into(), numerator.clone())))
        }
        Number::Real(x) => match Number::real(1.0 / x) {
            Err(_) => Ok(like_operands(&Number::ONE, value, div_significant(&Number::ONE, value)?)),
            quotient => quotient,
        },
        Number::BigReal(_) => Ok(like_operands(&Number::ONE, value, div_significant(&Number::ONE, value)?)),
        Number::Complex(z) => super::complex::recip(z),
    }
}

/// The quotient.
pub(crate) fn div(a: &Number, b: &Number) -> Result<Number, Exception> {
    if b.is_zero() {
        return Err(if a.is_zero() { Exception::Indeterminate } else { Exception::ComplexInfinity });
    }
    match (a, b) {
        (Number::Integer(x), Number::Integer(y)) => return div_integers(x, y),
        _ if a.is_exact_zero() => return Ok(Number::ZERO),
        _ if b.is_exact_one() => return Ok(a.clone()),
        (Number::Real(_), _) | (_, Number::Real(_)) => {
            if let (Some(x), Some(y)) = (to_machine(a), to_machine(b))
                && let Ok(quotient) = Number::real(x / y)
            {
                return Ok(quotient);
            }
        }
        (Number::BigReal(_), _) | (_, Number::BigReal(_)) => {}
        _ => return mul(a, &recip(b)?),
    }
    Ok(like_operands(a, b, div_significant(a, b)?))
}

fn div_integers(x: &Integer, y: &Integer) -> Result<Number, Exception> {
    if let (Some(a), Some(b)) = (x.as_i64(), y.as_i64())
        && a.checked_rem(b) == Some(0)
    {
        return Ok(Number::from(a / b));
    }
    Number::rational(x, y)
}

fn div_significant(a: &Number, b: &Number) -> Result<BigReal, Exception> {
    if a.is_zero() {
        return Ok(BigReal::zero(accuracy(a) + log10_abs(b)));
    }
    let precision = combine_digits(precision(a), precision(b));
    let bits = working_bits(precision);
    let divisor = to_float(b, bits + 8);
    if is_zero(&divisor) {
        return Err(Exception::ComplexInfinity);
    }
    let quotient = context(bits).div(to_float(a, bits + 8).repr(), divisor.repr())?.value();
    check_range(&quotient)?;
    Ok(BigReal::new(&quotient, precision))
}
