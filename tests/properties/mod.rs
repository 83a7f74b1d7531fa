//! Properties that hold for every record of a table: each module loops over one table and gives one test a record.
//!
//! To add a property, write a module with a function `trials` and name it in [`trials`].

mod array_arguments;
mod array_calculus;
mod coders;
mod compilation;
mod damaged_files;
mod evaluation;
mod exports;
mod functions;
mod growth;
mod intervals;
mod layers;
mod messages;
mod optimizers;
mod random;
mod simplification;
mod text;

use libtest_mimic::Trial;

/// The tests of all properties.
pub fn trials() -> Vec<Trial> {
    [
        array_arguments::trials(),
        array_calculus::trials(),
        coders::trials(),
        compilation::trials(),
        evaluation::trials(),
        exports::trials(),
        functions::trials(),
        growth::trials(),
        intervals::trials(),
        layers::trials(),
        messages::trials(),
        optimizers::trials(),
        damaged_files::trials(),
        simplification::trials(),
        text::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
