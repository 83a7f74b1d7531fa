//! Number literals: from the pieces of text that the lexer finds to the number they denote.

use std::error::Error;
use std::fmt;

use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::big_real::{BigReal, Float, MACHINE_PRECISION, context, working_bits};
use super::decimal::DecimalDigits;
use super::{Exception, Number, real};

/// Literals whose digits make a number from this power of ten on carry a precision of their own.
const MACHINE_DIGITS: f64 = 17.0;

/// Exact literals have exponents up to this size: a few bytes of input must not cost seconds.
const MAX_EXACT_EXPONENT: u64 = 500_000;

/// Literals have at most so many digits of precision by their mark, for the same reason.
const MAX_PRECISION: f64 = 1e6;

/// Exponents up to this size are multiplied out exactly.
const EXACT_EXPONENT: i64 = 20_000;

/// The pieces of a number literal: `base^^whole.fraction`mark*^exponent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal<'a> {
    /// The base, 10 if none is written.
    pub base: u32,
    /// The digits before the decimal point, possibly none.
    pub whole: &'a str,
    /// The digits after the decimal point, if there is one.
    pub fraction: Option<&'a str>,
    /// The mark after the digits.
    pub mark: Mark,
    /// The text after `*^`, with its sign.
    pub exponent: Option<&'a str>,
}

/// What a number literal says about its precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// No mark: the digits decide.
    None,
    /// A single `` ` ``: machine precision.
    Machine,
    /// `` `p ``: a precision in decimal digits.
    Precision(f64),
    /// ``` ``a ```: an accuracy in decimal digits.
    Accuracy(f64),
}

/// Why a literal denotes no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LiteralError {
    /// The base is not between 2 and 36.
    Base(u32),
    /// This is no digit in the base.
    Digit(char),
    /// There is no digit at all.
    Empty,
    /// The exponent or the precision is no number that can be held.
    Exponent,
    /// The number is too large or too close to zero to be held.
    Range(Exception),
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiteralError::Base(base) => write!(f, "the base {base} is not between 2 and 36"),
            LiteralError::Digit(digit) => write!(f, "`{digit}` is not a digit in this base"),
            LiteralError::Empty => f.write_str("a number needs at least one digit"),
            LiteralError::Exponent => f.write_str("the exponent is out of range"),
            LiteralError::Range(exception) => fmt::Display::fmt(exception, f),
        }
    }
}

impl Error for LiteralError {}

impl From<Exception> for LiteralError {
    fn from(exception: Exception) -> LiteralError {
        LiteralError::Range(exception)
    }
}

impl<'a> Literal<'a> {
    /// A decimal literal without mark and exponent.
    pub fn decimal(whole: &'a str, fraction: Option<&'a str>) -> Literal<'a> {
        Literal { base: 10, whole, fraction, mark: Mark::None, exponent: None }
    }

    /// Takes the text of a whole unsigned literal apart, as the lexer would.
    pub fn split(text: &'a str) -> Result<Literal<'a>, LiteralError> {
        let (text, exponent) = match text.split_once("*^") {
            Some((text, exponent)) => (text, Some(exponent)),
            None => (text, None),
        };
        let (base, text) = match text.split_once("^^") {
            Some((base, text)) => (base.parse().map_err(|_| LiteralError::Base(0))?, text),
            None => (10, text),
        };
        let (digits, mark) = match text.split_once('`') {
            Some((digits, mark)) => (digits, read_mark(mark)?),
            None => (text, Mark::None),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        Ok(Literal { base, whole, fraction, mark, exponent })
    }

    /// The number that the literal denotes, correctly rounded.
    ///
    /// Without point and mark it is exact. Otherwise it is a machine real, unless it has more
    /// digits than these can tell apart, or a mark says so, or is out of their range.
    ///
    /// ```
    /// use netform_expr::number::{Literal, Number};
    /// let number = |text| Literal::split(text).unwrap().number().unwrap();
    /// assert_eq!(number("16^^ff"), Number::from(255));
    /// assert_eq!(number("25*^-2").to_string(), "1/4");
    /// assert_eq!(number("0.1"), Number::Real(0.1));
    /// assert!((number("1.5`20").precision() - 20.).abs() < 1e-9);
    /// ```
    pub fn number(&self) -> Result<Number, LiteralError> {
        if !(2..=36).contains(&self.base) {
            return Err(LiteralError::Base(self.base));
        }
        let fraction = self.fraction.unwrap_or("");
        if self.whole.is_empty() && fraction.is_empty() {
            return Err(LiteralError::Empty);
        }
        let exponent = match self.exponent {
            Some(text) => text.parse::<i64>().map_err(|_| LiteralError::Exponent)?,
            None => 0,
        };
        let machine = matches!(self.mark, Mark::None | Mark::Machine);
        if machine && self.base == 10 && self.whole.len() + fraction.len() <= MACHINE_DIGITS as usize {
            check_digits(self.whole, 10)?;
            check_digits(fraction, 10)?;
            if self.fraction.is_some() || self.mark == Mark::Machine {
                let text = format!("{}.{}e{}", self.whole_or_zero(), fraction, exponent);
                if let Some(value) = machine_value(&text) {
                    return Ok(Number::Real(value));
                }
            }
        }
        let digits = format!("{}{}", self.whole, fraction);
        check_digits(&digits, self.base)?;
        let mantissa = IBig::from_str_radix(&digits, self.base).map_err(|_| LiteralError::Empty)?;
        let power = exponent.checked_sub(fraction.len() as i64).ok_or(LiteralError::Exponent)?;
        if self.fraction.is_none() && self.mark == Mark::None {
            return exact(&mantissa, self.base, power);
        }
        inexact(&mantissa, self.base, power, self.mark, fraction.len())
    }

    fn whole_or_zero(&self) -> &str {
        if self.whole.is_empty() { "0" } else { self.whole }
    }
}

fn read_mark(text: &str) -> Result<Mark, LiteralError> {
    let digits = |text: &str| match text.parse::<f64>() {
        Ok(digits) if digits.is_finite() => Ok(digits),
        _ => Err(LiteralError::Exponent),
    };
    Ok(match text.strip_prefix('`') {
        Some(accuracy) => Mark::Accuracy(digits(accuracy)?),
        None if text.is_empty() => Mark::Machine,
        None => Mark::Precision(digits(text)?),
    })
}

fn check_digits(digits: &str, base: u32) -> Result<(), LiteralError> {
    match digits.chars().find(|digit| !digit.is_digit(base)) {
        Some(digit) => Err(LiteralError::Digit(digit)),
        None => Ok(()),
    }
}

/// The machine real of a decimal text, if it is in their range.
fn machine_value(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    if value == 0.0 {
        // A zero from digits that are not all zero is an underflow.
        let digits = text.split('e').next().unwrap_or(text);
        return digits.bytes().all(|byte| matches!(byte, b'0' | b'.')).then_some(0.0);
    }
    if value.is_subnormal() {
        // Their few digits are those that such a real prints; more digits need more precision.
        let digits: String = text.chars().take_while(|c| *c != 'e').filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0').trim_end_matches('0');
        return (digits == DecimalDigits::shortest(value).digits).then_some(value);
    }
    value.is_finite().then_some(value)
}

fn exact(mantissa: &IBig, base: u32, power: i64) -> Result<Number, LiteralError> {
    if power == 0 || mantissa.is_zero() {
        return Ok(Number::from(mantissa.clone()));
    }
    if power.unsigned_abs() > MAX_EXACT_EXPONENT {
        return Err(LiteralError::Range(if power > 0 { Exception::Overflow } else { Exception::Underflow }));
    }
    let scale = IBig::from(base).pow(power.unsigned_abs() as usize);
    Ok(if power > 0 {
        Number::from(mantissa * scale)
    } else {
        Number::from(RBig::from_parts_signed(mantissa.clone(), scale))
    })
}

fn inexact(mantissa: &IBig, base: u32, power: i64, mark: Mark, fraction_digits: usize) -> Result<Number, LiteralError> {
    let scale = f64::from(base).log10();
    let mantissa_number = Number::from(mantissa.clone());
    let size = real::log10_abs(&mantissa_number);
    if mantissa.is_zero() {
        let digits = fraction_digits as f64 * scale - (power + fraction_digits as i64) as f64 * scale;
        return Ok(match mark {
            Mark::Accuracy(accuracy) => Number::BigReal(BigReal::zero(accuracy)),
            Mark::Precision(precision) => Number::BigReal(BigReal::zero(precision)),
            Mark::None if fraction_digits as f64 * scale > MACHINE_DIGITS => Number::BigReal(BigReal::zero(digits)),
            _ => Number::Real(0.0),
        });
    }
    let precision = match mark {
        Mark::Precision(precision) => precision,
        Mark::Accuracy(accuracy) => accuracy + size + power as f64 * scale,
        Mark::None if size >= MACHINE_DIGITS => size,
        Mark::None | Mark::Machine => {
            return Ok(machine_or_far(mantissa, base, power)?);
        }
    };
    if precision > MAX_PRECISION && mark != Mark::None {
        return Err(LiteralError::Exponent);
    }
    if precision <= 0.0 {
        let accuracy = precision - size - power as f64 * scale;
        return Ok(Number::BigReal(BigReal::zero(accuracy)));
    }
    let value = float_from_scaled(mantissa, base, power, working_bits(precision))?;
    Ok(Number::BigReal(BigReal::with_precision(&value, precision)?))
}

/// A machine real, or a number of machine precision if it is out of their range.
fn machine_or_far(mantissa: &IBig, base: u32, power: i64) -> Result<Number, Exception> {
    if power.unsigned_abs() <= EXACT_EXPONENT as u64
        && let Ok(value) = exact(mantissa, base, power)
        && let Some(machine) = real::to_machine(&value)
    {
        return Ok(Number::Real(machine));
    }
    let value = float_from_scaled(mantissa, base, power, working_bits(MACHINE_PRECISION))?;
    Ok(Number::BigReal(BigReal::with_precision(&value, MACHINE_PRECISION)?))
}

/// `mantissa base^power` correctly rounded to so many bits; far out, to within a unit of them.
fn float_from_scaled(mantissa: &IBig, base: u32, power: i64, bits: usize) -> Result<Float, Exception> {
    if (0..=EXACT_EXPONENT).contains(&power) {
        let scale = IBig::from(base).pow(power as usize);
        return Ok(context(bits).convert_int(mantissa * scale).value());
    }
    if (-EXACT_EXPONENT..0).contains(&power) {
        let scale = UBig::from(base).pow(power.unsigned_abs() as usize);
        return Ok(RBig::from_parts(mantissa.clone(), scale).to_float(bits).value());
    }
    let work = context(bits + 64);
    let scale = work.powi(Float::from(base).repr(), IBig::from(power))?.value();
    let mantissa = context(bits + 64).convert_int::<2>(mantissa.clone()).value();
    Ok(context(bits).mul(mantissa.repr(), scale.repr())?.value())
}

/// The float nearest to decimal digits, in so many bits.
pub(crate) fn float_from_decimal(digits: &DecimalDigits, bits: usize) -> Result<Float, Exception> {
    let mantissa = IBig::from_str_radix(&digits.digits, 10).unwrap_or(IBig::ZERO);
    let mantissa = if digits.negative { -mantissa } else { mantissa };
    let power = digits.exponent + 1 - digits.digits.len() as i64;
    float_from_scaled(&mantissa, 10, power, bits)
}
