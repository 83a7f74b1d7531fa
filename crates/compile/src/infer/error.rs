//! Why an operation is not legal on operands of some types.

use netform_array::ElementType;

use crate::dim::{Dim, DimError};
use crate::program::{Label, Type};

/// Why an operation is not legal on operands of some types. Axes count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message of each variant names its fields")]
pub enum TypeError {
    /// There are too many or too few operands.
    #[error("{operation} takes {expected} operands, not {found}")]
    OperandCount { operation: &'static str, expected: usize, found: usize },
    /// At least one operand is needed.
    #[error("{operation} needs at least one operand")]
    NoOperand { operation: &'static str },
    /// An axis does not exist.
    #[error("{operation}: there is no axis {axis} in an array of rank {rank}")]
    NoSuchAxis { operation: &'static str, axis: usize, rank: usize },
    /// An axis is named twice.
    #[error("{operation}: axis {axis} is named twice")]
    RepeatedAxis { operation: &'static str, axis: usize },
    /// Axes that must increase do not.
    #[error("{operation}: the axes are not in increasing order")]
    UnorderedAxes { operation: &'static str },
    /// An attribute has too many or too few entries.
    #[error("{operation}: {expected} {attribute} are needed, not {found}")]
    AttributeLength { operation: &'static str, attribute: &'static str, expected: usize, found: usize },
    /// An attribute that must be positive is zero.
    #[error("{operation}: {attribute} must be positive")]
    NotPositive { operation: &'static str, attribute: &'static str },
    /// Elements have the wrong type.
    #[error("{operation}: elements of type {expected} are needed, not {found}")]
    ElementType { operation: &'static str, expected: ElementType, found: ElementType },
    /// Elements are not numbers.
    #[error("{operation}: elements of type {found} cannot be added and multiplied")]
    NotNumeric { operation: &'static str, found: ElementType },
    /// Elements cannot be compared.
    #[error("{operation}: elements of type {found} cannot be compared")]
    NotOrdered { operation: &'static str, found: ElementType },
    /// Elements cannot be converted.
    #[error("{operation}: {from} cannot be converted to {to}")]
    NotConvertible { operation: &'static str, from: ElementType, to: ElementType },
    /// Two sizes must be equal and are not.
    #[error("{operation}: the sizes {left} and {right} differ")]
    SizesDiffer { operation: &'static str, left: Dim, right: Dim },
    /// A size exceeds what there is.
    #[error("{operation}: {found} is more than {limit}")]
    TooLarge { operation: &'static str, found: Dim, limit: Dim },
    /// Two arrays must have the same number of axes and have not.
    #[error("{operation}: arrays of ranks {left} and {right} do not fit")]
    RanksDiffer { operation: &'static str, left: usize, right: usize },
    /// A reshape changes the number of elements.
    #[error("reshape: {from} has {elements} elements, the new shape {needed}")]
    ElementCount { from: Type, elements: Dim, needed: Dim },
    /// A label of the result of a contraction occurs twice in it, or in no operand.
    #[error("contract: the label {label} of the result occurs twice in it or in no operand")]
    ResultLabel { label: Label },
    /// A map has no function.
    #[error("map: there is no function")]
    NoFunction,
    /// A function of a map mentions an operand that does not exist.
    #[error("map: a function mentions operand {slot} of {operands}")]
    NoSuchSlot { slot: usize, operands: usize },
    /// The body of a scan has the wrong number of inputs or outputs.
    #[error("scan: the body has {found} {what}, {expected} are needed")]
    BodyPorts { what: &'static str, expected: usize, found: usize },
    /// A dimension cannot be computed.
    #[error(transparent)]
    Dim(#[from] DimError),
}
