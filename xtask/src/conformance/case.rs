//! Cases and answers as they stand in the suites' files and in the `eval --json` protocol.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// A case of a suite of expressions.
#[derive(Debug, Deserialize)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) area: String,
    #[serde(default)]
    pub(super) setup: Vec<String>,
    pub(super) input: String,
    pub(super) expected: String,
}

/// What is sent to the command for a case.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    pub(super) id: &'a str,
    pub(super) setup: &'a [String],
    pub(super) input: &'a str,
}

/// What the command answers.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) out: Option<String>,
    #[serde(default)]
    pub(super) error: Option<String>,
    #[serde(default)]
    pub(super) messages: Vec<serde_json::Value>,
}

/// Reads the cases of a suite.
pub(super) fn read(path: &Path) -> Result<Vec<Case>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
