//! Programs: typed, shaped straight-line code over arrays, with the interpreter that defines what
//! it means.
//!
//! * [`Program`] and [`Builder`]: the form itself, about twenty primitives ([`Operation`]).
//! * [`Dim`]: dimensions, integers or symbolic.
//! * [`verify`]: what a legal program is.

mod dim;
mod infer;
mod program;
mod requirement;
mod verify;

pub use dim::{Dim, DimError, Dims, Sizes};
pub use infer::TypeError;
pub use program::{
    BuildError, Builder, Constant, Contraction, Direction, Distribution, Instruction, Label, Operation, Output,
    Padding, Program, Reduction, ReductionKind, ScalarFunction, Scan, Slicing, Ties, Type, ValueId, Windows,
};
pub use requirement::{Relation, Requirement};
pub use verify::{VerifyError, verify};
