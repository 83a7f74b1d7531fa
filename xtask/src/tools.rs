//! `cargo xtask tools`: programs of Python that tests run, in a folder of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workspace_root;

/// What the tests need.
const REQUIREMENTS: &str = "tests/tools/requirements.txt";

/// Makes the environment of the tests, unless it is there as it should be.
pub(crate) fn run() -> Result<(), String> {
    let folder = workspace_root().join("target/tools");
    let requirements = workspace_root().join(REQUIREMENTS);
    let wanted = read(&requirements)?;
    let stamp = folder.join("requirements.txt");
    if read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install(&folder, &requirements)?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Makes an environment of Python with what a file lists.
pub(crate) fn install(venv: &Path, requirements: &Path) -> Result<(), String> {
    execute(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
    execute(Command::new(venv.join("bin/pip")).args(["install", "-q", "-r"]).arg(requirements))
}

/// Runs a command to its end.
pub(crate) fn execute(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}

fn read(path: &PathBuf) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
