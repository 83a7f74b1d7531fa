//! Which part of a net a key means.

use netform_expr::{Expr, NodeMap};

use crate::parts::Part;

/// The place of the part that a name, or a number counted from either end, means.
pub(crate) fn resolve(parts: &[Part], key: &Expr) -> Option<usize> {
    parts.iter().position(|(k, _)| k == key).or_else(|| numbered(parts.len(), key))
}

/// The places of parts by their keys, for many of these.
pub(crate) struct Places {
    by_key: NodeMap<usize>,
    count: usize,
}

impl Places {
    pub(crate) fn of(parts: &[Part]) -> Places {
        let mut by_key = NodeMap::default();
        for (place, (key, _)) in parts.iter().enumerate() {
            by_key.entry(key.clone()).or_insert(place);
        }
        Places { by_key, count: parts.len() }
    }

    /// As [`resolve`].
    pub(crate) fn resolve(&self, key: &Expr) -> Option<usize> {
        self.by_key.get(key).copied().or_else(|| numbered(self.count, key))
    }
}

/// The place that a number means among so many, counted from either end.
fn numbered(count: usize, key: &Expr) -> Option<usize> {
    let index = key.as_i64()?;
    let place = if index > 0 { index - 1 } else { count as i64 + index };
    usize::try_from(place).ok().filter(|place| *place < count)
}
