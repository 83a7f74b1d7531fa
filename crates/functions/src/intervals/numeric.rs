//! Intervals in machine numbers and to a number of digits, rounded outwards.

use netform_eval::{Enclosure, Eval, Flow, Session};
use netform_expr::{Expr, Number, Sym};

use super::calls::from_machine;
use super::ends::doubt;
use super::set::{interval, ranges};
use crate::comparison::decide::infinity_sign;

/// Digits that exact ends are computed to before they are rounded to machine numbers.
const DIGITS: i64 = 25;

/// The machine numbers around a range.
pub(super) fn machine_range(session: &mut Session, range: &[Expr; 2]) -> Result<Option<Enclosure>, Flow> {
    let low = machine_ends(session, &range[0])?;
    let high = machine_ends(session, &range[1])?;
    Ok(low.zip(high).map(|(low, high)| Enclosure { low: low.low, high: high.high }))
}

/// The machine numbers around a real quantity: itself, if it is one.
fn machine_ends(session: &mut Session, e: &Expr) -> Result<Option<Enclosure>, Flow> {
    if let Some(sign) = infinity_sign(e) {
        return Ok(Some(Enclosure::point(f64::INFINITY.copysign(sign as f64))));
    }
    if let Some(number) = e.as_number() {
        return Ok(Enclosure::around(&number));
    }
    let value = session.evaluate_call(Sym::N, [e.clone(), Expr::integer(DIGITS)])?;
    let Some(number) = value.as_number().filter(Number::is_real) else { return Ok(None) };
    let ends = doubt(&number).map(|end| end.as_number().and_then(|end| Enclosure::around(&end)));
    let [low, high] = ends;
    Ok(low.zip(high).map(|(low, high)| low.hull(high)))
}

/// `N` of an interval.
pub(crate) fn numeric(session: &mut Session, e: &Expr, digits: Option<f64>) -> Eval {
    let Some(ranges) = ranges(session, e)? else { return Ok(None) };
    let mut rounded = Vec::with_capacity(ranges.len());
    for range in ranges {
        match digits {
            None => match machine_range(session, &range)? {
                Some(enclosure) => rounded.push(from_machine(enclosure)),
                None => return Ok(None),
            },
            Some(digits) => {
                let [mut low, mut high] = range;
                for (end, place) in [(&mut low, 0), (&mut high, 1)] {
                    let value = session.evaluate_call(Sym::N, [end.clone(), Expr::real(digits)])?;
                    *end = match value.as_number() {
                        Some(number) if *end != value => doubt(&number)[place].clone(),
                        _ => value,
                    };
                }
                rounded.push([low, high]);
            }
        }
    }
    interval(session, rounded)
}
