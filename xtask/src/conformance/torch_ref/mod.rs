//! Nets computed by PyTorch: built as expressions from their description, applied, differentiated, and compared with
//! PyTorch's outputs and gradients.

mod layers;
mod recurrent;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::case::Case;
use super::engine::{self, Engine};
use super::report::{Outcome, Report};
use layers::{Array, chain};
use recurrent::Stack;

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
                    Some(other) => Err(format!("not as PyTorch: {other}")),
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
    if case["kind"] == "train" || case["mode"] == "train" {
        return Err("training".to_owned());
    }
    let inputs = case["inputs"].as_array().ok_or("no inputs")?;
    let [shape] = inputs.as_slice() else { return Err("several inputs".to_owned()) };
    let shape: Vec<u64> = shape.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let module = &case["net"];
    let kind = module["type"].as_str().unwrap_or_default();
    let is_recurrent = matches!(kind, "LSTM" | "GRU" | "RNN");
    let batched = !name(case).ends_with("_unbatched");
    // PyTorch's sequences come before its batches.
    let steps_first = is_recurrent && batched && module["batch_first"] == false;
    let example = match (batched, steps_first) {
        (true, true) => [&shape[..1], &shape[2..]].concat(),
        (true, false) => shape[1..].to_vec(),
        (false, _) => shape.clone(),
    };
    let Stack { net, states } = if is_recurrent {
        recurrent::stack(module, true)?
    } else {
        let modules = if module.is_object() { Value::Array(vec![module.clone()]) } else { module.clone() };
        Stack { net: chain(&modules, "", example.len())?, states: Vec::new() }
    };
    let tensor = |tensor: &str| match module.is_object() && !is_recurrent {
        true => tensor.strip_prefix("0.").unwrap_or(tensor).to_owned(),
        false => tensor.to_owned(),
    };
    let path = |array: &Array| format!("{{{}}}", array.path.join(", "));
    let value = |(name, block): &(String, Option<(usize, usize)>)| {
        let whole = format!("weights[\"{}\"]", tensor(name));
        match block {
            Some((place, count)) => format!("Partition[{whole}, Length[{whole}]/{count}][[{}]]", place + 1),
            None => whole,
        }
    };
    let given = net.arrays.iter().map(|array| {
        let values: Vec<String> = array.tensors.iter().map(value).collect();
        format!("{} -> {}", path(array), values.join(" + "))
    });
    let given: Vec<String> = given.collect();
    let learned: Vec<&Array> =
        net.arrays.iter().filter(|array| !array.path.iter().any(|key| key.starts_with("\"Moving"))).collect();
    // The gradient of a tensor is put together from those of the arrays that have its blocks.
    let mut of_tensors: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
    for (asked, array) in learned.iter().enumerate() {
        for (name, block) in &array.tensors {
            of_tensors.entry(tensor(name)).or_default().push((block.map_or(0, |(place, _)| place), asked + 1));
        }
    }
    let swapped = |text: &str| if steps_first { format!("Transpose[{text}]") } else { text.to_owned() };
    let is_index = kind == "Embedding" || module[0]["type"] == "Embedding";
    let mut asked: Vec<String> = learned.iter().map(|array| format!("NetPortGradient[{}]", path(array))).collect();
    let mut found = vec![format!("\"output.0\" -> {}", swapped("outputs[\"Output\"]"))];
    for (place, names) in states.iter().enumerate() {
        let ports: Vec<String> = names.iter().map(|name| format!("outputs[\"{name}\"]")).collect();
        found.push(format!("\"output.{}\" -> {{{}}}", place + 1, ports.join(", ")));
    }
    for (name, mut parts) in of_tensors {
        parts.sort_unstable();
        let parts: Vec<String> = parts.iter().map(|(_, asked)| format!("gradients[[{asked}]]")).collect();
        found.push(format!("\"grad.weight.{name}\" -> Join[{}]", parts.join(", ")));
    }
    if !is_index {
        asked.push("NetPortGradient[\"Input\"]".to_owned());
        found.push(format!("\"grad.input.0\" -> {}", swapped("Last[gradients]")));
    }
    let dims: Vec<String> = example.iter().map(ToString::to_string).collect();
    let layer = net.layer.strip_suffix(']').unwrap_or(&net.layer);
    let quoted = |file: &Path| format!("\"{}\"", file.display().to_string().replace('\\', "\\\\").replace('"', "\\\""));
    let setup = vec![
        format!(
            "weights = Import[{}]; io = Import[{}];",
            quoted(&folder.join("weights.safetensors")),
            quoted(&folder.join("io.safetensors"))
        ),
        format!("net = {layer}, \"Input\" -> {{{}}}];", dims.join(", ")),
        format!("net = NetReplacePart[net, {{{}}}];", given.join(", ")),
        format!("in = {}{};", swapped("io[\"input.0\"]"), if is_index { " + 1" } else { "" }),
        "outputs = net[in]; outputs = If[AssociationQ[outputs], outputs, <|\"Output\" -> outputs|>];".to_owned(),
        "cotangents = Association[KeyValueMap[NetPortGradient[#1] -> 2 #2 &, outputs]];".to_owned(),
        format!("gradients = Values[net[Join[<|\"Input\" -> in|>, cotangents], {{{}}}]];", asked.join(", ")),
        format!("found = <|{}|>;", found.join(", ")),
        format!("Export[{}, found];", quoted(file)),
    ];
    let input = "Select[Keys[found], !TrueQ[Dimensions[found[#]] === Dimensions[io[#]] && \
                 Max[Abs[Flatten[{found[#] - io[#]}]] - 10^-9 Abs[Flatten[{io[#]}]]] <= 10^-11] &]";
    Ok((setup, input.to_owned()))
}

fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap_or_default()
}
