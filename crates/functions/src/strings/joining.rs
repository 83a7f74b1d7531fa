//! Strings put together.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const STRING_JOIN: Function = Function {
    name: "StringJoin",
    usage: "\"a\" <> \"b\" <> ... or StringJoin[\"a\", \"b\", ...] joins strings; so it does with the strings in lists.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    evaluate: Some(evaluate_string_join),
    examples: &[("\"ab\" <> \"cd\"", "abcd"), ("StringJoin[{\"a\", {\"b\"}}, \"c\"]", "abc"), ("StringJoin[]", "")],
    ..Function::NEW
};

fn evaluate_string_join(session: &mut Session, call: &Expr) -> Eval {
    let mut joined = String::new();
    let mut stack: Vec<(Expr, usize)> =
        call.args().iter().enumerate().rev().map(|(i, arg)| (arg.clone(), i + 1)).collect();
    while let Some((part, position)) = stack.pop() {
        if let Some(text) = part.as_str() {
            if joined.len() + text.len() > LONGEST {
                session.message(Sym::StringJoin, "nomem", &[Expr::integer(LONGEST as i64 >> 20)]);
                return Ok(None);
            }
            joined.push_str(text);
        } else if part.is_list() {
            stack.extend(part.args().iter().rev().map(|item| (item.clone(), position)));
        } else {
            session.message(Sym::StringJoin, "string", &[Expr::integer(position as i64), call.clone()]);
            return Ok(None);
        }
    }
    Ok(Some(Expr::string(&joined)))
}

pub(super) const STRING_RIFFLE: Function = Function {
    name: "StringRiffle",
    usage: "StringRiffle[{a, b, ...}] gives the text of the elements with spaces between them, StringRiffle[list, \"s\"] \
            with s, StringRiffle[list, {\"l\", \"s\", \"r\"}] also with l before and r after.\n\
            StringRiffle[lists, s1, s2, ...] puts s1 between the lists and s2 between the elements of each.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(evaluate_string_riffle),
    messages: &[("sep", "`1` is no separator: a string or a list of three strings.")],
    examples: &[
        ("StringRiffle[{a, 2, \"c\"}]", "a 2 c"),
        ("StringRiffle[{1, 2, 3}, {\"(\", \", \", \")\"}]", "(1, 2, 3)"),
        ("StringRiffle[{{1, 2}, {3, 4}}, \"; \", \",\"]", "1,2; 3,4"),
    ],
    ..Function::NEW
};

/// What stands before, between, and after the elements.
type Separator = [String; 3];

fn evaluate_string_riffle(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if !args[0].is_list() {
        session.message(Sym::StringRiffle, "list", &[Expr::integer(1), call.clone()]);
        return Ok(None);
    }
    let mut separators: Vec<Separator> = Vec::new();
    for argument in &args[1..] {
        let Some(separator) = separator(argument) else {
            session.message(Sym::StringRiffle, "sep", std::slice::from_ref(argument));
            return Ok(None);
        };
        separators.push(separator);
    }
    if separators.is_empty() {
        let nested = args[0].args().iter().any(Expr::is_list);
        let between: &[&str] = if nested { &["\n", " "] } else { &[" "] };
        separators = between.iter().map(|s| [String::new(), (*s).to_owned(), String::new()]).collect();
    }
    let text = riffle(session, &args[0], &separators)?;
    Ok(Some(Expr::string(&text)))
}

fn separator(e: &Expr) -> Option<Separator> {
    if let Some(text) = e.as_str() {
        return Some([String::new(), text.to_owned(), String::new()]);
    }
    match &e.args()[..] {
        [left, between, right] if e.is_list() => {
            Some([left.as_str()?.to_owned(), between.as_str()?.to_owned(), right.as_str()?.to_owned()])
        }
        _ => None,
    }
}

/// The recursion is as deep as there are separators.
fn riffle(session: &mut Session, e: &Expr, separators: &[Separator]) -> Result<String, Flow> {
    let Some(([left, between, right], inner)) = separators.split_first() else { return session.output_text(e) };
    if !e.is_list() {
        return session.output_text(e);
    }
    let parts = e.args().iter().map(|item| riffle(session, item, inner)).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{left}{}{right}", parts.join(between)))
}

/// Texts are made so long at most, in characters.
const LONGEST: usize = 1 << 30;

pub(super) const STRING_REPEAT: Function = Function {
    name: "StringRepeat",
    usage: "StringRepeat[\"text\", n] gives the text n times, StringRepeat[\"text\", n, max] at most max characters of \
            that.",
    arguments: Some((2, 3)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let most = args.get(2).map_or(Some(LONGEST), Expr::as_usize);
        let (Some(text), Some(count), Some(most)) = (args[0].as_str(), args[1].as_usize(), most) else {
            session.message(Sym::StringRepeat, "intnn", &[Expr::integer(2), call.clone()]);
            return Ok(None);
        };
        if text.len().saturating_mul(count).min(most) >= LONGEST {
            session.message(Sym::StringRepeat, "nomem", &[Expr::integer(LONGEST as i64 >> 20)]);
            return Ok(None);
        }
        let repeated: String = text.chars().cycle().take((text.chars().count() * count).min(most)).collect();
        Ok(Some(Expr::string(&repeated)))
    }),
    examples: &[("StringRepeat[\"ab\", 3]", "ababab"), ("StringRepeat[\"ab\", 3, 5]", "ababa")],
    ..Function::NEW
};

pub(super) const STRING_INSERT: Function = Function {
    name: "StringInsert",
    usage: "StringInsert[\"text\", \"new\", n] puts new in before character n, counted from the end if n is negative; \
            StringInsert[\"text\", \"new\", {n1, n2, ...}] at several places.",
    arguments: Some((3, 3)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let (Some(text), Some(new)) = (args[0].as_str(), args[1].as_str()) else {
            session.message(Sym::StringInsert, "string", &[Expr::integer(1), call.clone()]);
            return Ok(None);
        };
        let characters: Vec<char> = text.chars().collect();
        let place = |e: &Expr| {
            let n = e.as_i64().filter(|n| *n != 0)?;
            let place = if n > 0 { n - 1 } else { characters.len() as i64 + 1 + n };
            usize::try_from(place).ok().filter(|place| *place <= characters.len())
        };
        let places = if args[2].is_list() {
            args[2].args().iter().map(place).collect::<Option<Vec<_>>>()
        } else {
            place(&args[2]).map(|place| vec![place])
        };
        let Some(places) = places else {
            session.message(Sym::StringInsert, "ins", &[args[2].clone(), args[0].clone()]);
            return Ok(None);
        };
        let mut inserted = String::new();
        for i in 0..=characters.len() {
            places.iter().filter(|place| **place == i).for_each(|_| inserted.push_str(new));
            inserted.extend(characters.get(i));
        }
        Ok(Some(Expr::string(&inserted)))
    }),
    messages: &[("ins", "There is no place `1` in `2`.")],
    examples: &[("StringInsert[\"abcd\", \"X\", 3]", "abXcd"), ("StringInsert[\"abcd\", \"X\", {1, -1}]", "XabcdX")],
    ..Function::NEW
};

pub(super) const STRING_PAD_LEFT: Function = Function {
    name: "StringPadLeft",
    usage: "StringPadLeft[\"text\", n] puts spaces before the text up to n characters, or takes characters off its \
            beginning; StringPadLeft[\"text\", n, \"p\"] pads with p.",
    arguments: Some((2, 3)),
    evaluate: Some(|session, call| pad(session, call, Sym::StringPadLeft)),
    examples: &[("StringPadLeft[\"7\", 3, \"0\"]", "007"), ("StringPadLeft[\"abc\", 2]", "bc")],
    ..Function::NEW
};

pub(super) const STRING_PAD_RIGHT: Function = Function {
    name: "StringPadRight",
    usage: "StringPadRight[\"text\", n] puts spaces after the text up to n characters, or takes characters off its end; \
            StringPadRight[\"text\", n, \"p\"] pads with p.",
    arguments: Some((2, 3)),
    evaluate: Some(|session, call| pad(session, call, Sym::StringPadRight)),
    examples: &[("StringPadRight[\"ab\", 4, \".\"]", "ab.."), ("StringPadRight[\"abc\", 2]", "ab")],
    ..Function::NEW
};

fn pad(session: &mut Session, call: &Expr, function: Sym) -> Eval {
    let args = call.args();
    let padding = args.get(2).map_or(Some(" "), Expr::as_str).filter(|padding| !padding.is_empty());
    let (Some(text), Some(length), Some(padding)) = (args[0].as_str(), args[1].as_usize(), padding) else {
        session.message(function, "string", &[Expr::integer(1), call.clone()]);
        return Ok(None);
    };
    if length >= LONGEST {
        session.message(function, "nomem", &[Expr::integer(LONGEST as i64 >> 20)]);
        return Ok(None);
    }
    let characters: Vec<char> = text.chars().collect();
    let missing = length.saturating_sub(characters.len());
    let fill = padding.chars().cycle().take(missing);
    let padded: String = match function {
        Sym::StringPadLeft => {
            fill.chain(characters[characters.len().saturating_sub(length)..].iter().copied()).collect()
        }
        _ => characters[..characters.len().min(length)].iter().copied().chain(fill).collect(),
    };
    Ok(Some(Expr::string(&padded)))
}
