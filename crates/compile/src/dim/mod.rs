//! Dimensions: integers, or polynomials in positive-integer symbols with `Floor` and `Max`.

mod bound;
mod compute;
mod equation;
mod expression;
mod polynomial;

use std::fmt;
use std::sync::Arc;

use netform_expr::{Expr, NodeMap};
use smallvec::SmallVec;

use crate::text::text;
pub use compute::DimArithmetic;
use compute::Numbers;
use polynomial::Polynomial;

/// The size of one level of an array: an integer, or a polynomial in positive-integer symbols.
///
/// Symbolic dimensions are kept in a normal form, so that `==` decides equality of polynomials:
/// products are expanded, terms are collected and ordered, and of the quotient in a `Floor` all
/// that is whole stands outside of it.
///
/// ```
/// use netform_compile::Dim;
/// use netform_expr::Expr;
///
/// let n = Dim::symbol(Expr::symbol("Global`n"));
/// let windows = n.add(&Dim::from(3))?.floor_div(2)?;
/// assert_eq!(windows.to_string(), "Floor[(n + 1)/2] + 1");
/// assert_eq!(n.multiply(&Dim::from(2))?.subtract(&n)?, n);
/// # Ok::<(), netform_compile::DimError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dim(Form);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    Integer(i64),
    /// Never a constant.
    Polynomial(Arc<Polynomial>),
}

/// The dimensions of an array, outermost first.
pub type Dims = SmallVec<[Dim; 4]>;

/// Sizes that the symbols of dimensions stand for.
pub type Sizes = NodeMap<usize>;

/// Why a dimension cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DimError {
    /// A coefficient exceeds 64 bits.
    #[error("a dimension exceeds the range of 64-bit integers")]
    Overflow,
    /// A dimension was divided by something that is not a positive integer.
    #[error("a dimension can only be divided by a positive integer, not by {0}")]
    Divisor(i64),
    /// The expression is not a polynomial in symbols with `Floor` and `Max`.
    #[error("{} is not a dimension", text(.0))]
    NotADimension(Expr),
    /// No size is known for a symbol.
    #[error("the size {} is not known", text(.0))]
    Unbound(Expr),
    /// The dimension has a negative value.
    #[error("the dimension {dim} has the negative value {value}")]
    Negative {
        /// The dimension.
        dim: Dim,
        /// Its value.
        value: i64,
    },
}

impl Dim {
    /// A positive integer that is not known yet.
    pub fn symbol(symbol: Expr) -> Dim {
        Dim::from_polynomial(Polynomial::symbol(symbol))
    }

    /// An integer, negative ones included: they occur within computations.
    pub fn integer(value: i64) -> Dim {
        Dim(Form::Integer(value))
    }

    /// The value, if it is an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self.0 {
            Form::Integer(value) => Some(value),
            Form::Polynomial(_) => None,
        }
    }

    /// The value, if it is a non-negative integer.
    pub fn as_size(&self) -> Option<usize> {
        self.as_integer().and_then(|value| usize::try_from(value).ok())
    }

    /// The symbol, if the dimension is nothing but a symbol.
    pub fn as_symbol(&self) -> Option<&Expr> {
        match &self.0 {
            Form::Integer(_) => None,
            Form::Polynomial(polynomial) => polynomial.as_symbol(),
        }
    }

    /// All symbols that occur, each once.
    pub fn symbols(&self) -> Vec<Expr> {
        let mut symbols = Vec::new();
        if let Form::Polynomial(polynomial) = &self.0 {
            polynomial.visit_symbols(&mut |symbol| {
                if !symbols.contains(symbol) {
                    symbols.push(symbol.clone());
                }
            });
        }
        symbols
    }

    /// The sum.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    pub fn add(&self, other: &Dim) -> Result<Dim, DimError> {
        match (&self.0, &other.0) {
            (Form::Integer(a), Form::Integer(b)) => a.checked_add(*b).map(Dim::integer).ok_or(DimError::Overflow),
            _ => self.polynomial().add(&other.polynomial()).map(Dim::from_polynomial),
        }
    }

    /// The difference.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    pub fn subtract(&self, other: &Dim) -> Result<Dim, DimError> {
        self.add(&other.multiply(&Dim::integer(-1))?)
    }

    /// The product.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    pub fn multiply(&self, other: &Dim) -> Result<Dim, DimError> {
        match (&self.0, &other.0) {
            (Form::Integer(a), Form::Integer(b)) => a.checked_mul(*b).map(Dim::integer).ok_or(DimError::Overflow),
            _ => self.polynomial().multiply(&other.polynomial()).map(Dim::from_polynomial),
        }
    }

    /// The quotient by a positive integer, rounded down.
    ///
    /// # Errors
    /// [`DimError::Divisor`], [`DimError::Overflow`].
    pub fn floor_div(&self, divisor: i64) -> Result<Dim, DimError> {
        if divisor <= 0 {
            return Err(DimError::Divisor(divisor));
        }
        match &self.0 {
            Form::Integer(value) => Ok(Dim::integer(value.div_euclid(divisor))),
            Form::Polynomial(polynomial) => polynomial.floor_div(divisor).map(Dim::from_polynomial),
        }
    }

    /// The larger one.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    pub fn max(&self, other: &Dim) -> Result<Dim, DimError> {
        match (self.at_most(other), other.at_most(self)) {
            (Some(true), _) => Ok(other.clone()),
            (_, Some(true)) => Ok(self.clone()),
            _ => Ok(Dim::from_polynomial(Polynomial::max(&self.polynomial(), &other.polynomial()))),
        }
    }

    /// The product of all dimensions: the number of elements of an array.
    ///
    /// # Errors
    /// [`DimError::Overflow`].
    pub fn product<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Result<Dim, DimError> {
        dims.into_iter().try_fold(Dim::from(1), |product, dim| product.multiply(dim))
    }

    /// Whether two dimensions are equal for all sizes, or for none; `None` where it depends.
    pub fn equals(&self, other: &Dim) -> Option<bool> {
        if self == other {
            return Some(true);
        }
        let apart = |a: &Dim, b: &Dim| a.subtract(b).is_ok_and(|d| d.lower_bound().is_some_and(|bound| bound > 0));
        (apart(self, other) || apart(other, self)).then_some(false)
    }

    /// Whether `self <= other` for all sizes, or for none; `None` where it depends or is unknown.
    pub fn at_most(&self, other: &Dim) -> Option<bool> {
        let bound = |a: &Dim, b: &Dim| a.subtract(b).ok().and_then(|difference| difference.lower_bound());
        if bound(other, self).is_some_and(|bound| bound >= 0) {
            Some(true)
        } else if bound(self, other).is_some_and(|bound| bound > 0) {
            Some(false)
        } else {
            None
        }
    }

    /// A value below which the dimension never is, as far as that is easily seen.
    pub fn lower_bound(&self) -> Option<i64> {
        match &self.0 {
            Form::Integer(value) => Some(*value),
            Form::Polynomial(polynomial) => polynomial.lower_bound(),
        }
    }

    /// The value under the given sizes, which may be negative.
    ///
    /// # Errors
    /// [`DimError::Unbound`], [`DimError::Overflow`].
    pub fn value(&self, sizes: &Sizes) -> Result<i64, DimError> {
        self.compute(&mut Numbers(sizes))
    }

    /// The value under the given sizes, as the size of something.
    ///
    /// # Errors
    /// As [`Dim::value`], and [`DimError::Negative`].
    pub fn size(&self, sizes: &Sizes) -> Result<usize, DimError> {
        let value = self.value(sizes)?;
        usize::try_from(value).map_err(|_| DimError::Negative { dim: self.clone(), value })
    }

    fn polynomial(&self) -> Polynomial {
        match &self.0 {
            Form::Integer(value) => Polynomial::constant(*value),
            Form::Polynomial(polynomial) => (**polynomial).clone(),
        }
    }

    fn from_polynomial(polynomial: Polynomial) -> Dim {
        match polynomial.as_constant() {
            Some(value) => Dim::integer(value),
            None => Dim(Form::Polynomial(Arc::new(polynomial))),
        }
    }
}

impl From<usize> for Dim {
    /// A size. Sizes beyond the range of `i64` do not occur in memory and saturate.
    fn from(value: usize) -> Dim {
        Dim::integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Integer(value) => value.fmt(f),
            Form::Polynomial(polynomial) => polynomial.fmt(f),
        }
    }
}
