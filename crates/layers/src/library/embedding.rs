//! `EmbeddingLayer`: rows of a table of vectors, by number.

use crate::record::is;
use crate::{ArrayRecord, Initial, Layer, Parameter, ParameterType, Port, PortKind, Sample};

pub(super) const EMBEDDING: Layer = Layer {
    name: "EmbeddingLayer",
    usage: "EmbeddingLayer[size, n] gives a vector of length size for each of the integers from 1 to n: a row of its \
            array \"Weights\". The input may be a single integer or an array of them; the vectors are its last level. \
            EmbeddingLayer[size] and EmbeddingLayer[] take what is left out from \"Weights\".",
    source: "y_i = W_(x_i)",
    arguments: &[
        Parameter { name: "size", kind: ParameterType::Size, default: Some("Automatic") },
        Parameter { name: "classes", kind: ParameterType::Size, default: Some("Automatic") },
    ],
    keys: &[("size", "OutputDimensions"), ("classes", "ClassCount")],
    inputs: &[Port { kind: PortKind::Index("classes"), ..Port::INPUT }],
    outputs: &[Port { shape: "{in___, size}", ..Port::OUTPUT }],
    arrays: &[ArrayRecord {
        name: "Weights",
        shape: "{classes, size}",
        initial: Initial::Weights,
        absent: None,
        tex: "W",
    }],
    definition: &[is("Output", "ArrayGather[Weights, Input, 1]")],
    examples: &[
        ("EmbeddingLayer[2, \"Weights\" -> {{a, b}, {c, d}, {e, f}}][{3, 1}]", "{{e, f}, {a, b}}"),
        ("EmbeddingLayer[2, \"Weights\" -> {{a, b}, {c, d}}][k]", "{Indexed[{a, c}, k], Indexed[{b, d}, k]}"),
    ],
    samples: &[Sample::of("EmbeddingLayer[size, n, \"Input\" -> in]")
        .sizes(&["size", "n", "m"])
        .counts(&["k"])
        .choices(&[("in", &["{}", "m", "{m, k}"])])],
    ..Layer::NEW
};
