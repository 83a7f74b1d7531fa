//! What a match needs to know from outside: attributes, default values, the outcome of tests.

use std::convert::Infallible;

use crate::{Attributes, Expr, Sym};

/// The matcher's questions to the evaluator.
///
/// A search asks [`Matching::attributes`] once for each call that it tries to match, and evaluates
/// tests in the order in which the language does: a test of a part as soon as the part has matched,
/// a condition as soon as the whole that it stands for has. The tests of a part that several
/// attempts have in common may be evaluated more than once; those of equal arguments of an
/// `Orderless` head are evaluated once for all of them.
pub trait Matching {
    /// What stops a match from within: an abort, a throw, a time limit.
    type Error;

    /// The attributes of a symbol.
    fn attributes(&mut self, symbol: &Expr) -> Attributes;

    /// The value of an omitted `x_.`, which is argument `position` of `count` of a call of `head`;
    /// positions count from 1. Without a value the argument cannot be omitted.
    ///
    /// # Errors
    /// What evaluation brings.
    fn default_value(&mut self, head: &Expr, position: usize, count: usize) -> Result<Option<Expr>, Self::Error>;

    /// Whether an expression evaluates to `True`.
    ///
    /// # Errors
    /// What evaluation brings.
    fn holds(&mut self, test: Expr) -> Result<bool, Self::Error>;

    /// Whether `test[subject]` evaluates to `True`.
    ///
    /// # Errors
    /// What evaluation brings.
    fn holds_for(&mut self, test: &Expr, subject: &Expr) -> Result<bool, Self::Error> {
        self.holds(Expr::normal(test.clone(), [subject.clone()]))
    }

    /// What a right-hand side such as `Module[{x = value}, body /; test]` stands for, if its test holds.
    ///
    /// # Errors
    /// What evaluation brings.
    fn guarded(&mut self, scope: Expr) -> Result<Option<Expr>, Self::Error> {
        Ok(Some(scope))
    }

    /// Called now and then during a long search, so that it can be stopped.
    ///
    /// # Errors
    /// What is to stop the search.
    fn checkpoint(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Matching without an evaluator: sums and products are flat and orderless and have their default
/// values, powers the default exponent 1, and a test holds where it is literally `True`.
///
/// ```
/// use netform_expr::pattern::{Pattern, Structural};
/// use netform_expr::{Expr, Sym};
///
/// let any_integer = Pattern::new(&Expr::call(Sym::Blank, [Sym::Integer.into()]));
/// assert!(any_integer.is_match(&Expr::integer(1), &mut Structural).unwrap());
/// assert!(!any_integer.is_match(Sym::Pi.expr(), &mut Structural).unwrap());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Structural;

impl Matching for Structural {
    type Error = Infallible;

    fn attributes(&mut self, symbol: &Expr) -> Attributes {
        match symbol.sym() {
            Some(Sym::Plus | Sym::Times) => Attributes::FLAT | Attributes::ORDERLESS | Attributes::ONE_IDENTITY,
            Some(Sym::Power) => Attributes::ONE_IDENTITY,
            Some(Sym::And | Sym::Or) => Attributes::FLAT | Attributes::ONE_IDENTITY,
            _ => Attributes::NONE,
        }
    }

    fn default_value(&mut self, head: &Expr, position: usize, _: usize) -> Result<Option<Expr>, Infallible> {
        Ok(match (head.sym(), position) {
            (Some(Sym::Plus), _) => Some(Expr::integer(0)),
            (Some(Sym::Times), _) | (Some(Sym::Power), 2) => Some(Expr::integer(1)),
            _ => None,
        })
    }

    fn holds(&mut self, test: Expr) -> Result<bool, Infallible> {
        Ok(test.is_true())
    }
}
