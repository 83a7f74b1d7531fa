//! Numbers.

use crate::coder::{Coder, Decoding, Direction, Encoding, Property};

pub(super) const ENCODER: Coder = Coder {
    name: "Scalar",
    usage: "NetEncoder[\"Scalar\"] takes a number or a symbol as it is.",
    direction: Direction::Encode(Encoding {
        greatest: "None",
        accepts: "NumericQ[Input]",
        expected: "a number",
        array: "Input",
        symbolic: "Input",
    }),
    examples: &[("NetEncoder[\"Scalar\"][{1.5, x}]", "{1.5, x}")],
    ..Coder::NEW
};

pub(super) const DECODER: Coder = Coder {
    name: "Scalar",
    usage: "NetDecoder[\"Scalar\"] gives a number as it is.",
    direction: Direction::Decode(Decoding {
        levels: "0",
        properties: &[Property::of("Value", "Input")],
        ..Decoding::NEW
    }),
    examples: &[("NetDecoder[\"Scalar\"][{1.5, x}]", "{1.5, x}")],
    ..Coder::NEW
};
