//! `netform eval --json`: one line of JSON in, one line of JSON out, a fresh session for each.

mod protocol;
mod worker;

use std::io::{BufRead, Write};

use crate::arguments::Limits;
use crate::status::Status;

use protocol::{Request, Response};
use worker::Worker;

/// Answers requests until the standard input ends.
///
/// No request stops the next one: what fails, takes too long or panics gives a line with `error`.
pub(crate) fn serve(limits: &Limits) -> Status {
    let mut worker = Worker::start(limits);
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().split(b'\n') {
        let Ok(line) = line else { return Status::Failed };
        if line.trim_ascii().is_empty() {
            continue;
        }
        let response = match Request::read(&line) {
            Ok(request) => worker.answer(request),
            Err(response) => *response,
        };
        // The reader has gone when this fails, and there is nobody left to answer.
        if writeln!(output, "{}", response.line()).and_then(|()| output.flush()).is_err() {
            return Status::Done;
        }
    }
    Status::Done
}

impl Response {
    fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| format!("{{\"id\":null,\"error\":\"{error}\"}}"))
    }
}
