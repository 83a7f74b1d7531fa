//! Linear inequalities with exact coefficients, and whether they hold together.
//!
//! What is no sum of multiples stands for a variable of its own, so that inequalities which are found to exclude each other do so
//! whatever these are. Variables are eliminated one by one, as Fourier and Motzkin did.

use std::cmp::Ordering;

use netform_eval::{Flow, Session};
use netform_expr::number::{Exception, Integer};
use netform_expr::{Expr, NodeMap, Number, Sym};

/// Inequalities of one region.
pub(crate) type System = Vec<Inequality>;

/// So many inequalities are looked at together; of more it is not decided whether they exclude each other.
const MOST_INEQUALITIES: usize = 400;
/// So many are formed at once when a variable is eliminated.
const MOST_COMBINED: usize = 4000;

/// The variables of inequalities, numbered in the order in which they were met.
#[derive(Default)]
pub(crate) struct Variables {
    all: Vec<Expr>,
    places: NodeMap<usize>,
}

impl Variables {
    fn place(&mut self, variable: &Expr) -> usize {
        let next = self.all.len();
        let place = *self.places.entry(variable.clone()).or_insert(next);
        if place == next {
            self.all.push(variable.clone());
        }
        place
    }
}

/// A sum of multiples of variables and a constant that is positive, or not negative.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inequality {
    /// Multiples that are not zero, by their variables in order.
    terms: Vec<(usize, Number)>,
    constant: Number,
    strict: bool,
    /// Whether the coefficients are those of exact numbers.
    exact: bool,
}

impl Inequality {
    /// `a > b`, or `a >= b`. `None` where a number is not real.
    pub(super) fn of(
        session: &mut Session,
        variables: &mut Variables,
        (a, b): (&Expr, &Expr),
        strict: bool,
    ) -> Result<Option<Inequality>, Flow> {
        let negative = Expr::call(Sym::Times, [Expr::integer(-1), b.clone()]);
        let difference = session.evaluate_call(Sym::Plus, [a.clone(), negative])?;
        let difference = session.evaluate_call(Sym::Expand, [difference])?;
        let summands =
            difference.args_of(Sym::Plus).map_or_else(|| vec![difference.clone()], |terms| terms.into_owned());
        let mut found = Inequality { terms: Vec::new(), constant: Number::ZERO, strict, exact: true };
        for summand in &summands {
            let (number, rest) = multiple(summand);
            found.exact &= number.is_exact();
            let Some(number) = number.to_exact().ok().filter(Number::is_real) else { return Ok(None) };
            match rest {
                None => found.constant = found.constant.add(&number),
                Some(rest) if is_infinite(&rest) => return Ok(None),
                Some(rest) => found.add(variables.place(&rest), &number),
            }
        }
        Ok(Some(found))
    }

    fn add(&mut self, variable: usize, number: &Number) {
        match self.terms.binary_search_by_key(&variable, |(place, _)| *place) {
            Ok(at) => {
                let sum = self.terms[at].1.add(number);
                if sum.is_zero() {
                    self.terms.remove(at);
                } else {
                    self.terms[at].1 = sum;
                }
            }
            Err(_) if number.is_zero() => {}
            Err(at) => self.terms.insert(at, (variable, number.clone())),
        }
    }

    /// The same where it is not strict, or strict.
    pub(crate) fn with_strictness(&self, strict: bool) -> Inequality {
        Inequality { strict, ..self.clone() }
    }

    /// Whether this and another one say together that both sides are equal.
    pub(super) fn is_opposite(&self, other: &Inequality) -> bool {
        !self.strict && !other.strict && self.negation().with_strictness(false) == *other
    }

    /// What holds where this does not.
    pub(crate) fn negation(&self) -> Inequality {
        let terms = self.terms.iter().map(|(variable, number)| (*variable, number.neg())).collect();
        Inequality { terms, constant: self.constant.neg(), strict: !self.strict, exact: self.exact }
    }

    /// Whether this holds whatever the variables are, where it has none.
    fn decided(&self) -> Option<bool> {
        let holds = || if self.strict { self.constant.is_positive() } else { !self.constant.is_negative() };
        self.terms.is_empty().then(holds)
    }

    /// The same with 1 or -1 before the first variable.
    fn normal(&self) -> Result<Inequality, Exception> {
        let Some((_, first)) = self.terms.first() else { return Ok(self.clone()) };
        let size = first.abs()?;
        let scaled = |(variable, number): &(usize, Number)| Ok((*variable, number.div(&size)?));
        let terms = self.terms.iter().map(scaled).collect::<Result<_, Exception>>()?;
        Ok(Inequality { terms, constant: self.constant.div(&size)?, ..*self })
    }

    /// A sum of positive multiples of two inequalities in which a variable is not any more.
    fn without(&self, other: &Inequality, variable: usize) -> Result<Inequality, Exception> {
        let (a, b) = (self.coefficient(variable).abs()?, other.coefficient(variable).abs()?);
        let mut sum = Inequality {
            terms: Vec::new(),
            constant: self.constant.mul(&b)?.add(&other.constant.mul(&a)?),
            strict: self.strict || other.strict,
            exact: true,
        };
        for (inequality, factor) in [(self, &b), (other, &a)] {
            for (place, number) in &inequality.terms {
                sum.add(*place, &number.mul(factor)?);
            }
        }
        sum.normal()
    }

    fn coefficient(&self, variable: usize) -> Number {
        match self.terms.binary_search_by_key(&variable, |(place, _)| *place) {
            Ok(at) => self.terms[at].1.clone(),
            Err(_) => Number::ZERO,
        }
    }

    /// The inequality as it is written: variables on the left, the first with a positive number before it.
    pub(super) fn to_expr(
        &self,
        session: &mut Session,
        variables: &Variables,
        is_equation: bool,
    ) -> Result<Expr, Flow> {
        let Ok(scale) = self.scale() else { return Ok(Sym::True.into()) };
        let number = |number: &Number| {
            let scaled = number.div(&scale).unwrap_or_else(|_| number.clone());
            match scaled.to_f64().filter(|_| !self.exact) {
                Some(value) => Expr::real(value),
                None => Expr::number(scaled),
            }
        };
        let product = |(variable, factor): &(usize, Number)| {
            let factor = number(factor);
            let is_one = factor.as_number().is_some_and(|factor| factor.compare(&Number::ONE) == Some(Ordering::Equal));
            let variable = variables.all[*variable].clone();
            if is_one { variable } else { Expr::call(Sym::Times, [factor, variable]) }
        };
        let sum = Expr::call(Sym::Plus, self.terms.iter().map(product).collect::<Vec<_>>());
        let bound = if self.constant.is_zero() { Expr::integer(0) } else { number(&self.constant.neg()) };
        let relation = match (scale.is_positive(), self.strict) {
            _ if is_equation => Sym::Equal,
            (true, true) => Sym::Greater,
            (true, false) => Sym::GreaterEqual,
            (false, true) => Sym::Less,
            (false, false) => Sym::LessEqual,
        };
        session.evaluate_call(relation, [sum, bound])
    }

    /// What all coefficients are divided by: the only one, or what makes exact ones integers without a common factor, with the
    /// sign of the first.
    fn scale(&self) -> Result<Number, Exception> {
        let Some((_, first)) = self.terms.first() else { return Ok(Number::ONE) };
        if self.terms.len() == 1 {
            return Ok(first.clone());
        }
        let sign = if first.is_negative() { Number::MINUS_ONE } else { Number::ONE };
        if !self.exact {
            return Ok(sign);
        }
        let numbers = || self.terms.iter().map(|(_, number)| number);
        let below =
            numbers().filter_map(Number::denominator).reduce(|a, b| a.lcm(&b)).unwrap_or_else(|| Integer::from(1));
        let above =
            numbers().filter_map(Number::numerator).reduce(|a, b| a.gcd(&b)).unwrap_or_else(|| Integer::from(1));
        Number::rational(&above, &below)?.mul(&sign)
    }
}

/// A summand as number and what is multiplied by it, if it is not the number alone.
fn multiple(e: &Expr) -> (Number, Option<Expr>) {
    if let Some(number) = e.as_number() {
        return (number, None);
    }
    let factors = e.args();
    match factors.split_first() {
        Some((first, rest)) if e.has_head(Sym::Times) && first.is_number() => {
            let number = first.as_number().unwrap_or(Number::ONE);
            let rest = if rest.len() == 1 { rest[0].clone() } else { Expr::call(Sym::Times, rest.iter().cloned()) };
            (number, Some(rest))
        }
        _ => (Number::ONE, Some(e.clone())),
    }
}

fn is_infinite(e: &Expr) -> bool {
    e.is(Sym::Infinity) || e.is(Sym::Indeterminate) || e.has_head(Sym::DirectedInfinity)
}

/// Whether inequalities may hold together; so it is as well where they are too many to tell.
pub(crate) fn may_hold(session: &mut Session, system: &[Inequality]) -> Result<bool, Flow> {
    let mut left: System = Vec::new();
    for inequality in system {
        match inequality.decided() {
            Some(true) => {}
            Some(false) => return Ok(false),
            None => match inequality.normal() {
                Ok(normal) => keep_tightest(&mut left, normal),
                Err(_) => return Ok(true),
            },
        }
    }
    while !left.is_empty() {
        session.tick()?;
        if left.len() > MOST_INEQUALITIES {
            return Ok(true);
        }
        let Some(variable) = cheapest_variable(&left) else { return Ok(true) };
        let (with, mut rest): (System, System) =
            left.into_iter().partition(|inequality| !inequality.coefficient(variable).is_zero());
        let (lower, upper): (System, System) =
            with.into_iter().partition(|inequality| inequality.coefficient(variable).is_positive());
        if rest.len() + lower.len() * upper.len() > MOST_COMBINED {
            return Ok(true);
        }
        for a in &lower {
            session.tick()?;
            for b in &upper {
                let Ok(combined) = a.without(b, variable) else { return Ok(true) };
                match combined.decided() {
                    Some(true) => {}
                    Some(false) => return Ok(false),
                    None => keep_tightest(&mut rest, combined),
                }
            }
        }
        left = rest;
    }
    Ok(true)
}

/// The variable whose elimination gives the fewest inequalities.
fn cheapest_variable(system: &[Inequality]) -> Option<usize> {
    let mut counts: Vec<(usize, usize, usize)> = Vec::new();
    for (variable, number) in system.iter().flat_map(|inequality| &inequality.terms) {
        let at = match counts.binary_search_by_key(variable, |(place, ..)| *place) {
            Ok(at) => at,
            Err(at) => {
                counts.insert(at, (*variable, 0, 0));
                at
            }
        };
        if number.is_positive() {
            counts[at].1 += 1;
        } else {
            counts[at].2 += 1;
        }
    }
    counts.into_iter().min_by_key(|(_, lower, upper)| lower * upper).map(|(variable, ..)| variable)
}

/// Adds an inequality in normal form; of several with the same left side the tightest is kept.
fn keep_tightest(system: &mut System, new: Inequality) {
    let Some(old) = system.iter_mut().find(|old| old.terms == new.terms) else { return system.push(new) };
    match new.constant.compare(&old.constant) {
        Some(Ordering::Less) => *old = new,
        Some(Ordering::Equal) => old.strict |= new.strict,
        _ => {}
    }
}

/// Whether an inequality holds wherever a system does.
pub(crate) fn follows(session: &mut Session, system: &[Inequality], inequality: &Inequality) -> Result<bool, Flow> {
    let opposite = [system, &[inequality.negation()]].concat();
    Ok(!may_hold(session, &opposite)?)
}

/// The inequalities that do not follow from the others.
pub(crate) fn irredundant(session: &mut Session, mut system: System) -> Result<System, Flow> {
    let mut place = system.len();
    while place > 0 {
        place -= 1;
        let inequality = system.remove(place);
        if !follows(session, &system, &inequality)? {
            system.insert(place, inequality);
        }
    }
    Ok(system)
}

/// One system for two, where it holds just where one of them does.
pub(crate) fn united(session: &mut Session, a: &[Inequality], b: &[Inequality]) -> Result<Option<System>, Flow> {
    let mut hull = Vec::new();
    let mut parted = [Vec::new(), Vec::new()];
    for (own, other, part) in [(a, b, 0), (b, a, 1)] {
        for inequality in own {
            if follows(session, other, inequality)? {
                hull.push(inequality.clone());
            } else {
                parted[part].push(inequality.clone());
            }
        }
    }
    for left in &parted[0] {
        for right in &parted[1] {
            let outside = [hull.as_slice(), &[left.negation(), right.negation()]].concat();
            if may_hold(session, &outside)? {
                return Ok(None);
            }
        }
    }
    irredundant(session, hull).map(Some)
}

/// Whether a system holds only on a boundary: in no point with all that is near to it.
pub(crate) fn is_thin(session: &mut Session, system: &[Inequality]) -> Result<bool, Flow> {
    let open: System = system.iter().map(|inequality| inequality.with_strictness(true)).collect();
    Ok(!may_hold(session, &open)?)
}
