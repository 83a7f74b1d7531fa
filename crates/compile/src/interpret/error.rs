//! Why a program cannot be run on some inputs.

use std::sync::Arc;

use netform_array::ArrayError;
use netform_expr::Expr;
use netform_kernels::ContractError;

use crate::dim::{Dim, DimError};
use crate::passes::PassError;
use crate::requirement::Requirement;
use crate::text::text;

/// Why a program cannot be run on some inputs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InterpretError {
    /// There are too many or too few inputs.
    #[error("the program takes {expected} inputs, not {found}")]
    InputCount {
        /// The number of inputs and parameters of the program.
        expected: usize,
        /// The number of values given.
        found: usize,
    },
    /// An input has another shape than the program states.
    #[error("input {name}: the shape should be {}, but is {found:?}", shape_text(.expected))]
    InputShape {
        /// The name of the input.
        name: Arc<str>,
        /// The dimensions that the program states.
        expected: Vec<Dim>,
        /// The dimensions of the value given.
        found: Vec<usize>,
    },
    /// A symbol of dimensions stands for no element at all.
    #[error("input {name}: the size {} must be positive", text(.symbol))]
    EmptySize {
        /// The name of the input.
        name: Arc<str>,
        /// The symbol.
        symbol: Expr,
    },
    /// A requirement on sizes does not hold.
    #[error("the sizes do not satisfy {0}")]
    Requirement(Requirement),
    /// A size cannot be computed.
    #[error(transparent)]
    Dim(#[from] DimError),
    /// A value would have more elements than are allowed.
    #[error("a value of shape {shape:?} exceeds the limit of {limit} elements")]
    TooLarge {
        /// The dimensions of the value.
        shape: Vec<usize>,
        /// The largest number of elements.
        limit: usize,
    },
    /// A scalar function has no code for machine numbers.
    #[error("there is no numeric code for {}", text(.0))]
    NoCode(Expr),
    /// A scalar function has no law for intervals.
    #[error("it is not known how {} acts on intervals", text(.0))]
    NoEnclosures(Expr),
    /// A scalar function has no real values on some intervals.
    #[error("{} is not a real number for all arguments within {arguments}", text(.call))]
    NotEnclosed {
        /// The call.
        call: Expr,
        /// The intervals of its arguments.
        arguments: String,
    },
    /// An expression is not a machine number.
    #[error("{} is not a machine number", text(.0))]
    NotANumber(Expr),
    /// A position points outside of an axis.
    #[error("position {position} lies outside of an axis of size {size}")]
    PositionOutOfRange {
        /// The position, from 1.
        position: i64,
        /// The size of the axis.
        size: usize,
    },
    /// An element is no integer within the range of an index.
    #[error("{} holds {}, but integers from 1 to {} are expected", label_text(.label), text(.found), text(.greatest))]
    NoIndex {
        /// What holds it.
        label: Expr,
        /// The element.
        found: Expr,
        /// The greatest integer that is expected.
        greatest: Expr,
    },
    /// A decision depends on symbols.
    #[error("{} cannot be decided", text(.0))]
    Undecided(Expr),
    /// An operation has no meaning on elements of this kind.
    #[error("{operation} of {element} elements cannot be computed here")]
    Unsupported {
        /// The primitive.
        operation: &'static str,
        /// The type of the elements.
        element: netform_array::ElementType,
    },
    /// The computation was interrupted.
    #[error("the computation was stopped")]
    Stopped,
    /// The program contradicts itself: [`verify`](crate::verify) would say where.
    #[error("the program is not valid: {0}")]
    Invalid(&'static str),
    /// A pass failed: a defect of the pass.
    #[error(transparent)]
    Pass(Box<PassError>),
    /// A shape does not fit elements; excluded by a valid program.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// Operands of a contraction do not fit; excluded by a valid program.
    #[error("contract: {0}")]
    Contract(ContractError),
}

fn label_text(label: &Expr) -> String {
    label.as_str().map_or_else(|| text(label), str::to_owned)
}

fn shape_text(dims: &[Dim]) -> String {
    format!("[{}]", dims.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}
