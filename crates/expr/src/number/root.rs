//! Rational powers of rational numbers that are not rational: what can be taken out of the root.

use std::collections::BTreeMap;

use dashu_base::BitTest;
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;

use super::{Integer, Number, complex};

/// Prime factors above this bound stay together unless their product is a perfect power.
const TRIAL_BOUND: u64 = 1 << 13;

/// The canonical form of a rational power of a rational number: a coefficient times radicals.
///
/// ```
/// use netform_expr::number::{Integer, Number, Surd};
/// let half = Number::rational(&Integer::from(1), &Integer::from(2)).unwrap();
/// let surd = Surd::of(&Number::from(12), &half).unwrap();
/// assert_eq!(surd.coefficient, Number::from(2));
/// assert_eq!(surd.radicals, vec![(Number::from(3), half)]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surd {
    /// The rational factor; complex if a square root of a negative number was taken.
    pub coefficient: Number,
    /// The remaining powers as pairs of base and exponent. The exponents differ and are between -1
    /// and 1; the bases are free of powers that the exponent would make rational.
    pub radicals: Vec<(Number, Number)>,
}

impl Surd {
    /// The canonical form of `base^exponent`, both rational; nothing if one is not, or if the base
    /// is zero.
    pub fn of(base: &Number, exponent: &Number) -> Option<Surd> {
        let exponent = super::real::to_rational(exponent)?;
        let mut factors = factor_by_trial(base.numerator()?.unsigned_abs())?;
        for (prime, count) in factor_by_trial(base.denominator()?.unsigned_abs())? {
            factors.push((prime, -count));
        }
        let mut coefficient = RBig::ONE;
        // Radicands by the absolute value of their exponent.
        let mut groups: BTreeMap<RBig, RBig> = BTreeMap::new();
        for (prime, count) in factors {
            coefficient *= add_to_group(&mut groups, &prime, RBig::from(IBig::from(count)) * &exponent)?;
        }
        let mut coefficient = Number::from(coefficient);
        if base.is_negative() {
            coefficient = take_sign(coefficient, &exponent, &mut groups);
        }
        let radicals = groups.into_iter().map(|(power, radicand)| radical(radicand, power));
        Some(Surd { coefficient, radicals: radicals.collect() })
    }

    /// The canonical form of a rational coefficient times rational powers of positive rationals;
    /// nothing if something else is among them.
    ///
    /// ```
    /// use netform_expr::number::{Integer, Number, Surd};
    /// let half = Number::rational(&Integer::from(1), &Integer::from(2)).unwrap();
    /// let surd = Surd::of_product(&Number::from(1), &[(Number::from(2), half.clone()), (Number::from(6), half.clone())]);
    /// assert_eq!(surd, Some(Surd { coefficient: Number::from(2), radicals: vec![(Number::from(3), half)] }));
    /// ```
    pub fn of_product(coefficient: &Number, powers: &[(Number, Number)]) -> Option<Surd> {
        let mut totals: BTreeMap<UBig, RBig> = BTreeMap::new();
        for (base, exponent) in powers {
            if !base.is_positive() {
                return None;
            }
            let exponent = super::real::to_rational(exponent)?;
            let below = factor_by_trial(base.denominator()?.unsigned_abs())?.into_iter().map(|(p, n)| (p, -n));
            for (prime, count) in factor_by_trial(base.numerator()?.unsigned_abs())?.into_iter().chain(below) {
                *totals.entry(prime).or_insert(RBig::ZERO) += RBig::from(IBig::from(count)) * &exponent;
            }
        }
        let mut numerator = coefficient.numerator()?.to_ibig();
        let mut denominator = coefficient.denominator()?.to_ibig();
        if numerator == IBig::ZERO {
            return None;
        }
        let mut groups: BTreeMap<RBig, RBig> = BTreeMap::new();
        let mut whole_part = RBig::ONE;
        for (prime, mut total) in totals {
            let divisor = IBig::from(prime.clone());
            for (part, step) in [(&mut numerator, RBig::ONE), (&mut denominator, RBig::NEG_ONE)] {
                while (&*part % &divisor) == IBig::ZERO {
                    *part /= &divisor;
                    total += &step;
                }
            }
            whole_part *= add_to_group(&mut groups, &prime, total)?;
        }
        let coefficient = Number::from(RBig::from_parts_signed(numerator, denominator) * whole_part);
        let radicals = groups.into_iter().map(|(power, radicand)| radical(radicand, power));
        Some(Surd { coefficient, radicals: radicals.collect() })
    }

    /// Whether this is nothing but the power it was made of.
    pub fn is_unchanged(&self, base: &Number, exponent: &Number) -> bool {
        self.coefficient.is_exact_one() && matches!(self.radicals.as_slice(), [(b, e)] if b == base && e == exponent)
    }
}

/// The largest `outer` with `base = outer^degree inner`, as far as trial division shows it, so that
/// `base^(1/degree) = outer inner^(1/degree)`. The sign of the base goes to `inner`.
///
/// ```
/// use netform_expr::number::{Integer, extract_root};
/// let (outer, inner) = extract_root(&Integer::from(-72), 2);
/// assert_eq!((outer, inner), (Integer::from(6), Integer::from(-2)));
/// ```
pub fn extract_root(base: &Integer, degree: u32) -> (Integer, Integer) {
    let (mut outer, mut inner) = (UBig::ONE, UBig::ONE);
    let degree = u64::from(degree.max(1));
    match factor_by_trial(base.unsigned_abs()) {
        None => return (Integer::ONE, Integer::ZERO),
        Some(factors) => {
            for (prime, count) in factors {
                let count = count.unsigned_abs();
                outer *= prime.pow((count / degree) as usize);
                inner *= prime.pow((count % degree) as usize);
            }
        }
    }
    let inner = Integer::from(inner);
    (Integer::from(outer), if base.sign() < 0 { -&inner } else { inner })
}

/// Takes the whole powers out of `prime^power` and leaves the rest in the group of its exponent.
fn add_to_group(groups: &mut BTreeMap<RBig, RBig>, prime: &UBig, power: RBig) -> Option<RBig> {
    let whole = power.trunc();
    let rest = power - RBig::from(whole.clone());
    if rest != RBig::ZERO {
        let prime = RBig::from(IBig::from(prime.clone()));
        let (rest, prime) = if rest < RBig::ZERO { (-rest, RBig::ONE / prime) } else { (rest, prime) };
        *groups.entry(rest).or_insert(RBig::ONE) *= prime;
    }
    integer_power(prime, &whole)
}

/// Multiplies the coefficient by `(-1)^exponent` as far as that is a number, and leaves the rest of
/// it in the group of its exponent.
fn take_sign(coefficient: Number, exponent: &RBig, groups: &mut BTreeMap<RBig, RBig>) -> Number {
    let whole = exponent.floor();
    let rest = exponent - RBig::from(whole.clone());
    let coefficient = if whole.bit(0) { coefficient.neg() } else { coefficient };
    if rest == RBig::ZERO {
        return coefficient;
    }
    if rest == RBig::from_parts(IBig::ONE, UBig::from(2u8)) {
        return complex::times_i(&coefficient);
    }
    *groups.entry(rest).or_insert(RBig::ONE) *= RBig::NEG_ONE;
    coefficient
}

/// The radical with a whole number below the root if its numerator is 1.
fn radical(radicand: RBig, power: RBig) -> (Number, Number) {
    if *radicand.numerator() == IBig::ONE && !radicand.is_int() {
        (Number::from(RBig::ONE / radicand), Number::from(-power))
    } else {
        (Number::from(radicand), Number::from(power))
    }
}

fn integer_power(base: &UBig, exponent: &IBig) -> Option<RBig> {
    let magnitude = Integer::from(exponent.clone()).abs().as_i64()?;
    let power = Integer::from(base.clone()).pow(magnitude as u64)?.to_ibig();
    Some(match exponent.sign() {
        dashu_base::Sign::Positive => RBig::from(power),
        dashu_base::Sign::Negative => RBig::from_parts_signed(IBig::ONE, power),
    })
}

/// The factors of a positive integer with their multiplicities: all primes below the bound, and
/// what is left as a perfect power if it is one. Nothing for 0.
fn factor_by_trial(mut n: UBig) -> Option<Vec<(UBig, i64)>> {
    if n.is_zero() {
        return None;
    }
    let mut factors = Vec::new();
    let mut candidate = 2u64;
    while candidate < TRIAL_BOUND && n != UBig::ONE {
        if let Ok(small) = u64::try_from(&n)
            && candidate * candidate > small
        {
            factors.push((n, 1));
            return Some(factors);
        }
        let mut count = 0;
        while &n % candidate == 0 {
            n /= candidate;
            count += 1;
        }
        if count > 0 {
            factors.push((UBig::from(candidate), count));
        }
        candidate += if candidate == 2 { 1 } else { 2 };
    }
    if n != UBig::ONE {
        factors.push(perfect_power(n));
    }
    Some(factors)
}

fn perfect_power(n: UBig) -> (UBig, i64) {
    let bits = n.bit_len();
    for degree in [2usize, 3, 5, 7, 11, 13] {
        // The factors are above the trial bound, so that high powers have many bits.
        if degree * 13 > bits {
            break;
        }
        let root = n.nth_root(degree);
        if root.pow(degree) == n {
            let (base, count) = perfect_power(root);
            return (base, count * degree as i64);
        }
    }
    (n, 1)
}
