//! Where a number ends: ``base^^digits.digits`precision*^exponent``.

use super::escape::{self, Escape};

/// The length of the number at the start of `text`, which begins with a digit, or with a point
/// and a digit.
pub(super) fn length(text: &str) -> usize {
    let mut end = digits(text, 0, |b| b.is_ascii_digit());
    let bytes = text.as_bytes();
    let based = text[end..].starts_with("^^") && bytes.get(end + 2).is_some_and(u8::is_ascii_alphanumeric);
    let is_digit: fn(u8) -> bool = if based { |b| b.is_ascii_alphanumeric() } else { |b| b.is_ascii_digit() };
    if based {
        end = digits(text, end + 2, is_digit);
    }
    // `1..` is a repeated 1.
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        end = digits(text, end + 1, is_digit);
    }
    end = mark(text, end);
    exponent(text, end)
}

/// The end of a run of digits, across line continuations.
fn digits(text: &str, start: usize, is_digit: fn(u8) -> bool) -> usize {
    let mut end = start;
    loop {
        end += text.as_bytes()[end..].iter().take_while(|b| is_digit(**b)).count();
        match text.as_bytes().get(end) {
            Some(b'\\') if end > start => match escape::read(&text[end..]) {
                Escape::Continuation(length) if text.as_bytes().get(end + length).is_some_and(|b| is_digit(*b)) => {
                    end += length;
                }
                _ => return end,
            },
            _ => return end,
        }
    }
}

/// The end of a precision or accuracy mark.
fn mark(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(start) != Some(&b'`') {
        return start;
    }
    let accuracy = bytes.get(start + 1) == Some(&b'`');
    let behind_mark = start + 1 + usize::from(accuracy);
    let signed = accuracy && matches!(bytes.get(behind_mark), Some(b'+' | b'-'));
    let mut end = behind_mark + usize::from(signed);
    let whole = bytes[end..].iter().take_while(|b| b.is_ascii_digit()).count();
    end += whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        fraction = bytes[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction > 0 { end } else { behind_mark }
}

fn exponent(text: &str, start: usize) -> usize {
    let Some(rest) = text[start..].strip_prefix("*^") else { return start };
    let sign = usize::from(rest.starts_with(['+', '-']));
    let count = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 { start } else { start + 2 + sign + count }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn numbers_end_where_they_should() {
        for (text, number) in [
            ("12x", "12"),
            ("1.5.2", "1.5"),
            ("1..", "1"),
            ("1...", "1"),
            ("1.+2", "1."),
            (".5x", ".5"),
            ("16^^ff.8z", "16^^ff.8z"),
            ("2^^x^^", "2^^x"),
            ("2^^", "2"),
            ("1`", "1`"),
            ("1.5`20.5x", "1.5`20.5"),
            ("1``-3 ", "1``-3"),
            ("1.`-3", "1.`"),
            ("1`.5", "1`.5"),
            ("1`..", "1`"),
            ("1.*^-7", "1.*^-7"),
            ("1*^x", "1"),
            ("1.5`20*^3", "1.5`20*^3"),
            ("12\\\n  34+", "12\\\n  34"),
            ("12\\\n  x", "12"),
        ] {
            assert_eq!(&text[..length(text)], number, "{text}");
        }
    }
}
