//! The CTC loss: a graph with a layer for each example, as they differ in length.

use serde_json::Value;

use super::super::description::{dims, size, text, typed_list};
use super::super::model::{Feed, Model};
use super::whole;

/// PyTorch's gradient is that of scores of which the logarithms of probabilities are made.
pub(super) fn model(module: &Value, shapes: &[Vec<u64>]) -> Result<Model, String> {
    let [input, targets, _, _] = shapes else { return Err("other inputs than scores, targets and lengths".to_owned()) };
    let reduction = text(module, "reduction")?;
    let blank = size(module, "blank")?;
    let is_single = input.len() == 2;
    let (count, classes) = match **input {
        [_, classes] => (1, classes),
        [_, count, classes] => (count, classes),
        _ => return Err("other scores than those of sequences".to_owned()),
    };
    // The blank comes last in the layer.
    let order: Vec<u64> = (1..=classes).filter(|class| *class != blank + 1).chain([blank + 1]).collect();
    let order = typed_list(&order);
    let lengths = |place: usize| format!("Flatten[{{io[\"input.{place}\"]}}]");
    let (mut members, mut edges, mut names) = (Vec::new(), Vec::new(), Vec::new());
    let mut scores = Feed::whole("Input", 0);
    if is_single {
        scores.value = "Map[List, io[\"input.0\"]]".to_owned();
        scores.gradient = Some((0, "Map[First, #] &".to_owned()));
    }
    let mut inputs = vec![scores];
    for k in 1..=count {
        let (steps, length) = (format!("{}[[{k}]]", lengths(2)), format!("{}[[{k}]]", lengths(3)));
        members.push(format!(
            "\"p{k}\" -> With[{{n = {steps}}}, FunctionLayer[Map[Function[step, ArraySoftmax[step[[{k}]], -1][[{order}]]], Take[#, n]] &]]"
        ));
        let all = match targets.len() {
            2 => format!("io[\"input.1\"][[{k}]]"),
            // Without a level for the examples their targets follow each other.
            _ => format!("Drop[io[\"input.1\"], Total[Take[{}, {}]]]", lengths(3), k - 1),
        };
        let target = format!("Map[If[# < {blank}, # + 1, #] &, Take[{all}, {length}]]");
        let loss = format!("CTCLossLayer[\"Target\" -> {length}]");
        members.push(match module["zero_infinity"] == true {
            // There must be a step for each element of the target, and for a blank between equal ones.
            true => format!(
                "\"loss{k}\" -> If[{steps} < {length} + Count[Differences[{target}], 0], \
                 FunctionLayer[Function[{{Input, Target}}, 0. Total[Flatten[Input]]], \"Target\" -> {length}], {loss}]"
            ),
            false => format!("\"loss{k}\" -> {loss}"),
        });
        edges.push(format!("NetPort[\"Input\"] -> \"p{k}\" -> NetPort[{{\"loss{k}\", \"Input\"}}]"));
        edges.push(format!("NetPort[\"Target{k}\"] -> NetPort[{{\"loss{k}\", \"Target\"}}]"));
        inputs.push(Feed { port: format!("Target{k}"), value: target, gradient: None });
        names.push(format!("\"loss{k}\""));
    }
    let parameters: Vec<String> = (1..=count).map(|k| format!("l{k}")).collect();
    let losses = typed_list(&parameters);
    let body = match reduction {
        "none" if is_single => "l1".to_owned(),
        "none" => losses.clone(),
        "sum" => format!("Total[{losses}]"),
        "mean" => format!("Mean[{losses}/lengths]"),
        other => return Err(format!("the reduction {other}")),
    };
    if reduction == "mean" {
        // Each loss is divided by the length of its target.
        let value = format!("N[Map[Max[#, 1] &, {}]]", lengths(3));
        inputs.push(Feed { port: "Lengths".to_owned(), value, gradient: None });
        edges.push("NetPort[\"Lengths\"] -> NetPort[{\"total\", \"lengths\"}]".to_owned());
        members.push(format!("\"total\" -> FunctionLayer[Function[{{{}, lengths}}, {body}]]", parameters.join(", ")));
    } else {
        members.push(format!("\"total\" -> FunctionLayer[Function[{losses}, {body}]]"));
    }
    for (name, parameter) in names.iter().zip(&parameters) {
        edges.push(format!("{name} -> NetPort[{{\"total\", \"{parameter}\"}}]"));
    }
    let shape = if is_single { vec![input[0], 1, classes] } else { input.clone() };
    let mut options = format!("\"Input\" -> {}", dims(&shape));
    if reduction == "mean" {
        options.push_str(&format!(", \"Lengths\" -> {}", dims(&[count])));
    }
    let layer = format!("NetGraph[<|{}|>, {{{}}}, {options}]", members.join(", "), edges.join(", "));
    Ok(whole(layer, inputs))
}
