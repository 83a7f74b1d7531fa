//! Random numbers and distributions.

mod choice;
mod generator;
mod variates;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &generator::SEED_RANDOM,
    &generator::BLOCK_RANDOM,
    &variates::RANDOM_REAL,
    &variates::RANDOM_INTEGER,
    &variates::RANDOM_VARIATE,
    &variates::NORMAL_DISTRIBUTION,
    &variates::UNIFORM_DISTRIBUTION,
    &variates::BERNOULLI_DISTRIBUTION,
    &choice::RANDOM_CHOICE,
    &choice::RANDOM_SAMPLE,
];
