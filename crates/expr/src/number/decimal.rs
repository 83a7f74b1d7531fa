//! Inexact numbers as decimal text: digits and exponent, laid out as the language prints them.

use std::fmt;

use dashu_base::{Sign, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::big_real::{BigReal, Float, MACHINE_PRECISION, context, log10_abs, working_bits};
use super::{Number, real};

/// Numbers below this power of ten are printed without an exponent.
const POSITIONAL_ABOVE: i64 = 6;

/// Numbers from this power of ten on are printed without an exponent.
const POSITIONAL_BELOW: i64 = -5;

/// Binary exponents up to this size are turned into decimal ones by exact integer arithmetic.
const EXACT_EXPONENT: isize = 20_000;

/// The decimal digits of a number: `d.ddd 10^exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalDigits {
    /// Whether the number is below zero.
    pub negative: bool,
    /// The significant digits, the first of them not 0; empty for zero.
    pub digits: String,
    /// The power of ten of the first digit.
    pub exponent: i64,
}

/// The text of an inexact real number in pieces that a printer can lay out.
///
/// [`fmt::Display`] writes the linear form with `*^`, which the language reads back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberText {
    /// Whether a minus sign belongs before the number.
    pub negative: bool,
    /// The digits with the decimal point: `1.`, `0.25`, `100000.`
    pub mantissa: String,
    /// The precision or accuracy mark of InputForm, such as `` `20. ``
    pub mark: Option<String>,
    /// The power of ten that the mantissa is to be multiplied by.
    pub exponent: Option<i64>,
}

impl DecimalDigits {
    /// The shortest digits that read back as the same machine real.
    pub fn shortest(value: f64) -> DecimalDigits {
        DecimalDigits::from_scientific(&format!("{value:e}"))
    }

    /// The machine real correctly rounded to so many significant digits, trailing zeros dropped.
    pub fn rounded(value: f64, significant: usize) -> DecimalDigits {
        DecimalDigits::from_scientific(&format!("{value:.*e}", significant.max(1) - 1)).trimmed()
    }

    /// A number of arbitrary precision rounded to so many significant digits.
    pub fn of_big_real(value: &BigReal, significant: usize) -> DecimalDigits {
        decimal_digits(value.value(), significant.max(1))
    }

    /// Reads text of the form `-d.ddde-10`.
    fn from_scientific(text: &str) -> DecimalDigits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        if digits.bytes().all(|digit| digit == b'0') {
            return DecimalDigits { negative: false, digits: String::new(), exponent: 0 };
        }
        DecimalDigits { negative: mantissa.starts_with('-'), digits, exponent: exponent.parse().unwrap_or(0) }
    }

    /// Without the zeros at the end.
    fn trimmed(mut self) -> DecimalDigits {
        let kept = self.digits.trim_end_matches('0').len();
        self.digits.truncate(kept);
        self
    }

    /// The layout of the language: positional between `10^-5` and `10^6`, otherwise a mantissa
    /// between 1 and 10 and an exponent. The decimal point is always there.
    pub fn layout(&self) -> NumberText {
        let (exponent, digits) = (self.exponent, self.digits.as_str());
        let (mantissa, exponent) = if digits.is_empty() {
            ("0.".to_string(), None)
        } else if !(POSITIONAL_BELOW..POSITIONAL_ABOVE).contains(&exponent) {
            (format!("{}.{}", &digits[..1], &digits[1..]), Some(exponent))
        } else if exponent < 0 {
            let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
            (format!("0.{zeros}{digits}"), None)
        } else {
            let whole = exponent as usize + 1;
            if digits.len() > whole {
                (format!("{}.{}", &digits[..whole], &digits[whole..]), None)
            } else {
                (format!("{digits}{}.", "0".repeat(whole - digits.len())), None)
            }
        };
        NumberText { negative: self.negative, mantissa, mark: None, exponent }
    }
}

impl fmt::Display for NumberText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        f.write_str(&self.mantissa)?;
        if let Some(mark) = &self.mark {
            f.write_str(mark)?;
        }
        match self.exponent {
            Some(exponent) => write!(f, "*^{exponent}"),
            None => Ok(()),
        }
    }
}

impl Number {
    /// The text of a real inexact number in OutputForm: machine reals with at most so many
    /// significant digits (the language uses 6), others with the digits of their precision.
    /// Nothing for exact and complex numbers.
    ///
    /// ```
    /// use netform_expr::number::Number;
    /// let text = |x: f64| Number::Real(x).output_text(6).unwrap().to_string();
    /// assert_eq!(text(-0.94985), "-0.94985");
    /// assert_eq!(text(100000.0), "100000.");
    /// assert_eq!(text(1e6), "1.*^6");
    /// assert_eq!(text(2.0 / 3.0), "0.666667");
    /// ```
    pub fn output_text(&self, significant: usize) -> Option<NumberText> {
        match self {
            Number::Real(x) => Some(DecimalDigits::rounded(*x, significant).layout()),
            Number::BigReal(x) if x.is_zero() => Some(NumberText {
                negative: false,
                mantissa: "0.".to_string(),
                mark: None,
                exponent: Some(-(x.accuracy().round() as i64)).filter(|exponent| *exponent != 0),
            }),
            Number::BigReal(x) => {
                let significant = x.precision().round().max(1.0) as usize;
                Some(DecimalDigits::of_big_real(x, significant).layout())
            }
            _ => None,
        }
    }

    /// The text of a real inexact number in InputForm, which reads back as the same number: the
    /// shortest digits of machine reals, digits and precision of others. Nothing for exact and
    /// complex numbers.
    pub fn input_text(&self) -> Option<NumberText> {
        match self {
            Number::Real(x) => Some(DecimalDigits::shortest(*x).layout()),
            Number::BigReal(x) if x.is_zero() => Some(NumberText {
                negative: false,
                mantissa: "0".to_string(),
                mark: Some(format!("``{}", mark_digits(x.accuracy()))),
                exponent: None,
            }),
            Number::BigReal(x) => {
                let mut text = round_trip_digits(x).layout();
                text.mark = Some(format!("`{}", mark_digits(x.precision())));
                Some(text)
            }
            _ => None,
        }
    }

    /// All exact decimal digits of a real inexact number, up to so many, without layout.
    pub fn decimal_digits(&self, significant: usize) -> Option<DecimalDigits> {
        match self {
            Number::Real(x) => Some(DecimalDigits::rounded(*x, significant)),
            Number::BigReal(x) => Some(DecimalDigits::of_big_real(x, significant)),
            Number::Integer(_) | Number::Rational(_) if !self.is_zero() => Some(decimal_digits(
                &real::to_float(self, working_bits(significant as f64 + MACHINE_PRECISION)),
                significant.max(1),
            )),
            _ => None,
        }
    }
}

/// A precision as text: it always has a decimal point and never an exponent.
fn mark_digits(digits: f64) -> String {
    let text = format!("{digits}");
    if text.contains('.') { text } else { format!("{text}.") }
}

/// The fewest digits that read back as the same binary value.
fn round_trip_digits(value: &BigReal) -> DecimalDigits {
    let bits = working_bits(value.precision());
    let least = ((bits - 1) as f64 * std::f64::consts::LOG10_2).floor() as usize;
    let most = (bits as f64 * std::f64::consts::LOG10_2).ceil() as usize + 1;
    for significant in least..most {
        let digits = decimal_digits(value.value(), significant).trimmed();
        if super::literal::float_from_decimal(&digits, bits).is_ok_and(|back| back == *value.value()) {
            return digits;
        }
    }
    decimal_digits(value.value(), most).trimmed()
}

/// The float rounded to so many decimal digits, ties to even, without trimming.
pub(crate) fn decimal_digits(value: &Float, significant: usize) -> DecimalDigits {
    let repr = value.repr();
    if repr.significand().is_zero() {
        return DecimalDigits { negative: false, digits: String::new(), exponent: 0 };
    }
    let negative = repr.sign() == Sign::Negative;
    // The estimate is off by one at most; one more or one less digit then shows it.
    let mut exponent = log10_abs(value).floor() as i64;
    loop {
        let digits = scaled(value, significant as i64 - 1 - exponent).to_string();
        match digits.len().cmp(&significant) {
            std::cmp::Ordering::Equal => {
                return DecimalDigits { negative, digits, exponent };
            }
            std::cmp::Ordering::Greater => exponent += 1,
            std::cmp::Ordering::Less => exponent -= 1,
        }
    }
}

/// `|value| 10^power` rounded to an integer, ties to even.
fn scaled(value: &Float, power: i64) -> UBig {
    let (significand, exponent) = value.repr().clone().into_parts();
    let magnitude = significand.unsigned_abs();
    if exponent.abs() > EXACT_EXPONENT {
        return scaled_far(value, power);
    }
    let (mut numerator, mut denominator) = (magnitude, UBig::ONE);
    let ten = UBig::from(10u8).pow(power.unsigned_abs() as usize);
    if power >= 0 {
        numerator *= ten
    } else {
        denominator *= ten
    }
    if exponent >= 0 {
        numerator <<= exponent as usize;
    } else {
        denominator <<= exponent.unsigned_abs();
    }
    round_half_even(&numerator, &denominator)
}

fn round_half_even(numerator: &UBig, denominator: &UBig) -> UBig {
    let quotient = numerator / denominator;
    let twice = (numerator % denominator) << 1;
    match twice.cmp(denominator) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Equal if !dashu_base::BitTest::bit(&quotient, 0) => quotient,
        _ => quotient + UBig::ONE,
    }
}

/// As [`scaled`], for exponents so far out that the powers are only held to the digits needed.
fn scaled_far(value: &Float, power: i64) -> UBig {
    let digits = value.repr().digits() + 128;
    let work = context(digits);
    let scaled =
        work.powi(Float::from(10).repr(), IBig::from(power)).and_then(|ten| work.mul(value.repr(), ten.value().repr()));
    match scaled {
        Ok(scaled) => scaled.value().to_int().value().unsigned_abs(),
        Err(_) => UBig::ZERO,
    }
}
