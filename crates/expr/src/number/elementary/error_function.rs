//! The error function and its complement at any precision.

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
