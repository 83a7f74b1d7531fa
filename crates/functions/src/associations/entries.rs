//! Associations from the inside: entries by key, for all functions that read or make them.

use netform_eval::Session;
use netform_expr::{Expr, Kind, NodeMap, Sym};

use crate::definitions::options::is_rule;

/// Whether this is an association: the head with nothing but rules in it.
pub(crate) fn is_association(e: &Expr) -> bool {
    e.has_head(Sym::Association) && rules(e).is_some_and(|rules| rules.iter().all(is_rule))
}

/// The rules of an association, one for each key.
pub(crate) fn rules(e: &Expr) -> Option<&[Expr]> {
    match e.kind() {
        Kind::Normal(_, rules) if e.has_head(Sym::Association) => Some(rules),
        _ => None,
    }
}

/// Keys and values of an association, in order; `None` for anything else.
pub(crate) fn entries(e: &Expr) -> Option<Vec<(Expr, Expr)>> {
    is_association(e).then(|| e.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect())
}

/// The association of these keys and values; a later value for a key takes the place of an earlier
/// one.
pub(crate) fn from_entries(entries: impl IntoIterator<Item = (Expr, Expr)>) -> Expr {
    from_rules(entries.into_iter().map(|(key, value)| Expr::rule(key, value)))
}

/// The association of these rules; a later rule for a key takes the place of an earlier one.
pub(crate) fn from_rules(rules: impl IntoIterator<Item = Expr>) -> Expr {
    let mut places: NodeMap<usize> = NodeMap::default();
    let mut distinct: Vec<Expr> = Vec::new();
    for rule in rules {
        let next = distinct.len();
        let place = *places.entry(rule.arg(0)).or_insert(next);
        if place == next {
            distinct.push(rule);
        } else {
            distinct[place] = rule;
        }
    }
    Expr::call(Sym::Association, distinct)
}

/// The value of a key.
pub(crate) fn value_of(e: &Expr, key: &Expr) -> Option<Expr> {
    let rule = rules(e)?.iter().find(|rule| matches!(rule.kind(), Kind::Normal(_, [left, _]) if left == key));
    rule.map(|rule| rule.arg(1))
}

/// Indices of associations that were asked lately.
#[derive(Default)]
struct Indices(NodeMap<NodeMap<usize>>);

/// The value of a key, by an index where the association is large: for many questions to one.
pub(crate) fn lookup(session: &mut Session, e: &Expr, key: &Expr) -> Option<Expr> {
    const SEARCHED_AT_MOST: usize = 16;
    const INDICES_AT_MOST: usize = 64;
    let rules = rules(e)?;
    if rules.len() <= SEARCHED_AT_MOST {
        return value_of(e, key);
    }
    let indices = &mut session.extension::<Indices>().0;
    if !indices.contains_key(e) {
        if indices.len() >= INDICES_AT_MOST {
            indices.clear();
        }
        let index =
            rules.iter().enumerate().filter(|(_, rule)| is_rule(rule)).map(|(i, rule)| (rule.arg(0), i)).collect();
        indices.insert(e.clone(), index);
    }
    indices.get(e)?.get(key).map(|i| rules[*i].arg(1))
}

/// The association with the value of a key replaced, or an entry added at the end.
pub(crate) fn with_entry(e: &Expr, key: Expr, value: Expr) -> Expr {
    from_rules(rules(e).unwrap_or_default().iter().cloned().chain([Expr::rule(key, value)]))
}

/// The association without a key; `None` where it has no such key.
pub(crate) fn without_key(e: &Expr, key: &Expr) -> Option<Expr> {
    value_of(e, key)?;
    let rest = rules(e)?.iter().filter(|rule| rule.arg(0) != *key);
    Some(Expr::call(Sym::Association, rest.cloned()))
}
