//! Symbols and their names.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use crate::control::unique::is_name;
use crate::definitions::symbol_arguments::names_matching;

pub(super) const SYMBOL: Function = Function {
    name: "Symbol",
    usage: "Symbol[\"name\"] gives the symbol of that name. Symbol is the head of symbols.",
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_symbol),
    messages: &[("symname", "`1` cannot be the name of a symbol."), ("string", "`1` is no string.")],
    examples: &[("Symbol[\"x\"] + 1", "1 + x"), ("Head[x]", "Symbol")],
    ..Function::NEW
};

fn evaluate_symbol(session: &mut Session, call: &Expr) -> Eval {
    let argument = call.arg(0);
    match argument.as_str() {
        Some(name) if is_name(name) => {
            session.note_effect();
            Ok(Some(session.resolve_name(name)))
        }
        Some(_) => {
            session.message(Sym::Symbol, "symname", &[argument]);
            Ok(None)
        }
        None => {
            session.message(Sym::Symbol, "string", &[argument]);
            Ok(None)
        }
    }
}

pub(super) const SYMBOL_NAME: Function = Function {
    name: "SymbolName",
    usage: "SymbolName[x] gives the name of a symbol as a string, without its context.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| match call.arg(0).as_symbol() {
        Some(symbol) => Ok(Some(Expr::string(symbol.name()))),
        None => {
            session.message(Sym::SymbolName, "sym", &[call.arg(0), Expr::integer(1)]);
            Ok(None)
        }
    }),
    messages: &[("sym", "Argument `1` at position `2` is no symbol.")],
    examples: &[("SymbolName[x] <> \"1\"", "x1"), ("SymbolName[a`b]", "b")],
    ..Function::NEW
};

pub(super) const NAMES: Function = Function {
    name: "Names",
    usage: "Names[\"form\"] gives the names of the symbols that match a text, in which * stands for any characters and \
            @ for any but capital letters. Names[] gives all.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_names),
    examples: &[("Names[\"StringRep*\"]", "{StringRepeat, StringReplace}")],
    ..Function::NEW
};

fn evaluate_names(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let patterns: Option<Vec<String>> = match args.first() {
        None => Some(vec!["*".to_owned()]),
        Some(list) if list.is_list() => list.args().iter().map(|p| p.as_str().map(str::to_owned)).collect(),
        Some(pattern) => pattern.as_str().map(|p| vec![p.to_owned()]),
    };
    let Some(patterns) = patterns else { return Ok(None) };
    session.note_effect();
    let mut names: Vec<String> = patterns.iter().flat_map(|pattern| names_matching(session, pattern)).collect();
    names.sort();
    names.dedup();
    let short = |name: &String| session.short_name(&Expr::symbol(name)).unwrap_or_default();
    let mut short: Vec<String> = names.iter().map(short).collect();
    short.sort_by_cached_key(|name| name.to_lowercase());
    Ok(Some(Expr::list(short.iter().map(|name| Expr::string(name)).collect::<Vec<_>>())))
}

pub(super) const NAME_Q: Function = Function {
    name: "NameQ",
    usage: "NameQ[\"form\"] gives True if there is a symbol whose name matches the text.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        session.note_effect();
        let found = call.arg(0).as_str().is_some_and(|pattern| !names_matching(session, pattern).is_empty());
        Ok(Some(Expr::boolean(found)))
    }),
    examples: &[("NameQ[\"Plus\"]", "True"), ("NameQ[\"noSuchName\"]", "False")],
    ..Function::NEW
};

pub(super) const VALUE_Q: Function = Function {
    name: "ValueQ",
    usage: "ValueQ[e] gives True if there is a value for e: if evaluation would change it.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(evaluate_value_q),
    examples: &[
        ("x = 5; {ValueQ[x], ValueQ[y]}", "{True, False}"),
        ("f[1] = 2; {ValueQ[f[1]], ValueQ[f[2]]}", "{True, False}"),
    ],
    ..Function::NEW
};

fn evaluate_value_q(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if e.is_symbol() {
        session.note_dependence(&e);
        let of_user = session.definitions_of(&e).is_some_and(|d| !d.own.is_empty());
        let of_record = session.function_of(&e).is_some_and(|f| f.value.is_some());
        return Ok(Some(Expr::boolean(of_user || of_record)));
    }
    let parts = session.evaluate_parts(&e)?;
    let value = session.evaluate(&e)?;
    Ok(Some(Expr::boolean(value != parts)))
}
