//! Texts as sequences of words.

use super::characters::SEQUENCE;
use super::{FORM, IGNORE_CASE, TARGET_LENGTH};
use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::{Parameter, ParameterType, Relation};

const TOKENS: Parameter = Parameter {
    name: "tokens",
    kind: ParameterType::Matching { form: "{__String}", expected: "a list of strings" },
    default: None,
};

/// Small letters stand for both kinds unless the case matters.
const IGNORE: Parameter = Parameter { default: Some("True"), ..IGNORE_CASE };

const VOCABULARY: Relation =
    Relation { variable: "vocabulary", value: "DeleteDuplicates[If[IgnoreCase, Map[ToLowerCase, tokens], tokens]]" };

pub(super) const ENCODER: Coder = Coder {
    name: "Tokens",
    usage: "NetEncoder[{\"Tokens\", {\"token1\", \"token2\", ...}}] encodes a text as the sequence of the numbers of its words; words that are no \
            tokens have the number of the tokens plus 1. NetEncoder[{\"Tokens\", tokens, \"UnitVector\"}] gives unit vectors. The option \
            \"SplitPattern\" is a pattern of strings between the words, WordBoundary for words and punctuation, or None for a list of words; \
            \"TargetLength\" -> n cuts the sequence off, or fills it up with the last number.",
    arguments: &[TOKENS, FORM],
    options: &[
        IGNORE,
        Parameter { name: "SplitPattern", kind: ParameterType::Any, default: Some("WordBoundary") },
        TARGET_LENGTH,
    ],
    values: &[
        VOCABULARY,
        Relation { variable: "count", value: "Length[vocabulary] + 1" },
        Relation { variable: "places", value: "AssociationThread[vocabulary, Range[count - 1]]" },
        Relation {
            variable: "words",
            value: "Switch[SplitPattern,
                None, # &,
                WordBoundary, StringCases[#, WordCharacter .. | PunctuationCharacter] &,
                _, DeleteCases[StringTrim[StringSplit[#, SplitPattern]], \"\"] &]",
        },
    ],
    shape: SEQUENCE,
    direction: Direction::Encode(Encoding {
        greatest: "If[form === \"Index\", count, None]",
        accepts: "If[SplitPattern === None, VectorQ[Input, StringQ], StringQ[Input]]",
        expected: "a text, or a list of words if \"SplitPattern\" is None",
        array: "With[{codes = Map[If[KeyExistsQ[places, #], places[#], count] &, words[If[IgnoreCase, ToLowerCase[Input], Input]]]},
            With[{sequence = If[TargetLength === All, codes, PadRight[Take[codes, UpTo[TargetLength]], TargetLength, count]]},
                If[form === \"Index\", sequence, Map[UnitVector[count, #] &, sequence]]]]",
        symbolic: "Undecided",
    }),
    examples: &[
        ("NetEncoder[{\"Tokens\", {\"the\", \"cat\"}}][\"The cat, the dog\"]", "{1, 2, 3, 1, 3}"),
        ("NetEncoder[{\"Tokens\", {\"x\", \"y\"}, \"SplitPattern\" -> \",\", \"TargetLength\" -> 3}][\"y, x\"]", "{2, 1, 3}"),
    ],
    ..Coder::NEW
};

pub(super) const DECODER: Coder = Coder {
    name: "Tokens",
    usage: "NetDecoder[{\"Tokens\", {\"token1\", \"token2\", ...}}] takes a sequence of vectors of probabilities and gives the text of the tokens of their \
            greatest ones, with spaces between them. With \"UnknownToken\" -> \"text\" there is one more class, as for words that NetEncoder \
            does not know, which gives this text; NetDecoder[NetEncoder[{\"Tokens\", ...}]] has it.",
    arguments: &[TOKENS],
    options: &[
        IGNORE,
        Parameter {
            name: "UnknownToken",
            kind: ParameterType::Matching { form: "None | _String", expected: "a text or None" },
            default: Some("None"),
        },
    ],
    counterpart: &[("UnknownToken", "\"<unknown>\"")],
    values: &[
        VOCABULARY,
        Relation {
            variable: "words",
            value: "If[UnknownToken === None, vocabulary, Append[vocabulary, UnknownToken]]",
        },
        Relation { variable: "count", value: "Length[words]" },
    ],
    shape: "{\"Varying\", count}",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[Property::of("Decision", "StringRiffle[Map[words[[First[Ordering[-N[#], 1]]]] &, Input]]")
            .if_decided("AllTrue[Input, VectorQ[#, NumericQ] &]")],
        ..Decoding::NEW
    }),
    examples: &[
        ("NetDecoder[{\"Tokens\", {\"the\", \"cat\"}}][{{0.9, 0.1}, {0.3, 0.7}}]", "the cat"),
        ("NetDecoder[NetEncoder[{\"Tokens\", {\"the\", \"cat\"}}]][{{0.9, 0.1, 0}, {0.1, 0.2, 0.7}}]", "the <unknown>"),
    ],
    ..Coder::NEW
};
