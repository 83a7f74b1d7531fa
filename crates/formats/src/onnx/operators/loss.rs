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

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // From logarithms of probabilities and classes, which are at the second level; the class that is ignored may be none.
    (
        "likelihoodLoss",
        "Function[{log, classes, factors}, With[{size = Dimensions[classes], \
         known = If[ignoreIndex === None, classes, ArrayThread[If[#1 == ignoreIndex, 0, #1] &, {classes}]]}, \
         With[{chosen = ArrayReshape[elementsAt[log, ArrayReshape[known, Insert[size, 1, 2]], 2], size], \
         counted = With[{w = If[factors === None, ConstantArray[1, size], ArrayGather[factors, Mod[classes, Length[factors]] + 1, 1]]}, \
         If[ignoreIndex === None, w, ArrayThread[If[#1 == ignoreIndex, 0, #2] &, {classes, w}]]]}, \
         With[{losses = ArrayThread[-#1 #2 &, {chosen, counted}]}, Switch[reduction, \
         \"none\", losses, \
         \"sum\", ArrayReduce[Total, losses, All], \
         _, ArrayReduce[Total, losses, All]/ArrayReduce[Total, counted, All]]]]]]",
    ),
];
