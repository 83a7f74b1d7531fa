//! The `netform` command: sessions on the terminal, scripts, single expressions, and a stream of requests.

mod arguments;
mod check;
mod diagnostics;
mod engine;
mod help;
mod host;
mod interrupts;
mod repl;
mod requests;
mod script;
mod status;
mod terminal;
mod vocabulary;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use script::Style;
use status::Status;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let status = match arguments.command {
        None if terminal::input_is_typed() => repl::run(&arguments.limits),
        None => script::run_standard_input(Style::Values, &arguments.limits),
        Some(Command::Run { file, quiet, limits }) => {
            let style = if quiet { Style::Quiet } else { Style::Notebook };
            script::run_file(&file, style, &limits)
        }
        Some(Command::Eval { json: true, limits, .. }) => requests::serve(&limits),
        Some(Command::Eval { expression, form, limits, .. }) => {
            script::evaluate(&expression.unwrap_or_default(), form, &limits)
        }
        Some(Command::Check { options, limits }) => check::run(&options, &limits),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Arguments::command(), "netform", &mut std::io::stdout());
            Status::Done
        }
    };
    status.into()
}
