//! Products of the chain rule that are formed only when they are wanted.
//!
//! Products are flat: in a chain of n functions the derivative of function k has k factors, so
//! forming all of them takes n^2/2 steps and only the last is asked for.

use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::arithmetic::{product, sum};

/// Products with fewer factors are formed at once.
const LONG: usize = 32;

/// A product of factors in normal form.
#[derive(Debug, Clone)]
pub(super) enum Factors {
    /// The product of so many factors.
    Formed(Expr, usize),
    /// A place in [`Products`].
    Unformed(usize),
}

impl Factors {
    /// A single factor.
    pub(super) fn one(factor: Expr) -> Factors {
        Factors::Formed(factor, 1)
    }

    /// Whether this is an exact zero.
    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Factors::Formed(whole, _) if whole.is_integer(0))
    }
}

/// All products of one walk that are not formed yet, as lists with common tails.
#[derive(Debug, Default)]
pub(super) struct Products {
    links: Vec<Link>,
}

/// A factor times the rest.
#[derive(Debug)]
struct Link {
    factor: Expr,
    rest: Factors,
    /// How many products have this one as their rest.
    uses: usize,
    whole: Option<Expr>,
}

impl Products {
    /// Factors without a number among them times a product.
    pub(super) fn multiply_all(
        &mut self,
        session: &mut Session,
        factors: impl IntoIterator<Item = Expr>,
        rest: Factors,
    ) -> Result<Factors, Flow> {
        match rest {
            Factors::Formed(rest, count) if count < LONG => {
                product(session, factors.into_iter().chain([rest])).map(|whole| Factors::Formed(whole, count + 1))
            }
            rest => {
                let factor = product(session, factors)?;
                self.multiply(session, factor, rest)
            }
        }
    }

    /// A factor times a product, in constant time if the product is long.
    pub(super) fn multiply(&mut self, session: &mut Session, factor: Expr, rest: Factors) -> Result<Factors, Flow> {
        if factor.is_integer(1) {
            return Ok(rest);
        }
        match rest {
            Factors::Formed(rest, count) if count < LONG => {
                product(session, [factor, rest]).map(|whole| Factors::Formed(whole, count + 1))
            }
            _ if factor.is_integer(0) => Ok(Factors::one(factor)),
            rest => {
                if let Factors::Unformed(link) = rest {
                    self.links[link].uses += 1;
                }
                self.links.push(Link { factor, rest, uses: 0, whole: None });
                Ok(Factors::Unformed(self.links.len() - 1))
            }
        }
    }

    /// The sum of products; a single one need not be formed for it.
    pub(super) fn total(&mut self, session: &mut Session, terms: &[Factors]) -> Result<Factors, Flow> {
        if let [single] = terms {
            return Ok(single.clone());
        }
        let mut formed = Vec::with_capacity(terms.len());
        for term in terms {
            formed.push(self.form(session, term)?);
        }
        sum(session, formed).map(Factors::one)
    }

    /// The product of the factors. Products on the way that are the rest of several others are formed too: these then have
    /// one factor more than what is in order already, instead of all factors to be put in order again.
    pub(super) fn form(&mut self, session: &mut Session, factors: &Factors) -> Result<Expr, Flow> {
        let first = match factors {
            Factors::Formed(whole, _) => return Ok(whole.clone()),
            Factors::Unformed(first) => *first,
        };
        let mut chain = Vec::new();
        let mut rest = first;
        let innermost = loop {
            let link = &self.links[rest];
            if let Some(whole) = &link.whole {
                break whole.clone();
            }
            chain.push(rest);
            match &link.rest {
                Factors::Formed(whole, _) => break whole.clone(),
                Factors::Unformed(next) => rest = *next,
            }
        };
        let mut parts = vec![innermost];
        for link in chain.into_iter().rev() {
            parts.push(self.links[link].factor.clone());
            if link == first || self.links[link].uses > 1 {
                let whole = product(session, parts.drain(..))?;
                self.links[link].whole = Some(whole.clone());
                parts.push(whole);
            }
        }
        Ok(parts.swap_remove(0))
    }
}
