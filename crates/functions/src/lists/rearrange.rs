//! `Join`, `Reverse`, `Riffle`: whole lists put together and turned.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::by_parts::by_parts;
use crate::arrays::linear::{Shares, carry_levels, with_first};
use crate::arrays::lowering::{lower_join, lower_reverse};
use netform_eval::{
    ArrayPositions, Derivative, Eval, Flow, Function, Linear, Linearity, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::dimension::{may_agree, sum};
use super::elements::{elements, is_association, select_arguments, with_elements};

/// Lists one after the other.
pub(super) const JOIN: Function = Function {
    name: "Join",
    usage: "Join[list1, list2, ...] gives one list of the elements of all lists. Join[list1, list2, ..., n] joins at \
            level n. Associations are joined too, later values of a key replacing earlier ones.",
    attributes: netform_expr::Attributes::FLAT.with(netform_expr::Attributes::ONE_IDENTITY),
    nests: Some(joins_at_another_level),
    arrays: ArrayPositions::All,
    on_arrays: Some(join_of_arrays),
    evaluate: Some(join),
    shape: ShapeRule::Rule(joined_shape),
    messages: &[
        ("heads", "Heads `1` and `2` are expected to be the same."),
        (
            "joined",
            "The expressions have too few levels to be joined at level `1`, or different numbers of elements above it.",
        ),
        NORMAL_MESSAGE,
    ],
    lowering: Lowering::Rewrite(lower_join),
    derivative: Derivative::Differential(crate::arrays::differentials::of_all_arguments),
    linear: crate::arrays::linear::JOINING,
    examples: &[
        ("Join[{a, b}, {c}, {d, e}]", "{a, b, c, d, e}"),
        ("Join[{{a, b}, {c, d}}, {{1}, {2}}, 2]", "{{a, b, 1}, {c, d, 2}}"),
        ("Join[<|a -> 1, b -> 2|>, <|a -> 3|>]", "<|a -> 3, b -> 2|>"),
        ("Join[VectorSymbol[\"v\", 3]]", "v"),
    ],
    ..Function::NEW
};

/// Whether a call within another one joins at a level behind the first, or the other one does.
fn joins_at_another_level(_: &mut Session, arguments: &[Expr], place: usize) -> Result<bool, Flow> {
    let deeper = |arguments: &[Expr]| arguments.last().and_then(Expr::as_usize).is_some_and(|level| level > 1);
    Ok(deeper(arguments) || deeper(&arguments[place].args()))
}

/// The lists of a call and the level at which they are joined.
fn lists_and_level(call: &Expr) -> (Vec<Expr>, usize) {
    let mut args = call.args().to_vec();
    let level = args.last().and_then(Expr::as_usize).filter(|level| *level > 0);
    if level.is_some() {
        args.pop();
    }
    (args, level.unwrap_or(1))
}

fn join(session: &mut Session, call: &Expr) -> Eval {
    let (lists, level) = lists_and_level(call);
    let Some(first) = lists.first() else { return Ok(Some(Expr::list([]))) };
    if let Some(position) = lists.iter().position(Expr::is_atom) {
        let args = [Expr::integer(position as i64 + 1), call.clone()];
        session.message_of(call.head(), NORMAL_MESSAGE.0, &args);
        return Ok(None);
    }
    if let Some(other) = lists.iter().find(|list| list.head() != first.head()) {
        session.message_of(call.head(), "heads", &[first.head().clone(), other.head().clone()]);
        return Ok(None);
    }
    let joined = joined(session, &lists, level)?;
    if joined.is_none() {
        session.message_of(call.head(), "joined", &[Expr::integer(level as i64)]);
    }
    Ok(joined)
}

fn joined(session: &mut Session, lists: &[Expr], level: usize) -> Result<Option<Expr>, Flow> {
    let Some(first) = lists.first() else { return Ok(None) };
    session.tick()?;
    // An array that is no list is joined as what it stands for, never by its head.
    let mut symbolic = false;
    for list in lists {
        symbolic |= session.is_symbolic_array(list)?;
    }
    if symbolic {
        let level = (level > 1).then(|| Expr::integer(level as i64));
        return Ok(Some(Expr::call(Sym::Join, lists.iter().cloned().chain(level))));
    }
    if lists.iter().any(|list| list.is_atom() || list.head() != first.head()) {
        return Ok(None);
    }
    if let Some(packed) = joined_arrays(lists, level) {
        return Ok(Some(packed));
    }
    if level == 1 {
        if first.has_head(Sym::Association) {
            return Ok(Some(joined_associations(lists)));
        }
        let parts: Vec<Expr> = lists.iter().flat_map(|list| list.args().into_owned()).collect();
        return Ok(Some(Expr::normal(first.head().clone(), parts)));
    }
    let lists: Vec<_> = lists.iter().map(elements).collect();
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    let mut rows = Vec::with_capacity(longest);
    for i in 0..longest {
        let row: Vec<Expr> = lists.iter().filter_map(|list| list.get(i).cloned()).collect();
        let Some(row) = joined(session, &row, level - 1)? else { return Ok(None) };
        rows.push(row);
    }
    Ok(Some(with_elements(first, rows)))
}

/// Packed arrays of one element type, which differ in the size of a level at most, are joined there by copying their elements.
fn joined_arrays(lists: &[Expr], level: usize) -> Option<Expr> {
    let arrays: Option<Vec<_>> = lists.iter().map(Expr::as_array).collect();
    let arrays = arrays?;
    let mut shape = arrays.first()?.shape().to_vec();
    let at = level - 1;
    let fits = |other: &[usize]| {
        other.len() == shape.len() && at < other.len() && other[..at] == shape[..at] && other[level..] == shape[level..]
    };
    if !arrays.iter().all(|array| fits(array.shape())) {
        return None;
    }
    shape[at] = arrays.iter().map(|array| array.shape()[at]).sum();
    let rows: usize = shape[..at].iter().product();
    // From each array in turn what it has of a row.
    fn woven<T: Copy>(parts: &[&[T]], rows: usize) -> Vec<T> {
        let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for row in 0..rows {
            for part in parts {
                let size = part.len() / rows;
                joined.extend_from_slice(&part[row * size..(row + 1) * size]);
            }
        }
        joined
    }
    let reals: Option<Vec<&[f64]>> = arrays.iter().map(|array| array.as_f64()).collect();
    let array = match reals {
        Some(parts) => netform_array::Array::from_f64(shape, woven(&parts, rows)),
        None => {
            let parts: Option<Vec<&[i64]>> = arrays.iter().map(|array| array.as_i64()).collect();
            netform_array::Array::from_i64(shape, woven(&parts?, rows))
        }
    };
    array.ok().map(Expr::array)
}

fn joined_associations(lists: &[Expr]) -> Expr {
    let mut entries: Vec<Expr> = Vec::new();
    let mut places = netform_expr::NodeMap::default();
    for entry in lists.iter().flat_map(|list| list.args().into_owned()) {
        let key = if entry.is_empty() { entry.clone() } else { entry.arg(0) };
        match places.get(&key) {
            Some(&place) => entries[place] = entry,
            None => {
                places.insert(key, entries.len());
                entries.push(entry);
            }
        }
    }
    Expr::call(Sym::Association, entries)
}

/// A single array needs no `Join`; explicit neighbours are joined.
fn join_of_arrays(session: &mut Session, call: &Expr) -> Eval {
    let (lists, level) = lists_and_level(call);
    if lists.len() == 1 {
        return Ok(Some(lists[0].clone()));
    }
    let mut parts: Vec<Expr> = Vec::with_capacity(lists.len());
    for list in lists {
        if list.is_list() && list.is_empty() && level == 1 {
            continue;
        }
        if let Some(last) = parts.last()
            && last.is_list()
            && list.is_list()
            && let Some(both) = joined(session, &[last.clone(), list.clone()], level)?
        {
            parts.pop();
            parts.push(both);
            continue;
        }
        parts.push(list);
    }
    let level = (level > 1).then(|| Expr::integer(level as i64));
    let simplified = Expr::call(Sym::Join, parts.into_iter().chain(level));
    Ok((simplified != *call).then_some(simplified))
}

fn joined_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let (lists, level) = lists_and_level(call);
    let mut along = Vec::with_capacity(lists.len());
    let mut others: Option<Vec<Expr>> = None;
    for list in &lists {
        let shape = session.shape_of(list)?;
        let mut dimensions = shape.dimensions().unwrap_or_default().to_vec();
        if dimensions.len() < level {
            return Ok(Shape::Unknown);
        }
        along.push(dimensions.remove(level - 1));
        if others.as_ref().is_some_and(|others| !may_agree(others, &dimensions)) {
            return Ok(Shape::Unknown);
        }
        others = Some(dimensions);
    }
    let Some(mut dimensions) = others else { return Ok(Shape::Unknown) };
    dimensions.insert(level - 1, sum(session, along)?);
    Ok(Shape::of(dimensions))
}

/// Lists turned around.
pub(super) const REVERSE: Function = Function {
    name: "Reverse",
    usage: "Reverse[expr] reverses the order of the elements of expr. Reverse[expr, n] reverses at level n, and \
            Reverse[expr, {n1, n2, ...}] at several levels.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(reverse_of_array),
    evaluate: Some(reverse),
    shape: ShapeRule::Rule(shape_where_there_are_levels),
    messages: &[NORMAL_MESSAGE, ("ilev", "The level specification `1` is not a positive integer or a list of these.")],
    lowering: Lowering::Rewrite(lower_reverse),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_levels),
        adjoint: Some(adjoint_of_reverse),
        selects: true,
    },
    examples: &[
        ("Reverse[{a, b, c}]", "{c, b, a}"),
        ("Reverse[{{a, b}, {c, d}}, 2]", "{{b, a}, {d, c}}"),
        ("Reverse[{{a, b}, {c, d}}, {1, 2}]", "{{d, c}, {b, a}}"),
        ("Reverse[Reverse[VectorSymbol[\"v\", n]]]", "v"),
    ],
    ..Function::NEW
};

/// The shape of the list, if it has the levels.
fn shape_where_there_are_levels(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let levels = call.args().get(1).map_or_else(Vec::new, |levels| match levels.args_of(Sym::List) {
        Some(levels) => levels.to_vec(),
        None => vec![levels.clone()],
    });
    let is_there = |level: &Expr| level.as_usize().is_none_or(|level| shape.rank().is_none_or(|rank| level <= rank));
    Ok(if levels.iter().all(is_there) { shape } else { Shape::Unknown })
}

fn levels_to_reverse(session: &mut Session, call: &Expr) -> Option<Vec<usize>> {
    let Some(levels) = call.args().get(1).cloned() else { return Some(vec![1]) };
    let numbers: Option<Vec<usize>> = match levels.as_usize() {
        Some(level) => Some(vec![level]),
        None if levels.is_list() => levels.args().iter().map(Expr::as_usize).collect(),
        None => None,
    };
    let numbers = numbers.filter(|levels| levels.iter().all(|level| *level > 0));
    if numbers.is_none() {
        session.message_of(call.head(), "ilev", &[levels]);
    }
    numbers
}

fn reverse(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let Some(levels) = levels_to_reverse(session, call) else { return Ok(None) };
    let deepest = levels.iter().copied().max().unwrap_or(0);
    reversed(session, &call.arg(0), &levels, 1, deepest).map(Some)
}

fn reversed(session: &mut Session, e: &Expr, levels: &[usize], level: usize, deepest: usize) -> Result<Expr, Flow> {
    if e.is_atom() || level > deepest {
        return Ok(e.clone());
    }
    if session.is_symbolic_array(e)? {
        let inner = levels.iter().filter(|l| **l >= level).map(|l| Expr::integer((l - level + 1) as i64));
        return Ok(Expr::call(Sym::Reverse, [e.clone(), Expr::list(inner)]));
    }
    session.tick()?;
    let order: Vec<usize> = if levels.contains(&level) { (0..e.len()).rev().collect() } else { (0..e.len()).collect() };
    let turned = select_arguments(e, &order);
    if level == deepest {
        return Ok(turned);
    }
    let mut parts = Vec::with_capacity(turned.len());
    for part in elements(&turned).iter() {
        parts.push(reversed(session, part, levels, level + 1, deepest)?);
    }
    Ok(with_elements(&turned, parts))
}

/// Two reversals of the same level are none.
fn reverse_of_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(mut levels) = levels_to_reverse(session, call) else { return Ok(None) };
    levels.sort_unstable();
    levels.dedup();
    let mut inner = call.arg(0);
    if inner.has_head(Sym::Reverse) {
        let Some(others) = levels_to_reverse(session, &inner) else { return Ok(None) };
        for level in others {
            match levels.iter().position(|l| *l == level) {
                Some(place) => {
                    levels.remove(place);
                }
                None => levels.push(level),
            }
        }
        levels.sort_unstable();
        inner = inner.arg(0);
    }
    let simplified = match levels.as_slice() {
        [] => inner,
        [1] => Expr::call(Sym::Reverse, [inner]),
        [level] => Expr::call(Sym::Reverse, [inner, Expr::integer(*level as i64)]),
        several => {
            let several = several.iter().map(|level| Expr::integer(*level as i64));
            Expr::call(Sym::Reverse, [inner, Expr::list(several)])
        }
    };
    Ok((simplified != *call).then_some(simplified))
}

fn adjoint_of_reverse(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let reversed = session.evaluate(&with_first(call, cotangent.clone()))?;
    Ok(Some(vec![(call.arg(0), reversed)]))
}

/// Something between the elements.
pub(super) const RIFFLE: Function = Function {
    name: "Riffle",
    usage: "Riffle[list, x] puts x between the elements of list. Riffle[{e1, e2, ...}, {x1, x2, ...}] takes the xi in \
            turn. Riffle[list, x, n] makes x every n-th element, Riffle[list, x, {imin, imax, n}] from position imin to \
            imax.",
    arguments: Some((2, 3)),
    arrays: ArrayPositions::At(&[1, 2]),
    evaluate: Some(riffle),
    messages: &[NORMAL_MESSAGE, ("rspec", "The specification `1` is not a positive integer or a triple of positions.")],
    on_arrays: Some(by_parts),
    examples: &[
        ("Riffle[{a, b, c}, x]", "{a, x, b, x, c}"),
        ("Riffle[{a, b, c}, {x, y, z}]", "{a, x, b, y, c, z}"),
        ("Riffle[{a, b, c, d}, x, 3]", "{a, b, x, c, d, x}"),
    ],
    ..Function::NEW
};

fn riffle(session: &mut Session, call: &Expr) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let (list, between) = (call.arg(0), call.arg(1));
    let items = list.args();
    let fillers = if between.is_list() { between.args().to_vec() } else { vec![between.clone()] };
    if is_association(&list) || fillers.is_empty() {
        return Ok(Some(list.clone()));
    }
    let length = items.len();
    let (first, last, step) = match call.args().get(2) {
        None => {
            let pairs = between.is_list() && fillers.len() == length;
            (2, if pairs { 2 * length } else { (2 * length).saturating_sub(1) } as i64, 2)
        }
        Some(spec) => {
            let numbers: Option<Vec<i64>> = match spec.as_i64() {
                Some(n) => Some(vec![n, -1, n]),
                None => spec.args().iter().map(Expr::as_i64).collect(),
            };
            match numbers.as_deref() {
                Some([from, to, step]) if *step > 1 && *from > 0 => (*from, *to, *step),
                Some([from, to, 1]) if *from > 0 && *to > 0 => (*from, *to, 1),
                _ => {
                    session.message_of(call.head(), "rspec", std::slice::from_ref(spec));
                    return Ok(None);
                }
            }
        }
    };
    let mut result = Vec::with_capacity(2 * length);
    let mut items = items.iter();
    let mut fillers = fillers.iter().cycle();
    let mut left = length;
    loop {
        let place = result.len() as i64 + 1;
        // A negative end counts from the end of the result: a filler may follow the last element.
        let within = if last >= 0 { place <= last } else { left as i64 > 0 || last == -1 };
        if place >= first && (place - first) % step == 0 && within {
            result.extend(fillers.next().cloned());
            continue;
        }
        let Some(item) = items.next() else { break };
        left -= 1;
        result.push(item.clone());
    }
    Ok(Some(Expr::normal(list.head().clone(), result)))
}
