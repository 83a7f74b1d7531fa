//! Contexts: the current one, the search path, and packages.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::symbol_arguments::{matches_wildcards, symbol_named};

const MESSAGES: &[(&str, &str)] = &[
    ("cxt", "`1` is no name of a context: a text that ends with a backquote."),
    ("cxlist", "`1` is no list of names of contexts."),
    ("noctx", "There is no context to go back to."),
    ("sym", "Argument `1` at position `2` is neither a symbol nor the name of one."),
];

pub(super) const CURRENT_CONTEXT: Function = Function {
    name: "$Context",
    usage: "$Context is the context in which new symbols are made.",
    value: Some(|session| {
        session.note_effect();
        Ok(Some(Expr::string(session.context())))
    }),
    assign: Some(|session, _, right| {
        let Some(right) = right else { return Ok(false) };
        let right = session.evaluate(right)?;
        let Some(context) = context_named(session, Sym::Context, &right) else { return Ok(false) };
        session.note_effect();
        session.set_context(context);
        Ok(true)
    }),
    messages: MESSAGES,
    examples: &[("$Context", "Global`")],
    ..Function::NEW
};

pub(super) const CONTEXT_PATH: Function = Function {
    name: "$ContextPath",
    usage: "$ContextPath is the list of contexts in which names are looked up.",
    value: Some(|session| {
        session.note_effect();
        let path = session.context_path().iter().map(String::as_str).chain(["System`"]);
        Ok(Some(Expr::list(path.map(Expr::string).collect::<Vec<_>>())))
    }),
    assign: Some(assign_context_path),
    messages: MESSAGES,
    examples: &[("MemberQ[$ContextPath, \"Global`\"]", "True")],
    ..Function::NEW
};

fn assign_context_path(session: &mut Session, _: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let Some(right) = right else { return Ok(false) };
    let path = session.evaluate(right)?;
    let names = path.is_list().then(|| path.args().iter().map(context_name).collect::<Option<Vec<_>>>());
    match names.flatten() {
        Some(names) => {
            session.note_effect();
            session.set_context_path(names.into_iter().filter(|name| name != "System`").collect());
            Ok(true)
        }
        None => {
            session.message(Sym::ContextPath, "cxlist", &[path]);
            Ok(false)
        }
    }
}

pub(super) const CONTEXT: Function = Function {
    name: "Context",
    usage: "Context[] gives the current context, Context[x] that of the symbol x.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_context),
    messages: MESSAGES,
    examples: &[("Context[Plus]", "System`"), ("Context[x]", "Global`"), ("Context[]", "Global`")],
    ..Function::NEW
};

fn evaluate_context(session: &mut Session, call: &Expr) -> Eval {
    session.note_effect();
    let args = call.args();
    let Some(argument) = args.first() else { return Ok(Some(Expr::string(session.context()))) };
    let symbol = symbol_named(session, Sym::ContextOf, argument);
    Ok(symbol.and_then(|symbol| symbol.as_symbol().map(|s| Expr::string(s.context()))))
}

pub(super) const CONTEXTS: Function = Function {
    name: "Contexts",
    usage: "Contexts[] gives all contexts, Contexts[\"form\"] those that match a text with wildcards.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_contexts),
    examples: &[("Contexts[\"Sys*\"]", "{System`}")],
    ..Function::NEW
};

fn evaluate_contexts(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let pattern = match args.first() {
        None => "*",
        Some(pattern) => match pattern.as_str() {
            Some(pattern) => pattern,
            None => return Ok(None),
        },
    };
    session.note_effect();
    let names = session.known_names();
    let mut contexts: Vec<&str> = names.iter().map(|name| &name[..name.rfind('`').map_or(0, |i| i + 1)]).collect();
    contexts.push("Global`");
    contexts.sort_unstable();
    contexts.dedup();
    contexts.retain(|context| matches_wildcards(pattern, context));
    Ok(Some(Expr::list(contexts.into_iter().map(Expr::string).collect::<Vec<_>>())))
}

pub(super) const BEGIN: Function = Function {
    name: "Begin",
    usage: "Begin[\"context`\"] makes a context the current one, until End[].",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let Some(context) = context_named(session, Sym::Begin, &call.arg(0)) else { return Ok(None) };
        session.note_effect();
        session.begin_context(&context);
        Ok(Some(Expr::string(session.context())))
    }),
    messages: MESSAGES,
    examples: &[("Begin[\"a`\"]; ToExpression[\"b\"]; c = $Context; End[]; c", "a`")],
    ..Function::NEW
};

pub(super) const END: Function = Function {
    name: "End",
    usage: "End[] goes back to the context before Begin, and gives the one that it ends.",
    arguments: Some((0, 0)),
    evaluate: Some(|session, _| {
        session.note_effect();
        match session.end_context() {
            Some(context) => Ok(Some(Expr::string(&context))),
            None => {
                session.message(Sym::End, "noctx", &[]);
                Ok(Some(Expr::string(session.context())))
            }
        }
    }),
    messages: MESSAGES,
    examples: &[("Begin[\"a`\"]; End[]", "a`")],
    ..Function::NEW
};

pub(super) const BEGIN_PACKAGE: Function = Function {
    name: "BeginPackage",
    usage: "BeginPackage[\"context`\"] makes a context the current one and the only one that is searched beside \
            System`.\nBeginPackage[\"context`\", {\"needed`\", ...}] loads other packages and searches them too.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_begin_package),
    messages: MESSAGES,
    examples: &[("BeginPackage[\"p`\"]; c = $ContextPath; EndPackage[]; c", "{p`, System`}")],
    ..Function::NEW
};

fn evaluate_begin_package(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(context) = context_named(session, Sym::BeginPackage, &args[0]) else { return Ok(None) };
    let needed = match args.get(1) {
        None => Vec::new(),
        Some(list) if list.is_list() => list.args().to_vec(),
        Some(single) => vec![single.clone()],
    };
    let mut searched = Vec::new();
    for package in needed {
        let Some(name) = context_named(session, Sym::BeginPackage, &package) else { return Ok(None) };
        session.evaluate_call(Sym::Needs, [package])?;
        searched.push(name);
    }
    session.note_effect();
    session.begin_package(&context);
    let mut path = session.context_path().to_vec();
    path.extend(searched);
    session.set_context_path(path);
    Ok(Some(Expr::string(session.context())))
}

pub(super) const END_PACKAGE: Function = Function {
    name: "EndPackage",
    usage: "EndPackage[] ends a package: its context stays in front of those that are searched.",
    arguments: Some((0, 0)),
    evaluate: Some(|session, _| {
        session.note_effect();
        if session.end_package().is_none() {
            session.message(Sym::EndPackage, "noctx", &[]);
        }
        Ok(Some(Sym::Null.into()))
    }),
    messages: MESSAGES,
    examples: &[("BeginPackage[\"p`\"]; EndPackage[]; First[$ContextPath]", "p`")],
    ..Function::NEW
};

/// The name of a context in a string; anything else is told by the message `cxt`.
fn context_named(session: &mut Session, function: Sym, e: &Expr) -> Option<String> {
    let name = context_name(e);
    if name.is_none() {
        session.message(function, "cxt", std::slice::from_ref(e));
    }
    name
}

fn context_name(e: &Expr) -> Option<String> {
    let text = e.as_str()?;
    let is_valid = text.strip_suffix('`').is_some_and(crate::control::unique::is_name);
    is_valid.then(|| text.to_owned())
}
