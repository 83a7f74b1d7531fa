//! Partial derivatives of single calls.

use netform_eval::{Derivative, Eval, Flow, Session};
use netform_expr::{Expr, Sym, apply_function};

use crate::arithmetic::{power, product, sum};

/// The partial derivative of a call with respect to its argument at `index`, counted from 0.
///
/// Functions without a known derivative give `Derivative[...][f][...]`.
pub(super) fn partial(session: &mut Session, call: &Expr, index: usize) -> Result<Expr, Flow> {
    if let Some(known) = known_partial(session, call, index)? {
        return Ok(known);
    }
    let (function, mut orders) = derivative_head(call.head(), call.len());
    orders[index] += 1;
    let orders = orders.into_iter().map(Expr::integer);
    let head = Expr::normal(Expr::call(Sym::Derivative, orders), [function]);
    session.evaluate(&Expr::normal(head, call.args().into_owned()))
}

/// `f` and the orders of `Derivative[n, ...][f]`; zeros for any other head.
fn derivative_head(head: &Expr, count: usize) -> (Expr, Vec<i64>) {
    if head.is_normal() && head.head().has_head(Sym::Derivative) && head.len() == 1 && head.head().len() == count {
        let orders: Option<Vec<i64>> = head.head().args().iter().map(Expr::as_i64).collect();
        if let Some(orders) = orders {
            return (head.arg(0), orders);
        }
    }
    (head.clone(), vec![0; count])
}

/// The partial derivative of a call as its function's record gives it; `None` if it does not.
pub(super) fn known_partial(session: &mut Session, call: &Expr, index: usize) -> Eval {
    match call.head_sym() {
        Some(Sym::Plus) => return Ok(Some(Expr::integer(1))),
        Some(Sym::Times) => {
            let others =
                call.args().iter().enumerate().filter(|(i, _)| *i != index).map(|(_, e)| e.clone()).collect::<Vec<_>>();
            return product(session, others).map(Some);
        }
        Some(Sym::Power) if call.len() == 2 => {
            return power_partial(session, &call.arg(0), &call.arg(1), index).map(Some);
        }
        _ => {}
    }
    let Some(function) = session.function_of(call.head()) else { return Ok(None) };
    match function.derivative {
        Derivative::Partial(texts) if texts.len() == call.len() => {
            let body = session.parse_static(texts[index]);
            let instance = apply_function(&Expr::call(Sym::Function, [body]), &call.args());
            match instance {
                Ok(instance) => session.evaluate(&instance).map(Some),
                Err(error) => unreachable!("a derivative has the slots of its function: {error:?}"),
            }
        }
        Derivative::Rule(rule) => rule(session, call, index + 1),
        Derivative::Partial(_) | Derivative::Unknown | Derivative::Differential(_) => Ok(None),
    }
}

fn power_partial(session: &mut Session, base: &Expr, exponent: &Expr, index: usize) -> Result<Expr, Flow> {
    if index == 0 {
        let lower = sum(session, [Expr::integer(-1), exponent.clone()])?;
        let lowered = power(session, base.clone(), lower)?;
        return product(session, [exponent.clone(), lowered]);
    }
    let whole = power(session, base.clone(), exponent.clone())?;
    let logarithm = session.evaluate_call(Sym::Log, [base.clone()])?;
    product(session, [whole, logarithm])
}
