//! `PaddingLayer`: elements added around an array, or taken away.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Premise, Relation, Sample};

/// What is added.
pub(super) const FILLING: Parameter = Parameter {
    name: "Padding",
    kind: ParameterType::Matching {
        form: "\"Fixed\" | \"Periodic\" | \"Reflected\" | \"Reversed\" | DirectedInfinity[1 | -1] | Except[_String | _List | None | Automatic]",
        expected: "a number, \"Fixed\", \"Periodic\", \"Reflected\" or \"Reversed\"",
    },
    default: Some("0"),
};

/// Whether the spatial levels have elements that can be repeated.
pub(super) const COPIES: &str = "!StringQ[Padding] || And @@ MapThread[Max[#1] <= 0 || #2 =!= 0 &, {padding, space}]";

pub(super) const PADDING: Layer = Layer {
    name: "PaddingLayer",
    usage: "PaddingLayer[{{m1, n1}, {m2, n2}, ...}] adds mi elements before and ni elements after an array at level i, \
            PaddingLayer[n] n elements on every side of every level. Negative numbers take elements away. What is added \
            are zeros; with Padding -> c it is c, with \"Fixed\" the element at the border, with \"Periodic\" the array \
            again, with \"Reflected\" its mirror image at the border element, with \"Reversed\" its mirror image beyond it.",
    source: "y = ArrayPad[x, {{m1, n1}, ...}, padding]",
    arguments: &[Parameter {
        name: "amounts",
        kind: ParameterType::Matching {
            form: "Except[_Real | _Rational | _String | _List | None | Automatic | All | True | False] |
                {{Repeated[Except[_Real | _Rational | _String | _List], {2}]}...}",
            expected: "a list with a pair of sizes for each level, or one size,",
        },
        default: None,
    }],
    keys: &[("amounts", "PaddingSize")],
    options: &[FILLING],
    inputs: &[Port { shape: "{in__}", ..Port::INPUT }],
    outputs: &[Port { shape: "{out__}", ..Port::OUTPUT }],
    relations: &[
        Relation { variable: "added", value: "If[ListQ[amounts], amounts, ConstantArray[amounts, {Length[in], 2}]]" },
        Relation { variable: "totals", value: "PadRight[Map[Total, added], Length[in]]" },
        Relation { variable: "totals", value: "PadRight[Map[Total, added], Length[out]]" },
        Relation { variable: "out", value: "in + totals" },
        Relation { variable: "in", value: "out - totals" },
    ],
    partial: &[Relation { variable: "added", value: "If[ListQ[amounts], amounts, Automatic]" }],
    premises: &[Premise::AtMost { of: "amounts", number: "Length[in]", each: "level of the array" }],
    requirements: &[
        requires(
            "And @@ MapThread[Min[#1] >= 0 || !NumberQ[#2] && !VectorQ[#1, NumberQ] || -Total[Min[#, 0] & /@ #1] <= #2 &, \
             {added, Take[in, Length[added]]}]",
            "more elements would be taken away than there are: `added` are added to levels of the sizes `in`",
            "Take fewer away, or give a larger input",
        ),
        requires(
            "!StringQ[Padding] || And @@ MapThread[Max[#1] <= 0 || #2 =!= 0 &, {added, Take[in, Length[added]]}]",
            "an empty level has no elements that \"Padding\" could repeat",
            "Give an input with elements, or \"Padding\" -> 0",
        ),
    ],
    definition: &[is("Output", "ArrayPad[Input, added, Padding]")],
    examples: &[
        ("PaddingLayer[{{1, 2}}][{a, b}]", "{0, a, b, 0, 0}"),
        ("PaddingLayer[{{0, 0}, {1, 1}}, Padding -> \"Fixed\"][{{a, b}, {c, d}}]", "{{a, a, b, b}, {c, c, d, d}}"),
    ],
    samples: &[
        Sample::of("PaddingLayer[{{1, 0}, {0, 2}}, \"Input\" -> in, Padding -> p]").sizes(&["n", "m"]).choices(&[
            ("p", &["0", "5", "-1/2", "\"Fixed\"", "\"Periodic\"", "\"Reflected\"", "\"Reversed\""]),
            ("in", &["{n, m}", "{n, m, 2}"]),
        ]),
        Sample::of("PaddingLayer[{{-1, 1}, {i, -1}}, \"Input\" -> {n + 1, m + 1}, Padding -> p]")
            .sizes(&["n", "m"])
            .counts(&["i"])
            .choices(&[("p", &["0", "\"Reflected\"", "\"Periodic\""])]),
        Sample::of("PaddingLayer[i, \"Input\" -> in]")
            .sizes(&["n", "m"])
            .counts(&["i"])
            .choices(&[("in", &["n", "{n, m}"])]),
    ],
    ..Layer::NEW
};
