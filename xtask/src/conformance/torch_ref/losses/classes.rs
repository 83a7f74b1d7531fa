//! Losses of classes, which are the second level of a tensor, or the only one.

use serde_json::Value;

use super::super::description::{dims, number, text};
use super::super::model::{Feed, Model};
use super::{constants, whole};

/// Cross entropy, and the negative logarithm of likelihoods.
pub(super) fn model(kind: &str, case: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let module = &case["net"];
    let [input, target] = shapes else { return Err("other inputs than scores and classes".to_owned()) };
    let is_index = input.len() != target.len();
    let is_single = input.len() == 1;
    let reduction = text(module, "reduction")?;
    let smoothing =
        if module["label_smoothing"].is_null() { "(0.)".to_owned() } else { number(module, "label_smoothing")? };
    // A single example is a batch of one.
    let [input, target] = if is_single {
        [input, target].map(|shape| [&[1], shape.as_slice()].concat())
    } else {
        [input.clone(), target.clone()]
    };
    let (of_batch, of_single) = if is_single { ("List", "First") } else { ("Identity", "Identity") };
    let feed = |port: &str, place: usize| Feed {
        port: port.to_owned(),
        value: format!("{of_batch}[io[\"input.{place}\"]]"),
        gradient: Some((place, of_single.to_owned())),
    };
    let rank = input.len();
    let classes = *input.get(1).ok_or("no classes")?;
    // The level of the classes becomes the last one.
    let places: Vec<u64> = [1, rank as u64].into_iter().chain(2..rank as u64).collect();
    let moved = format!("FunctionLayer[Transpose[#, {}] &]", dims(&places));
    let class_weights = constants(case, "weight")?.map(|(value, _)| value);
    // Probabilities are taken as targets where the weights of classes, which targets share, or the smoothing need them.
    let shared = !is_index || class_weights.is_some();
    let from = if kind == "NLLLoss" { "Exp, " } else { "" };
    let loss = format!(
        "CrossEntropyLossLayer[\"Index\", \"FromLogits\" -> {}, \"LabelSmoothing\" -> {smoothing}, \"Reduction\" -> None]",
        if kind == "NLLLoss" { "False" } else { "True" }
    );
    let mut inputs = vec![feed("Input", 0)];
    let mut edges = Vec::new();
    let mut options = format!("\"Input\" -> {}", dims(&input));
    let mut members = Vec::new();
    let ignored = &module["ignore_index"];
    let targets = format!("Replace[{of_batch}[io[\"input.1\"]], {ignored} -> 0, {{-1}}]");
    let counted = format!("Map[If[# == {ignored}, 0., 1.] &, {of_batch}[io[\"input.1\"]], {{-1}}]");
    if shared {
        let logarithms = if kind == "NLLLoss" {
            moved.clone()
        } else {
            let others = (1..rank).map(|level| level.to_string()).collect::<Vec<_>>().join(", ");
            format!(
                "NetChain[{{{moved}, FunctionLayer[ArrayThread[Subtract, {{#, ArrayLogSumExp[#, {{{rank}}}]}}, {{All, {{{others}}}}}] &]}}]"
            )
        };
        members.push(format!("\"scores\" -> {logarithms}"));
        members.push(format!(
            "\"loss\" -> FunctionLayer[Function[{{logs, targets, w}}, ArrayReduce[Total, \
             ArrayThread[-#3 ((1 - {smoothing}) #2 + {smoothing}/{classes}) #1 &, {{logs, targets, w}}, {{All, All, {{{rank}}}}}], {rank}]]]"
        ));
        edges.push("NetPort[\"Input\"] -> \"scores\" -> NetPort[{\"loss\", \"logs\"}]".to_owned());
        edges.push("NetPort[\"Weights\"] -> NetPort[{\"loss\", \"w\"}]".to_owned());
        let value = class_weights.clone().unwrap_or_else(|| format!("ConstantArray[1., {classes}]"));
        inputs.push(Feed { port: "Weights".to_owned(), value, gradient: None });
        if is_index {
            let hot = format!("N[Map[ReplacePart[ConstantArray[0, {classes}], # + 1 -> 1] &, {targets}, {{-1}}]]");
            inputs.push(Feed { port: "Target".to_owned(), value: hot, gradient: None });
            edges.push("NetPort[\"Target\"] -> NetPort[{\"loss\", \"targets\"}]".to_owned());
            options.push_str(&format!(", \"Target\" -> {}", dims(&[target.as_slice(), &[classes]].concat())));
        } else {
            inputs.push(feed("Target", 1));
            members.push(format!("\"targets\" -> {moved}"));
            edges.push("NetPort[\"Target\"] -> \"targets\" -> NetPort[{\"loss\", \"targets\"}]".to_owned());
            options.push_str(&format!(", \"Target\" -> {}", dims(&target)));
        }
        options.push_str(&format!(", \"Weights\" -> {}", dims(&[classes])));
    } else {
        members.push(format!("\"scores\" -> NetChain[{{{from}{moved}}}]"));
        members.push(format!("\"loss\" -> {loss}"));
        edges.push("NetPort[\"Input\"] -> \"scores\" -> NetPort[{\"loss\", \"Input\"}]".to_owned());
        edges.push("NetPort[\"Target\"] -> NetPort[{\"loss\", \"Target\"}]".to_owned());
        // An ignored target need not be a class.
        inputs.push(Feed { port: "Target".to_owned(), value: format!("{targets} + 1"), gradient: None });
    }
    // How much each target counts, and how much in a mean.
    let (counts, shares) = match (is_index, &class_weights) {
        (false, _) => {
            let ones = format!("ConstantArray[1., {}]", dims(&[&target[..1], &target[2..]].concat()));
            (ones.clone(), ones)
        }
        (true, None) => (counted.clone(), counted),
        (true, Some(weights)) => (counted.clone(), format!("{counted} Map[{weights}[[# + 1]] &, {targets}, {{-1}}]")),
    };
    let total = match reduction {
        "none" => "terms counted",
        "sum" => "Total[Flatten[terms counted]]",
        "mean" => "Total[Flatten[terms counted]]/Total[Flatten[shares]]",
        other => return Err(format!("the reduction {other}")),
    };
    let shape = dims(&[&input[..1], &input[2..]].concat());
    let mut parameters = vec!["terms"];
    for (port, parameter, value, needed) in
        [("Counted", "counted", counts, true), ("Shares", "shares", shares, reduction == "mean")]
    {
        if needed {
            inputs.push(Feed { port: port.to_owned(), value, gradient: None });
            edges.push(format!("NetPort[\"{port}\"] -> NetPort[{{\"total\", \"{parameter}\"}}]"));
            options.push_str(&format!(", \"{port}\" -> {shape}"));
            parameters.push(parameter);
        }
    }
    members.push(format!("\"total\" -> FunctionLayer[Function[{{{}}}, {total}]]", parameters.join(", ")));
    edges.push("\"loss\" -> NetPort[{\"total\", \"terms\"}]".to_owned());
    let layer = format!("NetGraph[<|{}|>, {{{}}}, {options}]", members.join(", "), edges.join(", "));
    let mut model = whole(layer, inputs);
    if is_single && reduction == "none" {
        model.outputs = vec!["First[First[Values[outputs]]]".to_owned()];
    }
    Ok(model)
}
