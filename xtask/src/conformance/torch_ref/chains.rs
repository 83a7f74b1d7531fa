//! Nets that are lists of modules, one after the other.

use serde_json::Value;

use super::layers::{Example, Translated, translate};
use super::steps::{Step, steps};
use super::{recurrent, shapes};

/// A list of modules as a chain; their tensors have names that begin with `prefix`.
pub(super) fn chain(modules: &Value, prefix: &str, example: &Example) -> Result<Translated, String> {
    let mut members = Vec::new();
    let mut arrays = Vec::new();
    let mut example = example.clone();
    for Step { place, module, part } in steps(modules)? {
        let prefix = if prefix.is_empty() { format!("{place}.") } else { format!("{prefix}.{place}.") };
        let layers = match part {
            Some(part) => recurrent::within(&module, part, &example)?,
            None => translate(&module, &example)?,
        };
        for translated in layers {
            members.push(translated.layer);
            for mut array in translated.arrays {
                array.tensors.iter_mut().for_each(|(tensor, _)| *tensor = format!("{prefix}{tensor}"));
                arrays.push(array.inside(&members.len().to_string()));
            }
        }
        example = example.of_shape(shapes::after_step(&module, part, &example.shape)?);
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::layers::Example;
    use super::net;

    fn layer(modules: &Value, shape: &[u64], whole: bool) -> Result<String, String> {
        net(modules, &Example { shape: shape.to_vec(), whole, training: false }).map(|net| net.layer)
    }

    #[test]
    fn functions_along_the_batch_are_of_whole_tensors() {
        let net = json!([{ "type": "Linear", "out_features": 3, "bias": true }, { "type": "Softmax", "dim": 0 }]);
        assert!(layer(&net, &[2, 4], false).is_err());
        let whole = layer(&net, &[2, 4], true);
        assert_eq!(whole.as_deref(), Ok("NetChain[{NetMapOperator[LinearLayer[3]], SoftmaxLayer[1]}]"));
    }

    #[test]
    fn final_states_have_the_batch_as_their_second_dimension() {
        let recurrent = json!({
            "type": "GRU", "hidden_size": 3, "num_layers": 1, "bidirectional": false, "bias": true, "batch_first": true
        });
        let net = json!([recurrent, { "type": "Take", "index": 1 }, { "type": "Index", "dim": 0, "index": 0 }]);
        assert!(layer(&net, &[2, 5, 4], false).is_err());
        let whole = layer(&net, &[2, 5, 4], true).unwrap_or_default();
        assert!(whole.ends_with("NetPort[\"Output\"]}]], TransposeLayer[1 <-> 2], PartLayer[1]}]"), "{whole}");
    }

    #[test]
    fn sizes_of_patches_follow_from_the_modules_before() {
        let unfold = json!({ "type": "Unfold", "kernel_size": 2, "stride": 2, "padding": 0, "dilation": 1 });
        let net = json!([{ "type": "ReLU" }, unfold]);
        let patches = layer(&net, &[1, 3, 4, 6], false).unwrap_or_default();
        assert!(patches.ends_with("ReshapeLayer[{12, 6}]}]}]"), "{patches}");
    }
}
