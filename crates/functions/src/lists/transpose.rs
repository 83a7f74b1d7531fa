//! `Transpose`: the levels of an array in another order.

use super::levels::NORMAL_MESSAGE;
use crate::arrays::linear::{Shares, carry_levels};
use crate::arrays::lowering::lower_transpose;
use crate::arrays::{dimension, levels};
use crate::symbolic_arrays::{is_symmetric_matrix, symmetric_levels};
use netform_array::{Array, Layout, View, row_major_strides};
use netform_eval::{
    ArrayPositions, Derivative, Eval, Flow, Function, Linear, Linearity, Lowering, Session, Shape, ShapeRule,
};
use netform_expr::{Expr, Sym};

use super::dimension::list_dimensions;

/// The levels of an array in another order.
pub(super) const TRANSPOSE: Function = Function {
    name: "Transpose",
    usage: "Transpose[list] exchanges the first two levels of list. Transpose[list, {n1, n2, ...}] makes level k of list \
            level nk of the result, taking diagonals where levels coincide. Transpose[list, m <-> n] exchanges two levels.",
    arguments: Some((1, 2)),
    arrays: ArrayPositions::At(&[1]),
    on_arrays: Some(transpose_of_array),
    evaluate: Some(transpose),
    shape: ShapeRule::Rule(shape),
    messages: &[
        NORMAL_MESSAGE,
        ("nmtx", "The first two levels of `1` cannot be transposed."),
        (
            "perm",
            "Permutation `1` must contain the positive integers up to its greatest element, and no more than the \
                  array has levels.",
        ),
    ],
    lowering: Lowering::Rewrite(lower_transpose),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    linear: Linear { arguments: Linearity::First, carry: Some(carry_levels), adjoint: Some(adjoint), selects: true },
    examples: &[
        ("Transpose[{{a, b, c}, {x, y, z}}]", "{{a, x}, {b, y}, {c, z}}"),
        ("Transpose[{{a, b}, {c, d}}, {1, 1}]", "{a, d}"),
        ("Dimensions[Transpose[ArraySymbol[\"a\", {2, 3, 4}], {3, 1, 2}]]", "{3, 4, 2}"),
        ("Transpose[Transpose[MatrixSymbol[\"m\", {2, 3}]]]", "m"),
    ],
    ..Function::NEW
};

/// Where each level goes, counted from 0, for an array with `rank` levels.
pub(crate) fn destinations(call: &Expr, rank: usize) -> Option<Vec<usize>> {
    let Some(specification) = call.args().get(1).cloned() else {
        return (rank >= 2).then(|| [1, 0].into_iter().chain(2..rank).collect());
    };
    let level = |e: &Expr| {
        let n = e.as_i64()?;
        let n = if n < 0 { rank as i64 + 1 + n } else { n };
        usize::try_from(n - 1).ok().filter(|n| *n < rank)
    };
    if specification.has_head(Sym::TwoWayRule) && specification.len() == 2 {
        let (a, b) = (level(&specification.arg(0))?, level(&specification.arg(1))?);
        let mut places: Vec<usize> = (0..rank).collect();
        places.swap(a, b);
        return Some(places);
    }
    if !specification.is_list() || specification.len() > rank {
        return None;
    }
    let mut places: Vec<usize> = specification.args().iter().map(level).collect::<Option<_>>()?;
    // The levels that are not named follow; with diagonals the result has fewer levels.
    let named = places.iter().max().map_or(0, |last| last + 1);
    let further = rank - places.len();
    places.extend(named..named + further);
    let count = places.iter().max().map_or(0, |last| last + 1);
    (0..count).all(|n| places.contains(&n)).then_some(places)
}

fn adjoint(session: &mut Session, call: &Expr, _: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let array = call.arg(0);
    let rank = dimension::of(session, &array)?.len();
    let Some(places) = destinations(call, rank) else { return Ok(None) };
    let mut back = vec![0; rank];
    for (from, &to) in places.iter().enumerate() {
        // Diagonals are left to the general way.
        if places[..from].contains(&to) {
            return Ok(None);
        }
        back[to] = from;
    }
    let share = session.evaluate_call(Sym::Transpose, [cotangent.clone(), levels::list(&back)])?;
    Ok(Some(vec![(array, share)]))
}

fn is_identity(places: &[usize]) -> bool {
    places.iter().copied().eq(0..places.len())
}

/// The dimensions of the result; `None` where levels that coincide differ.
fn new_dimensions<T: Clone + PartialEq>(old: &[T], places: &[usize]) -> Option<Vec<T>> {
    let count = places.iter().max().map_or(0, |last| last + 1);
    let mut new: Vec<Option<T>> = vec![None; count];
    for (dimension, &place) in old.iter().zip(places) {
        match &new[place] {
            Some(other) if other != dimension => return None,
            _ => new[place] = Some(dimension.clone()),
        }
    }
    new.into_iter().collect()
}

fn transpose(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    // What a call of another function stands for may become a matrix.
    if !e.is_atom() && !e.is_list() && e.head().is_symbol() && list_dimensions(&e, 2).len() < 2 {
        return Ok(None);
    }
    if e.is_atom() {
        if !e.is_symbol() {
            session.message_of(call.head(), "nmtx", &[e]);
        }
        return Ok(None);
    }
    let dimensions = list_dimensions(&e, usize::MAX);
    if e.may_hold_array_symbol() && session.shape_of(&e)?.rank().is_some_and(|rank| rank > dimensions.len()) {
        return transpose_of_array(session, call);
    }
    let rank = match call.args().get(1).filter(|places| places.is_list()) {
        Some(places) if places.len() <= dimensions.len() => places.len(),
        Some(_) => dimensions.len(),
        None if call.len() == 1 => dimensions.len().min(2),
        None => dimensions.len(),
    };
    let Some(places) = destinations(call, rank) else {
        let (tag, culprit) = if call.len() == 2 { ("perm", call.arg(1)) } else { ("nmtx", e) };
        session.message_of(call.head(), tag, &[culprit]);
        return Ok(None);
    };
    let Some(new) = new_dimensions(&dimensions[..rank], &places) else {
        session.message_of(call.head(), "perm", &[call.arg(1)]);
        return Ok(None);
    };
    if let Some(array) = e.as_array()
        && let Some(result) = transpose_packed(array, &places, &new)
    {
        return Ok(Some(Expr::array(result)));
    }
    if new.contains(&0) {
        return Ok(Some(Expr::list([])));
    }
    let elements = leaves(session, &e, rank)?;
    let strides = strides(&dimensions[..rank], &places, new.len());
    Ok(Some(build(&elements, &new, &strides, 0, e.head())))
}

/// For each level of the result, how far its neighbours are apart in the source.
fn strides(dimensions: &[usize], places: &[usize], count: usize) -> Vec<usize> {
    let mut strides = vec![0; count];
    let mut step = 1;
    for (dimension, &place) in dimensions.iter().zip(places).rev() {
        strides[place] += step;
        step *= dimension;
    }
    strides
}

fn leaves(session: &mut Session, e: &Expr, levels: usize) -> Result<Vec<Expr>, Flow> {
    let mut current = vec![e.clone()];
    for _ in 0..levels {
        session.tick()?;
        current = current.iter().flat_map(|part| part.args().into_owned()).collect();
    }
    Ok(current)
}

fn build(elements: &[Expr], dimensions: &[usize], strides: &[usize], offset: usize, head: &Expr) -> Expr {
    let Some((&length, rest)) = dimensions.split_first() else { return elements[offset].clone() };
    let part = |i: usize| build(elements, rest, &strides[1..], offset + i * strides[0], head);
    Expr::normal(head.clone(), (0..length).map(part).collect::<Vec<_>>())
}

fn transpose_packed(array: &Array, places: &[usize], new: &[usize]) -> Option<Array> {
    let (outer, inner) = array.shape().split_at(places.len());
    let size: usize = inner.iter().product();
    let outer = strides(outer, places, new.len()).into_iter().map(|stride| (stride * size) as isize);
    let shape: Vec<usize> = new.iter().chain(inner).copied().collect();
    let strides: Vec<isize> = outer.chain(row_major_strides(inner)).collect();
    let layout = Layout::new(0, &shape, &strides).ok()?;
    if let Some(singles) = array.as_singles() {
        let view = View::new(singles, layout).ok()?;
        return Array::from_singles(view.shape(), view.iter().copied().collect::<Vec<f32>>()).ok();
    }
    match array.as_f64() {
        Some(values) => View::new(values, layout).ok()?.to_array().ok(),
        None => View::new(array.as_i64()?, layout).ok()?.to_array().ok(),
    }
}

/// Identities go, and a transposition of a transposition is one.
fn transpose_of_array(session: &mut Session, call: &Expr) -> Eval {
    let inner = call.arg(0);
    let rank = session.shape_of(&inner)?.rank().unwrap_or(0);
    if rank < 2 && call.len() == 1 {
        session.message_of(call.head(), "nmtx", &[inner]);
        return Ok(None);
    }
    let Some(places) = destinations(call, rank) else {
        session.message_of(call.head(), "perm", &[call.args().get(1).cloned().unwrap_or_else(|| call.clone())]);
        return Ok(None);
    };
    let free = symmetric_levels(&inner);
    let stays = |(level, place): (usize, &usize)| level == *place || free.contains(&level) && free.contains(place);
    let is_permutation = |places: &[usize]| places.iter().max().is_none_or(|last| last + 1 == places.len());
    let stays = is_permutation(&places) && places.iter().enumerate().all(stays);
    if stays || places == [1, 0] && is_symmetric_matrix(&inner) {
        return Ok(Some(inner));
    }
    if inner.has_head(Sym::Transpose) && is_permutation(&places) {
        let source = inner.arg(0);
        let source_rank = session.shape_of(&source)?.rank().unwrap_or(0);
        if let Some(first) = destinations(&inner, source_rank)
            && first.iter().all(|place| *place < places.len())
        {
            let both: Vec<usize> = first.iter().map(|&place| places[place]).collect();
            return Ok(Some(transposed(source, &both)));
        }
    }
    if inner.has_head(Sym::TensorProduct)
        && is_permutation(&places)
        && let Some(factors) = factors_in_order(session, &inner, &places)?
    {
        return session.evaluate_call(Sym::TensorProduct, factors).map(Some);
    }
    if places == [1, 0]
        && rank == 2
        && let Some(factors) = turned_factors(session, &inner)?
    {
        return session.evaluate_call(Sym::Dot, factors).map(Some);
    }
    let simplified = transposed(inner, &places);
    Ok((simplified != *call).then_some(simplified))
}

/// The transposed factors of a product of matrices in the opposite order, where fewer of them are
/// transposed than before.
fn turned_factors(session: &mut Session, product: &Expr) -> Result<Option<Vec<Expr>>, Flow> {
    let Some(factors) = product.args_of(Sym::Dot) else { return Ok(None) };
    let (mut before, mut after) = (1, 0);
    for factor in factors.iter() {
        if session.shape_of(factor)?.rank() != Some(2) {
            return Ok(None);
        }
        match factor.has_head(Sym::Transpose) {
            true => before += 1,
            false => after += usize::from(!is_symmetric_matrix(factor)),
        }
    }
    if after >= before {
        return Ok(None);
    }
    Ok(Some(factors.iter().rev().map(|factor| Expr::call(Sym::Transpose, [factor.clone()])).collect()))
}

/// The factors of a tensor product in another order, where that is what a permutation does.
fn factors_in_order(session: &mut Session, tensor: &Expr, places: &[usize]) -> Result<Option<Vec<Expr>>, Flow> {
    let mut factors = Vec::with_capacity(tensor.len());
    let mut first = 0;
    for factor in tensor.args().iter() {
        let rank = dimension::of(session, factor)?.len();
        let own = &places[first..first + rank];
        if own.is_empty() || own.windows(2).any(|pair| pair[1] != pair[0] + 1) {
            return Ok(None);
        }
        factors.push((own[0], factor.clone()));
        first += rank;
    }
    factors.sort_by_key(|(place, _)| *place);
    Ok(Some(factors.into_iter().map(|(_, factor)| factor).collect()))
}

/// The shortest call of `Transpose` that does this.
fn transposed(e: Expr, places: &[usize]) -> Expr {
    if is_identity(places) {
        return e;
    }
    if places[..2] == [1, 0] && places[2..].iter().copied().eq(2..places.len()) {
        return Expr::call(Sym::Transpose, [e]);
    }
    let places = Expr::list(places.iter().map(|&place| Expr::integer(place as i64 + 1)));
    Expr::call(Sym::Transpose, [e, places])
}

fn shape(session: &mut Session, call: &Expr) -> Result<Shape, Flow> {
    let shape = session.shape_of(&call.arg(0))?;
    let Some(dimensions) = shape.dimensions() else { return Ok(Shape::Unknown) };
    if dimensions.len() < 2 && call.len() == 1 {
        return Ok(Shape::Unknown);
    }
    let Some(places) = destinations(call, dimensions.len()) else { return Ok(Shape::Unknown) };
    Ok(new_dimensions(dimensions, &places).map_or(Shape::Unknown, Shape::of))
}
