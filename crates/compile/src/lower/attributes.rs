//! Reads the attributes of calls of primitives: levels count from 1, negative ones from the end.

use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use super::error::LowerError;
use crate::dim::{Dim, Dims};
use crate::program::{Contraction, Label, ReductionKind};

/// The arguments of `call`, of which there must be `least` to `most`.
pub(super) fn arguments(call: &Expr, least: usize, most: usize) -> Result<Vec<Expr>, LowerError> {
    if (least..=most).contains(&call.len()) {
        Ok(call.args().into_owned())
    } else {
        Err(LowerError::form(call, "the number of arguments is wrong"))
    }
}

/// The items of a list.
pub(super) fn items(call: &Expr, list: &Expr) -> Result<Vec<Expr>, LowerError> {
    if list.is_list() { Ok(list.args().into_owned()) } else { Err(LowerError::form(call, "a list is missing")) }
}

/// A list of dimensions; one dimension counts as a list.
pub(super) fn dims(call: &Expr, list: &Expr) -> Result<Dims, LowerError> {
    let one = |item: &Expr| Dim::from_expr(item).map_err(LowerError::dim(call));
    match list.is_list() {
        true => list.args().iter().map(one).collect(),
        false => Ok(std::iter::once(one(list)?).collect()),
    }
}

/// A list of non-negative integers; one integer counts for all entries.
pub(super) fn sizes(call: &Expr, list: &Expr, count: usize) -> Result<SmallVec<[usize; 4]>, LowerError> {
    let one = |item: &Expr| item.as_usize().ok_or_else(|| LowerError::form(call, "a size is missing"));
    match list.is_list() {
        true => list.args().iter().map(one).collect(),
        false => Ok(SmallVec::from_elem(one(list)?, count)),
    }
}

/// A level as an axis that counts from 0.
pub(super) fn axis(call: &Expr, level: &Expr, rank: usize) -> Result<usize, LowerError> {
    let from_start = level.as_i64().map(|level| if level < 0 { level + rank as i64 } else { level - 1 });
    from_start
        .and_then(|axis| usize::try_from(axis).ok())
        .filter(|&axis| axis < rank)
        .ok_or_else(|| LowerError::form(call, "there is no such level"))
}

/// A list of levels, one level, or `All`.
pub(super) fn axes(call: &Expr, levels: &Expr, rank: usize) -> Result<SmallVec<[usize; 4]>, LowerError> {
    if levels.is(Sym::All) {
        return Ok((0..rank).collect());
    }
    match levels.is_list() {
        true => levels.args().iter().map(|level| axis(call, level, rank)).collect(),
        false => Ok(std::iter::once(axis(call, levels, rank)?).collect()),
    }
}

/// The kind of a reduction, by the function whose name it has.
pub(super) fn reduction_kind(call: &Expr, kind: &Expr) -> Result<ReductionKind, LowerError> {
    Ok(match kind.sym() {
        Some(Sym::Plus) => ReductionKind::Sum,
        Some(Sym::Times) => ReductionKind::Product,
        Some(Sym::Max) => ReductionKind::Max,
        Some(Sym::Min) => ReductionKind::Min,
        Some(Sym::And) => ReductionKind::And,
        Some(Sym::Or) => ReductionKind::Or,
        Some(Sym::ArgMax) => ReductionKind::ArgMax,
        Some(Sym::ProgramShift) => ReductionKind::Shift,
        _ => return Err(LowerError::form(call, "the kind of reduction is unknown")),
    })
}

/// `{ia, ib, ...} -> io`, where labels are any expressions.
pub(super) fn contraction(call: &Expr, labels: &Expr) -> Result<Contraction, LowerError> {
    if !labels.has_head(Sym::Rule) || labels.len() != 2 {
        return Err(LowerError::form(call, "labels have the form {{...}, ...} -> {...}"));
    }
    let mut seen: Vec<Expr> = Vec::new();
    let mut read = |list: &Expr| -> Result<SmallVec<[Label; 4]>, LowerError> {
        let mut row = SmallVec::new();
        for label in items(call, list)? {
            let place = seen.iter().position(|other| *other == label).unwrap_or(seen.len());
            if place == seen.len() {
                seen.push(label);
            }
            row.push(Label(u16::try_from(place).map_err(|_| LowerError::form(call, "there are too many labels"))?));
        }
        Ok(row)
    };
    let operands: Result<Vec<_>, _> = items(call, &labels.arg(0))?.iter().map(&mut read).collect();
    Ok(Contraction { operands: operands?, result: read(&labels.arg(1))? })
}
