//! Syntax errors with the place underlined.

use ariadne::{Color, Config, IndexType, Label, Report, ReportKind, Source};
use netform::syntax::{Diagnostic, Severity};

use crate::terminal;

/// Writes the diagnostics of a text on the standard error stream.
pub(crate) fn report(name: &str, text: &str, found: &[Diagnostic]) {
    let config = Config::default().with_index_type(IndexType::Byte).with_color(terminal::errors_have_colour());
    for diagnostic in found {
        let (kind, colour) = match diagnostic.severity {
            Severity::Error => (ReportKind::Error, Color::Red),
            Severity::Warning => (ReportKind::Warning, Color::Yellow),
        };
        let place = |range: std::ops::Range<usize>| (name, visible(text, range));
        let mut report = Report::build(kind, place(diagnostic.span.range()))
            .with_config(config)
            .with_code(diagnostic.code)
            .with_message(&diagnostic.message)
            .with_label(
                Label::new(place(diagnostic.span.range())).with_message(&diagnostic.message).with_color(colour),
            );
        for note in &diagnostic.notes {
            report.add_label(Label::new(place(note.span.range())).with_message(&note.message).with_color(Color::Blue));
        }
        for hint in &diagnostic.hints {
            report.add_help(hint);
        }
        // There is no better place to say that the standard error stream is closed.
        let _ = report.finish().eprint((name, Source::from(text)));
    }
}

/// A range that shows at least one character where the text has one: an empty range cannot be underlined.
fn visible(text: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
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
