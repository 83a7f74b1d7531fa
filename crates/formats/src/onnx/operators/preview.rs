//! Operators that ONNX tries out, in domains of their own: steps of optimisers, and attention whose scores other graphs change. Their
//! definitions are in its documentation, Operators.md.

use super::{ElementOf, Meaning, Operator, input, output, several};

/// The domain of operators that are tried out.
pub(in crate::onnx) const DOMAIN: &str = "ai.onnx.preview";
/// The same for training.
const TRAINING: &str = "ai.onnx.preview.training";

/// The rate, the number of steps so far, and for all parameters their values, then their gradients, then what is kept of each.
const OPTIMIZER: Operator = Operator {
    domain: TRAINING,
    inputs: &[input("rate"), input("count"), several("parameters")],
    outputs: &[output("updated", ElementOf::Input(2)), output("kept", ElementOf::Input(2))],
    ..Operator::NEW
};

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Adagrad",
        attributes: &[("decay_factor", "0."), ("epsilon", "0."), ("norm_coefficient", "0.")],
        meaning: Meaning::Value(
            "With[{now = rate/(1 + count decayFactor)}, eachParameter[3, Function[{x, g, h}, \
             With[{d = normCoefficient x + g}, With[{sum = h + d^2}, {x - now d/(Sqrt[sum] + epsilon), sum}]]]]]",
        ),
        ..OPTIMIZER
    },
    Operator {
        name: "Momentum",
        attributes: &[("alpha", ""), ("beta", ""), ("mode", ""), ("norm_coefficient", "")],
        meaning: Meaning::Value(
            "With[{share = ifStarted[beta, 1]}, eachParameter[3, Function[{x, g, v}, \
             With[{d = normCoefficient x + g}, With[{sum = alpha v + share d}, \
             {x - rate If[mode === \"nesterov\", d + alpha sum, sum], sum}]]]]]",
        ),
        ..OPTIMIZER
    },
    Operator {
        name: "Adam",
        attributes: &[
            ("alpha", "0.9"),
            ("beta", "0.999"),
            ("epsilon", "0."),
            ("norm_coefficient", "0."),
            ("norm_coefficient_post", "0."),
        ],
        meaning: Meaning::Value(
            "With[{now = ifStarted[rate Sqrt[1 - beta^count]/(1 - alpha^count), rate]}, eachParameter[4, Function[{x, g, v, h}, \
             With[{d = normCoefficient x + g}, With[{mean = alpha v + (1 - alpha) d, square = beta h + (1 - beta) d^2}, \
             {(1 - normCoefficientPost) (x - now mean/(Sqrt[square] + epsilon)), mean, square}]]]]]",
        ),
        ..OPTIMIZER
    },
    // The two products of attention, between which graphs may change what is computed.
    Operator {
        name: "FlexScores",
        since: super::EVERY_VERSION,
        inputs: &[input("Q"), input("K")],
        attributes: &[("scale", "None")],
        meaning: Meaning::Value("attentionScores[Q, K, scale]"),
        ..Operator::NEW
    },
    Operator {
        name: "FlexMeans",
        since: super::EVERY_VERSION,
        inputs: &[input("weights"), input("V")],
        meaning: Meaning::Value("weighted[weights, V]"),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Before the first step there is nothing to be corrected.
    ("ifStarted", "Function[{yes, no}, ArrayThread[If[#1 > 0, #2, #3] &, {count, yes, no}, {{}, {}, {}}]]"),
    // A step for each parameter, of what there is of it; all new values, then all that is kept.
    (
        "eachParameter",
        "Function[{kinds, step}, With[{size = Length[parameters]/kinds}, \
         With[{all = Table[Apply[step, Table[parameters[[(kind - 1) size + which]], {kind, kinds}]], {which, size}]}, \
         Apply[Join, Table[Table[all[[which, kind]], {which, size}], {kind, kinds - 1}]]]]]",
    ),
];
