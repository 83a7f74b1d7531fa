//! Constant values: machine numbers, or exact and symbolic elements.

use std::sync::Arc;

use netform_array::{Array, ArrayError, ElementType, Shape, element_count};
use netform_expr::Expr;

use super::Type;

/// A constant value of a program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// Machine numbers.
    Array(Array),
    /// Elements that no machine number holds exactly, such as `1/3` or `Pi`, in row-major order.
    Exact {
        /// What the elements are when the program is run on machine numbers.
        element: ElementType,
        /// The dimensions.
        shape: Shape,
        /// The elements.
        elements: Arc<[Expr]>,
    },
}

impl Constant {
    /// A constant with symbolic elements in row-major order.
    ///
    /// # Errors
    /// [`ArrayError::SizeMismatch`] or [`ArrayError::ShapeOverflow`].
    pub fn exact(element: ElementType, shape: &[usize], elements: Vec<Expr>) -> Result<Constant, ArrayError> {
        let expected = element_count(shape)?;
        if expected != elements.len() {
            return Err(ArrayError::SizeMismatch { shape: shape.into(), expected, found: elements.len() });
        }
        Ok(Constant::Exact { element, shape: shape.into(), elements: elements.into() })
    }

    /// The dimensions.
    pub fn shape(&self) -> &[usize] {
        match self {
            Constant::Array(array) => array.shape(),
            Constant::Exact { shape, .. } => shape,
        }
    }

    /// Whether all elements are machine numbers that are 0.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Constant::Array(array) => {
                array.as_f64().is_some_and(|elements| elements.iter().all(|&x| x == 0.0))
                    || array.as_f32().is_some_and(|elements| elements.iter().all(|&x| x == 0.0))
            }
            Constant::Exact { elements, .. } => elements.iter().all(|element| element.is_integer(0)),
        }
    }

    /// The type of the value.
    pub fn value_type(&self) -> Type {
        let element = match self {
            Constant::Array(array) => array.element_type(),
            Constant::Exact { element, .. } => *element,
        };
        Type::of_shape(element, self.shape())
    }
}

impl From<Array> for Constant {
    fn from(array: Array) -> Constant {
        Constant::Array(array)
    }
}
