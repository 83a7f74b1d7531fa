//! Modules of two tensors: similarities, distances, and bilinear forms.

use serde_json::Value;

use super::activations::dim;
use super::broadcasting::{common, spread};
use super::description::{dims, flag, number, size, text};
use super::layers::{Array, Example, Translated};
use super::model::{Feed, Model};
use super::spatial::dimensions;

/// The net of such a module, or nothing if it is none.
pub(super) fn model(case: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    let module = &case["net"];
    let kind = text(module, "type")?;
    if dimensions(kind).is_some_and(|(name, _)| name == "MaxUnpool") {
        return unpooling(case, shapes).map(Some);
    }
    if !matches!(kind, "Bilinear" | "CosineSimilarity" | "PairwiseDistance") {
        return Ok(None);
    }
    let [one, other] = shapes else { return Err("other inputs than two tensors".to_owned()) };
    if kind == "Bilinear" {
        return bilinear(module, one, other).map(Some);
    }
    let shape = common(&[one, other])?;
    let whole = Example { shape: shape.clone(), whole: true, training: false };
    let function = if kind == "PairwiseDistance" {
        let distance = distance("x1", "x2", &number(module, "p")?, &number(module, "eps")?);
        if flag(module, "keepdim")? {
            let kept = [&shape[..shape.len().saturating_sub(1)], &[1]].concat();
            format!("ArrayReshape[{distance}, {}]", dims(&kept))
        } else {
            distance
        }
    } else {
        let (level, epsilon) = (whole.level(&dim(module, &whole))?, number(module, "eps")?);
        let dot = |a: &str, b: &str| format!("ArrayReduce[Total, {a} {b}, {level}]");
        format!(
            "ArrayThread[#1/(Max[Sqrt[#2], {epsilon}] Max[Sqrt[#3], {epsilon}]) &, {{{}, {}, {}}}]",
            dot("x1", "x2"),
            dot("x1", "x1"),
            dot("x2", "x2")
        )
    };
    let layer = format!("FunctionLayer[Function[{{x1, x2}}, {function}], \"x1\" -> {0}, \"x2\" -> {0}]", dims(&shape));
    let net = Translated { layer, arrays: Vec::new() };
    let feed = |(place, given): (usize, &Vec<u64>)| -> Result<Feed, String> {
        let (value, gradient) = spread(&format!("io[\"input.{place}\"]"), given, &shape)?;
        Ok(Feed { port: format!("x{}", place + 1), value, gradient: Some((place, gradient)) })
    };
    let inputs = shapes.iter().enumerate().map(feed).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Model::new(net, inputs, vec!["First[Values[outputs]]".to_owned()])))
}

/// The distance of vectors, which are the last level of two arrays.
pub(super) fn distance(one: &str, other: &str, power: &str, epsilon: &str) -> String {
    match power {
        "(Infinity)" => {
            format!("ArrayReduce[Max, ArrayThread[Abs[#1 - #2 + {epsilon}] &, {{{one}, {other}}}], -1]")
        }
        _ => {
            let powers = format!("ArrayThread[Abs[#1 - #2 + {epsilon}]^{power} &, {{{one}, {other}}}]");
            format!("ArrayThread[#^(1/{power}) &, {{ArrayReduce[Total, {powers}, -1]}}]")
        }
    }
}

fn bilinear(module: &Value, one: &[u64], other: &[u64]) -> Result<Model, String> {
    let [lengths, out] = [["in1_features", "in2_features"], ["out_features", "out_features"]]
        .map(|keys| keys.map(|key| size(module, key)));
    let ([first, second], [out, _]) = (lengths, out);
    let (first, second, out) = (first?, second?, out?);
    // All levels before the last are places of which each has a vector.
    let [before, _] = [one, other].map(|shape| &shape[..shape.len().saturating_sub(1)]);
    let count: u64 = before.iter().product();
    let biased = flag(module, "bias")?;
    let mut members = vec![format!("\"weights\" -> NetArrayLayer[\"Output\" -> {}]", dims(&[out, first, second]))];
    let mut edges = vec!["\"weights\" -> NetPort[{\"form\", \"w\"}]".to_owned()];
    let mut arrays = vec![Array::of("Array", "weight").inside("\"weights\"")];
    let contracted =
        "ArrayContract[{w, x, y}, {{\"o\", \"i\", \"j\"}, {\"n\", \"i\"}, {\"n\", \"j\"}} -> {\"n\", \"o\"}]";
    let function = if biased {
        members.push(format!("\"biases\" -> NetArrayLayer[\"Output\" -> {}]", dims(&[out])));
        edges.push("\"biases\" -> NetPort[{\"form\", \"b\"}]".to_owned());
        arrays.push(Array::of("Array", "bias").inside("\"biases\""));
        format!("Function[{{w, x, y, b}}, ArrayThread[Plus, {{{contracted}, b}}, {{{{1, 2}}, {{2}}}}]]")
    } else {
        format!("Function[{{w, x, y}}, {contracted}]")
    };
    members.push(format!("\"form\" -> FunctionLayer[{function}]"));
    for port in ["x", "y"] {
        edges.push(format!("NetPort[\"{port}\"] -> NetPort[{{\"form\", \"{port}\"}}]"));
    }
    let layer = format!(
        "NetGraph[<|{}|>, {{{}}}, \"x\" -> {}, \"y\" -> {}]",
        members.join(", "),
        edges.join(", "),
        dims(&[count, first]),
        dims(&[count, second])
    );
    let feed = |port: &str, place: usize, shape: &[u64], length: u64| Feed {
        port: port.to_owned(),
        value: format!("ArrayReshape[io[\"input.{place}\"], {}]", dims(&[count, length])),
        gradient: Some((place, format!("ArrayReshape[#, {}] &", dims(shape)))),
    };
    let inputs = vec![feed("x", 0, one, first), feed("y", 1, other, second)];
    let output = format!("ArrayReshape[outputs[\"Output\"], {}]", dims(&[before, &[out]].concat()));
    Ok(Model::new(Translated { layer, arrays }, inputs, vec![output]))
}

/// Elements at the places from which they were taken as maxima, among zeros.
fn unpooling(case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let kind = text(&case["net"], "type")?;
    let (Some((_, levels)), [input, places], Some(output)) = (dimensions(kind), shapes, case["outputs"][0].as_array())
    else {
        return Err("other inputs than maxima and their places".to_owned());
    };
    let output: Vec<u64> = output.iter().filter_map(Value::as_u64).collect();
    let before = input.len().checked_sub(levels).filter(|_| input == places && input.len() == output.len());
    let before = before.ok_or("maxima and places of other shapes")?;
    let [rows, held, all] =
        [&input[..before], &input[before..], &output[before..]].map(|sizes| sizes.iter().product::<u64>());
    let flat = dims(&[rows, held]);
    let layer = format!(
        "FunctionLayer[Function[{{x1, at}}, ArrayReshape[ArrayContract[{{x1, at}}, \
         {{{{\"r\", \"i\"}}, {{\"r\", \"i\", \"o\"}}}} -> {{\"r\", \"o\"}}], {}]], \"x1\" -> {flat}, \"at\" -> {}]",
        dims(&output),
        dims(&[rows, held, all])
    );
    let hot = format!(
        "N[Map[ReplacePart[ConstantArray[0, {all}], # + 1 -> 1] &, ArrayReshape[io[\"input.1\"], {flat}], {{2}}]]"
    );
    let gradient = Some((0, format!("ArrayReshape[#, {}] &", dims(input))));
    let inputs = vec![
        Feed { port: "x1".to_owned(), value: format!("ArrayReshape[io[\"input.0\"], {flat}]"), gradient },
        Feed { port: "at".to_owned(), value: hot, gradient: None },
    ];
    let net = Translated { layer, arrays: Vec::new() };
    Ok(Model::new(net, inputs, vec!["First[Values[outputs]]".to_owned()]))
}
