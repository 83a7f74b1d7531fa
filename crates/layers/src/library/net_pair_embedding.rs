//! `NetPairEmbeddingOperator`: the distance of what a net gives for two inputs.

use super::net_map::NET;
use crate::record::is;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Sample};

/// The distance of what the net gives for the two inputs.
macro_rules! distance {
    () => {
        "Switch[DistanceFunction,
        EuclideanDistance, Sqrt[ArrayReduce[Total, (a - b)^2, All]],
        SquaredEuclideanDistance, ArrayReduce[Total, (a - b)^2, All],
        ManhattanDistance, ArrayReduce[Total, Abs[a - b], All],
        CosineDistance, 1 - ArrayReduce[Total, a b, All]/
            Sqrt[ArrayReduce[Total, a^2, All] ArrayReduce[Total, b^2, All]]]"
    };
}

pub(super) const NET_PAIR_EMBEDDING: Layer = Layer {
    name: "NetPairEmbeddingOperator",
    usage: "NetPairEmbeddingOperator[net] takes a pair of inputs, applies the net to both, and gives the distance of the \
            two results. The option DistanceFunction is EuclideanDistance, SquaredEuclideanDistance, ManhattanDistance \
            or CosineDistance.",
    source: "Bromley et al., Signature verification using a siamese time delay neural network, 1993",
    arguments: &[NET],
    options: &[Parameter {
        name: "DistanceFunction",
        kind: ParameterType::Choice(&[
            "EuclideanDistance",
            "SquaredEuclideanDistance",
            "ManhattanDistance",
            "CosineDistance",
        ]),
        default: Some("EuclideanDistance"),
    }],
    inputs: &[Port { name: "Input", shape: "{2, in___}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{}", kind: PortKind::Data, tex: "d" }],
    nets: &[NetRecord {
        name: "Net",
        argument: "net",
        part: None,
        inputs: &[Port::INPUT],
        outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
        ..NetRecord::NEW
    }],
    // The net is mapped, so that what is random in it is drawn for each of the two.
    definition: &[
        is("results", "Map[Net, Input]"),
        is("a", "results[[1]]"),
        is("b", "results[[2]]"),
        is("Output", DISTANCE),
    ],
    // The distance of equal results has the derivative 0.
    stable: &[
        is("results", "Map[Net, Input]"),
        is("a", "results[[1]]"),
        is("b", "results[[2]]"),
        is(
            "Output",
            concat!(
                "If[DistanceFunction === EuclideanDistance, Program`Root[ArrayReduce[Total, (a - b)^2, All]], ",
                distance!(),
                "]"
            ),
        ),
    ],
    examples: &[
        ("NetPairEmbeddingOperator[Tanh][{{x}, {y}}]", "Sqrt[(Tanh[x] - Tanh[y])^2]"),
        (
            "NetPairEmbeddingOperator[Tanh, DistanceFunction -> ManhattanDistance][{{x, 0}, {0, y}}]",
            "Abs[Tanh[x]] + Abs[Tanh[y]]",
        ),
    ],
    // The distance of two results that are equal, or zero, has no derivative: the data is drawn, and not what
    // another layer gives.
    samples: &[
        Sample::of("NetPairEmbeddingOperator[NetChain[{n, Tanh}], \"Input\" -> {2, m}, DistanceFunction -> d]")
            .sizes(&["n", "m"])
            .choices(&[(
                "d",
                &["EuclideanDistance", "SquaredEuclideanDistance", "ManhattanDistance", "CosineDistance"],
            )])
            .probabilities(),
        Sample::of("NetPairEmbeddingOperator[NetMapOperator[1], \"Input\" -> {2, n, m}]")
            .sizes(&["n", "m"])
            .probabilities(),
    ],
    ..Layer::NEW
};

const DISTANCE: &str = distance!();
