//! Logarithm and inverse tangent at any precision, by iteration from their machine values.
//!
//! Both iterations have order three, so that they cost little more than the exponential, or sine
//! and cosine, at the full precision. The general methods of `dashu` are slower by a factor that
//! grows with the precision: 20 for the logarithm to 1000 digits.

use dashu_base::{Sign, UnsignedAbs};
use dashu_float::round::mode::HalfEven;
use dashu_int::IBig;

use crate::number::Exception;
use crate::number::big_real::{Float, context, float_from_f64, is_zero, log2_abs, rounded};
use crate::number::constants::{Constant, with_cache};

/// Bits to which machine values are trusted.
const MACHINE_BITS: usize = 48;

/// Bits that each step of an iteration is computed to beyond those that it makes right.
const GUARD_BITS: usize = 12;

/// The growing precisions of an iteration of order three that ends with so many bits.
fn precisions(bits: usize) -> Vec<usize> {
    let mut steps = vec![bits];
    while let Some(&last) = steps.last()
        && last > MACHINE_BITS
    {
        steps.push(last / 3 + GUARD_BITS);
        if steps.last() >= Some(&last) {
            break;
        }
    }
    steps.pop();
    steps.reverse();
    steps
}

/// The natural logarithm of a positive number, to within a unit of the last of so many bits.
pub(crate) fn ln(x: &Float, bits: usize) -> Result<Float, Exception> {
    let (significand, exponent) = x.repr().clone().into_parts();
    let length = dashu_base::BitTest::bit_len(&significand.clone().unsigned_abs()) as isize;
    // x = m 2^shift with m between 3/4 and 3/2.
    let mut shift = exponent + length;
    let mut mantissa = Float::from_parts(significand, -length);
    if mantissa < Float::from_parts(IBig::from(3), -2) {
        mantissa <<= 1;
        shift -= 1;
    }
    let distance = mantissa.clone() - Float::ONE;
    if is_zero(&distance) && shift == 0 {
        return Ok(Float::ZERO);
    }
    // Near 1 the logarithm is small, and its digits begin later.
    let lead = if shift == 0 { (-log2_abs(&distance)).max(0.0) as usize } else { 0 };
    let work = bits + lead + GUARD_BITS;
    let logarithm = if is_zero(&distance) { Float::ZERO } else { ln_near_one(&mantissa, &distance, lead, work)? };
    if shift == 0 {
        return Ok(rounded(&logarithm, bits));
    }
    let wide = work + 64;
    let ln2 = with_cache(|cache| cache.ln2::<2, HalfEven>(wide));
    let whole = context(wide).mul(ln2.repr(), Float::from(shift).repr())?.value();
    Ok(context(bits).add(whole.repr(), logarithm.repr())?.value())
}

/// Halley's iteration `y + 2 (x - E^y)/(x + E^y)`.
fn ln_near_one(x: &Float, distance: &Float, lead: usize, bits: usize) -> Result<Float, Exception> {
    let mut value = float_from_f64(distance.to_f64().value().ln_1p());
    if lead > 1000 {
        // The distance is below the machine range: so is all but the first term.
        value = rounded(distance, MACHINE_BITS);
    }
    for step in precisions(bits.saturating_sub(lead)) {
        let work = context(step + lead + GUARD_BITS);
        let power = with_cache(|cache| work.exp(value.repr(), Some(cache)))?.value();
        let difference = work.sub(x.repr(), power.repr())?.value();
        let sum = work.add(x.repr(), power.repr())?.value();
        let correction = work.div(difference.repr(), sum.repr())?.value() << 1;
        value = work.add(value.repr(), correction.repr())?.value();
    }
    Ok(value)
}

/// The inverse tangent, to within a unit of the last of so many bits.
pub(crate) fn atan(x: &Float, bits: usize) -> Result<Float, Exception> {
    let negative = x.repr().sign() == Sign::Negative;
    let magnitude = if negative { -x.clone() } else { x.clone() };
    let work = bits + GUARD_BITS;
    let angle = if is_zero(x) {
        return Ok(Float::ZERO);
    } else if magnitude > Float::ONE {
        let inverse = context(work).inv(magnitude.repr())?.value();
        let half_pi = Constant::Pi.value(work) >> 1;
        context(bits).sub(half_pi.repr(), atan_below_one(&inverse, work)?.repr())?.value()
    } else {
        rounded(&atan_below_one(&magnitude, work)?, bits)
    };
    Ok(if negative { -angle } else { angle })
}

/// The iteration `y + (x Cos[y] - Sin[y])/(Cos[y] + x Sin[y])`, whose correction is the tangent of
/// the error.
fn atan_below_one(x: &Float, bits: usize) -> Result<Float, Exception> {
    let machine = x.to_f64().value();
    let mut value = if machine.is_normal() { float_from_f64(machine.atan()) } else { rounded(x, MACHINE_BITS) };
    for step in precisions(bits) {
        let work = context(step + GUARD_BITS);
        let (sin, cos) = with_cache(|cache| work.sin_cos(value.repr(), Some(cache)));
        let (sin, cos) = (sin?.value(), cos?.value());
        let numerator = work.sub(work.mul(x.repr(), cos.repr())?.value().repr(), sin.repr())?.value();
        let denominator = work.add(work.mul(x.repr(), sin.repr())?.value().repr(), cos.repr())?.value();
        let correction = work.div(numerator.repr(), denominator.repr())?.value();
        value = work.add(value.repr(), correction.repr())?.value();
    }
    Ok(value)
}
