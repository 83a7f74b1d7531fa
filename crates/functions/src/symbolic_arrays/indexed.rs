//! `Indexed`: an element of an array at positions that may be symbolic.

use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

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
    linear: crate::arrays::linear::LEADING,
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
    for (position, size) in positions.iter().zip(&dimensions) {
        if let (Some(n), Some(size)) = (position.as_i64(), size.as_i64())
            && (n == 0 || n.abs() > size)
        {
            session.message(Sym::Indexed, "range", &[position.clone(), Expr::integer(size)]);
            return Ok(None);
        }
    }
    let positions = from_start(&positions, &dimensions);
    if let Some(element) = known_element(session, &array, &positions, &dimensions)? {
        return Ok(Some(element));
    }
    let (array, positions) = if array.has_head(Sym::Indexed) && array.len() == 2 {
        let outer = self::positions(&array);
        (array.arg(0), outer.into_iter().chain(positions).collect())
    } else {
        (array, positions)
    };
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

/// Negative positions counted from the start, where sizes are known.
fn from_start(positions: &[Expr], dimensions: &[Expr]) -> Vec<Expr> {
    let count = |(position, size): (&Expr, &Expr)| match (position.as_i64(), size.as_i64()) {
        (Some(n), Some(size)) if n < 0 => Expr::integer(n + size + 1),
        _ => position.clone(),
    };
    positions.iter().zip(dimensions).map(count).collect()
}

/// The element of an array whose elements are known by their positions.
fn known_element(
    session: &mut Session,
    array: &Expr,
    positions: &[Expr],
    dimensions: &Dims,
) -> Result<Option<Expr>, Flow> {
    if positions.len() != dimensions.len() {
        return Ok(None);
    }
    Ok(match array.head_sym() {
        Some(Sym::SymbolicZerosArray) => Some(Expr::integer(0)),
        Some(Sym::SymbolicOnesArray) => Some(Expr::integer(1)),
        Some(Sym::SymbolicIdentityArray) => {
            let (first, second) = positions.split_at(positions.len() / 2);
            let pairs = || first.iter().zip(second);
            if pairs().any(|(a, b)| matches!((a.as_i64(), b.as_i64()), (Some(a), Some(b)) if a != b)) {
                return Ok(Some(Expr::integer(0)));
            }
            let open = pairs().filter(|(a, b)| a != b);
            let factors: Vec<Expr> =
                open.map(|(a, b)| Expr::call(Sym::KroneckerDelta, [a.clone(), b.clone()])).collect();
            Some(session.evaluate_call(Sym::Times, factors)?)
        }
        Some(Sym::Range) if array.len() == 1 => Some(positions[0].clone()),
        _ => None,
    })
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
