//! The lines of the protocol as types.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// Given back with the answer.
    #[serde(default)]
    pub(super) id: Value,
    /// Inputs to evaluate first.
    #[serde(default)]
    pub(super) setup: Vec<String>,
    /// The input whose value is wanted.
    pub(super) input: String,
}

/// What is answered.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Response {
    /// The request's own.
    pub(super) id: Value,
    /// The value, or why there is none.
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

/// A value, or why there is none.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Outcome {
    /// The input was evaluated.
    Value {
        /// The value in OutputForm; `Null` is printed too.
        out: String,
        /// The value in InputForm.
        input_form: String,
        /// Messages of the input in their order, as `Head::tag: text`.
        messages: Vec<String>,
        /// What the input printed.
        printed: String,
        /// Time of the setup and the input.
        seconds: f64,
    },
    /// There is no value.
    Error {
        /// Why.
        error: String,
    },
}

impl Request {
    /// Reads a line; what is no request is answered with an error that carries its id where there is one.
    pub(super) fn read(line: &[u8]) -> Result<Request, Box<Response>> {
        serde_json::from_slice(line).map_err(|error| {
            let whole: Option<Value> = serde_json::from_slice(line).ok();
            let id = whole.and_then(|value| value.get("id").cloned()).unwrap_or_default();
            Box::new(Response::error(id, format!("not a request: {error}")))
        })
    }
}

impl Response {
    /// The answer to a request that has no value.
    pub(super) fn error(id: Value, error: impl Into<String>) -> Response {
        Response { id, outcome: Outcome::Error { error: error.into() } }
    }
}
