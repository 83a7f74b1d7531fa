//! Training: steps of an optimiser from the gradients of a net, with the loss before each and after the last.

use std::path::Path;

use serde_json::{Value, json};

use super::description::{real, size, text};
use super::losses;
use super::model::{self, Model};
use super::program::{Program, Tolerance, buffers, compared, fed, gradients_of_tensors, mode, tensors, values};

/// An optimiser of PyTorch.
struct Optimizer {
    name: &'static str,
    /// Arguments and their defaults, which are numbers, truth values, or pairs of numbers.
    arguments: &'static [(&'static str, &'static str)],
    /// How many arrays are kept of each tensor, which begin as zeros.
    kept: usize,
    /// A list of a tensor `w` and its kept arrays `s` after the step number `t` with the gradient `g`.
    step: &'static str,
}

const OPTIMIZERS: &[Optimizer] = &[
    Optimizer {
        name: "SGD",
        arguments: &[
            ("lr", "0.001"),
            ("momentum", "0."),
            ("dampening", "0."),
            ("weight_decay", "0."),
            ("nesterov", "False"),
            ("maximize", "False"),
        ],
        kept: 1,
        step: "With[{d = If[maximize, -g, g] + weightDecay w}, \
               With[{b = If[t == 1, d, momentum s[[1]] + (1 - dampening) d]}, \
               {w - lr If[nesterov, d + momentum b, b], {b}}]]",
    },
    Optimizer { name: "Adam", arguments: ADAM, kept: 3, step: "adam[w, If[maximize, -g, g] + weightDecay w, s, t]" },
    Optimizer {
        name: "AdamW",
        arguments: ADAMW,
        kept: 3,
        step: "adam[(1 - lr weightDecay) w, If[maximize, -g, g], s, t]",
    },
    Optimizer {
        name: "RMSprop",
        arguments: &[
            ("lr", "0.01"),
            ("alpha", "0.99"),
            ("eps", "1*^-8"),
            ("weight_decay", "0."),
            ("momentum", "0."),
            ("centered", "False"),
            ("maximize", "False"),
        ],
        kept: 3,
        step: "With[{d = If[maximize, -g, g] + weightDecay w}, \
               With[{v = alpha s[[1]] + (1 - alpha) d^2, m = alpha s[[2]] + (1 - alpha) d}, \
               With[{b = momentum s[[3]] + d/(Sqrt[If[centered, v - m^2, v]] + eps)}, {w - lr b, {v, m, b}}]]]",
    },
    Optimizer {
        name: "Adagrad",
        arguments: &[
            ("lr", "0.01"),
            ("lr_decay", "0."),
            ("weight_decay", "0."),
            ("initial_accumulator_value", "0."),
            ("eps", "1*^-10"),
            ("maximize", "False"),
        ],
        kept: 1,
        step: "With[{d = If[maximize, -g, g] + weightDecay w}, \
               With[{v = s[[1]] + If[t == 1, initialAccumulatorValue, 0.] + d^2}, \
               {w - lr/(1 + (t - 1) lrDecay) d/(Sqrt[v] + eps), {v}}]]",
    },
];

const ADAM: &[(&str, &str)] = &[
    ("lr", "0.001"),
    ("betas", "{0.9, 0.999}"),
    ("eps", "1*^-8"),
    ("weight_decay", "0."),
    ("amsgrad", "False"),
    ("maximize", "False"),
];
const ADAMW: &[(&str, &str)] = &[
    ("lr", "0.001"),
    ("betas", "{0.9, 0.999}"),
    ("eps", "1*^-8"),
    ("weight_decay", "0.01"),
    ("amsgrad", "False"),
    ("maximize", "False"),
];

/// What both forms of Adam have in common: means of gradients and of their squares, and the largest of the latter.
const ADAM_STEP: &str = "Function[{w, d, s, t}, \
    With[{m = betas[[1]] s[[1]] + (1 - betas[[1]]) d, v = betas[[2]] s[[2]] + (1 - betas[[2]]) d^2}, \
    With[{most = If[amsgrad, MapThread[Max, {s[[3]], v}, ArrayDepth[v]], v]}, \
    {w - lr/(1 - betas[[1]]^t) m/(Sqrt[most]/Sqrt[1 - betas[[2]]^t] + eps), {m, v, most}}]]]";

/// The losses and the tensors after a number of steps.
pub(super) fn program(case: &Value, folder: &Path, file: &Path) -> Result<Program, String> {
    let steps = size(case, "steps")?;
    let (step, kept) = step(text(case, "optimizer")?, &case["args"])?;
    let shapes = model::shapes(&case["inputs"])?;
    let [input, target] = shapes.as_slice() else {
        return Err("other data of training than inputs and targets".into());
    };
    let net = model::of_one_input(case, input)?;
    let goal = goal(case, target)?;
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
        format!("kept = Map[Table[0. #, {{{kept}}}] &, weights];"),
        "port = First[Keys[Information[goal, \"OutputPorts\"]]];".to_owned(),
        format!("step = {step};"),
        format!(
            "Do[net = NetReplacePart[template, {}]; \
             io = <|\"input.0\" -> net[in{mode}], \"input.1\" -> data[\"input.1\"]|>; goalIn = {}; \
             losses = Append[losses, goal[goalIn]]; \
             If[t <= {steps}, \
             slope = goal[Join[goalIn, <|NetPortGradient[port] -> 1.|>], NetPortGradient[\"{}\"]]; \
             gradients = Values[net[Join[in, <|NetPortGradient[\"Output\"] -> slope|>], {{{}}}{mode}]]; \
             slopes = <|{}|>; buffers = <|{}|>; \
             stepped = Association[Map[# -> step[weights[#], slopes[#], kept[#], t] &, Keys[slopes]]]; \
             weights = Join[weights, buffers, Map[First, stepped]]; kept = Map[Last, stepped]], {{t, {steps} + 1}}];",
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

/// The loss of the outputs of a net for targets of a shape.
fn goal(case: &Value, target: &[u64]) -> Result<Model, String> {
    let module = match &case["loss"] {
        Value::String(name) => json!({
            "type": name, "reduction": "mean", "ignore_index": -100, "label_smoothing": 0.0, "beta": 1.0, "delta": 1.0,
            "log_target": false, "log_input": true, "full": false, "eps": 1e-8
        }),
        given => given.clone(),
    };
    // Targets may be numbers of classes, of which the last module has as many as outputs.
    let classes =
        case["net"].as_array().and_then(|modules| modules.last()).and_then(|last| last["out_features"].as_u64());
    let output = match (module["type"].as_str(), classes) {
        (Some("CrossEntropyLoss" | "NLLLoss"), Some(classes)) if target.len() == 1 => vec![target[0], classes],
        _ => target.to_vec(),
    };
    losses::model(&json!({ "net": module }), &[output, target.to_vec()])?.ok_or_else(|| "no loss".to_owned())
}

/// An optimiser with its arguments as a function of a tensor, its gradient, what is kept, and the number of the step; and how
/// much is kept.
fn step(name: &str, given: &Value) -> Result<(String, usize), String> {
    let optimizer =
        OPTIMIZERS.iter().find(|optimizer| optimizer.name == name).ok_or_else(|| format!("the optimizer {name}"))?;
    if let Some(unknown) = given
        .as_object()
        .and_then(|given| given.keys().find(|key| optimizer.arguments.iter().all(|(name, _)| name != key)))
    {
        return Err(format!("the argument {unknown} of {name}"));
    }
    let mut bound = Vec::new();
    for (argument, default) in optimizer.arguments {
        let value = match &given[argument] {
            Value::Null => (*default).to_owned(),
            Value::Bool(true) => "True".to_owned(),
            Value::Bool(false) => "False".to_owned(),
            Value::Array(pair) => {
                format!("{{{}}}", pair.iter().map(real).collect::<Result<Vec<_>, _>>()?.join(", "))
            }
            number => real(number)?,
        };
        bound.push(format!("{} = {value}", camel_case(argument)));
    }
    let function = format!("Function[{{w, g, s, t}}, {}]", optimizer.step);
    let step = format!("With[{{{}}}, With[{{adam = {ADAM_STEP}}}, {function}]]", bound.join(", "));
    Ok((step, optimizer.kept))
}

/// A name of PyTorch as one of the language, in which an underscore is a pattern.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        format!("{name}{}{rest}", initial.to_uppercase())
    })
}
