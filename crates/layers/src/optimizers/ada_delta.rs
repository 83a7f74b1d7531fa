//! Gradients in the measure of the changes before.

use super::{L2_REGULARIZATION, SLOPE, is, learning_rate, number};
use crate::requirement::requires;
use crate::{Optimizer, OptimizerState};

pub(super) const ADA_DELTA: Optimizer = Optimizer {
    name: "AdaDelta",
    usage: "NetOptimizer[\"AdaDelta\"] subtracts LearningRate d, where d is the gradient times Sqrt[u + \"Epsilon\"]/Sqrt[v + \"Epsilon\"]: v is \
            a mean of the squares of gradients, u of those of d before, in which a step has the weight 1 - \"Beta\". \"L2Regularization\" -> \
            l adds l Array to the gradient.",
    source: "Zeiler, ADADELTA: an adaptive learning rate method, 2012",
    options: &[learning_rate("1"), number("Beta", "9/10"), number("Epsilon", "1/1000000"), L2_REGULARIZATION],
    requirements: &[requires(
        "Beta <= 1",
        "\"Beta\" must not be greater than 1, but is `Beta`",
        "Give a number such as 0.9",
    )],
    states: &[
        OptimizerState { name: "SecondMoment", kept: "True", initial: "0" },
        OptimizerState { name: "SquaredChange", kept: "True", initial: "0" },
    ],
    update: &[
        SLOPE,
        is("SecondMoment", "Beta SecondMoment + (1 - Beta) slope^2"),
        is("change", "Sqrt[SquaredChange + Epsilon] slope/Sqrt[SecondMoment + Epsilon]"),
        is("SquaredChange", "Beta SquaredChange + (1 - Beta) change^2"),
        is("Array", "Array - LearningRate change"),
    ],
    examples: &[(
        "NetOptimizer[{\"AdaDelta\", \"Beta\" -> 1/2, \"Epsilon\" -> 1}][<|\"Array\" -> {5, 7}, \"Gradient\" -> {-4, 0}|>]",
        "<|Array -> {19/3, 7}, SecondMoment -> {8, 0}, SquaredChange -> {8/9, 0}, Step -> 2|>",
    )],
    samples: &[
        "\"AdaDelta\"",
        "\"AdaDelta\", \"LearningRate\" -> 0.1, \"Beta\" -> 0.8, \"Epsilon\" -> 0.01",
        "\"AdaDelta\", \"L2Regularization\" -> 0.1",
    ],
    ..Optimizer::NEW
};
