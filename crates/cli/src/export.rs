//! `netform export`: a net as a file of another system, or as code.

use std::path::Path;

use crate::arguments::{ExportOptions, Limits};
use crate::engine::{Engine, Value};
use crate::host::Sink;
use crate::net::{NET, enter_net_with, quoted};
use crate::status::Status;

/// Writes the net of an expression or a file to a file, or text to the standard output.
pub(crate) fn run(arguments: &ExportOptions, limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    if let Err(status) = enter_net_with(&mut engine, &arguments.net, &arguments.source) {
        return status;
    }
    let file = arguments.output.as_ref().map(|file| file.to_string_lossy()).unwrap_or_default();
    let options = options_of_file(&arguments.net, &file, &arguments.options);
    let format = arguments.to.as_deref().map(quoted);
    let is_c = arguments.to.as_deref().is_some_and(|format| format.eq_ignore_ascii_case("C"))
        || arguments.to.is_none()
            && arguments.output.as_ref().is_some_and(|file| file.extension().is_some_and(|extension| extension == "c"));
    if arguments.header && !is_c {
        eprintln!("netform: --header is for a file of C, such as --output net.c");
        return Status::Usage;
    }
    let status = match (&arguments.output, format) {
        (Some(file), format) => {
            let format = format.map_or_else(String::new, |format| format!(", {format}"));
            let mut write = |file: &Path, format: &str| {
                let file = quoted(&file.to_string_lossy());
                engine.enter(&format!("Export[{file}, {NET}{format}{options}]")).status()
            };
            match write(file, &format) {
                Status::Done if arguments.header => write(&file.with_extension("h"), ", \"CHeader\""),
                status => status,
            }
        }
        (None, Some(_)) => print_text(&mut engine, NET, arguments.to.as_deref().unwrap_or(""), &arguments.options),
        (None, None) => {
            eprintln!("netform: say where to, with --output FILE, or in which format, with --to FORMAT");
            return Status::Usage;
        }
    };
    if status != Status::Done && arguments.net.ends_with(".onnx") && engine.said("NetReplacePart") {
        eprintln!(
            "netform: dimensions of a model are given by --import, such as --import '\"Dimensions\" -> <|\"batch\" -> 1|>'"
        );
    }
    status
}

/// The options with which a net is written. A model that was read has the batch among its dimensions already, and its ports keep what
/// their elements are.
pub(crate) fn options_of_file(net: &str, file: &str, given: &[String]) -> String {
    let mut options: String = given.iter().map(|option| format!(", {option}")).collect();
    let is_model = |name: &str| name.ends_with(".onnx");
    if is_model(net) && is_model(file) {
        if !options.contains("BatchSize") {
            options.push_str(", \"BatchSize\" -> None");
        }
        if !options.contains("ElementTypes") {
            let ports = |kind: &str| format!("Import[{}, {{\"ONNX\", \"{kind}\"}}]", quoted(net));
            options.push_str(&format!(
                ", \"ElementTypes\" -> Select[Map[First, Join[{}, {}]], MatchQ[\"FLOAT\" | \"DOUBLE\" | \"INT64\" | \"INT32\" | \"BOOL\"]]",
                ports("Inputs"),
                ports("Outputs")
            ));
        }
    }
    options
}

/// Writes a value, such as that of [`NET`], in a format to the standard output.
pub(crate) fn print_text(engine: &mut Engine, value: &str, format: &str, options: &[String]) -> Status {
    let text = text_of(engine, value, format, options);
    if let Some(text) = text.expr().as_str() {
        print_whole(text);
    }
    text.status()
}

/// A value in a format.
pub(crate) fn text_of(engine: &mut Engine, value: &str, format: &str, options: &[String]) -> Value {
    let options: String = options.iter().map(|option| format!(", {option}")).collect();
    engine.enter(&format!("ExportString[{value}, {}{options}]", quoted(format)))
}

/// Prints a text that ends a line.
pub(crate) fn print_whole(text: &str) {
    out!("{text}{}", if text.ends_with('\n') { "" } else { "\n" });
}
