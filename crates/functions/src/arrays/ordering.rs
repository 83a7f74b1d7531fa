//! `ArrayOrdering`: positions that sort, decided by numbers only; and `ArrayIndex`: positions as an
//! array.

use netform_array::item_count;
use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::dimension::{self, integer};
use super::grid::{Grid, nest};
use super::messages::MESSAGES;
use super::{bound, differentials, levels, lowering};
use crate::lists::range::is_too_long;

pub(super) const ARRAY_ORDERING: Function = Function {
    name: "ArrayOrdering",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayOrdering[a, n, level] gives the positions of the n smallest elements along a level of the array a, in \
            increasing order of the elements; of the n largest for negative n, of all for All. Equal elements keep their \
            order. It stays as it is unless all comparisons can be decided by numbers.",
    evaluate: Some(evaluate),
    arguments: Some((1, 3)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differentials::none),
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("ArrayOrdering[{3, 1, 2}]", "{2, 3, 1}"),
        ("ArrayOrdering[{3, 1, 2}, -1]", "{1}"),
        ("ArrayOrdering[{{5, 6}, {Pi, 2}}, All, 2]", "{{1, 2}, {2, 1}}"),
        ("ArrayOrdering[{b, a}, 1]", "ArrayOrdering[{b, a}, 1, 1]"),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_INDEX: Function = Function {
    name: "ArrayIndex",
    attributes: netform_expr::Attributes::N_HOLD_ALL,
    usage: "ArrayIndex[{n, m, ...}, level] gives the array of dimensions n, m, ... whose elements are their own positions \
            along a level.",
    evaluate: Some(evaluate_index),
    arguments: Some((2, 2)),
    shape: ShapeRule::Rule(|_, call| {
        Ok((call.len() == 2).then(|| dimension::stated(&call.arg(0))).flatten().map_or(Shape::Unknown, Shape::Known))
    }),
    derivative: Derivative::Differential(differentials::none),
    lowering: Lowering::Rewrite(|_, call| Ok(Some(Expr::call(Sym::ProgramIota, [call.arg(0), call.arg(1)])))),
    messages: MESSAGES,
    examples: &[("ArrayIndex[{2, 3}, 2]", "{{1, 2, 3}, {1, 2, 3}}"), ("ArrayIndex[{n}, 1] === Range[n]", "True")],
    ..Function::NEW
};

/// A call as axis and number of positions, which `None` leaves open.
struct Request {
    axis: usize,
    count: Option<i64>,
}

fn request(call: &Expr, rank: usize) -> Result<Request, (&'static str, Vec<Expr>)> {
    let args = call.args();
    let axis = match args.get(2) {
        None => Some(0),
        Some(level) => levels::axis(level, rank),
    };
    let Some(axis) = axis.filter(|&axis| axis < rank) else {
        return Err(("lev", vec![args.get(2).cloned().unwrap_or_else(|| Expr::integer(1)), integer(rank)]));
    };
    let count = match args.get(1) {
        None => None,
        Some(count) if count.is(Sym::All) => None,
        Some(count) => Some(count.as_i64().ok_or_else(|| ("dims", vec![count.clone()]))?),
    };
    Ok(Request { axis, count })
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayOrdering, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 && !args[0].is_list() {
        return Ok(None);
    }
    let request = match request(call, grid.rank()) {
        Ok(request) => request,
        Err((tag, values)) => {
            session.message(Sym::ArrayOrdering, tag, &values);
            return Ok(None);
        }
    };
    let size = grid.dimensions()[request.axis].as_usize();
    if let (Some(size), Some(count)) = (size, request.count)
        && count.unsigned_abs() as usize > size
    {
        session.message(Sym::ArrayOrdering, "range", &[Expr::integer(count), integer(size)]);
        return Ok(None);
    }
    if grid.is_explicit()
        && let Some(result) = decided(session, &grid, &request)?
    {
        return Ok(Some(result));
    }
    let count = request.count.map_or_else(|| Sym::All.into(), Expr::integer);
    let parts = [args[0].clone(), count, integer(request.axis + 1)];
    let result = bound::settled(session, Expr::call(Sym::ArrayOrdering, parts));
    Ok(Some(result).filter(|result| result != call))
}

/// The positions, if all elements are real numbers.
fn decided(session: &mut Session, grid: &Grid, request: &Request) -> Eval {
    let Some(values) = real_values(session, &grid.expressions())? else { return Ok(None) };
    let size = grid.levels[request.axis];
    let outer: usize = grid.levels[..request.axis].iter().product();
    let inner: usize = grid.levels[request.axis + 1..].iter().product();
    let count = request.count.map_or(size, |count| count.unsigned_abs() as usize);
    let skip = if request.count.is_some_and(|count| count < 0) { size - count } else { 0 };
    let mut positions = vec![Expr::integer(0); outer * count * inner];
    for o in 0..outer {
        for i in 0..inner {
            let key = |k: &usize| values[(o * size + k) * inner + i];
            let mut order: Vec<usize> = (0..size).collect();
            order.sort_by(|a, b| key(a).total_cmp(&key(b)));
            for (place, k) in order.into_iter().skip(skip).take(count).enumerate() {
                positions[(o * count + place) * inner + i] = integer(k + 1);
            }
        }
    }
    let mut levels = grid.levels.clone();
    levels[request.axis] = count;
    Ok(Some(nest(positions, &levels)))
}

/// Numeric expressions as reals; `None` if one is not.
fn real_values(session: &mut Session, elements: &[Expr]) -> Result<Option<Vec<f64>>, Flow> {
    let mut values = Vec::with_capacity(elements.len());
    for element in elements {
        let value = match element.as_real().or_else(|| element.as_i64().map(|n| n as f64)) {
            Some(value) => Some(value),
            None if element.is_symbol() && !is_constant(session, element) => None,
            None => session.evaluate_call(Sym::N, [element.clone()])?.as_real(),
        };
        match value {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    Ok(Some(values))
}

fn is_constant(session: &Session, symbol: &Expr) -> bool {
    session.attributes_of(symbol).contains(netform_expr::Attributes::CONSTANT)
}

/// The position of the first largest element; a `Piecewise` where comparisons stay open.
pub(super) fn position_of_largest(session: &mut Session, group: &[Expr]) -> Result<Expr, Flow> {
    if let Some(values) = real_values(session, group)? {
        let first = values.iter().enumerate().fold(0, |best, (i, &value)| if value > values[best] { i } else { best });
        return Ok(integer(first + 1));
    }
    let mut pieces = Vec::with_capacity(group.len());
    for (i, element) in group.iter().enumerate().take(group.len() - 1) {
        let not_less =
            group[i + 1..].iter().map(|other| Expr::call(Sym::GreaterEqual, [element.clone(), other.clone()]));
        let condition = Expr::call(Sym::And, not_less.collect::<Vec<_>>());
        pieces.push(Expr::list([integer(i + 1), condition]));
    }
    session.evaluate_call(Sym::Piecewise, [Expr::list(pieces), integer(group.len())])
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if call.is_empty() {
        return Ok(Shape::Unknown);
    }
    let mut dimensions = dimension::of(session, &call.arg(0))?;
    let Ok(request) = request(call, dimensions.len()) else { return Ok(Shape::Unknown) };
    if let Some(count) = request.count {
        dimensions[request.axis] = Expr::integer(count.abs());
    }
    Ok(Shape::Known(dimensions))
}

/// All positions, of which the first or last are taken.
fn lower(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Ok(Request { axis, count }) = request(call, dimensions.len()) else { return Ok(None) };
    let order = Expr::call(Sym::ProgramOrder, [call.arg(0), integer(axis + 1)]);
    let Some(count) = count else { return Ok(Some(order)) };
    let start = if count < 0 { Expr::integer(count) } else { Expr::integer(1) };
    Ok(Some(lowering::slice_axis(order, axis, start, Expr::integer(count.abs()))))
}

fn evaluate_index(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = dimension::stated(&call.arg(0)) else {
        session.message(Sym::ArrayIndex, "dims", &[call.arg(0)]);
        return Ok(None);
    };
    let Some(axis) = levels::axis(&call.arg(1), dimensions.len()) else {
        session.message(Sym::ArrayIndex, "lev", &[call.arg(1), integer(dimensions.len())]);
        return Ok(None);
    };
    if let [length] = &dimensions[..] {
        return session.evaluate_call(Sym::Range, [length.clone()]).map(Some);
    }
    if let Some(levels) = dimension::known(&dimensions) {
        if is_too_long(session, call, item_count(&levels) as u64)? {
            return Ok(None);
        }
        let count: usize = levels.iter().product();
        let inner: usize = levels[axis + 1..].iter().product();
        let values = (0..count).map(|i| integer(i / inner.max(1) % levels[axis] + 1)).collect();
        return Ok(Some(nest(values, &levels)));
    }
    let result = Expr::call(Sym::ArrayIndex, [dimension::list(&dimensions), integer(axis + 1)]);
    Ok(Some(result).filter(|result| result != call))
}
