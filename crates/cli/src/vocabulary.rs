//! The names that a session knows, for completion, and the roles of the pieces of an input, for colours.

use netform::eval::Session;
use netform::syntax::{Lexer, TokenKind};

/// A name with what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The name as it is typed.
    pub(crate) name: String,
    /// The first sentence of its usage, or an empty text for names of the user.
    pub(crate) summary: &'static str,
}

/// The names that a session knows, in alphabetical order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary(Vec<Entry>);

/// What a piece of an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// An operator, a bracket, space, or a name that is not known.
    Plain,
    /// A name that the session knows.
    Known,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A comment.
    Comment,
    /// A blank or a slot.
    Pattern,
    /// What cannot be a part of any input.
    Wrong,
}

impl Vocabulary {
    /// The names of functions and those that the user has typed.
    pub(crate) fn of(session: &Session) -> Vocabulary {
        let functions = session.registry().functions();
        let summary = |full_name: &str| {
            let name = full_name.strip_prefix("System`")?;
            let index = functions.binary_search_by(|function| function.name.cmp(name)).ok()?;
            Some(first_sentence(functions[index].usage))
        };
        let visible = |full_name: &str| {
            let context_end = full_name.rfind('`').map_or(0, |mark| mark + 1);
            let context = &full_name[..context_end];
            let short = context == "System`" || session.context_path().iter().any(|c| c == context);
            full_name[if short { context_end } else { 0 }..].to_owned()
        };
        let mut entries: Vec<Entry> = session
            .known_names()
            .iter()
            .map(|full| Entry { name: visible(full), summary: summary(full).unwrap_or_default() })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Vocabulary(entries)
    }

    /// The entries whose names begin with `prefix`.
    pub(crate) fn beginning_with(&self, prefix: &str) -> &[Entry] {
        let start = self.0.partition_point(|entry| entry.name.as_str() < prefix);
        let length = self.0[start..].partition_point(|entry| entry.name.starts_with(prefix));
        &self.0[start..start + length]
    }

    /// Whether this is a name that the session knows.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|entry| entry.name.as_str().cmp(name)).is_ok()
    }

    /// Whether a function of the system has this name.
    fn is_function(&self, name: &str) -> bool {
        let found = self.0.binary_search_by(|entry| entry.name.as_str().cmp(name));
        found.is_ok_and(|index| !self.0[index].summary.is_empty())
    }

    /// The pieces of an input with their roles; together they are the input.
    pub(crate) fn roles<'a>(&'a self, input: &'a str) -> impl Iterator<Item = (&'a str, Role)> {
        Lexer::new(input).map(|token| {
            let piece = &input[token.span.range()];
            let role = match token.kind {
                TokenKind::Comment => Role::Comment,
                TokenKind::Number => Role::Number,
                TokenKind::String | TokenKind::File => Role::Text,
                TokenKind::Symbol if self.is_function(piece) => Role::Known,
                TokenKind::Slot | TokenKind::SlotSequence | TokenKind::Blank(_) | TokenKind::DefaultBlank => {
                    Role::Pattern
                }
                TokenKind::Error(_) => Role::Wrong,
                _ => Role::Plain,
            };
            (piece, role)
        })
    }
}

/// The text up to its first full stop at the end of a word.
fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.find(". ").map_or(line, |end| &line[..=end])
}
