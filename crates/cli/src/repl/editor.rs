//! Help while typing: completion of names, colours, and the end of an input.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use crate::engine::is_incomplete;
use crate::vocabulary::{Role, Vocabulary};

/// What the line editor asks while a line is typed.
pub(super) struct Assistant {
    vocabulary: Vocabulary,
    coloured: bool,
}

impl Assistant {
    /// An assistant that completes the names of `vocabulary`.
    pub(super) fn new(vocabulary: Vocabulary, coloured: bool) -> Assistant {
        Assistant { vocabulary, coloured }
    }

    /// Replaces the names that are completed.
    pub(super) fn set_vocabulary(&mut self, vocabulary: Vocabulary) {
        self.vocabulary = vocabulary;
    }
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let start = name_start(line, position);
        let prefix = &line[start..position];
        if prefix.is_empty() {
            return Ok((position, Vec::new()));
        }
        let candidates = self.vocabulary.beginning_with(prefix).iter().map(|entry| Pair {
            display: if entry.summary.is_empty() {
                entry.name.clone()
            } else {
                format!("{}  {}", entry.name, entry.summary)
            },
            replacement: entry.name.clone(),
        });
        Ok((start, candidates.collect()))
    }
}

/// Where the name that ends at the cursor begins.
fn name_start(line: &str, position: usize) -> usize {
    let before = &line[..position];
    let is_part = |c: char| c.is_alphanumeric() || c == '$' || c == '`';
    before.char_indices().rev().take_while(|&(_, c)| is_part(c)).last().map_or(position, |(at, _)| at)
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if !self.coloured {
            return Cow::Borrowed(line);
        }
        let mut text = String::with_capacity(2 * line.len());
        for (piece, role) in self.vocabulary.roles(line) {
            match colour(role) {
                Some(code) => text.push_str(&format!("\x1b[{code}m{piece}\x1b[0m")),
                None => text.push_str(piece),
            }
        }
        Cow::Owned(text)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.coloured { Cow::Owned(format!("\x1b[2m{prompt}\x1b[0m")) } else { Cow::Borrowed(prompt) }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.coloured && kind != CmdKind::MoveCursor
    }
}

/// The terminal's code for the colour of a piece of input.
fn colour(role: Role) -> Option<&'static str> {
    match role {
        Role::Plain => None,
        Role::Known => Some("1"),
        Role::Number => Some("36"),
        Role::Text => Some("32"),
        Role::Comment => Some("2"),
        Role::Pattern => Some("33"),
        Role::Wrong => Some("31"),
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let input = context.input();
        let incomplete = !input.trim_start().starts_with('?') && is_incomplete(input);
        Ok(if incomplete { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}
