//! Random numbers and distributions.

mod choice;
mod distributions;
mod generator;
mod variates;

use netform_eval::Function;

pub(crate) use distributions::{Derived, RECORDS as DISTRIBUTIONS};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &generator::SEED_RANDOM,
    &generator::BLOCK_RANDOM,
    &variates::RANDOM_REAL,
    &variates::RANDOM_INTEGER,
    &variates::RANDOM_VARIATE,
    &choice::RANDOM_CHOICE,
    &choice::RANDOM_SAMPLE,
];
