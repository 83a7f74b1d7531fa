//! `CatenateLayer`: arrays joined at a level.

use super::threading::{INPUT_PORTS, INPUTS};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

/// The sizes that follow where dimensions are not known or vary.
const OUT_SO_FAR: &str = "If[ListQ[in] && AllTrue[in, ListQ[#] && Length[#] >= Abs[level] &] &&
        Length[DeleteDuplicates[Map[Length, in]]] == 1,
    MapIndexed[
        Function[{sizes, n}, Which[
            First[n] != Mod[level, Length[First[in]] + 1],
                First[DeleteCases[sizes, Automatic | \"Varying\"], First[DeleteCases[sizes, Automatic], Automatic]],
            MemberQ[sizes, Automatic], Automatic,
            MemberQ[sizes, \"Varying\"], \"Varying\",
            True, Total[sizes]]],
        Transpose[in]],
    Automatic]";

pub(super) const CATENATE: Layer = Layer {
    name: "CatenateLayer",
    usage: "CatenateLayer[] joins its inputs at the first level, CatenateLayer[n] at level n, which may be negative. In \
            all other levels their sizes are the same. The option \"InputPorts\" gives their number or names.",
    source: "y = (x1, x2, ...)",
    arguments: &[Parameter { name: "level", kind: ParameterType::Levels, default: Some("1") }],
    options: &[INPUT_PORTS],
    inputs: &[INPUTS],
    outputs: &[Port { name: "Output", shape: "{out__}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "rank", value: "Length[First[in]]" },
        Relation { variable: "place", value: "If[level > 0, level, rank + 1 + level]" },
        Relation {
            variable: "out",
            value: "If[AllTrue[in, Length[#] >= place > 0 &], \
                        ReplacePart[First[in], place -> Total[Map[#[[place]] &, in]]], Automatic]",
        },
    ],
    partial: &[Relation { variable: "out", value: OUT_SO_FAR }],
    requirements: &[
        requires(
            "AllTrue[in, Length[#] >= place > 0 &]",
            "inputs of the ranks `Map[Length, in]` do not all have the level `level` at which they are joined",
            "Give inputs of higher rank, or another level: CatenateLayer[level]",
        ),
        requires(
            "Length[DeleteDuplicates[Map[ReplacePart[#, place -> 0] &, in]]] == 1",
            "the inputs must have the same sizes in all levels but level `place`, at which they are joined",
            "Change the inputs, or join them at another level: CatenateLayer[level]",
        ),
    ],
    definition: &[is("Output", "Join[Sequence @@ Inputs, place]")],
    examples: &[
        ("CatenateLayer[][{{a, b}, {c}}]", "{a, b, c}"),
        ("CatenateLayer[2][{{{a}, {b}}, {{c, d}, {e, f}}}]", "{{a, c, d}, {b, e, f}}"),
    ],
    samples: &[
        Sample::of("CatenateLayer[\"InputPorts\" -> <|\"a\" -> n, \"b\" -> m, \"c\" -> n|>]").sizes(&["n", "m"]),
        Sample::of("CatenateLayer[k, \"Input1\" -> {n, m}, \"Input2\" -> {n, i}, \"InputPorts\" -> 2]")
            .sizes(&["n", "m", "i"])
            .choices(&[("k", &["2", "-1"])]),
        Sample::of("CatenateLayer[\"Input1\" -> {m, n}, \"Input2\" -> {i, n}, \"InputPorts\" -> 2]")
            .sizes(&["n"])
            .counts(&["m", "i"]),
        Sample::of("CatenateLayer[\"Input1\" -> {m, n, 2}, \"InputPorts\" -> 1]").sizes(&["n", "m"]),
    ],
    ..Layer::NEW
};
