//! Functions of elements that are the same along an axis.

use smallvec::SmallVec;

use super::rebuild::{Results, rebuild};
use crate::dim::Dim;
use crate::program::{BuildError, Builder, Operation, Program, ScalarFunction, ValueId};

/// Applies maps, all operands of which are the same along some axes, to arrays without these: what comes of that is repeated
/// instead.
///
/// # Errors
/// None for valid programs.
pub(crate) fn narrow_maps(program: &Program) -> Result<Program, BuildError> {
    rebuild(program, narrow_maps, |builder, instruction, operands| match &instruction.operation {
        Operation::Map { functions } => narrowed(builder, functions, operands),
        _ => Ok(None),
    })
}

/// An operand before it is repeated, and where its axes are then.
struct Repeated {
    source: ValueId,
    axes: SmallVec<[usize; 4]>,
}

fn narrowed(
    builder: &mut Builder,
    functions: &[ScalarFunction],
    operands: &[ValueId],
) -> Result<Option<Results>, BuildError> {
    let Some(first) = operands.first() else { return Ok(None) };
    let shape = builder.type_of(*first).shape.clone();
    let Some(all) = operands.iter().map(|&operand| repeated(builder, operand)).collect::<Option<Vec<Repeated>>>()
    else {
        return Ok(None);
    };
    let is_kept = |axis: usize| {
        let single = shape[axis].as_integer() == Some(1);
        single || all.iter().any(|operand| operand.axes.contains(&axis))
    };
    let kept: SmallVec<[usize; 4]> = (0..shape.len()).filter(|&axis| is_kept(axis)).collect();
    if kept.len() == shape.len() {
        return Ok(None);
    }
    let narrow: Vec<Dim> = kept.iter().map(|&axis| shape[axis].clone()).collect();
    let mut sources = Vec::with_capacity(all.len());
    for Repeated { source, axes } in all {
        let axes: Vec<usize> = axes.iter().filter_map(|axis| kept.iter().position(|kept| kept == axis)).collect();
        let whole = builder.type_of(source).shape.as_slice() == narrow.as_slice();
        sources.push(if whole { source } else { builder.broadcast(narrow.iter().cloned(), &axes, source)? });
    }
    let results = builder.emit(Operation::Map { functions: functions.to_vec() }, sources)?;
    let results = results.into_iter().map(|result| builder.broadcast(shape.iter().cloned(), &kept, result));
    results.collect::<Result<Results, BuildError>>().map(Some)
}

/// What an operand repeats; nothing if it is no such.
fn repeated(builder: &Builder, operand: ValueId) -> Option<Repeated> {
    let definition = builder.definition(operand)?;
    match &definition.operation {
        Operation::Broadcast { axes, .. } => Some(Repeated { source: definition.operands[0], axes: axes.clone() }),
        _ => None,
    }
}
