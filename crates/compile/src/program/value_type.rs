//! The types of values.

use std::fmt;

use netform_array::ElementType;

use crate::dim::{Dim, Dims};

/// The type of a value: what its elements are, and how many there are along each axis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// What the elements are.
    pub element: ElementType,
    /// The dimensions, outermost first; empty for a scalar.
    pub shape: Dims,
}

impl Type {
    /// A type with symbolic dimensions.
    pub fn new(element: ElementType, shape: impl IntoIterator<Item = Dim>) -> Type {
        Type { element, shape: shape.into_iter().collect() }
    }

    /// A type whose dimensions are known.
    ///
    /// ```
    /// use netform_compile::Type;
    /// use netform_array::ElementType;
    /// assert_eq!(Type::of_shape(ElementType::F64, &[2, 3]).to_string(), "f64[2, 3]");
    /// ```
    pub fn of_shape(element: ElementType, shape: &[usize]) -> Type {
        Type::new(element, shape.iter().map(|&size| Dim::from(size)))
    }

    /// The type of a scalar.
    pub fn scalar(element: ElementType) -> Type {
        Type { element, shape: Dims::new() }
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The same shape with other elements.
    pub fn with_element(&self, element: ElementType) -> Type {
        Type { element, shape: self.shape.clone() }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.element)?;
        for (position, dim) in self.shape.iter().enumerate() {
            write!(f, "{}{dim}", if position > 0 { ", " } else { "" })?;
        }
        f.write_str("]")
    }
}
