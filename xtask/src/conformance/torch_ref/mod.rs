//! Nets computed by PyTorch: built as expressions from their description, applied, differentiated, and compared with
//! PyTorch's outputs and gradients.

mod layers;

use std::path::Path;

use serde_json::Value;

use super::case::Case;
use super::engine::{self, Engine};
use super::report::{Outcome, Report};
use layers::translate;

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
    let single = case["net"].is_object();
    let modules: Vec<&Value> =
        if single { vec![&case["net"]] } else { case["net"].as_array().into_iter().flatten().collect() };
    let batched = !name(case).ends_with("_unbatched");
    let example = if batched { &shape[1..] } else { &shape[..] };
    let mut members = Vec::new();
    let mut arrays = Vec::new();
    for (place, module) in modules.iter().enumerate() {
        let prefix = if single { String::new() } else { format!("{place}.") };
        for translated in translate(module, example.len())? {
            members.push(translated.layer);
            for (array, tensor) in translated.arrays {
                arrays.push((members.len(), array, format!("{prefix}{tensor}")));
            }
        }
    }
    if members.is_empty() {
        return Err("nothing to compute".to_owned());
    }
    let dims: Vec<String> = example.iter().map(ToString::to_string).collect();
    let given: Vec<String> = arrays
        .iter()
        .map(|(place, array, tensor)| format!("{{{place}, \"{array}\"}} -> weights[\"{tensor}\"]"))
        .collect();
    let learned: Vec<&(usize, &str, String)> =
        arrays.iter().filter(|(_, array, _)| !array.starts_with("Moving")).collect();
    let asked: Vec<String> =
        learned.iter().map(|(place, array, _)| format!("NetPortGradient[{{{place}, \"{array}\"}}]")).collect();
    let asked = [vec!["NetPortGradient[\"Input\"]".to_owned()], asked].concat();
    let keys: Vec<String> = learned.iter().map(|(_, _, tensor)| format!("\"grad.weight.{tensor}\"")).collect();
    let keys = [vec!["\"grad.input.0\"".to_owned()], keys].concat();
    let path = |file: &Path| format!("\"{}\"", file.display().to_string().replace('\\', "\\\\").replace('"', "\\\""));
    let setup = vec![
        format!(
            "weights = Import[{}]; io = Import[{}];",
            path(&folder.join("weights.safetensors")),
            path(&folder.join("io.safetensors"))
        ),
        format!("net = NetChain[{{{}}}, \"Input\" -> {{{}}}];", members.join(", "), dims.join(", ")),
        format!("net = NetReplacePart[net, {{{}}}];", given.join(", ")),
        "out = net[io[\"input.0\"]];".to_owned(),
        format!(
            "gradients = Values[net[<|\"Input\" -> io[\"input.0\"], NetPortGradient[\"Output\"] -> 2 out|>, {{{}}}]];",
            asked.join(", ")
        ),
        format!("found = Join[<|\"output.0\" -> out|>, AssociationThread[{{{}}}, gradients]];", keys.join(", ")),
        format!("Export[{}, found];", path(file)),
    ];
    let input = "Select[Keys[found], !TrueQ[Dimensions[found[#]] === Dimensions[io[#]] && \
                 Max[Abs[Flatten[{found[#] - io[#]}]] - 10^-9 Abs[Flatten[{io[#]}]]] <= 10^-11] &]";
    Ok((setup, input.to_owned()))
}

fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap_or_default()
}
