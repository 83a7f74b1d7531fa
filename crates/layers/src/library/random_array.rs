//! `RandomArrayLayer`: random numbers.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Sample, Way};

pub(super) const RANDOM_ARRAY: Layer = Layer {
    name: "RandomArrayLayer",
    usage: "RandomArrayLayer[dist, \"Output\" -> {n1, n2, ...}] gives an array of independent random numbers of a distribution: \
            NormalDistribution[m, s], UniformDistribution[{a, b}] or BernoulliDistribution[p]. It has no inputs, and gives \
            others each time.",
    source: "y_i ~ dist",
    arguments: &[Parameter {
        name: "distribution",
        kind: ParameterType::Matching {
            form: "_NormalDistribution | _UniformDistribution | _BernoulliDistribution",
            expected: "NormalDistribution[m, s], UniformDistribution[{a, b}] or BernoulliDistribution[p]",
        },
        default: None,
    }],
    inputs: &[],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    definition: &[is("Output", "ArrayRandom[distribution, out, \"Output\"]")],
    examples: &[("RandomArrayLayer[BernoulliDistribution[1], \"Output\" -> {2, 2}][]", "{{1, 1}, {1, 1}}")],
    unanswerable: &[(Way::Batch, "it has no input, so nothing says how many examples there are")],
    // Of these distributions, all draws are the same.
    samples: &[Sample::of("RandomArrayLayer[BernoulliDistribution[p], \"Output\" -> out]")
        .sizes(&["n"])
        .counts(&["m"])
        .choices(&[("p", &["0", "1"]), ("out", &["{}", "n", "{n, m}"])])],
    ..Layer::NEW
};
