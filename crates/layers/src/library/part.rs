//! `PartLayer`: parts of an array.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const PART: Layer = Layer {
    name: "PartLayer",
    usage: "PartLayer[n] gives element n of an array, PartLayer[m ;; n] elements m to n, PartLayer[m ;; n ;; s] every s-th \
            of them, PartLayer[{n1, n2, ...}] the elements at these positions: what Part gives. In PartLayer[{p1, p2, \
            ...}] each part is for a level, if one of them is no integer, so that PartLayer[{All, 1}] is the first column.",
    source: "y = x[[n]]",
    arguments: &[Parameter {
        name: "part",
        kind: ParameterType::Matching {
            form: "Except[0, _Integer] | All | _Span | \
                   {(Except[0, _Integer] | All | _Span | {Except[0, _Integer]..})..}",
            expected: "a position, a span, or a list of these",
        },
        default: None,
    }],
    keys: &[("part", "Specification")],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{out___}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "parts", value: "If[ListQ[part] && !VectorQ[part, IntegerQ], part, {part}]" },
        Relation { variable: "taken", value: "Take[in, Length[parts]]" },
        Relation {
            variable: "out",
            value: "Join[
                Flatten[MapThread[
                    Which[IntegerQ[#1], {}, #1 === All, #2, ListQ[#1], Length[#1],
                        IntegerQ[#2], Length[Range[#2][[#1]]],
                        True, First[TensorDimensions[Part[VectorSymbol[\"x\", #2], #1]]]] &,
                    {parts, taken}]],
                Drop[in, Length[parts]]]",
        },
    ],
    requirements: &[
        requires(
            "Length[parts] <= Length[in]",
            "a part at `Length[parts]` levels is wanted of an array of rank `Length[in]`",
            "Give fewer positions, or an input of higher rank",
        ),
        requires(
            // Of a size that is a symbol, positions tell how large it must be at least.
            "And @@ MapThread[
                Which[
                    IntegerQ[#2], FreeQ[Range[#2][[#1]], Part],
                    IntegerQ[#1], Abs[#1] <= #2,
                    VectorQ[#1, IntegerQ], Max[Abs[#1]] <= #2,
                    MatchQ[#1, Span[_, _]],
                    Max[Replace[First[#1], {a_Integer :> If[a > 0, a - 1, -a], _ -> 0}],
                        Replace[Last[#1], {b_Integer :> If[b > 0, b, -b - 1], _ -> 0}]] <= #2,
                    True, True] &,
                {parts, taken}]",
            "levels of the sizes `taken` have no part `part`",
            "Give positions within these sizes, or a larger input",
        ),
    ],
    definition: &[is("Output", "Part[Input, Sequence @@ parts]")],
    examples: &[
        ("PartLayer[2][{{a, b}, {c, d}}]", "{c, d}"),
        ("PartLayer[{All, 1}][{{a, b}, {c, d}}]", "{a, c}"),
        ("PartLayer[-1 ;; 1 ;; -1][{a, b, c}]", "{c, b, a}"),
    ],
    samples: &[
        Sample::of("PartLayer[part, \"Input\" -> in]").sizes(&["n", "m"]).choices(&[
            ("part", &["1", "-1", "2", "2 ;; 3", "1 ;; -1 ;; 2", "-1 ;; 1 ;; -1", "All", "{3, 1, 3}", "{2}", "3 ;; 2"]),
            ("in", &["n + 2", "{n + 2, m}", "{n + 2, m, 2}"]),
        ]),
        Sample::of("PartLayer[part, \"Input\" -> {n, m + 1, 2}]").sizes(&["n", "m"]).choices(&[(
            "part",
            &["{All, 1}", "{1, 2 ;; All}", "{All, {2, 1}}", "{-1, All, 2}", "{{1, 1}, 1 ;; 2, -1}", "{All, All, 2}"],
        )]),
    ],
    ..Layer::NEW
};
