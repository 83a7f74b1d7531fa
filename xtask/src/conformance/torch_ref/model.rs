//! What a case is: a net, what is fed to its ports, and which of its results PyTorch's outputs are.

use serde_json::Value;

use super::chains::net;
use super::description::{dims, modules, several, text};
use super::layers::{Example, Translated};
use super::normalizations::joins_examples;
use super::{attention, embeddings, losses, pairs, positions, recurrent, shapes};

pub(super) struct Model {
    pub(super) net: Translated,
    /// What is fed: of those ports that have a gradient, in the order of PyTorch's inputs.
    pub(super) inputs: Vec<Feed>,
    /// Expressions for PyTorch's outputs in the association `outputs`.
    pub(super) outputs: Vec<String>,
    /// Whether the net is applied as in training: to all examples of a batch together.
    pub(super) training: bool,
}

impl Model {
    /// A model that is applied to each example by itself.
    pub(super) fn new(net: Translated, inputs: Vec<Feed>, outputs: Vec<String>) -> Model {
        Model { net, inputs, outputs, training: false }
    }
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
    let shapes = shapes_of(&case["inputs"])?;
    let module = &case["net"];
    if module.is_object() {
        match text(module, "type")? {
            "LSTM" | "GRU" | "RNN" | "LSTMCell" | "GRUCell" | "RNNCell" => return recurrent::model(module, &shapes),
            "EmbeddingBag" => return embeddings::bags(module, &shapes),
            _ => {}
        }
        for of_several_inputs in [losses::model, pairs::model, attention::model] {
            if let Some(model) = of_several_inputs(case, &shapes)? {
                return Ok(model);
            }
        }
    }
    let [shape] = shapes.as_slice() else { return Err("several inputs".to_owned()) };
    of_one_input(case, shape)
}

/// The model of a net with one input, which is applied to each example, or where that is not possible to all together.
pub(super) fn of_one_input(case: &Value, shape: &[u64]) -> Result<Model, String> {
    let module = &case["net"];
    let training = case["mode"] == "train";
    let of_batch = statistics(module, training);
    let together = shapes::is_one_example(module, shape) || (of_batch.contains(&true) && of_batch.contains(&false));
    let made = |whole: bool| -> Result<Model, String> {
        let example = Example { shape: shape.to_vec(), whole, training };
        let mut net = net(module, &example)?;
        net.type_port("Input", &dims(example.own_shape()));
        let mut input = Feed::whole("Input", 0);
        if matches!(several(module)[0]["type"].as_str(), Some("Embedding" | "EmbeddingBag")) {
            input.value.push_str(" + 1");
            input.gradient = None;
        }
        let mut outputs = vec!["outputs[\"Output\"]".to_owned()];
        let results = shapes_of(&case["outputs"])?;
        if let [result, _] = results.as_slice() {
            outputs.extend(positions::of_maxima(module, shape, result)?);
        }
        let by_batch = training || (!whole && of_batch.contains(&true));
        Ok(Model { training: by_batch, ..Model::new(net, vec![input], outputs) })
    };
    if together { made(true) } else { made(false).or_else(|_| made(true)) }
}

/// The shapes of tensors.
pub(super) fn shapes_of(given: &Value) -> Result<Vec<Vec<u64>>, String> {
    let shape = |shape: &Value| shape.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    Ok(given.as_array().ok_or("no shapes")?.iter().map(shape).collect())
}

/// An error where what a net does in training is drawn at random.
pub(super) fn nothing_random(net: &Value) -> Result<(), String> {
    let is_random = |module: &&Value| {
        let leaves_out = ["dropout", "p"].map(|key| module[key].as_f64().unwrap_or(0.0) > 0.0);
        match module["type"].as_str().unwrap_or_default() {
            "RReLU" => module["lower"] != module["upper"],
            kind => leaves_out[0] || (leaves_out[1] && kind.contains("Dropout")),
        }
    };
    match modules(net).iter().find(|module| is_random(module)) {
        Some(module) => Err(format!("{}, which draws at random in training", module["type"])),
        None => Ok(()),
    }
}

/// For each normalisation of batches whether it uses the statistics of the batch, and not its own.
fn statistics(net: &Value, training: bool) -> Vec<bool> {
    let is_of_batches = |module: &&Value| module["type"].as_str().is_some_and(|kind| kind.starts_with("BatchNorm"));
    modules(net).into_iter().filter(is_of_batches).map(|module| joins_examples(module, training)).collect()
}
