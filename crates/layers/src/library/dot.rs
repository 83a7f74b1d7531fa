//! `DotLayer`: the product of two arrays.

use crate::record::is;
use crate::{Layer, Port, PortKind, Sample};

pub(super) const DOT: Layer = Layer {
    name: "DotLayer",
    usage: "DotLayer[] gives Input1 . Input2: the last level of the first array is summed with the \
            first level of the second.",
    source: "z = x . y",
    inputs: &[
        Port { name: "Input1", shape: "{left___, k}", kind: PortKind::Data, tex: "x" },
        Port { name: "Input2", shape: "{k, right___}", kind: PortKind::Data, tex: "y" },
    ],
    outputs: &[Port { name: "Output", shape: "{left___, right___}", kind: PortKind::Data, tex: "z" }],
    definition: &[is("Output", "Input1 . Input2")],
    examples: &[("DotLayer[][{{{a, b}, {c, d}}, {x, y}}]", "{a x + b y, c x + d y}")],
    samples: &[
        Sample::of("DotLayer[\"Input1\" -> {n, k}, \"Input2\" -> {k, m}]").sizes(&["n", "m"]).counts(&["k"]),
        Sample::of("DotLayer[\"Input1\" -> k, \"Input2\" -> k]").counts(&["k"]),
        Sample::of("DotLayer[\"Input1\" -> {n, m, k}, \"Input2\" -> k]").sizes(&["m", "k"]).counts(&["n"]),
        Sample::of("DotLayer[\"Input1\" -> k, \"Input2\" -> {k, n, m}]").sizes(&["n", "k"]).counts(&["m"]),
    ],
    ..Layer::NEW
};
