//! `Expand` and its kin: products and powers of sums multiplied out.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::pattern::Pattern;
use netform_expr::{Expr, NodeMap, Number, Sym, postorder, rebuild};

use super::expansion::{Expander, Scope, Stop};
use super::thread::over_parts;
use crate::arithmetic::{power, product};
use crate::call_options::CallOptions;

/// The text of the message for expansions that would be too large.
pub(super) const TOO_LARGE: (&str, &str) =
    ("large", "The expansion would have more than a million terms, so the expression is left as it is.");

const MODULUS: (&str, &str) = ("modm", "`1` is not a modulus: 0 or an integer above 1 is expected.");

pub(super) const EXPAND: Function = Function {
    name: "Expand",
    usage: "Expand[e] multiplies out the products and positive integer powers in e. Expand[e, pattern] leaves parts \
            alone that are free of the pattern. Only the outer level is expanded: arguments of functions and \
            denominators stay. An expansion of more than a million terms is not made. Options: Modulus, by which \
            coefficients are reduced, and Trig, which expands trigonometric functions too.",
    evaluate: Some(|session, call| expand_call(session, call, Depth::Top)),
    options: &[("Modulus", "0"), ("Trig", "False")],
    messages: &[TOO_LARGE, MODULUS],
    examples: &[
        ("Expand[(a + b)^2]", "a^2 + 2 a b + b^2"),
        ("Expand[(x + 1)(x + 2)(x + 3)]", "6 + 11 x + 6 x^2 + x^3"),
        ("Expand[(1 + x)^2/y + f[(1 + x)^2]]", "1/y + (2 x)/y + x^2/y + f[(1 + x)^2]"),
        ("Expand[(a + b)^2 (1 + x)^2, x]", "(a + b)^2 + 2 (a + b)^2 x + (a + b)^2 x^2"),
        ("Expand[(1 + x)^4, Modulus -> 2]", "1 + x^4"),
        ("Expand[{x (1 + x), x == y (1 + y)}]", "{x + x^2, x == y + y^2}"),
    ],
    ..Function::NEW
};

pub(super) const EXPAND_ALL: Function = Function {
    name: "ExpandAll",
    usage: "ExpandAll[e] multiplies out the products and integer powers in all parts of e: also in arguments of \
            functions, exponents and denominators. ExpandAll[e, pattern] leaves parts alone that are free of the \
            pattern. An expansion of more than a million terms is not made.",
    evaluate: Some(|session, call| expand_call(session, call, Depth::All)),
    options: &[("Modulus", "0"), ("Trig", "False")],
    messages: &[TOO_LARGE, MODULUS],
    examples: &[("ExpandAll[f[(1 + x)^2]]", "f[1 + 2 x + x^2]"), ("ExpandAll[1/(1 + x)^2]", "1/(1 + 2 x + x^2)")],
    ..Function::NEW
};

pub(super) const EXPAND_NUMERATOR: Function = Function {
    name: "ExpandNumerator",
    usage: "ExpandNumerator[e] expands the numerator of each fraction in the sum e.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| expand_side(session, call, Side::Numerator)),
    messages: &[TOO_LARGE],
    examples: &[("ExpandNumerator[(1 + x)^2/(1 + y)^2]", "(1 + 2 x + x^2)/(1 + y)^2")],
    ..Function::NEW
};

pub(super) const EXPAND_DENOMINATOR: Function = Function {
    name: "ExpandDenominator",
    usage: "ExpandDenominator[e] expands the denominator of each fraction in the sum e.",
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| expand_side(session, call, Side::Denominator)),
    messages: &[TOO_LARGE],
    examples: &[("ExpandDenominator[(1 + x)^2/(1 + y)^2]", "(1 + x)^2/(1 + 2 y + y^2)")],
    ..Function::NEW
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Top,
    All,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Numerator,
    Denominator,
}

fn expand_call(session: &mut Session, call: &Expr, depth: Depth) -> Eval {
    let Some(options) = CallOptions::split_rules(session, call, 1, 2) else { return Ok(None) };
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let modulus = options.get(session, Sym::Modulus);
    let Some(modulus) = modulus_of(&modulus) else {
        session.message_of(call.head(), "modm", &[modulus]);
        return Ok(None);
    };
    let mut e = options.arguments[0].clone();
    if options.get(session, Sym::Trig).is_true() {
        e = session.evaluate_call(Sym::TrigExpand, [e])?;
    }
    let pattern = options.arguments.get(1).map(Pattern::new);
    let expanded = match depth {
        Depth::Top => expand_top(session, &e, pattern.as_ref(), modulus.as_ref()),
        Depth::All => expand_all(session, &e, pattern.as_ref(), modulus.as_ref()),
    };
    or_message(session, call, e, expanded)
}

/// The result, or the expression as it was after the message that says why.
fn or_message(session: &mut Session, call: &Expr, e: Expr, result: Result<Expr, Stop>) -> Eval {
    match result {
        Ok(expanded) => Ok(Some(expanded)),
        Err(Stop::TooLarge) => {
            session.message_of(call.head(), "large", &[]);
            Ok(Some(e))
        }
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

/// The modulus of a setting: `Some(None)` for 0, which means none.
pub(super) fn modulus_of(setting: &Expr) -> Option<Option<Number>> {
    let number = setting.as_number().filter(|n| n.is_integer() && !n.is_negative() && !n.is_exact_one())?;
    Some((!number.is_exact_zero()).then_some(number))
}

/// The expression multiplied out at its outer level.
pub(super) fn expanded(session: &mut Session, e: &Expr) -> Result<Expr, Stop> {
    Expander::new(Scope::Everything).expand(session, e)
}

fn expand_top(
    session: &mut Session,
    e: &Expr,
    pattern: Option<&Pattern>,
    modulus: Option<&Number>,
) -> Result<Expr, Stop> {
    let scope = match pattern {
        None => Scope::Everything,
        Some(pattern) => Scope::containing(e, |node| pattern.is_match(node, session))?,
    };
    Expander::new(scope).with_modulus(modulus.cloned()).expand(session, e)
}

/// Expands every part, parts before wholes, and the sums in denominators.
fn expand_all(
    session: &mut Session,
    e: &Expr,
    pattern: Option<&Pattern>,
    modulus: Option<&Number>,
) -> Result<Expr, Stop> {
    let mut done: NodeMap<Expr> = NodeMap::default();
    postorder::<Stop>(
        e,
        |_| true,
        |node| {
            if !node.is_normal() || node.as_array().is_some() {
                return Ok(());
            }
            let rebuilt = rebuild(node, |part| done.get(part).cloned().unwrap_or_else(|| part.clone()));
            let rebuilt = if rebuilt == *node { rebuilt } else { session.evaluate(&rebuilt)? };
            let result = match inverse_power(&rebuilt) {
                Some((base, exponent)) => {
                    let raised = power(session, base, exponent)?;
                    let raised = expand_top(session, &raised, pattern, modulus)?;
                    power(session, raised, Expr::integer(-1))?
                }
                None => expand_top(session, &rebuilt, pattern, modulus)?,
            };
            done.insert(node.clone(), result);
            Ok(())
        },
    )?;
    Ok(done.remove(e).unwrap_or_else(|| e.clone()))
}

/// Base and positive exponent of a negative integer power of a sum.
fn inverse_power(e: &Expr) -> Option<(Expr, Expr)> {
    let exponent = (e.has_head(Sym::Power) && e.len() == 2).then(|| e.arg(1).as_i64())??;
    let positive = exponent.checked_neg().filter(|n| *n > 1)?;
    e.arg(0).has_head(Sym::Plus).then(|| (e.arg(0), Expr::integer(positive)))
}

fn expand_side(session: &mut Session, call: &Expr, side: Side) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let e = call.arg(0);
    let result = (|| -> Result<Expr, Stop> {
        if let Some(terms) = e.args_of(Sym::Plus) {
            let mut sides = Vec::with_capacity(terms.len());
            for term in terms.iter() {
                sides.push(expanded_side(session, term, side)?);
            }
            return Ok(session.evaluate_call(Sym::Plus, sides)?);
        }
        expanded_side(session, &e, side)
    })();
    or_message(session, call, e, result)
}

fn expanded_side(session: &mut Session, term: &Expr, side: Side) -> Result<Expr, Stop> {
    let (numerator, denominator) = split_fraction(session, term)?;
    let (numerator, denominator) = match side {
        Side::Numerator => (expanded(session, &numerator)?, denominator),
        Side::Denominator => (numerator, expanded(session, &denominator)?),
    };
    let inverse = power(session, denominator, Expr::integer(-1))?;
    Ok(product(session, [numerator, inverse])?)
}

/// Numerator and denominator of a product, as the functions of these names give them.
pub(super) fn split_fraction(session: &mut Session, e: &Expr) -> Result<(Expr, Expr), Flow> {
    let numerator = session.evaluate_call(Sym::Numerator, [e.clone()])?;
    let denominator = session.evaluate_call(Sym::Denominator, [e.clone()])?;
    Ok((numerator, denominator))
}
