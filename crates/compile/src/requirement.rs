//! What must hold of symbolic sizes and cannot be decided before they are known.

use std::fmt;

use crate::dim::{Dim, DimError, Sizes};

/// A relation of two dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Both are the same.
    Equal,
    /// The left one is not larger.
    AtMost,
}

/// A relation that must hold when the sizes are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// The left dimension.
    pub left: Dim,
    /// How they relate.
    pub relation: Relation,
    /// The right dimension.
    pub right: Dim,
    /// The primitive that requires it.
    pub operation: &'static str,
}

impl Requirement {
    /// Whether the relation holds under the given sizes.
    ///
    /// # Errors
    /// [`DimError::Unbound`] when a size is missing.
    pub fn holds(&self, sizes: &Sizes) -> Result<bool, DimError> {
        let (left, right) = (self.left.value(sizes)?, self.right.value(sizes)?);
        Ok(match self.relation {
            Relation::Equal => left == right,
            Relation::AtMost => left <= right,
        })
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.relation {
            Relation::Equal => "=",
            Relation::AtMost => "<=",
        };
        write!(f, "{} {sign} {} for {}", self.left, self.right, self.operation)
    }
}
