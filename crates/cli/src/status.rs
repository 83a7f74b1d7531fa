//! Exit statuses of the program.

use std::process::ExitCode;

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done; messages do not change it.
    Done,
    /// A syntax error, or the last value was `$Failed`, `$Aborted`, or what a limit ended.
    Failed,
    /// `Exit[n]` ended it with this code; systems keep its lowest 8 bits.
    Quit(i32),
    /// The program was called in a way that it does not understand.
    Usage,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::Failed => 1,
            Status::Quit(code) => code as u8,
            Status::Usage => 2,
        })
    }
}
