//! `netform diff`: what differs between two nets: ports, layers, arrays, and results on random data.

use netform::Expr;

use crate::arguments::{DiffOptions, Form, Limits};
use crate::difference::DIFFERENCE;
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter, enter_net};
use crate::status::Status;

/// The symbol whose value is the other net.
const OTHER: &str = "Command`other";

/// What the comparison needs beside differences, in the language: layers without their arrays, and inputs with numbers in the place of
/// open sizes.
const DEFINITIONS: &str = r#"
Command`plain[layer_] := With[{names = Last /@ Information[layer, "ArraysPositionList"]},
   DeleteCases[layer, Rule[name_String, _] /; MemberQ[names, name]]];
Command`distance[a_, b_] := Replace[Command`difference[a, b], {error_, _} :> error];
Command`sizes[shapes_] := With[{open = Union[Cases[Values[shapes], size_Symbol /; size =!= List, {2, Infinity}]]},
   shapes /. "Varying" -> 3 /. MapIndexed[#1 -> 2 + First[#2] &, open]];
Command`only[keys_, others_] := Select[keys, ! MemberQ[others, #] &];
"#;

/// Prints what differs; the exit status is 1 if something does.
pub(crate) fn run(options: &DiffOptions, limits: &Limits) -> Status {
    match compare(options, limits) {
        Ok(true) => {
            outln!("The nets are the same.");
            Status::Done
        }
        Ok(false) => Status::Failed,
        Err(status) => status,
    }
}

fn compare(options: &DiffOptions, limits: &Limits) -> Result<bool, Status> {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    enter_net(&mut engine, &options.second, &options.import)?;
    enter(&mut engine, OTHER, NET)?;
    enter_net(&mut engine, &options.first, &options.import)?;
    for net in [NET, OTHER] {
        if engine.enter(&format!("Information[{net}, \"LayersCount\"]")).expr().as_i64().is_none() {
            eprintln!("netform: one of them is no net; a net or a layer is expected");
            return Err(Status::Failed);
        }
    }
    engine.enter(DIFFERENCE);
    engine.enter(DEFINITIONS);
    let mut same = true;
    for (title, property) in [("inputs", "InputPorts"), ("outputs", "OutputPorts")] {
        same &= of_ports(&mut engine, title, property)?;
    }
    same &= of_layers(&mut engine)?;
    same &= of_arrays(&mut engine)?;
    of_results(&mut engine, options.seed)?;
    Ok(same)
}

/// The arguments of a list that an input gives.
fn list(engine: &mut Engine, input: &str) -> Result<Vec<Expr>, Status> {
    let value = engine.enter(input);
    match value.status() {
        Status::Done if value.expr().is_list() => Ok(value.expr().args()),
        _ => Err(Status::Failed),
    }
}

fn of_ports(engine: &mut Engine, title: &str, property: &str) -> Result<bool, Status> {
    let ports = list(engine, &format!("{{Information[{NET}, \"{property}\"], Information[{OTHER}, \"{property}\"]}}"))?;
    if ports[0] == ports[1] {
        return Ok(true);
    }
    let [first, second] = [&ports[0], &ports[1]].map(|ports| engine.print(ports, Form::OutputForm));
    outln!("{title}: {first} and {second}");
    Ok(false)
}

/// Names of layers and arrays as a person reads them.
fn path(engine: &mut Engine, path: &Expr) -> String {
    let keys: Vec<String> = path.args().iter().map(|key| engine.print(key, Form::OutputForm)).collect();
    if keys.is_empty() { "the layer".to_owned() } else { keys.join("/") }
}

/// Makes a property of the nets the values of the symbols that comparisons take.
fn enter_property(engine: &mut Engine, property: &str) -> Result<(), Status> {
    enter(engine, "Command`a", &format!("Information[{NET}, \"{property}\"]"))?;
    enter(engine, "Command`b", &format!("Information[{OTHER}, \"{property}\"]"))
}

/// What only one of the nets has.
fn of_one(engine: &mut Engine, what: &str, keys: [&str; 2]) -> Result<bool, Status> {
    let mut same = true;
    for (place, title) in ["first", "second"].iter().enumerate() {
        for only in list(engine, &format!("Command`only[{}, {}]", keys[place], keys[1 - place]))? {
            outln!("only the {title} net has the {what} {}", path(engine, &only));
            same = false;
        }
    }
    Ok(same)
}

fn of_layers(engine: &mut Engine) -> Result<bool, Status> {
    enter_property(engine, "Layers")?;
    let mut same = of_one(engine, "layer", ["Keys[Command`a]", "Keys[Command`b]"])?;
    let differences = list(
        engine,
        "Cases[Keys[Command`a], key_ /; KeyExistsQ[Command`b, key] && Information[Command`a[key], \"TopologyHash\"] =!= \
         Information[Command`b[key], \"TopologyHash\"] :> {key, Command`plain[Command`a[key]], Command`plain[Command`b[key]]}]",
    )?;
    for difference in differences {
        let parts = difference.args();
        let name = path(engine, &parts[0]);
        let [first, second] = [&parts[1], &parts[2]].map(|layer| engine.print(layer, Form::OutputForm));
        outln!("layer {name}: {first} and {second}");
        same = false;
    }
    let hashes = format!("Information[{NET}, \"TopologyHash\"] === Information[{OTHER}, \"TopologyHash\"]");
    if same && engine.enter(&hashes).expr().to_string() != "True" {
        outln!("the connections of layers differ");
        same = false;
    }
    Ok(same)
}

fn of_arrays(engine: &mut Engine) -> Result<bool, Status> {
    enter_property(engine, "Arrays")?;
    let mut same = of_one(engine, "array", ["Keys[Command`a]", "Keys[Command`b]"])?;
    let differences = list(
        engine,
        "Cases[Keys[Command`a], key_ /; KeyExistsQ[Command`b, key] && Command`a[key] =!= Command`b[key] :> {key, \
         Command`distance[Command`a[key], Command`b[key]]}]",
    )?;
    for difference in differences {
        let parts = difference.args();
        let name = path(engine, &parts[0]);
        match parts[1].as_f64() {
            Some(distance) => outln!("array {name}: elements differ by up to {distance:.3e}"),
            None => outln!("array {name}: {}", engine.print(&parts[1], Form::OutputForm)),
        }
        same = false;
    }
    Ok(same)
}

/// How far results are apart on random data, where both nets take the same real numbers.
fn of_results(engine: &mut Engine, seed: i64) -> Result<(), Status> {
    engine.enter(&format!("Command`shapes = Command`sizes[Information[{NET}, \"InputPorts\"]]"));
    let comparable = engine.enter(&format!(
        "Information[{NET}, \"InputPortTypes\"] === Information[{OTHER}, \"InputPortTypes\"] && Information[{NET}, \
         \"InputPorts\"] === Information[{OTHER}, \"InputPorts\"] && AllTrue[Values[Command`shapes], MatchQ[#, {{___Integer}}] &]"
    ));
    if comparable.expr().to_string() != "True" {
        outln!("results: not compared, since the inputs differ or are no arrays of real numbers");
        return Ok(());
    }
    let apart = engine.enter(&format!(
        "Quiet[SeedRandom[{seed}]; Command`data = Map[RandomReal[{{-1, 1}}, #] &, Command`shapes]; \
         Command`distance @@ Map[If[AssociationQ[#], Flatten[Values[#]], #] &, {{{NET}[Command`data], {OTHER}[Command`data]}}]]"
    ));
    match apart.expr().as_f64() {
        Some(0.0) => outln!("results: the same on random data"),
        Some(distance) => outln!("results: they differ by up to {distance:.3e} on random data"),
        None => outln!("results: not compared, {}", engine.print(apart.expr(), Form::OutputForm)),
    }
    Ok(())
}
