//! Losses.

use super::{ElementOf, Meaning, Operator, input, optional, output};

const ATTRIBUTES: &[(&str, &str)] = &[("ignore_index", "None"), ("reduction", "\"mean\"")];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "NegativeLogLikelihoodLoss",
        since: 12,
        inputs: &[input("X"), input("target"), optional("weight")],
        attributes: ATTRIBUTES,
        meaning: Meaning::Value("likelihoodLoss[X, target, weight]"),
        ..Operator::NEW
    },
    Operator {
        name: "SoftmaxCrossEntropyLoss",
        since: 12,
        inputs: &[input("X"), input("labels"), optional("weights")],
        outputs: &[output("output", ElementOf::Input(0)), output("log_prob", ElementOf::Input(0))],
        attributes: ATTRIBUTES,
        meaning: Meaning::Value("With[{log = logSoftmax[X, {2}]}, {likelihoodLoss[log, labels, weights], log}]"),
        ..Operator::NEW
    },
];
