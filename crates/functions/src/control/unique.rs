//! New symbols, and the counter behind their names.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

pub(super) const UNIQUE: Function = Function {
    name: "Unique",
    usage: "Unique[] gives a new symbol named $n.\n\
            Unique[x] gives a new symbol named x$n, Unique[\"x\"] one named xn.\n\
            Unique[{x, y, ...}] gives a list of new symbols.",
    arguments: Some((0, 1)),
    evaluate: Some(evaluate_unique),
    messages: &[("usym", "`1` is neither a symbol nor the name of one.")],
    examples: &[("Head[Unique[]]", "Symbol"), ("Unique[x] === Unique[x]", "False"), ("Length[Unique[{a, b}]]", "2")],
    ..Function::NEW
};

fn evaluate_unique(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    match args.first() {
        None => {
            let number = session.next_unique();
            Ok(Some(session.resolve_name(&format!("${number}"))))
        }
        Some(list) if list.is_list() => {
            let mut symbols = Vec::with_capacity(list.len());
            for item in list.args().iter() {
                let Some(symbol) = unique(session, item) else { return Ok(None) };
                symbols.push(symbol);
            }
            Ok(Some(Expr::list(symbols)))
        }
        Some(item) => Ok(unique(session, item)),
    }
}

fn unique(session: &mut Session, base: &Expr) -> Option<Expr> {
    session.note_effect();
    let number = session.next_unique();
    if let Some(symbol) = base.as_symbol() {
        let name = format!("{}${number}", symbol.full_name());
        let local = session.resolve_name(&name);
        session.set_attributes(&local, Attributes::TEMPORARY);
        return Some(local);
    }
    match base.as_str().filter(|name| is_name(name)) {
        Some(name) => {
            let taken =
                |session: &Session, name: &str| session.known_names().contains(&format!("{}{name}", session.context()));
            let mut number = number;
            while taken(session, &format!("{name}{number}")) {
                number = session.next_unique();
            }
            Some(session.resolve_name(&format!("{name}{number}")))
        }
        None => {
            session.message(Sym::Unique, "usym", std::slice::from_ref(base));
            None
        }
    }
}

/// Whether a text is a name, with or without contexts.
pub(crate) fn is_name(text: &str) -> bool {
    netform_syntax::is_name(text.strip_prefix('`').unwrap_or(text))
}

pub(super) const TEMPORARY: Function = Function {
    name: "Temporary",
    usage: "Temporary is the attribute of symbols made by Module and Unique, whose values go when nothing refers to \
            them any more.",
    examples: &[("Module[{x}, Attributes[x]]", "{Temporary}")],
    ..Function::NEW
};

pub(super) const MODULE_NUMBER: Function = Function {
    name: "$ModuleNumber",
    usage: "$ModuleNumber is the number that the next new symbol of Module or Unique has in its name.",
    value: Some(|session| {
        session.note_effect();
        Ok(Some(Expr::integer(i64::try_from(session.unique_number()).unwrap_or(i64::MAX))))
    }),
    assign: Some(assign_module_number),
    messages: &[("set", "`1` is no positive integer.")],
    examples: &[("IntegerQ[$ModuleNumber]", "True")],
    ..Function::NEW
};

fn assign_module_number(session: &mut Session, _: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let Some(right) = right else { return Ok(false) };
    let number = session.evaluate(right)?;
    match number.as_usize().filter(|n| *n > 0) {
        Some(n) => {
            session.note_effect();
            session.set_unique_number(n as u64);
            Ok(true)
        }
        None => {
            session.message(Sym::ModuleNumber, "set", &[number]);
            Ok(false)
        }
    }
}
