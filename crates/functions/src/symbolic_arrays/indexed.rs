//! `Indexed`: an element of an array at positions that may be symbolic.

use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::symbol;
use crate::arrays::dimension::{self, Dims, integer};
use crate::arrays::lowering::lower_indexed;
use crate::arrays::messages::MESSAGES;

pub(super) const INDEXED: Function = Function {
    name: "Indexed",
    usage: "Indexed[a, {i, j, ...}] is the element of the array a at the positions i, j, ..., Indexed[a, i] the one at the \
            position i of its first level. It stays as it is where the element cannot be taken: components of array \
            symbols, positions that are no integers.",
    attributes: Attributes::N_HOLD_REST,
    evaluate: Some(evaluate),
    arguments: Some((2, 2)),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differential),
    linear: crate::arrays::linear::SELECTING,
    lowering: Lowering::Rewrite(lower_indexed),
    messages: MESSAGES,
    examples: &[
        ("Indexed[{a, b, c}, 2]", "b"),
        ("Indexed[{{a, b}, {c, d}}, {2, 1}]", "c"),
        ("Indexed[{a, b}, k]", "Indexed[{a, b}, k]"),
        ("Indexed[SymbolicZerosArray[{n}], {k}]", "0"),
        (
            "Indexed[Indexed[MatrixSymbol[\"m\", {2, 2}], {1}], {2}] === Indexed[MatrixSymbol[\"m\", {2, 2}], {1, 2}]",
            "True",
        ),
    ],
    ..Function::NEW
};

/// The positions of a call, and whether they were in a list.
fn positions(call: &Expr) -> Vec<Expr> {
    match call.arg(1).args_of(Sym::List) {
        Some(positions) => positions.into_owned(),
        None => vec![call.arg(1)],
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let positions = positions(call);
    let array = call.arg(0);
    if positions.is_empty() {
        return Ok(Some(array));
    }
    let dimensions = dimension::of(session, &array)?;
    if array.is_list() {
        return of_list(session, call, &array, positions);
    }
    if positions.len() > dimensions.len() {
        return Ok(None);
    }
    if positions.iter().any(selects_several) {
        return session.evaluate_call(Sym::Part, [array].into_iter().chain(positions)).map(Some);
    }
    for (position, size) in positions.iter().zip(&dimensions) {
        if let (Some(n), Some(size)) = (position.as_i64(), size.as_i64())
            && (n == 0 || n.abs() > size)
        {
            session.message(Sym::Indexed, "range", &[position.clone(), Expr::integer(size)]);
            return Ok(None);
        }
    }
    let positions = from_start(session, &positions, &dimensions)?;
    if let Some(element) = known_element(session, &array, &positions, &dimensions)? {
        return Ok(Some(element));
    }
    if array.has_head(Sym::Indexed) && array.len() == 2 {
        let all = self::positions(&array).into_iter().chain(positions);
        return session.evaluate_call(Sym::Indexed, [array.arg(0), Expr::list(all.collect::<Vec<_>>())]).map(Some);
    }
    if array.has_head(Sym::Part)
        && let Some(all) = through_part(session, &array.args()[1..], &positions)?
    {
        return session.evaluate_call(Sym::Indexed, [array.arg(0), Expr::list(all)]).map(Some);
    }
    let positions = symbol::in_order(&array, &positions);
    let result = Expr::call(Sym::Indexed, [array, Expr::list(positions)]);
    Ok(Some(result).filter(|result| result != call))
}

/// Takes leading integer positions out of a list.
fn of_list(session: &mut Session, call: &Expr, list: &Expr, positions: Vec<Expr>) -> Eval {
    let mut part = list.clone();
    let mut rest = positions.as_slice();
    while let Some((position, inner)) = rest.split_first()
        && part.is_list()
        && let Some(n) = position.as_i64()
    {
        let size = part.len() as i64;
        if n == 0 || n.abs() > size {
            session.message(Sym::Indexed, "range", &[position.clone(), Expr::integer(size)]);
            return Ok(None);
        }
        let from_start = if n < 0 { n + size } else { n - 1 };
        part = part.arg(usize::try_from(from_start).unwrap_or_default());
        rest = inner;
    }
    let result = match rest {
        [] => part,
        [single] if part.is_list() => Expr::call(Sym::Indexed, [part, single.clone()]),
        several => Expr::call(Sym::Indexed, [part, Expr::list(several.iter().cloned())]),
    };
    Ok(Some(result).filter(|result| result != call))
}

/// Whether a position of `Part` stands for several: a list, a span, `All`. Anything else, an integer
/// or an expression for one, is a single position.
pub(crate) fn selects_several(position: &Expr) -> bool {
    position.is_list() || position.is(Sym::All) || matches!(position.head_sym(), Some(Sym::Span | Sym::UpTo))
}

/// Negative positions counted from the start.
fn from_start(session: &mut Session, positions: &[Expr], dimensions: &[Expr]) -> Result<Vec<Expr>, Flow> {
    let mut counted = Vec::with_capacity(positions.len());
    for (position, size) in positions.iter().zip(dimensions) {
        counted.push(match position.as_i64() {
            Some(n) if n < 0 => dimension::add(session, size, &Expr::integer(n + 1))?,
            _ => position.clone(),
        });
    }
    Ok(counted)
}

/// The positions in an array of an element of a part of it: those that the part has taken, and in the
/// levels that it has left those of the element. `None` where that is not known.
fn through_part(session: &mut Session, part: &[Expr], element: &[Expr]) -> Result<Option<Vec<Expr>>, Flow> {
    let mut rest = element.iter();
    let mut positions = Vec::with_capacity(part.len() + element.len());
    for place in part {
        if !selects_several(place) {
            positions.push(place.clone());
            continue;
        }
        let Some(position) = rest.next() else { return Ok(None) };
        positions.push(match (place.head_sym(), place.args().as_ref(), position.as_usize()) {
            _ if place.is(Sym::All) => position.clone(),
            (Some(Sym::List), places, Some(n)) if (1..=places.len()).contains(&n) => places[n - 1].clone(),
            (Some(Sym::Span), [first, _], _) if first.as_usize().is_some() => {
                dimension::add(session, position, &Expr::integer(first.as_i64().unwrap_or(1) - 1))?
            }
            _ => return Ok(None),
        });
    }
    positions.extend(rest.cloned());
    Ok(Some(positions))
}

/// The element of an array whose elements are known by their positions.
fn known_element(
    session: &mut Session,
    array: &Expr,
    positions: &[Expr],
    dimensions: &Dims,
) -> Result<Option<Expr>, Flow> {
    let inner = Shape::of(dimensions[positions.len()..].iter().cloned());
    match array.head_sym() {
        Some(Sym::SymbolicZerosArray) => return Ok(Some(Session::zeros(&inner))),
        Some(Sym::SymbolicOnesArray) => return Ok(Some(Session::ones(&inner))),
        _ if inner.is_array() => return Ok(None),
        Some(Sym::SymbolicIdentityArray) => {}
        Some(Sym::Range) if array.len() == 1 => return Ok(Some(positions[0].clone())),
        _ => return Ok(None),
    }
    let (first, second) = positions.split_at(positions.len() / 2);
    let pairs = || first.iter().zip(second);
    if pairs().any(|(a, b)| matches!((a.as_i64(), b.as_i64()), (Some(a), Some(b)) if a != b)) {
        return Ok(Some(Expr::integer(0)));
    }
    let open = pairs().filter(|(a, b)| a != b);
    let factors: Vec<Expr> = open.map(|(a, b)| Expr::call(Sym::KroneckerDelta, [a.clone(), b.clone()])).collect();
    session.evaluate_call(Sym::Times, factors).map(Some)
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if call.len() != 2 {
        return Ok(Shape::Unknown);
    }
    let dimensions = dimension::of(session, &call.arg(0))?;
    let taken = positions(call).len().min(dimensions.len());
    Ok(Shape::of(dimensions[taken..].iter().cloned()))
}

/// The element of the differential.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    if differentials[0].is_integer(0) {
        return Ok(Some(integer(0)));
    }
    session.evaluate_call(Sym::Indexed, [differentials[0].clone(), call.arg(1)]).map(Some)
}
