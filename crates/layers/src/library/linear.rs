//! `LinearLayer`: an affine map.

use crate::record::is;
use crate::{Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const LINEAR: Layer = Layer {
    name: "LinearLayer",
    usage: "LinearLayer[n] is the affine map Weights . x + Biases to vectors of length n. \
            LinearLayer[{n1, n2, ...}] gives an array of these dimensions, LinearLayer[{}] a number; \
            LinearLayer[] takes its output shape from what follows. An input that is no vector is \
            flattened. \"Biases\" -> None leaves the biases out.",
    source: "y = W x + b; W has shape {outputs, inputs}",
    arguments: &[Parameter { name: "size", kind: ParameterType::Dimensions, default: Some("Automatic") }],
    keys: &[("size", "OutputDimensions")],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    arrays: &[
        ArrayRecord { name: "Weights", shape: "{outputs, inputs}", initial: Initial::Weights, absent: None, tex: "W" },
        ArrayRecord {
            name: "Biases",
            shape: "{outputs}",
            initial: Initial::Constant(0.0),
            absent: Some(Absent::Zeros),
            tex: "b",
        },
    ],
    relations: &[
        Relation { variable: "out", value: "If[ListQ[size], size, {size}]" },
        Relation { variable: "outputs", value: "Times @@ out" },
        Relation { variable: "inputs", value: "Times @@ in" },
    ],
    defaults: &[Relation { variable: "in", value: "{inputs}" }, Relation { variable: "out", value: "{outputs}" }],
    definition: &[is("Output", "ArrayReshape[Weights . ArrayReshape[Input, {inputs}] + Biases, out]")],
    examples: &[
        (
            "LinearLayer[2, \"Weights\" -> {{1, 2}, {3, 4}}, \"Biases\" -> {5, 6}][{x, y}]",
            "{5 + x + 2 y, 6 + 3 x + 4 y}",
        ),
        ("LinearLayer[{}, \"Input\" -> 2, \"Weights\" -> {{1, -1}}, \"Biases\" -> None][{a, b}]", "a - b"),
    ],
    samples: &[
        Sample::of("LinearLayer[n, \"Input\" -> m]").sizes(&["n"]).counts(&["m"]),
        Sample::of("LinearLayer[n, \"Input\" -> {m, k}, \"Biases\" -> None]").sizes(&["n"]).counts(&["m", "k"]),
        Sample::of("LinearLayer[{n, p}, \"Input\" -> m]").sizes(&["n", "p", "m"]),
        Sample::of("LinearLayer[{}, \"Input\" -> m]").counts(&["m"]),
        Sample::of("LinearLayer[{n}, \"Input\" -> {}]").sizes(&["n"]),
        Sample::of("LinearLayer[\"Input\" -> m, \"Output\" -> out]")
            .sizes(&["m", "n", "p"])
            .choices(&[("out", &["n", "{}", "{n, p}"])]),
    ],
    ..Layer::NEW
};
