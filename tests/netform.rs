//! One binary that runs every suite of the workspace.
//!
//! It takes the arguments of Cargo's own test runner (a filter, `--list`, `--exact`, `--skip`, `--test-threads` ...), and
//! `--update` (or the environment variable `NETFORM_UPDATE=1`), which rewrites the expected outputs of the transcripts that
//! it runs to what the session now answers.

use std::process::ExitCode;

use libtest_mimic::Arguments;
use netform_tests::transcript::Expectation;
use netform_tests::{architecture, properties, transcript};

fn main() -> ExitCode {
    let wanted = std::env::var_os("NETFORM_UPDATE").is_some_and(|value| value == "1");
    let (update, rest): (Vec<String>, Vec<String>) = std::env::args().partition(|argument| argument == "--update");
    let expectation = if wanted || !update.is_empty() { Expectation::Update } else { Expectation::Compare };

    let transcripts = transcript::Suite::load(expectation);
    let mut trials = architecture::trials();
    trials.extend(properties::trials());
    trials.extend(transcripts.trials());
    let conclusion = libtest_mimic::run(&Arguments::from_iter(rest), trials);

    match transcripts.write_updates() {
        Ok(files) => files.iter().for_each(|file| eprintln!("updated {file}")),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    }
    conclusion.exit_code()
}
