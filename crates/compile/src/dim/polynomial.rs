//! Polynomials with integer coefficients in symbols, `Floor[p/q]` and `Max[p, ...]`, in a normal
//! form: expanded, collected, without zero coefficients.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use netform_expr::{Expr, compare};

use super::DimError;

/// What powers are taken of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Atom {
    /// A positive integer that is not known yet.
    Symbol(Name),
    /// `Floor[p/q]`; no term of `p` is divisible by `q`, and coefficients lie in `0 .. q`.
    Floor(Box<Polynomial>, i64),
    /// The largest of at least two polynomials, in order.
    Max(Vec<Polynomial>),
}

/// A symbol in the canonical order of expressions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Name(pub(super) Expr);

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        compare(&self.0, &other.0)
    }
}

/// Exponents by atom; empty for the constant term.
pub(super) type Monomial = BTreeMap<Atom, u32>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Polynomial {
    pub(super) terms: BTreeMap<Monomial, i64>,
}

impl Polynomial {
    pub(super) fn constant(value: i64) -> Polynomial {
        Polynomial::term(Monomial::new(), value)
    }

    pub(super) fn symbol(symbol: Expr) -> Polynomial {
        Polynomial::atom(Atom::Symbol(Name(symbol)))
    }

    pub(super) fn atom(atom: Atom) -> Polynomial {
        Polynomial::term(Monomial::from([(atom, 1)]), 1)
    }

    fn term(monomial: Monomial, coefficient: i64) -> Polynomial {
        let terms = if coefficient == 0 { BTreeMap::new() } else { BTreeMap::from([(monomial, coefficient)]) };
        Polynomial { terms }
    }

    pub(super) fn as_constant(&self) -> Option<i64> {
        match self.terms.len() {
            0 => Some(0),
            1 => self.terms.get(&Monomial::new()).copied(),
            _ => None,
        }
    }

    pub(super) fn as_symbol(&self) -> Option<&Expr> {
        let mut terms = self.terms.iter();
        let (Some((monomial, 1)), None) = (terms.next(), terms.next()) else { return None };
        let mut atoms = monomial.iter();
        match (atoms.next(), atoms.next()) {
            (Some((Atom::Symbol(Name(symbol)), 1)), None) => Some(symbol),
            _ => None,
        }
    }

    pub(super) fn visit_symbols(&self, visit: &mut dyn FnMut(&Expr)) {
        for atom in self.terms.keys().flat_map(BTreeMap::keys) {
            match atom {
                Atom::Symbol(Name(symbol)) => visit(symbol),
                Atom::Floor(inner, _) => inner.visit_symbols(visit),
                Atom::Max(items) => items.iter().for_each(|item| item.visit_symbols(visit)),
            }
        }
    }

    pub(super) fn constant_term(&self) -> i64 {
        self.terms.get(&Monomial::new()).copied().unwrap_or(0)
    }

    pub(super) fn add(&self, other: &Polynomial) -> Result<Polynomial, DimError> {
        let mut sum = self.clone();
        for (monomial, &coefficient) in &other.terms {
            sum.add_term(monomial.clone(), coefficient)?;
        }
        Ok(sum)
    }

    fn add_term(&mut self, monomial: Monomial, coefficient: i64) -> Result<(), DimError> {
        let before = self.terms.get(&monomial).copied().unwrap_or(0);
        match before.checked_add(coefficient).ok_or(DimError::Overflow)? {
            0 => self.terms.remove(&monomial),
            sum => self.terms.insert(monomial, sum),
        };
        Ok(())
    }

    pub(super) fn multiply(&self, other: &Polynomial) -> Result<Polynomial, DimError> {
        let mut product = Polynomial::constant(0);
        for (left, &a) in &self.terms {
            for (right, &b) in &other.terms {
                let mut monomial = left.clone();
                for (atom, &exponent) in right {
                    let entry = monomial.entry(atom.clone()).or_insert(0);
                    *entry = entry.checked_add(exponent).ok_or(DimError::Overflow)?;
                }
                product.add_term(monomial, a.checked_mul(b).ok_or(DimError::Overflow)?)?;
            }
        }
        Ok(product)
    }

    pub(super) fn power(&self, exponent: u32) -> Result<Polynomial, DimError> {
        (0..exponent).try_fold(Polynomial::constant(1), |power, _| power.multiply(self))
    }

    /// `Floor[self/divisor]`: whole multiples leave the `Floor`, then common factors are cancelled.
    pub(super) fn floor_div(&self, divisor: i64) -> Result<Polynomial, DimError> {
        let part = |f: &dyn Fn(i64) -> i64| Polynomial {
            terms: self.terms.iter().map(|(m, &c)| (m.clone(), f(c))).filter(|(_, c)| *c != 0).collect(),
        };
        let whole = part(&|c| c.div_euclid(divisor));
        let mut rest = part(&|c| c.rem_euclid(divisor));
        let common = rest.terms.iter().filter(|(m, _)| !m.is_empty()).fold(divisor, |g, (_, &c)| gcd(g, c));
        if rest.terms.keys().all(BTreeMap::is_empty) {
            return Ok(whole);
        }
        rest.terms = rest
            .terms
            .into_iter()
            .map(|(m, c)| (m, c.div_euclid(common)))
            .filter(|(_, coefficient)| *coefficient != 0)
            .collect();
        whole.add(&Polynomial::atom(Atom::Floor(Box::new(rest), divisor / common)))
    }

    /// The greatest common divisor of all coefficients and `with`.
    pub(super) fn content(&self, with: i64) -> i64 {
        self.terms.values().fold(with, |common, &coefficient| gcd(common, coefficient)).abs().max(1)
    }

    pub(super) fn max(a: &Polynomial, b: &Polynomial) -> Polynomial {
        let mut items: Vec<Polynomial> = [a, b]
            .into_iter()
            .flat_map(|p| match p.as_atom() {
                Some(Atom::Max(items)) => items.clone(),
                _ => vec![p.clone()],
            })
            .collect();
        items.sort();
        items.dedup();
        let dominated = |item: &Polynomial| items.iter().any(|other| other != item && item.is_at_most(other));
        let mut items: Vec<Polynomial> = items.iter().filter(|item| !dominated(item)).cloned().collect();
        match items.len() {
            1 => items.remove(0),
            _ => Polynomial::atom(Atom::Max(items)),
        }
    }

    /// Whether this is easily seen to be never more than the other.
    fn is_at_most(&self, other: &Polynomial) -> bool {
        let difference = self.multiply(&Polynomial::constant(-1)).and_then(|negative| other.add(&negative));
        difference.is_ok_and(|difference| difference.lower_bound().is_some_and(|bound| bound >= 0))
    }

    fn as_atom(&self) -> Option<&Atom> {
        let mut terms = self.terms.iter();
        match (terms.next(), terms.next()) {
            (Some((monomial, 1)), None) if monomial.len() == 1 => {
                monomial.iter().next().filter(|(_, exponent)| **exponent == 1).map(|(atom, _)| atom)
            }
            _ => None,
        }
    }
}

pub(super) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Prints the terms of highest degree first: `n^2 + 2 n - 1`.
impl fmt::Display for Polynomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut terms: Vec<(&Monomial, i64)> = self.terms.iter().map(|(m, &c)| (m, c)).collect();
        terms.sort_by_key(|(monomial, _)| std::cmp::Reverse(monomial.values().sum::<u32>()));
        if terms.is_empty() {
            return f.write_str("0");
        }
        for (position, (monomial, coefficient)) in terms.into_iter().enumerate() {
            f.write_str(match (position, coefficient < 0) {
                (0, false) => "",
                (0, true) => "-",
                (_, false) => " + ",
                (_, true) => " - ",
            })?;
            let size = coefficient.unsigned_abs();
            if monomial.is_empty() || size != 1 {
                write!(f, "{size}")?;
            }
            for (i, (atom, &exponent)) in monomial.iter().enumerate() {
                let space = if i > 0 || size != 1 { " " } else { "" };
                write!(f, "{space}{atom}")?;
                if exponent != 1 {
                    write!(f, "^{exponent}")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Atom::Symbol(Name(symbol)) => match symbol.as_symbol() {
                Some(symbol) => f.write_str(symbol.name()),
                None => write!(f, "{symbol:?}"),
            },
            Atom::Floor(inner, divisor) if inner.terms.len() == 1 => write!(f, "Floor[{inner}/{divisor}]"),
            Atom::Floor(inner, divisor) => write!(f, "Floor[({inner})/{divisor}]"),
            Atom::Max(items) => {
                f.write_str("Max[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}
