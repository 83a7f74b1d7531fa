//! `LocalResponseNormalizationLayer`: each element divided by the size of its neighbours in other channels.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const LOCAL_RESPONSE_NORMALIZATION: Layer = Layer {
    name: "LocalResponseNormalizationLayer",
    usage: "LocalResponseNormalizationLayer[] divides each element x of an array by (b + a/(2 c + 1) s)^e, where s is the \
            sum of the squares of the elements at the same place in the c channels before and after, and its own. \
            Options: \"Alpha\" (a), \"Beta\" (e), \"Bias\" (b), \"ChannelWindowSize\" (c, or {before, after}, of which the \
            sum then stands for 2 c).",
    source: "Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 2012, sec. 3.3",
    options: &[
        Parameter { name: "Alpha", kind: ParameterType::Real, default: Some("1.") },
        Parameter { name: "Beta", kind: ParameterType::Real, default: Some("0.5") },
        Parameter { name: "Bias", kind: ParameterType::Real, default: Some("1.") },
        Parameter {
            name: "ChannelWindowSize",
            kind: ParameterType::Matching {
                form: "_Integer?NonNegative | {_Integer?NonNegative, _Integer?NonNegative}",
                expected: "a number of channels, or a pair of them,",
            },
            default: Some("2"),
        },
    ],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{in__}", ..Port::OUTPUT }],
    relations: &[
        Relation {
            variable: "window",
            value: "If[ListQ[ChannelWindowSize], ChannelWindowSize, {ChannelWindowSize, ChannelWindowSize}]",
        },
        Relation { variable: "width", value: "Total[window] + 1" },
    ],
    requirements: &[
        requires(
            "Length[in] > 0",
            "the first level of the input must be channels, but the input is a single number",
            "Give a vector or an array",
        ),
        requires(
            "in[[1]] > 0",
            "there must be a channel, but the first level of the input is empty",
            "Give an input with at least one channel",
        ),
    ],
    definition: &[
        is("near", "ArrayReduce[Total, ArrayWindow[ArrayPad[Input^2, {window}], {width}, {1}, {1}, {1}], -1]"),
        is("Output", "Input/(Bias + Alpha/width near)^Beta"),
    ],
    examples: &[(
        "LocalResponseNormalizationLayer[\"Alpha\" -> 3, \"Beta\" -> 1, \"Bias\" -> b, \"ChannelWindowSize\" -> 1][{x, y, z}]",
        "{x/(b + x^2 + y^2), y/(b + x^2 + y^2 + z^2), z/(b + y^2 + z^2)}",
    )],
    usual_rank: 2,
    samples: &[
        Sample::of(
            "LocalResponseNormalizationLayer[\"Input\" -> {c, n, m}, \"Alpha\" -> a, \"Beta\" -> e, \"Bias\" -> b]",
        )
        .sizes(&["c", "n"])
        .counts(&["m"])
        .choices(&[("a", &["1.", "1/3"]), ("e", &["0.5", "3/4"]), ("b", &["1.", "2"])]),
        Sample::of("LocalResponseNormalizationLayer[\"Input\" -> {c, n}, \"ChannelWindowSize\" -> w]")
            .sizes(&["c", "n"])
            .choices(&[("w", &["0", "1", "3", "{1, 0}", "{0, 2}"])]),
    ],
    ..Layer::NEW
};
