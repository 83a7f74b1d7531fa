//! `Part`: the parts of an expression by position, key or span.

use crate::arrays::dimension::integer;
use crate::arrays::lowering::lower_part;
use netform_array::Array;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use crate::symbolic_arrays::selects_several;

use super::dimension::{nested, sum};
use super::elements::{elements, index_of_key, is_association, select_arguments, with_elements};
use super::take_drop::few;

/// Parts of expressions.
pub(super) const PART: Function = Function {
    name: "Part",
    usage: "expr[[i]] or Part[expr, i] gives part i of expr, counted from the end where i is negative; part 0 is the \
            head. expr[[i, j, ...]] gives part [[j, ...]] of part i. A specification may also be a list of positions, \
            a span m;;n;;s, All, or for associations Key[k] or a string.",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(part_of_array),
    evaluate: Some(part),
    assign: Some(crate::definitions::assign_part),
    shape: ShapeRule::Rule(shape),
    messages: PART_MESSAGES,
    lowering: Lowering::Rewrite(lower_part),
    derivative: Derivative::Differential(differential),
    linear: crate::arrays::linear::SELECTING,
    examples: &[
        ("{a, b, c}[[2]]", "b"),
        ("{a, b, c}[[-1]]", "c"),
        ("{{a, b}, {c, d}}[[All, 1]]", "{a, c}"),
        ("{a, b, c, d, e}[[2 ;; -1 ;; 2]]", "{b, d}"),
        ("f[x, y][[0]]", "f"),
        ("<|\"a\" -> 1, \"b\" -> 2|>[[\"b\"]]", "2"),
        ("MatrixSymbol[\"m\", {3, 2}][[1, 2]]", "m[[1, 2]]"),
        ("VectorSymbol[\"v\", 3][[-1]] === Indexed[VectorSymbol[\"v\", 3], {3}]", "True"),
    ],
    ..Function::NEW
};

/// The messages about wrong parts, which assignments to parts give too.
pub(super) const PART_MESSAGES: &[(&str, &str)] = &[
    ("partw", "Part `1` of `2` does not exist."),
    ("partd", "Part specification `1` is longer than depth of object."),
    ("pkspec1", "The expression `1` cannot be used as a part specification."),
    ("take", "Cannot take positions `1` through `2` in `3`."),
    ("key", "The key `1` does not exist in `2`."),
];

/// Spans of positions.
pub(super) const SPAN: Function = Function {
    name: "Span",
    usage: "m ;; n stands for the positions from m through n, and m ;; n ;; s for every s-th of them.",
    arguments: Some((2, 3)),
    examples: &[("{a, b, c, d}[[2 ;; 3]]", "{b, c}"), ("{a, b, c, d}[[;; ;; -1]]", "{d, c, b, a}")],
    ..Function::NEW
};

/// Numbers of elements, as far as there are so many.
pub(super) const UP_TO: Function = Function {
    name: "UpTo",
    usage: "UpTo[n] stands for n elements, or as many as there are.",
    arguments: Some((1, 1)),
    examples: &[("Take[{a, b}, UpTo[5]]", "{a, b}")],
    ..Function::NEW
};

/// What one part specification selects, as indices of arguments counted from 0.
pub(super) enum Selection {
    /// The head.
    Head,
    /// One part: the level vanishes.
    One(usize),
    /// Several parts: the level stays.
    Many(Vec<usize>),
    /// All parts, of an expression without parts none.
    All,
}

/// Why a part does not exist.
pub(crate) enum PartFault {
    /// There is no such position.
    Position(Expr),
    /// The specification has no meaning.
    Specification(Expr),
    /// The span leaves the expression.
    Span(i64, i64),
    /// The expression has fewer levels than the specification.
    Depth,
    /// There is no such key; in reading, it is `Missing`.
    Key(Expr),
}

impl PartFault {
    /// Tells the user.
    pub(super) fn report(&self, session: &mut Session, head: &Expr, whole: &Expr, specification: &Expr) {
        match self {
            PartFault::Position(place) => session.message_of(head, "partw", &[place.clone(), whole.clone()]),
            PartFault::Specification(e) => session.message_of(head, "pkspec1", std::slice::from_ref(e)),
            PartFault::Span(from, to) => {
                let bounds = [Expr::integer(*from), Expr::integer(*to), whole.clone()];
                session.message_of(head, "take", &bounds);
            }
            PartFault::Depth => session.message_of(head, "partd", std::slice::from_ref(specification)),
            PartFault::Key(key) => session.message_of(head, "key", &[key.clone(), whole.clone()]),
        }
    }
}

/// The index of position `place` among `length` parts.
fn index(place: i64, length: usize) -> Option<usize> {
    let index = if place > 0 { place - 1 } else { length as i64 + place };
    (place != 0 && (0..length as i64).contains(&index)).then_some(index as usize)
}

/// What a specification selects among `length` positions.
fn select_position(length: usize, specification: &Expr) -> Result<Selection, PartFault> {
    if let Some(place) = specification.as_i64() {
        if place == 0 {
            return Ok(Selection::Head);
        }
        return index(place, length).map(Selection::One).ok_or_else(|| PartFault::Position(specification.clone()));
    }
    if specification.is(Sym::All) {
        return Ok(Selection::All);
    }
    if specification.has_head(Sym::Span) {
        return span(length, specification).map(Selection::Many);
    }
    if specification.is_list() {
        let chosen: Result<Vec<usize>, PartFault> = specification
            .args()
            .iter()
            .map(|place| match place.as_i64() {
                Some(n) => index(n, length).ok_or_else(|| PartFault::Position(place.clone())),
                None => Err(PartFault::Specification(specification.clone())),
            })
            .collect();
        return chosen.map(Selection::Many);
    }
    Err(PartFault::Specification(specification.clone()))
}

/// What a specification selects in an expression.
pub(super) fn select(e: &Expr, specification: &Expr) -> Result<Selection, PartFault> {
    if !is_association(e) {
        return select_position(e.len(), specification);
    }
    let key_of = |item: &Expr| match item.head_sym() {
        Some(Sym::Key) if item.len() == 1 => Some(item.arg(0)),
        _ => item.as_str().map(|_| item.clone()),
    };
    if let Some(key) = key_of(specification) {
        return index_of_key(e, &key).map(Selection::One).ok_or(PartFault::Key(key));
    }
    if specification.is_list() && specification.args().iter().any(|item| key_of(item).is_some()) {
        let items = specification.args();
        let indices = items.iter().map(|item| match key_of(item) {
            Some(key) => index_of_key(e, &key).ok_or(PartFault::Key(key)),
            None => {
                item.as_i64().and_then(|place| index(place, e.len())).ok_or_else(|| PartFault::Position(item.clone()))
            }
        });
        return indices.collect::<Result<_, _>>().map(Selection::Many);
    }
    select_position(e.len(), specification)
}

/// The indices of a span among `length` positions.
pub(super) fn span(length: usize, span: &Expr) -> Result<Vec<usize>, PartFault> {
    let wrong = || PartFault::Specification(span.clone());
    let args = span.args();
    let (from, to) = match args.as_ref() {
        [from, to] | [from, to, _] => (from, to),
        _ => return Err(wrong()),
    };
    let step = match args.get(2) {
        None => 1,
        Some(step) if step.is(Sym::All) => 1,
        Some(step) => step.as_i64().filter(|step| *step != 0).ok_or_else(wrong)?,
    };
    let length = length as i64;
    let place = |bound: &Expr, if_all: i64| match bound {
        all if all.is(Sym::All) => Ok(if_all),
        up_to if up_to.has_head(Sym::UpTo) && up_to.len() == 1 => {
            up_to.arg(0).as_i64().map(|n| n.min(length)).ok_or_else(wrong)
        }
        other => other.as_i64().map(|n| if n < 0 { length + 1 + n } else { n }).ok_or_else(wrong),
    };
    // `;; ;; -1`, which reads as from 1 to the end in negative steps, means the whole backwards.
    let backwards = step < 0 && to.is(Sym::All) && from.is_integer(1);
    let first = if backwards { length } else { place(from, if step > 0 { 1 } else { length })? };
    let last = place(to, if step > 0 { length } else { 1 })?;
    let is_empty = if step > 0 { last < first } else { first < last };
    let near = |n: i64| (1..=length).contains(&n);
    if is_empty {
        // An empty span may stand just beside its neighbours, not further off.
        let adjacent =
            (last - first).abs() == 1 && (0..=length + 1).contains(&first) && (0..=length + 1).contains(&last);
        return if adjacent { Ok(Vec::new()) } else { Err(PartFault::Span(first, last)) };
    }
    if !near(first) || !near(last) {
        return Err(PartFault::Span(first, last));
    }
    let count = (last - first) / step;
    Ok((0..=count).map(|i| (first + i * step - 1) as usize).collect())
}

/// The part of the differential; a symbol that is not known to be an array has no parts to speak of.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    if call.arg(0).is_symbol() && !session.is_symbolic_array(&call.arg(0))? {
        return Ok(None);
    }
    crate::arrays::differentials::of_first_argument(session, call, differentials)
}

fn part(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    match part_of(session, &args[0], &args[1..], Seen::AsObjects)? {
        Ok(found) => Ok(Some(found)),
        Err(PartFault::Key(key)) => Ok(Some(Expr::call(Sym::Missing, [Expr::string("KeyAbsent"), key]))),
        Err(fault) => {
            fault.report(session, call.head(), &args[0], call);
            Ok(None)
        }
    }
}

/// Whether parts of objects are what their records say.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    /// They are; see [`netform_eval::ObjectParts`].
    AsObjects,
    /// All parts are those of the expression.
    AsWritten,
}

/// The part of an expression that a sequence of specifications selects.
///
/// # Errors
/// Where a shape rule evaluates something and that is left by a [`Flow`].
pub(super) fn part_of(
    session: &mut Session,
    e: &Expr,
    specifications: &[Expr],
    seen: Seen,
) -> Result<Result<Expr, PartFault>, Flow> {
    let Some((first, rest)) = specifications.split_first() else { return Ok(Ok(e.clone())) };
    if session.is_symbolic_array(e)? {
        let args = [e.clone()].into_iter().chain(specifications.iter().cloned());
        return Ok(Ok(Expr::call(Sym::Part, args)));
    }
    if let Some(array) = e.as_array()
        && let Some(selected) = part_of_packed(array, specifications)
    {
        return Ok(selected);
    }
    // A symbol of an array without levels is a number.
    if e.is_atom() || e.is_array_symbol() {
        let only_head = first.is_integer(0) && rest.is_empty();
        return Ok(if only_head { Ok(e.head().clone()) } else { Err(PartFault::Depth) });
    }
    session.tick()?;
    if let Seen::AsObjects = seen
        && !first.is_integer(0)
        && let Some(parts) = session.function_of(e.head()).and_then(|record| record.parts)
        && let Some(found) = (parts.part)(session, e, specifications)?
    {
        return Ok(Ok(found));
    }
    let indices = match select(e, first) {
        Err(fault) => return Ok(Err(fault)),
        Ok(Selection::Head) => return part_of(session, &e.head().clone(), rest, seen),
        Ok(Selection::One(i)) => {
            let element = if is_association(e) { e.arg(i).arg(1) } else { e.arg(i) };
            return part_of(session, &element, rest, seen);
        }
        Ok(Selection::Many(indices)) => Some(indices),
        Ok(Selection::All) => None,
    };
    let selected = indices.map_or_else(|| e.clone(), |indices| select_arguments(e, &indices));
    if rest.is_empty() {
        return Ok(Ok(selected));
    }
    let mut parts = Vec::with_capacity(selected.len());
    for element in elements(&selected).iter() {
        match part_of(session, element, rest, seen)? {
            Ok(part) => parts.push(part),
            Err(PartFault::Key(key)) => parts.push(Expr::call(Sym::Missing, [Expr::string("KeyAbsent"), key])),
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(with_elements(&selected, parts)))
}

/// Parts of a packed array without unpacking it. `None` where the general way has to be taken.
fn part_of_packed(array: &Array, specifications: &[Expr]) -> Option<Result<Expr, PartFault>> {
    if specifications.len() > array.rank() {
        return None;
    }
    let mut selections = Vec::with_capacity(specifications.len());
    for (specification, &length) in specifications.iter().zip(array.shape()) {
        match select_position(length, specification) {
            Ok(Selection::Head) => return None,
            Ok(selection) => selections.push(selection),
            Err(fault) => return Some(Err(fault)),
        }
    }
    let leading = selections.iter().take_while(|s| matches!(s, Selection::One(_))).count();
    let mut row = array.clone();
    for selection in &selections[..leading] {
        if let Selection::One(i) = selection {
            row = row.row(*i);
        }
    }
    let rest = &selections[leading..];
    if rest.is_empty() {
        return Some(Ok(Expr::array(row)));
    }
    Some(Ok(Expr::array(gather(&row, rest)?)))
}

/// The elements at the selected indices of the leading levels.
fn gather(array: &Array, selections: &[Selection]) -> Option<Array> {
    let shape = array.shape();
    let mut offsets = vec![0];
    let mut dimensions = Vec::new();
    for (selection, &length) in selections.iter().zip(shape) {
        let chosen: Vec<usize> = match selection {
            Selection::One(i) => vec![*i],
            Selection::Many(indices) => indices.clone(),
            Selection::All => (0..length).collect(),
            Selection::Head => return None,
        };
        if !matches!(selection, Selection::One(_)) {
            dimensions.push(chosen.len());
        }
        offsets = offsets.iter().flat_map(|&o| chosen.iter().map(move |&i| o * length + i)).collect();
    }
    let inner = &shape[selections.len()..];
    let size: usize = inner.iter().product();
    dimensions.extend_from_slice(inner);
    if dimensions.contains(&0) {
        return None;
    }
    fn copied<T: Copy>(values: &[T], offsets: &[usize], size: usize) -> Vec<T> {
        offsets.iter().flat_map(|&o| values[o * size..(o + 1) * size].iter().copied()).collect()
    }
    if let Some(values) = array.as_f64() {
        return Array::from_f64(dimensions, copied(values, &offsets, size)).ok();
    }
    Array::from_i64(dimensions, copied(array.as_i64()?, &offsets, size)).ok()
}

/// The size of a level, if it is known and a specification of positions in it can be gone through.
fn counted(dimension: &Expr, specification: &Expr) -> Option<usize> {
    if specification.has_head(Sym::Span) { few(dimension) } else { dimension.as_usize() }
}

/// Parts of a symbolic array, if the positions exist as far as is known: an element, or a part by single
/// positions, is a call of `Indexed`; what spans, lists and `All` select stays as it is.
fn part_of_array(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    if args.len() == 1 {
        return Ok(Some(args[0].clone()));
    }
    let shape = session.shape_of(&args[0])?;
    let dimensions = shape.dimensions().unwrap_or(&[]);
    if args.len() - 1 > dimensions.len() {
        PartFault::Depth.report(session, call.head(), &args[0], call);
        return Ok(None);
    }
    for (specification, dimension) in args[1..].iter().zip(dimensions) {
        let Some(length) = counted(dimension, specification) else { continue };
        match select_position(length, specification) {
            Err(fault @ (PartFault::Position(_) | PartFault::Span(..))) => {
                fault.report(session, call.head(), &args[0], call);
                return Ok(None);
            }
            Ok(Selection::Head) => {
                PartFault::Position(specification.clone()).report(session, call.head(), &args[0], call);
                return Ok(None);
            }
            _ => {}
        }
    }
    let places = plain_places(&args[1..], dimensions);
    if places.is_empty() {
        return Ok(Some(args[0].clone()));
    }
    if !places.iter().any(selects_several) {
        return session.evaluate_call(Sym::Indexed, [args[0].clone(), Expr::list(places)]).map(Some);
    }
    // A part of elements is one part.
    let inner = &args[0];
    let part = if inner.has_head(Sym::Indexed) && inner.len() == 2 {
        let outer = inner.arg(1);
        let outer = if outer.is_list() { outer.args().into_owned() } else { vec![outer] };
        [inner.arg(0)].into_iter().chain(outer).chain(places).collect::<Vec<_>>()
    } else {
        [inner.clone()].into_iter().chain(places).collect()
    };
    let part = Expr::call(Sym::Part, part);
    Ok(Some(part).filter(|part| part != call))
}

/// The same places as they are written shortest: counted from the start where lengths are known, spans
/// by their ends, and nothing for levels behind that stay whole.
fn plain_places(places: &[Expr], dimensions: &[Expr]) -> Vec<Expr> {
    let mut plain: Vec<Expr> = Vec::with_capacity(places.len());
    for (place, dimension) in places.iter().zip(dimensions) {
        let Some(length) = counted(dimension, place) else {
            let is_whole = place.has_head(Sym::Span)
                && (place.args().iter().enumerate())
                    .all(|(i, bound)| bound.is(Sym::All) || bound.is_integer(if i == 1 { -1 } else { 1 }));
            plain.push(if is_whole { Sym::All.into() } else { place.clone() });
            continue;
        };
        plain.push(match select_position(length, place) {
            Ok(Selection::One(index)) => integer(index + 1),
            Ok(Selection::Many(indices)) if place.has_head(Sym::Span) => {
                let is_run = indices.windows(2).all(|pair| pair[0] + 1 == pair[1]);
                match (indices.first(), indices.last()) {
                    _ if is_run && indices.len() == length => Sym::All.into(),
                    (Some(&first), Some(&last)) if is_run => {
                        Expr::call(Sym::Span, [integer(first + 1), integer(last + 1)])
                    }
                    _ => place.clone(),
                }
            }
            Ok(Selection::Many(indices)) => Expr::list(indices.into_iter().map(|index| integer(index + 1))),
            _ => place.clone(),
        });
    }
    while plain.last().is_some_and(|place| place.is(Sym::All)) {
        plain.pop();
    }
    plain
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let args = call.args();
    let array = session.shape_of(&args[0])?;
    let Some(dimensions) = array.dimensions() else { return Ok(Shape::Unknown) };
    if args.len() - 1 > dimensions.len() {
        return Ok(Shape::Unknown);
    }
    let mut outer = Vec::new();
    for (specification, dimension) in args[1..].iter().zip(dimensions) {
        match selected_size(session, specification, dimension)? {
            Some(Some(size)) => outer.push(size),
            Some(None) => {}
            None => return Ok(Shape::Unknown),
        }
    }
    Ok(nested(outer, &Shape::of(dimensions[args.len() - 1..].iter().cloned())))
}

/// How many elements a specification selects: `Some(None)` if the level vanishes, `None` if that is
/// not known.
fn selected_size(session: &mut Session, specification: &Expr, dimension: &Expr) -> Result<Option<Option<Expr>>, Flow> {
    if specification.is(Sym::All) {
        return Ok(Some(Some(dimension.clone())));
    }
    if specification.is_list() {
        return Ok(Some(Some(Expr::integer(specification.len() as i64))));
    }
    if !specification.has_head(Sym::Span) {
        return Ok(if specification.is_integer(0) { None } else { Some(None) });
    }
    if let Some(length) = few(dimension) {
        return Ok(span(length, specification).ok().map(|indices| Some(Expr::integer(indices.len() as i64))));
    }
    let args = specification.args();
    let step = match args.get(2) {
        None => 1,
        Some(step) if step.is(Sym::All) => 1,
        Some(step) => match step.as_i64().filter(|step| *step != 0) {
            Some(step) => step,
            None => return Ok(None),
        },
    };
    if args.len() < 2 || args.iter().any(|bound| bound.has_head(Sym::UpTo)) {
        return Ok(None);
    }
    let mut place = |bound: &Expr, if_all: Expr| match bound.as_i64() {
        _ if bound.is(Sym::All) => Ok(if_all),
        Some(n) if n < 0 => sum(session, [dimension.clone(), Expr::integer(n + 1)]),
        _ => Ok(bound.clone()),
    };
    let ends = [Expr::integer(1), dimension.clone()];
    let backwards = step < 0 && args[1].is(Sym::All) && args[0].is_integer(1);
    let first = if backwards { dimension.clone() } else { place(&args[0], ends[usize::from(step < 0)].clone())? };
    let last = place(&args[1], ends[usize::from(step > 0)].clone())?;
    // From the first position to the last one, forwards or backwards.
    let sign = Expr::integer(step.signum());
    let before = Expr::call(Sym::Times, [Expr::integer(-1), first]);
    let distance = sum(session, [last, before])?;
    let distance = session.evaluate_call(Sym::Expand, [Expr::call(Sym::Times, [sign, distance])])?;
    let jumps = match step.unsigned_abs() {
        1 => distance,
        step => session.evaluate_call(Sym::Quotient, [distance, Expr::integer(step as i64)])?,
    };
    Ok(Some(Some(sum(session, [jumps, Expr::integer(1)])?)))
}
