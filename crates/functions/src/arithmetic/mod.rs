//! Sums, products, powers: the canonical forms of arithmetic.

mod flat;
mod inexact;
mod infinity;
mod plus;
mod power;
mod shorthands;
mod sums;
mod times;

use netform_eval::Function;

pub(crate) use plus::sum;
pub(crate) use power::{exception_value, power};
pub(crate) use times::product;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &plus::PLUS,
    &times::TIMES,
    &power::POWER,
    &shorthands::SUBTRACT,
    &shorthands::DIVIDE,
    &shorthands::MINUS,
    &shorthands::SQRT,
    &shorthands::EXP,
    &sums::SUM,
    &sums::PRODUCT,
    &infinity::INFINITY,
    &infinity::COMPLEX_INFINITY,
    &infinity::DIRECTED_INFINITY,
];
