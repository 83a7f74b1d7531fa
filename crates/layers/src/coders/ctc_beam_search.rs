//! Sequences of labels of probabilities with blanks.

use crate::coder::{Coder, Decoding, Direction, Property};
use crate::{Parameter, ParameterType, Relation};

pub(super) const DECODER: Coder = Coder {
    name: "CTCBeamSearch",
    usage: "NetDecoder[{\"CTCBeamSearch\", {c1, c2, ...}}] takes a sequence of vectors of probabilities, of which the last one is that of \
            a blank, and gives the most probable sequence of the ci: equal ones that follow each other count once unless a blank \
            stands between them, as for a CTCLossLayer. The option \"BeamSize\" says how many beginnings are kept after each step.",
    arguments: &[Parameter {
        name: "classes",
        kind: ParameterType::Matching { form: "{__}", expected: "a list of at least one class" },
        default: None,
    }],
    options: &[Parameter {
        name: "BeamSize",
        kind: ParameterType::Matching { form: "_Integer?Positive", expected: "a positive integer" },
        default: Some("100"),
    }],
    values: &[Relation { variable: "count", value: "Length[classes] + 1" }],
    shape: "{\"Varying\", count}",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[
            Property::of("Decision", "classes[[Program`BeamSearch[Input, BeamSize][[1, 1]]]]").if_decided(NUMERIC),
            Property::of(
                "TopDecisions",
                "Map[classes[[First[#]]] &, Take[Program`BeamSearch[Input, BeamSize], UpTo[Argument]]]",
            )
            .if_decided(NUMERIC)
            .with_argument(None, COUNT, COUNT_EXPECTED),
            Property::of(
                "TopNegativeLogLikelihoods",
                "Map[classes[[First[#]]] -> -Last[#] &, Take[Program`BeamSearch[Input, BeamSize], UpTo[Argument]]]",
            )
            .if_decided(NUMERIC)
            .with_argument(None, COUNT, COUNT_EXPECTED),
        ],
        ..Decoding::NEW
    }),
    examples: &[
        ("NetDecoder[{\"CTCBeamSearch\", {a, b}}][{{0.8, 0.1, 0.1}, {0.1, 0.1, 0.8}, {0.7, 0.2, 0.1}}]", "{a, a}"),
        ("NetDecoder[{\"CTCBeamSearch\", {a}}][{{0.5, 0.5}, {0.5, 0.5}}, {\"TopDecisions\", 2}]", "{{a}, {}}"),
        ("NetDecoder[{\"CTCBeamSearch\", {a}}][{{p, 1 - p}}] /. p -> 0.9", "{a}"),
    ],
    ..Coder::NEW
};

const NUMERIC: &str = "AllTrue[Input, VectorQ[#, NumericQ] &]";
const COUNT: &str = "IntegerQ[Argument] && Argument > 0";
const COUNT_EXPECTED: &str = "a positive integer";
