//! `DotLayer`: the product of arrays.

use super::threading::{INPUT_PORTS, INPUTS};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Port, PortKind, Relation, Sample, Several};

pub(super) const DOT: Layer = Layer {
    name: "DotLayer",
    usage: "DotLayer[] gives Input1 . Input2: the last level of the first array is summed with the \
            first level of the second. The option \"InputPorts\" gives the number or names of more inputs.",
    source: "z = x . y",
    options: &[INPUT_PORTS],
    inputs: &[Port {
        shape: "{in__}",
        kind: PortKind::Several(Several { names: COUNT, base: "Input", own: "in", states: false }),
        ..INPUTS
    }],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "z" }],
    relations: &[Relation { variable: "out", value: OUT }],
    partial: &[Relation { variable: "in", value: IN }],
    requirements: &[
        requires(
            "!MemberQ[in, {}]",
            "each input must be an array of at least one level, but one of them is a number",
            "Multiply by a number with ThreadingLayer[Times]",
        ),
        requires(
            "MemberQ[in, {}] || And @@ MapThread[Last[#1] == First[#2] &, {Most[in], Rest[in]}]",
            "the last level of each input must have the size of the first level of the next one, but the sizes are `Map[Last, \
         Most[in]]` and `Map[First, Rest[in]]`",
            "Change one of the inputs, or put a TransposeLayer before it",
        ),
    ],

    definition: &[is("Output", "Dot @@ Inputs")],
    examples: &[
        ("DotLayer[][{{{a, b}, {c, d}}, {x, y}}]", "{a x + b y, c x + d y}"),
        ("DotLayer[\"InputPorts\" -> 3][{{a, b}, {{1, 0}, {0, 2}}, {x, y}}]", "a x + 2 b y"),
    ],
    samples: &[
        Sample::of("DotLayer[\"Input1\" -> {n, k}, \"Input2\" -> {k, m}]").sizes(&["n", "m"]).counts(&["k"]),
        Sample::of("DotLayer[\"Input1\" -> k, \"Input2\" -> k]").counts(&["k"]),
        Sample::of("DotLayer[\"Input1\" -> {n, m, k}, \"Input2\" -> k]").sizes(&["m", "k"]).counts(&["n"]),
        Sample::of("DotLayer[\"Input1\" -> k, \"Input2\" -> {k, n, m}]").sizes(&["n", "k"]).counts(&["m"]),
        Sample::of("DotLayer[\"InputPorts\" -> <|\"a\" -> {n, k}, \"b\" -> {k, m}, \"c\" -> m|>]")
            .sizes(&["n", "k", "m"]),
    ],
    ..Layer::NEW
};

/// What two inputs say about each other, alone or together with the output.
const IN: &str = "If[Length[in] != 2, Automatic, With[{a = in[[1]], b = in[[2]]}, Which[
    ListQ[a] && ListQ[b] && a =!= {} && b =!= {}, {ReplacePart[a, -1 -> First[b]], ReplacePart[b, 1 -> Last[a]]},
    ListQ[a] && a =!= {} && ListQ[out] && Length[out] >= Length[a] - 1, {a, Prepend[Drop[out, Length[a] - 1], Last[a]]},
    ListQ[b] && b =!= {} && ListQ[out] && Length[out] >= Length[b] - 1, {Append[Drop[out, 1 - Length[b]], First[b]], b},
    True, Automatic]]]";
const COUNT: &str = "If[InputPorts === Automatic, 2, InputPorts]";
const OUT: &str = "If[MemberQ[in, {}], Automatic, Join[Most[First[in]], Sequence @@ Map[Most[Rest[#]] &, Most[Rest[in]]], \
                   If[Length[in] > 1, Rest[Last[in]], {}]]]";
