//! The interpreter: slow, obvious, and the definition of what programs mean.

mod adjoint;
mod branches;
mod domain;
mod enclosures;
mod error;
mod execute;
mod law;
mod machine;
mod prepare;
mod random;
mod sizes;
mod symbolic;
mod tape;
mod tensor;

use crate::dim::Sizes;
use crate::program::Program;

pub(crate) use adjoint::place;
pub use domain::Domain;
pub use enclosures::{Enclosures, interval};
pub use error::InterpretError;
pub(crate) use execute::{broadcast, slide};
pub use law::Law;
pub use machine::Machine;
pub(crate) use machine::{no_index, whole};
pub use random::Draws;
pub use symbolic::{Evaluate, Symbolic};
pub use tape::{ScalarFunctions, scalar_code, scalar_definition};
pub(crate) use tape::{StepCode, Tape};
pub use tensor::Tensor;

/// No value may have more elements than this.
pub const ELEMENT_LIMIT: usize = 1 << 28;

/// Runs a program. The inputs stand in the order of [`Program::inputs`], the results in that of
/// [`Program::outputs`]; symbolic sizes follow from the shapes of the inputs.
///
/// # Errors
/// [`InterpretError`] when the inputs do not fit or a value cannot be computed.
///
/// ```
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Machine, Tables, Tensor, Type, interpret};
/// use netform_eval::{Registry, Session};
///
/// let mut builder = Builder::new();
/// let weights = builder.parameter("Weights", Type::of_shape(F64, &[2, 2]))?;
/// let input = builder.input("Input", Type::of_shape(F64, &[2]))?;
/// let product = builder.einsum("ij,j->i", &[weights, input])?;
/// builder.output("Output", product)?;
///
/// let inputs = [Tensor::new(&[2, 2], vec![1.0, 2.0, 3.0, 4.0])?, Tensor::new(&[2], vec![1.0, 10.0])?];
/// let mut session = Session::new(Registry::new().share());
/// let mut tables = Tables::new(&mut session);
/// let results = interpret(&builder.finish(), &mut Machine::new(&mut tables), &inputs)?;
/// assert_eq!(results[0].to_vec(), [21.0, 43.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn interpret<D: Domain>(
    program: &Program,
    domain: &mut D,
    inputs: &[Tensor<D::Element>],
) -> Result<Vec<Tensor<D::Element>>, InterpretError> {
    interpret_sized(program, domain, Sizes::default(), inputs)
}

/// Runs a program of which some sizes are known from elsewhere. See [`interpret`].
///
/// # Errors
/// As there.
pub fn interpret_sized<D: Domain>(
    program: &Program,
    domain: &mut D,
    known: Sizes,
    inputs: &[Tensor<D::Element>],
) -> Result<Vec<Tensor<D::Element>>, InterpretError> {
    run_at(program, domain, known, inputs, Vec::new())
}

/// Runs a program for one of several examples: its random draws are those that a scan over all of them
/// gives at this step, of so many. See [`interpret`].
///
/// # Errors
/// As there.
pub fn interpret_example<D: Domain>(
    program: &Program,
    domain: &mut D,
    inputs: &[Tensor<D::Element>],
    example: Option<(usize, usize)>,
) -> Result<Vec<Tensor<D::Element>>, InterpretError> {
    run_at(program, domain, Sizes::default(), inputs, example.into_iter().collect())
}

fn run_at<D: Domain>(
    program: &Program,
    domain: &mut D,
    known: Sizes,
    inputs: &[Tensor<D::Element>],
    mut path: Vec<(usize, usize)>,
) -> Result<Vec<Tensor<D::Element>>, InterpretError> {
    let shapes: Vec<&[usize]> = inputs.iter().map(Tensor::shape).collect();
    let sizes = sizes::solve(program, known, &shapes)?;
    let mut prepared = prepare::prepare(program, domain, &sizes)?;
    execute::run(program, &mut prepared, domain, inputs, &mut path)
}
