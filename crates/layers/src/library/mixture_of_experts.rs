//! `MixtureOfExpertsLayer`: the mean of what several nets give, with weights by another net.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const MIXTURE_OF_EXPERTS: Layer = Layer {
    name: "MixtureOfExpertsLayer",
    usage: "MixtureOfExpertsLayer[{net1, net2, ...}] gives its input to all nets, and the mean of their outputs, weighted by the softmax \
            of a linear layer. MixtureOfExpertsLayer[nets, gate] has another net for the vector of scores of which the softmax \
            is taken. With \"Experts\" -> k only the k nets with the greatest scores count, the first of equal ones, and \
            their weights have the sum 1. The port \"ExpertWeights\" gives the weights.",
    source: "Jacobs et al., Adaptive mixtures of local experts, 1991; Shazeer et al., Outrageously large neural networks, 2017",
    arguments: &[
        Parameter { name: "nets", kind: ParameterType::Net, default: None },
        Parameter { name: "gate", kind: ParameterType::Net, default: Some("LinearLayer[]") },
    ],
    options: &[Parameter {
        name: "Experts",
        kind: ParameterType::Matching { form: "All | _Integer?Positive", expected: "All or a positive integer" },
        default: Some("All"),
    }],
    inputs: &[Port { shape: "{in___}", ..Port::INPUT }],
    outputs: &[
        Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" },
        Port { name: "ExpertWeights", shape: "{count}", kind: PortKind::OnRequest, tex: "w" },
    ],
    nets: &[
        NetRecord {
            name: "Expert",
            argument: "nets",
            each: true,
            inputs: &[Port { shape: "{in___}", ..Port::INPUT }],
            outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
            ..NetRecord::NEW
        },
        NetRecord {
            name: "Gate",
            argument: "gate",
            inputs: &[Port { shape: "{in___}", ..Port::INPUT }],
            outputs: &[Port { name: "Output", shape: "{count}", kind: PortKind::Data, tex: "g" }],
            ..NetRecord::NEW
        },
    ],
    relations: &[
        Relation { variable: "count", value: "Length[nets]" },
        Relation { variable: "used", value: "If[Experts === All, count, Experts]" },
    ],
    requirements: &[requires(
        "used <= count",
        "\"Experts\" -> `used` needs at least as many nets, but there are `count`",
        "Give more nets, or a smaller number",
    )],
    definition: &[
        is("scores", "Gate[Input]"),
        is("ExpertWeights", WEIGHTS),
        is("Output", "Total[MapThread[Times, {Map[ExpertWeights[[#]] &, Range[count]], Map[#[Input] &, Expert]}]]"),
    ],
    examples: &[
        (
            "MixtureOfExpertsLayer[{Tanh, Sin}, NetChain[{ElementwiseLayer[Log[#]&], ReplicateLayer[2]}]][x]",
            "Sin[x]/2 + Tanh[x]/2",
        ),
        (
            "MixtureOfExpertsLayer[{Tanh, Sin, Cos}, LinearLayer[\"Weights\" -> {{1}, {0}, {2}}, \"Biases\" -> None], \"Experts\" -> 1][{3}]",
            "{Cos[3]}",
        ),
    ],
    samples: &[
        Sample::of("MixtureOfExpertsLayer[{2, NetChain[{3, Tanh, 2}]}, \"Input\" -> m]").sizes(&["m"]),
        Sample::of(
            "MixtureOfExpertsLayer[{Tanh, 2 # &, Sin}, NetChain[{4, Ramp, 3}], \"Experts\" -> k, \"Input\" -> m]",
        )
        .sizes(&["m"])
        .choices(&[("k", &["1", "2", "3", "All"])]),
        Sample::of("MixtureOfExpertsLayer[{LinearLayer[{n, 2}]}, \"Input\" -> {m, k}]").sizes(&["m", "n", "k"]),
    ],
    ..Layer::NEW
};

/// The softmax of the scores. With fewer nets, before each one come those with a greater score, and the earlier ones with
/// the same; those that too many come before do not count.
const WEIGHTS: &str = "If[used === count, ArraySoftmax[scores, 1],
    With[{shares = ArraySoftmax[scores, 1],
            before = ArrayReduce[Total,
                ArrayThread[Boole[#4 < #3 && #2 >= #1 || #4 > #3 && #2 > #1] &, {scores, scores, Range[count], Range[count]},
                    {{1}, {2}, {1}, {2}}], 2]},
        With[{kept = ArrayThread[If[#2 < used, #1, 0] &, {shares, before}, {{1}, {1}}]}, kept/Total[kept]]]]";
