//! `TensorDimensions` and `TensorRank`: dimensions and number of levels of any array.

use std::ops::ControlFlow;

use netform_eval::{ArrayPositions, Eval, Function, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::declared::{ASSUMPTIONS, assuming};
use crate::arrays::dimension::{self, integer};

pub(super) const TENSOR_DIMENSIONS: Function = Function {
    name: "TensorDimensions",
    usage: "TensorDimensions[a] gives the dimensions of an array, explicit or symbolic. Assumptions such as \
            Element[x, Vectors[n]], Element[x, Matrices[{m, n}]] and Element[x, Arrays[{m, ...}]] declare symbols.",
    evaluate: Some(|session, call| of_array(session, call, dimensions)),
    options: ASSUMPTIONS,
    arrays: ArrayPositions::None,
    examples: &[
        ("TensorDimensions[{{1, 2, 3}, {4, 5, 6}}]", "{2, 3}"),
        ("TensorDimensions[Tanh[MatrixSymbol[\"m\", {n, 3}]]]", "{n, 3}"),
        ("TensorDimensions[x]", "TensorDimensions[x]"),
        ("TensorDimensions[w . x, Assumptions -> {Element[w, Matrices[{m, n}]], Element[x, Vectors[n]]}]", "{m}"),
        ("Assuming[Element[x, Vectors[n]], TensorDimensions[2 x]]", "{n}"),
    ],
    ..Function::NEW
};

pub(super) const TENSOR_RANK: Function = Function {
    name: "TensorRank",
    usage: "TensorRank[a] gives the number of levels of an array, explicit or symbolic.",
    evaluate: Some(|session, call| of_array(session, call, rank)),
    options: ASSUMPTIONS,
    arrays: ArrayPositions::None,
    shape: ShapeRule::Scalar,
    examples: &[
        ("TensorRank[ArraySymbol[\"a\", {n, 2, 2}]]", "3"),
        ("TensorRank[{{1, 2}, {3, 4}}]", "2"),
        ("TensorRank[7]", "0"),
    ],
    ..Function::NEW
};

pub(super) const TENSOR_TRANSPOSE: Function = Function {
    name: "TensorTranspose",
    usage: "TensorTranspose[a, {n1, n2, ...}] is the array a with its level k as level nk, as Transpose gives it.",
    evaluate: Some(transpose),
    options: ASSUMPTIONS,
    arrays: ArrayPositions::None,
    examples: &[
        ("TensorTranspose[{{a, b}, {c, d}}, {2, 1}]", "{{a, c}, {b, d}}"),
        ("Dimensions[TensorTranspose[ArraySymbol[\"a\", {2, 3, n}], {3, 1, 2}]]", "{3, n, 2}"),
    ],
    ..Function::NEW
};

fn transpose(session: &mut Session, call: &Expr) -> Eval {
    if let ControlFlow::Break(value) = assuming(session, call, 2, 2)? {
        return Ok(value);
    }
    if call.len() != 2 {
        session.message_argument_count(call, 2, 2);
        return Ok(None);
    }
    match session.shape_of(&call.arg(0))? {
        Shape::Known(dimensions) if !dimensions.is_empty() => {
            session.evaluate_call(Sym::Transpose, call.args().iter().cloned()).map(Some)
        }
        _ => Ok(None),
    }
}

/// The value of a function of one array, which assumptions may declare.
fn of_array(session: &mut Session, call: &Expr, value: fn(&mut Session, &Expr) -> Eval) -> Eval {
    if let ControlFlow::Break(value) = assuming(session, call, 1, 1)? {
        return Ok(value);
    }
    if call.len() != 1 {
        session.message_argument_count(call, 1, 1);
        return Ok(None);
    }
    value(session, call)
}

fn dimensions(session: &mut Session, call: &Expr) -> Eval {
    Ok(match session.shape_of(&call.arg(0))? {
        Shape::Known(dimensions) => Some(dimension::list(&dimensions)),
        Shape::Unknown => None,
    })
}

fn rank(session: &mut Session, call: &Expr) -> Eval {
    Ok(session.shape_of(&call.arg(0))?.rank().map(integer))
}
