//! `SequenceLastLayer`: the last element of a sequence.

use crate::record::is;
use crate::{Layer, Port, PortKind, Sample};

pub(super) const SEQUENCE_LAST: Layer = Layer {
    name: "SequenceLastLayer",
    usage: "SequenceLastLayer[] gives the last element of a sequence.",
    source: "y = x_T",
    inputs: &[Port { name: "Input", shape: "{t, rest___}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{rest___}", kind: PortKind::Data, tex: "y" }],
    requirements: &[("t > 0", "an empty sequence has no last element")],
    definition: &[is("Output", "Last[Input]")],
    examples: &[("SequenceLastLayer[][{{a, b}, {c, d}}]", "{c, d}")],
    samples: &[
        Sample::of("SequenceLastLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("SequenceLastLayer[\"Input\" -> {t, n}]").sizes(&["t"]).counts(&["n"]),
        Sample::of("SequenceLastLayer[\"Input\" -> {t, n, m}]").sizes(&["t", "n", "m"]),
    ],
    ..Layer::NEW
};
