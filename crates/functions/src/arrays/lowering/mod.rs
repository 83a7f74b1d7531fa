//! How the ordinary functions of lists and arrays are brought into programs: calls rewritten to
//! heads of primitives. Their records, which stand with their other rules, take `lowering` from here.

mod combinations;
mod parts;
mod rearrange;
mod sizes;
mod sums;

pub(crate) use combinations::{lower_extremum, lower_outer};
pub(crate) use parts::{
    lower_drop, lower_end, lower_indexed, lower_ordering, lower_part, lower_sort, lower_take, lower_without_end,
};
pub(crate) use rearrange::{lower_extend, lower_flatten, lower_join, lower_reverse, lower_transpose};
pub(crate) use sizes::{lower_constant_array, lower_identity, lower_ones, lower_range, lower_zeros};
pub(crate) use sums::{
    lower_accumulate, lower_dot, lower_mean, lower_standard_deviation, lower_total, lower_trace, lower_variance,
};

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::dimension::{self, Dims};
use super::levels;

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
