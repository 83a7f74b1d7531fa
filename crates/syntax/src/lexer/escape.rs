//! Characters written as escapes: `\[Alpha]`, `\:03b1`, `\.e9`, `\|01f600`, `\101`.

use crate::character;

/// What a backslash begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Escape {
    /// A character, written in so many bytes.
    Character(char, usize),
    /// A line end that does not count, with the blanks after it: so many bytes.
    Continuation(usize),
    /// `\[Name]` with an unknown name: so many bytes.
    UnknownName(usize),
    /// Something else.
    None,
}

/// Reads the escape at the start of `text`, which begins with a backslash.
pub(crate) fn read(text: &str) -> Escape {
    let rest = &text[1..];
    let Some(&next) = rest.as_bytes().first() else { return Escape::None };
    match next {
        b'[' => long_name(rest),
        b':' => digits(&rest[1..], 4, 16, 2),
        b'.' => digits(&rest[1..], 2, 16, 2),
        b'|' => digits(&rest[1..], 6, 16, 2),
        b'0'..=b'7' => digits(rest, 3, 8, 1),
        b'\n' => continuation(rest, 1),
        b'\r' => continuation(rest, if rest.starts_with("\r\n") { 2 } else { 1 }),
        _ => Escape::None,
    }
}

/// Reads the escape at the start of `text`, if it begins with a backslash.
pub(crate) fn read_if_escape(text: &str) -> Escape {
    if text.starts_with('\\') { read(text) } else { Escape::None }
}

fn long_name(rest: &str) -> Escape {
    let length = rest[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    if rest.as_bytes().get(1 + length) != Some(&b']') {
        return Escape::None;
    }
    match character::named(&rest[1..=length]) {
        Some(c) => Escape::Character(c, length + 3),
        None => Escape::UnknownName(length + 3),
    }
}

fn digits(text: &str, count: usize, radix: u32, prefix: usize) -> Escape {
    text.get(..count)
        .filter(|digits| digits.bytes().all(|b| char::from(b).is_digit(radix)))
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .and_then(char::from_u32)
        .map_or(Escape::None, |c| Escape::Character(c, prefix + count))
}

/// A line continuation also swallows the indentation of the next line.
fn continuation(rest: &str, line_end: usize) -> Escape {
    let blanks = rest[line_end..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    Escape::Continuation(1 + line_end + blanks)
}

#[cfg(test)]
mod tests {
    use super::{Escape, read};

    #[test]
    fn escapes() {
        for (text, expected) in [
            (r"\[Alpha]x", Escape::Character('α', 8)),
            (r"\[Nonsense]", Escape::UnknownName(11)),
            (r"\[Alpha", Escape::None),
            (r"\:03b1", Escape::Character('α', 6)),
            (r"\.e9", Escape::Character('é', 4)),
            (r"\|01f600", Escape::Character('😀', 8)),
            (r"\101", Escape::Character('A', 4)),
            (r"\:d800", Escape::None),
            (r"\:03", Escape::None),
            ("\\\n   x", Escape::Continuation(5)),
            ("\\\r\nx", Escape::Continuation(3)),
            (r"\", Escape::None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
