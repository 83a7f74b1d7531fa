//! The symbols and heads that patterns of strings are made of.

use netform_eval::Function;
use netform_expr::Attributes;

const OBJECT: Function = Function { ..Function::NEW };

pub(super) const PATTERN_OBJECTS: &[&Function] = &[
    &Function {
        name: "StringExpression",
        usage: "a ~~ b ~~ ... or StringExpression[a, b, ...] is a pattern of strings: a, then b, ...",
        attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
        evaluate: Some(|_, call| {
            let all_strings = !call.is_empty() && call.args().iter().all(|part| part.as_str().is_some());
            Ok(all_strings
                .then(|| netform_expr::Expr::call(netform_expr::Sym::StringJoin, call.args().iter().cloned())))
        }),
        examples: &[("StringMatchQ[\"a12\", \"a\" ~~ DigitCharacter ..]", "True"), ("\"a\" ~~ \"b\"", "ab")],
        ..OBJECT
    },
    &Function {
        name: "LetterCharacter",
        usage: "LetterCharacter in a pattern of strings is a letter.",
        examples: &[("StringCases[\"a1b\", LetterCharacter]", "{a, b}")],
        ..OBJECT
    },
    &Function {
        name: "DigitCharacter",
        usage: "DigitCharacter in a pattern of strings is a digit from 0 to 9.",
        examples: &[("StringCases[\"a1b\", DigitCharacter]", "{1}")],
        ..OBJECT
    },
    &Function {
        name: "WordCharacter",
        usage: "WordCharacter in a pattern of strings is a letter or digit.",
        examples: &[("StringCases[\"a1-b\", WordCharacter ..]", "{a1, b}")],
        ..OBJECT
    },
    &Function {
        name: "HexadecimalCharacter",
        usage: "HexadecimalCharacter in a pattern of strings is a digit of a number in base 16.",
        examples: &[("StringMatchQ[\"1aF\", HexadecimalCharacter ..]", "True")],
        ..OBJECT
    },
    &Function {
        name: "PunctuationCharacter",
        usage: "PunctuationCharacter in a pattern of strings is a mark of punctuation.",
        examples: &[("StringCases[\"a, b.\", PunctuationCharacter]", "{,, .}")],
        ..OBJECT
    },
    &Function {
        name: "WhitespaceCharacter",
        usage: "WhitespaceCharacter in a pattern of strings is a space, tabulator, or line end.",
        examples: &[("StringCount[\"a b\", WhitespaceCharacter]", "1")],
        ..OBJECT
    },
    &Function {
        name: "Whitespace",
        usage: "Whitespace in a pattern of strings is a sequence of spaces, tabulators, and line ends.",
        examples: &[("StringReplace[\"a   b\", Whitespace -> \"_\"]", "a_b")],
        ..OBJECT
    },
    &Function {
        name: "NumberString",
        usage: "NumberString in a pattern of strings is a number written with digits, and perhaps a sign and a point.",
        examples: &[("StringCases[\"x=-1.5, y=2\", NumberString]", "{-1.5, 2}")],
        ..OBJECT
    },
    &Function {
        name: "StartOfString",
        usage: "StartOfString in a pattern of strings is the place before the first character.",
        examples: &[("StringCases[\"aa\", StartOfString ~~ \"a\"]", "{a}")],
        ..OBJECT
    },
    &Function {
        name: "EndOfString",
        usage: "EndOfString in a pattern of strings is the place after the last character.",
        examples: &[("StringReplace[\"aa\", \"a\" ~~ EndOfString -> \"b\"]", "ab")],
        ..OBJECT
    },
    &Function {
        name: "StartOfLine",
        usage: "StartOfLine in a pattern of strings is the place where a line begins.",
        examples: &[("StringCount[\"a\\nb\", StartOfLine ~~ _]", "2")],
        ..OBJECT
    },
    &Function {
        name: "EndOfLine",
        usage: "EndOfLine in a pattern of strings is the place where a line ends.",
        examples: &[("StringCases[\"ab\\ncd\", _ ~~ EndOfLine]", "{b, d}")],
        ..OBJECT
    },
    &Function {
        name: "WordBoundary",
        usage: "WordBoundary in a pattern of strings is the place where a word begins or ends.",
        examples: &[("StringCount[\"net nets\", WordBoundary ~~ \"net\" ~~ WordBoundary]", "1")],
        ..OBJECT
    },
];
