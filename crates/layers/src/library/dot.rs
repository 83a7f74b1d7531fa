//! `DotLayer`: the product of two arrays.

use crate::record::is;
use crate::{Layer, Port, PortKind};

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
        "DotLayer[\"Input1\" -> {2, 3}, \"Input2\" -> 3]",
        "DotLayer[\"Input1\" -> 3, \"Input2\" -> 3]",
        "DotLayer[\"Input1\" -> {2, 2}, \"Input2\" -> {2, 3}]",
    ],
    ..Layer::NEW
};
