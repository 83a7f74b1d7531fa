//! The nets of a record as code: what the tools of each language make of it gives the same numbers.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;

use super::case::{Call, Case};
use crate::tools::{Tool, run};

/// At most so many nets of each record.
const NETS: usize = 8;

/// What is said where there is no code: random numbers are drawn, a language lacks a function, or nothing can be differentiated.
const REFUSALS: [&str; 3] = ["draws random numbers", " of C has no code in ", "so there are no derivatives"];

/// What is said where errors have no bounds: it depends on the data in which order elements are.
const UNBOUNDED: [&str; 1] = ["undecided"];

/// A language of code.
struct Language {
    /// The name of its format.
    format: &'static str,
    test: &'static str,
    extension: &'static str,
    tool: Tool,
    /// Writes a program that runs the tests of some files, and runs it; a folder, and the names of nets.
    run: fn(&Path, &[String]) -> Result<(), String>,
}

const LANGUAGES: [Language; 5] = [
    Language { format: "C", test: "c-code", extension: "c", tool: Tool::C, run: run_c },
    Language { format: "JavaScript", test: "javascript", extension: "mjs", tool: Tool::Node, run: run_javascript },
    Language { format: "Rust", test: "rust", extension: "rs", tool: Tool::Rust, run: run_rust },
    Language { format: "NumPy", test: "numpy", extension: "py", tool: Tool::Python, run: run_numpy },
    Language { format: "PyTorch", test: "pytorch", extension: "py", tool: Tool::PyTorch, run: run_pytorch },
];

/// For inputs near the data of a net, what C computes errs by no more than is said there.
fn errors_are_bounded(nets: &[Call]) -> Result<(), String> {
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        let argument = case.machine_argument();
        let near =
            "Switch[#, _Real, Interval[{# - 1/32, # + 1/32}], _Integer, Interval[{#, #}], _, Interval[{0, 1}]] &";
        let shown = case.session.transcript(&format!(
            "inputs = StringCases[ExportString[net, \"CHeader\"], \"\\n/* \" ~~ name : Except[\"\\n\"].. ~~ \": \" :> name];
             data = KeyTake[{argument}, inputs]; near = Map[Map[{near}, #, {{-1}}] &, data];
             code = ExportString[net, \"C\", \"Bounds\" -> near];"
        ));
        if !shown.is_empty() {
            if shown.iter().any(|line| REFUSALS.iter().chain(&UNBOUNDED).any(|refusal| line.contains(refusal))) {
                continue;
            }
            return Err(format!("{}\n{}", call.text, shown.join("\n")));
        }
        let code = case.session.value("code")?;
        let lines = code.as_str().unwrap_or_default().lines();
        let stated = lines.filter(|line| line.contains("_ERROR")).map(|line| match line.strip_prefix("#define ") {
            Some(line) => line.split(' ').nth(1).and_then(|bound| bound.parse().ok()).unwrap_or(0.0),
            None => f64::INFINITY,
        });
        let stated: Vec<f64> = stated.collect();
        let difference =
            "Max[0, Abs[N[Flatten[{#1}] /. {True -> 1, False -> 0}] - Flatten[{#2}] /. {True -> 1, False -> 0}]] &";
        let results = case.session.value(&format!(
            "values = {{net[data], net[data, WorkingPrecision -> 30]}};
             If[AssociationQ[First[values]], values = Transpose[Values /@ values], values = {{values}}];
             N[Apply[{difference}, values, {{1}}]]"
        ))?;
        let found: Vec<f64> = results.args().iter().map(|x| x.as_real().unwrap_or(0.0)).collect();
        if stated.len() != found.len() || !stated.iter().zip(&found).all(|(stated, found)| found <= stated) {
            return Err(format!("{}\nerrors are {found:?}, but {stated:?} is stated", call.text));
        }
    }
    Ok(())
}

/// The tests of some nets.
pub(super) fn trials(name: &'static str, nets: impl Fn() -> Vec<Call> + Clone + Send + 'static) -> Vec<Trial> {
    let trial = |language: &'static Language| {
        let nets = nets.clone();
        let test = format!("properties::layers::{name}::{}", language.test);
        language.tool.trial(test, move || Ok(same_numbers(language, name, &nets())?))
    };
    let again = nets.clone();
    let bounded =
        Trial::test(format!("properties::layers::{name}::error-bounds"), move || Ok(errors_are_bounded(&again())?));
    LANGUAGES.iter().map(trial).chain([bounded]).collect()
}

fn same_numbers(language: &Language, name: &str, nets: &[Call]) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("netform-{}-{}-{name}", language.test, std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let names = written(language, nets, &folder)?;
    if !names.is_empty() {
        (language.run)(&folder, &names)?;
    }
    // What has failed is left to be looked at.
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

/// Writes a file for each net that has code.
fn written(language: &Language, nets: &[Call], folder: &Path) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for (place, call) in nets.iter().take(NETS).enumerate() {
        let mut case = Case::new(call, place as u64)?;
        let name = format!("net{place}");
        let precision = if place % 3 == 2 { "Real32" } else { "Real64" };
        let format = language.format;
        let outputs = if place % 4 == 3 { ", \"Outputs\" -> {\"Value\", \"Gradient\", \"Jacobian\"}" } else { "" };
        let library = if format == "C" && place % 2 == 1 { ", \"MathLibrary\" -> None" } else { "" };
        let options = format!("\"Name\" -> \"{name}\", \"Precision\" -> \"{precision}\"{outputs}{library}");
        let export = format!("ExportString[net, \"{format}\", {options}]");
        let shown = case.session.transcript(&format!("code = {export};"));
        if !shown.is_empty() {
            if shown.iter().any(|line| REFUSALS.iter().any(|refusal| line.contains(refusal))) {
                continue;
            }
            return Err(format!("{}\n{}", call.text, shown.join("\n")));
        }
        let code = case.session.value("code")?;
        let code = code.as_str().ok_or_else(|| format!("{} has no code", call.text))?;
        write(&folder.join(format!("{name}.{}", language.extension)), code)?;
        names.push(name);
    }
    Ok(names)
}

fn run_c(folder: &Path, names: &[String]) -> Result<(), String> {
    let (mut program, mut calls) = (String::new(), String::new());
    for name in names {
        let test = name.to_uppercase();
        program
            .push_str(&format!("#define {test}_TEST\n#define main test_{name}\n#include \"{name}.c\"\n#undef main\n"));
        calls.push_str(&format!(
            "    if (test_{name}() != 0) {{\n        printf(\"in {name}.c\\n\");\n        return 1;\n    }}\n"
        ));
    }
    write(&folder.join("all.c"), &format!("{program}\nint main(void) {{\n{calls}    return 0;\n}}\n"))?;
    let strict = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"];
    run(Tool::C.command().args(strict).args(["all.c", "-o", "all", "-lm"]).current_dir(folder))?;
    run(Command::new(folder.join("all")).current_dir(folder))
}

fn run_javascript(folder: &Path, names: &[String]) -> Result<(), String> {
    let test = |name: &String| {
        format!(
            "import * as {name} from \"./{name}.mjs\";\ntry {{\n    {name}.selfTest();\n}} catch (error) {{\n    throw new Error(`{name}: ${{error}}`);\n}}\n"
        )
    };
    write(&folder.join("all.mjs"), &names.iter().map(test).collect::<String>())?;
    run(Tool::Node.command().arg("all.mjs").current_dir(folder))
}

/// The modules do not have the standard library; the program has it.
fn run_rust(folder: &Path, names: &[String]) -> Result<(), String> {
    let modules: String = names.iter().map(|name| format!("pub mod {name};\n")).collect();
    let test = |name: &String| {
        format!("    let (worst, close) = {name}::self_test();\n    std::assert!(close, \"{name}: {{worst}}\");\n")
    };
    let tests: String = names.iter().map(test).collect();
    write(&folder.join("all.rs"), &format!("#![no_std]\nextern crate std;\n{modules}\nfn main() {{\n{tests}}}\n"))?;
    run(Tool::Rust.command().args(["--edition=2024", "-Dwarnings", "all.rs", "-o", "all", "-lm"]).current_dir(folder))?;
    run(Command::new(folder.join("all")).current_dir(folder))
}

fn run_numpy(folder: &Path, names: &[String]) -> Result<(), String> {
    let test = |name: &String| format!("import {name}\nprint(\"{name}\", {name}.self_test())\n");
    write(&folder.join("all.py"), &names.iter().map(test).collect::<String>())?;
    run(Tool::Python.command().args(["-W", "error", "all.py"]).current_dir(folder))
}

/// The modules give the same numbers, and take their arrays from a state dictionary.
fn run_pytorch(folder: &Path, names: &[String]) -> Result<(), String> {
    let test = |name: &String| {
        format!(
            "import {name}\nprint(\"{name}\", {name}.self_test())\n{name}.{name}().load_state_dict({name}.{name}().state_dict())\n"
        )
    };
    write(&folder.join("all.py"), &names.iter().map(test).collect::<String>())?;
    run(Tool::PyTorch.command().arg("all.py").current_dir(folder))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
