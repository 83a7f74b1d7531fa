//! `N`: numeric values of any precision.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Kind, NodeMap, Number, Sym, postorder};

use super::quantities::{Quantities, with_leaves};
use crate::elementary::constant_of;
use crate::intervals::{self, is_interval};
use crate::parts_first::is_inert;

pub(super) const N: Function = Function {
    name: "N",
    usage: "N[e] gives the value of e in machine numbers, N[e, p] to p decimal digits. What is not numeric stays.",
    arguments: Some((1, 2)),
    evaluate: Some(evaluate),
    assign: Some(crate::definitions::assign_numeric),
    messages: &[
        ("precbd", "`1` is not a precision: a positive number of digits below 10^7, or MachinePrecision, is expected."),
        ("meprec", "The result is precise to `1` digits only: the limit of `2` extra digits was reached."),
    ],
    examples: &[
        ("N[1/7]", "0.142857"),
        ("N[Pi, 30]", "3.14159265358979323846264338328"),
        ("N[Pi, 5]", "3.1416"),
        ("N[Sin[1] + x]", "0.841471 + x"),
        ("N[x^2/3]", "0.333333 x^2"),
        ("N[c] = 2.5; N[c + 1]", "3.5"),
    ],
    ..Function::NEW
};

/// How many digits beyond those asked for are tried.
const MOST_EXTRA_DIGITS: f64 = 500.0;

fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    if call.len() == 1 || call.arg(1).is(Sym::MachinePrecision) {
        return value(session, &e, None).map(Some);
    }
    let digits = call.arg(1).as_number().and_then(|p| p.to_f64()).filter(|p| *p > 0.0 && *p < 1e7);
    let Some(digits) = digits else {
        session.message(Sym::N, "precbd", &[call.arg(1)]);
        return Ok(None);
    };
    let mut extra = 4.0;
    loop {
        let result = value(session, &e, Some(digits + extra))?;
        let reached = least_precision(&result);
        if reached >= digits || extra >= MOST_EXTRA_DIGITS {
            if reached < digits && !has_inexact(&e) {
                let shown = [Expr::real(reached.max(0.0)), Expr::real(MOST_EXTRA_DIGITS)];
                session.message(Sym::N, "meprec", &shown);
            }
            return round_to(session, &result, digits).map(Some);
        }
        if has_inexact(&e) {
            return round_to(session, &result, digits).map(Some);
        }
        extra = (extra * 2.0 + digits - reached).min(MOST_EXTRA_DIGITS);
    }
}

fn has_inexact(e: &Expr) -> bool {
    least_precision(e).is_finite()
}

/// The smallest precision among the numbers of an expression; infinite if all are exact.
fn least_precision(e: &Expr) -> f64 {
    let mut least = f64::INFINITY;
    let walk = postorder::<()>(
        e,
        |_| true,
        |node| {
            if let Some(number) = node.as_number().filter(|n| !n.is_exact()) {
                least = least.min(number.precision());
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    least
}

fn round_to(session: &mut Session, e: &Expr, digits: f64) -> Result<Expr, Flow> {
    let rounded = netform_expr::map_bottom_up(e, |node| match node.as_number() {
        Some(number) if !number.is_exact() && !number.is_machine() => {
            number.to_precision(digits).map_or(node, Expr::number)
        }
        _ => node,
    });
    session.evaluate(&rounded)
}

/// The expression with all exact numbers and constants made numeric, evaluated from the leaves,
/// each distinct part once.
fn value(session: &mut Session, e: &Expr, digits: Option<f64>) -> Result<Expr, Flow> {
    let (mut done, mut inert): (NodeMap<Expr>, NodeMap<Expr>) = Default::default();
    let holds_all = |session: &Session, node: &Expr| {
        let attributes = session.attributes_of(node.head());
        attributes.contains(Attributes::N_HOLD_ALL)
    };
    // Parts that are held are not entered, so their numbers are not needed; what is inert is not evaluated.
    let mut order = Vec::new();
    let walk = postorder::<()>(
        e,
        |node| !holds_all(session, node) && !is_interval(node) && !is_inert(node),
        |node| {
            order.push(node.clone());
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    for node in order {
        session.tick()?;
        if let Some(result) = assigned_value(session, &node, digits)? {
            done.insert(node, result);
            continue;
        }
        let result = match node.kind() {
            Kind::Normal(..) if holds_all(session, &node) => {
                match session.function_of(node.head()).and_then(|function| function.numeric) {
                    Some(numeric) => numeric(session, &node, digits)?.unwrap_or(node.clone()),
                    None => node.clone(),
                }
            }
            Kind::Normal(..) if is_inert(&node) => {
                let leaf = |leaf: &Expr| match leaf.as_number() {
                    Some(number) => Expr::number(convert(&number, digits)),
                    None => numeric_constant(leaf, digits).unwrap_or_else(|| leaf.clone()),
                };
                with_leaves(session, &node, leaf, &mut inert)
            }
            Kind::Normal(..) if is_interval(&node) => {
                intervals::numeric(session, &node, digits)?.unwrap_or(node.clone())
            }
            Kind::Normal(head, args) => numeric_call(session, &node, head, args, &done)?,
            Kind::Symbol(_) => numeric_symbol(session, &node, digits)?,
            Kind::Array(array) => match array.as_i64() {
                Some(integers) if digits.is_none() => {
                    let reals = integers.iter().map(|&i| i as f64).collect();
                    netform_array::Array::from_f64(array.shape(), reals).map_or_else(|_| node.clone(), Expr::array)
                }
                Some(_) => {
                    let items: Vec<Expr> = node.args().into_owned();
                    let mut results = Vec::with_capacity(items.len());
                    for item in &items {
                        results.push(value(session, item, digits)?);
                    }
                    Expr::list(results)
                }
                None => node.clone(),
            },
            _ => match node.as_number() {
                Some(number) => Expr::number(convert(&number, digits)),
                None => node.clone(),
            },
        };
        done.insert(node, result);
    }
    Ok(done.remove(e).unwrap_or_else(|| e.clone()))
}

/// The numeric value that was assigned by `N[e] = ...` or `N[e, p] = ...`.
fn assigned_value(session: &mut Session, e: &Expr, digits: Option<f64>) -> Eval {
    let symbol = if e.is_symbol() { e } else { e.head() };
    let Some(values) = session.definitions_of(symbol).map(|d| d.numeric.clone()).filter(|values| !values.is_empty())
    else {
        return Ok(None);
    };
    let precision = digits.map_or_else(|| Sym::MachinePrecision.into(), Expr::real);
    let asked = [Expr::call(Sym::N, [e.clone(), precision.clone()]), Expr::call(Sym::N, [e.clone()])];
    for call in asked {
        if let Some(found) = session.apply_values(&values, &call)? {
            return session.evaluate_call(Sym::N, [found, precision]).map(Some);
        }
    }
    Ok(None)
}

fn convert(number: &Number, digits: Option<f64>) -> Number {
    match digits {
        None => number.to_machine(),
        Some(digits) => number.to_precision(digits).unwrap_or_else(|_| number.clone()),
    }
}

fn numeric_call(
    session: &mut Session,
    node: &Expr,
    head: &Expr,
    args: &[Expr],
    done: &NodeMap<Expr>,
) -> Result<Expr, Flow> {
    let of = |part: &Expr| done.get(part).cloned().unwrap_or_else(|| part.clone());
    let quantities = Quantities::of(session, node);
    let new: Vec<Expr> =
        args.iter().enumerate().map(|(i, arg)| if quantities.contains(i) { of(arg) } else { arg.clone() }).collect();
    let new_head = of(head);
    if new_head == *head && new == args {
        if let Some(values) = session.definitions_of(head).map(|d| d.numeric.clone()).filter(|v| !v.is_empty())
            && let Some(defined) = session.apply_values(&values, node)?
        {
            return session.evaluate(&defined);
        }
        return Ok(node.clone());
    }
    session.evaluate(&Expr::normal(new_head, new))
}

/// The value of a constant such as `Pi`.
fn numeric_constant(symbol: &Expr, digits: Option<f64>) -> Option<Expr> {
    let constant = constant_of(symbol)?;
    Some(match digits {
        None => Expr::real(constant.to_f64()),
        Some(digits) => Expr::number(constant.to_precision(digits)),
    })
}

fn numeric_symbol(session: &mut Session, symbol: &Expr, digits: Option<f64>) -> Result<Expr, Flow> {
    if let Some(value) = numeric_constant(symbol, digits) {
        return Ok(value);
    }
    let values = session.definitions_of(symbol).map(|d| d.numeric.clone()).filter(|v| !v.is_empty());
    if let Some(values) = values {
        let call = match digits {
            None => Expr::call(Sym::N, [symbol.clone()]),
            Some(digits) => Expr::call(Sym::N, [symbol.clone(), Expr::real(digits)]),
        };
        for candidate in [call, symbol.clone()] {
            if let Some(defined) = session.apply_values(&values, &candidate)? {
                return session.evaluate(&defined);
            }
        }
    }
    Ok(symbol.clone())
}
