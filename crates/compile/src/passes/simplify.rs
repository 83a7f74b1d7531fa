//! Removes operations that change nothing, and joins those that follow each other.

use smallvec::{SmallVec, smallvec};

use super::rebuild::{Results, rebuild};
use crate::dim::Dim;
use crate::program::{BuildError, Builder, Operation, Program, ReductionKind, Type, ValueId};
use crate::scalar::slot_index;

/// Removes operations that change nothing, and joins reshapes and transposes that follow each
/// other.
///
/// # Errors
/// None for valid programs.
pub fn simplify(program: &Program) -> Result<Program, BuildError> {
    rebuild(program, simplify, |builder, instruction, operands| {
        let results = builder.infer(&instruction.operation, operands)?;
        if let ([operand, ..], [result]) = (operands, results.as_slice())
            && is_identity(&instruction.operation, operands, builder.type_of(*operand), result)
        {
            return Ok(Some(smallvec![*operand]));
        }
        match (&instruction.operation, operands) {
            (Operation::Reshape { shape }, [operand]) => reshape(builder, shape, *operand),
            (Operation::Transpose { axes }, [operand]) => transpose(builder, axes, *operand),
            _ => Ok(None),
        }
    })
}

/// Whether the result is the first operand.
fn is_identity(operation: &Operation, operands: &[ValueId], operand: &Type, result: &Type) -> bool {
    if operand != result {
        return false;
    }
    let zero = |dims: &[Dim]| dims.iter().all(|dim| dim.as_integer() == Some(0));
    match operation {
        Operation::Reshape { .. } | Operation::Broadcast { .. } | Operation::Convert { .. } => true,
        Operation::Transpose { axes } => axes.is_sorted(),
        Operation::Reverse { axes } => axes.iter().all(|&axis| operand.shape[axis].as_integer() == Some(1)),
        Operation::Slice(slicing) => zero(&slicing.start) && slicing.step.iter().all(|&step| step == 1),
        Operation::Pad(padding) => {
            zero(&padding.low) && zero(&padding.high) && padding.interior.iter().all(|&between| between == 0)
        }
        Operation::Concatenate { .. } => operands.len() == 1,
        Operation::Reduce(reduction) => {
            let own = !matches!(reduction.kind, ReductionKind::ArgMax | ReductionKind::Shift);
            own && reduction.axes.is_empty()
        }
        Operation::Contract(contraction) => {
            let mut seen = Vec::new();
            let labels = contraction.operands.first();
            operands.len() == 1
                && labels == Some(&contraction.result)
                && contraction.result.iter().all(|label| {
                    !seen.contains(label) && {
                        seen.push(*label);
                        true
                    }
                })
        }
        Operation::Map { functions } => functions.len() == 1 && slot_index(&functions[0].body) == Some(1),
        _ => false,
    }
}

fn reshape(builder: &mut Builder, shape: &[Dim], operand: ValueId) -> Result<Option<Results>, BuildError> {
    let source = match builder.definition(operand) {
        Some(inner) if matches!(inner.operation, Operation::Reshape { .. }) => inner.operands[0],
        _ => return Ok(None),
    };
    if builder.type_of(source).shape.as_slice() == shape {
        return Ok(Some(smallvec![source]));
    }
    Ok(Some(smallvec![builder.reshape(shape.iter().cloned(), source)?]))
}

fn transpose(builder: &mut Builder, axes: &[usize], operand: ValueId) -> Result<Option<Results>, BuildError> {
    let (source, inner) = match builder.definition(operand) {
        Some(definition) => match &definition.operation {
            Operation::Transpose { axes } => (definition.operands[0], axes.clone()),
            _ => return Ok(None),
        },
        None => return Ok(None),
    };
    let joined: SmallVec<[usize; 4]> = axes.iter().map(|&axis| inner[axis]).collect();
    if joined.is_sorted() {
        return Ok(Some(smallvec![source]));
    }
    Ok(Some(smallvec![builder.transpose(&joined, source)?]))
}
