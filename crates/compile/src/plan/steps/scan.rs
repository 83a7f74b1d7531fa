//! Recurrences. Nothing is copied that can be written or read where it lies: elements of sequences are read in place,
//! outputs are written into their row, and a state that is an output is read from there in the next step.

use std::fmt;

use netform_kernels::{Onto, Order, Walk, transfer};

use super::{Context, Step, run};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::{BufferId, Region};
use crate::plan::report::Cost;

/// Runs the steps of a body again and again.
#[derive(Debug)]
pub(in crate::plan) struct Scan {
    pub(in crate::plan) length: usize,
    pub(in crate::plan) backward: bool,
    pub(in crate::plan) body: Vec<Box<dyn Step>>,
    pub(in crate::plan) sequences: Vec<Sequence>,
    pub(in crate::plan) states: Vec<State>,
    pub(in crate::plan) outputs: Vec<Output>,
}

/// A sequence of which the body reads one element.
#[derive(Debug)]
pub(in crate::plan) struct Sequence {
    /// The buffer that is the element of the step.
    pub(in crate::plan) buffer: BufferId,
    /// The first element of the sequence, and the step to the next one.
    pub(in crate::plan) source: BufferId,
    pub(in crate::plan) offset: usize,
    pub(in crate::plan) step: isize,
}

/// A state.
#[derive(Debug)]
pub(in crate::plan) struct State {
    /// The buffer that the body reads.
    pub(in crate::plan) buffer: BufferId,
    /// The state before the first step.
    pub(in crate::plan) initial: Region,
    /// The state behind a step.
    pub(in crate::plan) next: Output,
    /// Where the last state is wanted, if it is.
    pub(in crate::plan) last: Option<Region>,
}

/// A value that leaves the body.
#[derive(Debug)]
pub(in crate::plan) struct Output {
    pub(in crate::plan) value: Region,
    /// Its elements one after the other.
    pub(in crate::plan) row: Walk,
    /// Where it belongs.
    pub(in crate::plan) target: Target,
    /// Whether the body writes it there itself.
    pub(in crate::plan) in_place: bool,
}

/// Where a value that leaves the body belongs.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) enum Target {
    /// The row of the step in a buffer with rows of so many elements.
    Row(BufferId, usize),
    /// The one of two buffers that is not read in the step.
    Other([BufferId; 2]),
}

impl Target {
    /// The place at a turn, for the element at `place` of the sequences.
    fn base(self, workspace: &Workspace, turn: usize, place: usize) -> usize {
        match self {
            Target::Row(stack, size) => workspace.base(stack) + place * size,
            Target::Other(rooms) => workspace.base(rooms[turn % 2]),
        }
    }
}

impl Step for Scan {
    fn run(&self, workspace: &mut Workspace, context: &mut Context<'_>) -> Result<(), InterpretError> {
        for state in &self.states {
            workspace.set_base(state.buffer, state.initial.start(workspace));
        }
        for turn in 0..self.length {
            if turn % 64 == 63 && !(context.proceed)() {
                return Err(InterpretError::Stopped);
            }
            let place = if self.backward { self.length - 1 - turn } else { turn };
            for sequence in &self.sequences {
                let start = workspace.base(sequence.source) + sequence.offset;
                workspace.set_base(sequence.buffer, start.wrapping_add_signed(sequence.step * place as isize));
            }
            let outputs = || self.states.iter().map(|state| &state.next).chain(&self.outputs);
            for output in outputs().filter(|output| output.in_place) {
                workspace.set_base(output.value.buffer, output.target.base(workspace, turn, place));
            }
            workspace.path.push((place, self.length));
            // Weights are read to and fro.
            let around = std::mem::replace(&mut workspace.order, [Order::Forward, Order::Backward][turn % 2]);
            let done = run(&self.body, workspace, context);
            workspace.order = around;
            workspace.path.pop();
            done?;
            for output in outputs().filter(|output| !output.in_place) {
                let target = output.target.base(workspace, turn, place);
                copy(&output.value, (target, &output.row), workspace);
            }
            for state in &self.states {
                workspace.set_base(state.buffer, state.next.target.base(workspace, turn, place));
            }
        }
        self.finish(workspace);
        Ok(())
    }

    fn cost(&self) -> Cost {
        let body = self.body.iter().fold(Cost::default(), |sum, step| sum + step.cost());
        let outputs = self.states.iter().map(|state| &state.next).chain(&self.outputs);
        let copied: usize = outputs.filter(|output| !output.in_place).map(|output| 2 * output.value.bytes()).sum();
        let last: usize = self.states.iter().filter_map(|state| state.last.as_ref()).map(|last| 2 * last.bytes()).sum();
        (body + Cost::moving(copied)) * self.length + Cost::moving(last)
    }

    fn turns(&self) -> usize {
        self.length
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = if self.states.len() == 1 { "" } else { "s" };
        write!(f, "{} steps with {} state{many}", self.length, self.states.len())
    }

    fn inner(&self) -> &[Box<dyn Step>] {
        &self.body
    }
}

impl Scan {
    /// Brings the last states to where they are wanted.
    pub(super) fn finish(&self, workspace: &mut Workspace) {
        let turn = self.length.wrapping_sub(1);
        let place = if self.backward { 0 } else { turn };
        for state in &self.states {
            if let Some(last) = &state.last {
                let start = match self.length {
                    0 => state.initial.start(workspace),
                    _ => state.next.target.base(workspace, turn, place),
                };
                copy_walk(last.double, (start, &last.walk), (last.start(workspace), &last.walk), workspace);
            }
        }
    }
}

/// Copies the elements of a region to where they follow each other.
fn copy(value: &Region, to: (usize, &Walk), workspace: &mut Workspace) {
    copy_walk(value.double, (value.start(workspace), &value.walk), to, workspace);
}

fn copy_walk(double: bool, from: (usize, &Walk), to: (usize, &Walk), workspace: &mut Workspace) {
    fn copy<T: Stored>(from: (usize, &Walk), to: (usize, &Walk), workspace: &mut Workspace) {
        let (memory, [from_at, to_at, ..]) = T::of(workspace);
        transfer(memory, from, to, Onto::Replace, [from_at, to_at]);
    }
    if double { copy::<f64>(from, to, workspace) } else { copy::<f32>(from, to, workspace) }
}
