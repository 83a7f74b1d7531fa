//! `netform export`: a net as a file of another system, or as code.

use crate::arguments::{ExportOptions, Limits};
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter_net, quoted};
use crate::status::Status;

/// Writes the net of an expression or a file to a file, or text to the standard output.
pub(crate) fn run(arguments: &ExportOptions, limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    if let Err(status) = enter_net(&mut engine, &arguments.net) {
        return status;
    }
    let options: String = arguments.options.iter().map(|option| format!(", {option}")).collect();
    let format = arguments.to.as_deref().map(quoted);
    match (&arguments.output, format) {
        (Some(file), format) => {
            let format = format.map_or_else(String::new, |format| format!(", {format}"));
            let file = quoted(&file.to_string_lossy());
            engine.enter(&format!("Export[{file}, {NET}{format}{options}]")).status()
        }
        (None, Some(format)) => {
            let text = engine.enter(&format!("ExportString[{NET}, {format}{options}]"));
            if let Some(text) = text.expr().as_str() {
                print!("{text}");
            }
            text.status()
        }
        (None, None) => {
            eprintln!("netform: say where to, with --output FILE, or in which format, with --to FORMAT");
            Status::Usage
        }
    }
}
