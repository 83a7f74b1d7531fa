//! What is computed once before a program runs, however often its bodies do: shapes, scalar
//! functions, and when values are last needed.

use netform_array::{Shape, element_count};

use super::ELEMENT_LIMIT;
use super::domain::Domain;
use super::error::InterpretError;
use crate::dim::{Dim, Sizes};
use crate::program::{Operation, Program};

/// A program made ready for given sizes.
pub(super) struct Prepared<F> {
    /// For each instruction.
    pub(super) steps: Vec<Step<F>>,
    /// The shape of each value.
    pub(super) shapes: Vec<Shape>,
    /// For each value the number of times that it is used.
    pub(super) uses: Vec<usize>,
}

/// What an instruction needs beyond its attributes.
pub(super) struct Step<F> {
    /// The functions of a map.
    pub(super) functions: Vec<F>,
    /// The body of a scan.
    pub(super) body: Option<Prepared<F>>,
    /// The symbolic attributes, in the order in which the operation lists them.
    pub(super) attributes: Vec<Shape>,
}

pub(super) fn prepare<D: Domain>(
    program: &Program,
    domain: &mut D,
    sizes: &Sizes,
) -> Result<Prepared<D::Function>, InterpretError> {
    let mut shapes = Vec::with_capacity(program.value_count());
    for value_type in &program.types {
        let shape = shape_of(&value_type.shape, sizes)?;
        if element_count(&shape)? > ELEMENT_LIMIT {
            return Err(InterpretError::TooLarge { shape: shape.to_vec(), limit: ELEMENT_LIMIT });
        }
        shapes.push(shape);
    }
    let mut uses = vec![0; program.value_count()];
    let mut steps = Vec::with_capacity(program.instructions.len());
    for instruction in &program.instructions {
        for operand in &instruction.operands {
            uses[operand.index()] += 1;
        }
        let mut step = Step { functions: vec![], body: None, attributes: vec![] };
        match &instruction.operation {
            Operation::Map { functions } => {
                for function in functions {
                    step.functions.push(domain.prepare(function, sizes)?);
                }
            }
            Operation::Scan(scan) => {
                step.body = Some(prepare(&scan.body, domain, sizes)?);
                step.attributes.push(shape_of(std::slice::from_ref(&scan.length), sizes)?);
            }
            Operation::Slice(slicing) => step.attributes.push(shape_of(&slicing.start, sizes)?),
            Operation::Pad(padding) => step.attributes.push(shape_of(&padding.low, sizes)?),
            Operation::Window(windows) | Operation::OverlapAdd(windows) => {
                step.attributes.push(shape_of(&windows.sizes, sizes)?);
            }
            _ => {}
        }
        steps.push(step);
    }
    for output in &program.outputs {
        uses[output.value.index()] += 1;
    }
    Ok(Prepared { steps, shapes, uses })
}

fn shape_of(dims: &[Dim], sizes: &Sizes) -> Result<Shape, InterpretError> {
    Ok(dims.iter().map(|dim| dim.size(sizes)).collect::<Result<_, _>>()?)
}
