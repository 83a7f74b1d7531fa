//! The architecture's rules that a machine can hold: the crate graph and the rules on source text.

mod documents;
mod edges;
mod rust_text;
mod source;

use libtest_mimic::Trial;

/// One test for each rule.
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("architecture::crate-edges", edges::check)];
    trials.extend(
        source::RULES
            .iter()
            .map(|rule| Trial::test(format!("architecture::source::{}", rule.name), || source::check(rule))),
    );
    trials.push(Trial::test("architecture::documents::links", documents::check_links));
    trials
}

/// A test's result from the list of everything that is wrong.
fn verdict(wrong: Vec<String>) -> Result<(), libtest_mimic::Failed> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}
