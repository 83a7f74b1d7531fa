//! Training: steps of an optimiser from the gradients of a net, with the loss before each and after the last.

use std::path::Path;

use serde_json::{Value, json};

use super::description::{real, size, text};
use super::model::{self, Model};
use super::program::{Program, Tolerance, buffers, compared, fed, gradients_of_tensors, mode, tensors, values};
use super::{losses, shapes};

/// An optimiser of PyTorch.
struct Optimizer {
    name: &'static str,
    /// That of `NetOptimizer`.
    ours: &'static str,
    /// Arguments and the options that they are; [`BETAS`] is two, [`MAXIMIZE`] none.
    arguments: &'static [(&'static str, &'static str)],
    /// Options whose defaults are others.
    defaults: &'static [(&'static str, &'static str)],
}

/// An argument that is a pair, the options `Beta1` and `Beta2`.
const BETAS: &str = "betas";
/// An argument by which a loss becomes larger: the gradient is taken with the other sign.
const MAXIMIZE: &str = "maximize";

const OPTIMIZERS: &[Optimizer] = &[
    Optimizer {
        name: "SGD",
        ours: "SGD",
        arguments: &[
            ("lr", "LearningRate"),
            ("momentum", "Momentum"),
            ("dampening", "Dampening"),
            ("weight_decay", "L2Regularization"),
            ("nesterov", "Nesterov"),
            (MAXIMIZE, ""),
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Adam",
        ours: "ADAM",
        arguments: &[
            ("lr", "LearningRate"),
            (BETAS, ""),
            ("eps", "Epsilon"),
            ("weight_decay", "L2Regularization"),
            ("amsgrad", "AMSGrad"),
            (MAXIMIZE, ""),
        ],
        defaults: &[],
    },
    Optimizer {
        name: "AdamW",
        ours: "ADAM",
        arguments: &[
            ("lr", "LearningRate"),
            (BETAS, ""),
            ("eps", "Epsilon"),
            ("weight_decay", "WeightDecay"),
            ("amsgrad", "AMSGrad"),
            (MAXIMIZE, ""),
        ],
        defaults: &[("weight_decay", "0.01")],
    },
    Optimizer {
        name: "RMSprop",
        ours: "RMSProp",
        arguments: &[
            ("lr", "LearningRate"),
            ("alpha", "Beta"),
            ("eps", "Epsilon"),
            ("weight_decay", "L2Regularization"),
            ("momentum", "Momentum"),
            ("centered", "Centered"),
            (MAXIMIZE, ""),
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Adagrad",
        ours: "AdaGrad",
        arguments: &[
            ("lr", "LearningRate"),
            ("lr_decay", "LearningRateDecay"),
            ("weight_decay", "L2Regularization"),
            ("initial_accumulator_value", "InitialSum"),
            ("eps", "Epsilon"),
            (MAXIMIZE, ""),
        ],
        defaults: &[],
    },
];

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
             io = <|\"input.0\" -> net[in{mode}], \"input.1\" -> data[\"input.1\"]|>; goalIn = {}; \
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
        "io = data; after = Association[Map[(\"after.\" <> #) -> weights[#] &, Keys[weights]]];".to_owned(),
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

/// An optimiser with its arguments, and the sign of the gradients that it gets.
fn optimizer(name: &str, given: &Value) -> Result<(String, i64), String> {
    let optimizer =
        OPTIMIZERS.iter().find(|optimizer| optimizer.name == name).ok_or_else(|| format!("the optimizer {name}"))?;
    let mut options: Vec<(&str, String)> = vec![];
    let mut sign = 1;
    let given = given.as_object().into_iter().flatten();
    let (known, values): (Vec<&str>, Vec<&Value>) = given.map(|(name, value)| (name.as_str(), value)).unzip();
    for (argument, default) in optimizer.defaults.iter().filter(|(argument, _)| !known.contains(argument)) {
        let option = optimizer.arguments.iter().find(|(name, _)| name == argument).map_or("", |(_, option)| option);
        options.push((option, (*default).to_owned()));
    }
    for (argument, value) in known.into_iter().zip(values) {
        let Some((_, option)) = optimizer.arguments.iter().find(|(known, _)| *known == argument) else {
            return Err(format!("the argument {argument} of {name}"));
        };
        match (argument, value) {
            (MAXIMIZE, value) => sign = if *value == Value::Bool(true) { -1 } else { 1 },
            (BETAS, Value::Array(pair)) => {
                for (option, beta) in ["Beta1", "Beta2"].into_iter().zip(pair) {
                    options.push((option, real(beta)?));
                }
            }
            (_, Value::Bool(value)) => options.push((option, if *value { "True" } else { "False" }.to_owned())),
            (_, number) => options.push((option, real(number)?)),
        }
    }
    let options: String = options.iter().map(|(option, value)| format!(", \"{option}\" -> {value}")).collect();
    Ok((format!("NetOptimizer[{{\"{}\"{options}}}]", optimizer.ours), sign))
}
