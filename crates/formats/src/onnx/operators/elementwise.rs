//! Operators that act element by element.

use super::{Input, Meaning, Operator, input};

const BINARY: &[Input] = &[input("A"), input("B")];

const fn unary(name: &'static str, function: &'static str) -> Operator {
    Operator { name, meaning: Meaning::Elementwise(function), ..Operator::NEW }
}

const fn binary(name: &'static str, since: i64, function: &'static str) -> Operator {
    Operator { name, since, inputs: BINARY, meaning: Meaning::Threading(function), ..Operator::NEW }
}

pub(super) const OPERATORS: &[Operator] = &[unary("Relu", "Ramp"), binary("Add", 7, "wrapped[Plus]")];
