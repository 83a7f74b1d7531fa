//! `TransposeLayer`: levels in another order.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const TRANSPOSE: Layer = Layer {
    name: "TransposeLayer",
    usage: "TransposeLayer[] exchanges the first two levels of an array, TransposeLayer[m <-> n] the levels m and n, \
            TransposeLayer[{m1 <-> n1, ...}] first m1 and n1 and so on. TransposeLayer[{n1, n2, ...}] makes level k of \
            the input level nk of the output.",
    source: "y = Transpose[x, {n1, n2, ...}]",
    arguments: &[Parameter {
        name: "levels",
        kind: ParameterType::Matching {
            form: "TwoWayRule[Except[0, _Integer], Except[0, _Integer]] | \
                   {TwoWayRule[Except[0, _Integer], Except[0, _Integer]]..} | {Except[0, _Integer]...}",
            expected: "an exchange of levels such as 1 <-> 2, a list of exchanges, or a list of levels",
        },
        default: Some("1 <-> 2"),
    }],
    keys: &[("levels", "Specification")],
    outputs: &[Port { shape: "{out___}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "rank", value: "Length[in]" },
        Relation { variable: "rank", value: "Length[out]" },
        // Where each level goes.
        Relation {
            variable: "places",
            value: "If[VectorQ[#, IntegerQ],
                Join[#, Range[Length[#] + 1, rank]],
                Fold[#1 /. {First[#2] -> Last[#2], Last[#2] -> First[#2]} &, Range[rank], #]] &[
                Map[If[# < 0, rank + 1 + #, #] &, Flatten[{levels}], {-1}]]",
        },
        Relation { variable: "out", value: "If[Sort[places] === Range[rank], in[[Ordering[places]]], in]" },
        Relation { variable: "in", value: "If[Sort[places] === Range[rank], out[[places]], out]" },
    ],
    requirements: &[requires(
        "Sort[places] === Range[rank] && Max[Flatten[{levels /. TwoWayRule -> List}]] <= rank",
        "an array of rank `rank` has no levels `levels`",
        "Name each level by its number from 1 to the rank",
    )],
    definition: &[is("Output", "Transpose[Input, places]")],
    examples: &[
        ("TransposeLayer[][{{a, b}, {c, d}}]", "{{a, c}, {b, d}}"),
        ("Dimensions[TransposeLayer[{3, 1, 2}][Array[x, {2, 3, 4}]]]", "{3, 4, 2}"),
    ],
    samples: &[
        Sample::of("TransposeLayer[\"Input\" -> in]")
            .sizes(&["n"])
            .counts(&["m", "k"])
            .choices(&[("in", &["{n, m}", "{n, m, k}"])]),
        Sample::of("TransposeLayer[levels, \"Input\" -> {n, m, k}]").sizes(&["n", "m", "k"]).choices(&[(
            "levels",
            &[
                "2 <-> 3",
                "1 <-> -1",
                "{1 <-> 2, 2 <-> 3}",
                "{1 <-> 3, 1 <-> 2, 3 <-> 2}",
                "{3, 1, 2}",
                "{2, 3, 1}",
                "{2, 1}",
                "{}",
            ],
        )]),
    ],
    ..Layer::NEW
};
