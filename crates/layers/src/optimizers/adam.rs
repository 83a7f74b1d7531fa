//! Adaptive moment estimation.

use super::{
    BETA_1, BETA_2, DECAY, DECAYED, EPSILON, FIRST_MEAN, FIRST_MOMENT, L2_REGULARIZATION, MOMENTS, SECOND_MEAN,
    SECOND_MOMENT, SLOPE, WEIGHT_DECAY, is, learning_rate, truth,
};
use crate::{Optimizer, OptimizerState};

pub(super) const ADAM: Optimizer = Optimizer {
    name: "ADAM",
    usage: "NetOptimizer[\"ADAM\"] is adaptive moment estimation: means m and v of gradients and of their squares, in which a step \
            has the weights 1 - \"Beta1\" and 1 - \"Beta2\", give Array - LearningRate m'/(Sqrt[v'] + \"Epsilon\"), where m' and v' are \
            m and v divided by the total weights of all steps so far. With \"AMSGrad\" -> True v is the largest so far. \
            \"WeightDecay\" -> d multiplies the array by 1 - LearningRate d before (AdamW); \"L2Regularization\" -> l adds l Array to \
            the gradient.",
    source: "Kingma and Ba, Adam, 2015; Reddi et al., On the convergence of Adam and beyond, 2018; Loshchilov and Hutter, Decoupled \
             weight decay regularization, 2019",
    options: &[learning_rate("1/1000"), BETA_1, BETA_2, EPSILON, truth("AMSGrad"), WEIGHT_DECAY, L2_REGULARIZATION],
    requirements: &[MOMENTS],
    states: &[FIRST_MOMENT, SECOND_MOMENT, OptimizerState { name: "LargestMoment", kept: "AMSGrad", initial: "0" }],
    factors: &[DECAY, is("rate", "LearningRate/(1 - Beta1^Step)"), is("scale", "1/Sqrt[1 - Beta2^Step]")],
    update: &[
        SLOPE,
        FIRST_MEAN,
        SECOND_MEAN,
        is("LargestMoment", "If[AMSGrad, ArrayThread[Max, {LargestMoment, SecondMoment}], SecondMoment]"),
        DECAYED,
        is("Array", "decayed - rate FirstMoment/(scale Sqrt[LargestMoment] + Epsilon)"),
    ],
    examples: &[(
        "NetOptimizer[{\"ADAM\", \"LearningRate\" -> 1, \"Epsilon\" -> 0}][<|\"Array\" -> {5, 7}, \"Gradient\" -> {-3, 8}|>]",
        "<|Array -> {6, 6}, FirstMoment -> {-3/10, 4/5}, SecondMoment -> {9/1000, 8/125}, Step -> 2|>",
    )],
    samples: &[
        "\"ADAM\"",
        "\"ADAM\", \"LearningRate\" -> 0.01, \"Beta1\" -> 0.8, \"Beta2\" -> 0.99, \"Epsilon\" -> 0.001",
        "\"ADAM\", \"AMSGrad\" -> True, \"L2Regularization\" -> 0.1",
        "\"ADAM\", \"WeightDecay\" -> 0.2",
    ],
    ..Optimizer::NEW
};
