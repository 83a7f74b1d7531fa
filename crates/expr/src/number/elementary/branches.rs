//! The values of the functions at any precision, with principal values off the real domain.

use dashu_base::Sign;
use dashu_cmplx::CBig;
use dashu_float::round::mode::HalfEven;
use dashu_float::{ConstCache, Context};

use super::machine_complex::{of_reciprocal, reciprocal_of};
use super::{Elementary, error_function, extremes, gamma, newton};
use crate::number::Exception;
use crate::number::big_real::{Float, context, is_zero, log2_abs, rounded};
use crate::number::constants::{Constant, with_cache};

/// A complex number of arbitrary precision.
pub(super) type ComplexFloat = CBig<HalfEven, 2>;

/// A value, with the parts that are exactly zero left out.
pub(super) enum Value {
    /// A real value.
    Real(Float),
    /// A value on the imaginary axis.
    Imaginary(Float),
    /// A value with two parts.
    Complex(Float, Float),
}

/// Arguments above this size have exponentials out of the range of numbers: `2^52 Log[2]`.
pub(crate) const EXPONENTIAL_RANGE: f64 = 3.121_657_384_3e15;

fn is_negative(x: &Float) -> bool {
    x.repr().sign() == Sign::Negative && !is_zero(x)
}

fn abs(x: &Float) -> Float {
    if is_negative(x) { -x.clone() } else { x.clone() }
}

/// The size with the sign of another number.
fn with_sign_of(size: Float, x: &Float) -> Float {
    if is_negative(x) { -size } else { size }
}

fn half_pi(bits: usize) -> Float {
    Constant::Pi.value(bits) >> 1
}

/// The reciprocal, with the pole of the function at zero.
fn recip(x: &Float, bits: usize) -> Result<Float, Exception> {
    if is_zero(x) {
        return Err(Exception::ComplexInfinity);
    }
    Ok(context(bits).inv(x.repr())?.value())
}

/// Fails for exponentials of this argument that no number can hold.
pub(super) fn check_exponential(x: &Float) -> Result<(), Exception> {
    if log2_abs(x).exp2() <= EXPONENTIAL_RANGE {
        Ok(())
    } else if is_negative(x) {
        Err(Exception::Underflow)
    } else {
        Err(Exception::Overflow)
    }
}

/// Where the real functions of `dashu` are defined, they are correctly rounded.
fn with_context(
    bits: usize,
    compute: impl FnOnce(&Context<HalfEven>, &mut ConstCache) -> dashu_float::FpResult<Float>,
) -> Result<Float, Exception> {
    Ok(with_cache(|cache| compute(&context(bits), cache))?.value())
}

/// The value at a real argument.
pub(super) fn at_real(function: Elementary, x: &Float, bits: usize) -> Result<Value, Exception> {
    if let Some(inverse) = of_reciprocal(function) {
        return of_inverse_argument(function, inverse, x, bits);
    }
    let magnitude = abs(x);
    let beyond_one = magnitude > Float::ONE;
    let positive = |value: Elementary, x: &Float| real(value, x, bits);
    Ok(match function {
        Elementary::Log if is_zero(x) => return Err(Exception::Indeterminate),
        Elementary::Log if is_negative(x) => Value::Complex(positive(function, &magnitude)?, Constant::Pi.value(bits)),
        Elementary::Sqrt if is_negative(x) => Value::Imaginary(positive(function, &magnitude)?),
        Elementary::ArcSin if beyond_one => {
            let im = real(Elementary::ArcCosh, &magnitude, bits)?;
            Value::Complex(with_sign_of(half_pi(bits), x), with_sign_of(-im, x))
        }
        Elementary::ArcCos if beyond_one => {
            let im = real(Elementary::ArcCosh, &magnitude, bits)?;
            if is_negative(x) { Value::Complex(Constant::Pi.value(bits), -im) } else { Value::Imaginary(im) }
        }
        Elementary::ArcCosh if !beyond_one => {
            let im = real(Elementary::ArcCos, x, bits)?;
            if is_zero(&im) { Value::Real(im) } else { Value::Imaginary(im) }
        }
        Elementary::ArcCosh if is_negative(x) => {
            Value::Complex(real(function, &magnitude, bits)?, Constant::Pi.value(bits))
        }
        Elementary::ArcTanh if magnitude == Float::ONE => return Err(Exception::Indeterminate),
        Elementary::ArcTanh if beyond_one => {
            let re = real(function, &recip(x, bits + 8)?, bits)?;
            Value::Complex(re, with_sign_of(-half_pi(bits), x))
        }
        Elementary::LogGamma if is_negative(x) => {
            let re = real(function, x, bits)?;
            let turns = if magnitude < Float::ONE { -Float::ONE } else { rounded(&x.floor(), bits) };
            Value::Complex(re, context(bits).mul(turns.repr(), Constant::Pi.value(bits).repr())?.value())
        }
        _ => Value::Real(real(function, x, bits)?),
    })
}

/// The value of a function of the reciprocal argument.
fn of_inverse_argument(function: Elementary, inverse: Elementary, x: &Float, bits: usize) -> Result<Value, Exception> {
    if !is_zero(x) {
        return at_real(inverse, &recip(x, bits + 8)?, bits);
    }
    match function {
        Elementary::ArcCot => Ok(Value::Real(half_pi(bits))),
        Elementary::ArcCoth => Ok(Value::Imaginary(half_pi(bits))),
        Elementary::ArcSech => Err(Exception::Infinity),
        _ => Err(Exception::ComplexInfinity),
    }
}

/// The real value at an argument of the real domain.
fn real(function: Elementary, x: &Float, bits: usize) -> Result<Float, Exception> {
    if let Some(divisor) = reciprocal_of(function) {
        let value = match real(divisor, x, bits + 8) {
            Err(Exception::Overflow) => return Err(Exception::Underflow),
            value => value?,
        };
        return recip(&value, bits);
    }
    if let Some(value) = extremes::real(function, x, bits) {
        return value;
    }
    let repr = x.repr();
    match function {
        Elementary::Exp => {
            check_exponential(x)?;
            with_context(bits, |work, cache| work.exp(repr, Some(cache)))
        }
        Elementary::Log => newton::ln(x, bits),
        Elementary::Sqrt => with_context(bits, |work, _| work.sqrt(repr)),
        Elementary::Sin => with_context(bits, |work, cache| work.sin(repr, Some(cache))),
        Elementary::Cos => with_context(bits, |work, cache| work.cos(repr, Some(cache))),
        Elementary::Tan => with_context(bits, |work, cache| work.tan(repr, Some(cache))),
        Elementary::ArcSin => with_context(bits, |work, cache| work.asin(repr, Some(cache))),
        Elementary::ArcCos => with_context(bits, |work, cache| work.acos(repr, Some(cache))),
        Elementary::ArcTan => newton::atan(x, bits),
        Elementary::Sinh | Elementary::Cosh if check_exponential(x).is_err() => Err(Exception::Overflow),
        Elementary::Sinh => with_context(bits, |work, cache| work.sinh(repr, Some(cache))),
        Elementary::Cosh => with_context(bits, |work, cache| work.cosh(repr, Some(cache))),
        // From here on the distance to 1 is below the last place.
        Elementary::Tanh if log2_abs(x).exp2() > bits as f64 + 8.0 => Ok(with_sign_of(Float::ONE, x)),
        Elementary::Tanh => with_context(bits, |work, cache| work.tanh(repr, Some(cache))),
        Elementary::ArcSinh => with_context(bits, |work, cache| work.asinh(repr, Some(cache))),
        Elementary::ArcCosh => with_context(bits, |work, cache| work.acosh(repr, Some(cache))),
        Elementary::ArcTanh => with_context(bits, |work, cache| work.atanh(repr, Some(cache))),
        Elementary::Erf => error_function::erf(x, bits),
        Elementary::Erfc => error_function::erfc(x, bits),
        Elementary::Gamma => gamma::gamma(x, bits),
        Elementary::LogGamma => gamma::log_gamma(x, bits),
        Elementary::LogisticSigmoid => logistic_sigmoid(x, bits),
        _ => Err(Exception::Symbolic),
    }
}

fn logistic_sigmoid(x: &Float, bits: usize) -> Result<Float, Exception> {
    if !is_negative(x) && log2_abs(x).exp2() > bits as f64 + 8.0 {
        return Ok(Float::ONE);
    }
    let work = context(bits + 8);
    let power = real(Elementary::Exp, &-abs(x), bits + 8)?;
    let divisor = work.add(Float::ONE.repr(), power.repr())?.value();
    let numerator = if is_negative(x) { power } else { Float::ONE };
    Ok(context(bits).div(numerator.repr(), divisor.repr())?.value())
}

/// The value at `I y`, by the functions of real arguments.
pub(super) fn at_imaginary(function: Elementary, y: &Float, bits: usize) -> Result<Value, Exception> {
    if let Some(inverse) = of_reciprocal(function) {
        // 1/(I y) = I (-1/y)
        return at_imaginary(inverse, &-recip(y, bits + 8)?, bits);
    }
    let magnitude = abs(y);
    let beyond_one = magnitude > Float::ONE;
    let real = |name: Elementary, y: &Float| real(name, y, bits);
    Ok(match function {
        Elementary::Exp => Value::Complex(real(Elementary::Cos, y)?, real(Elementary::Sin, y)?),
        Elementary::Log => Value::Complex(real(function, &magnitude)?, with_sign_of(half_pi(bits), y)),
        Elementary::Sqrt => {
            let part = real(function, &(magnitude >> 1))?;
            Value::Complex(part.clone(), with_sign_of(part, y))
        }
        Elementary::Sin => Value::Imaginary(real(Elementary::Sinh, y)?),
        Elementary::Cos => Value::Real(real(Elementary::Cosh, y)?),
        Elementary::Tan => Value::Imaginary(real(Elementary::Tanh, y)?),
        Elementary::Cot => Value::Imaginary(-real(Elementary::Coth, y)?),
        Elementary::Sec => Value::Real(real(Elementary::Sech, y)?),
        Elementary::Csc => Value::Imaginary(-real(Elementary::Csch, y)?),
        Elementary::Sinh => Value::Imaginary(real(Elementary::Sin, y)?),
        Elementary::Cosh => Value::Real(real(Elementary::Cos, y)?),
        Elementary::Tanh => Value::Imaginary(real(Elementary::Tan, y)?),
        Elementary::Coth => Value::Imaginary(-real(Elementary::Cot, y)?),
        Elementary::Sech => Value::Real(real(Elementary::Sec, y)?),
        Elementary::Csch => Value::Imaginary(-real(Elementary::Csc, y)?),
        Elementary::ArcSin => Value::Imaginary(real(Elementary::ArcSinh, y)?),
        Elementary::ArcCos => Value::Complex(half_pi(bits), -real(Elementary::ArcSinh, y)?),
        Elementary::ArcTan if magnitude == Float::ONE => return Err(Exception::Indeterminate),
        Elementary::ArcTan if beyond_one => {
            let im = real(Elementary::ArcTanh, &recip(y, bits + 8)?)?;
            Value::Complex(with_sign_of(half_pi(bits), y), im)
        }
        Elementary::ArcTan => Value::Imaginary(real(Elementary::ArcTanh, y)?),
        Elementary::ArcSinh if beyond_one => {
            let re = real(Elementary::ArcCosh, &magnitude)?;
            Value::Complex(with_sign_of(re, y), with_sign_of(half_pi(bits), y))
        }
        Elementary::ArcSinh => Value::Imaginary(real(Elementary::ArcSin, y)?),
        Elementary::ArcCosh => {
            let re = real(Elementary::ArcSinh, &magnitude)?;
            Value::Complex(re, with_sign_of(half_pi(bits), y))
        }
        Elementary::ArcTanh => Value::Imaginary(real(Elementary::ArcTan, y)?),
        // 1/(1 + E^(-I y)) = 1/2 + I/2 Tan[y/2]
        Elementary::Erf | Elementary::Erfc => {
            let z = ComplexFloat::from_parts(Float::ZERO, y.clone());
            let im = error_function::complex_erf(&z, bits)?.into_parts().1;
            if function == Elementary::Erf { Value::Imaginary(im) } else { Value::Complex(Float::ONE, -im) }
        }
        Elementary::LogisticSigmoid => Value::Complex(Float::ONE >> 1, real(Elementary::Tan, &(y.clone() >> 1))? >> 1),
        _ => return Err(Exception::Symbolic),
    })
}

/// The value at an argument off both axes.
pub(super) fn at_complex(function: Elementary, z: &ComplexFloat, bits: usize) -> Result<ComplexFloat, Exception> {
    let work = dashu_cmplx::Context::<HalfEven>::new(bits);
    let wide = dashu_cmplx::Context::<HalfEven>::new(bits + 16);
    if let Some(inverse) = of_reciprocal(function) {
        return at_complex(inverse, &wide.inv(z)?.value(), bits);
    }
    if let Some(divisor) = reciprocal_of(function) {
        return Ok(work.inv(&at_complex(divisor, z, bits + 16)?)?.value());
    }
    let (re, im) = z.clone().into_parts();
    if let Some(value) = extremes::complex(function, &re, &im, bits) {
        return value;
    }
    match function {
        Elementary::Exp | Elementary::Sinh | Elementary::Cosh | Elementary::LogisticSigmoid => check_exponential(&re)?,
        Elementary::Sin | Elementary::Cos => check_exponential(&abs(&im))?,
        Elementary::Erf => return error_function::complex_erf(z, bits),
        Elementary::Erfc => return error_function::complex_erfc(z, bits),
        _ => {}
    }
    let value = with_cache(|cache| {
        let cache = Some(cache);
        Some(match function {
            Elementary::Exp => work.exp(z, cache),
            Elementary::Log => work.log(z, cache),
            Elementary::Sqrt => work.sqrt(z),
            Elementary::Sin => work.sin(z, cache),
            Elementary::Cos => work.cos(z, cache),
            Elementary::Tan => work.tan(z, cache),
            Elementary::Sinh => work.sinh(z, cache),
            Elementary::Cosh => work.cosh(z, cache),
            Elementary::Tanh => work.tanh(z, cache),
            Elementary::ArcSin => work.asin(z, cache),
            Elementary::ArcCos => work.acos(z, cache),
            Elementary::ArcTan => work.atan(z, cache),
            Elementary::ArcSinh => work.asinh(z, cache),
            Elementary::ArcCosh => work.acosh(z, cache),
            Elementary::ArcTanh => work.atanh(z, cache),
            _ => return None,
        })
    });
    match value {
        Some(value) => Ok(value?.value()),
        None if function == Elementary::LogisticSigmoid => {
            let minus = ComplexFloat::from_parts(-re, -im);
            let power = at_complex(Elementary::Exp, &minus, bits + 16)?;
            let one = ComplexFloat::from_parts(rounded(&Float::ONE, bits + 16), Float::ZERO);
            Ok(work.inv(&wide.add(&one, &power)?.value())?.value())
        }
        None => Err(Exception::Symbolic),
    }
}
