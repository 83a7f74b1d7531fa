//! Enclosures: intervals of machine reals that are known to contain a real number.

use std::cmp::Ordering;

use netform_expr::Number;

use super::directed::moved;
use super::laws::{Ends, enclose};
use super::{Intervals, Landmark, Law, Rounding, Toward, product_toward, sum_toward};
use crate::{Flow, RealCode};

/// A closed interval of real numbers whose ends are machine reals or infinite; results of operations are rounded
/// outwards, so that they contain the exact ones. Truth values are 1, 0, and the interval of both where it is not
/// decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Enclosure {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Enclosure {
    /// All real numbers.
    pub const LINE: Enclosure = Enclosure { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// An open truth value.
    pub const UNDECIDED: Enclosure = Enclosure { low: 0.0, high: 1.0 };

    /// The interval of a single number.
    pub const fn point(value: f64) -> Enclosure {
        Enclosure { low: value, high: value }
    }

    /// The machine numbers around a real number: itself, if it is one of them.
    pub fn around(number: &Number) -> Option<Enclosure> {
        if let Number::Real(x) = number {
            return Some(Enclosure::point(*x));
        }
        let nearest = number.to_f64()?;
        if nearest.is_infinite() {
            let bounded = f64::MAX.copysign(nearest);
            return Some(Enclosure { low: nearest.min(bounded), high: nearest.max(bounded) });
        }
        let value = if number.is_exact() { number.clone() } else { number.to_exact().ok()? };
        let order = value.compare(&Number::Real(nearest).to_exact().ok()?)?;
        Some(match order {
            Ordering::Equal => Enclosure::point(nearest),
            Ordering::Less => Enclosure { low: nearest.next_down(), high: nearest },
            Ordering::Greater => Enclosure { low: nearest, high: nearest.next_up() },
        })
    }

    /// The number, if there is only one.
    pub fn as_point(self) -> Option<f64> {
        (self.low == self.high).then_some(self.low)
    }

    /// The truth value, if it is decided.
    pub fn truth(self) -> Option<bool> {
        if self.low > 0.0 || self.high < 0.0 {
            Some(true)
        } else if self.low == 0.0 && self.high == 0.0 {
            Some(false)
        } else {
            None
        }
    }

    /// The least interval that contains both.
    pub fn hull(self, other: Enclosure) -> Enclosure {
        Enclosure { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What both have in common, if anything.
    pub fn intersection(self, other: Enclosure) -> Option<Enclosure> {
        let common = Enclosure { low: self.low.max(other.low), high: self.high.min(other.high) };
        (common.low <= common.high).then_some(common)
    }

    /// Whether a number is inside.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The sum.
    pub fn plus(self, other: Enclosure) -> Enclosure {
        Enclosure {
            low: sum_toward(&[self.low, other.low], Toward::Down),
            high: sum_toward(&[self.high, other.high], Toward::Up),
        }
    }

    /// The product.
    pub fn multiply(self, other: Enclosure) -> Enclosure {
        let (a, b) = (self, other);
        // Most factors are points or do not contain zero: two products instead of eight.
        if a.low >= 0.0 && b.low >= 0.0 {
            return Enclosure {
                low: product_toward(&[a.low, b.low], Toward::Down),
                high: product_toward(&[a.high, b.high], Toward::Up),
            };
        }
        let corners = [[a.low, b.low], [a.low, b.high], [a.high, b.low], [a.high, b.high]];
        Enclosure {
            low: corners.iter().map(|c| product_toward(c, Toward::Down)).fold(f64::INFINITY, f64::min),
            high: corners.iter().map(|c| product_toward(c, Toward::Up)).fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The values of a function with this code on intervals, by its law; `None` where it has no real values, or nothing
    /// is known.
    pub fn of(code: RealCode, intervals: Intervals, arguments: &[Enclosure]) -> Option<Enclosure> {
        match (intervals.law, arguments) {
            (Law::Product, _) => {
                return Some(arguments.iter().fold(Enclosure::point(1.0), |product, &factor| product.multiply(factor)));
            }
            (Law::Relation(_), [_, _, _, ..]) => {
                let mut all = Some(true);
                for pair in arguments.windows(2) {
                    match Enclosure::of(code, intervals, pair)?.truth() {
                        Some(true) => {}
                        Some(false) => return Some(Enclosure::point(0.0)),
                        None => all = None,
                    }
                }
                return Some(all.map_or(Enclosure::UNDECIDED, |_| Enclosure::point(1.0)));
            }
            _ => {}
        }
        let hull = Enclosure::pieces_of(code, intervals, arguments)?.into_iter().reduce(Enclosure::hull)?;
        (!hull.low.is_nan() && !hull.high.is_nan()).then_some(hull)
    }

    /// As [`Enclosure::of`], for at most two arguments of products and relations: an interval for each piece between
    /// poles.
    pub fn pieces_of(code: RealCode, intervals: Intervals, arguments: &[Enclosure]) -> Option<Vec<Enclosure>> {
        let arguments: Vec<[f64; 2]> = arguments.iter().map(|argument| [argument.low, argument.high]).collect();
        let mut ends = MachineEnds { code, rounding: intervals.rounding };
        let pieces = enclose(&mut ends, &intervals.law, &arguments).ok()??;
        Some(pieces.into_iter().map(|[low, high]| Enclosure { low, high }).collect())
    }
}

/// Machine reals as ends, for one function.
struct MachineEnds {
    code: RealCode,
    rounding: Rounding,
}

impl Ends for MachineEnds {
    type End = f64;

    fn value(&mut self, arguments: &[f64], toward: Toward) -> Result<Option<f64>, Flow> {
        if let Rounding::Code(code) = self.rounding {
            return Ok(Some(code(arguments, toward)).filter(|value| !value.is_nan()));
        }
        let value = match (self.code, arguments) {
            (RealCode::Unary(f), [x]) => f(*x),
            (RealCode::Binary(f), [x, y]) => f(*x, *y),
            (RealCode::Variadic(f), _) => f(arguments),
            _ => f64::NAN,
        };
        if value.is_nan() {
            return Ok(None);
        }
        let finite = arguments.iter().all(|argument| argument.is_finite());
        Ok(Some(match self.rounding {
            // All functions that vanish at 0 do so exactly.
            Rounding::Units(_) if value == 0.0 && arguments.iter().all(|argument| *argument == 0.0) => value,
            Rounding::Units(_) if value.is_infinite() && finite => match toward {
                Toward::Down => value.min(f64::MAX),
                Toward::Up => value.max(f64::MIN),
            },
            Rounding::Units(units) if value.is_finite() => moved(value, units, toward),
            _ => value,
        }))
    }

    fn inner(&mut self, code: fn(f64) -> f64, _: &'static str) -> Self {
        MachineEnds { code: RealCode::Unary(code), rounding: super::LIBRARY }
    }

    fn order(&mut self, a: &f64, b: &f64) -> Result<Option<Ordering>, Flow> {
        Ok(a.partial_cmp(b))
    }

    fn landmark(&mut self, landmark: Landmark, toward: Toward) -> Result<f64, Flow> {
        Ok(landmark.bound(toward))
    }

    fn integer(&mut self, end: &f64) -> Option<i64> {
        (end.fract() == 0.0 && end.abs() < 9e15).then_some(*end as i64)
    }

    fn reciprocal(&mut self, end: &f64, toward: Toward) -> Result<Option<f64>, Flow> {
        Ok(Some(super::quotient_toward(1.0, *end, toward)))
    }

    fn quotient_floor(&mut self, a: &f64, b: &f64, toward: Toward) -> Result<Option<f64>, Flow> {
        Ok(Some(super::quotient_toward(*a, *b, toward).floor()).filter(|floor| floor.is_finite()))
    }

    /// The breaks are looked for a little beyond the ends: where they are is not known to the last digit.
    fn turns(&mut self, place: Landmark, period: Landmark, bounds: [&f64; 2]) -> Result<Option<Vec<f64>>, Flow> {
        let [low, high] = bounds.map(|end| *end);
        let (place, period) = (place.bound(Toward::Down), period.bound(Toward::Down));
        // Written so that what is not a number counts as long.
        let is_short = high - low < period * 1.5 && low.abs().max(high.abs()) < 1e9;
        if !is_short {
            return Ok(None);
        }
        let first = ((low - place) / period).floor() - 1.0;
        let mut found = Vec::new();
        for k in 0..4 {
            let turn = place + (first + f64::from(k)) * period;
            let doubt = 1e-15 * (turn.abs() + (first.abs() + 4.0) * period);
            if turn + doubt >= low && turn - doubt <= high {
                found.push(turn);
            }
        }
        Ok(Some(found))
    }
}
