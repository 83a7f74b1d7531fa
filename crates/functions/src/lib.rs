//! Every built-in function, as records, by theme.
//!
//! A theme is a folder; its `mod.rs` lists its records. A function that has substance is a file, one
//! that has none is a row of its theme's table.

mod algebra;
mod arithmetic;
mod arrays;
mod associations;
mod calculus;
mod call_options;
mod comparison;
mod compilation;
mod control;
mod definitions;
mod elementary;
mod forms;
mod functional;
mod images;
mod intervals;
mod iterators;
mod linear_algebra;
mod lists;
mod localisation;
mod messages;
mod numbers;
mod parts_first;
mod random;
mod rules;
pub mod rules_text;
mod strings;
mod symbolic_arrays;

use netform_eval::Registry;

pub use compilation::{ArrayFunction, CompiledFunction, Memory, compile_real};

/// Adds all built-in functions to a registry.
pub fn register(registry: &mut Registry) {
    let themes = [
        algebra::FUNCTIONS,
        arithmetic::FUNCTIONS,
        arrays::FUNCTIONS,
        associations::FUNCTIONS,
        calculus::FUNCTIONS,
        comparison::FUNCTIONS,
        compilation::FUNCTIONS,
        control::FUNCTIONS,
        definitions::FUNCTIONS,
        elementary::FUNCTIONS,
        forms::FUNCTIONS,
        forms::WRAPPERS,
        functional::FUNCTIONS,
        images::FUNCTIONS,
        intervals::FUNCTIONS,
        linear_algebra::FUNCTIONS,
        lists::FUNCTIONS,
        messages::FUNCTIONS,
        numbers::FUNCTIONS,
        random::FUNCTIONS,
        &random::DISTRIBUTIONS,
        &linear_algebra::DISTANCES,
        rules::FUNCTIONS,
        strings::FUNCTIONS,
        strings::PATTERN_OBJECTS,
        symbolic_arrays::FUNCTIONS,
    ];
    for theme in themes {
        registry.register(theme);
    }
}
