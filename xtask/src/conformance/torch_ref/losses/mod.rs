//! PyTorch's losses: loss layers, or functions of whole tensors.

mod classes;
mod connectionist;
mod elements;
mod margins;

use serde_json::Value;

use super::description::{dims, real, text};
use super::layers::Translated;
use super::model::{Feed, Model};

/// The net of a loss, or nothing if the module is none.
pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    let module = &case["net"];
    let kind = text(module, "type")?;
    if let Some(model) = elements::model(kind, case, shapes)? {
        return Ok(Some(model));
    }
    match kind {
        "CosineEmbeddingLoss" => margins::cosine(module, shapes),
        "TripletMarginLoss" | "TripletMarginWithDistanceLoss" => margins::triplet(module, shapes),
        "MultiMarginLoss" => margins::of_a_class(case, shapes),
        "MultiLabelMarginLoss" => margins::of_classes(module, shapes),
        "CrossEntropyLoss" | "NLLLoss" => classes::model(kind, case, shapes),
        "CTCLoss" => connectionist::model(module, shapes),
        _ => return Ok(None),
    }
    .map(Some)
}

/// An input of a function of whole tensors.
struct Input {
    feed: Feed,
    shape: Vec<u64>,
}

impl Input {
    /// The tensor at a place, named `x1`, `x2`, ....
    fn tensor(place: usize, shape: &[u64]) -> Input {
        Input { feed: Feed::whole(&format!("x{}", place + 1), place), shape: shape.to_vec() }
    }

    /// Something that has no gradient.
    fn fixed(name: &str, value: String, shape: &[u64]) -> Input {
        Input { feed: Feed { port: name.to_owned(), value, gradient: None }, shape: shape.to_vec() }
    }
}

/// A net that is a function of whole tensors, which has the names of the inputs.
fn function(inputs: Vec<Input>, body: &str) -> Model {
    let names: Vec<&str> = inputs.iter().map(|input| input.feed.port.as_str()).collect();
    let options: Vec<String> =
        inputs.iter().map(|input| format!("\"{}\" -> {}", input.feed.port, dims(&input.shape))).collect();
    let layer = format!("FunctionLayer[Function[{{{}}}, {body}], {}]", names.join(", "), options.join(", "));
    whole(layer, inputs.into_iter().map(|input| input.feed).collect())
}

/// A net that takes whole tensors and gives one.
fn whole(layer: String, inputs: Vec<Feed>) -> Model {
    Model::new(Translated { layer, arrays: Vec::new() }, inputs, vec!["First[Values[outputs]]".to_owned()])
}

/// What becomes of terms, of which there may be a single number.
fn reduced(terms: &str, rank: usize, reduction: &str) -> Result<String, String> {
    match reduction {
        "none" => Ok(terms.to_owned()),
        "mean" | "sum" if rank == 0 => Ok(terms.to_owned()),
        "mean" => Ok(format!("Mean[Flatten[{terms}]]")),
        "sum" => Ok(format!("Total[Flatten[{terms}]]")),
        other => Err(format!("the reduction {other}")),
    }
}

/// An expression for numbers that a module was given for its classes or elements, which PyTorch keeps as a buffer, and their
/// shape, or nothing if it has none.
fn constants(case: &Value, key: &str) -> Result<Option<(String, Vec<u64>)>, String> {
    if let Some(shape) = case["weights"][key].as_array() {
        return Ok(Some((format!("weights[\"{key}\"]"), shape.iter().filter_map(Value::as_u64).collect())));
    }
    match &case["net"][key] {
        Value::Null => Ok(None),
        Value::Array(rows) if rows.iter().all(Value::is_array) => {
            let typed = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
            let width = rows.first().and_then(Value::as_array).map_or(0, Vec::len);
            Ok(Some((format!("{{{}}}", typed.join(", ")), vec![rows.len() as u64, width as u64])))
        }
        given @ Value::Array(items) => Ok(Some((row(given)?, vec![items.len() as u64]))),
        other => Err(format!("the {key} {other}")),
    }
}

fn row(values: &Value) -> Result<String, String> {
    let items = values.as_array().into_iter().flatten().map(real).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{{{}}}", items.join(", ")))
}
