//! Rectified adaptive moment estimation.

use super::{
    BETA_1, BETA_2, DECAY, DECAYED, EPSILON, FIRST_MEAN, FIRST_MOMENT, L2_REGULARIZATION, MOMENTS, SECOND_MEAN,
    SECOND_MOMENT, SLOPE, WEIGHT_DECAY, is, learning_rate,
};
use crate::Optimizer;

pub(super) const RADAM: Optimizer = Optimizer {
    name: "RADAM",
    usage: "NetOptimizer[\"RADAM\"] is rectified adaptive moment estimation: means m and v of gradients and of their squares, in which a \
            step has the weights 1 - \"Beta1\" and 1 - \"Beta2\", give Array - LearningRate r m'/(Sqrt[v] + \"Epsilon\") once the variance of \
            v is finite, where m' is m divided by the total weight of all steps so far and r makes up for that variance; before, \
            Array - LearningRate m'. \"WeightDecay\" -> d multiplies the array by 1 - LearningRate d before; \"L2Regularization\" -> l adds l \
            Array to the gradient.",
    source: "Liu et al., On the variance of the adaptive learning rate and beyond, 2020",
    options: &[learning_rate("1/1000"), BETA_1, BETA_2, EPSILON, WEIGHT_DECAY, L2_REGULARIZATION],
    requirements: &[MOMENTS],
    states: &[FIRST_MOMENT, SECOND_MOMENT],
    factors: &[
        DECAY,
        is("rate", "LearningRate/(1 - Beta1^Step)"),
        is("limit", "2/(1 - Beta2) - 1"),
        is("length", "limit - 2 Step Beta2^Step/(1 - Beta2^Step)"),
        is("plain", "If[length > 5, 0, rate]"),
        is(
            "rectified",
            "If[length > 5, rate ((1 - Beta2^Step) (length - 4) (length - 2) limit/((limit - 4) (limit - 2) length))^(1/2), 0]",
        ),
    ],
    update: &[
        SLOPE,
        FIRST_MEAN,
        SECOND_MEAN,
        DECAYED,
        is("Array", "decayed - plain FirstMoment - rectified FirstMoment/(Sqrt[SecondMoment] + Epsilon)"),
    ],
    examples: &[
        (
            "NetOptimizer[{\"RADAM\", \"LearningRate\" -> 1}][<|\"Array\" -> {5, 7}, \"Gradient\" -> {-3, 8}|>]",
            "<|Array -> {8, -1}, FirstMoment -> {-3/10, 4/5}, SecondMoment -> {9/1000, 8/125}, Step -> 2|>",
        ),
        (
            "NetOptimizer[{\"RADAM\", \"LearningRate\" -> 1., \"Epsilon\" -> 0}][<|\"Array\" -> {1.}, \"Gradient\" -> {2.}, \"Step\" -> 6|>][\"Array\"]",
            "{0.986518}",
        ),
    ],
    samples: &[
        "\"RADAM\"",
        "\"RADAM\", \"LearningRate\" -> 0.01, \"Beta1\" -> 0.8, \"Beta2\" -> 0.99, \"Epsilon\" -> 0.001",
        "\"RADAM\", \"L2Regularization\" -> 0.1",
        "\"RADAM\", \"WeightDecay\" -> 0.2",
    ],
    ..Optimizer::NEW
};
