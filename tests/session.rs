//! Sessions for tests: their output is kept, and neither time nor memory can run away.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use netform::eval::Session;
use netform::expr::{Expr, Sym};
use netform::{Host, Message};

/// The time that all inputs of one session may take together.
const TIME_LIMIT: Duration = Duration::from_secs(300);
/// The time between two interrupts of a session whose time is over.
const PATIENCE: Duration = Duration::from_millis(20);
/// The memory that all tests may use together.
const MEMORY_LIMIT: u64 = 6 << 30;

/// A session whose output is kept as lines, and which is aborted when its time is over.
pub(crate) struct TestSession {
    session: Session,
    lines: Lines,
    files: Files,
    _watch: Sender<()>,
}

/// The lines that an input has given so far.
type Lines = Arc<Mutex<Vec<String>>>;

/// The files that an input has written, by their names.
type Files = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A host with a clock that keeps what is shown and what is written.
struct Recorder {
    lines: Lines,
    files: Files,
    start: Instant,
}

impl TestSession {
    /// A fresh session.
    pub(crate) fn new() -> TestSession {
        let lines = Lines::default();
        let files = Files::default();
        let host = Recorder { lines: Arc::clone(&lines), files: Arc::clone(&files), start: Instant::now() };
        let mut session = Session::with_host(netform::registry(), Box::new(host));
        session.limits().memory = Some(MEMORY_LIMIT);
        let interrupt = session.interrupt();
        let (watch, ended) = channel();
        std::thread::spawn(move || {
            let mut patience = TIME_LIMIT;
            while ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                interrupt.raise();
                patience = PATIENCE;
            }
        });
        TestSession { session, lines, files, _watch: watch }
    }

    /// The contents of a file that the session has written.
    pub(crate) fn file(&self, name: &str) -> Option<Vec<u8>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The session itself.
    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The value of an input, which may be several expressions.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn value(&mut self, input: &str) -> Result<Expr, String> {
        let parsed = self.session.parse(input);
        if parsed.has_errors() {
            let errors = parsed.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
            return Err(errors
                .map(|error| format!("Syntax::{}: {}", error.code, error.message))
                .collect::<Vec<_>>()
                .join("\n"));
        }
        let mut value = Expr::from(Sym::Null);
        for (expression, _) in &parsed.expressions {
            value = self.session.submit(expression).value;
        }
        Ok(value)
    }

    /// Printed text and messages in their order, then the last value in OutputForm unless it is `Null`.
    pub(crate) fn transcript(&mut self, input: &str) -> Vec<String> {
        match self.value(input) {
            Ok(value) if value.is(Sym::Null) => {}
            Ok(value) => {
                let shown = self.session.formatted_value(&value, Sym::OutputForm);
                push(&self.lines, &self.session.output_form(&shown));
            }
            Err(errors) => push(&self.lines, &errors),
        }
        std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Host for Recorder {
    fn print(&mut self, text: &str) {
        push(&self.lines, text);
    }

    fn message(&mut self, message: &Message) {
        push(&self.lines, &message.to_string());
    }

    fn monotonic(&self) -> Option<Duration> {
        Some(self.start.elapsed())
    }

    /// Only what the session has written and the models of the suite can be read, by names such as `models/perceptron.onnx`.
    fn read_file(&mut self, path: &str) -> std::io::Result<Vec<u8>> {
        if let Some(file) = self.files.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(file.clone());
        }
        if path.starts_with("models/") && !path.contains("..") {
            return std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/formats").join(path));
        }
        let text = format!("this session may not touch files such as {path}");
        Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, text))
    }

    /// Files are kept in memory.
    fn write_file(&mut self, path: &str, contents: &[u8]) -> std::io::Result<()> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), contents.to_vec());
        Ok(())
    }

    fn memory_in_use(&self) -> Option<u64> {
        const PAGE_BYTES: u64 = 4096;
        let statistics = std::fs::read_to_string("/proc/self/statm").ok()?;
        let pages: u64 = statistics.split_whitespace().nth(1)?.parse().ok()?;
        Some(pages * PAGE_BYTES)
    }
}

fn push(lines: &Lines, text: &str) {
    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
    lines.extend(text.split('\n').map(|line| line.trim_end().to_owned()));
}
