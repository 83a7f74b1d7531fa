//! The nets of a record as files of the project's own form, which are read as they were, and as models of ONNX: what is read back from them gives the same numbers, here and in onnxruntime.

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::case::{Call, Case, collect, port_shapes, real_text};
use crate::tools::{OnnxRuntime, Tool};

/// At most so many nets of each record.
const NETS: usize = 12;

/// What is said where there is no model: numbers are drawn, or a function has no operators.
const REFUSALS: [&str; 2] = ["draws random numbers", "no operators of ONNX make"];

/// The tests of some nets.
pub(super) fn trials(name: &'static str, nets: impl Fn() -> Vec<Call> + Clone + Send + 'static) -> [Trial; 3] {
    let (again, stored) = (nets.clone(), nets.clone());
    [
        Trial::test(format!("properties::layers::{name}::stored"), move || Ok(stored_and_read(&stored())?)),
        Trial::test(format!("properties::layers::{name}::onnx"), move || Ok(read_back(&nets())?)),
        Tool::Python.trial(format!("properties::layers::{name}::onnxruntime"), move || Ok(elsewhere(name, &again())?)),
    ]
}

/// Truth values as the numbers that they are in a model.
const NUMBERS: &str = "/. {True -> 1, False -> 0}";

/// The inputs of a model: a state that it begins with is none of them.
const INPUTS: &str = "Keys[Import[\"net.onnx\", {\"ONNX\", \"Inputs\"}]]";

/// Writes the net to `net.onnx` with sizes that may vary, if that is possible; they are at least 1.
const OPEN: &str = "varying = Select[Information[net, \"InputPorts\"], MatchQ[#, {__Integer}] &];
    open = Quiet[NetReplacePart[net, Normal[Map[Prepend[Rest[#], \"Varying\"] &, varying]]]];
    If[varying =!= <||> && FreeQ[varying, 0] && open =!= $Failed && Quiet[Export[\"net.onnx\", open]] =!= $Failed, Export[\"open.onnx\", net]];";

/// Each net, written and read, gives what it gives itself: one example without a dimension for it.
fn read_back(nets: &[Call]) -> Result<(), String> {
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        let options = "\"BatchSize\" -> None, \"Precision\" -> \"Real64\"";
        if !export(&mut case, call, options)? {
            continue;
        }
        let shown = case.session.transcript("again = Import[\"net.onnx\"];");
        if !shown.is_empty() {
            return Err(format!("{}\n{}", call.text, shown.join("\n")));
        }
        let argument = case.machine_argument();
        let taken = format!("KeyTake[{argument} {NUMBERS}, Keys[Information[again, \"InputPorts\"]]]");
        let given = format!("KeyTake[{argument}, {INPUTS}]");
        let compared = case.compare(&format!("N[net[{given}] {NUMBERS}]"), &format!("N[again[{taken}]]"));
        compared.map_err(|what| format!("{}\n{what}", call.text))?;
    }
    Ok(())
}

/// A file of the project's own form gives the same net, and the same net the same file.
fn stored_and_read(nets: &[Call]) -> Result<(), String> {
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        for net in ["plain", "net"] {
            let written = format!("Export[\"one.nf\", {net}]; again = Import[\"one.nf\"]; Export[\"two.nf\", again];");
            let shown = case.session.transcript(&written);
            let same = case.session.value(&format!("again === {net}"))?.is_true();
            if !shown.is_empty() || !same || case.session.file("one.nf") != case.session.file("two.nf") {
                return Err(format!("{}\n{}", call.text, shown.join("\n")));
            }
        }
    }
    Ok(())
}

/// Writes a net to `net.onnx`; whether there is a model.
fn export(case: &mut Case, call: &Call, options: &str) -> Result<bool, String> {
    let shown = case.session.transcript(&format!("Export[\"net.onnx\", net, {options}];"));
    if shown.is_empty() {
        return Ok(true);
    }
    match shown.iter().any(|line| REFUSALS.iter().any(|refusal| line.contains(refusal))) {
        true => Ok(false),
        false => Err(format!("{}\n{}", call.text, shown.join("\n"))),
    }
}

/// Two examples at once give in onnxruntime what they give here.
fn elsewhere(name: &str, nets: &[Call]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("netform-onnx-{}-{}", std::process::id(), name));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut cases = Vec::new();
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        let many = if place % 3 == 2 { "2" } else { "Automatic" };
        if export(&mut case, call, &format!("\"BatchSize\" -> {many}"))? {
            cases.push(written(&mut case, call, &folder.join(format!("net{place}.onnx")))?);
        }
        // The same where inputs may have any number of elements, if the net and the operators allow it.
        if place % 3 != 0 {
            continue;
        }
        let shown = case.session.transcript(OPEN);
        if shown.is_empty() && case.session.file("open.onnx").is_some() {
            let open = written(&mut case, call, &folder.join(format!("open{place}.onnx")))?;
            cases.push(open);
        }
    }
    let write = std::fs::write(folder.join("cases.json"), Value::from(cases).to_string());
    write.map_err(|error| error.to_string())?;
    OnnxRuntime::check(&folder)?;
    // What has failed is left to be looked at.
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

/// The model as a file, with data and results.
fn written(case: &mut Case, call: &Call, path: &Path) -> Result<Value, String> {
    let model = case.session.file("net.onnx").ok_or("there is no model")?;
    std::fs::write(path, model).map_err(|error| error.to_string())?;
    let examples = [case.machine_argument(), case.argument(|_, value| real_text(value / 2.0))];
    let examples = examples.map(|example| format!("KeyTake[{example}, {INPUTS}]"));
    let names = case.session.value(INPUTS)?;
    let ports = |case: &mut Case, kind: &str| {
        let ports = case.session.value(&format!("Information[net, \"{kind}Ports\"]"))?;
        port_shapes(&ports)
    };
    let (inputs, outputs) = (ports(case, "Input")?, ports(case, "Output")?);
    let (mut given, mut shapes, mut expected) = (json!({}), json!({}), json!({}));
    for (port, shape) in inputs.iter().filter(|(port, _)| names.args().iter().any(|name| name.as_str() == Some(port))) {
        let mut all = Vec::new();
        for example in &examples {
            all.extend(numbers(case, &format!("{example}[\"{port}\"]"))?);
        }
        given[port] = all.into();
        shapes[port] = std::iter::once(2).chain(shape.iter().copied()).collect::<Vec<usize>>().into();
    }
    for (port, _) in &outputs {
        let mut all = Vec::new();
        for example in &examples {
            let value = format!("net[{example}]");
            let value = if outputs.len() > 1 { format!("{value}[\"{port}\"]") } else { value };
            let own = numbers(case, &value)?;
            all.extend(own.clone());
            // A net without inputs is for one example.
            if inputs.is_empty() {
                all = own;
            }
        }
        expected[port] = all.into();
    }
    let model = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(json!({"model": model, "net": call.text, "inputs": given, "shapes": shapes, "outputs": expected}))
}

fn numbers(case: &mut Case, input: &str) -> Result<Vec<f64>, String> {
    let value = case.session.value(&format!("N[{input} {NUMBERS}]"))?;
    let mut found = Vec::new();
    collect(&value, &mut found).ok_or_else(|| format!("{input} gives {value:?}"))?;
    Ok(found)
}
