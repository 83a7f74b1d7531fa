//! Keys and values: reading associations.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Attributes, Expr, Sym, map_bottom_up};

use crate::associations::association::{absent, bare_key};
use crate::associations::{is_association, lookup};
use crate::definitions::options::{flat_rules, is_options, is_rule};
use crate::functional::operator_forms::operand_first;

pub(super) const KEYS: Function = Function {
    name: "Keys",
    usage: "Keys[association] gives the list of its keys; so it does for a list of rules.\n\
            Keys[association, h] wraps h around each key.",
    attributes: Attributes::NONE,
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| sides(session, call, 0)),
    examples: &[("Keys[<|a -> 1, b -> 2|>]", "{a, b}"), ("Keys[{a -> 1, b :> 2}]", "{a, b}")],
    ..Function::NEW
};

pub(super) const VALUES: Function = Function {
    name: "Values",
    usage: "Values[association] gives the list of its values; so it does for a list of rules.\n\
            Values[association, h] wraps h around each value.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| sides(session, call, 1)),
    examples: &[("Values[<|a -> 1, b -> 2|>]", "{1, 2}"), ("Values[<|a -> 1|>, f]", "{f[1]}")],
    ..Function::NEW
};

fn sides(session: &mut Session, call: &Expr, side: usize) -> Eval {
    let args = call.args();
    let wrap = |e: Expr| match args.get(1) {
        Some(head) => Expr::normal(head.clone(), [e]),
        None => e,
    };
    match sides_of(&args[0], side, &wrap) {
        Some(found) => Ok(Some(found)),
        None => {
            if !args[0].is_symbol() {
                session.message_of(call.head(), "invrl", &[args[0].clone()]);
            }
            Ok(None)
        }
    }
}

/// One side of a rule, or of each rule of an association or list, or of each association of a list.
fn sides_of(e: &Expr, side: usize, wrap: &impl Fn(Expr) -> Expr) -> Option<Expr> {
    if is_rule(e) {
        return Some(wrap(e.arg(side)));
    }
    if is_association(e) {
        return Some(Expr::list(e.args().iter().map(|rule| wrap(rule.arg(side))).collect::<Vec<_>>()));
    }
    if !e.is_list() {
        return None;
    }
    let items = e.args();
    let each = |item: &Expr| match item {
        rule if is_rule(rule) => Some(wrap(rule.arg(side))),
        association if is_association(association) => {
            Some(Expr::list(association.args().iter().map(|rule| wrap(rule.arg(side))).collect::<Vec<_>>()))
        }
        rules if rules.is_list() && rules.args().iter().all(is_rule) => {
            Some(Expr::list(rules.args().iter().map(|rule| wrap(rule.arg(side))).collect::<Vec<_>>()))
        }
        _ => None,
    };
    items.iter().map(each).collect::<Option<Vec<_>>>().map(Expr::list)
}

pub(super) const LOOKUP: Function = Function {
    name: "Lookup",
    usage: "Lookup[association, key] gives the value of a key, or Missing[\"KeyAbsent\", key]; Lookup[association, \
            {k1, ...}] those of several.\n\
            Lookup[association, key, default] gives the default, evaluated only then, where the key is absent.\n\
            A list of associations gives a list; a list of rules is taken as an association.",
    attributes: Attributes::HOLD_ALL,
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_lookup),
    apply: Some(operand_first),
    examples: &[
        ("Lookup[<|a -> 1, b -> 2|>, {a, c}, 0]", "{1, 0}"),
        ("Lookup[{a -> 1}, a]", "1"),
        ("Lookup[{<|a -> 1|>, <|b -> 2|>}, a, none]", "{1, none}"),
        ("Lookup[a][<|a -> 7|>]", "7"),
    ],
    ..Function::NEW
};

fn evaluate_lookup(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() < 2 {
        let parameter = session.evaluate(&args[0])?;
        return Ok((parameter != args[0]).then(|| Expr::call(Sym::Lookup, [parameter])));
    }
    let source = session.evaluate(&args[0])?;
    let keys = session.evaluate(&args[1])?;
    let default = args.get(2);
    if source.is_list() && !source.is_empty() && source.args().iter().all(is_association) {
        let each = source.args().iter().map(|e| find(session, e, &keys, default)).collect::<Vec<_>>();
        return Ok(Some(Expr::list(each)));
    }
    let source = match &source {
        association if is_association(association) => source,
        rules if is_options(rules) => Expr::call(Sym::Association, flat_rules(rules)),
        _ => {
            session.message(Sym::Lookup, "invrl", &[source]);
            return Ok(None);
        }
    };
    Ok(Some(find(session, &source, &keys, default)))
}

fn find(session: &mut Session, association: &Expr, keys: &Expr, default: Option<&Expr>) -> Expr {
    let mut one = |key: &Expr| {
        let key = bare_key(key);
        let found = lookup(session, association, key);
        found.unwrap_or_else(|| default.cloned().unwrap_or_else(|| absent(key)))
    };
    if keys.is_list() { Expr::list(keys.args().iter().map(one).collect::<Vec<_>>()) } else { one(keys) }
}

pub(super) const KEY_EXISTS_Q: Function = Function {
    name: "KeyExistsQ",
    usage: "KeyExistsQ[association, key] gives True if the association has the key.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [association, key] = &args[..] else { return Ok(None) };
        Ok(Some(Expr::boolean(is_association(association) && lookup(session, association, bare_key(key)).is_some())))
    }),
    apply: Some(operand_first),
    examples: &[("KeyExistsQ[<|a -> 1|>, a]", "True"), ("KeyExistsQ[b][<|a -> 1|>]", "False")],
    ..Function::NEW
};

pub(super) const KEY_MEMBER_Q: Function = Function {
    name: "KeyMemberQ",
    usage: "KeyMemberQ[association, form] gives True if a key matches form.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| Ok(some_key_matches(session, call)?.map(Expr::boolean))),
    apply: Some(operand_first),
    examples: &[("KeyMemberQ[<|a -> 1, 2 -> b|>, _Integer]", "True")],
    ..Function::NEW
};

pub(super) const KEY_FREE_Q: Function = Function {
    name: "KeyFreeQ",
    usage: "KeyFreeQ[association, form] gives True if no key matches form.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| Ok(some_key_matches(session, call)?.map(|found| Expr::boolean(!found)))),
    apply: Some(operand_first),
    examples: &[("KeyFreeQ[<|a -> 1, 2 -> b|>, _String]", "True")],
    ..Function::NEW
};

fn some_key_matches(session: &mut Session, call: &Expr) -> Result<Option<bool>, Flow> {
    let args = call.args();
    let [association, form] = &args[..] else { return Ok(None) };
    if !is_association(association) {
        session.message_of(call.head(), "invrl", std::slice::from_ref(association));
        return Ok(None);
    }
    let pattern = Pattern::new(form);
    for rule in association.args().iter() {
        if pattern.is_match(&rule.arg(0), session)? {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

pub(super) const NORMAL: Function = Function {
    name: "Normal",
    usage: "Normal[association] gives the list of its rules, Normal[net] the layers of a chain or graph or the arrays of a \
            layer; Normal[expr] writes constant arrays of known dimensions in expr, as SymbolicIdentityArray[{2}], out as \
            lists; other expressions stay as they are.",
    arguments: Some((1, 1)),
    evaluate: Some(normal),
    examples: &[
        ("Normal[<|a -> 1, b -> 2|>]", "{a -> 1, b -> 2}"),
        ("Normal[x + 1]", "1 + x"),
        ("Normal[2 SymbolicIdentityArray[{2}]]", "{{2, 0}, {0, 2}}"),
    ],
    ..Function::NEW
};

fn normal(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if is_association(&e) {
        return Ok(Some(Expr::list(e.args().iter().cloned())));
    }
    let own = if e.is_normal() { session.function_of(e.head()).and_then(|function| function.normal) } else { None };
    if let Some(normal) = own {
        return normal(session, &e);
    }
    if !e.may_hold_array_symbol() {
        return Ok(Some(e));
    }
    let list_of =
        |node: &Expr| session.function_of(node.head()).and_then(|f| f.written_out).and_then(|list| list(node));
    let written_out = map_bottom_up(&e, |node| list_of(&node).unwrap_or(node));
    session.evaluate(&written_out).map(Some)
}
