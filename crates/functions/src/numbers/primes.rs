//! Primes, factors, modular powers.

use netform_eval::{Eval, Function, Session};
use netform_expr::number::Integer;
use netform_expr::{Attributes, Expr, Number, Sym};

use super::integer_argument;

pub(super) const PRIME_Q: Function = Function {
    name: "PrimeQ",
    usage: "PrimeQ[n] tells whether the integer n is a prime.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(|_, call| {
        let number = call.arg(0).as_number();
        let integer = number.as_ref().and_then(|n| n.as_integer());
        Ok(Some(Expr::boolean(integer.is_some_and(|n| n.abs().is_prime()))))
    }),
    examples: &[("PrimeQ[{2, 9, 101}]", "{True, False, True}")],
    ..Function::NEW
};

pub(super) const PRIME: Function = Function {
    name: "Prime",
    usage: "Prime[n] is the n-th prime.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(prime),
    messages: &[("large", "The prime number `1` is beyond the limit of `2`.")],
    examples: &[("Prime[{1, 10, 100}]", "{2, 29, 541}")],
    ..Function::NEW
};

pub(super) const FACTOR_INTEGER: Function = Function {
    name: "FactorInteger",
    usage: "FactorInteger[n] is the list of the prime factors of n with their exponents; -1 for the sign.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(factor_integer),
    examples: &[("FactorInteger[360]", "{{2, 3}, {3, 2}, {5, 1}}"), ("FactorInteger[-7]", "{{-1, 1}, {7, 1}}")],
    ..Function::NEW
};

pub(super) const DIVISORS: Function = Function {
    name: "Divisors",
    usage: "Divisors[n] is the list of the positive divisors of n.",
    attributes: Attributes::LISTABLE,
    arguments: Some((1, 1)),
    evaluate: Some(divisors),
    examples: &[("Divisors[12]", "{1, 2, 3, 4, 6, 12}")],
    ..Function::NEW
};

pub(super) const POWER_MOD: Function = Function {
    name: "PowerMod",
    usage: "PowerMod[a, b, m] is the remainder of a^b divided by m; negative b means powers of the inverse.",
    attributes: Attributes::LISTABLE,
    arguments: Some((3, 3)),
    evaluate: Some(power_mod),
    messages: &[("ninv", "`1` has no inverse modulo `2`.")],
    examples: &[("PowerMod[2, 10, 7]", "2"), ("PowerMod[5, -1, 7]", "3")],
    ..Function::NEW
};

/// Primes beyond this place are not counted up to.
const LAST_PRIME: usize = 10_000_000;

fn prime(session: &mut Session, call: &Expr) -> Eval {
    let Some(n) = call.arg(0).as_usize().filter(|n| *n > 0) else { return Ok(None) };
    if n > LAST_PRIME {
        session.message(Sym::Prime, "large", &[call.arg(0), Expr::integer(LAST_PRIME as i64)]);
        return Ok(None);
    }
    let size = n as f64;
    let bound = if n < 6 { 15 } else { (size * (size.ln() + size.ln().ln())) as usize + 1 };
    let mut composite = vec![false; bound + 1];
    let mut count = 0;
    for candidate in 2..=bound {
        if candidate % 65_536 == 0 {
            session.tick()?;
        }
        if composite[candidate] {
            continue;
        }
        count += 1;
        if count == n {
            return Ok(Some(Expr::integer(candidate as i64)));
        }
        let mut multiple = candidate * candidate;
        while multiple <= bound {
            composite[multiple] = true;
            multiple += candidate;
        }
    }
    Ok(None)
}

/// The prime factors, or `None` if the search was interrupted.
fn factors(session: &mut Session, n: &Integer) -> Result<Option<Vec<(Integer, u32)>>, netform_eval::Flow> {
    let mut stopped = None;
    let found = n.abs().factor(&mut || match session.tick() {
        Ok(()) => true,
        Err(flow) => {
            stopped = Some(flow);
            false
        }
    });
    match stopped {
        Some(flow) => Err(flow),
        None => Ok(found.ok()),
    }
}

fn factor_integer(session: &mut Session, call: &Expr) -> Eval {
    let Some(n) = integer_argument(session, call, 0) else { return Ok(None) };
    let pair = |prime: Expr, count: u32| Expr::list([prime, Expr::integer(i64::from(count))]);
    if n.is_zero() || n.abs().is_one() {
        return Ok(Some(Expr::list([pair(call.arg(0), 1)])));
    }
    let Some(found) = factors(session, &n)? else { return Ok(None) };
    let sign = (n.sign() < 0).then(|| pair(Expr::integer(-1), 1));
    let primes = found.into_iter().map(|(p, count)| pair(Expr::number(Number::Integer(p)), count));
    Ok(Some(Expr::list(sign.into_iter().chain(primes).collect::<Vec<_>>())))
}

fn divisors(session: &mut Session, call: &Expr) -> Eval {
    let Some(n) = integer_argument(session, call, 0) else { return Ok(None) };
    if n.is_zero() {
        return Ok(None);
    }
    let Some(found) = factors(session, &n)? else { return Ok(None) };
    let mut all = vec![Number::ONE];
    for (prime, count) in found {
        let prime = Number::Integer(prime);
        let mut power = Number::ONE;
        let before = all.clone();
        for _ in 0..count {
            power = power.mul(&prime).unwrap_or(power);
            all.extend(before.iter().filter_map(|d| d.mul(&power).ok()));
        }
    }
    all.sort_by(|a, b| a.canonical_order(b));
    Ok(Some(Expr::list(all.into_iter().map(Expr::number).collect::<Vec<_>>())))
}

fn power_mod(session: &mut Session, call: &Expr) -> Eval {
    let mut integers = Vec::with_capacity(3);
    for place in 0..3 {
        match integer_argument(session, call, place) {
            Some(integer) => integers.push(integer),
            None => return Ok(None),
        }
    }
    match Integer::power_mod(&integers[0], &integers[1], &integers[2]) {
        Ok(value) => Ok(Some(Expr::number(Number::Integer(value)))),
        Err(_) => {
            session.message(Sym::PowerMod, "ninv", &[call.arg(0), call.arg(2)]);
            Ok(None)
        }
    }
}
