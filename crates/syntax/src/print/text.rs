//! Atoms as text: strings, names, numbers.

use std::borrow::Cow;
use std::fmt::Write;

use netform_expr::{Expr, Kind, Number, Symbol};

use super::Forms;
use crate::character;
use crate::literal;

/// A string as a literal that reads back as the same string.
pub(crate) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            c => push_character(&mut text, c),
        }
    }
    text.push('"');
    text
}

/// A character as it is, or escaped where other programs could not show it.
fn push_character(text: &mut String, c: char) {
    let hidden = c.is_control() || character::is_private(c);
    let named = if hidden { character::name_of(c) } else { None };
    // Writing to a string cannot fail.
    let _ = match (hidden, named) {
        (false, _) => text.write_char(c),
        (true, Some(name)) => write!(text, "\\[{name}]"),
        (true, None) => write!(text, "\\:{:04x}", c as u32),
    };
}

/// Text with characters of the private-use area written by their long names.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if !text.chars().any(character::is_private) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_character(&mut shown, c));
    Cow::Owned(shown)
}

/// The text that reads back as the symbol; `None` if its name is none that can be written.
pub(super) fn symbol(symbol: &Symbol, forms: &dyn Forms) -> Option<String> {
    let name = forms.name(symbol);
    if literal::is_name(&name) {
        return Some(shown(&name).into_owned());
    }
    // Without its context it may be a constant.
    literal::is_name(symbol.full_name()).then(|| shown(symbol.full_name()).into_owned())
}

/// A symbol whose name cannot be written, as a call that makes it.
pub(super) fn unwritable_symbol(symbol: &Symbol) -> String {
    format!("Symbol[{}]", quoted(symbol.full_name()))
}

/// A number that is a single literal in InputForm, with its sign: anything but rational and
/// complex numbers.
pub(super) fn literal_number(e: &Expr) -> Option<String> {
    match e.kind() {
        Kind::Integer(value) => Some(value.to_string()),
        Kind::Real(value) => Number::Real(value).input_text().map(|text| text.to_string()),
        Kind::Number(number) => match number {
            Number::Rational(_) | Number::Complex(_) => None,
            number => Some(number.to_string()),
        },
        _ => None,
    }
}

/// Whether the expression is a real number below zero.
pub(super) fn is_negative(e: &Expr) -> bool {
    match e.kind() {
        Kind::Integer(value) => value < 0,
        Kind::Real(value) => value < 0.0,
        Kind::Number(number) => number.is_negative(),
        _ => false,
    }
}

/// The negative of a number.
pub(super) fn negated(e: &Expr) -> Option<Expr> {
    e.as_number().map(|number| Expr::number(number.neg()))
}
