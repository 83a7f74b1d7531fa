//! Adaptive moment estimation with the largest gradients.

use super::{BETA_1, BETA_2, EPSILON, FIRST_MEAN, FIRST_MOMENT, L2_REGULARIZATION, MOMENTS, SLOPE, is, learning_rate};
use crate::{Optimizer, OptimizerState};

pub(super) const ADA_MAX: Optimizer = Optimizer {
    name: "AdaMax",
    usage: "NetOptimizer[\"AdaMax\"] is adaptive moment estimation with the largest gradients: a mean m of gradients, in which a step has \
            the weight 1 - \"Beta1\", gives Array - LearningRate m'/u, where m' is m divided by the total weight of all steps so far, and \
            u the greater one of \"Beta2\" u and Abs[Gradient] + \"Epsilon\". \"L2Regularization\" -> l adds l Array to the gradient.",
    source: "Kingma and Ba, Adam, 2015, section 7.1",
    options: &[learning_rate("1/500"), BETA_1, BETA_2, EPSILON, L2_REGULARIZATION],
    requirements: &[MOMENTS],
    states: &[FIRST_MOMENT, OptimizerState { name: "LargestGradient", kept: "True", initial: "0" }],
    factors: &[is("rate", "LearningRate/(1 - Beta1^Step)")],
    update: &[
        SLOPE,
        FIRST_MEAN,
        is("LargestGradient", "ArrayThread[Max, {Beta2 LargestGradient, Abs[slope] + Epsilon}]"),
        is("Array", "Array - rate FirstMoment/LargestGradient"),
    ],
    examples: &[(
        "NetOptimizer[{\"AdaMax\", \"LearningRate\" -> 1, \"Epsilon\" -> 1}][<|\"Array\" -> {5, 7}, \"Gradient\" -> {-3, 8}|>]",
        "<|Array -> {23/4, 55/9}, FirstMoment -> {-3/10, 4/5}, LargestGradient -> {4, 9}, Step -> 2|>",
    )],
    samples: &[
        "\"AdaMax\"",
        "\"AdaMax\", \"LearningRate\" -> 0.01, \"Beta1\" -> 0.8, \"Beta2\" -> 0.9, \"Epsilon\" -> 0.01",
        "\"AdaMax\", \"L2Regularization\" -> 0.1",
    ],
    ..Optimizer::NEW
};
