//! The hosts of ordinary programs: one grants what the process has, one nothing.

use std::io::{self, Read, Seek, Write};
use std::time::{Duration, Instant, SystemTime};

use netform_eval::{EmittedMessage, Host};

/// A host that prints on the standard output, shows messages on the standard error stream, and
/// lets the session see clocks, memory and files.
///
/// ```
/// use netform::prelude::*;
/// use netform::SystemHost;
///
/// let mut session = Session::with_host(SystemHost::new());
/// session.evaluate_text("Print[\"seen on the standard output\"]")?;
/// assert_eq!(session.evaluate_text("TimeConstrained[While[True], 0.01, late]")?, symbol("late"));
/// # Ok::<(), netform::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SystemHost {
    start: Instant,
}

impl SystemHost {
    /// A host whose clock starts now.
    pub fn new() -> SystemHost {
        SystemHost { start: Instant::now() }
    }
}

impl Default for SystemHost {
    fn default() -> SystemHost {
        SystemHost::new()
    }
}

impl Host for SystemHost {
    fn print(&mut self, text: &str) {
        let mut output = io::stdout().lock();
        // When nobody reads any more the evaluation still goes on for its value.
        let _ = writeln!(output, "{text}").and_then(|()| output.flush());
    }

    fn message(&mut self, message: &EmittedMessage) {
        // As for printed text.
        let _ = writeln!(io::stderr().lock(), "{message}");
    }

    fn monotonic(&self) -> Option<Duration> {
        Some(self.start.elapsed())
    }

    /// Known on Unix systems.
    fn processor_time(&self) -> Option<Duration> {
        processor_time()
    }

    fn unix_time(&self) -> Option<Duration> {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()
    }

    fn sleep(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    /// Known on systems that tell it by a file.
    fn memory_in_use(&self) -> Option<u64> {
        const PAGE_BYTES: u64 = 4096;
        let statistics = std::fs::read_to_string("/proc/self/statm").ok()?;
        let pages: u64 = statistics.split_whitespace().nth(1)?.parse().ok()?;
        Some(pages * PAGE_BYTES)
    }

    fn read_file(&mut self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn read_file_part(&mut self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        // A pipe has no parts, and to open one waits until somebody writes to it.
        if !std::fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
        }
        let mut file = std::fs::File::open(path)?;
        file.seek(io::SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn write_file(&mut self, path: &str, contents: &[u8]) -> io::Result<()> {
        std::fs::write(path, contents)
    }
}

#[cfg(unix)]
fn processor_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).ok()
}

#[cfg(not(unix))]
fn processor_time() -> Option<Duration> {
    None
}

/// The host of sessions that can reach nothing outside: it grants a timer, so that time limits are
/// kept, and no clock.
#[derive(Debug)]
pub(crate) struct SandboxHost {
    start: Instant,
}

impl SandboxHost {
    /// A host whose timer starts now.
    pub(crate) fn new() -> SandboxHost {
        SandboxHost { start: Instant::now() }
    }
}

impl Host for SandboxHost {
    fn timer(&self) -> Option<Duration> {
        Some(self.start.elapsed())
    }
}
