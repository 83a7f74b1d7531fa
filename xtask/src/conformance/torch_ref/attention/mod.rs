//! PyTorch's attention, by itself, with projections of heads, and in the layers of transformers, as graphs.

mod call;
mod graph;
mod heads;
mod kernel;
mod transformers;

use serde_json::Value;

use super::description::text;
use super::layers::Layers;
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
pub(super) fn encoder(module: &Value) -> Layers {
    transformers::encoder(module)
}
