//! `SequenceLastLayer`: the last element of a sequence.

use crate::record::is;
use crate::{Layer, Port, PortKind};

pub(super) const SEQUENCE_LAST: Layer = Layer {
    name: "SequenceLastLayer",
    usage: "SequenceLastLayer[] gives the last element of a sequence.",
    source: "y = x_T",
    inputs: &[Port { name: "Input", shape: "{t, rest___}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{rest___}", kind: PortKind::Data, tex: "y" }],
    definition: &[is("Output", "Last[Input]")],
    examples: &[("SequenceLastLayer[][{{a, b}, {c, d}}]", "{c, d}")],
    samples: &["SequenceLastLayer[\"Input\" -> {3, 2}]", "SequenceLastLayer[\"Input\" -> 4]"],
    ..Layer::NEW
};
