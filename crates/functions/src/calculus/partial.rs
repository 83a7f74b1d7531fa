//! Partial derivatives of single calls.

use netform_eval::{Derivative, Eval, Flow, Session};
use netform_expr::{Expr, PureFunction, Sym};
use rustc_hash::FxHashMap;

use crate::arithmetic::{power, product, sum};

/// The partial derivative of a call with respect to its argument at `index`, counted from 0.
///
/// Functions without a known derivative give `Derivative[...][f][...]`.
pub(super) fn partial(session: &mut Session, call: &Expr, index: usize) -> Result<Expr, Flow> {
    if let Some(known) = known_partial(session, call, index)? {
        return Ok(known);
    }
    partial_at(session, call, index, &[])
}

/// `Derivative[...][f][...]` by an element of the argument at `index`: a list has a list of orders,
/// as in `Derivative[{1, 0}][f][{x, y}]`.
pub(super) fn partial_at(session: &mut Session, call: &Expr, index: usize, place: &[usize]) -> Result<Expr, Flow> {
    let (function, mut orders) = derivative_head(call);
    orders[index] = raised(&orders[index], &call.arg(index), place);
    let head = Expr::normal(Expr::call(Sym::Derivative, orders), [function]);
    session.evaluate(&Expr::normal(head, call.args().into_owned()))
}

/// The order of an argument, one more at a place in it.
fn raised(order: &Expr, argument: &Expr, place: &[usize]) -> Expr {
    let Some((&first, rest)) = place.split_first() else {
        return Expr::integer(order.as_i64().unwrap_or(0) + 1);
    };
    let mut orders = if order.is_list() { order.args().into_owned() } else { vec![Expr::integer(0); argument.len()] };
    orders[first] = raised(&orders[first], &argument.arg(first), rest);
    Expr::list(orders)
}

/// `f` and the orders of `Derivative[n, ...][f][...]`; zeros for any other head.
fn derivative_head(call: &Expr) -> (Expr, Vec<Expr>) {
    let (head, args) = (call.head(), call.args());
    if head.is_normal() && head.head().has_head(Sym::Derivative) && head.len() == 1 && head.head().len() == args.len() {
        let orders = head.head().args();
        if orders.iter().zip(args.iter()).all(|(order, arg)| is_order_of(order, arg)) {
            return (head.arg(0), orders.into_owned());
        }
    }
    (head.clone(), vec![Expr::integer(0); args.len()])
}

/// Whether an order is one of the elements of an argument: a list of orders for a list.
fn is_order_of(order: &Expr, argument: &Expr) -> bool {
    match order.as_i64() {
        Some(order) => order == 0 || !argument.is_list(),
        None => {
            let same = order.is_list() && argument.is_list() && order.len() == argument.len();
            same && order.args().iter().zip(argument.args().iter()).all(|(order, arg)| is_order_of(order, arg))
        }
    }
}

/// The partial derivative of a call as its function's record gives it; `None` if it does not.
pub(super) fn known_partial(session: &mut Session, call: &Expr, index: usize) -> Eval {
    match call.head_sym() {
        Some(Sym::Plus) => return Ok(Some(Expr::integer(1))),
        Some(Sym::Times) if call.len() == 2 => return Ok(Some(call.arg(1 - index))),
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
            let instance = filled(session, texts[index], &call.args());
            session.evaluate(&instance).map(Some)
        }
        Derivative::Rule(rule) | Derivative::RuleAndDifferential(rule, _) => rule(session, call, index + 1),
        Derivative::Partial(_) | Derivative::Unknown | Derivative::Differential(_) => Ok(None),
    }
}

/// Texts of derivatives as functions, by their places in the program.
#[derive(Default)]
struct Texts(FxHashMap<(usize, usize), PureFunction>);

/// The text of a derivative with arguments in its slots, not evaluated.
pub(super) fn filled(session: &mut Session, text: &'static str, arguments: &[Expr]) -> Expr {
    let key = (text.as_ptr() as usize, text.len());
    let mut texts = std::mem::take(&mut session.extension::<Texts>().0);
    let function = texts.entry(key).or_insert_with(|| {
        let body = session.parse_static(text);
        match PureFunction::new(&Expr::call(Sym::Function, [body])) {
            Ok(function) => function,
            Err(error) => unreachable!("a text with slots is a function: {error}"),
        }
    });
    let filled = match function.apply(arguments) {
        Ok(filled) => filled,
        Err(error) => unreachable!("a derivative has the slots of its function: {error}"),
    };
    session.extension::<Texts>().0 = texts;
    filled
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
