//! Dimensions computed in an arithmetic: that of numbers, or one that writes code.

use netform_expr::Expr;

use super::polynomial::{Atom, Name, Polynomial};
use super::{Dim, DimError, Form, Sizes};

/// What dimensions are computed with.
pub trait DimArithmetic {
    /// A value.
    type Value;

    /// Why there is none.
    type Error;

    /// An integer.
    ///
    /// # Errors
    /// When there is no such value.
    fn integer(&mut self, value: i64) -> Result<Self::Value, Self::Error>;

    /// The value of a symbol.
    ///
    /// # Errors
    /// When it is not known.
    fn symbol(&mut self, symbol: &Expr) -> Result<Self::Value, Self::Error>;

    /// A sum.
    ///
    /// # Errors
    /// When there is no such value.
    fn add(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;

    /// A product.
    ///
    /// # Errors
    /// When there is no such value.
    fn multiply(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;

    /// The largest integer that is at most the quotient by a positive integer.
    ///
    /// # Errors
    /// When there is no such value.
    fn floor_div(&mut self, a: Self::Value, divisor: i64) -> Result<Self::Value, Self::Error>;

    /// The larger one.
    ///
    /// # Errors
    /// When there is no such value.
    fn max(&mut self, a: Self::Value, b: Self::Value) -> Result<Self::Value, Self::Error>;
}

impl Dim {
    /// The dimension in an arithmetic.
    ///
    /// # Errors
    /// Those of the arithmetic.
    pub fn compute<A: DimArithmetic>(&self, arithmetic: &mut A) -> Result<A::Value, A::Error> {
        match &self.0 {
            Form::Integer(value) => arithmetic.integer(*value),
            Form::Polynomial(polynomial) => polynomial.compute(arithmetic),
        }
    }
}

impl Polynomial {
    fn compute<A: DimArithmetic>(&self, arithmetic: &mut A) -> Result<A::Value, A::Error> {
        let mut sum = None;
        for (monomial, &coefficient) in &self.terms {
            let mut term = match coefficient {
                1 if !monomial.is_empty() => None,
                _ => Some(arithmetic.integer(coefficient)?),
            };
            for (atom, &exponent) in monomial {
                for _ in 0..exponent {
                    let factor = atom.compute(arithmetic)?;
                    term = Some(match term {
                        Some(term) => arithmetic.multiply(term, factor)?,
                        None => factor,
                    });
                }
            }
            sum = match (sum, term) {
                (Some(sum), Some(term)) => Some(arithmetic.add(sum, term)?),
                (sum, term) => sum.or(term),
            };
        }
        sum.map_or_else(|| arithmetic.integer(0), Ok)
    }
}

impl Atom {
    fn compute<A: DimArithmetic>(&self, arithmetic: &mut A) -> Result<A::Value, A::Error> {
        match self {
            Atom::Symbol(Name(symbol)) => arithmetic.symbol(symbol),
            Atom::Floor(inner, divisor) => {
                let inner = inner.compute(arithmetic)?;
                arithmetic.floor_div(inner, *divisor)
            }
            Atom::Max(items) => {
                let mut largest = None;
                for item in items {
                    let item = item.compute(arithmetic)?;
                    largest = Some(match largest {
                        Some(largest) => arithmetic.max(largest, item)?,
                        None => item,
                    });
                }
                largest.map_or_else(|| arithmetic.integer(i64::MIN), Ok)
            }
        }
    }
}

/// Numbers under given sizes.
pub(super) struct Numbers<'s>(pub(super) &'s Sizes);

impl DimArithmetic for Numbers<'_> {
    type Value = i64;
    type Error = DimError;

    fn integer(&mut self, value: i64) -> Result<i64, DimError> {
        Ok(value)
    }

    fn symbol(&mut self, symbol: &Expr) -> Result<i64, DimError> {
        let size = self.0.get(symbol).ok_or_else(|| DimError::Unbound(symbol.clone()))?;
        i64::try_from(*size).map_err(|_| DimError::Overflow)
    }

    fn add(&mut self, a: i64, b: i64) -> Result<i64, DimError> {
        a.checked_add(b).ok_or(DimError::Overflow)
    }

    fn multiply(&mut self, a: i64, b: i64) -> Result<i64, DimError> {
        a.checked_mul(b).ok_or(DimError::Overflow)
    }

    fn floor_div(&mut self, a: i64, divisor: i64) -> Result<i64, DimError> {
        Ok(a.div_euclid(divisor))
    }

    fn max(&mut self, a: i64, b: i64) -> Result<i64, DimError> {
        Ok(a.max(b))
    }
}
