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
    whole: Option<Expr>,
}

impl Products {
    /// A factor times a product, in constant time if the product is long.
    pub(super) fn multiply(&mut self, session: &mut Session, factor: Expr, rest: Factors) -> Result<Factors, Flow> {
        match rest {
            Factors::Formed(rest, count) if count < LONG => {
                product(session, [factor, rest]).map(|whole| Factors::Formed(whole, count + 1))
            }
            _ if factor.is_integer(1) => Ok(rest),
            _ if factor.is_integer(0) => Ok(Factors::one(factor)),
            rest => {
                self.links.push(Link { factor, rest, whole: None });
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

    /// The product of the factors.
    pub(super) fn form(&mut self, session: &mut Session, factors: &Factors) -> Result<Expr, Flow> {
        let first = match factors {
            Factors::Formed(whole, _) => return Ok(whole.clone()),
            Factors::Unformed(first) => *first,
        };
        let mut all = Vec::new();
        let mut rest = first;
        loop {
            let link = &self.links[rest];
            if let Some(whole) = &link.whole {
                all.push(whole.clone());
                break;
            }
            all.push(link.factor.clone());
            match &link.rest {
                Factors::Formed(whole, _) => {
                    all.push(whole.clone());
                    break;
                }
                Factors::Unformed(next) => rest = *next,
            }
        }
        let whole = product(session, all)?;
        self.links[first].whole = Some(whole.clone());
        Ok(whole)
    }
}
