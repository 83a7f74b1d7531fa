//! Functions of elements.

use std::fmt;

use netform_kernels::{Stream, Tape};
use smallvec::SmallVec;

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::{Cost, product};

/// Applies a tape to corresponding elements.
#[derive(Debug)]
pub(in crate::plan) struct Map<T> {
    pub(in crate::plan) tape: Tape<T>,
    pub(in crate::plan) inputs: Vec<Region>,
    pub(in crate::plan) outputs: Vec<Region>,
    pub(in crate::plan) count: usize,
}

impl<T: Stored> Step for Map<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let inputs: SmallVec<[Stream<'_>; 16]> = self.inputs.iter().map(|region| region.stream(workspace)).collect();
        let outputs: SmallVec<[Stream<'_>; 4]> = self.outputs.iter().map(|region| region.stream(workspace)).collect();
        let memory = (workspace.single.as_mut_slice(), workspace.double.as_mut_slice());
        // Most functions take as long as many multiplications.
        let work = self.tape.codes().count().saturating_add(1).saturating_mul(self.count).saturating_mul(8);
        if let Some(crew) = workspace.crew.as_mut().filter(|crew| crew.is_worth(work)) {
            self.tape.run_apart(crew, memory, &inputs, &outputs, self.count);
            return Ok(());
        }
        self.tape.run(&mut workspace.scratch, memory, &inputs, &outputs, self.count);
        Ok(())
    }

    fn cost(&self) -> Cost {
        let moved = self.inputs.iter().chain(&self.outputs).map(Region::bytes).sum();
        Cost { operations: product(&[self.count, self.tape.codes().count()]), ..Cost::moving(moved) }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "map of {} elements:", self.count)?;
        self.tape.codes().try_for_each(|code| write!(f, " {code:?}"))
    }
}
