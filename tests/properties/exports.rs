//! A few nets of different kinds as files for solvers: the tools that read them agree with the numbers of the nets.
//!
//! Each target has one test, which runs its tool once for all nets.

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use netform::expr::Expr;
use serde_json::{Value, json};

use crate::session::TestSession;
use crate::tools::{Tool, run};
use crate::{files_below, workspace_root};

/// The tests of all targets.
pub(super) fn trials() -> Vec<Trial> {
    let trial = |target: &'static str, run: fn(&str) -> Result<(), String>| {
        Tool::Python.trial(format!("properties::exports::{target}"), move || run(target).map_err(Failed::from))
    };
    let examples = Trial::test("properties::exports::examples", || examples().map_err(Failed::from));
    let mathematics =
        Tool::C.trial("properties::exports::mathematics".to_owned(), || mathematics().map_err(Failed::from));
    vec![
        examples,
        mathematics,
        trial("solvers", solvers),
        trial("SymPy", expressions),
        trial("CasADi", expressions),
        trial("JAX", modules),
        trial("Keras", weights),
    ]
}

/// Nets with data, as lists in the order of their inputs, within the box from -1 to 1 but for integers.
const PIECEWISE_LINEAR: &[(&str, &[&str])] = &[
    (
        "NetInitialize[NetChain[<|\"hidden\" -> 4, \"act\" -> Ramp, \"out\" -> 2|>, \"Input\" -> 3], RandomSeeding -> 1]",
        &["{0.5, -0.25, 1}", "{-1, 0, 0.75}"],
    ),
    (
        "NetChain[{LinearLayer[2, \"Weights\" -> {{1/3, -2}, {1/7, 1}}, \"Biases\" -> {1/2, -1/5}], ElementwiseLayer[\"HardSigmoid\"]}, \"Input\" -> 2]",
        &["{1/2, -1/4}", "{-1, 1}"],
    ),
    (
        "NetInitialize[NetChain[{ConvolutionLayer[1, {2, 2}], ElementwiseLayer[Clip[#, {-1/2, 1/2}] &], PoolingLayer[{2, 2}], \
         FlattenLayer[], LinearLayer[2]}, \"Input\" -> {1, 3, 3}], RandomSeeding -> 2]",
        &["{{{0.5, -0.25, 1}, {0.125, 0.75, -1}, {0, 0.5, 0.25}}}"],
    ),
    (
        "NetInitialize[NetGraph[<|\"a\" -> LinearLayer[3], \"b\" -> ParametricRampLayer[], \"c\" -> ThreadingLayer[Max]|>, \
         {NetPort[\"Input\"] -> \"a\" -> \"b\", {\"b\", NetPort[\"Input\"]} -> \"c\"}, \"Input\" -> 3], RandomSeeding -> 3]",
        &["{0.5, -0.25, 1}", "{-1, 0, 0.75}"],
    ),
    (
        "ElementwiseLayer[Piecewise[{{#, # > 1/2 && # < 3/4}, {-#, # < 0}}, 1] &, \"Input\" -> 2]",
        &["{0.625, -0.25}", "{0.25, 1}"],
    ),
];

const OTHERS: &[(&str, &[&str])] = &[
    (
        "NetInitialize[NetChain[{EmbeddingLayer[2, 3], LinearLayer[2], Ramp}, \"Input\" -> 2], RandomSeeding -> 4]",
        &["{1, 3}", "{2, 2}"],
    ),
    ("NetInitialize[NetChain[{2, NormalizationLayer[]}, \"Input\" -> 2], RandomSeeding -> 5]", &["{0.5, -0.25}"]),
];

/// Nets with functions that no solver has.
const SMOOTH: &[(&str, &[&str])] = &[
    (
        "NetInitialize[NetChain[{LongShortTermMemoryLayer[2], SequenceLastLayer[], SoftmaxLayer[]}, \"Input\" -> {3, 2}], RandomSeeding -> 6]",
        &["{{0.5, -0.25}, {1, 0}, {-1, 0.75}}"],
    ),
    (
        "ElementwiseLayer[ArcTan[#]^2 + Erf[#]/Cosh[#] + Log[1 + Exp[#]] + #^(1/3) + If[# > 1 || # < 1/2, Floor[#], -#] &, \"Input\" -> 3]",
        &["{0.25, 0.75, 1.5}"],
    ),
    ("NetInitialize[NetChain[{2, ElementwiseLayer[\"GELU\"]}, \"Input\" -> 2], RandomSeeding -> 7]", &["{0.5, -2}"]),
];

/// Nets with further primitives of programs.
const ARRAYS: &[(&str, &[&str])] = &[
    ("NetInitialize[DeconvolutionLayer[2, {2, 2}, \"Stride\" -> 2, \"Input\" -> {1, 2, 3}], RandomSeeding -> 8]", &[]),
    (
        "NetInitialize[ConvolutionLayer[2, {2, 3}, \"Dilation\" -> {1, 2}, PaddingSize -> 1, \"Stride\" -> 2, \"Input\" -> {2, 4, 5}], RandomSeeding -> 9]",
        &[],
    ),
    ("NetInitialize[NetBidirectionalOperator[GatedRecurrentLayer[2], \"Input\" -> {3, 2}], RandomSeeding -> 10]", &[]),
    ("OrderingLayer[\"Input\" -> 5]", &[]),
    (
        "NetInitialize[AttentionLayer[\"Dot\", \"Mask\" -> \"Causal\", \"Key\" -> {3, 2}, \"Value\" -> {3, 2}, \"Query\" -> {3, 2}], RandomSeeding -> 11]",
        &[],
    ),
];

/// The numbers of a value, flat.
fn flat(session: &mut TestSession, input: &str) -> Result<Vec<f64>, String> {
    fn collect(value: &Expr, found: &mut Vec<f64>) -> Option<()> {
        if value.is_list() {
            return value.args().iter().try_for_each(|part| collect(part, found));
        }
        found.push(value.as_number()?.to_f64()?);
        Some(())
    }
    let value = session.value(input)?;
    let mut found = Vec::new();
    collect(&value, &mut found).ok_or_else(|| format!("{input} gives {value:?}"))?;
    Ok(found)
}

/// Writes what a tool reads, runs the tool on the folder, and removes it. What has failed is left to be looked at.
fn in_folder(target: &str, tool: &str, write: impl FnOnce(&Path) -> Result<Vec<Value>, String>) -> Result<(), String> {
    let folder = std::env::temp_dir().join(format!("netform-{target}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let cases = write(&folder)?;
    let write = std::fs::write(folder.join("cases.json"), Value::from(cases).to_string());
    write.map_err(|error| error.to_string())?;
    run(Tool::Python.command().arg(workspace_root().join("tests/tools").join(tool)).arg(&folder))?;
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

/// The net in a session, and what it gives for its data.
fn entered(net: &str, data: &[&str]) -> Result<(TestSession, Vec<Value>), String> {
    let mut session = TestSession::new();
    quiet(&mut session, &format!("net = {net};"))?;
    let mut points = Vec::new();
    for data in data {
        let outputs = flat(&mut session, &format!("N[net[{data}]]"))?;
        points.push(json!({"inputs": flat(&mut session, &format!("N[{data}]"))?, "outputs": outputs}));
    }
    Ok((session, points))
}

/// The functions that nets as C bring along err by no more than is said of them.
fn mathematics() -> Result<(), String> {
    let program = std::env::temp_dir().join(format!("netform-mathematics-{}", std::process::id()));
    let options = ["-std=c99", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-o"];
    let source = workspace_root().join("tests/tools/mathematics.c");
    run(Tool::C.command().args(options).arg(&program).arg(source).arg("-lm"))?;
    run(&mut Command::new(&program))?;
    std::fs::remove_file(&program).map_err(|error| error.to_string())
}

/// A file that the session has written, in a folder.
fn copied(session: &TestSession, file: &str, to: &Path) -> Result<(), String> {
    let contents = session.file(file).ok_or("nothing is written")?;
    std::fs::write(to, contents).map_err(|error| error.to_string())
}

fn quiet(session: &mut TestSession, input: &str) -> Result<(), String> {
    let shown = session.transcript(input);
    if shown.is_empty() { Ok(()) } else { Err(format!("{input}\n{}", shown.join("\n"))) }
}

/// Z3 proves what each net gives, and finds no point above the maximum that HiGHS finds.
fn solvers(target: &str) -> Result<(), String> {
    in_folder(target, "solvers.py", |folder| {
        let mut cases = Vec::new();
        for (place, (net, data)) in PIECEWISE_LINEAR.iter().chain(OTHERS).enumerate() {
            let is_linear = place < PIECEWISE_LINEAR.len();
            let (mut session, points) = entered(net, data)?;
            quiet(&mut session, "Export[\"net.smt2\", net];")?;
            copied(&session, "net.smt2", &folder.join(format!("net{place}.smt2")))?;
            if is_linear {
                let outputs = flat(&mut session, &format!("N[net[{}]]", data[0]))?.len();
                let first: Vec<String> = (0..outputs).map(|place| usize::from(place == 0).to_string()).collect();
                let maximize = format!("\"Bounds\" -> Interval[{{-1, 1}}], \"Maximize\" -> {{{}}}", first.join(", "));
                quiet(&mut session, &format!("Export[\"net.lp\", net, {maximize}];"))?;
                copied(&session, "net.lp", &folder.join(format!("net{place}.lp")))?;
            }
            cases.push(json!({"name": format!("net{place}"), "net": net, "linear": is_linear, "points": points}));
        }
        Ok(cases)
    })
}

/// What a script makes of each net has its values.
fn expressions(target: &str) -> Result<(), String> {
    in_folder(target, "expressions.py", |folder| {
        let mut cases = Vec::new();
        for (place, (net, data)) in PIECEWISE_LINEAR.iter().chain(OTHERS).chain(SMOOTH).enumerate() {
            let (mut session, points) = entered(net, data)?;
            quiet(&mut session, &format!("Export[\"net.py\", net, \"{target}\"];"))?;
            copied(&session, "net.py", &folder.join(format!("net{place}.py")))?;
            cases.push(json!({"name": format!("net{place}"), "net": net, "target": target, "points": points}));
        }
        Ok(cases)
    })
}

/// So many of the nets are written with their Jacobians.
const DIFFERENTIABLE: usize = 3;

/// The tests of modules pass, of which one is compiled and applied to several examples.
fn modules(target: &str) -> Result<(), String> {
    in_folder(target, "modules.py", |folder| {
        let mut cases = Vec::new();
        for (place, (net, data)) in PIECEWISE_LINEAR.iter().take(2).chain(SMOOTH).chain(ARRAYS).enumerate() {
            let (mut session, _) = entered(net, data)?;
            let precision = if place % 3 == 2 { "Real32" } else { "Real64" };
            let outputs = if place < DIFFERENTIABLE { ", \"Outputs\" -> {\"Value\", \"Jacobian\"}" } else { "" };
            let options =
                format!("\"{target}\", \"Name\" -> \"net{place}\", \"Precision\" -> \"{precision}\"{outputs}");
            quiet(&mut session, &format!("Export[\"net.py\", net, {options}];"))?;
            copied(&session, "net.py", &folder.join(format!("net{place}.py")))?;
            cases.push(json!({"name": format!("net{place}"), "net": net}));
        }
        Ok(cases)
    })
}

/// Formats of nets, and what is said where one has no form for a net.
const FORMATS: [(&str, &[&str]); 16] = [
    ("ONNX", &[]),
    ("C", &[]),
    ("CHeader", &[]),
    ("JavaScript", &[]),
    ("Rust", &[]),
    ("NumPy", &[]),
    ("JAX", &[]),
    ("PyTorch", &[]),
    ("Netform", &[]),
    ("Package", &[]),
    ("SMT", &[LARGE]),
    ("LP", &["it is not piecewise linear", LARGE]),
    ("SymPy", &[LARGE]),
    ("Maxima", &[LARGE]),
    ("Julia", &[LARGE]),
    ("CasADi", &[LARGE]),
];

/// What is said of nets that are too large for formulas of single numbers.
const LARGE: &str = "written with single numbers it has more than";

/// What is said of every format where sizes or numbers are missing.
const OPEN: [&str; 2] = ["all sizes must be known", "has no machine numbers"];

/// Models of Keras with which its weights are tried, and whether by the names of layers: the order is another one where a model
/// branches.
const KERAS: &[(&str, bool)] = &[("layers", true), ("perceptron", false), ("perceptron", true)];

/// Models that became nets get their weights back.
fn weights(target: &str) -> Result<(), String> {
    let models = workspace_root().join("tests/suite/formats/models");
    in_folder(target, "keras_weights.py", |folder| {
        let mut cases = Vec::new();
        for (name, by_name) in KERAS {
            let mut session = TestSession::new();
            quiet(&mut session, &format!("Export[\"net.h5\", Import[\"models/{name}.keras\"]];"))?;
            let weights = folder.join(format!("{name}.h5"));
            copied(&session, "net.h5", &weights)?;
            let options = if *by_name { json!({"by_name": true}) } else { json!({}) };
            let model = models.join(format!("{name}.keras"));
            cases.push(json!({"model": model, "weights": weights, "options": options}));
        }
        Ok(cases)
    })
}

/// The nets of the examples in every format; one whose numbers or sizes are open says so.
fn examples() -> Result<(), String> {
    let folder = workspace_root().join("examples");
    let (mut nets, mut written) = (0, 0);
    for path in files_below(&folder, "wl") {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let mut session = TestSession::new();
        session.transcript(&text);
        let names = session
            .value("Select[Names[\"Global`*\"], MatchQ[Head[Symbol[#]], NetChain | NetGraph | LinearLayer] &]")?;
        for name in names.args().iter().filter_map(|name| name.as_str().map(str::to_owned)) {
            nets += 1;
            quiet(&mut session, &format!("ready = Quiet[Check[NetInitialize[{name}, RandomSeeding -> 1], {name}]];"))?;
            for (format, refusals) in FORMATS {
                let bounds = if format == "LP" { ", \"Bounds\" -> Interval[{-1, 1}]" } else { "" };
                let limit = if refusals.contains(&LARGE) { ", \"Limit\" -> 20000" } else { "" };
                let shown = session.transcript(&format!("Export[\"net\", ready, \"{format}\"{bounds}{limit}];"));
                let known = |line: &String| OPEN.iter().chain(refusals).any(|refusal| line.contains(refusal));
                match shown.as_slice() {
                    [] => written += 1,
                    lines if lines.iter().any(known) => {}
                    lines => return Err(format!("{}: {name} as {format}\n{}", path.display(), lines.join("\n"))),
                }
            }
        }
    }
    // Most nets have all sizes and all forms.
    if nets >= 10 && written >= 5 * nets { Ok(()) } else { Err(format!("{nets} nets, {written} files")) }
}
