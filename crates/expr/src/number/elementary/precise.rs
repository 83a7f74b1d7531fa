//! The functions of numbers of arbitrary precision: the value, and the precision that the one of
//! the argument supports.

use super::Elementary;
use super::branches::{ComplexFloat, Value, at_complex, at_imaginary, at_real};
use super::condition::{derivative_size, has_extrema, has_square_root_branches, size};
use crate::number::big_real::{
    BigReal, Float, MACHINE_PRECISION, MAX_PRECISION, combine_digits, context, working_bits,
};
use crate::number::power::complex_of_precision;
use crate::number::{Exception, Number, complex, real};

/// The value at an inexact argument.
pub(super) fn apply(function: Elementary, argument: &Number) -> Result<Number, Exception> {
    let accuracy = argument.accuracy();
    // A zero has no precision; its accuracy says how much is known around it.
    let known = if argument.is_zero() { accuracy } else { argument.precision() };
    // The parts may lie apart by more than anyone wants to see written out.
    let known = known.min(MAX_GAP + 2.0 * inexact_digits(argument));
    if known <= 0.0 {
        return Err(Exception::Indeterminate);
    }
    if periodic_part(function, argument).is_some_and(|part| real::accuracy(&part) <= 0.0) {
        return undetermined(function, argument);
    }
    let mut bits = working_bits(known);
    loop {
        let value = evaluate(function, argument, bits)?;
        let (z, f) = (argument_float(argument, bits), value_float(&value));
        let reach = accuracy_of_value(function, accuracy, &z, &f);
        let precision = (reach + size(&f)).min(most_digits(known));
        if size(&f) == f64::NEG_INFINITY {
            return Ok(Number::BigReal(BigReal::zero(reach.min(MAX_PRECISION))));
        }
        if precision.is_nan() {
            return Err(Exception::Indeterminate);
        }
        if precision <= 0.0 {
            return Ok(Number::BigReal(BigReal::zero(reach)));
        }
        if working_bits(precision) <= bits {
            return with_precision(value, precision);
        }
        bits = working_bits(precision);
    }
}

/// The digits between the two parts of an argument that are taken into account.
const MAX_GAP: f64 = 300.0;

/// The largest number of digits of an inexact part.
fn inexact_digits(argument: &Number) -> f64 {
    [argument.re(), argument.im()]
        .iter()
        .map(|part| match part {
            Number::BigReal(x) => x.digits(),
            _ => MACHINE_PRECISION,
        })
        .fold(0.0, f64::max)
}

/// The most digits that a value is given from an argument with this many, however flat the
/// function is there.
fn most_digits(known: f64) -> f64 {
    (2.0 * known).max(known + 20.0)
}

/// The digits beyond those of the argument that are calculated with for a machine result.
const MACHINE_MARGIN: f64 = 20.0;

/// The value at an argument that is like a machine number, which is out of range itself or has a
/// machine value that is: a number like a machine number again.
pub(super) fn apply_machine(function: Elementary, argument: &Number) -> Result<Number, Exception> {
    let value = apply(function, &argument.set_precision(MACHINE_PRECISION + MACHINE_MARGIN)?)?;
    Ok(match value {
        Number::Complex(z) => {
            complex::from_parts(real::like_machine(z.re().clone()), real::like_machine(z.im().clone()))
        }
        value => real::like_machine(value),
    })
}

/// The value at the exact zero, with this precision; a zero value stays exact.
pub(super) fn at_zero(function: Elementary, digits: f64) -> Result<Number, Exception> {
    match at_real(function, &Float::ZERO, working_bits(digits))? {
        Value::Real(x) if crate::number::big_real::is_zero(&x) => Ok(Number::ZERO),
        value => with_precision(value, digits),
    }
}

/// `ArcTan[x, y]` of real numbers, not both zero.
pub(super) fn arc_tan2(x: &Number, y: &Number) -> Result<Number, Exception> {
    let (p, q) = (real::log10_abs(x), real::log10_abs(y));
    let radius = p.max(q);
    let reach = combine_digits(real::accuracy(x) - q + 2.0 * radius, real::accuracy(y) - p + 2.0 * radius);
    // On an axis the angle is known better than the point.
    let known = |value: &Number| if value.is_zero() { 0.0 } else { real::precision(value) };
    let inexact = [x, y].into_iter().filter(|value| !value.is_exact()).map(known);
    let reach = reach.min(most_digits(inexact.fold(0.0, f64::max)));
    let bits = working_bits(reach + 2.0);
    let angle = context(bits).atan2(real::to_float(y, bits).repr(), real::to_float(x, bits).repr(), None)?;
    Ok(Number::BigReal(BigReal::with_accuracy(&angle.value(), reach)?))
}

/// The part of the argument along which the function has a period: if it is not known to the last
/// digit before the point, nothing is known of the value.
fn periodic_part(function: Elementary, argument: &Number) -> Option<Number> {
    match function {
        Elementary::Sin | Elementary::Cos | Elementary::Tan | Elementary::Cot | Elementary::Sec | Elementary::Csc => {
            Some(argument.re())
        }
        Elementary::Exp
        | Elementary::Sinh
        | Elementary::Cosh
        | Elementary::Tanh
        | Elementary::Coth
        | Elementary::Sech
        | Elementary::Csch
        | Elementary::LogisticSigmoid => Some(argument.im()),
        _ => None,
    }
}

fn undetermined(function: Elementary, argument: &Number) -> Result<Number, Exception> {
    match function {
        Elementary::Sin | Elementary::Cos if argument.is_real() => Ok(Number::BigReal(BigReal::zero(0.0))),
        _ => Err(Exception::Indeterminate),
    }
}

/// The accuracy of the value, from that of the argument.
fn accuracy_of_value(function: Elementary, accuracy: f64, z: &ComplexFloat, f: &ComplexFloat) -> f64 {
    let mut reach = accuracy - derivative_size(function, z, f);
    if has_extrema(function) {
        // The second derivative is of the size of the value, where that is not zero by chance.
        let curvature = if function == Elementary::LogGamma { size(f).max(0.0) } else { size(f) };
        reach = combine_digits(reach, 2.0 * accuracy - curvature);
    }
    if has_square_root_branches(function) {
        reach = reach.max(accuracy / 2.0 - 1.0);
    }
    reach
}

fn evaluate(function: Elementary, argument: &Number, bits: usize) -> Result<Value, Exception> {
    match argument {
        Number::Complex(z) => {
            let (re, im) = (real::to_float(z.re(), bits), real::to_float(z.im(), bits));
            if z.im().is_zero() {
                return at_real(function, &re, bits);
            }
            if z.re().is_zero() {
                return at_imaginary(function, &im, bits);
            }
            let (re, im) = at_complex(function, &ComplexFloat::from_parts(re, im), bits)?.into_parts();
            Ok(Value::Complex(re, im))
        }
        _ => at_real(function, &real::to_float(argument, bits), bits),
    }
}

fn argument_float(argument: &Number, bits: usize) -> ComplexFloat {
    ComplexFloat::from_parts(real::to_float(&argument.re(), bits), real::to_float(&argument.im(), bits))
}

fn value_float(value: &Value) -> ComplexFloat {
    match value {
        Value::Real(re) => ComplexFloat::from_parts(re.clone(), Float::ZERO),
        Value::Imaginary(im) => ComplexFloat::from_parts(Float::ZERO, im.clone()),
        Value::Complex(re, im) => ComplexFloat::from_parts(re.clone(), im.clone()),
    }
}

fn with_precision(value: Value, precision: f64) -> Result<Number, Exception> {
    Ok(match value {
        Value::Real(re) => Number::BigReal(BigReal::with_precision(&re, precision)?),
        Value::Imaginary(im) => {
            complex::from_parts(Number::ZERO, Number::BigReal(BigReal::with_precision(&im, precision)?))
        }
        Value::Complex(re, im) => complex_of_precision(&re, &im, precision)?,
    })
}
