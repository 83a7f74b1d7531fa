//! Names of functions, classes and values in code.

use super::language::Notation;

/// A text as a name.
pub(super) fn identifier(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("_");
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'n');
    }
    name
}

/// A name as that of a class: `my_net` is `MyNet`.
pub(super) fn class_name(name: &str) -> String {
    let capital =
        |word: &str| word.char_indices().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c }).collect();
    name.split('_').map(capital).collect::<Vec<String>>().concat()
}

/// Whether a function can be called so.
pub(super) fn is_name(text: &str, language: &dyn Notation) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !language.reserved().split(' ').any(|word| word == text)
}
