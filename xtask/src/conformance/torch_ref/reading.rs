//! Descriptions as Python writes them: JSON in which numbers may be infinite, or none.

use std::path::Path;

use serde_json::Value;

/// What Python writes for numbers that JSON does not have. Here they are texts.
const NUMBERS: &[&str] = &["-Infinity", "Infinity", "NaN"];

/// The description in a file.
pub(super) fn read(path: &Path) -> Result<Value, String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    parse(&text).map_err(|error| failed(&error))
}

fn parse(text: &str) -> serde_json::Result<Value> {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_quoted = false;
    while let Some(next) = rest.chars().next() {
        let number = NUMBERS.iter().find(|number| !is_quoted && rest.starts_with(**number));
        let taken = match number {
            Some(number) => {
                written.push_str(&format!("\"{number}\""));
                number.len()
            }
            None => {
                // An escaped character ends no text.
                let length = if is_quoted && next == '\\' {
                    1 + rest[1..].chars().next().map_or(0, char::len_utf8)
                } else {
                    next.len_utf8()
                };
                is_quoted ^= next == '"';
                written.push_str(&rest[..length]);
                length
            }
        };
        rest = &rest[taken..];
    }
    serde_json::from_str(&written)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn numbers_that_are_not_finite_are_texts() {
        let read = parse(r#"{"p": Infinity, "q": [-Infinity, NaN, 1.5], "r": "a \" NaN"}"#).unwrap();
        assert_eq!(read, json!({ "p": "Infinity", "q": ["-Infinity", "NaN", 1.5], "r": "a \" NaN" }));
        assert!(parse("{Infinit}").is_err());
    }
}
