//! `netform explain`: how a net is computed on machine numbers.

use crate::arguments::{ExplainOptions, Limits};
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter, enter_net_with};
use crate::status::Status;

/// The symbol whose value is the sizes of inputs.
const SIZES: &str = "Command`sizes";

/// Prints the programs and the plan of the net of an expression or a file.
pub(crate) fn run(options: &ExplainOptions, limits: &Limits) -> Status {
    match print(options, limits) {
        Ok(()) => Status::Done,
        Err(status) => status,
    }
}

fn print(options: &ExplainOptions, limits: &Limits) -> Result<(), Status> {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    enter_net_with(&mut engine, &options.net, &options.source)?;
    if !options.inputs.is_empty() {
        fit(&mut engine, &options.inputs)?;
    }
    let plan = if options.time { "PlanTimes" } else { "Plan" };
    let programs = [("Program", "Program"), ("Program after the passes", "PreparedProgram")];
    let programs = if options.plan { &[] } else { &programs[..] };
    for (title, property) in programs.iter().chain(&[("Plan", plan)]) {
        let value = engine.enter(&format!("Information[{NET}, \"{property}\"]"));
        let Some(text) = value.expr().as_str() else {
            if value.status() == Status::Done {
                eprintln!("netform: this is no net; a net or a layer is expected");
            }
            return Err(Status::Failed);
        };
        match options.plan {
            true => outln!("{text}"),
            false => outln!("{title}\n{}", indented(text)),
        }
    }
    Ok(())
}

/// Gives the inputs of the net their sizes.
fn fit(engine: &mut Engine, sizes: &[String]) -> Result<(), Status> {
    let names = format!("Information[{NET}, \"InputPortNames\"]");
    enter(engine, SIZES, &format!("{{{}}}", sizes.join(", ")))?;
    let count = sizes.len();
    if engine.enter(&format!("TrueQ[Length[{names}] >= {count} == Length[{SIZES}]]")).expr().to_string() != "True" {
        eprintln!("netform: there are more sizes than the net has inputs");
        return Err(Status::Usage);
    }
    let fitted = format!("NetReplacePart[{NET}, Thread[Take[{names}, {count}] -> {SIZES}]]");
    enter(engine, NET, &fitted)
}

/// The lines, two places to the right.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
