//! One step of a task: a Cargo command with a title and a measured duration.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::workspace_root;

/// A Cargo command that a task runs.
pub(crate) struct Step {
    /// What is checked, in a word or two.
    pub(crate) title: &'static str,
    /// The arguments of `cargo`.
    pub(crate) arguments: &'static [&'static str],
    /// Environment variables for this command.
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// What to do when the command cannot even start or fails for a reason outside of the project.
    pub(crate) advice: &'static str,
}

impl Step {
    /// Runs the command with its output on the terminal; the error says how to run it alone.
    pub(crate) fn run(&self, position: usize, count: usize) -> Result<(), String> {
        println!("[{position}/{count}] {}: {}", self.title, self.shell_text());
        let start = Instant::now();
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(cargo)
            .args(self.arguments)
            .envs(self.environment.iter().copied())
            .current_dir(workspace_root())
            .status()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        let spent = seconds(start.elapsed());
        if status.success() {
            println!("[{position}/{count}] {}: passed in {spent}\n", self.title);
            return Ok(());
        }
        let advice = if self.advice.is_empty() { String::new() } else { format!("\n{}", self.advice) };
        Err(format!("{} failed after {spent}; to run this step alone: {}{advice}", self.title, self.shell_text()))
    }

    fn shell_text(&self) -> String {
        let environment = self.environment.iter().map(|(name, value)| format!("{name}='{value}' ")).collect::<String>();
        format!("{environment}cargo {}", self.arguments.join(" "))
    }
}

/// A duration as it is printed.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
