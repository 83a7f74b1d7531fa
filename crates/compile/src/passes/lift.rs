//! One operation for all steps of a recurrence, in the place of one for each: its operands and results get a new first
//! axis, whose positions are the steps.

use smallvec::{SmallVec, smallvec};

use super::rebuild::Results;
use crate::dim::{Dim, Dims};
use crate::program::{
    BuildError, Builder, Contraction, Direction, Instruction, Label, Operation, Padding, Program, Reduction, Scan,
    Slicing, Type, ValueId, Windows,
};

/// A value in the lifted program, and whether it has the new axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifted {
    pub(super) value: ValueId,
    pub(super) is_lifted: bool,
}

/// Emits an instruction for all `length` steps. Its results have the new axis; `None` where there is no such operation.
/// At least one operand is lifted, or numbers are drawn.
pub(super) fn lift(
    builder: &mut Builder,
    length: &Dim,
    instruction: &Instruction,
    operands: &[Lifted],
) -> Result<Option<Results>, BuildError> {
    let plain: Vec<ValueId> = operands.iter().map(|operand| operand.value).collect();
    let with_length = |dims: &Dims| -> Dims { std::iter::once(length.clone()).chain(dims.iter().cloned()).collect() };
    let next = |axes: &[usize]| -> SmallVec<[usize; 4]> { axes.iter().map(|axis| axis + 1).collect() };
    let operation = match (&instruction.operation, operands) {
        (Operation::Map { .. } | Operation::Select | Operation::Index { .. } | Operation::Concatenate { .. }, _) => {
            let all = all_lifted(builder, length, operands)?;
            let operation = match &instruction.operation {
                Operation::Concatenate { axis } => Operation::Concatenate { axis: axis + 1 },
                other => other.clone(),
            };
            return builder.emit(operation, all).map(Some);
        }
        (Operation::Contract(contraction), _) => {
            let labels = contraction.operands.iter().flatten().chain(&contraction.result);
            let Some(new) = labels.map(|label| label.0).max().map_or(Some(0), |most| most.checked_add(1)) else {
                return Ok(None);
            };
            let extended = |labels: &SmallVec<[Label; 4]>, lifted: bool| -> SmallVec<[Label; 4]> {
                lifted.then_some(Label(new)).into_iter().chain(labels.iter().copied()).collect()
            };
            let factors = contraction.operands.iter().zip(operands);
            Operation::Contract(Contraction {
                operands: factors.map(|(labels, operand)| extended(labels, operand.is_lifted)).collect(),
                result: extended(&contraction.result, true),
            })
        }
        (Operation::Reduce(reduction), _) => {
            Operation::Reduce(Reduction { axes: next(&reduction.axes), ..reduction.clone() })
        }
        (Operation::Reshape { shape }, _) => Operation::Reshape { shape: with_length(shape) },
        (Operation::Transpose { axes }, _) => {
            Operation::Transpose { axes: std::iter::once(0).chain(next(axes)).collect() }
        }
        (Operation::Broadcast { shape, axes }, _) => {
            Operation::Broadcast { shape: with_length(shape), axes: std::iter::once(0).chain(next(axes)).collect() }
        }
        (Operation::Slice(Slicing { start, step, size }), _) => Operation::Slice(Slicing {
            start: std::iter::once(Dim::from(0)).chain(start.iter().cloned()).collect(),
            step: std::iter::once(1).chain(step.iter().copied()).collect(),
            size: with_length(size),
        }),
        (Operation::Pad(Padding { low, high, interior }), [operand, value])
            if !value.is_lifted && operand.is_lifted =>
        {
            let zero = || std::iter::once(Dim::from(0));
            Operation::Pad(Padding {
                low: zero().chain(low.iter().cloned()).collect(),
                high: zero().chain(high.iter().cloned()).collect(),
                interior: std::iter::once(0).chain(interior.iter().copied()).collect(),
            })
        }
        (Operation::Reverse { axes }, _) => Operation::Reverse { axes: next(axes) },
        (Operation::Gather { axis }, [source, positions]) if !positions.is_lifted && source.is_lifted => {
            Operation::Gather { axis: axis + 1 }
        }
        (Operation::Gather { axis }, [source, positions]) if positions.is_lifted && !source.is_lifted => {
            // The new axis stands where the positions' axes stand.
            let gathered = builder.emit(instruction.operation.clone(), plain.iter().copied())?[0];
            let rank = builder.type_of(gathered).rank();
            let order: Vec<usize> = std::iter::once(*axis).chain((0..rank).filter(|other| other != axis)).collect();
            return Ok(Some(smallvec![builder.transpose(&order, gathered)?]));
        }
        (Operation::Window(windows), _) => Operation::Window(Windows { axes: next(&windows.axes), ..windows.clone() }),
        (Operation::OverlapAdd(windows), _) => {
            Operation::OverlapAdd(Windows { axes: next(&windows.axes), ..windows.clone() })
        }
        (Operation::Order { axis }, _) => Operation::Order { axis: axis + 1 },
        (Operation::Convert { .. }, _) => instruction.operation.clone(),
        (Operation::Random { label, distribution, value_type }, []) => Operation::Random {
            label: label.clone(),
            distribution: distribution.clone(),
            value_type: Type { element: value_type.element, shape: with_length(&value_type.shape) },
        },
        (Operation::Scan(scan), _) => return lift_scan(builder, length, scan, operands),
        _ => return Ok(None),
    };
    builder.emit(operation, plain).map(Some)
}

/// The operands, all with the new axis.
fn all_lifted(builder: &mut Builder, length: &Dim, operands: &[Lifted]) -> Result<Vec<ValueId>, BuildError> {
    operands.iter().map(|operand| repeated(builder, length, *operand)).collect()
}

/// The value with the new axis, along which it is the same where it does not have it.
pub(super) fn repeated(builder: &mut Builder, length: &Dim, value: Lifted) -> Result<ValueId, BuildError> {
    if value.is_lifted {
        return Ok(value.value);
    }
    let shape = builder.type_of(value.value).shape.clone();
    let axes: Vec<usize> = (1..=shape.len()).collect();
    builder.broadcast(std::iter::once(length.clone()).chain(shape), &axes, value.value)
}

/// A recurrence for all steps of the outer one: its states have the new axis, its sequences have it behind their own
/// first axis.
fn lift_scan(
    builder: &mut Builder,
    length: &Dim,
    scan: &Scan,
    operands: &[Lifted],
) -> Result<Option<Results>, BuildError> {
    let fixed = scan.states + scan.sequences;
    let mut values = Vec::with_capacity(operands.len());
    for (place, &operand) in operands.iter().enumerate() {
        values.push(match place {
            place if place < scan.states => repeated(builder, length, operand)?,
            place if place < fixed && operand.is_lifted => swapped(builder, operand.value)?,
            _ => operand.value,
        });
    }
    let is_lifted = |place: usize| place < scan.states || operands[place].is_lifted;
    let Some(body) = lift_body(&scan.body, length, is_lifted)? else { return Ok(None) };
    let lifted = Scan { body, direction: scan.direction, length: scan.length.clone(), ..*scan };
    let results = builder.scan(lifted, &values)?;
    let mut all = Results::with_capacity(results.len());
    for (place, result) in results.into_iter().enumerate() {
        all.push(if place < scan.states { result } else { swapped(builder, result)? });
    }
    Ok(Some(all))
}

/// The first two axes in the other order.
fn swapped(builder: &mut Builder, value: ValueId) -> Result<ValueId, BuildError> {
    let rank = builder.type_of(value).rank();
    let axes: Vec<usize> = [1, 0].into_iter().chain(2..rank).collect();
    builder.transpose(&axes, value)
}

/// The program with the new axis at some of its inputs and all of its outputs.
fn lift_body(body: &Program, length: &Dim, is_lifted: impl Fn(usize) -> bool) -> Result<Option<Program>, BuildError> {
    let mut builder = Builder::new();
    let mut values: Vec<Lifted> = Vec::with_capacity(body.value_count());
    let mut inputs = 0;
    for instruction in body.instructions() {
        if let Operation::Input { name, value_type } | Operation::Parameter { name, value_type } =
            &instruction.operation
        {
            let is_lifted = is_lifted(inputs);
            inputs += 1;
            let shape = is_lifted.then(|| length.clone()).into_iter().chain(value_type.shape.iter().cloned());
            let value = builder.input(name, Type::new(value_type.element, shape))?;
            values.push(Lifted { value, is_lifted });
            continue;
        }
        // At which step of which recurrence something is drawn must stay.
        if draws(&instruction.operation) {
            return Ok(None);
        }
        let operands: Vec<Lifted> = instruction.operands.iter().map(|operand| values[operand.index()]).collect();
        let is_lifted = operands.iter().any(|operand| operand.is_lifted);
        let results = if is_lifted {
            match lift(&mut builder, length, instruction, &operands)? {
                Some(results) => results,
                None => return Ok(None),
            }
        } else {
            builder.emit(instruction.operation.clone(), operands.iter().map(|operand| operand.value))?
        };
        values.extend(results.into_iter().map(|value| Lifted { value, is_lifted }));
    }
    for output in body.outputs() {
        let value = repeated(&mut builder, length, values[output.value.index()])?;
        builder.output(&output.name, value)?;
    }
    Ok(Some(builder.finish()))
}

/// Whether an operation draws random numbers.
pub(super) fn draws(operation: &Operation) -> bool {
    match operation {
        Operation::Random { .. } => true,
        Operation::Scan(scan) => scan.body.instructions().iter().any(|instruction| draws(&instruction.operation)),
        _ => false,
    }
}

/// The program for `count` examples at once: the inputs that are not shared, and all outputs, have a new first axis. What
/// cannot be done for all examples at once is a recurrence without states.
///
/// # Errors
/// None for valid programs.
pub fn batched(program: &Program, count: &Dim, is_shared: &[bool]) -> Result<Program, BuildError> {
    match lift_body(program, count, |place| !is_shared.get(place).copied().unwrap_or(false))? {
        Some(program) => Ok(program),
        None => over_examples(program, count, is_shared),
    }
}

/// A recurrence without states that runs a program for each element of sequences: what a batch is.
pub(crate) fn over_examples(program: &Program, count: &Dim, is_shared: &[bool]) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut operands = Vec::with_capacity(program.inputs().len());
    for (&input, &shared) in program.inputs().iter().zip(is_shared) {
        let value_type = program.type_of(input);
        let name = program.input_name(input).cloned().unwrap_or_else(|| "".into());
        let length = (!shared).then(|| count.clone());
        let shape = length.into_iter().chain(value_type.shape.iter().cloned());
        operands.push(builder.input(&name, Type::new(value_type.element, shape))?);
    }
    let order = || {
        (0..operands.len())
            .filter(|&place| !is_shared[place])
            .chain((0..operands.len()).filter(|&place| is_shared[place]))
    };
    let body = with_inputs_in_order(program, &order().collect::<Vec<_>>())?;
    let sequences = is_shared.iter().filter(|shared| !**shared).count();
    let scan = Scan { body, states: 0, sequences, length: count.clone(), direction: Direction::Forward };
    let results = builder.scan(scan, &order().map(|place| operands[place]).collect::<Vec<_>>())?;
    for (output, result) in program.outputs().iter().zip(results) {
        builder.output(&output.name, result)?;
    }
    Ok(builder.finish())
}

/// The program with its inputs first, in another order.
fn with_inputs_in_order(program: &Program, order: &[usize]) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut values: Vec<Option<ValueId>> = vec![None; program.value_count()];
    for &place in order {
        let input = program.inputs()[place];
        let name = program.input_name(input).cloned().unwrap_or_else(|| "".into());
        values[input.index()] = Some(builder.input(&name, program.type_of(input).clone())?);
    }
    for instruction in program.instructions() {
        if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
            continue;
        }
        let operands: SmallVec<[ValueId; 4]> = instruction.operands.iter().filter_map(|v| values[v.index()]).collect();
        let results = builder.emit(instruction.operation.clone(), operands)?;
        for (old, new) in instruction.results.iter().zip(results) {
            values[old.index()] = Some(new);
        }
    }
    for output in program.outputs() {
        let value = values[output.value.index()].ok_or(BuildError::NoSuchValue(output.value))?;
        builder.output(&output.name, value)?;
    }
    Ok(builder.finish())
}
