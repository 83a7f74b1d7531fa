//! Factors of polynomials in several variables by Kronecker's substitution: variables become powers
//! of one variable that are so far apart that no exponents collide.

use netform_eval::Session;
use netform_expr::number::Integer;

use super::univariate::{self, next_subset};
use super::{Exponents, Polynomial, Stop, possible};

/// The substituted polynomial has at most this degree.
const MOST_DEGREE: u64 = 900;
/// Products of factors that are tried before giving up.
const MOST_TRIALS: usize = 20_000;

/// The irreducible factors of a square-free primitive polynomial in several variables that no
/// polynomial in fewer variables divides.
pub(super) fn irreducible_factors(session: &mut Session, p: &Polynomial) -> Result<Vec<Polynomial>, Stop> {
    let support = p.support();
    if support.iter().any(|&v| p.degree(v) == 1) || has_irreducible_image(session, p, &support)? {
        return Ok(vec![p.clone()]);
    }
    let mut steps = Vec::with_capacity(support.len());
    let mut size: u64 = 1;
    for &v in &support {
        steps.push(size);
        size = size.saturating_mul(u64::from(p.degree(v)) + 1);
    }
    if size > MOST_DEGREE {
        return Err(Stop::TooHard);
    }
    let mut dense = vec![Integer::ZERO; size as usize];
    for (exponents, c) in p.terms() {
        let place: u64 = support.iter().zip(&steps).map(|(&v, step)| u64::from(exponents[v]) * step).sum();
        dense[place as usize] = c.clone();
    }
    while dense.last().is_some_and(Integer::is_zero) {
        dense.pop();
    }
    let image = Polynomial::from_dense(1, 0, &dense);
    let mut parts = Vec::new();
    for (factor, count) in super::factor(session, &image)? {
        if factor.as_constant().is_none() {
            parts.extend(std::iter::repeat_n(factor, count as usize));
        }
    }
    let back = |image: &Polynomial| {
        let terms = image.terms().iter().map(|(n, c)| {
            let mut exponents: Exponents = smallvec::SmallVec::from_elem(0, p.variables());
            let mut rest = u64::from(n[0]);
            for (&v, step) in support.iter().zip(&steps).rev() {
                exponents[v] = (rest / step) as u32;
                rest %= step;
            }
            (exponents, c.clone())
        });
        Polynomial::from_terms(p.variables(), terms).primitive()
    };
    combine(session, p, parts, back)
}

/// Whether numbers for all variables but one leave an irreducible polynomial of the same degree.
fn has_irreducible_image(session: &mut Session, p: &Polynomial, support: &[usize]) -> Result<bool, Stop> {
    for &main in support {
        for seed in 0..3 {
            let mut image = p.clone();
            for &v in support.iter().filter(|&&v| v != main) {
                image = image.evaluate(v, &Integer::from(3 + 7 * seed + 5 * v as i64));
            }
            if image.degree(main) != p.degree(main) {
                continue;
            }
            let dense = image.primitive().dense(main);
            let slope = image.derivative(main);
            // An image that is too hard says nothing.
            let common = possible(super::gcd(session, &image, &slope))?;
            if common.is_none_or(|common| common.as_constant().is_none()) {
                continue;
            }
            let factors = possible(univariate::irreducible_factors(session, &dense))?;
            if factors.is_some_and(|factors| factors.len() == 1) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Tries products of one, two ... factors of the image as divisors.
fn combine(
    session: &mut Session,
    p: &Polynomial,
    mut parts: Vec<Polynomial>,
    back: impl Fn(&Polynomial) -> Polynomial,
) -> Result<Vec<Polynomial>, Stop> {
    let mut rest = p.clone();
    let mut found = Vec::new();
    let mut size = 1;
    let mut trials = 0;
    'sizes: while size < parts.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            trials += 1;
            if trials > MOST_TRIALS {
                return Err(Stop::TooHard);
            }
            let mut product = Polynomial::one(1);
            for &i in &chosen {
                product = product.multiply(session, &parts[i])?;
            }
            let candidate = back(&product);
            if candidate.as_constant().is_none()
                && let Some(quotient) = rest.divide_exactly(session, &candidate)?
            {
                found.push(candidate);
                rest = quotient;
                let mut place = 0;
                parts.retain(|_| {
                    place += 1;
                    !chosen.contains(&(place - 1))
                });
                continue 'sizes;
            }
            if !next_subset(&mut chosen, parts.len()) {
                break;
            }
        }
        size += 1;
    }
    if rest.as_constant().is_none() {
        found.push(rest.primitive());
    }
    Ok(found)
}
