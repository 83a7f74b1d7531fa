//! `ExtractLayer`: parts of an array at positions that are data.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Port, PortKind, Relation, Sample};

pub(super) const EXTRACT: Layer = Layer {
    name: "ExtractLayer",
    usage: "ExtractLayer[] takes an array at the port \"Input\" and a position at the port \"Position\", and gives the part \
            there: an integer is a position at the first level, a vector {n1, n2, ...} one at the leading levels, and a \
            matrix is a list of such vectors.",
    source: "y = Extract[x, p]",
    inputs: &[
        Port { name: "Input", shape: "{in__}", kind: PortKind::Data, tex: "x" },
        Port { name: "Position", shape: "{position___}", kind: PortKind::Index("indexed"), tex: "p" },
    ],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "depth", value: "If[position === {}, 1, Last[position]]" },
        Relation { variable: "indexed", value: "Take[in, depth]" },
        Relation { variable: "places", value: "If[position === {}, {}, Most[position]]" },
        Relation { variable: "out", value: "Join[places, Drop[in, depth]]" },
        // How far elements of each indexed level are apart, counted in parts.
        Relation { variable: "strides", value: "Reverse[FoldList[Times, 1, Reverse[Rest[indexed]]]]" },
    ],
    requirements: &[
        requires(
            "Length[position] <= 2",
            "positions are an integer, a vector, or a list of vectors, but port Position has rank `Length[position]`",
            "Give a position such as {1, 2}, or a list of them",
        ),
        requires(
            "depth =!= 0 && depth <= Length[in]",
            "a position in the input has from 1 to `Length[in]` integers, one for each level, but `depth` are given",
            "Give shorter positions, or an input of higher rank",
        ),
    ],
    definition: &[
        is("parts", "ArrayReshape[Input, Prepend[Drop[in, depth], Times @@ indexed]]"),
        is("index", "If[position === {}, Position, (Position - 1) . strides + 1]"),
        is("Output", "ArrayGather[parts, index, 1]"),
    ],
    examples: &[
        ("ExtractLayer[][<|\"Input\" -> {{a, b}, {c, d}}, \"Position\" -> {2, 1}|>]", "c"),
        ("ExtractLayer[][<|\"Input\" -> {a, b, c}, \"Position\" -> k|>]", "Indexed[{a, b, c}, k]"),
        ("ExtractLayer[][<|\"Input\" -> {a, b, c}, \"Position\" -> {{3}, {1}}|>]", "{c, a}"),
    ],
    samples: &[Sample::of("ExtractLayer[\"Input\" -> {n, m, k}, \"Position\" -> position]")
        .sizes(&["n", "m", "k"])
        .choices(&[("position", &["{}", "1", "2", "3", "{2, 1}", "{3, 2}", "{2, 3}"])])],
    ..Layer::NEW
};
