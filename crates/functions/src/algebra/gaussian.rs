//! Factors over the rational numbers with I, in one variable, by norms (Trager 1976).

use netform_eval::Session;
use netform_expr::number::Integer;
use netform_expr::{Expr, Number, Sym};

use super::polynomial::{Polynomial, Stop, factor};
use crate::arithmetic::{power, product, sum};

/// Coefficients from 0 up, the last not zero.
type Dense = Vec<Number>;

/// Splits the factors in one variable of a product that is factored over the integers.
pub(super) fn split(session: &mut Session, plain: &Expr) -> Result<Expr, Stop> {
    let factors = plain.args_of(Sym::Times).map_or_else(|| vec![plain.clone()], |factors| factors.into_owned());
    let mut parts = Vec::new();
    for factor in factors {
        let (base, exponent) = match factor.args_of(Sym::Power) {
            Some(args) if args[1].as_i64().is_some() => (args[0].clone(), args[1].clone()),
            _ => (factor.clone(), Expr::integer(1)),
        };
        for part in split_base(session, &base)? {
            parts.push(power(session, part, exponent.clone())?);
        }
    }
    Ok(product(session, parts)?)
}

fn split_base(session: &mut Session, base: &Expr) -> Result<Vec<Expr>, Stop> {
    let variables = super::variables::variables_of(session, base);
    let [variable] = variables.as_slice() else { return Ok(vec![base.clone()]) };
    let list = session.evaluate_call(Sym::CoefficientList, [base.clone(), variable.clone()])?;
    let dense: Option<Dense> =
        list.args().iter().map(|c| c.as_number().filter(|n| n.is_exact() && n.is_real())).collect();
    let Some(dense) = dense.filter(|dense| dense.len() > 2) else { return Ok(vec![base.clone()]) };
    let lead = dense.last().cloned().unwrap_or(Number::ONE);
    let Some(parts) = factors_of(session, &dense)? else { return Ok(vec![base.clone()]) };
    let mut expressions = Vec::with_capacity(parts.len() + 1);
    if !lead.is_exact_one() {
        expressions.push(Expr::number(lead));
    }
    for part in parts {
        let mut terms = Vec::with_capacity(part.len());
        for (i, c) in part.into_iter().enumerate() {
            let raised =
                if i == 0 { Expr::integer(1) } else { power(session, variable.clone(), Expr::integer(i as i64))? };
            terms.push(product(session, [Expr::number(c), raised])?);
        }
        expressions.push(sum(session, terms)?);
    }
    Ok(expressions)
}

/// The factors with leading coefficients 1 of a polynomial that is irreducible over the rationals;
/// `None` if it stays irreducible.
fn factors_of(session: &mut Session, p: &Dense) -> Result<Option<Vec<Dense>>, Stop> {
    for shift in 1..8 {
        session.tick()?;
        let step = Number::complex(&Number::ZERO, &Number::from(shift));
        let shifted = compose(session, p, &step.neg())?;
        let conjugate: Dense = shifted.iter().map(Number::conjugate).collect();
        let norm = multiply(session, &shifted, &conjugate)?;
        let scale = norm.iter().filter_map(Number::denominator).fold(Integer::ONE, |lcm, d| lcm.lcm(&d));
        let scale = Number::Integer(scale);
        let mut terms = Vec::with_capacity(norm.len());
        for (i, c) in norm.iter().enumerate() {
            let Ok(Number::Integer(value)) = c.mul(&scale) else { return Ok(None) };
            terms.push((smallvec::SmallVec::from_slice(&[i as u32]), value));
        }
        let found = factor(session, &Polynomial::from_terms(1, terms))?;
        if found.iter().any(|(_, count)| *count > 1) {
            continue;
        }
        let found: Vec<_> = found.into_iter().filter(|(f, _)| f.as_constant().is_none()).collect();
        if found.len() < 2 {
            return Ok(None);
        }
        let mut parts = Vec::with_capacity(found.len());
        for (f, _) in found {
            let mut dense = vec![Number::ZERO; f.degree(0) as usize + 1];
            for (exponents, c) in f.terms() {
                dense[exponents[0] as usize] = Number::Integer(c.clone());
            }
            let common = gcd(session, &shifted, &dense)?;
            parts.push(compose(session, &common, &step)?);
        }
        return Ok(Some(parts));
    }
    Ok(None)
}

fn times(a: &Number, b: &Number) -> Result<Number, Stop> {
    a.mul(b).map_err(|_| Stop::TooHard)
}

fn multiply(session: &mut Session, a: &Dense, b: &Dense) -> Result<Dense, Stop> {
    let mut result = vec![Number::ZERO; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        session.tick()?;
        for (j, y) in b.iter().enumerate() {
            result[i + j] = result[i + j].add(&times(x, y)?);
        }
    }
    Ok(result)
}

/// The polynomial in `x + shift`.
fn compose(session: &mut Session, p: &Dense, shift: &Number) -> Result<Dense, Stop> {
    let mut result: Dense = vec![Number::ZERO];
    for c in p.iter().rev() {
        result = multiply(session, &result, &vec![shift.clone(), Number::ONE])?;
        result[0] = result[0].add(c);
    }
    while result.len() > 1 && result.last().is_some_and(Number::is_exact_zero) {
        result.pop();
    }
    Ok(result)
}

fn gcd(session: &mut Session, a: &Dense, b: &Dense) -> Result<Dense, Stop> {
    let (mut high, mut low) = (a.clone(), b.clone());
    while !low.is_empty() {
        let lead = low.last().cloned().unwrap_or(Number::ONE);
        while high.len() >= low.len() {
            session.tick()?;
            let ratio = high.last().cloned().unwrap_or(Number::ZERO).div(&lead).map_err(|_| Stop::TooHard)?;
            let offset = high.len() - low.len();
            for (i, c) in low.iter().enumerate() {
                high[offset + i] = high[offset + i].sub(&times(&ratio, c)?);
            }
            while high.last().is_some_and(Number::is_exact_zero) {
                high.pop();
            }
        }
        std::mem::swap(&mut high, &mut low);
    }
    let lead = high.last().cloned().unwrap_or(Number::ONE);
    high.iter().map(|c| c.div(&lead).map_err(|_| Stop::TooHard)).collect()
}
