//! Adaptive moment estimation with Nesterov's momentum.

use super::{
    BETA_1, BETA_2, DECAY, DECAYED, EPSILON, FIRST_MEAN, FIRST_MOMENT, L2_REGULARIZATION, MOMENTS, SECOND_MEAN,
    SECOND_MOMENT, SLOPE, WEIGHT_DECAY, is, learning_rate, number,
};
use crate::{Optimizer, OptimizerState};

pub(super) const NADAM: Optimizer = Optimizer {
    name: "NADAM",
    usage: "NetOptimizer[\"NADAM\"] is adaptive moment estimation with Nesterov's momentum: for means m and v of gradients g and of their \
            squares, in which a step has the weights 1 - \"Beta1\" and 1 - \"Beta2\", it gives Array - LearningRate (a g + b m)/(Sqrt[v'] + \
            \"Epsilon\"). The momentum of step t is u_t = Beta1 (1 - 0.96^(t d)/2), d = \"MomentumDecay\"; a is 1 - u_t divided by 1 \
            less the product of all momenta so far, b is u_(t + 1) divided by the same with the next one, and v' is v divided by the \
            total weight of all steps. \"WeightDecay\" -> d multiplies the array by 1 - LearningRate d before; \"L2Regularization\" -> l \
            adds l Array to the gradient.",
    source: "Dozat, Incorporating Nesterov momentum into Adam, 2016",
    options: &[
        learning_rate("1/500"),
        BETA_1,
        BETA_2,
        EPSILON,
        number("MomentumDecay", "1/250"),
        WEIGHT_DECAY,
        L2_REGULARIZATION,
    ],
    requirements: &[MOMENTS],
    states: &[FIRST_MOMENT, SECOND_MOMENT, OptimizerState { name: "MomentumProduct", kept: "True", initial: "1" }],
    factors: &[
        DECAY,
        is("momentum", "Beta1 (1 - (24/25)^(Step MomentumDecay)/2)"),
        is("next", "Beta1 (1 - (24/25)^((Step + 1) MomentumDecay)/2)"),
        is("scale", "1/Sqrt[1 - Beta2^Step]"),
    ],
    update: &[
        SLOPE,
        FIRST_MEAN,
        SECOND_MEAN,
        is("MomentumProduct", "momentum MomentumProduct"),
        is("ahead", "(1 - momentum) slope/(1 - MomentumProduct) + next FirstMoment/(1 - next MomentumProduct)"),
        DECAYED,
        is("Array", "decayed - LearningRate ahead/(scale Sqrt[SecondMoment] + Epsilon)"),
    ],
    examples: &[(
        "NetOptimizer[{\"NADAM\", \"LearningRate\" -> 1, \"Beta1\" -> 1/2, \"Epsilon\" -> 0, \"MomentumDecay\" -> 0}][<|\"Array\" -> {5, 7}, \
         \"Gradient\" -> {-3, 8}|>]",
        "<|Array -> {92/15, 88/15}, FirstMoment -> {-3/2, 4}, SecondMoment -> {9/1000, 8/125}, MomentumProduct -> {1/4, 1/4}, Step -> 2|>",
    )],
    samples: &[
        "\"NADAM\"",
        "\"NADAM\", \"LearningRate\" -> 0.01, \"Beta1\" -> 0.8, \"Beta2\" -> 0.99, \"Epsilon\" -> 0.001",
        "\"NADAM\", \"MomentumDecay\" -> 0.1, \"L2Regularization\" -> 0.1",
        "\"NADAM\", \"WeightDecay\" -> 0.2",
    ],
    ..Optimizer::NEW
};
