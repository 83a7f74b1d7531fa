//! `Dot`: products of vectors, matrices and arrays of any rank.

use netform_eval::{ArrayPositions, Derivative, Eval, Flow, Function, Lowering, Session, Shape, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::explicit::{Explicit, multiply};
use crate::arithmetic::product;
use crate::arrays::contraction::{is_part_of_identity, is_selector, picked, total};
use crate::arrays::differentials::of_each_argument;
use crate::arrays::dimension::differ;
use crate::arrays::grid::Grid;
use crate::arrays::linear::{MULTILINEAR, contracted};
use crate::arrays::lowering::lower_dot;
use crate::symbolic_arrays::is_symmetric_matrix;

/// Products of arrays.
pub(super) const DOT: Function = Function {
    name: "Dot",
    usage: "a . b . c or Dot[a, b, c] gives products of vectors, matrices and arrays: the last level of each is contracted \
            with the first level of the next.",
    attributes: Attributes::FLAT.with(Attributes::ONE_IDENTITY),
    arrays: ArrayPositions::All,
    on_arrays: Some(dot_of_arrays),
    evaluate: Some(dot),
    nests: Some(is_turned_vector),
    shape: ShapeRule::Rule(shape),
    derivative: Derivative::Differential(of_each_argument),
    linear: MULTILINEAR,
    lowering: Lowering::Rewrite(lower_dot),
    messages: &[
        ("dotsh", "Tensors `1` and `2` have incompatible shapes."),
        ("rect", "Nonrectangular tensor encountered: `1`."),
    ],
    examples: &[
        ("{a, b} . {x, y}", "a x + b y"),
        ("{{a, b}, {c, d}} . {x, y}", "{a x + b y, c x + d y}"),
        ("{{1, 2}, {3, 4}} . {{0, 1}, {1, 0}}", "{{2, 1}, {4, 3}}"),
        ("Dimensions[MatrixSymbol[\"w\", {2, 3}] . VectorSymbol[\"v\", 3]]", "{2}"),
    ],
    ..Function::NEW
};

fn dot(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    match args.len() {
        0 => return Ok(None),
        1 => return Ok(Some(args[0].clone())),
        _ => {}
    }
    if args.iter().any(|arg| arg.is_list() && arg.may_hold_array_symbol()) {
        for arg in args.iter() {
            // Lists of arrays are sums of their elements, or lists of products.
            let Some(grid) = Grid::of(session, arg)? else { break };
            if grid.levels.len() < grid.rank() {
                return if sizes_fit(session, call)? { contracted(session, call) } else { Ok(None) };
            }
        }
    }
    let mut factors = Vec::with_capacity(args.len());
    for arg in args.iter() {
        let explicit = Explicit::of(session, arg)?;
        if explicit.is_none() && arg.is_list() && arg.args().iter().any(Expr::is_list) && !arg.may_hold_array_symbol() {
            session.message_of(call.head(), "rect", std::slice::from_ref(arg));
            return Ok(None);
        }
        factors.push(Factor { expr: arg.clone(), explicit });
    }
    let before = factors.len();
    let last_is_vector =
        factors.last().and_then(|factor| factor.explicit.as_ref()).is_some_and(|e| e.dimensions.len() == 1);
    while let Some(place) = adjacent(&factors, last_is_vector) {
        let (left, right) = (&factors[place], &factors[place + 1]);
        let Some(product) = product_of(session, left, right)? else {
            session.message_of(call.head(), "dotsh", &[left.expr.clone(), right.expr.clone()]);
            return Ok(None);
        };
        factors.splice(place..=place + 1, [product]);
    }
    if factors.len() == before {
        return Ok(None);
    }
    let mut factors: Vec<Expr> = factors.into_iter().map(|factor| factor.expr).collect();
    Ok(if factors.len() == 1 { factors.pop() } else { Some(Expr::call(Sym::Dot, factors)) })
}

struct Factor {
    expr: Expr,
    explicit: Option<Explicit>,
}

/// Two neighbours that can be multiplied: the last ones, if that saves work, or the first. A vector
/// between others is multiplied with what stands before it.
fn adjacent(factors: &[Factor], from_the_end: bool) -> Option<usize> {
    let is_vector = |factor: &Factor| factor.explicit.as_ref().is_some_and(|e| e.dimensions.len() < 2);
    let both = |i: &usize| {
        factors[*i].explicit.is_some() && factors[*i + 1].explicit.is_some() && (*i == 0 || !is_vector(&factors[*i]))
    };
    let mut places = 0..factors.len().saturating_sub(1);
    if from_the_end { places.rev().find(both) } else { places.find(both) }
}

fn product_of(session: &mut Session, left: &Factor, right: &Factor) -> Result<Option<Factor>, Flow> {
    let (Some(a), Some(b)) = (&left.explicit, &right.explicit) else { return Ok(None) };
    let (Some((&k, outer)), Some((&other, inner))) = (a.dimensions.split_last(), b.dimensions.split_first()) else {
        return Ok(None);
    };
    if k != other {
        return Ok(None);
    }
    let sizes = (outer.iter().product(), k, inner.iter().product());
    let elements = multiply(session, &a.elements, &b.elements, sizes)?;
    let dimensions = [outer, inner].concat();
    let product = Explicit { dimensions, elements };
    let expr = product.clone().into_expr();
    let explicit = (!product.dimensions.is_empty()).then_some(product);
    Ok(Some(Factor { expr, explicit }))
}

/// Whether a product is a vector that starts with a vector, as `u . m` is: `a . (u . m)` is not
/// `(a . u) . m`.
fn is_turned_vector(session: &mut Session, factors: &[Expr], place: usize) -> Result<bool, Flow> {
    let product = &factors[place];
    if place == 0 {
        return Ok(false);
    }
    let starts_with_vector = product.may_hold_array_symbol() && session.shape_of(&product.arg(0))?.rank() == Some(1);
    Ok(starts_with_vector && session.shape_of(product)?.is_array())
}

/// Whether the sizes of levels that are contracted agree, as far as they are known; a message if not.
fn sizes_fit(session: &mut Session, call: &Expr) -> Result<bool, Flow> {
    let args = call.args();
    let mut shapes = Vec::with_capacity(args.len());
    for arg in args.iter() {
        shapes.push(session.shape_of(arg)?);
    }
    let mut before: Option<Vec<Expr>> = shapes.first().and_then(|shape| shape.dimensions().map(<[Expr]>::to_vec));
    for (i, shape) in shapes.iter().enumerate().skip(1) {
        let own = shape.dimensions();
        if let (Some(all), Some(own)) = (&mut before, own) {
            let mismatch = match (all.pop(), own.first()) {
                (Some(a), Some(b)) => differ(&a, b),
                _ => true,
            };
            if mismatch {
                let left = Expr::call(Sym::Dot, args[..i].iter().cloned());
                session.message_of(
                    call.head(),
                    "dotsh",
                    &[if i == 1 { args[0].clone() } else { left }, args[i].clone()],
                );
                return Ok(false);
            }
            all.extend(own[1..].iter().cloned());
        } else {
            // What follows something unknown is only known to be multiplied with it.
            before = own.map(<[Expr]>::to_vec);
        }
    }
    Ok(true)
}

/// Products with symbolic arrays stay; identities go, and a zero array makes all zero.
fn dot_of_arrays(session: &mut Session, call: &Expr) -> Eval {
    if !sizes_fit(session, call)? {
        return Ok(None);
    }
    let args = call.args();
    let mut shapes = Vec::with_capacity(args.len());
    for arg in args.iter() {
        shapes.push(session.shape_of(arg)?);
    }
    if args.iter().any(|arg| arg.has_head(Sym::SymbolicZerosArray)) {
        let shape = session.shape_of(call)?;
        if shape.dimensions().is_some() {
            return Ok(Some(Session::zeros(&shape)));
        }
    }
    if let [vector, matrix] = args.as_ref()
        && shapes[0].rank() == Some(1)
        && is_symmetric_matrix(matrix)
    {
        return Ok(Some(Expr::call(Sym::Dot, [matrix.clone(), vector.clone()])));
    }
    if let Some(product) = of_tensor_product(session, &args)? {
        return Ok(Some(product));
    }
    if let Some(turned) = interior_vector(&args, &shapes) {
        return session.evaluate(&turned).map(Some);
    }
    if let Some(picked) = pick(session, &args, &shapes)? {
        return Ok(Some(picked));
    }
    if args.iter().zip(&shapes).any(|(arg, shape)| shape.rank() > Some(1) && is_part_of_identity(arg)) {
        return contracted(session, call);
    }
    let ones = |e: &Expr, shape: &Shape| e.has_head(Sym::SymbolicOnesArray) && shape.rank() == Some(1);
    if ones(&args[0], &shapes[0])
        && let Some(rank) = shapes.get(1).and_then(Shape::rank)
    {
        // A vector of ones adds up rows.
        let total = if rank > 0 { total(session, args[1].clone(), &[0])? } else { return Ok(None) };
        let rest = [total].into_iter().chain(args[2..].iter().cloned());
        return session.evaluate_call(Sym::Dot, rest).map(Some);
    }
    if let [.., matrix, last] = args.as_ref()
        && ones(last, &shapes[args.len() - 1])
        && let Some(rank) = shapes[args.len() - 2].rank().filter(|&rank| rank > 1 || args.len() == 2 && rank > 0)
    {
        let total = total(session, matrix.clone(), &[rank - 1])?;
        let before = args[..args.len() - 2].iter().cloned();
        return session.evaluate_call(Sym::Dot, before.chain([total])).map(Some);
    }
    let is_identity = |i: usize| {
        let symbolic = matches!(args[i].head_sym(), Some(Sym::SymbolicIdentityArray | Sym::IdentityMatrix));
        (symbolic || is_explicit_identity(&args[i]))
            && matches!(shapes[i].dimensions(), Some([rows, columns]) if rows == columns)
    };
    let mut kept: Vec<Expr> = (0..args.len()).filter(|&i| !is_identity(i)).map(|i| args[i].clone()).collect();
    if kept.len() == args.len() {
        return Ok((args.len() == 1).then(|| args[0].clone()));
    }
    if kept.is_empty() {
        kept.push(args[0].clone());
    }
    Ok(Some(if kept.len() == 1 { kept.remove(0) } else { Expr::call(Sym::Dot, kept) }))
}

/// Whether a matrix of exact integers is an identity.
fn is_explicit_identity(e: &Expr) -> bool {
    let Some(array) = e.to_array().filter(|array| array.rank() == 2) else { return false };
    let columns = array.shape()[1].max(1);
    array.as_i64().is_some_and(|values| {
        values.iter().enumerate().all(|(i, &value)| value == i64::from(i / columns == i % columns))
    })
}

/// The product of a tensor product is one of its first factor, or its last: `a . (p q)` is `(a . p) q`.
fn of_tensor_product(session: &mut Session, args: &[Expr]) -> Eval {
    let Some(place) = args.iter().position(|arg| arg.has_head(Sym::TensorProduct)) else { return Ok(None) };
    let mut factors = args[place].args().into_owned();
    let (before, after) = (&args[..place], &args[place + 1..]);
    let is_array = |session: &mut Session, e: Option<&Expr>| match e {
        Some(e) => session.shape_of(e).map(|shape| shape.is_array()),
        None => Ok(false),
    };
    if !is_array(session, factors.first())? || !is_array(session, factors.last())? || args.len() < 2 {
        return Ok(None);
    }
    let rest = if before.is_empty() {
        let last = factors.len() - 1;
        let product = [&factors[last]].into_iter().chain(after).cloned().collect::<Vec<_>>();
        factors[last] = session.evaluate_call(Sym::Dot, product)?;
        &[][..]
    } else {
        let product = before.iter().chain([&factors[0]]).cloned().collect::<Vec<_>>();
        factors[0] = session.evaluate_call(Sym::Dot, product)?;
        after
    };
    let (mut scalars, mut arrays) = (Vec::new(), Vec::new());
    for factor in factors {
        if is_array(session, Some(&factor))? { &mut arrays } else { &mut scalars }.push(factor);
    }
    if !arrays.is_empty() {
        let array = session.evaluate_call(Sym::TensorProduct, arrays)?;
        let factors = [array].into_iter().chain(rest.iter().cloned()).collect::<Vec<_>>();
        scalars.push(session.evaluate_call(Sym::Dot, factors)?);
    }
    product(session, scalars).map(Some)
}

/// A row of an identity at an end picks a part of the factor beside it.
fn pick(session: &mut Session, args: &[Expr], shapes: &[Shape]) -> Eval {
    let (last, before_last) = (args.len().wrapping_sub(1), args.len().wrapping_sub(2));
    if args.len() < 2 {
        return Ok(None);
    }
    for (selector, other, first) in [(0, 1, true), (last, before_last, false)] {
        let position = is_selector(&args[selector]).then(|| args[selector].arg(1).arg(0));
        let (Some(position), Some(rank)) = (position, shapes[other].rank().filter(|rank| *rank > 0)) else { continue };
        let axis = if first { 0 } else { rank - 1 };
        if args[other].is_list() && axis > 0 && position.as_i64().is_none() {
            continue;
        }
        // A vector between others is not multiplied with what stands behind it.
        if rank == 1 && args.len() > 2 {
            continue;
        }
        let picked = picked(session, args[other].clone(), axis, &position)?;
        let factors: Vec<Expr> = match first {
            true => [picked].into_iter().chain(args[2..].iter().cloned()).collect(),
            false => args[..before_last].iter().cloned().chain([picked]).collect(),
        };
        return session.evaluate_call(Sym::Dot, factors).map(Some);
    }
    Ok(None)
}

/// `(a . v) . b` with a vector that stands between others, and a vector `a . v`: `Transpose[b] . a . v`,
/// or `b . a . v` for a vector b, so that factors may be read in any grouping.
fn interior_vector(args: &[Expr], shapes: &[Shape]) -> Option<Expr> {
    let ranks: Vec<usize> = shapes.iter().map(Shape::rank).collect::<Option<_>>()?;
    let place = (1..args.len().saturating_sub(1)).find(|&i| ranks[i] == 1)?;
    let rank_before = ranks[..=place].iter().sum::<usize>().checked_sub(2 * place)?;
    let next = match ranks[place + 1] {
        _ if rank_before != 1 => return None,
        1 => args[place + 1].clone(),
        2 => Expr::call(Sym::Transpose, [args[place + 1].clone()]),
        _ => return None,
    };
    let rest = args[..=place].iter().chain(&args[place + 2..]).cloned();
    Some(Expr::call(Sym::Dot, [next].into_iter().chain(rest)))
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let mut dimensions: Option<Vec<Expr>> = None;
    for arg in call.args().iter() {
        let shape = session.shape_of(arg)?;
        let Some(next) = shape.dimensions() else { return Ok(Shape::Unknown) };
        dimensions = Some(match dimensions {
            None => next.to_vec(),
            Some(mut all) => {
                if all.pop().is_none() || next.is_empty() {
                    return Ok(Shape::Unknown);
                }
                all.extend(next[1..].iter().cloned());
                all
            }
        });
    }
    Ok(dimensions.map_or(Shape::Unknown, Shape::of))
}
