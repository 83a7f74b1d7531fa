//! Nets computed by PyTorch: built as expressions from their description, applied, differentiated, and compared with
//! PyTorch's outputs and gradients.

mod activations;
mod attention;
mod description;
mod embeddings;
mod layers;
mod losses;
mod model;
mod normalizations;
mod pairs;
mod patches;
mod positions;
mod recurrent;
mod resampling;
mod spatial;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::case::Case;
use super::engine::{self, Engine};
use super::models::said;
use super::report::{Outcome, Report};
use layers::Array;
use model::{Feed, Model};

/// Seconds that one case may take.
const TIME_LIMIT: u32 = 60;

/// Runs the cases of the suite in `folder` whose folders exist. With `results` the tensors are written there, or the reason why
/// there are none.
pub(super) fn run(folder: &Path, results: Option<&Path>) -> Result<(), String> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let read = |path: &Path| -> Result<Value, String> {
        let text = std::fs::read_to_string(path).map_err(|error| failed(path, &error))?;
        serde_json::from_str(&text).map_err(|error| failed(path, &error))
    };
    let index = read(&folder.join("index.json"))?;
    let rows = index.as_array().or_else(|| index["cases"].as_array()).ok_or("the index holds no cases")?;
    if let Some(results) = results {
        std::fs::create_dir_all(results).map_err(|error| failed(results, &error))?;
    }
    let scratch = std::env::temp_dir().join(format!("netform-conformance-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(|error| failed(&scratch, &error))?;
    let mut engine = Engine::with_files(&engine::build()?, TIME_LIMIT)?;
    let mut report = Report::default();
    for row in rows {
        let (Some(name), Some(path)) = (row["name"].as_str(), row["path"].as_str()) else { continue };
        let path = folder.join(path);
        if !path.is_dir() {
            continue;
        }
        let description = read(&path.join("case.json"))?;
        let target = results.unwrap_or(&scratch);
        let file = target.join(format!("{name}.safetensors"));
        let mut case = Case {
            id: name.to_owned(),
            area: row["group"].as_str().unwrap_or_default().to_owned(),
            setup: Vec::new(),
            input: String::new(),
            expected: "{}".to_owned(),
        };
        let result = match program(&description, &path, &file) {
            Ok((setup, input)) => {
                (case.setup, case.input) = (setup, input);
                let (answer, _) = engine.ask(&case)?;
                match answer.out.as_deref() {
                    Some("{}") => Ok(()),
                    Some(other) => Err(format!("not as PyTorch: {other} {}", said(&answer.messages))),
                    None => Err(answer.error.unwrap_or_default()),
                }
            }
            Err(reason) => Err(format!("declined: {reason}")),
        };
        if let (Err(reason), Some(results)) = (&result, results)
            && !file.exists()
        {
            let path = results.join(format!("{name}.txt"));
            std::fs::write(&path, reason).map_err(|error| failed(&path, &error))?;
        }
        report.add(Outcome { suite: "torch-ref", case, result });
    }
    std::fs::remove_dir_all(&scratch).map_err(|error| failed(&scratch, &error))?;
    report.print();
    report.verdict()
}

/// What is evaluated before, and the input whose value is the list of the keys that differ from PyTorch's.
fn program(case: &Value, folder: &Path, file: &Path) -> Result<(Vec<String>, String), String> {
    if case["kind"] == "train" {
        return Err("training".to_owned());
    }
    let Model { net, inputs, outputs, training } = model::model(case)?;
    let path = |array: &Array| format!("{{{}}}", array.path.join(", "));
    let value = |(name, block): &(String, Option<(usize, usize)>)| {
        let whole = format!("weights[\"{name}\"]");
        match block {
            Some((place, count)) => format!("Partition[{whole}, Length[{whole}]/{count}][[{}]]", place + 1),
            None => whole,
        }
    };
    let given = net.arrays.iter().map(|array| {
        let values: Vec<String> = array.tensors.iter().map(value).collect();
        let sum = values.join(" + ");
        match &array.form {
            Some(form) => format!("{} -> ({})[{sum}]", path(array), form.of_tensor),
            None => format!("{} -> {sum}", path(array)),
        }
    });
    let given: Vec<String> = given.collect();
    let (kept, learned): (Vec<&Array>, Vec<&Array>) =
        net.arrays.iter().partition(|array| array.path.iter().any(|key| key.starts_with("\"Moving")));
    // The gradient of a tensor is put together from those of the arrays that have its blocks.
    let mut of_tensors: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (asked, array) in learned.iter().enumerate() {
        for (name, block) in &array.tensors {
            let function = array.form.as_ref().map_or("Identity", |form| form.of_gradient.as_str());
            let part = format!("({function})[gradients[[{}]]]", asked + 1);
            of_tensors.entry(name.clone()).or_default().push((block.map_or(0, |(place, _)| place), part));
        }
    }
    let mut asked: Vec<String> = learned.iter().map(|array| format!("NetPortGradient[{}]", path(array))).collect();
    let mut found: Vec<String> =
        outputs.iter().enumerate().map(|(place, output)| format!("\"output.{place}\" -> {output}")).collect();
    for (name, mut parts) in of_tensors {
        parts.sort_unstable();
        let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
        found.push(format!("\"grad.weight.{name}\" -> Join[{}]", parts.join(", ")));
    }
    // The gradient of an input is put together from those of the ports that have its parts.
    let mut of_inputs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for Feed { port, gradient, .. } in &inputs {
        if let Some((place, function)) = gradient {
            asked.push(format!("NetPortGradient[\"{port}\"]"));
            of_inputs.entry(*place).or_default().push(format!("({function})[gradients[[{}]]]", asked.len()));
        }
    }
    for (place, parts) in of_inputs {
        let whole = if parts.len() == 1 { parts.concat() } else { format!("Join[{}]", parts.join(", ")) };
        found.push(format!("\"grad.input.{place}\" -> {whole}"));
    }
    let mode = if training { ", NetEvaluationMode -> \"Train\"" } else { "" };
    // What training leaves in the net.
    for array in kept.iter().filter(|_| training) {
        for (name, _) in &array.tensors {
            found.push(format!("\"buffer_after.{name}\" -> net[in, NetPort[{}]{mode}]", path(array)));
            if let Some(prefix) = name.strip_suffix("running_mean") {
                let count = format!("{prefix}num_batches_tracked");
                found.push(format!("\"buffer_after.{count}\" -> weights[\"{count}\"] + 1"));
            }
        }
    }
    let feeds: Vec<String> = inputs.iter().map(|feed| format!("\"{}\" -> {}", feed.port, feed.value)).collect();
    let quoted = |file: &Path| format!("\"{}\"", file.display().to_string().replace('\\', "\\\\").replace('"', "\\\""));
    let weights = folder.join("weights.safetensors");
    let weights = if weights.exists() { format!("Import[{}]", quoted(&weights)) } else { "<||>".to_owned() };
    let setup = vec![
        format!("weights = {weights}; io = Import[{}];", quoted(&folder.join("io.safetensors"))),
        format!("net = {};", net.layer),
        format!("net = NetReplacePart[net, {{{}}}];", given.join(", ")),
        format!("in = <|{}|>;", feeds.join(", ")),
        format!("outputs = net[in{mode}]; outputs = If[AssociationQ[outputs], outputs, <|\"Output\" -> outputs|>];"),
        // A net with one output says so in its list of ports.
        "names = If[Length[outputs] == 1, Keys[Information[net, \"OutputPorts\"]], Keys[outputs]];".to_owned(),
        "cotangents = Association[MapThread[NetPortGradient[#1] -> 2 #2 &, {names, Values[outputs]}]];".to_owned(),
        format!("gradients = Values[net[Join[in, cotangents], {{{}}}{mode}]];", asked.join(", ")),
        // PyTorch has no gradients of labels and of masks of truth values, and buffers only after training.
        format!("found = KeyTake[<|{}|>, Keys[io]];", found.join(", ")),
        format!("Export[{}, found];", quoted(file)),
        // All of PyTorch's outputs, gradients and buffers are compared, and none may be left out.
        "missing = Complement[Select[Keys[io], StringStartsQ[#, {\"output.\", \"grad.\", \"buffer_after.\"}] &], Keys[found]];"
            .to_owned(),
        "differing = Select[Keys[found], !TrueQ[Dimensions[found[#]] === Dimensions[io[#]] && \
         Max[Abs[Flatten[{found[#] - io[#]}]] - 10^-9 Abs[Flatten[{io[#]}]]] <= 10^-11] &];"
            .to_owned(),
    ];
    Ok((setup, "Join[missing, differing]".to_owned()))
}
