//! All encoders and decoders, by subject.

mod boolean;
mod characters;
mod class;
mod ctc_beam_search;
mod function;
mod image;
mod scalar;
mod tokens;

use crate::{Coder, Parameter, ParameterType};

/// All encoders, in alphabetical order.
pub const ENCODERS: &[&Coder] = &[
    &boolean::ENCODER,
    &characters::ENCODER,
    &class::ENCODER,
    &function::ENCODER,
    &image::ENCODER,
    &scalar::ENCODER,
    &tokens::ENCODER,
    &characters::UTF8,
];

/// All decoders, in alphabetical order.
pub const DECODERS: &[&Coder] = &[
    &boolean::DECODER,
    &ctc_beam_search::DECODER,
    &characters::DECODER,
    &class::DECODER,
    &function::DECODER,
    &image::DECODER,
    &scalar::DECODER,
    &tokens::DECODER,
];

/// Whether integers are given as they are, or as unit vectors.
const FORM: Parameter = Parameter {
    name: "form",
    kind: ParameterType::Choice(&["\"Index\"", "\"UnitVector\"", "\"IndicatorVector\""]),
    default: Some("\"Index\""),
};

/// How many elements a sequence gets: it is cut off, or filled up.
const TARGET_LENGTH: Parameter = Parameter {
    name: "TargetLength",
    kind: ParameterType::Matching { form: "All | _Integer?Positive", expected: "All or a positive integer" },
    default: Some("All"),
};

const IGNORE_CASE: Parameter = Parameter { name: "IgnoreCase", kind: ParameterType::Boolean, default: Some("False") };
