//! Vectors of a table, and sums, means and maxima of several of them.

use serde_json::Value;

use super::description::{dims, flag, number, size, text};
use super::layers::{Array, Form, Layers, Translated, one};
use super::model::{Feed, Model};

/// The number of vectors, their length, and the array of them.
fn table(module: &Value) -> Result<(u64, u64, Array), String> {
    let (count, size) = (size(module, "num_embeddings")?, size(module, "embedding_dim")?);
    let mut form = Form { of_tensor: "Identity".to_owned(), of_gradient: "Identity".to_owned() };
    if !module["max_norm"].is_null() {
        let (most, power) = (number(module, "max_norm")?, number(module, "norm_type")?);
        // PyTorch shortens vectors in place before it uses them.
        form.of_tensor =
            format!("Map[With[{{norm = Norm[#, {power}]}}, If[norm > {most}, {most}/(norm + 1.*^-7) #, #]] &, #] &");
    }
    if flag(module, "scale_grad_by_freq")? {
        // Each gradient is divided by how often its vector is used.
        let uses = format!("Table[Max[Count[Flatten[io[\"input.0\"]], k], 1], {{k, 0, {}}}]", count.saturating_sub(1));
        form.of_gradient = format!("#/{uses} &");
    }
    let weights = Array { form: Some(form), ..Array::of("Weights", "weight") };
    Ok((count, size, weights))
}

/// The number of the vector that stands for padding, from 0.
fn padding(module: &Value, count: u64) -> Option<u64> {
    let given = module["padding_idx"].as_i64()?;
    u64::try_from(if given < 0 { given + i64::try_from(count).ok()? } else { given }).ok()
}

pub(super) fn embedding(module: &Value) -> Layers {
    let (count, size, mut weights) = table(module)?;
    if let (Some(padding), Some(form)) = (padding(module, count), &mut weights.form) {
        // The vector of the padding is not learned.
        form.of_gradient =
            format!("ReplacePart[({})[#], {} -> ConstantArray[0., {size}]] &", form.of_gradient, padding + 1);
    }
    Ok(vec![Translated { layer: format!("EmbeddingLayer[{size}, {count}]"), arrays: vec![weights] }])
}

/// A bag of one example with a known number of places.
pub(super) fn bag(module: &Value) -> Layers {
    let (count, size, weights) = table(module)?;
    if padding(module, count).is_some() {
        return Err("padding in a bag that is not the whole of a net".to_owned());
    }
    let function = match text(module, "mode")? {
        "mean" => "Mean",
        "sum" => "Total",
        "max" => "Max",
        other => return Err(format!("the mode {other}")),
    };
    let mut layers = vec![Translated { layer: format!("EmbeddingLayer[{size}, {count}]"), arrays: vec![weights] }];
    layers.extend(one(format!("AggregationLayer[{function}, 1]"), &[])?);
    Ok(layers)
}

/// Bags as a module by itself: all places in a row, and a matrix that says to which bag a place belongs.
pub(super) fn bags(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let (count, size, weights) = table(module)?;
    let ends_given = module["include_last_offset"] == true;
    let (places, bags, ends, shares) = match shapes {
        [indices, others @ ..] if indices.len() == 2 && others.len() < 2 => {
            let ends = format!("Range[0, {}, {}]", indices[0] * indices[1], indices[1]);
            (indices[0] * indices[1], indices[0], ends, others.first().map(|shape| (1, shape)))
        }
        [indices, offsets, others @ ..] if indices.len() == 1 && others.len() < 2 => {
            let ends = if ends_given {
                "io[\"input.1\"]".to_owned()
            } else {
                format!("Append[io[\"input.1\"], {}]", indices[0])
            };
            let bags = offsets.iter().product::<u64>().saturating_sub(u64::from(ends_given));
            (indices[0], bags, ends, others.first().map(|shape| (2, shape)))
        }
        _ => return Err("other inputs of bags than indices, offsets and weights".to_owned()),
    };
    let kept = match padding(module, count) {
        Some(padding) => format!("Map[Boole[# != {padding}] &, Flatten[io[\"input.0\"]]]"),
        None => format!("ConstantArray[1, {places}]"),
    };
    let belongs = format!(
        "With[{{ends = {ends}, kept = {kept}}}, \
         Table[kept[[k]] Boole[ends[[i]] < k <= ends[[i + 1]]], {{i, {bags}}}, {{k, {places}}}]]"
    );
    let weighed = if shares.is_some() { "ArrayThread[Times, {found, shares}, {All, {1}}]" } else { "found" };
    let (value, function) = match text(module, "mode")? {
        "sum" => (belongs, format!("bags . {weighed}")),
        "mean" => (format!("Map[#/Max[Total[#], 1] &, {belongs}]"), format!("bags . {weighed}")),
        "max" => (
            format!("Map[If[# == 1, 0., -Infinity] &, {belongs}, {{2}}]"),
            // A bag without places has zeros.
            "ArrayThread[Piecewise[{{#, # > -Infinity}}, 0] &, \
             {ArrayReduce[Max, ArrayThread[Plus, {bags, found}, {{1, 2}, {2, 3}}], 2]}]"
                .to_owned(),
        ),
        other => return Err(format!("the mode {other}")),
    };
    let mut parameters = vec!["found", "bags"];
    let mut edges = vec![
        "NetPort[\"Input\"] -> \"vectors\" -> NetPort[{\"joined\", \"found\"}]",
        "NetPort[\"Bags\"] -> NetPort[{\"joined\", \"bags\"}]",
    ];
    let mut options = format!("\"Input\" -> {}, \"Bags\" -> {}", dims(&[places]), dims(&[bags, places]));
    let mut inputs = vec![
        Feed { port: "Input".to_owned(), value: "Flatten[io[\"input.0\"]] + 1".to_owned(), gradient: None },
        Feed { port: "Bags".to_owned(), value, gradient: None },
    ];
    if let Some((place, shape)) = shares {
        parameters.push("shares");
        edges.push("NetPort[\"Shares\"] -> NetPort[{\"joined\", \"shares\"}]");
        options.push_str(&format!(", \"Shares\" -> {}", dims(&[places])));
        let gradient = Some((place, format!("ArrayReshape[#, {}] &", dims(shape))));
        inputs.push(Feed { port: "Shares".to_owned(), value: format!("Flatten[io[\"input.{place}\"]]"), gradient });
    }
    let layer = format!(
        "NetGraph[<|\"vectors\" -> EmbeddingLayer[{size}, {count}], \
         \"joined\" -> FunctionLayer[Function[{{{}}}, {function}]]|>, {{{}}}, {options}]",
        parameters.join(", "),
        edges.join(", ")
    );
    let net = Translated { layer, arrays: vec![weights.inside("\"vectors\"")] };
    Ok(Model::new(net, inputs, vec!["outputs[\"Output\"]".to_owned()]))
}
