//! Layers that act on the first level of an array, seen as a sequence.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Port, PortKind, Relation, Requirement, Sample};

/// Any array of rank 1 or more.
const SEQUENCE: Port = Port { name: "Input", shape: "{t, rest___}", kind: PortKind::Data, tex: "x" };
/// One element of it.
const ELEMENT: Port = Port { name: "Output", shape: "{rest___}", kind: PortKind::Data, tex: "y" };
/// A sequence of another length.
const SHORTER: Port = Port { name: "Output", shape: "{u, rest___}", kind: PortKind::Data, tex: "y" };

const ONE_LESS: &[Relation] = &[Relation { variable: "u", value: "t - 1" }, Relation { variable: "t", value: "u + 1" }];
const NOT_EMPTY: &[Requirement] =
    &[requires("1 <= t", "the sequence must not be empty", "Give a sequence of at least one element")];

pub(super) const SEQUENCE_INDICES: Layer = Layer {
    name: "SequenceIndicesLayer",
    usage: "SequenceIndicesLayer[] gives the positions 1, 2, ... of the elements of a sequence.",
    source: "y_t = t",
    inputs: &[SEQUENCE],
    outputs: &[Port { shape: "{t}", ..ELEMENT }],
    definition: &[is("Output", "Range[t]")],
    examples: &[("SequenceIndicesLayer[][{a, b, c}]", "{1, 2, 3}")],
    samples: &[
        Sample::of("SequenceIndicesLayer[\"Input\" -> t]").counts(&["t"]),
        Sample::of("SequenceIndicesLayer[\"Input\" -> {t, n}]").sizes(&["t", "n"]),
    ],
    ..Layer::NEW
};

pub(super) const SEQUENCE_LAST: Layer = Layer {
    name: "SequenceLastLayer",
    usage: "SequenceLastLayer[] gives the last element of a sequence.",
    source: "y = x_T",
    inputs: &[SEQUENCE],
    outputs: &[ELEMENT],
    requirements: NOT_EMPTY,
    definition: &[is("Output", "Last[Input]")],
    examples: &[("SequenceLastLayer[][{{a, b}, {c, d}}]", "{c, d}")],
    samples: &[
        Sample::of("SequenceLastLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("SequenceLastLayer[\"Input\" -> {t, n}]").sizes(&["t"]).counts(&["n"]),
        Sample::of("SequenceLastLayer[\"Input\" -> {t, n, m}]").sizes(&["t", "n", "m"]),
    ],
    ..Layer::NEW
};

pub(super) const SEQUENCE_MOST: Layer = Layer {
    name: "SequenceMostLayer",
    usage: "SequenceMostLayer[] gives a sequence without its last element.",
    source: "y_t = x_t, t < T",
    inputs: &[SEQUENCE],
    outputs: &[SHORTER],
    relations: ONE_LESS,
    requirements: NOT_EMPTY,
    definition: &[is("Output", "Most[Input]")],
    examples: &[("SequenceMostLayer[][{a, b, c}]", "{a, b}")],
    samples: &[
        Sample::of("SequenceMostLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("SequenceMostLayer[\"Input\" -> {t, n}]").sizes(&["t"]).counts(&["n"]),
    ],
    ..Layer::NEW
};

pub(super) const SEQUENCE_REST: Layer = Layer {
    name: "SequenceRestLayer",
    usage: "SequenceRestLayer[] gives a sequence without its first element.",
    source: "y_t = x_(t+1)",
    inputs: &[SEQUENCE],
    outputs: &[SHORTER],
    relations: ONE_LESS,
    requirements: NOT_EMPTY,
    definition: &[is("Output", "Rest[Input]")],
    examples: &[("SequenceRestLayer[][{a, b, c}]", "{b, c}")],
    samples: &[
        Sample::of("SequenceRestLayer[\"Input\" -> t]").sizes(&["t"]),
        Sample::of("SequenceRestLayer[\"Input\" -> {t, n}]").sizes(&["t"]).counts(&["n"]),
    ],
    ..Layer::NEW
};

pub(super) const SEQUENCE_REVERSE: Layer = Layer {
    name: "SequenceReverseLayer",
    usage: "SequenceReverseLayer[] gives the elements of a sequence in reverse order.",
    source: "y_t = x_(T+1-t)",
    inputs: &[SEQUENCE],
    outputs: &[Port { shape: "{t, rest___}", ..ELEMENT }],
    definition: &[is("Output", "Reverse[Input]")],
    examples: &[("SequenceReverseLayer[][{{a, b}, {c, d}}]", "{{c, d}, {a, b}}")],
    samples: &[
        Sample::of("SequenceReverseLayer[\"Input\" -> t]").counts(&["t"]),
        Sample::of("SequenceReverseLayer[\"Input\" -> {t, n}]").sizes(&["t"]).counts(&["n"]),
    ],
    ..Layer::NEW
};
