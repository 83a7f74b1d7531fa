//! Programs that tests run what is written with: `cargo xtask tools` installs those of Python into a folder.
//!
//! A test whose program is absent is listed as ignored, with the name of the program; where the environment variable
//! `NETFORM_TOOLS_REQUIRED` is set, as `cargo xtask test` does, it fails, unless the program is one that is not installed for it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use libtest_mimic::{Failed, Trial};

use crate::workspace_root;

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Python with NumPy, ONNX and its runtime.
    Python,
    /// A compiler of C.
    C,
    /// Node, which runs JavaScript.
    Node,
    /// The compiler of Rust.
    Rust,
    /// Python with PyTorch, which the environment variable `NETFORM_PYTORCH` names: it is too large to be installed for tests.
    PyTorch,
}

impl Tool {
    /// Its name, and where it is or under which name it is found.
    fn program(self) -> (&'static str, PathBuf) {
        match self {
            Tool::Python => ("onnxruntime", workspace_root().join("target/tools/bin/python")),
            Tool::C => ("cc", "cc".into()),
            Tool::Node => ("node", "node".into()),
            Tool::Rust => ("rustc", std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()).into()),
            Tool::PyTorch => ("PyTorch", std::env::var_os("NETFORM_PYTORCH").unwrap_or_else(|| "torch".into()).into()),
        }
    }

    fn is_there(self) -> bool {
        let (_, path) = self.program();
        let folders = std::env::var_os("PATH").unwrap_or_default();
        path.exists()
            || path.components().count() == 1
                && std::env::split_paths(&folders).any(|folder| folder.join(&path).exists())
    }

    /// A command of it.
    pub(crate) fn command(self) -> Command {
        Command::new(self.program().1)
    }

    /// A test that needs it.
    pub(crate) fn trial(self, name: String, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
        if self.is_there() {
            return Trial::test(name, run);
        }
        let is_wanted = self != Tool::PyTorch && std::env::var_os("NETFORM_TOOLS_REQUIRED").is_some();
        let tool = self.program().0;
        let advice = match self {
            Tool::Python => format!("{tool} is not there; cargo xtask tools installs it"),
            Tool::PyTorch => "the environment variable NETFORM_PYTORCH names no Python with PyTorch".to_owned(),
            _ => format!("{tool} is not there; install it, or leave out its tests with --skip"),
        };
        Trial::test(name, move || Err(Failed::from(advice)))
            .with_kind(format!("needs {tool}"))
            .with_ignored_flag(!is_wanted)
    }
}

/// Runs a command to its end.
///
/// # Errors
/// What it printed, if it does not end well.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Err(format!("{command:?} ends with {}\n{}{}", output.status, text(&output.stdout), text(&output.stderr)))
}

/// onnxruntime in Python, which takes longer to start than to run most models: it answers one request after the other.
pub(crate) struct OnnxRuntime {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _child: Child,
}

/// Those that run and have nothing to do.
static IDLE: Mutex<Vec<OnnxRuntime>> = Mutex::new(Vec::new());

impl OnnxRuntime {
    /// Runs the models in a folder, of which `cases.json` tells the inputs and outputs.
    ///
    /// # Errors
    /// The models whose outputs are others.
    pub(crate) fn check(folder: &Path) -> Result<(), String> {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut process = idle.map_or_else(OnnxRuntime::start, Ok)?;
        let faults = process.ask(folder)?;
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }

    fn start() -> Result<OnnxRuntime, String> {
        let mut command = Tool::Python.command();
        command.arg(workspace_root().join("tests/tools/onnx_runtime.py"));
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| format!("{command:?}: {error}"))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(OnnxRuntime { input, output: BufReader::new(output), _child: child }),
            _ => Err(format!("{command:?} has no input or output")),
        }
    }

    fn ask(&mut self, folder: &Path) -> Result<Vec<String>, String> {
        let mut answer = String::new();
        writeln!(self.input, "{}", folder.display())
            .and_then(|()| self.output.read_line(&mut answer))
            .map_err(|error| format!("onnxruntime: {error}"))?;
        serde_json::from_str(&answer).map_err(|error| format!("onnxruntime answers {answer:?}: {error}"))
    }
}
