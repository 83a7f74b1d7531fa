//! The net that a command is about: an expression, or a file of one.

use std::path::Path;

use crate::diagnostics;
use crate::engine::Engine;
use crate::status::Status;

/// The symbol whose value is the net.
pub(crate) const NET: &str = "Command`net";

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
        return Ok(net.to_owned());
    }
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("wl" | "m" | "wls") => Ok(format!("Get[{}]", quoted(net))),
        Some(_) => Ok(format!("Import[{}]", quoted(net))),
        None => Err(format!("{net}: a file with an extension, such as .wl, is expected")),
    }
}
