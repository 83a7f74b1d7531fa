//! Tests and searches in strings.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::functional::operator_forms::operand_first;
use crate::strings::arguments::{count, for_each, pattern, read, string, text};
use crate::strings::pattern::StringPattern;

/// The parts that the records of this file share.
const BASE: Function = Function {
    arguments: Some((1, usize::MAX)),
    apply: Some(operand_first),
    options: &[("IgnoreCase", "False")],
    ..Function::NEW
};

pub(super) const STRING_MATCH_Q: Function = Function {
    name: "StringMatchQ",
    usage: "StringMatchQ[\"text\", form] gives True if the whole text matches form; in a string, * stands for any \
            characters and @ for any that are no capital letters.",
    evaluate: Some(|session, call| {
        test(session, call, |session, form, ignore_case, text| {
            let form = with_wildcards(form);
            Ok(match StringPattern::new(&form, ignore_case) {
                Some(pattern) => Some(pattern.is_match(session, text)?),
                None => None,
            })
        })
    }),
    examples: &[
        ("StringMatchQ[\"weights1\", \"weights\" ~~ DigitCharacter]", "True"),
        ("StringMatchQ[{\"apple\", \"pear\"}, \"a*\"]", "{True, False}"),
        ("StringMatchQ[\"ABC\", \"abc\", IgnoreCase -> True]", "True"),
    ],
    ..BASE
};

pub(super) const STRING_CONTAINS_Q: Function = Function {
    name: "StringContainsQ",
    usage: "StringContainsQ[\"text\", form] gives True if some part of the text matches form.",
    evaluate: Some(|session, call| {
        test(session, call, |session, form, ignore_case, text| {
            Ok(match StringPattern::new(form, ignore_case) {
                Some(pattern) => Some(pattern.find(session, text, 0)?.is_some()),
                None => None,
            })
        })
    }),
    examples: &[
        ("StringContainsQ[\"layer 12\", DigitCharacter ..]", "True"),
        ("StringContainsQ[\"net\"][{\"a net\", \"b\"}]", "{True, False}"),
    ],
    ..BASE
};

pub(super) const STRING_FREE_Q: Function = Function {
    name: "StringFreeQ",
    usage: "StringFreeQ[\"text\", form] gives True if no part of the text matches form.",
    evaluate: Some(|session, call| {
        test(session, call, |session, form, ignore_case, text| {
            Ok(match StringPattern::new(form, ignore_case) {
                Some(pattern) => Some(pattern.find(session, text, 0)?.is_none()),
                None => None,
            })
        })
    }),
    examples: &[("StringFreeQ[\"abc\", \"x\" | \"y\"]", "True")],
    ..BASE
};

pub(super) const STRING_STARTS_Q: Function = Function {
    name: "StringStartsQ",
    usage: "StringStartsQ[\"text\", form] gives True if the text begins with something that matches form.",
    evaluate: Some(|session, call| {
        test(session, call, |session, form, ignore_case, text| {
            Ok(match StringPattern::new(form, ignore_case) {
                Some(pattern) => Some(pattern.match_at(session, text, 0, false)?.is_some()),
                None => None,
            })
        })
    }),
    examples: &[("StringStartsQ[\"Weights\", \"W\"]", "True")],
    ..BASE
};

pub(super) const STRING_ENDS_Q: Function = Function {
    name: "StringEndsQ",
    usage: "StringEndsQ[\"text\", form] gives True if the text ends with something that matches form.",
    evaluate: Some(|session, call| {
        test(session, call, |session, form, ignore_case, text| {
            let Some(pattern) = StringPattern::new(form, ignore_case) else { return Ok(None) };
            for start in (0..=text.len()).rev() {
                if pattern.match_at(session, text, start, true)?.is_some() {
                    return Ok(Some(true));
                }
            }
            Ok(Some(false))
        })
    }),
    examples: &[("StringEndsQ[\"Weights\", LetterCharacter ~~ \"s\"]", "True")],
    ..BASE
};

type Test = fn(&mut Session, &Expr, bool, &[char]) -> Result<Option<bool>, Flow>;

fn test(session: &mut Session, call: &Expr, holds: Test) -> Eval {
    let Some((args, ignore_case)) = read(session, call, 2)? else { return Ok(None) };
    let [source, form] = &args[..] else { return Ok(None) };
    if let Some(each) = for_each(call) {
        return Ok(Some(each));
    }
    let Some(text) = text(session, call, source) else { return Ok(None) };
    match holds(session, form, ignore_case, &text)? {
        Some(answer) => Ok(Some(Expr::boolean(answer))),
        None => {
            session.message_of(call.head(), "strse", &[Expr::integer(2), call.clone()]);
            Ok(None)
        }
    }
}

/// A string in which `*` and `@` are wildcards, as a pattern; `\\*` and `\\@` are the characters.
fn with_wildcards(form: &Expr) -> Expr {
    let Some(text) = form.as_str().filter(|text| text.contains(['*', '@'])) else { return form.clone() };
    let any = || Expr::call(Sym::Blank, []);
    let capitals = Expr::call(Sym::Alternatives, ('A'..='Z').map(|c| Expr::string(c.encode_utf8(&mut [0; 4]))));
    let small = Expr::call(Sym::Except, [capitals]);
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let wildcard = match c {
            '\\' if matches!(characters.peek(), Some('*' | '@')) => {
                literal.extend(characters.next());
                continue;
            }
            '*' => Expr::call(Sym::RepeatedNull, [any()]),
            '@' => Expr::call(Sym::Repeated, [small.clone()]),
            c => {
                literal.push(c);
                continue;
            }
        };
        parts.push(Expr::string(&std::mem::take(&mut literal)));
        parts.push(wildcard);
    }
    parts.push(Expr::string(&literal));
    Expr::call(Sym::StringExpression, parts)
}

pub(super) const STRING_CASES: Function = Function {
    name: "StringCases",
    usage: "StringCases[\"text\", form] gives the list of the parts that match form.\n\
            StringCases[\"text\", form -> e] gives e for each, with the names in form put in.\n\
            StringCases[\"text\", form, n] gives the first n.",
    evaluate: Some(evaluate_string_cases),
    examples: &[
        ("StringCases[\"a1b22\", DigitCharacter ..]", "{1, 22}"),
        ("StringCases[\"k=1, l=2\", x_ ~~ \"=\" ~~ y_ -> {x, y}]", "{{k, 1}, {l, 2}}"),
    ],
    ..BASE
};

fn evaluate_string_cases(session: &mut Session, call: &Expr) -> Eval {
    let Some((args, ignore_case)) = read(session, call, 3)? else { return Ok(None) };
    let [source, form, ..] = &args[..] else { return Ok(None) };
    if let Some(each) = for_each(call) {
        return Ok(Some(each));
    }
    let Some(text) = text(session, call, source) else { return Ok(None) };
    let (form, result) = match form.head_sym() {
        Some(Sym::Rule | Sym::RuleDelayed) if form.len() == 2 => (form.arg(0), Some(form.arg(1))),
        _ => (form.clone(), None),
    };
    let Some(pattern) = pattern(session, call, &form, ignore_case) else { return Ok(None) };
    let Some(most) = count(args.get(2)) else { return Ok(None) };
    let found = pattern.find_all(session, &text, most)?;
    let cases = found.iter().map(|case| match &result {
        Some(result) => case.fill(result),
        None => string(&text[case.range.clone()]),
    });
    Ok(Some(Expr::list(cases.collect::<Vec<_>>())))
}

pub(super) const STRING_COUNT: Function = Function {
    name: "StringCount",
    usage: "StringCount[\"text\", form] gives the number of parts that match form, none inside another.",
    evaluate: Some(|session, call| {
        let Some((args, ignore_case)) = read(session, call, 2)? else { return Ok(None) };
        let [source, form] = &args[..] else { return Ok(None) };
        if let Some(each) = for_each(call) {
            return Ok(Some(each));
        }
        let Some(text) = text(session, call, source) else { return Ok(None) };
        let Some(pattern) = pattern(session, call, form, ignore_case) else { return Ok(None) };
        let found = pattern.find_all(session, &text, usize::MAX)?;
        Ok(Some(Expr::integer(found.len() as i64)))
    }),
    examples: &[("StringCount[\"banana\", \"a\"]", "3")],
    ..BASE
};

pub(super) const STRING_POSITION: Function = Function {
    name: "StringPosition",
    usage: "StringPosition[\"text\", form] gives the list of {first, last} of the parts that match form, overlapping \
            ones too.\nStringPosition[\"text\", form, n] gives the first n.",
    evaluate: Some(|session, call| {
        let Some((args, ignore_case)) = read(session, call, 3)? else { return Ok(None) };
        let [source, form, ..] = &args[..] else { return Ok(None) };
        if let Some(each) = for_each(call) {
            return Ok(Some(each));
        }
        let Some(text) = text(session, call, source) else { return Ok(None) };
        let Some(pattern) = pattern(session, call, form, ignore_case) else { return Ok(None) };
        let Some(most) = count(args.get(2)) else { return Ok(None) };
        let mut found = Vec::new();
        for start in 0..=text.len() {
            if found.len() >= most {
                break;
            }
            if let Some(place) = pattern.match_at(session, &text, start, false)?.filter(|m| !m.range.is_empty()) {
                let bounds = [place.range.start + 1, place.range.end].map(|n| Expr::integer(n as i64));
                found.push(Expr::list(bounds));
            }
        }
        Ok(Some(Expr::list(found)))
    }),
    examples: &[("StringPosition[\"aaa\", \"aa\"]", "{{1, 2}, {2, 3}}")],
    ..BASE
};
