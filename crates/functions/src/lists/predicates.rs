//! Tests for lists and arrays: `ListQ`, `VectorQ`, `MatrixQ`, `ArrayQ`, `AtomQ`.
//!
//! A symbolic array passes the test of its rank, since it stands for the array.

use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, ShapeRule};
use netform_expr::pattern::Pattern;
use netform_expr::{Expr, Sym};

use super::dimension::list_dimensions;

const TEST: Function = Function { shape: ShapeRule::Scalar, ..Function::NEW };

/// Whether something is a list.
pub(super) const LIST_Q: Function = Function {
    name: "ListQ",
    usage: "ListQ[expr] gives True if the head of expr is List, and False otherwise.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(Expr::boolean(call.arg(0).is_list())))),
    examples: &[("ListQ[{a, b}]", "True"), ("ListQ[f[a]]", "False")],
    ..TEST
};

/// Whether something has no parts.
pub(super) const ATOM_Q: Function = Function {
    name: "AtomQ",
    usage: "AtomQ[expr] gives True if expr cannot be divided into parts, and False otherwise. Numbers, strings, \
            symbols and associations are atoms.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| {
        let e = call.arg(0);
        Ok(Some(Expr::boolean(e.is_atom() || super::elements::is_association(&e))))
    }),
    examples: &[("AtomQ[x]", "True"), ("AtomQ[1/2]", "True"), ("AtomQ[f[x]]", "False")],
    ..TEST
};

/// Whether something is a vector.
pub(super) const VECTOR_Q: Function = Function {
    name: "VectorQ",
    usage: "VectorQ[expr] gives True if expr is a list none of whose elements are lists, or a symbolic vector. \
            VectorQ[expr, test] gives True only if test gives True for each element.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(|session, call| symbolic(session, call, 1)),
    evaluate: Some(|session, call| {
        let tested = call.len() == 2;
        let e = call.arg(0);
        let rank = if e.is_list() { rank_of(session, &e)? } else { 0 };
        let flat = rank == 1 && (tested || !e.args().iter().any(Expr::is_list));
        Ok(Some(Expr::boolean(flat && elements_pass(session, &e, 1, tested.then(|| call.arg(1)))?)))
    }),
    examples: &[
        ("VectorQ[{a, b, c}]", "True"),
        ("VectorQ[{{a}, {b}}]", "False"),
        ("VectorQ[{1, 2, x}, NumberQ]", "False"),
        ("VectorQ[VectorSymbol[\"v\", 3]]", "True"),
    ],
    ..TEST
};

/// Whether something is a matrix.
pub(super) const MATRIX_Q: Function = Function {
    name: "MatrixQ",
    usage: "MatrixQ[expr] gives True if expr is a rectangular list of lists whose elements are no lists, or a symbolic \
            matrix. MatrixQ[expr, test] gives True only if test gives True for each element.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(|session, call| symbolic(session, call, 2)),
    evaluate: Some(|session, call| {
        let tested = call.len() == 2;
        let e = call.arg(0);
        let rank = if e.is_list() { rank_of(session, &e)? } else { 0 };
        let flat = (rank == 2 || rank > 2 && tested)
            && (tested || e.as_array().is_some() || !e.args().iter().any(|row| row.args().iter().any(Expr::is_list)));
        Ok(Some(Expr::boolean(flat && elements_pass(session, &e, 2, tested.then(|| call.arg(1)))?)))
    }),
    examples: &[
        ("MatrixQ[{{a, b}, {c, d}}]", "True"),
        ("MatrixQ[{{a, b}, {c}}]", "False"),
        ("MatrixQ[{{1, 2}, {3, x}}, NumberQ]", "False"),
    ],
    ..TEST
};

/// Whether something is a rectangular array.
pub(super) const ARRAY_Q: Function = Function {
    name: "ArrayQ",
    usage: "ArrayQ[expr] gives True if expr is a rectangular array of any rank. ArrayQ[expr, pattern] requires the \
            rank to match the pattern, and ArrayQ[expr, pattern, test] requires the test to give True for each element.",
    arguments: Some((1, 3)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(|session, call| {
        let rank = session.shape_of(&call.arg(0))?.rank().unwrap_or(0);
        Ok(Some(Expr::boolean(rank > 0 && call.len() < 3 && rank_matches(session, call, rank)?)))
    }),
    evaluate: Some(array_q),
    examples: &[
        ("ArrayQ[{{a, b}, {c, d}}]", "True"),
        ("ArrayQ[{{a, b}, {c}}]", "False"),
        ("ArrayQ[{{1, 2}, {3, 4}}, 2, NumberQ]", "True"),
        ("ArrayQ[{1, 2}, 2 | 3]", "False"),
    ],
    ..TEST
};

fn array_q(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if !e.is_list() {
        return Ok(Some(Expr::boolean(false)));
    }
    let rank = rank_of(session, &e)?;
    let test = (call.len() == 3).then(|| call.arg(2));
    let full = test.is_some() || !has_list_at(&e, rank);
    let is_array = full && rank_matches(session, call, rank)? && elements_pass(session, &e, rank, test)?;
    Ok(Some(Expr::boolean(is_array)))
}

fn rank_matches(session: &mut Session, call: &Expr, rank: usize) -> Result<bool, Flow> {
    if call.len() < 2 {
        return Ok(true);
    }
    let pattern = Pattern::new(&call.arg(1));
    pattern.is_match(&Expr::integer(rank as i64), session)
}

/// The number of rectangular levels of an explicit list, symbolic elements included.
fn rank_of(session: &mut Session, e: &Expr) -> Result<usize, Flow> {
    if e.may_hold_array_symbol()
        && let Some(rank) = session.shape_of(e)?.rank()
    {
        return Ok(rank);
    }
    Ok(list_dimensions(e, usize::MAX).len())
}

fn symbolic(session: &mut Session, call: &Expr, rank: usize) -> Eval {
    let shape = session.shape_of(&call.arg(0))?;
    Ok(Some(Expr::boolean(call.len() == 1 && shape.rank() == Some(rank))))
}

/// Whether some element below `levels` levels of lists is a list.
fn has_list_at(e: &Expr, levels: usize) -> bool {
    if e.as_array().is_some() {
        return false;
    }
    if levels == 0 { e.is_list() } else { e.args().iter().any(|item| has_list_at(item, levels - 1)) }
}

fn elements_pass(session: &mut Session, e: &Expr, levels: usize, test: Option<Expr>) -> Result<bool, Flow> {
    let Some(test) = test else { return Ok(true) };
    if levels == 0 {
        session.tick()?;
        return session.is_true(&Expr::normal(test, [e.clone()]));
    }
    if let Some(array) = e.as_array()
        && levels == array.rank()
        && matches!(test.sym(), Some(Sym::NumberQ | Sym::NumericQ))
    {
        return Ok(true);
    }
    for item in e.args().iter() {
        if !elements_pass(session, item, levels - 1, Some(test.clone()))? {
            return Ok(false);
        }
    }
    Ok(true)
}
