//! Encoders and decoders that are functions of the user.

use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::{Parameter, ParameterType, Relation};

const FUNCTION: Parameter = Parameter {
    name: "function",
    kind: ParameterType::Matching {
        form: "_Function | _Symbol | Except[_?NumberQ | _String | _List]",
        expected: "a function",
    },
    default: None,
};

pub(super) const ENCODER: Coder = Coder {
    name: "Function",
    usage: "NetEncoder[{\"Function\", f, {n1, n2, ...}}] encodes x as f[x], an array with these dimensions, of which some may be \
            \"Varying\"; {} stands for a number. With \"Pattern\" -> form it takes what matches the pattern only. A list \
            for which f gives no such array is a batch.",
    arguments: &[
        FUNCTION,
        Parameter {
            name: "dimensions",
            kind: ParameterType::Matching {
                form: "_Integer?Positive | \"Varying\" | \"Real\" | {(_Integer?Positive | \"Varying\") ...}",
                expected: "a size or a list of sizes",
            },
            default: None,
        },
    ],
    options: &[Parameter { name: "Pattern", kind: ParameterType::Any, default: Some("None") }],
    values: &[
        Relation {
            variable: "shape",
            value: "If[dimensions === \"Real\", {}, If[ListQ[dimensions], dimensions, {dimensions}]]",
        },
        Relation { variable: "form", value: "shape /. \"Varying\" -> _" },
    ],
    shape: "shape",
    direction: Direction::Encode(Encoding {
        greatest: "None",
        accepts: "(Pattern === None || MatchQ[Input, Pattern]) && With[{array = function[Input]},
            If[form === {}, !ListQ[array], ArrayQ[array, Length[form], !ListQ[#] &] && MatchQ[Dimensions[array], form]] &&
                FreeQ[array, _String | _Association | True | False | $Failed]]",
        expected: "something for which the function gives an array with the dimensions of the encoder",
        array: "function[Input]",
        symbolic: "Undecided",
    }),
    examples: &[
        ("NetEncoder[{\"Function\", StringLength, {}}][{\"a\", \"bcd\"}]", "{1, 3}"),
        ("NetEncoder[{\"Function\", {#, #^2} &, {2}}][x]", "{x, x^2}"),
    ],
    ..Coder::NEW
};

pub(super) const DECODER: Coder = Coder {
    name: "Function",
    usage: "NetDecoder[{\"Function\", f}] decodes an array x as f[x].",
    arguments: &[FUNCTION],
    shape: "Automatic",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[Property::of("Value", "function[Input]")],
        ..Decoding::NEW
    }),
    examples: &[("NetDecoder[{\"Function\", Total}][{a, b}]", "a + b")],
    ..Coder::NEW
};
