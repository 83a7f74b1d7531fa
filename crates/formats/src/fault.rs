//! What is wrong with a model of a file: everything at once, each with its place.

use crate::FormatError;

/// How many are told.
const TOLD: usize = 20;

/// What is wrong with a model.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    texts: Vec<String>,
    more: usize,
}

impl Faults {
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds one, unless it is told already.
    pub(crate) fn add(&mut self, text: String) {
        if self.texts.contains(&text) {
            return;
        }
        if self.texts.len() < TOLD {
            self.texts.push(text);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn error(self) -> FormatError {
        let mut text = self.texts.join("\n    ");
        if self.more > 0 {
            text.push_str(&format!("\n    and {} more", self.more));
        }
        FormatError::Malformed(text)
    }
}
