//! Specifications of characters by their positions.

use netform_expr::{Expr, Sym};

/// What a plain number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    /// The first n characters, or the last ones.
    Leading,
    /// Character n; a list means several such.
    Single,
}

/// The places, counted from 0, that a specification names in a text of some length; `None` where
/// it is none, or there are no such characters.
pub(super) fn places(specification: &Expr, length: usize, meaning: Places) -> Option<Vec<usize>> {
    if meaning == Places::Single {
        return match specification.as_i64() {
            Some(n) => place(n, length).map(|place| vec![place]),
            None if specification.is_list() => {
                specification.args().iter().map(|e| place(e.as_i64()?, length)).collect()
            }
            None => None,
        };
    }
    if specification.is(Sym::All) {
        return Some((0..length).collect());
    }
    if let Some(n) = specification.as_i64() {
        let count = usize::try_from(n.unsigned_abs()).ok().filter(|count| *count <= length)?;
        return Some(if n >= 0 { (0..count).collect() } else { (length - count..length).collect() });
    }
    if let Some(most) = specification.args_of(Sym::UpTo) {
        return Some((0..most.first()?.as_usize()?.min(length)).collect());
    }
    if !specification.is_list() {
        return None;
    }
    let bound = |e: &Expr, default: i64| -> Option<i64> {
        if e.is(Sym::All) {
            return Some(default);
        }
        let n = match e.args_of(Sym::UpTo) {
            Some(most) => (most.first()?.as_usize()?.min(length)) as i64,
            None => e.as_i64()?,
        };
        Some(if n < 0 { length as i64 + 1 + n } else { n })
    };
    let parts = specification.args();
    let (from, to, step) = match &parts[..] {
        [one] => return place(one.as_i64()?, length).map(|place| vec![place]),
        [from, to] => (bound(from, 1)?, bound(to, length as i64)?, 1),
        [from, to, step] => (bound(from, 1)?, bound(to, length as i64)?, step.as_i64().filter(|step| *step != 0)?),
        _ => return None,
    };
    let within = |n: i64| n >= 1 && n <= length as i64;
    if step > 0 && to == from - 1 && from >= 1 && from <= length as i64 + 1 {
        return Some(Vec::new());
    }
    if !within(from) || !within(to) || (step > 0 && to < from) || (step < 0 && to > from) {
        return None;
    }
    let count = (to - from) / step + 1;
    Some((0..count).map(|i| (from + i * step - 1) as usize).collect())
}

fn place(n: i64, length: usize) -> Option<usize> {
    let place = if n > 0 { n - 1 } else { length as i64 + n };
    usize::try_from(place).ok().filter(|place| n != 0 && *place < length)
}
