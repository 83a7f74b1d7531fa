//! Functions that only move elements, in programs.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, NodeSet, Sym};

use super::array_dimensions;
use crate::arrays::dimension::{self, integer};
use crate::arrays::levels;

/// `Transpose[a]`, `Transpose[a, p]`; levels that come to the same place give their diagonal.
pub(crate) fn lower_transpose(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let places = match call.args().get(1) {
        None if rank >= 2 => levels::list(&[1, 0].into_iter().chain(2..rank).collect::<Vec<_>>()),
        Some(places) if places.is_list() && places.len() <= rank => {
            Expr::list(places.args().iter().cloned().chain((places.len()..rank).map(|axis| integer(axis + 1))))
        }
        _ => return Ok(None),
    };
    let distinct: NodeSet = places.args().iter().cloned().collect();
    if distinct.len() == rank {
        return Ok(Some(Expr::call(Sym::ProgramTranspose, [call.arg(0), places])));
    }
    let rule = Expr::rule(Expr::list([places]), Expr::list((1..=distinct.len()).map(integer)));
    Ok(Some(Expr::call(Sym::ProgramContract, [Expr::list([call.arg(0)]), rule])))
}

/// `Reverse[a]`, `Reverse[a, levels]`.
pub(crate) fn lower_reverse(session: &mut Session, call: &Expr) -> Eval {
    let rank = dimension::of(session, &call.arg(0))?.len();
    let axes = match call.args().get(1) {
        None => Some(vec![0]).filter(|_| rank > 0),
        Some(stated) => levels::sorted(stated, rank),
    };
    Ok(axes.map(|axes| Expr::call(Sym::ProgramReverse, [call.arg(0), levels::list(&axes)])))
}

/// `Join[a, b, ...]`, `Join[a, b, ..., n]`.
pub(crate) fn lower_join(_: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let (level, arrays) = match args.split_last() {
        Some((last, rest)) if last.as_i64().is_some() => (last.clone(), rest),
        _ => (integer(1), &args[..]),
    };
    let arrays = arrays.iter().filter(|array| !(array.is_list() && array.is_empty())).cloned();
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [level].into_iter().chain(arrays))))
}

/// `Append[a, x]` and `Prepend[a, x]`.
pub(crate) fn lower_extend(session: &mut Session, call: &Expr) -> Eval {
    let element = dimension::of(session, &call.arg(1))?;
    let sizes = Expr::list([integer(1)].into_iter().chain(element));
    let row = Expr::call(Sym::ProgramReshape, [call.arg(1), sizes]);
    let both = if call.has_head(Sym::Append) { [call.arg(0), row] } else { [row, call.arg(0)] };
    Ok(Some(Expr::call(Sym::ProgramConcatenate, [integer(1)].into_iter().chain(both))))
}

/// `Flatten[a]`, `Flatten[a, n]`: the first levels become one.
pub(crate) fn lower_flatten(session: &mut Session, call: &Expr) -> Eval {
    let Some(dimensions) = array_dimensions(session, &call.arg(0))? else { return Ok(None) };
    let merged = match call.args().get(1) {
        None => dimensions.len(),
        Some(depth) => match depth.as_usize() {
            Some(depth) => (depth + 1).min(dimensions.len()),
            None if depth.has_head(Sym::DirectedInfinity) => dimensions.len(),
            None => return Ok(None),
        },
    };
    let count = dimension::element_count(session, &dimensions[..merged])?;
    let sizes = Expr::list([count].into_iter().chain(dimensions[merged..].iter().cloned()));
    Ok(Some(Expr::call(Sym::ProgramReshape, [call.arg(0), sizes])))
}
