//! `SummationLayer`: the sum of all elements.

use crate::record::is;
use crate::{Layer, Port, PortKind, Sample};

pub(super) const SUMMATION: Layer = Layer {
    name: "SummationLayer",
    usage: "SummationLayer[] gives the sum of all elements of an array of any rank.",
    source: "y = sum of all x",
    outputs: &[Port { name: "Output", shape: "{}", kind: PortKind::Data, tex: "y" }],
    definition: &[is("Output", "ArrayReduce[Total, Input, All]")],
    examples: &[("SummationLayer[][{{a, b}, {c, d}}]", "a + b + c + d")],
    samples: &[
        Sample::of("SummationLayer[\"Input\" -> {}]"),
        Sample::of("SummationLayer[\"Input\" -> n]").counts(&["n"]),
        Sample::of("SummationLayer[\"Input\" -> {n, m}]").counts(&["n", "m"]),
        Sample::of("SummationLayer[\"Input\" -> {n, m, k}]").sizes(&["n", "m", "k"]),
    ],
    ..Layer::NEW
};
