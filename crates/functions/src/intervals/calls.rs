//! Calls of functions with intervals among the arguments.

use std::cmp::Ordering;

use netform_eval::{Enclosure, Eval, Flow, Function, Law, Session, enclose};
use netform_expr::{Expr, Number, Sym};

use super::ends::Exact;
use super::numeric::machine_range;
use super::set::{Ranges, interval, is_interval, ranges};
use crate::comparison::decide::numeric_order;

/// So many combinations of ranges are looked at one by one.
const MOST_COMBINATIONS: usize = 64;

/// The rule for calls of functions that have a law.
pub(super) fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(function) = session.function_of(call.head()) else { return Ok(None) };
    match function.intervals.law {
        // These know their own terms.
        Law::Relation(_) => return Ok(None),
        Law::Increasing if matches!(call.head_sym(), Some(Sym::Plus)) => return Ok(None),
        Law::Product => return Ok(None),
        _ => {}
    }
    if let Some(better) = function.better.and_then(|better| better(call)) {
        let argument = ranges(session, &better.arg(0))?;
        let (Some(argument), Some(function)) = (argument, session.function_of(better.head())) else { return Ok(None) };
        return of_ranges(session, function, better.head(), &[argument]);
    }
    let args = call.args();
    if let (Some(Sym::Max | Sym::Min), [only]) = (call.head_sym(), args.as_ref())
        && let Some(found) = ranges(session, only)?
    {
        let end =
            if call.head_sym() == Some(Sym::Max) { found.last().map(|r| &r[1]) } else { found.first().map(|r| &r[0]) };
        return Ok(end.cloned());
    }
    if matches!(call.head_sym(), Some(Sym::Max | Sym::Min)) {
        return Ok(None);
    }
    let mut all = Vec::with_capacity(args.len());
    for arg in args.iter() {
        match ranges(session, arg)? {
            Some(found) => all.push(found),
            None => return Ok(None),
        }
    }
    of_ranges(session, function, call.head(), &all)
}

/// Where there are intervals among the terms of an associative and commutative function, the terms in which all that are
/// intervals or real numbers are one; `None` if there is nothing to do.
pub(crate) fn combined(session: &mut Session, head: Sym, terms: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    if !terms.iter().any(is_interval) {
        return Ok(None);
    }
    let Some(function) = session.function_of(head.expr()) else { return Ok(None) };
    let (mut rest, mut all) = (Vec::new(), Vec::new());
    for term in terms {
        // A list or array symbol is no number; asking would be in vain.
        match if term.is_list() || term.may_hold_array_symbol() { None } else { ranges(session, term)? } {
            Some(found) => all.push(found),
            None => rest.push(term.clone()),
        }
    }
    if all.len() < 2 {
        return Ok(None);
    }
    let mut terms = all.into_iter();
    let Some(mut value) = terms.next() else { return Ok(None) };
    for term in terms {
        session.tick()?;
        let Some(found) = of_ranges(session, function, head.expr(), &[value, term])? else { return Ok(None) };
        match ranges(session, &found)? {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    let Some(value) = interval(session, value)? else { return Ok(None) };
    rest.push(value);
    Ok(Some(rest))
}

/// The interval of the values on all combinations of ranges.
fn of_ranges(session: &mut Session, function: &'static Function, head: &Expr, arguments: &[Ranges]) -> Eval {
    if arguments.iter().any(Vec::is_empty) {
        return Ok(Some(Expr::call(Sym::Interval, [])));
    }
    let count = arguments.iter().map(Vec::len).try_fold(1usize, usize::checked_mul);
    let hulls: Vec<Ranges>;
    let arguments = if count.is_none_or(|count| count > MOST_COMBINATIONS) {
        let hull = |ranges: &Ranges| vec![[ranges[0][0].clone(), ranges[ranges.len() - 1][1].clone()]];
        hulls = arguments.iter().map(hull).collect();
        &hulls
    } else {
        arguments
    };
    let is_machine = |e: &Expr| matches!(e.as_number(), Some(Number::Real(_)));
    let machine = arguments.iter().flatten().flatten().any(is_machine);
    let mut found = Vec::new();
    let mut places = vec![0; arguments.len()];
    loop {
        session.tick()?;
        let chosen: Vec<[Expr; 2]> =
            arguments.iter().zip(&places).map(|(ranges, &place)| ranges[place].clone()).collect();
        let values =
            if machine { in_machine(session, function, &chosen)? } else { exactly(session, function, head, &chosen)? };
        match values {
            Some(values) => found.extend(values),
            None => return Ok(None),
        }
        let mut level = 0;
        while level < places.len() {
            places[level] += 1;
            if places[level] < arguments[level].len() {
                break;
            }
            places[level] = 0;
            level += 1;
        }
        if level == places.len() {
            return interval(session, found);
        }
    }
}

fn in_machine(session: &mut Session, function: &Function, chosen: &[[Expr; 2]]) -> Result<Option<Ranges>, Flow> {
    let Some(code) = function.real else { return Ok(None) };
    let mut arguments = Vec::with_capacity(chosen.len());
    for range in chosen {
        match machine_range(session, range)? {
            Some(range) => arguments.push(range),
            None => return Ok(None),
        }
    }
    let pieces = Enclosure::pieces_of(code, function.intervals, &arguments);
    Ok(pieces.map(|pieces| pieces.into_iter().map(from_machine).collect()))
}

/// A range of machine numbers, of which infinite ends are infinities.
pub(super) fn from_machine(enclosure: Enclosure) -> [Expr; 2] {
    [enclosure.low, enclosure.high].map(|end| {
        if end.is_infinite() {
            Expr::call(Sym::DirectedInfinity, [Expr::integer(if end > 0.0 { 1 } else { -1 })])
        } else {
            Expr::real(end)
        }
    })
}

fn exactly(
    session: &mut Session,
    function: &Function,
    head: &Expr,
    chosen: &[[Expr; 2]],
) -> Result<Option<Ranges>, Flow> {
    if let (Law::OfReciprocal { name, .. }, [range]) = (function.intervals.law, chosen) {
        let inverse =
            Expr::call(Sym::Power, [Expr::call(Sym::Interval, [Expr::list(range.clone())]), Expr::integer(-1)]);
        let value = Expr::normal(Expr::symbol(&format!("System`{name}")), [inverse]);
        let value = session.evaluate(&value)?;
        return if is_interval(&value) { ranges(session, &value) } else { Ok(None) };
    }
    let mut ends = Exact { session, head: head.clone() };
    enclose(&mut ends, &function.intervals.law, chosen)
}

/// Whether a relation holds between two quantities of which one is an interval: for all its numbers, or for none.
pub(crate) fn relation(session: &mut Session, relation: Sym, a: &Expr, b: &Expr) -> Result<Option<bool>, Flow> {
    let (Some(a), Some(b)) = (ranges(session, a)?, ranges(session, b)?) else { return Ok(None) };
    let Some(Law::Relation(law)) = session.function_of(relation.expr()).map(|function| function.intervals.law) else {
        return Ok(None);
    };
    let mut all = None;
    for x in &a {
        for y in &b {
            session.tick()?;
            let mut ends = Exact { session, head: relation.into() };
            let Some(found) = enclose(&mut ends, &Law::Relation(law), &[x.clone(), y.clone()])? else {
                return Ok(None);
            };
            let truth = match found.as_slice() {
                [[low, high]] if low.is_integer(1) && high.is_integer(1) => true,
                [[_, high]] if high.is_integer(0) => false,
                _ => return Ok(None),
            };
            if *all.get_or_insert(truth) != truth {
                return Ok(None);
            }
        }
    }
    Ok(all)
}

/// Whether a range is inside of another.
pub(super) fn is_within(session: &mut Session, inner: &[Expr; 2], outer: &[Expr; 2]) -> Result<Option<bool>, Flow> {
    let below = numeric_order(session, &outer[0], &inner[0])?;
    let above = numeric_order(session, &inner[1], &outer[1])?;
    Ok(match (below, above) {
        (Some(below), Some(above)) => Some(below != Ordering::Greater && above != Ordering::Greater),
        _ => None,
    })
}
