//! Expressions as sums of monomials: what expanding, collecting and reading off coefficients share.
//!
//! A monomial is a number times powers of *generators*: symbols, calls, and whatever else is no sum,
//! product or power that could be multiplied out. Sums with negative exponents are generators too.

use std::rc::Rc;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, NodeMap, NodeSet, Number, Sym, postorder};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::arithmetic::{power, product, sum};

/// Expansions with more terms than this are not made.
pub(super) const MOST_TERMS: usize = 1_000_000;

/// Powers of generators, sorted by the number of the generator.
type Monomial = SmallVec<[(u32, i32); 4]>;

/// Why there is no expansion.
pub(super) enum Stop {
    /// It would have more than [`MOST_TERMS`] terms, or exponents beyond 32 bits.
    TooLarge,
    /// The evaluation was left.
    Flow(Flow),
}

impl From<Flow> for Stop {
    fn from(flow: Flow) -> Stop {
        Stop::Flow(flow)
    }
}

/// Which parts of an expression are multiplied out.
pub(super) enum Scope {
    /// All of them.
    Everything,
    /// Only those that contain one of the nodes of this set of relevant nodes.
    Containing(NodeSet),
}

impl Scope {
    /// The parts that contain some node for which `is_wanted` holds.
    pub(super) fn containing(e: &Expr, mut is_wanted: impl FnMut(&Expr) -> Result<bool, Flow>) -> Result<Scope, Flow> {
        let mut relevant = NodeSet::default();
        postorder(
            e,
            |_| true,
            |node| {
                let contains = relevant.contains(node.head()) || node.args().iter().any(|arg| relevant.contains(arg));
                if contains || is_wanted(node)? {
                    relevant.insert(node.clone());
                }
                Ok(())
            },
        )?;
        Ok(Scope::Containing(relevant))
    }

    fn includes(&self, node: &Expr) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Containing(relevant) => relevant.contains(node),
        }
    }
}

/// A sum of monomials.
#[derive(Clone, Default)]
struct Terms(FxHashMap<Monomial, Number>);

/// Turns expressions into sums of monomials over common generators.
pub(super) struct Expander {
    scope: Scope,
    /// Sums and products that are taken as they are, since they are what is asked for.
    kept: Vec<Expr>,
    generators: Vec<Expr>,
    index: NodeMap<u32>,
    /// Terms with the coefficient 0 stay where they keep the shape of an array.
    keeps_zeros: bool,
    modulus: Option<Number>,
}

/// One term of an expansion: the coefficient and the powers of generators that it multiplies.
pub(super) struct Term {
    pub(super) coefficient: Number,
    pub(super) powers: Vec<(Expr, i32)>,
}

impl Expander {
    pub(super) fn new(scope: Scope) -> Expander {
        Expander {
            scope,
            kept: Vec::new(),
            generators: Vec::new(),
            index: NodeMap::default(),
            keeps_zeros: false,
            modulus: None,
        }
    }

    /// Reduces integer coefficients by a modulus.
    pub(super) fn with_modulus(mut self, modulus: Option<Number>) -> Expander {
        self.modulus = modulus;
        self
    }

    /// Takes these expressions as generators, even if they are sums or products.
    pub(super) fn keeping(mut self, kept: &[Expr]) -> Expander {
        self.kept = kept.to_vec();
        self
    }

    /// The terms of the expansion of an expression.
    pub(super) fn terms(&mut self, session: &mut Session, e: &Expr) -> Result<Vec<Term>, Stop> {
        let expanded = self.expansion(session, e)?;
        let mut terms: Vec<(Monomial, Number)> = expanded.0.iter().map(|(m, c)| (m.clone(), c.clone())).collect();
        terms.sort_by(|a, b| a.0.cmp(&b.0));
        let of_generators =
            |m: &Monomial| m.iter().map(|&(g, n)| (self.generators[g as usize].clone(), n)).collect::<Vec<_>>();
        Ok(terms.into_iter().map(|(m, coefficient)| Term { powers: of_generators(&m), coefficient }).collect())
    }

    /// The expanded expression, in normal form.
    pub(super) fn expand(&mut self, session: &mut Session, e: &Expr) -> Result<Expr, Stop> {
        let mut current = e.clone();
        loop {
            if !self.is_sum_or_product(&current) {
                return Ok(current);
            }
            let mut again = false;
            let mut terms = Vec::new();
            for term in self.terms(session, &current)? {
                session.tick()?;
                let built = build(session, term)?;
                again |= self.can_be_multiplied_out(&built);
                terms.push(built);
            }
            let result = sum(session, terms)?;
            if !again || result == current {
                return Ok(result);
            }
            current = result;
        }
    }

    fn is_sum_or_product(&self, node: &Expr) -> bool {
        let is = match node.head_sym() {
            Some(Sym::Plus | Sym::Times) => true,
            Some(Sym::Power) => node.len() == 2 && node.arg(1).as_i64().is_some_and(|n| n > 1),
            _ => false,
        };
        is && self.scope.includes(node) && !self.kept.contains(node)
    }

    /// Whether a product contains a sum to a positive power: powers of generators can be sums.
    fn can_be_multiplied_out(&self, term: &Expr) -> bool {
        let is_sum = |factor: &Expr| {
            let base = if factor.has_head(Sym::Power) && factor.len() == 2 {
                if factor.arg(1).as_i64().is_none_or(|n| n < 1) {
                    return false;
                }
                factor.arg(0)
            } else {
                factor.clone()
            };
            base.has_head(Sym::Plus) && matches!(self.scope, Scope::Everything) && !self.kept.contains(&base)
        };
        match term.args_of(Sym::Times) {
            Some(factors) => factors.iter().any(is_sum),
            None => is_sum(term) && !term.has_head(Sym::Plus),
        }
    }

    fn expansion(&mut self, session: &mut Session, e: &Expr) -> Result<Rc<Terms>, Stop> {
        let mut order = Vec::new();
        postorder::<Flow>(
            e,
            |node| self.is_sum_or_product(node),
            |node| {
                if self.is_sum_or_product(node) {
                    order.push(node.clone());
                }
                Ok(())
            },
        )?;
        let mut done: NodeMap<Rc<Terms>> = NodeMap::default();
        for node in order {
            session.tick()?;
            let expanded = match node.head_sym() {
                Some(Sym::Plus) => {
                    let mut total = Terms::default();
                    for part in node.args().iter() {
                        let part = self.part(part, &done)?;
                        for (monomial, coefficient) in &part.0 {
                            self.add(&mut total, monomial.clone(), coefficient);
                        }
                        if total.0.len() > MOST_TERMS {
                            return Err(Stop::TooLarge);
                        }
                    }
                    total
                }
                Some(Sym::Times) => {
                    let mut parts = Vec::with_capacity(node.len());
                    for part in node.args().iter() {
                        parts.push(self.part(part, &done)?);
                    }
                    parts.sort_by_key(|part| part.0.len());
                    let mut total = Terms::one();
                    for part in parts {
                        total = self.multiply(session, &total, &part)?;
                    }
                    total
                }
                _ => {
                    let base = self.part(&node.arg(0), &done)?;
                    let exponent = node.arg(1).as_i64().unwrap_or(1);
                    self.raise(session, &base, exponent)?
                }
            };
            done.insert(node, Rc::new(expanded));
        }
        match done.remove(e) {
            Some(expanded) => Ok(expanded),
            None => self.part(e, &done),
        }
    }

    /// The terms of a part: those found before, or those of a number or a power of a generator.
    fn part(&mut self, part: &Expr, done: &NodeMap<Rc<Terms>>) -> Result<Rc<Terms>, Stop> {
        if let Some(found) = done.get(part) {
            return Ok(found.clone());
        }
        if let Some(number) = part.as_number() {
            let mut terms = Terms::default();
            self.add(&mut terms, Monomial::new(), &number);
            return Ok(Rc::new(terms));
        }
        let (base, exponent) = if part.has_head(Sym::Power) && part.len() == 2 && !self.kept.contains(part) {
            match part.arg(1).as_i64() {
                Some(n) => (part.arg(0), i32::try_from(n).map_err(|_| Stop::TooLarge)?),
                None => (part.clone(), 1),
            }
        } else {
            (part.clone(), 1)
        };
        let next = self.generators.len() as u32;
        let number = *self.index.entry(base.clone()).or_insert(next);
        if number == next {
            self.keeps_zeros |= base.may_hold_array_symbol() || base.is_list();
            self.generators.push(base);
        }
        let mut terms = Terms::default();
        terms.0.insert(SmallVec::from_slice(&[(number, exponent)]), Number::ONE);
        Ok(Rc::new(terms))
    }

    fn add(&self, terms: &mut Terms, monomial: Monomial, coefficient: &Number) {
        use std::collections::hash_map::Entry;
        let reduced = |n: Number| match &self.modulus {
            Some(modulus) if n.is_integer() => n.modulo(modulus).unwrap_or(n),
            _ => n,
        };
        match terms.0.entry(monomial) {
            Entry::Occupied(mut entry) => {
                let total = reduced(entry.get().add(coefficient));
                if total.is_exact_zero() && !self.keeps_zeros {
                    entry.remove();
                } else {
                    entry.insert(total);
                }
            }
            Entry::Vacant(entry) => {
                let coefficient = reduced(coefficient.clone());
                if !coefficient.is_exact_zero() || self.keeps_zeros {
                    entry.insert(coefficient);
                }
            }
        }
    }

    fn multiply(&self, session: &mut Session, a: &Terms, b: &Terms) -> Result<Terms, Stop> {
        let mut product = Terms::default();
        for (left, x) in &a.0 {
            for (right, y) in &b.0 {
                session.tick()?;
                let coefficient = x.mul(y).map_err(|_| Stop::TooLarge)?;
                self.add(&mut product, joined(left, right)?, &coefficient);
            }
            if product.0.len() > MOST_TERMS {
                return Err(Stop::TooLarge);
            }
        }
        Ok(product)
    }

    fn raise(&self, session: &mut Session, base: &Terms, exponent: i64) -> Result<Terms, Stop> {
        if base.0.len() == 1
            && let Some((monomial, coefficient)) = base.0.iter().next()
        {
            let mut raised = Monomial::new();
            for &(generator, n) in monomial {
                let n = i64::from(n).checked_mul(exponent).and_then(|n| i32::try_from(n).ok());
                raised.push((generator, n.ok_or(Stop::TooLarge)?));
            }
            let mut terms = Terms::default();
            let coefficient = coefficient.pow(&Number::from(exponent)).map_err(|_| Stop::TooLarge)?;
            self.add(&mut terms, raised, &coefficient);
            return Ok(terms);
        }
        let is_large = || self.modulus.is_none() && base.fewest_terms_of_power(exponent) > MOST_TERMS as u64;
        if exponent > MOST_TERMS as i64 || is_large() {
            return Err(Stop::TooLarge);
        }
        let mut power = base.clone();
        for _ in 1..exponent {
            power = self.multiply(session, &power, base)?;
        }
        Ok(power)
    }
}

impl Terms {
    fn one() -> Terms {
        let mut terms = Terms::default();
        terms.0.insert(Monomial::new(), Number::ONE);
        terms
    }

    /// A bound from below for the number of terms of a power of the sum, found without multiplying.
    ///
    /// Of terms that have a generator of their own each, different products are different monomials: there are as many as
    /// ways to choose `exponent` of them, with repetition; all terms that have none count as one.
    fn fewest_terms_of_power(&self, exponent: i64) -> u64 {
        let mut uses: FxHashMap<u32, usize> = FxHashMap::default();
        for &(generator, _) in self.0.keys().flatten() {
            *uses.entry(generator).or_default() += 1;
        }
        let has_its_own = |monomial: &&Monomial| monomial.iter().any(|(generator, _)| uses[generator] == 1);
        let own = self.0.keys().filter(has_its_own).count();
        let free = if own < self.0.len() { own } else { own.saturating_sub(1) };
        // Binomial[exponent + free, free], product by product: each division is exact.
        let mut count = 1u64;
        for i in 1..=free as u64 {
            match count.checked_mul(exponent as u64 + i) {
                Some(product) if count <= MOST_TERMS as u64 => count = product / i,
                _ => return u64::MAX,
            }
        }
        count
    }
}

/// The product of two monomials.
fn joined(a: &Monomial, b: &Monomial) -> Result<Monomial, Stop> {
    let mut merged = Monomial::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => {
                merged.push(a[i]);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                merged.push(b[j]);
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                let exponent = a[i].1.checked_add(b[j].1).ok_or(Stop::TooLarge)?;
                if exponent != 0 {
                    merged.push((a[i].0, exponent));
                }
                i += 1;
                j += 1;
            }
        }
    }
    merged.extend_from_slice(&a[i..]);
    merged.extend_from_slice(&b[j..]);
    Ok(merged)
}

/// The expression of a term, in normal form.
pub(super) fn build(session: &mut Session, term: Term) -> Result<Expr, Flow> {
    let mut factors = Vec::with_capacity(term.powers.len() + 1);
    if !term.coefficient.is_exact_one() || term.powers.is_empty() {
        factors.push(Expr::number(term.coefficient));
    }
    for (base, exponent) in term.powers {
        factors.push(power(session, base, Expr::integer(i64::from(exponent)))?);
    }
    product(session, factors)
}
