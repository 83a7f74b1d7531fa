//! `RotateLeft`, `RotateRight`: elements moved around the ends.

use super::elements::{elements, select_arguments, with_elements};
use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::by_parts::explicit;
use crate::arrays::differentials::of_first_argument;
use crate::arrays::dimension::{self, integer};
use crate::arrays::linear::SELECTING;
use crate::arrays::lowering::slice_axis;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

/// Elements moved to the left around the ends.
pub(super) const ROTATE_LEFT: Function = Function {
    name: "RotateLeft",
    usage: "RotateLeft[expr, n] moves the elements of expr n places to the left, around the ends; n is 1 if left out. \
            RotateLeft[expr, {n1, n2, ...}] rotates at successive levels.",
    evaluate: Some(|session, call| rotate(session, call, 1)),
    examples: &[
        ("RotateLeft[{a, b, c, d}]", "{b, c, d, a}"),
        ("RotateLeft[{a, b, c, d}, -1]", "{d, a, b, c}"),
        ("RotateLeft[{{a, b}, {c, d}}, {0, 1}]", "{{b, a}, {d, c}}"),
    ],
    ..ROTATION
};

/// Elements moved to the right around the ends.
pub(super) const ROTATE_RIGHT: Function = Function {
    name: "RotateRight",
    usage: "RotateRight[expr, n] moves the elements of expr n places to the right, around the ends; n is 1 if left out. \
            RotateRight[expr, {n1, n2, ...}] rotates at successive levels.",
    evaluate: Some(|session, call| rotate(session, call, -1)),
    examples: &[("RotateRight[{a, b, c, d}]", "{d, a, b, c}"), ("RotateRight[{a, b, c, d}, 2]", "{c, d, a, b}")],
    ..ROTATION
};

const ROTATION: Function = Function {
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(|session, call| {
        let shape = session.shape_of(&call.arg(0))?;
        let levels = amounts(call).map_or(1, |amounts| amounts.len());
        Ok(if shape.rank().is_none_or(|rank| levels <= rank) { shape } else { Shape::Unknown })
    }),
    derivative: Derivative::Differential(of_first_argument),
    linear: SELECTING,
    lowering: Lowering::Rewrite(lower_rotation),
    messages: &[NORMAL_MESSAGE, ("rspec", "The rotation specification `1` is not an integer or a list of integers.")],
    ..Function::NEW
};

/// By how many places the elements of each level move.
fn amounts(call: &Expr) -> Option<Vec<i64>> {
    match call.args().get(1) {
        None => Some(vec![1]),
        Some(amount) if amount.is_list() => amount.args().iter().map(Expr::as_i64).collect(),
        Some(amount) => amount.as_i64().map(|amount| vec![amount]),
    }
}

fn rotate(session: &mut Session, call: &Expr, direction: i64) -> Eval {
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    let Some(amounts) = amounts(call) else {
        session.message_of(call.head(), "rspec", &[call.arg(1)]);
        return Ok(None);
    };
    let Some(e) = explicit(session, &call.arg(0), amounts.len())? else { return Ok(None) };
    rotated(session, &e, &amounts, direction).map(Some)
}

fn rotated(session: &mut Session, e: &Expr, amounts: &[i64], direction: i64) -> Result<Expr, Flow> {
    let Some((first, rest)) = amounts.split_first() else { return Ok(e.clone()) };
    if e.is_atom() || e.is_empty() {
        return Ok(e.clone());
    }
    session.tick()?;
    let shift = (direction * first).rem_euclid(e.len() as i64) as usize;
    let order: Vec<usize> = (shift..e.len()).chain(0..shift).collect();
    let turned = select_arguments(e, &order);
    if rest.is_empty() {
        return Ok(turned);
    }
    let mut parts = Vec::with_capacity(turned.len());
    for part in elements(&turned).iter() {
        parts.push(rotated(session, part, rest, direction)?);
    }
    Ok(with_elements(&turned, parts))
}

/// Two parts of each level, exchanged; where its size is not known, the elements at the places from which they come.
fn lower_rotation(session: &mut Session, call: &Expr) -> Eval {
    let Some(amounts) = amounts(call) else { return Ok(None) };
    let direction = if call.has_head(Sym::RotateLeft) { 1 } else { -1 };
    let dimensions = dimension::of(session, &call.arg(0))?;
    let mut turned = call.arg(0);
    for (axis, amount) in amounts.into_iter().enumerate() {
        let Some(size) = dimensions.get(axis) else { return Ok(None) };
        let shift = amount.saturating_mul(direction);
        let Some(length) = size.as_i64() else {
            let places = session.parse_static("Mod[Range[#1] - 1 + #2, #1] + 1 &");
            let places = session.evaluate(&Expr::normal(places, [size.clone(), Expr::integer(shift)]))?;
            turned = Expr::call(Sym::ProgramGather, [turned, places, integer(axis + 1)]);
            continue;
        };
        let first = if length == 0 { 0 } else { shift.rem_euclid(length) };
        if first == 0 {
            continue;
        }
        let after = slice_axis(turned.clone(), axis, Expr::integer(first + 1), Expr::integer(length - first));
        let before = slice_axis(turned, axis, Expr::integer(1), Expr::integer(first));
        turned = Expr::call(Sym::ProgramConcatenate, [integer(axis + 1), after, before]);
    }
    Ok(Some(turned))
}
