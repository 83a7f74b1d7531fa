//! `AppendLayer` and `PrependLayer`: a sequence with one element more.

use crate::record::is;
use crate::{Layer, Port, PortKind, Relation, Sample};

const INPUTS: &[Port] = &[
    Port { name: "Input", shape: "{t, rest___}", kind: PortKind::Data, tex: "x" },
    Port { name: "Element", shape: "{rest___}", kind: PortKind::Data, tex: "e" },
];
const OUTPUTS: &[Port] = &[Port { name: "Output", shape: "{u, rest___}", kind: PortKind::Data, tex: "y" }];
const ONE_MORE: &[Relation] = &[Relation { variable: "u", value: "t + 1" }, Relation { variable: "t", value: "u - 1" }];

pub(super) const APPEND: Layer = Layer {
    name: "AppendLayer",
    usage: "AppendLayer[] takes a sequence at the port \"Input\" and an array at the port \"Element\", and gives the \
            sequence with this element at its end.",
    source: "y = (x_1, ..., x_T, e)",
    inputs: INPUTS,
    outputs: OUTPUTS,
    relations: ONE_MORE,
    definition: &[is("Output", "Join[Input, {Element}]")],
    examples: &[("AppendLayer[][<|\"Input\" -> {a, b}, \"Element\" -> c|>]", "{a, b, c}")],
    samples: &[
        Sample::of("AppendLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("AppendLayer[\"Input\" -> {t, n}]").sizes(&["t", "n"]),
        Sample::of("AppendLayer[\"Output\" -> {t + 1, n, m}]").sizes(&["t", "n", "m"]),
    ],
    ..Layer::NEW
};

pub(super) const PREPEND: Layer = Layer {
    name: "PrependLayer",
    usage: "PrependLayer[] takes a sequence at the port \"Input\" and an array at the port \"Element\", and gives the \
            sequence with this element before its first.",
    source: "y = (e, x_1, ..., x_T)",
    inputs: INPUTS,
    outputs: OUTPUTS,
    relations: ONE_MORE,
    definition: &[is("Output", "Join[{Element}, Input]")],
    examples: &[("PrependLayer[][<|\"Input\" -> {a, b}, \"Element\" -> c|>]", "{c, a, b}")],
    samples: &[
        Sample::of("PrependLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("PrependLayer[\"Input\" -> {t, n}]").sizes(&["t", "n"]),
        Sample::of("PrependLayer[\"Output\" -> {t + 1, n, m}]").sizes(&["t", "n", "m"]),
    ],
    ..Layer::NEW
};
