//! Arithmetic on dimensions, which may be integers or expressions in positive-integer symbols.

use netform_eval::{Flow, Session, Shape};
use netform_expr::{Expr, Sym};

/// A sum of dimensions.
pub(crate) fn sum(session: &mut Session, terms: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::Plus, terms)
}

/// A product of dimensions; 1 if there is none.
pub(crate) fn product(session: &mut Session, factors: impl IntoIterator<Item = Expr>) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::Times, factors)
}

/// The shape with another first dimension.
pub(crate) fn with_first(shape: &Shape, first: Expr) -> Shape {
    match shape.dimensions() {
        Some([_, rest @ ..]) => Shape::of([first].into_iter().chain(rest.iter().cloned())),
        _ => Shape::Unknown,
    }
}

/// Whether two lists of dimensions may be the same: as many, and no two numbers that differ.
pub(crate) fn may_agree(first: &[Expr], second: &[Expr]) -> bool {
    let differ = |(a, b): (&Expr, &Expr)| a != b && a.is_number() && b.is_number();
    first.len() == second.len() && !first.iter().zip(second).any(differ)
}

/// The dimensions of a list of the outer dimensions whose elements have an inner shape. An unknown
/// inner shape counts as that of a scalar, as everywhere inside lists.
pub(crate) fn nested(outer: impl IntoIterator<Item = Expr>, inner: &Shape) -> Shape {
    Shape::of(outer.into_iter().chain(inner.dimensions().unwrap_or(&[]).iter().cloned()))
}

/// The dimensions of an explicit rectangular list down to `most` levels, by its own structure: how
/// often it nests with equal lengths, heads being the same. Associations count as one level more.
pub(crate) fn list_dimensions(e: &Expr, most: usize) -> Vec<usize> {
    dimensions_under(e, e.head(), most)
}

fn dimensions_under(e: &Expr, head: &Expr, most: usize) -> Vec<usize> {
    if let Some(array) = e.as_array() {
        return array.shape().iter().take(most).copied().collect();
    }
    if most == 0 || e.is_atom() || e.head() != head {
        return Vec::new();
    }
    let items = e.args();
    let mut dimensions = vec![items.len()];
    let Some(first) = items.first() else { return dimensions };
    let mut inner = dimensions_under(first, head, most - 1);
    for item in &items[1..] {
        if inner.is_empty() {
            break;
        }
        let other = if item == first { continue } else { dimensions_under(item, head, inner.len()) };
        let agree = inner.iter().zip(&other).take_while(|(a, b)| a == b).count();
        inner.truncate(agree);
    }
    dimensions.extend(inner);
    dimensions
}
