//! What a case is: a net, what is fed to its ports, and which of its results PyTorch's outputs are.

use serde_json::Value;

use super::layers::{Translated, chain, flag, number, scaled, text};
use super::losses::dims;
use super::{attention, losses, recurrent, spatial};

pub(super) struct Model {
    pub(super) net: Translated,
    /// What is fed: of those ports that have a gradient, in the order of PyTorch's inputs.
    pub(super) inputs: Vec<Feed>,
    /// Expressions for PyTorch's outputs in the association `outputs`.
    pub(super) outputs: Vec<String>,
}

/// What a port is given.
pub(super) struct Feed {
    pub(super) port: String,
    /// An expression in the association `io` of PyTorch's tensors.
    pub(super) value: String,
    /// The number of the input whose gradient it has, or a part of it, and a function that makes it from that of the port.
    pub(super) gradient: Option<(usize, String)>,
}

impl Feed {
    /// The whole of an input.
    pub(super) fn whole(port: &str, place: usize) -> Feed {
        Feed::by(port, place, "Identity")
    }

    /// An input after a function that is its own inverse.
    pub(super) fn by(port: &str, place: usize, function: &str) -> Feed {
        let value = format!("{function}[io[\"input.{place}\"]]");
        Feed { port: port.to_owned(), value, gradient: Some((place, function.to_owned())) }
    }
}

/// The model of a case.
pub(super) fn model(case: &Value) -> Result<Model, String> {
    let inputs = case["inputs"].as_array().ok_or("no inputs")?;
    let shape = |input: &Value| input.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let shapes: Vec<Vec<u64>> = inputs.iter().map(shape).collect();
    let module = &case["net"];
    let kind = module["type"].as_str().unwrap_or_default();
    let batched = !case["name"].as_str().unwrap_or_default().ends_with("_unbatched");
    if matches!(kind, "LSTM" | "GRU" | "RNN" | "LSTMCell" | "GRUCell" | "RNNCell") {
        return recurrent::model(module, &shapes, batched);
    }
    if case["mode"] == "train" {
        return batch(module, &shapes);
    }
    if module.is_object()
        && let Some(model) = losses::model(module, &shapes)?
    {
        return Ok(model);
    }
    if module.is_object()
        && let Some(model) = attention::model(case, &shapes)?
    {
        return Ok(model);
    }
    let [shape] = shapes.as_slice() else { return Err("several inputs".to_owned()) };
    let example = if batched { &shape[1..] } else { &shape[..] };
    let patches = if module.is_object() { spatial::patches(module, example)? } else { None };
    let mut net = if let Some(layer) = patches {
        Translated { layer, arrays: Vec::new() }
    } else if module.is_object() {
        let mut net = chain(&Value::Array(vec![module.clone()]), "", example.len())?;
        for (tensor, _) in net.arrays.iter_mut().flat_map(|array| &mut array.tensors) {
            *tensor = tensor.strip_prefix("0.").unwrap_or(tensor).to_owned();
        }
        net
    } else {
        chain(module, "", example.len())?
    };
    net.type_port("Input", &dims(example));
    let first = if module.is_object() { kind } else { module[0]["type"].as_str().unwrap_or_default() };
    let mut input = Feed::whole("Input", 0);
    if matches!(first, "Embedding" | "EmbeddingBag") {
        input.value.push_str(" + 1");
        input.gradient = None;
    }
    Ok(Model { net, inputs: vec![input], outputs: vec!["outputs[\"Output\"]".to_owned()] })
}

/// A module in training, whose examples depend on each other: the whole batch is one example of a net. Batch normalisation
/// then is a normalisation over all levels but that of the channels. What it keeps of the batch for later is not compared.
fn batch(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let ([shape], "BatchNorm1d" | "BatchNorm2d" | "BatchNorm3d") = (shapes, text(module, "type").unwrap_or_default())
    else {
        return Err("this module in training".to_owned());
    };
    let levels: Vec<u64> = (1..=shape.len() as u64).filter(|level| *level != 2).collect();
    let layer = format!("NormalizationLayer[{}, {{2}}, \"Epsilon\" -> {}", dims(&levels), number(module, "eps")?);
    let mut net = scaled(&layer, flag(module, "affine")?, true, &[])?.pop().ok_or("no normalization")?;
    net.type_port("Input", &dims(shape));
    Ok(Model { net, inputs: vec![Feed::whole("Input", 0)], outputs: vec!["outputs[\"Output\"]".to_owned()] })
}
