//! The equations of a net, printed.

use crate::arguments::{Form, Limits};
use crate::engine::Engine;
use crate::host::Sink;
use crate::net::{NET, enter_net};
use crate::status::Status;

/// How many equations are printed unless all are asked for.
const MOST_EQUATIONS: usize = 500;

/// Prints the equations of the net that a file or an expression gives.
pub(crate) fn print(net: &str, form: Form, options: &[String], all: bool, limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    if let Err(status) = enter_net(&mut engine, net) {
        return status;
    }
    let options: String = options.iter().map(|option| format!(", {option}")).collect();
    let equations = engine.enter(&format!("NetEquations[{NET}{options}]"));
    if equations.status() == Status::Failed {
        return Status::Failed;
    }
    let count = equations.expr().args().len();
    let layers = engine.enter(&format!("Information[{NET}, \"LayersCount\"]"));
    let elements = engine.enter(&format!("Information[{NET}, \"ArraysTotalElementCount\"]"));
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
