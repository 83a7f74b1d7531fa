//! The function `scaled_dot_product_attention`.

use serde_json::Value;

use super::super::broadcasting::spread;
use super::super::description::dims;
use super::super::model::{Feed, Model};
use super::call::Call;
use super::graph::Graph;

pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let call = Call::new(case["call"].as_str().unwrap_or_default(), shapes.len());
    call.only(&["attn_mask", "is_causal", "scale", "dropout_p", "enable_gqa"])?;
    if call.value("dropout_p").is_some_and(|share| share.parse() != Ok(0.0)) {
        return Err("elements that are left out at random".to_owned());
    }
    let mask = call.input("attn_mask");
    if shapes.len() != 3 + usize::from(mask.is_some()) {
        return Err("other inputs of an attention than queries, keys, values and a mask".to_owned());
    }
    let before = shapes[0].len().checked_sub(2).ok_or("an attention without vectors")?;
    if shapes.iter().take(3).any(|shape| shape.len() != before + 2) {
        return Err("queries, keys and values of several ranks".to_owned());
    }
    // All levels before the places of a sequence are heads of one example after another.
    let count = |shape: &[u64]| shape[..before].iter().product::<u64>();
    let heads = count(&shapes[0]);
    let [queries, keys] = [shapes[0][before], shapes[1][before]];
    let is_causal = call.value("is_causal") == Some("True");
    let scale = call.value("scale");
    let mut inputs = Vec::new();
    let mut graph = Graph::default();
    let mut options = Vec::new();
    for (place, (port, shape)) in ["Query", "Key", "Value"].iter().zip(shapes).enumerate() {
        let own = count(shape);
        // Heads may share keys and values.
        if own == 0 || heads % own != 0 || (own != heads && call.value("enable_gqa") != Some("True")) {
            return Err("other heads of keys and values than those of queries".to_owned());
        }
        let [length, size] = [shape[before], shape[before + 1]];
        let shared = heads / own;
        let flat = dims(&[own, length, size]);
        let (value, gradient) = if shared == 1 {
            (format!("ArrayReshape[io[\"input.{place}\"], {flat}]"), "Identity".to_owned())
        } else {
            (
                format!("Flatten[Map[ConstantArray[#, {shared}] &, ArrayReshape[io[\"input.{place}\"], {flat}]], 1]"),
                format!("Map[Total, Partition[#, {shared}]] &"),
            )
        };
        let gradient = format!("ArrayReshape[({gradient})[#], {}] &", dims(shape));
        inputs.push(Feed { port: (*port).to_owned(), value, gradient: Some((place, gradient)) });
        options.push((*port, dims(&[length, size])));
    }
    let mask = match mask {
        Some(place) => Some(allowed(place, &shapes[place], &shapes[0][..before], queries, keys)?),
        // The first query sees the first key, the next one more, and so on.
        None if is_causal && queries != keys => {
            let value = format!("Table[If[j <= i, 0., -Infinity], {heads}, {{i, {queries}}}, {{j, {keys}}}]");
            Some(Feed { port: "Mask".to_owned(), value, gradient: None })
        }
        None => None,
    };
    if let Some(mask) = mask {
        inputs.push(mask);
        options.push(("Mask", dims(&[queries, keys])));
        let factor = scale.map_or_else(|| "1/Sqrt[Last[Dimensions[q]]]".to_owned(), ToOwned::to_owned);
        graph.add_layer(
            "attention",
            format!(
                "FunctionLayer[Function[{{q, k, v, mask}}, ArraySoftmax[{factor} (q . Transpose[k]) + mask, -1] . v]]"
            ),
        );
        for (port, parameter) in [("Query", "q"), ("Key", "k"), ("Value", "v"), ("Mask", "mask")] {
            graph.connect(format!("NetPort[\"{port}\"] -> NetPort[{{\"attention\", \"{parameter}\"}}]"));
        }
    } else {
        let (before, rescaling) = match scale {
            Some(scale) => (format!("ElementwiseLayer[{scale} # &]"), "None"),
            None => ("ElementwiseLayer[# &]".to_owned(), "\"DimensionSqrt\""),
        };
        let mask = if is_causal { "\"Causal\"" } else { "None" };
        graph.add_layer("scaled", before);
        graph.add_layer(
            "attention",
            format!("AttentionLayer[\"Dot\", \"Mask\" -> {mask}, \"ScoreRescaling\" -> {rescaling}]"),
        );
        graph.connect("NetPort[\"Query\"] -> \"scaled\" -> NetPort[{\"attention\", \"Query\"}]".to_owned());
    }
    let mut net = graph.finish();
    for (port, shape) in options {
        net.type_port(port, &shape);
    }
    let last = shapes[2].last().copied().unwrap_or_default();
    let output = [&shapes[0][..before], &[queries, last]].concat();
    let output = format!("ArrayReshape[outputs[\"Output\"], {}]", dims(&output));
    Ok(Model::new(net, inputs, vec![output]))
}

/// What is added to scores: numbers, or nothing where a mask of truth values is True. The last levels of a mask are those of
/// scores, and a level with one element, or none, stands for all.
fn allowed(place: usize, given: &[u64], heads: &[u64], queries: u64, keys: u64) -> Result<Feed, String> {
    let scores = [heads, &[queries, keys]].concat();
    let tensor = format!("Replace[io[\"input.{place}\"], {{True -> 0., False -> -Infinity}}, {{-1}}]");
    let (value, gradient) =
        spread(&tensor, given, &scores).map_err(|_| "a mask of another shape than that of scores")?;
    let count = heads.iter().product::<u64>();
    let value = format!("ArrayReshape[{value}, {}]", dims(&[count, queries, keys]));
    let gradient = format!("({gradient})[ArrayReshape[#, {}]] &", dims(&scores));
    Ok(Feed { port: "Mask".to_owned(), value, gradient: Some((place, gradient)) })
}
