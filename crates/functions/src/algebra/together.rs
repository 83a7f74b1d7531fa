//! `Together` and `Cancel`: sums of fractions over one denominator, and fractions in lowest terms.

use netform_eval::{Eval, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::fraction::Generators;
use super::polynomial::Stop;
use super::thread::over_parts;

pub(super) const TOGETHER: Function = Function {
    name: "Together",
    usage: "Together[e] puts the terms of a sum over a common denominator and cancels common factors of numerator and \
            denominator. Only the outer level is looked at. An expression whose numerator would have more than a hundred \
            thousand terms, or that has more than 120 different variables and functions, stays.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| rational(session, call, together)),
    examples: &[
        ("Together[a/b + c/d]", "(b c + a d)/(b d)"),
        ("Together[1/x + 1/(1 + x)]", "(1 + 2 x)/(x (1 + x))"),
        ("Together[x^2/(x^2 - 1) + x/(x^2 - 1)]", "x/(-1 + x)"),
        ("Together[1/Sqrt[x] + 1/x]", "(1 + Sqrt[x])/x"),
        ("Together[{1/2 + x/3}]", "{(3 + 2 x)/6}"),
    ],
    ..Function::NEW
};

pub(super) const CANCEL: Function = Function {
    name: "Cancel",
    usage: "Cancel[e] cancels common factors of numerator and denominator in each term of e. Limits are those of Together.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| rational(session, call, cancel)),
    examples: &[
        ("Cancel[(x^2 - 1)/(x - 1)]", "1 + x"),
        ("Cancel[(x - y)/(x^2 - y^2) + 1/z]", "1/(x + y) + 1/z"),
        ("Cancel[(x^3 - 1)/(x^2 - 1)]", "(1 + x + x^2)/(1 + x)"),
    ],
    ..Function::NEW
};

/// Applies a computation that may be given up: then the expression stays as it is.
pub(super) fn rational(
    session: &mut Session,
    call: &Expr,
    compute: impl FnOnce(&mut Session, &Expr) -> Result<Expr, Stop>,
) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let e = call.arg(0);
    match compute(session, &e) {
        Ok(result) => Ok(Some(result)),
        Err(Stop::TooHard) => Ok(Some(e)),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

/// The expression over one denominator.
pub(super) fn together(session: &mut Session, e: &Expr) -> Result<Expr, Stop> {
    let generators = Generators::of(session, std::slice::from_ref(e))?;
    let fraction = generators.fraction(session, e)?;
    Ok(generators.quotient(session, &fraction)?)
}

fn cancel(session: &mut Session, e: &Expr) -> Result<Expr, Stop> {
    let Some(terms) = e.args_of(Sym::Plus) else { return together(session, e) };
    let mut cancelled = Vec::with_capacity(terms.len());
    for term in terms.iter() {
        cancelled.push(together(session, term)?);
    }
    Ok(crate::arithmetic::sum(session, cancelled)?)
}
