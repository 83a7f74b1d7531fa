//! Complex numbers: a pair of real numbers that is normalised as [`super::Number`] says.

use std::sync::Arc;

use super::{Exception, Number, real};

/// A complex number whose imaginary part is not exactly zero. Both parts are real.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ComplexNumber {
    re: Number,
    im: Number,
}

impl ComplexNumber {
    /// The real part.
    pub fn re(&self) -> &Number {
        &self.re
    }

    /// The imaginary part, never the exact zero.
    pub fn im(&self) -> &Number {
        &self.im
    }
}

/// The normalised number with these real parts.
pub(crate) fn from_parts(re: Number, im: Number) -> Number {
    if im.is_exact_zero() {
        return re;
    }
    let (re, im) = match (&re, &im) {
        (Number::Real(_), Number::Real(_)) => (re, im),
        // A part that is beyond the machine range keeps both parts as they are.
        (Number::Real(_), other) | (other, Number::Real(_)) => match real::to_machine(other) {
            Some(machine) if matches!(re, Number::Real(_)) => (re, Number::Real(machine)),
            Some(machine) => (Number::Real(machine), im),
            None => (re, im),
        },
        _ => (re, im),
    };
    Number::Complex(Arc::new(ComplexNumber { re, im }))
}

/// The number with these machine parts, or the exception for parts that are not finite.
pub(crate) fn from_machine(re: f64, im: f64) -> Result<Number, Exception> {
    Ok(Number::Complex(Arc::new(ComplexNumber { re: Number::real(re)?, im: Number::real(im)? })))
}

/// The product with the imaginary unit.
pub(crate) fn times_i(value: &Number) -> Number {
    match value {
        Number::Complex(z) => from_parts(z.im.neg(), z.re.clone()),
        _ => from_parts(Number::ZERO, value.clone()),
    }
}

/// The parts as machine reals, if both are.
pub(crate) fn as_machine(value: &ComplexNumber) -> Option<(f64, f64)> {
    match (&value.re, &value.im) {
        (Number::Real(re), Number::Real(im)) => Some((*re, *im)),
        _ => None,
    }
}

/// The product of two numbers at least one of which is complex.
pub(crate) fn mul(a: &Number, b: &Number) -> Result<Number, Exception> {
    match (a, b) {
        (Number::Complex(x), Number::Complex(y)) => {
            if let (Some((a, b)), Some((c, d))) = (as_machine(x), as_machine(y))
                && let Ok(product) = from_machine(a * c - b * d, a * d + b * c)
            {
                return Ok(product);
            }
            let re = real::add(&real::mul(&x.re, &y.re)?, &real::mul(&x.im, &y.im)?.neg());
            let im = real::add(&real::mul(&x.re, &y.im)?, &real::mul(&x.im, &y.re)?);
            Ok(from_parts(re, im))
        }
        (Number::Complex(z), x) | (x, Number::Complex(z)) => Ok(from_parts(real::mul(&z.re, x)?, real::mul(&z.im, x)?)),
        _ => real::mul(a, b),
    }
}

/// The reciprocal of a complex number.
pub(crate) fn recip(z: &ComplexNumber) -> Result<Number, Exception> {
    if let Some((a, b)) = as_machine(z) {
        let (re, im) = recip_machine(a, b).ok_or(Exception::ComplexInfinity)?;
        if let Ok(value) = from_machine(re, im) {
            return Ok(value);
        }
    }
    let norm = real::add(&real::mul(&z.re, &z.re)?, &real::mul(&z.im, &z.im)?);
    let norm = real::recip(&norm)?;
    Ok(from_parts(real::mul(&z.re, &norm)?, real::mul(&z.im, &norm)?.neg()))
}

/// The reciprocal of a machine complex number by Smith's method, which does not overflow where the
/// result does not; nothing for zero.
pub(crate) fn recip_machine(a: f64, b: f64) -> Option<(f64, f64)> {
    if a == 0.0 && b == 0.0 {
        return None;
    }
    Some(if a.abs() >= b.abs() {
        let ratio = b / a;
        let denominator = a + b * ratio;
        (1.0 / denominator, -ratio / denominator)
    } else {
        let ratio = a / b;
        let denominator = a * ratio + b;
        (ratio / denominator, -1.0 / denominator)
    })
}

/// The quotient of two machine complex numbers by Smith's method; nothing for a zero divisor.
pub(crate) fn div_machine((a, b): (f64, f64), (c, d): (f64, f64)) -> Option<(f64, f64)> {
    if c == 0.0 && d == 0.0 {
        return None;
    }
    Some(if c.abs() >= d.abs() {
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    })
}
