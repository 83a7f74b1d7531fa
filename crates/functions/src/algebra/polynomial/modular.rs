//! Polynomials in one variable modulo a prime, as lists of coefficients from 0 up: division,
//! common divisors and factors (Cantor and Zassenhaus 1981).

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;

use super::Polynomial;

/// A prime for images: below 2^31, so that products fit a machine word.
pub(super) const PRIME: u64 = 2_147_483_629;

/// Coefficients from 0 up, the last not zero; empty for 0.
pub(super) type Residues = Vec<u64>;

fn trimmed(mut p: Residues) -> Residues {
    while p.last() == Some(&0) {
        p.pop();
    }
    p
}

/// The residue of an integer.
pub(super) fn residue(value: &Integer, prime: u64) -> u64 {
    let remainder = value.div_rem_floor(&Integer::from(prime as i64)).and_then(|(_, r)| r.as_i64());
    remainder.map_or(0, i64::unsigned_abs)
}

/// The residues of a polynomial in one variable.
pub(super) fn residues(dense: &[Integer], prime: u64) -> Residues {
    trimmed(dense.iter().map(|c| residue(c, prime)).collect())
}

/// The image of a polynomial in one variable, with fixed numbers put in for the others.
pub(super) fn image(p: &Polynomial, variable: usize, seed: u64) -> Residues {
    let value = |v: usize| ((v as u64 + 1) * 1_000_003 + seed * 7_919 * (v as u64 + 3)) % PRIME;
    let mut dense = vec![0; p.degree(variable) as usize + 1];
    for (exponents, c) in p.terms() {
        let mut term = residue(c, PRIME);
        for (v, &n) in exponents.iter().enumerate().filter(|(v, n)| *v != variable && **n > 0) {
            term = term * power(value(v), u64::from(n), PRIME) % PRIME;
        }
        let place = &mut dense[exponents[variable] as usize];
        *place = (*place + term) % PRIME;
    }
    trimmed(dense)
}

fn power(base: u64, mut exponent: u64, prime: u64) -> u64 {
    let (mut result, mut square) = (1, base % prime);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % prime;
        }
        square = square * square % prime;
        exponent >>= 1;
    }
    result
}

fn inverse(value: u64, prime: u64) -> u64 {
    power(value, prime - 2, prime)
}

/// The polynomial with the leading coefficient 1.
pub(super) fn monic(p: &[u64], prime: u64) -> Residues {
    let Some(&lead) = p.last() else { return Vec::new() };
    let factor = inverse(lead, prime);
    p.iter().map(|c| c * factor % prime).collect()
}

/// Quotient and remainder.
pub(super) fn divide(session: &mut Session, a: &[u64], b: &[u64], prime: u64) -> Result<(Residues, Residues), Flow> {
    let mut rest = a.to_vec();
    if rest.len() < b.len() || b.is_empty() {
        return Ok((Vec::new(), trimmed(rest)));
    }
    let factor = inverse(b[b.len() - 1], prime);
    let mut quotient = vec![0; rest.len() - b.len() + 1];
    for i in (0..quotient.len()).rev() {
        session.tick()?;
        let ratio = rest[i + b.len() - 1] * factor % prime;
        quotient[i] = ratio;
        if ratio != 0 {
            for (j, c) in b.iter().enumerate() {
                rest[i + j] = (rest[i + j] + (prime - ratio) * c) % prime;
            }
        }
    }
    rest.truncate(b.len() - 1);
    Ok((trimmed(quotient), trimmed(rest)))
}

/// The greatest common divisor with the leading coefficient 1.
pub(super) fn gcd(session: &mut Session, a: &[u64], b: &[u64], prime: u64) -> Result<Residues, Flow> {
    let (mut high, mut low) = (a.to_vec(), b.to_vec());
    while !low.is_empty() {
        let (_, rest) = divide(session, &high, &low, prime)?;
        high = low;
        low = rest;
    }
    Ok(monic(&high, prime))
}

pub(super) fn multiply(session: &mut Session, a: &[u64], b: &[u64], prime: u64) -> Result<Residues, Flow> {
    if a.is_empty() || b.is_empty() {
        return Ok(Vec::new());
    }
    let mut product = vec![0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        session.tick()?;
        for (j, y) in b.iter().enumerate() {
            product[i + j] = (product[i + j] + x * y) % prime;
        }
    }
    Ok(trimmed(product))
}

pub(super) fn subtract(a: &[u64], b: &[u64], prime: u64) -> Residues {
    let coefficient = |p: &[u64], i: usize| p.get(i).copied().unwrap_or(0);
    trimmed((0..a.len().max(b.len())).map(|i| (coefficient(a, i) + prime - coefficient(b, i)) % prime).collect())
}

/// Polynomials s and t with `s a + t b = 1`, for coprime a and b.
pub(super) fn bezout(session: &mut Session, a: &[u64], b: &[u64], prime: u64) -> Result<(Residues, Residues), Flow> {
    let (mut r0, mut r1) = (a.to_vec(), b.to_vec());
    let (mut s0, mut s1): (Residues, Residues) = (vec![1], Vec::new());
    let (mut t0, mut t1): (Residues, Residues) = (Vec::new(), vec![1]);
    while !r1.is_empty() {
        let (q, r) = divide(session, &r0, &r1, prime)?;
        let s = subtract(&s0, &multiply(session, &q, &s1, prime)?, prime);
        let t = subtract(&t0, &multiply(session, &q, &t1, prime)?, prime);
        (r0, r1, s0, s1, t0, t1) = (r1, r, s1, s, t1, t);
    }
    let factor = r0.last().map_or(1, |lead| inverse(*lead, prime));
    let scaled = |p: Residues| p.into_iter().map(|c| c * factor % prime).collect();
    Ok((scaled(s0), scaled(t0)))
}

pub(super) fn derivative(p: &[u64], prime: u64) -> Residues {
    trimmed(p.iter().enumerate().skip(1).map(|(i, c)| c * (i as u64 % prime) % prime).collect())
}

/// `base^exponent` modulo a polynomial; the exponent is given by its binary digits, lowest first.
fn power_modulo(
    session: &mut Session,
    base: &[u64],
    bits: &[bool],
    modulus: &[u64],
    prime: u64,
) -> Result<Residues, Flow> {
    let mut result: Residues = vec![1];
    for bit in bits.iter().rev() {
        let square = multiply(session, &result, &result, prime)?;
        result = divide(session, &square, modulus, prime)?.1;
        if *bit {
            let next = multiply(session, &result, base, prime)?;
            result = divide(session, &next, modulus, prime)?.1;
        }
    }
    Ok(result)
}

fn bits_of(value: &Integer) -> Vec<bool> {
    let mut rest = value.clone();
    let mut bits = Vec::new();
    while let Some((q, r)) = rest.div_rem_floor(&Integer::from(2)).filter(|_| !rest.is_zero()) {
        bits.push(!r.is_zero());
        rest = q;
    }
    bits
}

/// The irreducible factors of a square-free polynomial with the leading coefficient 1, modulo an
/// odd prime.
pub(super) fn irreducible_factors(session: &mut Session, p: &[u64], prime: u64) -> Result<Vec<Residues>, Flow> {
    let mut factors = Vec::new();
    let mut rest = p.to_vec();
    let mut image: Residues = divide(session, &[0, 1], p, prime)?.1;
    let prime_bits = bits_of(&Integer::from(prime as i64));
    let mut degree = 0;
    while rest.len() > 1 {
        degree += 1;
        if 2 * degree >= rest.len() {
            factors.push(rest);
            return Ok(factors);
        }
        // x^(p^degree) - x is the product of all irreducible polynomials of degrees that divide it.
        image = power_modulo(session, &image, &prime_bits, &rest, prime)?;
        let common = gcd(session, &subtract(&image, &[0, 1], prime), &rest, prime)?;
        if common.len() > 1 {
            rest = divide(session, &rest, &common, prime)?.0;
            image = divide(session, &image, &rest, prime)?.1;
            split_equal_degrees(session, common, degree, prime, &mut factors)?;
        }
    }
    Ok(factors)
}

/// Splits a product of irreducible factors of one degree.
fn split_equal_degrees(
    session: &mut Session,
    p: Residues,
    degree: usize,
    prime: u64,
    factors: &mut Vec<Residues>,
) -> Result<(), Flow> {
    let mut pending = vec![p];
    let mut seed: u64 = 0x9e37_79b9;
    let half = Integer::from(prime as i64).pow(degree as u64).map(|n| &n - &Integer::ONE);
    let Some((exponent, _)) = half.and_then(|n| n.div_rem_floor(&Integer::from(2))) else { return Ok(()) };
    let bits = bits_of(&exponent);
    while let Some(product) = pending.pop() {
        if product.len() == degree + 1 {
            factors.push(product);
            continue;
        }
        loop {
            let trial: Residues = (0..product.len() - 1)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (seed >> 33) % prime
                })
                .collect();
            let trial = trimmed(trial);
            if trial.len() < 2 {
                continue;
            }
            let raised = power_modulo(session, &trial, &bits, &product, prime)?;
            let common = gcd(session, &subtract(&raised, &[1], prime), &product, prime)?;
            if common.len() > 1 && common.len() < product.len() {
                let other = divide(session, &product, &common, prime)?.0;
                pending.push(monic(&other, prime));
                pending.push(common);
                break;
            }
        }
    }
    Ok(())
}

/// The factorisation modulo a prime of a polynomial given by its coefficients from 0 up: the
/// leading coefficient, and factors with the leading coefficient 1 with their multiplicities.
/// `None` for moduli that are not prime or above 2^31, and for 2, where factors are found otherwise.
pub(in super::super) fn factor_modulo(
    session: &mut Session,
    dense: &[Integer],
    prime: &Integer,
) -> Result<Option<(u64, Vec<(Vec<u64>, u32)>)>, Flow> {
    let Some(modulus) = prime.as_i64().filter(|p| *p < PRIME as i64 && prime.is_prime()) else { return Ok(None) };
    let modulus = modulus.unsigned_abs();
    let whole = residues(dense, modulus);
    let Some(&lead) = whole.last() else { return Ok(None) };
    let mut found = Vec::new();
    split_square_free(session, &monic(&whole, modulus), modulus, 1, &mut found)?;
    found.sort();
    Ok(Some((lead, found)))
}

/// Square-free parts with their multiplicities, split into irreducible ones.
fn split_square_free(
    session: &mut Session,
    p: &[u64],
    prime: u64,
    multiplicity: u32,
    found: &mut Vec<(Vec<u64>, u32)>,
) -> Result<(), Flow> {
    if p.len() < 2 {
        return Ok(());
    }
    let slope = derivative(p, prime);
    let repeated = gcd(session, p, &slope, prime)?;
    let mut simple = divide(session, p, &repeated, prime)?.0;
    let mut rest = repeated;
    let mut count = 1;
    while simple.len() > 1 {
        let next = gcd(session, &simple, &rest, prime)?;
        let single = divide(session, &simple, &next, prime)?.0;
        if single.len() > 1 {
            let parts = if prime == 2 {
                factors_modulo_two(session, &single)?
            } else {
                irreducible_factors(session, &monic(&single, prime), prime)?
            };
            found.extend(parts.into_iter().map(|part| (part, count * multiplicity)));
        }
        rest = divide(session, &rest, &next, prime)?.0;
        simple = next;
        count += 1;
    }
    if rest.len() > 1 {
        // What is left is a polynomial in x^p: its p-th root has the same coefficients.
        let root: Residues = rest.iter().step_by(prime as usize).copied().collect();
        split_square_free(session, &root, prime, multiplicity * prime as u32, found)?;
    }
    Ok(())
}

/// Factors modulo 2 of a square-free polynomial, by trial division with all polynomials of rising
/// degree: degrees are small where somebody asks for this.
fn factors_modulo_two(session: &mut Session, p: &[u64]) -> Result<Vec<Residues>, Flow> {
    let mut rest = p.to_vec();
    let mut factors = Vec::new();
    let mut code: u64 = 2;
    while rest.len() > 1 {
        let trial: Residues = (0..64 - code.leading_zeros()).map(|i| code >> i & 1).collect();
        if 2 * (trial.len() - 1) > rest.len() - 1 || code >= 1 << 22 {
            factors.push(rest);
            break;
        }
        let (quotient, remainder) = divide(session, &rest, &trial, 2)?;
        if remainder.is_empty() {
            factors.push(trial);
            rest = quotient;
        } else {
            code += 1;
        }
    }
    Ok(factors)
}
