//! Labels of classes.

use super::FORM;
use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::requirement::requires;
use crate::{Parameter, ParameterType, Relation};

pub(super) const ENCODER: Coder = Coder {
    name: "Class",
    usage: "NetEncoder[{\"Class\", {c1, c2, ...}}] encodes the class ci as the integer i. NetEncoder[{\"Class\", classes, \
            \"UnitVector\"}] encodes it as a vector that has a 1 in its place and is 0 elsewhere. The classes may be any \
            expressions.",
    arguments: &[
        Parameter {
            name: "classes",
            kind: ParameterType::Matching { form: "{__}", expected: "a list of at least one class" },
            default: None,
        },
        FORM,
    ],
    values: &[
        Relation { variable: "count", value: "Length[classes]" },
        Relation { variable: "places", value: "AssociationThread[classes, Range[count]]" },
    ],
    requirements: &[requires(
        "DuplicateFreeQ[classes]",
        "the classes must be different, but `Map[First, Select[Tally[classes], Last[#] > 1 &]]` are there more than once",
        "Give each class once",
    )],
    shape: "If[form === \"Index\", {}, {count}]",
    direction: Direction::Encode(Encoding {
        greatest: "If[form === \"Index\", count, None]",
        // An integer is taken as one that is encoded already, unless it could be mistaken for a class.
        accepts: "KeyExistsQ[places, Input] ||
            form === \"Index\" && IntegerQ[Input] && 1 <= Input <= count && NoneTrue[classes, NumberQ]",
        expected: "one of the classes",
        array: "With[{place = If[KeyExistsQ[places, Input], places[Input], Input]},
            If[form === \"Index\", place, UnitVector[count, place]]]",
        // The integer decides later which element is 1.
        symbolic: "If[form === \"Index\", Undecided,
            Map[Boole[NetEncoder[{\"Class\", classes}][Input] == #] &, Range[count]]]",
    }),
    examples: &[
        ("NetEncoder[{\"Class\", {\"cat\", \"dog\"}}][\"dog\"]", "2"),
        ("NetEncoder[{\"Class\", {a, b, c}}][{c, a}]", "{3, 1}"),
        ("NetEncoder[{\"Class\", {a, b}, \"UnitVector\"}][{b, a}]", "{{0, 1}, {1, 0}}"),
        ("NetEncoder[{\"Class\", {\"cat\", \"dog\"}, \"UnitVector\"}][x] /. x -> \"dog\"", "{0, 1}"),
    ],
    ..Coder::NEW
};

pub(super) const DECODER: Coder = Coder {
    name: "Class",
    usage: "NetDecoder[{\"Class\", {c1, c2, ...}}] takes a vector of probabilities and gives the class of the greatest one, the \
            first of several. NetDecoder[\"Class\"] gives its number. \"InputDepth\" -> n takes arrays with n levels, of which the last one is that of \
            the classes. With \"Multilabel\" -> True each probability is that of a class by itself, and all classes with more than 1/2 \
            are given.",
    arguments: &[Parameter {
        name: "classes",
        kind: ParameterType::Matching { form: "Automatic | {__}", expected: "a list of at least one class, or Automatic" },
        default: Some("Automatic"),
    }],
    options: &[
        Parameter {
            name: "InputDepth",
            kind: ParameterType::Matching { form: "_Integer?Positive", expected: "a positive integer" },
            default: Some("1"),
        },
        Parameter { name: "Multilabel", kind: ParameterType::Boolean, default: Some("False") },
    ],
    values: &[
        Relation { variable: "count", value: "If[ListQ[classes], Length[classes], Automatic]" },
        Relation {
            variable: "places",
            value: "If[ListQ[classes], AssociationThread[classes, Range[count]], Automatic]",
        },
        Relation { variable: "labels", value: "If[ListQ[classes], classes &, Range[Length[#]] &]" },
    ],
    requirements: &[requires(
        "!ListQ[classes] || DuplicateFreeQ[classes]",
        "the classes must be different, but `Map[First, Select[Tally[classes], Last[#] > 1 &]]` are there more than once",
        "Give each class once",
    )],
    shape: "Append[ConstantArray[Automatic, InputDepth - 1], count]",
    direction: Direction::Decode(Decoding {
        levels: "InputDepth - 1",
        classes: "Which[Multilabel, None, ListQ[classes], classes, True, Automatic]",
        properties: &[
            Property::of(
                "Decision",
                "If[Multilabel, Pick[labels[Input], Map[# > 1/2 &, Input]], labels[Input][[First[Ordering[-N[Input], 1]]]]]",
            )
            .if_decided(NUMERIC),
            Property::of("TopDecisions", "labels[Input][[Ordering[-N[Input], Min[Argument, Length[Input]]]]]")
                .if_decided(NUMERIC)
                .with_argument(None, COUNT, COUNT_EXPECTED),
            Property::of(
                "TopProbabilities",
                "Map[labels[Input][[#]] -> Input[[#]] &, Ordering[-N[Input], Min[Argument, Length[Input]]]]",
            )
            .if_decided(NUMERIC)
            .with_argument(Some("Infinity"), COUNT, COUNT_EXPECTED),
            Property::of("Probabilities", "AssociationThread[labels[Input], Input]"),
            Property::of("Probability", "Input[[If[ListQ[classes], places[Argument], Argument]]]").with_argument(
                None,
                "If[ListQ[classes], KeyExistsQ[places, Argument], IntegerQ[Argument] && 1 <= Argument <= Length[Input]]",
                "one of the classes",
            ),
            Property::of(
                "Entropy",
                // p Log[p] is 0 at 0, as in the limit.
                "With[{term = If[TrueQ[# == 0], 0, -# Log[#]] &},
                    Total[Map[term, Input]] + If[Multilabel, Total[Map[term, 1 - Input]], 0]]",
            ),
            Property::of(
                "RandomSample",
                "With[{weights = N[Input]^(1/Last[Argument])},
                    If[Multilabel,
                        Pick[labels[Input], MapThread[RandomReal[] (#1 + #2) < #1 &, {weights, N[1 - Input]^(1/Last[Argument])}]],
                        RandomChoice[weights -> labels[Input]]]]",
            )
            .if_decided(NUMERIC)
            .with_argument(Some("\"Temperature\" -> 1"), TEMPERATURE, TEMPERATURE_EXPECTED),
        ],
        ..Decoding::NEW
    }),
    examples: &[
        ("NetDecoder[{\"Class\", {\"cat\", \"dog\"}}][{0.2, 0.8}]", "dog"),
        ("NetDecoder[{\"Class\", {a, b}}][{{1/3, 2/3}, {3/4, 1/4}}]", "{b, a}"),
        ("NetDecoder[{\"Class\", {a, b}}][{p, q}, \"Probabilities\"]", "<|a -> p, b -> q|>"),
        ("NetDecoder[{\"Class\", {a, b, c}}][{1/2, 1/6, 1/3}, {\"TopProbabilities\", 2}]", "{a -> 1/2, c -> 1/3}"),
        ("NetDecoder[{\"Class\", {a, b}}][{p, q}] /. {p -> 0.1, q -> 0.9}", "b"),
        ("NetDecoder[{\"Class\", {a, b, c}, \"Multilabel\" -> True}][{0.9, 0.2, 0.7}]", "{a, c}"),
        ("NetDecoder[\"Class\"][{0.1, 0.3, 0.6}]", "3"),
    ],
    ..Coder::NEW
};

const NUMERIC: &str = "VectorQ[Input, NumericQ]";
const COUNT: &str = "Argument === Infinity || IntegerQ[Argument] && Argument > 0";
const COUNT_EXPECTED: &str = "a positive integer";

/// The argument of a property that draws.
pub(super) const TEMPERATURE: &str = "MatchQ[Argument, \"Temperature\" -> t_ /; TrueQ[t > 0]]";
/// The same in words.
pub(super) const TEMPERATURE_EXPECTED: &str = "\"Temperature\" -> t with a positive number t";
