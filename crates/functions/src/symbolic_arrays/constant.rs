//! Constant arrays that are not written out: zeros, ones, identities.

use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use crate::arrays::dimension;
use crate::arrays::lowering::{lower_identity, lower_ones, lower_zeros};
use crate::arrays::messages::MESSAGES;

const CONSTANT: Function = Function {
    evaluate: Some(evaluate),
    arguments: Some((1, 1)),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(no_change),
    messages: MESSAGES,
    ..Function::NEW
};

pub(super) const SYMBOLIC_ZEROS_ARRAY: Function = Function {
    name: "SymbolicZerosArray",
    usage: "SymbolicZerosArray[{n, m, ...}] is the array of zeros of dimensions n, m, ...",
    lowering: Lowering::Rewrite(lower_zeros),
    examples: &[
        ("0 VectorSymbol[\"v\", n]", "SymbolicZerosArray[{n}]"),
        ("SymbolicZerosArray[{}]", "0"),
        ("ComponentExpand[SymbolicZerosArray[{2, 2}]]", "{{0, 0}, {0, 0}}"),
    ],
    ..CONSTANT
};

pub(super) const SYMBOLIC_ONES_ARRAY: Function = Function {
    name: "SymbolicOnesArray",
    usage: "SymbolicOnesArray[{n, m, ...}] is the array of ones of dimensions n, m, ...",
    lowering: Lowering::Rewrite(lower_ones),
    examples: &[
        ("VectorSymbol[\"v\", n]/VectorSymbol[\"v\", n]", "SymbolicOnesArray[{n}]"),
        ("ComponentExpand[SymbolicOnesArray[{2}]]", "{1, 1}"),
    ],
    ..CONSTANT
};

pub(super) const SYMBOLIC_IDENTITY_ARRAY: Function = Function {
    name: "SymbolicIdentityArray",
    usage: "SymbolicIdentityArray[{n}] is the identity matrix of n rows; SymbolicIdentityArray[{n, m, ...}] has dimensions \
            n, m, ..., n, m, ... and is 1 where the first positions equal the others, and 0 elsewhere.",
    shape: ShapeRule::Rule(shape_of_identity),
    lowering: Lowering::Rewrite(lower_identity),
    examples: &[
        ("Dimensions[SymbolicIdentityArray[{n}]]", "{n, n}"),
        ("ComponentExpand[SymbolicIdentityArray[{2}]]", "{{1, 0}, {0, 1}}"),
    ],
    ..CONSTANT
};

/// Brings a single size into a list; an array without levels is a number.
fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let argument = call.arg(0);
    let Some(dimensions) = dimension::stated(&argument) else {
        if let Some(head) = call.head_sym() {
            session.message(head, "dims", &[argument]);
        }
        return Ok(None);
    };
    if dimensions.is_empty() {
        return Ok(Some(Expr::integer(if call.has_head(Sym::SymbolicZerosArray) { 0 } else { 1 })));
    }
    Ok((!argument.is_list()).then(|| Expr::normal(call.head().clone(), [dimension::list(&dimensions)])))
}

fn stated(call: &Expr) -> Option<dimension::Dims> {
    (call.len() == 1).then(|| dimension::stated(&call.arg(0))).flatten()
}

fn shape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(stated(call).map_or(Shape::Unknown, Shape::Known))
}

fn shape_of_identity(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let Some(dimensions) = stated(call) else { return Ok(Shape::Unknown) };
    Ok(Shape::of(dimensions.iter().chain(&dimensions).cloned()))
}

fn no_change(session: &mut Session, call: &Expr, _: &[Expr]) -> Eval {
    let shape = session.shape_of(call)?;
    Ok(Some(Session::zeros(&shape)))
}
