//! Gradients divided by the root of a mean of their squares.

use super::{L2_REGULARIZATION, SLOPE, is, learning_rate, number, truth};
use crate::requirement::requires;
use crate::{Optimizer, OptimizerState};

pub(super) const RMS_PROP: Optimizer = Optimizer {
    name: "RMSProp",
    usage: "NetOptimizer[\"RMSProp\"] divides the gradient by Sqrt[v] + \"Epsilon\", where v is a mean of its squares in which a step has \
            the weight 1 - \"Beta\". With \"Centered\" -> True the square of such a mean of gradients is subtracted from v. With \
            \"Momentum\" -> m the velocity, m times itself plus the quotient, stands for the quotient. \"L2Regularization\" -> l adds l Array \
            to the gradient.",
    source: "Hinton, Neural networks for machine learning, lecture 6, 2012; Graves, Generating sequences with recurrent neural \
             networks, 2013, eqs. 38 to 45",
    options: &[
        learning_rate("1/100"),
        number("Beta", "99/100"),
        number("Epsilon", "1/100000000"),
        number("Momentum", "0"),
        truth("Centered"),
        L2_REGULARIZATION,
    ],
    values: &[is("still", "TrueQ[Momentum == 0]")],
    requirements: &[requires(
        "Beta <= 1",
        "\"Beta\" must not be greater than 1, but is `Beta`",
        "Give a number such as 0.99",
    )],
    states: &[
        OptimizerState { name: "SecondMoment", kept: "True", initial: "0" },
        OptimizerState { name: "FirstMoment", kept: "Centered", initial: "0" },
        OptimizerState { name: "Velocity", kept: "!still", initial: "0" },
    ],
    update: &[
        SLOPE,
        is("SecondMoment", "Beta SecondMoment + (1 - Beta) slope^2"),
        is("FirstMoment", "If[Centered, Beta FirstMoment + (1 - Beta) slope, 0]"),
        is("variance", "If[Centered, SecondMoment - FirstMoment^2, SecondMoment]"),
        is("quotient", "slope/(Sqrt[variance] + Epsilon)"),
        is("Velocity", "If[still, quotient, Momentum Velocity + quotient]"),
        is("Array", "Array - LearningRate Velocity"),
    ],
    examples: &[(
        "NetOptimizer[{\"RMSProp\", \"Beta\" -> 3/4, \"Epsilon\" -> 1}][<|\"Array\" -> {1, 0}, \"Gradient\" -> {2, -6}|>]",
        "<|Array -> {99/100, 3/200}, SecondMoment -> {1, 9}, Step -> 2|>",
    )],
    samples: &[
        "\"RMSProp\"",
        "\"RMSProp\", \"Beta\" -> 0.9, \"Epsilon\" -> 0.01, \"LearningRate\" -> 0.003",
        "\"RMSProp\", \"Momentum\" -> 0.9, \"L2Regularization\" -> 0.1",
        "\"RMSProp\", \"Centered\" -> True, \"Momentum\" -> 0.5",
    ],
    ..Optimizer::NEW
};
