//! Strings with parts replaced, taken out, or cut at.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::definitions::options::is_rule;
use crate::functional::operator_forms::operand_first;
use crate::strings::arguments::{count, for_each, pattern, read, string, text};
use crate::strings::pattern::{Match, StringPattern};

/// The parts that the records of this file share.
const BASE: Function = Function {
    arguments: Some((1, usize::MAX)),
    options: &[("IgnoreCase", "False")],
    messages: &[("rules", "`1` is neither a rule for patterns of strings nor a list of them.")],
    ..Function::NEW
};

pub(super) const STRING_REPLACE: Function = Function {
    name: "StringReplace",
    usage: "StringReplace[\"text\", form -> e] replaces the parts that match form. Of a list of rules the first that \
            fits is taken at each place.\nStringReplace[\"text\", rules, n] replaces the first n parts.",
    evaluate: Some(evaluate_string_replace),
    apply: Some(operand_first),
    examples: &[
        ("StringReplace[\"abcabc\", \"b\" -> \"X\"]", "aXcaXc"),
        ("StringReplace[\"w12 b3\", d : DigitCharacter .. :> \"<\" <> d <> \">\"]", "w<12> b<3>"),
        ("StringReplace[\"abc\", {\"a\" -> \"b\", \"b\" -> \"a\"}]", "bac"),
    ],
    ..BASE
};

fn evaluate_string_replace(session: &mut Session, call: &Expr) -> Eval {
    let Some((args, ignore_case)) = read(session, call, 3)? else { return Ok(None) };
    let [source, rules, ..] = &args[..] else { return Ok(None) };
    if let Some(each) = for_each(call) {
        return Ok(Some(each));
    }
    let Some(text) = text(session, call, source) else { return Ok(None) };
    let Some(rules) = compiled(session, call, rules, ignore_case) else { return Ok(None) };
    let Some(most) = count(args.get(2)) else { return Ok(None) };
    let mut pieces = Vec::new();
    let mut from = 0;
    for (found, right) in places(session, &text, &rules, most)? {
        pieces.push(string(&text[from..found.range.start]));
        pieces.push(session.evaluate(&found.fill(&right))?);
        from = found.range.end;
    }
    pieces.push(string(&text[from..]));
    Ok(Some(joined(pieces)))
}

/// Rules with compiled patterns; what is none is told by a message.
fn compiled(session: &mut Session, call: &Expr, rules: &Expr, ignore_case: bool) -> Option<Vec<(StringPattern, Expr)>> {
    let items = if rules.is_list() { rules.args().to_vec() } else { vec![rules.clone()] };
    let mut all = Vec::with_capacity(items.len());
    for rule in items {
        if !is_rule(&rule) {
            session.message_of(call.head(), "rules", &[rule]);
            return None;
        }
        all.push((pattern(session, call, &rule.arg(0), ignore_case)?, rule.arg(1)));
    }
    Some(all)
}

/// The places where one of the rules fits, from left to right, each with the right side.
fn places(
    session: &mut Session,
    text: &[char],
    rules: &[(StringPattern, Expr)],
    most: usize,
) -> Result<Vec<(Match, Expr)>, Flow> {
    let mut found = Vec::new();
    let mut at = 0;
    while at <= text.len() && found.len() < most {
        let mut here = None;
        for (pattern, right) in rules {
            if let Some(place) = pattern.match_at(session, text, at, false)? {
                here = Some((place, right.clone()));
                break;
            }
        }
        match here {
            Some((place, right)) => {
                at = if place.range.is_empty() { at + 1 } else { place.range.end };
                found.push((place, right));
            }
            None => at += 1,
        }
    }
    Ok(found)
}

/// Adjacent strings in one; what is no string stays apart in a string expression.
fn joined(pieces: Vec<Expr>) -> Expr {
    let mut parts: Vec<Expr> = Vec::new();
    for piece in pieces {
        match (parts.last().and_then(Expr::as_str), piece.as_str()) {
            (_, Some("")) => {}
            (Some(before), Some(text)) => {
                let both = Expr::string(&format!("{before}{text}"));
                parts.pop();
                parts.push(both);
            }
            _ => parts.push(piece),
        }
    }
    match parts.len() {
        0 => Expr::string(""),
        1 => parts.remove(0),
        _ => Expr::call(Sym::StringExpression, parts),
    }
}

pub(super) const STRING_DELETE: Function = Function {
    name: "StringDelete",
    usage: "StringDelete[\"text\", form] takes out the parts that match form.",
    evaluate: Some(|session, call| {
        let Some((args, ignore_case)) = read(session, call, 2)? else { return Ok(None) };
        let [source, form] = &args[..] else { return Ok(None) };
        if let Some(each) = for_each(call) {
            return Ok(Some(each));
        }
        let Some(text) = text(session, call, source) else { return Ok(None) };
        let Some(pattern) = pattern(session, call, form, ignore_case) else { return Ok(None) };
        let mut kept = String::new();
        let mut from = 0;
        for found in pattern.find_all(session, &text, usize::MAX)? {
            kept.extend(&text[from..found.range.start]);
            from = found.range.end;
        }
        kept.extend(&text[from..]);
        Ok(Some(Expr::string(&kept)))
    }),
    apply: Some(operand_first),
    examples: &[("StringDelete[\"a-b-c\", \"-\"]", "abc")],
    ..BASE
};

pub(super) const STRING_SPLIT: Function = Function {
    name: "StringSplit",
    usage: "StringSplit[\"text\"] gives the list of the words between white space.\n\
            StringSplit[\"text\", form] cuts where something matches form; form -> e puts e there; empty texts at the \
            ends are left out.\nStringSplit[\"text\", form, n] gives at most n parts, and All keeps all empty texts.",
    evaluate: Some(evaluate_string_split),
    examples: &[
        ("StringSplit[\"a b  c\"]", "{a, b, c}"),
        ("StringSplit[\"1,2,,3\", \",\"]", "{1, 2, , 3}"),
        ("StringSplit[\"a.b.c\", \".\", 2]", "{a, b.c}"),
    ],
    ..BASE
};

fn evaluate_string_split(session: &mut Session, call: &Expr) -> Eval {
    let Some((args, ignore_case)) = read(session, call, 3)? else { return Ok(None) };
    if let Some(each) = for_each(call) {
        return Ok(Some(each));
    }
    let Some(text) = text(session, call, &args[0]) else { return Ok(None) };
    let blank = Sym::Whitespace.into();
    let form = args.get(1).unwrap_or(&blank);
    if form.as_str() == Some("") {
        return Ok(Some(Expr::list(text.iter().map(|c| string(std::slice::from_ref(c))))));
    }
    let items = if form.is_list() { form.args().to_vec() } else { vec![form.clone()] };
    let rules: Vec<Expr> =
        items.into_iter().map(|item| if is_rule(&item) { item } else { Expr::rule(item, Sym::Null.into()) }).collect();
    let Some(rules) = compiled(session, call, &Expr::list(rules), ignore_case) else { return Ok(None) };
    let keeps_all = args.get(2).is_some_and(|n| n.is(Sym::All));
    let Some(most) = count(args.get(2)).filter(|most| *most > 0) else {
        session.message(Sym::StringSplit, "intp", &[Expr::integer(3), call.clone()]);
        return Ok(None);
    };
    let mut parts = Vec::new();
    let mut from = 0;
    let places = places(session, &text, &rules, usize::MAX)?;
    let mut cuts = 0;
    for (found, right) in places.into_iter().filter(|(found, _)| !found.range.is_empty()) {
        let is_leading_gap = found.range.start == 0 && !keeps_all;
        if cuts + 1 >= most && !is_leading_gap {
            break;
        }
        if !is_leading_gap {
            parts.push(string(&text[from..found.range.start]));
            cuts += 1;
        }
        if !right.is(Sym::Null) {
            parts.push(session.evaluate(&found.fill(&right))?);
        }
        from = found.range.end;
    }
    if from < text.len() || keeps_all {
        parts.push(string(&text[from..]));
    }
    Ok(Some(Expr::list(parts)))
}

pub(super) const STRING_TRIM: Function = Function {
    name: "StringTrim",
    usage: "StringTrim[\"text\"] takes white space off both ends, StringTrim[\"text\", form] what matches form.",
    evaluate: Some(|session, call| {
        let Some((args, ignore_case)) = read(session, call, 2)? else { return Ok(None) };
        if let Some(each) = for_each(call) {
            return Ok(Some(each));
        }
        let Some(text) = text(session, call, &args[0]) else { return Ok(None) };
        let blank = Sym::Whitespace.into();
        let Some(pattern) = pattern(session, call, args.get(1).unwrap_or(&blank), ignore_case) else { return Ok(None) };
        let start = pattern.match_at(session, &text, 0, false)?.map_or(0, |found| found.range.end);
        let mut end = text.len();
        for from in start..text.len() {
            if pattern.match_at(session, &text, from, true)?.is_some() {
                end = from;
                break;
            }
        }
        Ok(Some(string(&text[start..end])))
    }),
    examples: &[("StringTrim[\"  ab c \"]", "ab c"), ("StringTrim[\"xxabxx\", \"x\" ..]", "ab")],
    ..BASE
};
