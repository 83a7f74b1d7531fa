//! The values of literals: numbers, strings, names, slots.

use std::borrow::Cow;

use netform_expr::Expr;
use netform_expr::number::Literal;

use crate::character;
use crate::lexer::escape::{self, Escape};

/// The number that the text of a number token denotes, or what is wrong with it.
pub(crate) fn number(text: &str) -> Result<Expr, String> {
    if text.len() < 19
        && text.bytes().all(|b| b.is_ascii_digit())
        && let Ok(small) = text.parse()
    {
        return Ok(Expr::integer(small));
    }
    let text = without_continuations(text);
    let number = Literal::split(&text).and_then(|literal| literal.number());
    number.map(Expr::number).map_err(|error| error.to_string())
}

fn without_continuations(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !(*c == '\\' || c.is_whitespace())).collect())
}

/// The contents of a string token with its quotation marks; with them the offsets and lengths of
/// backslashes that begin no character, which stand for themselves.
pub(crate) fn string(text: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    if !inner.contains('\\') {
        return (Cow::Borrowed(inner), Vec::new());
    }
    let mut value = String::with_capacity(inner.len());
    let mut faults = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = simple_escape(rest, &mut value).unwrap_or_else(|| match escape::read(rest) {
            Escape::Character(c, length) => {
                value.push(c);
                length
            }
            Escape::Continuation(length) => length,
            Escape::UnknownName(length) => {
                faults.push((1 + inner.len() - rest.len(), length));
                value.push_str(&rest[..length]);
                length
            }
            Escape::None => {
                faults.push((1 + inner.len() - rest.len(), 1));
                value.push('\\');
                1
            }
        });
        rest = &rest[length..];
    }
    value.push_str(rest);
    (Cow::Owned(value), faults)
}

/// The escapes that exist in strings only; the length of the one read.
fn simple_escape(rest: &str, value: &mut String) -> Option<usize> {
    let c = match rest.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        // Marks around box notation, which strings keep for the front end and we drop.
        b'<' | b'>' => return Some(2),
        _ => return None,
    };
    value.push(c);
    Some(2)
}

/// The name that the text of a symbol token spells, escapes resolved.
pub(crate) fn name(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match escape::read_if_escape(rest) {
            Escape::Character(escaped, length) => {
                name.push(escaped);
                length
            }
            _ => {
                name.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    Cow::Owned(name)
}

/// Whether a text is a name as it is written: letters and digits, with contexts between, and no constant such as `π`.
pub fn is_name(text: &str) -> bool {
    // Behind a context `π` is a name like others.
    is_plain_name(text) || text.contains('`') && text.split('`').all(is_segment)
}

/// Whether a name without context can be written as it is.
pub(crate) fn is_plain_name(text: &str) -> bool {
    is_segment(text) && text.chars().all(|c| character::constant(c).is_none() || text.chars().count() > 1)
}

/// Whether a text is a name, or a part of one between contexts.
fn is_segment(text: &str) -> bool {
    let mut tokens = crate::Lexer::new(text);
    let one = tokens.next().is_some_and(|t| t.kind == crate::TokenKind::Symbol && t.span.len() as usize == text.len());
    one && !text.contains(['`', '\\'])
}

#[cfg(test)]
mod tests {
    use super::{is_name, name, string};

    #[test]
    fn strings_lose_their_escapes() {
        for (text, value, faults) in [
            (r#""abc""#, "abc", 0),
            (r#""a\"b\\c""#, r#"a"b\c"#, 0),
            (r#""\n\t\[Alpha]\:03b2\101""#, "\n\tαβA", 0),
            ("\"a\\\n   b\"", "ab", 0),
            (r#""\q\[Nope]""#, r"\q\[Nope]", 2),
        ] {
            let (found, found_faults) = string(text);
            assert_eq!((found.as_ref(), found_faults.len()), (value, faults), "{text}");
        }
    }

    #[test]
    fn names() {
        assert_eq!(name(r"a\[Beta]1"), "aβ1");
        for good in ["a", "$x1", "a`b", "α", "xπ"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "1a", "a b", "a`", "`a", "∞", "π", "a_b", "a\\b"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
