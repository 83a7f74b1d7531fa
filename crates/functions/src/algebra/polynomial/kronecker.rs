//! Factors of polynomials in several variables by Kronecker's substitution: variables become powers
//! of one variable that are so far apart that no exponents collide.

use netform_expr::number::Integer;

use super::univariate::{self, next_subset};
use super::{Exponents, Polynomial, TooHard};

/// The substituted polynomial has at most this degree.
const MOST_DEGREE: u64 = 900;
/// Products of factors that are tried before giving up.
const MOST_TRIALS: usize = 20_000;

/// The irreducible factors of a square-free primitive polynomial in several variables that no
/// polynomial in fewer variables divides.
pub(super) fn irreducible_factors(p: &Polynomial) -> Result<Vec<Polynomial>, TooHard> {
    let support = p.support();
    if support.iter().any(|&v| p.degree(v) == 1) || has_irreducible_image(p, &support) {
        return Ok(vec![p.clone()]);
    }
    let mut steps = Vec::with_capacity(support.len());
    let mut size: u64 = 1;
    for &v in &support {
        steps.push(size);
        size = size.saturating_mul(u64::from(p.degree(v)) + 1);
    }
    if size > MOST_DEGREE {
        return Err(TooHard);
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
    for (factor, count) in super::factor(&image)? {
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
    combine(p, parts, back)
}

/// Whether numbers for all variables but one leave an irreducible polynomial of the same degree.
fn has_irreducible_image(p: &Polynomial, support: &[usize]) -> bool {
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
            let is_square_free = super::gcd(&image, &slope).is_ok_and(|g| g.as_constant().is_some());
            if is_square_free && univariate::irreducible_factors(&dense).is_ok_and(|factors| factors.len() == 1) {
                return true;
            }
        }
    }
    false
}

/// Tries products of one, two ... factors of the image as divisors.
fn combine(
    p: &Polynomial,
    mut parts: Vec<Polynomial>,
    back: impl Fn(&Polynomial) -> Polynomial,
) -> Result<Vec<Polynomial>, TooHard> {
    let mut rest = p.clone();
    let mut found = Vec::new();
    let mut size = 1;
    let mut trials = 0;
    'sizes: while size < parts.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            trials += 1;
            if trials > MOST_TRIALS {
                return Err(TooHard);
            }
            let product = chosen.iter().fold(Polynomial::one(1), |product, &i| product.multiply(&parts[i]));
            let candidate = back(&product);
            if candidate.as_constant().is_none()
                && let Some(quotient) = rest.divide_exactly(&candidate)
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
