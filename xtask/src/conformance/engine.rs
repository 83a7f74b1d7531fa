//! The `netform eval --json` process that answers the cases.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::case::{Answer, Case, Request};
use crate::workspace_root;

/// A running process; it is started again when it dies.
pub(super) struct Engine {
    command: PathBuf,
    time_limit: u32,
    options: &'static [&'static str],
    process: Process,
}

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// Builds the command in the profile of the tests, and gives the path of the executable.
///
/// By the command that builds all tests, since the features of the dependencies are those that the tests ask for, too: after a run
/// of the tests nothing is compiled again.
pub(super) fn build() -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--workspace", "--no-run", "--locked", "--message-format", "json"])
        .current_dir(workspace_root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err("the netform command does not build".to_owned());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let target = &message["target"];
        let is_command =
            target["name"] == "netform" && target["kind"][0] == "bin" && message["profile"]["test"] == false;
        message["executable"].as_str().filter(|_| is_command).map(PathBuf::from)
    });
    executables.next_back().ok_or_else(|| "cargo names no executable".to_owned())
}

impl Engine {
    /// Starts the command with a limit of seconds for each case.
    pub(super) fn start(command: &Path, time_limit: u32) -> Result<Engine, String> {
        Engine::with_options(command, time_limit, &["--sandbox"])
    }

    /// The same for cases that read and write files.
    pub(super) fn with_files(command: &Path, time_limit: u32) -> Result<Engine, String> {
        Engine::with_options(command, time_limit, &[])
    }

    fn with_options(command: &Path, time_limit: u32, options: &'static [&'static str]) -> Result<Engine, String> {
        let process = Process::start(command, time_limit, options)?;
        Ok(Engine { command: command.to_owned(), time_limit, options, process })
    }

    /// The answer to a case, and the line in which it came; a process that dies is an answer too.
    pub(super) fn ask(&mut self, case: &Case) -> Result<(Answer, String), String> {
        let request = Request { id: &case.id, setup: &case.setup, input: &case.input };
        let request = serde_json::to_string(&request).map_err(|error| error.to_string())?;
        if let Ok(line) = self.process.exchange(&request) {
            let answer = serde_json::from_str(&line).map_err(|error| format!("{}: {error}: {line}", case.id))?;
            return Ok((answer, line));
        }
        self.process.end();
        self.process = Process::start(&self.command, self.time_limit, self.options)?;
        let error = "the process died".to_owned();
        let line = serde_json::json!({ "id": case.id, "error": error }).to_string();
        Ok((Answer { error: Some(error), ..Answer::default() }, line))
    }
}

impl Process {
    fn start(command: &Path, time_limit: u32, options: &[&str]) -> Result<Process, String> {
        let mut child = Command::new(command)
            .args(["eval", "--json", "--time-limit", &time_limit.to_string()])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", command.display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the process has no pipes".to_owned());
        };
        Ok(Process { child, input, output: BufReader::new(output) })
    }

    fn exchange(&mut self, request: &str) -> std::io::Result<String> {
        writeln!(self.input, "{request}")?;
        self.input.flush()?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// Stops a process that no longer answers and waits for its end.
    fn end(&mut self) {
        // It may have ended by itself, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}
