//! `NetArrayLayer`: a learned array.

use crate::record::is;
use crate::{ArrayRecord, Initial, Layer, Port, PortKind, Sample, Way};

pub(super) const NET_ARRAY: Layer = Layer {
    name: "NetArrayLayer",
    usage: "NetArrayLayer[\"Array\" -> a] has no input and gives the learned array a; NetArrayLayer[\"Output\" -> {n1, n2, \
            ...}] one that is not initialized.",
    source: "y = a",
    inputs: &[],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    arrays: &[ArrayRecord { name: "Array", shape: "{out___}", initial: Initial::Weights, absent: None, tex: "a" }],
    definition: &[is("Output", "Array")],
    examples: &[("NetArrayLayer[\"Array\" -> {{a, b}, {1, 2}}][]", "{{a, b}, {1, 2}}")],
    unanswerable: &[(Way::Batch, "it has no input, so nothing says how many examples there are")],
    samples: &[Sample::of("NetArrayLayer[\"Output\" -> out]")
        .sizes(&["n"])
        .counts(&["m"])
        .choices(&[("out", &["{}", "m", "{n, m}", "{n, 2, 2}"])])],
    ..Layer::NEW
};
