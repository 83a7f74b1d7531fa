//! PyTorch's attention, by itself, with projections of heads, and in the layers of transformers, as graphs.

mod call;
mod graph;
mod heads;
mod kernel;
mod transformers;

use serde_json::Value;

use super::description::text;
use super::layers::{Example, Layers, Translated, mapped};
use super::model::Model;

/// The net of an attention, or nothing if the case is none.
pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    match text(&case["net"], "type")? {
        "Identity" if case["group"] == "sdpa" => kernel::model(case, shapes),
        "MultiheadAttention" => heads::model(case, shapes),
        "TransformerEncoderLayer"
        | "TransformerDecoderLayer"
        | "TransformerEncoder"
        | "TransformerDecoder"
        | "Transformer" => transformers::model(case, shapes),
        _ => return Ok(None),
    }
    .map(Some)
}

/// An encoder of a transformer, or a layer of one, among other modules.
pub(super) fn encoder(module: &Value, example: &Example) -> Layers {
    let encoder = vec![transformers::encoder(module)?];
    match (is_steps_first_encoder(module) && example.shape.len() > 2, example.whole) {
        (false, _) => Ok(encoder),
        (true, false) => Err("a function along the batch".to_owned()),
        (true, true) => {
            let swap = || Translated { layer: "TransposeLayer[1 <-> 2]".to_owned(), arrays: Vec::new() };
            Ok([vec![swap()], mapped(encoder), vec![swap()]].into_iter().flatten().collect())
        }
    }
}

/// Whether a module is an encoder whose sequences come before its batches.
pub(super) fn is_steps_first_encoder(module: &Value) -> bool {
    match module["type"].as_str() {
        Some("TransformerEncoderLayer") => module["batch_first"] == false,
        Some("TransformerEncoder") => module["encoder_layer"]["batch_first"] == false,
        _ => false,
    }
}
