//! `Length`, `Dimensions`, `ArrayDepth`: how large a list or an array is.

use netform_eval::{ArrayPositions, Eval, Function, Session, ShapeRule};
use netform_expr::Expr;

use super::dimension::list_dimensions;
use super::elements::is_association;
use crate::call_options::CallOptions;

/// The number of elements of an expression.
pub(super) const LENGTH: Function = Function {
    name: "Length",
    usage: "Length[expr] gives the number of elements of expr. The length of a symbolic array is its first dimension.",
    arguments: Some((1, 1)),
    arrays: ArrayPositions::All,
    on_arrays: Some(length_of_array),
    evaluate: Some(length),
    shape: ShapeRule::Scalar,
    examples: &[
        ("Length[{a, b, c}]", "3"),
        ("Length[a + b + c + d]", "4"),
        ("Length[<|a -> 1, b -> 2|>]", "2"),
        ("Length[VectorSymbol[\"v\", n]]", "n"),
    ],
    ..Function::NEW
};

fn length(_: &mut Session, call: &Expr) -> Eval {
    Ok(Some(Expr::integer(call.arg(0).len() as i64)))
}

fn length_of_array(session: &mut Session, call: &Expr) -> Eval {
    let shape = session.shape_of(&call.arg(0))?;
    Ok(shape.dimensions().and_then(|dimensions| dimensions.first()).cloned())
}

/// The dimensions of a list or array.
pub(super) const DIMENSIONS: Function = Function {
    name: "Dimensions",
    usage: "Dimensions[expr] gives the list of the dimensions of expr. \
            Dimensions[expr, n] gives the dimensions down to level n.",
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(dimensions_of_array),
    evaluate: Some(dimensions),
    options: &[("AllowedHeads", "Automatic")],
    messages: &[("depth", "A positive integer or Infinity is expected as the number of levels in `1`.")],
    examples: &[
        ("Dimensions[{{a, b, c}, {d, e, f}}]", "{2, 3}"),
        ("Dimensions[{{a, b}, {c}}]", "{2}"),
        ("Dimensions[{{{a}, {b}}}, 2]", "{1, 2}"),
        ("Dimensions[MatrixSymbol[\"m\", {n, 3}]]", "{n, 3}"),
    ],
    ..Function::NEW
};

fn most_levels(session: &mut Session, call: &Expr, arguments: &[Expr]) -> Option<usize> {
    match arguments.get(1) {
        None => Some(usize::MAX),
        Some(n) if super::levels::is_infinity(n) => Some(usize::MAX),
        Some(n) => {
            let levels = n.as_usize();
            if levels.is_none() {
                session.message_of(call.head(), "depth", std::slice::from_ref(call));
            }
            levels
        }
    }
}

fn dimensions(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 1, 2) else { return Ok(None) };
    let Some(most) = most_levels(session, call, &options.arguments) else { return Ok(None) };
    let e = &options.arguments[0];
    if e.may_hold_array_symbol()
        && let Some(found) = session.shape_of(e)?.dimensions()
    {
        return Ok(Some(Expr::list(found.iter().take(most).cloned())));
    }
    let found = if is_association(e) { vec![e.len()] } else { list_dimensions(e, most) };
    Ok(Some(Expr::list(found.into_iter().map(|n| Expr::integer(n as i64)))))
}

fn dimensions_of_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 1, 2) else { return Ok(None) };
    let Some(most) = most_levels(session, call, &options.arguments) else { return Ok(None) };
    let shape = session.shape_of(&options.arguments[0])?;
    Ok(shape.dimensions().map(|found| Expr::list(found.iter().take(most).cloned())))
}

/// The number of levels of a rectangular list or array.
pub(super) const ARRAY_DEPTH: Function = Function {
    name: "ArrayDepth",
    usage: "ArrayDepth[expr] gives the number of levels to which expr is a rectangular array.",
    arguments: Some((1, 1)),
    arrays: ArrayPositions::All,
    on_arrays: Some(depth_of_array),
    evaluate: Some(array_depth),
    shape: ShapeRule::Scalar,
    examples: &[
        ("ArrayDepth[{{a, b}, {c, d}}]", "2"),
        ("ArrayDepth[{{a}, {c, d}}]", "1"),
        ("ArrayDepth[ArraySymbol[\"a\", {2, 3, 4}]]", "3"),
    ],
    ..Function::NEW
};

fn array_depth(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if e.may_hold_array_symbol() && session.shape_of(&e)?.rank().is_some() {
        return depth_of_array(session, call);
    }
    let levels = if e.is_list() { list_dimensions(&e, usize::MAX).len() } else { 0 };
    Ok(Some(Expr::integer(levels as i64)))
}

fn depth_of_array(session: &mut Session, call: &Expr) -> Eval {
    let rank = session.shape_of(&call.arg(0))?.rank();
    Ok(rank.map(|rank| Expr::integer(rank as i64)))
}
