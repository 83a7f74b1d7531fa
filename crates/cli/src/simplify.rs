//! `netform simplify`: a smaller net with the same results.

use crate::arguments::{Form, Limits, SimplifyOptions};
use crate::engine::Engine;
use crate::export::options_of_file;
use crate::host::Sink;
use crate::net::{NET, enter, enter_net_with, quoted};
use crate::status::Status;

/// Writes the simplified net to a file, or prints it; how much smaller it is goes to the standard error.
pub(crate) fn run(arguments: &SimplifyOptions, limits: &Limits) -> Status {
    match simplify(arguments, limits) {
        Ok(status) | Err(status) => status,
    }
}

fn simplify(arguments: &SimplifyOptions, limits: &Limits) -> Result<Status, Status> {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    enter_net_with(&mut engine, &arguments.net, &arguments.source)?;
    let before = size(&mut engine)?;
    let options: String = arguments.options.iter().map(|option| format!(", {option}")).collect();
    enter(&mut engine, NET, &format!("NetSimplify[{NET}{options}]"))?;
    let after = size(&mut engine)?;
    eprintln!("layers: {} -> {}; elements of arrays: {} -> {}", before[0], after[0], before[1], after[1]);
    let Some(file) = &arguments.output else {
        let net = engine.enter(NET);
        outln!("{}", engine.print(net.expr(), Form::InputForm));
        return Ok(Status::Done);
    };
    let options = options_of_file(&arguments.net, &file.to_string_lossy(), &[]);
    Ok(engine.enter(&format!("Export[{}, {NET}{options}]", quoted(&file.to_string_lossy()))).status())
}

/// The number of layers, and that of elements of arrays.
fn size(engine: &mut Engine) -> Result<[String; 2], Status> {
    let mut counts = Vec::new();
    for property in ["LayersCount", "ArraysTotalElementCount"] {
        let value = engine.enter(&format!("Information[{NET}, \"{property}\"]"));
        if value.status() != Status::Done {
            return Err(Status::Failed);
        }
        counts.push(engine.print(value.expr(), Form::OutputForm));
    }
    counts.try_into().map_err(|_| Status::Failed)
}
