//! Removes what no output needs.

use smallvec::SmallVec;

use crate::program::{BuildError, Builder, Instruction, Operation, Program, Scan, ValueId};

/// Removes instructions that no output needs, and of scans the outputs and constants that nobody
/// needs. Inputs stay.
///
/// # Errors
/// None for valid programs.
pub fn dead_values(program: &Program) -> Result<Program, BuildError> {
    let mut needed = vec![false; program.value_count()];
    for output in &program.outputs {
        needed[output.value.index()] = true;
    }
    for instruction in program.instructions.iter().rev() {
        if is_kept(instruction, &needed) {
            for operand in &instruction.operands {
                needed[operand.index()] = true;
            }
        }
    }
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    for instruction in program.instructions.iter().filter(|instruction| is_kept(instruction, &needed)) {
        let operands: SmallVec<[ValueId; 4]> =
            instruction.operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let kept: SmallVec<[ValueId; 4]>;
        let results = match &instruction.operation {
            Operation::Scan(scan) => {
                kept = kept_results(scan, instruction, &needed);
                let (scan, operands) = trimmed(scan, instruction, &needed, operands)?;
                builder.emit(Operation::Scan(Box::new(scan)), operands)?
            }
            operation => {
                kept = instruction.results.iter().copied().collect();
                builder.emit(operation.clone(), operands)?
            }
        };
        for (old, new) in kept.iter().zip(results) {
            places[old.index()] = Some(new);
        }
    }
    for output in &program.outputs {
        let value = places[output.value.index()].ok_or(BuildError::NoSuchValue(output.value))?;
        builder.output(&output.name, value)?;
    }
    let mut alive = builder.finish();
    for requirement in &program.requirements {
        if !alive.requirements.contains(requirement) {
            alive.requirements.push(requirement.clone());
        }
    }
    Ok(alive)
}

fn is_kept(instruction: &Instruction, needed: &[bool]) -> bool {
    let port = matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. });
    port || instruction.results.iter().any(|result| needed[result.index()])
}

/// The results that a scan still has: all states, and the outputs that are needed.
fn kept_results(scan: &Scan, instruction: &Instruction, needed: &[bool]) -> SmallVec<[ValueId; 4]> {
    let results = instruction.results.iter().enumerate();
    results
        .filter(|(place, result)| *place < scan.states || needed[result.index()])
        .map(|(_, result)| *result)
        .collect()
}

/// The scan without outputs that nobody needs, and without constants that its body does not use.
fn trimmed(
    scan: &Scan,
    instruction: &Instruction,
    needed: &[bool],
    operands: SmallVec<[ValueId; 4]>,
) -> Result<(Scan, SmallVec<[ValueId; 4]>), BuildError> {
    let mut scan = scan.clone();
    let mut place = 0;
    let states = scan.states;
    scan.body.outputs.retain(|_| {
        place += 1;
        place <= states || needed[instruction.results[place - 1].index()]
    });
    scan.body = dead_values(&scan.body)?;
    let fixed = scan.states + scan.sequences;
    let used = |input: &ValueId| {
        scan.body.instructions.iter().any(|instruction| instruction.operands.contains(input))
            || scan.body.outputs.iter().any(|output| output.value == *input)
    };
    let unused: Vec<ValueId> = scan.body.inputs.iter().skip(fixed).filter(|input| !used(input)).copied().collect();
    let kept = scan.body.inputs.iter().zip(operands).filter(|(input, _)| !unused.contains(input));
    let operands = kept.map(|(_, operand)| operand).collect();
    scan.body = without_inputs(&scan.body, &unused)?;
    Ok((scan, operands))
}

/// The program without some inputs that are not used.
fn without_inputs(program: &Program, unused: &[ValueId]) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    for instruction in &program.instructions {
        if instruction.results.iter().any(|result| unused.contains(result)) {
            continue;
        }
        let operands: SmallVec<[ValueId; 4]> =
            instruction.operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let results = builder.emit(instruction.operation.clone(), operands)?;
        for (old, new) in instruction.results.iter().zip(results) {
            places[old.index()] = Some(new);
        }
    }
    for output in &program.outputs {
        let value = places[output.value.index()].ok_or(BuildError::NoSuchValue(output.value))?;
        builder.output(&output.name, value)?;
    }
    Ok(builder.finish())
}
