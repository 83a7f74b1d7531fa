//! `ArrayReduce`: levels of an array combined to one element.

use netform_array::Layout;
use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::bound::{self, Parameter};
use super::dimension::{self, Dims, integer};
use super::grid::{Elements, Grid, nest};
use super::linear::{Shares, adjoint_of_sum};
use super::messages::MESSAGES;
use super::softmax::logarithm_of_total;
use super::{contraction, differentials, levels, lowering, ordering};
use crate::arithmetic;

pub(super) const ARRAY_REDUCE: Function = Function {
    name: "ArrayReduce",
    usage: "ArrayReduce[f, a, levels] combines the elements of the array a over the given levels, which vanish, by \
            f: Total, Mean, Max, Min, Times, And, Or, ArgMax, or any function of a vector. Levels are one level, a list \
            of levels, or All; negative ones count from the end. Where f gives arrays, their levels come last. \"Ties\" -> \"First\" gives the derivative of \
            a maximum to the first of equal elements, \"Shared\" to all in equal parts.",
    evaluate: Some(evaluate),
    arguments: Some((3, 4)),
    arrays: ArrayPositions::None,
    quantities: ArrayPositions::At(&[1, 2]),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differential),
    linear: Linear { carry: Some(carry), adjoint: Some(adjoint), ..Linear::NEW },
    lowering: Lowering::Rewrite(lower),
    logarithm: Some(|_, call| {
        let args = call.args();
        let levels = args.get(2).filter(|_| args[0].is(Sym::Total));
        Ok(levels.and_then(|levels| logarithm_of_total(&args[1], levels.clone())))
    }),
    options: &[("Ties", "\"Shared\"")],
    messages: MESSAGES,
    examples: &[
        ("ArrayReduce[Total, {{a, b}, {c, d}}, 1]", "{a + c, b + d}"),
        ("ArrayReduce[Total, {{a, b}, {c, d}}, -1]", "{a + b, c + d}"),
        ("ArrayReduce[Mean, {{1, 2}, {3, 4}}, All]", "5/2"),
        ("ArrayReduce[Max, {{a, b}, {1, 4}}, {2}]", "{Max[a, b], 4}"),
        ("Dimensions[ArrayReduce[Max, ArraySymbol[\"a\", {c, h, w}], {2, 3}]]", "{c}"),
        ("ArrayReduce[Total, VectorSymbol[\"v\", n], 1] === Total[VectorSymbol[\"v\", n]]", "True"),
    ],
    ..Function::NEW
};

/// The arguments of a call, checked.
struct Reduction {
    f: Expr,
    array: Expr,
    axes: Vec<usize>,
    first_of_ties: bool,
}

impl Reduction {
    /// `None`, and a message, if the arguments are wrong.
    fn of(session: &mut Session, call: &Expr, rank: usize) -> Option<Reduction> {
        let args = call.args();
        let first_of_ties = match args.get(3).and_then(|option| option.args_of(Sym::Rule).map(|sides| sides[1].clone()))
        {
            None if args.len() == 3 => false,
            Some(value) if value.as_str() == Some("First") => true,
            Some(value) if value.as_str() == Some("Shared") => false,
            other => {
                session.message(Sym::ArrayReduce, "ties", &[other.unwrap_or_else(|| args[3].clone())]);
                return None;
            }
        };
        let Some(axes) = levels::sorted(&args[2], rank) else {
            session.message(Sym::ArrayReduce, "lev", &[args[2].clone(), integer(rank)]);
            return None;
        };
        Some(Reduction { f: args[0].clone(), array: args[1].clone(), axes, first_of_ties })
    }

    fn with(&self, array: Expr, axes: Vec<usize>) -> Reduction {
        Reduction { f: self.f.clone(), array, axes, first_of_ties: self.first_of_ties }
    }
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[1])? else {
        session.message(Sym::ArrayReduce, "rect", &[args[1].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 && args[1].is_symbol() && !levels::sorted(&args[2], 0).is_some_and(|axes| axes.is_empty()) {
        return Ok(None);
    }
    let Some(reduction) = Reduction::of(session, call, grid.rank()) else { return Ok(None) };
    let result = reduce(session, &reduction, &grid)?;
    Ok(Some(result).filter(|result| result != call))
}

/// The reduction of an array by a function over some axes.
pub(super) fn reduced(session: &mut Session, f: Sym, array: Expr, axes: &[usize]) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::ArrayReduce, [f.into(), array, levels::list(axes)])
}

fn reduce(session: &mut Session, reduction: &Reduction, grid: &Grid) -> Result<Expr, Flow> {
    session.tick()?;
    let explicit = grid.levels.len();
    if reduction.axes.is_empty() && is_idempotent_on_one(&reduction.f) {
        return Ok(reduction.array.clone());
    }
    if grid.is_explicit() {
        return elements(session, reduction, grid);
    }
    if let Some(empty) = of_no_elements(reduction, &grid.dimensions()) {
        return Ok(empty);
    }
    if explicit > 0 && reduction.axes.iter().all(|&axis| axis >= explicit) {
        let inner: Vec<usize> = reduction.axes.iter().map(|axis| axis - explicit).collect();
        let mut values = Vec::new();
        for element in grid.expressions().iter() {
            let Some(inner_grid) = Grid::of(session, element)? else { return symbolic(session, reduction) };
            values.push(reduce(session, &reduction.with(element.clone(), inner.clone()), &inner_grid)?);
        }
        return Ok(nest(values, &grid.levels));
    }
    let sums = matches!(reduction.f.sym(), Some(Sym::Total | Sym::Plus | Sym::Mean));
    if explicit > 0
        && reduction.axes.iter().any(|&axis| axis < explicit)
        && (sums || reduction.axes.iter().all(|&axis| axis < explicit))
    {
        return outer_levels(session, reduction, grid);
    }
    symbolic(session, reduction)
}

/// The sums or products where there are no elements along an axis.
fn of_no_elements(reduction: &Reduction, dimensions: &[Expr]) -> Option<Expr> {
    if !reduction.axes.iter().any(|&axis| dimensions.get(axis).is_some_and(|size| size.is_integer(0))) {
        return None;
    }
    let kept = levels::others(&reduction.axes, dimensions.len());
    let kept = Shape::of(kept.iter().map(|&axis| dimensions[axis].clone()));
    match reduction.f.sym()? {
        Sym::Total | Sym::Plus => Some(Session::zeros(&kept)),
        Sym::Times => Some(Session::ones(&kept)),
        _ => None,
    }
}

/// Whether a function of a list of one element gives the element.
fn is_idempotent_on_one(f: &Expr) -> bool {
    matches!(f.sym(), Some(Sym::Total | Sym::Plus | Sym::Mean | Sym::Max | Sym::Min | Sym::Times | Sym::And | Sym::Or))
}

/// Reduces explicit levels whose elements are arrays: their sum, or `f` element by element.
fn outer_levels(session: &mut Session, reduction: &Reduction, grid: &Grid) -> Result<Expr, Flow> {
    let explicit = grid.levels.len();
    let (outer, inner): (Vec<usize>, Vec<usize>) = reduction.axes.iter().partition(|&&axis| axis < explicit);
    let Some((groups, kept)) = groups(grid, &outer) else { return symbolic(session, reduction) };
    let mut values = Vec::with_capacity(groups.len());
    for group in groups {
        let combined = match reduction.f.sym() {
            Some(Sym::Total | Sym::Plus) => arithmetic::sum(session, group)?,
            Some(Sym::Mean) => mean(session, group)?,
            _ => {
                let count = group.len();
                let variables: Vec<Expr> = (0..count).map(|_| bound::variable(session, &[])).collect();
                let body = combine(session, &reduction.f, variables.clone())?;
                let function = bound::close(&body, &Parameter::each(&variables), count);
                session.evaluate_call(Sym::ArrayThread, [function, Expr::list(group)])?
            }
        };
        values.push(combined);
    }
    let array = nest(values, &kept);
    if inner.is_empty() {
        return Ok(array);
    }
    let shift = outer.len();
    let inner: Vec<usize> = inner.iter().map(|axis| axis - shift).collect();
    session.evaluate_call(Sym::ArrayReduce, [reduction.f.clone(), array, levels::list(&inner)])
}

/// The elements along some axes together, for every position along the others; and the lengths of
/// the other levels.
pub(super) fn groups(grid: &Grid, axes: &[usize]) -> Option<(Vec<Vec<Expr>>, Vec<usize>)> {
    let (flat, kept, size) = grouped(grid, axes)?;
    let count = kept.iter().product();
    let groups = (0..count).map(|i| flat[i * size..(i + 1) * size].to_vec()).collect();
    Some((groups, kept))
}

fn grouped(grid: &Grid, axes: &[usize]) -> Option<(Vec<Expr>, Vec<usize>, usize)> {
    let others = levels::others(axes, grid.levels.len());
    let order: Vec<usize> = others.iter().chain(axes).copied().collect();
    let layout = grid.layout().ok()?.transpose(&order).ok()?;
    let elements = grid.expressions();
    let flat = layout.offsets().map(|offset| elements[offset].clone()).collect();
    let kept = others.iter().map(|&axis| grid.levels[axis]).collect();
    let size = axes.iter().map(|&axis| grid.levels[axis]).product();
    Some((flat, kept, size))
}

fn elements(session: &mut Session, reduction: &Reduction, grid: &Grid) -> Result<Expr, Flow> {
    if let Some(packed) = machine(reduction, grid) {
        return Ok(packed);
    }
    let Some((groups, kept)) = groups(grid, &reduction.axes) else { return symbolic(session, reduction) };
    let mut values = Vec::with_capacity(groups.len());
    for group in groups {
        values.push(combine(session, &reduction.f, group)?);
    }
    Ok(nest(values, &kept))
}

/// Machine reals under the named functions.
fn machine(reduction: &Reduction, grid: &Grid) -> Option<Expr> {
    let Elements::Machine(array) = &grid.elements else { return None };
    let values = array.as_f64()?;
    let combine: fn(&mut dyn Iterator<Item = f64>, f64) -> f64 = match reduction.f.sym()? {
        Sym::Total | Sym::Plus => |values, _| values.sum(),
        Sym::Mean => |values, count| values.sum::<f64>() * (1.0 / count),
        Sym::Max => |values, _| values.fold(f64::NEG_INFINITY, f64::max),
        Sym::Min => |values, _| values.fold(f64::INFINITY, f64::min),
        Sym::Times => |values, _| values.product(),
        _ => return None,
    };
    let others = levels::others(&reduction.axes, grid.levels.len());
    let order: Vec<usize> = others.iter().chain(&reduction.axes).copied().collect();
    let layout: Layout = grid.layout().ok()?.transpose(&order).ok()?;
    let size: usize = reduction.axes.iter().map(|&axis| grid.levels[axis]).product();
    let kept: Vec<usize> = others.iter().map(|&axis| grid.levels[axis]).collect();
    if size == 0 {
        return None;
    }
    let mut offsets = layout.offsets();
    let count = kept.iter().product();
    let mut results = Vec::with_capacity(count);
    for _ in 0..count {
        let result = combine(&mut offsets.by_ref().take(size).map(|offset| values[offset]), size as f64);
        if !result.is_finite() {
            return None;
        }
        results.push(result);
    }
    netform_array::Array::from_f64(kept, results).ok().map(Expr::array)
}

/// `f` of the elements of one group.
fn combine(session: &mut Session, f: &Expr, group: Vec<Expr>) -> Result<Expr, Flow> {
    match f.sym() {
        Some(Sym::Total | Sym::Plus) => arithmetic::sum(session, group),
        Some(Sym::Times) => arithmetic::product(session, group),
        Some(Sym::Mean) if !group.is_empty() => mean(session, group),
        Some(head @ (Sym::Max | Sym::Min | Sym::And | Sym::Or)) => session.evaluate_call(head, group),
        Some(Sym::ArgMax) => ordering::position_of_largest(session, &group),
        _ => bound::apply(session, f, [Expr::list(group)]),
    }
}

fn mean(session: &mut Session, group: Vec<Expr>) -> Result<Expr, Flow> {
    let count = integer(group.len());
    let total = arithmetic::sum(session, group)?;
    let share = arithmetic::power(session, count, Expr::integer(-1))?;
    arithmetic::product(session, [share, total])
}

/// Sums, means, products and extrema of arrays that are the same everywhere, and sums of identities.
fn of_constant(session: &mut Session, reduction: &Reduction) -> Eval {
    let Reduction { f, array, axes, .. } = reduction;
    let dimensions = dimension::of(session, array)?;
    let rest = levels::others(axes, dimensions.len());
    let ones = Session::ones(&Shape::of(rest.iter().map(|&axis| dimensions[axis].clone())));
    if array.has_head(Sym::SymbolicIdentityArray) && f.is(Sym::Total) {
        // Every pair of levels of an identity has a 1 in each row: it stays one where both levels stay.
        let half = dimensions.len() / 2;
        let place = |axis: usize| rest.iter().position(|&kept| kept == axis);
        let pairs = (0..half).filter_map(|axis| Some([place(axis)?, place(axis + half)?]));
        let pairs: Vec<Expr> = pairs.map(|pair| levels::list(&pair)).collect();
        let both = (0..half).filter(|axis| axes.contains(axis) && axes.contains(&(axis + half)));
        let sizes = both.map(|axis| dimensions[axis].clone()).collect::<Vec<_>>();
        let ones = match pairs.is_empty() {
            true => ones,
            false => {
                let kept = Expr::list(rest.iter().map(|&axis| dimensions[axis].clone()));
                session.evaluate_call(Sym::SymbolicDeltaProductArray, [kept, Expr::list(pairs)])?
            }
        };
        return arithmetic::product(session, sizes.into_iter().chain([ones])).map(Some);
    }
    let Some(element) = session.uniform_element(array)? else { return Ok(None) };
    let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
    let count = dimension::element_count(session, &sizes)?;
    let value = match f.sym() {
        Some(Sym::Total | Sym::Plus) => arithmetic::product(session, [count, element])?,
        Some(Sym::Times) => arithmetic::power(session, element, count)?,
        Some(Sym::Mean | Sym::Max | Sym::Min) if !count.is_integer(0) => element,
        _ => return Ok(None),
    };
    arithmetic::product(session, [value, ones]).map(Some)
}

/// The call in canonical form: positive levels in order, the function rebuilt.
fn symbolic(session: &mut Session, reduction: &Reduction) -> Result<Expr, Flow> {
    let f = match reduction.f.sym() {
        Some(Sym::Plus) => Sym::Total.into(),
        Some(Sym::Total | Sym::Mean | Sym::Max | Sym::Min | Sym::Times | Sym::And | Sym::Or | Sym::ArgMax) => {
            reduction.f.clone()
        }
        _ => {
            let dimensions = dimension::of(session, &reduction.array)?;
            let sizes: Vec<Expr> = reduction.axes.iter().map(|&axis| dimensions[axis].clone()).collect();
            let count = dimension::element_count(session, &sizes)?;
            let vector = bound::variable(session, &[count]);
            let body = bound::apply(session, &reduction.f, [vector.clone()])?;
            let of_arrays = matches!(session.shape_of(&body)?, Shape::Known(dimensions) if !dimensions.is_empty());
            if of_arrays {
                let rest = levels::others(&reduction.axes, dimensions.len()).len();
                let vectors = lowering::grouped_last(session, &reduction.array, &reduction.axes)?;
                let level = Expr::list([integer(rest)]);
                return session.evaluate_call(Sym::Map, [reduction.f.clone(), vectors, level]);
            }
            bound::close(&body, &Parameter::each(&[vector]), 1)
        }
    };
    if let Some(value) = of_constant(session, reduction)? {
        return Ok(value);
    }
    if f.is(Sym::Total)
        && let Some(total) = contraction::picked_total(session, &reduction.array, &reduction.axes)?
    {
        return Ok(total);
    }
    if reduction.axes == [0] && (f.is(Sym::Total) || f.is(Sym::Mean)) {
        return session.evaluate_call(if f.is(Sym::Total) { Sym::Total } else { Sym::Mean }, [reduction.array.clone()]);
    }
    let mut args = vec![f, reduction.array.clone(), levels::list(&reduction.axes)];
    if reduction.first_of_ties {
        args.push(Expr::rule(Expr::string("Ties"), Expr::string("First")));
    }
    Ok(bound::settled(session, Expr::call(Sym::ArrayReduce, args)))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(3..=4).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let dimensions = dimension::of(session, &call.arg(1))?;
    let Some(axes) = levels::sorted(&call.arg(2), dimensions.len()) else { return Ok(Shape::Unknown) };
    let kept = levels::others(&axes, dimensions.len());
    Ok(Shape::Known(kept.iter().map(|&axis| dimensions[axis].clone()).collect::<Dims>()))
}

/// Sums and means are linear; the change of a maximum is that of its largest element; otherwise
/// the function of each vector is differentiated on its elements.
fn differential(session: &mut Session, call: &Expr, given: &[Expr]) -> Eval {
    let args = call.args();
    let change = &given[1];
    let dimensions = dimension::of(session, &args[1])?;
    let Some(axes) = levels::sorted(&args[2], dimensions.len()) else { return Ok(None) };
    if dimension::of(session, change)?.len() != dimensions.len() {
        // The array only looks like one: a call that has no value.
        return Ok(None);
    }
    let rest = levels::others(&axes, dimensions.len());
    let levels_of_rest = levels::list(&rest);
    let thread = |session: &mut Session, f: &'static str, a: Expr, b: Expr| {
        let f = session.parse_static(f);
        let places = Expr::list([Sym::All.into(), levels_of_rest.clone()]);
        session.evaluate_call(Sym::ArrayThread, [f, Expr::list([a, b]), places])
    };
    let f = args[0].sym();
    match f {
        Some(Sym::Total | Sym::Plus | Sym::Mean) => {
            reduced(session, f.unwrap_or(Sym::Total), change.clone(), &axes).map(Some)
        }
        Some(Sym::ArgMax | Sym::And | Sym::Or) => shape(session, call).map(|shape| Some(Session::zeros(&shape))),
        Some(Sym::Times) => {
            let relative = arithmetic::power(session, args[1].clone(), Expr::integer(-1))?;
            let relative = arithmetic::product(session, [change.clone(), relative])?;
            let total = reduced(session, Sym::Total, relative, &axes)?;
            arithmetic::product(session, [call.clone(), total]).map(Some)
        }
        Some(Sym::Max | Sym::Min) if args.len() == 3 => {
            let hits = thread(session, "Boole[#1 == #2] &", args[1].clone(), call.clone())?;
            let changes = arithmetic::product(session, [hits.clone(), change.clone()])?;
            let (total, count) =
                (reduced(session, Sym::Total, changes, &axes)?, reduced(session, Sym::Total, hits, &axes)?);
            let inverse = arithmetic::power(session, count, Expr::integer(-1))?;
            arithmetic::product(session, [total, inverse]).map(Some)
        }
        Some(extreme @ (Sym::Max | Sym::Min)) => {
            let flat = lowering::grouped_last(session, &args[1], &axes)?;
            let changes = lowering::grouped_last(session, change, &axes)?;
            let signed =
                if extreme == Sym::Max { flat } else { arithmetic::product(session, [Expr::integer(-1), flat])? };
            let first = reduced(session, Sym::ArgMax, signed, &[rest.len()])?;
            let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
            let count = dimension::element_count(session, &sizes)?;
            let positions = session.evaluate_call(Sym::Range, [count])?;
            let f = session.parse_static("#1 Boole[#2 == #3] &");
            let last = Expr::list([Expr::integer(-1)]);
            let places = Expr::list([Sym::All.into(), last, levels::list(&(0..rest.len()).collect::<Vec<_>>())]);
            let hits = session.evaluate_call(Sym::ArrayThread, [f, Expr::list([changes, positions, first]), places])?;
            reduced(session, Sym::Total, hits, &[rest.len()]).map(Some)
        }
        _ => {
            let flat = lowering::grouped_last(session, &args[1], &axes)?;
            let changes = lowering::grouped_last(session, change, &axes)?;
            if rest.is_empty() {
                return differentials::of_application(session, &args[0], &flat, &changes);
            }
            let mapped = Expr::call(Sym::Map, [args[0].clone(), flat, Expr::list([integer(rest.len())])]);
            let still = Expr::integer(0);
            differentials::of_map(session, &mapped, &[given[0].clone(), changes, still])
        }
    }
}

/// The axes of a sum or mean; other functions are not linear.
fn axes_of_sum(session: &mut Session, call: &Expr) -> Result<Option<Vec<usize>>, Flow> {
    if !matches!(call.arg(0).sym(), Some(Sym::Total | Sym::Plus | Sym::Mean)) {
        return Ok(None);
    }
    let rank = dimension::of(session, &call.arg(1))?.len();
    Ok(levels::sorted(&call.arg(2), rank))
}

fn carry(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let Some(axes) = axes_of_sum(session, call)? else { return Ok(None) };
    let carried = carrier.carried(session, &call.arg(1))?;
    session.evaluate_call(Sym::ArrayReduce, [call.arg(0), carried, levels::list(&axes)]).map(Some)
}

fn adjoint(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let Some(axes) = axes_of_sum(session, call)? else { return Ok(None) };
    let array = call.arg(1);
    let mut share = cotangent.clone();
    if call.arg(0).is(Sym::Mean) {
        let dimensions = dimension::of(session, &array)?;
        let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
        let count = dimension::element_count(session, &sizes)?;
        let inverse = arithmetic::power(session, count, Expr::integer(-1))?;
        share = arithmetic::product(session, [inverse, share])?;
    }
    adjoint_of_sum(session, &array, &axes, &share)
}

fn lower(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let dimensions = dimension::of(session, &args[1])?;
    let Some(axes) = levels::sorted(&args[2], dimensions.len()) else { return Ok(None) };
    let ties = if args.len() == 4 { Sym::First } else { Sym::All };
    let primitive =
        |kind: Sym| Expr::call(Sym::ProgramReduce, [kind.into(), args[1].clone(), levels::list(&axes), ties.into()]);
    Ok(Some(match args[0].sym() {
        Some(Sym::Total | Sym::Plus) => primitive(Sym::Plus),
        Some(kind @ (Sym::Times | Sym::Max | Sym::Min | Sym::And | Sym::Or | Sym::ArgMax | Sym::ProgramShift)) => {
            primitive(kind)
        }
        Some(Sym::Mean) => {
            let sizes: Vec<Expr> = axes.iter().map(|&axis| dimensions[axis].clone()).collect();
            let count = dimension::element_count(session, &sizes)?;
            let share = arithmetic::power(session, count, Expr::integer(-1))?;
            Expr::call(Sym::Times, [share, primitive(Sym::Plus)])
        }
        _ => {
            let flat = lowering::grouped_last(session, &args[1], &axes)?;
            let depth = dimensions.len() - axes.len();
            if depth == 0 {
                return bound::apply(session, &args[0], [flat]).map(Some);
            }
            Expr::call(Sym::Map, [args[0].clone(), flat, Expr::list([integer(depth)])])
        }
    }))
}
