//! The heads that patterns and rules are made of: their attributes and what they mean. Matching
//! itself is in the pattern module of the expression crate.

use netform_eval::Function;
use netform_expr::Attributes;

/// Immediate rules.
pub(super) const RULE: Function = Function {
    name: "Rule",
    usage: "lhs -> rhs represents a rule that transforms lhs to rhs, rhs being evaluated when the rule is given.",
    attributes: Attributes::SEQUENCE_HOLD,
    examples: &[("x -> 1 + 1", "x -> 2"), ("{x, y} /. x -> 2", "{2, y}")],
    ..Function::NEW
};

/// Delayed rules.
pub(super) const RULE_DELAYED: Function = Function {
    name: "RuleDelayed",
    usage: "lhs :> rhs represents a rule that transforms lhs to rhs, rhs being evaluated each time the rule is used.",
    attributes: Attributes::HOLD_REST.with(Attributes::SEQUENCE_HOLD),
    examples: &[("x :> 1 + 1", "x :> 1 + 1"), ("{1, 2} /. n_Integer :> n^2", "{1, 4}")],
    ..Function::NEW
};

/// Any expression.
pub(super) const BLANK: Function = Function {
    name: "Blank",
    usage: "_ or Blank[] stands for any expression in a pattern, _h or Blank[h] for any with head h.",
    arguments: Some((0, 1)),
    examples: &[("MatchQ[f[x], _f]", "True"), ("MatchQ[2, _Symbol]", "False")],
    ..Function::NEW
};

/// One expression or more.
pub(super) const BLANK_SEQUENCE: Function = Function {
    name: "BlankSequence",
    usage: "__ or BlankSequence[] stands for a sequence of one or more expressions in a pattern, __h for a sequence of \
            expressions with head h.",
    arguments: Some((0, 1)),
    examples: &[("f[a, b, c] /. f[x_, y__] -> {x, y}", "{a, b, c}")],
    ..Function::NEW
};

/// Any number of expressions.
pub(super) const BLANK_NULL_SEQUENCE: Function = Function {
    name: "BlankNullSequence",
    usage: "___ or BlankNullSequence[] stands for a sequence of zero or more expressions in a pattern, ___h for a \
            sequence of expressions with head h.",
    arguments: Some((0, 1)),
    examples: &[("f[a] /. f[x_, y___] -> {x, {y}}", "{a, {}}")],
    ..Function::NEW
};

/// Named patterns.
pub(super) const PATTERN: Function = Function {
    name: "Pattern",
    usage: "x : patt or Pattern[x, patt] is the pattern patt with the name x; x_ is x : _.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    examples: &[("{1, 2, a} /. n : (1 | 2) -> f[n]", "{f[1], f[2], a}")],
    ..Function::NEW
};

/// Patterns with defaults.
pub(super) const OPTIONAL: Function = Function {
    name: "Optional",
    usage: "patt : def or Optional[patt, def] is a pattern that stands for def if it is left out. x_. or Optional[x_] \
            takes the default of the function it is an argument of.",
    arguments: Some((1, 2)),
    examples: &[("f[a] /. f[x_, y_: 5] -> {x, y}", "{a, 5}"), ("a /. x_ + y_. -> {x, y}", "{a, 0}")],
    ..Function::NEW
};

/// Choices.
pub(super) const ALTERNATIVES: Function = Function {
    name: "Alternatives",
    usage: "p1 | p2 | ... is a pattern that stands for any of the pi.",
    examples: &[("{a, b, c} /. a | b -> x", "{x, x, c}")],
    ..Function::NEW
};

/// Repetition.
pub(super) const REPEATED: Function = Function {
    name: "Repeated",
    usage: "p.. or Repeated[p] stands for a sequence of one or more expressions that each match p. Repeated[p, n] allows \
            up to n, Repeated[p, {n}] exactly n, Repeated[p, {min, max}] between min and max.",
    arguments: Some((1, 2)),
    examples: &[("MatchQ[{1, 2}, {_Integer ..}]", "True"), ("MatchQ[{1, 2}, {Repeated[_, {3}]}]", "False")],
    ..Function::NEW
};

/// Repetition, also none.
pub(super) const REPEATED_NULL: Function = Function {
    name: "RepeatedNull",
    usage: "p... or RepeatedNull[p] stands for a sequence of zero or more expressions that each match p.",
    arguments: Some((1, 2)),
    examples: &[("MatchQ[{}, {_Integer ...}]", "True")],
    ..Function::NEW
};

/// Patterns with conditions.
pub(super) const CONDITION: Function = Function {
    name: "Condition",
    usage: "patt /; test is a pattern that matches only if test gives True. lhs :> rhs /; test is a rule that applies only \
            if test gives True.",
    attributes: Attributes::HOLD_REST,
    arguments: Some((2, 2)),
    examples: &[("{1, 5, 3} /. n_ /; n > 2 -> x", "{1, x, x}")],
    ..Function::NEW
};

/// Patterns with tests.
pub(super) const PATTERN_TEST: Function = Function {
    name: "PatternTest",
    usage: "p ? test is a pattern that stands for expressions that match p and for which test gives True.",
    attributes: Attributes::HOLD_REST,
    arguments: Some((2, 2)),
    examples: &[("Cases[{1, 2, 3, 4}, _?EvenQ]", "{2, 4}")],
    ..Function::NEW
};

/// Exceptions.
pub(super) const EXCEPT: Function = Function {
    name: "Except",
    usage: "Except[c] is a pattern that stands for any expression but those that match c. Except[c, p] stands for those \
            that match p but not c.",
    arguments: Some((1, 2)),
    examples: &[("Cases[{1, x, 2}, Except[_Integer]]", "{x}"), ("Cases[{1, 2, 3}, Except[2, _Integer]]", "{1, 3}")],
    ..Function::NEW
};

/// Expressions that are no patterns.
pub(super) const VERBATIM: Function = Function {
    name: "Verbatim",
    usage: "Verbatim[expr] stands in a pattern for expr itself, pattern constructs in it having no meaning.",
    arguments: Some((1, 1)),
    examples: &[("MatchQ[_, Verbatim[_]]", "True"), ("MatchQ[x, Verbatim[_]]", "False")],
    ..Function::NEW
};

/// Longest matches.
pub(super) const LONGEST: Function = Function {
    name: "Longest",
    usage: "Longest[p] is a pattern that takes the longest sequence that matches p.",
    arguments: Some((1, 2)),
    examples: &[("{a, b, c} /. {Longest[x__], y___} -> {{x}, {y}}", "{{a, b, c}, {}}")],
    ..Function::NEW
};

/// Shortest matches.
pub(super) const SHORTEST: Function = Function {
    name: "Shortest",
    usage: "Shortest[p] is a pattern that takes the shortest sequence that matches p.",
    arguments: Some((1, 2)),
    examples: &[("{a, b, c} /. {Shortest[x__], y___} -> {{x}, {y}}", "{{a}, {b, c}}")],
    ..Function::NEW
};

/// Sequences of patterns.
pub(super) const PATTERN_SEQUENCE: Function = Function {
    name: "PatternSequence",
    usage: "PatternSequence[p1, p2, ...] is a pattern for a sequence of expressions that match p1, p2, ...",
    examples: &[("f[a, b, c] /. f[x : PatternSequence[_, _], y_] -> {{x}, y}", "{{a, b}, c}")],
    ..Function::NEW
};

/// Sequences of patterns in any order.
pub(super) const ORDERLESS_PATTERN_SEQUENCE: Function = Function {
    name: "OrderlessPatternSequence",
    usage: "OrderlessPatternSequence[p1, p2, ...] is a pattern for a sequence of expressions that match p1, p2, ... in any \
            order.",
    examples: &[("MatchQ[{1, a}, {OrderlessPatternSequence[_Symbol, _Integer]}]", "True")],
    ..Function::NEW
};

/// Associations and lists of rules with given keys.
pub(super) const KEY_VALUE_PATTERN: Function = Function {
    name: "KeyValuePattern",
    usage: "KeyValuePattern[{k1 -> p1, ...}] is a pattern for associations and lists of rules that have, in any order and \
            among others, entries matching the ki -> pi.",
    arguments: Some((1, 1)),
    examples: &[
        ("MatchQ[<|a -> 1, b -> 2|>, KeyValuePattern[b -> _Integer]]", "True"),
        ("MatchQ[{a -> 1}, KeyValuePattern[{b -> _}]]", "False"),
    ],
    ..Function::NEW
};
