//! `Flatten`: levels of lists taken away.

use super::levels::{NORMAL_MESSAGE, is_infinity};
use crate::arrays::dimension;
use crate::arrays::linear::Shares;
use crate::arrays::lowering::lower_flatten;
use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Linearity, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::dimension::product;

/// Nested lists made flat.
pub(super) const FLATTEN: Function = Function {
    name: "Flatten",
    usage: "Flatten[list] flattens nested lists. Flatten[list, n] flattens n levels, Flatten[list, n, h] parts with \
            head h. Flatten[list, {{s11, s12, ...}, {s21, ...}, ...}] combines the levels sij into level i of the \
            result, which also transposes ragged lists.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(flatten_of_array),
    evaluate: Some(flatten),
    shape: ShapeRule::Rule(shape),
    messages: &[
        NORMAL_MESSAGE,
        ("flpi", "Levels to be flattened together in `1` should be lists of positive integers."),
        ("flrep", "Level `1` specified in `2` should not be repeated."),
        ("fldep", "Level `1` specified in `2` exceeds the levels that can be flattened together in `3`."),
    ],
    lowering: Lowering::Rewrite(lower_flatten),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: Linear { arguments: Linearity::First, carry: Some(carry), adjoint: Some(adjoint), selects: true },
    examples: &[
        ("Flatten[{{a, b}, {c, {d}, e}, {f}}]", "{a, b, c, d, e, f}"),
        ("Flatten[{{a, {b}}, c}, 1]", "{a, {b}, c}"),
        ("Flatten[f[f[a], g[f[b]]]]", "f[a, g[f[b]]]"),
        ("Flatten[{{a, b}, {c, d}, {e}}, {{2}, {1}}]", "{{a, c, e}, {b, d}}"),
        ("Flatten[VectorSymbol[\"v\", n]]", "v"),
    ],
    ..Function::NEW
};

/// Levels that become one are a reshape.
fn carry(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    if call.args().get(1).is_some_and(Expr::is_list) {
        return Ok(None);
    }
    let mut target = dimension::of(session, call)?;
    target.extend(carrier.levels().iter().cloned());
    let carried = carrier.carried(session, &call.arg(0))?;
    session.evaluate_call(Sym::ArrayReshape, [carried, dimension::list(&target)]).map(Some)
}

fn adjoint(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    if call.args().get(1).is_some_and(Expr::is_list) {
        return Ok(None);
    }
    let target = dimension::of(session, &call.arg(0))?;
    let share = session.evaluate_call(Sym::ArrayReshape, [cotangent.clone(), dimension::list(&target)])?;
    Ok(Some(vec![(call.arg(0), share)]))
}

fn flatten(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let e = &args[0];
    if e.is_atom() {
        session.message_of(call.head(), NORMAL_MESSAGE.0, &[Expr::integer(1), call.clone()]);
        return Ok(None);
    }
    let depth = match args.get(1) {
        None => usize::MAX,
        Some(n) if is_infinity(n) => usize::MAX,
        Some(n) if n.is_list() => return flatten_levels(session, call, e, n),
        Some(n) => match n.as_usize() {
            Some(levels) => levels,
            None => {
                session.message_of(call.head(), "flpi", std::slice::from_ref(n));
                return Ok(None);
            }
        },
    };
    let head = args.get(2).unwrap_or_else(|| e.head());
    if let (Some(array), true) = (e.as_array(), args.len() < 3 || head.is(Sym::List)) {
        let (joined, kept) = array.shape().split_at(depth.saturating_add(1).min(array.rank()));
        let mut shape = vec![joined.iter().product()];
        shape.extend_from_slice(kept);
        return Ok(array.reshape(shape).ok().map(Expr::array));
    }
    if e.may_hold_array_symbol() && head.is(Sym::List) && e.is_list() && session.shape_of(e)?.dimensions().is_some() {
        return flatten_list_of_arrays(session, e, depth).map(Some);
    }
    let mut flat = Vec::new();
    push_flat(session, e, head, depth, &mut flat)?;
    Ok(Some(Expr::normal(e.head().clone(), flat)))
}

/// Puts the parts of an expression on a list, parts with the given head flattened to a depth.
fn push_flat(session: &mut Session, e: &Expr, head: &Expr, depth: usize, flat: &mut Vec<Expr>) -> Result<(), Flow> {
    let mut stack: Vec<(Expr, usize)> = e.args().iter().rev().map(|arg| (arg.clone(), depth)).collect();
    while let Some((part, depth)) = stack.pop() {
        session.tick()?;
        if depth > 0 && part.is_normal() && part.head() == head {
            stack.extend(part.args().iter().rev().map(|arg| (arg.clone(), depth - 1)));
        } else {
            flat.push(part);
        }
    }
    Ok(())
}

/// A rectangular list with symbolic arrays among its elements is the join of these.
fn flatten_list_of_arrays(session: &mut Session, e: &Expr, depth: usize) -> Result<Expr, Flow> {
    let mut elements = Vec::new();
    let mut stack: Vec<(Expr, usize)> = vec![(e.clone(), depth)];
    let mut plain: Vec<Expr> = Vec::new();
    let mut has_arrays = false;
    while let Some((part, depth)) = stack.pop() {
        if part.is_list() && (depth > 0 || part == *e) {
            let below = if part == *e { depth } else { depth - 1 };
            stack.extend(part.args().iter().rev().map(|arg| (arg.clone(), below)));
        } else if depth > 0 && session.is_symbolic_array(&part)? {
            has_arrays = true;
            if !plain.is_empty() {
                elements.push(Expr::list(std::mem::take(&mut plain)));
            }
            let deeper = session.shape_of(&part)?.rank().unwrap_or(1) > 1 && depth > 1;
            let levels = Expr::integer(depth.min(i64::MAX as usize) as i64 - 1);
            elements.push(match (deeper, depth) {
                (false, _) => part,
                (true, usize::MAX) => Expr::call(Sym::Flatten, [part]),
                (true, _) => Expr::call(Sym::Flatten, [part, levels]),
            });
        } else {
            plain.push(part);
        }
    }
    if !has_arrays {
        return Ok(Expr::list(plain));
    }
    if !plain.is_empty() {
        elements.push(Expr::list(plain));
    }
    Ok(Expr::call(Sym::Join, elements))
}

/// The levels that become each level of the result, down to the deepest one that is mentioned: those that are not mentioned
/// follow on their own. `None` after a message.
fn groups_of_levels(session: &mut Session, call: &Expr, groups: &Expr) -> Option<Vec<Vec<usize>>> {
    let items = groups.args();
    let groups_of_levels: Option<Vec<Vec<usize>>> = if items.iter().all(Expr::is_list) {
        items.iter().map(|group| group.args().iter().map(Expr::as_usize).collect()).collect()
    } else {
        items.iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>().map(|levels| vec![levels])
    };
    let Some(mut levels) = groups_of_levels.filter(|all| all.iter().flatten().all(|level| *level > 0)) else {
        session.message_of(call.head(), "flpi", std::slice::from_ref(groups));
        return None;
    };
    let mut used: Vec<usize> = levels.concat();
    used.sort_unstable();
    if let Some(pair) = used.windows(2).find(|pair| pair[0] == pair[1]) {
        session.message_of(call.head(), "flrep", &[Expr::integer(pair[0] as i64), groups.clone()]);
        return None;
    }
    let deepest = used.last().copied().unwrap_or(0);
    levels.extend((1..=deepest).filter(|level| !used.contains(level)).map(|level| vec![level]));
    Some(levels)
}

/// Flattening by groups of levels: result level i runs through the levels of group i.
fn flatten_levels(session: &mut Session, call: &Expr, e: &Expr, groups: &Expr) -> Eval {
    let Some(levels) = groups_of_levels(session, call, groups) else { return Ok(None) };
    let deepest = levels.iter().flatten().max().copied().unwrap_or(0);
    let mut entries: Vec<(Vec<usize>, Expr)> = Vec::new();
    if !collect_entries(session, e, e.head(), deepest, &mut Vec::new(), &mut entries)? {
        let args = [Expr::integer(deepest as i64), groups.clone(), e.clone()];
        session.message_of(call.head(), "fldep", &args);
        return Ok(None);
    }
    let mut keyed: Vec<(Vec<Vec<usize>>, Expr)> = entries
        .into_iter()
        .map(|(path, part)| (levels.iter().map(|group| group.iter().map(|l| path[l - 1]).collect()).collect(), part))
        .collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(nest(&keyed, 0, levels.len(), e.head())))
}

fn collect_entries(
    session: &mut Session,
    e: &Expr,
    head: &Expr,
    depth: usize,
    path: &mut Vec<usize>,
    entries: &mut Vec<(Vec<usize>, Expr)>,
) -> Result<bool, Flow> {
    if depth == 0 {
        entries.push((path.clone(), e.clone()));
        return Ok(true);
    }
    if e.is_atom() || e.head() != head {
        return Ok(false);
    }
    session.tick()?;
    for (i, arg) in e.args().iter().enumerate() {
        path.push(i);
        let complete = collect_entries(session, arg, head, depth - 1, path, entries)?;
        path.pop();
        if !complete {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sorted entries nested by their keys.
fn nest(entries: &[(Vec<Vec<usize>>, Expr)], level: usize, levels: usize, head: &Expr) -> Expr {
    if level + 1 == levels || levels == 0 {
        return Expr::normal(head.clone(), entries.iter().map(|(_, part)| part.clone()));
    }
    let runs = entries.chunk_by(|a, b| a.0[level] == b.0[level]);
    Expr::normal(head.clone(), runs.map(|run| nest(run, level + 1, levels, head)).collect::<Vec<_>>())
}

/// How many levels `Flatten[a, ...]` joins into one, for an array of this rank.
fn joined_levels(call: &Expr, rank: usize) -> Option<usize> {
    match call.args().get(1) {
        None => Some(rank),
        Some(n) if is_infinity(n) => Some(rank),
        Some(n) => n.as_usize().map(|n| n.saturating_add(1).min(rank)),
    }
}

fn flatten_of_array(session: &mut Session, call: &Expr) -> Eval {
    if let (Some(groups), 2) = (call.args().get(1).filter(|groups| groups.is_list()), call.len()) {
        return flatten_levels_of_array(session, call, groups);
    }
    let rank = session.shape_of(&call.arg(0))?.rank().unwrap_or(0);
    Ok((joined_levels(call, rank) == Some(1) && call.len() < 3).then(|| call.arg(0)))
}

/// Levels brought into the order of the groups, and each group made one level.
fn flatten_levels_of_array(session: &mut Session, call: &Expr, groups: &Expr) -> Eval {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(dimensions) = shape.dimensions() else { return Ok(None) };
    let Some(mut levels) = groups_of_levels(session, call, groups) else { return Ok(None) };
    let deepest = levels.iter().flatten().max().copied().unwrap_or(0);
    if deepest > dimensions.len() {
        let args = [Expr::integer(deepest as i64), groups.clone(), call.arg(0)];
        session.message_of(call.head(), "fldep", &args);
        return Ok(None);
    }
    levels.extend((deepest + 1..=dimensions.len()).map(|level| vec![level]));
    let order = levels.concat();
    let mut places = vec![Expr::integer(0); order.len()];
    for (place, level) in order.iter().enumerate() {
        places[level - 1] = Expr::integer(place as i64 + 1);
    }
    let mut array = call.arg(0);
    if !order.is_sorted() {
        array = session.evaluate_call(Sym::Transpose, [array, Expr::list(places)])?;
    }
    if levels.iter().all(|group| group.len() == 1) {
        return Ok(Some(array));
    }
    let mut sizes = Vec::with_capacity(levels.len());
    for group in &levels {
        sizes.push(product(session, group.iter().map(|level| dimensions[level - 1].clone()))?);
    }
    session.evaluate_call(Sym::ArrayReshape, [array, Expr::list(sizes)]).map(Some)
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(dimensions) = shape.dimensions() else { return Ok(Shape::Unknown) };
    let Some(levels) = joined_levels(call, dimensions.len()) else { return Ok(Shape::Unknown) };
    let (joined, kept) = dimensions.split_at(levels);
    let length = product(session, joined.iter().cloned())?;
    Ok(Shape::of([length].into_iter().chain(kept.iter().cloned())))
}
