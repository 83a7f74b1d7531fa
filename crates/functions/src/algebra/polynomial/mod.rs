//! Polynomials with integer coefficients in several variables: the arithmetic under `Together`,
//! `Cancel`, `Factor` and `Apart`.
//!
//! A polynomial is a list of terms by falling exponents, the first variable counting most. All
//! polynomials of a computation have the same number of variables; which expressions these stand
//! for is known one floor up, in `fraction`.

mod division;
mod factors;
mod gcd;
mod hensel;
mod kronecker;
mod modular;
mod univariate;

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub(super) use factors::{Factors, factor, square_free};
pub(super) use gcd::gcd;
pub(super) use modular::factor_modulo;

/// Exponents of all variables.
pub(super) type Exponents = SmallVec<[u32; 6]>;

/// A sum of terms with integer coefficients, none of them zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Polynomial {
    variables: usize,
    /// By falling exponents.
    terms: Vec<(Exponents, Integer)>,
}

/// Why there is no result.
#[derive(Debug, PartialEq)]
pub(super) enum Stop {
    /// A limit of the algorithms was met, or a denominator is zero.
    TooHard,
    /// The evaluation was left: whatever can take long asks the session in each of its inner loops.
    Flow(Flow),
}

impl From<Flow> for Stop {
    fn from(flow: Flow) -> Stop {
        Stop::Flow(flow)
    }
}

/// The result, `None` if it is too hard to find.
fn possible<T>(result: Result<T, Stop>) -> Result<Option<T>, Flow> {
    match result {
        Ok(result) => Ok(Some(result)),
        Err(Stop::TooHard) => Ok(None),
        Err(Stop::Flow(flow)) => Err(flow),
    }
}

impl Polynomial {
    pub(super) fn zero(variables: usize) -> Polynomial {
        Polynomial { variables, terms: Vec::new() }
    }

    pub(super) fn constant(variables: usize, value: Integer) -> Polynomial {
        let terms = if value.is_zero() { Vec::new() } else { vec![(SmallVec::from_elem(0, variables), value)] };
        Polynomial { variables, terms }
    }

    pub(super) fn one(variables: usize) -> Polynomial {
        Polynomial::constant(variables, Integer::ONE)
    }

    /// The sum of terms in any order.
    pub(super) fn from_terms(variables: usize, terms: impl IntoIterator<Item = (Exponents, Integer)>) -> Polynomial {
        let mut table: FxHashMap<Exponents, Integer> = FxHashMap::default();
        for (exponents, coefficient) in terms {
            let entry = table.entry(exponents).or_insert(Integer::ZERO);
            *entry = &*entry + &coefficient;
        }
        Polynomial::from_table(variables, table)
    }

    fn from_table(variables: usize, table: FxHashMap<Exponents, Integer>) -> Polynomial {
        let mut terms: Vec<_> = table.into_iter().filter(|(_, c)| !c.is_zero()).collect();
        terms.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        Polynomial { variables, terms }
    }

    pub(super) fn variables(&self) -> usize {
        self.variables
    }

    pub(super) fn terms(&self) -> &[(Exponents, Integer)] {
        &self.terms
    }

    pub(super) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The value of a polynomial without variables.
    pub(super) fn as_constant(&self) -> Option<Integer> {
        match self.terms.as_slice() {
            [] => Some(Integer::ZERO),
            [(exponents, value)] if exponents.iter().all(|n| *n == 0) => Some(value.clone()),
            _ => None,
        }
    }

    pub(super) fn is_one(&self) -> bool {
        self.as_constant().is_some_and(|c| c.is_one())
    }

    /// The greatest exponent of a variable.
    pub(super) fn degree(&self, variable: usize) -> u32 {
        self.terms.iter().map(|(exponents, _)| exponents[variable]).max().unwrap_or(0)
    }

    /// The variables that occur.
    pub(super) fn support(&self) -> Vec<usize> {
        (0..self.variables).filter(|&v| self.degree(v) > 0).collect()
    }

    /// The coefficient of the first term.
    pub(super) fn leading(&self) -> Integer {
        self.terms.first().map_or(Integer::ZERO, |(_, c)| c.clone())
    }

    pub(super) fn add(&self, other: &Polynomial) -> Polynomial {
        self.combined(other, |c| c.clone())
    }

    pub(super) fn subtract(&self, other: &Polynomial) -> Polynomial {
        self.combined(other, |c| -c)
    }

    fn combined(&self, other: &Polynomial, of_other: impl Fn(&Integer) -> Integer) -> Polynomial {
        let mut terms = Vec::with_capacity(self.terms.len() + other.terms.len());
        let (mut i, mut j) = (0, 0);
        while i < self.terms.len() || j < other.terms.len() {
            let order = match (self.terms.get(i), other.terms.get(j)) {
                (Some(a), Some(b)) => a.0.cmp(&b.0),
                (Some(_), None) => std::cmp::Ordering::Greater,
                _ => std::cmp::Ordering::Less,
            };
            match order {
                std::cmp::Ordering::Greater => {
                    terms.push(self.terms[i].clone());
                    i += 1;
                }
                std::cmp::Ordering::Less => {
                    terms.push((other.terms[j].0.clone(), of_other(&other.terms[j].1)));
                    j += 1;
                }
                std::cmp::Ordering::Equal => {
                    let value = &self.terms[i].1 + &of_other(&other.terms[j].1);
                    if !value.is_zero() {
                        terms.push((self.terms[i].0.clone(), value));
                    }
                    i += 1;
                    j += 1;
                }
            }
        }
        Polynomial { variables: self.variables, terms }
    }

    pub(super) fn multiply(&self, session: &mut Session, other: &Polynomial) -> Result<Polynomial, Flow> {
        if self.is_one() {
            return Ok(other.clone());
        }
        if other.is_one() {
            return Ok(self.clone());
        }
        let mut table: FxHashMap<Exponents, Integer> = FxHashMap::default();
        for (a, x) in &self.terms {
            session.tick()?;
            for (b, y) in &other.terms {
                let entry = table.entry(a.iter().zip(b).map(|(m, n)| m + n).collect()).or_insert(Integer::ZERO);
                *entry = &*entry + &(x * y);
            }
        }
        Ok(Polynomial::from_table(self.variables, table))
    }

    pub(super) fn scale(&self, factor: &Integer) -> Polynomial {
        if factor.is_zero() {
            return Polynomial::zero(self.variables);
        }
        let terms = self.terms.iter().map(|(n, c)| (n.clone(), c * factor)).collect();
        Polynomial { variables: self.variables, terms }
    }

    pub(super) fn power(&self, session: &mut Session, exponent: u32) -> Result<Polynomial, Flow> {
        let mut result = Polynomial::one(self.variables);
        for _ in 0..exponent {
            result = result.multiply(session, self)?;
        }
        Ok(result)
    }

    /// The greatest common divisor of the coefficients, with the sign of the first.
    pub(super) fn content(&self) -> Integer {
        let mut content = Integer::ZERO;
        for (_, c) in &self.terms {
            content = content.gcd(c);
            if content.is_one() {
                break;
            }
        }
        if self.leading().sign() < 0 { -&content } else { content }
    }

    /// All coefficients divided by an integer that divides them.
    pub(super) fn divide_integer(&self, divisor: &Integer) -> Polynomial {
        if divisor.is_one() {
            return self.clone();
        }
        let quotient = |c: &Integer| c.div_rem_floor(divisor).map_or(Integer::ZERO, |(q, _)| q);
        let terms = self.terms.iter().map(|(n, c)| (n.clone(), quotient(c))).collect();
        Polynomial { variables: self.variables, terms }
    }

    /// Without the content, so that the first coefficient is positive.
    pub(super) fn primitive(&self) -> Polynomial {
        if self.is_zero() { self.clone() } else { self.divide_integer(&self.content()) }
    }

    /// The greatest monomial that divides all terms.
    pub(super) fn monomial_content(&self) -> Exponents {
        let mut terms = self.terms.iter();
        let Some((first, _)) = terms.next() else { return SmallVec::from_elem(0, self.variables) };
        let mut least = first.clone();
        for (exponents, _) in terms {
            least.iter_mut().zip(exponents).for_each(|(a, b)| *a = (*a).min(*b));
        }
        least
    }

    /// All terms divided by a monomial that divides them.
    pub(super) fn divide_monomial(&self, divisor: &Exponents) -> Polynomial {
        let lower = |n: &Exponents| n.iter().zip(divisor).map(|(a, b)| a - b).collect();
        let terms = self.terms.iter().map(|(n, c)| (lower(n), c.clone())).collect();
        Polynomial { variables: self.variables, terms }
    }

    /// The monomial with the coefficient 1.
    pub(super) fn monomial(exponents: Exponents) -> Polynomial {
        Polynomial { variables: exponents.len(), terms: vec![(exponents, Integer::ONE)] }
    }

    /// The derivative by a variable.
    pub(super) fn derivative(&self, variable: usize) -> Polynomial {
        let terms = self.terms.iter().filter(|(n, _)| n[variable] > 0).map(|(n, c)| {
            let mut lower = n.clone();
            lower[variable] -= 1;
            (lower, c * &Integer::from(i64::from(n[variable])))
        });
        Polynomial::from_terms(self.variables, terms)
    }

    /// The coefficients of the powers of a variable, from 0 up.
    pub(super) fn coefficients(&self, variable: usize) -> Vec<Polynomial> {
        let mut parts: Vec<Vec<(Exponents, Integer)>> = vec![Vec::new(); self.degree(variable) as usize + 1];
        for (exponents, c) in &self.terms {
            let mut rest = exponents.clone();
            rest[variable] = 0;
            parts[exponents[variable] as usize].push((rest, c.clone()));
        }
        // Terms of one power of the variable stay in order without it.
        parts.into_iter().map(|terms| Polynomial { variables: self.variables, terms }).collect()
    }

    /// The value at an integer for one variable.
    pub(super) fn evaluate(&self, variable: usize, value: &Integer) -> Polynomial {
        let degree = self.degree(variable) as usize;
        let mut powers = vec![Integer::ONE];
        for i in 0..degree {
            powers.push(&powers[i] * value);
        }
        let terms = self.terms.iter().map(|(n, c)| {
            let mut rest = n.clone();
            let exponent = std::mem::take(&mut rest[variable]);
            (rest, c * &powers[exponent as usize])
        });
        Polynomial::from_terms(self.variables, terms)
    }

    /// The largest absolute value of a coefficient.
    pub(super) fn height(&self) -> Integer {
        self.terms.iter().map(|(_, c)| c.abs()).max().unwrap_or(Integer::ZERO)
    }

    /// The terms of a polynomial in one variable as a dense list of coefficients, from 0 up.
    fn dense(&self, variable: usize) -> Vec<Integer> {
        let mut dense = vec![Integer::ZERO; self.degree(variable) as usize + 1];
        for (exponents, c) in &self.terms {
            dense[exponents[variable] as usize] = c.clone();
        }
        dense
    }

    /// The polynomial in one variable with these coefficients, from 0 up.
    fn from_dense(variables: usize, variable: usize, dense: &[Integer]) -> Polynomial {
        let terms = dense.iter().enumerate().rev().filter(|(_, c)| !c.is_zero()).map(|(n, c)| {
            let mut exponents: Exponents = SmallVec::from_elem(0, variables);
            exponents[variable] = n as u32;
            (exponents, c.clone())
        });
        Polynomial { variables, terms: terms.collect() }
    }
}
