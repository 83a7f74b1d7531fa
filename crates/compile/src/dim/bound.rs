//! What dimensions are never less than, as far as that is easily seen.

use super::polynomial::{Atom, Polynomial, gcd};

/// `Floor` in `Floor` is resolved to this depth.
const DEPTH_LIMIT: usize = 8;
/// In the bounds of so many atoms within each other quotients are resolved; each level takes three times as long as the one
/// within it.
const CAREFUL: usize = 3;

/// Which quotients are compared with what their `Floor` is taken of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotients {
    /// Those that are subtracted: `-Floor[p/q] >= -p/q`.
    Subtracted,
    /// Those that are added, too: `Floor[p/q] >= (p - q + 1)/q`.
    All,
}

impl Polynomial {
    /// A value below which this never is, as far as that is easily seen.
    pub(super) fn lower_bound(&self) -> Option<i64> {
        self.lower_bound_with(CAREFUL)
    }

    /// As [`Polynomial::lower_bound`], with so many levels of resolved quotients.
    fn lower_bound_with(&self, careful: usize) -> Option<i64> {
        let Some(within) = careful.checked_sub(1) else { return self.bound(0) };
        let resolved = [Quotients::Subtracted, Quotients::All].map(|which| self.resolved_bound(which, within));
        [self.bound(within)].into_iter().chain(resolved).flatten().max()
    }

    /// With each symbol written as 1 + y, all coefficients but the constant must be non-negative.
    fn bound(&self, careful: usize) -> Option<i64> {
        let mut shifted = Polynomial::constant(0);
        for (monomial, &coefficient) in &self.terms {
            let mut term = Polynomial::constant(coefficient);
            for (atom, &exponent) in monomial {
                let base =
                    Polynomial::atom(atom.clone()).add(&Polynomial::constant(atom.lower_bound(careful)?)).ok()?;
                term = term.multiply(&base.power(exponent).ok()?).ok()?;
            }
            shifted = shifted.add(&term).ok()?;
        }
        let rises = shifted.terms.iter().all(|(monomial, &coefficient)| monomial.is_empty() || coefficient > 0);
        rises.then(|| shifted.constant_term())
    }

    /// The bound of a multiple in which quotients stand instead of their `Floor`.
    fn resolved_bound(&self, which: Quotients, careful: usize) -> Option<i64> {
        let mut scaled = self.clone();
        let mut scale = 1i64;
        for _ in 0..DEPTH_LIMIT {
            let (next, factor) = scaled.resolve(which)?;
            if next == scaled {
                break;
            }
            (scaled, scale) = (next, scale.checked_mul(factor)?);
        }
        // The dimension is whole, so a bound of it is so too.
        (scale > 1).then(|| scaled.bound(careful).map(|bound| -(-bound).div_euclid(scale)))?
    }

    /// Something that is at most a multiple of this, without a `Floor` that was a term by itself; and how
    /// many times it is taken.
    fn resolve(&self, which: Quotients) -> Option<(Polynomial, i64)> {
        let quotient = |monomial: &super::polynomial::Monomial, coefficient: i64| {
            let mut atoms = monomial.iter();
            match (atoms.next(), atoms.next()) {
                (Some((Atom::Floor(inner, divisor), 1)), None) if coefficient < 0 || which == Quotients::All => {
                    Some(((**inner).clone(), *divisor))
                }
                _ => None,
            }
        };
        let divisors = self.terms.iter().filter_map(|(monomial, &c)| quotient(monomial, c)).map(|(_, divisor)| divisor);
        let scale = divisors.into_iter().try_fold(1i64, |lcm, d| lcm.checked_mul(d / gcd(lcm, d)))?;
        let mut sum = Polynomial::constant(0);
        for (monomial, &coefficient) in &self.terms {
            let scaled = coefficient.checked_mul(scale)?;
            let term = match quotient(monomial, coefficient) {
                Some((inner, divisor)) => {
                    let least = if coefficient < 0 { 0 } else { 1 - divisor };
                    let inner = inner.add(&Polynomial::constant(least)).ok()?;
                    inner.multiply(&Polynomial::constant(scaled / divisor)).ok()?
                }
                None => Polynomial { terms: [(monomial.clone(), scaled)].into() },
            };
            sum = sum.add(&term).ok()?;
        }
        Some((sum, scale))
    }
}

impl Atom {
    fn lower_bound(&self, careful: usize) -> Option<i64> {
        match self {
            Atom::Symbol(_) => Some(1),
            Atom::Floor(inner, divisor) => inner.lower_bound_with(careful).map(|bound| bound.div_euclid(*divisor)),
            Atom::Max(items) => items.iter().filter_map(|item| item.lower_bound_with(careful)).max(),
        }
    }
}
