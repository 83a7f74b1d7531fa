//! Aborts, and the end of a session.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const ABORT: Function = Function {
    name: "Abort",
    usage: "Abort[] stops the evaluation of the whole input, whose value is then $Aborted.",
    arguments: Some((0, 0)),
    evaluate: Some(|_, _| Err(Flow::Abort)),
    examples: &[("Abort[]; 1", "$Aborted"), ("CheckAbort[Abort[]; 1, 2]", "2")],
    ..Function::NEW
};

pub(super) const CHECK_ABORT: Function = Function {
    name: "CheckAbort",
    usage: "CheckAbort[e, other] gives the value of e, or that of other if e is aborted.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(evaluate_check_abort),
    examples: &[("CheckAbort[1 + 1, failed]", "2"), ("CheckAbort[Abort[], failed]", "failed")],
    ..Function::NEW
};

fn evaluate_check_abort(session: &mut Session, call: &Expr) -> Eval {
    match session.evaluate(&call.arg(0)) {
        Ok(value) => Ok(Some(value)),
        Err(Flow::Abort) => Ok(Some(call.arg(1))),
        Err(flow) => Err(flow),
    }
}

pub(super) const ABORT_PROTECT: Function = Function {
    name: "AbortProtect",
    usage: "AbortProtect[e] evaluates e and lets an interrupt by the user wait until that is done. Abort[] inside e \
            still ends e.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let body = call.arg(0);
        session.protect_from_abort(|session| session.evaluate(&body)).map(Some)
    }),
    examples: &[("AbortProtect[1 + 1]", "2")],
    ..Function::NEW
};

pub(super) const QUIT: Function = Function {
    name: "Quit",
    usage: "Quit[] ends the session. Quit[n] ends it with the exit code n.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_quit),
    messages: &[("code", "The exit code `1` is not an integer of 32 bits.")],
    examples: &[("Hold[Quit[]]", "Hold[Quit[]]")],
    ..Function::NEW
};

pub(super) const EXIT: Function = Function {
    name: "Exit",
    usage: "Exit[] ends the session. Exit[n] ends it with the exit code n.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_quit),
    messages: &[("code", "The exit code `1` is not an integer of 32 bits.")],
    examples: &[("Hold[Exit[]]", "Hold[Exit[]]")],
    ..Function::NEW
};

fn evaluate_quit(session: &mut Session, call: &Expr) -> Eval {
    let code = match call.args().first() {
        None => Some(0),
        Some(code) => code.as_i64().and_then(|code| i32::try_from(code).ok()),
    };
    match code {
        Some(code) => Err(Flow::Quit(code)),
        None => {
            session.message(call.head_sym().unwrap_or(Sym::Quit), "code", &[call.arg(0)]);
            Ok(None)
        }
    }
}
