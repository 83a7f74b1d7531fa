//! The elementary functions, and a few special ones, of numbers of every kind.
//!
//! [`Elementary`] names them, so that the record of a function can say `numeric:
//! Elementary::Tanh`. The values are principal ones with the branch cuts of the Wolfram Language:
//! on a cut they are what the defining formulas give with `Log[-1] = Pi I`. A real argument outside
//! of the real domain gives a complex value.
//!
//! Machine arguments give machine values, also where these are out of range; other inexact arguments
//! give a value whose precision follows from theirs; exact arguments stay symbolic.

use super::big_real::{BigReal, MACHINE_PRECISION};
use super::{Exception, Number, complex};

pub(crate) mod branches;
mod condition;
mod error_function;
mod extremes;
mod gamma;
mod machine;
mod machine_complex;
pub(crate) mod newton;
mod precise;

/// A function with numeric values.
///
/// ```
/// use netform_expr::number::{Elementary, Number};
///
/// let value = Elementary::Tanh.apply(&[Number::Real(0.5)]).unwrap();
/// assert_eq!(value, Number::Real(0.5f64.tanh()));
/// let root = Elementary::Sqrt.apply(&[Number::Real(-4.0)]).unwrap();
/// assert_eq!(root, Number::complex(&Number::from(0), &Number::Real(2.0)));
/// let sine = Elementary::Sin.apply_to_precision(&[Number::from(1)], 30.0).unwrap();
/// assert_eq!(sine.output_text(6).unwrap().to_string(), "0.841470984807896506652502321630");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Elementary {
    /// `E^z`.
    Exp,
    /// The natural logarithm.
    Log,
    /// The square root.
    Sqrt,
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// The tangent.
    Tan,
    /// The cotangent.
    Cot,
    /// The secant.
    Sec,
    /// The cosecant.
    Csc,
    /// The inverse sine.
    ArcSin,
    /// The inverse cosine.
    ArcCos,
    /// The inverse tangent.
    ArcTan,
    /// The inverse cotangent, `ArcTan[1/z]`.
    ArcCot,
    /// The inverse secant, `ArcCos[1/z]`.
    ArcSec,
    /// The inverse cosecant, `ArcSin[1/z]`.
    ArcCsc,
    /// `ArcTan[x, y]`: the angle of the point with these coordinates, in this order.
    ArcTan2,
    /// The hyperbolic sine.
    Sinh,
    /// The hyperbolic cosine.
    Cosh,
    /// The hyperbolic tangent.
    Tanh,
    /// The hyperbolic cotangent.
    Coth,
    /// The hyperbolic secant.
    Sech,
    /// The hyperbolic cosecant.
    Csch,
    /// The inverse hyperbolic sine.
    ArcSinh,
    /// The inverse hyperbolic cosine.
    ArcCosh,
    /// The inverse hyperbolic tangent.
    ArcTanh,
    /// The inverse hyperbolic cotangent, `ArcTanh[1/z]`.
    ArcCoth,
    /// The inverse hyperbolic secant, `ArcCosh[1/z]`.
    ArcSech,
    /// The inverse hyperbolic cosecant, `ArcSinh[1/z]`.
    ArcCsch,
    /// `x^y`.
    Power,
    /// The error function, of real arguments.
    Erf,
    /// The complementary error function, of real arguments.
    Erfc,
    /// The gamma function; of complex arguments at machine precision only.
    Gamma,
    /// The logarithm of the gamma function; of complex arguments at machine precision only.
    LogGamma,
    /// `1/(1 + E^-z)`.
    LogisticSigmoid,
}

impl Elementary {
    /// All functions.
    pub const ALL: [Elementary; 34] = {
        use Elementary as E;
        [
            E::Exp,
            E::Log,
            E::Sqrt,
            E::Sin,
            E::Cos,
            E::Tan,
            E::Cot,
            E::Sec,
            E::Csc,
            E::ArcSin,
            E::ArcCos,
            E::ArcTan,
            E::ArcCot,
            E::ArcSec,
            E::ArcCsc,
            E::ArcTan2,
            E::Sinh,
            E::Cosh,
            E::Tanh,
            E::Coth,
            E::Sech,
            E::Csch,
            E::ArcSinh,
            E::ArcCosh,
            E::ArcTanh,
            E::ArcCoth,
            E::ArcSech,
            E::ArcCsch,
            E::Power,
            E::Erf,
            E::Erfc,
            E::Gamma,
            E::LogGamma,
            E::LogisticSigmoid,
        ]
    };

    /// The number of arguments.
    pub fn arity(self) -> usize {
        match self {
            Elementary::ArcTan2 | Elementary::Power => 2,
            _ => 1,
        }
    }

    /// The value of the function, or [`Exception::Symbolic`] if all arguments are exact, their
    /// number is wrong, or the function is not known for arguments of this kind.
    pub fn apply(self, arguments: &[Number]) -> Result<Number, Exception> {
        match (self, arguments) {
            (Elementary::Power, [base, exponent]) => base.pow(exponent),
            (Elementary::ArcTan2, [x, y]) => arc_tan2(x, y),
            (Elementary::Sqrt, [x]) if x.is_exact() => x.sqrt(),
            (_, [x]) if x.is_exact() => Err(Exception::Symbolic),
            (_, [x]) if self.arity() == 1 => match x {
                Number::Real(value) => self.of_machine_real(*value),
                Number::BigReal(_) if super::real::is_like_machine(x) => precise::apply_machine(self, x),
                Number::Complex(z) if x.is_machine() => match complex::as_machine(z) {
                    Some((re, im)) => self.of_machine_complex(re, im),
                    None => precise::apply(self, x),
                },
                _ => precise::apply(self, x),
            },
            _ => Err(Exception::Symbolic),
        }
    }

    /// The value of the function with exact arguments taken to as many digits as the result
    /// needs to have this precision; inexact arguments limit it.
    ///
    /// At [`MACHINE_PRECISION`] and below, exact arguments become machine numbers.
    pub fn apply_to_precision(self, arguments: &[Number], digits: f64) -> Result<Number, Exception> {
        if digits <= MACHINE_PRECISION {
            let arguments: Vec<Number> = arguments.iter().map(Number::to_machine).collect();
            return self.apply(&arguments);
        }
        let mut working = digits + 3.0;
        loop {
            let arguments: Result<Vec<Number>, Exception> =
                arguments.iter().map(|argument| argument.to_precision(working)).collect();
            let arguments = arguments?;
            let value = if arguments.iter().all(Number::is_exact) {
                // Only zeros have no precision to be given.
                self.of_exact_zeros(&arguments, digits)?
            } else {
                self.apply(&arguments)?
            };
            if value.is_zero() && !value.is_exact() && value.accuracy() >= digits {
                return Ok(Number::BigReal(BigReal::zero(digits)));
            }
            let precision = value.precision();
            let limited = arguments.iter().any(|argument| argument.precision() < working - 1.0);
            if precision >= digits || limited || working > digits + EXTRA_PRECISION {
                return value.to_precision(digits);
            }
            working += (digits - precision + 2.0).max(working / 2.0);
        }
    }

    /// The function of real machine numbers as plain code, with NaN outside of the real domain;
    /// nothing for functions of two arguments.
    pub fn machine_function(self) -> Option<fn(f64) -> f64> {
        machine::function(self)
    }

    fn of_machine_real(self, x: f64) -> Result<Number, Exception> {
        if let Some(function) = machine::function(self) {
            let value = function(x);
            if value.is_finite() {
                return Ok(Number::Real(value + 0.0));
            }
        }
        // Outside of the real domain, at a pole, or beyond the range of machine numbers.
        if let Some(value) = machine_complex::on_real_axis(self, x) {
            let value = value.and_then(|(re, im)| complex::from_machine(re, im));
            if value.is_ok() || value == Err(Exception::Indeterminate) {
                return value;
            }
        }
        precise::apply_machine(self, &Number::Real(x))
    }

    fn of_machine_complex(self, re: f64, im: f64) -> Result<Number, Exception> {
        if im == 0.0 {
            let value = self.of_machine_real(re)?;
            return Ok(match value {
                Number::Complex(_) => value,
                _ => complex::from_parts(value, Number::Real(0.0)),
            });
        }
        if let Some((u, v)) = machine_complex::function(self, (re, im))
            && let Ok(value) = complex::from_machine(u, v)
        {
            return Ok(value);
        }
        precise::apply_machine(self, &complex::from_machine(re, im)?)
    }

    fn of_exact_zeros(self, arguments: &[Number], digits: f64) -> Result<Number, Exception> {
        match (self, arguments) {
            (Elementary::Power, [base, exponent]) => base.pow(exponent),
            (Elementary::ArcTan2, _) => Err(Exception::Indeterminate),
            (_, [_]) => precise::at_zero(self, digits),
            _ => Err(Exception::Symbolic),
        }
    }
}

/// The most digits that exact arguments are given beyond those asked for.
const EXTRA_PRECISION: f64 = 2000.0;

/// `ArcTan[x, y]`. For complex arguments it is `-I Log[(x + I y)/Sqrt[x^2 + y^2]]`.
fn arc_tan2(x: &Number, y: &Number) -> Result<Number, Exception> {
    if x.is_exact() && y.is_exact() {
        return Err(Exception::Symbolic);
    }
    if x.is_zero() && y.is_zero() {
        return Err(Exception::Indeterminate);
    }
    if !x.is_real() || !y.is_real() {
        let norm = x.mul(x)?.add(&y.mul(y)?);
        let direction = x.add(&complex::times_i(y)).div(&norm.sqrt()?)?;
        return Ok(complex::times_i(&Elementary::Log.apply(&[direction])?).neg());
    }
    if x.is_machine() || y.is_machine() {
        let part = |value: &Number| if value.is_zero() { Some(0.0) } else { super::real::to_machine(value) };
        if let (Some(x), Some(y)) = (part(x), part(y)) {
            return Number::real(y.atan2(x));
        }
    }
    precise::arc_tan2(x, y)
}
