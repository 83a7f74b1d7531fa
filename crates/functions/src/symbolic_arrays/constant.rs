//! Constant arrays that are not written out: zeros, ones, identities, products of Kronecker deltas.
//!
//! They stay as short as they are among symbolic arrays, and are written out beside explicit lists.

use netform_eval::{Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::component_expand::positions;
use crate::arrays::contract_freely;
use crate::arrays::dimension;
use crate::arrays::grid::nest;
use crate::arrays::lowering::{lower_identity, lower_ones, lower_zeros};
use crate::arrays::messages::MESSAGES;

const CONSTANT: Function = Function {
    attributes: Attributes::N_HOLD_ALL,
    evaluate: Some(evaluate),
    arguments: Some((1, 1)),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(no_change),
    written_out: Some(written_out),
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

pub(super) const SYMBOLIC_DELTA_PRODUCT_ARRAY: Function = Function {
    name: "SymbolicDeltaProductArray",
    attributes: Attributes::N_HOLD_ALL,
    usage: "SymbolicDeltaProductArray[{n, m, ...}, {{i, j}, ...}] is the array of dimensions n, m, ... that is 1 where the \
            positions at the levels i, j, ... of each list are equal, and 0 elsewhere. It is written with identities.",
    evaluate: Some(delta_product),
    arguments: Some((2, 2)),
    messages: &[(
        "levels",
        "`1` is not a list of lists of different levels, from 1 to `2`, of equal sizes: {{1, 2}, ...} is expected.",
    )],
    examples: &[
        ("SymbolicDeltaProductArray[{n, n}, {{1, 2}}]", "SymbolicIdentityArray[{n}]"),
        ("SymbolicDeltaProductArray[{n, m, n, m}, {{1, 3}, {2, 4}}]", "SymbolicIdentityArray[{n, m}]"),
        ("Normal[SymbolicDeltaProductArray[{2, 2, 2}, {{1, 2, 3}}]]", "{{{1, 0}, {0, 0}}, {{0, 0}, {0, 1}}}"),
    ],
    ..Function::NEW
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

/// Brings a single size into a list; an array without levels is a number. A pattern is no size.
fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let argument = call.arg(0);
    if argument.may_hold_pattern() {
        return Ok(None);
    }
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

/// Arrays with more elements are not written out.
const MOST_ELEMENTS: usize = 1 << 22;

/// The list of the elements, where all dimensions are known.
pub(super) fn written_out(e: &Expr) -> Option<Expr> {
    let dimensions = match e.head_sym()? {
        Sym::SymbolicZerosArray | Sym::SymbolicOnesArray => stated(e)?,
        Sym::SymbolicIdentityArray => {
            let half = stated(e)?;
            half.iter().chain(&half).cloned().collect()
        }
        _ => return None,
    };
    let levels = dimension::known(&dimensions).filter(|levels| !levels.is_empty())?;
    let count = levels.iter().try_fold(1_usize, |count, &size| count.checked_mul(size))?;
    if count > MOST_ELEMENTS {
        return None;
    }
    let elements = (0..count).map(|offset| match e.head_sym() {
        Some(Sym::SymbolicZerosArray) => Expr::integer(0),
        Some(Sym::SymbolicOnesArray) => Expr::integer(1),
        _ => {
            let positions = positions(offset, &levels);
            let (rows, columns) = positions.split_at(positions.len() / 2);
            Expr::integer(i64::from(rows == columns))
        }
    });
    Some(nest(elements.collect(), &levels))
}

/// The contraction of identities, each of the first level of a list and another one.
fn delta_product(session: &mut Session, call: &Expr) -> Eval {
    let (sizes, groups) = (call.arg(0), call.arg(1));
    if call.may_hold_pattern() {
        return Ok(None);
    }
    let Some(dimensions) = dimension::stated(&sizes).filter(|_| sizes.is_list()) else {
        session.message(Sym::SymbolicIdentityArray, "dims", &[sizes]);
        return Ok(None);
    };
    let level = |e: &Expr| e.as_usize().and_then(|level| level.checked_sub(1)).filter(|&axis| axis < dimensions.len());
    let group = |e: &Expr| -> Option<Vec<usize>> { e.args_of(Sym::List)?.iter().map(level).collect() };
    let stated: Option<Vec<Vec<usize>>> = groups.args_of(Sym::List).and_then(|all| all.iter().map(group).collect());
    let are_right = |groups: &Vec<Vec<usize>>| {
        let mut all: Vec<usize> = groups.concat();
        all.sort_unstable();
        all.windows(2).all(|pair| pair[0] != pair[1])
            && groups.iter().flatten().all(|&axis| axis < dimensions.len())
            && groups.iter().all(|group| group.iter().all(|&axis| dimensions[axis] == dimensions[group[0]]))
    };
    let Some(stated) = stated.filter(are_right) else {
        session.message(Sym::SymbolicDeltaProductArray, "levels", &[groups, dimension::integer(dimensions.len())]);
        return Ok(None);
    };
    let mut free: Vec<usize> = (0..dimensions.len()).collect();
    let (mut arrays, mut labels) = (Vec::new(), Vec::new());
    for pair in stated.iter().flat_map(|group| group.iter().skip(1).map(|&other| [group[0], other])) {
        arrays.push(Expr::call(Sym::SymbolicIdentityArray, [Expr::list([dimensions[pair[0]].clone()])]));
        labels.push(pair.to_vec());
        free.retain(|axis| !pair.contains(axis));
    }
    if !free.is_empty() {
        arrays
            .push(Expr::call(Sym::SymbolicOnesArray, [Expr::list(free.iter().map(|&axis| dimensions[axis].clone()))]));
        labels.push(free);
    }
    let all: Vec<usize> = (0..dimensions.len()).collect();
    contract_freely(session, &arrays, &labels, &all).map(Some)
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
