//! `Tuples`, `Subsets`, `Permutations`: all choices of elements.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument, is_infinity};
use super::range::is_too_long;
use crate::arrays::by_parts::{by_parts, explicit};
use netform_array::item_count;
use netform_eval::{ArrayPositions, Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Sym};

const SIZES_MESSAGE: (&str, &str) =
    ("sizes", "The specification `1` is not n, {n}, {min, max} or {min, max, step} with non-negative integers.");

/// All tuples of elements.
pub(super) const TUPLES: Function = Function {
    name: "Tuples",
    usage: "Tuples[list, n] gives all tuples of n elements of list. Tuples[{list1, list2, ...}] gives all tuples with one \
            element of each list. Tuples[list, {n1, n2, ...}] gives all arrays of these dimensions.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(tuples),
    messages: &[NORMAL_MESSAGE, SIZES_MESSAGE],
    on_arrays: Some(tuples),
    examples: &[
        ("Tuples[{0, 1}, 2]", "{{0, 0}, {0, 1}, {1, 0}, {1, 1}}"),
        ("Tuples[{{a, b}, {x, y}}]", "{{a, x}, {a, y}, {b, x}, {b, y}}"),
        ("Tuples[f[x, y], 1]", "{f[x], f[y]}"),
    ],
    ..Function::NEW
};

fn tuples(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let levels = if call.len() > 1 { 1 } else { 2 };
    let Some(e) = explicit(session, &call.arg(0), levels)? else { return Ok(None) };
    let is_refused = |session: &mut Session, lengths: &[usize]| {
        let elements = lengths.iter().fold(lengths.len() as u64, |count, &length| count.saturating_mul(length as u64));
        is_too_long(session, call, elements)
    };
    let Some(specification) = call.args().get(1).cloned() else {
        if let Some(position) = e.args().iter().position(Expr::is_atom) {
            session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position as i64 + 1), e]);
            return Ok(None);
        }
        let lists: Vec<Vec<Expr>> = e.args().iter().map(|list| list.args().to_vec()).collect();
        if is_refused(session, &lists.iter().map(Vec::len).collect::<Vec<_>>())? {
            return Ok(None);
        }
        let head = e.args().first().map_or_else(|| Sym::List.into(), |list| list.head().clone());
        let tuples = product(session, &lists)?;
        return Ok(Some(Expr::list(tuples.into_iter().map(|tuple| Expr::normal(head.clone(), tuple)))));
    };
    let sizes = if specification.is_list() { specification.args().to_vec() } else { vec![specification.clone()] };
    let Some(sizes) = sizes.iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>() else {
        session.message_of(call.head(), "sizes", &[specification]);
        return Ok(None);
    };
    let count = item_count(&sizes);
    if is_too_long(session, call, count as u64)? || is_refused(session, &vec![e.len(); count])? {
        return Ok(None);
    }
    let lists = vec![e.args().to_vec(); count];
    let tuples = product(session, &lists)?;
    let shaped = tuples.into_iter().map(|tuple| nested(&tuple, &sizes, e.head()));
    Ok(Some(Expr::list(shaped.collect::<Vec<_>>())))
}

/// Elements in row-major order as nested expressions of these dimensions.
fn nested(elements: &[Expr], sizes: &[usize], head: &Expr) -> Expr {
    match sizes {
        [] => Expr::normal(head.clone(), elements.iter().cloned()),
        [_] => Expr::normal(head.clone(), elements.iter().cloned()),
        [first, rest @ ..] => {
            let rows = (0..*first).map(|i| {
                let length = elements.len() / first;
                nested(&elements[i * length..(i + 1) * length], rest, head)
            });
            Expr::normal(head.clone(), rows.collect::<Vec<_>>())
        }
    }
}

fn product(session: &mut Session, lists: &[Vec<Expr>]) -> Result<Vec<Vec<Expr>>, Flow> {
    let mut tuples: Vec<Vec<Expr>> = Vec::new();
    if lists.iter().any(Vec::is_empty) {
        return Ok(tuples);
    }
    let mut place = vec![0; lists.len()];
    loop {
        session.tick()?;
        tuples.push(place.iter().zip(lists).map(|(&i, list)| list[i].clone()).collect());
        let Some(axis) = (0..lists.len()).rev().find(|&axis| place[axis] + 1 < lists[axis].len()) else {
            return Ok(tuples);
        };
        place[axis] += 1;
        place[axis + 1..].fill(0);
    }
}

/// All selections of elements.
pub(super) const SUBSETS: Function = Function {
    name: "Subsets",
    usage: "Subsets[list] gives all subsets of list, the shorter ones first. Subsets[list, n] gives those with at most n \
            elements, Subsets[list, {n}] those with n, Subsets[list, {min, max}] those with min to max, and \
            Subsets[list, sizes, s] the first s of them.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(subsets),
    messages: &[NORMAL_MESSAGE, SIZES_MESSAGE],
    on_arrays: Some(by_parts),
    examples: &[
        ("Subsets[{a, b, c}]", "{{}, {a}, {b}, {c}, {a, b}, {a, c}, {b, c}, {a, b, c}}"),
        ("Subsets[{a, b, c}, {2}]", "{{a, b}, {a, c}, {b, c}}"),
        ("Subsets[{a, b, c}, All, 2]", "{{}, {a}}"),
    ],
    ..Function::NEW
};

/// The sizes that a specification names, for a list of `length` elements.
fn sizes(specification: Option<&Expr>, length: usize) -> Option<Vec<usize>> {
    let bound = |e: &Expr| if is_infinity(e) || e.is(Sym::All) { Some(length) } else { e.as_usize() };
    let Some(specification) = specification else { return Some((0..=length).collect()) };
    if !specification.is_list() {
        let most = bound(specification)?;
        return Some((0..=most.min(length)).collect());
    }
    match specification.args().as_ref() {
        [n] => bound(n).map(|n| if n <= length { vec![n] } else { Vec::new() }),
        [min, max] => Some((bound(min)?..=bound(max)?.min(length)).collect()),
        [min, max, step] => {
            let (min, max) = (bound(min)?, bound(max)?);
            let step = step.as_i64().filter(|step| *step != 0)?;
            let mut chosen: Vec<usize> = if step > 0 {
                (min..=max).step_by(step as usize).collect()
            } else {
                (max..=min).rev().step_by(step.unsigned_abs() as usize).collect()
            };
            chosen.retain(|n| *n <= length);
            Some(chosen)
        }
        _ => None,
    }
}

fn subsets(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let items = args[0].args();
    let most = match args.get(2) {
        None => Some(usize::MAX),
        Some(n) if is_infinity(n) || n.is(Sym::All) => Some(usize::MAX),
        Some(n) if n.is_list() && n.len() == 1 => n.arg(0).as_usize(),
        Some(n) => n.as_usize(),
    };
    let (Some(sizes), Some(most)) = (sizes(args.get(1), items.len()), most) else {
        session.message_of(call.head(), "sizes", &[args[1].clone()]);
        return Ok(None);
    };
    let pick_one = args.get(2).is_some_and(Expr::is_list);
    let counts = sizes.iter().map(|&size| (size, binomial(items.len(), size)));
    if is_too_long(session, call, elements_of(counts, most as u64))? {
        return Ok(None);
    }
    let mut found = Vec::new();
    'sizes: for size in sizes {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            if found.len() >= most {
                break 'sizes;
            }
            session.tick()?;
            found.push(Expr::normal(args[0].head().clone(), chosen.iter().map(|&i| items[i].clone())));
            let Some(place) = (0..size).rev().find(|&place| chosen[place] < items.len() - size + place) else { break };
            let next = chosen[place] + 1;
            for (k, slot) in chosen[place..].iter_mut().enumerate() {
                *slot = next + k;
            }
        }
    }
    if pick_one && found.len() >= most {
        found.drain(..found.len() - 1);
    }
    Ok(Some(Expr::list(found)))
}

/// The number of elements in all of at most so many lists, given how many there are of each size; the empty list counts as
/// one element.
fn elements_of(counts: impl Iterator<Item = (usize, u64)>, most: u64) -> u64 {
    let mut left = most;
    counts.fold(0, |elements: u64, (size, count)| {
        let count = count.min(left);
        left -= count;
        elements.saturating_add(count.saturating_mul(size.max(1) as u64))
    })
}

/// In how many ways k of n things can be chosen, at most `u64::MAX`.
fn binomial(n: usize, k: usize) -> u64 {
    let Some(k) = n.checked_sub(k).map(|rest| rest.min(k)) else { return 0 };
    let ways = (0..k as u128).try_fold(1_u128, |ways, i| Some(ways.checked_mul(n as u128 - i)? / (i + 1)));
    ways.and_then(|ways| u64::try_from(ways).ok()).unwrap_or(u64::MAX)
}

/// How many arrangements there are of 0 to `length` of these kinds of things, each there so many times.
fn arrangements(kinds: &[(Expr, usize)], length: usize) -> Vec<u64> {
    let mut ways = vec![0_u64; length + 1];
    ways[0] = 1;
    for (_, times) in kinds {
        // Things of another kind are put into some of the places.
        for size in (1..=length).rev() {
            ways[size] = (0..=size.min(*times))
                .fold(0, |sum: u64, new| sum.saturating_add(ways[size - new].saturating_mul(binomial(size, new))));
        }
    }
    ways
}

/// All arrangements of elements.
pub(super) const PERMUTATIONS: Function = Function {
    name: "Permutations",
    usage: "Permutations[list] gives all distinct arrangements of the elements of list. Permutations[list, n] gives those \
            of at most n elements, and Permutations[list, {n}] those of exactly n.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    evaluate: Some(permutations),
    messages: &[NORMAL_MESSAGE, SIZES_MESSAGE],
    on_arrays: Some(by_parts),
    examples: &[
        ("Permutations[{a, b, c}]", "{{a, b, c}, {a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}}"),
        ("Permutations[{x, x, y}]", "{{x, x, y}, {x, y, x}, {y, x, x}}"),
        ("Permutations[{a, b, c}, {1}]", "{{a}, {b}, {c}}"),
    ],
    ..Function::NEW
};

fn permutations(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let args = call.args();
    let items = args[0].args();
    let sizes = match args.get(1) {
        None => Some(vec![items.len()]),
        specification => sizes(specification, items.len()),
    };
    let Some(sizes) = sizes else {
        session.message_of(call.head(), "sizes", &[args[1].clone()]);
        return Ok(None);
    };
    let mut kinds: Vec<(Expr, usize)> = Vec::new();
    let mut places: NodeMap<usize> = NodeMap::default();
    for item in items.iter() {
        let place = *places.entry(item.clone()).or_insert_with(|| {
            kinds.push((item.clone(), 0));
            kinds.len() - 1
        });
        kinds[place].1 += 1;
    }
    let arrangements = arrangements(&kinds, items.len());
    let counts = sizes.iter().map(|&size| (size, arrangements[size]));
    if is_too_long(session, call, elements_of(counts, u64::MAX))? {
        return Ok(None);
    }
    let mut found = Vec::new();
    for size in sizes {
        arrange(session, size, &mut kinds, &mut Vec::new(), args[0].head(), &mut found)?;
    }
    Ok(Some(Expr::list(found)))
}

fn arrange(
    session: &mut Session,
    size: usize,
    kinds: &mut [(Expr, usize)],
    chosen: &mut Vec<Expr>,
    head: &Expr,
    found: &mut Vec<Expr>,
) -> Result<(), Flow> {
    if chosen.len() == size {
        session.tick()?;
        found.push(Expr::normal(head.clone(), chosen.iter().cloned()));
        return Ok(());
    }
    for i in 0..kinds.len() {
        if kinds[i].1 == 0 {
            continue;
        }
        kinds[i].1 -= 1;
        chosen.push(kinds[i].0.clone());
        let result = arrange(session, size, kinds, chosen, head, found);
        chosen.pop();
        kinds[i].1 += 1;
        result?;
    }
    Ok(())
}
