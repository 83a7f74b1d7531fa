//! The error function and its complement at any precision: series near zero, the asymptotic expansion far from it
//! (Abramowitz and Stegun, 7.1.6 and 7.1.23).

use dashu_float::round::mode::HalfEven;

use super::branches::{ComplexFloat, check_exponential};
use crate::number::Exception;
use crate::number::big_real::{Float, context, is_zero, log2_abs, rounded};
use crate::number::constants::{Constant, with_cache};

/// `Erf[x]`.
pub(super) fn erf(x: &Float, bits: usize) -> Result<Float, Exception> {
    if is_zero(x) {
        return Ok(Float::ZERO);
    }
    let square = x.to_f64().value().powi(2);
    // The complement is below half a unit of the last place.
    if square * std::f64::consts::LOG2_E > bits as f64 + 2.0 {
        return Ok(if x.repr().sign() == dashu_base::Sign::Negative { -Float::ONE } else { Float::ONE });
    }
    let work = bits + 32;
    Ok(rounded(&series(x, work)?, bits))
}

/// `Erfc[x]`, with full relative precision however small it is.
pub(super) fn erfc(x: &Float, bits: usize) -> Result<Float, Exception> {
    let square = x.to_f64().value().powi(2);
    let size = square * std::f64::consts::LOG2_E;
    let positive = x.repr().sign() == dashu_base::Sign::Positive;
    if positive && size > bits as f64 + 48.0 {
        return asymptotic(x, bits);
    }
    let extra = if positive { size as usize + (log2_abs(x).max(0.0) as usize) + 16 } else { 16 };
    let value = erf(x, bits + extra)?;
    Ok(context(bits).sub(Float::ONE.repr(), value.repr())?.value())
}

/// `2 x E^-x^2/Sqrt[Pi] Sum[(2 x^2)^n/(2n+1)!!]`: all terms are positive.
fn series(x: &Float, bits: usize) -> Result<Float, Exception> {
    let work = context(bits);
    let square = work.sqr(x.repr())?.value();
    let doubled = square.clone() << 1;
    let (mut term, mut sum) = (Float::ONE.with_precision(bits).value(), Float::ONE);
    let mut odd = 3u64;
    loop {
        term = work.mul(term.repr(), doubled.repr())?.value();
        term = work.div(term.repr(), Float::from(odd).repr())?.value();
        if log2_abs(&term) < log2_abs(&sum) - bits as f64 && log2_abs(&doubled) < (odd as f64).log2() {
            break;
        }
        sum = work.add(sum.repr(), term.repr())?.value();
        odd += 2;
    }
    let decay = with_cache(|cache| work.exp((-square).repr(), Some(cache)))?.value();
    let product = work.mul(work.mul(x.repr(), decay.repr())?.value().repr(), sum.repr())?.value();
    let root = work.sqrt(Constant::Pi.value(bits).repr())?.value();
    Ok(work.div((product << 1).repr(), root.repr())?.value())
}

/// `E^-x^2/(x Sqrt[Pi]) Sum[(-1)^n (2n-1)!!/(2 x^2)^n]`, whose terms shrink below `E^-x^2`.
fn asymptotic(x: &Float, bits: usize) -> Result<Float, Exception> {
    // The exponential loses as many digits as its argument has.
    let wide = bits + 2 * log2_abs(x).max(0.0) as usize + 32;
    let work = context(wide);
    let square = context(2 * x.digits().max(1) + 8).sqr(x.repr())?.value();
    let doubled = rounded(&(square.clone() << 1), wide);
    let (mut term, mut sum) = (Float::ONE.with_precision(wide).value(), Float::ONE);
    let mut odd = 1u64;
    loop {
        term = work.mul(term.repr(), Float::from(odd).repr())?.value();
        term = -work.div(term.repr(), doubled.repr())?.value();
        if log2_abs(&term) < -(wide as f64) || odd as f64 > log2_abs(&doubled).exp2() {
            break;
        }
        sum = work.add(sum.repr(), term.repr())?.value();
        odd += 2;
    }
    let decay = with_cache(|cache| work.exp((-square).repr(), Some(cache)))?.value();
    let root = work.sqrt(Constant::Pi.value(wide).repr())?.value();
    let divisor = work.mul(x.repr(), root.repr())?.value();
    let product = work.mul(decay.repr(), sum.repr())?.value();
    Ok(context(bits).div(product.repr(), divisor.repr())?.value())
}

type ComplexContext = dashu_cmplx::Context<HalfEven>;

fn parts(z: &ComplexFloat) -> (Float, Float) {
    z.clone().into_parts()
}

fn rounded_parts(z: &ComplexFloat, bits: usize) -> ComplexFloat {
    let (re, im) = parts(z);
    ComplexFloat::from_parts(rounded(&re, bits), rounded(&im, bits))
}

/// The binary logarithm of the larger part.
fn size(z: &ComplexFloat) -> f64 {
    let (re, im) = parts(z);
    log2_abs(&re).max(log2_abs(&im))
}

/// A square of machine numbers, in bits by which its exponential differs from 1.
fn exponential_bits(square: f64) -> f64 {
    square * std::f64::consts::LOG2_E
}

fn machine_parts(z: &ComplexFloat) -> (f64, f64) {
    let (re, im) = parts(z);
    (re.to_f64().value(), im.to_f64().value())
}

fn is_left_of_axis(z: &ComplexFloat) -> bool {
    parts(z).0.repr().sign() == dashu_base::Sign::Negative
}

/// Whether the terms of the asymptotic expansion become smaller than the last place.
fn is_far(z: &ComplexFloat, bits: usize) -> bool {
    let (x, y) = machine_parts(z);
    exponential_bits(x * x + y * y) > bits as f64 + 48.0
}

/// `Erf[z]` off the real axis.
pub(super) fn complex_erf(z: &ComplexFloat, bits: usize) -> Result<ComplexFloat, Exception> {
    if is_left_of_axis(z) {
        return Ok(-complex_erf(&-z.clone(), bits)?);
    }
    if is_far(z, bits) {
        return match complex_asymptotic(z, bits + 16) {
            Ok(complement) => {
                let value = ComplexContext::new(bits + 16).sub(&ComplexFloat::ONE, &complement)?.value();
                Ok(rounded_parts(&value, bits))
            }
            Err(Exception::Underflow) => Ok(ComplexFloat::ONE),
            Err(exception) => Err(exception),
        };
    }
    complex_series(z, bits)
}

/// `Erfc[z]` off the real axis.
pub(super) fn complex_erfc(z: &ComplexFloat, bits: usize) -> Result<ComplexFloat, Exception> {
    if is_left_of_axis(z) {
        let two = ComplexFloat::from_parts(Float::from(2), Float::ZERO);
        return match complex_erfc(&-z.clone(), bits + 16) {
            Ok(reflected) => Ok(rounded_parts(&ComplexContext::new(bits + 16).sub(&two, &reflected)?.value(), bits)),
            Err(Exception::Underflow) => Ok(two),
            Err(exception) => Err(exception),
        };
    }
    if is_far(z, bits) {
        return complex_asymptotic(z, bits);
    }
    let (x, y) = machine_parts(z);
    let extra = (exponential_bits(x * x - y * y).max(0.0) + size(z).max(0.0)) as usize + 16;
    let value = ComplexContext::new(bits + extra).sub(&ComplexFloat::ONE, &complex_series(z, bits + extra)?)?.value();
    Ok(rounded_parts(&value, bits))
}

/// The series of [`series`]; beside the real axis its terms cancel.
fn complex_series(z: &ComplexFloat, bits: usize) -> Result<ComplexFloat, Exception> {
    let wide = bits + exponential_bits(2.0 * machine_parts(z).1.powi(2)) as usize + 48;
    let work = ComplexContext::new(wide);
    let half_root = context(wide).sqrt(Constant::Pi.value(wide).repr())?.value() >> 1;
    // Near zero the first term is the value to all bits, and exponents may be astronomic.
    if 2.0 * size(z) < -(wide as f64) {
        return Ok(rounded_parts(&work.div_real(z, &half_root)?.value(), bits));
    }
    let square = work.sqr(z)?.value();
    let doubled = work.add(&square, &square)?.value();
    let (mut term, mut sum) = (ComplexFloat::ONE, ComplexFloat::ONE);
    let mut odd = 3u64;
    loop {
        let ratio = work.div_real(&doubled, &Float::from(odd))?.value();
        term = work.mul(&term, &ratio)?.value();
        if size(&term) < size(&sum) - wide as f64 && size(&doubled) + 1.0 < (odd as f64).log2() {
            break;
        }
        sum = work.add(&sum, &term)?.value();
        odd += 2;
    }
    let decay = with_cache(|cache| work.exp(&-square, Some(cache)))?.value();
    let product = work.mul(&work.mul(z, &decay)?.value(), &sum)?.value();
    Ok(rounded_parts(&work.div_real(&product, &half_root)?.value(), bits))
}

/// The expansion of [`asymptotic`], right of the imaginary axis.
fn complex_asymptotic(z: &ComplexFloat, bits: usize) -> Result<ComplexFloat, Exception> {
    // The exponential loses as many digits as its argument has.
    let wide = bits + 2 * size(z).max(0.0) as usize + 48;
    let work = ComplexContext::new(wide);
    let minus_square = -work.sqr(z)?.value();
    check_exponential(&parts(&minus_square).0)?;
    let doubled = work.add(&minus_square, &minus_square)?.value();
    let reach = size(&doubled).exp2();
    let (mut term, mut sum) = (ComplexFloat::ONE, ComplexFloat::ONE);
    let mut odd = 1u64;
    loop {
        term = work.div(&work.mul_real(&term, &Float::from(odd))?.value(), &doubled)?.value();
        if size(&term) < -(bits as f64 + 8.0) || odd as f64 > reach {
            break;
        }
        sum = work.add(&sum, &term)?.value();
        odd += 2;
    }
    let decay = with_cache(|cache| work.exp(&minus_square, Some(cache)))?.value();
    let root = context(wide).sqrt(Constant::Pi.value(wide).repr())?.value();
    let divisor = work.mul_real(z, &root)?.value();
    let product = work.mul(&decay, &sum)?.value();
    Ok(rounded_parts(&work.div(&product, &divisor)?.value(), bits))
}
