//! The equations of a net, printed.

use netform::Expr;

use crate::arguments::{EquationsOptions, Form, Limits};
use crate::engine::Engine;
use crate::export::{print_text, print_whole, text_of};
use crate::host::Sink;
use crate::net::{NET, enter, enter_net_with, quoted};
use crate::status::Status;

/// The symbol whose value is the list of equations.
const EQUATIONS: &str = "Command`equations";

/// How many equations are printed unless all are asked for.
const MOST_EQUATIONS: usize = 500;

/// Of an equation with more leaves than this OutputForm shows a part only.
const MOST_LEAVES: f64 = 10_000.0;

/// A script for another system with more bytes than this is not printed unless it is asked for.
const MOST_TEXT: usize = 1 << 20;

/// Prints the equations of the net that a file or an expression gives.
pub(crate) fn print(arguments: &EquationsOptions, limits: &Limits) -> Status {
    let mut engine = Engine::on_terminal(limits, Sink::Streams);
    if let Err(status) = enter_net_with(&mut engine, &arguments.net, &arguments.source) {
        return status;
    }
    if let Some(layer) = &arguments.layer
        && let Err(status) = enter_layer(&mut engine, layer)
    {
        return status;
    }
    if let Some(system) = &arguments.to {
        return print_script(&mut engine, system, arguments);
    }
    let (form, all) = (arguments.form, arguments.all);
    let mut options: String = arguments.options.iter().map(|option| format!(", {option}")).collect();
    if arguments.component {
        options.push_str(", \"Notation\" -> \"Components\"");
    }
    let equations = engine.enter(&format!("{EQUATIONS} = NetEquations[{NET}{options}]"));
    if equations.status() == Status::Failed {
        return Status::Failed;
    }
    let count = equations.expr().args().len();
    eprintln!("{}; equations: {count}", size_of_net(&mut engine));
    if count > MOST_EQUATIONS && !all {
        eprintln!(
            "netform: {count} equations are more than anybody reads, so they are not printed. Ask for those of a part with \
             NetTake, leave out intermediate quantities with --option '\"Intermediate\" -> False', or print them with --all."
        );
        return Status::Failed;
    }
    let leaves = |equation: &Expr| netform::expr::size(equation.node()).leaves;
    let most = equations.expr().args().iter().map(leaves).fold(0.0, f64::max);
    if form == Form::OutputForm && most > MOST_LEAVES && !all {
        eprintln!(
            "netform: an equation has {most:.3e} leaves, which nobody reads, so none is printed. Leave out --component or options such as \
             \"Values\" -> True, ask for a layer with --layer, write all of it with --form InputForm, or a part of it with --all."
        );
        return Status::Failed;
    }
    let printed = match form {
        Form::OutputForm | Form::InputForm | Form::FullForm => {
            for equation in equations.expr().args() {
                outln!("{}", engine.print(&equation, form));
            }
            return equations.status();
        }
        Form::TeXForm => print_text(&mut engine, EQUATIONS, "TeX", &["\"Document\" -> False".to_owned()]),
        Form::MathMLForm => print_text(&mut engine, EQUATIONS, "MathML", &[]),
        Form::MarkdownForm => print_text(&mut engine, EQUATIONS, "Markdown", &[]),
    };
    if printed == Status::Done { equations.status() } else { printed }
}

/// How large the net is.
fn size_of_net(engine: &mut Engine) -> String {
    let layers = engine.enter(&format!("Information[{NET}, \"LayersCount\"]"));
    let elements = engine.enter(&format!("Information[{NET}, \"ArraysTotalElementCount\"]"));
    let [layers, elements] = [layers, elements].map(|value| engine.print(value.expr(), Form::OutputForm));
    format!("layers: {layers}; elements of arrays: {elements}")
}

/// Prints the net as a script of another system.
fn print_script(engine: &mut Engine, system: &str, arguments: &EquationsOptions) -> Status {
    eprintln!("{}", size_of_net(engine));
    let text = text_of(engine, NET, system, &arguments.options);
    let Some(script) = text.expr().as_str() else { return text.status() };
    if script.len() > MOST_TEXT && !arguments.all {
        eprintln!(
            "netform: the script has {} lines and {:.1} MB, which nobody reads and {system} takes long for, so it is not printed. Ask for a \
             layer with --layer, or print it with --all.",
            script.lines().count(),
            script.len() as f64 / 1e6,
        );
        return Status::Failed;
    }
    print_whole(script);
    text.status()
}

/// A layer with the shapes that its inputs have in the net.
const SHAPED: &str = r#"
Command`shaped[net_, path_] := With[{layer = NetExtract[net, path]}, If[layer === $Failed, layer,
   NetReplacePart[layer, DeleteCases[Map[# -> Quiet[NetExtract[net, Append[path, #]]] &,
     Keys[Information[layer, "InputPorts"]]], _ -> $Failed | Automatic]]]];
"#;

/// Makes a layer of the net the net: its name, behind those of the nets that it is in.
fn enter_layer(engine: &mut Engine, layer: &str) -> Result<(), Status> {
    let key = |name: &str| if name.parse::<u64>().is_ok() { name.to_owned() } else { quoted(name) };
    let path: Vec<String> = layer.split('/').map(key).collect();
    engine.enter(SHAPED);
    enter(engine, NET, &format!("Command`shaped[{NET}, {{{}}}]", path.join(", ")))
}
