//! Patterns and rules: their records, and the functions that use them.

mod cases;
mod matches;
mod pattern_heads;
mod positions;
mod replace;
mod replace_all;
pub(crate) mod rule_sets;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &cases::CASES,
    &cases::COUNT,
    &cases::DELETE_CASES,
    &cases::FIRST_CASE,
    &matches::FREE_Q,
    &matches::MATCH_Q,
    &matches::MEMBER_Q,
    &pattern_heads::ALTERNATIVES,
    &pattern_heads::BLANK,
    &pattern_heads::BLANK_NULL_SEQUENCE,
    &pattern_heads::BLANK_SEQUENCE,
    &pattern_heads::CONDITION,
    &pattern_heads::EXCEPT,
    &pattern_heads::KEY_VALUE_PATTERN,
    &pattern_heads::LONGEST,
    &pattern_heads::OPTIONAL,
    &pattern_heads::ORDERLESS_PATTERN_SEQUENCE,
    &pattern_heads::PATTERN,
    &pattern_heads::PATTERN_SEQUENCE,
    &pattern_heads::PATTERN_TEST,
    &pattern_heads::REPEATED,
    &pattern_heads::REPEATED_NULL,
    &pattern_heads::RULE,
    &pattern_heads::RULE_DELAYED,
    &pattern_heads::SHORTEST,
    &pattern_heads::VERBATIM,
    &positions::FIRST_POSITION,
    &positions::POSITION,
    &replace::DISPATCH,
    &replace::REPLACE,
    &replace::REPLACE_LIST,
    &replace_all::REPLACE_ALL,
    &replace_all::REPLACE_REPEATED,
];
