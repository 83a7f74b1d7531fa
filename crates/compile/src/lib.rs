//! Programs: typed, shaped straight-line code over arrays, with the interpreter that defines what
//! it means.
//!
//! * [`Program`] and [`Builder`]: the form itself, about twenty primitives ([`Operation`]).
//! * [`Dim`]: dimensions, integers or symbolic.
//! * [`verify`]: what a legal program is.
//! * [`optimize`]: the passes, in order.
//! * [`lower`]: from array expressions to programs.
//! * [`pullback`]: reverse-mode derivatives of programs.
//! * [`training_step`]: loss, gradients and an optimiser's updates as one program.
//! * [`row_tape`]: scalar functions as one tape of kernels.
//! * [`Plan`]: a program of definite shapes made ready to run fast on machine numbers.
//! * [`interpret`]: what a program means, on machine numbers ([`Machine`]) and expressions ([`Symbolic`]).

mod dim;
mod gradient;
mod infer;
mod interpret;
mod lower;
mod passes;
mod plan;
mod program;
mod requirement;
mod scalar;
mod service;
mod session;
mod text;
mod training;
mod verify;

pub use dim::{Dim, DimArithmetic, DimError, Dims, Sizes};
pub use gradient::{Derivative, GradientError, ScalarDerivatives, Variable, derivative, pullback, with_derivatives};
pub use infer::TypeError;
pub use interpret::{
    Domain, Draws, ELEMENT_LIMIT, Enclosures, Evaluate, InterpretError, Law, Machine, ScalarFunctions, Symbolic,
    Tensor, interpret, interpret_example, interpret_sized, interval, scalar_code, scalar_definition,
};
pub use lower::{Binding, LowerError, LoweringRule, LoweringTable, Source, Stopped, lower, lower_in_steps};
pub use passes::{
    PIPELINE, Pass, PassError, Segments, batched, checkpointed, common_subexpressions, dead_values, fuse_maps, hoist,
    join_scans, optimize, part_maps, prepare, simplify,
};
pub use plan::{Cost, Line, Plan, Report, Update, Workspace, row_tape};
pub use program::{
    BuildError, Builder, Constant, Contraction, Direction, Distribution, Family, Instruction, Label, Operation, Output,
    Padding, Program, Reduction, ReductionKind, ScalarFunction, Scan, Slicing, Ties, Type, ValueId, Windows,
};
pub use requirement::{Relation, Requirement};
pub use scalar::{slot_count, with_sizes};
pub use service::{Compiled, Compiler, OpenSizes};
pub use session::{Tables, enclosure_of};
pub use training::{Trained, TrainingStep, training_step};
pub use verify::{VerifyError, verify};
