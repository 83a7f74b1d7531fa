//! `cargo xtask test`: everything that must hold before a change lands.

use std::time::Instant;

use crate::conformance;
use crate::step::{Step, seconds};
use crate::tools;

/// What is checked before the tests, from the quickest to the slowest.
///
/// Lints and documentation share what Cargo checks of the dependencies, and every test binary, the `netform` command
/// included, is built by one command in one profile: nothing is compiled twice.
const CHECKS: &[Step] = &[
    Step {
        title: "formatting",
        arguments: &["fmt", "--all", "--check"],
        environment: &[],
        advice: "`cargo fmt --all` mends it; if the command is missing: rustup component add rustfmt",
    },
    Step {
        title: "lints",
        arguments: &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        environment: &[],
        advice: "if the command is missing: rustup component add clippy",
    },
    Step {
        title: "documentation",
        arguments: &["doc", "--workspace", "--no-deps", "--locked"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
        advice: "",
    },
];

const TESTS: Step = Step {
    title: "tests",
    arguments: &["test", "--workspace", "--locked", "--no-fail-fast"],
    environment: &[("NETFORM_TOOLS_REQUIRED", "1")],
    advice: "one test alone: cargo test -p netform-tests -- NAME",
};

/// Runs all steps, and conformance where its suites are present; stops at the first failure.
pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    let count = CHECKS.len() + 2;
    // The programs of Python come from the network while Cargo computes.
    let tools = std::thread::spawn(tools::run);
    for (index, step) in CHECKS.iter().enumerate() {
        step.run(index + 1, count)?;
    }
    tools.join().map_err(|_| "installing the tools of the tests panicked".to_owned())?.map_err(|error| {
        format!("{error}; tests run what is written with programs of Python, see `cargo xtask tools`")
    })?;
    TESTS.run(count - 1, count)?;
    println!("[{count}/{count}] conformance: cargo xtask conformance");
    let conformance_start = Instant::now();
    conformance::run(&conformance::Options::default())?;
    println!("[{count}/{count}] conformance: done in {}\n", seconds(conformance_start.elapsed()));
    println!("all steps passed in {}", seconds(start.elapsed()));
    Ok(())
}
