//! `ArrayFlatten`: arrays of blocks.

use netform_eval::{ArrayPositions, Eval, Flow, Function, Session, Shape};
use netform_expr::{Expr, Sym};

use super::dimension::list_dimensions;
use crate::arrays::dimension::{self, Dims, integer};

/// A matrix of matrices made one matrix.
pub(super) const ARRAY_FLATTEN: Function = Function {
    name: "ArrayFlatten",
    usage: "ArrayFlatten[{{m11, m12, ...}, {m21, ...}, ...}] gives the single matrix made of the blocks mij; a block \
            that is a number or symbol fills its place. ArrayFlatten[a, r] flattens r pairs of levels.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(of_array),
    evaluate: Some(array_flatten),
    messages: &[(
        "depth",
        "The array of blocks `1` has not the `2` levels that are flattened, or its blocks do not fit.",
    )],
    examples: &[
        ("ArrayFlatten[{{{{1, 2}, {3, 4}}, {{5}, {6}}}}]", "{{1, 2, 5}, {3, 4, 6}}"),
        ("ArrayFlatten[{{{{a}}, 0}, {0, {{b, c}}}}]", "{{a, 0, 0}, {0, b, c}}"),
        (
            "ArrayFlatten[{{MatrixSymbol[\"a\", {m, m}], 0}, {0, MatrixSymbol[\"b\", {n, n}]}}]",
            "Join[Join[a, SymbolicZerosArray[{m, n}], 2], Join[SymbolicZerosArray[{n, m}], b, 2]]",
        ),
    ],
    ..Function::NEW
};

fn array_flatten(session: &mut Session, call: &Expr) -> Eval {
    let rank = call.args().get(1).map_or(Some(2), Expr::as_usize);
    let e = call.arg(0);
    let blocks = rank.map(|rank| (rank, list_dimensions(&e, rank)));
    let Some((rank, outer)) = blocks.filter(|(rank, outer)| *rank > 0 && outer.len() == *rank) else {
        let rank = rank.map_or_else(|| call.arg(1), |rank| Expr::integer(rank as i64));
        session.message_of(call.head(), "depth", &[e, rank]);
        return Ok(None);
    };
    if e.may_hold_array_symbol()
        && let Some(joined) = joined_arrays(session, &e, &outer)?
    {
        return joined.map_or_else(
            || {
                session.message_of(call.head(), "depth", &[e.clone(), integer(rank)]);
                Ok(None)
            },
            |joined| Ok(Some(joined)),
        );
    }
    let sizes = block_sizes(&e, &outer, rank);
    let joined = sizes.and_then(|sizes| joined_blocks(&e, &sizes, &mut vec![0; rank], 0));
    if joined.is_none() {
        session.message_of(call.head(), "depth", &[e, Expr::integer(rank as i64)]);
    }
    Ok(joined)
}

/// An array of at least 2 r levels that is no list: level k and level r + k become one.
fn of_array(session: &mut Session, call: &Expr) -> Eval {
    let rank = call.args().get(1).map_or(Some(2), Expr::as_usize).filter(|rank| *rank > 0);
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Some(rank) = rank.filter(|rank| 2 * rank <= dimensions.len()) else {
        let rank = call.args().get(1).cloned().unwrap_or_else(|| Expr::integer(2));
        session.message_of(call.head(), "depth", &[call.arg(0), rank]);
        return Ok(None);
    };
    let place = |level: usize| match level {
        level if level < rank => 2 * level,
        level if level < 2 * rank => 2 * (level - rank) + 1,
        level => level,
    };
    let places = Expr::list((0..dimensions.len()).map(|level| integer(place(level) + 1)));
    let transposed = session.evaluate_call(Sym::Transpose, [call.arg(0), places])?;
    let mut sizes = Vec::with_capacity(dimensions.len() - rank);
    for level in 0..rank {
        sizes.push(dimension::multiply(session, &dimensions[level], &dimensions[rank + level])?);
    }
    sizes.extend(dimensions[2 * rank..].iter().cloned());
    session.evaluate_call(Sym::ArrayReshape, [transposed, Expr::list(sizes)]).map(Some)
}

/// Blocks with arrays that are no lists among them, joined along each axis; `Some(None)` where they do not fit, and `None` where
/// there is no such block.
fn joined_arrays(session: &mut Session, e: &Expr, outer: &[usize]) -> Result<Option<Option<Expr>>, Flow> {
    let rank = outer.len();
    let mut blocks = vec![e.clone()];
    for _ in 0..rank {
        blocks = blocks.iter().flat_map(|part| part.args().into_owned()).collect();
    }
    let mut symbolic = false;
    let mut shapes: Vec<Dims> = Vec::with_capacity(blocks.len());
    for block in &blocks {
        symbolic |= session.is_symbolic_array(block)?;
        shapes.push(dimension::of(session, block)?);
    }
    if !symbolic {
        return Ok(None);
    }
    // The size of the blocks at each place along each axis, as the first array there has it, and the levels below.
    let mut sizes: Vec<Vec<Option<Expr>>> = outer.iter().map(|&n| vec![None; n]).collect();
    let mut below: Option<Dims> = None;
    for (offset, shape) in shapes.iter().enumerate() {
        if shape.is_empty() {
            continue;
        }
        if shape.len() < rank {
            return Ok(Some(None));
        }
        for (axis, place) in places(offset, outer).into_iter().enumerate() {
            let size = sizes[axis][place].get_or_insert_with(|| shape[axis].clone());
            if dimension::differ(size, &shape[axis]) {
                return Ok(Some(None));
            }
        }
        let inner = below.get_or_insert_with(|| shape[rank..].iter().cloned().collect());
        if inner.len() != shape.len() - rank || inner.iter().zip(&shape[rank..]).any(|(a, b)| dimension::differ(a, b)) {
            return Ok(Some(None));
        }
    }
    let below = below.unwrap_or_default();
    let mut joined = Vec::with_capacity(blocks.len());
    for (offset, block) in blocks.into_iter().enumerate() {
        if !shapes[offset].is_empty() {
            joined.push(block);
            continue;
        }
        let own = places(offset, outer).into_iter().enumerate();
        let own = own.map(|(axis, place)| sizes[axis][place].clone().unwrap_or_else(|| Expr::integer(1)));
        let ones = Session::ones(&Shape::of(own.chain(below.iter().cloned())));
        joined.push(session.evaluate_call(Sym::Times, [block, ones])?);
    }
    for (axis, &count) in outer.iter().enumerate().rev() {
        let mut longer = Vec::with_capacity(joined.len() / count.max(1));
        for group in joined.chunks(count.max(1)) {
            let level = integer(axis + 1);
            longer.push(session.evaluate_call(Sym::Join, group.iter().cloned().chain([level]))?);
        }
        joined = longer;
    }
    Ok(Some(joined.pop()))
}

/// The places along each axis of the block at an offset in row-major order.
fn places(mut offset: usize, outer: &[usize]) -> Vec<usize> {
    let mut places = vec![0; outer.len()];
    for (place, &count) in places.iter_mut().zip(outer).rev() {
        *place = offset % count.max(1);
        offset /= count.max(1);
    }
    places
}

/// For each axis the size of the blocks at each place along it.
fn block_sizes(e: &Expr, outer: &[usize], rank: usize) -> Option<Vec<Vec<usize>>> {
    let mut sizes: Vec<Vec<Option<usize>>> = outer.iter().map(|&n| vec![None; n]).collect();
    fn walk(e: &Expr, rank: usize, place: &mut Vec<usize>, sizes: &mut [Vec<Option<usize>>]) -> bool {
        if place.len() < rank {
            return e.args().iter().enumerate().all(|(i, part)| {
                place.push(i);
                let fits = walk(part, rank, place, sizes);
                place.pop();
                fits
            });
        }
        if !e.is_list() {
            return true;
        }
        let dimensions = list_dimensions(e, rank);
        dimensions.len() == rank
            && dimensions.iter().enumerate().all(|(axis, &n)| *sizes[axis][place[axis]].get_or_insert(n) == n)
    }
    walk(e, rank, &mut Vec::new(), &mut sizes)
        .then(|| sizes.into_iter().map(|axis| axis.into_iter().map(|n| n.unwrap_or(1)).collect()).collect())
}

/// The lists at one axis: for each place and each index inside its blocks the next axis.
fn joined_blocks(e: &Expr, sizes: &[Vec<usize>], inside: &mut [usize], axis: usize) -> Option<Expr> {
    fn element(e: &Expr, places: &[usize], inside: &[usize]) -> Option<Expr> {
        let block = places.iter().try_fold(e.clone(), |part, &i| (i < part.len()).then(|| part.arg(i)))?;
        if !block.is_list() {
            return Some(block);
        }
        inside.iter().try_fold(block, |part, &i| (i < part.len()).then(|| part.arg(i)))
    }
    fn build(
        e: &Expr,
        sizes: &[Vec<usize>],
        places: &mut Vec<usize>,
        inside: &mut [usize],
        axis: usize,
    ) -> Option<Expr> {
        if axis == sizes.len() {
            return element(e, places, inside);
        }
        let mut rows = Vec::new();
        for (place, &size) in sizes[axis].iter().enumerate() {
            for i in 0..size {
                places.push(place);
                inside[axis] = i;
                let row = build(e, sizes, places, inside, axis + 1);
                places.pop();
                rows.push(row?);
            }
        }
        Some(Expr::list(rows))
    }
    build(e, sizes, &mut Vec::new(), inside, axis)
}
