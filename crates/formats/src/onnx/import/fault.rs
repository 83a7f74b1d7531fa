//! What is wrong with a model: everything at once, each with its place.

use crate::FormatError;
use crate::onnx::model::Node;

/// How many are told.
const TOLD: usize = 20;

/// What is wrong with a model.
#[derive(Debug, Default)]
pub(super) struct Faults {
    texts: Vec<String>,
    more: usize,
}

impl Faults {
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Adds one, unless it is told already.
    pub(super) fn add(&mut self, text: String) {
        if self.texts.contains(&text) {
            return;
        }
        if self.texts.len() < TOLD {
            self.texts.push(text);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn error(self) -> FormatError {
        let mut text = self.texts.join("\n    ");
        if self.more > 0 {
            text.push_str(&format!("\n    and {} more", self.more));
        }
        FormatError::Malformed(text)
    }
}

/// A node in words.
pub(super) fn label(node: &Node<'_>) -> String {
    let name = if node.name.is_empty() { node.outputs.first().copied().unwrap_or_default() } else { node.name };
    let domain = if node.domain.is_empty() { String::new() } else { format!("{}.", node.domain) };
    format!("node {name:?} ({domain}{})", node.operator)
}
