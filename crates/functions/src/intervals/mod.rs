//! Intervals of real numbers: `Interval`, sets of them, and arithmetic and functions on them.
//!
//! How a function acts on intervals stands in its record ([`netform_eval::Intervals`]). Here are the objects themselves,
//! their ends as expressions, and the rule for calls with intervals among the arguments: exact ends give exact ends,
//! inexact ones are rounded outwards. Two intervals are never taken for the same number, even where they are equal:
//! `Interval[{-1, 1}] - Interval[{-1, 1}]` is `Interval[{-2, 2}]`.

mod calls;
mod ends;
mod numeric;
mod set;
mod sets;

use netform_eval::{Function, ShapeRule};

pub(crate) use calls::{combined, relation};
pub(crate) use numeric::numeric;
pub(crate) use set::is_interval;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] =
    &[&INTERVAL, &sets::INTERVAL_UNION, &sets::INTERVAL_INTERSECTION, &sets::INTERVAL_MEMBER_Q];

const INTERVAL: Function = Function {
    name: "Interval",
    usage: "Interval[{min, max}] stands for a real number that is known to be between min and max, Interval[{min1, max1}, \
            {min2, max2}, ...] for one in any of several ranges, and Interval[x] for a number: with machine numbers for \
            any number that rounds to x. Arithmetic and functions of intervals give intervals that contain all values; exact \
            ends stay exact, others are rounded outwards. Max[Interval[...]] and Min[Interval[...]] give the ends. Nets \
            applied to intervals give intervals.",
    evaluate: Some(set::evaluate),
    in_calls: Some(calls::evaluate),
    shape: ShapeRule::Scalar,
    messages: &[("nvld", "`1` is not an interval: a pair {min, max} of real numbers, or a real number, is expected.")],
    examples: &[
        ("Interval[{1, 2}] + Interval[{3, 5}]", "Interval[{4, 7}]"),
        ("Interval[{3, 1}, {2, 5}]", "Interval[{1, 5}]"),
        ("Interval[{-1, 2}]^2", "Interval[{0, 4}]"),
        ("1/Interval[{-2, 1}]", "Interval[{-Infinity, -1/2}, {1, Infinity}]"),
        ("Sin[Interval[{0, 2}]]", "Interval[{0, 1}]"),
        ("Interval[{1, 2}] < 3", "True"),
        ("Interval[{1, 3}] < 2", "Interval[{1, 3}] < 2"),
        ("Max[Interval[{1, 3}], 2]", "Interval[{2, 3}]"),
    ],
    ..Function::NEW
};
