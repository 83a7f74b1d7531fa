//! `ArrayThread`: its differential, many directions at once, and its adjoint.

use netform_eval::{Carrier, Eval, Linear, Session, Shape};
use netform_expr::{Expr, Sym, occurs};

use super::bound::{self, Parameter};
use super::linear::Shares;
use super::places::Places;
use super::thread::{Trace, aligned, trace};
use super::{contraction, differentials};
use crate::arithmetic;

pub(super) const LINEAR: Linear = Linear { carry: Some(carry), adjoint: Some(adjoint), ..Linear::NEW };

/// The sum over the arrays of the partial derivative of `f` times the array's differential.
pub(crate) fn differential(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let Some((dimensions, places)) = aligned(session, call)? else { return Ok(None) };
    let args = call.args();
    let operands = args[1].args();
    let changes: Vec<Expr> = if differentials[1].is_list() {
        differentials[1].args().into_owned()
    } else {
        vec![Expr::integer(0); operands.len()]
    };
    let symbols: Vec<Expr> = operands.iter().map(|_| bound::scalar_symbol(session)).collect();
    let change = bound::scalar_symbol(session);
    let body = bound::apply(session, &args[0], symbols.iter().cloned())?;
    let mut terms = Vec::new();
    for (i, symbol) in symbols.iter().enumerate() {
        if differentials::is_still(&changes[i]) {
            continue;
        }
        let partial = session.evaluate_call(Sym::D, [body.clone(), symbol.clone()])?;
        let product = arithmetic::product(session, [partial, change.clone()])?;
        let with_change: Vec<Expr> = symbols.iter().chain([&change]).cloned().collect();
        let function = bound::close(&product, &Parameter::each(&with_change), with_change.len());
        let arrays = operands.iter().chain([&changes[i]]).cloned();
        let at = Places(places.0.iter().chain([&places.0[i]]).cloned().collect());
        terms.push(session.evaluate_call(Sym::ArrayThread, [function, Expr::list(arrays), at.to_list()])?);
    }
    if let Some(of_function) = differentials::of_function(&differentials[0]) {
        terms.push(session.evaluate_call(Sym::ArrayThread, [of_function, args[1].clone(), places.to_list()])?);
    }
    if terms.is_empty() {
        let shape = places.result(&dimensions).map_or(Shape::Unknown, Shape::Known);
        return Ok(Some(Session::zeros(&shape)));
    }
    arithmetic::sum(session, terms).map(Some)
}

/// Further levels of arrays stand behind those of the result.
fn carry(session: &mut Session, call: &Expr, carrier: &mut dyn Carrier) -> Eval {
    let Some((_, places)) = aligned(session, call)? else { return Ok(None) };
    let (f, operands) = (call.arg(0), call.arg(1));
    if carrier.depends(&f) {
        return Ok(None);
    }
    let rank = places.rank();
    let further = rank..rank + carrier.levels().len();
    let mut arrays = Vec::with_capacity(operands.len());
    let mut at = Vec::with_capacity(operands.len());
    for (operand, own) in operands.args().iter().zip(&places.0) {
        if carrier.depends(operand) {
            arrays.push(carrier.carried(session, operand)?);
            at.push(own.iter().copied().chain(further.clone()).collect());
        } else {
            arrays.push(operand.clone());
            at.push(own.clone());
        }
    }
    session.evaluate_call(Sym::ArrayThread, [f, Expr::list(arrays), Places(at).to_list()]).map(Some)
}

/// The partial derivative by an element times the cotangent, summed over the levels that the array
/// does not have.
fn adjoint(session: &mut Session, call: &Expr, depends: &dyn Fn(&Expr) -> bool, cotangent: &Expr) -> Shares {
    let Some((dimensions, places)) = aligned(session, call)? else { return Ok(None) };
    let Ok(result) = places.result(&dimensions) else { return Ok(None) };
    let (f, operands) = (call.arg(0), call.arg(1));
    if depends(&f) {
        return Ok(None);
    }
    let Trace { variables, body } = trace(session, &f, operands.len())?;
    let change = bound::variable(session, &[]);
    let mut shares = Vec::new();
    for (i, operand) in operands.args().iter().enumerate().filter(|(_, operand)| depends(operand)) {
        let own = &places.0[i];
        let extended = own.iter().zip(&dimensions[i]).any(|(&axis, size)| *size != result[axis]);
        let partial = session.evaluate_call(Sym::D, [body.clone(), variables[i].clone()])?;
        let nonlinear = operands.args().iter().zip(&variables).any(|(o, v)| depends(o) && occurs(&partial, v));
        if extended || nonlinear {
            return Ok(None);
        }
        let share = arithmetic::product(session, [partial, change.clone()])?;
        let parameters: Vec<Expr> = variables.iter().chain([&change]).cloned().collect();
        let used = bound::occurring(&share, &parameters);
        let kept: Vec<usize> = (0..parameters.len()).filter(|&k| used[k]).collect();
        let kept_parameters: Vec<Expr> = kept.iter().map(|&k| parameters[k].clone()).collect();
        let function = bound::close(&share, &Parameter::each(&kept_parameters), kept.len());
        let all: Vec<usize> = (0..result.len()).collect();
        let array = |k: usize| operands.args().get(k).cloned().unwrap_or_else(|| cotangent.clone());
        let arrays = kept.iter().map(|&k| array(k)).collect::<Vec<_>>();
        let at = Places(kept.iter().map(|&k| places.0.get(k).unwrap_or(&all).clone()).collect());
        let threaded = session.evaluate_call(Sym::ArrayThread, [function, Expr::list(arrays), at.to_list()])?;
        let summed = contraction::total(session, threaded, &super::levels::others(own, result.len()))?;
        let mut sorted = own.clone();
        sorted.sort_unstable();
        let back: Vec<usize> = sorted.iter().filter_map(|axis| own.iter().position(|o| o == axis)).collect();
        let share = if back.is_sorted() {
            summed
        } else {
            session.evaluate_call(Sym::Transpose, [summed, super::levels::list(&back)])?
        };
        shares.push((operand.clone(), share));
    }
    Ok(Some(shares))
}
