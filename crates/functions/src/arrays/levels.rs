//! Level specifications: which levels of an array a function works on.

use netform_expr::{Expr, Sym};

use super::dimension::integer;

/// The axes, counted from 0, that a specification `All`, `n`, `{n, m, ...}` names, in its order;
/// negative levels count from the end. `None` if one does not exist or is named twice.
pub(crate) fn in_order(specification: &Expr, rank: usize) -> Option<Vec<usize>> {
    if specification.is(Sym::All) {
        return Some((0..rank).collect());
    }
    let single = [specification.clone()];
    let items = specification.args_of(Sym::List);
    let mut axes = Vec::new();
    for item in items.as_deref().unwrap_or(&single) {
        let axis = axis(item, rank)?;
        if axes.contains(&axis) {
            return None;
        }
        axes.push(axis);
    }
    Some(axes)
}

/// The same in increasing order.
pub(crate) fn sorted(specification: &Expr, rank: usize) -> Option<Vec<usize>> {
    let mut axes = in_order(specification, rank)?;
    axes.sort_unstable();
    Some(axes)
}

/// The axis, counted from 0, that one level names.
pub(crate) fn axis(level: &Expr, rank: usize) -> Option<usize> {
    let level = level.as_i64()?;
    let from_start = if level < 0 { level + rank as i64 } else { level - 1 };
    usize::try_from(from_start).ok().filter(|&axis| axis < rank)
}

/// Axes as the list of levels that names them.
pub(crate) fn list(axes: &[usize]) -> Expr {
    Expr::list(axes.iter().map(|&axis| integer(axis + 1)))
}

/// The axes of an array of some rank that are not among `axes`.
pub(crate) fn others(axes: &[usize], rank: usize) -> Vec<usize> {
    (0..rank).filter(|axis| !axes.contains(axis)).collect()
}
