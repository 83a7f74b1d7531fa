//! The four operations on numbers of every kind.

use std::ops::{Add, Neg, Sub};

use super::{Exception, Number, complex, real};

impl Number {
    /// The sum.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// assert_eq!(Number::from(2).add(&Number::Real(0.5)), Number::Real(2.5));
    /// ```
    #[inline]
    pub fn add(&self, other: &Number) -> Number {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => Number::Integer(a + b),
            (Number::Complex(a), Number::Complex(b)) => {
                complex::from_parts(real::add(a.re(), b.re()), real::add(a.im(), b.im()))
            }
            (Number::Complex(z), _) if other.is_exact_zero() => Number::Complex(z.clone()),
            (Number::Complex(z), x) | (x, Number::Complex(z)) => {
                complex::from_parts(real::add(z.re(), x), z.im().clone())
            }
            _ => real::add(self, other),
        }
    }

    /// The difference.
    pub fn sub(&self, other: &Number) -> Number {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => Number::Integer(a - b),
            _ => self.add(&other.neg()),
        }
    }

    /// The negated number.
    pub fn neg(&self) -> Number {
        match self {
            Number::Complex(z) => complex::from_parts(real::neg(z.re()), real::neg(z.im())),
            _ => real::neg(self),
        }
    }

    /// The product. The exact zero times anything, inexact numbers included, is the exact zero.
    ///
    /// Machine reals that overflow continue as reals of arbitrary precision:
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// let large = Number::Real(1e300);
    /// let square = large.mul(&large).unwrap();
    /// assert!(matches!(square, Number::BigReal(_)));
    /// assert_eq!(square.output_text(6).unwrap().to_string(), "1.000000000000000*^600");
    /// ```
    #[inline]
    pub fn mul(&self, other: &Number) -> Result<Number, Exception> {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => {
                a.checked_mul(b).map(Number::Integer).ok_or(Exception::Overflow)
            }
            (Number::Complex(_), _) | (_, Number::Complex(_)) => complex::mul(self, other),
            _ => real::mul(self, other),
        }
    }

    /// The quotient: [`Exception::ComplexInfinity`] for a divisor that is zero, exact or not, and
    /// [`Exception::Indeterminate`] for zero over zero.
    pub fn div(&self, other: &Number) -> Result<Number, Exception> {
        match (self, other) {
            (Number::Complex(a), Number::Complex(b)) => {
                if let (Some(a), Some(b)) = (complex::as_machine(a), complex::as_machine(b))
                    && let Some((re, im)) = complex::div_machine(a, b)
                    && let Ok(quotient) = complex::from_machine(re, im)
                {
                    return Ok(quotient);
                }
                if other.is_zero() && self.is_zero() {
                    return Err(Exception::Indeterminate);
                }
                complex::mul(self, &complex::recip(b)?)
            }
            (_, Number::Complex(b)) => {
                if other.is_zero() && self.is_zero() {
                    return Err(Exception::Indeterminate);
                }
                complex::mul(self, &complex::recip(b)?)
            }
            (Number::Complex(z), x) => {
                if other.is_zero() {
                    return Err(if self.is_zero() { Exception::Indeterminate } else { Exception::ComplexInfinity });
                }
                Ok(complex::from_parts(real::div(z.re(), x)?, real::div(z.im(), x)?))
            }
            _ => real::div(self, other),
        }
    }

    /// The reciprocal.
    pub fn recip(&self) -> Result<Number, Exception> {
        real::recip(self)
    }

    /// The absolute value. That of an exact complex number may be a surd, and then the expression
    /// stays: `Abs[1 + I]`.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// let z = Number::complex(&Number::from(3), &Number::from(-4));
    /// assert_eq!(z.abs().unwrap(), Number::from(5));
    /// ```
    pub fn abs(&self) -> Result<Number, Exception> {
        match self {
            Number::Complex(z) => {
                if let Some((re, im)) = complex::as_machine(z)
                    && let Ok(modulus) = Number::real(re.hypot(im))
                {
                    return Ok(modulus);
                }
                let (re, im) = (z.re(), z.im());
                let norm = real::add(&real::mul(re, re)?, &real::mul(im, im)?);
                norm.pow(&Number::rational(&super::Integer::ONE, &super::Integer::from(2))?)
            }
            _ if self.is_negative() => Ok(self.neg()),
            _ => Ok(self.clone()),
        }
    }

    /// The complex conjugate.
    pub fn conjugate(&self) -> Number {
        match self {
            Number::Complex(z) => complex::from_parts(z.re().clone(), real::neg(z.im())),
            _ => self.clone(),
        }
    }
}

impl Add for &Number {
    type Output = Number;

    fn add(self, other: &Number) -> Number {
        Number::add(self, other)
    }
}

impl Sub for &Number {
    type Output = Number;

    fn sub(self, other: &Number) -> Number {
        Number::sub(self, other)
    }
}

impl Neg for &Number {
    type Output = Number;

    fn neg(self) -> Number {
        Number::neg(self)
    }
}
