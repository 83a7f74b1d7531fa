//! `ArraySoftmax` and `ArrayLogSumExp`: closed forms on symbols, stable on numbers.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Expr, Sym};

use super::contract::contract_freely;
use super::dimension::{self, Dims, integer};
use super::grid::{Grid, nest};
use super::messages::MESSAGES;
use super::reduce::groups;
use super::window::each_element;
use super::{bound, levels, reduce};
use crate::arithmetic;

pub(super) const ARRAY_SOFTMAX: Function = Function {
    name: "ArraySoftmax",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArraySoftmax[a, levels] gives Exp[a]/Total[Exp[a]], the total being taken over the given levels together; \
            over the last one unless given. Machine numbers are shifted by their maximum first.",
    evaluate: Some(|session, call| evaluate(session, call, Sym::ArraySoftmax)),
    arguments: Some((1, 2)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(
        |session, call| if call.is_empty() { Ok(Shape::Unknown) } else { session.shape_of(&call.arg(0)) },
    ),
    derivative: Derivative::Differential(differential_of_softmax),
    lowering: Lowering::Rewrite(lower_softmax),
    narrow: Some(narrow_softmax),
    logarithm: Some(|_, call| Ok(Some(Expr::call(Sym::ProgramLogSoftmax, call.args().into_owned())))),
    messages: MESSAGES,
    examples: &[
        ("ArraySoftmax[{a, b}]", "{E^a/(E^a + E^b), E^b/(E^a + E^b)}"),
        ("ArraySoftmax[{1000., 1000.}]", "{0.5, 0.5}"),
        ("ArraySoftmax[{a, -Infinity}]", "{1, 0}"),
        ("ArraySoftmax[{{a, b}, {c, d}}, 1] === Transpose[ArraySoftmax[{{a, c}, {b, d}}]]", "True"),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_LOG_SUM_EXP: Function = Function {
    name: "ArrayLogSumExp",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayLogSumExp[a, levels] gives Log[Total[Exp[a]]], the total being taken over the given levels, which vanish; \
            over the last one unless given. Machine numbers are shifted by their maximum first.",
    evaluate: Some(|session, call| evaluate(session, call, Sym::ArrayLogSumExp)),
    arguments: Some((1, 2)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_log_sum_exp),
    derivative: Derivative::Differential(differential_of_log_sum_exp),
    lowering: Lowering::Rewrite(lower_log_sum_exp),
    messages: MESSAGES,
    examples: &[
        ("ArrayLogSumExp[{a, b}]", "Log[E^a + E^b]"),
        ("ArrayLogSumExp[{1000., 1000.}]", "1000.69"),
        ("ArrayLogSumExp[{{a, b}, {c, d}}, 1]", "{Log[E^a + E^c], Log[E^b + E^d]}"),
    ],
    ..Function::NEW
};

pub(super) const PROGRAM_LOG_SOFTMAX: Function = Function {
    name: "Program`LogSoftmax",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "Program`LogSoftmax[a, levels] is Log[ArraySoftmax[a, levels]], of finite elements for any finite ones of a.",
    arguments: Some((1, 2)),
    shape: ShapeRule::Rule(
        |session, call| if call.is_empty() { Ok(Shape::Unknown) } else { session.shape_of(&call.arg(0)) },
    ),
    derivative: Derivative::Differential(differential_of_log_softmax),
    lowering: Lowering::Rewrite(lower_log_softmax),
    ..Function::NEW
};

/// The logarithm of an array that takes its elements from another one: those of the logarithm of that.
pub(super) fn logarithm_of_view(session: &mut Session, call: &Expr) -> Eval {
    let Some((array, others)) = call.args().split_first().map(|(array, others)| (array.clone(), others.to_vec()))
    else {
        return Ok(None);
    };
    let has_own =
        array.is_normal() && session.function_of(array.head()).is_some_and(|record| record.logarithm.is_some());
    let logarithm = Expr::call(Sym::Log, [array]);
    Ok(has_own.then(|| Expr::normal(call.head().clone(), [logarithm].into_iter().chain(others))))
}

/// The logarithm of a total of exponentials along levels.
pub(crate) fn logarithm_of_total(array: &Expr, levels: Expr) -> Option<Expr> {
    let args = array.args_of(Sym::Power)?;
    let [base, exponent] = args.as_ref() else { return None };
    base.is(Sym::E).then(|| Expr::call(Sym::ArrayLogSumExp, [exponent.clone(), levels]))
}

/// The axes of a call on an array of some rank.
fn axes(call: &Expr, rank: usize) -> Option<Vec<usize>> {
    match call.args().get(1) {
        None => rank.checked_sub(1).map(|last| vec![last]),
        Some(stated) => levels::sorted(stated, rank),
    }
}

fn evaluate(session: &mut Session, call: &Expr, head: Sym) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(head, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 && !args[0].is_list() {
        return Ok(None);
    }
    let Some(axes) = axes(call, grid.rank()) else {
        let stated = args.get(1).cloned().unwrap_or_else(|| Expr::integer(-1));
        session.message(head, "lev", &[stated, integer(grid.rank())]);
        return Ok(None);
    };
    let explicit = grid.levels.len();
    if grid.is_explicit() {
        return explicit_groups(session, &grid, &axes, head).map(Some);
    }
    if explicit > 0 && axes.iter().all(|&axis| axis >= explicit) {
        let inner: Vec<usize> = axes.iter().map(|axis| axis - explicit).collect();
        return each_element(session, &grid, head, &[levels::list(&inner)]).map(Some);
    }
    let result = bound::settled(session, Expr::call(head, [args[0].clone(), levels::list(&axes)]));
    Ok(Some(result).filter(|result| result != call))
}

fn explicit_groups(session: &mut Session, grid: &Grid, axes: &[usize], head: Sym) -> Result<Expr, Flow> {
    let Some((groups, kept)) = groups(grid, axes) else { return Ok(Sym::Failed.into()) };
    let mut values = Vec::new();
    for group in groups {
        session.tick()?;
        let reals = finite_reals(&group);
        match (head, reals) {
            (Sym::ArraySoftmax, Some(reals)) => values.extend(softmax_of_reals(&reals)),
            (Sym::ArraySoftmax, None) => values.extend(softmax(session, &group)?),
            (_, Some(reals)) => values.push(log_sum_exp_of_reals(&reals)),
            (_, None) => {
                let total = total_of_exponentials(session, &group)?.1;
                values.push(session.evaluate_call(Sym::Log, [total])?);
            }
        }
    }
    if head == Sym::ArrayLogSumExp {
        return Ok(nest(values, &kept));
    }
    // The values stand in the order of groups; each goes back to where its argument came from.
    let others = levels::others(axes, grid.levels.len());
    let order: Vec<usize> = others.iter().chain(axes).copied().collect();
    let mut placed = vec![Expr::integer(0); values.len()];
    if let Ok(layout) = grid.layout().and_then(|layout| layout.transpose(&order)) {
        layout.offsets().zip(values).for_each(|(place, value)| placed[place] = value);
    }
    Ok(nest(placed, &grid.levels))
}

/// The group as machine reals, at least one of them, beside exact minus infinities.
fn finite_reals(group: &[Expr]) -> Option<Vec<f64>> {
    let minus_infinity = |e: &Expr| e.has_head(Sym::DirectedInfinity) && e.len() == 1 && e.arg(0).is_integer(-1);
    let value = |e: &Expr| e.as_real().or_else(|| minus_infinity(e).then_some(f64::NEG_INFINITY));
    let reals: Vec<f64> = group.iter().map(value).collect::<Option<_>>()?;
    reals.iter().any(|value| value.is_finite()).then_some(reals)
}

fn softmax_of_reals(values: &[f64]) -> Vec<Expr> {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = values.iter().map(|value| (value - largest).exp()).sum();
    let share =
        |&value: &f64| if value.is_finite() { Expr::real((value - largest).exp() / total) } else { Expr::integer(0) };
    values.iter().map(share).collect()
}

fn log_sum_exp_of_reals(values: &[f64]) -> Expr {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Expr::real(largest + values.iter().map(|value| (value - largest).exp()).sum::<f64>().ln())
}

fn total_of_exponentials(session: &mut Session, group: &[Expr]) -> Result<(Vec<Expr>, Expr), Flow> {
    let mut exponentials = Vec::with_capacity(group.len());
    for element in group {
        exponentials.push(session.evaluate_call(Sym::Power, [Sym::E.into(), element.clone()])?);
    }
    let total = session.evaluate_call(Sym::Plus, exponentials.clone())?;
    Ok((exponentials, total))
}

fn softmax(session: &mut Session, group: &[Expr]) -> Result<Vec<Expr>, Flow> {
    if group.is_empty() {
        return Ok(Vec::new());
    }
    let (exponentials, total) = total_of_exponentials(session, group)?;
    let inverse = session.evaluate_call(Sym::Power, [total, Expr::integer(-1)])?;
    let mut shares = Vec::with_capacity(group.len());
    for exponential in exponentials {
        shares.push(session.evaluate_call(Sym::Times, [exponential, inverse.clone()])?);
    }
    Ok(shares)
}

fn shape_of_log_sum_exp(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if call.is_empty() {
        return Ok(Shape::Unknown);
    }
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Some(axes) = axes(call, dimensions.len()) else { return Ok(Shape::Unknown) };
    let kept = levels::others(&axes, dimensions.len());
    Ok(Shape::Known(kept.iter().map(|&axis| dimensions[axis].clone()).collect::<Dims>()))
}

/// `ArrayThread` of an array with one that lacks the given axes.
fn aligned(session: &mut Session, f: &'static str, array: &Expr, other: &Expr, axes: &[usize]) -> Result<Expr, Flow> {
    let rank = dimension::of(session, array)?.len();
    let f = session.parse_static(f);
    let places = Expr::list([Sym::All.into(), levels::list(&levels::others(axes, rank))]);
    Ok(Expr::call(Sym::ArrayThread, [f, Expr::list([array.clone(), other.clone()]), places]))
}

/// With the softmax s: s da - s Total[s da].
fn differential_of_softmax(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let change = &differentials[0];
    let rest = levels::others(&axes, rank);
    let all: Vec<usize> = (0..rank).collect();
    let mut contract = |a: &Expr, b: &Expr, of_b: &[usize], result: &[usize]| {
        contract_freely(session, &[a.clone(), b.clone()], &[all.clone(), of_b.to_vec()], result)
    };
    let mean = contract(call, change, &all, &rest)?;
    let mean = contract(call, &mean, &rest, &all)?;
    let weighted = arithmetic::product(session, [call.clone(), change.clone()])?;
    let mean = arithmetic::product(session, [Expr::integer(-1), mean])?;
    arithmetic::sum(session, [weighted, mean]).map(Some)
}

/// With the softmax s: da - Total[s da].
fn differential_of_log_softmax(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let dimensions = dimension::of(session, &call.arg(0))?;
    let Some(axes) = axes(call, dimensions.len()) else { return Ok(None) };
    let all: Vec<usize> = (0..dimensions.len()).collect();
    let rest = levels::others(&axes, dimensions.len());
    let softmax = session.evaluate_call(Sym::ArraySoftmax, [call.arg(0), levels::list(&axes)])?;
    let change = differentials[0].clone();
    let mean = contract_freely(session, &[softmax, change.clone()], &[all.clone(), all.clone()], &rest)?;
    let ones = Session::ones(&Shape::Known(dimensions));
    let mean = contract_freely(session, &[ones, mean], &[all.clone(), rest], &all)?;
    let mean = arithmetic::product(session, [Expr::integer(-1), mean])?;
    arithmetic::sum(session, [change, mean]).map(Some)
}

/// Total[s da] with the softmax s.
fn differential_of_log_sum_exp(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let softmax = session.evaluate_call(Sym::ArraySoftmax, [call.arg(0), levels::list(&axes)])?;
    let weighted = arithmetic::product(session, [softmax, differentials[0].clone()])?;
    reduce::reduced(session, Sym::Total, weighted, &axes).map(Some)
}

fn reduced_call(f: Sym, array: Expr, axes: &[usize]) -> Expr {
    Expr::call(Sym::ArrayReduce, [f.into(), array, levels::list(axes)])
}

/// What is taken off along the axes before exponentials are formed.
fn shift(array: &Expr, axes: &[usize]) -> Expr {
    reduced_call(Sym::ProgramShift, array.clone(), axes)
}

fn lower_softmax(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let exponentials = aligned(session, "Exp[#1 - #2] &", &call.arg(0), &shift(&call.arg(0), &axes), &axes)?;
    let total = reduced_call(Sym::Total, exponentials.clone(), &axes);
    aligned(session, "#1/#2 &", &exponentials, &total, &axes).map(Some)
}

/// The reciprocal of the sum of the exponentials of all elements less one of them, which are 1 for itself: since the sum then has
/// one direction in each element, intervals give the exact bounds.
fn narrow_softmax(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let others = levels::others(&axes, rank);
    let position = |level: usize| levels::list(&[level]);
    // The elements that are compared stand at further levels.
    let further: Vec<usize> = (rank..rank + axes.len()).collect();
    let mut places = vec![levels::list(&(0..rank).collect::<Vec<_>>())];
    let mut of_other = vec![0; rank];
    others.iter().for_each(|&axis| of_other[axis] = axis);
    axes.iter().zip(&further).for_each(|(&axis, &level)| of_other[axis] = level);
    places.push(levels::list(&of_other));
    let dimensions = dimension::of(session, &call.arg(0))?;
    let mut arrays = vec![call.arg(0), call.arg(0)];
    let mut same = Vec::with_capacity(axes.len());
    for (&axis, &level) in axes.iter().zip(&further) {
        let slot = |place: usize| Expr::call(Sym::Slot, [integer(place)]);
        same.push(Expr::call(Sym::Equal, [slot(arrays.len() + 1), slot(arrays.len() + 2)]));
        let positions = session.evaluate_call(Sym::Range, [dimensions[axis].clone()])?;
        arrays.extend([positions.clone(), positions]);
        places.extend([position(axis), position(level)]);
    }
    let difference = session.parse_static("Exp[#2 - #1]");
    let function = Expr::call(Sym::If, [Expr::call(Sym::And, same), integer(1), difference]);
    let parts = [Expr::call(Sym::Function, [function]), Expr::list(arrays), Expr::list(places)];
    let exponentials = Expr::call(Sym::ArrayThread, parts);
    let total = reduced_call(Sym::Total, exponentials, &further);
    Ok(Some(Expr::call(Sym::Power, [total, Expr::integer(-1)])))
}

fn lower_log_softmax(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let total = Expr::call(Sym::ArrayLogSumExp, [call.arg(0), levels::list(&axes)]);
    aligned(session, "#1 - #2 &", &call.arg(0), &total, &axes).map(Some)
}

fn lower_log_sum_exp(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axes) = axes(call, rank) else { return Ok(None) };
    let shift = shift(&call.arg(0), &axes);
    let exponentials = aligned(session, "Exp[#1 - #2] &", &call.arg(0), &shift, &axes)?;
    let total = reduced_call(Sym::Total, exponentials, &axes);
    Ok(Some(Expr::call(Sym::Plus, [Expr::call(Sym::Log, [total]), shift])))
}
