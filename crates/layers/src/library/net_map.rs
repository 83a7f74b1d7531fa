//! `NetMapOperator` and `NetMapThreadOperator`: a net applied to every element of sequences.

use crate::record::is;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Relation, Sample, Several};

/// The argument that is the net of an operator.
pub(super) const NET: Parameter = Parameter { name: "net", kind: ParameterType::Net, default: None };

pub(super) const NET_MAP: Layer = Layer {
    name: "NetMapOperator",
    usage: "NetMapOperator[net] applies the net to every element of a sequence and gives the sequence of its results.",
    source: "y_t = net(x_t)",
    arguments: &[NET],
    inputs: &[Port { name: "Input", shape: "{t, in___}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{t, out___}", kind: PortKind::Data, tex: "y" }],
    nets: &[NetRecord {
        name: "Net",
        argument: "net",
        part: None,
        inputs: &[Port::INPUT],
        outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
        ..NetRecord::NEW
    }],
    definition: &[is("Output", "Map[Net, Input]")],
    examples: &[
        ("NetMapOperator[SummationLayer[]][{{a, b}, {c, d}}]", "{a + b, c + d}"),
        ("NetMapOperator[LinearLayer[1, \"Weights\" -> {{2, 3}}, \"Biases\" -> None]][{{x, y}}]", "{{2 x + 3 y}}"),
    ],
    samples: &[
        Sample::of("NetMapOperator[f, \"Input\" -> {t, m}]").sizes(&["m"]).counts(&["t"]).choices(&[(
            "f",
            &[
                "LinearLayer[2]",
                "Tanh",
                "SoftmaxLayer[]",
                "SummationLayer[]",
                "NetChain[{2, Tanh, LinearLayer[{}]}]",
                "NetGraph[{2, Tanh, 2, Plus}, {1 -> 2 -> 4, 3 -> 4, NetPort[\"Input\"] -> {1, 3}}]",
            ],
        )]),
        Sample::of("NetMapOperator[f, \"Input\" -> {t, n, m}]").sizes(&["m", "n"]).counts(&["t"]).choices(&[(
            "f",
            &[
                "BasicRecurrentLayer[2]",
                "NetMapOperator[LinearLayer[1]]",
                "NetChain[{GatedRecurrentLayer[1], SequenceLastLayer[]}]",
            ],
        )]),
    ],
    ..Layer::NEW
};

pub(super) const NET_MAP_THREAD: Layer = Layer {
    name: "NetMapThreadOperator",
    usage: "NetMapThreadOperator[net] applies a net with several inputs to corresponding elements of sequences: it has \
            the inputs of the net, each a sequence. NetMapThreadOperator[net, n] goes through the first n levels.",
    source: "y_t = net(x1_t, x2_t, ...)",
    arguments: &[NET, Parameter { name: "depth", kind: ParameterType::Size, default: Some("1") }],
    inputs: &[Port { shape: "{levels__, in___}", ..INPUTS }],
    outputs: &[Port { name: "Output", shape: "{levels__, out___}", kind: PortKind::Data, tex: "y" }],
    nets: &[NetRecord {
        name: "Net",
        argument: "net",
        part: None,
        inputs: &[Port { shape: "{in___}", ..INPUTS }],
        outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
        ..NetRecord::NEW
    }],
    relations: &[Relation { variable: "levels", value: "ConstantArray[Automatic, depth]" }],
    definition: &[is("Output", "MapThread[Net, Inputs, depth]")],
    examples: &[("NetMapThreadOperator[DotLayer[]][{{{a, b}, {c, d}}, {{x, y}, {z, w}}}]", "{a x + b y, d w + c z}")],
    samples: &[
        Sample::of("NetMapThreadOperator[DotLayer[], \"Input1\" -> {t, m}, \"Input2\" -> {t, m}]").sizes(&["m"]).counts(&["t"]),
        Sample::of(
            "NetMapThreadOperator[NetGraph[{2, CatenateLayer[], Tanh}, {NetPort[\"a\"] -> 1, {1, NetPort[\"b\"]} -> 2 -> 3}], \
             \"a\" -> {t, m}, \"b\" -> {t, n}]",
        )
        .sizes(&["t", "m", "n"]),
        Sample::of("NetMapThreadOperator[#1 - #2^2 &, 2, \"Input1\" -> {t, m}, \"Input2\" -> {t, m}]").sizes(&["m", "t"]),
        Sample::of("NetMapThreadOperator[LinearLayer[2], 2, \"Input\" -> {t, k, m}]").sizes(&["m", "t"]).counts(&["k"]),
    ],
    ..Layer::NEW
};

/// The inputs of the net.
const INPUTS: Port = Port {
    name: "Inputs",
    shape: "",
    kind: PortKind::Several(Several { names: "Ports", base: "Input", own: "in", states: false }),
    tex: "x",
};
