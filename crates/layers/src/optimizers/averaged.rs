//! Stochastic gradient descent with the mean of its arrays.

use super::{L2_REGULARIZATION, SLOPE, is, learning_rate, number};
use crate::{Optimizer, OptimizerState};

pub(super) const AVERAGED_SGD: Optimizer = Optimizer {
    name: "AveragedSGD",
    usage: "NetOptimizer[\"AveragedSGD\"] is stochastic gradient descent that keeps the mean of its arrays, \"Average\": Array (1 - d r) - r \
            Gradient, where d = \"ArrayDecay\", and the rate r of step t is LearningRate/(1 + d LearningRate (t - 1))^p, p = \"RatePower\". The \
            mean begins after the step \"AveragingStart\"; before, it is the array. \"L2Regularization\" -> l adds l Array to the gradient.",
    source: "Polyak and Juditsky, Acceleration of stochastic approximation by averaging, 1992",
    options: &[
        learning_rate("1/100"),
        number("ArrayDecay", "1/10000"),
        number("RatePower", "3/4"),
        number("AveragingStart", "1000000"),
        L2_REGULARIZATION,
    ],
    states: &[OptimizerState { name: "Average", kept: "True", initial: "0" }],
    factors: &[
        is("rate", "LearningRate/(1 + ArrayDecay LearningRate (Step - 1))^RatePower"),
        is("share", "1/Max[1, Step - 1 - AveragingStart]"),
    ],
    update: &[
        SLOPE,
        is("Array", "(1 - ArrayDecay rate) Array - rate slope"),
        is("Average", "(1 - share) Average + share Array"),
    ],
    examples: &[
        (
            "NetOptimizer[{\"AveragedSGD\", \"LearningRate\" -> 1, \"ArrayDecay\" -> 1/2}][<|\"Array\" -> {6, 8}, \"Gradient\" -> {1, -2}|>]",
            "<|Array -> {2, 6}, Average -> {2, 6}, Step -> 2|>",
        ),
        (
            "NetOptimizer[{\"AveragedSGD\", \"LearningRate\" -> 1, \"ArrayDecay\" -> 0, \"AveragingStart\" -> 0}][<|\"Array\" -> 6, \"Gradient\" -> 2, \
             \"Average\" -> 7, \"Step\" -> 4|>]",
            "<|Array -> 4, Average -> 6, Step -> 5|>",
        ),
    ],
    samples: &[
        "\"AveragedSGD\"",
        "\"AveragedSGD\", \"LearningRate\" -> 0.1, \"ArrayDecay\" -> 0.2",
        "\"AveragedSGD\", \"LearningRate\" -> 0.1, \"RatePower\" -> 0.5, \"L2Regularization\" -> 0.3",
    ],
    ..Optimizer::NEW
};
