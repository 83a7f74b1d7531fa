//! `ComponentExpand`: array expressions written out in components.

use std::ops::ControlFlow;

use netform_eval::{ArrayPositions, Eval, Function, Session};
use netform_expr::{Expr, Sym, map_bottom_up};

use super::declared::{ASSUMPTIONS, assuming};
use super::{constant, symbol};
use crate::arrays::dimension::{integer, known};
use crate::arrays::grid::nest;

pub(super) const COMPONENT_EXPAND: Function = Function {
    name: "ComponentExpand",
    usage: "ComponentExpand[expr] writes the arrays of known dimensions in expr as lists of their components and evaluates: \
            recurrences over them are unrolled. The components of an array symbol a are Indexed[a, {i, ...}]. Assumptions \
            such as Element[x, Vectors[3]] declare symbols.",
    evaluate: Some(evaluate),
    arguments: Some((1, usize::MAX)),
    arrays: ArrayPositions::None,
    options: ASSUMPTIONS,
    examples: &[
        (
            "ComponentExpand[{a, b} + VectorSymbol[\"v\", 2]] === {a, b} + Array[Indexed[VectorSymbol[\"v\", 2], {#}] &, 2]",
            "True",
        ),
        ("ComponentExpand[SymbolicIdentityArray[{2}] . {x, y}]", "{x, y}"),
        ("ComponentExpand[x . x, Assumptions -> Element[x, Vectors[2]]]", "x[[1]]^2 + x[[2]]^2"),
        ("ComponentExpand[VectorSymbol[\"v\", n]] === VectorSymbol[\"v\", n]", "True"),
    ],
    ..Function::NEW
};

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    if let ControlFlow::Break(value) = assuming(session, call, 1, 1)? {
        return Ok(value);
    }
    if call.len() != 1 {
        session.message_argument_count(call, 1, 1);
        return Ok(None);
    }
    let array = call.arg(0);
    let written_out = map_bottom_up(&array, |e| components(&e).unwrap_or(e));
    if written_out == array {
        return Ok(Some(array));
    }
    session.evaluate(&written_out).map(Some)
}

/// The components of an array symbol or a constant array with integer dimensions.
fn components(e: &Expr) -> Option<Expr> {
    let dimensions = match e.head_sym()? {
        Sym::VectorSymbol | Sym::MatrixSymbol | Sym::ArraySymbol => symbol::dimensions(e)?,
        _ => return constant::written_out(e),
    };
    let levels = known(&dimensions).filter(|levels| !levels.is_empty())?;
    let count: usize = levels.iter().product();
    let element = |offset| Expr::call(Sym::Indexed, [e.clone(), Expr::list(positions(offset, &levels))]);
    let elements = (0..count).map(element);
    Some(nest(elements.collect(), &levels))
}

/// The positions, from 1, of the element at a row-major offset.
pub(super) fn positions(mut offset: usize, levels: &[usize]) -> Vec<Expr> {
    let mut positions = vec![Expr::integer(1); levels.len()];
    for (position, &size) in positions.iter_mut().zip(levels).rev() {
        *position = integer(offset % size + 1);
        offset /= size;
    }
    positions
}
