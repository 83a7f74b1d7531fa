//! Printed text.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const PRINT: Function = Function {
    name: "Print",
    usage: "Print[a, b, ...] prints the expressions side by side, and a line end.",
    evaluate: Some(|session, call| {
        session.note_effect();
        let text = call.args().iter().map(|e| session.output_text(e)).collect::<Result<String, _>>()?;
        session.host().print(&text);
        Ok(Some(Sym::Null.into()))
    }),
    examples: &[("Print[\"x = \", x]; 1", "1")],
    ..Function::NEW
};

pub(super) const ECHO: Function = Function {
    name: "Echo",
    usage: "Echo[e] prints e and gives it.\n\
            Echo[e, label] prints a label before it; Echo[e, label, f] prints f[e].",
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_echo),
    examples: &[("Echo[1 + 1] + 1", "3")],
    ..Function::NEW
};

fn evaluate_echo(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let shown = match args.get(2) {
        Some(f) => session.evaluate(&Expr::normal(f.clone(), [args[0].clone()]))?,
        None => args[0].clone(),
    };
    let label = match args.get(1) {
        Some(label) => format!("{} ", session.output_form(label)),
        None => String::new(),
    };
    session.note_effect();
    let text = session.output_text(&shown)?;
    session.host().print(&format!(">> {label}{text}"));
    Ok(Some(args[0].clone()))
}

pub(super) const ECHO_FUNCTION: Function = Function {
    name: "EchoFunction",
    usage: "EchoFunction[f][e] prints f[e] and gives e. EchoFunction[label, f][e] prints a label before it.",
    attributes: Attributes::NONE,
    arguments: Some((0, 2)),
    apply: Some(|_, call| {
        let echo = call.head();
        if !echo.has_head(Sym::EchoFunction) || call.len() != 1 {
            return Ok(None);
        }
        let label = Expr::string("");
        let (label, f) = match &echo.args()[..] {
            [] => (label, Sym::Identity.into()),
            [f] => (label, f.clone()),
            [label, f, ..] => (label.clone(), f.clone()),
        };
        Ok(Some(Expr::call(Sym::Echo, [call.arg(0), label, f])))
    }),
    examples: &[("EchoFunction[f][2]", "2")],
    ..Function::NEW
};
