//! Elementary and special functions, as table rows.

mod by_code;
mod circular;
mod complex_parts;
mod constants;
mod evaluate;
mod formulas;
mod integers;
mod monotone;
mod piecewise_linear;
mod powers_and_logarithms;
mod special;
mod stable;
mod table;

use netform_eval::Function;

pub(crate) use constants::constant_of;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &{
    let mut all = [&Function::NEW; COUNT];
    let mut i = 0;
    let mut group = 0;
    while group < GROUPS.len() {
        let mut j = 0;
        while j < GROUPS[group].len() {
            all[i] = &GROUPS[group][j];
            i += 1;
            j += 1;
        }
        group += 1;
    }
    all
};

const GROUPS: &[&[Function]] = &[
    table::FUNCTIONS,
    constants::FUNCTIONS,
    piecewise_linear::FUNCTIONS,
    complex_parts::FUNCTIONS,
    integers::FUNCTIONS,
    powers_and_logarithms::FUNCTIONS,
    formulas::FUNCTIONS,
    special::FUNCTIONS,
    stable::FUNCTIONS,
];

const COUNT: usize = {
    let mut count = 0;
    let mut group = 0;
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};
