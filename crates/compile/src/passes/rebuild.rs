//! Copies a program instruction by instruction; the common part of passes.

use smallvec::SmallVec;

use crate::program::{BuildError, Builder, Instruction, Operation, Program, ValueId};

/// The values that stand for the results of an instruction.
pub(super) type Results = SmallVec<[ValueId; 1]>;

/// Copies a program. `step` gets each instruction with its operands in the new program, and may
/// say what stands for its results; otherwise the instruction is copied. The bodies of scans go
/// through `pass`. Requirements are kept, also those of instructions that vanish.
pub(super) fn rebuild(
    program: &Program,
    pass: impl Fn(&Program) -> Result<Program, BuildError>,
    mut step: impl FnMut(&mut Builder, &Instruction, &[ValueId]) -> Result<Option<Results>, BuildError>,
) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut places: Vec<ValueId> = Vec::with_capacity(program.value_count());
    for instruction in &program.instructions {
        let operands: SmallVec<[ValueId; 4]> =
            instruction.operands.iter().map(|operand| places[operand.index()]).collect();
        let results = match step(&mut builder, instruction, &operands)? {
            Some(results) => results,
            None => {
                let operation = with_body(&instruction.operation, &pass)?;
                builder.emit(operation, operands)?
            }
        };
        places.extend(results);
    }
    for output in &program.outputs {
        builder.output(&output.name, places[output.value.index()])?;
    }
    let mut rebuilt = builder.finish();
    for requirement in &program.requirements {
        if !rebuilt.requirements.contains(requirement) {
            rebuilt.requirements.push(requirement.clone());
        }
    }
    Ok(rebuilt)
}

/// The program with the outputs and requirements of another one, for whose values others stand.
///
/// # Errors
/// Where nothing stands for an output.
pub(super) fn finished(
    mut builder: Builder,
    program: &Program,
    places: &[Option<ValueId>],
) -> Result<Program, BuildError> {
    for output in program.outputs() {
        let value = places[output.value.index()].ok_or(BuildError::NoSuchValue(output.value))?;
        builder.output(&output.name, value)?;
    }
    let mut finished = builder.finish();
    finished.requirements.clone_from(&program.requirements);
    Ok(finished)
}

/// The operation with the body of a scan gone through a pass.
pub(super) fn with_body(
    operation: &Operation,
    pass: impl Fn(&Program) -> Result<Program, BuildError>,
) -> Result<Operation, BuildError> {
    Ok(match operation {
        Operation::Scan(scan) => {
            let mut scan = scan.clone();
            scan.body = pass(&scan.body)?;
            Operation::Scan(scan)
        }
        other => other.clone(),
    })
}
