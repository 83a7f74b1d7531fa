//! The equations of a net, printed.

use std::path::Path;

use crate::arguments::{Form, Limits};
use crate::diagnostics;
use crate::engine::Engine;
use crate::host::Sink;
use crate::status::Status;

/// How many equations are printed unless all are asked for.
const MOST_EQUATIONS: usize = 500;

/// Prints the equations of the net that a file or an expression gives.
pub(crate) fn print(net: &str, form: Form, options: &[String], all: bool, limits: &Limits) -> Status {
    let path = Path::new(net);
    let (name, text) = if path.is_file() {
        match std::fs::read_to_string(path) {
            Ok(text) => (net.to_owned(), text),
            Err(error) => {
                eprintln!("netform: {net}: {error}");
                return Status::Usage;
            }
        }
    } else {
        ("expression".to_owned(), net.to_owned())
    };
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    let inputs = match engine.read(&text) {
        Ok(inputs) => inputs,
        Err(found) => {
            diagnostics::report(&name, &text, &found);
            return Status::Failed;
        }
    };
    let Some((last, before)) = inputs.split_last() else {
        eprintln!("netform: {name}: there is no expression");
        return Status::Usage;
    };
    for input in before {
        engine.enter(&text[input.code.clone()]);
    }
    let value = engine.enter(&text[last.code.clone()]);
    if value.status() == Status::Failed {
        return Status::Failed;
    }
    let net = engine.print(value.expr(), Form::InputForm);
    let options: String = options.iter().map(|option| format!(", {option}")).collect();
    let equations = engine.enter(&format!("NetEquations[{net}{options}]"));
    if equations.status() == Status::Failed {
        return Status::Failed;
    }
    let count = equations.expr().args().len();
    let layers = engine.enter(&format!("Information[{net}, \"LayersCount\"]"));
    let elements = engine.enter(&format!("Information[{net}, \"ArraysTotalElementCount\"]"));
    let [layers, elements] = [layers, elements].map(|value| engine.print(value.expr(), Form::OutputForm));
    eprintln!("layers: {layers}; elements of arrays: {elements}; equations: {count}");
    if count > MOST_EQUATIONS && !all {
        eprintln!(
            "netform: {count} equations are more than anybody reads, so they are not printed. Ask for those of a part with \
             NetTake, leave out intermediate quantities with --option '\"Intermediate\" -> False', or print them with --all."
        );
        return Status::Failed;
    }
    match form {
        Form::OutputForm | Form::InputForm | Form::FullForm => {
            for equation in equations.expr().args() {
                println!("{}", engine.print(&equation, form));
            }
        }
        Form::TeXForm | Form::MathMLForm | Form::MarkdownForm => {
            println!("{}", engine.print(equations.expr(), form).trim_end())
        }
    }
    equations.status()
}
