//! The net that a command is about: an expression, or a file of one.

use std::path::Path;

use crate::arguments::Weights;
use crate::diagnostics;
use crate::engine::Engine;
use crate::status::Status;

/// The symbol whose value is the net.
pub(crate) const NET: &str = "Command`net";

/// Gives [`NET`] the net of an expression or a file, with arrays of another file if there is one.
pub(crate) fn enter_net_with(engine: &mut Engine, net: &str, weights: &Weights) -> Result<(), Status> {
    enter_net(engine, net)?;
    let Some(file) = &weights.weights else { return Ok(()) };
    let names = weights.names.as_ref().map_or_else(String::new, |names| format!(", \"Names\" -> ({names})"));
    enter(engine, NET, &format!("Import[{}, \"Net\" -> {NET}{names}]", quoted(&file.to_string_lossy())))
}

/// Gives [`NET`] the net of an expression or a file.
pub(crate) fn enter_net(engine: &mut Engine, net: &str) -> Result<(), Status> {
    let source = source(net).map_err(|error| {
        eprintln!("netform: {error}");
        Status::Usage
    })?;
    if engine.read(&source).is_ok_and(|inputs| inputs.is_empty()) {
        eprintln!("netform: there is no expression");
        return Err(Status::Usage);
    }
    enter(engine, NET, &source)
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

/// The text of the expression whose value is the net.
fn source(net: &str) -> Result<String, String> {
    let path = Path::new(net);
    if !path.is_file() {
        // A name alone, or one with an extension, is hardly an expression of a net.
        let is_name = |part: &str| part.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
        let is_path = net.contains('/') || net.split('.').all(is_name);
        return if is_path && !net.trim().is_empty() {
            Err(format!(
                "{net}: there is no such file, and it is no expression of a net, such as LinearLayer[2, \"Input\" -> 3]"
            ))
        } else {
            Ok(net.to_owned())
        };
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("wl" | "m" | "wls") => Ok(format!("Get[{}]", quoted(net))),
        Some(_) => Ok(format!("Import[{}]", quoted(net))),
        None => Err(format!("{net}: a file with an extension, such as .wl, is expected")),
    }
}
