//! The suite `wl-parse`: source text to FullForm, compared as text.

use super::case::{Answer, Case};

/// A text must be refused in the area `parse-error`, and give the expected FullForm elsewhere.
pub(super) fn judge(case: &Case, answer: &Answer) -> Result<(), String> {
    let out = answer.out.as_deref().unwrap_or_default();
    if case.area == "parse-error" {
        let refused = answer.error.is_some() || out == "$Failed";
        return if refused { Ok(()) } else { Err(format!("must be refused, gave {out}")) };
    }
    if let Some(error) = &answer.error {
        return Err(error.clone());
    }
    if normalized(out) == normalized(&case.expected) {
        Ok(())
    } else {
        Err(format!("expected {}\n    got      {out}", case.expected))
    }
}

/// The text without the spaces outside of strings and without the backtick that marks a machine number.
fn normalized(text: &str) -> String {
    let mut kept = String::new();
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            kept.push(c);
            in_string = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        let after_number = kept.ends_with(|last: char| last.is_ascii_digit() || last == '.');
        let before_number = chars.peek().is_some_and(char::is_ascii_digit);
        if c.is_whitespace() || (c == '`' && after_number && !before_number) {
            continue;
        }
        in_string = c == '"';
        kept.push(c);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn spaces_and_machine_marks_do_not_count() {
        assert_eq!(normalized("Times[4.`, x, \"a \\\" b\"]"), "Times[4.,x,\"a \\\" b\"]");
        assert_eq!(normalized("1.5`20"), "1.5`20");
    }
}
