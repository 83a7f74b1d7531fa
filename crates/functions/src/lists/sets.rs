//! `Union`, `Intersection`, `Complement`, `DeleteDuplicates`, `DuplicateFreeQ`, `SubsetQ`: lists as sets.

use super::levels::NORMAL_MESSAGE;
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, ShapeRule};
use netform_expr::{Attributes, Expr, NodeSet, Sym};

use super::elements::{elements, select_arguments};
use super::sort::canonical_indices;
use super::unknown::any_unknown;
use crate::call_options::CallOptions;
use crate::functional::operator_forms::operand_first;

const HEADS_MESSAGE: (&str, &str) =
    ("heads", "Heads `1` and `2` at positions `3` and `4` are expected to be the same.");
const SAME_TEST: &[(&str, &str)] = &[("SameTest", "Automatic")];

const SET_OPERATION: Function = Function {
    arrays: ArrayPositions::All,
    options: SAME_TEST,
    messages: &[HEADS_MESSAGE, NORMAL_MESSAGE],
    ..Function::NEW
};

/// The distinct elements of several lists.
pub(super) const UNION: Function = Function {
    name: "Union",
    usage: "Union[list1, list2, ...] gives a sorted list of the distinct elements of the lists. \
            The option SameTest gives the test for elements to be the same.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    evaluate: Some(union),
    examples: &[
        ("Union[{c, a, b, a}]", "{a, b, c}"),
        ("Union[{a, b}, {c, a}, {d}]", "{a, b, c, d}"),
        ("Union[{1, -1, 2}, SameTest -> (Abs[#1] == Abs[#2] &)]", "{-1, 2}"),
    ],
    ..SET_OPERATION
};

/// The common elements of several lists.
pub(super) const INTERSECTION: Function = Function {
    name: "Intersection",
    usage: "Intersection[list1, list2, ...] gives a sorted list of the elements that all lists have. \
            The option SameTest gives the test for elements to be the same.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    evaluate: Some(intersection),
    examples: &[("Intersection[{a, b, c}, {c, a, d}]", "{a, c}"), ("Intersection[{1, 2}, {3}]", "{}")],
    ..SET_OPERATION
};

/// The elements of one list that others have not.
pub(super) const COMPLEMENT: Function = Function {
    name: "Complement",
    usage: "Complement[all, list1, list2, ...] gives a sorted list of the elements of all that are in none of the \
            lists. The option SameTest gives the test for elements to be the same.",
    evaluate: Some(complement),
    examples: &[("Complement[{a, b, c, d}, {b}, {d, e}]", "{a, c}")],
    ..SET_OPERATION
};

/// The lists of a set operation, which must have one head, and the test of the option `SameTest`. `None` where components of
/// arrays are among several elements: neither their order nor which are equal is known.
fn sets(session: &mut Session, call: &Expr) -> Result<Option<Sets>, Flow> {
    let Some(sets) = given_sets(session, call) else { return Ok(None) };
    let items: Vec<Expr> = sets.0.iter().flat_map(|list| list.args().into_owned()).collect();
    let is_open = items.len() > 1 && any_unknown(session, &items)?;
    Ok((!is_open).then_some(sets))
}

/// Lists, and a test for their elements to be the same if it is not their identity.
type Sets = (Vec<Expr>, Option<Expr>);

fn given_sets(session: &mut Session, call: &Expr) -> Option<Sets> {
    let options = CallOptions::split(session, call, 1, usize::MAX)?;
    let lists = options.arguments.clone();
    if let Some(position) = lists.iter().position(Expr::is_atom) {
        session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position as i64 + 1), call.clone()]);
        return None;
    }
    if let Some(position) = lists.iter().position(|list| list.head() != lists[0].head()) {
        let (first, other) = (lists[0].head().clone(), lists[position].head().clone());
        let places = [Expr::integer(1), Expr::integer(position as i64 + 1)];
        session.message_of(call.head(), HEADS_MESSAGE.0, &[[first, other], places].concat());
        return None;
    }
    let test = options.get(session, Sym::SameTest);
    let is_sameness = matches!(test.sym(), Some(Sym::Automatic | Sym::SameQ));
    Some((lists, (!is_sameness).then_some(test)))
}

fn sorted_distinct(session: &mut Session, items: Vec<Expr>, test: Option<&Expr>) -> Result<Vec<Expr>, Flow> {
    let mut items: Vec<Expr> = canonical_indices(session, &items)?.into_iter().map(|i| items[i].clone()).collect();
    items.dedup();
    let Some(test) = test else { return Ok(items) };
    distinct(session, &items, test)
}

/// The first of each group of elements that a test holds to be the same.
fn distinct(session: &mut Session, items: &[Expr], test: &Expr) -> Result<Vec<Expr>, Flow> {
    let mut kept: Vec<Expr> = Vec::new();
    for item in items {
        if !any_same(session, &kept, item, test)? {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn any_same(session: &mut Session, items: &[Expr], item: &Expr, test: &Expr) -> Result<bool, Flow> {
    for other in items {
        session.tick()?;
        if session.is_true(&Expr::normal(test.clone(), [other.clone(), item.clone()]))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn union(session: &mut Session, call: &Expr) -> Eval {
    if call.is_empty() {
        return Ok(Some(Expr::list([])));
    }
    let Some((lists, test)) = sets(session, call)? else { return Ok(None) };
    let items: Vec<Expr> = lists.iter().flat_map(|list| list.args().into_owned()).collect();
    let result = sorted_distinct(session, items, test.as_ref())?;
    Ok(Some(Expr::normal(lists[0].head().clone(), result)))
}

fn intersection(session: &mut Session, call: &Expr) -> Eval {
    if call.is_empty() {
        return Ok(Some(Expr::list([])));
    }
    let Some((lists, test)) = sets(session, call)? else { return Ok(None) };
    let mut items = lists[0].args().to_vec();
    for list in &lists[1..] {
        items = filtered(session, items, list, test.as_ref(), true)?;
    }
    let result = sorted_distinct(session, items, test.as_ref())?;
    Ok(Some(Expr::normal(lists[0].head().clone(), result)))
}

fn complement(session: &mut Session, call: &Expr) -> Eval {
    let Some((lists, test)) = sets(session, call)? else { return Ok(None) };
    let mut items = lists[0].args().to_vec();
    for list in &lists[1..] {
        items = filtered(session, items, list, test.as_ref(), false)?;
    }
    let result = sorted_distinct(session, items, test.as_ref())?;
    Ok(Some(Expr::normal(lists[0].head().clone(), result)))
}

/// The elements that are in a list, or those that are not.
fn filtered(
    session: &mut Session,
    items: Vec<Expr>,
    list: &Expr,
    test: Option<&Expr>,
    inside: bool,
) -> Result<Vec<Expr>, Flow> {
    let others = list.args();
    let Some(test) = test else {
        let others: NodeSet = others.iter().cloned().collect();
        return Ok(items.into_iter().filter(|item| others.contains(item) == inside).collect());
    };
    let mut kept = Vec::new();
    for item in items {
        if any_same(session, &others, &item, test)? == inside {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// The distinct elements in their order.
pub(super) const DELETE_DUPLICATES: Function = Function {
    name: "DeleteDuplicates",
    usage: "DeleteDuplicates[list] deletes all repeated elements of list. DeleteDuplicates[list, test] uses the test \
            for two elements to be the same.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(delete_duplicates),
    messages: &[NORMAL_MESSAGE],
    examples: &[
        ("DeleteDuplicates[{b, a, b, c, a}]", "{b, a, c}"),
        ("DeleteDuplicates[{1, -1, 2}, Abs[#1] == Abs[#2] &]", "{1, 2}"),
        ("DeleteDuplicates[<|x -> 1, y -> 1|>]", "<|x -> 1|>"),
    ],
    ..Function::NEW
};

fn delete_duplicates(session: &mut Session, call: &Expr) -> Eval {
    if super::levels::is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let items = elements(&args[0]);
    let mut kept: Vec<usize> = Vec::new();
    match args.get(1) {
        None => {
            let mut seen = NodeSet::default();
            kept.extend((0..items.len()).filter(|&i| seen.insert(items[i].clone())));
        }
        Some(test) => {
            let mut found: Vec<Expr> = Vec::new();
            for (i, item) in items.iter().enumerate() {
                if !any_same(session, &found, item, test)? {
                    found.push(item.clone());
                    kept.push(i);
                }
            }
        }
    }
    Ok(Some(select_arguments(&args[0], &kept)))
}

/// The elements on which a function has distinct values.
pub(super) const DELETE_DUPLICATES_BY: Function = Function {
    name: "DeleteDuplicatesBy",
    usage: "DeleteDuplicatesBy[list, f] keeps the first element of list for each distinct value of f.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(delete_duplicates_by),
    messages: &[NORMAL_MESSAGE],
    examples: &[("DeleteDuplicatesBy[{1, -1, 2}, Abs]", "{1, 2}")],
    ..Function::NEW
};

fn delete_duplicates_by(session: &mut Session, call: &Expr) -> Eval {
    if call.len() < 2 || super::levels::is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (list, f) = (call.arg(0), call.arg(1));
    let mut seen = NodeSet::default();
    let mut kept = Vec::new();
    for (i, item) in elements(&list).iter().enumerate() {
        if seen.insert(session.evaluate(&Expr::normal(f.clone(), [item.clone()]))?) {
            kept.push(i);
        }
    }
    Ok(Some(select_arguments(&list, &kept)))
}

/// Whether all elements are distinct.
pub(super) const DUPLICATE_FREE_Q: Function = Function {
    name: "DuplicateFreeQ",
    usage: "DuplicateFreeQ[list] gives True if no element of list is repeated. DuplicateFreeQ[list, test] uses the test \
            for two elements to be the same.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(|session, call| {
        let args = call.args();
        let items = elements(&args[0]);
        let count = match args.get(1) {
            Some(test) => distinct(session, &items, test)?.len(),
            None => items.iter().cloned().collect::<NodeSet>().len(),
        };
        Ok(Some(Expr::boolean(count == items.len())))
    }),
    shape: ShapeRule::Scalar,
    examples: &[("DuplicateFreeQ[{a, b, a}]", "False"), ("DuplicateFreeQ[{a, b}]", "True")],
    ..Function::NEW
};

/// Whether a list holds all elements of another.
pub(super) const SUBSET_Q: Function = Function {
    name: "SubsetQ",
    usage: "SubsetQ[list1, list2] gives True if every element of list2 is in list1.",
    arguments: Some((2, 2)),
    arrays: ArrayPositions::All,
    evaluate: Some(|session, call| {
        let (all, some) = (call.arg(0), call.arg(1));
        if all.is_atom() || some.is_atom() {
            let position = if all.is_atom() { 1 } else { 2 };
            session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position), call.clone()]);
            return Ok(None);
        }
        let known: NodeSet = elements(&all).iter().cloned().collect();
        Ok(Some(Expr::boolean(elements(&some).iter().all(|item| known.contains(item)))))
    }),
    shape: ShapeRule::Scalar,
    messages: &[NORMAL_MESSAGE],
    examples: &[("SubsetQ[{a, b, c}, {c, a}]", "True"), ("SubsetQ[{a, b}, {d}]", "False")],
    ..Function::NEW
};
