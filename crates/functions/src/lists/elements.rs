//! The elements of an expression as structural functions see them: its arguments, or the values of
//! an association.

use std::borrow::Cow;

use netform_expr::{Expr, Sym};

/// Whether this is an association in normal form.
pub(crate) fn is_association(e: &Expr) -> bool {
    e.has_head(Sym::Association) && e.args().iter().all(is_entry)
}

fn is_entry(e: &Expr) -> bool {
    matches!(e.head_sym(), Some(Sym::Rule | Sym::RuleDelayed)) && e.len() == 2
}

/// The arguments of a call or list; the values of an association.
pub(crate) fn elements(e: &Expr) -> Cow<'_, [Expr]> {
    if is_association(e) { Cow::Owned(e.args().iter().map(|entry| entry.arg(1)).collect()) } else { e.args() }
}

/// The expression with other elements in the same places, under the same keys.
pub(crate) fn with_elements(e: &Expr, elements: impl IntoIterator<Item = Expr>) -> Expr {
    if is_association(e) {
        let args = e.args();
        let entries = args.iter().zip(elements).map(|(entry, value)| with_value(entry, value));
        return Expr::call(Sym::Association, entries.collect::<Vec<_>>());
    }
    Expr::normal(e.head().clone(), elements)
}

/// An entry of an association with another value.
pub(crate) fn with_value(entry: &Expr, value: Expr) -> Expr {
    Expr::normal(entry.head().clone(), [entry.arg(0), value])
}

/// The expression with only these arguments, in this order; entries of an association keep their
/// keys, and a packed array stays packed.
pub(crate) fn select_arguments(e: &Expr, indices: &[usize]) -> Expr {
    if let Some(array) = e.as_array() {
        let contiguous = indices.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if let Some(&start) = indices.first()
            && contiguous
            && let Ok(rows) = array.row_range(start, indices.len())
        {
            return Expr::array(rows);
        }
        return Expr::list(indices.iter().map(|&i| e.arg(i)));
    }
    let args = e.args();
    Expr::normal(e.head().clone(), indices.iter().map(|&i| args[i].clone()))
}

/// The index of a key of an association, counted from 0.
pub(crate) fn index_of_key(association: &Expr, key: &Expr) -> Option<usize> {
    association.args().iter().position(|entry| entry.arg(0) == *key)
}
