//! The values of symbolic sizes, from the shapes of inputs.

use crate::dim::Sizes;
use crate::program::Program;

use super::error::InterpretError;

/// Completes `sizes` so that all inputs have the shapes that the program states, and checks the
/// program's requirements.
pub(super) fn solve(program: &Program, mut sizes: Sizes, shapes: &[&[usize]]) -> Result<Sizes, InterpretError> {
    if shapes.len() != program.inputs().len() {
        return Err(InterpretError::InputCount { expected: program.inputs().len(), found: shapes.len() });
    }
    let name = |input| program.input_name(input).cloned().unwrap_or_else(|| "".into());
    for (&input, shape) in program.inputs().iter().zip(shapes) {
        for (dim, &size) in program.type_of(input).shape.iter().zip(*shape) {
            if let Some(symbol) = dim.as_symbol() {
                if size == 0 {
                    return Err(InterpretError::EmptySize { name: name(input), symbol: symbol.clone() });
                }
                sizes.entry(symbol.clone()).or_insert(size);
            }
        }
    }
    for (&input, shape) in program.inputs().iter().zip(shapes) {
        let stated = &program.type_of(input).shape;
        let mut fits = stated.len() == shape.len();
        for (dim, &size) in stated.iter().zip(*shape) {
            fits = fits && dim.size(&sizes)? == size;
        }
        if !fits {
            let (expected, found) = (stated.to_vec(), shape.to_vec());
            return Err(InterpretError::InputShape { name: name(input), expected, found });
        }
    }
    for requirement in program.requirements() {
        if !requirement.holds(&sizes)? {
            return Err(InterpretError::Requirement(requirement.clone()));
        }
    }
    Ok(sizes)
}
