//! Strings as sequences of characters: length, parts, cases, codes.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::strings::positions::{Places, places};

pub(super) const STRING_Q: Function = Function {
    name: "StringQ",
    usage: "StringQ[e] gives True if e is a string.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(Expr::boolean(call.arg(0).as_str().is_some())))),
    examples: &[("{StringQ[\"a\"], StringQ[a]}", "{True, False}")],
    ..Function::NEW
};

pub(super) const STRING_LENGTH: Function = Function {
    name: "StringLength",
    usage: "StringLength[\"text\"] gives the number of characters.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| on_text(session, call, |text| Expr::integer(text.chars().count() as i64))),
    examples: &[("StringLength[\"tiger\"]", "5"), ("StringLength[{\"a\", \"\"}]", "{1, 0}")],
    ..Function::NEW
};

pub(super) const CHARACTERS: Function = Function {
    name: "Characters",
    usage: "Characters[\"text\"] gives the list of its characters.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        on_text(session, call, |text| Expr::list(text.chars().map(character).collect::<Vec<_>>()))
    }),
    examples: &[("Characters[\"abc\"]", "{a, b, c}")],
    ..Function::NEW
};

pub(super) const TO_UPPER_CASE: Function = Function {
    name: "ToUpperCase",
    usage: "ToUpperCase[\"text\"] gives the text in capital letters.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| on_text(session, call, |text| Expr::string(&text.to_uppercase()))),
    examples: &[("ToUpperCase[\"Abc\"]", "ABC")],
    ..Function::NEW
};

pub(super) const TO_LOWER_CASE: Function = Function {
    name: "ToLowerCase",
    usage: "ToLowerCase[\"text\"] gives the text in small letters.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| on_text(session, call, |text| Expr::string(&text.to_lowercase()))),
    examples: &[("ToLowerCase[\"Abc\"]", "abc")],
    ..Function::NEW
};

pub(super) const CAPITALIZE: Function = Function {
    name: "Capitalize",
    usage: "Capitalize[\"text\"] makes the first letter a capital.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        on_text(session, call, |text| {
            let mut characters = text.chars();
            let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
            Expr::string(&(first + characters.as_str()))
        })
    }),
    examples: &[("Capitalize[\"weights\"]", "Weights")],
    ..Function::NEW
};

pub(super) const STRING_REVERSE: Function = Function {
    name: "StringReverse",
    usage: "StringReverse[\"text\"] gives the characters in the other order.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        on_text(session, call, |text| Expr::string(&text.chars().rev().collect::<String>()))
    }),
    examples: &[("StringReverse[\"abc\"]", "cba")],
    ..Function::NEW
};

/// The result for the string in the only argument; anything but a string is told, symbols excepted.
fn on_text(session: &mut Session, call: &Expr, compute: impl FnOnce(&str) -> Expr) -> Eval {
    let argument = call.arg(0);
    match argument.as_str() {
        Some(text) => Ok(Some(compute(text))),
        None => {
            session.message_of(call.head(), "string", &[Expr::integer(1), call.clone()]);
            Ok(None)
        }
    }
}

fn character(c: char) -> Expr {
    Expr::string(c.encode_utf8(&mut [0; 4]))
}

pub(super) const STRING_TAKE: Function = Function {
    name: "StringTake",
    usage: "StringTake[\"text\", n] gives the first n characters, -n the last ones, {m, n} those from m to n, {m, n, s} \
            every s-th of them, {n} character n, UpTo[n] as many as there are.\n\
            A list of such specifications, or of strings, gives a list.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| cut(session, call, |text, places| places.iter().map(|i| text[*i]).collect())),
    messages: &[("take", "`1` does not have the characters `2`.")],
    examples: &[
        ("StringTake[\"abcdef\", 3]", "abc"),
        ("StringTake[\"abcdef\", {-3, -1}]", "def"),
        ("StringTake[{\"abc\", \"de\"}, 1]", "{a, d}"),
        ("StringTake[\"abcdef\", {{1, 2}, {4}}]", "{ab, d}"),
    ],
    ..Function::NEW
};

pub(super) const STRING_DROP: Function = Function {
    name: "StringDrop",
    usage: "StringDrop[\"text\", n] gives the text without the first n characters; specifications are those of \
            StringTake.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        cut(session, call, |text, places| {
            let kept = text.iter().enumerate().filter(|(i, _)| !places.contains(i));
            kept.map(|(_, c)| *c).collect()
        })
    }),
    messages: &[("take", "`1` does not have the characters `2`.")],
    examples: &[("StringDrop[\"abcdef\", 2]", "cdef"), ("StringDrop[\"abcdef\", {2, 5}]", "af")],
    ..Function::NEW
};

fn cut(session: &mut Session, call: &Expr, select: fn(&[char], &[usize]) -> String) -> Eval {
    let args = call.args();
    let (source, which) = (&args[0], &args[1]);
    if source.is_list() {
        let each = |s: &Expr| Expr::normal(call.head().clone(), [s.clone(), which.clone()]);
        return Ok(Some(Expr::list(source.args().iter().map(each).collect::<Vec<_>>())));
    }
    let Some(text) = source.as_str() else {
        session.message_of(call.head(), "strs", &[Expr::integer(1), call.clone()]);
        return Ok(None);
    };
    if which.is_list() && which.args().iter().any(Expr::is_list) {
        let each = |w: &Expr| Expr::normal(call.head().clone(), [source.clone(), w.clone()]);
        return Ok(Some(Expr::list(which.args().iter().map(each).collect::<Vec<_>>())));
    }
    let characters: Vec<char> = text.chars().collect();
    match places(which, characters.len(), Places::Leading) {
        Some(places) => Ok(Some(Expr::string(&select(&characters, &places)))),
        None => {
            session.message_of(call.head(), "take", &[source.clone(), which.clone()]);
            Ok(None)
        }
    }
}

pub(super) const STRING_PART: Function = Function {
    name: "StringPart",
    usage: "StringPart[\"text\", n] gives character n, StringPart[\"text\", {n1, n2, ...}] a list of characters.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let (source, which) = (call.arg(0), call.arg(1));
        let Some(text) = source.as_str() else {
            session.message(Sym::StringPart, "string", &[Expr::integer(1), call.clone()]);
            return Ok(None);
        };
        let characters: Vec<char> = text.chars().collect();
        let Some(found) = places(&which, characters.len(), Places::Single) else {
            session.message(Sym::StringPart, "partw", &[which, source]);
            return Ok(None);
        };
        let mut parts = found.into_iter().map(|i| character(characters[i]));
        Ok(if which.as_i64().is_some() { parts.next() } else { Some(Expr::list(parts.collect::<Vec<_>>())) })
    }),
    examples: &[("StringPart[\"abcdef\", 2]", "b"), ("StringPart[\"abcdef\", {1, -1}]", "{a, f}")],
    ..Function::NEW
};

pub(super) const TO_CHARACTER_CODE: Function = Function {
    name: "ToCharacterCode",
    usage: "ToCharacterCode[\"text\"] gives the list of the numbers of its characters in Unicode, ToCharacterCode[\"text\", \
            \"UTF8\"] the list of the bytes of its UTF-8 form.",
    arguments: Some((1, 2)),
    evaluate: Some(to_character_code),
    messages: &[("encoding", "`1` is not an encoding; the encodings are \"Unicode\" and \"UTF8\".")],
    examples: &[("ToCharacterCode[\"AB\"]", "{65, 66}"), ("ToCharacterCode[\"\u{3bb}\", \"UTF8\"]", "{206, 187}")],
    ..Function::NEW
};

fn to_character_code(session: &mut Session, call: &Expr) -> Eval {
    let (argument, encoding) = (call.arg(0), call.args().get(1).cloned());
    let numbers: fn(&str) -> Vec<u32> = match encoding.as_ref().map(|encoding| encoding.as_str()) {
        None | Some(Some("Unicode")) => |text| text.chars().map(u32::from).collect(),
        Some(Some("UTF8" | "UTF-8")) => |text| text.bytes().map(u32::from).collect(),
        Some(_) => {
            session.message(Sym::ToCharacterCode, "encoding", &call.args()[1..]);
            return Ok(None);
        }
    };
    if argument.is_list() {
        let of_item =
            |item: &Expr| Expr::call(Sym::ToCharacterCode, [item.clone()].into_iter().chain(encoding.clone()));
        return Ok(Some(Expr::list(argument.args().iter().map(of_item).collect::<Vec<_>>())));
    }
    match argument.as_str() {
        Some(text) => Ok(Some(Expr::list(numbers(text).into_iter().map(|n| Expr::integer(i64::from(n)))))),
        None => {
            session.message(Sym::ToCharacterCode, "strs", &[Expr::integer(1), call.clone()]);
            Ok(None)
        }
    }
}

pub(super) const FROM_CHARACTER_CODE: Function = Function {
    name: "FromCharacterCode",
    usage: "FromCharacterCode[n] gives the character with a number in Unicode, FromCharacterCode[{n1, n2, ...}] a text \
            of several, a list of lists a list of texts.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let argument = call.arg(0);
        let one = |e: &Expr| e.as_i64().and_then(|n| u32::try_from(n).ok()).and_then(char::from_u32);
        let found = if argument.is_list() && argument.args().iter().any(Expr::is_list) {
            let each =
                argument.args().iter().map(|e| Expr::call(Sym::FromCharacterCode, [e.clone()])).collect::<Vec<_>>();
            Some(Expr::list(each))
        } else if argument.is_list() {
            argument.args().iter().map(one).collect::<Option<String>>().map(|text| Expr::string(&text))
        } else {
            one(&argument).map(character)
        };
        if found.is_none() {
            session.message(Sym::FromCharacterCode, "code", &[argument]);
        }
        Ok(found)
    }),
    messages: &[("code", "`1` is not the number of a character, or a list of them.")],
    examples: &[("FromCharacterCode[{72, 105}]", "Hi"), ("FromCharacterCode[955]", "\u{3bb}")],
    ..Function::NEW
};

pub(super) const CHARACTER_RANGE: Function = Function {
    name: "CharacterRange",
    usage: "CharacterRange[\"a\", \"z\"] gives the list of the characters from one to another.",
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let end = |e: &Expr| match (e.as_str(), e.as_i64()) {
            (Some(text), _) => {
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none())
            }
            (None, Some(n)) => u32::try_from(n).ok().and_then(char::from_u32),
            _ => None,
        };
        match (end(&args[0]), end(&args[1])) {
            (Some(first), Some(last)) => Ok(Some(Expr::list((first..=last).map(character).collect::<Vec<_>>()))),
            _ => {
                session.message(Sym::CharacterRange, "ends", &[args[0].clone(), args[1].clone()]);
                Ok(None)
            }
        }
    }),
    messages: &[("ends", "`1` and `2` are not both single characters.")],
    examples: &[("CharacterRange[\"a\", \"e\"]", "{a, b, c, d, e}")],
    ..Function::NEW
};

/// The parts that the tests of characters share.
const TEST: Function = Function { arguments: Some((1, 1)), ..Function::NEW };

fn all_are(call: &Expr, test: fn(char) -> bool) -> Eval {
    Ok(Some(Expr::boolean(call.arg(0).as_str().is_some_and(|text| text.chars().all(test)))))
}

pub(super) const LETTER_Q: Function = Function {
    name: "LetterQ",
    usage: "LetterQ[\"text\"] gives True if all characters are letters.",
    evaluate: Some(|_, call| all_are(call, char::is_alphabetic)),
    examples: &[("LetterQ[\"abC\"]", "True"), ("LetterQ[\"a1\"]", "False")],
    ..TEST
};

pub(super) const DIGIT_Q: Function = Function {
    name: "DigitQ",
    usage: "DigitQ[\"text\"] gives True if all characters are digits.",
    evaluate: Some(|_, call| all_are(call, |c| c.is_ascii_digit())),
    examples: &[("DigitQ[\"123\"]", "True"), ("DigitQ[\"12x\"]", "False")],
    ..TEST
};

pub(super) const UPPER_CASE_Q: Function = Function {
    name: "UpperCaseQ",
    usage: "UpperCaseQ[\"text\"] gives True if all characters are capital letters.",
    evaluate: Some(|_, call| all_are(call, char::is_uppercase)),
    examples: &[("UpperCaseQ[\"ABC\"]", "True")],
    ..TEST
};

pub(super) const LOWER_CASE_Q: Function = Function {
    name: "LowerCaseQ",
    usage: "LowerCaseQ[\"text\"] gives True if all characters are small letters.",
    evaluate: Some(|_, call| all_are(call, char::is_lowercase)),
    examples: &[("LowerCaseQ[\"abC\"]", "False")],
    ..TEST
};
