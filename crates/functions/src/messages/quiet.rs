//! Which messages are seen: `Check`, `Quiet`, `On`, `Off`.

use netform_eval::{Eval, Function, Quiet, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::messages::message::name_parts;

const NAMES: &[(&str, &str)] = &[("names", "`1` is no name of a message, and no list of them.")];

pub(super) const CHECK: Function = Function {
    name: "Check",
    usage: "Check[e, other] gives the value of e, or that of other if messages were shown meanwhile.\n\
            Check[e, other, symbol::tag, ...] looks for these messages only.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, usize::MAX)),
    evaluate: Some(evaluate_check),
    messages: NAMES,
    examples: &[
        ("Check[1 + 1, failed]", "2"),
        ("f::bad = \"Bad.\"; Check[Message[f::bad], failed]", "failed"),
        ("f::bad = \"Bad.\"; Check[Message[f::bad]; 1, failed, f::worse]", "1"),
    ],
    ..Function::NEW
};

fn evaluate_check(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let wanted = match &args[2..] {
        [] => None,
        names => match names_in(session, Sym::Check, names) {
            Some(Names::These(names)) => Some(names),
            Some(Names::All) => None,
            Some(Names::None) => Some(Vec::new()),
            None => return Ok(None),
        },
    };
    // Messages are effects; without any, the value may be remembered.
    let (value, seen) = session.watch_messages(|session| session.evaluate(&args[0]));
    let value = value?;
    let found = seen.iter().any(|name| wanted.as_ref().is_none_or(|wanted| wanted.contains(name)));
    Ok(Some(if found { args[1].clone() } else { value }))
}

pub(super) const QUIET: Function = Function {
    name: "Quiet",
    usage: "Quiet[e] evaluates e without showing messages.\n\
            Quiet[e, names] holds back these messages only: symbol::tag, a list of them, or All.\n\
            Quiet[e, names, others] shows the others even where an enclosing Quiet holds them back.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_quiet),
    messages: NAMES,
    examples: &[("f::bad = \"Bad.\"; Quiet[Message[f::bad]; 1]", "1"), ("Quiet[1/0]", "ComplexInfinity")],
    ..Function::NEW
};

fn evaluate_quiet(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let hidden = match args.get(1) {
        None => Names::All,
        Some(names) => match names_in(session, Sym::Quiet, std::slice::from_ref(names)) {
            Some(names) => names,
            None => return Ok(None),
        },
    };
    let shown = match args.get(2) {
        None => Names::None,
        Some(names) => match names_in(session, Sym::Quiet, std::slice::from_ref(names)) {
            Some(names) => names,
            None => return Ok(None),
        },
    };
    let hide = match hidden {
        Names::All => Quiet::All,
        Names::These(names) => Quiet::These(names),
        Names::None => Quiet::These(Vec::new()),
    };
    let value = session.quietly(hide, |session| match shown {
        Names::These(names) => session.quietly(Quiet::Show(names), |session| session.evaluate(&args[0])),
        _ => session.evaluate(&args[0]),
    });
    value.map(Some)
}

pub(super) const OFF: Function = Function {
    name: "Off",
    usage: "Off[symbol::tag, ...] switches messages off.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| switch(session, call, Sym::Off)),
    messages: NAMES,
    examples: &[("f::bad = \"Bad.\"; Off[f::bad]; Message[f::bad]; 1", "1")],
    ..Function::NEW
};

pub(super) const ON: Function = Function {
    name: "On",
    usage: "On[symbol::tag, ...] switches messages on again.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| switch(session, call, Sym::On)),
    messages: NAMES,
    examples: &[("Off[f::bad]; On[f::bad]", "Null")],
    ..Function::NEW
};

fn switch(session: &mut Session, call: &Expr, function: Sym) -> Eval {
    session.note_effect();
    match names_in(session, function, &call.args()) {
        Some(Names::These(names)) => {
            names.iter().for_each(|name| session.switch_message(name, function == Sym::On));
            Ok(Some(Sym::Null.into()))
        }
        Some(_) => Ok(Some(Sym::Null.into())),
        None => Ok(None),
    }
}

/// A choice of messages.
enum Names {
    All,
    None,
    These(Vec<Expr>),
}

/// The messages that arguments name: names, lists of names, `All`, `None`, or a string for a group,
/// of which no message is a member.
fn names_in(session: &mut Session, function: Sym, args: &[Expr]) -> Option<Names> {
    let mut names = Vec::new();
    for arg in args {
        match arg.sym() {
            Some(Sym::All) => return Some(Names::All),
            Some(Sym::None) => continue,
            _ => {}
        }
        let items = if arg.is_list() { arg.args().to_vec() } else { vec![arg.clone()] };
        for item in items {
            if item.as_str().is_some() {
                continue;
            }
            if name_parts(&item).is_none() {
                session.message(function, "names", std::slice::from_ref(arg));
                return None;
            }
            names.push(item);
        }
    }
    let only_none = names.is_empty() && args.iter().all(|arg| arg.is(Sym::None));
    Some(if only_none { Names::None } else { Names::These(names) })
}
