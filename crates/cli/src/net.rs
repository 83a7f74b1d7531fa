//! The net that a command is about: an expression, or a file of one.

use std::path::Path;

use crate::arguments::Source;
use crate::diagnostics;
use crate::engine::Engine;
use crate::status::Status;

/// The symbol whose value is the net.
pub(crate) const NET: &str = "Command`net";

/// Gives [`NET`] the net of an expression or a file, with arrays of another file if there is one.
pub(crate) fn enter_net_with(engine: &mut Engine, net: &str, source: &Source) -> Result<(), Status> {
    enter_net(engine, net, &source.import)?;
    let Some(file) = &source.weights else { return Ok(()) };
    let names = source.names.as_ref().map_or_else(String::new, |names| format!(", \"Names\" -> ({names})"));
    enter(engine, NET, &format!("Import[{}, \"Net\" -> {NET}{names}]", quoted(&file.to_string_lossy())))
}

/// Gives [`NET`] the net of an expression or a file, which is read with these options of `Import`.
pub(crate) fn enter_net(engine: &mut Engine, net: &str, options: &[String]) -> Result<(), Status> {
    let source = text_of(net, options).map_err(|error| {
        eprintln!("netform: {error}");
        Status::Usage
    })?;
    if engine.read(&source).is_ok_and(|inputs| inputs.is_empty()) {
        eprintln!("netform: there is no expression");
        return Err(Status::Usage);
    }
    let entered = enter(engine, NET, &source);
    let asks = engine.said("option \"Dimensions\"") || engine.said("option \"Constants\"");
    if entered.is_err() && asks && options.is_empty() && source.starts_with(IMPORT) && net.ends_with(".onnx") {
        eprintln!(
            "netform: options of Import are given by --import, such as --import '\"Dimensions\" -> <|\"batch\" -> 1|>'"
        );
    }
    entered
}

/// Gives a symbol the value of a text.
pub(crate) fn enter(engine: &mut Engine, symbol: &str, text: &str) -> Result<(), Status> {
    if let Err(found) = engine.read(text) {
        diagnostics::report("expression", text, &found);
        return Err(Status::Failed);
    }
    match engine.enter(&format!("{symbol} = ({text})")).status() {
        Status::Done => Ok(()),
        other => Err(other),
    }
}

/// A text as a string of the language.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What the text begins with that reads a file of another system.
const IMPORT: &str = "Import[";

/// The text of the expression whose value is the net.
fn text_of(net: &str, options: &[String]) -> Result<String, String> {
    let path = Path::new(net);
    if !path.is_file() {
        // A name alone, or one with an extension, is hardly an expression of a net.
        let is_name = |part: &str| part.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
        let is_path = net.split('.').all(is_name) || looks_like_path(net);
        return if is_path && !net.trim().is_empty() {
            Err(format!(
                "{net}: there is no such file, and it is no expression of a net, such as LinearLayer[2, \"Input\" -> 3]"
            ))
        } else {
            no_options(options).map(|()| net.to_owned())
        };
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("wl" | "m" | "wls") => no_options(options).map(|()| format!("Get[{}]", quoted(net))),
        // Others of this extension are graphs of MXNet.
        Some("json") if !net.ends_with("-symbol.json") => {
            no_options(options).map(|()| format!("Import[{}, \"NetJSON\"]", quoted(net)))
        }
        Some(_) => {
            let options: String = options.iter().map(|option| format!(", {option}")).collect();
            Ok(format!("{IMPORT}{}{options}]", quoted(net)))
        }
        None => Err(format!("{net}: a file with an extension, such as .wl, is expected")),
    }
}

/// Whether a text with slashes is hardly an expression: it has letters, and no brackets.
pub(crate) fn looks_like_path(text: &str) -> bool {
    text.contains('/') && text.contains(char::is_alphabetic) && !text.contains(['[', '{', '('])
}

/// What is no import has no options.
fn no_options(options: &[String]) -> Result<(), String> {
    match options.first() {
        Some(option) => Err(format!("--import {option}: the net is read from no file of another system")),
        None => Ok(()),
    }
}
