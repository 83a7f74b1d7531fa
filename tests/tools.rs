//! Programs that tests run what is written with: `cargo xtask tools` installs those of Python into a folder.
//!
//! A test whose program is absent is listed as ignored, with the name of the program; where the environment variable
//! `NETFORM_TOOLS_REQUIRED` is set, as `cargo xtask test` does, it fails, unless the program is one that is not installed for it.

use std::path::PathBuf;
use std::process::Command;

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
