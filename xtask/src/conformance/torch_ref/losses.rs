//! PyTorch's losses: loss layers, or functions of the elements of whole tensors.

use serde_json::Value;

use super::layers::{Translated, number, real, size, text};
use super::model::{Feed, Model};

/// The net of a loss, or nothing if the module is none.
pub(super) fn model(module: &Value, shapes: &[Vec<u64>]) -> Result<Option<Model>, String> {
    let kind = text(module, "type")?;
    let ports: Vec<String> = (1..=shapes.len()).map(|place| format!("x{place}")).collect();
    let elements = match kind {
        "MSELoss" => "(x1 - x2)^2".to_owned(),
        "L1Loss" => "Abs[x1 - x2]".to_owned(),
        "SmoothL1Loss" => {
            let beta = number(module, "beta")?;
            format!("Piecewise[{{{{(x1 - x2)^2/(2 {beta}), Abs[x1 - x2] < {beta}}}}}, Abs[x1 - x2] - {beta}/2]")
        }
        "HuberLoss" => {
            let delta = number(module, "delta")?;
            format!("Piecewise[{{{{(x1 - x2)^2/2, Abs[x1 - x2] < {delta}}}}}, {delta} (Abs[x1 - x2] - {delta}/2)]")
        }
        "BCELoss" if module["weight"].is_null() => "-x2 Log[x1] - (1 - x2) Log[1 - x1]".to_owned(),
        "BCEWithLogitsLoss" if module["weight"].is_null() && module["pos_weight"].is_null() => {
            "Max[x1, 0] - x1 x2 + Log[1 + Exp[-Abs[x1]]]".to_owned()
        }
        "KLDivLoss" if module["log_target"] == true => "Exp[x2] (x2 - x1)".to_owned(),
        "KLDivLoss" => "x2 (Log[x2] - x1)".to_owned(),
        "PoissonNLLLoss" if module["full"] == false && module["log_input"] == true => "Exp[x1] - x2 x1".to_owned(),
        "PoissonNLLLoss" if module["full"] == false => format!("x1 - x2 Log[x1 + {}]", number(module, "eps")?),
        "HingeEmbeddingLoss" => {
            let margin = number(module, "margin")?;
            format!("(1 + x2)/2 x1 + (1 - x2)/2 Max[{margin} - x1, 0]")
        }
        "SoftMarginLoss" => "Log[1 + Exp[-x2 x1]]".to_owned(),
        "MarginRankingLoss" => format!("Max[{} - x3 (x1 - x2), 0]", number(module, "margin")?),
        "GaussianNLLLoss" if module["full"] == false => {
            format!("(Log[Max[x3, {0}]] + (x1 - x2)^2/Max[x3, {0}])/2", number(module, "eps")?)
        }
        "CosineEmbeddingLoss" => return cosine(module, shapes).map(Some),
        "TripletMarginLoss" => return triplet(module, shapes).map(Some),
        "CrossEntropyLoss" | "NLLLoss" => return classes(module, kind, shapes).map(Some),
        "CTCLoss" => return connectionist(module, shapes).map(Some),
        _ => return Ok(None),
    };
    if shapes.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err("tensors of several shapes".to_owned());
    }
    let names = ports.join(", ");
    let terms = format!("ArrayThread[Function[{{{names}}}, {elements}], {{{names}}}]");
    // A mean over the batch is the total divided by the length.
    let reduced = match text(module, "reduction")? {
        "batchmean" => format!("Total[Flatten[{terms}]]/{}", shapes[0].first().unwrap_or(&1)),
        reduction => reduced(&terms, reduction)?,
    };
    let layer = format!("FunctionLayer[Function[{{{names}}}, {reduced}], {}]", typed(&ports, shapes));
    let mut inputs: Vec<Feed> = ports.iter().enumerate().map(|(place, port)| Feed::whole(port, place)).collect();
    // These targets are labels, 1 and -1, or have no gradient in PyTorch.
    if matches!(kind, "SoftMarginLoss" | "HingeEmbeddingLoss" | "MarginRankingLoss")
        && let Some(target) = inputs.last_mut()
    {
        target.gradient = None;
    }
    Ok(Some(whole(layer, inputs)))
}

/// A net that takes whole tensors and gives one.
fn whole(layer: String, inputs: Vec<Feed>) -> Model {
    Model { net: Translated { layer, arrays: Vec::new() }, inputs, outputs: vec!["First[Values[outputs]]".to_owned()] }
}

fn reduced(terms: &str, reduction: &str) -> Result<String, String> {
    match reduction {
        "mean" => Ok(format!("Mean[Flatten[{terms}]]")),
        "sum" => Ok(format!("Total[Flatten[{terms}]]")),
        "none" => Ok(terms.to_owned()),
        other => Err(format!("the reduction {other}")),
    }
}

/// The shapes of ports, as options.
fn typed(ports: &[String], shapes: &[Vec<u64>]) -> String {
    let options = ports.iter().zip(shapes).map(|(port, shape)| format!("\"{port}\" -> {}", dims(shape)));
    options.collect::<Vec<_>>().join(", ")
}

/// A shape as it is typed.
pub(super) fn dims(shape: &[u64]) -> String {
    format!("{{{}}}", shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// `1 - cos` for pairs that belong together, else what the cosine has above the margin.
fn cosine(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let margin = number(module, "margin")?;
    let dot = |a: &str, b: &str| format!("Map[Total, {a} {b}]");
    let cosines = format!("{}/Sqrt[{} {}]", dot("x1", "x2"), dot("x1", "x1"), dot("x2", "x2"));
    let terms = format!(
        "ArrayThread[Function[{{cos, y}}, (1 + y)/2 (1 - cos) + (1 - y)/2 Max[cos - {margin}, 0]], {{{cosines}, x3}}]"
    );
    let ports = ["x1", "x2", "x3"].map(str::to_owned);
    let reduced = reduced(&terms, text(module, "reduction")?)?;
    let layer = format!("FunctionLayer[Function[{{x1, x2, x3}}, {reduced}], {}]", typed(&ports, shapes));
    let labels = Feed { gradient: None, ..Feed::whole("x3", 2) };
    Ok(whole(layer, vec![Feed::whole("x1", 0), Feed::whole("x2", 1), labels]))
}

/// How much nearer than the margin an example of another kind is, compared to one of the same kind.
fn triplet(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    if shapes.iter().any(|shape| shape.len() != 2) || module["swap"] == true {
        return Err("this form of the triplet loss".to_owned());
    }
    let (margin, power, epsilon) = (number(module, "margin")?, number(module, "p")?, number(module, "eps")?);
    let distance = |other: &str| format!("Map[Total, Abs[x1 - {other} + {epsilon}]^{power}]^(1/{power})");
    let terms = format!("Map[Max[#, 0] &, {} - {} + {margin}]", distance("x2"), distance("x3"));
    let ports = ["x1", "x2", "x3"].map(str::to_owned);
    let reduced = reduced(&terms, text(module, "reduction")?)?;
    let layer = format!("FunctionLayer[Function[{{x1, x2, x3}}, {reduced}], {}]", typed(&ports, shapes));
    Ok(whole(layer, (0..3).map(|place| Feed::whole(&ports[place], place)).collect()))
}

/// Losses of classes, which are the second level of a tensor, or the only one.
fn classes(module: &Value, kind: &str, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let [input, target] = shapes else { return Err("other inputs than scores and classes".to_owned()) };
    let is_index = input.len() != target.len();
    let weighted = !module["weight"].is_null();
    if weighted && (!is_index || module["label_smoothing"].as_f64().unwrap_or(0.0) != 0.0) {
        return Err("weights of classes that share a target".to_owned());
    }
    if input.len() < 2 {
        return Err("a single example".to_owned());
    }
    let last = input.len();
    // The level of the classes becomes the last one.
    let places: Vec<u64> = [1, last as u64].into_iter().chain(2..last as u64).collect();
    let moved = format!("FunctionLayer[Transpose[#, {}] &]", dims(&places));
    let smoothing =
        if module["label_smoothing"].is_null() { "0".to_owned() } else { number(module, "label_smoothing")? };
    let form = if is_index { "Index" } else { "Probabilities" };
    let (before, logits) = if kind == "NLLLoss" { ("Exp, ", "False") } else { ("", "True") };
    let loss = format!(
        "CrossEntropyLossLayer[\"{form}\", \"FromLogits\" -> {logits}, \"LabelSmoothing\" -> {smoothing}, \"Reduction\" -> None]"
    );
    let mut inputs = vec![Feed::whole("Input", 0)];
    let mut members = vec![format!("\"scores\" -> NetChain[{{{before}{moved}}}]"), format!("\"loss\" -> {loss}")];
    let mut edges = vec!["NetPort[\"Input\"] -> \"scores\" -> NetPort[{\"loss\", \"Input\"}]".to_owned()];
    let mut options = format!("\"Input\" -> {}", dims(input));
    let reduction = text(module, "reduction")?;
    if is_index {
        let ignored = &module["ignore_index"];
        // How much each target counts.
        let weight = match &module["weight"] {
            Value::Array(weights) => {
                let weights: Result<Vec<String>, String> = weights.iter().map(real).collect();
                format!("{{{}}}[[# + 1]]", weights?.join(", "))
            }
            _ => "1.".to_owned(),
        };
        let counted = format!("Map[If[# == {ignored}, 0., {weight}] &, io[\"input.1\"], {{-1}}]");
        inputs.push(Feed {
            port: "Target".to_owned(),
            // An ignored target need not be a class.
            value: format!("Replace[io[\"input.1\"], {ignored} -> 0, {{-1}}] + 1"),
            gradient: None,
        });
        inputs.push(Feed { port: "Counted".to_owned(), value: counted, gradient: None });
        let total = match reduction {
            "none" => "terms counted",
            "sum" => "Total[Flatten[terms counted]]",
            "mean" => "Total[Flatten[terms counted]]/Total[Flatten[counted]]",
            other => return Err(format!("the reduction {other}")),
        };
        members.push(format!("\"total\" -> FunctionLayer[Function[{{terms, counted}}, {total}]]"));
        edges.push("NetPort[\"Target\"] -> NetPort[{\"loss\", \"Target\"}]".to_owned());
        edges.push("NetPort[\"Counted\"] -> NetPort[{\"total\", \"counted\"}]".to_owned());
        edges.push("\"loss\" -> NetPort[{\"total\", \"terms\"}]".to_owned());
        options.push_str(&format!(", \"Counted\" -> {}", dims(target)));
    } else {
        inputs.push(Feed::whole("Target", 1));
        members.push(format!("\"targets\" -> {moved}"));
        members.push(format!("\"total\" -> FunctionLayer[{} &]", reduced("#", reduction)?));
        edges.push("NetPort[\"Target\"] -> \"targets\" -> NetPort[{\"loss\", \"Target\"}]".to_owned());
        edges.push("\"loss\" -> \"total\"".to_owned());
        options.push_str(&format!(", \"Target\" -> {}", dims(target)));
    }
    let layer = format!("NetGraph[<|{}|>, {{{}}}, {options}]", members.join(", "), edges.join(", "));
    Ok(whole(layer, inputs))
}

/// The CTC loss: a graph with a layer for each example, as they differ in length. PyTorch's gradient is that of scores of
/// which the logarithms of probabilities are made.
fn connectionist(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let reduction = text(module, "reduction")?;
    if size(module, "blank")? != 0 || module["zero_infinity"] == true || reduction == "mean" {
        return Err("this form of the CTC loss".to_owned());
    }
    let count = shapes[0][1];
    let (mut members, mut edges, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let mut inputs = vec![Feed::whole("Input", 0)];
    for k in 1..=count {
        let steps = format!("io[\"input.2\"][[{k}]]");
        // The blank comes last in the layer.
        members.push(format!(
            "\"p{k}\" -> With[{{n = {steps}}}, FunctionLayer[Map[Function[step, RotateLeft[ArraySoftmax[step[[{k}]], -1]]], Take[#, n]] &]]"
        ));
        members.push(format!("\"loss{k}\" -> CTCLossLayer[\"Target\" -> io[\"input.3\"][[{k}]]]"));
        edges.push(format!("NetPort[\"Input\"] -> \"p{k}\" -> NetPort[{{\"loss{k}\", \"Input\"}}]"));
        edges.push(format!("NetPort[\"Target{k}\"] -> NetPort[{{\"loss{k}\", \"Target\"}}]"));
        names.push(format!("\"loss{k}\""));
        let value = format!("Take[io[\"input.1\"][[{k}]], io[\"input.3\"][[{k}]]]");
        inputs.push(Feed { port: format!("Target{k}"), value, gradient: None });
    }
    let parameters: Vec<String> = (1..=count).map(|k| format!("l{k}")).collect();
    let joined = parameters.join(", ");
    let body = if reduction == "sum" { format!("Total[{{{joined}}}]") } else { format!("{{{joined}}}") };
    members.push(format!("\"total\" -> FunctionLayer[Function[{{{joined}}}, {body}]]"));
    for (name, parameter) in names.iter().zip(&parameters) {
        edges.push(format!("{name} -> NetPort[{{\"total\", \"{parameter}\"}}]"));
    }
    let layer =
        format!("NetGraph[<|{}|>, {{{}}}, \"Input\" -> {}]", members.join(", "), edges.join(", "), dims(&shapes[0]));
    Ok(whole(layer, inputs))
}
