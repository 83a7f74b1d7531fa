//! The steps of a net that is a list of modules: each module, and which of its results the net goes on with.

use serde_json::{Value, json};

use super::description::several;
use super::recurrent::{Part, is_sequence};

/// A module in a net.
pub(super) struct Step {
    /// Its place in the list, by which its tensors are named.
    pub(super) place: usize,
    pub(super) module: Value,
    /// What is taken of the results of a recurrent module.
    pub(super) part: Option<Part>,
}

/// The steps of a list of modules.
pub(super) fn steps(modules: &Value) -> Result<Vec<Step>, String> {
    let modules = several(modules);
    let mut steps = Vec::new();
    let mut place = 0;
    while let Some(module) = modules.get(place) {
        let after = &modules[place + 1..];
        let mut step = Step { place, module: (*module).clone(), part: None };
        if is_sequence(module) {
            let (part, used) = Part::taken(module, after)?;
            step.part = Some(part);
            place += used;
        } else if module["return_indices"] == true && after.first().is_some_and(|next| next["type"] == "Take") {
            if after[0]["index"] != 0 {
                return Err("the places of maxima in a net".to_owned());
            }
            place += 1;
        } else if module["type"] == "Take" {
            // What is taken of a single tensor is an element of its first level.
            step.module = json!({ "type": "Index", "dim": 0, "index": module["index"] });
        }
        steps.push(step);
        place += 1;
    }
    Ok(steps)
}
