//! Coefficients of polynomials: `Coefficient`, `CoefficientList`, `CoefficientRules`, `Exponent`, `Collect`.

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, NodeMap, Number, Sym, compare};

use super::expand::TOO_LARGE;
use super::expansion::{Expander, Scope, Stop, Term, build};
use super::thread::over_parts;
use crate::arithmetic::{power, product, sum};

const NO_POLYNOMIAL: (&str, &str) = ("poly", "`1` is not a polynomial.");

pub(super) const COEFFICIENT: Function = Function {
    name: "Coefficient",
    usage: "Coefficient[e, form] is the coefficient of form in the expanded form of e; Coefficient[e, form, n] that of \
            form^n. With n = 0 it is the sum of the terms without form. The form may be a product of powers.",
    arguments: Some((2, 3)),
    evaluate: Some(coefficient),
    messages: &[TOO_LARGE],
    examples: &[
        ("Coefficient[(1 + x)^4, x^2]", "6"),
        ("Coefficient[(x + y)^4, x y^3]", "4"),
        ("Coefficient[a x + b x + y, x]", "a + b"),
        ("Coefficient[(1 + x)^3 + y, x, 0]", "1 + y"),
        ("Coefficient[{x^2, 3 x}, x]", "{0, 3}"),
    ],
    ..Function::NEW
};

pub(super) const COEFFICIENT_LIST: Function = Function {
    name: "CoefficientList",
    usage: "CoefficientList[polynomial, x] is the list of the coefficients of x^0, x^1 ... CoefficientList[polynomial, \
            {x, y, ...}] is an array of the coefficients, one level for each variable.",
    arguments: Some((2, 2)),
    evaluate: Some(coefficient_list),
    messages: &[TOO_LARGE, NO_POLYNOMIAL],
    examples: &[
        ("CoefficientList[(1 + x)^3, x]", "{1, 3, 3, 1}"),
        ("CoefficientList[1 + a x^2, x]", "{1, 0, a}"),
        ("CoefficientList[1 + 2 x + 3 x y, {x, y}]", "{{1, 0}, {2, 3}}"),
        ("CoefficientList[0, x]", "{}"),
    ],
    ..Function::NEW
};

pub(super) const COEFFICIENT_RULES: Function = Function {
    name: "CoefficientRules",
    usage: "CoefficientRules[polynomial, {x, y, ...}] is the list of rules {i, j, ...} -> c for the terms c x^i y^j ..., \
            highest exponents first. CoefficientRules[polynomial] takes all variables, CoefficientRules[polynomial, x] one.",
    arguments: Some((1, 2)),
    evaluate: Some(coefficient_rules),
    messages: &[TOO_LARGE, NO_POLYNOMIAL],
    examples: &[
        ("CoefficientRules[x^2 + 3 x y + a, {x, y}]", "{{2, 0} -> 1, {1, 1} -> 3, {0, 0} -> a}"),
        ("CoefficientRules[(1 + x)^2]", "{{2} -> 1, {1} -> 2, {0} -> 1}"),
    ],
    ..Function::NEW
};

pub(super) const EXPONENT: Function = Function {
    name: "Exponent",
    usage: "Exponent[e, form] is the greatest exponent with which form appears in the expanded form of e; \
            Exponent[e, form, h] is h of all exponents. That of 0 is -Infinity.",
    arguments: Some((2, 3)),
    evaluate: Some(exponent),
    messages: &[TOO_LARGE],
    examples: &[
        ("Exponent[1 + x^2 + a x^3, x]", "3"),
        ("Exponent[x^n + x, x]", "Max[1, n]"),
        ("Exponent[x^2 + x^5, x, Min]", "2"),
        ("Exponent[0, x] === -Infinity", "True"),
    ],
    ..Function::NEW
};

pub(super) const COLLECT: Function = Function {
    name: "Collect",
    usage: "Collect[e, x] collects terms with equal powers of x. Collect[e, {x, y, ...}] collects in x, then in the \
            coefficients in y, and so on. Collect[e, vars, h] applies h to the coefficients. Coefficients that are free \
            of the variables are not expanded.",
    arguments: Some((2, 3)),
    evaluate: Some(collect),
    messages: &[TOO_LARGE],
    examples: &[
        ("Collect[a x + b y + c x, x]", "(a + c) x + b y"),
        ("Collect[(1 + a + x)^2, x]", "1 + 2 a + a^2 + (2 + 2 a) x + x^2"),
        ("Collect[a x^2 + b x^2 y + c x y, {x, y}]", "c x y + x^2 (a + b y)"),
        ("Collect[a Exp[x] + b Exp[x], Exp[x]]", "(a + b) E^x"),
        ("Collect[a x + b x + a + b, x, f]", "f[a + b] + x f[a + b]"),
    ],
    ..Function::NEW
};

/// One term seen as a polynomial in some forms: their exponents, and what they multiply.
struct Split {
    exponents: Vec<Expr>,
    rest: Term,
}

/// The terms of the expansion of `e`, split by the forms.
fn split_terms(session: &mut Session, e: &Expr, forms: &[Expr]) -> Result<Vec<Split>, Stop> {
    let bases: Vec<Expr> = forms.iter().map(|form| base_and_exponent(form).0).collect();
    let scope = Scope::containing(e, |node| Ok(bases.contains(node) || forms.contains(node)))?;
    let kept: Vec<Expr> = forms.iter().filter(|f| matches!(f.head_sym(), Some(Sym::Plus))).cloned().collect();
    let mut expander = Expander::new(scope).keeping(&kept);
    let mut split = Vec::new();
    for term in expander.terms(session, e)? {
        session.tick()?;
        let mut exponents = vec![Vec::new(); forms.len()];
        let mut powers = Vec::new();
        'factors: for (base, n) in term.powers {
            let (inner, own) = base_and_exponent(&base);
            for (i, form) in forms.iter().enumerate() {
                let (form_base, unit) = base_and_exponent(form);
                if inner != form_base && base != *form {
                    continue;
                }
                let multiple = if base == *form { Expr::integer(1) } else { own.clone() };
                let exponent = product(session, [multiple, Expr::integer(i64::from(n))])?;
                let exponent = if base == *form || unit.is_integer(1) {
                    exponent
                } else {
                    let inverse = power(session, unit, Expr::integer(-1))?;
                    product(session, [exponent, inverse])?
                };
                exponents[i].push(exponent);
                continue 'factors;
            }
            powers.push((base, n));
        }
        let mut sums = Vec::with_capacity(forms.len());
        for parts in exponents {
            sums.push(sum(session, parts)?);
        }
        split.push(Split { exponents: sums, rest: Term { coefficient: term.coefficient, powers } });
    }
    Ok(split)
}

/// Base and exponent of a power, the expression and 1 of anything else.
fn base_and_exponent(e: &Expr) -> (Expr, Expr) {
    if e.has_head(Sym::Power) && e.len() == 2 { (e.arg(0), e.arg(1)) } else { (e.clone(), Expr::integer(1)) }
}

/// What a polynomial function answers after a [`Stop`]: the call stays, after a message.
fn stopped(session: &mut Session, call: &Expr, stop: Stop) -> Eval {
    match stop {
        Stop::TooLarge => {
            session.message_of(call.head(), "large", &[]);
            Ok(None)
        }
        Stop::Flow(flow) => Err(flow),
    }
}

fn coefficient(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let order = call.args().get(2).cloned().unwrap_or(Expr::integer(1));
    let factors = match call.arg(1).args_of(Sym::Times) {
        Some(factors) => factors.into_owned(),
        None => vec![call.arg(1)],
    };
    if call.arg(1).is_number() {
        return Ok(Some(Expr::integer(0)));
    }
    let mut bases = Vec::new();
    let mut wanted = Vec::new();
    for factor in factors {
        let (base, exponent) = match base_and_exponent(&factor) {
            (base, exponent) if exponent.is_number() => (base, exponent),
            _ => (factor.clone(), Expr::integer(1)),
        };
        bases.push(base);
        wanted.push(product(session, [exponent, order.clone()])?);
    }
    let split = match split_terms(session, &call.arg(0), &bases) {
        Ok(split) => split,
        Err(stop) => return stopped(session, call, stop),
    };
    let mut terms = Vec::new();
    for term in split {
        if term.exponents == wanted {
            terms.push(build(session, term.rest)?);
        }
    }
    sum(session, terms).map(Some)
}

/// The coefficients of a polynomial in some variables by exponents; `None` if it is no polynomial.
fn table_of_coefficients(
    session: &mut Session,
    e: &Expr,
    variables: &[Expr],
) -> Result<Option<Vec<(Vec<usize>, Expr)>>, Stop> {
    let mut table: Vec<(Vec<usize>, Vec<Expr>)> = Vec::new();
    let mut places: rustc_hash::FxHashMap<Vec<usize>, usize> = rustc_hash::FxHashMap::default();
    for term in split_terms(session, e, variables)? {
        let exponents: Option<Vec<usize>> = term.exponents.iter().map(Expr::as_usize).collect();
        let free = |power: &(Expr, i32)| !contains_any(&power.0, variables);
        let Some(exponents) = exponents.filter(|_| term.rest.powers.iter().all(free)) else { return Ok(None) };
        let rest = build(session, term.rest)?;
        let place = *places.entry(exponents.clone()).or_insert_with(|| {
            table.push((exponents, Vec::new()));
            table.len() - 1
        });
        table[place].1.push(rest);
    }
    let mut coefficients = Vec::with_capacity(table.len());
    for (exponents, terms) in table {
        let coefficient = sum(session, terms)?;
        if !coefficient.is_integer(0) {
            coefficients.push((exponents, coefficient));
        }
    }
    Ok(Some(coefficients))
}

/// Whether one of some expressions is a part of another.
pub(super) fn contains_any(e: &Expr, parts: &[Expr]) -> bool {
    let mut seen = netform_expr::NodeSet::default();
    let mut stack = vec![e.clone()];
    while let Some(node) = stack.pop() {
        if parts.contains(&node) {
            return true;
        }
        if node.as_array().is_none() && node.is_normal() && seen.insert(node.clone()) {
            stack.push(node.head().clone());
            stack.extend(node.args().iter().cloned());
        }
    }
    false
}

/// The most elements of a list of coefficients.
const MOST_COEFFICIENTS: usize = 1 << 24;

fn coefficient_list(session: &mut Session, call: &Expr) -> Eval {
    let variables = match call.arg(1).args_of(Sym::List) {
        Some(variables) => variables.into_owned(),
        None => vec![call.arg(1)],
    };
    let table = match table_of_coefficients(session, &call.arg(0), &variables) {
        Ok(Some(table)) => table,
        Ok(None) => {
            session.message(Sym::CoefficientList, "poly", &[call.arg(0)]);
            return Ok(None);
        }
        Err(stop) => return stopped(session, call, stop),
    };
    if table.is_empty() {
        return Ok(Some(Expr::list([])));
    }
    let sizes: Vec<usize> =
        (0..variables.len()).map(|i| table.iter().map(|(n, _)| n[i] + 1).max().unwrap_or(0)).collect();
    let count = sizes.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
    let Some(count) = count.filter(|n| *n <= MOST_COEFFICIENTS) else {
        session.message(Sym::CoefficientList, "large", &[]);
        return Ok(None);
    };
    let mut elements = vec![Expr::integer(0); count];
    for (exponents, coefficient) in table {
        let place = exponents.iter().zip(&sizes).fold(0, |place, (n, size)| place * size + n);
        elements[place] = coefficient;
    }
    for &size in sizes.iter().skip(1).rev() {
        elements = elements.chunks(size).map(|row| Expr::list(row.iter().cloned())).collect();
    }
    Ok(Some(Expr::list(elements)))
}

fn coefficient_rules(session: &mut Session, call: &Expr) -> Eval {
    let variables = match call.args().get(1) {
        None => session.evaluate_call(Sym::Variables, [call.arg(0)])?.args().into_owned(),
        Some(list) if list.is_list() => list.args().into_owned(),
        Some(variable) => vec![variable.clone()],
    };
    match table_of_coefficients(session, &call.arg(0), &variables) {
        Ok(Some(mut table)) => {
            table.sort_by(|a, b| b.0.cmp(&a.0));
            let rule = |(exponents, coefficient): (Vec<usize>, Expr)| {
                Expr::rule(Expr::list(exponents.into_iter().map(|n| Expr::integer(n as i64))), coefficient)
            };
            Ok(Some(Expr::list(table.into_iter().map(rule))))
        }
        Ok(None) => {
            session.message(Sym::CoefficientRules, "poly", &[call.arg(0)]);
            Ok(None)
        }
        Err(stop) => stopped(session, call, stop),
    }
}

fn exponent(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let head = call.args().get(2).cloned().unwrap_or(Sym::Max.into());
    let split = match split_terms(session, &call.arg(0), &[call.arg(1)]) {
        Ok(split) => split,
        Err(stop) => return stopped(session, call, stop),
    };
    let mut exponents: Vec<Expr> = split.into_iter().flat_map(|term| term.exponents).collect();
    exponents.sort_by(compare);
    exponents.dedup();
    session.evaluate(&Expr::normal(head, exponents)).map(Some)
}

fn collect(session: &mut Session, call: &Expr) -> Eval {
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let variables = match call.arg(1).args_of(Sym::List) {
        Some(variables) => variables.into_owned(),
        None => vec![call.arg(1)],
    };
    let result = collected(session, &call.arg(0), &variables, call.args().get(2));
    match result {
        Ok(collected) => Ok(Some(collected)),
        Err(Stop::TooLarge) => {
            session.message(Sym::Collect, "large", &[]);
            Ok(Some(call.arg(0)))
        }
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

/// The expression as a sum of coefficients times powers of the first variable, the coefficients
/// collected in the others.
pub(super) fn collected(
    session: &mut Session,
    e: &Expr,
    variables: &[Expr],
    head: Option<&Expr>,
) -> Result<Expr, Stop> {
    let Some((first, others)) = variables.split_first() else {
        return Ok(match head {
            Some(head) => session.evaluate(&Expr::normal(head.clone(), [e.clone()]))?,
            None => e.clone(),
        });
    };
    let mut groups: Vec<(Expr, Vec<Expr>)> = Vec::new();
    let mut places: NodeMap<usize> = NodeMap::default();
    for term in split_terms(session, e, std::slice::from_ref(first))? {
        let rest = build(session, term.rest)?;
        let exponent = term.exponents.into_iter().next().unwrap_or(Expr::integer(0));
        let place = *places.entry(exponent.clone()).or_insert_with(|| {
            groups.push((exponent, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(rest);
    }
    let mut terms = Vec::with_capacity(groups.len());
    for (exponent, coefficients) in groups {
        let coefficient = sum(session, coefficients)?;
        let coefficient = collected(session, &coefficient, others, head)?;
        let raised = if exponent.is_integer(0) { Expr::integer(1) } else { power(session, first.clone(), exponent)? };
        terms.push(scaled(session, coefficient, raised)?);
    }
    Ok(sum(session, terms)?)
}

/// A product in which a sum of coefficients is kept together, also where the other factor is -1.
fn scaled(session: &mut Session, coefficient: Expr, raised: Expr) -> Result<Expr, Flow> {
    match raised.as_number() {
        Some(number) if number == Number::ONE => Ok(coefficient),
        _ => product(session, [coefficient, raised]),
    }
}
