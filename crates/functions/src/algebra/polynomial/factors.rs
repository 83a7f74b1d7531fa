//! The factorisation of a polynomial: contents, powers, irreducible factors.

use netform_eval::Session;

use super::gcd::{content_in, gcd};
use super::{Polynomial, Stop, kronecker, possible, univariate};

/// Factors with their multiplicities.
pub(in super::super) type Factors = Vec<(Polynomial, u32)>;

/// The irreducible factors with their multiplicities, a constant factor first if there is one. A
/// factor that would take too long to split is left whole.
pub(in super::super) fn factor(session: &mut Session, p: &Polynomial) -> Result<Factors, Stop> {
    let mut factors = Vec::new();
    for (part, count) in square_free(session, p)? {
        if part.as_constant().is_some() || part.terms().len() == 1 {
            factors.push((part, count));
            continue;
        }
        let parts = match part.support().as_slice() {
            [variable] => {
                let found = possible(univariate::irreducible_factors(session, &part.dense(*variable)))?;
                let whole = |dense: &Vec<_>| Polynomial::from_dense(part.variables(), *variable, dense);
                found.map(|found| found.iter().map(whole).collect())
            }
            _ => possible(kronecker::irreducible_factors(session, &part))?,
        };
        match parts {
            Some(parts) => factors.extend(parts.into_iter().map(|part: Polynomial| (part.primitive(), count))),
            None => factors.push((part, count)),
        }
    }
    Ok(factors)
}

/// Factors without repeated factors, with their multiplicities, a constant factor first if there
/// is one. None of them is divided by a polynomial in fewer variables.
pub(in super::super) fn square_free(session: &mut Session, p: &Polynomial) -> Result<Factors, Stop> {
    let mut factors = Vec::new();
    if p.is_zero() {
        return Ok(vec![(p.clone(), 1)]);
    }
    let content = p.content();
    if !content.is_one() {
        factors.push((Polynomial::constant(p.variables(), content), 1));
    }
    let primitive = p.primitive();
    let low = primitive.monomial_content();
    for (variable, &count) in low.iter().enumerate().filter(|(_, n)| **n > 0) {
        let mut exponents: super::Exponents = smallvec::SmallVec::from_elem(0, p.variables());
        exponents[variable] = 1;
        factors.push((Polynomial::monomial(exponents), count));
    }
    split(session, &primitive.divide_monomial(&low), 1, &mut factors)?;
    Ok(factors)
}

/// Splits off the contents in each variable, and then repeated factors (Yun 1976).
fn split(session: &mut Session, p: &Polynomial, multiplicity: u32, factors: &mut Factors) -> Result<(), Stop> {
    let mut rest = p.clone();
    for variable in p.support() {
        let content = content_in(session, &rest, variable)?;
        if content.as_constant().is_none() {
            rest = rest.divide_exactly(session, &content)?.ok_or(Stop::TooHard)?;
            split(session, &content.primitive(), multiplicity, factors)?;
        }
    }
    let Some(variable) = rest.support().into_iter().min_by_key(|&v| rest.degree(v)) else { return Ok(()) };
    let mut repeated = gcd(session, &rest, &rest.derivative(variable))?.primitive();
    let mut simple = rest.divide_exactly(session, &repeated)?.ok_or(Stop::TooHard)?;
    let mut count = 1;
    while simple.as_constant().is_none() {
        let next = gcd(session, &simple, &repeated)?.primitive();
        let single = simple.divide_exactly(session, &next)?.ok_or(Stop::TooHard)?;
        if single.as_constant().is_none() {
            factors.push((single.primitive(), count * multiplicity));
        }
        repeated = repeated.divide_exactly(session, &next)?.ok_or(Stop::TooHard)?;
        simple = next;
        count += 1;
    }
    Ok(())
}
