//! Properties of every layer record, tried on its samples at sizes that are drawn, and of chains and graphs of such layers: application
//! to symbols, numbers and exact numbers agree, with weights and without; derivatives are those of the values; shapes are as
//! declared; programs run on symbols give what the definitions give; results are those of PyTorch.

mod case;
mod chains;
mod checks;
mod goldens;
mod graphs;
mod records;
mod sizes;
mod table;

use libtest_mimic::{Failed, Trial};
use netform::layers::Layer;
use netform::layers::library::LAYERS;

use case::{Call, Case, calls};

/// What is tried on every net.
const CHECKS: [(&str, fn(&mut Case) -> Result<(), String>); 9] = [
    ("shapes", checks::shapes),
    ("numbers", checks::numbers),
    ("exact-numbers", checks::exact_numbers),
    ("symbolic-weights", checks::symbolic_weights),
    ("exact-weights", checks::exact_weights),
    ("derivatives", checks::derivatives),
    ("gradients", checks::gradients),
    ("program-on-symbols", checks::program_on_symbols),
    ("equations", checks::equations),
];

/// The tests of all records, and those of chains.
pub(super) fn trials() -> Vec<Trial> {
    LAYERS
        .iter()
        .flat_map(|layer| trials_of(layer))
        .chain(chains::trials())
        .chain(graphs::trials())
        .chain(goldens::trials())
        .chain([table::trial()])
        .collect()
}

fn trials_of(layer: &'static Layer) -> Vec<Trial> {
    let of_check = |(name, check): (&str, fn(&mut Case) -> Result<(), String>)| {
        trial(layer.name, name, move || calls(layer), check)
    };
    let records = Trial::test(format!("properties::layers::{}::samples", layer.name), || Ok(records::samples(layer)?));
    CHECKS.into_iter().map(of_check).chain([records, sizes::trial(layer)]).collect()
}

/// The test that a check passes for all of some nets, given as text.
fn trial(
    subject: &str,
    name: &str,
    nets: impl Fn() -> Vec<Call> + Send + 'static,
    check: fn(&mut Case) -> Result<(), String>,
) -> Trial {
    Trial::test(format!("properties::layers::{subject}::{name}"), move || {
        let mut failures = Vec::new();
        for (seed, net) in nets().iter().enumerate() {
            let outcome = Case::new(net, seed as u64).and_then(|mut case| check(&mut case));
            failures.extend(outcome.err().map(|what| format!("{}: {what}", net.text)));
        }
        match failures.first() {
            None => Ok(()),
            Some(first) => Err(Failed::from(format!("{} nets fail; the first one is\n{first}", failures.len()))),
        }
    })
}
