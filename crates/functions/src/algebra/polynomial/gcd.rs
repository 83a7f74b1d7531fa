//! Greatest common divisors of polynomials.
//!
//! Images modulo a prime bound the degree of the divisor in each variable, and settle most cases:
//! no common divisor, or one polynomial divides the other. The rest is done by the heuristic method
//! (evaluate at a large integer, take the divisor of the values, read its digits; Char, Geddes and
//! Gonnet 1989) and, where that fails, by remainder sequences of primitive polynomials.

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;

use super::modular::{self, PRIME};
use super::{Polynomial, Stop};

/// Polynomials with more terms than this are not given to remainder sequences.
const MOST_TERMS: usize = 20_000;
/// Values in the heuristic method have at most this many bits.
const MOST_BITS: usize = 200_000;

/// The greatest common divisor, with a positive first coefficient.
pub(in super::super) fn gcd(session: &mut Session, a: &Polynomial, b: &Polynomial) -> Result<Polynomial, Stop> {
    if a.is_zero() || b.is_zero() {
        let other = if a.is_zero() { b } else { a };
        return Ok(if other.leading().sign() < 0 { other.scale(&Integer::MINUS_ONE) } else { other.clone() });
    }
    let numeric = a.content().gcd(&b.content());
    let (a, b) = (a.primitive(), b.primitive());
    let (low_a, low_b) = (a.monomial_content(), b.monomial_content());
    let common: super::Exponents = low_a.iter().zip(&low_b).map(|(m, n)| *m.min(n)).collect();
    let rest = primitive_gcd(session, &a.divide_monomial(&low_a), &b.divide_monomial(&low_b))?;
    Ok(rest.multiply(session, &Polynomial::monomial(common))?.scale(&numeric))
}

/// That of primitive polynomials.
fn primitive_gcd(session: &mut Session, a: &Polynomial, b: &Polynomial) -> Result<Polynomial, Stop> {
    let one = Polynomial::one(a.variables());
    if a.as_constant().is_some() || b.as_constant().is_some() {
        return Ok(one);
    }
    if a == b {
        return Ok(a.clone());
    }
    // A variable that the divisor cannot contain is removed: the divisor divides all coefficients.
    let mut may_occur = false;
    for variable in 0..a.variables() {
        let (m, n) = (a.degree(variable), b.degree(variable));
        if m == 0 && n == 0 {
            continue;
        }
        if m == 0 || n == 0 || degree_bound(session, a, b, variable)? == Some(0) {
            let parts = [a, b].into_iter().flat_map(|p| p.coefficients(variable)).filter(|p| !p.is_zero());
            let mut divisor = Polynomial::zero(a.variables());
            for part in parts {
                divisor = gcd(session, &divisor, &part)?;
                if divisor.is_one() {
                    break;
                }
            }
            return Ok(divisor.primitive());
        }
        may_occur = true;
    }
    if !may_occur {
        return Ok(one);
    }
    let (small, large) = if a.terms().len() <= b.terms().len() { (a, b) } else { (b, a) };
    if large.divide_exactly(session, small)?.is_some() {
        return Ok(small.clone());
    }
    if small.divide_exactly(session, large)?.is_some() {
        return Ok(large.clone());
    }
    if let Some(found) = heuristic(session, a, b, 0)? {
        return Ok(found.primitive());
    }
    if a.terms().len().max(b.terms().len()) > MOST_TERMS {
        return Err(Stop::TooHard);
    }
    remainder_sequence(session, a, b)
}

/// An upper bound of the degree of the divisor in a variable, by an image modulo a prime with
/// numbers for the other variables; `None` where the image is degenerate.
fn degree_bound(session: &mut Session, a: &Polynomial, b: &Polynomial, variable: usize) -> Result<Option<u32>, Flow> {
    for seed in 1..4 {
        let (image_a, image_b) = (modular::image(a, variable, seed), modular::image(b, variable, seed));
        if image_a.len() as u32 != a.degree(variable) + 1 || image_b.len() as u32 != b.degree(variable) + 1 {
            continue;
        }
        return Ok(Some(modular::gcd(session, &image_a, &image_b, PRIME)?.len() as u32 - 1));
    }
    Ok(None)
}

/// The heuristic method; `None` where it fails.
fn heuristic(session: &mut Session, a: &Polynomial, b: &Polynomial, depth: usize) -> Result<Option<Polynomial>, Flow> {
    if let (Some(x), Some(y)) = (a.as_constant(), b.as_constant()) {
        return Ok(Some(Polynomial::constant(a.variables(), x.gcd(&y))));
    }
    let Some(variable) = (0..a.variables()).find(|&v| a.degree(v) > 0 || b.degree(v) > 0) else { return Ok(None) };
    let least = a.height().min(b.height());
    let mut point = &(&least * &Integer::from(2)) + &Integer::from(29);
    for _ in 0..6 {
        let degree = a.degree(variable).max(b.degree(variable)) as usize;
        if point.bit_length() * (degree + 1) > MOST_BITS {
            return Ok(None);
        }
        session.tick()?;
        let (image_a, image_b) = (a.evaluate(variable, &point), b.evaluate(variable, &point));
        if !image_a.is_zero()
            && !image_b.is_zero()
            && let Some(image) = heuristic(session, &image_a, &image_b, depth + 1)?
        {
            let candidate = read_digits(&image, variable, &point);
            let candidate = if depth == 0 { candidate.primitive() } else { with_content(candidate, a, b) };
            if a.divide_exactly(session, &candidate)?.is_some() && b.divide_exactly(session, &candidate)?.is_some() {
                return Ok(Some(candidate));
            }
        }
        // The sequence of points that the authors recommend: growth by an irrational ratio.
        let Some((next, _)) = (&point * &Integer::from(73_794)).div_rem_floor(&Integer::from(27_011)) else { break };
        point = next;
    }
    Ok(None)
}

/// A candidate of an inner level has the numeric content that the divisor of the wholes has.
fn with_content(candidate: Polynomial, a: &Polynomial, b: &Polynomial) -> Polynomial {
    candidate.primitive().scale(&a.content().gcd(&b.content()))
}

/// The polynomial whose value at a point is given, by its digits to that base, symmetric about 0.
fn read_digits(value: &Polynomial, variable: usize, point: &Integer) -> Polynomial {
    let half = point.div_rem_floor(&Integer::from(2)).map_or(Integer::ZERO, |(q, _)| q);
    let mut terms = Vec::new();
    for (exponents, coefficient) in value.terms() {
        let mut rest = coefficient.clone();
        let mut power = 0;
        while !rest.is_zero() {
            let Some((quotient, digit)) = rest.div_rem_floor(point) else { break };
            let (quotient, digit) =
                if digit > half { (&quotient + &Integer::ONE, &digit - point) } else { (quotient, digit) };
            if !digit.is_zero() {
                let mut place = exponents.clone();
                place[variable] = power;
                terms.push((place, digit));
            }
            power += 1;
            rest = quotient;
        }
    }
    Polynomial::from_terms(value.variables(), terms)
}

/// The content as a polynomial in one variable: the divisor of its coefficients.
pub(super) fn content_in(session: &mut Session, p: &Polynomial, variable: usize) -> Result<Polynomial, Stop> {
    let mut parts: Vec<Polynomial> = p.coefficients(variable).into_iter().filter(|c| !c.is_zero()).collect();
    parts.sort_by_key(|part| part.terms().len());
    let mut content = Polynomial::zero(p.variables());
    for part in parts {
        content = gcd(session, &content, &part)?;
        if content.is_one() {
            break;
        }
    }
    Ok(content)
}

/// Euclid's algorithm with pseudo-remainders, each made primitive.
fn remainder_sequence(session: &mut Session, a: &Polynomial, b: &Polynomial) -> Result<Polynomial, Stop> {
    let shared = (0..a.variables()).filter(|&v| a.degree(v) > 0 && b.degree(v) > 0);
    let Some(variable) = shared.min_by_key(|&v| a.degree(v).min(b.degree(v))) else {
        return Ok(Polynomial::one(a.variables()));
    };
    let (content_a, content_b) = (content_in(session, a, variable)?, content_in(session, b, variable)?);
    let content = gcd(session, &content_a, &content_b)?;
    let quotient =
        |session: &mut Session, p: &Polynomial, c: &Polynomial| p.divide_exactly(session, c)?.ok_or(Stop::TooHard);
    let (mut high, mut low) = (quotient(session, a, &content_a)?, quotient(session, b, &content_b)?);
    if high.degree(variable) < low.degree(variable) {
        std::mem::swap(&mut high, &mut low);
    }
    loop {
        let rest = high.pseudo_remainder(session, &low, variable)?;
        if rest.is_zero() {
            return Ok(low.multiply(session, &content)?.primitive());
        }
        if rest.degree(variable) == 0 {
            return Ok(content.primitive());
        }
        if rest.terms().len() > MOST_TERMS {
            return Err(Stop::TooHard);
        }
        let own = content_in(session, &rest, variable)?;
        high = low;
        low = quotient(session, &rest, &own)?;
    }
}
