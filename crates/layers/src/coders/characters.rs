//! Texts as sequences of characters.

use super::{FORM, IGNORE_CASE, TARGET_LENGTH};
use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::{Parameter, ParameterType, Relation};

const TABLE: Parameter = Parameter {
    name: "table",
    kind: ParameterType::Matching {
        form: "Automatic | _String | {(Automatic | _String | LetterCharacter | DigitCharacter | WordCharacter |
            PunctuationCharacter | WhitespaceCharacter | StartOfString | EndOfString | Verbatim[_]) ..}",
        expected: "Automatic, a string of characters, or a list of strings, classes of characters such as LetterCharacter, \
                   StartOfString, EndOfString, and _ for any other character",
    },
    default: Some("Automatic"),
};

/// The characters in the order of their numbers, which begin with 1.
const ALPHABET: Relation = Relation {
    variable: "alphabet",
    value: "With[{punctuation = Select[Range[33, 126], !LetterQ[FromCharacterCode[#]] && !DigitQ[FromCharacterCode[#]] &],
            letters = Join[Range[97, 122], Range[65, 90]], digits = Range[48, 57], case = If[StringQ[#] && IgnoreCase, ToLowerCase[#], #] &},
        DeleteDuplicates[Map[case, Flatten[Map[
            Switch[#,
                _String, Characters[#],
                Automatic, Characters[FromCharacterCode[Join[{9, 10}, Range[32, 126]]]],
                LetterCharacter, Characters[FromCharacterCode[letters]],
                DigitCharacter, Characters[FromCharacterCode[digits]],
                WordCharacter, Characters[FromCharacterCode[Join[letters, digits]]],
                PunctuationCharacter, Characters[FromCharacterCode[punctuation]],
                WhitespaceCharacter, Characters[FromCharacterCode[{32, 9, 10}]],
                _, {#}] &,
            If[ListQ[table], table, {table}]]]]]]",
};

const COUNT: Relation = Relation { variable: "count", value: "Length[alphabet]" };

pub(super) const ENCODER: Coder = Coder {
    name: "Characters",
    usage: "NetEncoder[\"Characters\"] encodes a text as the sequence of the numbers of its characters: those of ASCII that can be \
            printed, tab, newline and space. NetEncoder[{\"Characters\", \"abc...\"}] numbers the given characters; a list may \
            have strings, classes of characters such as LetterCharacter, StartOfString and EndOfString, which stand \
            before and behind the text, and _ for all others. NetEncoder[{\"Characters\", table, \"UnitVector\"}] gives unit vectors. \
            \"TargetLength\" -> n cuts the sequence off, or fills it up with the number of EndOfString, or else the last number.",
    arguments: &[TABLE, FORM],
    options: &[IGNORE_CASE, TARGET_LENGTH],
    values: &[
        ALPHABET,
        COUNT,
        Relation { variable: "places", value: "AssociationThread[alphabet, Range[count]]" },
        Relation { variable: "other", value: "If[KeyExistsQ[places, _], places[_], None]" },
        Relation { variable: "start", value: "If[KeyExistsQ[places, StartOfString], {StartOfString}, {}]" },
        Relation { variable: "end", value: "If[KeyExistsQ[places, EndOfString], {EndOfString}, {}]" },
        Relation { variable: "filler", value: "If[end === {}, count, places[EndOfString]]" },
        Relation {
            variable: "characters",
            value: "If[IgnoreCase, Characters[ToLowerCase[#]] &, Characters]",
        },
    ],
    shape: SEQUENCE,
    direction: Direction::Encode(Encoding {
        greatest: "If[form === \"Index\", count, None]",
        accepts: "StringQ[Input] && (other =!= None || AllTrue[characters[Input], KeyExistsQ[places, #] &])",
        expected: "a text of the characters of the encoder",
        array: "With[{codes = Map[If[KeyExistsQ[places, #], places[#], other] &, Join[start, characters[Input], end]]},
            With[{sequence = If[TargetLength === All, codes, PadRight[Take[codes, UpTo[TargetLength]], TargetLength, filler]]},
                If[form === \"Index\", sequence, Map[UnitVector[count, #] &, sequence]]]]",
        symbolic: "Undecided",
    }),
    examples: &[
        ("NetEncoder[{\"Characters\", \"abc\"}][\"cab\"]", "{3, 1, 2}"),
        ("NetEncoder[{\"Characters\", {\"ab\", _, EndOfString}}][{\"abba\", \"z\"}]", "{{1, 2, 2, 1, 4}, {3, 4}}"),
        ("NetEncoder[{\"Characters\", \"ab\", \"UnitVector\"}][\"ba\"]", "{{0, 1}, {1, 0}}"),
        ("NetEncoder[{\"Characters\", \"ab\", \"TargetLength\" -> 3}][{\"a\", \"abba\"}]", "{{1, 2, 2}, {1, 2, 2}}"),
    ],
    ..Coder::NEW
};

/// The shape of a sequence of integers from 1 to `count`, or of unit vectors.
pub(super) const SEQUENCE: &str =
    "Join[{If[TargetLength === All, \"Varying\", TargetLength]}, If[form === \"Index\", {}, {count}]]";

pub(super) const DECODER: Coder = Coder {
    name: "Characters",
    usage: "NetDecoder[\"Characters\"] takes a sequence of vectors of probabilities and gives the text of the characters of their \
            greatest ones. NetDecoder[{\"Characters\", table}] has a table of characters as NetEncoder; what is no character there \
            is left out.",
    arguments: &[TABLE],
    options: &[IGNORE_CASE],
    values: &[ALPHABET, COUNT],
    shape: "{\"Varying\", count}",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[Property::of(
            "Decision",
            "StringJoin[Select[Map[alphabet[[First[Ordering[-N[#], 1]]]] &, Input], StringQ]]",
        )
        .if_decided("AllTrue[Input, VectorQ[#, NumericQ] &]")],
        ..Decoding::NEW
    }),
    examples: &[
        ("NetDecoder[{\"Characters\", \"abc\"}][{{0, 0, 1}, {0.7, 0.2, 0.1}}]", "ca"),
        ("NetDecoder[NetEncoder[{\"Characters\", \"xyz\", \"UnitVector\"}]][{{0, 1, 0}}]", "y"),
    ],
    ..Coder::NEW
};

pub(super) const UTF8: Coder = Coder {
    name: "UTF8",
    usage: "NetEncoder[\"UTF8\"] encodes a text as the sequence of the bytes of its UTF-8 form, each more by 1, so that they are integers from \
            1 to 248. NetEncoder[{\"UTF8\", \"UnitVector\"}] gives unit vectors.",
    arguments: &[FORM],
    values: &[Relation { variable: "count", value: "248" }],
    shape: "Join[{\"Varying\"}, If[form === \"Index\", {}, {count}]]",
    direction: Direction::Encode(Encoding {
        greatest: "If[form === \"Index\", count, None]",
        accepts: "StringQ[Input]",
        expected: "a text",
        array: "With[{codes = ToCharacterCode[Input, \"UTF8\"] + 1},
            If[form === \"Index\", codes, Map[UnitVector[count, #] &, codes]]]",
        symbolic: "Undecided",
    }),
    examples: &[("NetEncoder[\"UTF8\"][{\"A\", \"\u{3bb}\"}]", "{{66}, {207, 188}}")],
    ..Coder::NEW
};
