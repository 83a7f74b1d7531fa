//! The world outside: output, clock, files, memory. A session reaches it only through [`Host`].

use std::io;
use std::time::Duration;

use crate::EmittedMessage;

/// What a session may do to the world and learn from it.
///
/// Every method has a default that refuses or does nothing, so that a host grants only what it
/// overrides.
pub trait Host: Send {
    /// Writes a line of text that the program prints.
    fn print(&mut self, text: &str) {
        let _ = text;
    }

    /// Shows a message. It is also kept in the outcome of the input.
    fn message(&mut self, message: &EmittedMessage) {
        let _ = message;
    }

    /// The time since some fixed moment, for measuring.
    fn monotonic(&self) -> Option<Duration> {
        None
    }

    /// The time since some fixed moment, for time limits only. It is not told to the program, so
    /// a host that hides the clock can still have its limits kept.
    fn timer(&self) -> Option<Duration> {
        self.monotonic()
    }

    /// The processor's time that the calling thread has used, for measuring work: waiting does not count.
    fn processor_time(&self) -> Option<Duration> {
        None
    }

    /// The time since the beginning of 1970, UTC.
    fn unix_time(&self) -> Option<Duration> {
        None
    }

    /// Waits. A host without a clock does not.
    fn sleep(&mut self, time: Duration) {
        let _ = time;
    }

    /// The bytes of memory that the process uses.
    fn memory_in_use(&self) -> Option<u64> {
        None
    }

    /// The contents of a file.
    ///
    /// # Errors
    /// Where there is no such file, or the host does not let the session read it.
    fn read_file(&mut self, path: &str) -> io::Result<Vec<u8>> {
        Err(denied(path))
    }

    /// The bytes of a file from an offset on: so many, or fewer where it ends before. A host that reads files as a whole
    /// need not do more.
    ///
    /// # Errors
    /// As [`Host::read_file`].
    fn read_file_part(&mut self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.read_file(path)?;
        let start = usize::try_from(offset).map_or(bytes.len(), |offset| offset.min(bytes.len()));
        bytes.drain(..start);
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Replaces the contents of a file.
    ///
    /// # Errors
    /// Where the file cannot be written, or the host does not let the session write it.
    fn write_file(&mut self, path: &str, contents: &[u8]) -> io::Result<()> {
        let _ = contents;
        Err(denied(path))
    }
}

fn denied(path: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, format!("this session may not touch files such as {path}"))
}

/// The host that grants nothing, not even a timer for time limits.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sandbox;

impl Host for Sandbox {}
