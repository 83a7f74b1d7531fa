//! What a case is: a net, what is fed to its ports, and which of its results PyTorch's outputs are.

use serde_json::Value;

use super::description::{dims, modules, size, text};
use super::layers::{Example, Translated, net};
use super::normalizations::has_statistics;
use super::{attention, embeddings, losses, pairs, positions, recurrent, spatial};

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
    let shapes = shapes(&case["inputs"])?;
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

/// The model of a net with one input.
pub(super) fn of_one_input(case: &Value, shape: &[u64]) -> Result<Model, String> {
    let module = &case["net"];
    let training = case["mode"] == "train";
    let by_batch = training || uses_statistics_of_the_batch(module)?;
    let whole = is_one_example(case, shape) || (module.is_object() && spans_examples(module, shape.len()));
    let example_shape = if whole { shape } else { shape.get(1..).unwrap_or_default() };
    let example = Example { rank: example_shape.len(), whole, training };
    let mut net = net(module, &example, example_shape)?;
    net.type_port("Input", &dims(example_shape));
    let first = if module.is_object() { module } else { &module[0] };
    let mut input = Feed::whole("Input", 0);
    if matches!(first["type"].as_str(), Some("Embedding" | "EmbeddingBag")) {
        input.value.push_str(" + 1");
        input.gradient = None;
    }
    let mut outputs = vec!["outputs[\"Output\"]".to_owned()];
    let results = shapes(&case["outputs"])?;
    if let [result, _] = results.as_slice() {
        outputs.extend(positions::of_maxima(module, shape, result)?);
    }
    Ok(Model { training: by_batch, ..Model::new(net, vec![input], outputs) })
}

/// The shapes of tensors.
pub(super) fn shapes(given: &Value) -> Result<Vec<Vec<u64>>, String> {
    let shape = |shape: &Value| shape.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    Ok(given.as_array().ok_or("no shapes")?.iter().map(shape).collect())
}

/// An error where what a net does in training is drawn at random.
pub(super) fn nothing_random(net: &Value) -> Result<(), String> {
    let is_random = |module: &&Value| {
        let leaves_out = ["dropout", "p"].map(|key| module[key].as_f64().unwrap_or(0.0) > 0.0);
        match module["type"].as_str().unwrap_or_default() {
            "RReLU" => true,
            kind => leaves_out[0] || (leaves_out[1] && kind.contains("Dropout")),
        }
    };
    match modules(net).iter().find(|module| is_random(module)) {
        Some(module) => Err(format!("{}, which draws at random in training", module["type"])),
        None => Ok(()),
    }
}

/// Whether normalisations have no statistics of their own and use those of the batch in evaluation too.
fn uses_statistics_of_the_batch(net: &Value) -> Result<bool, String> {
    let normalizations: Vec<bool> = modules(net)
        .into_iter()
        .filter(|module| module["type"].as_str().is_some_and(|kind| kind.starts_with("BatchNorm")))
        .map(has_statistics)
        .collect();
    match (normalizations.contains(&true), normalizations.contains(&false)) {
        (true, true) => Err("normalisations with statistics beside others without".to_owned()),
        (_, by_batch) => Ok(by_batch),
    }
}

/// Whether a tensor has no dimension of examples.
fn is_one_example(case: &Value, shape: &[u64]) -> bool {
    let kind = case["net"]["type"].as_str().unwrap_or_default();
    let has_channels = |name: &str| {
        ["Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "AdaptiveMaxPool", "InstanceNorm"]
            .contains(&name)
    };
    let by_rank = match spatial::dimensions(kind) {
        Some((name, levels)) if has_channels(name) => shape.len() == levels + 1,
        None if matches!(kind, "PixelShuffle" | "PixelUnshuffle") => shape.len() == 3,
        _ => shape.is_empty(),
    };
    by_rank || case["name"].as_str().unwrap_or_default().ends_with("_unbatched")
}

/// Whether a module works along the dimension of examples, so that the whole tensor is one example of its net.
fn spans_examples(module: &Value, rank: usize) -> bool {
    let tensor = Example { rank, whole: true, training: false };
    let is_first = |dim: &Value| tensor.level(dim) == Ok(1);
    match module["type"].as_str().unwrap_or_default() {
        "Softmax" | "Softmin" | "LogSoftmax" => is_first(&super::activations::dim(module, &tensor)),
        "Softmax2d" => rank == 3,
        "GLU" | "Unflatten" => is_first(&module["dim"]),
        "Flatten" => is_first(&module["start_dim"]),
        // Channels are the second level, or the only one.
        "PReLU" => rank == 1 && size(module, "num_parameters") != Ok(1),
        _ => false,
    }
}
