//! Comparison of numbers: exact order of values, the tolerant equality of `Equal`, and the total
//! order that sorts numbers inside expressions.

use std::cmp::Ordering;

use dashu_int::IBig;

use super::big_real::{Float, combine_digits, context, float_from_f64, log10_abs, working_bits};
use super::{Number, complex, real};

/// Machine reals are equal if they differ in the last seven of their 53 binary digits only.
const MACHINE_TOLERANCE: f64 = 1.0 / (1u64 << 46) as f64;

/// The decimal digits that the last seven binary digits make.
const TOLERANCE_DIGITS: f64 = 7.0 * std::f64::consts::LOG10_2;

impl Number {
    /// The order of the values of two real numbers, inexact numbers standing for the exact value
    /// they hold; nothing if one is complex.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use netform_expr::number::{Integer, Number};
    /// let tenth = Number::rational(&Integer::from(1), &Integer::from(10)).unwrap();
    /// assert_eq!(Number::Real(0.1).compare(&tenth), Some(Ordering::Greater));
    /// assert!(Number::Real(0.1).equal(&tenth));
    /// ```
    pub fn compare(&self, other: &Number) -> Option<Ordering> {
        (self.is_real() && other.is_real()).then(|| compare_real(self, other))
    }

    /// Equality in the sense of `Equal`: exact numbers by value, inexact ones up to their last
    /// seven binary digits.
    pub fn equal(&self, other: &Number) -> bool {
        if self.is_exact() && other.is_exact() {
            return self == other;
        }
        if (self.is_machine() || other.is_machine())
            && let (Some((a, b)), Some((c, d))) = (machine_parts(self), machine_parts(other))
        {
            let difference = (a - c).hypot(b - d);
            let size = a.hypot(b).max(c.hypot(d));
            return difference <= MACHINE_TOLERANCE * size;
        }
        equal_significant(self, other)
    }

    /// Whether the two are the same in the sense of `SameQ`: of one kind, value and precision.
    /// This is what `==` means in Rust.
    pub fn same(&self, other: &Number) -> bool {
        self == other
    }

    /// The total order in which numbers stand in sorted expressions: by real part, then by the
    /// size and the sign of the imaginary part, then exact before inexact. It is
    /// [`Ordering::Equal`] only for numbers that are the same.
    pub fn canonical_order(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Integer(a), Number::Integer(b)) => return a.cmp(b),
            (Number::Real(a), Number::Real(b)) => return a.total_cmp(b),
            _ => {}
        }
        let (a, b) = (Parts::of(self), Parts::of(other));
        compare_real(&a.re, &b.re)
            .then_with(|| compare_real(&magnitude(&a.im), &magnitude(&b.im)))
            .then_with(|| compare_real(&a.im, &b.im))
            .then_with(|| order_kinds(&a.re, &b.re))
            .then_with(|| order_kinds(&a.im, &b.im))
    }
}

struct Parts {
    re: Number,
    im: Number,
}

impl Parts {
    fn of(value: &Number) -> Parts {
        Parts { re: value.re(), im: value.im() }
    }
}

fn magnitude(value: &Number) -> Number {
    if value.is_negative() { real::neg(value) } else { value.clone() }
}

/// Orders numbers of equal value: exact numbers, machine reals, then by growing precision.
fn order_kinds(a: &Number, b: &Number) -> Ordering {
    fn rank(value: &Number) -> u8 {
        match value {
            Number::Integer(_) | Number::Rational(_) => 0,
            Number::Real(_) => 1,
            Number::BigReal(_) => 2,
            Number::Complex(_) => 3,
        }
    }
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        (Number::BigReal(x), Number::BigReal(y)) => x.digits().total_cmp(&y.digits()),
        _ => Ordering::Equal,
    })
}

/// The order of the exact values of two real numbers.
pub(crate) fn compare_real(a: &Number, b: &Number) -> Ordering {
    match (a, b) {
        (Number::Integer(x), Number::Integer(y)) => return x.cmp(y),
        (Number::Real(x), Number::Real(y)) => return x.partial_cmp(y).unwrap_or(Ordering::Equal),
        (Number::Rational(x), Number::Rational(y)) => return x.cmp(y),
        _ => {}
    }
    let (x, y) = (a.sign().unwrap_or(0), b.sign().unwrap_or(0));
    if x != y || x == 0 {
        return x.cmp(&y);
    }
    let (Fraction(p, q), Fraction(r, s)) = (fraction(a), fraction(b));
    let scale = |value: &Float, factor: &Option<IBig>| match factor {
        None => value.clone(),
        // Nothing overflows: the factors are integers held in memory.
        Some(factor) => context_exact_product(value, factor),
    };
    scale(&p, &s).cmp(&scale(&r, &q))
}

/// A float over an integer, 1 if there is none.
struct Fraction(Float, Option<IBig>);

fn fraction(value: &Number) -> Fraction {
    match value {
        Number::Integer(n) => Fraction(Float::from(n.to_ibig()), None),
        Number::Rational(q) => Fraction(Float::from(q.numerator().clone()), Some(IBig::from(q.denominator().clone()))),
        Number::Real(x) => Fraction(float_from_f64(*x), None),
        Number::BigReal(x) => Fraction(x.value().clone(), None),
        Number::Complex(z) => fraction(z.re()),
    }
}

fn context_exact_product(value: &Float, factor: &IBig) -> Float {
    let (significand, exponent) = value.repr().clone().into_parts();
    Float::from_parts(significand * factor, exponent)
}

fn machine_parts(value: &Number) -> Option<(f64, f64)> {
    let part = |x: &Number| if x.is_zero() { Some(0.0) } else { real::to_machine(x) };
    match value {
        Number::Complex(z) => complex::as_machine(z).or_else(|| Some((part(z.re())?, part(z.im())?))),
        _ => Some((part(value)?, 0.0)),
    }
}

fn equal_significant(a: &Number, b: &Number) -> bool {
    let (x, y) = (Parts::of(a), Parts::of(b));
    let size = [&x.re, &x.im, &y.re, &y.im].into_iter().map(real::log10_abs).fold(f64::NEG_INFINITY, f64::max);
    let accuracy = [&x.re, &x.im, &y.re, &y.im].into_iter().map(real::accuracy).fold(f64::INFINITY, combine_digits);
    let known = (accuracy + size).max(0.0);
    let threshold = size - known + TOLERANCE_DIGITS;
    let bits = working_bits(known + 8.0);
    let distance = |p: &Number, q: &Number| {
        let (p, q) = (real::to_float(p, bits), real::to_float(q, bits));
        match context(bits).sub(p.repr(), q.repr()) {
            Ok(difference) => log10_abs(&difference.value()),
            Err(_) => f64::INFINITY,
        }
    };
    distance(&x.re, &y.re) <= threshold && distance(&x.im, &y.im) <= threshold
}
