//! The samples of a record try everything that it has.

use netform::layers::{Layer, ParameterType};

use super::case::calls;
use crate::session::TestSession;

/// Every argument, option, choice of an option, and array that may be left out occurs in a sample.
pub(super) fn samples(layer: &Layer) -> Result<(), String> {
    let texts: Vec<&str> = layer
        .samples
        .iter()
        .flat_map(|sample| {
            let choices = sample.choices.iter().flat_map(|(_, texts)| texts.iter().copied());
            [sample.call].into_iter().chain(choices)
        })
        .collect();
    let occurs = |what: &str| texts.iter().any(|text| text.contains(what));
    let mut missing = Vec::new();
    for option in layer.options {
        if !occurs(&format!("{} ->", option.name)) && !occurs(&format!("\"{}\" ->", option.name)) {
            missing.push(option.name.to_owned());
        }
    }
    for parameter in layer.arguments.iter().chain(layer.options) {
        if let ParameterType::Choice(choices) = parameter.kind {
            missing.extend(choices.iter().filter(|choice| !occurs(choice)).map(|choice| (*choice).to_owned()));
        }
    }
    for array in layer.arrays {
        let text = format!("\"{}\" -> None", array.name);
        if array.absent.is_some() && !occurs(&text) {
            missing.push(text);
        }
    }
    let mut session = TestSession::new();
    let mut longest = 0;
    for call in calls(layer) {
        let count = session.value(&format!("Count[{}, Except[_Rule], {{1}}]", call.text))?.as_usize().unwrap_or(0);
        longest = longest.max(count);
    }
    if longest < layer.arguments.len() {
        missing.push(format!("a call with {} arguments", layer.arguments.len()));
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("no sample has {}", missing.join(", "))),
    }
}
