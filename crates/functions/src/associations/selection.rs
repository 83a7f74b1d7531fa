//! Associations with some of the entries, or in another order.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, NodeMap, NodeSet, Sym, compare};

use crate::associations::association::bare_key;
use crate::associations::{from_rules, is_association};
use crate::definitions::options::{flat_rules, is_options, is_rule};
use crate::functional::operator_forms::{operand_first, operand_last};

/// The rules of an association or list of rules; anything else is told by the message `invrl`.
fn rules_of(session: &mut Session, call: &Expr, e: &Expr) -> Option<Vec<Expr>> {
    if is_association(e) || is_options(e) {
        return Some(flat_rules_at_top(e));
    }
    session.message_of(call.head(), "invrl", std::slice::from_ref(e));
    None
}

/// Values of an association may be rules and lists of rules themselves.
fn flat_rules_at_top(e: &Expr) -> Vec<Expr> {
    if is_association(e) { e.args().to_vec() } else { flat_rules(e) }
}

fn is_list_of_associations(e: &Expr) -> bool {
    e.is_list() && !e.is_empty() && e.args().iter().all(is_association)
}

/// The call for each association of the list in its first argument.
fn for_each(call: &Expr) -> Expr {
    let args = call.args();
    let each = |e: &Expr| Expr::normal(call.head().clone(), [e.clone()].into_iter().chain(args[1..].iter().cloned()));
    Expr::list(args[0].args().iter().map(each).collect::<Vec<_>>())
}

fn keys_in(keys: &Expr) -> Vec<Expr> {
    let keys = if keys.is_list() { keys.args().to_vec() } else { vec![keys.clone()] };
    keys.iter().map(|key| bare_key(key).clone()).collect()
}

pub(super) const KEY_TAKE: Function = Function {
    name: "KeyTake",
    usage: "KeyTake[association, {k1, k2, ...}] gives the entries with these keys, in their order.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [source, keys] = &args[..] else { return Ok(None) };
        if is_list_of_associations(source) {
            return Ok(Some(for_each(call)));
        }
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let by_key: NodeMap<Expr> = rules.into_iter().map(|rule| (rule.arg(0), rule)).collect();
        Ok(Some(from_rules(keys_in(keys).iter().filter_map(|key| by_key.get(key).cloned()))))
    }),
    apply: Some(operand_first),
    examples: &[("KeyTake[<|a -> 1, b -> 2, c -> 3|>, {c, a, d}]", "<|c -> 3, a -> 1|>")],
    ..Function::NEW
};

pub(super) const KEY_DROP: Function = Function {
    name: "KeyDrop",
    usage: "KeyDrop[association, {k1, k2, ...}] gives the association without these keys.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [source, keys] = &args[..] else { return Ok(None) };
        if is_list_of_associations(source) {
            return Ok(Some(for_each(call)));
        }
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let dropped: NodeSet = keys_in(keys).into_iter().collect();
        Ok(Some(from_rules(rules.into_iter().filter(|rule| !dropped.contains(&rule.arg(0))))))
    }),
    apply: Some(operand_first),
    examples: &[("KeyDrop[<|a -> 1, b -> 2, c -> 3|>, {a, c}]", "<|b -> 2|>")],
    ..Function::NEW
};

pub(super) const KEY_SELECT: Function = Function {
    name: "KeySelect",
    usage: "KeySelect[association, test] gives the entries for whose keys the test gives True.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [source, test] = &args[..] else { return Ok(None) };
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let mut kept = Vec::new();
        for rule in rules {
            if session.is_true(&Expr::normal(test.clone(), [rule.arg(0)]))? {
                kept.push(rule);
            }
        }
        Ok(Some(from_rules(kept)))
    }),
    apply: Some(operand_first),
    examples: &[("KeySelect[<|1 -> a, x -> b|>, IntegerQ]", "<|1 -> a|>")],
    ..Function::NEW
};

pub(super) const KEY_SORT: Function = Function {
    name: "KeySort",
    usage: "KeySort[association] sorts the entries by their keys.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let Some(mut rules) = rules_of(session, call, &call.arg(0)) else { return Ok(None) };
        rules.sort_by(|a, b| compare(&a.arg(0), &b.arg(0)));
        Ok(Some(from_rules(rules)))
    }),
    examples: &[("KeySort[<|c -> 1, a -> 2, b -> 3|>]", "<|a -> 2, b -> 3, c -> 1|>")],
    ..Function::NEW
};

pub(super) const KEY_SORT_BY: Function = Function {
    name: "KeySortBy",
    usage: "KeySortBy[association, f] sorts the entries by f[key].",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [source, f] = &args[..] else { return Ok(None) };
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let mut keyed = Vec::with_capacity(rules.len());
        for rule in rules {
            keyed.push((session.evaluate(&Expr::normal(f.clone(), [rule.arg(0)]))?, rule));
        }
        keyed.sort_by(|(a, first), (b, second)| compare(a, b).then_with(|| compare(&first.arg(0), &second.arg(0))));
        Ok(Some(from_rules(keyed.into_iter().map(|(_, rule)| rule))))
    }),
    apply: Some(operand_first),
    examples: &[("KeySortBy[<|1 -> a, 2 -> b|>, Minus]", "<|2 -> b, 1 -> a|>")],
    ..Function::NEW
};

pub(super) const KEY_MAP: Function = Function {
    name: "KeyMap",
    usage: "KeyMap[f, association] applies f to the keys.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [f, source] = &args[..] else { return Ok(None) };
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let mapped = |rule: &Expr| {
            let key = Expr::normal(f.clone(), [rule.arg(0)]);
            Expr::normal(rule.head().clone(), [key, rule.arg(1)])
        };
        Ok(Some(Expr::call(Sym::Association, rules.iter().map(mapped).collect::<Vec<_>>())))
    }),
    apply: Some(operand_last),
    examples: &[("KeyMap[f, <|a -> 1, b -> 2|>]", "<|f[a] -> 1, f[b] -> 2|>")],
    ..Function::NEW
};

pub(super) const KEY_VALUE_MAP: Function = Function {
    name: "KeyValueMap",
    usage: "KeyValueMap[f, association] gives the list of f[key, value].",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [f, source] = &args[..] else { return Ok(None) };
        let Some(rules) = rules_of(session, call, source) else { return Ok(None) };
        let calls = rules.iter().map(|rule| Expr::normal(f.clone(), [rule.arg(0), rule.arg(1)]));
        Ok(Some(Expr::list(calls.collect::<Vec<_>>())))
    }),
    apply: Some(operand_last),
    examples: &[("KeyValueMap[f, <|a -> 1, b -> 2|>]", "{f[a, 1], f[b, 2]}")],
    ..Function::NEW
};

const CHANGE_MESSAGES: &[(&str, &str)] = &[
    ("rvalue", "`1` has no value that could be changed."),
    ("invrl", "`1` is neither a list of rules nor an association."),
];

pub(super) const ASSOCIATE_TO: Function = Function {
    name: "AssociateTo",
    usage: "AssociateTo[a, key -> value] adds an entry, or a list of them, to the association that is the value of a.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        change(session, call, |rules, added| {
            is_options(added).then(|| from_rules(rules.into_iter().chain(flat_rules_at_top(added))))
        })
    }),
    messages: CHANGE_MESSAGES,
    examples: &[("s = <|a -> 1|>; AssociateTo[s, b -> 2]; s", "<|a -> 1, b -> 2|>")],
    ..Function::NEW
};

pub(super) const KEY_DROP_FROM: Function = Function {
    name: "KeyDropFrom",
    usage: "KeyDropFrom[a, key] takes a key, or a list of them, out of the association that is the value of a.",
    attributes: Attributes::HOLD_FIRST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        change(session, call, |rules, keys| {
            let dropped: NodeSet = keys_in(keys).into_iter().collect();
            Some(from_rules(rules.into_iter().filter(|rule| !dropped.contains(&rule.arg(0)))))
        })
    }),
    messages: CHANGE_MESSAGES,
    examples: &[("s = <|a -> 1, b -> 2|>; KeyDropFrom[s, a]; s", "<|b -> 2|>")],
    ..Function::NEW
};

fn change(session: &mut Session, call: &Expr, compute: impl FnOnce(Vec<Expr>, &Expr) -> Option<Expr>) -> Eval {
    let variable = call.arg(0);
    let value = session.evaluate(&variable)?;
    if value == variable || !is_association(&value) {
        session.message_of(call.head(), "rvalue", &[variable]);
        return Ok(None);
    }
    let Some(changed) = compute(value.args().to_vec(), &call.arg(1)) else {
        session.message_of(call.head(), "invrl", &[call.arg(1)]);
        return Ok(None);
    };
    Ok(Some(Expr::call(Sym::Set, [variable, changed])))
}

/// Whether all arguments of a list are rules: a list of rules can stand for an association.
pub(super) fn is_list_of_rules(e: &Expr) -> bool {
    e.is_list() && e.args().iter().all(is_rule)
}
