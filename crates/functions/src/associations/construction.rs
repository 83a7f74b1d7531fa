//! Associations made from lists and from other associations.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::associations::selection::is_list_of_rules;
use crate::associations::{entries, from_entries, is_association};
use crate::functional::operator_forms::{operand_first, operand_last};

pub(super) const ASSOCIATION_THREAD: Function = Function {
    name: "AssociationThread",
    usage: "AssociationThread[{k1, k2, ...}, {v1, v2, ...}] or AssociationThread[{k1, ...} -> {v1, ...}] gives \
            <|k1 -> v1, k2 -> v2, ...|>.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_association_thread),
    messages: &[("idim", "`1` and `2` are not lists of the same length.")],
    examples: &[
        ("AssociationThread[{a, b}, {1, 2}]", "<|a -> 1, b -> 2|>"),
        ("AssociationThread[{a, b} -> {1, 2}]", "<|a -> 1, b -> 2|>"),
    ],
    ..Function::NEW
};

fn evaluate_association_thread(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (keys, values) = match &args[..] {
        [keys, values] => (keys.clone(), values.clone()),
        [rule] if rule.has_head(Sym::Rule) && rule.len() == 2 => (rule.arg(0), rule.arg(1)),
        _ => return Ok(None),
    };
    if !keys.is_list() || !values.is_list() || keys.len() != values.len() {
        session.message(Sym::AssociationThread, "idim", &[keys, values]);
        return Ok(None);
    }
    Ok(Some(from_entries(keys.args().iter().cloned().zip(values.args().iter().cloned()))))
}

pub(super) const ASSOCIATION_MAP: Function = Function {
    name: "AssociationMap",
    usage: "AssociationMap[f, {k1, k2, ...}] gives <|k1 -> f[k1], k2 -> f[k2], ...|>.\n\
            AssociationMap[f, association] applies f to the rules.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [f, source] = &args[..] else { return Ok(None) };
        let apply = |e: &Expr| Expr::normal(f.clone(), [e.clone()]);
        if is_association(source) {
            return Ok(Some(Expr::call(Sym::Association, source.args().iter().map(apply).collect::<Vec<_>>())));
        }
        if !source.is_list() {
            session.message(Sym::AssociationMap, "invrl", std::slice::from_ref(source));
            return Ok(None);
        }
        Ok(Some(from_entries(source.args().iter().map(|key| (key.clone(), apply(key))))))
    }),
    apply: Some(operand_last),
    examples: &[
        ("AssociationMap[f, {a, b}]", "<|a -> f[a], b -> f[b]|>"),
        ("AssociationMap[Reverse, <|a -> 1, b -> 2|>]", "<|1 -> a, 2 -> b|>"),
    ],
    ..Function::NEW
};

pub(super) const MERGE: Function = Function {
    name: "Merge",
    usage: "Merge[{association1, association2, ...}, f] joins associations; the value of a key is f of the list of its \
            values.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate_merge),
    apply: Some(operand_first),
    examples: &[
        ("Merge[{<|a -> 1, b -> 2|>, <|a -> 3|>}, Total]", "<|a -> 4, b -> 2|>"),
        ("Merge[{a -> 1, a -> 2}, f]", "<|a -> f[{1, 2}]|>"),
    ],
    ..Function::NEW
};

fn evaluate_merge(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let [sources, f] = &args[..] else { return Ok(None) };
    let mut groups = Groups::default();
    let items = if sources.is_list() { sources.args().to_vec() } else { vec![sources.clone()] };
    for item in items {
        let found = match &item {
            association if is_association(association) => entries(association),
            rules if is_list_of_rules(rules) => {
                Some(rules.args().iter().map(|rule| (rule.arg(0), rule.arg(1))).collect())
            }
            rule if rule.has_head(Sym::Rule) && rule.len() == 2 => Some(vec![(rule.arg(0), rule.arg(1))]),
            _ => None,
        };
        let Some(found) = found else {
            session.message(Sym::Merge, "invrl", &[item]);
            return Ok(None);
        };
        found.into_iter().for_each(|(key, value)| groups.add(key, value));
    }
    Ok(Some(groups.into_association(|list| Expr::normal(f.clone(), [list]))))
}

/// Values in groups, in the order in which their keys appear.
#[derive(Default)]
struct Groups {
    places: NodeMap<usize>,
    groups: Vec<(Expr, Vec<Expr>)>,
}

impl Groups {
    fn add(&mut self, key: Expr, value: Expr) {
        let next = self.groups.len();
        let place = *self.places.entry(key.clone()).or_insert(next);
        if place == next {
            self.groups.push((key, vec![value]));
        } else {
            self.groups[place].1.push(value);
        }
    }

    fn into_association(self, reduce: impl Fn(Expr) -> Expr) -> Expr {
        from_entries(self.groups.into_iter().map(|(key, values)| (key, reduce(Expr::list(values)))))
    }
}

pub(super) const COUNTS: Function = Function {
    name: "Counts",
    usage: "Counts[list] gives an association from the distinct elements to how often each stands in the list.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let list = call.arg(0);
        if !list.is_list() {
            session.message(Sym::Counts, "list", &[Expr::integer(1), call.clone()]);
            return Ok(None);
        }
        Ok(Some(counted(list.args().iter().cloned())))
    }),
    examples: &[("Counts[{a, b, a, c, a}]", "<|a -> 3, b -> 1, c -> 1|>")],
    ..Function::NEW
};

pub(super) const COUNTS_BY: Function = Function {
    name: "CountsBy",
    usage: "CountsBy[list, f] gives an association from the distinct f[element] to their numbers.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        let args = call.args();
        let [list, f] = &args[..] else { return Ok(None) };
        if !list.is_list() {
            session.message(Sym::CountsBy, "list", &[Expr::integer(1), call.clone()]);
            return Ok(None);
        }
        let mut classes = Vec::with_capacity(list.len());
        for item in list.args().iter() {
            classes.push(session.evaluate(&Expr::normal(f.clone(), [item.clone()]))?);
        }
        Ok(Some(counted(classes)))
    }),
    apply: Some(operand_first),
    examples: &[("CountsBy[{1, 2, 3, 4, 5}, OddQ]", "<|True -> 3, False -> 2|>")],
    ..Function::NEW
};

fn counted(items: impl IntoIterator<Item = Expr>) -> Expr {
    let mut groups = Groups::default();
    items.into_iter().for_each(|item| groups.add(item, Sym::Null.into()));
    groups.into_association(|list| Expr::integer(list.len() as i64))
}

pub(super) const GROUP_BY: Function = Function {
    name: "GroupBy",
    usage: "GroupBy[list, f] gives an association from the distinct f[element] to the lists of these elements.\n\
            GroupBy[list, f -> g] puts g[element] into the lists, GroupBy[list, f, r] applies r to each list.\n\
            GroupBy[list, {f1, f2, ...}] makes nested groups.",
    arguments: Some((1, 3)),
    evaluate: Some(evaluate_group_by),
    apply: Some(operand_first),
    examples: &[
        ("GroupBy[{1, 2, 3, 4, 5}, OddQ]", "<|True -> {1, 3, 5}, False -> {2, 4}|>"),
        ("GroupBy[{{a, 1}, {b, 2}, {a, 3}}, First -> Last, Total]", "<|a -> 4, b -> 2|>"),
    ],
    ..Function::NEW
};

fn evaluate_group_by(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let [source, by, ..] = &args[..] else { return Ok(None) };
    if !source.is_list() && !is_association(source) {
        session.message(Sym::GroupBy, "list", &[Expr::integer(1), call.clone()]);
        return Ok(None);
    }
    let criteria = if by.is_list() { by.args().to_vec() } else { vec![by.clone()] };
    group(session, source, &criteria, args.get(2)).map(Some)
}

fn group(session: &mut Session, source: &Expr, criteria: &[Expr], reduce: Option<&Expr>) -> Result<Expr, Flow> {
    let Some((by, rest)) = criteria.split_first() else {
        return match reduce {
            Some(reduce) => session.evaluate(&Expr::normal(reduce.clone(), [source.clone()])),
            None => Ok(source.clone()),
        };
    };
    let (by, mapped) = match by.args_of(Sym::Rule) {
        Some(sides) if sides.len() == 2 => (sides[0].clone(), Some(sides[1].clone())),
        _ => (by.clone(), None),
    };
    // The elements of an association are its values, and its groups are associations again.
    let is_keyed = is_association(source);
    let mut groups = Groups::default();
    for element in source.args().iter() {
        session.tick()?;
        let value = if is_keyed { element.arg(1) } else { element.clone() };
        let class = session.evaluate(&Expr::normal(by.clone(), [value.clone()]))?;
        let value = match &mapped {
            Some(f) => session.evaluate(&Expr::normal(f.clone(), [value]))?,
            None => value,
        };
        groups.add(class, if is_keyed { Expr::rule(element.arg(0), value) } else { value });
    }
    let mut grouped = Vec::with_capacity(groups.groups.len());
    for (class, members) in groups.groups {
        let members = if is_keyed { Expr::call(Sym::Association, members) } else { Expr::list(members) };
        grouped.push((class, group(session, &members, rest, reduce)?));
    }
    Ok(from_entries(grouped))
}

pub(super) const POSITION_INDEX: Function = Function {
    name: "PositionIndex",
    usage: "PositionIndex[list] gives an association from the distinct elements to the lists of their positions.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| {
        let list = call.arg(0);
        let mut groups = Groups::default();
        if let Some(entries) = entries(&list) {
            entries.into_iter().for_each(|(key, value)| groups.add(value, key));
        } else if list.is_list() {
            for (i, element) in list.args().iter().enumerate() {
                groups.add(element.clone(), Expr::integer(i as i64 + 1));
            }
        } else {
            session.message(Sym::PositionIndex, "list", &[Expr::integer(1), call.clone()]);
            return Ok(None);
        }
        Ok(Some(groups.into_association(|positions| positions)))
    }),
    examples: &[("PositionIndex[{a, b, a}]", "<|a -> {1, 3}, b -> {2}|>")],
    ..Function::NEW
};
