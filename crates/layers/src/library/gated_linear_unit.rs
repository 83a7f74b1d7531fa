//! `GatedLinearUnitLayer`: one half of an array gated by the other.

use super::elementwise::named_function;
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const GATED_LINEAR_UNIT: Layer = Layer {
    name: "GatedLinearUnitLayer",
    usage: "GatedLinearUnitLayer[] takes the first and second half, a and b, of an array along its last level, and gives \
            a LogisticSigmoid[b]. GatedLinearUnitLayer[f] gives a f[b] with a function as in ElementwiseLayer, such as \
            \"GELU\" or \"Swish\"; GatedLinearUnitLayer[f, level] takes the halves of another level.",
    source: "Dauphin et al., Language modeling with gated convolutional networks, 2017; Shazeer, GLU variants improve \
             transformer, 2020",
    arguments: &[
        Parameter { name: "function", kind: ParameterType::Function, default: Some("LogisticSigmoid") },
        Parameter {
            name: "level",
            kind: ParameterType::Matching { form: "Except[0, _Integer]", expected: "a level" },
            default: Some("-1"),
        },
    ],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{out__}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "f", value: named_function!("function") },
        Relation { variable: "axis", value: "If[level > 0, level, Length[in] + 1 + level]" },
        Relation { variable: "half", value: "in[[axis]]/2" },
        Relation { variable: "out", value: "ReplacePart[in, axis -> half]" },
    ],
    requirements: &[
        requires(
            "1 <= axis <= Length[in]",
            "an array of rank `Length[in]` has no level `level`",
            "Name a level of the input by its number from 1 on, or from -1 backwards",
        ),
        requires(
            "!NumberQ[half] || IntegerQ[half]",
            "level `axis` must have an even number of elements, but has `in[[axis]]`",
            "Change this size of the input",
        ),
        requires(
            "!StringQ[f] && !ListQ[f]",
            "there is no elementwise function `function`",
            "?ElementwiseLayer lists the names",
        ),
    ],
    definition: &[
        is("linear", "Part[Input, Sequence @@ ReplacePart[ConstantArray[All, axis], axis -> 1 ;; half]]"),
        is("gate", "Part[Input, Sequence @@ ReplacePart[ConstantArray[All, axis], axis -> half + 1 ;; 2 half]]"),
        is("Output", "ArrayThread[#1 f[#2] &, {linear, gate}]"),
    ],
    examples: &[
        ("GatedLinearUnitLayer[][{a, b, c, d}]", "{a LogisticSigmoid[c], b LogisticSigmoid[d]}"),
        ("GatedLinearUnitLayer[\"ReLU\", 1][{{a}, {b}}]", "{{a Ramp[b]}}"),
    ],
    samples: &[
        Sample::of("GatedLinearUnitLayer[\"Input\" -> in]")
            .sizes(&["n"])
            .counts(&["m"])
            .choices(&[("in", &["2 n", "{m, 2 n}"])]),
        Sample::of("GatedLinearUnitLayer[f, level, \"Input\" -> {2 n, 2 m, 2 k}]").sizes(&["n", "m", "k"]).choices(&[
            ("f", &["LogisticSigmoid", "\"GELU\"", "\"Swish\"", "Tanh", "{\"LeakyReLU\", 1/3}", "(# &)"]),
            ("level", &["1", "2", "-1", "-3"]),
        ]),
    ],
    ..Layer::NEW
};
