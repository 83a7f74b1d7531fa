//! Stochastic gradient descent, with momentum.

use super::{L2_REGULARIZATION, SLOPE, is, learning_rate, number, truth};
use crate::requirement::requires;
use crate::{Optimizer, OptimizerState};

pub(super) const SGD: Optimizer = Optimizer {
    name: "SGD",
    usage: "NetOptimizer[\"SGD\"] is stochastic gradient descent: Array - LearningRate Gradient. With \"Momentum\" -> m the velocity \
            v = m v + (1 - d) Gradient, d = \"Dampening\", stands for the gradient, which is the velocity of the first step, and \
            with \"Nesterov\" -> True Gradient + m v does. \"L2Regularization\" -> l adds l Array to the gradient.",
    source: "Robbins and Monro 1951; Sutskever et al., On the importance of initialization and momentum in deep learning, 2013",
    options: &[
        learning_rate("1/1000"),
        number("Momentum", "0"),
        number("Dampening", "0"),
        truth("Nesterov"),
        L2_REGULARIZATION,
    ],
    values: &[is("still", "TrueQ[Momentum == 0]")],
    requirements: &[requires(
        "!Nesterov || !still && TrueQ[Dampening == 0]",
        "\"Nesterov\" needs a \"Momentum\" that is not 0 and no \"Dampening\", but these are `Momentum` and `Dampening`",
        "Give a number such as \"Momentum\" -> 0.9",
    )],
    states: &[OptimizerState { name: "Velocity", kept: "!still", initial: "0" }],
    factors: &[is("share", "If[TrueQ[Dampening == 0], 1, If[Step == 1, 1, 1 - Dampening]]")],
    update: &[
        SLOPE,
        is("Velocity", "If[still, slope, Momentum Velocity + share slope]"),
        is("Array", "Array - LearningRate If[Nesterov, slope + Momentum Velocity, Velocity]"),
    ],
    examples: &[
        (
            "NetOptimizer[\"SGD\"][<|\"Array\" -> {1, w}, \"Gradient\" -> {100, g}|>]",
            "<|Array -> {9/10, -g/1000 + w}, Step -> 2|>",
        ),
        (
            "NetOptimizer[{\"SGD\", \"LearningRate\" -> r, \"Momentum\" -> m}][<|\"Array\" -> w, \"Gradient\" -> g, \"Velocity\" -> v|>]",
            "<|Array -> -r (g + m v) + w, Velocity -> g + m v, Step -> 2|>",
        ),
    ],
    samples: &[
        "\"SGD\"",
        "\"SGD\", \"LearningRate\" -> 0.1, \"L2Regularization\" -> 0.3",
        "\"SGD\", \"Momentum\" -> 0.9",
        "\"SGD\", \"Momentum\" -> 0.9, \"Dampening\" -> 0.5, \"L2Regularization\" -> 0.01",
        "\"SGD\", \"Momentum\" -> 0.8, \"Nesterov\" -> True",
    ],
};
