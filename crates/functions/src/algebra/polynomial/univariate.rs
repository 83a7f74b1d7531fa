//! Factors of polynomials in one variable with integer coefficients: factors modulo a prime, lifted
//! to a power of it, and combined to true factors (Zassenhaus 1969).

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;

use super::hensel::{lift, symmetric};
use super::{Stop, modular};

/// Products of lifted factors that are tried before giving up.
const MOST_TRIALS: usize = 200_000;
/// Polynomials of higher degree are not factored.
const MOST_DEGREE: usize = 1200;
/// Primes that are compared by the number of factors they give.
const PRIMES_COMPARED: usize = 4;

/// The irreducible factors of a square-free primitive polynomial, given by its coefficients from
/// 0 up, the last of them positive.
pub(super) fn irreducible_factors(session: &mut Session, p: &[Integer]) -> Result<Vec<Vec<Integer>>, Stop> {
    let degree = p.len().saturating_sub(1);
    if degree <= 1 {
        return Ok(vec![p.to_vec()]);
    }
    if degree > MOST_DEGREE {
        return Err(Stop::TooHard);
    }
    let (prime, factors) = best_prime(session, p)?;
    if factors.len() == 1 {
        return Ok(vec![p.to_vec()]);
    }
    let bound = coefficient_bound(p);
    let (modulus, lifted) = lift(session, p, prime, &factors, &bound)?;
    combine(session, p, lifted, &modulus)
}

/// A prime modulo which the polynomial stays square-free and has few factors, with these.
fn best_prime(session: &mut Session, p: &[Integer]) -> Result<(u64, Vec<modular::Residues>), Stop> {
    let mut best: Option<(u64, Vec<modular::Residues>)> = None;
    let mut compared = 0;
    let mut candidate: i64 = 10_007;
    for _ in 0..4000 {
        let prime = candidate as u64;
        candidate += 2;
        if !Integer::from(candidate - 2).is_prime() {
            continue;
        }
        let image = modular::residues(p, prime);
        if image.len() != p.len() {
            continue;
        }
        let slope = modular::derivative(&image, prime);
        if modular::gcd(session, &image, &slope, prime)?.len() > 1 {
            continue;
        }
        let factors = modular::irreducible_factors(session, &modular::monic(&image, prime), prime)?;
        if best.as_ref().is_none_or(|(_, least)| factors.len() < least.len()) {
            best = Some((prime, factors));
        }
        compared += 1;
        if compared == PRIMES_COMPARED || best.as_ref().is_some_and(|(_, factors)| factors.len() <= 2) {
            break;
        }
    }
    best.ok_or(Stop::TooHard)
}

/// Twice a bound of the coefficients of `lead p / g` for factors g (Mignotte 1974).
fn coefficient_bound(p: &[Integer]) -> Integer {
    let sum = p.iter().fold(Integer::ZERO, |sum, c| &sum + &c.abs());
    let lead = p.last().map_or(Integer::ONE, Integer::abs);
    let power = Integer::from(2).pow(p.len() as u64 + 1).unwrap_or(Integer::ONE);
    &(&sum * &lead) * &power
}

/// Tries products of one, two ... lifted factors as divisors.
fn combine(
    session: &mut Session,
    p: &[Integer],
    mut lifted: Vec<Vec<Integer>>,
    modulus: &Integer,
) -> Result<Vec<Vec<Integer>>, Stop> {
    let mut rest = p.to_vec();
    let mut found = Vec::new();
    let mut size = 1;
    let mut trials = 0;
    'sizes: while 2 * size <= lifted.len() {
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            session.tick()?;
            trials += 1;
            if trials > MOST_TRIALS {
                return Err(Stop::TooHard);
            }
            if let Some((factor, quotient)) = try_divisor(session, &rest, &lifted, &chosen, modulus)? {
                found.push(factor);
                rest = quotient;
                let mut place = 0;
                lifted.retain(|_| {
                    place += 1;
                    !chosen.contains(&(place - 1))
                });
                continue 'sizes;
            }
            if !next_subset(&mut chosen, lifted.len()) {
                break;
            }
        }
        size += 1;
    }
    if rest.len() > 1 {
        found.push(rest);
    }
    Ok(found)
}

/// The next subset of the same size in lexicographic order.
pub(super) fn next_subset(chosen: &mut [usize], count: usize) -> bool {
    let size = chosen.len();
    let Some(i) = (0..size).rev().find(|&i| chosen[i] < count - size + i) else { return false };
    chosen[i] += 1;
    for j in i + 1..size {
        chosen[j] = chosen[j - 1] + 1;
    }
    true
}

/// The product of the chosen factors as a divisor over the integers, and the quotient.
fn try_divisor(
    session: &mut Session,
    rest: &[Integer],
    lifted: &[Vec<Integer>],
    chosen: &[usize],
    modulus: &Integer,
) -> Result<Option<(Vec<Integer>, Vec<Integer>)>, Flow> {
    let Some(lead) = rest.last() else { return Ok(None) };
    // The constant coefficient decides most cases.
    let mut constant = lead.clone();
    for &i in chosen {
        constant = symmetric(&(&constant * &lifted[i][0]), modulus);
    }
    let whole = lead * &rest[0];
    if !whole.is_zero() && (constant.is_zero() || !whole.div_rem_floor(&constant).is_some_and(|(_, r)| r.is_zero())) {
        return Ok(None);
    }
    let mut product = vec![lead.clone()];
    for &i in chosen {
        product = multiply(session, &product, &lifted[i])?.iter().map(|c| symmetric(c, modulus)).collect();
    }
    let content = product.iter().fold(Integer::ZERO, |content, c| content.gcd(c));
    let candidate: Vec<Integer> =
        product.iter().map(|c| c.div_rem_floor(&content).map_or(Integer::ZERO, |(q, _)| q)).collect();
    let quotient = divide_exactly(session, rest, &candidate)?;
    Ok(quotient.map(|quotient| (candidate, quotient)))
}

pub(super) fn multiply(session: &mut Session, a: &[Integer], b: &[Integer]) -> Result<Vec<Integer>, Flow> {
    let mut product = vec![Integer::ZERO; (a.len() + b.len()).saturating_sub(1)];
    for (i, x) in a.iter().enumerate() {
        session.tick()?;
        for (j, y) in b.iter().enumerate() {
            product[i + j] = &product[i + j] + &(x * y);
        }
    }
    Ok(product)
}

fn divide_exactly(session: &mut Session, a: &[Integer], b: &[Integer]) -> Result<Option<Vec<Integer>>, Flow> {
    let Some(lead) = b.last().filter(|_| a.len() >= b.len()) else { return Ok(None) };
    let mut rest = a.to_vec();
    let mut quotient = vec![Integer::ZERO; a.len() - b.len() + 1];
    for i in (0..quotient.len()).rev() {
        session.tick()?;
        let division = rest[i + b.len() - 1].div_rem_floor(lead);
        let Some((ratio, _)) = division.filter(|(_, remainder)| remainder.is_zero()) else { return Ok(None) };
        for (j, c) in b.iter().enumerate() {
            rest[i + j] = &rest[i + j] - &(&ratio * c);
        }
        quotient[i] = ratio;
    }
    Ok(rest.iter().all(Integer::is_zero).then_some(quotient))
}
