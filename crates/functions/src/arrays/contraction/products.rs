//! Sums and products of two arrays whose leading levels are aligned.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use super::super::contract::contract_freely;
use super::super::dimension::{self, integer};
use super::super::{levels, linear};
use super::parts::is_selector;
use crate::arithmetic;

/// The sum of an array over some axes.
pub(crate) fn total(session: &mut Session, array: Expr, axes: &[usize]) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::ArrayReduce, [Sym::Total.into(), array, levels::list(axes)])
}

/// The sum over some axes of a product of vectors and arrays among which a row of an identity is: it
/// picks an element of the others. `None` for other arrays.
pub(crate) fn picked_total(session: &mut Session, array: &Expr, axes: &[usize]) -> Eval {
    if !axes.contains(&0) || !array.args_of(Sym::Times).is_some_and(|factors| factors.iter().any(is_selector)) {
        return Ok(None);
    }
    let rank = dimension::of(session, array)?.len();
    let kept = levels::others(axes, rank);
    contract_freely(session, std::slice::from_ref(array), &[(0..rank).collect()], &kept).map(Some)
}

/// The sum over all levels but the first `own`.
pub(crate) fn summed_to(session: &mut Session, array: &Expr, own: usize, rank: usize) -> Result<Expr, Flow> {
    if own >= rank {
        return Ok(array.clone());
    }
    let axes: Vec<usize> = (own..rank).collect();
    total(session, array.clone(), &axes)
}

/// The product with leading levels aligned, summed over all levels but the first `own`.
pub(crate) fn product_to(session: &mut Session, a: &Expr, b: &Expr, own: usize) -> Result<Expr, Flow> {
    let (rank_a, rank_b) = (dimension::of(session, a)?.len(), dimension::of(session, b)?.len());
    if own >= rank_a.max(rank_b) {
        if own == 1
            && let Some(picked) = picked_product(session, a, b)?
        {
            return Ok(picked);
        }
        return arithmetic::product(session, [a.clone(), b.clone()]);
    }
    contracted(session, a, b, 0..rank_a, 0..rank_b, 0..own)
}

/// The product of vectors among which a row of an identity is: the element that it picks, times it.
fn picked_product(session: &mut Session, a: &Expr, b: &Expr) -> Result<Option<Expr>, Flow> {
    let mut factors: Vec<Expr> = Vec::new();
    for e in [a, b] {
        match e.args_of(Sym::Times) {
            Some(own) => factors.extend(own.iter().cloned()),
            None => factors.push(e.clone()),
        }
    }
    let Some(place) = factors.iter().position(is_selector) else { return Ok(None) };
    let selector = factors.remove(place);
    let (mut scalars, mut vectors) = (Vec::new(), Vec::new());
    for factor in factors {
        if dimension::of(session, &factor)?.is_empty() { &mut scalars } else { &mut vectors }.push(factor);
    }
    if vectors.is_empty() {
        return Ok(None);
    }
    let vector = arithmetic::product(session, vectors)?;
    let element = session.evaluate(&linear::with_first(&selector, vector))?;
    arithmetic::product(session, scalars.into_iter().chain([element, selector])).map(Some)
}

/// The sum over the first `rank` levels of both of a product; the other levels of `b` stay.
pub(crate) fn leading(session: &mut Session, a: &Expr, b: Expr, rank: usize) -> Result<Expr, Flow> {
    if rank == 0 {
        return arithmetic::product(session, [a.clone(), b]);
    }
    let rank_b = dimension::of(session, &b)?.len();
    contracted(session, a, &b, 0..rank, 0..rank_b, rank..rank_b)
}

type Range = std::ops::Range<usize>;

fn contracted(
    session: &mut Session,
    a: &Expr,
    b: &Expr,
    of_a: Range,
    of_b: Range,
    result: Range,
) -> Result<Expr, Flow> {
    let result: Vec<usize> = result.collect();
    contract_freely(session, &[a.clone(), b.clone()], &[of_a.collect(), of_b.collect()], &result)
}

/// A list of labels.
pub(crate) fn labels(labels: impl IntoIterator<Item = usize>) -> Expr {
    Expr::list(labels.into_iter().map(|label| integer(label + 1)).collect::<Vec<_>>())
}
