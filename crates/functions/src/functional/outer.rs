//! `Outer` and `Inner`: functions of all pairs, and generalised products.

use crate::arrays::by_parts::{by_components, explicit};
use crate::arrays::contraction::labels;
use crate::arrays::dimension::{self, integer};
use crate::arrays::lowering::lower_outer;
use crate::lists::levels::NORMAL_MESSAGE;
use netform_eval::{ArrayPositions, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

/// A function of all combinations of elements.
pub(super) const OUTER: Function = Function {
    name: "Outer",
    usage: "Outer[f, list1, list2, ...] gives nested lists of f of all combinations of the lowest-level elements of the \
            lists. Outer[f, list1, ..., n] takes the elements at level n, and Outer[f, list1, ..., n1, n2, ...] those at \
            level ni of list i.",
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::All,
    on_arrays: Some(outer_of_arrays),
    evaluate: Some(outer),
    shape: ShapeRule::Rule(outer_shape),
    lowering: Lowering::Rewrite(lower_outer),
    messages: &[NORMAL_MESSAGE, ("heads", "Heads `1` and `2` are expected to be the same.")],
    examples: &[
        ("Outer[f, {a, b}, {x, y}]", "{{f[a, x], f[a, y]}, {f[b, x], f[b, y]}}"),
        ("Outer[Times, {1, 2}, {a, b}]", "{{a, b}, {2 a, 2 b}}"),
        ("Outer[Times, VectorSymbol[\"v\", n], VectorSymbol[\"w\", m]]", "TensorProduct[v, w]"),
        ("Outer[f, {{a}, {b}}, {x}, 1]", "{{f[{a}, x]}, {f[{b}, x]}}"),
    ],
    ..Function::NEW
};

/// The lists of a call, and for each the level of its elements.
fn lists_and_levels(call: &Expr) -> (Vec<Expr>, Vec<usize>) {
    let args = call.args();
    let is_level = |e: &&Expr| e.as_usize().is_some() || crate::lists::levels::is_infinity(e);
    let levels = args[1..].iter().rev().take_while(is_level).count();
    let (lists, levels) = args[1..].split_at(args.len() - 1 - levels);
    let level = |e: &Expr| e.as_usize().unwrap_or(usize::MAX);
    let depths = (0..lists.len()).map(|i| match levels {
        [] => usize::MAX,
        [all] => level(all),
        several => several.get(i).map_or(usize::MAX, level),
    });
    (lists.to_vec(), depths.collect())
}

fn outer(session: &mut Session, call: &Expr) -> Eval {
    let (mut lists, levels) = lists_and_levels(call);
    for (list, &level) in lists.iter_mut().zip(&levels) {
        let Some(explicit) = explicit(session, list, level)? else { return Ok(None) };
        *list = explicit;
    }
    let Some(first) = lists.first() else { return Ok(None) };
    if let Some(position) = lists.iter().position(Expr::is_atom) {
        if !lists[position].is_symbol() {
            session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position as i64 + 2), call.clone()]);
        }
        return Ok(None);
    }
    if let Some(other) = lists.iter().find(|list| list.head() != first.head()) {
        session.message_of(call.head(), "heads", &[first.head().clone(), other.head().clone()]);
        return Ok(None);
    }
    let head = first.head().clone();
    combined(session, &call.arg(0), &head, &lists, &levels, &mut Vec::new()).map(Some)
}

/// All combinations of elements of array symbols: their products, or an `ArrayThread`.
fn outer_of_arrays(session: &mut Session, call: &Expr) -> Eval {
    let (lists, levels) = lists_and_levels(call);
    let mut places = Vec::with_capacity(lists.len());
    let mut count = 0;
    for (list, level) in lists.iter().zip(levels) {
        let Some(rank) = session.shape_of(list)?.rank().filter(|&rank| 0 < rank && rank <= level) else {
            return Ok(None);
        };
        places.push(labels(count..count + rank));
        count += rank;
    }
    if call.arg(0).is(Sym::Times) {
        return session.evaluate_call(Sym::TensorProduct, lists).map(Some);
    }
    session.evaluate_call(Sym::ArrayThread, [call.arg(0), Expr::list(lists), Expr::list(places)]).map(Some)
}

fn combined(
    session: &mut Session,
    f: &Expr,
    head: &Expr,
    lists: &[Expr],
    levels: &[usize],
    chosen: &mut Vec<Expr>,
) -> Result<Expr, Flow> {
    let Some((first, rest)) = lists.split_first() else {
        session.tick()?;
        return session.evaluate(&Expr::normal(f.clone(), chosen.iter().cloned()));
    };
    spread(session, f, head, (first, levels[0]), rest, &levels[1..], chosen)
}

fn spread(
    session: &mut Session,
    f: &Expr,
    head: &Expr,
    (list, level): (&Expr, usize),
    rest: &[Expr],
    levels: &[usize],
    chosen: &mut Vec<Expr>,
) -> Result<Expr, Flow> {
    if level == 0 || list.is_atom() || list.head() != head {
        chosen.push(list.clone());
        let result = combined(session, f, head, rest, levels, chosen);
        chosen.pop();
        return result;
    }
    let mut parts = Vec::with_capacity(list.len());
    for item in list.args().iter() {
        parts.push(spread(session, f, head, (item, level - 1), rest, levels, chosen)?);
    }
    Ok(Expr::normal(head.clone(), parts))
}

fn outer_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let (lists, levels) = lists_and_levels(call);
    let mut dimensions = Vec::new();
    for (list, level) in lists.iter().zip(levels) {
        let shape = session.shape_of(list)?;
        let Some(own) = shape.dimensions() else { return Ok(Shape::Unknown) };
        dimensions.extend(own.iter().take(level).cloned());
    }
    Ok(Shape::of(dimensions))
}

/// A product of arrays with other functions in place of multiplication and addition.
pub(super) const INNER: Function = Function {
    name: "Inner",
    usage: "Inner[f, list1, list2, g] is Dot with f in place of multiplication and g in place of addition. \
            Inner[f, list1, list2] uses Plus for g.",
    arguments: Some((3, 4)),
    arrays: ArrayPositions::At(&[2, 3]),
    on_arrays: Some(inner_of_arrays),
    evaluate: Some(inner),
    messages: &[
        NORMAL_MESSAGE,
        ("incom", "Length `1` of dimension `2` in `3` is incommensurate with length `4` of dimension 1 in `5`."),
        ("heads", "Heads `1` and `2` are expected to be the same."),
    ],
    examples: &[
        ("Inner[f, {a, b}, {x, y}, g]", "g[f[a, x], f[b, y]]"),
        ("Inner[Times, {{1, 2}, {3, 4}}, {a, b}]", "{a + 2 b, 3 a + 4 b}"),
        ("Inner[Times, VectorSymbol[\"v\", n], VectorSymbol[\"w\", n]]", "v . w"),
    ],
    ..Function::NEW
};

/// With arrays that are no lists: a contraction, or a reduction of the values of all pairs by a function that arrays are
/// reduced by. By other functions arrays of known dimensions are combined component by component.
fn inner_of_arrays(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (f, a, b) = (&args[0], &args[1], &args[2]);
    let g = args.get(3).map_or(Some(Sym::Plus), Expr::sym);
    let (left, right) = (dimension::of(session, a)?, dimension::of(session, b)?);
    let (Some(last), Some(first)) = (left.last(), right.first()) else { return Ok(None) };
    if dimension::differ(last, first) {
        let details = [last.clone(), integer(left.len()), a.clone(), first.clone(), b.clone()];
        session.message_of(call.head(), "incom", &details);
        return Ok(None);
    }
    let by = match g {
        Some(Sym::Plus) if f.is(Sym::Times) => {
            return session.evaluate_call(Sym::Dot, [a.clone(), b.clone()]).map(Some);
        }
        Some(Sym::Plus) => Sym::Total,
        Some(by @ (Sym::Times | Sym::Max | Sym::Min | Sym::And | Sym::Or)) => by,
        _ => return by_components(session, call),
    };
    let (rank, all) = (left.len(), left.len() + right.len() - 1);
    let places = Expr::list([labels(0..rank), labels(rank - 1..all)]);
    let values = session.evaluate_call(Sym::ArrayThread, [f.clone(), Expr::list([a.clone(), b.clone()]), places])?;
    session.evaluate_call(Sym::ArrayReduce, [by.into(), values, integer(rank)]).map(Some)
}

fn inner(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (f, a, b) = (&args[0], &args[1], &args[2]);
    let g = args.get(3).cloned().unwrap_or_else(|| Sym::Plus.into());
    for (position, list) in [(2, a), (3, b)] {
        if list.is_atom() {
            if !list.is_symbol() {
                session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(position), call.clone()]);
            }
            return Ok(None);
        }
    }
    if a.head() != b.head() {
        session.message_of(call.head(), "heads", &[a.head().clone(), b.head().clone()]);
        return Ok(None);
    }
    let rank = crate::lists::dimension::list_dimensions(a, usize::MAX);
    let length = rank.last().copied().unwrap_or(0);
    if length != b.len() {
        let details = [integer(length), integer(rank.len()), a.clone(), integer(b.len()), b.clone()];
        session.message_of(call.head(), "incom", &details);
        return Ok(None);
    }
    along_first(session, f, &g, a, b, rank.len()).map(Some)
}

fn along_first(session: &mut Session, f: &Expr, g: &Expr, a: &Expr, b: &Expr, rank: usize) -> Result<Expr, Flow> {
    if rank > 1 {
        let mut parts = Vec::with_capacity(a.len());
        for row in a.args().iter() {
            parts.push(along_first(session, f, g, row, b, rank - 1)?);
        }
        return Ok(Expr::normal(a.head().clone(), parts));
    }
    let left = a.args();
    let right = b.args();
    along_second(session, f, g, b.head(), &left, &right)
}

fn along_second(
    session: &mut Session,
    f: &Expr,
    g: &Expr,
    head: &Expr,
    left: &[Expr],
    right: &[Expr],
) -> Result<Expr, Flow> {
    session.tick()?;
    let length = right.first().map_or(0, Expr::len);
    let nested = !right.is_empty() && right.iter().all(|r| r.is_normal() && r.head() == head && r.len() == length);
    if !nested {
        let terms = left.iter().zip(right).map(|(a, b)| Expr::normal(f.clone(), [a.clone(), b.clone()]));
        return session.evaluate(&Expr::normal(g.clone(), terms.collect::<Vec<_>>()));
    }
    let mut parts = Vec::with_capacity(length);
    for i in 0..length {
        let column: Vec<Expr> = right.iter().map(|row| row.arg(i)).collect();
        parts.push(along_second(session, f, g, head, left, &column)?);
    }
    Ok(Expr::normal(head.clone(), parts))
}
