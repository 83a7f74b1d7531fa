//! Expressions as ends: exact ones, and numbers of any precision, which are rounded outwards by what they are not
//! known to.

use std::cmp::Ordering;

use netform_eval::{Ends, Flow, Landmark, Session, Toward};
use netform_expr::{Expr, Number, Sym};

use crate::comparison::decide::{infinity_sign, is_real_valued, numeric_order};

/// Expressions as ends, for calls of one function.
pub(super) struct Exact<'a> {
    pub(super) session: &'a mut Session,
    pub(super) head: Expr,
}

impl Exact<'_> {
    /// An end that a computation gave, on the side that is asked for.
    fn bound(&mut self, value: Expr, toward: Toward) -> Result<Option<Expr>, Flow> {
        if let Some(number) = value.as_number() {
            return Ok(match number {
                Number::Complex(_) => None,
                Number::Real(x) => Some(Expr::real(match toward {
                    Toward::Down => x.next_down(),
                    Toward::Up => x.next_up(),
                })),
                Number::BigReal(_) => {
                    let [low, high] = doubt(&number);
                    Some(if toward == Toward::Down { low } else { high })
                }
                _ => Some(value),
            });
        }
        let fits = infinity_sign(&value).is_some() || is_real_valued(self.session, &value)?;
        Ok(fits.then_some(value))
    }
}

/// The ends of what a number with a precision of its own may be.
pub(super) fn doubt(number: &Number) -> [Expr; 2] {
    let Number::BigReal(_) = number else { return [Expr::number(number.clone()), Expr::number(number.clone())] };
    // A power of ten not below the uncertainty.
    let exponent = (-number.accuracy()).ceil();
    let unit = Number::from(10).pow(&Number::from(exponent.clamp(-1e6, 1e6) as i64));
    let Ok(unit) = unit else { return [Expr::number(number.clone()), Expr::number(number.clone())] };
    // The sum keeps the digits of the number, so that the ends do not lose more than they are moved by.
    [number.sub(&unit), number.add(&unit)].map(Expr::number)
}

impl Ends for Exact<'_> {
    type End = Expr;

    fn value(&mut self, arguments: &[Expr], toward: Toward) -> Result<Option<Expr>, Flow> {
        // Zero times infinity bounds a product of numbers that are as small and as large as one likes, but not that.
        if self.head.is(Sym::Times) && arguments.iter().any(|argument| argument.is_integer(0)) {
            return Ok(Some(Expr::integer(0)));
        }
        let call = Expr::normal(self.head.clone(), arguments.iter().cloned());
        let value = self.session.quietly(netform_eval::Quiet::All, |session| session.evaluate(&call))?;
        self.bound(value, toward)
    }

    fn inner(&mut self, _: fn(f64) -> f64, name: &'static str) -> Self {
        unreachable!("{name}: calls at reciprocals are rewritten before")
    }

    fn order(&mut self, a: &Expr, b: &Expr) -> Result<Option<Ordering>, Flow> {
        if a == b {
            return Ok(Some(Ordering::Equal));
        }
        numeric_order(self.session, a, b)
    }

    fn landmark(&mut self, landmark: Landmark, toward: Toward) -> Result<Expr, Flow> {
        Ok(match landmark {
            Landmark::Integer(n) => Expr::integer(i64::from(n)),
            Landmark::RightAngles(n) => {
                let factors = [Expr::integer(i64::from(n)), Sym::Pi.into(), half()];
                self.session.evaluate_call(Sym::Times, factors)?
            }
            Landmark::Infinity => Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]),
            Landmark::MinusInfinity => Expr::call(Sym::DirectedInfinity, [Expr::integer(-1)]),
            Landmark::Between(..) => Expr::real(landmark.bound(toward)),
        })
    }

    fn integer(&mut self, end: &Expr) -> Option<i64> {
        end.as_i64()
    }

    fn reciprocal(&mut self, end: &Expr, toward: Toward) -> Result<Option<Expr>, Flow> {
        let value = self.session.evaluate_call(Sym::Power, [end.clone(), Expr::integer(-1)])?;
        self.bound(value, toward)
    }

    fn quotient_floor(&mut self, a: &Expr, b: &Expr, _: Toward) -> Result<Option<Expr>, Flow> {
        let floor = self.session.evaluate_call(Sym::Quotient, [a.clone(), b.clone()])?;
        Ok(Some(floor).filter(|floor| floor.as_number().is_some()))
    }

    fn turns(&mut self, place: Landmark, period: Landmark, [low, high]: [&Expr; 2]) -> Result<Option<Vec<Expr>>, Flow> {
        let place = self.landmark(place, Toward::Down)?;
        let period = self.landmark(period, Toward::Down)?;
        let mut count = |end: &Expr, round: Sym| -> Result<Option<i64>, Flow> {
            let difference =
                Expr::call(Sym::Plus, [end.clone(), Expr::call(Sym::Times, [Expr::integer(-1), place.clone()])]);
            let quotient =
                Expr::call(Sym::Times, [difference, Expr::call(Sym::Power, [period.clone(), Expr::integer(-1)])]);
            let quotient = self.session.evaluate(&quotient)?;
            Ok(self.session.evaluate_call(round, [quotient])?.as_i64())
        };
        let (Some(first), Some(last)) = (count(low, Sym::Ceiling)?, count(high, Sym::Floor)?) else { return Ok(None) };
        if last - first > 1 {
            return Ok(None);
        }
        let mut places = Vec::new();
        for k in first..=last {
            let term = Expr::call(Sym::Times, [Expr::integer(k), period.clone()]);
            places.push(self.session.evaluate_call(Sym::Plus, [place.clone(), term])?);
        }
        Ok(Some(places))
    }
}

fn half() -> Expr {
    Number::ONE.div(&Number::from(2)).map_or_else(|_| Expr::integer(0), Expr::number)
}
