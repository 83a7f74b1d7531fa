//! Arrays made from sizes, in programs.

use netform_eval::{Eval, Session, Shape};
use netform_expr::{Expr, Sym};

use super::broadcast;
use crate::arrays::dimension::{self, integer};

/// The array of one scalar.
pub(super) fn constant(value: Expr, dimensions: &[Expr]) -> Expr {
    if dimensions.is_empty() { value } else { broadcast(&value, &[], dimensions) }
}

/// `Range[n]`, `Range[a, b]`, `Range[a, b, d]`.
pub(crate) fn lower_range(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    let positions = Expr::call(Sym::ProgramIota, [dimension::list(&dimensions), integer(1)]);
    let args = call.args();
    let (first, step) = match args.as_ref() {
        [_] => return Ok(Some(positions)),
        [first, _] => (first.clone(), integer(1)),
        [first, _, step] => (first.clone(), step.clone()),
        _ => return Ok(None),
    };
    let before = dimension::subtract(session, &first, &step)?;
    Ok(Some(Expr::call(Sym::Plus, [before, Expr::call(Sym::Times, [step, positions])])))
}

/// `ConstantArray[c, dims]`.
pub(crate) fn lower_constant_array(session: &mut Session, call: &Expr) -> Eval {
    let Some(sizes) = (call.len() == 2).then(|| dimension::stated(&call.arg(1))).flatten() else { return Ok(None) };
    let own = dimension::of(session, &call.arg(0))?;
    let places: Vec<usize> = (sizes.len()..sizes.len() + own.len()).collect();
    let dimensions: Vec<Expr> = sizes.into_iter().chain(own).collect();
    Ok(Some(broadcast(&call.arg(0), &places, &dimensions)))
}

/// `IdentityMatrix[n]` and `SymbolicIdentityArray[{n, ...}]`: 1 where positions agree.
pub(crate) fn lower_identity(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    let half = dimensions.len() / 2;
    let mut factors = Vec::with_capacity(half);
    for axis in 0..half {
        let position = |axis: usize| Expr::call(Sym::ProgramIota, [dimension::list(&dimensions), integer(axis + 1)]);
        let agree = session.parse_static("Boole[#1 == #2] &");
        factors.push(Expr::call(Sym::ProgramMap, [agree, position(axis), position(axis + half)]));
    }
    Ok(Some(if factors.len() == 1 { factors.swap_remove(0) } else { Expr::call(Sym::Times, factors) }))
}

/// `SymbolicZerosArray[dims]`.
pub(crate) fn lower_zeros(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    Ok(Some(constant(integer(0), &dimensions)))
}

/// `SymbolicOnesArray[dims]`.
pub(crate) fn lower_ones(session: &mut Session, call: &Expr) -> Eval {
    let Shape::Known(dimensions) = session.shape_of(call)? else { return Ok(None) };
    Ok(Some(constant(integer(1), &dimensions)))
}
