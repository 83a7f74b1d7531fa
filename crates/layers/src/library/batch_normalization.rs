//! `BatchNormalizationLayer`: each channel with the mean and variance of many examples taken out.

use super::convolution::INTERLEAVING;
use crate::record::is;
use crate::requirement::requires;
use crate::{
    Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, Relation, Sample, Training,
};

/// An array with an element for each channel.
const fn per_channel(name: &'static str, value: f64, absent: Option<Absent>, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape: "{channels}", initial: Initial::Constant(value), absent, tex }
}

pub(super) const BATCH_NORMALIZATION: Layer = Layer {
    name: "BatchNormalizationLayer",
    usage: "BatchNormalizationLayer[] gives Scaling (x - MovingMean)/Sqrt[MovingVariance + epsilon] + Biases for each \
            channel x of an array: for each element of the first level, or of the last with Interleaving -> True. \
            \"MovingMean\" and \"MovingVariance\" are those of the examples of training, in which each batch replaces \
            the fraction 1 - \"Momentum\" of them: net[batch, NetPort[\"MovingMean\"], NetEvaluationMode -> \"Train\"] gives what \
            they are then. With \"UnbiasedMoving\" -> True the variance of n numbers that goes in there is their sum of \
            squares over n - 1. Further options: \"Epsilon\".",
    source: "Ioffe and Szegedy, Batch normalization, 2015, algorithm 2",
    renamed: &[("Beta", "Biases"), ("Gamma", "Scaling")],
    options: &[
        Parameter { name: "Epsilon", kind: ParameterType::NonNegative, default: Some("1/1000") },
        INTERLEAVING,
        Parameter { name: "Momentum", kind: ParameterType::Real, default: Some("9/10") },
        Parameter { name: "UnbiasedMoving", kind: ParameterType::Boolean, default: Some("False") },
    ],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{in__}", ..Port::OUTPUT }],
    arrays: &[
        per_channel("Biases", 0.0, Some(Absent::Zeros), "β"),
        per_channel("Scaling", 1.0, Some(Absent::Ones), "γ"),
        per_channel("MovingMean", 0.0, None, "μ"),
        per_channel("MovingVariance", 1.0, None, "v"),
    ],
    relations: &[
        Relation { variable: "channelLevel", value: "If[Interleaving, -1, 1]" },
        // With the examples of a batch as the first level.
        Relation { variable: "batchLevel", value: "If[Interleaving, Length[in] + 1, 2]" },
        Relation { variable: "channels", value: "If[in === {}, Automatic, in[[channelLevel]]]" },
    ],
    requirements: &[
        requires(
            "in =!= {}",
            "the input must be an array with a level of channels, but is a number",
            "Put a ReshapeLayer[{1}] before it",
        ),
        requires(
            "0 <= Momentum <= 1",
            "\"Momentum\" must be between 0 and 1, but is `Momentum`",
            "Give a number such as 0.9",
        ),
    ],
    definition: &[is(
        "Output",
        "ArrayThread[(#1 - #2)/Sqrt[#3 + Epsilon] #4 + #5 &, {Input, MovingMean, MovingVariance, Scaling, Biases}, \
         {All, {channelLevel}, {channelLevel}, {channelLevel}, {channelLevel}}]",
    )],
    training: Some(Training { equations: TRAINING, updates: UPDATES, whole_batch: true }),
    examples: &[(
        "BatchNormalizationLayer[\"MovingMean\" -> {1}, \"MovingVariance\" -> {3}, \"Scaling\" -> {a}, \"Biases\" -> {b}, \
         \"Epsilon\" -> 1][{{x, 5}}]",
        "{{b + (a (-1 + x))/2, 2 a + b}}",
    )],
    samples: &[
        Sample::of("BatchNormalizationLayer[\"Input\" -> in, \"Epsilon\" -> e, \"Momentum\" -> m]")
            .sizes(&["c", "n", "k"])
            .choices(&[
                ("in", &["c", "{c, n}", "{c, n, k}"]),
                ("e", &["0.001", "1/100", "2"]),
                ("m", &["0.9", "1", "0"]),
            ]),
        Sample::of("BatchNormalizationLayer[\"Input\" -> in, Interleaving -> True]")
            .sizes(&["c", "n", "k"])
            .choices(&[("in", &["c", "{n, c}", "{n, k, c}"])]),
        Sample::of("BatchNormalizationLayer[\"Input\" -> {c, n}, \"UnbiasedMoving\" -> True]").sizes(&["c", "n"]),
        Sample::of("BatchNormalizationLayer[\"Input\" -> {c, n}, \"Scaling\" -> None, \"Biases\" -> None]")
            .sizes(&["c"])
            .counts(&["n"]),
    ],
    ..Layer::NEW
};

/// Mean and variance are those of the batch. With "Momentum" 1 the layer does not learn them, and uses what it has, as
/// without elements.
const TRAINING: &[Equation] = &[
    is("count", "Times @@ Delete[TensorDimensions[Input], batchLevel]"),
    is("fixed", "TrueQ[Momentum == 1] || count === 0"),
    Equation::Is {
        left: "mean",
        right: "If[fixed, MovingMean, ArrayReduce[Mean, Input, Delete[Range[Length[in] + 1], batchLevel]]]",
        tex: "m",
    },
    is("centred", "ArrayThread[Subtract, {Input, mean}, {All, {batchLevel}}]"),
    Equation::Is {
        left: "variance",
        right: "If[fixed, MovingVariance, ArrayReduce[Mean, centred^2, Delete[Range[Length[in] + 1], batchLevel]]]",
        tex: "V",
    },
    is(
        "Output",
        "ArrayThread[#1/Sqrt[#2 + Epsilon] #3 + #4 &, {centred, variance, Scaling, Biases}, \
         {All, {batchLevel}, {batchLevel}, {batchLevel}}]",
    ),
];

/// The numbers of a channel are those of all examples. The variance of a single one has no unbiased estimate, and
/// counts as 0.
const UPDATES: &[Equation] = &[
    is("MovingMean", "If[fixed, MovingMean, Momentum MovingMean + (1 - Momentum) mean]"),
    is(
        "MovingVariance",
        "If[fixed, MovingVariance,
            Momentum MovingVariance + (1 - Momentum) If[UnbiasedMoving, count/Max[count - 1, 1], 1] variance]",
    ),
];
