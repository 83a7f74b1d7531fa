//! Matrices that are packed once for all products that read them.

use std::fmt;
use std::marker::PhantomData;

use netform_kernels::{Places, Walk};

use super::product::pack_within;
use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::{BufferId, Region};
use crate::plan::report::{Cost, product};

/// Packs a matrix.
#[derive(Debug)]
pub(in crate::plan) struct Pack<T> {
    /// Its first element.
    pub(in crate::plan) start: Region,
    pub(in crate::plan) rows: Places,
    pub(in crate::plan) columns: Walk,
    pub(in crate::plan) panels: BufferId,
    pub(in crate::plan) room: usize,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Pack<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (start, panels) = (self.start.start(workspace), workspace.base(self.panels));
        let (memory, [at, ..]) = T::of(workspace);
        pack_within(memory, start, &self.rows, &self.columns, panels..panels + self.room, at);
        Ok(())
    }

    fn cost(&self) -> Cost {
        Cost { operations: 0, moved: product(&[2, self.rows.len(), self.columns.len(), size_of::<T>()]), weights: 0 }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packing of a matrix {}x{}", self.rows.len(), self.columns.len())
    }
}
