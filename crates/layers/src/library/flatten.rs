//! `FlattenLayer`: leading levels as one.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const FLATTEN: Layer = Layer {
    name: "FlattenLayer",
    usage: "FlattenLayer[] makes a vector of an array of any rank, in row-major order. FlattenLayer[n] makes one level of \
            the leading n + 1 levels. ReshapeLayer joins levels elsewhere.",
    source: "y = Flatten[x, n]",
    arguments: &[Parameter {
        name: "level",
        kind: ParameterType::Matching {
            form: "_Integer?NonNegative | Infinity",
            expected: "a number of levels from 0 on, or Infinity",
        },
        default: Some("Infinity"),
    }],
    outputs: &[Port { shape: "{out__}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "joined", value: "Min[level + 1, Length[in]]" },
        Relation { variable: "out", value: "Prepend[Drop[in, joined], Times @@ Take[in, joined]]" },
    ],
    // The one size that is not known among those that become one level.
    partial: &[Relation {
        variable: "in",
        value: "If[!ListQ[in] || !ListQ[out] || out === {}, Automatic,
            With[{leading = Take[in, Min[level + 1, Length[in]]]},
                With[{size = First[out]/Times @@ DeleteCases[leading, Automatic]},
                    If[Count[leading, Automatic] =!= 1 || MemberQ[{Automatic, \"Varying\"}, First[out]] ||
                        Length[out] =!= Length[in] - Length[leading] + 1 || NumberQ[size] && !IntegerQ[size] ||
                        MemberQ[leading, 0 | \"Varying\"], Automatic,
                        Join[leading /. Automatic -> size, Rest[out]]]]]]",
    }],
    definition: &[is("Output", "ArrayReshape[Input, out]")],
    examples: &[
        ("FlattenLayer[][{{a, b}, {c, d}}]", "{a, b, c, d}"),
        ("FlattenLayer[1][{{{a, b}}, {{c, d}}}]", "{{a, b}, {c, d}}"),
    ],
    samples: &[
        Sample::of("FlattenLayer[\"Input\" -> in]")
            .sizes(&["n", "m"])
            .counts(&["k"])
            .choices(&[("in", &["{}", "k", "{n, m}", "{n, k, m}"])]),
        Sample::of("FlattenLayer[level, \"Input\" -> {n, m, 2, k}]")
            .sizes(&["n", "m", "k"])
            .choices(&[("level", &["0", "1", "2", "7", "Infinity"])]),
    ],
    ..Layer::NEW
};
