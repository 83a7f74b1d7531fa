//! Comparison and logic: equality, order, truth values, kinds of numbers.

pub(crate) mod decide;
mod element;
pub(crate) mod equal;
mod first_max;
mod kinds;
mod kronecker_delta;
mod logic;
mod max_min;
pub(crate) mod order;
pub(crate) mod same;
mod sign;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &element::ELEMENT,
    &element::NOT_ELEMENT,
    &equal::EQUAL,
    &equal::UNEQUAL,
    &kinds::EVEN_Q,
    &kinds::EXACT_NUMBER_Q,
    &kinds::INEXACT_NUMBER_Q,
    &kinds::INTEGER_Q,
    &kinds::MACHINE_NUMBER_Q,
    &kinds::NUMBER_Q,
    &kinds::PROGRAM_TRUTH_Q,
    &kinds::NUMERIC_Q,
    &kinds::ODD_Q,
    &kinds::REAL_VALUED_NUMBER_Q,
    &kinds::REAL_VALUED_NUMERIC_Q,
    &kronecker_delta::KRONECKER_DELTA,
    &logic::AND,
    &logic::EQUIVALENT,
    &logic::IMPLIES,
    &logic::NAND,
    &logic::NOR,
    &logic::NOT,
    &logic::OR,
    &logic::TRUE_Q,
    &logic::XOR,
    &first_max::FIRST_MAX,
    &max_min::MAX,
    &max_min::MIN,
    &order::BETWEEN,
    &order::GREATER,
    &order::GREATER_EQUAL,
    &order::INEQUALITY,
    &order::LESS,
    &order::LESS_EQUAL,
    &same::SAME_Q,
    &same::UNSAME_Q,
    &sign::NEGATIVE,
    &sign::NON_NEGATIVE,
    &sign::NON_POSITIVE,
    &sign::POSITIVE,
];
