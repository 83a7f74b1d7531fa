//! The samples of a record try everything that it has, and its parts have names of their own.

use netform::layers::{Layer, ParameterType, PortKind};

use super::case::calls;
use crate::session::TestSession;

/// Every argument, option, choice of an option, and array that may be left out occurs in a sample; names are distinct.
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
    if !missing.is_empty() {
        return Err(format!("no sample has {}", missing.join(", ")));
    }
    names(layer)
}

/// No two parts of a layer are reached by one name.
fn names(layer: &Layer) -> Result<(), String> {
    let keys = layer.arguments.iter().chain(layer.options).map(|parameter| layer.key(parameter));
    let ports = layer.ports().filter(|port| !matches!(port.kind, PortKind::Several(_))).map(|port| port.name);
    let others = layer.arrays.iter().map(|array| array.name).chain(ports).map(str::to_owned);
    let mut names: Vec<String> = keys.chain(others).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("several parts have the name {}", pair[0])),
        None => Ok(()),
    }
}
