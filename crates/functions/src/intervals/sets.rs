//! `IntervalUnion`, `IntervalIntersection`, `IntervalMemberQ`.

use std::cmp::Ordering;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::calls::is_within;
use super::set::{Ranges, interval, ranges};
use crate::comparison::decide::numeric_order;

pub(super) const INTERVAL_UNION: Function = Function {
    name: "IntervalUnion",
    usage: "IntervalUnion[interval1, interval2, ...] is the interval of all numbers that are in any of them.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY).with(Attributes::ORDERLESS),
    evaluate: Some(union),
    examples: &[
        ("IntervalUnion[Interval[{1, 3}], Interval[{2, 4}]]", "Interval[{1, 4}]"),
        ("IntervalUnion[Interval[{1, 2}], Interval[{3, 4}]]", "Interval[{1, 2}, {3, 4}]"),
        ("IntervalUnion[]", "Interval[]"),
    ],
    ..Function::NEW
};

pub(super) const INTERVAL_INTERSECTION: Function = Function {
    name: "IntervalIntersection",
    usage: "IntervalIntersection[interval1, interval2, ...] is the interval of all numbers that are in each of them; \
            Interval[] if there are none.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY).with(Attributes::ORDERLESS),
    evaluate: Some(intersection),
    examples: &[
        ("IntervalIntersection[Interval[{1, 3}], Interval[{2, 4}]]", "Interval[{2, 3}]"),
        ("IntervalIntersection[Interval[{1, 2}], Interval[{3, 4}]]", "Interval[]"),
    ],
    ..Function::NEW
};

pub(super) const INTERVAL_MEMBER_Q: Function = Function {
    name: "IntervalMemberQ",
    usage: "IntervalMemberQ[interval, x] gives True if the number x is in the interval, and \
            IntervalMemberQ[interval1, interval2] if all of interval2 is; False otherwise.",
    attributes: Attributes::LISTABLE,
    arguments: Some((2, 2)),
    evaluate: Some(member),
    examples: &[
        ("IntervalMemberQ[Interval[{1, 3}], {2, Pi, 4}]", "{True, False, False}"),
        ("IntervalMemberQ[Interval[{1, 3}], Interval[{2, 3}]]", "True"),
        ("IntervalMemberQ[Interval[{1, 2}, {3, 4}], 5/2]", "False"),
    ],
    ..Function::NEW
};

/// The ranges of all arguments; `None` if one of them is no interval or real number.
fn all_ranges(session: &mut Session, call: &Expr) -> Result<Option<Vec<Ranges>>, Flow> {
    let mut all = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        match ranges(session, arg)? {
            Some(found) => all.push(found),
            None => return Ok(None),
        }
    }
    Ok(Some(all))
}

fn union(session: &mut Session, call: &Expr) -> Eval {
    match all_ranges(session, call)? {
        Some(all) => interval(session, all.into_iter().flatten().collect()),
        None => Ok(None),
    }
}

fn intersection(session: &mut Session, call: &Expr) -> Eval {
    let Some(all) = all_ranges(session, call)? else { return Ok(None) };
    let mut all = all.into_iter();
    let Some(mut common) = all.next() else { return Ok(None) };
    for ranges in all {
        let mut next = Vec::new();
        for a in &common {
            for b in &ranges {
                session.tick()?;
                let (Some(lows), Some(highs)) =
                    (numeric_order(session, &a[0], &b[0])?, numeric_order(session, &a[1], &b[1])?)
                else {
                    return Ok(None);
                };
                let low = if lows == Ordering::Less { &b[0] } else { &a[0] };
                let high = if highs == Ordering::Greater { &b[1] } else { &a[1] };
                if matches!(numeric_order(session, low, high)?, Some(Ordering::Less | Ordering::Equal)) {
                    next.push([low.clone(), high.clone()]);
                }
            }
        }
        common = next;
    }
    interval(session, common)
}

fn member(session: &mut Session, call: &Expr) -> Eval {
    let (outer, inner) = (call.arg(0), call.arg(1));
    if !outer.has_head(Sym::Interval) {
        return Ok(None);
    }
    let (Some(outer), Some(inner)) = (ranges(session, &outer)?, ranges(session, &inner)?) else { return Ok(None) };
    for part in &inner {
        let mut inside = false;
        for range in &outer {
            match is_within(session, part, range)? {
                Some(true) => inside = true,
                Some(false) => {}
                None => return Ok(None),
            }
        }
        if !inside {
            return Ok(Some(Expr::boolean(false)));
        }
    }
    Ok(Some(Expr::boolean(true)))
}
