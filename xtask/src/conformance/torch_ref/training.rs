//! Training: steps of an optimiser from the gradients of a net, with the loss before each and after the last.

use std::path::Path;

use serde_json::{Value, json};

use super::description::{size, text};
use super::model::{self, Model};
use super::optimizers::optimizer;
use super::program::{Program, Tolerance, buffers, compared, fed, gradients_of_tensors, mode, tensors, values};
use super::{losses, shapes};

/// The losses and the tensors after a number of steps.
pub(super) fn program(case: &Value, folder: &Path, file: &Path) -> Result<Program, String> {
    let steps = size(case, "steps")?;
    let (optimizer, sign) = optimizer(text(case, "optimizer")?, &case["args"])?;
    let shapes = model::shapes_of(&case["inputs"])?;
    let [input, target] = shapes.as_slice() else {
        return Err("other data of training than inputs and targets".into());
    };
    let net = model::of_one_input(case, input)?;
    let goal = goal(case, input, target)?;
    let mut asked = Vec::new();
    let slopes: Vec<String> = gradients_of_tensors(&net.net, &mut asked)
        .into_iter()
        .map(|(name, gradient)| format!("\"{name}\" -> {gradient}"))
        .collect();
    let buffers: Vec<String> =
        buffers(&net).into_iter().map(|(name, value)| format!("\"{name}\" -> {value}")).collect();
    let [scores] = goal.inputs.iter().filter(|feed| feed.port == "Input" || feed.port == "x1").collect::<Vec<_>>()[..]
    else {
        return Err("a loss without scores".to_owned());
    };
    let mode = mode(&net);
    let mut setup = vec![
        tensors(folder),
        format!("template = {}; goal = {};", net.net.layer, goal.net.layer),
        format!("in = {}; data = io; losses = {{}};", fed(&net.inputs)),
        "kept = Map[Association[] &, weights];".to_owned(),
        "port = First[Keys[Information[goal, \"OutputPorts\"]]];".to_owned(),
        format!("optimizer = {optimizer};"),
        format!(
            "Do[net = NetReplacePart[template, {}]; \
             io = <|\"input.0\" -> net[in{mode}], \"input.1\" -> data[\"input.1\"]|>; goalIn = {}; io = data; \
             losses = Append[losses, goal[goalIn]]; \
             If[t <= {steps}, \
             slope = goal[Join[goalIn, <|NetPortGradient[port] -> 1.|>], NetPortGradient[\"{}\"]]; \
             gradients = Values[net[Join[in, <|NetPortGradient[\"Output\"] -> slope|>], {{{}}}{mode}]]; \
             slopes = <|{}|>; \
             kept = Association[Map[# -> optimizer[Join[kept[#], \
             <|\"Array\" -> weights[#], \"Gradient\" -> {sign} slopes[#]|>]] &, Keys[slopes]]]; \
             learned = Map[#[\"Array\"] &, kept], learned = <||>]; \
             weights = Join[weights, <|{}|>, learned], {{t, {steps} + 1}}];",
            values(&net.net),
            fed(&goal.inputs),
            scores.port,
            asked.join(", "),
            slopes.join(", "),
            buffers.join(", ")
        ),
        "after = Association[Map[(\"after.\" <> #) -> weights[#] &, Keys[weights]]];".to_owned(),
        "found = KeyTake[Join[<|\"loss\" -> losses|>, after], Keys[io]];".to_owned(),
    ];
    setup.extend(compared(file, &["loss", "after."], &Tolerance("10^-7", "10^-9")));
    Ok((setup, "Join[missing, differing]".to_owned()))
}

/// The loss of the outputs of a net for inputs and targets of these shapes.
fn goal(case: &Value, input: &[u64], target: &[u64]) -> Result<Model, String> {
    let module = match &case["loss"] {
        Value::String(name) => json!({
            "type": name, "reduction": "mean", "ignore_index": -100, "label_smoothing": 0.0, "beta": 1.0, "delta": 1.0,
            "log_target": false, "log_input": true, "full": false, "eps": 1e-8, "p": 1, "margin": 1.0
        }),
        given => given.clone(),
    };
    let output = shapes::after_all(&case["net"], input)?;
    losses::model(&json!({ "net": module }), &[output, target.to_vec()])?.ok_or_else(|| "no loss".to_owned())
}
