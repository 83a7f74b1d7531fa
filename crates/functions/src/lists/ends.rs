//! `First`, `Last`, `Rest`, `Most`: the ends of a list.

use super::levels::{NORMAL_MESSAGE, is_atomic_argument};
use crate::arrays::lowering::{lower_end, lower_without_end};
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::{sum, with_first};
use super::elements::{elements, select_arguments};

/// The first element.
pub(super) const FIRST: Function = Function {
    name: "First",
    usage: "First[expr] gives the first element of expr. First[expr, default] gives default if there is none.",
    evaluate: Some(|session, call| end(session, call, "nofirst", |items| items.first())),
    messages: &[("nofirst", "`1` has zero length and no first element."), NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_end),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[("First[{a, b, c}]", "a"), ("First[{}, x]", "x"), ("First[<|a -> 1, b -> 2|>]", "1")],
    ..END
};

/// The last element.
pub(super) const LAST: Function = Function {
    name: "Last",
    usage: "Last[expr] gives the last element of expr. Last[expr, default] gives default if there is none.",
    evaluate: Some(|session, call| end(session, call, "nolast", |items| items.last())),
    messages: &[("nolast", "`1` has zero length and no last element."), NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_end),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[
        ("Last[{a, b, c}]", "c"),
        ("Last[{}, x]", "x"),
        ("Last[a + b]", "b"),
        ("Last[VectorSymbol[\"v\", n]]", "v[[n]]"),
    ],
    ..END
};

const END: Function = Function {
    attributes: netform_expr::Attributes::HOLD_REST,
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(end_of_array),
    shape: ShapeRule::Rule(element_shape),
    ..Function::NEW
};

fn end(session: &mut Session, call: &Expr, tag: &str, pick: fn(&[Expr]) -> Option<&Expr>) -> Eval {
    let e = call.arg(0);
    if e.is_atom() {
        if call.len() == 2 {
            return Ok(Some(call.arg(1)));
        }
        is_atomic_argument(session, call, 1);
        return Ok(None);
    }
    if e.as_array().is_some() {
        let index = if call.head().is(Sym::First) { 0 } else { e.len() - 1 };
        return Ok(Some(e.arg(index)));
    }
    if let Some(element) = pick(&elements(&e)) {
        return Ok(Some(element.clone()));
    }
    if call.len() == 2 {
        return Ok(Some(call.arg(1)));
    }
    session.message_of(call.head(), tag, &[e]);
    Ok(None)
}

/// The element of a symbolic array at an end.
fn end_of_array(session: &mut Session, call: &Expr) -> Eval {
    let array = call.arg(0);
    let length = session.shape_of(&array)?.dimensions().and_then(|dimensions| dimensions.first()).cloned();
    if length.as_ref().is_some_and(|length| length.is_integer(0)) {
        if call.len() == 2 {
            return Ok(Some(call.arg(1)));
        }
        session.message_of(call.head(), if call.has_head(Sym::First) { "nofirst" } else { "nolast" }, &[array]);
        return Ok(None);
    }
    let place = if call.has_head(Sym::First) { 1 } else { -1 };
    session.evaluate_call(Sym::Indexed, [array, Expr::list([Expr::integer(place)])]).map(Some)
}

fn element_shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    Ok(session.shape_of(&call.arg(0))?.element())
}

/// All elements but the first.
pub(super) const REST: Function = Function {
    name: "Rest",
    usage: "Rest[expr] gives expr without its first element.",
    evaluate: Some(|session, call| without_end(session, call, "norest", |n| (1..n).collect())),
    messages: &[("norest", "Cannot take the rest of the expression `1`, which has zero length."), NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_without_end),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[("Rest[{a, b, c}]", "{b, c}"), ("Rest[f[x, y]]", "f[y]")],
    ..REMAINDER
};

/// All elements but the last.
pub(super) const MOST: Function = Function {
    name: "Most",
    usage: "Most[expr] gives expr without its last element.",
    evaluate: Some(|session, call| without_end(session, call, "nomost", |n| (0..n - 1).collect())),
    messages: &[("nomost", "Cannot take the most of the expression `1`, which has zero length."), NORMAL_MESSAGE],
    lowering: Lowering::Rewrite(lower_without_end),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: crate::arrays::linear::SELECTING,
    examples: &[("Most[{a, b, c}]", "{a, b}"), ("Most[<|a -> 1, b -> 2|>]", "<|a -> 1|>")],
    ..REMAINDER
};

const REMAINDER: Function = Function {
    arguments: Some((1, 1)),
    arrays: ArrayPositions::At(&[1]),
    shape: ShapeRule::Rule(shape_without_end),
    ..Function::NEW
};

fn without_end(session: &mut Session, call: &Expr, tag: &str, kept: fn(usize) -> Vec<usize>) -> Eval {
    let e = call.arg(0);
    if is_atomic_argument(session, call, 1) {
        return Ok(None);
    }
    if e.is_empty() {
        session.message_of(call.head(), tag, &[e]);
        return Ok(None);
    }
    Ok(Some(select_arguments(&e, &kept(e.len()))))
}

fn shape_without_end(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(length) = shape.dimensions().and_then(|dimensions| dimensions.first()).cloned() else {
        return Ok(Shape::Unknown);
    };
    let shorter = sum(session, [length, Expr::integer(-1)])?;
    Ok(with_first(&shape, shorter))
}
