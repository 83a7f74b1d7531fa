//! How the ordinary functions of lists and arrays are brought into programs: calls rewritten to
//! heads of primitives. Their records, which stand with their other rules, take `lowering` from here.

use netform_eval::{Eval, Flow, Session, Shape};
use netform_expr::{Expr, Sym};

use super::dimension::{self, Dims, integer};
use super::levels;
use crate::arithmetic;

// ------------------------------------------------------------------------------------------------
// Parts of lowerings

/// An array in a result of the given dimensions, its axes standing at `places`.
pub(crate) fn broadcast(array: &Expr, places: &[usize], dimensions: &[Expr]) -> Expr {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    let ordered = if sorted == places {
        array.clone()
    } else {
        let order: Vec<usize> = places.iter().filter_map(|place| sorted.iter().position(|p| p == place)).collect();
        Expr::call(Sym::ProgramTranspose, [array.clone(), levels::list(&order)])
    };
    Expr::call(Sym::ProgramBroadcast, [ordered, dimension::list(dimensions), levels::list(&sorted)])
}

/// The part of an array along one axis: first position, from 1 or negative from the end, and size.
pub(crate) fn slice_axis(array: Expr, axis: usize, start: Expr, size: Expr) -> Expr {
    let starts = Expr::list(std::iter::repeat_n(Expr::integer(1), axis).chain([start]));
    let sizes = Expr::list(std::iter::repeat_n(Sym::All.into(), axis).chain([size]));
    Expr::call(Sym::ProgramSlice, [array, starts, sizes])
}

/// The array in which the given axes have become one, the last.
pub(super) fn grouped_last(session: &mut Session, array: &Expr, axes: &[usize]) -> Result<Expr, Flow> {
    let dimensions = dimension::of(session, array)?;
    let others = levels::others(axes, dimensions.len());
    let order: Vec<usize> = others.iter().chain(axes).copied().collect();
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(to, &from)| places[from] = to);
    let transposed = if order.is_sorted() {
        array.clone()
    } else {
        session.evaluate_call(Sym::Transpose, [array.clone(), levels::list(&places)])?
    };
    let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
    let count = dimension::element_count(session, &sizes)?;
    let target = others.iter().map(|&axis| dimensions[axis].clone()).chain([count]);
    session.evaluate_call(Sym::ArrayReshape, [transposed, Expr::list(target)])
}

/// Dimensions of an argument, if it has some.
fn array_dimensions(session: &mut Session, e: &Expr) -> Result<Option<Dims>, Flow> {
    Ok(Some(dimension::of(session, e)?).filter(|dimensions| !dimensions.is_empty()))
}

/// What an index or a span of positions means along an axis.
enum Range {
    All,
    One(Expr),
    Span { start: Expr, size: Expr, step: usize, reversed: bool },
    List(Expr),
}

// ------------------------------------------------------------------------------------------------
// Sums and products

/// `Dot[a, b, ...]`.
pub(crate) fn lower_dot(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(first) = args.first() else { return Ok(None) };
    let mut product = first.clone();
    let mut rank = dimension::of(session, first)?.len();
    for factor in &args[1..] {
        let own = dimension::of(session, factor)?.len();
        if rank == 0 || own == 0 {
            return Ok(None);
        }
        let label = |n: usize| integer(n + 1);
        let left: Vec<Expr> = (0..rank).map(label).collect();
        let right: Vec<Expr> = (rank - 1..rank - 1 + own).map(label).collect();
        let result = left[..rank - 1].iter().chain(&right[1..]).cloned().collect::<Vec<_>>();
        let labels = Expr::rule(Expr::list([Expr::list(left), Expr::list(right)]), Expr::list(result));
        product = Expr::call(Sym::ProgramContract, [Expr::list([product, factor.clone()]), labels]);
        rank = rank + own - 2;
    }
    Ok(Some(product))
}

/// `Tr[m]`: the sum of the diagonal.
pub(crate) fn lower_trace(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    if call.len() != 1 || rank == 0 {
        return Ok(None);
    }
    let labels = Expr::list([Expr::list(std::iter::repeat_n(integer(1), rank))]);
    Ok(Some(Expr::call(Sym::ProgramContract, [Expr::list([call.arg(0)]), Expr::rule(labels, Expr::list([]))])))
}

/// The axes that the second argument of `Total` names.
fn total_axes(argument: Option<&Expr>, rank: usize) -> Option<Vec<usize>> {
    let depth = |e: &Expr| match e.as_usize() {
        Some(n) => Some(n.min(rank)),
        None => e.has_head(Sym::DirectedInfinity).then_some(rank),
    };
    match argument {
        None => Some(vec![0]),
        Some(argument) => match argument.args_of(Sym::List) {
            None => Some((0..depth(argument)?).collect()),
            Some(levels) => match levels.as_ref() {
                [one] => levels::axis(one, rank).map(|axis| vec![axis]),
                [first, last] => Some((levels::axis(first, rank)?..=levels::axis(last, rank)?).collect()),
                _ => None,
            },
        },
    }
}

/// `Total[a]`, `Total[a, n]`, `Total[a, {n}]`.
pub(crate) fn lower_total(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = total_axes(call.args().get(1), rank).filter(|_| rank > 0) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), call.arg(0), levels::list(&axes)])))
}

/// `Mean[a]`: over the first level.
pub(crate) fn lower_mean(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let share = arithmetic::power(session, dimensions[0].clone(), Expr::integer(-1))?;
    let total = Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), call.arg(0), levels::list(&[0])]);
    Ok(Some(Expr::call(Sym::Times, [share, total])))
}

/// `Norm[v]` of a real vector.
pub(crate) fn lower_norm(session: &mut Session, call: &Expr) -> Eval {
    if call.len() != 1 || array_dimensions(session, &call.arg(0))?.is_none_or(|dimensions| dimensions.len() != 1) {
        return Ok(None);
    }
    let squares = Expr::call(Sym::Power, [call.arg(0), integer(2)]);
    let total = Expr::call(Sym::ProgramReduce, [Sym::Plus.into(), squares, levels::list(&[0])]);
    Ok(Some(Expr::call(Sym::Power, [total, session.evaluate_call(Sym::Divide, [integer(1), integer(2)])?])))
}

/// `Accumulate[a]`: a scan whose state is the sum so far.
pub(crate) fn lower_accumulate(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let zero = constant(integer(0), &dimensions[1..]);
    let step = session.parse_static("{{#1 + #2}, {#1 + #2}} &");
    let scan = Expr::call(Sym::ProgramScan, [step, Expr::list([zero]), Expr::list([call.arg(0)])]);
    Ok(Some(Expr::call(Sym::ProgramItem, [scan, integer(2), integer(1)])))
}

// ------------------------------------------------------------------------------------------------
// Rearrangements

/// `Transpose[a]`, `Transpose[a, p]`.
pub(crate) fn lower_transpose(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let places = match call.args().get(1) {
        None if rank >= 2 => levels::list(&[1, 0].into_iter().chain(2..rank).collect::<Vec<_>>()),
        Some(places) if places.is_list() && places.len() <= rank => {
            Expr::list(places.args().iter().cloned().chain((places.len()..rank).map(|axis| integer(axis + 1))))
        }
        _ => return Ok(None),
    };
    Ok(Some(Expr::call(Sym::ProgramTranspose, [call.arg(0), places])))
}

/// `Reverse[a]`, `Reverse[a, levels]`.
pub(crate) fn lower_reverse(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let axes = match call.args().get(1) {
        None => Some(vec![0]).filter(|_| rank > 0),
        Some(stated) => levels::sorted(stated, rank),
    };
    Ok(axes.map(|axes| Expr::call(Sym::ProgramReverse, [call.arg(0), levels::list(&axes)])))
}

/// `Join[a, b, ...]`, `Join[a, b, ..., n]`.
pub(crate) fn lower_join(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (level, arrays) = match args.split_last() {
        Some((last, rest)) if last.as_i64().is_some() => (last.clone(), rest),
        _ => (integer(1), &args[..]),
    };
    let arrays = arrays.iter().filter(|array| !(array.is_list() && array.is_empty())).cloned();
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [level].into_iter().chain(arrays))))
}

/// `Append[a, x]` and `Prepend[a, x]`.
pub(crate) fn lower_extend(session: &mut Session, call: &Expr) -> Eval {
    let element = dimension::of(session, &call.arg(1))?;
    let sizes = Expr::list([integer(1)].into_iter().chain(element));
    let row = Expr::call(Sym::ProgramReshape, [call.arg(1), sizes]);
    let both = if call.has_head(Sym::Append) { [call.arg(0), row] } else { [row, call.arg(0)] };
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [integer(1)].into_iter().chain(both))))
}

/// `Flatten[a]`, `Flatten[a, n]`: the first levels become one.
pub(crate) fn lower_flatten(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let merged = match call.args().get(1) {
        None => dimensions.len(),
        Some(depth) => match depth.as_usize() {
            Some(depth) => (depth + 1).min(dimensions.len()),
            None if depth.has_head(Sym::DirectedInfinity) => dimensions.len(),
            None => return Ok(None),
        },
    };
    let count = dimension::element_count(session, &dimensions[..merged])?;
    let sizes = Expr::list([count].into_iter().chain(dimensions[merged..].iter().cloned()));
    Ok(Some(Expr::call(Sym::ProgramReshape, [call.arg(0), sizes])))
}

// ------------------------------------------------------------------------------------------------
// Parts

/// `Part[a, i, ...]`.
pub(crate) fn lower_part(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some((array, indices)) = args.split_first() else { return Ok(None) };
    parts(session, array, indices)
}

/// `Indexed[a, {i, ...}]`, `Indexed[a, i]`.
pub(crate) fn lower_indexed(session: &mut Session, call: &Expr) -> Eval {
    match call.arg(1).args_of(Sym::List) {
        Some(indices) => parts(session, &call.arg(0), &indices),
        None => parts(session, &call.arg(0), &[call.arg(1)]),
    }
}

fn parts(session: &mut Session, array: &Expr, indices: &[Expr]) -> Eval {
    if indices.iter().all(|index| index.as_i64().is_some()) {
        return Ok(Some(Expr::call(Sym::ProgramItem, [array.clone()].into_iter().chain(indices.iter().cloned()))));
    }
    let dimensions = dimension::of(session, array)?;
    if indices.len() > dimensions.len() {
        return Ok(None);
    }
    let mut ranges = Vec::with_capacity(indices.len());
    for (index, length) in indices.iter().zip(&dimensions) {
        match range(session, index, length)? {
            Some(range) => ranges.push(range),
            None => return Ok(None),
        }
    }
    take(array, &dimensions, ranges).map_or(Ok(None), |taken| Ok(Some(taken)))
}

/// What an index means along an axis of some length.
fn range(session: &mut Session, index: &Expr, length: &Expr) -> Result<Option<Range>, Flow> {
    if index.is(Sym::All) {
        return Ok(Some(Range::All));
    }
    if let Some(items) = index.args_of(Sym::List) {
        let mut positions = Vec::with_capacity(items.len());
        for item in items.iter() {
            positions.push(from_start(session, item, length)?);
        }
        return Ok(Some(Range::List(Expr::list(positions))));
    }
    if let Some(span) = index.args_of(Sym::Span) {
        return self::span(session, &span, length);
    }
    Ok(Some(Range::One(index.clone())))
}

/// A position counted from the start.
fn from_start(session: &mut Session, position: &Expr, length: &Expr) -> Result<Expr, Flow> {
    match position.as_i64() {
        Some(n) if n < 0 => dimension::add(session, length, &Expr::integer(n + 1)),
        _ => Ok(position.clone()),
    }
}

/// `i ;; j ;; k`.
fn span(session: &mut Session, span: &[Expr], length: &Expr) -> Result<Option<Range>, Flow> {
    let step = span.get(2).map_or(Some(1), Expr::as_i64).filter(|&step| step != 0);
    let (Some(step), Some(first)) = (step, span.first()) else { return Ok(None) };
    let end = span.get(1).cloned().unwrap_or_else(|| Sym::All.into());
    let whole = |e: &Expr, otherwise: Expr| if e.is(Sym::All) { otherwise } else { e.clone() };
    let (low, high) = if step > 0 { (integer(1), length.clone()) } else { (length.clone(), integer(1)) };
    let first = from_start(session, &whole(first, low), length)?;
    let last = from_start(session, &whole(&end, high), length)?;
    let distance = if step > 0 {
        dimension::subtract(session, &last, &first)?
    } else {
        dimension::subtract(session, &first, &last)?
    };
    let Ok(step_size) = usize::try_from(step.unsigned_abs()) else { return Ok(None) };
    let gaps = dimension::quotient(session, &distance, step_size)?;
    let size = dimension::add(session, &gaps, &Expr::integer(1))?;
    let start = if step > 0 {
        first
    } else {
        let reach = dimension::multiply(session, &gaps, &Expr::integer(step))?;
        dimension::add(session, &first, &reach)?
    };
    Ok(Some(Range::Span { start, size, step: step_size, reversed: step < 0 }))
}

/// Slices for positions and spans, gathers for lists, and levels of single positions taken out.
fn take(array: &Expr, dimensions: &[Expr], ranges: Vec<Range>) -> Option<Expr> {
    let mut starts = Vec::new();
    let mut sizes: Vec<Expr> = Vec::new();
    let mut steps = Vec::new();
    let mut reversed = Vec::new();
    let mut lists = Vec::new();
    let mut kept: Vec<Option<Expr>> = dimensions.iter().cloned().map(Some).collect();
    for (axis, range) in ranges.into_iter().enumerate() {
        let (start, size, step) = match range {
            Range::All => (integer(1), dimensions[axis].clone(), 1),
            Range::One(position) if position.as_i64().is_some() => {
                kept[axis] = None;
                (position, integer(1), 1)
            }
            Range::One(position) => {
                kept[axis] = None;
                lists.push((axis, Expr::list([position])));
                (integer(1), dimensions[axis].clone(), 1)
            }
            Range::List(positions) => {
                kept[axis] = Some(integer(positions.len()));
                lists.push((axis, positions));
                (integer(1), dimensions[axis].clone(), 1)
            }
            Range::Span { start, size, step, reversed: backward } => {
                kept[axis] = Some(size.clone());
                if backward {
                    reversed.push(axis);
                }
                (start, size, step)
            }
        };
        starts.push(start);
        sizes.push(size);
        steps.push(integer(step));
    }
    let mut taken =
        Expr::call(Sym::ProgramSlice, [array.clone(), Expr::list(starts), Expr::list(sizes), Expr::list(steps)]);
    if !reversed.is_empty() {
        taken = Expr::call(Sym::ProgramReverse, [taken, levels::list(&reversed)]);
    }
    for (axis, positions) in lists {
        taken = Expr::call(Sym::ProgramGather, [taken, positions, integer(axis + 1)]);
    }
    if kept.iter().all(Option::is_some) {
        return Some(taken);
    }
    Some(Expr::call(Sym::ProgramReshape, [taken, Expr::list(kept.into_iter().flatten())]))
}

/// `First[a]` and `Last[a]`.
pub(crate) fn lower_end(_: &mut Session, call: &Expr) -> Eval {
    let position = if call.has_head(Sym::First) { 1 } else { -1 };
    Ok(Some(Expr::call(Sym::ProgramItem, [call.arg(0), Expr::integer(position)])))
}

/// `Rest[a]` and `Most[a]`.
pub(crate) fn lower_without_end(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let size = dimension::add(session, &dimensions[0], &Expr::integer(-1))?;
    let start = integer(if call.has_head(Sym::Rest) { 2 } else { 1 });
    Ok(Some(slice_axis(call.arg(0), 0, start, size)))
}

/// `Take[a, spec, ...]`.
pub(crate) fn lower_take(session: &mut Session, call: &Expr) -> Eval {
    taken(session, call, |session, spec, length| {
        let one = integer(1);
        if spec.is(Sym::All) {
            return Ok(Some(Range::All));
        }
        if let Some(items) = spec.args_of(Sym::List) {
            let items =
                if items.len() == 1 { [items[0].clone(), items[0].clone()].to_vec() } else { items.into_owned() };
            return span(session, &items, length);
        }
        match spec.as_i64() {
            Some(n) if n < 0 => {
                Ok(Some(Range::Span { start: spec.clone(), size: Expr::integer(-n), step: 1, reversed: false }))
            }
            _ => Ok(Some(Range::Span { start: one, size: spec.clone(), step: 1, reversed: false })),
        }
    })
}

/// `Drop[a, spec, ...]`.
pub(crate) fn lower_drop(session: &mut Session, call: &Expr) -> Eval {
    taken(session, call, |session, spec, length| {
        if spec.is(Sym::None) {
            return Ok(Some(Range::All));
        }
        let Some(n) = spec.as_i64() else { return Ok(None) };
        let size = dimension::add(session, length, &Expr::integer(-n.abs()))?;
        let start = Expr::integer(if n < 0 { 1 } else { n + 1 });
        Ok(Some(Range::Span { start, size, step: 1, reversed: false }))
    })
}

fn taken(
    session: &mut Session,
    call: &Expr,
    range_of: impl Fn(&mut Session, &Expr, &Expr) -> Result<Option<Range>, Flow>,
) -> Eval {
    let args = call.args();
    let dimensions = dimension::of(session, &args[0])?;
    if args.len() - 1 > dimensions.len() {
        return Ok(None);
    }
    let mut ranges = Vec::with_capacity(args.len() - 1);
    for (spec, length) in args[1..].iter().zip(&dimensions) {
        match range_of(session, spec, length)? {
            Some(range) => ranges.push(range),
            None => return Ok(None),
        }
    }
    Ok(take(&args[0], &dimensions, ranges))
}

/// `Ordering[v]`, `Ordering[v, n]`, as `ArrayOrdering` along the first level.
pub(crate) fn lower_ordering(_: &mut Session, call: &Expr) -> Eval {
    let count = call.args().get(1).cloned().unwrap_or_else(|| Sym::All.into());
    Ok(Some(Expr::call(Sym::ArrayOrdering, [call.arg(0), count, integer(1)])))
}

/// `Sort[v]` of a vector of numbers: gathered in order.
pub(crate) fn lower_sort(session: &mut Session, call: &Expr) -> Eval {
    if call.len() != 1 || dimension::of(session, &call.arg(0))?.len() != 1 {
        return Ok(None);
    }
    let order = Expr::call(Sym::ProgramOrder, [call.arg(0), integer(1)]);
    Ok(Some(Expr::call(Sym::ProgramGather, [call.arg(0), order, integer(1)])))
}

// ------------------------------------------------------------------------------------------------
// Arrays from sizes

fn constant(value: Expr, dimensions: &[Expr]) -> Expr {
    if dimensions.is_empty() { value } else { broadcast(&value, &[], dimensions) }
}

/// `Range[n]`, `Range[a, b]`, `Range[a, b, d]`.
pub(crate) fn lower_range(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    let positions = Expr::call(Sym::ProgramIota, [dimension::list(&dimensions), integer(1)]);
    let args = call.args();
    let (first, step) = match args.as_ref() {
        [_] => return Ok(Some(positions)),
        [first, _] => (first.clone(), integer(1)),
        [first, _, step] => (first.clone(), step.clone()),
        _ => return Ok(None),
    };
    let before = dimension::subtract(session, &first, &step)?;
    Ok(Some(Expr::call(Sym::Plus, [before, Expr::call(Sym::Times, [step, positions])])))
}

/// `ConstantArray[c, dims]`.
pub(crate) fn lower_constant_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(sizes) = (call.len() == 2).then(|| dimension::stated(&call.arg(1))).flatten() else { return Ok(None) };
    let own = dimension::of(session, &call.arg(0))?;
    let places: Vec<usize> = (sizes.len()..sizes.len() + own.len()).collect();
    let dimensions: Vec<Expr> = sizes.into_iter().chain(own).collect();
    Ok(Some(broadcast(&call.arg(0), &places, &dimensions)))
}

/// `IdentityMatrix[n]` and `SymbolicIdentityArray[{n, ...}]`: 1 where positions agree.
pub(crate) fn lower_identity(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    let half = dimensions.len() / 2;
    let mut factors = Vec::with_capacity(half);
    for axis in 0..half {
        let position = |axis: usize| Expr::call(Sym::ProgramIota, [dimension::list(&dimensions), integer(axis + 1)]);
        let agree = session.parse_static("Boole[#1 == #2] &");
        factors.push(Expr::call(Sym::ProgramMap, [agree, position(axis), position(axis + half)]));
    }
    Ok(Some(if factors.len() == 1 { factors.swap_remove(0) } else { Expr::call(Sym::Times, factors) }))
}

/// `SymbolicZerosArray[dims]`.
pub(crate) fn lower_zeros(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    Ok(Some(constant(integer(0), &dimensions)))
}

/// `SymbolicOnesArray[dims]`.
pub(crate) fn lower_ones(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    Ok(Some(constant(integer(1), &dimensions)))
}
