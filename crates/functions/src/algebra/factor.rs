//! `Factor` and its kin, and divisors of polynomials.

use netform_eval::{Eval, Function, Session};
use netform_expr::number::Integer;
use netform_expr::{Attributes, Expr, Number, Sym};

use super::fraction::{Fraction, Generators};
use super::gaussian;
use super::polynomial::{Factors, Polynomial, Stop, factor, factor_modulo, gcd, square_free};
use super::thread::over_parts;
use super::together::rational;
use crate::arithmetic::{power, product};
use crate::call_options::CallOptions;

pub(super) const FACTOR: Function = Function {
    name: "Factor",
    usage: "Factor[polynomial] writes a polynomial with rational coefficients as a product of irreducible ones; numerator \
            and denominator of a quotient are factored each. Polynomials in one variable up to degree 1200 are factored; a \
            factor in several variables that is too large for Kronecker's method (the product of its degrees plus one in \
            each variable above 900) is left whole. Options: GaussianIntegers -> True allows coefficients with I in one \
            variable; Modulus -> p factors modulo a prime, in one variable.",
    attributes: Attributes::LISTABLE,
    evaluate: Some(factor_call),
    options: &[("GaussianIntegers", "False"), ("Modulus", "0")],
    messages: &[("modp", "`1` is not a prime below 2147483629."), ("univ", "`1` is not a polynomial in one variable.")],
    examples: &[
        ("Factor[x^2 - y^2]", "(x - y) (x + y)"),
        ("Factor[1 + 2 x + x^2]", "(1 + x)^2"),
        ("Factor[6 x - 10]", "2 (-5 + 3 x)"),
        ("Factor[x^4 + 4]", "(2 - 2 x + x^2) (2 + 2 x + x^2)"),
        ("Factor[x/4 + y/6]", "(3 x + 2 y)/12"),
        ("Factor[x^2 + 1, GaussianIntegers -> True]", "(-I + x) (I + x)"),
        ("Factor[x^4 - 3 x^2 + 1, Modulus -> 5]", "(2 + x)^2 (3 + x)^2"),
    ],
    ..Function::NEW
};

pub(super) const FACTOR_SQUARE_FREE: Function = Function {
    name: "FactorSquareFree",
    usage: "FactorSquareFree[polynomial] writes a polynomial as a product of powers of polynomials without repeated factors.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|session, call| rational(session, call, |session, e| factored(session, e, square_free))),
    examples: &[("FactorSquareFree[x^5 - x^3 - x^2 + 1]", "(-1 + x)^2 (1 + 2 x + 2 x^2 + x^3)")],
    ..Function::NEW
};

pub(super) const FACTOR_LIST: Function = Function {
    name: "FactorList",
    usage: "FactorList[polynomial] is the list of the irreducible factors with their exponents, the numeric factor first.",
    arguments: Some((1, 1)),
    evaluate: Some(factor_list),
    examples: &[("FactorList[2 x^2 - 2]", "{{2, 1}, {-1 + x, 1}, {1 + x, 1}}")],
    ..Function::NEW
};

pub(super) const POLYNOMIAL_GCD: Function = Function {
    name: "PolynomialGCD",
    usage: "PolynomialGCD[p, q, ...] is the greatest common divisor of polynomials with rational coefficients.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, usize::MAX)),
    evaluate: Some(polynomial_gcd),
    examples: &[
        ("PolynomialGCD[x^2 - 1, x^2 + 2 x + 1]", "1 + x"),
        ("PolynomialGCD[(x + y)^2 (x - y), (x + y)^3]", "x^2 + 2 x y + y^2"),
    ],
    ..Function::NEW
};

fn factor_call(session: &mut Session, call: &Expr) -> Eval {
    let Some(options) = CallOptions::split(session, call, 1, 1) else { return Ok(None) };
    if let Some(result) = over_parts(session, call)? {
        return Ok(Some(result));
    }
    let modulus = options.get(session, Sym::Modulus);
    if !modulus.is_integer(0) {
        return factor_with_modulus(session, call, &options.arguments[0], &modulus);
    }
    let gaussian = options.get(session, Sym::GaussianIntegers).is_true();
    let base = Expr::normal(call.head().clone(), [options.arguments[0].clone()]);
    if gaussian {
        return rational(session, &base, |session, e| {
            let plain = factored(session, e, factor)?;
            gaussian::split(session, &plain)
        });
    }
    rational(session, &base, |session, e| factored(session, e, factor))
}

type Split = fn(&mut Session, &Polynomial) -> Result<Factors, Stop>;

/// The factors of numerator and denominator.
fn split_fraction(session: &mut Session, fraction: &Fraction, split: Split) -> Result<Fraction, Stop> {
    let mut result = Fraction::number(fraction.coefficient.clone());
    for (p, n) in &fraction.factors {
        for (part, count) in split(session, p)? {
            let exponent = i32::try_from(count).ok().and_then(|count| n.checked_mul(count)).ok_or(Stop::TooHard)?;
            let factor = Fraction { coefficient: Number::ONE, factors: vec![(part, exponent)] };
            result = result.multiply(session, &factor)?;
        }
    }
    Ok(result)
}

/// The expression as a product of factors.
fn factored(session: &mut Session, e: &Expr, split: Split) -> Result<Expr, Stop> {
    let generators = Generators::of(session, std::slice::from_ref(e))?;
    let fraction = generators.fraction(session, e)?;
    let fraction = split_fraction(session, &fraction, split)?;
    Ok(generators.quotient(session, &fraction)?)
}

fn factor_list(session: &mut Session, call: &Expr) -> Eval {
    let e = call.arg(0);
    let pairs = (|| -> Result<Vec<Expr>, Stop> {
        let generators = Generators::of(session, std::slice::from_ref(&e))?;
        let fraction = generators.fraction(session, &e)?;
        let fraction = split_fraction(session, &fraction, factor)?;
        let mut pairs = vec![Expr::list([Expr::number(fraction.coefficient.clone()), Expr::integer(1)])];
        let mut factors = Vec::new();
        for (p, n) in &fraction.factors {
            factors.push((generators.expression(session, p)?, *n));
        }
        factors.sort_by(|a, b| netform_expr::compare(&a.0, &b.0));
        pairs.extend(factors.into_iter().map(|(p, n)| Expr::list([p, Expr::integer(i64::from(n))])));
        Ok(pairs)
    })();
    match pairs {
        Ok(pairs) => Ok(Some(Expr::list(pairs))),
        Err(Stop::TooHard) => Ok(None),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

fn factor_with_modulus(session: &mut Session, call: &Expr, e: &Expr, modulus: &Expr) -> Eval {
    let Some(Number::Integer(prime)) = modulus.as_number().filter(|p| p.is_positive()) else {
        session.message_of(call.head(), "modp", std::slice::from_ref(modulus));
        return Ok(None);
    };
    let variables = super::variables::variables_of(session, e);
    let [variable] = variables.as_slice() else {
        session.message_of(call.head(), "univ", std::slice::from_ref(e));
        return Ok(None);
    };
    let list = session.evaluate_call(Sym::CoefficientList, [e.clone(), variable.clone()])?;
    let dense: Option<Vec<Integer>> =
        list.args().iter().map(|c| c.as_number().and_then(|n| n.as_integer().cloned())).collect();
    let Some(dense) = dense.filter(|_| list.is_list()) else {
        session.message_of(call.head(), "univ", std::slice::from_ref(e));
        return Ok(None);
    };
    let Some((lead, factors)) = factor_modulo(session, &dense, &prime)? else {
        if prime.is_prime() {
            return Ok(Some(Expr::integer(0)));
        }
        session.message_of(call.head(), "modp", std::slice::from_ref(modulus));
        return Ok(None);
    };
    let mut parts = vec![Expr::integer(lead as i64)];
    for (residues, count) in factors {
        let mut terms = Vec::with_capacity(residues.len());
        for (i, c) in residues.iter().enumerate() {
            let raised = power_of(session, variable, i)?;
            terms.push(product(session, [Expr::integer(*c as i64), raised])?);
        }
        let base = crate::arithmetic::sum(session, terms)?;
        parts.push(power(session, base, Expr::integer(i64::from(count)))?);
    }
    product(session, parts).map(Some)
}

fn power_of(session: &mut Session, base: &Expr, exponent: usize) -> Result<Expr, netform_eval::Flow> {
    if exponent == 0 {
        return Ok(Expr::integer(1));
    }
    power(session, base.clone(), Expr::integer(exponent as i64))
}

fn polynomial_gcd(session: &mut Session, call: &Expr) -> Eval {
    let arguments = call.args().into_owned();
    let result = (|| -> Result<Option<Expr>, Stop> {
        let generators = Generators::of(session, &arguments)?;
        let mut divisor = Polynomial::zero(generators.len());
        let mut denominators = Integer::ONE;
        for argument in &arguments {
            let fraction = generators.fraction(session, argument)?;
            let (numerator, denominator) = fraction.expanded_sides(session, generators.len())?;
            let Some(denominator) = denominator.as_constant() else { return Ok(None) };
            denominators = denominators.lcm(&denominator);
            divisor = gcd(session, &divisor, &numerator)?;
        }
        let p = generators.expression(session, &divisor)?;
        let scale = Number::rational(&Integer::ONE, &denominators).map_err(|_| Stop::TooHard)?;
        Ok(Some(product(session, [Expr::number(scale), p])?))
    })();
    match result {
        Ok(result) => Ok(result),
        Err(Stop::TooHard) => Ok(None),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}
