//! States before each step of a recurrence, from those behind each step.

use super::rebuild::{Results, rebuild, with_body};
use crate::dim::Dim;
use crate::program::{BuildError, Builder, Direction, Operation, Program, Scan, Type, ValueId};

/// Takes the states before each step, where they are outputs of a recurrence, from the outputs of the steps before: a step then
/// writes what it computes, and copies nothing.
///
/// # Errors
/// None for valid programs.
pub(crate) fn shift_states(program: &Program) -> Result<Program, BuildError> {
    rebuild(program, shift_states, |builder, instruction, operands| {
        let operation = with_body(&instruction.operation, shift_states)?;
        let Operation::Scan(scan) = &operation else { return Ok(None) };
        match shifted(scan) {
            Some(shifted) if scan.length.as_size().is_some_and(|length| length > 1) => {
                shifted.emit(builder, scan, operands).map(Some)
            }
            _ => builder.emit(operation.clone(), operands.iter().copied()).map(Some),
        }
    })
}

/// A recurrence without states before steps among its outputs.
struct Shifted {
    body: Program,
    /// What each output of the step was: an output of the new body, or a state before, by its place and that of the output that
    /// is the next state.
    outputs: Vec<Result<usize, (usize, usize)>>,
}

/// The recurrence without them; nothing if there are none.
fn shifted(scan: &Scan) -> Option<Shifted> {
    let mut body = scan.body.clone();
    let (states, all) = (&scan.body.inputs()[..scan.states], scan.body.outputs());
    let before = |value: ValueId| states.iter().position(|state| *state == value);
    let is_before = |value: ValueId| before(value).is_some();
    if !all[scan.states..].iter().any(|output| is_before(output.value)) {
        return None;
    }
    let (next, steps) = all.split_at(scan.states);
    let mut kept: Vec<_> = steps.iter().filter(|output| !is_before(output.value)).cloned().collect();
    let mut outputs = Vec::with_capacity(steps.len());
    let mut others = 0..;
    for output in steps {
        outputs.push(match before(output.value) {
            None => Ok(others.next()?),
            Some(state) => {
                let value = next[state].value;
                // A state that another one was before is no output of its own.
                if is_before(value) {
                    return None;
                }
                let place = kept.iter().position(|other| other.value == value).unwrap_or(kept.len());
                if place == kept.len() {
                    kept.push(crate::program::Output { name: output.name.clone(), value });
                }
                Err((state, place))
            }
        });
    }
    body.outputs = next.iter().cloned().chain(kept).collect();
    Some(Shifted { body, outputs })
}

impl Shifted {
    fn emit(self, builder: &mut Builder, scan: &Scan, operands: &[ValueId]) -> Result<Results, BuildError> {
        let new = Scan { body: self.body, length: scan.length.clone(), ..*scan };
        let all = builder.scan(new, operands)?;
        let mut results: Results = all.iter().take(scan.states).copied().collect();
        for output in self.outputs {
            results.push(match output {
                Ok(place) => all[scan.states + place],
                Err((state, place)) => before(builder, scan, operands[state], all[scan.states + place])?,
            });
        }
        Ok(results)
    }
}

/// The first state, and those behind all steps but the last one, in the order of the steps.
fn before(builder: &mut Builder, scan: &Scan, first: ValueId, behind: ValueId) -> Result<ValueId, BuildError> {
    let Type { shape, .. } = builder.type_of(first).clone();
    let first = builder.reshape([Dim::from(1)].into_iter().chain(shape), first)?;
    let count = scan.length.subtract(&Dim::from(1))?;
    match scan.direction {
        Direction::Forward => {
            let others = builder.slice_axis(0, Dim::from(0), count, behind)?;
            builder.concatenate(0, &[first, others])
        }
        Direction::Backward => {
            let others = builder.slice_axis(0, Dim::from(1), count, behind)?;
            builder.concatenate(0, &[others, first])
        }
    }
}
