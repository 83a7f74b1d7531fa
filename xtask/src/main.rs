//! Development tasks, run as `cargo xtask TASK`; `cargo xtask --help` lists them.

mod bench;
mod conformance;
mod picture;
mod step;
mod test;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks of Netform")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check everything: formatting, lints, documentation, tests, and conformance where the suites are present.
    Test,
    /// Install the programs of Python that tests run, into target/tools.
    Tools,
    /// Measure nets, beside others that are installed.
    Bench(bench::Options),
    /// Run test suites from outside the project through the `netform` command.
    Conformance {
        /// The folder of the suites [default: $NETFORM_SUITES, or ../shared/suites], or of the suite torch-ref alone.
        #[arg(long, value_name = "DIR")]
        suite: Option<PathBuf>,
        /// Write each suite's answers to `DIR/<suite>.jsonl`, tensors to `DIR/<case>.safetensors`.
        #[arg(long, value_name = "DIR")]
        results: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test => test::run(),
        Task::Tools => tools::run(),
        Task::Bench(options) => bench::run(&options),
        Task::Conformance { suite, results } => conformance::run(suite, results.as_deref()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The root folder of the workspace.
fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}
