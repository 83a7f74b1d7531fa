//! `Split`, `SplitBy`, `Gather`, `GatherBy`, `Tally`, `Commonest`: equal elements brought together.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap};

use super::elements::elements;
use crate::functional::operator_forms::operand_first;

const GROUPING: Function = Function { arrays: ArrayPositions::At(&[1]), messages: &[NORMAL_MESSAGE], ..Function::NEW };

/// Runs of equal neighbours.
pub(super) const SPLIT: Function = Function {
    name: "Split",
    usage: "Split[list] splits list into runs of identical elements. Split[list, test] puts neighbours for which test \
            gives True into one run.",
    arguments: Some((1, 2)),
    evaluate: Some(split),
    arrays: ArrayPositions::At(&[1]),
    examples: &[
        ("Split[{a, a, b, b, b, a}]", "{{a, a}, {b, b, b}, {a}}"),
        ("Split[{1, 2, 4, 5, 7}, #2 - #1 == 1 &]", "{{1, 2}, {4, 5}, {7}}"),
    ],
    ..GROUPING
};

fn split(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let runs = runs(session, &elements(&args[0]), &mut |session, a, b| match args.get(1) {
        Some(test) => session.is_true(&Expr::normal(test.clone(), [a.clone(), b.clone()])),
        None => Ok(a == b),
    })?;
    Ok(Some(lists(&args[0], runs)))
}

type SameRun<'a> = &'a mut dyn FnMut(&mut Session, &Expr, &Expr) -> Result<bool, Flow>;

fn runs(session: &mut Session, items: &[Expr], same: SameRun<'_>) -> Result<Vec<Vec<Expr>>, Flow> {
    let mut runs: Vec<Vec<Expr>> = Vec::new();
    for item in items {
        session.tick()?;
        if let Some(run) = runs.last_mut()
            && let Some(last) = run.last()
            && same(session, last, item)?
        {
            run.push(item.clone());
        } else {
            runs.push(vec![item.clone()]);
        }
    }
    Ok(runs)
}

fn lists(e: &Expr, groups: Vec<Vec<Expr>>) -> Expr {
    let head = if super::elements::is_association(e) { netform_expr::Sym::List.into() } else { e.head().clone() };
    let groups: Vec<Expr> = groups.into_iter().map(|group| Expr::normal(head.clone(), group)).collect();
    Expr::normal(head, groups)
}

/// Runs of neighbours on which a function has one value.
pub(super) const SPLIT_BY: Function = Function {
    name: "SplitBy",
    usage: "SplitBy[list, f] splits list into runs of neighbours for which f gives the same value. \
            SplitBy[list, {f1, f2, ...}] splits the runs again by f2, and so on.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    evaluate: Some(|session, call| by_functions(session, call, Grouping::Runs)),
    examples: &[
        ("SplitBy[{1, 3, 2, 4, 5}, OddQ]", "{{1, 3}, {2, 4}, {5}}"),
        ("SplitBy[{1, -1, 2, -2}, {Abs, Sign}]", "{{{1}, {-1}}, {{2}, {-2}}}"),
    ],
    ..GROUPING
};

/// Elements grouped by a function.
pub(super) const GATHER_BY: Function = Function {
    name: "GatherBy",
    usage: "GatherBy[list, f] gathers the elements of list for which f gives the same value. \
            GatherBy[list, {f1, f2, ...}] gathers again by f2 within the groups, and so on.",
    arguments: Some((1, 2)),
    apply: Some(operand_first),
    evaluate: Some(|session, call| by_functions(session, call, Grouping::Everywhere)),
    examples: &[
        ("GatherBy[{1, 2, 3, 4, 5}, OddQ]", "{{1, 3, 5}, {2, 4}}"),
        ("GatherBy[{{a, 1}, {b, 1}, {a, 2}}, First]", "{{{a, 1}, {a, 2}}, {{b, 1}}}"),
    ],
    ..GROUPING
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grouping {
    Runs,
    Everywhere,
}

fn by_functions(session: &mut Session, call: &Expr, grouping: Grouping) -> Eval {
    if call.len() < 2 || is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (e, f) = (call.arg(0), call.arg(1));
    let functions = if f.is_list() { f.args().to_vec() } else { vec![f] };
    let grouped = grouped(session, &e, elements(&e).to_vec(), &functions, grouping)?;
    Ok(Some(grouped))
}

fn grouped(
    session: &mut Session,
    e: &Expr,
    items: Vec<Expr>,
    functions: &[Expr],
    grouping: Grouping,
) -> Result<Expr, Flow> {
    let Some((f, rest)) = functions.split_first() else { return Ok(Expr::list(items)) };
    let mut groups: Vec<Vec<Expr>> = Vec::new();
    let mut places: NodeMap<usize> = NodeMap::default();
    let mut last = None;
    for item in items {
        let key = session.evaluate(&Expr::normal(f.clone(), [item.clone()]))?;
        let known = match grouping {
            Grouping::Runs => (last.as_ref() == Some(&key)).then(|| groups.len() - 1),
            Grouping::Everywhere => places.get(&key).copied(),
        };
        match known {
            Some(place) => groups[place].push(item),
            None => {
                places.insert(key.clone(), groups.len());
                groups.push(vec![item]);
            }
        }
        last = Some(key);
    }
    if rest.is_empty() {
        return Ok(lists(e, groups));
    }
    let mut nested = Vec::with_capacity(groups.len());
    for group in groups {
        nested.push(grouped(session, e, group, rest, grouping)?);
    }
    Ok(Expr::list(nested))
}

/// Equal elements gathered.
pub(super) const GATHER: Function = Function {
    name: "Gather",
    usage: "Gather[list] gathers identical elements of list. Gather[list, test] gathers elements for which test gives \
            True.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        if is_atomic_argument(session, call, 1) {
            return Ok(None);
        }
        let args = call.args();
        let groups = gathered(session, &elements(&args[0]), args.get(1))?;
        Ok(Some(lists(&args[0], groups)))
    }),
    arrays: ArrayPositions::At(&[1]),
    examples: &[
        ("Gather[{a, b, a, c, b}]", "{{a, a}, {b, b}, {c}}"),
        ("Gather[{1, 2, 3, 4}, Mod[#1 - #2, 2] == 0 &]", "{{1, 3}, {2, 4}}"),
    ],
    ..GROUPING
};

/// Elements with those that equal their group's first one.
fn gathered(session: &mut Session, items: &[Expr], test: Option<&Expr>) -> Result<Vec<Vec<Expr>>, Flow> {
    let mut groups: Vec<Vec<Expr>> = Vec::new();
    let mut places: NodeMap<usize> = NodeMap::default();
    for item in items {
        let place = match test {
            None => places.get(item).copied(),
            Some(test) => {
                let mut found = None;
                for (i, group) in groups.iter().enumerate() {
                    session.tick()?;
                    if session.is_true(&Expr::normal(test.clone(), [group[0].clone(), item.clone()]))? {
                        found = Some(i);
                        break;
                    }
                }
                found
            }
        };
        match place {
            Some(place) => groups[place].push(item.clone()),
            None => {
                places.insert(item.clone(), groups.len());
                groups.push(vec![item.clone()]);
            }
        }
    }
    Ok(groups)
}

/// How often each element occurs.
pub(super) const TALLY: Function = Function {
    name: "Tally",
    usage: "Tally[list] gives the list of the distinct elements of list with the numbers of their occurrences. \
            Tally[list, test] uses the test for two elements to be the same.",
    arguments: Some((1, 2)),
    evaluate: Some(|session, call| {
        if is_atomic_argument(session, call, 1) {
            return Ok(None);
        }
        let args = call.args();
        let groups = gathered(session, &elements(&args[0]), args.get(1))?;
        let count = |group: Vec<Expr>| Expr::list([group[0].clone(), Expr::integer(group.len() as i64)]);
        Ok(Some(Expr::list(groups.into_iter().map(count).collect::<Vec<_>>())))
    }),
    arrays: ArrayPositions::At(&[1]),
    examples: &[("Tally[{a, b, a, c, a}]", "{{a, 3}, {b, 1}, {c, 1}}")],
    ..GROUPING
};

/// The elements that occur most often.
pub(super) const COMMONEST: Function = Function {
    name: "Commonest",
    usage: "Commonest[list] gives the list of the elements that occur most often in list. Commonest[list, n] gives the n \
            most frequent elements in the order of their first occurrence.",
    arguments: Some((1, 2)),
    evaluate: Some(commonest),
    messages: &[
        NORMAL_MESSAGE,
        (
            "dstlms",
            "The requested number of elements `1` is greater than the number of distinct elements `2`; only `2` \
                    elements will be returned.",
        ),
        ("pint", "A positive integer or UpTo of one is expected at position 2 in `1`."),
    ],
    examples: &[("Commonest[{a, b, b, c, c}]", "{b, c}"), ("Commonest[{a, b, b, c, c, c}, 2]", "{b, c}")],
    ..GROUPING
};

fn commonest(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let groups = gathered(session, &elements(&args[0]), None)?;
    let most = groups.iter().map(Vec::len).max().unwrap_or(0);
    let Some(n) = args.get(1) else {
        let winners = groups.iter().filter(|group| group.len() == most).map(|group| group[0].clone());
        return Ok(Some(Expr::list(winners.collect::<Vec<_>>())));
    };
    let up_to = n.has_head(netform_expr::Sym::UpTo) && n.len() == 1;
    let wanted = if up_to { n.arg(0).as_usize() } else { n.as_usize() };
    let Some(wanted) = wanted.filter(|n| *n > 0) else {
        session.message_of(call.head(), "pint", std::slice::from_ref(call));
        return Ok(None);
    };
    if wanted > groups.len() && !up_to {
        session.message_of(call.head(), "dstlms", &[n.clone(), Expr::integer(groups.len() as i64)]);
    }
    let mut chosen: Vec<usize> = (0..groups.len()).collect();
    chosen.sort_by_key(|&i| std::cmp::Reverse(groups[i].len()));
    chosen.truncate(wanted);
    chosen.sort_unstable();
    Ok(Some(Expr::list(chosen.into_iter().map(|i| groups[i][0].clone()).collect::<Vec<_>>())))
}
