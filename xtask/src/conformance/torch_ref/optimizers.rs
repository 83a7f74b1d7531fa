//! PyTorch's optimisers, as those of `NetOptimizer`.

use serde_json::Value;

use super::description::{real, several};

/// An optimiser of PyTorch.
struct Optimizer {
    name: &'static str,
    /// That of `NetOptimizer`.
    ours: &'static str,
    /// Arguments and the options that they are: two where the argument is a pair.
    arguments: &'static [(&'static str, &'static [&'static str])],
    /// Options whose defaults are others.
    defaults: &'static [(&'static str, &'static str)],
}

/// An argument by which a loss becomes larger: the gradient is taken with the other sign.
const MAXIMIZE: &str = "maximize";
/// An argument by which arrays become smaller by themselves, and not by their squares in the loss.
const DECOUPLED: &str = "decoupled_weight_decay";
const WEIGHT_DECAY: &str = "weight_decay";
/// Arguments that say only how PyTorch computes.
const WAYS: &[&str] = &["foreach", "capturable", "differentiable", "fused"];

const LEARNING_RATE: (&str, &[&str]) = ("lr", &["LearningRate"]);
const EPSILON: (&str, &[&str]) = ("eps", &["Epsilon"]);
const BETAS: (&str, &[&str]) = ("betas", &["Beta1", "Beta2"]);
const SQUARES: (&str, &[&str]) = (WEIGHT_DECAY, &["L2Regularization"]);

const OPTIMIZERS: &[Optimizer] = &[
    Optimizer {
        name: "SGD",
        ours: "SGD",
        arguments: &[
            LEARNING_RATE,
            ("momentum", &["Momentum"]),
            ("dampening", &["Dampening"]),
            SQUARES,
            ("nesterov", &["Nesterov"]),
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Adam",
        ours: "ADAM",
        arguments: &[LEARNING_RATE, BETAS, EPSILON, SQUARES, ("amsgrad", &["AMSGrad"])],
        defaults: &[],
    },
    Optimizer {
        name: "AdamW",
        ours: "ADAM",
        arguments: &[LEARNING_RATE, BETAS, EPSILON, (WEIGHT_DECAY, &["WeightDecay"]), ("amsgrad", &["AMSGrad"])],
        defaults: &[(WEIGHT_DECAY, "0.01")],
    },
    Optimizer { name: "Adamax", ours: "AdaMax", arguments: &[LEARNING_RATE, BETAS, EPSILON, SQUARES], defaults: &[] },
    Optimizer {
        name: "NAdam",
        ours: "NADAM",
        arguments: &[LEARNING_RATE, BETAS, EPSILON, SQUARES, ("momentum_decay", &["MomentumDecay"])],
        defaults: &[],
    },
    Optimizer { name: "RAdam", ours: "RADAM", arguments: &[LEARNING_RATE, BETAS, EPSILON, SQUARES], defaults: &[] },
    Optimizer {
        name: "RMSprop",
        ours: "RMSProp",
        arguments: &[
            LEARNING_RATE,
            ("alpha", &["Beta"]),
            EPSILON,
            SQUARES,
            ("momentum", &["Momentum"]),
            ("centered", &["Centered"]),
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Adagrad",
        ours: "AdaGrad",
        arguments: &[
            LEARNING_RATE,
            ("lr_decay", &["LearningRateDecay"]),
            SQUARES,
            ("initial_accumulator_value", &["InitialSum"]),
            EPSILON,
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Adadelta",
        ours: "AdaDelta",
        arguments: &[LEARNING_RATE, ("rho", &["Beta"]), EPSILON, SQUARES],
        defaults: &[],
    },
    Optimizer {
        name: "ASGD",
        ours: "AveragedSGD",
        arguments: &[
            LEARNING_RATE,
            ("lambd", &["ArrayDecay"]),
            ("alpha", &["RatePower"]),
            ("t0", &["AveragingStart"]),
            SQUARES,
        ],
        defaults: &[],
    },
    Optimizer {
        name: "Rprop",
        ours: "RProp",
        arguments: &[
            LEARNING_RATE,
            ("etas", &["Decrease", "Increase"]),
            ("step_sizes", &["SmallestChange", "LargestChange"]),
        ],
        defaults: &[],
    },
];

/// An optimiser with its arguments, and the sign of the gradients that it gets.
pub(super) fn optimizer(name: &str, given: &Value) -> Result<(String, i64), String> {
    let optimizer =
        OPTIMIZERS.iter().find(|optimizer| optimizer.name == name).ok_or_else(|| format!("the optimizer {name}"))?;
    let known = |argument: &str| optimizer.arguments.iter().find(|(known, _)| *known == argument);
    let mut options = String::new();
    let mut add = |option: &str, value: &str| options.push_str(&format!(", \"{option}\" -> {value}"));
    for (argument, default) in optimizer.defaults.iter().filter(|(argument, _)| given[argument].is_null()) {
        known(argument).into_iter().flat_map(|(_, options)| *options).for_each(|option| add(option, default));
    }
    for (argument, value) in given.as_object().into_iter().flatten() {
        let argument = argument.as_str();
        if argument == MAXIMIZE || argument == DECOUPLED || WAYS.contains(&argument) {
            continue;
        }
        let Some((_, options)) = known(argument) else {
            return Err(format!("the argument {argument} of {name}"));
        };
        let values = several(value);
        if values.len() != options.len() {
            return Err(format!("{value} for the argument {argument} of {name}"));
        }
        for (option, value) in options.iter().zip(values) {
            let option = if argument == WEIGHT_DECAY && given[DECOUPLED] == true { "WeightDecay" } else { option };
            match value {
                Value::Bool(value) => add(option, if *value { "True" } else { "False" }),
                number => add(option, &real(number)?),
            }
        }
    }
    let sign = if given[MAXIMIZE] == true { -1 } else { 1 };
    Ok((format!("NetOptimizer[{{\"{}\"{options}}}]", optimizer.ours), sign))
}
