//! Programs that tests run what is written with: `cargo xtask tools` installs those of Python into a folder.
//!
//! A test whose program is absent is listed as ignored, with the name of the program; where the environment variable
//! `NETFORM_TOOLS_REQUIRED` is set, as `cargo xtask test` does, it fails.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::workspace_root;

/// A program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Python with NumPy, ONNX and its runtime.
    Python,
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Tool::Python => "onnxruntime",
        }
    }

    /// Where it is.
    fn path(self) -> PathBuf {
        match self {
            Tool::Python => workspace_root().join("target/tools/bin/python"),
        }
    }

    fn is_there(self) -> bool {
        self.path().exists()
    }

    /// A command of it.
    pub(crate) fn command(self) -> Command {
        Command::new(self.path())
    }

    /// A test that needs it.
    pub(crate) fn trial(self, name: String, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
        if self.is_there() {
            return Trial::test(name, run);
        }
        let (tool, required) = (self.name(), std::env::var_os("NETFORM_TOOLS_REQUIRED").is_some());
        let advice = format!("{tool} is not there; cargo xtask tools installs it");
        Trial::test(name, move || Err(Failed::from(advice)))
            .with_kind(format!("needs {tool}"))
            .with_ignored_flag(!required)
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
