//! The object: ranges in order, of which no two touch.

use std::cmp::Ordering;

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Number, Sym};

use crate::comparison::decide::{infinity_sign, is_real_valued, numeric_order};

/// Ranges in order.
pub(super) type Ranges = Vec<[Expr; 2]>;

/// Whether an expression is an interval with valid ranges.
pub(crate) fn is_interval(e: &Expr) -> bool {
    e.has_head(Sym::Interval) && e.args().iter().all(|range| range.is_list() && range.len() == 2)
}

/// The ranges of an interval, or a single one for a real quantity; `None` for everything else.
pub(super) fn ranges(session: &mut Session, e: &Expr) -> Result<Option<Ranges>, Flow> {
    if is_interval(e) {
        let mut ranges = Vec::with_capacity(e.len());
        for range in e.args().iter() {
            let [low, high] = [range.arg(0), range.arg(1)];
            if !is_end(session, &low)? || !is_end(session, &high)? {
                return Ok(None);
            }
            ranges.push([low, high]);
        }
        return Ok(Some(ranges));
    }
    Ok(is_end(session, e)?.then(|| vec![[e.clone(), e.clone()]]))
}

fn is_end(session: &mut Session, e: &Expr) -> Result<bool, Flow> {
    if let Some(number) = e.as_number() {
        return Ok(number.is_real());
    }
    Ok(infinity_sign(e).is_some() || is_real_valued(session, e)?)
}

/// The interval of some ranges in any order, which may overlap.
pub(super) fn interval(session: &mut Session, ranges: Ranges) -> Result<Option<Expr>, Flow> {
    let Some(ranges) = united(session, ranges)? else { return Ok(None) };
    Ok(Some(Expr::call(Sym::Interval, ranges.into_iter().map(Expr::list))))
}

/// Ranges in order, where those that overlap or touch are one; `None` where ends cannot be compared.
pub(super) fn united(session: &mut Session, mut ranges: Ranges) -> Result<Option<Ranges>, Flow> {
    let mut sorted: Ranges = Vec::with_capacity(ranges.len());
    for range in &mut ranges {
        session.tick()?;
        match numeric_order(session, &range[0], &range[1])? {
            Some(Ordering::Greater) => range.swap(0, 1),
            Some(_) => {}
            None => return Ok(None),
        }
        let (mut from, mut to) = (0, sorted.len());
        while from < to {
            let middle = usize::midpoint(from, to);
            match numeric_order(session, &sorted[middle][0], &range[0])? {
                Some(Ordering::Less) => from = middle + 1,
                Some(_) => to = middle,
                None => return Ok(None),
            }
        }
        sorted.insert(from, range.clone());
    }
    let mut united: Ranges = Vec::with_capacity(sorted.len());
    for range in sorted {
        let Some(last) = united.last_mut() else {
            united.push(range);
            continue;
        };
        if numeric_order(session, &last[1], &range[0])? == Some(Ordering::Less) {
            united.push(range);
        } else if numeric_order(session, &last[1], &range[1])? == Some(Ordering::Less) {
            last[1] = range[1].clone();
        }
    }
    Ok(Some(united))
}

/// The rule of `Interval`: normal form.
pub(super) fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let mut found = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        if arg.is_list() && arg.len() == 2 {
            let [low, high] = [arg.arg(0), arg.arg(1)];
            if is_end(session, &low)? && is_end(session, &high)? {
                found.push([low, high]);
                continue;
            }
            if !low.is_number() && !high.is_number() || low.is_string_or_list() || high.is_string_or_list() {
                return invalid(session, arg);
            }
            return Ok(None);
        }
        if !is_end(session, arg)? {
            return invalid(session, arg);
        }
        found.push(around(arg));
    }
    Ok(interval(session, found)?.filter(|interval| interval != call))
}

/// Symbolic ends stay as they are; what can never be an end is told about.
fn invalid(session: &mut Session, arg: &Expr) -> Eval {
    let is_symbolic =
        arg.is_symbol() || arg.is_list() && arg.len() == 2 && !arg.args().iter().any(Expr::is_string_or_list);
    let is_symbolic = is_symbolic || arg.is_normal() && !arg.is_list();
    if !is_symbolic {
        session.message(Sym::Interval, "nvld", std::slice::from_ref(arg));
    }
    Ok(None)
}

/// What can never be a number.
trait Alien {
    fn is_string_or_list(&self) -> bool;
}

impl Alien for Expr {
    fn is_string_or_list(&self) -> bool {
        self.as_str().is_some() || self.is_list()
    }
}

/// The range of a number: a single exact one, or all that an inexact one may stand for.
fn around(e: &Expr) -> [Expr; 2] {
    match e.as_number() {
        Some(Number::Real(x)) => [x.next_down(), x.next_up()].map(Expr::real),
        Some(number @ Number::BigReal(_)) => super::ends::doubt(&number),
        _ => [e.clone(), e.clone()],
    }
}
