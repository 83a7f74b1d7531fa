//! Expressions as quotients of polynomials: what `Together`, `Cancel`, `Factor` and `Apart` compute with.

use std::rc::Rc;

use netform_eval::{Flow, Session};
use netform_expr::number::Integer;
use netform_expr::{Expr, NodeMap, Number, Sym, postorder};
use smallvec::SmallVec;

use super::polynomial::{Exponents, Polynomial, Stop, gcd};
use crate::arithmetic::{power, product, sum};

/// Sums over common denominators have at most this many terms.
const MOST_TERMS: usize = 100_000;
/// Expressions with more different variables and functions than this are left alone.
const MOST_GENERATORS: usize = 120;

/// A rational number times powers of polynomials, negative exponents for the denominator. The
/// polynomials are primitive, with positive first coefficients, and no constants.
#[derive(Clone, Debug)]
pub(super) struct Fraction {
    pub(super) coefficient: Number,
    pub(super) factors: Vec<(Polynomial, i32)>,
}

/// The expressions that stand for the variables of polynomials.
pub(super) struct Generators {
    /// Bases with the unit of their exponents: `Sqrt[x]` for `x` where square roots of x occur.
    units: Vec<(Expr, Expr)>,
    expressions: Vec<Expr>,
}

/// A power as base, rational exponent, and the rest of the exponent: `x^(2 n/3)` is x, 2/3, n.
fn split_power(base: &Expr, exponent: &Expr) -> (Expr, Number, Expr) {
    let one = Expr::integer(1);
    let is_rational = |n: &Number| n.is_exact() && n.is_real();
    if let Some(number) = exponent.as_number() {
        return if is_rational(&number) {
            (base.clone(), number, one)
        } else {
            (base.clone(), Number::ONE, exponent.clone())
        };
    }
    if let Some(factors) = exponent.args_of(Sym::Times)
        && let Some(number) = factors[0].as_number()
    {
        let rest = &factors[1..];
        let rest = if rest.len() == 1 { rest[0].clone() } else { Expr::call(Sym::Times, rest.iter().cloned()) };
        return match number {
            Number::Complex(z) if z.re().is_exact_zero() && is_rational(z.im()) => {
                let imaginary = Expr::number(Number::complex(&Number::ZERO, &Number::ONE));
                let rest = rest.args_of(Sym::Times).map_or_else(|| vec![rest.clone()], |a| a.into_owned());
                (base.clone(), z.im().clone(), Expr::call(Sym::Times, [imaginary].into_iter().chain(rest)))
            }
            number if is_rational(&number) => (base.clone(), number, rest),
            _ => (base.clone(), Number::ONE, exponent.clone()),
        };
    }
    (base.clone(), Number::ONE, exponent.clone())
}

/// The terms of an exponent.
fn exponent_terms(exponent: &Expr) -> Vec<Expr> {
    exponent.args_of(Sym::Plus).map_or_else(|| vec![exponent.clone()], |terms| terms.into_owned())
}

fn is_structural(node: &Expr) -> bool {
    match node.head_sym() {
        Some(Sym::Plus | Sym::Times) => true,
        Some(Sym::Power) => node.len() == 2 && node.arg(1).as_i64().is_some(),
        _ => false,
    }
}

/// What a leaf contributes: a rational number, `re + im I`, or a product of powers.
fn powers_of_leaf(leaf: &Expr) -> Vec<(Expr, Number, Expr)> {
    if leaf.has_head(Sym::Power) && leaf.len() == 2 {
        let base = leaf.arg(0);
        return exponent_terms(&leaf.arg(1)).iter().map(|term| split_power(&base, term)).collect();
    }
    vec![(leaf.clone(), Number::ONE, Expr::integer(1))]
}

impl Generators {
    /// The generators of an expression: everything in it that is no sum, product or power.
    pub(super) fn of(session: &mut Session, roots: &[Expr]) -> Result<Generators, Stop> {
        let mut found: Vec<(Expr, Expr, Integer)> = Vec::new();
        let mut places: NodeMap<usize> = NodeMap::default();
        let mut too_many = false;
        for root in roots {
            postorder::<Flow>(root, is_structural, |node| {
                if is_structural(node) || node.is(Sym::Plus) || node.is(Sym::Times) || node.is(Sym::Power) {
                    return Ok(());
                }
                let leaves = match node.as_number() {
                    Some(number) if number.is_exact() && number.is_real() => return Ok(()),
                    Some(Number::Complex(z)) if z.re().is_exact() && z.im().is_exact() => {
                        powers_of_leaf(&Expr::number(Number::complex(&Number::ZERO, &Number::ONE)))
                    }
                    _ => powers_of_leaf(node),
                };
                for (base, exponent, rest) in leaves {
                    let key = Expr::call(Sym::Power, [base.clone(), rest.clone()]);
                    let denominator = exponent.denominator().unwrap_or(Integer::ONE);
                    match places.get(&key) {
                        Some(&place) => found[place].2 = found[place].2.lcm(&denominator),
                        None => {
                            places.insert(key, found.len());
                            found.push((base, rest, denominator));
                        }
                    }
                }
                too_many |= found.len() > MOST_GENERATORS;
                Ok(())
            })?;
            if too_many {
                return Err(Stop::TooHard);
            }
        }
        // An order that does not depend on where things occur makes first coefficients the same.
        found.sort_by(|a, b| netform_expr::compare(&a.0, &b.0).then_with(|| netform_expr::compare(&a.1, &b.1)));
        let mut generators = Generators { units: Vec::new(), expressions: Vec::new() };
        for (base, rest, denominator) in found {
            let unit = Number::rational(&Integer::ONE, &denominator).map_err(|_| Stop::TooHard)?;
            let exponent = product(session, [Expr::number(unit), rest.clone()])?;
            generators.expressions.push(power(session, base.clone(), exponent)?);
            generators.units.push((Expr::call(Sym::Power, [base, rest]), Expr::number(Number::from(denominator))));
        }
        Ok(generators)
    }

    pub(super) fn len(&self) -> usize {
        self.expressions.len()
    }

    /// The expressions, by variable.
    pub(super) fn expressions(&self) -> &[Expr] {
        &self.expressions
    }

    /// The quotient of polynomials that an expression is.
    pub(super) fn fraction(&self, session: &mut Session, e: &Expr) -> Result<Fraction, Stop> {
        let mut done: NodeMap<Rc<Fraction>> = NodeMap::default();
        let mut order = Vec::new();
        postorder::<Flow>(e, is_structural, |node| {
            if is_structural(node) {
                order.push(node.clone());
            }
            Ok(())
        })?;
        for node in order {
            session.tick()?;
            let mut parts = Vec::with_capacity(node.len());
            let count = if node.has_head(Sym::Power) { 1 } else { node.len() };
            for part in &node.args()[..count] {
                parts.push(match done.get(part) {
                    Some(fraction) => fraction.clone(),
                    None => Rc::new(self.leaf(session, part)?),
                });
            }
            let fraction = match node.head_sym() {
                Some(Sym::Plus) => Fraction::sum(session, &parts, self.len())?,
                Some(Sym::Times) => {
                    let mut total = Fraction::number(Number::ONE);
                    for part in parts {
                        total = total.multiply(session, &part)?;
                    }
                    total
                }
                _ => parts[0].power(node.arg(1).as_i64().unwrap_or(1))?,
            };
            done.insert(node, Rc::new(fraction));
        }
        match done.remove(e) {
            Some(fraction) => Ok(Fraction::clone(&fraction)),
            None => self.leaf(session, e),
        }
    }

    fn variable(&self, place: usize) -> Polynomial {
        let mut exponents: Exponents = SmallVec::from_elem(0, self.len());
        exponents[place] = 1;
        Polynomial::monomial(exponents)
    }

    fn leaf(&self, session: &mut Session, leaf: &Expr) -> Result<Fraction, Stop> {
        match leaf.as_number() {
            Some(number) if number.is_exact() && number.is_real() => Ok(Fraction::number(number)),
            Some(Number::Complex(z)) if z.re().is_exact() && z.im().is_exact() => {
                let unit = Expr::number(Number::complex(&Number::ZERO, &Number::ONE));
                let imaginary = self.leaf_powers(session, &unit)?;
                let imaginary = imaginary.multiply(session, &Fraction::number(z.im().clone()))?;
                if z.re().is_exact_zero() {
                    return Ok(imaginary);
                }
                Fraction::add_two(session, &Fraction::number(z.re().clone()), &imaginary, self.len())
            }
            _ => self.leaf_powers(session, leaf),
        }
    }

    fn leaf_powers(&self, session: &mut Session, leaf: &Expr) -> Result<Fraction, Stop> {
        let mut fraction = Fraction::number(Number::ONE);
        for (base, exponent, rest) in powers_of_leaf(leaf) {
            let key = Expr::call(Sym::Power, [base, rest]);
            let place = self.units.iter().position(|(unit, _)| *unit == key).ok_or(Stop::TooHard)?;
            let denominator = self.units[place].1.as_number().ok_or(Stop::TooHard)?;
            let count = exponent.mul(&denominator).ok().and_then(|n| n.as_i64()).ok_or(Stop::TooHard)?;
            let factor = Fraction { coefficient: Number::ONE, factors: vec![(self.variable(place), 1)] };
            fraction = fraction.multiply(session, &factor.power(count)?)?;
        }
        Ok(fraction)
    }

    /// The expression of a polynomial, as a sum of terms.
    pub(super) fn expression(&self, session: &mut Session, p: &Polynomial) -> Result<Expr, Flow> {
        let mut terms = Vec::with_capacity(p.terms().len());
        for (exponents, coefficient) in p.terms() {
            session.tick()?;
            let mut factors = Vec::new();
            if !coefficient.is_one() || exponents.iter().all(|n| *n == 0) {
                factors.push(Expr::number(Number::Integer(coefficient.clone())));
            }
            for (base, n) in self.expressions.iter().zip(exponents).filter(|(_, n)| **n > 0) {
                factors.push(power(session, base.clone(), Expr::integer(i64::from(*n)))?);
            }
            terms.push(product(session, factors)?);
        }
        sum(session, terms)
    }

    /// The expression of a fraction, as a product of powers.
    pub(super) fn quotient(&self, session: &mut Session, fraction: &Fraction) -> Result<Expr, Flow> {
        let mut factors = vec![Expr::number(fraction.coefficient.clone())];
        for (p, exponent) in &fraction.factors {
            let base = self.expression(session, p)?;
            factors.push(power(session, base, Expr::integer(i64::from(*exponent)))?);
        }
        product(session, factors)
    }
}

impl Fraction {
    pub(super) fn number(value: Number) -> Fraction {
        Fraction { coefficient: value, factors: Vec::new() }
    }

    /// The fraction without denominator that a polynomial is, its numbers and variables split off.
    pub(super) fn of_polynomial(p: &Polynomial) -> Fraction {
        if p.is_zero() {
            return Fraction::number(Number::ZERO);
        }
        let mut fraction = Fraction::number(Number::Integer(p.content()));
        let primitive = p.primitive();
        let low = primitive.monomial_content();
        for (variable, &n) in low.iter().enumerate().filter(|(_, n)| **n > 0) {
            let mut exponents: Exponents = SmallVec::from_elem(0, p.variables());
            exponents[variable] = 1;
            fraction.factors.push((Polynomial::monomial(exponents), n as i32));
        }
        let rest = primitive.divide_monomial(&low);
        if rest.as_constant().is_none() {
            fraction.factors.push((rest, 1));
        }
        fraction
    }

    pub(super) fn is_zero(&self) -> bool {
        self.coefficient.is_zero()
    }

    pub(super) fn power(&self, exponent: i64) -> Result<Fraction, Stop> {
        let coefficient = self.coefficient.pow(&Number::from(exponent)).map_err(|_| Stop::TooHard)?;
        let mut factors = Vec::with_capacity(self.factors.len());
        for (p, n) in &self.factors {
            let n = i64::from(*n).checked_mul(exponent).and_then(|n| i32::try_from(n).ok()).ok_or(Stop::TooHard)?;
            factors.push((p.clone(), n));
        }
        Ok(Fraction { coefficient, factors })
    }

    pub(super) fn multiply(&self, session: &mut Session, other: &Fraction) -> Result<Fraction, Stop> {
        let coefficient = self.coefficient.mul(&other.coefficient).map_err(|_| Stop::TooHard)?;
        if coefficient.is_zero() {
            return Ok(Fraction::number(Number::ZERO));
        }
        let mut product = Fraction { coefficient, factors: self.factors.clone() };
        for (p, n) in &other.factors {
            product.multiply_by(session, p, *n)?;
        }
        Ok(product)
    }

    /// Multiplies by a power of a polynomial; common factors of numerator and denominator cancel.
    fn multiply_by(&mut self, session: &mut Session, p: &Polynomial, exponent: i32) -> Result<(), Stop> {
        if exponent == 0 || p.is_one() {
            return Ok(());
        }
        if let Some(place) = self.factors.iter().position(|(q, _)| q == p) {
            let total = self.factors[place].1.checked_add(exponent).ok_or(Stop::TooHard)?;
            if total == 0 {
                self.factors.remove(place);
            } else {
                self.factors[place].1 = total;
            }
            return Ok(());
        }
        for place in 0..self.factors.len() {
            let (q, n) = self.factors[place].clone();
            if n.signum() == exponent.signum() {
                continue;
            }
            let common = gcd(session, p, &q)?;
            if common.as_constant().is_some() {
                continue;
            }
            let rest_p = p.divide_exactly(session, &common)?.ok_or(Stop::TooHard)?;
            let rest_q = q.divide_exactly(session, &common)?.ok_or(Stop::TooHard)?;
            self.factors.remove(place);
            self.multiply_by(session, &rest_q.primitive(), n)?;
            self.multiply_by(session, &common, n.checked_add(exponent).ok_or(Stop::TooHard)?)?;
            return self.multiply_by(session, &rest_p.primitive(), exponent);
        }
        self.factors.push((p.clone(), exponent));
        Ok(())
    }

    pub(super) fn add_two(
        session: &mut Session,
        a: &Fraction,
        b: &Fraction,
        variables: usize,
    ) -> Result<Fraction, Stop> {
        Fraction::add_all(session, &[a, b], variables)
    }

    fn sum(session: &mut Session, parts: &[Rc<Fraction>], variables: usize) -> Result<Fraction, Stop> {
        session.tick()?;
        let parts: Vec<&Fraction> = parts.iter().map(Rc::as_ref).collect();
        Fraction::add_all(session, &parts, variables)
    }

    /// The sum over the least common denominator. Factors that all numerators share stay factors.
    fn add_all(session: &mut Session, parts: &[&Fraction], variables: usize) -> Result<Fraction, Stop> {
        let parts: Vec<&&Fraction> = parts.iter().filter(|part| !part.is_zero()).collect();
        let [_, _, ..] = parts.as_slice() else {
            return Ok(parts.first().map_or_else(|| Fraction::number(Number::ZERO), |part| Fraction::clone(part)));
        };
        // Bases such that every denominator is a product of their powers.
        let mut bases: Vec<Polynomial> = Vec::new();
        for part in &parts {
            for (p, _) in part.factors.iter().filter(|(_, n)| *n < 0) {
                refine(session, &mut bases, p.clone())?;
            }
        }
        // In each part, the exponents of the bases, and what else there is in the numerator.
        let mut rows = Vec::with_capacity(parts.len());
        for part in &parts {
            let mut exponents = vec![0i32; bases.len()];
            let mut numerator = Vec::new();
            for (p, n) in &part.factors {
                let mut rest = p.clone();
                for (base, exponent) in bases.iter().zip(&mut exponents) {
                    while rest.as_constant().is_none()
                        && let Some(quotient) = rest.divide_exactly(session, base)?
                    {
                        rest = quotient;
                        *exponent += n;
                    }
                }
                if !rest.is_one() {
                    numerator.push((rest.primitive(), *n));
                }
            }
            rows.push((exponents, numerator));
        }
        let least: Vec<i32> =
            (0..bases.len()).map(|i| rows.iter().map(|(exponents, _)| exponents[i]).min().unwrap_or(0)).collect();
        let shared: Vec<(Polynomial, i32)> = rows[0]
            .1
            .iter()
            .filter_map(|(p, _)| {
                let exponent = |row: &[(Polynomial, i32)]| row.iter().find(|(q, _)| q == p).map_or(0, |(_, n)| *n);
                let least = rows.iter().map(|(_, row)| exponent(row)).min().unwrap_or(0);
                (least > 0).then(|| (p.clone(), least))
            })
            .collect();
        let denominator = parts.iter().try_fold(Integer::ONE, |lcm, part| {
            part.coefficient.denominator().map(|d| lcm.lcm(&d)).ok_or(Stop::TooHard)
        })?;
        let scale = Number::Integer(denominator.clone());
        let mut total = Polynomial::zero(variables);
        for (part, (exponents, numerator)) in parts.iter().zip(&rows) {
            let coefficient = part.coefficient.mul(&scale).map_err(|_| Stop::TooHard)?;
            let mut term = Polynomial::constant(variables, coefficient.as_integer().cloned().ok_or(Stop::TooHard)?);
            let powers = bases.iter().zip(exponents.iter().zip(&least).map(|(n, low)| n - low));
            let others = numerator.iter().map(|(p, n)| {
                let of_all = shared.iter().find(|(q, _)| q == p).map_or(0, |(_, low)| *low);
                (p, n - of_all)
            });
            for (p, n) in powers.chain(others) {
                for _ in 0..n {
                    if term.terms().len().saturating_mul(p.terms().len()) > 20 * MOST_TERMS {
                        return Err(Stop::TooHard);
                    }
                    term = term.multiply(session, p)?;
                }
            }
            total = total.add(&term);
            if total.terms().len() > MOST_TERMS {
                return Err(Stop::TooHard);
            }
        }
        let mut result = Fraction {
            coefficient: Number::ONE.div(&scale).map_err(|_| Stop::TooHard)?,
            factors: bases.into_iter().zip(least).filter(|(_, n)| *n != 0).collect(),
        };
        for (p, n) in shared {
            result.multiply_by(session, &p, n)?;
        }
        result.multiply(session, &Fraction::of_polynomial(&total))
    }

    /// The product of the factors with positive exponents, and that of those with negative ones.
    pub(super) fn expanded_sides(
        &self,
        session: &mut Session,
        variables: usize,
    ) -> Result<(Polynomial, Polynomial), Stop> {
        let mut sides = [Polynomial::one(variables), Polynomial::one(variables)];
        for (p, n) in &self.factors {
            let side = &mut sides[usize::from(*n < 0)];
            for _ in 0..n.unsigned_abs() {
                if side.terms().len().saturating_mul(p.terms().len()) > 20 * MOST_TERMS {
                    return Err(Stop::TooHard);
                }
                *side = side.multiply(session, p)?;
            }
        }
        let [numerator, denominator] = sides;
        let top = self.coefficient.numerator().ok_or(Stop::TooHard)?;
        let bottom = self.coefficient.denominator().ok_or(Stop::TooHard)?;
        Ok((numerator.scale(&top), denominator.scale(&bottom)))
    }
}

/// Adds a polynomial to a list of coprime ones, splitting where there are common factors.
fn refine(session: &mut Session, bases: &mut Vec<Polynomial>, p: Polynomial) -> Result<(), Stop> {
    if p.as_constant().is_some() || bases.contains(&p) {
        return Ok(());
    }
    for place in 0..bases.len() {
        let common = gcd(session, &bases[place], &p)?;
        if common.as_constant().is_some() {
            continue;
        }
        let base = bases.remove(place);
        for (whole, _) in [(&base, ()), (&p, ())] {
            let rest = whole.divide_exactly(session, &common)?.ok_or(Stop::TooHard)?;
            refine(session, bases, rest.primitive())?;
        }
        return refine(session, bases, common.primitive());
    }
    bases.push(p);
    Ok(())
}
