//! `GraphConvolutionLayer`: vectors of vertices, mixed along the edges of a graph.

use crate::record::is;
use crate::{Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, PortKind, Sample};

const NORMALIZATIONS: &[&str] = &["\"Symmetric\"", "\"Row\"", "None"];

const EDGES: Equation = is("edges", "If[SelfLoops, Adjacency + IdentityMatrix[vertices], Adjacency]");

/// The sums of rows, or what is in the place of those that are 0; with loops none is.
macro_rules! degrees {
    ($positive:literal) => {
        is(
            "degrees",
            concat!(
                "If[Normalization === None, 1, With[{sums = ArrayReduce[Total, edges, 2]}, If[SelfLoops, sums, ",
                $positive,
                "]]]"
            ),
        )
    };
}

const SHARES: Equation = is(
    "shares",
    "Switch[Normalization,
        \"Symmetric\", ArrayThread[#1/Sqrt[#2 #3] &, {edges, degrees, degrees}, {All, {1}, {2}}],
        \"Row\", ArrayThread[#1/#2 &, {edges, degrees}, {All, {1}}],
        None, edges]",
);

const MIXED: Equation = is("mixed", "shares . Input");

const OUTPUT: Equation = is("Output", "ArrayThread[#1 + #2 &, {mixed . Transpose[Weights], Biases}, {All, {2}}]");

pub(super) const GRAPH_CONVOLUTION: Layer = Layer {
    name: "GraphConvolutionLayer",
    usage: "GraphConvolutionLayer[n] takes a vector for each vertex of a graph at the port \"Input\" and the adjacency matrix \
            at the port \"Adjacency\", and gives vectors of length n: Weights . (the sum of the vectors of a vertex and \
            its neighbours) + Biases. \"Normalization\" -> \"Symmetric\" divides the share of each edge by the square \
            roots of the degrees of its vertices, \"Row\" by the degree of the vertex that takes it, None by nothing. \
            With \"SelfLoops\" -> False a vertex is not its own neighbour; one without \
            edges gets only the biases then.",
    source: "Kipf and Welling, Semi-supervised classification with graph convolutional networks, 2017, eq. 2",
    arguments: &[Parameter { name: "size", kind: ParameterType::Size, default: None }],
    keys: &[("size", "OutputSize")],
    options: &[
        Parameter {
            name: "Normalization",
            kind: ParameterType::Choice(NORMALIZATIONS),
            default: Some("\"Symmetric\""),
        },
        Parameter { name: "SelfLoops", kind: ParameterType::Boolean, default: Some("True") },
    ],
    inputs: &[
        Port { name: "Input", shape: "{vertices, k}", kind: PortKind::Data, tex: "X" },
        Port { name: "Adjacency", shape: "{vertices, vertices}", kind: PortKind::Data, tex: "A" },
    ],
    outputs: &[Port { name: "Output", shape: "{vertices, size}", kind: PortKind::Data, tex: "Y" }],
    arrays: &[
        ArrayRecord { name: "Weights", shape: "{size, k}", initial: Initial::Weights, absent: None, tex: "W" },
        ArrayRecord {
            name: "Biases",
            shape: "{size}",
            initial: Initial::Constant(0.0),
            absent: Some(Absent::Zeros),
            tex: "b",
        },
    ],
    // Vertices without edges get nothing, by whatever it is divided: where a degree is known to be 0, or in numbers.
    definition: &[EDGES, degrees!("If[ListQ[sums], Replace[sums, 0 | 0. -> 1, {1}], sums]"), SHARES, MIXED, OUTPUT],
    stable: &[EDGES, degrees!("ArrayThread[Piecewise[{{1, # == 0}}, #] &, {sums}]"), SHARES, MIXED, OUTPUT],
    examples: &[(
        "GraphConvolutionLayer[1, \"Weights\" -> {{w}}, \"Biases\" -> {b}, \"Normalization\" -> None][
            <|\"Input\" -> {{x}, {y}, {z}}, \"Adjacency\" -> {{0, 1, 0}, {1, 0, 1}, {0, 1, 0}}|>]",
        "{{b + w (x + y)}, {b + w (x + y + z)}, {b + w (y + z)}}",
    )],
    samples: &[
        Sample::of(
            "GraphConvolutionLayer[n, \"Input\" -> {v, k}, \"Normalization\" -> normalization, \"SelfLoops\" -> loops]",
        )
        .sizes(&["n", "v", "k"])
        .choices(&[("normalization", NORMALIZATIONS), ("loops", &["True", "False"])])
        .probabilities(),
        Sample::of("GraphConvolutionLayer[n, \"Input\" -> {v, k}, \"Normalization\" -> None, \"Biases\" -> None]")
            .sizes(&["n", "v"])
            .counts(&["k"]),
    ],
    ..Layer::NEW
};
