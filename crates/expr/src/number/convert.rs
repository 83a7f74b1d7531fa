//! Precision and conversion between the kinds of numbers: `N`, `SetPrecision`, `Rationalize`.

use dashu_base::UnsignedAbs;
use dashu_int::UBig;
use dashu_ratio::RBig;

use super::big_real::{BigReal, MACHINE_PRECISION, MAX_PRECISION, working_bits};
use super::integer::MAX_INTEGER_BITS;
use super::{Exception, Number, complex, real};

impl Number {
    /// The precision in decimal digits: infinite for exact numbers, [`MACHINE_PRECISION`] for
    /// machine reals, and for complex numbers that of the value as a whole.
    pub fn precision(&self) -> f64 {
        match self {
            Number::Complex(z) => {
                let size = real::log10_abs(z.re()).max(real::log10_abs(z.im()));
                if self.is_machine() { MACHINE_PRECISION } else { (self.accuracy() + size).max(0.0) }
            }
            _ => real::precision(self),
        }
    }

    /// The number of known decimal digits right of the decimal point, infinite for exact numbers.
    pub fn accuracy(&self) -> f64 {
        match self {
            Number::Complex(z) => real::accuracy(z.re()).min(real::accuracy(z.im())),
            _ => real::accuracy(self),
        }
    }

    /// The nearest machine real, ties to even, of a real number; infinite beyond their range, and
    /// nothing for a complex number.
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Number::Integer(n) => Some(n.to_f64()),
            Number::Rational(q) => Some(q.to_f64().value()),
            Number::Real(x) => Some(*x),
            Number::BigReal(x) => Some(x.to_f64()),
            Number::Complex(_) => None,
        }
    }

    /// The real and imaginary part as machine reals, infinite beyond their range.
    pub fn to_f64_parts(&self) -> (f64, f64) {
        (self.re().to_f64().unwrap_or(f64::NAN), self.im().to_f64().unwrap_or(f64::NAN))
    }

    /// `N[x]`: the number with machine parts. What is beyond the range of machine reals becomes a
    /// [`BigReal`] of machine precision. An exact zero real part of a complex number becomes `0.`.
    pub fn to_machine(&self) -> Number {
        match self {
            Number::Real(_) => self.clone(),
            Number::Integer(n) if n.is_zero() => Number::Real(0.0),
            Number::Complex(z) => complex::from_parts(z.re().to_machine(), z.im().to_machine()),
            _ => match real::to_machine(self) {
                Some(value) => Number::Real(value),
                None => self.to_precision(MACHINE_PRECISION).unwrap_or_else(|_| self.clone()),
            },
        }
    }

    /// `N[x, digits]`: exact numbers get the precision, numbers of higher precision lose digits,
    /// and numbers of lower precision, machine reals among them, stay as they are. The exact zero
    /// stays, too: it has no precision.
    ///
    /// ```
    /// use netform_expr::number::{Integer, Number};
    /// let third = Number::rational(&Integer::from(1), &Integer::from(3)).unwrap();
    /// assert_eq!(third.to_precision(20.0).unwrap().output_text(6).unwrap().to_string(),
    ///            "0.33333333333333333333");
    /// ```
    pub fn to_precision(&self, digits: f64) -> Result<Number, Exception> {
        match self {
            Number::Real(_) => Ok(self.clone()),
            Number::BigReal(x) if x.digits() <= digits => Ok(self.clone()),
            Number::Complex(z) if !self.is_machine() => {
                Ok(complex::from_parts(z.re().to_precision(digits)?, z.im().to_precision(digits)?))
            }
            Number::Complex(_) => Ok(self.clone()),
            _ => self.set_precision(digits),
        }
    }

    /// `SetPrecision[x, digits]`: digits are dropped, or binary zeros appended. Infinitely many
    /// digits give the exact rational value; [`MACHINE_PRECISION`] gives a number of arbitrary
    /// precision, [`Number::to_machine`] being the way to machine reals.
    pub fn set_precision(&self, digits: f64) -> Result<Number, Exception> {
        if digits == f64::INFINITY {
            return self.to_exact();
        }
        if digits.is_nan() {
            return Err(Exception::Indeterminate);
        }
        match self {
            Number::Complex(z) => Ok(complex::from_parts(z.re().set_precision(digits)?, z.im().set_precision(digits)?)),
            _ if self.is_exact_zero() => Ok(Number::ZERO),
            Number::BigReal(x) if x.is_zero() => Ok(self.clone()),
            Number::Real(0.0) => Ok(Number::BigReal(BigReal::zero(digits))),
            _ => {
                let digits = digits.min(MAX_PRECISION);
                let value = real::to_float(self, working_bits(digits));
                Ok(Number::BigReal(BigReal::with_precision(&value, digits)?))
            }
        }
    }

    /// `SetAccuracy[x, digits]`: the number with so many known digits right of the decimal point.
    pub fn set_accuracy(&self, digits: f64) -> Result<Number, Exception> {
        if digits == f64::INFINITY {
            return self.to_exact();
        }
        match self {
            Number::Complex(z) => Ok(complex::from_parts(z.re().set_accuracy(digits)?, z.im().set_accuracy(digits)?)),
            _ if self.is_zero() => Ok(Number::BigReal(BigReal::zero(digits))),
            _ => {
                let precision = (digits + real::log10_abs(self)).max(0.0);
                let value = real::to_float(self, working_bits(precision));
                Ok(Number::BigReal(BigReal::with_accuracy(&value, digits)?))
            }
        }
    }

    /// The exact rational value that the number holds, digit by binary digit.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// assert_eq!(Number::Real(0.75).to_exact().unwrap().to_string(), "3/4");
    /// assert_eq!(Number::Real(0.1).to_exact().unwrap().to_string(),
    ///            "3602879701896397/36028797018963968");
    /// ```
    pub fn to_exact(&self) -> Result<Number, Exception> {
        match self {
            Number::Integer(_) | Number::Rational(_) => Ok(self.clone()),
            Number::Complex(z) => Ok(complex::from_parts(z.re().to_exact()?, z.im().to_exact()?)),
            _ => exact_value(self).map(Number::from),
        }
    }

    /// `Rationalize[x, tolerance]`: the rational number with the smallest denominator within the
    /// tolerance. A tolerance of 0 stands for the precision of the number itself.
    ///
    /// ```
    /// use netform_expr::number::{Integer, Number};
    /// let hundredth = Number::rational(&Integer::from(1), &Integer::from(100)).unwrap();
    /// assert_eq!(Number::Real(3.14159).rationalize(&hundredth).unwrap().to_string(), "22/7");
    /// ```
    pub fn rationalize(&self, tolerance: &Number) -> Result<Number, Exception> {
        match self {
            Number::Integer(_) | Number::Rational(_) if tolerance.is_zero() => Ok(self.clone()),
            Number::Complex(z) => {
                Ok(complex::from_parts(z.re().rationalize(tolerance)?, z.im().rationalize(tolerance)?))
            }
            _ if self.is_zero() => Ok(Number::ZERO),
            _ => {
                let value = exact_value(self)?;
                let radius =
                    if tolerance.is_zero() { own_uncertainty(self, &value) } else { exact_value(&tolerance.abs()?)? };
                Ok(simplest_within(&value, &radius))
            }
        }
    }

    /// `Rationalize[x]`: the number `p/q` with the smallest denominator for which
    /// `|p/q - x| < 10^-4/q^2`, if there is one; otherwise the number stays as it is.
    pub fn rationalize_if_close(&self) -> Result<Number, Exception> {
        match self {
            Number::Real(_) | Number::BigReal(_) if !self.is_zero() => {
                let value = exact_value(self)?;
                Ok(close_convergent(&value).unwrap_or_else(|| self.clone()))
            }
            Number::Complex(z) => {
                Ok(complex::from_parts(z.re().rationalize_if_close()?, z.im().rationalize_if_close()?))
            }
            _ => Ok(self.clone()),
        }
    }
}

/// The exact value of a real number, if its binary digits fit into memory.
pub(crate) fn exact_value(value: &Number) -> Result<RBig, Exception> {
    match value {
        Number::Real(x) => RBig::try_from(*x).map_err(|_| Exception::Indeterminate),
        Number::BigReal(x) => {
            let (significand, exponent) = x.to_parts();
            let shift = exponent.unsigned_abs();
            if shift > MAX_INTEGER_BITS {
                return Err(if exponent > 0 { Exception::Overflow } else { Exception::Underflow });
            }
            Ok(if exponent >= 0 {
                RBig::from(significand << shift)
            } else {
                RBig::from_parts(significand, UBig::ONE << shift)
            })
        }
        _ => real::to_rational(value).ok_or(Exception::Indeterminate),
    }
}

/// Half a unit in the last place of an inexact number, roughly.
fn own_uncertainty(value: &Number, exact: &RBig) -> RBig {
    let bits = match value {
        Number::Real(_) => 53,
        _ => (value.precision() * std::f64::consts::LOG2_10).ceil().max(1.0) as usize,
    };
    let magnitude = RBig::from_parts(exact.numerator().clone().unsigned_abs().into(), exact.denominator().clone());
    magnitude / RBig::from(UBig::ONE << bits)
}

/// The rational of the smallest denominator in the closed interval around a value.
fn simplest_within(value: &RBig, radius: &RBig) -> Number {
    if *radius == RBig::ZERO {
        return Number::from(value.clone());
    }
    let (low, high) = (value - radius, value + radius);
    if low <= RBig::ZERO && high >= RBig::ZERO {
        return Number::ZERO;
    }
    // The end points belong to the interval and may be simpler than anything inside.
    let inside = RBig::simplest_in(low.clone(), high.clone());
    let best = [low, high]
        .into_iter()
        .fold(inside, |best, end| if end.denominator() < best.denominator() { end } else { best });
    Number::from(best)
}

/// The first convergent `p/q` of the continued fraction with `|p/q - x| < 10^-4/q^2`.
fn close_convergent(value: &RBig) -> Option<Number> {
    let (mut p0, mut q0) = (dashu_int::IBig::ONE, dashu_int::IBig::ZERO);
    let (mut p1, mut q1) = (value.floor(), dashu_int::IBig::ONE);
    let mut rest = value - RBig::from(p1.clone());
    loop {
        let candidate = RBig::from_parts_signed(p1.clone(), q1.clone());
        let distance = &candidate - value;
        let distance = if distance < RBig::ZERO { -distance } else { distance };
        // An exact hit far down the expansion only restates the binary digits of the number.
        if distance * RBig::from(&q1 * &q1 * dashu_int::IBig::from(10_000)) < RBig::ONE {
            let exhausted = rest == RBig::ZERO && q1 > dashu_int::IBig::from(100_000_000);
            return (!exhausted).then(|| Number::from(candidate));
        }
        if rest == RBig::ZERO {
            return None;
        }
        let inverse = RBig::ONE / &rest;
        let term = inverse.floor();
        rest = inverse - RBig::from(term.clone());
        (p0, p1) = (p1.clone(), &term * &p1 + p0);
        (q0, q1) = (q1.clone(), term * &q1 + q0);
    }
}
