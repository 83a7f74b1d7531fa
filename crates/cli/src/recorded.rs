//! Recorded inputs and outputs of a net: `netform check NET --data PATH` computes the net on the inputs and compares.

use std::path::{Path, PathBuf};

use crate::arguments::{CheckOptions, Form, Limits, Source};
use crate::difference::DIFFERENCE;
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter, enter_net_with, looks_like_path, quoted};
use crate::status::Status;

/// How large differences may be, relative to the largest number of an output, if nothing else is said: records are mostly
/// those of single precision.
const TOLERANCE: f64 = 1e-5;

/// What a record is in the language: an association from the names of ports, or their numbers, to arrays.
///
/// `Command`ports` are the names of all inputs and outputs in the order of the file. A number follows `input` or `output`, a
/// point or an underscore, and counts from 0; in a folder of tensors, whose files have such names whatever the ports are called, it is
/// tried first. Where a file has several examples, an array is named as `in.0.x` or `out.0.y`, by the
/// number of the example and the port.
const DEFINITIONS: &str = r#"
Command`key[kind_, record_, names_, i_, example_] := With[{n = ToString[i - 1], in = If[kind === "input", "in.", "out."]},
   SelectFirst[Join[If[Command`numbered, {kind <> "_" <> n}, {}], {in <> example <> "." <> names[[i]], names[[i]], kind <> "." <> n,
     kind <> "_" <> n, If[Length[names] === 1, kind, names[[i]]]}], KeyExistsQ[record, #] &, None]];
Command`keys[kind_, record_, names_, example_] :=
   Select[AssociationMap[Command`key[kind, record, names, First[FirstPosition[names, #]], example] &, names], StringQ];
Command`numbers[array_] := If[MatchQ[Flatten[{array}], {(True | False) ..}], Boole[array], array];
Command`known[record_, ins_] := Module[{all, discrete},
   all = Map[record[#] &, Command`keys["input", record, ins,
     First[Append[Cases[Keys[record], key_ /; StringMatchQ[key, "in.*"] :> StringSplit[key, "."][[2]]], ""]]]];
   discrete = Select[all, MatchQ[Flatten[{#}], {(_Integer | True | False) ..}] &];
   {Map[Command`numbers, discrete], Map[Command`numbers, all]}];
Command`compare[net_, record_, {ins_, outs_}, example_] := Module[{inputs, outputs, missing, results},
   inputs = Command`keys["input", record, ins, example]; outputs = Command`keys["output", record, outs, example];
   missing = Select[Keys[Information[net, "InputPorts"]], ! KeyExistsQ[inputs, #] &];
   Which[
     missing =!= {}, "the record has no array for the input " <> StringRiffle[missing, ", "] <> "; its arrays are " <>
       StringRiffle[Keys[record], ", "] <> ", those of the net's inputs are named " <> StringRiffle[ins, ", "] <> ", or input.0 and so on",
     outputs === <||>, "the record has no array for the output " <> StringRiffle[outs, ", "] <> "; its arrays are " <>
       StringRiffle[Keys[record], ", "],
     True,
     results = If[Information[net, "InputPorts"] === <||>, net[],
       net[KeyTake[Map[Command`numbers[record[#]] &, inputs], Keys[Information[net, "InputPorts"]]]]];
     If[! AssociationQ[results], results = Association[First[Keys[Information[net, "OutputPorts"]]] -> results]];
     KeyValueMap[{#1, If[KeyExistsQ[results, #1],
        Command`difference[results[#1], record[#2]], "the net has no such output"]} &, outputs]]];
"#;

/// The records that an argument names: files of arrays, or folders of tensors as they stand beside models of ONNX.
pub(crate) fn records(data: &str) -> Option<Vec<PathBuf>> {
    let path = Path::new(data);
    if is_file_of_arrays(path) || is_folder_of_tensors(path) {
        return Some(vec![path.to_owned()]);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(path).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.retain(|path| is_file_of_arrays(path) || is_folder_of_tensors(path));
    found.sort();
    Some(found)
}

/// Whether a text is hardly an expression of data, but a path.
pub(crate) fn is_meant_as_path(data: &str) -> bool {
    looks_like_path(data) || data.ends_with(".npz") || data.ends_with(".safetensors")
}

fn is_file_of_arrays(path: &Path) -> bool {
    let is_known = |extension: &std::ffi::OsStr| extension == "safetensors" || extension == "npz";
    path.is_file() && path.extension().is_some_and(is_known)
}

fn is_folder_of_tensors(path: &Path) -> bool {
    ["pb", "npy"].iter().any(|extension| path.join(format!("input_0.{extension}")).is_file())
}

/// Compares the results of the net with all records, a line for each output; tells the largest difference.
pub(crate) fn check(records: &[PathBuf], options: &CheckOptions, limits: &Limits) -> Status {
    if options.tries.is_some() || options.symbolic_limit.is_some() {
        eprintln!("netform: --tries and --symbolic-limit are about random data; there are recorded data here");
        return Status::Usage;
    }
    if records.is_empty() {
        eprintln!(
            "netform: the folder has no records: files .npz or .safetensors with arrays named as the ports or input.0, output.0, or \
             folders with input_0.pb, output_0.pb (or .npy), are expected"
        );
        return Status::Usage;
    }
    match compare(records, options, limits) {
        Ok(true) => {
            outln!("All results agree.");
            Status::Done
        }
        Ok(false) => {
            outln!("The results do not agree.");
            Status::Failed
        }
        Err(status) => status,
    }
}

/// The numbers of the examples in a record that has several, or nothing in the place of a number.
fn examples(engine: &mut Engine) -> Vec<String> {
    let keys = engine.enter("Keys[Command`record]");
    let mut numbers: Vec<u64> = Vec::new();
    for key in keys.expr().args() {
        let number = key.as_str().and_then(|key| key.strip_prefix("in.").or_else(|| key.strip_prefix("out.")));
        numbers.extend(number.and_then(|rest| rest.split_once('.')?.0.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() { vec![String::new()] } else { numbers.iter().map(u64::to_string).collect() }
}

/// Whether all results agree; what cannot be computed is told, and is no result.
fn compare(records: &[PathBuf], options: &CheckOptions, limits: &Limits) -> Result<bool, Status> {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    engine.enter(DIFFERENCE);
    engine.enter(DEFINITIONS);
    let by_record = match entered_quietly(&mut engine, options) {
        Some(is_read) => !is_read,
        None => {
            enter_net_with(&mut engine, &options.net, &options.source)?;
            false
        }
    };
    if !by_record {
        enter(&mut engine, "Command`ports", &ports(&options.net))?;
    }
    let tolerance = options.tolerance.unwrap_or(TOLERANCE);
    let (mut largest, mut agrees): (Option<f64>, bool) = (None, true);
    for record in records {
        enter(&mut engine, "Command`record", &arrays(record))?;
        enter(&mut engine, "Command`numbered", if record.is_dir() { "True" } else { "False" })?;
        if by_record {
            let source = with_constants(&mut engine, options);
            enter_net_with(&mut engine, &options.net, &source)?;
            enter(&mut engine, "Command`ports", &ports(&options.net))?;
        }
        for example in examples(&mut engine) {
            let compared =
                engine.enter(&format!("Command`compare[{NET}, Command`record, Command`ports, {}]", quoted(&example)));
            if compared.status() != Status::Done {
                return Err(Status::Failed);
            }
            let file = record.file_name().unwrap_or(record.as_os_str()).to_string_lossy();
            let title = if example.is_empty() { file.into_owned() } else { format!("{file} {example}") };
            if let Some(reason) = compared.expr().as_str() {
                outln!("{title}: not computed: {reason}");
                agrees = false;
                continue;
            }
            for output in compared.expr().args() {
                let parts = output.args();
                let name = engine.print(&parts[0], Form::OutputForm);
                let numbers: Vec<f64> = parts[1].args().iter().filter_map(|number| number.as_f64()).collect();
                let [error, size] = numbers[..] else {
                    outln!("{title}: {name}: WRONG: {}", engine.print(&parts[1], Form::OutputForm));
                    agrees = false;
                    continue;
                };
                let relative = if size > 0.0 { error / size } else { error };
                // What is not a number is no agreement.
                let fits = relative <= tolerance;
                let word = if fits { "" } else { "WRONG: " };
                outln!(
                    "{title}: {name}: {word}largest error {error:.1e}, {relative:.1e} of the largest number {size:.3}"
                );
                largest = Some(largest.unwrap_or(0.0).max(relative));
                agrees &= fits;
            }
        }
    }
    match largest {
        Some(largest) => {
            outln!("largest error: {largest:.1e} of the largest number of an output; {tolerance:.0e} is allowed");
        }
        None => outln!("Nothing was compared."),
    }
    Ok(agrees)
}

/// Whether a model of ONNX, which is [`NET`] then, can be read without values of inputs: those of a record are needed otherwise, as they
/// decide about dimensions. Nothing if it is another net, or values are given.
fn entered_quietly(engine: &mut Engine, options: &CheckOptions) -> Option<bool> {
    let is_model = options.net.ends_with(".onnx") && Path::new(&options.net).is_file();
    let given = options.source.import.iter().any(|option| option.contains("Constants"));
    if !is_model || given || options.source.weights.is_some() {
        return None;
    }
    let import: String = options.source.import.iter().map(|option| format!(", {option}")).collect();
    let read = engine.enter(&format!("{NET} = Quiet[Import[{}{import}]]; {NET} =!= $Failed", quoted(&options.net)));
    Some(read.expr().to_string() == "True")
}

/// The options with the integers and truth values of a record as known inputs; with all of its inputs if these are not enough.
fn with_constants(engine: &mut Engine, options: &CheckOptions) -> Source {
    let mut source = options.source.clone();
    let inputs = format!("Keys[Import[{}, {{\"ONNX\", \"Inputs\"}}]]", quoted(&options.net));
    let net = quoted(&options.net);
    let constants = engine.enter(&format!(
        "Command`constants = With[{{known = Command`known[Command`record, {inputs}]}}, \
         If[First[known] =!= <||> && Quiet[Import[{net}, \"Constants\" -> First[known]]] =!= $Failed, First[known], Last[known]]]"
    ));
    if constants.status() == Status::Done && !constants.expr().args().is_empty() {
        source.import.push("\"Constants\" -> Command`constants".to_owned());
    }
    source
}

/// The text of the names of all inputs and outputs, in the order of the file if the net is one.
fn ports(net: &str) -> String {
    let of_net = |kind: &str| format!("Keys[Information[{NET}, \"{kind}Ports\"]]");
    let format = match Path::new(net).extension().and_then(|extension| extension.to_str()) {
        Some("onnx") => "ONNX",
        Some("keras") => "Keras",
        Some("h5" | "hdf5") => "KerasHDF5",
        _ => return format!("{{{}, {}}}", of_net("Input"), of_net("Output")),
    };
    // A net has its own names where it has another number of ports, such as that of a Keras model with one output.
    let of_file = |kind: &str| {
        let names = format!("Quiet[Keys[Import[{}, {{\"{format}\", \"{kind}s\"}}]]]", quoted(net));
        format!("With[{{a = {names}, b = {}}}, If[ListQ[a] && SubsetQ[a, b], a, b]]", of_net(kind))
    };
    format!("{{{}, {}}}", of_file("Input"), of_file("Output"))
}

/// The text of the association of a record.
fn arrays(record: &Path) -> String {
    if record.is_file() {
        return format!("Import[{}]", quoted(&record.to_string_lossy()));
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(record)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "pb" || extension == "npy"));
    files.sort();
    let entry = |file: &PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        format!("{} -> Import[{}]", quoted(&name), quoted(&file.to_string_lossy()))
    };
    format!("<|{}|>", files.iter().map(entry).collect::<Vec<_>>().join(", "))
}
