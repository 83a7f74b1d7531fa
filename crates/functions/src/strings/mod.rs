//! Strings: their characters, patterns, and replacements.

mod arguments;
mod characters;
mod class;
mod joining;
mod matching;
mod pattern;
mod pattern_objects;
mod positions;
mod replacement;

use netform_eval::Function;

/// The records of this theme that have rules.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &characters::CAPITALIZE,
    &characters::CHARACTERS,
    &characters::CHARACTER_RANGE,
    &characters::DIGIT_Q,
    &characters::FROM_CHARACTER_CODE,
    &characters::LETTER_Q,
    &characters::LOWER_CASE_Q,
    &characters::STRING_DROP,
    &characters::STRING_LENGTH,
    &characters::STRING_PART,
    &characters::STRING_Q,
    &characters::STRING_REVERSE,
    &characters::STRING_TAKE,
    &characters::TO_CHARACTER_CODE,
    &characters::TO_LOWER_CASE,
    &characters::TO_UPPER_CASE,
    &characters::UPPER_CASE_Q,
    &joining::STRING_INSERT,
    &joining::STRING_JOIN,
    &joining::STRING_PAD_LEFT,
    &joining::STRING_PAD_RIGHT,
    &joining::STRING_REPEAT,
    &joining::STRING_RIFFLE,
    &matching::STRING_CASES,
    &matching::STRING_CONTAINS_Q,
    &matching::STRING_COUNT,
    &matching::STRING_ENDS_Q,
    &matching::STRING_FREE_Q,
    &matching::STRING_MATCH_Q,
    &matching::STRING_POSITION,
    &matching::STRING_STARTS_Q,
    &replacement::STRING_DELETE,
    &replacement::STRING_REPLACE,
    &replacement::STRING_SPLIT,
    &replacement::STRING_TRIM,
];

/// The records of this theme for what patterns are made of.
pub(crate) const PATTERN_OBJECTS: &[&Function] = pattern_objects::PATTERN_OBJECTS;
