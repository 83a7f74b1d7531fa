//! Array functions: the vocabulary of layer definitions.
//!
//! Each function has one meaning on explicit lists of anything scalar, stays in a canonical form on
//! array symbols, and is brought into programs by its record. A [`grid::Grid`] is how they see an
//! argument; [`bound`] turns a function argument into a function of positions, so that equal
//! functions are equal nodes.

mod beam_search;
pub(crate) mod bound;
pub(crate) mod by_parts;
mod contract;
pub(crate) mod contraction;
pub(crate) mod defined;
pub(crate) mod differentials;
pub(crate) mod dimension;
mod fold;
mod fold_tangent;
pub(crate) mod functional;
mod gather;
pub(crate) mod grid;
mod indices;
pub(crate) mod levels;
pub(crate) mod linear;
pub(crate) mod linear_folds;
pub(crate) mod lowering;
pub(crate) mod messages;
mod ordering;
mod pad;
mod places;
mod random;
mod reduce;
mod reshape;
pub(crate) mod softmax;
mod thread;
mod thread_derivative;
mod untraced;
mod window;
mod with_gradient;

use netform_eval::Function;

pub(crate) use contract::contract_freely;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &beam_search::BEAM_SEARCH,
    &bound::ARRAY_VARIABLE,
    &contract::ARRAY_CONTRACT,
    &fold::ARRAY_FOLD,
    &gather::ARRAY_GATHER,
    &gather::ARRAY_SCATTER_ADD,
    &indices::CHECKED_INDICES,
    &ordering::ARRAY_INDEX,
    &ordering::ARRAY_ORDERING,
    &pad::ARRAY_PAD,
    &random::ARRAY_RANDOM,
    &reduce::ARRAY_REDUCE,
    &reshape::ARRAY_REPLICATE,
    &reshape::ARRAY_RESHAPE,
    &softmax::ARRAY_LOG_SUM_EXP,
    &softmax::ARRAY_SOFTMAX,
    &with_gradient::WITH_GRADIENT,
    &softmax::PROGRAM_LOG_SOFTMAX,
    &thread::ARRAY_THREAD,
    &untraced::UNTRACED,
    &window::ARRAY_OVERLAP_ADD,
    &window::ARRAY_WINDOW,
];
