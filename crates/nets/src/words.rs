//! Words that nets use and that are no functions: what they mean is told when they are asked about.

use netform_eval::Function;

/// The records of all of them.
pub(crate) const FUNCTIONS: [&Function; 2] = [&GRADIENT_CHECKPOINTING, &GRAPH];

const GRADIENT_CHECKPOINTING: Function = Function {
    name: "GradientCheckpointing",
    usage: "GradientCheckpointing is an option of net[data, NetPortGradient[...]]: how many steps of a recurrence are computed \
            again instead of being stored. It is None, Automatic or a positive number of steps.",
    examples: &[(
        "BasicRecurrentLayer[1, \"InputWeights\" -> {{1.}}, \"StateWeights\" -> {{1.}}, \"Biases\" -> {0.}][{{0.}, {0.}}, \
         NetPortGradient[\"Input\"], GradientCheckpointing -> 1]",
        "{{2.}, {1.}}",
    )],
    ..Function::NEW
};

const GRAPH: Function = Function {
    name: "Graph",
    usage: "Graph[{v1, v2, ...}, {e1, e2, ...}] stands for a graph by its vertices and edges, as Information[net, \"LayersGraph\"] gives \
            it. It is an expression that is not evaluated and has no picture; NetGraph is a net.",
    examples: &[(
        "Information[NetChain[{Tanh, Ramp}], \"LayersGraph\"]",
        "Graph[{NetPort[Input], 1, 2, NetPort[Output]}, {DirectedEdge[NetPort[Input], 1], DirectedEdge[1, 2], DirectedEdge[2, NetPort[Output]]}]",
    )],
    ..Function::NEW
};
