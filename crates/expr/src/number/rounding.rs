//! Integers near numbers: floor, ceiling, round, integer and fractional part, quotient and
//! remainder. Complex numbers are rounded part by part.

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::convert::exact_value;
use super::{Exception, Integer, Number, complex};

/// The way to an integer.
#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
    HalfEven,
    Zero,
}

impl Number {
    /// The greatest integer that is not above the number.
    pub fn floor(&self) -> Result<Number, Exception> {
        round(self, Direction::Down)
    }

    /// The least integer that is not below the number.
    pub fn ceiling(&self) -> Result<Number, Exception> {
        round(self, Direction::Up)
    }

    /// The nearest integer; halves go to the even one.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// assert_eq!(Number::Real(2.5).round().unwrap(), Number::from(2));
    /// assert_eq!(Number::Real(-3.5).round().unwrap(), Number::from(-4));
    /// ```
    pub fn round(&self) -> Result<Number, Exception> {
        round(self, Direction::HalfEven)
    }

    /// The number without the digits after the point.
    pub fn integer_part(&self) -> Result<Number, Exception> {
        round(self, Direction::Zero)
    }

    /// The digits after the point, with the sign of the number.
    pub fn fractional_part(&self) -> Result<Number, Exception> {
        match self {
            Number::Real(x) => Number::real(x.fract()),
            Number::Complex(z) => Ok(complex::from_parts(z.re().fractional_part()?, z.im().fractional_part()?)),
            _ => Ok(self.sub(&self.integer_part()?)),
        }
    }

    /// `Quotient[self, divisor]`: the greatest integer not above the quotient.
    pub fn quotient(&self, divisor: &Number) -> Result<Number, Exception> {
        match (self, divisor) {
            (Number::Integer(a), Number::Integer(b)) => match a.div_rem_floor(b) {
                Some((quotient, _)) => Ok(Number::Integer(quotient)),
                None if a.is_zero() => Err(Exception::Indeterminate),
                None => Err(Exception::ComplexInfinity),
            },
            (Number::Real(a), Number::Real(b)) if *b != 0.0 => {
                // The remainder is exact, so that the quotient is that of the exact values.
                let remainder = floor_remainder(*a, *b);
                Number::real((a - remainder) / b)?.round()
            }
            _ => self.div(divisor)?.floor(),
        }
    }

    /// `Mod[self, divisor]`: the remainder with the sign of the divisor.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// assert_eq!(Number::from(-7).modulo(&Number::from(3)).unwrap(), Number::from(2));
    /// assert_eq!(Number::Real(5.5).modulo(&Number::from(-2)).unwrap(), Number::Real(-0.5));
    /// ```
    pub fn modulo(&self, divisor: &Number) -> Result<Number, Exception> {
        if divisor.is_zero() {
            return Err(Exception::Indeterminate);
        }
        match (self, divisor) {
            (Number::Integer(a), Number::Integer(b)) => match a.div_rem_floor(b) {
                Some((_, remainder)) => Ok(Number::Integer(remainder)),
                None => Err(Exception::Indeterminate),
            },
            _ if self.is_real() && divisor.is_real() && (self.is_machine() || divisor.is_machine()) => {
                match (self.to_machine(), divisor.to_machine()) {
                    (Number::Real(a), Number::Real(b)) => Number::real(floor_remainder(a, b)),
                    _ => self.modulo_by_quotient(divisor),
                }
            }
            _ => self.modulo_by_quotient(divisor),
        }
    }

    fn modulo_by_quotient(&self, divisor: &Number) -> Result<Number, Exception> {
        Ok(self.sub(&divisor.mul(&self.quotient(divisor)?)?))
    }
}

/// The remainder of machine reals with the sign of the divisor.
fn floor_remainder(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder != 0.0 && (remainder < 0.0) != (b < 0.0) { remainder + b } else { remainder }
}

fn round(value: &Number, direction: Direction) -> Result<Number, Exception> {
    match value {
        Number::Integer(_) => Ok(value.clone()),
        Number::Rational(q) => Ok(Number::from(round_rational(q, direction))),
        Number::Real(x) => {
            let rounded = match direction {
                Direction::Down => x.floor(),
                Direction::Up => x.ceil(),
                Direction::HalfEven => x.round_ties_even(),
                Direction::Zero => x.trunc(),
            };
            // Beyond 2^53 every machine real is an integer, and beyond 2^63 no machine integer.
            if rounded.abs() < 9.0e18 { Ok(Number::Integer(Integer::from(rounded as i64))) } else { value.to_exact() }
        }
        Number::BigReal(x) if x.is_zero() => Ok(Number::ZERO),
        Number::BigReal(x) => {
            // Numbers far below 1 are not written out.
            if super::big_real::log2_abs(x.value()) < -8.0 {
                let nearest = match (direction, x.sign()) {
                    (Direction::Down, -1) => -1,
                    (Direction::Up, 1) => 1,
                    _ => 0,
                };
                return Ok(Number::from(nearest));
            }
            Ok(Number::from(round_rational(&exact_value(value)?, direction)))
        }
        Number::Complex(z) => Ok(complex::from_parts(round(z.re(), direction)?, round(z.im(), direction)?)),
    }
}

fn round_rational(value: &RBig, direction: Direction) -> IBig {
    match direction {
        Direction::Down => value.floor(),
        Direction::Up => value.ceil(),
        Direction::Zero => value.trunc(),
        Direction::HalfEven => {
            let floor = value.floor();
            let rest = value - RBig::from(floor.clone());
            let half = RBig::from_parts(IBig::ONE, UBig::from(2u8));
            let up = match rest.cmp(&half) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Equal => dashu_base::BitTest::bit(&floor, 0),
                std::cmp::Ordering::Greater => true,
            };
            if up { floor + IBig::ONE } else { floor }
        }
    }
}
