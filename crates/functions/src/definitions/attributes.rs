//! Attributes, and protection of symbols.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::symbol_arguments::{symbol_named, symbols_named};

const MESSAGES: &[(&str, &str)] = &[
    ("sym", "Argument `1` at position `2` is neither a symbol nor the name of one."),
    ("ssym", "`1` is neither a symbol nor a string."),
    ("attnf", "`1` is not a known attribute."),
    ("locked", "Symbol `1` is locked."),
];

pub(super) const ATTRIBUTES: Function = Function {
    name: "Attributes",
    usage: "Attributes[f] gives the attributes of f. Attributes[f] = {a, b, ...} replaces them.",
    attributes: Attributes::HOLD_ALL.with(Attributes::LISTABLE),
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_attributes),
    assign: Some(assign_attributes),
    messages: MESSAGES,
    examples: &[
        ("Attributes[Hold]", "{HoldAll, Protected}"),
        ("Attributes[f] = {Flat, Orderless}; f[c, f[b, a]]", "f[a, b, c]"),
    ],
    ..Function::NEW
};

fn evaluate_attributes(session: &mut Session, call: &Expr) -> Eval {
    let Some(symbol) = symbol_named(session, Sym::Attributes, &call.arg(0)) else { return Ok(None) };
    session.note_dependence(&symbol);
    let attributes = session.attributes_of(&symbol);
    Ok(Some(Expr::list(attributes.symbols().map(Expr::from))))
}

fn assign_attributes(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let [argument] = &left.args()[..] else { return Ok(false) };
    let Some(symbol) = symbol_named(session, Sym::Attributes, argument) else { return Ok(false) };
    let attributes = match right {
        None => Some(Attributes::NONE),
        Some(right) => {
            let right = session.evaluate(right)?;
            read(session, Sym::Attributes, &right)
        }
    };
    Ok(attributes.is_some_and(|attributes| replace(session, Sym::Attributes, &symbol, attributes)))
}

pub(super) const SET_ATTRIBUTES: Function = Function {
    name: "SetAttributes",
    usage: "SetAttributes[f, a] adds the attribute a to those of f. Both may be lists.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| change(session, Sym::SetAttributes, &call.arg(0), &call.arg(1), Attributes::with)),
    messages: MESSAGES,
    examples: &[("SetAttributes[f, {Listable, HoldAll}]; Attributes[f]", "{HoldAll, Listable}")],
    ..Function::NEW
};

pub(super) const CLEAR_ATTRIBUTES: Function = Function {
    name: "ClearAttributes",
    usage: "ClearAttributes[f, a] takes the attribute a away from f. Both may be lists.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        change(session, Sym::ClearAttributes, &call.arg(0), &call.arg(1), Attributes::without)
    }),
    messages: MESSAGES,
    examples: &[("SetAttributes[f, {Flat, Listable}]; ClearAttributes[f, Flat]; Attributes[f]", "{Listable}")],
    ..Function::NEW
};

fn change(
    session: &mut Session,
    function: Sym,
    symbols: &Expr,
    attributes: &Expr,
    combine: fn(Attributes, Attributes) -> Attributes,
) -> Eval {
    let Some(symbols) = symbols_named(session, function, symbols) else { return Ok(None) };
    let Some(attributes) = read(session, function, attributes) else { return Ok(None) };
    for symbol in symbols {
        let changed = combine(session.attributes_of(&symbol), attributes);
        replace(session, function, &symbol, changed);
    }
    Ok(Some(Sym::Null.into()))
}

pub(super) const PROTECT: Function = Function {
    name: "Protect",
    usage: "Protect[f, g, ...] makes definitions for symbols impossible, and gives the names of those it changed.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| protect(session, call, Sym::Protect)),
    messages: MESSAGES,
    examples: &[("Protect[px]", "{px}")],
    ..Function::NEW
};

pub(super) const UNPROTECT: Function = Function {
    name: "Unprotect",
    usage: "Unprotect[f, g, ...] makes definitions for symbols possible, and gives the names of those it changed.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| protect(session, call, Sym::Unprotect)),
    messages: MESSAGES,
    examples: &[("Protect[py]; Unprotect[py]", "{py}")],
    ..Function::NEW
};

fn protect(session: &mut Session, call: &Expr, function: Sym) -> Eval {
    let mut changed = Vec::new();
    for argument in call.args().iter() {
        for symbol in symbols_named(session, function, argument).unwrap_or_default() {
            let before = session.attributes_of(&symbol);
            let after = match function {
                Sym::Protect => before.with(Attributes::PROTECTED),
                _ => before.without(Attributes::PROTECTED),
            };
            if before != after && replace(session, function, &symbol, after) {
                let name = session.short_name(&symbol).unwrap_or_default();
                changed.push(Expr::string(&name));
            }
        }
    }
    Ok(Some(Expr::list(changed)))
}

/// The attributes that a symbol or a list of symbols names.
fn read(session: &mut Session, function: Sym, e: &Expr) -> Option<Attributes> {
    let mut all = Attributes::NONE;
    let items = if e.is_list() { e.args().to_vec() } else { vec![e.clone()] };
    for item in items {
        match Attributes::named(&item) {
            Some(attribute) => all |= attribute,
            None => {
                session.message(function, "attnf", &[item]);
                return None;
            }
        }
    }
    Some(all)
}

fn replace(session: &mut Session, function: Sym, symbol: &Expr, attributes: Attributes) -> bool {
    let before = session.attributes_of(symbol);
    if before == attributes {
        return true;
    }
    if before.contains(Attributes::LOCKED) {
        session.message(function, "locked", std::slice::from_ref(symbol));
        return false;
    }
    session.set_attributes(symbol, attributes);
    true
}
