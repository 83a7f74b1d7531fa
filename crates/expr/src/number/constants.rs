//! The mathematical constants to any precision.
//!
//! What has been computed is kept in one memo for the process. It holds pure values only: results
//! never depend on it, just the time they take.

use std::sync::{Mutex, TryLockError};

use dashu_float::ConstCache;
use dashu_float::round::mode::HalfEven;
use dashu_int::{IBig, UBig};

use super::Number;
use super::big_real::{BigReal, Float, context, rounded, working_bits};
use super::elementary::newton::ln;

/// A mathematical constant that has a value to every precision.
///
/// ```
/// use netform_expr::number::Constant;
/// let gamma = Constant::EulerGamma.to_precision(25.0);
/// assert_eq!(gamma.output_text(6).unwrap().to_string(), "0.5772156649015328606065121");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// The ratio of circumference to diameter of a circle, 3.14159...
    Pi,
    /// The base of natural logarithms, 2.71828...
    E,
    /// Euler's constant, 0.577216...
    EulerGamma,
    /// `(1 + Sqrt[5])/2`, 1.61803...
    GoldenRatio,
    /// `Pi/180`, the radians in a degree.
    Degree,
    /// Catalan's constant, 0.915966...
    Catalan,
}

impl Constant {
    /// All constants.
    pub const ALL: [Constant; 6] =
        [Constant::Pi, Constant::E, Constant::EulerGamma, Constant::GoldenRatio, Constant::Degree, Constant::Catalan];

    /// The name in the language.
    pub fn name(self) -> &'static str {
        match self {
            Constant::Pi => "Pi",
            Constant::E => "E",
            Constant::EulerGamma => "EulerGamma",
            Constant::GoldenRatio => "GoldenRatio",
            Constant::Degree => "Degree",
            Constant::Catalan => "Catalan",
        }
    }

    /// The nearest machine real.
    pub fn to_f64(self) -> f64 {
        match self {
            Constant::Pi => std::f64::consts::PI,
            Constant::E => std::f64::consts::E,
            Constant::EulerGamma => 0.577_215_664_901_532_9,
            Constant::GoldenRatio => 1.618_033_988_749_895,
            Constant::Degree => 0.017_453_292_519_943_295,
            Constant::Catalan => 0.915_965_594_177_219,
        }
    }

    /// The constant with this precision in decimal digits.
    pub fn to_precision(self, digits: f64) -> Number {
        let value = self.value(working_bits(digits));
        Number::BigReal(BigReal::new(&value, digits))
    }

    /// The constant rounded to so many bits, within a unit of the last.
    pub(crate) fn value(self, bits: usize) -> Float {
        match self {
            Constant::Pi => with_cache(|cache| cache.pi::<2, HalfEven>(bits).value()),
            Constant::E => context(bits).e::<2>().value(),
            Constant::GoldenRatio => rounded(&golden_ratio(bits + 8), bits),
            Constant::Degree => {
                let pi = Constant::Pi.value(bits + 8);
                rounded(&(pi / Float::from(180)), bits)
            }
            Constant::EulerGamma => remembered(&EULER_GAMMA, bits, euler_gamma),
            Constant::Catalan => remembered(&CATALAN, bits, catalan),
        }
    }
}

static CACHE: Mutex<ConstCache> = Mutex::new(ConstCache::new());
static EULER_GAMMA: Mutex<Option<Float>> = Mutex::new(None);
static CATALAN: Mutex<Option<Float>> = Mutex::new(None);

/// Runs a computation with the constants known so far. A second thread does not wait but starts
/// with none.
pub(crate) fn with_cache<T>(compute: impl FnOnce(&mut ConstCache) -> T) -> T {
    match CACHE.try_lock() {
        Ok(mut cache) => compute(&mut cache),
        Err(TryLockError::Poisoned(poisoned)) => {
            let mut cache = poisoned.into_inner();
            *cache = ConstCache::new();
            compute(&mut cache)
        }
        Err(TryLockError::WouldBlock) => compute(&mut ConstCache::new()),
    }
}

/// The value from the memo if it has enough bits, otherwise computed and put there.
fn remembered(memo: &Mutex<Option<Float>>, bits: usize, compute: fn(usize) -> Float) -> Float {
    let mut known = memo.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    match &*known {
        Some(value) if value.precision() >= bits + 8 => rounded(value, bits),
        _ => {
            let value = compute(bits + 16);
            let result = rounded(&value, bits);
            *known = Some(value);
            result
        }
    }
}

fn golden_ratio(bits: usize) -> Float {
    let five = Float::from(5).with_precision(bits).value();
    (five.sqrt() + Float::ONE) / Float::from(2)
}

/// Euler's constant by the Bessel function method of Brent and McMillan (1980, algorithm B1):
/// `gamma = S/I - log n` with an error of about `e^(-4n)`, all in fixed point.
fn euler_gamma(bits: usize) -> Float {
    let work = bits + 64;
    // e^(-4n) below 2^-bits.
    let n = work as u64 * 7 / 40 + 2;
    let square = UBig::from(n) * UBig::from(n);
    let log = ln(&Float::from(n), work).unwrap_or(Float::ZERO);
    let one = IBig::ONE << work;
    let log = (log << work as isize).to_int().value();
    let (mut a, mut b) = (-log, one);
    let (mut numerator, mut denominator) = (a.clone(), b.clone());
    let square = IBig::from(square);
    let mut k = 1u64;
    while !b.is_zero() || !a.is_zero() {
        b = &b * &square / IBig::from(k * k);
        a = (&a * &square / IBig::from(k) + &b) / IBig::from(k);
        numerator += &a;
        denominator += &b;
        k += 1;
    }
    let quotient = context(bits).div(Float::from(numerator).repr(), Float::from(denominator).repr());
    quotient.map_or(Float::ZERO, |value| value.value())
}

/// Catalan's constant as `Pi/8 Log[2 + Sqrt[3]] + 3/8 Sum[1/((2k+1)^2 Binomial[2k, k])]`
/// (Ramanujan's series; each term is less than a quarter of the one before).
fn catalan(bits: usize) -> Float {
    let work = bits + 32;
    let (mut term, mut sum) = (UBig::ONE << work, UBig::ZERO);
    let mut k = 0u64;
    while !term.is_zero() {
        let odd = UBig::from(2 * k + 1);
        sum += &term / (&odd * &odd);
        term = term * UBig::from(k + 1) / UBig::from(2 * (2 * k + 1));
        k += 1;
    }
    let series = Float::from(IBig::from(sum) * IBig::from(3)) >> (work as isize + 3);
    let three = Float::from(3).with_precision(work).value();
    let log = ln(&(three.sqrt() + Float::from(2)), work).unwrap_or(Float::ZERO);
    let first = (Constant::Pi.value(work) * log) >> 3;
    context(bits).add(first.repr(), series.repr()).map_or(Float::ZERO, |value| value.value())
}
