//! `netform info`: what a net and its file are.

use std::path::Path;

use netform::{Expr, symbol};

use crate::arguments::{Form, InfoOptions, Limits};
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter_net_with, quoted};
use crate::status::Status;

/// Prints facts about the net of an expression or a file, a line each.
pub(crate) fn run(options: &InfoOptions, limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    of_file(&mut engine, &options.net);
    if let Err(status) = enter_net_with(&mut engine, &options.net, &options.source) {
        return status;
    }
    match of_arrays(&mut engine) || of_net(&mut engine, options.layers) {
        true => Status::Done,
        false => Status::Failed,
    }
}

/// The names and dimensions of what is an association of arrays, such as a file of weights; whether it is one.
fn of_arrays(engine: &mut Engine) -> bool {
    let arrays = engine.enter(&format!(
        "If[MatchQ[{NET}, <|(_String -> _?(NumericQ[#] || ArrayQ[#] &)) ..|>], Map[Dimensions, {NET}], {{}}]"
    ));
    if arrays.status() != Status::Done || arrays.expr().head() != symbol("Association") {
        return false;
    }
    let rules = arrays.expr().args();
    line("arrays", &format!("{}, of no net", rules.len()));
    for rule in rules {
        let parts = rule.args();
        let [name, dimensions] = [&parts[0], &parts[1]].map(|part| engine.print(part, Form::OutputForm));
        outln!("            {name}: {dimensions}");
    }
    true
}

fn line(title: &str, text: &str) {
    outln!("{title:<12}{text}");
}

/// What the file says by itself, also where its net cannot be read.
fn of_file(engine: &mut Engine, net: &str) {
    let path = Path::new(net);
    let Ok(facts) = std::fs::metadata(path).map(|facts| (facts.is_file(), facts.len())) else { return };
    if !facts.0 {
        return;
    }
    line("file", &format!("{net}, {} bytes", facts.1));
    if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("onnx")) {
        return;
    }
    let part = |engine: &mut Engine, name: &str| {
        let value = engine.enter(&format!("Quiet[Import[{}, {{\"ONNX\", \"{name}\"}}]]", quoted(net)));
        (value.status() == Status::Done).then(|| engine.print(value.expr(), Form::OutputForm))
    };
    let titles = [("ProducerName", "producer"), ("OperatorSetVersion", "opset"), ("Operators", "operators")];
    for (name, title) in titles {
        if let Some(text) = part(engine, name).filter(|text| !text.is_empty()) {
            line(title, text.trim_start_matches("<|").trim_end_matches("|>"));
        }
    }
}

/// What is known about the net; whether it is one.
fn of_net(engine: &mut Engine, layers: bool) -> bool {
    let ports = engine.enter(&format!("Information[{NET}, {{\"InputPorts\", \"OutputPorts\", \"LayerTypeCounts\"}}]"));
    let lists = ports.expr().args();
    if ports.status() != Status::Done
        || lists.len() != 3
        || !lists.iter().all(|list| list.head() == symbol("Association"))
    {
        eprintln!("netform: this is no net; a net or a layer is expected");
        return false;
    }
    for (title, list) in ["inputs", "outputs"].iter().zip(&lists) {
        line(title, &entries(engine, list, ": "));
    }
    let counts = entries(engine, &lists[2], " ");
    let total = number(engine, "LayersCount");
    line("layers", &format!("{total}: {counts}"));
    let [arrays, elements, bytes] =
        ["ArraysCount", "ArraysTotalElementCount", "ArraysTotalByteCount"].map(|name| number(engine, name));
    line("arrays", &format!("{arrays} with {elements} elements, {bytes} bytes"));
    let states = number(engine, "RecurrentStatesCount");
    if states != "0" {
        line("states", &states);
    }
    if layers {
        let summary = engine.enter(&format!("Information[{NET}, \"Summary\"]"));
        if let Some(text) = summary.expr().as_str() {
            outln!("{text}");
        }
    }
    true
}

/// The entries of an association on one line.
fn entries(engine: &mut Engine, association: &Expr, between: &str) -> String {
    let rules = association.args();
    let entry = |rule: &Expr| {
        let parts = rule.args();
        let [name, value] = [&parts[0], &parts[1]].map(|part| engine.print(part, Form::OutputForm));
        format!("{name}{between}{value}")
    };
    rules.iter().map(entry).collect::<Vec<_>>().join(", ")
}

fn number(engine: &mut Engine, property: &str) -> String {
    let value = engine.enter(&format!("Information[{NET}, \"{property}\"]"));
    let text = engine.print(value.expr(), Form::OutputForm);
    if text == "Automatic" { "an unknown number of".to_owned() } else { text }
}
