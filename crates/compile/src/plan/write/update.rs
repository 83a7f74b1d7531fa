//! Inputs that hold outputs behind each run: what computes an output writes it where the input is, if nothing reads the input
//! any more; otherwise it is brought there in the end.

use std::any::Any;

use netform_kernels::Onto;

use super::{Writer, Written};
use crate::interpret::InterpretError;
use crate::plan::memory::Stored;
use crate::plan::place::{BufferId, Place, Value};
use crate::plan::steps::Map;
use crate::program::Type;

/// An output and the input that holds it behind a run.
pub(super) struct Change {
    /// Where the output is.
    from: Place,
    /// Where the input is.
    to: Place,
}

impl Writer<'_> {
    /// Where outputs are that inputs hold behind a run: apart from all those inputs but their own.
    pub(super) fn changes(
        &mut self,
        outputs: Vec<(Value, &Type)>,
        inputs: &[Place],
    ) -> Result<Vec<Change>, InterpretError> {
        let mut changes = Vec::with_capacity(outputs.len());
        for ((value, value_type), to) in outputs.into_iter().zip(inputs) {
            let mut from = self.place(value, value_type.element)?;
            if !is_same(&from, to) && inputs.iter().any(|input| input.buffer == from.buffer) {
                from = self.copied(&from, value_type.element)?;
            }
            self.buffers.touch(from.buffer);
            changes.push(Change { from, to: to.clone() });
        }
        Ok(changes)
    }

    /// The steps with those that bring outputs to inputs, where these are not written there at once.
    pub(super) fn change(&mut self, mut steps: Vec<Written>, changes: &[Change]) -> Vec<Written> {
        let mut there: Vec<BufferId> = vec![];
        let mut later = vec![];
        for change in changes {
            let Change { from, to } = change;
            if is_same(from, to) {
                continue;
            }
            if !there.contains(&from.buffer) && self.is_free(&mut steps, change) {
                there.push(from.buffer);
                self.buffers.put_at(from.buffer, to.buffer);
            } else {
                later.push(change);
            }
        }
        let outer = std::mem::take(&mut self.steps);
        for Change { from, to } in later {
            self.transfer(from, to, Onto::Replace);
        }
        steps.extend(std::mem::replace(&mut self.steps, outer));
        changes.iter().for_each(|change| self.buffers.persist(change.to.buffer));
        steps
    }

    /// Whether an output may be written where the input is.
    fn is_free(&self, steps: &mut [Written], Change { from, to }: &Change) -> bool {
        let whole = from.layout.is_contiguous() && from.layout.offset() == 0 && from.double == to.double;
        let own = self.buffers.is_own_since(from.buffer, 0) && self.buffers.len(from.buffer) == from.layout.len();
        let Some(&written) = self.buffers.uses(from.buffer).first().filter(|_| whole && own) else { return false };
        let read = self.buffers.last(to.buffer);
        let step = steps.iter_mut().find(|step| step.time >= written);
        read < written
            || read == written
                && step.is_some_and(|step| {
                    step.time == written && (replaces::<f32>(step, from, to) || replaces::<f64>(step, from, to))
                })
    }
}

/// Whether both are the same elements.
fn is_same(from: &Place, to: &Place) -> bool {
    from.buffer == to.buffer && from.layout == to.layout
}

/// Whether a step is a map that reads an input element by element, each not after the element that takes its place.
fn replaces<T: Stored>(step: &mut Written, from: &Place, to: &Place) -> bool {
    let Some(map) = (&mut *step.step as &mut dyn Any).downcast_mut::<Map<T>>() else { return false };
    let Some(result) = map.outputs.iter().position(|output| output.buffer == from.buffer) else { return false };
    let apart = map.tape.with_results_apart();
    let mut reads = map.inputs.iter().enumerate().filter(|(_, input)| input.buffer == to.buffer);
    let free =
        reads.all(|(place, input)| input.offset == 0 && input.walk.is_contiguous() && apart.may_replace(result, place));
    if free {
        map.tape = apart;
    }
    free
}
