//! Nets computed by PyTorch: built as expressions from their description, applied, differentiated, and compared with
//! PyTorch's outputs and gradients.

mod activations;
mod arguments;
mod attention;
mod broadcasting;
mod chains;
mod description;
mod embeddings;
mod layers;
mod levels;
mod losses;
mod model;
mod normalizations;
mod optimizers;
mod pairs;
mod patches;
mod positions;
mod program;
mod reading;
mod recurrent;
mod resampling;
mod shapes;
mod spatial;
mod steps;
mod training;

use std::panic::catch_unwind;
use std::path::Path;

use serde_json::Value;

use super::Options;
use super::case::Case;
use super::engine::Engine;
use super::models::said;
use super::report::{Outcome, Report};
use program::Program;

/// Seconds that one case may take.
const TIME_LIMIT: u32 = 60;

/// Runs the cases of the suite in `folder` whose folders exist. With `results` the tensors are written there, or the reason why
/// there are none.
pub(super) fn run(folder: &Path, options: &Options) -> Result<(), String> {
    let results = options.results.as_deref();
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let index = reading::read(&folder.join("index.json"))?;
    let rows = index.as_array().or_else(|| index["cases"].as_array()).ok_or("the index holds no cases")?;
    if let Some(results) = results {
        std::fs::create_dir_all(results).map_err(|error| failed(results, &error))?;
    }
    let scratch = std::env::temp_dir().join(format!("netform-conformance-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|error| failed(&scratch, &error))?;
    let mut engine = Engine::with_files(&options.command()?, TIME_LIMIT)?;
    let mut report = Report::default();
    // A part of the suite can be asked for by words in the names of cases.
    let filter = std::env::var("NETFORM_CASES").unwrap_or_default();
    for row in rows {
        let (Some(name), Some(path)) = (row["name"].as_str(), row["path"].as_str()) else { continue };
        let path = folder.join(path);
        let wanted = filter.is_empty() || filter.split_whitespace().any(|word| name.contains(word));
        if !wanted || !path.is_dir() {
            continue;
        }
        let target = results.unwrap_or(&scratch);
        let file = target.join(format!("{name}.safetensors"));
        let mut case = Case {
            id: name.to_owned(),
            area: row["group"].as_str().unwrap_or_default().to_owned(),
            setup: Vec::new(),
            input: String::new(),
            expected: "{}".to_owned(),
        };
        let reason_file = target.join(format!("{name}.txt"));
        for file in [&file, &reason_file].into_iter().filter(|file| file.exists()) {
            std::fs::remove_file(file).map_err(|error| failed(file, &error))?;
        }
        // Whatever is wrong with a case, the others are tried.
        let result = match reading::read(&path.join("case.json")).and_then(|case| program(&case, &path, &file)) {
            Ok((setup, input)) => {
                (case.setup, case.input) = (setup, input);
                answered(&mut engine, &case)
            }
            Err(reason) => Err(format!("declined: {reason}")),
        };
        if let Err(reason) = &result
            && !file.exists()
        {
            std::fs::write(&reason_file, reason).map_err(|error| failed(&reason_file, &error))?;
        }
        report.add(Outcome { suite: "torch-ref", case, result });
    }
    std::fs::remove_dir_all(&scratch).map_err(|error| failed(&scratch, &error))?;
    report.print();
    report.verdict()
}

/// An error where the command does not answer, or its results are not PyTorch's.
fn answered(engine: &mut Engine, case: &Case) -> Result<(), String> {
    let (answer, _) = engine.ask(case)?;
    match answer.out.as_deref() {
        Some("{}") => Ok(()),
        Some(other) => Err(format!("not as PyTorch: {other} {}", said(&answer.messages))),
        None => Err(answer.error.unwrap_or_default()),
    }
}

/// What is evaluated for a case.
fn program(case: &Value, folder: &Path, file: &Path) -> Result<Program, String> {
    let found = catch_unwind(|| {
        arguments::all_known(&case["net"])?;
        if case["mode"] == "train" {
            model::nothing_random(&case["net"])?;
        }
        match case["kind"] == "train" {
            true => training::program(case, folder, file),
            false => Ok(program::program(&model::model(case)?, folder, file)),
        }
    });
    found.unwrap_or_else(|_| Err("shapes or arguments that do not belong together".to_owned()))
}
