//! Scoping: `Module` with new names, `With` with constants, `Block` with local values.

use std::convert::Infallible;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::{Rule, RuleKind};
use netform_expr::{Attributes, Expr, NodeMap, Sym, Template, postorder};

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
    let mut scope = Scope::default();
    let mut rest = call.clone();
    // A scope within a scope is the body of it: all that is there to be put in is put into the innermost body at once, so that
    // long chains of scopes take time in proportion to their length.
    loop {
        let is_first = rest == *call;
        let Some(declarations) = read(session, Sym::With, &rest.arg(0)) else { return Ok(None) };
        if let Some(bare) = declarations.iter().find(|d| d.initial.is_none()) {
            session.message(Sym::With, "lvws", &[bare.name.clone(), rest.arg(0)]);
            return Ok(None);
        }
        let declarations = if is_first { declarations } else { scope.put_into(declarations) };
        let initial = initial_values(session, &declarations)?;
        for (declaration, value) in declarations.into_iter().zip(initial) {
            scope.set(declaration.name, value.map_or_else(|| Sym::Null.into(), |(value, _)| value));
        }
        rest = if rest.len() > 2 { Expr::call(Sym::With, rest.args()[1..].iter().cloned()) } else { rest.arg(1) };
        if !opens_scope(session, &rest) {
            break;
        }
    }
    let value = session.evaluate(&scope.put_in(&rest));
    returned_by_name(value, Sym::With).map(Some)
}

/// Whether an expression is a `With` that has values for all its variables.
fn opens_scope(session: &Session, e: &Expr) -> bool {
    let is_valid = |list: &Expr| {
        let declared: Option<Vec<Declaration>> = list.args().iter().map(declaration).collect();
        let distinct = |all: &[Declaration]| {
            all.iter()
                .enumerate()
                .all(|(i, d)| d.initial.is_some() && all[..i].iter().all(|other| other.name != d.name))
        };
        list.is_list() && declared.is_some_and(|all| distinct(&all))
    };
    e.has_head(Sym::With) && e.len() > 1 && is_valid(&e.arg(0)) && !session.has_user_rules(e.head())
}

/// Variables and what stands for them; inner ones hide outer ones.
#[derive(Default)]
struct Scope {
    names: Vec<Expr>,
    values: Vec<Expr>,
    places: NodeMap<usize>,
}

impl Scope {
    fn set(&mut self, name: Expr, value: Expr) {
        match self.places.get(&name) {
            Some(&place) => self.values[place] = value,
            None => {
                self.places.insert(name.clone(), self.names.len());
                self.names.push(name);
                self.values.push(value);
            }
        }
    }

    /// An expression with the values of variables in the place of these.
    fn put_in(&self, e: &Expr) -> Expr {
        let mut occurring = Vec::new();
        let walk = postorder::<Infallible>(
            e,
            |_| true,
            |node| {
                occurring.extend(self.places.get(node).copied());
                Ok(())
            },
        );
        let Ok(()) = walk;
        let [names, values] = [&self.names, &self.values].map(|all| occurring.iter().map(|&place| all[place].clone()));
        Template::new(e, &names.collect::<Vec<_>>()).fill(&values.collect::<Vec<_>>())
    }

    /// Declarations with the values of variables in the place of these.
    fn put_into(&self, declarations: Vec<Declaration>) -> Vec<Declaration> {
        let values = declarations.iter().filter_map(|d| d.initial.as_ref()).map(|(value, _)| value.clone());
        let filled = self.put_in(&Expr::call(Sym::HoldComplete, values));
        let filled = declarations.into_iter().zip(filled.args().into_owned());
        let with_value =
            |(d, value): (Declaration, Expr)| Declaration { initial: d.initial.map(|(_, kind)| (value, kind)), ..d };
        filled.map(with_value).collect()
    }
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
