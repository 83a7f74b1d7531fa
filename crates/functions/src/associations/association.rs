//! `Association` itself: how it is put in order, and what it gives for a key.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Kind, Sym};

use crate::associations::{from_rules, is_association, lookup};
use crate::definitions::options::is_rule;

pub(super) const ASSOCIATION: Function = Function {
    name: "Association",
    usage: "<|key -> value, ...|> or Association[key -> value, ...] is an association. Of several values for one key \
            the last one stays.\n<|...|>[key] gives the value of a key, or Missing[\"KeyAbsent\", key].",
    attributes: Attributes::HOLD_ALL_COMPLETE,
    evaluate: Some(evaluate),
    apply: Some(apply),
    examples: &[
        ("<|a -> 1 + 1, b -> 2, a -> 3|>", "<|a -> 3, b -> 2|>"),
        ("Association[{a -> 1, {b -> 2}}, <|c -> 3|>]", "<|a -> 1, b -> 2, c -> 3|>"),
        ("<|a -> 1, \"b\" -> 2|>[\"b\"]", "2"),
        ("<|a -> 1|>[c]", "Missing[KeyAbsent, c]"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let mut parts = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        parts.push(entry(session, arg)?);
    }
    let mut rules = Vec::with_capacity(parts.len());
    let all_are_rules = parts.iter().all(|part| collect(part, &mut rules));
    let result = if all_are_rules { from_rules(rules) } else { Expr::call(Sym::Association, parts) };
    Ok((result != *call).then_some(result))
}

/// An argument, evaluated but for the value of a delayed rule.
fn entry(session: &mut Session, arg: &Expr) -> Result<Expr, Flow> {
    match arg.kind() {
        Kind::Normal(head, [key, value]) if arg.has_head(Sym::RuleDelayed) => {
            let key = session.evaluate(key)?;
            Ok(Expr::normal(head.clone(), [key, value.clone()]))
        }
        _ => session.evaluate(arg),
    }
}

/// Adds the rules that an argument stands for; whether it is made of rules.
fn collect(part: &Expr, rules: &mut Vec<Expr>) -> bool {
    let mut stack = vec![part.clone()];
    while let Some(part) = stack.pop() {
        if is_rule(&part) {
            rules.push(part);
        } else if part.is_list() || matches!(part.head_sym(), Some(Sym::Association | Sym::Sequence)) {
            stack.extend(part.args().iter().rev().cloned());
        } else if !part.is(Sym::Nothing) {
            return false;
        }
    }
    true
}

fn apply(session: &mut Session, call: &Expr) -> Eval {
    let association = call.head();
    let Kind::Normal(_, [key, deeper @ ..]) = call.kind() else { return Ok(None) };
    if !is_association(association) {
        return Ok(None);
    }
    let key = bare_key(key);
    let value = lookup(session, association, key).unwrap_or_else(|| absent(key));
    Ok(Some(if deeper.is_empty() { value } else { Expr::normal(value, deeper.iter().cloned()) }))
}

/// `k` of `Key[k]`, and everything else as it is.
pub(crate) fn bare_key(key: &Expr) -> &Expr {
    match key.kind() {
        Kind::Normal(_, [inner]) if key.has_head(Sym::Key) => inner,
        _ => key,
    }
}

/// `Missing["KeyAbsent", key]`.
pub(crate) fn absent(key: &Expr) -> Expr {
    Expr::call(Sym::Missing, [Expr::string("KeyAbsent"), key.clone()])
}

pub(super) const ASSOCIATION_Q: Function = Function {
    name: "AssociationQ",
    usage: "AssociationQ[e] gives True if e is an association.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(Expr::boolean(is_association(&call.arg(0)))))),
    examples: &[("AssociationQ[<|a -> 1|>]", "True"), ("AssociationQ[{a -> 1}]", "False")],
    ..Function::NEW
};

pub(super) const KEY: Function = Function {
    name: "Key",
    usage: "Key[k] stands for the key k where a position is expected. Key[k][association] gives its value.",
    apply: Some(|session, call| {
        let key = call.head();
        let Kind::Normal(_, [association]) = call.kind() else { return Ok(None) };
        if !key.has_head(Sym::Key) || key.len() != 1 || !is_association(association) {
            return Ok(None);
        }
        let found = lookup(session, association, bare_key(key));
        Ok(Some(found.unwrap_or_else(|| absent(bare_key(key)))))
    }),
    examples: &[("<|2 -> a, 1 -> b|>[[Key[1]]]", "b"), ("Map[Key[x], {<|x -> 1|>, <|x -> 2|>}]", "{1, 2}")],
    ..Function::NEW
};

pub(super) const MISSING: Function = Function {
    name: "Missing",
    usage: "Missing[] and Missing[\"reason\", ...] stand for data that are not there.",
    examples: &[("Lookup[<||>, a]", "Missing[KeyAbsent, a]")],
    ..Function::NEW
};
