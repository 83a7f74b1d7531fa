//! `ArrayGather`: elements at positions; and its adjoint `ArrayScatterAdd`.

use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::differentials::{full, of_first_argument};
use super::dimension::{self, Dims, integer};
use super::grid::{Grid, nest};
use super::linear::{LEADING, Shares};
use super::messages::MESSAGES;
use super::softmax::logarithm_of_view;
use super::{bound, indices, levels};
use crate::arithmetic;

pub(super) const ARRAY_GATHER: Function = Function {
    name: "ArrayGather",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayGather[a, i, level] replaces the level of the array a by all levels of the array i of positions. \
            A position that is no number gives Indexed[{...}, i], element by element.",
    evaluate: Some(evaluate_gather),
    arguments: Some((2, 3)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_gather),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear { adjoint: Some(adjoint_of_gather), ..LEADING },
    lowering: Lowering::Rewrite(lower_gather),
    logarithm: Some(logarithm_of_view),
    messages: MESSAGES,
    examples: &[
        ("ArrayGather[{a, b, c}, {3, 1}, 1]", "{c, a}"),
        ("ArrayGather[{{a, b}, {c, d}}, {2, 2, 1}, 2]", "{{b, b, a}, {d, d, c}}"),
        ("ArrayGather[{{a, b}, {c, d}}, 2, 1]", "{c, d}"),
        ("ArrayGather[{{a, b}, {c, d}}, k, 1]", "{Indexed[{a, c}, k], Indexed[{b, d}, k]}"),
        ("Dimensions[ArrayGather[MatrixSymbol[\"w\", {n, d}], {1, 5, 2}, 1]]", "{3, d}"),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_SCATTER_ADD: Function = Function {
    name: "ArrayScatterAdd",
    usage: "ArrayScatterAdd[a, i, u, level] adds the updates u to the elements of the array a at the positions i of \
            a level. It is the adjoint of ArrayGather: u has the dimensions of ArrayGather[a, i, level].",
    evaluate: Some(evaluate_scatter),
    arguments: Some((3, 4)),
    arrays: ArrayPositions::None,
    quantities: ArrayPositions::At(&[1, 3]),
    shape: ShapeRule::Rule(
        |session, call| if call.is_empty() { Ok(Shape::Unknown) } else { session.shape_of(&call.arg(0)) },
    ),
    derivative: Derivative::Differential(differential_of_scatter),
    linear: Linear { carry: Some(carry_scatter), adjoint: Some(adjoint_of_scatter), ..Linear::NEW },
    lowering: Lowering::Rewrite(lower_scatter),
    messages: MESSAGES,
    examples: &[
        ("ArrayScatterAdd[{a, b, c}, {3, 1, 3}, {x, y, z}, 1]", "{a + y, b, c + x + z}"),
        ("ArrayScatterAdd[{0, 0}, k, x, 1]", "{x KroneckerDelta[1, k], x KroneckerDelta[2, k]}"),
    ],
    ..Function::NEW
};

fn adjoint_of_gather(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let args = call.args();
    if depends(&args[1]) {
        return Ok(None);
    }
    let shape = session.shape_of(&args[0])?;
    let level = args.get(2).cloned().unwrap_or_else(|| Expr::integer(1));
    let parts = [Session::zeros(&shape), args[1].clone(), cotangent.clone(), level];
    Ok(Some(vec![(args[0].clone(), session.evaluate_call(Sym::ArrayScatterAdd, parts)?)]))
}

fn carry_scatter(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let args = call.args();
    if carrier.depends(&args[1]) {
        return Ok(None);
    }
    let (base, updates) = (carrier.carried(session, &args[0])?, carrier.carried(session, &args[2])?);
    let rank = dimension::of(session, &args[0])?.len();
    let Some(axis) = level(args.get(3), rank) else { return Ok(None) };
    session.evaluate_call(Sym::ArrayScatterAdd, [base, args[1].clone(), updates, integer(axis + 1)]).map(Some)
}

fn adjoint_of_scatter(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let args = call.args();
    if depends(&args[1]) {
        return Ok(None);
    }
    let mut shares = Vec::with_capacity(2);
    if depends(&args[0]) {
        shares.push((args[0].clone(), cotangent.clone()));
    }
    if depends(&args[2]) {
        let level = args.get(3).cloned().unwrap_or_else(|| Expr::integer(1));
        let taken = session.evaluate_call(Sym::ArrayGather, [cotangent.clone(), args[1].clone(), level])?;
        shares.push((args[2].clone(), taken));
    }
    Ok(Some(shares))
}

/// The level that an argument names; the first unless given.
fn level(argument: Option<&Expr>, rank: usize) -> Option<usize> {
    match argument {
        None => (rank > 0).then_some(0),
        Some(argument) => levels::axis(argument, rank),
    }
}

/// One element at a level: position outside, or where it is.
enum Place {
    At(usize),
    Symbolic(Expr),
}

/// The positions of an explicit array, checked against the size of a level.
fn places(session: &mut Session, head: Sym, positions: &Grid, size: usize) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    for position in positions.expressions().iter() {
        places.push(match indices::integer(position) {
            Some(n) if (1..=size as i64).contains(&n) => Place::At(n as usize - 1),
            None if !position.is_number() => Place::Symbolic(position.clone()),
            _ => {
                session.message(head, "range", &[position.clone(), integer(size)]);
                return None;
            }
        });
    }
    Some(places)
}

fn evaluate_gather(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (Some(array), Some(positions)) = (Grid::of(session, &args[0])?, Grid::of(session, &args[1])?) else {
        session.message(Sym::ArrayGather, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    if array.rank() == 0 && !args[0].is_list() {
        return Ok(None);
    }
    let Some(axis) = level(args.get(2), array.rank()) else {
        session.message(Sym::ArrayGather, "lev", &[args[2].clone(), integer(array.rank())]);
        return Ok(None);
    };
    if axis < array.levels.len() && positions.is_explicit() {
        return gather(session, &array, &positions, axis);
    }
    let explicit = array.levels.len();
    if explicit > 0 && !array.is_explicit() && axis >= explicit {
        let rest = [args[1].clone(), integer(axis + 1 - explicit)];
        return super::window::each_element(session, &array, Sym::ArrayGather, &rest).map(Some);
    }
    let parts = [args[0].clone(), args[1].clone(), integer(axis + 1)];
    let result = bound::settled(session, Expr::call(Sym::ArrayGather, parts));
    Ok(Some(result).filter(|result| result != call))
}

/// The level is explicit, and so are all positions.
fn gather(session: &mut Session, array: &Grid, positions: &Grid, axis: usize) -> Eval {
    let size = array.levels[axis];
    let Some(places) = places(session, Sym::ArrayGather, positions, size) else { return Ok(None) };
    let outer: usize = array.levels[..axis].iter().product();
    let inner: usize = array.levels[axis + 1..].iter().product();
    let elements = array.expressions();
    let mut values = Vec::with_capacity(outer * places.len() * inner);
    for o in 0..outer {
        for place in &places {
            for i in 0..inner {
                values.push(match place {
                    Place::At(position) => elements[(o * size + position) * inner + i].clone(),
                    Place::Symbolic(position) => {
                        let line = Expr::list((0..size).map(|k| elements[(o * size + k) * inner + i].clone()));
                        session.evaluate_call(Sym::Indexed, [line, position.clone()])?
                    }
                });
            }
        }
    }
    let levels: Vec<usize> =
        array.levels[..axis].iter().chain(&positions.levels).chain(&array.levels[axis + 1..]).copied().collect();
    Ok(Some(nest(values, &levels)))
}

fn gathered(array: &[Expr], positions: &[Expr], axis: usize) -> Dims {
    array[..axis].iter().chain(positions).chain(&array[axis + 1..]).cloned().collect()
}

fn shape_of_gather(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(2..=3).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let (array, positions) = (dimension::of(session, &call.arg(0))?, dimension::of(session, &call.arg(1))?);
    let axis = level(call.args().get(2), array.len());
    Ok(axis.map_or(Shape::Unknown, |axis| Shape::Known(gathered(&array, &positions, axis))))
}

fn evaluate_scatter(session: &mut Session, call: &Expr) -> Eval {
    let mut args = call.args().into_owned();
    // Updates that are numbers make a list of zeros as well.
    if !args[1].may_hold_array_symbol()
        && !args[2].may_hold_array_symbol()
        && let Some(written_out) = session.function_of(args[0].head()).and_then(|constant| constant.written_out)
        && let Some(list) = written_out(&args[0])
    {
        args[0] = list;
    }
    let mut grids = Vec::with_capacity(3);
    for arg in &args[..3] {
        match Grid::of(session, arg)? {
            Some(grid) => grids.push(grid),
            None => {
                session.message(Sym::ArrayScatterAdd, "rect", std::slice::from_ref(arg));
                return Ok(None);
            }
        }
    }
    let [base, positions, updates] = grids.as_slice() else { return Ok(None) };
    if base.rank() == 0 {
        return Ok(None);
    }
    let Some(axis) = level(args.get(3), base.rank()) else {
        session.message(Sym::ArrayScatterAdd, "lev", &[args[3].clone(), integer(base.rank())]);
        return Ok(None);
    };
    let expected = gathered(&base.dimensions(), &positions.dimensions(), axis);
    let found = updates.dimensions();
    let clash = expected.len() != found.len() || expected.iter().zip(&found).any(|(a, b)| dimension::differ(a, b));
    if clash {
        session.message(Sym::ArrayScatterAdd, "upd", &[dimension::list(&expected), dimension::list(&found)]);
        return Ok(None);
    }
    if grids.iter().all(Grid::is_explicit) {
        return scatter(session, base, positions, updates, axis);
    }
    let parts = args[..3].iter().cloned().chain([integer(axis + 1)]);
    let result = bound::settled(session, Expr::call(Sym::ArrayScatterAdd, parts));
    Ok(Some(result).filter(|result| result != call))
}

fn scatter(session: &mut Session, base: &Grid, positions: &Grid, updates: &Grid, axis: usize) -> Eval {
    let size = base.levels[axis];
    let Some(places) = places(session, Sym::ArrayScatterAdd, positions, size) else { return Ok(None) };
    let outer: usize = base.levels[..axis].iter().product();
    let inner: usize = base.levels[axis + 1..].iter().product();
    let mut terms: Vec<Vec<Expr>> = base.expressions().iter().map(|element| vec![element.clone()]).collect();
    let updates = updates.expressions();
    for o in 0..outer {
        for (p, place) in places.iter().enumerate() {
            for i in 0..inner {
                let update = &updates[(o * places.len() + p) * inner + i];
                match place {
                    Place::At(position) => terms[(o * size + position) * inner + i].push(update.clone()),
                    Place::Symbolic(position) => {
                        for k in 0..size {
                            let here =
                                session.evaluate_call(Sym::KroneckerDelta, [integer(k + 1), position.clone()])?;
                            let share = arithmetic::product(session, [here, update.clone()])?;
                            terms[(o * size + k) * inner + i].push(share);
                        }
                    }
                }
            }
        }
    }
    let mut values = Vec::with_capacity(terms.len());
    for terms in terms {
        values.push(arithmetic::sum(session, terms)?);
    }
    Ok(Some(nest(values, &base.levels)))
}

/// Linear in base and updates together.
fn differential_of_scatter(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let mut parts = call.args().into_owned();
    for i in [0, 2] {
        parts[i] = full(session, &parts[i], &differentials[i])?;
    }
    session.evaluate_call(Sym::ArrayScatterAdd, parts).map(Some)
}

fn lower_gather(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axis) = level(call.args().get(2), rank) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramGather, [call.arg(0), call.arg(1), integer(axis + 1)])))
}

fn lower_scatter(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Some(axis) = level(call.args().get(3), rank) else { return Ok(None) };
    Ok(Some(Expr::call(Sym::ProgramScatterAdd, [call.arg(0), call.arg(1), call.arg(2), integer(axis + 1)])))
}
