//! Precision and accuracy: how many digits of numbers are known.

use netform_eval::{Eval, Function, Session};
use netform_expr::number::{Constant, Exception, MACHINE_PRECISION as MACHINE_DIGITS};
use netform_expr::{Attributes, Expr, NodeMap, Number, Sym, postorder};

use super::quantities::with_leaves;
use crate::elementary::constant_of;

pub(super) const PRECISION: Function = Function {
    name: "Precision",
    usage: "Precision[x] is the number of significant decimal digits of x: MachinePrecision for machine numbers, \
            Infinity for exact ones; for other expressions the smallest precision of a number in it.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(least(&call.arg(0), Number::precision)))),
    examples: &[
        ("Precision[1.5]", "MachinePrecision"),
        ("Precision[1/2]", "Infinity"),
        ("Precision[N[Pi, 30]]", "30."),
    ],
    ..Function::NEW
};

pub(super) const ACCURACY: Function = Function {
    name: "Accuracy",
    usage: "Accuracy[x] is the number of significant decimal digits of x behind the point.",
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| Ok(Some(least(&call.arg(0), Number::accuracy)))),
    examples: &[("Accuracy[3]", "Infinity")],
    ..Function::NEW
};

pub(super) const SET_PRECISION: Function = Function {
    name: "SetPrecision",
    usage: "SetPrecision[e, p] gives the numbers and constants in e the precision of p decimal digits, MachinePrecision, \
            or Infinity, which makes numbers exact.",
    arguments: Some((2, 2)),
    evaluate: Some(set_precision),
    messages: &[("precsm", "`1` is not a precision: a positive number, MachinePrecision or Infinity is expected.")],
    examples: &[
        ("SetPrecision[0.5, Infinity]", "1/2"),
        ("SetPrecision[x/2, MachinePrecision]", "0.5 x"),
        ("SetPrecision[Pi + x, 10]", "3.141592654 + x"),
    ],
    ..Function::NEW
};

pub(super) const SET_ACCURACY: Function = Function {
    name: "SetAccuracy",
    usage: "SetAccuracy[e, a] gives the numbers in e an accuracy of a decimal digits behind the point.",
    arguments: Some((2, 2)),
    evaluate: Some(set_accuracy),
    examples: &[("SetAccuracy[1/3, 5]", "0.33333")],
    ..Function::NEW
};

pub(super) const MACHINE_PRECISION: Function = Function {
    name: "MachinePrecision",
    usage: "MachinePrecision is the precision of machine numbers, about 15.95 decimal digits.",
    attributes: Attributes::CONSTANT,
    ..Function::NEW
};

fn least(e: &Expr, measure: fn(&Number) -> f64) -> Expr {
    let mut least = f64::INFINITY;
    let mut machine = e.as_array().is_some_and(|a| a.is_real());
    let walk = postorder::<()>(
        e,
        |_| true,
        |node| {
            if node.as_array().is_some_and(|a| a.is_real()) {
                machine = true;
            }
            if let Some(number) = node.as_number() {
                machine |= number.is_machine();
                least = least.min(measure(&number));
            }
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    if machine && least >= MACHINE_DIGITS {
        return Sym::MachinePrecision.into();
    }
    if least.is_infinite() { Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]) } else { Expr::real(least) }
}

fn set_precision(session: &mut Session, call: &Expr) -> Eval {
    let (e, p) = (call.arg(0), call.arg(1));
    if p.is(Sym::MachinePrecision) {
        return change(session, &e, |n| Ok(n.to_machine()), |c| Some(Number::Real(c.to_f64())));
    }
    if p.has_head(Sym::DirectedInfinity) && p.len() == 1 && p.arg(0).is_integer(1) {
        return change(session, &e, Number::to_exact, |_| None);
    }
    match p.as_number().and_then(|p| p.to_f64()).filter(|p| *p > 0.0 && *p < 1e7) {
        Some(digits) => change(session, &e, |n| n.set_precision(digits), |c| Some(c.to_precision(digits))),
        None => {
            session.message(Sym::SetPrecision, "precsm", &[p]);
            Ok(None)
        }
    }
}

fn set_accuracy(session: &mut Session, call: &Expr) -> Eval {
    match call.arg(1).as_number().and_then(|a| a.to_f64()).filter(|a| a.abs() < 1e7) {
        Some(digits) => {
            // The constants are between 0.01 and 4.
            let constant = |c: Constant| c.to_precision(digits.max(0.0) + 4.0).set_accuracy(digits).ok();
            change(session, &call.arg(0), |n| n.set_accuracy(digits), constant)
        }
        None => Ok(None),
    }
}

/// Changes all numbers of an expression that are quantities, and all constants, such as `Pi`.
fn change(
    session: &mut Session,
    e: &Expr,
    number: impl Fn(&Number) -> Result<Number, Exception>,
    constant: impl Fn(Constant) -> Option<Number>,
) -> Eval {
    // A number that there is no such change of, as of one beyond all exponents, stays.
    let convert = |node: &Expr| match node.as_number() {
        Some(n) => number(&n).map_or_else(|_| node.clone(), Expr::number),
        None => constant_of(node).and_then(&constant).map_or_else(|| node.clone(), Expr::number),
    };
    let changed = with_leaves(session, e, convert, &mut NodeMap::default());
    session.evaluate(&changed).map(Some)
}
