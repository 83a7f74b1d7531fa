//! Scripts: files, the standard input, and single expressions of the command line.

use std::io::{Read, Write};
use std::path::Path;

use crate::arguments::{Form, Limits};
use crate::diagnostics;
use crate::engine::Engine;
use crate::host::Sink;
use crate::status::Status;

/// What of a script is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Each input with its value, numbered as in a session.
    Notebook,
    /// The values.
    Values,
    /// Only what the script prints.
    Quiet,
}

/// Runs a file; `-` is the standard input.
pub(crate) fn run_file(path: &Path, style: Style, limits: &Limits) -> Status {
    if path.as_os_str() == "-" {
        return run_standard_input(style, limits);
    }
    match std::fs::read(path) {
        Ok(bytes) => run_bytes(&path.display().to_string(), bytes, style, limits),
        Err(error) => {
            eprintln!("netform: {}: {error}", path.display());
            Status::Usage
        }
    }
}

/// Runs what comes on the standard input.
pub(crate) fn run_standard_input(style: Style, limits: &Limits) -> Status {
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => run_bytes("standard input", bytes, style, limits),
        Err(error) => {
            eprintln!("netform: standard input: {error}");
            Status::Failed
        }
    }
}

/// Evaluates the text of the command line and prints its values in a form.
pub(crate) fn evaluate(text: &str, form: Form, limits: &Limits) -> Status {
    run("expression", text, Style::Values, form, limits)
}

fn run_bytes(name: &str, bytes: Vec<u8>, style: Style, limits: &Limits) -> Status {
    match String::from_utf8(bytes) {
        Ok(text) => {
            // A first line such as `#!/usr/bin/env -S netform run` is for the operating system.
            let script =
                if text.starts_with("#!") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { &text };
            run(name, script, style, Form::OutputForm, limits)
        }
        Err(error) => {
            eprintln!("netform: {name}: not UTF-8 text: a wrong byte at position {}", error.utf8_error().valid_up_to());
            Status::Failed
        }
    }
}

/// Evaluates the expressions of a text in order, if the text has no syntax error.
///
/// The status is that of the last value: a script may well show how something fails.
fn run(name: &str, text: &str, style: Style, form: Form, limits: &Limits) -> Status {
    let sink = if style == Style::Notebook { Sink::Output } else { Sink::Streams };
    let mut engine = Engine::on_terminal(limits, sink);
    let inputs = match engine.read(text) {
        Ok(inputs) => inputs,
        Err(found) => {
            diagnostics::report(name, text, &found);
            return Status::Failed;
        }
    };
    let mut status = Status::Done;
    for input in inputs {
        let line = engine.next_line();
        if style == Style::Notebook {
            if !input.above.is_empty() {
                write_lines("", &text[input.above.clone()]);
            }
            write_lines(&format!("In[{line}]:= "), &text[input.shown.clone()]);
        }
        let value = engine.enter(&text[input.code.clone()]);
        status = value.status();
        if let Some(code) = engine.quit() {
            return Status::Quit(code);
        }
        let shown = match style {
            Style::Notebook => !value.is_silent(),
            Style::Values => !value.is_silent(),
            Style::Quiet => false,
        };
        if shown {
            let printed = engine.print(value.expr(), form);
            match style {
                Style::Notebook => write_lines(&format!("Out[{line}]= "), &printed),
                _ => write_lines("", &printed),
            }
        }
        if style == Style::Notebook {
            write_lines("", "");
        }
    }
    status
}

/// Writes a text on the standard output after a label, with later lines indented as far.
fn write_lines(label: &str, text: &str) {
    let mut output = std::io::stdout().lock();
    let indent = " ".repeat(label.len());
    let text = text.replace('\n', &format!("\n{indent}"));
    // Nobody reads any more when this fails; the evaluation goes on for its effects.
    let _ = writeln!(output, "{}", format!("{label}{text}").trim_end());
    let _ = output.flush();
}
