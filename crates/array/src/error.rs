//! What can be wrong with a shape, a buffer or a view.

use crate::element::ElementType;
use crate::shape::Shape;

/// Why an array or a view cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrayError {
    /// The product of the dimensions does not fit the address space.
    #[error("an array of shape {shape:?} has more elements than the address space holds")]
    ShapeOverflow {
        /// The dimensions asked for.
        shape: Shape,
    },
    /// The number of elements given differs from the product of the dimensions.
    #[error("shape {shape:?} needs {expected} elements, but there are {found}")]
    SizeMismatch {
        /// The dimensions asked for.
        shape: Shape,
        /// The number of elements that the shape needs.
        expected: usize,
        /// The number of elements at hand.
        found: usize,
    },
    /// An operation on one element type was given another.
    #[error("elements of type {expected} were expected, but these are {found}")]
    ElementTypeMismatch {
        /// The type that the operation works on.
        expected: ElementType,
        /// The type of the array at hand.
        found: ElementType,
    },
    /// An axis does not exist; axes count from 0.
    #[error("axis {axis} does not exist in an array of rank {rank}")]
    NoSuchAxis {
        /// The axis asked for.
        axis: usize,
        /// The number of axes there are.
        rank: usize,
    },
    /// A list of axes is not a rearrangement of all axes of an array.
    #[error("{axes:?} is not a permutation of the axes of an array of rank {rank}")]
    NotAPermutation {
        /// The list given.
        axes: Shape,
        /// The number of axes there are.
        rank: usize,
    },
    /// Two axes that must have one size have two.
    #[error("axes of sizes {first} and {second} must be of equal size")]
    UnequalAxes {
        /// The size of the first axis.
        first: usize,
        /// The size of the second axis.
        second: usize,
    },
    /// A view would read outside of its elements.
    #[error("the view reads outside of its {len} elements")]
    OutOfBounds {
        /// The number of elements that the view may read.
        len: usize,
    },
    /// A step or size that must be positive is zero.
    #[error("a stride, dilation or window size is zero")]
    ZeroStep,
}
