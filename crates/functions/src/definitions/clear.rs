//! Removal of definitions: `Clear`, `ClearAll`, `Remove`.

use netform_eval::{ClearScope, Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::definitions::symbol_arguments::{is_protected, symbols_named};

const MESSAGES: &[(&str, &str)] =
    &[("ssym", "`1` is neither a symbol nor a string."), ("wrsym", "Symbol `1` is Protected.")];

pub(super) const CLEAR: Function = Function {
    name: "Clear",
    usage: "Clear[x, y, ...] removes values and rules. Clear[\"form\"] does so for all symbols that match a text, in \
            which * stands for any characters.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| clear(session, call, Sym::Clear, ClearScope::Values)),
    messages: MESSAGES,
    examples: &[("f[x_] := x^2; Clear[f]; f[2]", "f[2]"), ("xa = 1; xb = 2; Clear[\"x*\"]; {xa, xb}", "{xa, xb}")],
    ..Function::NEW
};

pub(super) const CLEAR_ALL: Function = Function {
    name: "ClearAll",
    usage: "ClearAll[x, y, ...] removes values, rules, attributes, options, and messages.",
    attributes: Attributes::HOLD_ALL,
    evaluate: Some(|session, call| clear(session, call, Sym::ClearAll, ClearScope::Everything)),
    messages: MESSAGES,
    examples: &[("SetAttributes[f, HoldAll]; f[1] = 2; ClearAll[f]; {f[1], Attributes[f]}", "{f[1], {}}")],
    ..Function::NEW
};

pub(super) const REMOVE: Function = Function {
    name: "Remove",
    usage: "Remove[x, y, ...] removes symbols with all their definitions, so that their names are no longer known.",
    attributes: Attributes::HOLD_ALL.with(Attributes::LOCKED),
    evaluate: Some(evaluate_remove),
    messages: MESSAGES,
    examples: &[("rx = 5; Remove[rx]; Names[\"rx\"]", "{}")],
    ..Function::NEW
};

fn clear(session: &mut Session, call: &Expr, function: Sym, scope: ClearScope) -> Eval {
    for argument in call.args().iter() {
        for symbol in symbols_named(session, function, argument).unwrap_or_default() {
            let is_known = session.definitions_of(&symbol).is_some();
            if !is_protected(session, function, &symbol) && is_known {
                session.clear_definitions(&symbol, scope);
            }
        }
    }
    Ok(Some(Sym::Null.into()))
}

fn evaluate_remove(session: &mut Session, call: &Expr) -> Eval {
    for argument in call.args().iter() {
        for symbol in symbols_named(session, Sym::Remove, argument).unwrap_or_default() {
            if is_protected(session, Sym::Remove, &symbol) {
                continue;
            }
            session.clear_definitions(&symbol, ClearScope::Everything);
            if let Some(name) = symbol.as_symbol() {
                session.forget_name(name.full_name());
            }
        }
    }
    Ok(Some(Sym::Null.into()))
}
