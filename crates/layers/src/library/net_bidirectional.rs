//! `NetBidirectionalOperator`: a sequence read in both directions.

use crate::record::is;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Sample};

pub(super) const NET_BIDIRECTIONAL: Layer = Layer {
    name: "NetBidirectionalOperator",
    usage: "NetBidirectionalOperator[{forward, backward}] gives a sequence to the first net and its reverse to the second \
            one, and joins the elements of the two results, the second one reversed again. \
            NetBidirectionalOperator[net] has two nets of the form of net, each with arrays of its own. \
            NetBidirectionalOperator[nets, aggregator] joins the results by another net with two inputs.",
    source: "Schuster and Paliwal, Bidirectional recurrent neural networks, 1997",
    arguments: &[
        Parameter { name: "nets", kind: ParameterType::Net, default: None },
        Parameter { name: "aggregator", kind: ParameterType::Net, default: Some("CatenateLayer[2]") },
    ],
    inputs: &[SEQUENCE],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    nets: &[
        NetRecord {
            name: "ForwardNet",
            tex: "→",
            argument: "nets",
            part: Some(0),
            inputs: &[SEQUENCE],
            outputs: &[Port { name: "Output", shape: "{t, forward___}", kind: PortKind::Data, tex: "y" }],
            ..NetRecord::NEW
        },
        NetRecord {
            name: "BackwardNet",
            tex: "←",
            argument: "nets",
            part: Some(1),
            inputs: &[SEQUENCE],
            outputs: &[Port { name: "Output", shape: "{t, backward___}", kind: PortKind::Data, tex: "y" }],
            ..NetRecord::NEW
        },
        NetRecord {
            name: "Aggregator",
            argument: "aggregator",
            part: None,
            inputs: &[
                Port { name: "Input1", shape: "{t, forward___}", kind: PortKind::Data, tex: "y" },
                Port { name: "Input2", shape: "{t, backward___}", kind: PortKind::Data, tex: "z" },
            ],
            outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
            ..NetRecord::NEW
        },
    ],
    definition: &[
        is("ahead", "ForwardNet[Input]"),
        is("back", "Reverse[BackwardNet[Reverse[Input]]]"),
        is("Output", "Aggregator[ahead, back]"),
    ],
    examples: &[(
        "step = BasicRecurrentLayer[1, \"InputWeights\" -> {{2}}, \"StateWeights\" -> {{3}}, \"Biases\" -> None]; \
         NetBidirectionalOperator[step][{{x}, {y}}]",
        "{{Tanh[2 x], Tanh[2 x + 3 Tanh[2 y]]}, {Tanh[2 y + 3 Tanh[2 x]], Tanh[2 y]}}",
    )],
    samples: &[
        Sample::of("NetBidirectionalOperator[f, \"Input\" -> {t, m}]")
            .sizes(&["m"])
            .counts(&["t"])
            .choices(&[("f", &["BasicRecurrentLayer[2]", "{LongShortTermMemoryLayer[1], GatedRecurrentLayer[2]}"])]),
        Sample::of("NetBidirectionalOperator[NetChain[{BasicRecurrentLayer[n], Tanh}], g, \"Input\" -> {t, m}]")
            .sizes(&["n", "m", "t"])
            .choices(&[(
                "g",
                &[
                    "Plus",
                    "TotalLayer[]",
                    "NetGraph[{CatenateLayer[2, \"InputPorts\" -> 2], SequenceLastLayer[]}, {1 -> 2}]",
                ],
            )]),
    ],
    ..Layer::NEW
};

const SEQUENCE: Port = Port { name: "Input", shape: "{t, in___}", kind: PortKind::Data, tex: "x" };
