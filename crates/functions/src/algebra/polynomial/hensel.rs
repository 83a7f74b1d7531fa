//! Hensel lifting: from factors modulo a prime to factors modulo a power of it.

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;

use super::modular::{self, Residues};
use super::univariate::multiply;

/// The residue of least absolute value.
pub(super) fn symmetric(value: &Integer, modulus: &Integer) -> Integer {
    let Some((_, residue)) = value.div_rem_floor(modulus) else { return value.clone() };
    if &residue + &residue > *modulus { &residue - modulus } else { residue }
}

fn reduced(value: &Integer, modulus: &Integer) -> Integer {
    value.div_rem_floor(modulus).map_or_else(|| value.clone(), |(_, r)| r)
}

/// The modulus, a power of the prime above `bound`, and the factors modulo it with leading
/// coefficients 1, whose product is `p` up to its leading coefficient.
pub(super) fn lift(
    session: &mut Session,
    p: &[Integer],
    prime: u64,
    factors: &[Residues],
    bound: &Integer,
) -> Result<(Integer, Vec<Vec<Integer>>), Flow> {
    let base = Integer::from(prime as i64);
    let mut modulus = base.clone();
    let mut steps = 1;
    while modulus <= *bound {
        modulus = &modulus * &base;
        steps += 1;
    }
    // The polynomial made monic modulo the power.
    let lead = p.last().cloned().unwrap_or(Integer::ONE);
    let inverse = inverse_modulo(&lead, prime, &modulus);
    let mut rest: Vec<Integer> = p.iter().map(|c| reduced(&(c * &inverse), &modulus)).collect();
    let mut lifted = Vec::with_capacity(factors.len());
    for i in 0..factors.len() {
        if i + 1 == factors.len() {
            lifted.push(rest);
            break;
        }
        let others =
            factors[i + 1..].iter().try_fold(vec![1], |product, f| modular::multiply(session, &product, f, prime))?;
        let (first, second) = lift_pair(session, &rest, &factors[i], &others, prime, steps)?;
        lifted.push(first);
        rest = second;
    }
    Ok((modulus, lifted))
}

/// The inverse of an integer modulo a power of a prime, by Newton's iteration.
fn inverse_modulo(value: &Integer, prime: u64, modulus: &Integer) -> Integer {
    let residue = modular::residue(value, prime);
    let mut inverse =
        match Integer::power_mod(&Integer::from(residue as i64), &Integer::MINUS_ONE, &Integer::from(prime as i64)) {
            Ok(inverse) => inverse,
            Err(_) => return Integer::ONE,
        };
    loop {
        let error = reduced(&(&(value * &inverse) - &Integer::ONE), modulus);
        if error.is_zero() {
            return inverse;
        }
        inverse = reduced(&(&inverse * &(&Integer::ONE - &error)), modulus);
    }
}

/// Lifts `p = first second` step by step from the prime to its power.
fn lift_pair(
    session: &mut Session,
    p: &[Integer],
    first: &[u64],
    second: &[u64],
    prime: u64,
    steps: usize,
) -> Result<(Vec<Integer>, Vec<Integer>), Flow> {
    let base = Integer::from(prime as i64);
    let (_, t) = modular::bezout(session, first, second, prime)?;
    let whole = |f: &[u64]| f.iter().map(|c| Integer::from(*c as i64)).collect::<Vec<_>>();
    let (mut g, mut h) = (whole(first), whole(second));
    let mut power = base.clone();
    for _ in 1..steps {
        let product = multiply(session, &g, &h)?;
        let error: Vec<Integer> = (0..p.len())
            .map(|i| {
                let difference = &p[i] - product.get(i).unwrap_or(&Integer::ZERO);
                difference.div_rem_floor(&power).map_or(Integer::ZERO, |(q, _)| q)
            })
            .collect();
        let error = modular::residues(&error, prime);
        // error = u first + v second with v reduced modulo first.
        let v = modular::multiply(session, &error, &t, prime)?;
        let v = modular::divide(session, &v, first, prime)?.1;
        let rest = modular::subtract(&error, &modular::multiply(session, &v, second, prime)?, prime);
        let u = modular::divide(session, &rest, first, prime)?.0;
        add_scaled(&mut g, &v, &power);
        add_scaled(&mut h, &u, &power);
        power = &power * &base;
    }
    Ok((g, h))
}

fn add_scaled(p: &mut [Integer], correction: &[u64], factor: &Integer) {
    for (place, c) in p.iter_mut().zip(correction) {
        *place = &*place + &(factor * &Integer::from(*c as i64));
    }
}
