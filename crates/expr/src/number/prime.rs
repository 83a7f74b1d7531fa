//! Primes: the primality test and the factorisation of integers.

use dashu_base::{BitTest, Gcd, SquareRootRem};
use dashu_int::fast_div::ConstDivisor;
use dashu_int::{IBig, UBig};

use super::Integer;

/// These bases make the Miller-Rabin test exact for all integers below 3.3 10^24, so for all
/// machine words.
const WITNESSES: [u64; 13] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41];

/// Factors below this bound are found by trial division.
const TRIAL_BOUND: u64 = 1 << 12;

/// Steps of the rho method between two questions whether to go on.
const STEPS_BETWEEN_QUESTIONS: usize = 128;

/// Factoring was given up because the caller asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the factorisation was interrupted")
    }
}

impl std::error::Error for Interrupted {}

impl Integer {
    /// Whether the absolute value is a prime number.
    ///
    /// The answer is proved below 3.3 10^24. Above it rests on Miller-Rabin tests to 13 bases and
    /// a strong Lucas test; no composite number is known that passes the first base and the latter.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// assert!(Integer::from(1_000_000_007).is_prime());
    /// assert!(!Integer::from(3_215_031_751).is_prime());
    /// ```
    pub fn is_prime(&self) -> bool {
        match self.as_i64() {
            Some(n) => is_prime_word(n.unsigned_abs()),
            None => is_prime_large(&self.unsigned_abs()),
        }
    }

    /// The prime factors of the absolute value with their exponents, in increasing order: none for
    /// 0 and 1. The callback is asked now and then whether to go on; if it says no, the
    /// factorisation is given up.
    ///
    /// ```
    /// use netform_expr::number::Integer;
    /// let factors = Integer::from(-360).factor(&mut || true).unwrap();
    /// assert_eq!(factors, [(2, 3), (3, 2), (5, 1)].map(|(p, e)| (Integer::from(p), e)));
    /// ```
    pub fn factor(&self, go_on: &mut dyn FnMut() -> bool) -> Result<Vec<(Integer, u32)>, Interrupted> {
        let mut rest = self.unsigned_abs();
        let mut primes: Vec<UBig> = Vec::new();
        if rest.is_zero() {
            return Ok(Vec::new());
        }
        let mut candidate = 2u64;
        while candidate < TRIAL_BOUND {
            if let Ok(word) = u64::try_from(&rest)
                && candidate * candidate > word
            {
                break;
            }
            while &rest % candidate == 0 {
                rest /= candidate;
                primes.push(UBig::from(candidate));
            }
            candidate += if candidate == 2 { 1 } else { 2 };
        }
        let mut open = vec![rest];
        while let Some(n) = open.pop() {
            if n == UBig::ONE {
                continue;
            }
            if Integer::from(n.clone()).is_prime() {
                primes.push(n);
                continue;
            }
            let divisor = match perfect_root(&n) {
                Some(root) => root,
                None => divisor_of(&n, go_on)?,
            };
            open.push(&n / &divisor);
            open.push(divisor);
        }
        primes.sort();
        let mut factors: Vec<(Integer, u32)> = Vec::new();
        for prime in primes {
            let prime = Integer::from(prime);
            match factors.last_mut() {
                Some((last, count)) if *last == prime => *count += 1,
                _ => factors.push((prime, 1)),
            }
        }
        Ok(factors)
    }
}

fn mul_mod(a: u64, b: u64, n: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(n)) as u64
}

fn pow_mod(mut base: u64, mut exponent: u64, n: u64) -> u64 {
    let mut power = 1;
    base %= n;
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = mul_mod(power, base, n);
        }
        base = mul_mod(base, base, n);
        exponent >>= 1;
    }
    power
}

fn is_prime_word(n: u64) -> bool {
    for prime in WITNESSES {
        if n.is_multiple_of(prime) {
            return n == prime;
        }
    }
    if n < 41 * 41 {
        return n > 1;
    }
    let twos = (n - 1).trailing_zeros();
    WITNESSES.iter().all(|&base| {
        let mut power = pow_mod(base, (n - 1) >> twos, n);
        if power == 1 || power == n - 1 {
            return true;
        }
        (1..twos).any(|_| {
            power = mul_mod(power, power, n);
            power == n - 1
        })
    })
}

fn is_prime_large(n: &UBig) -> bool {
    if WITNESSES.iter().any(|prime| n % *prime == 0) {
        return false;
    }
    let ring = ConstDivisor::new(n.clone());
    let minus_one = n - UBig::ONE;
    let twos = minus_one.trailing_zeros().unwrap_or(0);
    let odd = &minus_one >> twos;
    let passes = |base: u64| {
        let mut power = ring.reduce(base).pow(&odd);
        let residue = power.residue();
        if residue == UBig::ONE || residue == minus_one {
            return true;
        }
        (1..twos).any(|_| {
            power = power.sqr();
            power.residue() == minus_one
        })
    };
    WITNESSES.iter().all(|&base| passes(base)) && passes_lucas(n)
}

/// The strong Lucas test with Selfridge's parameters (Baillie and Wagstaff 1980).
fn passes_lucas(n: &UBig) -> bool {
    let (root, rest) = n.sqrt_rem();
    drop(root);
    if rest.is_zero() {
        return false;
    }
    let modulus = IBig::from(n.clone());
    let mut d = 5i64;
    loop {
        match jacobi(&IBig::from(d), n) {
            -1 => break,
            0 if UBig::from(d.unsigned_abs()) != *n => return false,
            _ => d = if d > 0 { -d - 2 } else { -d + 2 },
        }
    }
    let (d, q) = (IBig::from(d), IBig::from((1 - d) / 4));
    let reduce = |value: IBig| {
        let value = value % &modulus;
        if value < IBig::ZERO { value + &modulus } else { value }
    };
    let half = |value: IBig| {
        let value = if value.bit(0) { value + &modulus } else { value };
        value >> 1
    };
    let next = n + UBig::ONE;
    let twos = next.trailing_zeros().unwrap_or(0);
    let odd = &next >> twos;
    let (mut u, mut v, mut power) = (IBig::ONE, IBig::ONE, reduce(q.clone()));
    for bit in (0..odd.bit_len() - 1).rev() {
        u = reduce(&u * &v);
        v = reduce(&v * &v - (&power << 1));
        power = reduce(&power * &power);
        if odd.bit(bit) {
            (u, v) = (half(reduce(&u + &v)), half(reduce(&d * &u + &v)));
            power = reduce(&power * &q);
        }
    }
    if u.is_zero() || v.is_zero() {
        return true;
    }
    (1..twos).any(|_| {
        v = reduce(&v * &v - (&power << 1));
        power = reduce(&power * &power);
        v.is_zero()
    })
}

/// The Jacobi symbol of an integer over an odd natural number.
fn jacobi(a: &IBig, n: &UBig) -> i32 {
    let modulus = IBig::from(n.clone());
    let reduced = a % &modulus;
    let reduced = if reduced < IBig::ZERO { reduced + &modulus } else { reduced };
    let Ok(mut a) = UBig::try_from(reduced) else { return 0 };
    let (mut n, mut sign) = (n.clone(), 1);
    while let Some(twos) = a.trailing_zeros() {
        a >>= twos;
        let residue = &n % 8u8;
        if twos % 2 == 1 && (residue == 3 || residue == 5) {
            sign = -sign;
        }
        if &a % 4u8 == 3 && &n % 4u8 == 3 {
            sign = -sign;
        }
        std::mem::swap(&mut a, &mut n);
        a %= &n;
    }
    if n == UBig::ONE { sign } else { 0 }
}

/// The root if the number is a perfect power, whose factors all are above the trial bound.
fn perfect_root(n: &UBig) -> Option<UBig> {
    (2..=n.bit_len() / 12)
        .filter(|degree| is_prime_word(*degree as u64))
        .map(|degree| (degree, n.nth_root(degree)))
        .find(|(degree, root)| root.pow(*degree) == *n)
        .map(|(_, root)| root)
}

/// A proper divisor of a composite number by Brent's variant of the rho method.
fn divisor_of(n: &UBig, go_on: &mut dyn FnMut() -> bool) -> Result<UBig, Interrupted> {
    let mut constant = 1u64;
    loop {
        let found = match u64::try_from(n) {
            Ok(word) => rho_word(word, constant, go_on)?.map(UBig::from),
            Err(_) => rho_large(n, constant, go_on)?,
        };
        if let Some(divisor) = found {
            return Ok(divisor);
        }
        constant += 1;
    }
}

fn gcd_word(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn rho_word(n: u64, constant: u64, go_on: &mut dyn FnMut() -> bool) -> Result<Option<u64>, Interrupted> {
    let step = |x: u64| ((u128::from(x) * u128::from(x) + u128::from(constant)) % u128::from(n)) as u64;
    let (mut fast, mut power) = (2u64, 1usize);
    loop {
        let slow = fast;
        for _ in 0..power {
            fast = step(fast);
        }
        let mut done = 0;
        while done < power {
            let (start, mut product) = (fast, 1u64);
            let steps = STEPS_BETWEEN_QUESTIONS.min(power - done);
            for _ in 0..steps {
                fast = step(fast);
                product = mul_mod(product, slow.abs_diff(fast), n);
            }
            if !go_on() {
                return Err(Interrupted);
            }
            let mut divisor = gcd_word(product, n);
            if divisor == n {
                // The steps of this batch once more, one by one.
                fast = start;
                loop {
                    fast = step(fast);
                    divisor = gcd_word(slow.abs_diff(fast), n);
                    if divisor > 1 {
                        break;
                    }
                }
                return Ok((divisor < n).then_some(divisor));
            }
            if divisor > 1 {
                return Ok(Some(divisor));
            }
            done += steps;
        }
        power *= 2;
    }
}

fn rho_large(n: &UBig, constant: u64, go_on: &mut dyn FnMut() -> bool) -> Result<Option<UBig>, Interrupted> {
    let ring = ConstDivisor::new(n.clone());
    let constant = ring.reduce(constant);
    let (mut fast, mut power) = (ring.reduce(2u8), 1usize);
    loop {
        let slow = fast.clone();
        for _ in 0..power {
            fast = fast.sqr() + &constant;
        }
        let mut done = 0;
        while done < power {
            let (start, mut product) = (fast.clone(), ring.reduce(1u8));
            let steps = STEPS_BETWEEN_QUESTIONS.min(power - done);
            for _ in 0..steps {
                fast = fast.sqr() + &constant;
                product *= &slow - &fast;
            }
            if !go_on() {
                return Err(Interrupted);
            }
            let residue = product.residue();
            let mut divisor = if residue.is_zero() { n.clone() } else { residue.gcd(n) };
            if divisor == *n {
                fast = start;
                loop {
                    fast = fast.sqr() + &constant;
                    let difference = (&slow - &fast).residue();
                    divisor = if difference.is_zero() { n.clone() } else { difference.gcd(n) };
                    if divisor > UBig::ONE {
                        break;
                    }
                }
                return Ok((divisor < *n).then_some(divisor));
            }
            if divisor > UBig::ONE {
                return Ok(Some(divisor));
            }
            done += steps;
        }
        power *= 2;
    }
}
