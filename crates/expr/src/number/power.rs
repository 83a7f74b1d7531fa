//! Powers of numbers, with exact roots where they are exact and principal values elsewhere.

use std::cmp::Ordering;

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::big_real::{BigReal, Float, MACHINE_PRECISION, combine_digits, context, is_zero, log10_abs, working_bits};
use super::elementary::Elementary;
use super::elementary::branches::EXPONENTIAL_RANGE;
use super::integer::MAX_INTEGER_BITS;
use super::{Exception, Integer, Number, complex, real};

impl Number {
    /// The power `self^exponent`, with its principal value.
    ///
    /// Exact arguments give exact results or [`Exception::Symbolic`]; see
    /// [`Surd`](super::Surd) for what then can still be taken out of the root.
    ///
    /// ```
    /// use netform_expr::number::{Exception, Integer, Number};
    /// let third = Number::rational(&Integer::from(1), &Integer::from(3)).unwrap();
    /// assert_eq!(Number::from(8).pow(&third).unwrap(), Number::from(2));
    /// assert_eq!(Number::from(2).pow(&third), Err(Exception::Symbolic));
    /// assert_eq!(Number::from(2).pow(&Number::from(-3)).unwrap().to_string(), "1/8");
    /// ```
    pub fn pow(&self, exponent: &Number) -> Result<Number, Exception> {
        match exponent {
            Number::Integer(n) => integer_power(self, n),
            _ if self.is_exact() && exponent.is_exact() => exact_power(self, exponent),
            _ if self.is_zero() => power_of_zero(self, exponent),
            _ => inexact_power(self, exponent),
        }
    }

    /// The principal square root.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// assert_eq!(Number::from(-9).sqrt().unwrap().to_string(), "Complex[0, 3]");
    /// ```
    pub fn sqrt(&self) -> Result<Number, Exception> {
        self.pow(&Number::from(RBig::from_parts(IBig::ONE, UBig::from(2u8))))
    }
}

fn power_of_zero(base: &Number, exponent: &Number) -> Result<Number, Exception> {
    match exponent.re().sign() {
        Some(1) => Ok(base.re()),
        Some(-1) => Err(Exception::ComplexInfinity),
        _ => Err(Exception::Indeterminate),
    }
}

fn integer_power(base: &Number, exponent: &Integer) -> Result<Number, Exception> {
    match exponent.as_i64() {
        _ if base.is_zero() => return power_of_zero(base, &Number::Integer(exponent.clone())),
        Some(0) => return zeroth_power(base),
        Some(1) => return Ok(base.clone()),
        Some(-1) => return base.recip(),
        _ => {}
    }
    match base {
        Number::Integer(_) | Number::Rational(_) => exact_integer_power(base, exponent),
        Number::Real(x) => {
            let power = match exponent.as_i64() {
                Some(2) => x * x,
                _ => x.powf(exponent.to_f64()),
            };
            Number::real(power).or_else(|_| {
                let big = BigReal::new(&real::to_float(base, 53), MACHINE_PRECISION + MACHINE_MARGIN);
                big_integer_power(&big, exponent).map(Number::BigReal).map(real::like_machine)
            })
        }
        Number::BigReal(x) if real::is_like_machine(base) => {
            let big = BigReal::new(x.value(), MACHINE_PRECISION + MACHINE_MARGIN);
            big_integer_power(&big, exponent).map(Number::BigReal).map(real::like_machine)
        }
        Number::BigReal(x) => big_integer_power(x, exponent).map(Number::BigReal),
        Number::Complex(z) => {
            let magnitude = exponent.abs();
            let steps = magnitude.as_i64().unwrap_or(i64::MAX);
            if let Some((re, im)) = complex::as_machine(z)
                && steps > 1 << 10
            {
                return machine_power((re, im), (exponent.to_f64(), 0.0))
                    .or_else(|_| precise_power(base, &Number::Integer(exponent.clone())));
            }
            if !base.is_exact() && steps > 1 << 20 {
                return precise_power(base, &Number::Integer(exponent.clone()));
            }
            if base.is_exact() && exact_bits(base) * steps as f64 > MAX_INTEGER_BITS as f64 {
                return Err(Exception::Overflow);
            }
            let power = power_by_squaring(base, steps as u64)?;
            if exponent.sign() < 0 { power.recip() } else { Ok(power) }
        }
    }
}

/// The number of bits of numerators and denominators of an exact number, roughly.
fn exact_bits(value: &Number) -> f64 {
    [value.re(), value.im()]
        .iter()
        .flat_map(|part| [part.numerator(), part.denominator()])
        .map(|integer| integer.map_or(0.0, |integer| integer.bit_length() as f64))
        .sum()
}

fn zeroth_power(base: &Number) -> Result<Number, Exception> {
    Ok(match base {
        _ if base.is_exact() => Number::ONE,
        Number::BigReal(x) => Number::BigReal(BigReal::new(&Float::ONE, x.precision())),
        _ if base.is_machine() => Number::Real(1.0),
        _ => Number::BigReal(BigReal::new(&Float::ONE, base.precision())),
    })
}

fn power_by_squaring(base: &Number, mut exponent: u64) -> Result<Number, Exception> {
    let (mut square, mut power) = (base.clone(), Number::ONE);
    loop {
        if exponent & 1 == 1 {
            power = power.mul(&square)?;
        }
        exponent >>= 1;
        if exponent == 0 {
            return Ok(power);
        }
        square = square.mul(&square)?;
    }
}

fn exact_integer_power(base: &Number, exponent: &Integer) -> Result<Number, Exception> {
    let above_one = base.abs()?.compare(&Number::ONE) == Some(Ordering::Greater);
    let too_far = if above_one == (exponent.sign() > 0) { Exception::Overflow } else { Exception::Underflow };
    let raise = |n: &Integer| match exponent.abs().as_i64() {
        Some(e) => n.pow(e as u64).ok_or(too_far),
        None if n.is_one() => Ok(Integer::ONE),
        None if *n == Integer::MINUS_ONE => Ok(Integer::from(if exponent.is_even() { 1 } else { -1 })),
        None => Err(too_far),
    };
    let (Some(numerator), Some(denominator)) = (base.numerator(), base.denominator()) else {
        return Err(Exception::Symbolic);
    };
    let (numerator, denominator) = (raise(&numerator)?, raise(&denominator)?);
    if exponent.sign() > 0 {
        Number::rational(&numerator, &denominator)
    } else {
        Number::rational(&denominator, &numerator)
    }
}

fn big_integer_power(base: &BigReal, exponent: &Integer) -> Result<BigReal, Exception> {
    check_power_range(&Number::BigReal(base.clone()), &Number::Integer(exponent.clone()))?;
    let precision = base.precision() - exponent.to_f64().abs().log10();
    if precision <= 0.0 {
        return Err(Exception::Indeterminate);
    }
    let power = context(working_bits(precision)).powi(base.value().repr(), exponent.to_ibig())?;
    BigReal::with_precision(&power.value(), precision)
}

/// A power of exact numbers with an exponent that is not an integer.
fn exact_power(base: &Number, exponent: &Number) -> Result<Number, Exception> {
    if base.is_exact_zero() {
        return power_of_zero(base, exponent);
    }
    if base.is_exact_one() {
        return Ok(Number::ONE);
    }
    let Number::Rational(exponent) = exponent else {
        return Err(Exception::Symbolic);
    };
    let numerator = Integer::from(exponent.numerator().clone());
    let root = match base {
        Number::Complex(_) if *exponent.denominator() == UBig::from(2u8) => exact_complex_root(base)?,
        Number::Complex(_) => return Err(Exception::Symbolic),
        _ => {
            let degree = usize::try_from(exponent.denominator()).map_err(|_| Exception::Symbolic)?;
            let root = exact_root(&base.abs()?, degree).ok_or(Exception::Symbolic)?;
            match base.is_negative() {
                false => root,
                true if degree == 2 => complex::times_i(&root),
                true => return Err(Exception::Symbolic),
            }
        }
    };
    integer_power(&root, &numerator)
}

/// The exact root of a positive rational number, if it is rational.
fn exact_root(base: &Number, degree: usize) -> Option<Number> {
    let root = |n: UBig| -> Option<Integer> {
        if n == UBig::ONE {
            return Some(Integer::ONE);
        }
        if dashu_base::BitTest::bit_len(&n) <= degree {
            return None;
        }
        let root = n.nth_root(degree);
        (root.pow(degree) == n).then(|| Integer::from(root))
    };
    Number::rational(&root(base.numerator()?.unsigned_abs())?, &root(base.denominator()?.unsigned_abs())?).ok()
}

/// The principal square root of an exact complex number, if its parts are rational.
fn exact_complex_root(base: &Number) -> Result<Number, Exception> {
    let modulus = base.abs()?;
    let half = Number::rational(&Integer::ONE, &Integer::from(2))?;
    let re = exact_root_or_zero(&modulus.add(&base.re()).mul(&half)?)?;
    let im = exact_root_or_zero(&modulus.sub(&base.re()).mul(&half)?)?;
    let im = if base.im().is_negative() { im.neg() } else { im };
    Ok(complex::from_parts(re, im))
}

fn exact_root_or_zero(value: &Number) -> Result<Number, Exception> {
    if value.is_exact_zero() {
        return Ok(Number::ZERO);
    }
    exact_root(value, 2).ok_or(Exception::Symbolic)
}

/// A power of a base that is not zero, at least one of the two inexact.
fn inexact_power(base: &Number, exponent: &Number) -> Result<Number, Exception> {
    if base.is_machine() || exponent.is_machine() {
        if let (Some(x), Some(y)) = (machine_parts(base), machine_parts(exponent)) {
            let power = match (x, y) {
                ((x, 0.0), (y, 0.0)) if base.is_real() && exponent.is_real() => machine_real_power(x, y, exponent),
                _ => machine_power(x, y),
            };
            if power.is_ok() {
                return power;
            }
        }
        return precise_power(base, exponent);
    }
    precise_power(base, exponent)
}

fn machine_parts(value: &Number) -> Option<(f64, f64)> {
    let part = |x: &Number| if x.is_zero() { Some(0.0) } else { real::to_machine(x) };
    match value {
        Number::Complex(z) => Some((part(z.re())?, part(z.im())?)),
        _ => Some((part(value)?, 0.0)),
    }
}

fn machine_real_power(x: f64, y: f64, exponent: &Number) -> Result<Number, Exception> {
    let half = matches!(exponent, Number::Rational(_)) && y.abs() == 0.5;
    let modulus = match half {
        true if y > 0.0 => x.abs().sqrt(),
        true => 1.0 / x.abs().sqrt(),
        false => x.abs().powf(y),
    };
    if x > 0.0 {
        return Number::real(modulus);
    }
    if y.fract() == 0.0 {
        return Number::real(x.powf(y));
    }
    let (sin, cos) = sin_cos_pi(y);
    complex::from_machine(modulus * cos, modulus * sin)
}

/// The sine and cosine of `Pi y`, exact at multiples of a half.
pub(crate) fn sin_cos_pi(y: f64) -> (f64, f64) {
    // The remainder is exact and between -1 and 1.
    let turn = y - 2.0 * (y / 2.0).round();
    match turn {
        0.5 => (1.0, 0.0),
        -0.5 => (-1.0, 0.0),
        _ => (std::f64::consts::PI * turn).sin_cos(),
    }
}

/// The power of machine complex numbers, from modulus and argument.
fn machine_power((a, b): (f64, f64), (c, d): (f64, f64)) -> Result<Number, Exception> {
    let (modulus, argument) = (a.hypot(b), b.atan2(a));
    let (size, angle) = if d == 0.0 {
        (modulus.powf(c), c * argument)
    } else {
        (modulus.powf(c) * (-d * argument).exp(), d * modulus.ln() + c * argument)
    };
    let (sin, cos) = angle.sin_cos();
    complex::from_machine(size * cos, size * sin)
}

/// The power at the precision that the arguments support.
fn precise_power(base: &Number, exponent: &Number) -> Result<Number, Exception> {
    let is_machine = |value: &Number| value.is_machine() || real::is_like_machine(value);
    let machine = is_machine(base) || is_machine(exponent);
    // What is machine is taken as it is, so that the result has as many digits.
    let wide = |value: &Number| match value {
        _ if is_machine(value) => value.set_precision(MACHINE_PRECISION + MACHINE_MARGIN),
        _ => Ok(value.clone()),
    };
    let (base, exponent) = (&wide(base)?, &wide(exponent)?);
    let size = log10_modulus(exponent);
    // The logarithm of the base: its size multiplies the relative error of the exponent.
    let logarithm = (log10_modulus(base) * std::f64::consts::LN_10).abs()
        + if base.is_positive() { 0.0 } else { std::f64::consts::PI };
    let precision =
        combine_digits(base.precision() - size, exponent.precision() - size - logarithm.log10().max(-300.0));
    // However flat the power is in its arguments, it is not given arbitrarily many digits more.
    let known = [base, exponent].into_iter().filter(|x| !x.is_exact()).map(Number::precision).fold(0.0, f64::max);
    let precision = precision.min((2.0 * known).max(known + 20.0));
    if precision <= 0.0 {
        return Err(Exception::Indeterminate);
    }
    check_power_range(base, exponent)?;
    if size + logarithm.log10() < -precision - 5.0 {
        let one = Number::BigReal(BigReal::new(&Float::ONE, precision));
        return Ok(if machine { one.to_machine() } else { one });
    }
    let extra = (size + logarithm.log10()).max(0.0) + 3.0;
    let (bits, wide) = (working_bits(precision), working_bits(precision + extra));
    let power = if base.is_real() && exponent.is_real() {
        let (x, y) = (real::to_float(base, wide), real::to_float(exponent, wide));
        if base.is_positive() {
            let power = context(bits).powf(x.repr(), y.repr(), None)?.value();
            Number::BigReal(BigReal::with_precision(&power, precision)?)
        } else {
            negative_power(&x, &y, exponent.is_exact(), precision, bits)?
        }
    } else {
        let widened = |value: &Number| match value {
            _ if value.is_exact() => value.set_precision(precision + extra),
            _ => Ok(value.clone()),
        };
        let logarithm = Elementary::Log.apply(&[widened(base)?])?;
        Elementary::Exp.apply(&[widened(exponent)?.mul(&logarithm)?])?
    };
    Ok(if machine { into_machine(power) } else { power })
}

fn into_machine(value: Number) -> Number {
    match value {
        Number::Complex(z) => {
            complex::from_parts(real::like_machine(z.re().clone()), real::like_machine(z.im().clone()))
        }
        value => real::like_machine(value),
    }
}

/// The digits beyond those of machine numbers that are calculated with for a machine result out of
/// their range.
const MACHINE_MARGIN: f64 = 20.0;

/// Fails for powers that are out of the range of numbers, by the real part of `y Log[x]`.
fn check_power_range(base: &Number, exponent: &Number) -> Result<(), Exception> {
    let logarithm = log10_modulus(base) * std::f64::consts::LN_10;
    let (re, im) = exponent.to_f64_parts();
    let growth = |part: f64, factor: f64| if part == 0.0 || factor == 0.0 { 0.0 } else { part * factor };
    let angle = match base {
        Number::Complex(_) => {
            let (x, y) = base.to_f64_parts();
            y.atan2(x)
        }
        _ if base.is_positive() => 0.0,
        _ => std::f64::consts::PI,
    };
    let exponential = growth(re, logarithm) - growth(im, angle);
    if exponential.is_nan() {
        Err(Exception::Indeterminate)
    } else if exponential > EXPONENTIAL_RANGE {
        Err(Exception::Overflow)
    } else if exponential < -EXPONENTIAL_RANGE {
        Err(Exception::Underflow)
    } else {
        Ok(())
    }
}

/// `x^y` for negative `x`: modulus and the angle `Pi y`.
fn negative_power(
    x: &Float,
    y: &Float,
    exact_exponent: bool,
    precision: f64,
    bits: usize,
) -> Result<Number, Exception> {
    if y.repr().is_int() {
        let power = context(bits).powf(x.repr(), y.repr(), None)?.value();
        return Ok(Number::BigReal(BigReal::with_precision(&power, precision)?));
    }
    let work = context(bits + 8);
    let modulus = work.powf((-x.clone()).repr(), y.repr(), None)?.value();
    let (cos, sin) = (work.cos_pi(y.repr(), None)?.value(), work.sin_pi(y.repr(), None)?.value());
    let re = work.mul(modulus.repr(), cos.repr())?.value();
    let im = work.mul(modulus.repr(), sin.repr())?.value();
    if exact_exponent && is_zero(&re) {
        let im = BigReal::with_precision(&im, precision)?;
        return Ok(complex::from_parts(Number::ZERO, Number::BigReal(im)));
    }
    complex_of_precision(&re, &im, precision)
}

/// A complex number whose value as a whole has this precision.
pub(crate) fn complex_of_precision(re: &Float, im: &Float, precision: f64) -> Result<Number, Exception> {
    let accuracy = precision - log10_abs(re).max(log10_abs(im));
    Ok(complex::from_parts(
        Number::BigReal(BigReal::with_accuracy(re, accuracy)?),
        Number::BigReal(BigReal::with_accuracy(im, accuracy)?),
    ))
}

fn log10_modulus(value: &Number) -> f64 {
    match value {
        Number::Complex(z) => real::log10_abs(z.re()).max(real::log10_abs(z.im())),
        _ => real::log10_abs(value),
    }
}
