//! `ArrayReshape`: the same elements in another shape; and `ArrayReplicate`: new levels along which
//! nothing changes.

use netform_array::Layout;
use netform_eval::{
    ArrayPositions, Carrier, Derivative, Eval, Flow, Function, Linear, Linearity, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::differentials::of_first_argument;
use super::dimension::{self, Dims, differ, integer};
use super::grid::Grid;
use super::linear::{Shares, carry_levels};
use super::messages::MESSAGES;
use super::softmax::logarithm_of_view;
use super::window::each_element;
use super::{bound, contraction, levels, lowering};

pub(super) const ARRAY_RESHAPE: Function = Function {
    name: "ArrayReshape",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayReshape[a, {n, m, ...}] gives the array with the elements of a in row-major order and the dimensions n, \
            m, ..., which must need exactly as many elements. A scalar has dimensions {}.",
    evaluate: Some(evaluate_reshape),
    arguments: Some((2, 2)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_reshape),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_reshape),
        adjoint: Some(adjoint_of_reshape),
        selects: true,
    },
    lowering: Lowering::Rewrite(|_, call| Ok(Some(Expr::call(Sym::ProgramReshape, call.args().into_owned())))),
    logarithm: Some(logarithm_of_view),
    messages: MESSAGES,
    examples: &[
        ("ArrayReshape[{a, b, c, d, e, f}, {2, 3}]", "{{a, b, c}, {d, e, f}}"),
        ("ArrayReshape[{{1, 2}, {3, 4}}, {4}]", "{1, 2, 3, 4}"),
        ("{ArrayReshape[x, {1}], ArrayReshape[{x}, {}]}", "{{x}, x}"),
        ("ArrayReshape[VectorSymbol[\"v\", n], {n}] === VectorSymbol[\"v\", n]", "True"),
        ("Dimensions[ArrayReshape[VectorSymbol[\"v\", 2 n], {n, 2}]]", "{n, 2}"),
    ],
    ..Function::NEW
};

pub(super) const ARRAY_REPLICATE: Function = Function {
    name: "ArrayReplicate",
    attributes: netform_expr::Attributes::N_HOLD_REST,
    usage: "ArrayReplicate[a, {n, ...}, {p, ...}] gives the array with new levels of sizes n, ... at the levels p, ... of \
            the result, along which nothing changes. Without places they are the leading levels.",
    evaluate: Some(evaluate_replicate),
    arguments: Some((2, 3)),
    arrays: ArrayPositions::None,
    shape: ShapeRule::Rule(shape_of_replicate),
    derivative: Derivative::Differential(of_first_argument),
    linear: Linear {
        arguments: Linearity::First,
        carry: Some(carry_levels),
        adjoint: Some(adjoint_of_replicate),
        selects: true,
    },
    lowering: Lowering::Rewrite(lower_replicate),
    messages: MESSAGES,
    examples: &[
        ("ArrayReplicate[{a, b}, 2]", "{{a, b}, {a, b}}"),
        ("ArrayReplicate[{a, b}, {3}, {2}]", "{{a, a, a}, {b, b, b}}"),
        ("ArrayReplicate[x, {2, 2}]", "{{x, x}, {x, x}}"),
        ("ArrayReplicate[VectorSymbol[\"v\", n], {1}]", "{v}"),
        ("Dimensions[ArrayReplicate[VectorSymbol[\"v\", n], {m}, {1}]]", "{m, n}"),
    ],
    ..Function::NEW
};

fn carry_reshape(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let Some(mut target) = dimension::stated(&call.arg(1)) else { return Ok(None) };
    target.extend(carrier.levels().iter().cloned());
    let carried = carrier.carried(session, &call.arg(0))?;
    session.evaluate_call(Sym::ArrayReshape, [carried, dimension::list(&target)]).map(Some)
}

fn adjoint_of_reshape(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let target = dimension::of(session, &array)?;
    let share = session.evaluate_call(Sym::ArrayReshape, [cotangent.clone(), dimension::list(&target)])?;
    Ok(Some(vec![(array, share)]))
}

fn adjoint_of_replicate(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let rank = dimension::of(session, &array)?.len();
    let Ok((_, places)) = replication(call, rank) else { return Ok(None) };
    Ok(Some(vec![(array, contraction::total(session, cotangent.clone(), &places)?)]))
}

fn evaluate_reshape(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(target) = dimension::stated(&args[1]) else {
        session.message(Sym::ArrayReshape, "dims", &[args[1].clone()]);
        return Ok(None);
    };
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayReshape, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    let dimensions = grid.dimensions();
    if dimensions[..] == target[..] {
        return Ok(Some(args[0].clone()));
    }
    let (has, needs) = (dimension::element_count(session, &dimensions)?, dimension::element_count(session, &target)?);
    if differ(&has, &needs) {
        let texts = [dimension::list(&dimensions), has, dimension::list(&target), needs];
        session.message(Sym::ArrayReshape, "fit", &texts);
        return Ok(None);
    }
    let result = reshape(session, &args[0], &grid, &target)?;
    Ok(Some(result).filter(|result| result != call))
}

fn reshape(session: &mut Session, array: &Expr, grid: &Grid, target: &[Expr]) -> Result<Expr, Flow> {
    let explicit = grid.levels.len();
    if let Some(leading) = target.len().checked_sub(grid.below.len()).filter(|&k| target[k..] == grid.below[..])
        && let Some(levels) = dimension::known(&target[..leading])
        && levels.iter().product::<usize>() == grid.levels.iter().product::<usize>()
        && let Ok(result) = Layout::row_major(&levels).and_then(|layout| grid.through(layout))
    {
        return Ok(result);
    }
    let prefix: Dims = grid.levels.iter().map(|&n| integer(n)).collect();
    if explicit > 0 && target.starts_with(&prefix) && !grid.is_explicit() {
        return each_element(session, grid, Sym::ArrayReshape, &[dimension::list(&target[explicit..])]);
    }
    let inner = if array.has_head(Sym::ArrayReshape) && array.len() == 2 { array.arg(0) } else { array.clone() };
    if dimension::of(session, &inner)?[..] == *target {
        return Ok(inner);
    }
    Ok(bound::settled(session, Expr::call(Sym::ArrayReshape, [inner, dimension::list(target)])))
}

fn shape_of_reshape(_: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let target = (call.len() == 2).then(|| dimension::stated(&call.arg(1))).flatten();
    Ok(target.map_or(Shape::Unknown, Shape::Known))
}

/// The sizes of new levels and where they stand in the result.
fn replication(call: &Expr, rank: usize) -> Result<(Dims, Vec<usize>), (&'static str, Vec<Expr>)> {
    let args = call.args();
    let sizes = dimension::stated(&args[1]).ok_or_else(|| ("dims", vec![args[1].clone()]))?;
    let total = rank + sizes.len();
    let places = match args.get(2) {
        None => Some((0..sizes.len()).collect()),
        Some(places) => levels::in_order(places, total).filter(|places| places.len() == sizes.len()),
    };
    let places = places.ok_or_else(|| ("lev", vec![args[2].clone(), integer(total)]))?;
    let mut pairs: Vec<(usize, Expr)> = places.into_iter().zip(sizes).collect();
    pairs.sort_by_key(|(place, _)| *place);
    let (places, sizes): (Vec<usize>, Vec<Expr>) = pairs.into_iter().unzip();
    Ok((sizes.into_iter().collect(), places))
}

fn evaluate_replicate(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some(grid) = Grid::of(session, &args[0])? else {
        session.message(Sym::ArrayReplicate, "rect", &[args[0].clone()]);
        return Ok(None);
    };
    let (sizes, places) = match replication(call, grid.rank()) {
        Ok(replication) => replication,
        Err((tag, values)) => {
            session.message(Sym::ArrayReplicate, tag, &values);
            return Ok(None);
        }
    };
    if places.is_empty() {
        return Ok(Some(args[0].clone()));
    }
    let within = grid.levels.len() + places.len();
    if places.iter().all(|&place| place < within)
        && (grid.is_explicit() || !grid.levels.is_empty())
        && let Some(known) = dimension::known(&sizes)
    {
        let mut layout = grid.layout();
        for (&place, &size) in places.iter().zip(&known) {
            layout = layout.and_then(|layout| layout.replicate(place, size));
        }
        if let Ok(result) = layout.and_then(|layout| grid.through(layout)) {
            return Ok(Some(result));
        }
    }
    if let ([0], [single]) = (places.as_slice(), sizes.as_slice())
        && single.is_integer(1)
    {
        return Ok(Some(Expr::list([args[0].clone()])));
    }
    let parts = [args[0].clone(), dimension::list(&sizes), levels::list(&places)];
    let result = bound::settled(session, Expr::call(Sym::ArrayReplicate, parts));
    Ok(Some(result).filter(|result| result != call))
}

fn shape_of_replicate(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    if !(2..=3).contains(&call.len()) {
        return Ok(Shape::Unknown);
    }
    let mut dimensions = dimension::of(session, &call.arg(0))?;
    let Ok((sizes, places)) = replication(call, dimensions.len()) else { return Ok(Shape::Unknown) };
    for (size, place) in sizes.into_iter().zip(places) {
        dimensions.insert(place, size);
    }
    Ok(Shape::Known(dimensions))
}

fn lower_replicate(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let Ok((_, new)) = replication(call, rank) else { return Ok(None) };
    let Shape::Known(dimensions) = shape_of_replicate(session, call)? else { return Ok(None) };
    let own = levels::others(&new, dimensions.len());
    Ok(Some(lowering::broadcast(&call.arg(0), &own, &dimensions)))
}
