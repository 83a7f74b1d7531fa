//! Nets that are lists of modules, one after the other.

use serde_json::Value;

use super::description::several;
use super::layers::{Example, Translated, translate};
use super::recurrent::{self, Part};
use super::shapes;

/// A list of modules as a chain; their tensors have names that begin with `prefix`.
pub(super) fn chain(modules: &Value, prefix: &str, example: &Example) -> Result<Translated, String> {
    let modules = several(modules);
    let mut members = Vec::new();
    let mut arrays = Vec::new();
    let mut example = example.clone();
    let mut place = 0;
    while let Some(module) = modules.get(place) {
        let prefix = if prefix.is_empty() { format!("{place}.") } else { format!("{prefix}.{place}.") };
        let (layers, shape) = if recurrent::is_sequence(module) {
            let (part, used) = Part::taken(module, &modules[place + 1..])?;
            place += used;
            (recurrent::within(module, part, &example)?, recurrent::shape(module, part, &example.shape)?)
        } else {
            (translate(module, &example)?, shapes::after(module, &example.shape)?)
        };
        for translated in layers {
            members.push(translated.layer);
            for mut array in translated.arrays {
                array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
                arrays.push(array.inside(&members.len().to_string()));
            }
        }
        example = example.of_shape(shape);
        place += 1;
    }
    if members.is_empty() {
        members.push("ElementwiseLayer[# &]".to_owned());
    }
    Ok(Translated { layer: format!("NetChain[{{{}}}]", members.join(", ")), arrays })
}

/// A module by itself, whose tensors have no prefix.
fn alone(module: &Value, example: &Example) -> Result<Translated, String> {
    let mut net = chain(&Value::Array(vec![module.clone()]), "", example)?;
    for (tensor, _) in net.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
        *tensor = tensor.strip_prefix("0.").unwrap_or(tensor).to_owned();
    }
    Ok(net)
}

/// The net of a whole case.
pub(super) fn net(description: &Value, example: &Example) -> Result<Translated, String> {
    if description.is_object() { alone(description, example) } else { chain(description, "", example) }
}
