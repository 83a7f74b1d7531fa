//! Numbers with a bound of their error, and how arithmetic on machine numbers changes both.

use netform_eval::Enclosure;

/// What is known of a number that a program computes: an interval that contains both its exact and its computed value, and how
/// far apart these may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounded {
    pub(super) range: Enclosure,
    pub(super) error: f64,
}

/// The least positive number in double precision: what underflow may cost.
const LEAST: f64 = 5e-324;

impl Bounded {
    pub(super) fn exact(value: f64) -> Bounded {
        Bounded { range: Enclosure::point(value), error: 0.0 }
    }

    /// An open truth value, that of the computed number may be another one if the error is 1.
    pub(super) fn truth(value: Option<bool>, may_differ: bool) -> Bounded {
        match value {
            Some(value) => Bounded::exact(f64::from(u8::from(value))),
            None => Bounded { range: Enclosure::UNDECIDED, error: f64::from(u8::from(may_differ)) },
        }
    }

    /// The largest size.
    pub(super) fn size(self) -> f64 {
        self.range.low.abs().max(self.range.high.abs())
    }

    /// The largest difference of two numbers of the range.
    fn width(self) -> f64 {
        (self.range.high - self.range.low).next_up().max(0.0)
    }

    /// The number after an operation whose result is rounded, where `error` is what the operands bring along and `unit` what
    /// rounding adds, relative to the size.
    pub(super) fn rounded(range: Enclosure, error: f64, unit: f64) -> Bounded {
        let own = (unit * range.low.abs().max(range.high.abs()) + LEAST).next_up();
        let own = if unit == 0.0 { 0.0 } else { own };
        let error = if error == 0.0 { own } else { (error + own).next_up() };
        let range = Enclosure { low: (range.low - own).next_down(), high: (range.high + own).next_up() };
        Bounded::of(range, error)
    }

    /// What is no number is taken for any number. The error is no larger than the range, which contains both values.
    pub(super) fn of(range: Enclosure, error: f64) -> Bounded {
        match range.low.is_nan() || range.high.is_nan() || error.is_nan() {
            true => Bounded { range: Enclosure::LINE, error: f64::INFINITY },
            false => Bounded { range, error: error.min((range.high - range.low).next_up()) },
        }
    }

    pub(super) fn plus(self, other: Bounded, unit: f64) -> Bounded {
        Bounded::rounded(self.range.plus(other.range), sum(self.error, other.error), unit)
    }

    pub(super) fn negative(self) -> Bounded {
        Bounded { range: Enclosure { low: -self.range.high, high: -self.range.low }, error: self.error }
    }

    pub(super) fn times(self, other: Bounded, unit: f64) -> Bounded {
        let error = sum(product(self.size(), other.error), product(other.size(), self.error));
        Bounded::rounded(self.range.multiply(other.range), error, unit)
    }

    pub(super) fn over(self, other: Bounded, unit: f64) -> Bounded {
        let Enclosure { low, high } = other.range;
        if low <= 0.0 && high >= 0.0 {
            return Bounded { range: Enclosure::LINE, error: f64::INFINITY };
        }
        let inverse = Enclosure { low: (1.0 / high).next_down(), high: (1.0 / low).next_up() };
        let largest = inverse.low.abs().max(inverse.high.abs());
        let of_divisor = product(product(self.size(), other.error), product(largest, largest));
        let error = sum(product(self.error, largest), of_divisor);
        Bounded::rounded(self.range.multiply(inverse), error, unit)
    }

    /// One of two numbers; the computed one and the exact one may be different ones.
    pub(super) fn either(self, other: Bounded, may_differ: bool) -> Bounded {
        let both = Bounded { range: self.range.hull(other.range), error: self.error.max(other.error) };
        let error = if may_differ { sum(both.error, both.width()) } else { both.error };
        Bounded { error, ..both }
    }

    /// The smaller or larger one of two numbers, which is not rounded.
    pub(super) fn extreme(self, other: Bounded, of: fn(f64, f64) -> f64) -> Bounded {
        let (a, b) = (self.range, other.range);
        let range = Enclosure { low: of(a.low, b.low), high: of(a.high, b.high) };
        Bounded { range, error: self.error.max(other.error) }
    }

    /// The sum of many numbers, added in any order.
    pub(super) fn sum(terms: &[Bounded], unit: f64) -> Bounded {
        let range = terms.iter().fold(Enclosure::point(0.0), |range, term| range.plus(term.range));
        let error = terms.iter().fold(0.0, |error, term| sum(error, term.error));
        let sizes = terms.iter().fold(0.0, |size, term| sum(size, term.size()));
        let count = terms.len().saturating_sub(1) as f64 * unit;
        let own = product(count / (1.0 - count), sizes);
        let range = match own > 0.0 {
            true => Enclosure { low: (range.low - own).next_down(), high: (range.high + own).next_up() },
            false => range,
        };
        Bounded::of(range, sum(error, own))
    }
}

/// A sum of sizes, not less than the exact one.
pub(super) fn sum(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { a + b } else { (a + b).next_up() }
}

/// A product of sizes, not less than the exact one.
pub(super) fn product(a: f64, b: f64) -> f64 {
    if a == 0.0 || b == 0.0 { 0.0 } else { (a * b).next_up() }
}
