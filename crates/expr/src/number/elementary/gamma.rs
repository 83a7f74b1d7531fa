//! The gamma function and its logarithm: by Stirling's series with rational Bernoulli numbers at
//! any precision, by Lanczos's approximation for machine complex numbers.

use std::f64::consts::PI;

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::machine_complex::log;
use super::newton::ln;
use crate::number::Exception;
use crate::number::big_real::{Float, context, is_zero, log2_abs, rounded};
use crate::number::constants::{Constant, with_cache};

/// Lanczos's parameter and coefficients for it, as computed by P. Godfrey (2001).
const LANCZOS_G: f64 = 607.0 / 128.0;
const LANCZOS: [f64; 15] = [
    0.999_999_999_999_997_1,
    57.156_235_665_862_92,
    -59.597_960_355_475_49,
    14.136_097_974_741_746,
    -0.491_913_816_097_620_2,
    0.339_946_499_848_118_9e-4,
    0.465_236_289_270_485_8e-4,
    -0.983_744_753_048_795_6e-4,
    0.158_088_703_224_912_5e-3,
    -0.210_264_441_724_104_9e-3,
    0.217_439_618_115_212_6e-3,
    -0.164_318_106_536_763_9e-3,
    0.844_182_239_838_527_4e-4,
    -0.261_908_384_015_814_1e-4,
    0.368_991_826_595_316_2e-5,
];

/// The logarithm of the gamma function of a machine complex number, continuous off the negative
/// real axis.
pub(super) fn log_of_machine_complex((x, y): (f64, f64)) -> (f64, f64) {
    if x < 0.5 {
        return reflected_log((x, y));
    }
    let (u, v) = (x - 1.0, y);
    let (mut re, mut im) = (LANCZOS[0], 0.0);
    for (k, coefficient) in LANCZOS.iter().enumerate().skip(1) {
        let (a, b) = (u + k as f64, v);
        let norm = a * a + b * b;
        re += coefficient * a / norm;
        im -= coefficient * b / norm;
    }
    let shifted = (u + LANCZOS_G + 0.5, v);
    let (s, t) = log(shifted);
    let (p, q) = log((re, im));
    ((u + 0.5) * s - v * t - shifted.0 + p + 0.5 * (2.0 * PI).ln(), v * s + (u + 0.5) * t - shifted.1 + q)
}

/// `Log[Pi] - Log[Sin[Pi z]] - LogGamma[1 - z]` on the branch that is continuous off the axis.
fn reflected_log((x, y): (f64, f64)) -> (f64, f64) {
    if y < 0.0 {
        let (re, im) = reflected_log((x, -y));
        return (re, -im);
    }
    // Log[Sin[Pi z]] = -I Pi (z - 1/2) - Log[2] + Log[1 - E^(2 Pi I z)] has no jumps above the axis.
    // Near an integer the last term is the logarithm of a small number, made without cancellation.
    let angle = PI * (x - x.round());
    let (decay, loss, (sin, cos)) = ((-2.0 * PI * y).exp(), -(-2.0 * PI * y).exp_m1(), (2.0 * angle).sin_cos());
    let (p, q) = log((loss * cos + 2.0 * angle.sin().powi(2), -decay * sin));
    let (re, im) = (PI * y - std::f64::consts::LN_2 + p, -PI * (x - 0.5) + q);
    let (a, b) = log_of_machine_complex((1.0 - x, -y));
    (PI.ln() - re - a, -im - b)
}

/// The gamma function of a machine complex number.
pub(super) fn of_machine_complex(z: (f64, f64)) -> (f64, f64) {
    let (re, im) = log_of_machine_complex(z);
    let (sin, cos) = im.sin_cos();
    let size = re.exp();
    (size * cos, size * sin)
}

/// The gamma function of a real number.
pub(super) fn gamma(x: &Float, bits: usize) -> Result<Float, Exception> {
    if x.repr().is_int() && x.repr().sign() == dashu_base::Sign::Negative || is_zero(x) {
        return Err(Exception::ComplexInfinity);
    }
    // Beyond these arguments the value, or its reciprocal, is out of the range of numbers.
    if log2_abs(x) > 48.0 {
        return Err(if x.repr().sign() == dashu_base::Sign::Negative {
            Exception::Underflow
        } else {
            Exception::Overflow
        });
    }
    // The logarithm loses as many digits as its size has.
    let size = (log2_abs(x).max(0.0) + 8.0) as usize;
    let work = bits + 2 * size + 32;
    if *x < Float::from(1) >> 1 {
        // Gamma[x] = Pi/(Sin[Pi x] Gamma[1 - x])
        let near = (-log2_abs(x)).max(0.0) as usize + size;
        let reflected = Float::ONE - rounded(x, x.digits() + near + 8);
        let sine = context(work).sin_pi(x.repr(), None)?.value();
        let gamma = gamma(&rounded(&reflected, work + near), work)?;
        let product = context(work).mul(sine.repr(), gamma.repr())?.value();
        let pi = Constant::Pi.value(work);
        return Ok(context(bits).div(pi.repr(), product.repr())?.value());
    }
    let (logarithm, product) = stirling(x, work)?;
    let power = with_cache(|cache| context(work).exp(logarithm.repr(), Some(cache)))?.value();
    Ok(context(bits).div(power.repr(), product.repr())?.value())
}

/// The logarithm of the absolute value of the gamma function of a real number.
pub(super) fn log_gamma(x: &Float, bits: usize) -> Result<Float, Exception> {
    if is_zero(x) || x.repr().is_int() && x.repr().sign() == dashu_base::Sign::Negative {
        return Err(Exception::Infinity);
    }
    let size = (log2_abs(x).abs() + 8.0) as usize;
    let work = bits + size + 32;
    if *x < Float::from(1) >> 1 {
        let reflected = context(work + size).sub(Float::ONE.repr(), x.repr())?.value();
        let sine = context(work).sin_pi(x.repr(), None)?.value();
        let magnitude = if sine.repr().sign() == dashu_base::Sign::Negative { -sine } else { sine };
        let quotient = context(work).div(Constant::Pi.value(work).repr(), magnitude.repr())?.value();
        let other = log_gamma(&reflected, work)?;
        return Ok(rounded(&(ln(&quotient, work)? - other), bits));
    }
    // The value vanishes at 1 and 2, near which digits cancel.
    let near = [1, 2]
        .map(|zero| log2_abs(&(x.clone() - Float::from(zero))))
        .into_iter()
        .filter(|distance| distance.is_finite())
        .fold(0.0, f64::min);
    let work = work + (-near) as usize;
    if *x == Float::ONE || *x == Float::from(2) {
        return Ok(Float::ZERO);
    }
    let (logarithm, product) = stirling(x, work)?;
    let product = ln(&product, work)?;
    Ok(context(bits).sub(logarithm.repr(), product.repr())?.value())
}

/// `(l, p)` with `Gamma[x] = E^l/p` for `x` of at least 1/2: Stirling's series at `x + n`, and the
/// product of the `n` factors from `x` up to there.
fn stirling(x: &Float, bits: usize) -> Result<(Float, Float), Exception> {
    let work = context(bits);
    // From here on the terms of the series get below 2^-bits before they grow.
    let threshold = bits as f64 * 0.3 + 4.0;
    let start = x.to_f64().value();
    let shift = if start >= threshold { 0 } else { (threshold - start).ceil() as u64 };
    let mut product = Float::ONE.with_precision(bits).value();
    for k in 0..shift {
        let factor = work.add(x.repr(), Float::from(k).repr())?.value();
        product = work.mul(product.repr(), factor.repr())?.value();
    }
    let z = work.add(x.repr(), Float::from(shift).repr())?.value();
    let inverse = work.inv(z.repr())?.value();
    let square = work.sqr(inverse.repr())?.value();
    let (mut sum, mut power) = (Float::ZERO, inverse);
    let terms = (bits as f64 * 0.12) as usize + 4;
    for (k, bernoulli) in bernoulli_numbers(terms).into_iter().enumerate() {
        let n = 2 * (k as u64 + 1);
        let coefficient = bernoulli / RBig::from(UBig::from(n * (n - 1)));
        let coefficient: Float = coefficient.to_float(bits).value();
        let term = work.mul(coefficient.repr(), power.repr())?.value();
        if log2_abs(&term) < -(bits as f64) {
            break;
        }
        sum = work.add(sum.repr(), term.repr())?.value();
        power = work.mul(power.repr(), square.repr())?.value();
    }
    let two_pi = Constant::Pi.value(bits) << 1;
    let (log, constant) = (ln(&z, bits)?, ln(&two_pi, bits)?);
    let half = Float::from_parts(IBig::ONE, -1);
    let factor = work.sub(z.repr(), half.repr())?.value();
    let main = work.mul(factor.repr(), log.repr())?.value();
    let main = work.sub(main.repr(), z.repr())?.value();
    let main = work.add(main.repr(), (constant >> 1).repr())?.value();
    Ok((work.add(main.repr(), sum.repr())?.value(), product))
}

/// The Bernoulli numbers of index 2, 4, ... by tangent numbers (Brent and Harvey 2013, section 6).
fn bernoulli_numbers(count: usize) -> Vec<RBig> {
    let mut tangent = vec![UBig::ONE; count];
    for k in 1..count {
        tangent[k] = &tangent[k - 1] * UBig::from(k);
    }
    for k in 1..count {
        for j in k..count {
            tangent[j] = &tangent[j - 1] * UBig::from(j - k) + &tangent[j] * UBig::from(j - k + 2);
        }
    }
    tangent
        .into_iter()
        .enumerate()
        .map(|(k, tangent)| {
            let four = UBig::ONE << (2 * (k + 1));
            let numerator = IBig::from(tangent * UBig::from(2 * (k + 1)));
            let numerator = if k % 2 == 0 { numerator } else { -numerator };
            RBig::from_parts(numerator, &four * (&four - UBig::ONE))
        })
        .collect()
}

/// The base-10 logarithm of the derivative of the logarithm of the gamma function, by which errors
/// are multiplied.
pub(super) fn digamma_size(x: &Float) -> f64 {
    let size = log2_abs(x);
    let magnitude = match size {
        // Log[x] and 1/x
        500.0.. => size * std::f64::consts::LN_2,
        ..-500.0 => return -size * std::f64::consts::LOG10_2,
        _ => digamma_magnitude(x.to_f64().value()),
    };
    magnitude.log10()
}

fn digamma_magnitude(x: f64) -> f64 {
    if x < 0.5 {
        let tangent = (PI * x).tan();
        return (digamma_magnitude(1.0 - x) + (PI / tangent).abs()).abs();
    }
    let (mut x, mut value) = (x, 0.0);
    while x < 6.0 {
        value -= 1.0 / x;
        x += 1.0;
    }
    (value + x.ln() - 0.5 / x - 1.0 / (12.0 * x * x)).abs()
}
