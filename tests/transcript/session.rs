//! The session behind a transcript: what it prints, says and answers, as lines in their order.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use netform::{EmittedMessage, Host, Session, Sym};

/// The lines that an input has given so far.
type Lines = Arc<Mutex<Vec<String>>>;

/// A session that answers inputs with lines.
pub(super) struct Transcript {
    session: Session,
    lines: Lines,
}

/// A host with a clock that keeps what is shown.
struct Recorder {
    lines: Lines,
    start: Instant,
}

impl Transcript {
    /// A fresh session.
    pub(super) fn new() -> Transcript {
        let lines = Lines::default();
        let host = Recorder { lines: Arc::clone(&lines), start: Instant::now() };
        Transcript { session: Session::with_host(netform::registry(), Box::new(host)), lines }
    }

    /// Printed text and messages in their order, then the value in OutputForm unless it is `Null`.
    pub(super) fn answer(&mut self, input: &str) -> Vec<String> {
        let parsed = self.session.parse(input);
        let mut wrong = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).peekable();
        if wrong.peek().is_some() {
            return wrong.map(|diagnostic| format!("Syntax::{}: {}", diagnostic.code, diagnostic.message)).collect();
        }
        for (expression, _) in &parsed.expressions {
            let outcome = self.session.submit(expression);
            if !outcome.value.is(Sym::Null) {
                let text = self.session.output_form(&outcome.value);
                push(&self.lines, &text);
            }
        }
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Recorder {
    fn print(&mut self, text: &str) {
        push(&self.lines, text);
    }

    fn message(&mut self, message: &EmittedMessage) {
        push(&self.lines, &message.to_string());
    }

    fn monotonic(&self) -> Option<Duration> {
        Some(self.start.elapsed())
    }
}

fn push(lines: &Lines, text: &str) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines.extend(text.split('\n').map(|line| line.trim_end().to_owned()));
}
