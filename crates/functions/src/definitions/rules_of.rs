//! Rules of symbols as lists: `DownValues` and its kin, to read and to assign.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::{Rule, RuleKind};
use netform_expr::{Attributes, Expr, Kind, Sym};

use crate::definitions::assignment::Purpose;
use crate::definitions::symbol_arguments::{is_protected, symbol_named};

const MESSAGES: &[(&str, &str)] = &[
    ("sym", "Argument `1` at position `2` is neither a symbol nor the name of one."),
    ("vrule", "`1` is no list of rules."),
    ("wrsym", "Symbol `1` is Protected."),
];

/// The parts that all records of this file share.
const BASE: Function = Function {
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 1)),
    evaluate: Some(evaluate),
    assign: Some(assign),
    messages: MESSAGES,
    ..Function::NEW
};

pub(super) const OWN_VALUES: Function = Function {
    name: "OwnValues",
    usage: "OwnValues[x] gives the rule for the value of x. It can be assigned to.",
    examples: &[("x = 5; OwnValues[x]", "{HoldPattern[x] :> 5}"), ("OwnValues[y] = {y :> 1 + 1}; y", "2")],
    ..BASE
};

pub(super) const DOWN_VALUES: Function = Function {
    name: "DownValues",
    usage: "DownValues[f] gives the rules for calls f[...]. It can be assigned to.",
    examples: &[
        ("f[x_] := x^2; DownValues[f]", "{HoldPattern[f[x_]] :> x^2}"),
        ("g[1] = a; DownValues[g] = DownValues[g] /. a -> b; g[1]", "b"),
    ],
    ..BASE
};

pub(super) const SUB_VALUES: Function = Function {
    name: "SubValues",
    usage: "SubValues[f] gives the rules for calls f[...][...]. It can be assigned to.",
    examples: &[("f[x_][y_] := x + y; SubValues[f]", "{HoldPattern[f[x_][y_]] :> x + y}")],
    ..BASE
};

pub(super) const UP_VALUES: Function = Function {
    name: "UpValues",
    usage: "UpValues[f] gives the rules that belong to f for expressions with f as an argument. It can be assigned to.",
    examples: &[("g /: h[g[x_]] := x; UpValues[g]", "{HoldPattern[h[g[x_]]] :> x}")],
    ..BASE
};

pub(super) const N_VALUES: Function = Function {
    name: "NValues",
    usage: "NValues[f] gives the rules for numerical values of f. It can be assigned to.",
    examples: &[("NValues[f]", "{}")],
    ..BASE
};

pub(super) const DEFAULT_VALUES: Function = Function {
    name: "DefaultValues",
    usage: "DefaultValues[f] gives the rules for default values of arguments of f. It can be assigned to.",
    examples: &[("Default[f] = 0; DefaultValues[f]", "{HoldPattern[Default[f]] :> 0}")],
    ..BASE
};

pub(super) const FORMAT_VALUES: Function = Function {
    name: "FormatValues",
    usage: "FormatValues[f] gives the rules for printing f. It can be assigned to.",
    examples: &[("FormatValues[f]", "{}")],
    ..BASE
};

fn purpose(function: Sym) -> Purpose {
    match function {
        Sym::OwnValues => Purpose::Own,
        Sym::SubValues => Purpose::Sub,
        Sym::UpValues => Purpose::Up,
        Sym::NValues => Purpose::Numeric,
        Sym::DefaultValues => Purpose::Default,
        Sym::FormatValues => Purpose::Format,
        _ => Purpose::Down,
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let function = call.head_sym().unwrap_or(Sym::DownValues);
    let Some(symbol) = symbol_named(session, function, &call.arg(0)) else { return Ok(None) };
    session.note_dependence(&symbol);
    if session.attributes_of(&symbol).contains(Attributes::READ_PROTECTED) {
        return Ok(Some(Expr::list([])));
    }
    Ok(Some(Expr::list(rules(session, &symbol, purpose(function)))))
}

/// The rules of a symbol for a purpose, each as `HoldPattern[left] :> right`.
pub(super) fn rules(session: &Session, symbol: &Expr, purpose: Purpose) -> Vec<Expr> {
    let held = |rule: &Rule| {
        let left = Expr::call(Sym::HoldPattern, [rule.left().clone()]);
        Expr::call(Sym::RuleDelayed, [left, rule.right().clone()])
    };
    session.definitions_of(symbol).map(|d| purpose.of(d).iter().map(held).collect()).unwrap_or_default()
}

fn assign(session: &mut Session, left: &Expr, right: Option<&Expr>) -> Result<bool, Flow> {
    let function = left.head_sym().unwrap_or(Sym::DownValues);
    let [argument] = &left.args()[..] else { return Ok(false) };
    let Some(symbol) = symbol_named(session, function, argument) else { return Ok(false) };
    if is_protected(session, function, &symbol) {
        return Ok(false);
    }
    let right = match right {
        Some(right) => session.evaluate(right)?,
        None => Expr::list([]),
    };
    let items = if right.is_list() { right.args().to_vec() } else { vec![right.clone()] };
    let Some(rules) = items.iter().map(rule).collect::<Option<Vec<_>>>() else {
        session.message(function, "vrule", &[right]);
        return Ok(false);
    };
    let purpose = purpose(function);
    session.change_definitions(&symbol, |d| {
        let values = purpose.values(d);
        *values = netform_eval::Values::default();
        rules.into_iter().for_each(|rule| values.insert(rule));
    });
    Ok(true)
}

fn rule(e: &Expr) -> Option<Rule> {
    let kind = match e.head_sym()? {
        Sym::Rule => RuleKind::Immediate,
        Sym::RuleDelayed => RuleKind::Delayed,
        _ => return None,
    };
    let Kind::Normal(_, [left, right]) = e.kind() else { return None };
    let left = match left.kind() {
        Kind::Normal(_, [inner]) if left.has_head(Sym::HoldPattern) => inner,
        _ => left,
    };
    Some(Rule::new(left, right, kind))
}
