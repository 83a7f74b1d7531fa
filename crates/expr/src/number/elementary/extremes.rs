//! The functions of arguments so small or so large that the first term of a series is the value to
//! all its bits. The general methods would write out the gap between the exponents, which may be
//! astronomic.

use dashu_base::Sign;

use super::Elementary;
use super::branches::{ComplexFloat, EXPONENTIAL_RANGE, Value, at_imaginary, at_real};
use super::newton::ln;
use crate::number::Exception;
use crate::number::big_real::{Float, context, is_zero, log2_abs, rounded};
use crate::number::constants::{Constant, with_cache};

/// The bits beyond those of the result that the neglected terms have to be below.
const MARGIN: f64 = 16.0;

fn is_negative(x: &Float) -> bool {
    x.repr().sign() == Sign::Negative
}

fn negated_if(condition: bool, x: Float) -> Float {
    if condition { -x } else { x }
}

fn half_pi(bits: usize) -> Float {
    Constant::Pi.value(bits) >> 1
}

/// The value at a real argument of the real domain, if the argument is extreme.
pub(super) fn real(function: Elementary, x: &Float, bits: usize) -> Option<Result<Float, Exception>> {
    let (size, reach) = (log2_abs(x), bits as f64 + MARGIN);
    if is_zero(x) || size.abs() < reach {
        return None;
    }
    if size < 0.0 { tiny(function, x, bits) } else { huge(function, x, bits) }
}

fn tiny(function: Elementary, x: &Float, bits: usize) -> Option<Result<Float, Exception>> {
    Some(Ok(match function {
        _ if is_odd_near_zero(function) => rounded(x, bits),
        Elementary::Exp | Elementary::Cos | Elementary::Cosh | Elementary::Erfc => Float::ONE,
        Elementary::LogisticSigmoid => Float::ONE >> 1,
        Elementary::ArcCos => half_pi(bits),
        Elementary::Erf => {
            let root = Constant::Pi.value(bits + 8).sqrt();
            rounded(&((rounded(x, bits + 8) << 1) / root), bits)
        }
        Elementary::Gamma => match context(bits).inv(x.repr()) {
            Ok(inverse) => inverse.value(),
            Err(error) => return Some(Err(error.into())),
        },
        Elementary::LogGamma => return Some(ln(&negated_if(is_negative(x), x.clone()), bits).map(|log| -log)),
        _ => return None,
    }))
}

fn huge(function: Elementary, x: &Float, bits: usize) -> Option<Result<Float, Exception>> {
    let negative = is_negative(x);
    let magnitude = negated_if(negative, x.clone());
    Some(Ok(match function {
        Elementary::ArcTan => negated_if(negative, half_pi(bits)),
        Elementary::Tanh | Elementary::Erf => negated_if(negative, Float::ONE),
        Elementary::ArcSinh | Elementary::ArcCosh => match ln(&(magnitude << 1), bits) {
            Ok(log) => negated_if(negative, log),
            error => return Some(error),
        },
        Elementary::LogGamma if !negative => match ln(x, bits) {
            Ok(log) => rounded(&((log - Float::ONE) * x), bits),
            error => return Some(error),
        },
        Elementary::Erfc if negative => Float::from(2),
        Elementary::Erfc if 2.0 * log2_abs(x) > EXPONENTIAL_RANGE.log2() => return Some(Err(Exception::Underflow)),
        Elementary::LogisticSigmoid if !negative => Float::ONE,
        _ => return None,
    }))
}

/// Whether the function behaves as its argument near zero.
fn is_odd_near_zero(function: Elementary) -> bool {
    matches!(
        function,
        Elementary::Sin
            | Elementary::Tan
            | Elementary::Sinh
            | Elementary::Tanh
            | Elementary::ArcSin
            | Elementary::ArcTan
            | Elementary::ArcSinh
            | Elementary::ArcTanh
    )
}

/// The value at a complex argument that is extreme or, to all bits of its larger part, on an axis.
pub(super) fn complex(
    function: Elementary,
    re: &Float,
    im: &Float,
    bits: usize,
) -> Option<Result<ComplexFloat, Exception>> {
    let (p, q, reach) = (log2_abs(re), log2_abs(im), bits as f64 + MARGIN);
    if (p - q).abs() > reach {
        return Some(if p > q {
            above_real_axis(function, re, im, bits)
        } else {
            beside_imaginary_axis(function, re, im, bits)
        });
    }
    let size = p.max(q);
    if size < -reach {
        return tiny_complex(function, re, im, bits).map(Ok);
    }
    if size > reach { huge_complex(function, re, im, bits) } else { None }
}

fn pair(value: Value) -> (Float, Float) {
    match value {
        Value::Real(re) => (re, Float::ZERO),
        Value::Imaginary(im) => (Float::ZERO, im),
        Value::Complex(re, im) => (re, im),
    }
}

/// The value on the real axis, on the side of a cut on which the argument is.
fn above_real_axis(function: Elementary, re: &Float, im: &Float, bits: usize) -> Result<ComplexFloat, Exception> {
    let (u, v) = pair(at_real(function, re, bits)?);
    let value_is_from_above = match function {
        Elementary::Log | Elementary::Sqrt | Elementary::ArcCosh => true,
        _ => is_negative(re),
    };
    let has_cut = match function {
        Elementary::Log | Elementary::Sqrt => is_negative(re),
        Elementary::ArcCosh => *re < Float::ONE,
        Elementary::ArcSin | Elementary::ArcCos | Elementary::ArcTanh => log2_abs(re) > 0.0,
        _ => false,
    };
    let other_side = has_cut && is_negative(im) == value_is_from_above;
    Ok(ComplexFloat::from_parts(u, negated_if(other_side, v)))
}

/// The value on the imaginary axis, on the side of a cut on which the argument is.
fn beside_imaginary_axis(function: Elementary, re: &Float, im: &Float, bits: usize) -> Result<ComplexFloat, Exception> {
    let (u, v) = pair(at_imaginary(function, im, bits)?);
    let has_cut = matches!(function, Elementary::ArcTan | Elementary::ArcSinh) && log2_abs(im) > 0.0;
    let other_side = has_cut && is_negative(re) != is_negative(im);
    Ok(ComplexFloat::from_parts(negated_if(other_side, u), v))
}

fn tiny_complex(function: Elementary, re: &Float, im: &Float, bits: usize) -> Option<ComplexFloat> {
    let value = |re: Float, im: Float| Some(ComplexFloat::from_parts(re, im));
    match function {
        _ if is_odd_near_zero(function) => value(re.clone(), im.clone()),
        Elementary::Exp | Elementary::Cos | Elementary::Cosh => value(Float::ONE, Float::ZERO),
        Elementary::LogisticSigmoid => value(Float::ONE >> 1, Float::ZERO),
        Elementary::ArcCos => value(half_pi(bits), Float::ZERO),
        Elementary::ArcCosh => value(Float::ZERO, negated_if(is_negative(im), half_pi(bits))),
        _ => None,
    }
}

/// The error functions far from zero: within an eighth of a turn from the real axis `E^-z^2` vanishes, else it is too large.
fn huge_error_function(function: Elementary, re: &Float, im: &Float) -> Result<ComplexFloat, Exception> {
    let magnitude = |x: &Float| negated_if(is_negative(x), x.clone());
    match magnitude(re).partial_cmp(&magnitude(im)) {
        Some(std::cmp::Ordering::Greater) if function == Elementary::Erf => {
            Ok(ComplexFloat::from_parts(negated_if(is_negative(re), Float::ONE), Float::ZERO))
        }
        Some(std::cmp::Ordering::Greater) if is_negative(re) => {
            Ok(ComplexFloat::from_parts(Float::from(2), Float::ZERO))
        }
        Some(std::cmp::Ordering::Greater) => Err(Exception::Underflow),
        Some(std::cmp::Ordering::Less) => Err(Exception::Overflow),
        _ => Err(Exception::Indeterminate),
    }
}

fn huge_complex(function: Elementary, re: &Float, im: &Float, bits: usize) -> Option<Result<ComplexFloat, Exception>> {
    let work = dashu_cmplx::Context::new(bits);
    // Log[2 z] with the sign that brings z to the right half-plane, and again before the result.
    let log = |re: &Float, im: &Float, turned: bool| {
        let part = |x: &Float| negated_if(turned, x.clone() << 1);
        let double = ComplexFloat::from_parts(part(re), part(im));
        let (u, v) = with_cache(|cache| work.log(&double, Some(cache)))?.value().into_parts();
        Ok::<_, Exception>((negated_if(turned, u), negated_if(turned, v)))
    };
    let value = match function {
        Elementary::Erf | Elementary::Erfc => return Some(huge_error_function(function, re, im)),
        Elementary::ArcTan => Ok((negated_if(is_negative(re), half_pi(bits)), Float::ZERO)),
        Elementary::ArcTanh => Ok((Float::ZERO, negated_if(is_negative(im), half_pi(bits)))),
        Elementary::ArcCosh => log(re, im, false),
        Elementary::ArcSinh => log(re, im, is_negative(re)),
        // -I ArcSinh[I z]
        Elementary::ArcSin | Elementary::ArcCos => log(&-im.clone(), re, !is_negative(im)).map(|(u, v)| (v, -u)),
        _ => return None,
    };
    Some(value.map(|(u, v)| {
        if function == Elementary::ArcCos {
            ComplexFloat::from_parts(half_pi(bits) - u, -v)
        } else {
            ComplexFloat::from_parts(u, v)
        }
    }))
}
