//! `cargo xtask conformance`: suites from outside the project, judged through the `netform eval --json` command.
//!
//! A suite is a folder with `public.json`; each is a row of [`SUITES`] that says how its answers are judged.

mod case;
mod engine;
mod models;
mod report;
mod round_trip;
mod state_dictionaries;
mod torch_ref;
mod wl_parse;

use std::path::PathBuf;

use case::{Answer, Case};
use clap::Args;
use engine::Engine;
use report::{Outcome, Report};

use crate::workspace_root;

/// What is judged, and where.
#[derive(Args, Debug, Default)]
pub(crate) struct Options {
    /// The folder of the suites [default: $NETFORM_SUITES, or ../shared/suites], or of one suite of nets alone.
    #[arg(long, value_name = "DIR")]
    suite: Option<PathBuf>,
    /// Write each suite's answers to `DIR/<suite>.jsonl`, tensors to `DIR/<case>.safetensors`.
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// The netform command that is judged [default: it is built in the profile of the tests].
    #[arg(long, value_name = "FILE")]
    command: Option<PathBuf>,
}

impl Options {
    /// The command, built if none is given.
    fn command(&self) -> Result<PathBuf, String> {
        match &self.command {
            Some(command) => command.canonicalize().map_err(|error| format!("{}: {error}", command.display())),
            None => engine::build(),
        }
    }
}

/// What is asked of the cases of a suite, and how the answers are judged.
struct Suite {
    /// Name of the row in the table.
    name: &'static str,
    /// Name of the folder.
    folder: &'static str,
    /// The input that is asked of a case.
    input: fn(&Case) -> String,
    /// `Err` says why the answer does not pass.
    judge: fn(&Case, &Answer) -> Result<(), String>,
}

const SUITES: &[Suite] = &[
    Suite { name: "wl-parse", folder: "wl-parse", input: |case| case.input.clone(), judge: wl_parse::judge },
    Suite { name: "wl-parse printed", folder: "wl-parse", input: round_trip::input, judge: round_trip::judge },
    Suite { name: "diff-rubi printed", folder: "diff-rubi", input: round_trip::input, judge: round_trip::judge },
    Suite { name: "cas-classic printed", folder: "cas-classic", input: round_trip::input, judge: round_trip::judge },
];

/// Seconds that one case may take.
const TIME_LIMIT: u32 = 10;

/// Runs every suite found in the folder, or the suite of nets that it is, and prints a table; a folder that does not exist is skipped with a
/// line that says so.
///
/// # Errors
/// The command cannot be built, a suite cannot be read, or a case fails.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let results = options.results.as_deref();
    let folder = options.suite.clone();
    let folder = folder
        .or_else(|| std::env::var_os("NETFORM_SUITES").map(PathBuf::from))
        .unwrap_or_else(|| workspace_root().join("../shared/suites"));
    if folder.join("index.json").is_file() {
        return match models::suite(&folder)? {
            Some(suite) => models::run(&folder, options, suite),
            None => torch_ref::run(&folder, options),
        };
    }
    let present: Vec<&Suite> =
        SUITES.iter().filter(|suite| folder.join(suite.folder).join("public.json").is_file()).collect();
    if present.is_empty() {
        println!("conformance skipped: no suites in {} (set NETFORM_SUITES to their folder)", folder.display());
        return Ok(());
    }
    let command = options.command()?;
    let mut report = Report::default();
    for suite in present {
        let cases = case::read(&folder.join(suite.folder).join("public.json"))?;
        let mut engine = Engine::start(&command, TIME_LIMIT)?;
        let mut lines = String::new();
        for mut case in cases {
            case.input = (suite.input)(&case);
            let (answer, line) = engine.ask(&case)?;
            lines.push_str(&line);
            lines.push('\n');
            report.add(Outcome { suite: suite.name, result: (suite.judge)(&case, &answer), case });
        }
        if let Some(results) = results {
            let path = results.join(format!("{}.jsonl", suite.name));
            std::fs::create_dir_all(results)
                .and_then(|()| std::fs::write(&path, lines))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    report.print();
    report.verdict()
}
