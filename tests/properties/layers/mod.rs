//! Properties of every layer record, tried on its samples at sizes that are drawn, and of chains and graphs of such layers: application
//! to symbols, numbers and exact numbers agree, with weights and without; derivatives are those of the values; shapes are as
//! declared; programs run on symbols give what the definitions give; steps of recurrences are the recurrence; results are those of PyTorch.

mod case;
mod chains;
mod checks;
mod code;
mod goldens;
mod graphs;
mod interchange;
mod not_yet;
mod options;
mod records;
mod sizes;
mod table;
mod ways;
mod wrong_values;

use libtest_mimic::{Failed, Trial};
use netform::layers::library::LAYERS;
use netform::layers::{Layer, Way};

use case::{Call, Case, calls};

/// A check of a net.
type Check = fn(&mut Case) -> Result<(), String>;

/// What is tried on every net: the name of the check, the way of applying the net that it is about, and the check.
const CHECKS: [(&str, Way, Check); 21] = [
    ("shapes", Way::Symbols, checks::shapes),
    ("numbers", Way::Numbers, checks::numbers),
    ("exact-numbers", Way::Exact, checks::exact_numbers),
    ("symbolic-weights", Way::SymbolicWeights, checks::symbolic_weights),
    ("exact-weights", Way::SymbolicWeights, checks::exact_weights),
    ("derivatives", Way::Derivatives, checks::derivatives),
    ("gradients", Way::Gradients, checks::gradients),
    ("second-derivatives", Way::Gradients, checks::second_derivatives),
    ("program-on-symbols", Way::Program, checks::program_on_symbols),
    ("mixture", Way::Mixture, ways::mixture),
    ("array-symbols", Way::ArraySymbols, ways::array_symbols),
    ("digits", Way::Digits, ways::digits),
    ("intervals", Way::Intervals, ways::intervals),
    ("batch", Way::Batch, ways::batch),
    ("training", Way::Training, ways::training),
    ("steps", Way::Numbers, checks::steps),
    ("equations", Way::Equations, checks::equations),
    ("equations-of-results", Way::Equations, checks::equations_of_results),
    ("equations-of-components", Way::Equations, checks::equations_of_components),
    ("notation", Way::Equations, checks::notation),
    ("simplification", Way::Numbers, checks::simplification),
];

/// The tests of all records, and those of chains.
pub(super) fn trials() -> Vec<Trial> {
    LAYERS
        .iter()
        .flat_map(|layer| trials_of(layer))
        .chain(chains::trials())
        .chain(graphs::trials())
        .chain(goldens::trials())
        .chain([table::trial(), not_yet::trial()])
        .collect()
}

fn trials_of(layer: &'static Layer) -> Vec<Trial> {
    let of_check = |(name, way, check): (&'static str, Way, Check)| match not_yet::reason(layer, way) {
        None => trial(layer.name, name, move || calls(layer), check),
        Some(reason) => refusal(layer, name, check, reason),
    };
    let records = Trial::test(format!("properties::layers::{}::samples", layer.name), || Ok(records::samples(layer)?));
    let training = layer.training.map(|_| trial(layer.name, "training", move || calls(layer), checks::training));
    if layer.definition.is_empty() {
        // What cannot be computed has no steps either.
        let refused = CHECKS.into_iter().filter(|(name, ..)| *name != "steps");
        return refused.map(of_check).chain([records]).collect();
    }
    CHECKS
        .into_iter()
        .map(of_check)
        .chain(training)
        .chain([records, options::trial(layer), wrong_values::trial(layer), sizes::trial(layer)])
        .chain(code::trials(layer.name, move || calls(layer)))
        .chain(interchange::trials(layer.name, move || calls(layer)))
        .collect()
}

/// The test that a check does not pass for all nets of a layer, as is said.
fn refusal(layer: &'static Layer, name: &str, check: Check, reason: &'static str) -> Trial {
    Trial::test(format!("properties::layers::{}::{name}", layer.name), move || {
        let passes =
            |(seed, net): (usize, &Call)| Case::new(net, seed as u64).and_then(|mut case| check(&mut case)).is_ok();
        match calls(layer).iter().enumerate().all(passes) {
            true => Err(Failed::from(format!("this works, although it is said that it cannot: {reason}"))),
            false => Ok(()),
        }
    })
}

/// The test that a check passes for all of some nets, given as text.
fn trial(subject: &str, name: &str, nets: impl Fn() -> Vec<Call> + Send + 'static, check: Check) -> Trial {
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
