//! `Positive`, `Negative`, `NonPositive`, `NonNegative`: tests for the sign of a number.

use std::cmp::Ordering;

use netform_eval::{Eval, Function, ResultType, Session, ShapeRule};
use netform_expr::{Attributes, Expr, Sym};

use super::decide::numeric_order;
use crate::intervals::is_interval;
use crate::numbers::is_numeric;

const SIGN: Function = Function {
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    shape: ShapeRule::Elementwise,
    result: ResultType::Truth,
    ..Function::NEW
};

fn test(session: &mut Session, call: &Expr, holds: fn(Ordering) -> bool) -> Eval {
    let x = call.arg(0);
    if is_interval(&x) {
        let relation = match (holds(Ordering::Less), holds(Ordering::Equal)) {
            (true, true) => Sym::LessEqual,
            (true, false) => Sym::Less,
            (false, true) => Sym::GreaterEqual,
            (false, false) => Sym::Greater,
        };
        return Ok(crate::intervals::relation(session, relation, &x, &Expr::integer(0))?.map(Expr::boolean));
    }
    let order = numeric_order(session, &x, &Expr::integer(0))?;
    Ok(match order {
        Some(order) => Some(Expr::boolean(holds(order))),
        None => x.as_number().filter(|_| is_numeric(session, &x)).map(|_| Expr::boolean(false)),
    })
}

/// Whether a number is above zero.
pub(super) const POSITIVE: Function = Function {
    name: "Positive",
    usage: "Positive[x] gives True if x is a positive number, False if it is another number, and stays otherwise.",
    evaluate: Some(|session, call| test(session, call, Ordering::is_gt)),
    examples: &[("Positive[{1, 0, -1}]", "{True, False, False}"), ("Positive[x]", "Positive[x]")],
    ..SIGN
};

/// Whether a number is below zero.
pub(super) const NEGATIVE: Function = Function {
    name: "Negative",
    usage: "Negative[x] gives True if x is a negative number, False if it is another number, and stays otherwise.",
    evaluate: Some(|session, call| test(session, call, Ordering::is_lt)),
    examples: &[("Negative[-Pi]", "True"), ("Negative[2 + I]", "False")],
    ..SIGN
};

/// Whether a number is not below zero.
pub(super) const NON_NEGATIVE: Function = Function {
    name: "NonNegative",
    usage: "NonNegative[x] gives True if x is a non-negative number, False if it is another number, and stays otherwise.",
    evaluate: Some(|session, call| test(session, call, Ordering::is_ge)),
    examples: &[("NonNegative[0]", "True"), ("NonNegative[-2.5]", "False")],
    ..SIGN
};

/// Whether a number is not above zero.
pub(super) const NON_POSITIVE: Function = Function {
    name: "NonPositive",
    usage: "NonPositive[x] gives True if x is a non-positive number, False if it is another number, and stays otherwise.",
    evaluate: Some(|session, call| test(session, call, Ordering::is_le)),
    examples: &[("NonPositive[{0, 1}]", "{True, False}")],
    ..SIGN
};
