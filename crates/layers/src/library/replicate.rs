//! `ReplicateLayer`: new levels along which nothing changes.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const REPLICATE: Layer = Layer {
    name: "ReplicateLayer",
    usage: "ReplicateLayer[n] gives n copies of an array: a new first level of size n. ReplicateLayer[{n1, n2, ...}] gives \
            new levels of these sizes, ReplicateLayer[sizes, m] makes the first of them level m of the output, where -1 \
            is behind all levels. A size that is Automatic is taken from the output.",
    source: "y_(i, j...) = x_(j...)",
    arguments: &[
        Parameter {
            name: "sizes",
            kind: ParameterType::Stated {
                form: "Automatic | Except[_List | _String | _Rational | _Real | _Complex | None | All | _Integer?Negative] | \
                       {Except[_List | _String | _Rational | _Real | _Complex | None | All | _Integer?Negative]..}",
                expected: "a size or a list of sizes, in which Automatic may stand",
            },
            default: None,
        },
        Parameter {
            name: "position",
            kind: ParameterType::Matching { form: "Except[0, _Integer]", expected: "a level of the output" },
            default: Some("1"),
        },
    ],
    keys: &[("sizes", "Specification")],
    outputs: &[Port { shape: "{out__}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "count", value: "Length[Flatten[{sizes}]]" },
        Relation { variable: "before", value: "If[position > 0, position - 1, Length[in] + 1 + position]" },
        Relation {
            variable: "out",
            value: "If[0 <= before <= Length[in], Join[Take[in, before], Flatten[{sizes}], Drop[in, before]], Automatic]",
        },
        Relation { variable: "before", value: "If[position > 0, position - 1, Length[out] - count + 1 + position]" },
        Relation { variable: "in", value: "Join[Take[out, before], Drop[out, before + count]]" },
    ],
    requirements: &[requires(
        "0 <= before <= Length[in]",
        "an input of rank `Length[in]` can be replicated at the levels 1 to `Length[in] + 1`, not at `position`",
        "Give one of these levels, or one from -1 to `-Length[in] - 1`",
    )],
    definition: &[is(
        "Output",
        "ArrayReplicate[Input, Take[out, {before + 1, before + count}], Range[before + 1, before + count]]",
    )],
    examples: &[
        ("ReplicateLayer[2][{a, b}]", "{{a, b}, {a, b}}"),
        ("ReplicateLayer[{2}, -1][{a, b}]", "{{a, a}, {b, b}}"),
    ],
    samples: &[
        Sample::of("ReplicateLayer[n, \"Input\" -> in]")
            .sizes(&["n", "m"])
            .counts(&["k"])
            .choices(&[("in", &["{}", "m", "{m, k}"])]),
        Sample::of("ReplicateLayer[{n, m}, position, \"Input\" -> {k, 2}]")
            .sizes(&["n", "m", "k"])
            .choices(&[("position", &["1", "2", "3", "-1", "-2", "-3"])]),
        Sample::of("ReplicateLayer[Automatic, \"Input\" -> n, \"Output\" -> {m, n}]").sizes(&["n", "m"]),
        Sample::of("ReplicateLayer[{Automatic, n}, 2, \"Output\" -> {k, m, n}]").sizes(&["n", "m", "k"]),
    ],
    ..Layer::NEW
};
