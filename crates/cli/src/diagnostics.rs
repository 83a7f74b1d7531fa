//! Syntax errors with the place underlined.

use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};
use netform::syntax::{Diagnostic, Severity};

use crate::terminal;

/// Lines with more bytes than this are not shown whole.
const LONG_LINE: usize = 240;
/// How many bytes of a long line are shown before and behind the place.
const AROUND: usize = 60;

/// Writes the diagnostics of a text on the standard error stream.
pub(crate) fn report(name: &str, text: &str, found: &[Diagnostic]) {
    let text = harmless(text);
    for diagnostic in found {
        report_one(name, &text, diagnostic);
    }
}

fn report_one(name: &str, text: &str, diagnostic: &Diagnostic) {
    let config = Config::default().with_index_type(IndexType::Byte).with_color(terminal::errors_have_colour());
    let (kind, colour) = match diagnostic.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
    };
    let excerpt = Excerpt::around(text, visible(text, diagnostic.span.range()));
    let place = |range: Range<usize>| (name, excerpt.range(range));
    let label = Label::new(place(visible(text, diagnostic.span.range())));
    let mut report = Report::build(kind, place(visible(text, diagnostic.span.range())))
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_label(label.with_message(&diagnostic.message).with_color(colour));
    for note in diagnostic.notes.iter().filter(|note| excerpt.contains(note.span.range())) {
        let range = visible(text, note.span.range());
        report.add_label(Label::new(place(range)).with_message(&note.message).with_color(Color::Blue));
    }
    for hint in &diagnostic.hints {
        report.add_help(hint);
    }
    if let Some(place) = &excerpt.place {
        report.add_note(place);
    }
    let mut written = Vec::new();
    // Writing into memory does not fail, and there is no better place to say that the standard error stream is closed.
    let _ = report.finish().write((name, Source::from(excerpt.text.as_ref())), &mut written);
    let written = String::from_utf8_lossy(&written);
    let written = excerpt.with_true_column(&written, name);
    let _ = std::io::stderr().lock().write_all(written.as_bytes());
}

/// The part of a text in which a place is shown: the text itself, or a piece of a long line.
///
/// A piece stands below as many empty lines as there are lines before it in the text, so that its line has the
/// right number.
struct Excerpt<'t> {
    text: Cow<'t, str>,
    /// Where the piece begins in the text, and how much longer its beginning is here.
    start: usize,
    added: usize,
    /// Where the piece stands, if it is not the text itself.
    place: Option<String>,
    /// The place as `:line:column `, first as it is in the piece, then as it is in the text.
    line_and_column: [String; 2],
}

impl<'t> Excerpt<'t> {
    fn around(text: &'t str, range: Range<usize>) -> Excerpt<'t> {
        let line_start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[range.start..].find('\n').map_or(text.len(), |at| range.start + at);
        if line_end - line_start <= LONG_LINE && range.end <= line_end + LONG_LINE {
            return Excerpt {
                text: Cow::Borrowed(text),
                start: 0,
                added: 0,
                place: None,
                line_and_column: Default::default(),
            };
        }
        let start = boundary(text, range.start.saturating_sub(AROUND).max(line_start));
        let end = boundary(text, (range.start + AROUND).min(line_end));
        let before = if start > line_start { "…" } else { "" };
        let behind = if end < line_end { "…" } else { "" };
        let column = text[line_start..range.start].chars().count() + 1;
        let column_here = before.chars().count() + text[start..range.start].chars().count() + 1;
        let lines_before = text[..line_start].matches('\n').count();
        let line = lines_before + 1;
        Excerpt {
            text: Cow::Owned(format!("{}{before}{}{behind}", "\n".repeat(lines_before), &text[start..end])),
            start,
            added: lines_before + before.len(),
            line_and_column: [column_here, column].map(|column| format!(":{line}:{column} ")),
            place: Some(format!("a part of a line of {} characters is shown; the place is column {column}", {
                text[line_start..line_end].chars().count()
            })),
        }
    }

    /// A report about the piece with the column that the place has in the text.
    fn with_true_column<'r>(&self, report: &'r str, name: &str) -> Cow<'r, str> {
        if self.place.is_none() {
            return Cow::Borrowed(report);
        }
        let [here, there] = self.line_and_column.each_ref().map(|place| format!("{name}{place}"));
        Cow::Owned(report.replacen(&here, &there, 1))
    }

    /// Whether a range lies in the piece.
    fn contains(&self, range: Range<usize>) -> bool {
        self.place.is_none() || range.start >= self.start && range.end <= self.end()
    }

    /// Where the piece ends in the text.
    fn end(&self) -> usize {
        self.start + self.text.trim_end_matches('…').len() - self.added
    }

    /// The range of the piece for a range of the text, cut at its end.
    fn range(&self, range: Range<usize>) -> Range<usize> {
        if self.place.is_none() {
            return range;
        }
        let here = |at: usize| at.min(self.end()).saturating_sub(self.start) + self.added;
        here(range.start)..here(range.end)
    }
}

/// The last boundary of a character that is not behind an offset.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The text with characters in the place of those that would steer a terminal, which have as many bytes.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |at: usize, c: char| match c {
        '\n' | '\t' => false,
        '\r' => !text[at + 1..].starts_with('\n'),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    if !text.char_indices().any(|(at, c)| steers(at, c)) {
        return Cow::Borrowed(text);
    }
    let replacement = |(at, c): (usize, char)| match c.len_utf8() {
        _ if !steers(at, c) => c,
        1 => '?',
        2 => '¿',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.char_indices().map(replacement).collect())
}

/// A range that shows at least one character where the text has one: an empty range cannot be underlined.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    if !range.is_empty() {
        return range;
    }
    match text[..range.start].char_indices().next_back() {
        Some((before, c)) if range.start >= text.len() => before..before + c.len_utf8(),
        _ => {
            let width = text[range.start..].chars().next().map_or(0, char::len_utf8);
            range.start..range.start + width
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, harmless};

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("short\n{}]{}\nlast", "é".repeat(500), "β".repeat(500));
        let at = text.find(']').unwrap();
        let excerpt = Excerpt::around(&text, at..at + 1);
        assert!(excerpt.text.chars().count() < 200);
        assert_eq!(&excerpt.text[excerpt.range(at..at + 1)], "]");
        assert_eq!(excerpt.text.matches('\n').count(), 1);
        assert!(excerpt.place.unwrap().ends_with("column 501"));
        let short = Excerpt::around(&text, 0..2);
        assert_eq!((short.text.as_ref(), short.place), (text.as_str(), None));
    }

    #[test]
    fn what_steers_a_terminal_is_replaced_in_place() {
        assert_eq!(harmless("a\u{1b}[31m\u{85}\u{202e}b\n\t\r\n"), "a?[31m¿\u{fffd}b\n\t\r\n");
    }
}
