//! Scoping: `Module` with new names, `With` with constants, `Block` with local values.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::{Rule, RuleKind};
use netform_expr::{Attributes, Expr, Sym, Template};

use crate::control::jumps::returned_by_name;
use crate::localisation::{Localisation, set};

const VARIABLE_MESSAGES: &[(&str, &str)] = &[
    ("lvlist", "The local variables `1` are not a list."),
    ("lvsym", "The local variables `1` contain `2`, which is neither a symbol nor an assignment to a symbol."),
    ("lvws", "The local variable `1` in `2` needs a value."),
    ("dup", "The local variable `1` stands twice in `2`."),
];

pub(super) const MODULE: Function = Function {
    name: "Module",
    usage: "Module[{x, y, ...}, e] evaluates e with new symbols for x, y, ...\n\
            Module[{x = a, ...}, e] gives them initial values.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(evaluate_module),
    messages: VARIABLE_MESSAGES,
    examples: &[
        ("x = 7; Module[{x = 2}, x^3] + x", "15"),
        ("f[n_] := Module[{p = 1}, Do[p = 2 p, n]; p]; f[10]", "1024"),
        ("Module[{k}, k] === Module[{k}, k]", "False"),
    ],
    ..Function::NEW
};

fn evaluate_module(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(declarations) = read(session, Sym::Module, &args[0]) else { return Ok(None) };
    let initial = initial_values(session, &declarations)?;
    let number = session.next_unique();
    let names: Vec<Expr> = declarations.into_iter().map(|d| d.name).collect();
    let locals: Vec<Expr> = names.iter().map(|name| local_symbol(name, number)).collect();
    for (local, value) in locals.iter().zip(initial) {
        let rule = value.map(|(value, kind)| Rule::new(local, &value, kind));
        session.define_local(local, rule);
    }
    let body = Template::new(&args[1], &names).fill(&locals);
    let value = session.evaluate(&body);
    returned_by_name(value, Sym::Module).map(Some)
}

/// `x$5` for `x`, in the same context.
fn local_symbol(name: &Expr, number: u64) -> Expr {
    let full_name = name.as_symbol().map_or("System`$", |symbol| symbol.full_name());
    Expr::symbol(&format!("{full_name}${number}"))
}

pub(super) const WITH: Function = Function {
    name: "With",
    usage: "With[{x = a, y = b, ...}, e] evaluates e with x, y, ... replaced by the values of a, b, ...\n\
            With[{x := a}, e] puts a in without evaluating it.\n\
            With[{x = a}, {y = b}, ..., e] lets later values depend on earlier ones.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, usize::MAX)),
    evaluate: Some(evaluate_with),
    messages: VARIABLE_MESSAGES,
    examples: &[
        ("With[{x = 1 + 1}, Hold[x + x]]", "Hold[2 + 2]"),
        ("With[{x := 1 + 1}, Hold[x]]", "Hold[1 + 1]"),
        ("With[{a = 2}, {b = a + 1}, a b]", "6"),
    ],
    ..Function::NEW
};

fn evaluate_with(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(declarations) = read(session, Sym::With, &args[0]) else { return Ok(None) };
    if let Some(bare) = declarations.iter().find(|d| d.initial.is_none()) {
        session.message(Sym::With, "lvws", &[bare.name.clone(), args[0].clone()]);
        return Ok(None);
    }
    let initial = initial_values(session, &declarations)?;
    let values: Vec<Expr> = initial.into_iter().flatten().map(|(value, _)| value).collect();
    let names: Vec<Expr> = declarations.into_iter().map(|d| d.name).collect();
    let inner = if args.len() > 2 { Expr::call(Sym::With, args[1..].iter().cloned()) } else { args[1].clone() };
    let body = Template::new(&inner, &names).fill(&values);
    let value = session.evaluate(&body);
    returned_by_name(value, Sym::With).map(Some)
}

pub(super) const BLOCK: Function = Function {
    name: "Block",
    usage: "Block[{x, y, ...}, e] evaluates e while x, y, ... have no values, and puts their values back.\n\
            Block[{x = a, ...}, e] gives them other values meanwhile.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((2, 2)),
    evaluate: Some(evaluate_block),
    messages: VARIABLE_MESSAGES,
    examples: &[
        ("f := x; x = 3; {Block[{x = 5}, f], x}", "{5, 3}"),
        ("x = 7; Catch[Block[{x = 1}, Throw[a]]]; x", "7"),
        ("Block[{$RecursionLimit = 50}, $RecursionLimit]", "50"),
    ],
    ..Function::NEW
};

fn evaluate_block(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(declarations) = read(session, Sym::Block, &args[0]) else { return Ok(None) };
    let initial = initial_values(session, &declarations)?;
    let names: Vec<Expr> = declarations.iter().map(|d| d.name.clone()).collect();
    let local = Localisation::new(session, &names)?;
    let value = give_values(session, &names, initial).and_then(|()| session.evaluate(&args[1]));
    local.restore(session)?;
    returned_by_name(value, Sym::Block).map(Some)
}

fn give_values(session: &mut Session, names: &[Expr], initial: Vec<Option<InitialValue>>) -> Result<(), Flow> {
    for (name, value) in names.iter().zip(initial) {
        match value {
            Some((value, RuleKind::Delayed)) => {
                let rule = Rule::new(name, &value, RuleKind::Delayed);
                session.change_own_values(name, |own| own.insert(rule));
            }
            Some((value, _)) => set(session, name, value)?,
            None => {}
        }
    }
    Ok(())
}

/// A local variable: `x`, `x = value`, or `x := value`.
struct Declaration {
    name: Expr,
    initial: Option<InitialValue>,
}

/// A value, and whether it is evaluated at once.
type InitialValue = (Expr, RuleKind);

fn read(session: &mut Session, construct: Sym, list: &Expr) -> Option<Vec<Declaration>> {
    if !list.is_list() {
        session.message(construct, "lvlist", std::slice::from_ref(list));
        return None;
    }
    let mut declarations: Vec<Declaration> = Vec::with_capacity(list.len());
    for item in list.args().iter() {
        let Some(declaration) = declaration(item) else {
            session.message(construct, "lvsym", &[list.clone(), item.clone()]);
            return None;
        };
        if declarations.iter().any(|d| d.name == declaration.name) {
            session.message(construct, "dup", &[declaration.name, list.clone()]);
            return None;
        }
        declarations.push(declaration);
    }
    Some(declarations)
}

fn declaration(item: &Expr) -> Option<Declaration> {
    if item.is_symbol() {
        return Some(Declaration { name: item.clone(), initial: None });
    }
    let kind = match item.head_sym()? {
        Sym::Set => RuleKind::Immediate,
        Sym::SetDelayed => RuleKind::Delayed,
        _ => return None,
    };
    match &item.args()[..] {
        [name, value] if name.is_symbol() => {
            Some(Declaration { name: name.clone(), initial: Some((value.clone(), kind)) })
        }
        _ => None,
    }
}

/// The initial values, evaluated outside the scope unless they are delayed.
fn initial_values(session: &mut Session, declarations: &[Declaration]) -> Result<Vec<Option<InitialValue>>, Flow> {
    let evaluate = |d: &Declaration| match &d.initial {
        Some((value, RuleKind::Immediate)) => session.evaluate(value).map(|value| Some((value, RuleKind::Immediate))),
        other => Ok(other.clone()),
    };
    declarations.iter().map(evaluate).collect()
}
