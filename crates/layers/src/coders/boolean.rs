//! Truth values.

use super::class::{TEMPERATURE, TEMPERATURE_EXPECTED};
use crate::coder::{Coder, Decoding, Direction, Encoding, Property};
use crate::{Parameter, ParameterType};

pub(super) const ENCODER: Coder = Coder {
    name: "Boolean",
    usage: "NetEncoder[\"Boolean\"] encodes True as 1 and False as 0. NetEncoder[{\"Boolean\", {n1, n2, ...}}] encodes arrays of \
            truth values with these dimensions.",
    arguments: &[Parameter {
        name: "dimensions",
        kind: ParameterType::Matching { form: "{___Integer?Positive}", expected: "a list of positive integers" },
        default: Some("{}"),
    }],
    shape: "dimensions",
    direction: Direction::Encode(Encoding {
        greatest: "None",
        accepts: "Dimensions[Input] === dimensions &&
            AllTrue[Flatten[{Input}], MatchQ[#, True | False | 0 | 1] || !NumberQ[#] && !StringQ[#] &]",
        expected: "a truth value, or an array of them with the dimensions of the encoder",
        array: BOOLE,
        symbolic: "If[dimensions === {}, Boole[Input], Undecided]",
    }),
    examples: &[
        ("NetEncoder[\"Boolean\"][{True, False}]", "{1, 0}"),
        ("NetEncoder[\"Boolean\"][x > 2]", "Boole[x > 2]"),
        ("NetEncoder[{\"Boolean\", {2}}][{True, x}]", "{1, Boole[x]}"),
    ],
    ..Coder::NEW
};

/// 0 and 1 are encoded already.
const BOOLE: &str = "Map[If[MatchQ[#, 0 | 1], #, Boole[#]] &, Input, {Length[dimensions]}]";

pub(super) const DECODER: Coder = Coder {
    name: "Boolean",
    usage: "NetDecoder[\"Boolean\"] takes the probability of True and gives True if it is at least 1/2, else False. \
            NetDecoder[{\"Boolean\", \"InputDepth\" -> n}] takes arrays of probabilities with n levels.",
    options: &[Parameter {
        name: "InputDepth",
        kind: ParameterType::Matching { form: "_Integer?NonNegative", expected: "a non-negative integer" },
        default: Some("0"),
    }],
    shape: "ConstantArray[Automatic, InputDepth]",
    direction: Direction::Decode(Decoding {
        levels: "InputDepth",
        classes: "{False, True}",
        probabilities: "{1 - Input, Input}",
        properties: &[
            Property::of("Decision", "Input >= 1/2"),
            Property::of("Probability", "Input"),
            Property::of("Entropy", "With[{term = If[TrueQ[# == 0], 0, -# Log[#]] &}, term[Input] + term[1 - Input]]"),
            Property::of(
                "RandomSample",
                "With[{p = N[Input]^(1/Last[Argument]), q = N[1 - Input]^(1/Last[Argument])}, RandomReal[] (p + q) < p]",
            )
            .if_decided("NumericQ[Input]")
            .with_argument(Some("\"Temperature\" -> 1"), TEMPERATURE, TEMPERATURE_EXPECTED),
        ],
    }),
    examples: &[
        ("NetDecoder[\"Boolean\"][{0.7, 0.5, 0.2}]", "{True, True, False}"),
        ("NetDecoder[\"Boolean\"][p]", "p >= 1/2"),
        ("NetDecoder[\"Boolean\"][1/2, \"Entropy\"]", "Log[2]"),
    ],
    ..Coder::NEW
};
