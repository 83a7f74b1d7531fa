//! `ArrayPad`: elements added around an array, or taken away.

use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::bound;
use super::differentials::{full, is_still};
use super::dimension::{self, Dims, integer};
use super::grid::Grid;
use super::linear::Shares;
use super::messages::MESSAGES;
use crate::arithmetic;
use crate::lists::range::is_too_long;

pub(super) const ARRAY_PAD: Function = Function {
    name: "ArrayPad",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayPad[a, m] adds m zeros on every side of the array a, ArrayPad[a, {m, n}] m before and n after at every \
            level, ArrayPad[a, {{m, n}, ...}] at the leading levels. Negative amounts take elements away. ArrayPad[a, p, x] \
            adds x instead of zero; \"Fixed\" repeats the elements at the border, \"Periodic\" the array, \"Reflected\" \
            its mirror image at the border elements, \"Reversed\" its mirror image beyond them.",
    evaluate: Some(evaluate),
    arguments: Some((2, 3)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(differential),
    linear: Linear { carry: Some(carry), adjoint: Some(adjoint), ..Linear::NEW },
    lowering: Lowering::Rewrite(lower),
    messages: MESSAGES,
    examples: &[
        ("ArrayPad[{a, b}, 1]", "{0, a, b, 0}"),
        ("ArrayPad[{{a, b}, {c, d}}, {{0, 1}, {-1, 0}}, x]", "{{b}, {d}, {x}}"),
        ("ArrayPad[{a, b, c}, 2, \"Reflected\"]", "{c, b, a, b, c, b, a}"),
        ("ArrayPad[{a, b}, {1, 2}, \"Fixed\"]", "{a, a, b, b, b}"),
        ("ArrayPad[{a, b, c}, {-1, 1}, -Infinity]", "{b, c, -Infinity}"),
        ("Dimensions[ArrayPad[VectorSymbol[\"v\", n], {{1, 2}}]]", "{3 + n}"),
    ],
    ..Function::NEW
};

/// What the new elements are.
#[derive(Clone, PartialEq)]
enum Filling {
    /// All the same scalar.
    Constant(Expr),
    /// Elements of the array, found by their position.
    Copies(Copies),
}

/// Which element of the array stands at a position outside of it.
#[derive(Clone, Copy, PartialEq)]
enum Copies {
    Fixed,
    Periodic,
    Reflected,
    Reversed,
}

impl Copies {
    const NAMES: &[(&str, Copies)] = &[
        ("Fixed", Copies::Fixed),
        ("Periodic", Copies::Periodic),
        ("Reflected", Copies::Reflected),
        ("Reversed", Copies::Reversed),
    ];

    fn source(self, position: i64, size: i64) -> i64 {
        match self {
            Copies::Fixed => position.clamp(0, size - 1),
            Copies::Periodic => position.rem_euclid(size),
            Copies::Reflected if size == 1 => 0,
            Copies::Reflected => {
                let turn = position.rem_euclid(2 * size - 2);
                turn.min(2 * size - 2 - turn)
            }
            Copies::Reversed => {
                let turn = position.rem_euclid(2 * size);
                turn.min(2 * size - 1 - turn)
            }
        }
    }
}

impl Filling {
    fn of(argument: Option<&Expr>) -> Option<Filling> {
        let Some(argument) = argument else { return Some(Filling::Constant(Expr::integer(0))) };
        if let Some(name) = argument.as_str() {
            return Copies::NAMES.iter().find(|(n, _)| *n == name).map(|(_, copies)| Filling::Copies(*copies));
        }
        (!argument.is_list()).then(|| Filling::Constant(argument.clone()))
    }
}

/// Amounts before and after, for each leading level.
type Amounts = Vec<(Expr, Expr)>;

fn amounts(argument: &Expr, rank: usize) -> Option<Amounts> {
    let is_amount = |e: &Expr| e.as_i64().is_some() || !(e.is_number() || e.is_list() || e.as_str().is_some());
    let pair = |e: &Expr| {
        let both = e.args_of(Sym::List)?;
        (both.len() == 2 && both.iter().all(is_amount)).then(|| (both[0].clone(), both[1].clone()))
    };
    let mut amounts: Amounts = match argument.args_of(Sym::List) {
        None if is_amount(argument) => vec![(argument.clone(), argument.clone()); rank],
        None => return None,
        Some(items) if items.iter().all(Expr::is_list) => items.iter().map(pair).collect::<Option<_>>()?,
        Some(_) => vec![pair(argument)?; rank],
    };
    if amounts.len() > rank {
        return None;
    }
    while amounts.last().is_some_and(is_nothing) {
        amounts.pop();
    }
    Some(amounts)
}

fn is_nothing((before, after): &(Expr, Expr)) -> bool {
    before.is_integer(0) && after.is_integer(0)
}

fn amounts_list(amounts: &[(Expr, Expr)]) -> Expr {
    Expr::list(amounts.iter().map(|(before, after)| Expr::list([before.clone(), after.clone()])))
}

fn padded_size(session: &mut Session, size: &Expr, amounts: &(Expr, Expr)) -> Result<Expr, Flow> {
    let lower = dimension::add(session, size, &amounts.0)?;
    dimension::add(session, &lower, &amounts.1)
}

/// Levels that are padded lead; what is added must not depend on the direction but as an element.
fn carry(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let args = call.args();
    if args.get(2).is_some_and(|value| carrier.depends(value)) {
        return Ok(None);
    }
    let rank = dimension::of(session, &args[0])?.len();
    let Some(amounts) = amounts(&args[1], rank) else { return Ok(None) };
    let carried = carrier.carried(session, &args[0])?;
    let parts = [carried, amounts_list(&amounts)].into_iter().chain(args.get(2).cloned());
    session.evaluate_call(Sym::ArrayPad, parts).map(Some)
}

/// What was added is taken away, and the other way round.
fn adjoint(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let args = call.args();
    let rank = dimension::of(session, &args[0])?.len();
    let (Some(amounts), Some(Filling::Constant(value))) = (amounts(&args[1], rank), Filling::of(args.get(2))) else {
        return Ok(None);
    };
    if depends(&value) {
        return Ok(None);
    }
    let mut back = Vec::with_capacity(amounts.len());
    for (before, after) in &amounts {
        let zero = Expr::integer(0);
        back.push((dimension::subtract(session, &zero, before)?, dimension::subtract(session, &zero, after)?));
    }
    let share = session.evaluate_call(Sym::ArrayPad, [cotangent.clone(), amounts_list(&back)])?;
    Ok(Some(vec![(args[0].clone(), share)]))
}

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayPad, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if grid.rank() == 0 {
        return Ok(None);
    }
    let Some(amounts) = amounts(&args[1], grid.rank()) else {
        session.message(Sym::ArrayPad, "pad", &[args[1].clone(), integer(grid.rank())]);
        return Ok(None);
    };
    let Some(filling) = Filling::of(args.get(2)) else {
        session.message(Sym::ArrayPad, "padval", &[args[2].clone()]);
        return Ok(None);
    };
    let dimensions = grid.dimensions();
    let mut count: u64 = 1;
    for (size, both) in dimensions.iter().zip(&amounts) {
        let padded = padded_size(session, size, both)?;
        count = count.saturating_mul(padded.as_usize().map_or(1, |size| size as u64));
        if padded.as_i64().is_some_and(|size| size < 0) {
            let taken = dimension::subtract(session, size, &padded)?;
            session.message(Sym::ArrayPad, "crop", &[taken, size.clone()]);
            return Ok(None);
        }
        let grows = [&both.0, &both.1].iter().any(|amount| amount.as_i64().is_some_and(|n| n > 0));
        if size.is_integer(0) && grows && matches!(filling, Filling::Copies(_)) {
            session.message(Sym::ArrayPad, "empty", &[]);
            return Ok(None);
        }
    }
    if is_too_long(session, call, count)? {
        return Ok(None);
    }
    let result = pad(session, &args[0], &dimensions, &amounts, &filling)?;
    Ok(Some(result).filter(|result| result != call))
}

/// Pads the leading levels of an array of known dimensions.
fn pad(
    session: &mut Session,
    array: &Expr,
    dimensions: &[Expr],
    amounts: &[(Expr, Expr)],
    filling: &Filling,
) -> Result<Expr, Flow> {
    if amounts.iter().all(is_nothing) {
        return Ok(array.clone());
    }
    session.tick()?;
    let explicit = amounts[0].0.as_i64().zip(amounts[0].1.as_i64()).filter(|_| array.is_list());
    let Some((before, after)) = explicit else {
        return Ok(symbolic(session, array, amounts, filling));
    };
    let rows = array.args();
    let mut padded = Vec::with_capacity(rows.len());
    for row in rows.iter() {
        padded.push(pad(session, row, &dimensions[1..], &amounts[1..], filling)?);
    }
    let size = rows.len() as i64;
    let mut blank = None;
    let mut result = Vec::with_capacity(usize::try_from(size + before + after).unwrap_or_default());
    for position in -before..size + after {
        let source = match filling {
            Filling::Copies(copies) => Some(copies.source(position, size)),
            Filling::Constant(_) => Some(position).filter(|p| (0..size).contains(p)),
        };
        result.push(match (source.and_then(|source| usize::try_from(source).ok()), filling) {
            (Some(source), _) => padded[source].clone(),
            (None, Filling::Constant(value)) => match &blank {
                Some(blank) => Expr::clone(blank),
                None => {
                    let row = blank_row(session, &dimensions[1..], &amounts[1..], value)?;
                    blank.insert(row).clone()
                }
            },
            (None, Filling::Copies(_)) => continue,
        });
    }
    Ok(Expr::list(result))
}

/// A row of nothing but the padding.
fn blank_row(session: &mut Session, dimensions: &[Expr], amounts: &[(Expr, Expr)], value: &Expr) -> Result<Expr, Flow> {
    let mut sizes: Dims = dimensions.iter().cloned().collect();
    for (size, both) in sizes.iter_mut().zip(amounts) {
        *size = padded_size(session, size, both)?;
    }
    constant(session, value, &sizes)
}

/// An array of one scalar: explicit where all dimensions are integers.
pub(super) fn constant(session: &mut Session, value: &Expr, dimensions: &[Expr]) -> Result<Expr, Flow> {
    if let Some(levels) = dimension::known(dimensions) {
        let build = |row: Expr, &n: &usize| Expr::list(std::iter::repeat_n(row, n));
        return Ok(levels.iter().rev().fold(value.clone(), build));
    }
    if value.is_integer(0) {
        return Ok(Session::zeros(&Shape::of(dimensions.iter().cloned())));
    }
    let ones = Session::ones(&Shape::of(dimensions.iter().cloned()));
    arithmetic::product(session, [value.clone(), ones])
}

fn symbolic(session: &mut Session, array: &Expr, amounts: &[(Expr, Expr)], filling: &Filling) -> Expr {
    let mut parts = vec![array.clone(), amounts_list(amounts)];
    match filling {
        Filling::Constant(value) if value.is_integer(0) => {}
        Filling::Constant(value) => parts.push(value.clone()),
        Filling::Copies(copies) => {
            let name = Copies::NAMES.iter().find(|(_, c)| c == copies).map_or("", |(name, _)| name);
            parts.push(Expr::string(name));
        }
    }
    bound::settled(session, Expr::call(Sym::ArrayPad, parts))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(2..=3).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let mut dimensions = dimension::of(session, &call.arg(0))?;
    let Some(amounts) = amounts(&call.arg(1), dimensions.len()) else { return Ok(Shape::Unknown) };
    if dimensions.is_empty() {
        return Ok(Shape::Unknown);
    }
    for (size, both) in dimensions.iter_mut().zip(&amounts) {
        *size = padded_size(session, size, both)?;
    }
    Ok(Shape::Known(dimensions))
}

/// The padded differential; what is added does not change, unless it is a copy or depends itself.
fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let mut parts = call.args().into_owned();
    let of_value = differentials.get(2).filter(|d| !is_still(d)).cloned();
    if is_still(&differentials[0]) && of_value.is_none() {
        let shape = shape(session, call)?;
        return Ok(Some(Session::zeros(&shape)));
    }
    parts[0] = full(session, &parts[0], &differentials[0])?;
    if parts.len() == 3 && parts[2].as_str().is_none() {
        parts[2] = of_value.unwrap_or_else(|| Expr::integer(0));
    }
    session.evaluate_call(Sym::ArrayPad, parts).map(Some)
}

/// A pad for constants; a gather of positions for copies; and slices where elements are taken away.
fn lower(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let dimensions = dimension::of(session, &args[0])?;
    let (Some(amounts), Some(filling)) = (amounts(&args[1], dimensions.len()), Filling::of(args.get(2))) else {
        return Ok(None);
    };
    let mut array = args[0].clone();
    let copies = match filling {
        Filling::Constant(value) => return lower_constant(session, array, &dimensions, &amounts, value).map(Some),
        Filling::Copies(copies) => copies,
    };
    for (axis, both) in amounts.iter().enumerate().filter(|(_, both)| !is_nothing(both)) {
        let (Some(before), Some(after), Some(size)) = (both.0.as_i64(), both.1.as_i64(), dimensions[axis].as_i64())
        else {
            return Ok(None);
        };
        let positions = (-before..size + after).map(|position| Expr::integer(copies.source(position, size) + 1));
        array = Expr::call(Sym::ProgramGather, [array, Expr::list(positions), integer(axis + 1)]);
    }
    Ok(Some(array))
}

fn lower_constant(
    session: &mut Session,
    array: Expr,
    dimensions: &[Expr],
    amounts: &[(Expr, Expr)],
    value: Expr,
) -> Result<Expr, Flow> {
    let is_negative = |e: &Expr| e.as_i64().is_some_and(|n| n < 0);
    let added = |e: &Expr| if is_negative(e) { Expr::integer(0) } else { e.clone() };
    let mut starts = Vec::new();
    let mut counts = Vec::new();
    for (size, (before, after)) in dimensions.iter().zip(amounts) {
        let mut count = size.clone();
        for amount in [before, after].into_iter().filter(|amount| is_negative(amount)) {
            count = dimension::add(session, &count, amount)?;
        }
        starts.push(if is_negative(before) {
            dimension::subtract(session, &Expr::integer(1), before)?
        } else {
            Expr::integer(1)
        });
        counts.push(count);
    }
    let crops = amounts.iter().any(|(before, after)| is_negative(before) || is_negative(after));
    let kept =
        if crops { Expr::call(Sym::ProgramSlice, [array, Expr::list(starts), Expr::list(counts)]) } else { array };
    if amounts.iter().all(|(before, after)| added(before).is_integer(0) && added(after).is_integer(0)) {
        return Ok(kept);
    }
    let low = Expr::list(amounts.iter().map(|(before, _)| added(before)));
    let high = Expr::list(amounts.iter().map(|(_, after)| added(after)));
    Ok(Expr::call(Sym::ProgramPad, [kept, value, low, high]))
}
