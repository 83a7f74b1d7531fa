//! The pipeline: what happens to a program between lowering and running, in order.

mod checkpoint;
mod common_subexpressions;
mod dead_values;
mod fuse_maps;
mod hoist;
mod join_maps;
mod join_scans;
mod lift;
mod merge_contractions;
mod narrow_maps;
mod part_maps;
mod rebuild;
mod shift_states;
mod simplify;
mod sum_out;

use std::sync::Arc;

use netform_array::ElementType;

use crate::program::{BuildError, Program};
use crate::verify::{VerifyError, verify};

pub use checkpoint::{Segments, checkpointed};
pub use common_subexpressions::common_subexpressions;
pub use dead_values::dead_values;
pub use fuse_maps::fuse_maps;
pub use hoist::hoist;
pub(crate) use hoist::is_of_segments;
pub(crate) use join_maps::join_maps;
pub use join_scans::join_scans;
pub use lift::batched;
pub(crate) use lift::over_examples;
pub(crate) use merge_contractions::merge_contractions;
pub(crate) use narrow_maps::narrow_maps;
pub use part_maps::part_maps;
pub(crate) use shift_states::shift_states;
pub use simplify::simplify;
pub(crate) use sum_out::sum_out;

/// A change of a program that keeps its meaning.
pub type Pass = fn(&Program) -> Result<Program, BuildError>;

/// All passes, in the order in which [`optimize`] runs them.
pub const PIPELINE: &[(&str, Pass)] = &[
    ("simplify", simplify),
    ("common_subexpressions", common_subexpressions),
    ("join_scans", join_scans),
    ("fuse_maps", fuse_maps),
    ("dead_values", dead_values),
];

/// A pass that failed or gave no valid program: a defect of the pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// The program given is not valid.
    #[error("the program is not valid: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Input(Vec<VerifyError>),
    /// A pass could not build its result.
    #[error("{pass}: {error}")]
    Build {
        /// The name of the pass.
        pass: &'static str,
        /// What it tried to build.
        error: Box<BuildError>,
    },
    /// A pass changed the number, names or kinds of inputs and outputs.
    #[error("{pass}: inputs or outputs are not what they were")]
    Ports {
        /// The name of the pass.
        pass: &'static str,
    },
    /// A pass gave a program that is not valid.
    #[error("{pass}: the result is not valid: {}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Output {
        /// The name of the pass.
        pass: &'static str,
        /// What is wrong with its result.
        errors: Vec<VerifyError>,
    },
}

/// Runs the whole [`PIPELINE`], and verifies the program after every pass.
///
/// # Errors
/// [`PassError`] when the program is not valid, or a pass makes it so.
///
/// ```
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Type, optimize};
///
/// let mut builder = Builder::new();
/// let x = builder.input("x", Type::of_shape(F64, &[2, 3]))?;
/// let once = builder.transpose(&[1, 0], x)?;
/// let twice = builder.transpose(&[1, 0], once)?;
/// builder.output("y", twice)?;
/// assert_eq!(optimize(&builder.finish())?.to_string(), "%0: f64[2, 3] = input x\nreturn y = %0\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn optimize(program: &Program) -> Result<Program, PassError> {
    verify(program).map_err(PassError::Input)?;
    let before = ports(program);
    let mut program = program.clone();
    for &(pass, run) in PIPELINE {
        program = run(&program).map_err(|error| PassError::Build { pass, error: error.into() })?;
        verify(&program).map_err(|errors| PassError::Output { pass, errors })?;
        if ports(&program) != before {
            return Err(PassError::Ports { pass });
        }
    }
    Ok(program)
}

/// The program as it is best run on machine numbers, where some inputs are known in advance: verified after every pass.
///
/// # Errors
/// As those of [`optimize`].
pub fn prepare(program: &Program, known: &[bool]) -> Result<Program, PassError> {
    let step = |pass: &'static str, result: Result<Program, BuildError>| {
        let program = result.map_err(|error| PassError::Build { pass, error: error.into() })?;
        verify(&program).map_err(|errors| PassError::Output { pass, errors })?;
        Ok(program)
    };
    let program = step("join_scans", join_scans(program))?;
    let program = step("sum_out", sum_out(&program))?;
    let program = step("shift_states", shift_states(&program))?;
    let program = step("merge_contractions", merge_contractions(&program, known))?;
    let program = step("part_maps", part_maps(&program))?;
    let program = step("narrow_maps", narrow_maps(&program))?;
    let program = step("hoist", hoist(&program))?;
    let program = optimize(&program)?;
    step("join_maps", join_maps(&program))
}

/// Names, elements and ranks of inputs and outputs.
fn ports(program: &Program) -> Vec<(Arc<str>, ElementType, usize)> {
    let describe = |name: &Arc<str>, value| {
        let value_type = program.type_of(value);
        (name.clone(), value_type.element, value_type.rank())
    };
    let inputs = program.inputs().iter().filter_map(|&input| Some(describe(program.input_name(input)?, input)));
    inputs.chain(program.outputs().iter().map(|output| describe(&output.name, output.value))).collect()
}
