//! The world as a session of this program sees it: where its output goes, and whether it may touch anything else.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use netform::{Host, Message, SystemHost};

use crate::terminal;

/// Where the output of a session goes.
#[derive(Debug, Clone)]
pub(crate) enum Sink {
    /// To the terminal: printed text and messages on the standard output, as they come.
    Output,
    /// Printed text on the standard output, messages on the standard error stream.
    Streams,
    /// Into a buffer.
    Collected(Arc<Mutex<Collected>>),
}

/// Output that was collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// Messages as `Head::tag: text`, in their order.
    pub(crate) messages: Vec<String>,
    /// Printed lines.
    pub(crate) printed: String,
}

/// The host of every session of this program.
pub(crate) struct FrontHost {
    sink: Sink,
    world: World,
    system: SystemHost,
}

/// What functions may touch besides the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    /// Files and the clock.
    Open,
    /// Nothing.
    Sandbox,
}

impl FrontHost {
    /// A host whose clock starts now.
    pub(crate) fn new(sink: Sink, world: World) -> FrontHost {
        FrontHost { sink, world, system: SystemHost::new() }
    }

    /// The world outside, unless it is closed.
    fn open(&self) -> Option<&SystemHost> {
        (self.world == World::Open).then_some(&self.system)
    }

    fn permit(&self, path: &str) -> io::Result<()> {
        match self.open() {
            Some(_) => Ok(()),
            None => Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("a sandboxed session may not touch files such as {path}"),
            )),
        }
    }
}

/// The collected output, whatever happened to a thread that wrote to it.
pub(crate) fn lock(collected: &Mutex<Collected>) -> MutexGuard<'_, Collected> {
    collected.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Host for FrontHost {
    fn print(&mut self, text: &str) {
        match &self.sink {
            Sink::Output | Sink::Streams => {
                let mut output = io::stdout().lock();
                // When nobody reads any more the evaluation still goes on for its value.
                let _ = writeln!(output, "{text}").and_then(|()| output.flush());
            }
            Sink::Collected(collected) => {
                let mut collected = lock(collected);
                collected.printed.push_str(text);
                collected.printed.push('\n');
            }
        }
    }

    fn message(&mut self, message: &Message) {
        let text = message.to_string();
        let coloured = |text: &str| format!("\x1b[31m{text}\x1b[0m");
        match &self.sink {
            Sink::Output => {
                let shown = if terminal::output_has_colour() { coloured(&text) } else { text };
                // As for printed text.
                let _ = writeln!(io::stdout().lock(), "{shown}");
            }
            Sink::Streams => {
                let shown = if terminal::errors_have_colour() { coloured(&text) } else { text };
                let _ = writeln!(io::stderr().lock(), "{shown}");
            }
            Sink::Collected(collected) => lock(collected).messages.push(text),
        }
    }

    fn monotonic(&self) -> Option<Duration> {
        self.open()?.monotonic()
    }

    fn processor_time(&self) -> Option<Duration> {
        self.open()?.processor_time()
    }

    fn timer(&self) -> Option<Duration> {
        self.system.timer()
    }

    fn unix_time(&self) -> Option<Duration> {
        self.open()?.unix_time()
    }

    fn sleep(&mut self, time: Duration) {
        if self.open().is_some() {
            self.system.sleep(time);
        }
    }

    fn memory_in_use(&self) -> Option<u64> {
        self.system.memory_in_use()
    }

    fn read_file(&mut self, path: &str) -> io::Result<Vec<u8>> {
        self.permit(path)?;
        self.system.read_file(path)
    }

    fn read_file_part(&mut self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.permit(path)?;
        self.system.read_file_part(path, offset, length)
    }

    fn write_file(&mut self, path: &str, contents: &[u8]) -> io::Result<()> {
        self.permit(path)?;
        self.system.write_file(path, contents)
    }
}

/// The memory that a session may use: most of what the machine has, so that a runaway evaluation ends with a message and not with
/// the process. Where the system does not tell, there is no limit.
pub(crate) fn memory_limit() -> Option<u64> {
    const KIBIBYTE: u64 = 1024;
    let information = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = information.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let total: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(total / 4 * 3 * KIBIBYTE)
}
