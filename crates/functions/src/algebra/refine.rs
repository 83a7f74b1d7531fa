//! `Refine`, `Assuming`, `$Assumptions`: what expressions are where assumptions hold.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Number, Sym};

use super::assumptions::{Facts, difference};
use crate::arithmetic::{power, product, sum};
use crate::call_options::CallOptions;
use crate::parts_first::rewrite_parts;

pub(super) const REFINE: Function = Function {
    name: "Refine",
    usage: "Refine[e, assumptions] gives what e would be if symbols were numbers that satisfy the assumptions: equations, \
            inequalities, Element[x, Reals], joined by And or in a list. Refine[e] uses the assumptions of an enclosing \
            Assuming. Decided are signs of sums, products and powers of quantities of known sign.",
    evaluate: Some(refine),
    options: &[("Assumptions", "$Assumptions")],
    examples: &[
        ("Refine[Sqrt[x^2], x > 0]", "x"),
        ("Refine[Sqrt[x^2], Element[x, Reals]]", "Abs[x]"),
        ("Refine[Abs[x], x < 0]", "-x"),
        ("Refine[x^2 + 1 > 0, Element[x, Reals]]", "True"),
        ("Refine[Log[x^2 y], x > 0]", "2 Log[x] + Log[y]"),
        ("Refine[Sin[n Pi], Element[n, Integers]]", "0"),
    ],
    ..Function::NEW
};

pub(super) const ASSUMING: Function = Function {
    name: "Assuming",
    usage: "Assuming[assumptions, e] evaluates e with the assumptions added to $Assumptions, which Refine, Simplify and \
            FullSimplify use.",
    attributes: Attributes::HOLD_REST,
    arguments: Some((2, 2)),
    evaluate: Some(|session, call| {
        let assumptions: Expr = Sym::Assumptions.into();
        let joined = Expr::call(Sym::And, [call.arg(0), assumptions.clone()]);
        let local = Expr::list([Expr::call(Sym::Set, [assumptions, joined])]);
        session.evaluate_call(Sym::Block, [local, call.arg(1)]).map(Some)
    }),
    examples: &[("Assuming[x > 0, Refine[Sqrt[x^2]]]", "x"), ("Assuming[x > 0, Simplify[Abs[x]]]", "x")],
    ..Function::NEW
};

pub(super) const ASSUMPTIONS: Function = Function {
    name: "$Assumptions",
    usage: "$Assumptions is what Refine, Simplify and FullSimplify assume if nothing else is said; True at the start.",
    value: Some(|_| Ok(Some(Expr::boolean(true)))),
    assign: Some(|session, left, right| {
        let is_symbol = left.is(Sym::Assumptions);
        match right {
            Some(value) if is_symbol => session.set_own_value(left, value.clone()),
            None if is_symbol => drop(session.take_own_values(left)),
            _ => {}
        }
        Ok(is_symbol)
    }),
    examples: &[("$Assumptions", "True")],
    ..Function::NEW
};

/// Expression and assumptions of a call `f[e]`, `f[e, assumptions]`, with options.
pub(super) fn arguments(session: &mut Session, options: &CallOptions) -> Result<(Expr, Facts), Flow> {
    let assumptions = assumptions(session, options)?;
    Ok((options.arguments[0].clone(), Facts::of(session, &assumptions)?))
}

/// What the option and the second argument of a call assume.
pub(super) fn assumptions(session: &mut Session, options: &CallOptions) -> Result<Expr, Flow> {
    let setting = options.get(session, Sym::AssumptionsOption);
    let mut assumptions = session.evaluate(&setting)?;
    if let Some(more) = options.arguments.get(1) {
        let more = if more.is_list() { Expr::call(Sym::And, more.args().into_owned()) } else { more.clone() };
        assumptions = session.evaluate_call(Sym::And, [more, assumptions])?;
    }
    Ok(assumptions)
}

fn refine(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split_rules(session, call, 1, 2) else { return Ok(None) };
    let (e, mut facts) = arguments(session, &options)?;
    refined(session, &e, &mut facts).map(Some)
}

/// The expression with every part refined, parts before wholes, each distinct part once.
pub(super) fn refined(session: &mut Session, e: &Expr, facts: &mut Facts) -> Result<Expr, Flow> {
    if facts.is_empty() {
        return Ok(e.clone());
    }
    rewrite_parts(session, e, |session, current| match refined_node(session, &current, facts)? {
        Some(better) => session.evaluate(&better),
        None => Ok(current),
    })
}

/// What a node is under the assumptions, its parts being refined; `None` if nothing is known.
pub(super) fn refined_node(session: &mut Session, e: &Expr, facts: &mut Facts) -> Eval {
    if facts.states(e) {
        return Ok(Some(Expr::boolean(true)));
    }
    let args = e.args().into_owned();
    let minus = |x: &Expr| Expr::call(Sym::Times, [Expr::integer(-1), x.clone()]);
    match (e.head_sym(), args.as_slice()) {
        (Some(Sym::Abs | Sym::RealAbs), [x]) => Ok(match facts.signs(session, x)? {
            Some(signs) if signs.is_not_negative() => Some(x.clone()),
            Some(signs) if signs.is_not_positive() => Some(minus(x)),
            _ => None,
        }),
        (Some(Sym::Sign | Sym::RealSign), [x]) => Ok(match facts.signs(session, x)? {
            Some(signs) if signs.is_positive() => Some(Expr::integer(1)),
            Some(signs) if signs.is_negative() => Some(Expr::integer(-1)),
            Some(signs) if signs.is_zero() => Some(Expr::integer(0)),
            _ => None,
        }),
        (Some(Sym::Ramp), [x]) => Ok(match facts.signs(session, x)? {
            Some(signs) if signs.is_not_negative() => Some(x.clone()),
            Some(signs) if signs.is_not_positive() => Some(Expr::integer(0)),
            _ => None,
        }),
        (Some(Sym::UnitStep), [x]) => Ok(match facts.signs(session, x)? {
            Some(signs) if signs.is_not_negative() => Some(Expr::integer(1)),
            Some(signs) if signs.is_negative() => Some(Expr::integer(0)),
            _ => None,
        }),
        (Some(head @ (Sym::Re | Sym::Conjugate | Sym::Im)), [x]) => {
            Ok(facts.signs(session, x)?.map(|_| if head == Sym::Im { Expr::integer(0) } else { x.clone() }))
        }
        (Some(Sym::Floor | Sym::Ceiling | Sym::Round | Sym::IntegerPart), [x]) if facts.is_integer(x) => {
            Ok(Some(x.clone()))
        }
        (Some(Sym::Power), [base, exponent]) => refined_power(session, base, exponent, facts),
        (Some(Sym::Log), [x]) => refined_logarithm(session, x, facts),
        (Some(head @ (Sym::Sin | Sym::Cos)), [x]) => Ok(multiple_of_pi(x)
            .filter(|n| facts.is_integer(n))
            .map(|n| if head == Sym::Sin { Expr::integer(0) } else { Expr::call(Sym::Power, [Expr::integer(-1), n]) })),
        (Some(head @ (Sym::Max | Sym::Min)), [_, _, ..]) => refined_extremum(session, head, &args, facts),
        (Some(Sym::Element), [x, domain]) => Ok(if domain.is(Sym::Reals) {
            facts.signs(session, x)?.map(|_| Expr::boolean(true))
        } else {
            (domain.is(Sym::Integers) && facts.is_integer(x)).then(|| Expr::boolean(true))
        }),
        (
            Some(head @ (Sym::Less | Sym::LessEqual | Sym::Greater | Sym::GreaterEqual | Sym::Equal | Sym::Unequal)),
            [a, b],
        ) => {
            let difference = difference(session, a, b)?;
            let Some(signs) = facts.signs(session, &difference)? else { return Ok(None) };
            let (yes, no) = match head {
                Sym::Less => (signs.is_negative(), signs.is_not_negative()),
                Sym::LessEqual => (signs.is_not_positive(), signs.is_positive()),
                Sym::Greater => (signs.is_positive(), signs.is_not_positive()),
                Sym::GreaterEqual => (signs.is_not_negative(), signs.is_negative()),
                Sym::Equal => (signs.is_zero(), signs.is_not_zero()),
                _ => (signs.is_not_zero(), signs.is_zero()),
            };
            Ok((yes || no).then(|| Expr::boolean(yes)))
        }
        _ => Ok(None),
    }
}

/// `n` of a product `n Pi`.
fn multiple_of_pi(x: &Expr) -> Option<Expr> {
    let factors = x.args_of(Sym::Times)?;
    let place = factors.iter().position(|factor| factor.is(Sym::Pi))?;
    let rest: Vec<Expr> = factors.iter().enumerate().filter(|(i, _)| *i != place).map(|(_, f)| f.clone()).collect();
    Some(if rest.len() == 1 { rest[0].clone() } else { Expr::call(Sym::Times, rest) })
}

/// Powers of powers and products, where arguments are of known sign.
fn refined_power(session: &mut Session, base: &Expr, exponent: &Expr, facts: &mut Facts) -> Eval {
    if base.is_integer(-1) {
        return power_of_minus_one(session, exponent, facts);
    }
    if exponent.as_i64().is_some() || facts.is_integer(exponent) && !base.is_number() {
        return Ok(None);
    }
    if let Some([inner, n]) = base.args_of(Sym::Power).as_deref() {
        let Some(signs) = facts.signs(session, inner)? else { return Ok(None) };
        let joined = product(session, [n.clone(), exponent.clone()])?;
        if signs.is_not_negative() && facts.signs(session, n)?.is_some() {
            return power(session, inner.clone(), joined).map(Some);
        }
        if n.as_number().is_some_and(|n| n.is_even()) {
            let absolute = session.evaluate_call(Sym::Abs, [inner.clone()])?;
            let absolute = refined_node(session, &absolute, facts)?.unwrap_or(absolute);
            return session.evaluate_call(Sym::Power, [absolute, joined]).map(Some);
        }
        return Ok(None);
    }
    let Some(factors) = base.args_of(Sym::Times) else { return Ok(None) };
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for factor in factors.iter() {
        let is_free = facts.signs(session, factor)?.is_some_and(|signs| signs.is_not_negative());
        if is_free && !factor.is_number() { &mut outside } else { &mut inside }.push(factor.clone());
    }
    if outside.is_empty() {
        return Ok(None);
    }
    let mut parts = Vec::with_capacity(outside.len() + 1);
    for factor in outside {
        let raised = power(session, factor, exponent.clone())?;
        parts.push(match raised.args_of(Sym::Power).as_deref() {
            Some([b, n]) => refined_power(session, b, n, facts)?.unwrap_or(raised.clone()),
            _ => raised,
        });
    }
    let rest = product(session, inside)?;
    parts.push(power(session, rest, exponent.clone())?);
    product(session, parts).map(Some)
}

/// A power of -1 without the even multiples of integers in its exponent, which do not matter; of odd ones the integer matters.
fn power_of_minus_one(session: &mut Session, exponent: &Expr, facts: &Facts) -> Eval {
    let terms = if exponent.has_head(Sym::Plus) { exponent.args().into_owned() } else { vec![exponent.clone()] };
    let mut kept = Vec::with_capacity(terms.len());
    for term in &terms {
        let whole = match term.args_of(Sym::Times).as_deref() {
            Some([number, rest @ ..]) => match number.as_number().filter(Number::is_integer) {
                Some(number) => Some((number.is_even(), product(session, rest.iter().cloned())?)),
                None => None,
            },
            _ => None,
        };
        match whole.filter(|(_, whole)| facts.is_integer(whole)) {
            Some((true, _)) => {}
            Some((false, whole)) => kept.push(whole),
            None => kept.push(term.clone()),
        }
    }
    if kept == terms {
        return Ok(None);
    }
    let exponent = sum(session, kept)?;
    power(session, Expr::integer(-1), exponent).map(Some)
}

/// Logarithms of powers of positive quantities, and of products with positive factors.
fn refined_logarithm(session: &mut Session, x: &Expr, facts: &mut Facts) -> Eval {
    let logarithm = |e: Expr| Expr::call(Sym::Log, [e]);
    if let Some([base, exponent]) = x.args_of(Sym::Power).as_deref() {
        let positive = facts.signs(session, base)?.is_some_and(|signs| signs.is_positive());
        let real = facts.signs(session, exponent)?.is_some();
        return Ok((positive && real).then(|| Expr::call(Sym::Times, [exponent.clone(), logarithm(base.clone())])));
    }
    let Some(factors) = x.args_of(Sym::Times) else { return Ok(None) };
    let (mut terms, mut inside) = (Vec::new(), Vec::new());
    for factor in factors.iter() {
        if facts.signs(session, factor)?.is_some_and(|signs| signs.is_positive()) {
            let term = refined_logarithm(session, factor, facts)?.unwrap_or_else(|| logarithm(factor.clone()));
            terms.push(session.evaluate(&term)?);
        } else {
            inside.push(factor.clone());
        }
    }
    if terms.is_empty() {
        return Ok(None);
    }
    if !inside.is_empty() {
        let rest = product(session, inside)?;
        terms.push(session.evaluate(&logarithm(rest))?);
    }
    sum(session, terms).map(Some)
}

/// Drops arguments that cannot be the extremum.
fn refined_extremum(session: &mut Session, head: Sym, args: &[Expr], facts: &mut Facts) -> Eval {
    let mut kept: Vec<Expr> = args.to_vec();
    let mut i = 0;
    while i < kept.len() {
        let mut is_beaten = false;
        for j in (0..kept.len()).filter(|&j| j != i) {
            let difference = difference(session, &kept[i], &kept[j])?;
            let signs = facts.signs(session, &difference)?;
            is_beaten |= signs.is_some_and(|signs| match head {
                Sym::Max => signs.is_not_positive(),
                _ => signs.is_not_negative(),
            });
        }
        if is_beaten {
            kept.remove(i);
        } else {
            i += 1;
        }
    }
    Ok((kept.len() < args.len()).then(|| if kept.len() == 1 { kept.swap_remove(0) } else { Expr::call(head, kept) }))
}

pub(super) const POWER_EXPAND: Function = Function {
    name: "PowerExpand",
    usage: "PowerExpand[e] expands powers of products and powers, and logarithms of them, as if all bases were positive \
            and all exponents real. PowerExpand[e, {x, y, ...}] does so only where one of the variables is in the base.",
    arguments: Some((1, 2)),
    evaluate: Some(power_expand),
    examples: &[
        ("PowerExpand[Sqrt[x^2]]", "x"),
        ("PowerExpand[(a b)^c]", "a^c b^c"),
        ("PowerExpand[Log[a^2 b]]", "2 Log[a] + Log[b]"),
        ("PowerExpand[Sqrt[x^2] + Sqrt[y^2], {x}]", "x + Sqrt[y^2]"),
    ],
    ..Function::NEW
};

fn power_expand(session: &mut Session, call: &Expr) -> Eval {
    let variables = call.args().get(1).map(|v| if v.is_list() { v.args().into_owned() } else { vec![v.clone()] });
    let is_meant =
        |base: &Expr| variables.as_ref().is_none_or(|variables| super::coefficients::contains_any(base, variables));
    let e = call.arg(0);
    let expanded = rewrite_parts(session, &e, |session, current| {
        let args = current.args().into_owned();
        match (current.head_sym(), args.as_slice()) {
            (Some(Sym::Power), [base, exponent]) if is_meant(base) => raised(session, base, exponent),
            (Some(Sym::Log), [x]) if is_meant(x) => logarithm(session, x),
            _ => Ok(current),
        }
    })?;
    Ok(Some(expanded))
}

/// The power of a product or power, factor by factor.
fn raised(session: &mut Session, base: &Expr, exponent: &Expr) -> Result<Expr, Flow> {
    if let Some([inner, n]) = base.args_of(Sym::Power).as_deref() {
        let joined = product(session, [n.clone(), exponent.clone()])?;
        return power(session, inner.clone(), joined);
    }
    let Some(factors) = base.args_of(Sym::Times) else { return power(session, base.clone(), exponent.clone()) };
    let mut parts = Vec::with_capacity(factors.len());
    for factor in factors.iter() {
        parts.push(raised(session, factor, exponent)?);
    }
    product(session, parts)
}

fn logarithm(session: &mut Session, x: &Expr) -> Result<Expr, Flow> {
    if let Some([base, exponent]) = x.args_of(Sym::Power).as_deref() {
        let inner = logarithm(session, base)?;
        let scaled = product(session, [exponent.clone(), inner])?;
        return session.evaluate_call(Sym::Expand, [scaled]);
    }
    match x.args_of(Sym::Times) {
        Some(factors) if factors[0].as_number().is_none_or(|n: Number| n.is_positive()) => {
            let mut terms = Vec::with_capacity(factors.len());
            for factor in factors.iter() {
                terms.push(logarithm(session, factor)?);
            }
            sum(session, terms)
        }
        _ => session.evaluate_call(Sym::Log, [x.clone()]),
    }
}
