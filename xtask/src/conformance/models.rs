//! Models in files, imported as nets, applied to inputs and compared with outputs: the ONNX project's backend tests (onnx-node),
//! models saved by Keras (keras-ref), and trained models as people ship them (real-models).
//!
//! Where an input decides about dimensions, no net can be made without its value: it is given to `Import` as a constant, and
//! the table tells how many cases needed that for some inputs and for all of them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::Options;
use super::case::{Answer, Case};
use super::engine::Engine;
use super::report::{Outcome, Report};
use super::state_dictionaries;

/// Seconds that one case may take.
const TIME_LIMIT: u32 = 60;

/// What is evaluated for a case: inputs, and `way` and `differing` after them.
type Program = fn(folder: &Path, file: &Path, row: &Value) -> Result<Vec<String>, String>;

/// The suite that the folder is, if it is one of these: its name and what is evaluated for a case.
pub(super) fn suite(folder: &Path) -> Result<Option<(&'static str, Program)>, String> {
    let rows = rows(folder)?;
    let has = |key: &str| rows.first().is_some_and(|row| !row[key].is_null());
    Ok(match () {
        () if has("base_op") => Some(("onnx-node", backend_test)),
        () if has("package") => Some(("real-models", trained_model)),
        () if has("functional") => Some(("keras-ref", keras_model)),
        () => None,
    })
}

fn rows(folder: &Path) -> Result<Vec<Value>, String> {
    let path = folder.join("index.json");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let index: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    index.as_array().or_else(|| index["cases"].as_array()).cloned().ok_or_else(|| failed(&"it holds no cases"))
}

/// Runs the cases whose folders exist. With `results` the tensors are written there, or the reason why there are none.
pub(super) fn run(folder: &Path, options: &Options, (suite, program): (&'static str, Program)) -> Result<(), String> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let scratch = std::env::temp_dir().join(format!("netform-conformance-{}", std::process::id()));
    let results = options.results.as_deref();
    let target = results.unwrap_or(&scratch);
    std::fs::create_dir_all(target).map_err(|error| failed(target, &error))?;
    let mut engine = Engine::with_files(&options.command()?, TIME_LIMIT)?;
    let mut report = Report::default();
    let mut ways: BTreeMap<String, usize> = BTreeMap::new();
    // A part of the suite can be asked for by words in the names of cases.
    let filter = std::env::var("NETFORM_CASES").unwrap_or_default();
    for row in rows(folder)? {
        let (Some(name), Some(path)) = (row["name"].as_str(), row["path"].as_str()) else { continue };
        let path = folder.join(path);
        let wanted = filter.is_empty() || filter.split_whitespace().any(|word| name.contains(word));
        if !wanted || !path.is_dir() || row["nondeterministic"] == true {
            continue;
        }
        let file = target.join(format!("{name}.safetensors"));
        // A file of an earlier run must not stand for this one.
        if file.exists() {
            std::fs::remove_file(&file).map_err(|error| failed(&file, &error))?;
        }
        let operator = row["base_op"].as_str().filter(|operator| !operator.is_empty()).or(row["kind"].as_str());
        let (setup, declined) = match program(&path, &file, &row) {
            Ok(setup) => (setup, None),
            Err(why) => (Vec::new(), Some(why)),
        };
        let case = Case {
            id: name.to_owned(),
            area: row["tier"].as_str().unwrap_or_default().to_owned(),
            setup,
            input: "If[way === \"refused\", Import[model]]; Join[{way}, differing]".to_owned(),
            expected: operator.unwrap_or_default().to_owned(),
        };
        let (answer, _) = match &declined {
            None => engine.ask(&case)?,
            Some(why) => (Answer { error: Some(why.clone()), ..Answer::default() }, String::new()),
        };
        let result = match (answer.out.as_deref(), answer.error) {
            (Some(out), _) => match out.trim_matches(['{', '}']).split_once(", ") {
                None if !out.contains("refused") => {
                    if std::env::var_os("NETFORM_WAYS").is_some() {
                        println!("{out} {name}");
                    }
                    *ways.entry(out.to_owned()).or_default() += 1;
                    Ok(())
                }
                None => Err(format!("declined: {}", said(&answer.messages))),
                Some((_, differing)) => Err(format!("not as expected: {differing} {}", said(&answer.messages))),
            },
            (None, error) => Err(error.unwrap_or_default()),
        };
        if let (Err(reason), Some(results)) = (&result, results)
            && !file.exists()
        {
            let path = results.join(format!("{name}.txt"));
            std::fs::write(&path, reason).map_err(|error| failed(&path, &error))?;
        }
        // The report shows the operator in the place of the input.
        let case = Case { input: case.expected.clone(), ..case };
        report.add(Outcome { suite, case, result });
    }
    if results.is_none() {
        std::fs::remove_dir_all(&scratch).map_err(|error| failed(&scratch, &error))?;
    }
    report.print();
    for (way, count) in ways {
        println!("{count:>5} passed {way}");
    }
    report.verdict()
}

/// The texts of messages.
pub(super) fn said(messages: &[Value]) -> String {
    messages.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}

/// Functions that compare, with the tolerances of a case.
fn comparison(rtol: &Value, atol: &Value) -> Vec<String> {
    // Numbers in the language have no exponents with "e".
    let number =
        |value: &Value, least: f64| format!("{:e}", value.as_f64().unwrap_or(0.0).max(least)).replace('e', "*^");
    vec![
        format!("rtol = {}; atol = {};", number(rtol, 0.0), number(atol, 1e-6)),
        "number[a_] := a /. {True -> 1, False -> 0}; leaves[a_] := Flatten[{a}];".to_owned(),
        "close[x_, y_] := x === y || TrueQ[Quiet[Abs[x - y] <= atol + rtol Abs[y]]];".to_owned(),
        "alike[value_, a_] := Dimensions[value] === Dimensions[a] && AllTrue[Transpose[{leaves[number[value]], leaves[number[a]]}], close[#[[1]], #[[2]]] &];"
            .to_owned(),
        // A value in the kind of numbers that is expected.
        "as[value_, a_] := Which[leaves[a] === {}, If[Dimensions[value] === Dimensions[a], a, value], MatchQ[First[leaves[a]], True | False], Map[# =!= 0 && # =!= 0. &, value, {-1}], \
         IntegerQ[First[leaves[a]]], Round[value], True, N[value]];"
            .to_owned(),
    ]
}

/// A case of the backend tests.
fn backend_test(folder: &Path, file: &Path, row: &Value) -> Result<Vec<String>, String> {
    let mut program = comparison(&row["rtol"], &row["atol"]);
    program.extend([
        format!("model = {}; data = {};", quoted(&folder.join("model.onnx")), quoted(&folder.join("test_data_set_0"))),
        "described = Import[model, {\"ONNX\", \"Inputs\"}]; names = Keys[described];".to_owned(),
        "results = Keys[Import[model, {\"ONNX\", \"Outputs\"}]];".to_owned(),
        "part[kind_, i_] := Quiet[Import[StringJoin[data, \"/\", kind, \"_\", ToString[i - 1], \".pb\"]]];".to_owned(),
        "in = Association[Table[names[[i]] -> number[part[\"input\", i]], {i, Length[names]}]];".to_owned(),
        "in = Select[in, # =!= $Failed &];".to_owned(),
        "discrete = Select[Keys[in], !StringContainsQ[ToString[First[described[#]]], {\"FLOAT\", \"DOUBLE\"}] &];".to_owned(),
        "way = \"as a net\"; net = Quiet[Import[model]];".to_owned(),
        "If[net === $Failed && discrete =!= {} && discrete =!= Keys[in], way = \"with constants\"; \
         net = Quiet[Import[model, \"Constants\" -> KeyTake[in, discrete]]]];"
            .to_owned(),
        "If[net === $Failed, way = \"with all inputs constant\"; net = Quiet[Import[model, \"Constants\" -> in]]];".to_owned(),
        "If[net === $Failed, way = \"refused\"];".to_owned(),
        "ports = If[net === $Failed, {}, Keys[Information[net, \"InputPorts\"]]];".to_owned(),
        "out = If[net === $Failed, {}, If[ports === {}, net[], net[KeyTake[in, ports]]]];".to_owned(),
        "out = If[AssociationQ[out], Map[out, results], {out}];".to_owned(),
        "expected = Table[part[\"output\", i], {i, Length[results]}];".to_owned(),
        "If[way =!= \"refused\", found = Quiet[MapThread[as, {out, expected}]]; Export[".to_owned()
            + &quoted(file)
            + ", Association[Table[StringJoin[\"output.\", ToString[i - 1]] -> found[[i]], {i, Length[results]}]]]];",
        "differing = If[way === \"refused\", {}, Select[Range[Length[results]], !TrueQ[alike[out[[#]], expected[[#]]]] &]];".to_owned(),
        "differing = Map[results[[#]] -> If[Length[leaves[out[[#]]]] < 40, out[[#]], Short[out[[#]]]] &, differing];".to_owned(),
    ]);
    Ok(program)
}

/// A model of Keras, saved in both forms: both are read, and the outputs of the first are kept. Its matrix products are those of the
/// PyTorch backend, which computes them in single precision where all else is in double, so that references are exact to 10^-7 of
/// their largest number; what comes out is compared more strictly than with the outputs in single precision.
fn keras_model(folder: &Path, file: &Path, _: &Value) -> Result<Vec<String>, String> {
    let mut program = vec![format!("io = Import[{}];", quoted(&folder.join("io.safetensors")))];
    let models = ["model.keras", "model.h5"].map(|name| quoted(&folder.join(name)));
    program.extend([
        format!("models = {{{}}}; model = First[models];", models.join(", ")),
        "nets = Map[Quiet[Import[#, \"Backend\" -> \"torch\"]] &, models];".to_owned(),
        "failed = Select[Range[Length[models]], nets[[#]] === $Failed &];".to_owned(),
        "way = If[failed === {}, \"as a net\", model = models[[First[failed]]]; \"refused\"];".to_owned(),
        "part[name_] := Keys[Import[model, {If[StringEndsQ[model, \"h5\"], \"KerasHDF5\", \"Keras\"], name}]];".to_owned(),
        "count[kind_] := Length[Select[Keys[io], StringStartsQ[#, StringJoin[kind, \".\"]] &]];".to_owned(),
        "key[kind_, i_] := StringJoin[kind, \".\", ToString[i - 1]];".to_owned(),
        "names[net_, kind_, given_] := If[Length[Keys[Information[net, kind]]] == 1, Keys[Information[net, kind]], given];".to_owned(),
        "run[net_] := With[{ins = names[net, \"InputPorts\", part[\"Inputs\"]], outs = names[net, \"OutputPorts\", part[\"Outputs\"]]}, \
         With[{out = net[Association[Table[ins[[i]] -> io[key[\"input\", i]], {i, Length[ins]}]]]}, If[AssociationQ[out], Map[out, outs], {out}]]];"
            .to_owned(),
        "results = If[failed === {}, Map[run, nets], {}];".to_owned(),
        "expected = Table[io[key[\"output64\", i]], {i, count[\"output64\"]}];".to_owned(),
        "found = If[failed === {}, First[results], {}]; If[failed === {}, Export[".to_owned()
            + &quoted(file)
            + ", Association[Table[key[\"output\", i] -> N[found[[i]]], {i, Length[found]}]]]];",
        "close[a_, b_] := Dimensions[a] === Dimensions[b] && Max[Abs[Flatten[{a - b}]]] <= 10^-6 Max[1, Max[Abs[Flatten[{b}]]]];".to_owned(),
        "differing = If[failed =!= {}, {}, Which[Length[found] =!= Length[expected], {Length[found]}, \
         results[[1]] =!= results[[2]], {\"the two files\"}, True, Select[Range[Length[found]], !TrueQ[close[found[[#]], expected[[#]]]] &]]];"
            .to_owned(),
    ]);
    Ok(program)
}

/// A trained model that ships as a state dictionary: its arrays are put into a net that is described in the language.
fn state_dictionary(folder: &Path, file: &Path, case: &Value) -> Result<Vec<String>, String> {
    let name = case["name"].as_str().unwrap_or_default();
    let net = state_dictionaries::net(name).ok_or("declined: there is no net for its state dictionary")?;
    let mut program = comparison(&case["rtol"], &case["atol"]);
    program.extend([
        format!("model = {}; io = Import[{}];", quoted(&folder.join("weights.pt")), quoted(&folder.join("io.safetensors"))),
        "pool[k_] := PoolingLayer[{k, k}, 2, \"SizeRounding\" -> Ceiling];".to_owned(),
        format!("net = Quiet[Import[model, \"Net\" -> {net}]]; way = If[net === $Failed, \"refused\", \"with a state dictionary\"];"),
        "ports = If[net === $Failed, {}, Keys[Information[net, \"InputPorts\"]]];".to_owned(),
        "out = If[net === $Failed, <||>, net[Association[Map[# -> io[StringJoin[\"in.0.\", #]] &, ports]]]];".to_owned(),
        "wanted = Select[Keys[io], StringStartsQ[#, \"out.0.\"] &];".to_owned(),
        // The states of a recurrence have the examples at the second level there.
        "shaped[name_] := If[MemberQ[{\"hidden\", \"cell\"}, name], Transpose[out[name]], out[name]];".to_owned(),
        "found = If[net === $Failed, <||>, Association[Map[# -> shaped[StringDrop[#, 6]] &, wanted]]];".to_owned(),
        format!("If[net =!= $Failed, Export[{}, found]];", quoted(file)),
        "differing = If[net === $Failed, {}, Select[wanted, !TrueQ[alike[found[#], io[#]]] &]];".to_owned(),
    ]);
    Ok(program)
}

/// A trained model: its steps, in each of which it gets the recorded inputs.
fn trained_model(folder: &Path, file: &Path, _: &Value) -> Result<Vec<String>, String> {
    let path = folder.join("case.json");
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| failed(&error))?;
    let case: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    let files = case["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let model = files.iter().filter_map(Value::as_str).find(|name| name.ends_with(".onnx"));
    let Some(model) = model else { return state_dictionary(folder, file, &case) };
    let mut program = comparison(&case["rtol"], &case["atol"]);
    program.extend([
        format!("model = {}; io = Import[{}];", quoted(&folder.join(model)), quoted(&folder.join("io.safetensors"))),
        "described = Import[model, {\"ONNX\", \"Inputs\"}]; names = Keys[described]; results = Keys[Import[model, {\"ONNX\", \"Outputs\"}]];"
            .to_owned(),
        "steps = Length[Union[Map[StringSplit[#, \".\"][[2]] &, Keys[io]]]];".to_owned(),
        "at[kind_, step_, name_] := StringJoin[kind, \".\", ToString[step - 1], \".\", name];".to_owned(),
        "in[step_] := Association[Map[# -> number[io[at[\"in\", step, #]]] &, names]];".to_owned(),
        "single = Select[names, Dimensions[in[1][#]] === {} &]; sizes = Association[Map[# -> Dimensions[in[1][#]] &, Complement[names, single]]];"
            .to_owned(),
        "way = \"as a net\"; net = Quiet[Import[model]];".to_owned(),
        "If[net === $Failed, way = \"with dimensions\"; net = Quiet[Import[model, \"Dimensions\" -> sizes]]];".to_owned(),
        "If[net === $Failed, way = \"with constants\"; net = Quiet[Import[model, \"Dimensions\" -> sizes, \"Constants\" -> KeyTake[in[1], single]]]];"
            .to_owned(),
        "If[net === $Failed, way = \"refused\"]; ports = If[net === $Failed, {}, Keys[Information[net, \"InputPorts\"]]];".to_owned(),
        "run[step_] := With[{out = net[KeyTake[in[step], ports]]}, If[AssociationQ[out], Map[out, results], {out}]];".to_owned(),
        "outs = If[way === \"refused\", {}, Table[run[step], {step, steps}]];".to_owned(),
        "pairs = Flatten[Table[{at[\"out\", step, results[[k]]], outs[[step, k]]}, {step, Length[outs]}, {k, Length[results]}], 1];".to_owned(),
        "pairs = Select[pairs, KeyExistsQ[io, #[[1]]] &];".to_owned(),
        "If[pairs =!= {}, Export[".to_owned()
            + &quoted(file)
            + ", Association[Map[#[[1]] -> as[#[[2]], io[#[[1]]]] &, pairs]]]];",
        "differing = Map[First, Select[pairs, !TrueQ[alike[#[[2]], io[#[[1]]]]] &]];".to_owned(),
    ]);
    Ok(program)
}
