//! The `netform` command: sessions on the terminal, scripts, single expressions, and a stream of requests.

#[macro_use]
mod terminal;

mod arguments;
mod check;
mod diagnostics;
mod diff;
mod difference;
mod engine;
mod equations;
mod explain;
mod export;
mod help;
mod host;
mod info;
mod interrupts;
mod net;
mod recorded;
mod repl;
mod requests;
mod script;
mod simplify;
mod status;
mod vocabulary;

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use script::Style;
use status::Status;

fn main() -> ExitCode {
    let Arguments { command, limits: before } = Arguments::parse();
    let status = match command {
        None if terminal::input_is_typed() => repl::run(&before),
        None => script::run_standard_input(Style::Values, &before),
        Some(Command::Run { file, quiet, limits }) => {
            let style = if quiet { Style::Quiet } else { Style::Notebook };
            script::run_file(&file, style, &limits.or(before))
        }
        Some(Command::Eval { json: true, limits, .. }) => requests::serve(&limits.or(before)),
        Some(Command::Eval { expression, form, limits, .. }) => {
            script::evaluate(&expression.unwrap_or_default(), form, &limits.or(before))
        }
        Some(Command::Equations { options, limits }) => equations::print(&options, &limits.or(before)),
        Some(Command::Check { options, limits }) => check::run(&options, &limits.or(before)),
        Some(Command::Explain { options, limits }) => explain::run(&options, &limits.or(before)),
        Some(Command::Export { options, limits }) => export::run(&options, &limits.or(before)),
        Some(Command::Info { options, limits }) => info::run(&options, &limits.or(before)),
        Some(Command::Simplify { options, limits }) => simplify::run(&options, &limits.or(before)),
        Some(Command::Diff { options, limits }) => diff::run(&options, &limits.or(before)),
        Some(Command::Completions { .. }) if !before.is_empty() => Arguments::command()
            .error(ErrorKind::ArgumentConflict, "nothing is evaluated for completions, so there is nothing to limit")
            .exit(),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "netform", &mut script);
            // A reader that has seen enough is no failure.
            match std::io::stdout().write_all(&script) {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                    eprintln!("the script of completions cannot be written: {error}");
                    Status::Failed
                }
                _ => Status::Done,
            }
        }
    };
    status.into()
}
