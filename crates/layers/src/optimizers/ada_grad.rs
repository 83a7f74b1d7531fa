//! Gradients divided by the root of the sum of their squares.

use super::{L2_REGULARIZATION, SLOPE, is, learning_rate, number};
use crate::{Optimizer, OptimizerState};

pub(super) const ADA_GRAD: Optimizer = Optimizer {
    name: "AdaGrad",
    usage: "NetOptimizer[\"AdaGrad\"] divides the gradient by Sqrt[s] + \"Epsilon\", where s is the sum of its squares in all steps and of \
            \"InitialSum\". With \"LearningRateDecay\" -> d the learning rate of step t is divided by 1 + (t - 1) d. \"L2Regularization\" -> l adds \
            l Array to the gradient.",
    source: "Duchi et al., Adaptive subgradient methods for online learning and stochastic optimization, 2011",
    options: &[
        learning_rate("1/100"),
        number("LearningRateDecay", "0"),
        number("InitialSum", "0"),
        number("Epsilon", "1/10000000000"),
        L2_REGULARIZATION,
    ],
    states: &[OptimizerState { name: "SquareSum", kept: "True", initial: "InitialSum" }],
    factors: &[is("rate", "LearningRate/(1 + (Step - 1) LearningRateDecay)")],
    update: &[
        SLOPE,
        is("SquareSum", "SquareSum + slope^2"),
        is("Array", "Array - rate slope/(Sqrt[SquareSum] + Epsilon)"),
    ],
    examples: &[(
        "NetOptimizer[{\"AdaGrad\", \"InitialSum\" -> 9, \"Epsilon\" -> 0}][<|\"Array\" -> {1}, \"Gradient\" -> {4}|>]",
        "<|Array -> {124/125}, SquareSum -> {25}, Step -> 2|>",
    )],
    samples: &[
        "\"AdaGrad\"",
        "\"AdaGrad\", \"LearningRate\" -> 0.1, \"Epsilon\" -> 0.2",
        "\"AdaGrad\", \"LearningRateDecay\" -> 0.5, \"InitialSum\" -> 0.1, \"L2Regularization\" -> 0.1",
    ],
    ..Optimizer::NEW
};
