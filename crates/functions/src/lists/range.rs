//! `Range`, `Subdivide`, `UnitVector`: lists of numbers by a formula.

use crate::arrays::lowering::lower_range;
use netform_array::Array;
use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::dimension::sum;
use crate::iterators::{Iteration, Reading};

/// No list with more elements than this is made.
pub(crate) const GREATEST_LENGTH: u64 = 1 << 28;
/// For lists longer than this it is worth to ask how much memory there is.
const LARGE: u64 = 1 << 16;

/// Whether so many elements are too many for one list, with a message. What comes near to the memory that the session may use
/// ends the evaluation.
pub(crate) fn is_too_long(session: &mut Session, call: &Expr, count: u64) -> Result<bool, Flow> {
    if count > GREATEST_LENGTH {
        let count =
            i64::try_from(count).map_or_else(|_| Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]), Expr::integer);
        session.message_of(call.head(), "large", &[count]);
        return Ok(true);
    }
    if count > LARGE {
        session.reserve(count * size_of::<Expr>() as u64)?;
    }
    Ok(false)
}

/// Arithmetic progressions.
pub(super) const RANGE: Function = Function {
    name: "Range",
    usage: "Range[n] gives {1, 2, ..., n}, Range[m, n] gives {m, ..., n}, and Range[m, n, d] goes in steps of d. \
            With a symbolic n it stays, an array of shape {n}.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 3)),
    evaluate: Some(range),
    shape: ShapeRule::Rule(range_shape),
    messages: &[("range", "Range specification in `1` does not have appropriate bounds.")],
    lowering: Lowering::Rewrite(lower_range),
    derivative: Derivative::Differential(crate::arrays::differentials::none),
    examples: &[
        ("Range[4]", "{1, 2, 3, 4}"),
        ("Range[2, 3, 1/2]", "{2, 5/2, 3}"),
        ("Range[3, 1, -1]", "{3, 2, 1}"),
        ("Range[x, x + 2]", "{x, 1 + x, 2 + x}"),
        ("Length[Range[n]]", "n"),
    ],
    ..Function::NEW
};

fn range(session: &mut Session, call: &Expr) -> Eval {
    let bounds = call.args();
    let specification = Expr::list([Sym::Null.into()].into_iter().chain(bounds.iter().cloned()));
    let iteration = match Iteration::read(session, &specification)? {
        Reading::Done(iteration) => iteration,
        Reading::Symbolic(_) => return Ok(None),
        Reading::Malformed => {
            session.message_of(call.head(), "range", std::slice::from_ref(call));
            return Ok(None);
        }
    };
    let count = iteration.count().unwrap_or(u64::MAX);
    if is_too_long(session, call, count)? {
        return Ok(None);
    }
    let start = if bounds.len() == 1 { Expr::integer(1) } else { bounds[0].clone() };
    let step = bounds.get(2).cloned().unwrap_or_else(|| Expr::integer(1));
    if let (Some(start), Some(step)) = (start.as_i64(), step.as_i64()) {
        let values: Option<Vec<i64>> =
            (0..count as i64).map(|k| k.checked_mul(step).and_then(|offset| offset.checked_add(start))).collect();
        if let Some(values) = values {
            return Ok(Array::from_i64([values.len()], values).ok().map(Expr::array));
        }
    }
    let mut values = Vec::with_capacity(count as usize);
    for k in 0..count {
        session.tick()?;
        values.push(iteration.value(session, k)?);
    }
    Ok(Some(Expr::list(values)))
}

fn range_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(match call.args().as_ref() {
        [n] => Shape::of([n.clone()]),
        [from, to] => {
            let before = Expr::call(Sym::Times, [Expr::integer(-1), from.clone()]);
            Shape::of([sum(session, [to.clone(), before, Expr::integer(1)])?])
        }
        _ => Shape::Unknown,
    })
}

/// Equal steps between two ends.
pub(super) const SUBDIVIDE: Function = Function {
    name: "Subdivide",
    usage: "Subdivide[n] gives the n + 1 points that cut the interval from 0 to 1 into n equal parts, Subdivide[max, n] \
            those from 0 to max, Subdivide[min, max, n] those from min to max.",
    arguments: Some((1, 3)),
    evaluate: Some(subdivide),
    messages: &[("sdmint", "The number of parts in `1` is expected to be a positive integer.")],
    examples: &[
        ("Subdivide[4]", "{0, 1/4, 1/2, 3/4, 1}"),
        ("Subdivide[10, 2]", "{0, 5, 10}"),
        ("Subdivide[-1, 1, 2]", "{-1, 0, 1}"),
        ("Subdivide[a, b, 2]", "{a, (a + b)/2, b}"),
    ],
    ..Function::NEW
};

fn subdivide(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let parts = &args[args.len() - 1];
    let Some(count) = parts.as_usize().filter(|n| *n > 0) else {
        if parts.is_number() {
            session.message_of(call.head(), "sdmint", std::slice::from_ref(call));
        }
        return Ok(None);
    };
    if is_too_long(session, call, count as u64)? {
        return Ok(None);
    }
    let (min, max) = match args.as_ref() {
        [_] => (Expr::integer(0), Expr::integer(1)),
        [max, _] => (Expr::integer(0), max.clone()),
        [min, max, ..] => (min.clone(), max.clone()),
        [] => return Ok(None),
    };
    subdivision(session, &min, &max, count).map(|points| Some(Expr::list(points)))
}

/// The points that cut an interval into `count` equal parts, both ends included.
pub(crate) fn subdivision(session: &mut Session, min: &Expr, max: &Expr, count: usize) -> Result<Vec<Expr>, Flow> {
    let inverse = session.evaluate_call(Sym::Power, [Expr::integer(count as i64), Expr::integer(-1)])?;
    let mut points = Vec::with_capacity(count + 1);
    for k in 0..=count {
        let (left, right) = (Expr::integer((count - k) as i64), Expr::integer(k as i64));
        let weighted = Expr::call(
            Sym::Plus,
            [Expr::call(Sym::Times, [left, min.clone()]), Expr::call(Sym::Times, [right, max.clone()])],
        );
        points.push(session.evaluate_call(Sym::Times, [inverse.clone(), weighted])?);
    }
    Ok(points)
}

/// Unit vectors.
pub(super) const UNIT_VECTOR: Function = Function {
    name: "UnitVector",
    attributes: netform_expr::Attributes::N_HOLD_ALL,
    usage: "UnitVector[k] gives the unit vector in the k-th direction of the plane. UnitVector[n, k] gives the one in n \
            dimensions.",
    arguments: Some((1, 2)),
    evaluate: Some(unit_vector),
    shape: ShapeRule::Rule(|_, call| Ok(Shape::of([if call.len() == 2 { call.arg(0) } else { Expr::integer(2) }]))),
    messages: &[("uvd", "The direction `1` is not one of `2` dimensions.")],
    examples: &[("UnitVector[3, 2]", "{0, 1, 0}"), ("UnitVector[1]", "{1, 0}")],
    ..Function::NEW
};

fn unit_vector(session: &mut Session, call: &Expr) -> Eval {
    let (n, k) = if call.len() == 2 { (call.arg(0), call.arg(1)) } else { (Expr::integer(2), call.arg(0)) };
    let (Some(n), Some(k)) = (n.as_usize(), k.as_usize()) else { return Ok(None) };
    if is_too_long(session, call, n as u64)? {
        return Ok(None);
    }
    if !(1..=n).contains(&k) {
        session.message_of(call.head(), "uvd", &[Expr::integer(k as i64), Expr::integer(n as i64)]);
        return Ok(None);
    }
    Ok(Some(Expr::list((1..=n).map(|i| Expr::integer(i64::from(i == k))))))
}
