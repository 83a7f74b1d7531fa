//! `Max` and `Min` of arrays, and all combinations of elements: `Outer`.

use netform_eval::{Eval, Session, Shape};
use netform_expr::{Expr, Sym};

use super::broadcast;
use crate::arrays::dimension::Dims;

/// `Max` or `Min`: each array is reduced to its extremum, then the scalars are compared.
pub(crate) fn lower_extremum(session: &mut Session, call: &Expr) -> Eval {
    let Some(head) = call.head_sym() else { return Ok(None) };
    let mut scalars = Vec::with_capacity(call.len());
    for arg in call.args().iter() {
        scalars.push(match session.shape_of(arg)?.is_array() {
            true => Expr::call(Sym::ProgramReduce, [head.into(), arg.clone(), Sym::All.into(), Sym::All.into()]),
            false => arg.clone(),
        });
    }
    Ok(match scalars.len() {
        0 => None,
        1 => scalars.pop().filter(|scalar| scalar != call),
        _ => Some(Expr::call(Sym::ProgramMap, std::iter::once(head.into()).chain(scalars))),
    })
}

/// `Outer[f, a, b, ...]` of a scalar function: the levels of the arrays one after the other.
pub(crate) fn lower_outer(session: &mut Session, call: &Expr) -> Eval {
    let args = call.args();
    let Some((function, arrays)) = args.split_first() else { return Ok(None) };
    let mut dimensions = Dims::new();
    let mut places = Vec::with_capacity(arrays.len());
    for array in arrays {
        let Shape::Known(own) = session.shape_of(array)? else { return Ok(None) };
        if own.is_empty() {
            return Ok(None);
        }
        places.push((dimensions.len()..dimensions.len() + own.len()).collect::<Vec<usize>>());
        dimensions.extend(own);
    }
    let operands = arrays.iter().zip(&places).map(|(array, places)| broadcast(array, places, &dimensions));
    Ok(Some(Expr::call(Sym::ProgramMap, std::iter::once(function.clone()).chain(operands))))
}
