//! `TensorDimensions` and `TensorRank`: dimensions and number of levels of any array.

use netform_eval::{ArrayPositions, Eval, Function, Session, Shape, ShapeRule};
use netform_expr::Expr;

use crate::arrays::dimension::{self, integer};

pub(super) const TENSOR_DIMENSIONS: Function = Function {
    name: "TensorDimensions",
    usage: "TensorDimensions[a] gives the dimensions of an array, explicit or symbolic.",
    evaluate: Some(dimensions),
    arguments: Some((1, 1)),
    arrays: ArrayPositions::None,
    examples: &[
        ("TensorDimensions[{{1, 2, 3}, {4, 5, 6}}]", "{2, 3}"),
        ("TensorDimensions[Tanh[MatrixSymbol[\"m\", {n, 3}]]]", "{n, 3}"),
        ("TensorDimensions[x]", "TensorDimensions[x]"),
    ],
    ..Function::NEW
};

pub(super) const TENSOR_RANK: Function = Function {
    name: "TensorRank",
    usage: "TensorRank[a] gives the number of levels of an array, explicit or symbolic.",
    evaluate: Some(rank),
    arguments: Some((1, 1)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Scalar,
    examples: &[
        ("TensorRank[ArraySymbol[\"a\", {n, 2, 2}]]", "3"),
        ("TensorRank[{{1, 2}, {3, 4}}]", "2"),
        ("TensorRank[7]", "0"),
    ],
    ..Function::NEW
};

fn dimensions(session: &mut Session, call: &Expr) -> Eval {
    Ok(match session.shape_of(&call.arg(0))? {
        Shape::Known(dimensions) => Some(dimension::list(&dimensions)),
        Shape::Unknown => None,
    })
}

fn rank(session: &mut Session, call: &Expr) -> Eval {
    Ok(session.shape_of(&call.arg(0))?.rank().map(integer))
}
