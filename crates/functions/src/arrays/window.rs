//! `ArrayWindow` and its adjoint `ArrayOverlapAdd`: sliding windows along levels of an array.

use netform_array::{Array, Layout};
use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Linearity, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::differentials::of_first_argument;
use super::dimension::{self, Dims, integer};
use super::grid::{Elements, Grid, nest};
use super::linear::Shares;
use super::messages::MESSAGES;
use super::{bound, levels};
use crate::arithmetic;

pub(super) const ARRAY_WINDOW: Function = Function {
    name: "ArrayWindow",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayWindow[a, sizes, strides, dilations, levels] gives all windows of the given sizes along levels of the \
            array a: at each of these levels stand the positions of windows, and the levels of the windows come last. \
            Position i, offset u of a window is element stride (i - 1) + dilation (u - 1) + 1. A single size, stride or \
            dilation counts for all levels; strides and dilations are 1 and levels are the leading ones unless given.",
    evaluate: Some(evaluate_window),
    arguments: Some((2, 5)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_windows),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_window),
        adjoint: Some(adjoint_of_window),
        selects: true,
    },
    lowering: Lowering::Rewrite(lower_window),
    messages: MESSAGES,
    examples: &[
        ("ArrayWindow[{a, b, c, d}, {2}]", "{{a, b}, {b, c}, {c, d}}"),
        ("ArrayWindow[{a, b, c, d, e}, {2}, {2}, {2}]", "{{a, c}, {c, e}}"),
        ("ArrayWindow[{{a, b, c}}, 2, 1, 1, {2}]", "{{{a, b}, {b, c}}}"),
        ("Dimensions[ArrayWindow[VectorSymbol[\"v\", n], {3}]]", "{-2 + n, 3}"),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_OVERLAP_ADD: Function = Function {
    name: "ArrayOverlapAdd",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayOverlapAdd[w, strides, dilations, levels] adds windows, which are the last levels of the array w and \
            whose positions are the given levels, where they overlap. d positions of windows of size k give \
            stride (d - 1) + dilation (k - 1) + 1 elements. It is the adjoint of ArrayWindow.",
    evaluate: Some(evaluate_overlap),
    arguments: Some((1, 4)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_overlap),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_overlap),
        adjoint: Some(adjoint_of_overlap),
        ..Linear::NEW
    },
    lowering: Lowering::Rewrite(lower_overlap),
    messages: MESSAGES,
    examples: &[
        ("ArrayOverlapAdd[{{a, b}, {c, d}}, {1}, {1}, {1}]", "{a, b + c, d}"),
        ("ArrayOverlapAdd[{{a}, {b}, {c}}, {2}, {1}, {1}]", "{a, 0, b, 0, c}"),
        ("Dimensions[ArrayOverlapAdd[MatrixSymbol[\"w\", {n, 3}], {2}, {1}, {1}]]", "{1 + 2 n}"),
    ],
    ..Function::NEW
};

/// How windows slide: one entry for each axis.
struct Sliding {
    axes: Vec<usize>,
    sizes: Dims,
    strides: Vec<usize>,
    dilations: Vec<usize>,
}

/// A list of positive integers; one counts for all.
fn positive(argument: Option<&Expr>, count: usize) -> Option<Vec<usize>> {
    let Some(argument) = argument else { return Some(vec![1; count]) };
    let values: Vec<usize> = match argument.args_of(Sym::List) {
        Some(items) => items.iter().map(Expr::as_usize).collect::<Option<_>>()?,
        None => vec![argument.as_usize()?; count],
    };
    (values.len() == count && !values.contains(&0)).then_some(values)
}

impl Sliding {
    /// The arguments of `ArrayWindow` for an array of some rank, or the message that tells what is
    /// wrong with them.
    fn of_window(call: &Expr, rank: usize) -> Result<Sliding, (&'static str, Vec<Expr>)> {
        let args = call.args();
        let axes = match (args.get(4), args[1].args_of(Sym::List)) {
            (Some(stated), _) => levels::in_order(stated, rank),
            (None, Some(sizes)) => Some((0..sizes.len()).collect()).filter(|_| sizes.len() <= rank),
            (None, None) => Some((0..rank).collect()),
        };
        let Some(axes) = axes else {
            return Err(("lev", vec![args.get(4).unwrap_or(&args[1]).clone(), integer(rank)]));
        };
        let count = axes.len();
        let sizes = match args[1].args_of(Sym::List) {
            Some(sizes) => Some(sizes.iter().cloned().collect()).filter(|sizes: &Dims| sizes.len() == count),
            None => Some(std::iter::repeat_n(args[1].clone(), count).collect()),
        };
        let sizes = sizes.filter(|sizes| sizes.iter().all(|size| dimension::is_size(size) && !size.is_integer(0)));
        let wrong = |argument: &Expr| ("pos", vec![argument.clone(), integer(count)]);
        Ok(Sliding {
            axes,
            sizes: sizes.ok_or_else(|| wrong(&args[1]))?,
            strides: positive(args.get(2), count).ok_or_else(|| wrong(&args[2]))?,
            dilations: positive(args.get(3), count).ok_or_else(|| wrong(&args[3]))?,
        })
    }

    /// The arguments of `ArrayOverlapAdd` for an array of these dimensions.
    fn of_overlap(call: &Expr, dimensions: &[Expr]) -> Result<Sliding, (&'static str, Vec<Expr>)> {
        let args = call.args();
        let listed = args[1..].iter().find_map(|arg| arg.args_of(Sym::List).map(|items| items.len()));
        let count = listed.unwrap_or(1);
        let Some(outer) = dimensions.len().checked_sub(count).filter(|&outer| outer >= count) else {
            return Err(("rank", vec![integer(2 * count), integer(dimensions.len())]));
        };
        let axes = match args.get(3) {
            None => Some((0..count).collect()),
            Some(stated) => levels::in_order(stated, outer).filter(|axes| axes.len() == count),
        };
        let Some(axes) = axes else { return Err(("lev", vec![args[3].clone(), integer(outer)])) };
        let wrong = |argument: &Expr| ("pos", vec![argument.clone(), integer(count)]);
        Ok(Sliding {
            axes,
            sizes: dimensions[outer..].iter().cloned().collect(),
            strides: positive(args.get(1), count).ok_or_else(|| wrong(&args[1]))?,
            dilations: positive(args.get(2), count).ok_or_else(|| wrong(&args[2]))?,
        })
    }

    /// The arguments after the array, in full; without the sizes for `ArrayOverlapAdd`.
    fn arguments(&self, with_sizes: bool) -> Vec<Expr> {
        let integers = |values: &[usize]| Expr::list(values.iter().map(|&value| integer(value)));
        let sizes = with_sizes.then(|| dimension::list(&self.sizes));
        let rest = [integers(&self.strides), integers(&self.dilations), levels::list(&self.axes)];
        sizes.into_iter().chain(rest).collect()
    }

    /// How many elements a window reaches over, along entry `i`: dilation (size - 1) + 1.
    fn reach(&self, session: &mut Session, i: usize) -> Result<Expr, Flow> {
        let gaps = dimension::add(session, &self.sizes[i], &Expr::integer(-1))?;
        let gaps = dimension::multiply(session, &gaps, &integer(self.dilations[i]))?;
        dimension::add(session, &gaps, &Expr::integer(1))
    }

    /// The dimensions of all windows of an array.
    fn windows(&self, session: &mut Session, dimensions: &[Expr]) -> Result<Dims, Flow> {
        let mut result: Dims = dimensions.iter().cloned().collect();
        for (i, &axis) in self.axes.iter().enumerate() {
            let reach = self.reach(session, i)?;
            let free = dimension::subtract(session, &dimensions[axis], &reach)?;
            let steps = dimension::quotient(session, &free, self.strides[i])?;
            result[axis] = dimension::add(session, &steps, &Expr::integer(1))?;
        }
        result.extend(self.sizes.iter().cloned());
        Ok(result)
    }

    /// The dimensions of windows that are added.
    fn overlapped(&self, session: &mut Session, dimensions: &[Expr]) -> Result<Dims, Flow> {
        let mut result: Dims = dimensions[..dimensions.len() - self.axes.len()].iter().cloned().collect();
        for (i, &axis) in self.axes.iter().enumerate() {
            let reach = self.reach(session, i)?;
            let steps = dimension::add(session, &dimensions[axis], &Expr::integer(-1))?;
            let steps = dimension::multiply(session, &steps, &integer(self.strides[i]))?;
            result[axis] = dimension::add(session, &steps, &reach)?;
        }
        Ok(result)
    }
}

/// The levels of windows come last: further levels of the array are brought behind them.
fn carry_window(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Ok(sliding) = Sliding::of_window(call, rank) else { return Ok(None) };
    let carried = carrier.carried(session, &call.arg(0))?;
    let parts = [carried].into_iter().chain(sliding.arguments(true));
    let windows = session.evaluate_call(Sym::ArrayWindow, parts)?;
    let (further, sizes) = (carrier.levels().len(), sliding.axes.len());
    let places: Vec<usize> = (0..rank).chain(rank + sizes..rank + sizes + further).chain(rank..rank + sizes).collect();
    session.evaluate_call(Sym::Transpose, [windows, levels::list(&places)]).map(Some)
}

fn carry_overlap(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Ok(sliding) = Sliding::of_overlap(call, &dimensions) else { return Ok(None) };
    let carried = carrier.carried(session, &call.arg(0))?;
    let (further, sizes) = (carrier.levels().len(), sliding.axes.len());
    let outer = dimensions.len() - sizes;
    let places: Vec<usize> =
        (0..outer).chain(outer + further..outer + further + sizes).chain(outer..outer + further).collect();
    let windows_last = session.evaluate_call(Sym::Transpose, [carried, levels::list(&places)])?;
    let parts = [windows_last].into_iter().chain(sliding.arguments(false));
    session.evaluate_call(Sym::ArrayOverlapAdd, parts).map(Some)
}

/// Windows need not reach the end: there the cotangent is zero.
fn adjoint_of_window(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let dimensions = dimension::of(session, &array)?;
    let Ok(sliding) = Sliding::of_window(call, dimensions.len()) else { return Ok(None) };
    let parts = [cotangent.clone()].into_iter().chain(sliding.arguments(false));
    let added = session.evaluate_call(Sym::ArrayOverlapAdd, parts)?;
    let covered = sliding.windows(session, &dimensions)?;
    let covered = sliding.overlapped(session, &covered)?;
    let mut amounts = Vec::with_capacity(dimensions.len());
    for (size, reached) in dimensions.iter().zip(&covered) {
        amounts.push(Expr::list([Expr::integer(0), dimension::subtract(session, size, reached)?]));
    }
    let padded = session.evaluate_call(Sym::ArrayPad, [added, Expr::list(amounts)])?;
    Ok(Some(vec![(array, padded)]))
}

fn adjoint_of_overlap(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let dimensions = dimension::of(session, &array)?;
    let Ok(sliding) = Sliding::of_overlap(call, &dimensions) else { return Ok(None) };
    let parts = [cotangent.clone()].into_iter().chain(sliding.arguments(true));
    Ok(Some(vec![(array, session.evaluate_call(Sym::ArrayWindow, parts)?)]))
}

fn evaluate_window(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayWindow, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 && !args[0].is_list() {
        return Ok(None);
    }
    let sliding = match Sliding::of_window(call, grid.rank()) {
        Ok(sliding) => sliding,
        Err((tag, values)) => {
            session.message(Sym::ArrayWindow, tag, &values);
            return Ok(None);
        }
    };
    let dimensions = grid.dimensions();
    for (i, &axis) in sliding.axes.iter().enumerate() {
        let reach = sliding.reach(session, i)?;
        if let (Some(reach_size), Some(size)) = (reach.as_usize(), dimensions[axis].as_usize())
            && reach_size > size
        {
            session.message(Sym::ArrayWindow, "win", &[reach, dimensions[axis].clone()]);
            return Ok(None);
        }
    }
    let result = windows(session, &args[0], &grid, &sliding)?;
    Ok(Some(result).filter(|result| result != call))
}

fn windows(session: &mut Session, array: &Expr, grid: &Grid, sliding: &Sliding) -> Result<Expr, Flow> {
    if grid.is_explicit()
        && let Some(sizes) = dimension::known(&sliding.sizes)
    {
        let mut layout = grid.layout();
        for (i, &axis) in sliding.axes.iter().enumerate() {
            layout = layout.and_then(|l| l.window(axis, sizes[i], sliding.strides[i], sliding.dilations[i]));
        }
        if let Ok(result) = layout.and_then(|layout| grid.through(layout)) {
            return Ok(result);
        }
    }
    let explicit = grid.levels.len();
    if explicit > 0 && !grid.is_explicit() && sliding.axes.iter().all(|&axis| axis >= explicit) {
        let inner = Sliding {
            axes: sliding.axes.iter().map(|axis| axis - explicit).collect(),
            sizes: sliding.sizes.clone(),
            strides: sliding.strides.clone(),
            dilations: sliding.dilations.clone(),
        };
        return each_element(session, grid, Sym::ArrayWindow, &inner.arguments(true));
    }
    let parts = [array.clone()].into_iter().chain(sliding.arguments(true));
    Ok(bound::settled(session, Expr::call(Sym::ArrayWindow, parts)))
}

/// A function of arrays mapped over the explicit levels.
pub(super) fn each_element(session: &mut Session, grid: &Grid, head: Sym, rest: &[Expr]) -> Result<Expr, Flow> {
    let mut values = Vec::new();
    for element in grid.expressions().iter() {
        values.push(session.evaluate_call(head, [element.clone()].into_iter().chain(rest.iter().cloned()))?);
    }
    Ok(nest(values, &grid.levels))
}

fn evaluate_overlap(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayOverlapAdd, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 && !args[0].is_list() {
        return Ok(None);
    }
    let sliding = match Sliding::of_overlap(call, &grid.dimensions()) {
        Ok(sliding) => sliding,
        Err((tag, values)) => {
            session.message(Sym::ArrayOverlapAdd, tag, &values);
            return Ok(None);
        }
    };
    if grid.is_explicit()
        && let Some(shape) = dimension::known(&sliding.overlapped(session, &grid.dimensions())?)
    {
        return overlap(session, &grid, &sliding, &shape).map(Some);
    }
    let parts = [args[0].clone()].into_iter().chain(sliding.arguments(false));
    let result = bound::settled(session, Expr::call(Sym::ArrayOverlapAdd, parts));
    Ok(Some(result).filter(|result| result != call))
}

/// Adds explicit windows: every result is the sum of the elements that fall on it, in their order.
fn overlap(session: &mut Session, grid: &Grid, sliding: &Sliding, shape: &[usize]) -> Result<Expr, Flow> {
    let outer = shape.len();
    let strides = netform_array::row_major_strides(shape);
    let mut to: Vec<isize> = (0..outer).map(|axis| strides[axis]).collect();
    for (i, &axis) in sliding.axes.iter().enumerate() {
        to[axis] = strides[axis] * sliding.strides[i] as isize;
        to.push(strides[axis] * sliding.dilations[i] as isize);
    }
    let Ok(places) = Layout::new(0, &grid.levels, &to) else { return Ok(Sym::Failed.into()) };
    let count = shape.iter().product();
    if let Elements::Machine(array) = &grid.elements
        && let Some(values) = array.as_f64()
    {
        let mut sums = vec![0.0; count];
        places.offsets().zip(values).for_each(|(place, value)| sums[place] += value);
        if let Ok(array) = Array::from_f64(shape, sums) {
            return Ok(Expr::array(array));
        }
    }
    let mut terms: Vec<Vec<Expr>> = vec![Vec::new(); count];
    for (place, element) in places.offsets().zip(grid.expressions().iter()) {
        terms[place].push(element.clone());
    }
    let mut values = Vec::with_capacity(count);
    for terms in terms {
        values.push(arithmetic::sum(session, terms)?);
    }
    Ok(nest(values, shape))
}

fn shape_of_windows(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(2..=5).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let dimensions = dimension::of(session, &call.arg(0))?;
    match Sliding::of_window(call, dimensions.len()) {
        Ok(sliding) if !dimensions.is_empty() => sliding.windows(session, &dimensions).map(Shape::Known),
        _ => Ok(Shape::Unknown),
    }
}

fn shape_of_overlap(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(1..=4).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let dimensions = dimension::of(session, &call.arg(0))?;
    match Sliding::of_overlap(call, &dimensions) {
        Ok(sliding) => sliding.overlapped(session, &dimensions).map(Shape::Known),
        Err(_) => Ok(Shape::Unknown),
    }
}

fn lower_window(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Ok(sliding) = Sliding::of_window(call, dimensions.len()) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramWindow, [call.arg(0)].into_iter().chain(sliding.arguments(true)))))
}

fn lower_overlap(session: &mut Session, call: &Expr) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Ok(sliding) = Sliding::of_overlap(call, &dimensions) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramOverlapAdd, [call.arg(0)].into_iter().chain(sliding.arguments(false)))))
}
