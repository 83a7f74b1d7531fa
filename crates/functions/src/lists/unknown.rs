//! Elements that stand for numbers which are not known yet: their order does not follow from how they are written.

use std::cmp::Ordering;

use netform_eval::{Derivative, Eval, Flow, Function, Session, ShapeRule};
use netform_expr::{Expr, Sym};

use super::sort::sorted_indices;
use crate::comparison::decide::numeric_order;

/// Data that is compared.
pub(super) const PROGRAM_DECIDED: Function = Function {
    name: "Program`Decided",
    usage: "Program`Decided[list] gives list if its elements can be compared: if they are numbers, or components of arrays, which \
            wait for numbers. Otherwise it throws the first other element with the tag Program`Decided: whether symbols are equal \
            does not follow from how they are written.",
    arguments: Some((1, 1)),
    evaluate: Some(decided),
    shape: ShapeRule::Rule(|session, call| session.shape_of(&call.arg(0))),
    derivative: Derivative::Differential(crate::arrays::differentials::of_first_argument),
    examples: &[("Program`Decided[{1, 2.5}]", "{1, 2.5}"), ("Catch[Program`Decided[{1, a}], Program`Decided]", "a")],
    ..Function::NEW
};

fn decided(session: &mut Session, call: &Expr) -> Eval {
    let mut waiting = vec![call.arg(0)];
    while let Some(item) = waiting.pop() {
        session.tick()?;
        if item.as_array().is_some() || session.is_symbolic_array(&item)? {
            continue;
        }
        if item.is_list() {
            waiting.extend(item.args().iter().rev().cloned());
            continue;
        }
        let zero = Expr::integer(0);
        if numeric_order(session, &item, &zero)?.is_none() && !any_unknown(session, std::slice::from_ref(&item))? {
            return Err(Flow::Throw { value: item, tag: Some(Sym::ProgramDecided.into()), uncaught: None });
        }
    }
    Ok(Some(call.arg(0)))
}

/// Whether some of these elements are components of arrays, or computed from them. An array symbol by itself is a name among
/// elements, as any other symbol.
pub(crate) fn any_unknown(session: &mut Session, items: &[Expr]) -> Result<bool, Flow> {
    let mut waiting: Vec<Expr> = items.iter().filter(|item| item.may_hold_array_symbol()).cloned().collect();
    while let Some(item) = waiting.pop() {
        session.tick()?;
        if item.is_list() {
            waiting.extend(item.args().iter().filter(|part| part.may_hold_array_symbol()).cloned());
            continue;
        }
        let is_name = item.is_array_symbol();
        if !is_name && session.shape_of(&item)?.dimensions().is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The indices of elements in the order that numbers decide, or an ordering function; `None` where a comparison is open.
pub(crate) fn decided_indices(
    session: &mut Session,
    items: &[Expr],
    function: Option<&Expr>,
) -> Result<Option<Vec<usize>>, Flow> {
    let mut decided = true;
    let indices = sorted_indices(session, items, &mut |session, a, b| {
        let order = if decided { order_of(session, a, b, function)? } else { None };
        decided &= order.is_some();
        Ok(order.unwrap_or(Ordering::Equal))
    })?;
    Ok(decided.then_some(indices))
}

/// The order of two unknown elements, where it can be told.
pub(crate) fn order_of(
    session: &mut Session,
    a: &Expr,
    b: &Expr,
    function: Option<&Expr>,
) -> Result<Option<Ordering>, Flow> {
    let Some(function) = function.filter(|function| !function.is(Sym::Order)) else {
        return if a == b { Ok(Some(Ordering::Equal)) } else { numeric_order(session, a, b) };
    };
    let answer = session.evaluate(&Expr::normal(function.clone(), [a.clone(), b.clone()]))?;
    Ok(match (answer.sym(), answer.as_i64()) {
        (Some(Sym::True), _) | (_, Some(1)) => Some(Ordering::Less),
        (Some(Sym::False), _) | (_, Some(-1)) => Some(Ordering::Greater),
        (_, Some(0)) => Some(Ordering::Equal),
        _ => None,
    })
}

/// `ArrayOrdering` of what decides an arrangement of a vector, and whether it is reversed: by the elements themselves, or by a
/// function of them; in increasing or decreasing order. `None` for other orders.
pub(super) fn positions_in_order(session: &mut Session, keys: Expr, order: Option<&Expr>) -> Eval {
    let order = order.and_then(Expr::sym);
    let ordering = session.evaluate_call(Sym::ArrayOrdering, [keys])?;
    match order {
        None | Some(Sym::Order | Sym::Less | Sym::LessEqual) => Ok(Some(ordering)),
        Some(Sym::Greater | Sym::GreaterEqual) => session.evaluate_call(Sym::Reverse, [ordering]).map(Some),
        _ => Ok(None),
    }
}
