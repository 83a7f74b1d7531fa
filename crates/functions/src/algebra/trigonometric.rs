//! Circular and hyperbolic functions: `TrigToExp`, `ExpToTrig`, `TrigExpand`, `TrigReduce`, `TrigFactor`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Number, Sym};

use super::expand::{TOO_LARGE, expanded};
use super::expansion::Stop;
use super::thread::over_parts;
use crate::arithmetic::{product, sum};
use crate::rules_text::{ANGLE_SUMS, EXPONENTIAL_TO_TRIGONOMETRIC, RuleTable, TRIGONOMETRIC_TO_EXPONENTIAL};

pub(super) const TRIG_TO_EXP: Function = Function {
    name: "TrigToExp",
    usage: "TrigToExp[e] writes circular and hyperbolic functions in e by exponentials, and their inverses by logarithms.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| by_rules(session, call, TRIGONOMETRIC_TO_EXPONENTIAL)),
    examples: &[
        ("TrigToExp[Cos[x]]", "E^(-I x)/2 + E^(I x)/2"),
        ("TrigToExp[Sech[x]]", "2/(E^(-x) + E^x)"),
        ("TrigToExp[ArcSinh[x]]", "Log[x + Sqrt[1 + x^2]]"),
    ],
    ..Function::NEW
};

pub(super) const EXP_TO_TRIG: Function = Function {
    name: "ExpToTrig",
    usage: "ExpToTrig[e] writes exponentials in e by circular functions, where the exponent has the factor I, and by \
            hyperbolic functions.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| by_rules(session, call, EXPONENTIAL_TO_TRIGONOMETRIC)),
    examples: &[("ExpToTrig[Exp[I x]]", "Cos[x] + I Sin[x]"), ("ExpToTrig[Exp[x]]", "Cosh[x] + Sinh[x]")],
    ..Function::NEW
};

pub(super) const TRIG_EXPAND: Function = Function {
    name: "TrigExpand",
    usage: "TrigExpand[e] expands circular and hyperbolic functions of sums and of integer multiples up to 64 in e, and \
            multiplies out.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(trig_expand),
    messages: &[TOO_LARGE],
    examples: &[
        ("TrigExpand[Sin[x + y]]", "Cos[y] Sin[x] + Cos[x] Sin[y]"),
        ("TrigExpand[Cos[2 x]]", "Cos[x]^2 - Sin[x]^2"),
    ],
    ..Function::NEW
};

pub(super) const TRIG_REDUCE: Function = Function {
    name: "TrigReduce",
    usage: "TrigReduce[e] writes products and powers of circular and hyperbolic functions as sums of functions of multiples \
            and sums of angles.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(trig_reduce),
    messages: &[TOO_LARGE],
    examples: &[
        ("TrigReduce[Cos[x]^2]", "1/2 + Cos[2 x]/2"),
        ("TrigReduce[2 Sin[x] Cos[y]]", "Sin[x - y] + Sin[x + y]"),
    ],
    ..Function::NEW
};

fn by_rules(session: &mut Session, call: &Expr, table: RuleTable) -> Eval {
    match over_parts(session, call)? {
        Some(result) => Ok(Some(result)),
        None => table.rewrite(session, &call.arg(0)).map(Some),
    }
}

/// The result, or the expression as it was after the message that says why.
fn or_message(session: &mut Session, call: &Expr, result: Result<Expr, Stop>) -> Eval {
    match result {
        Ok(result) => Ok(Some(result)),
        Err(Stop::TooLarge) => {
            session.message_of(call.head(), "large", &[]);
            Ok(Some(call.arg(0)))
        }
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

fn trig_expand(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let rewritten = ANGLE_SUMS.rewrite(session, &call.arg(0))?;
    let result = expanded(session, &rewritten);
    or_message(session, call, result)
}

fn trig_reduce(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let e = call.arg(0);
    let result = (|| -> Result<Expr, Stop> {
        let exponentials = TRIGONOMETRIC_TO_EXPONENTIAL.rewrite(session, &e)?;
        // What has functions in a denominator is first brought into lowest terms.
        let exponentials = session.evaluate_call(Sym::Cancel, [exponentials])?;
        let sums = expanded(session, &exponentials)?;
        let terms = sums.args_of(Sym::Plus).map_or_else(|| vec![sums.clone()], |terms| terms.into_owned());
        let mut reduced = Vec::with_capacity(terms.len());
        for term in terms {
            reduced.push(reduced_term(session, &term)?);
        }
        let total = sum(session, reduced)?;
        expanded(session, &total)
    })();
    or_message(session, call, result)
}

/// A term with its exponentials `E^(I a)` written as `Cos[a] + I Sin[a]`.
fn reduced_term(session: &mut Session, term: &Expr) -> Result<Expr, Flow> {
    let factors = term.args_of(Sym::Times).map_or_else(|| vec![term.clone()], |factors| factors.into_owned());
    let imaginary = Expr::number(Number::complex(&Number::ZERO, &Number::ONE));
    let mut parts = Vec::with_capacity(factors.len());
    for factor in factors {
        let is_exponential = factor.has_head(Sym::Power) && factor.len() == 2 && factor.arg(0).is(Sym::E);
        if !is_exponential {
            parts.push(factor);
            continue;
        }
        let angle =
            product(session, [Expr::number(Number::complex(&Number::ZERO, &Number::MINUS_ONE)), factor.arg(1)])?;
        let angle = session.evaluate_call(Sym::Expand, [angle])?;
        if contains_imaginary(&angle) {
            let hyperbolic = [Sym::Cosh, Sym::Sinh].map(|f| Expr::call(f, [factor.arg(1)]));
            parts.push(session.evaluate_call(Sym::Plus, hyperbolic)?);
            continue;
        }
        let cosine = session.evaluate_call(Sym::Cos, [angle.clone()])?;
        let sine = session.evaluate_call(Sym::Sin, [angle])?;
        let sine = product(session, [imaginary.clone(), sine])?;
        parts.push(sum(session, [cosine, sine])?);
    }
    product(session, parts)
}

fn contains_imaginary(e: &Expr) -> bool {
    let complex = |factor: &Expr| factor.as_number().is_some_and(|n| !n.is_real());
    let in_term =
        |term: &Expr| complex(term) || term.args_of(Sym::Times).is_some_and(|factors| factors.iter().any(complex));
    e.args_of(Sym::Plus).map_or_else(|| in_term(e), |terms| terms.iter().any(in_term))
}
