//! Windows of which one element each remains.

use std::fmt;
use std::marker::PhantomData;

use netform_kernels::{Combine, Windows, combine_windows, combine_windows_apart};

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::{Cost, product};

/// Combines the elements of each window, as pooling does.
#[derive(Debug)]
pub(in crate::plan) struct Pooling<T> {
    pub(in crate::plan) kind: Combine,
    /// All elements.
    pub(in crate::plan) from: Region,
    pub(in crate::plan) windows: Windows,
    pub(in crate::plan) to: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Pooling<T> {
    fn operations(&self) -> u64 {
        product(&[self.windows.len(), self.windows.depth.len()])
    }
}

impl<T: Stored> Step for Pooling<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (from, to) = ((self.from.start(workspace), &self.windows), self.to.start(workspace));
        // An element that is read takes as long as many multiplications.
        if let Some((memory, crew)) = T::with_crew(workspace, self.operations().saturating_mul(16) as usize) {
            combine_windows_apart(self.kind, memory, from, to, crew);
        } else {
            combine_windows(self.kind, T::of(workspace).0, from, to);
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        let read = product(&[self.windows.len(), self.windows.depth.len(), size_of::<T>()]);
        Cost { operations: self.operations(), moved: read.saturating_add(self.to.bytes() as u64), weights: 0 }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reduce {} windows of {} elements by {:?}", self.windows.len(), self.windows.depth.len(), self.kind)
    }
}
