//! Which part of a net a key means.

use netform_expr::Expr;

use crate::parts::Part;

/// The place of the part that a name, or a number counted from either end, means.
pub(crate) fn resolve(parts: &[Part], key: &Expr) -> Option<usize> {
    if let Some(place) = parts.iter().position(|(k, _)| k == key) {
        return Some(place);
    }
    let index = key.as_i64()?;
    let place = if index > 0 { index - 1 } else { parts.len() as i64 + index };
    usize::try_from(place).ok().filter(|place| *place < parts.len())
}
