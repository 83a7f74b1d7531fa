//! Elements brought from place to place.

use std::fmt;
use std::marker::PhantomData;

use netform_kernels::{Onto, transfer, transfer_apart};

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::Cost;

/// An element that is brought takes as long as so many multiplications.
const COPYING: usize = 32;

/// Brings the elements of one region to another.
#[derive(Debug)]
pub(in crate::plan) struct Transfer<T> {
    pub(in crate::plan) from: Region,
    pub(in crate::plan) to: Region,
    pub(in crate::plan) onto: Onto,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Transfer<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (from, to) = (self.from.start(workspace), self.to.start(workspace));
        let count = self.to.walk.len();
        if self.onto == Onto::Replace
            && let Some((memory, crew)) = T::with_crew(workspace, count.saturating_mul(COPYING))
            && transfer_apart(memory, (from, &self.from.walk), (to, &self.to.walk), crew)
        {
            return Ok(());
        }
        let (memory, [from_at, to_at, ..]) = T::of(workspace);
        transfer(memory, (from, &self.from.walk), (to, &self.to.walk), self.onto, [from_at, to_at]);
        Ok(())
    }

    fn cost(&self) -> Cost {
        let moved = Cost::moving(self.from.bytes() + self.to.bytes());
        match self.onto {
            Onto::Add => Cost { operations: self.to.walk.len() as u64, ..moved },
            Onto::Replace => moved,
        }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.onto == Onto::Add { "add" } else { "copy" };
        write!(f, "{name} {} elements", self.to.walk.len())
    }
}

/// Fills a contiguous region with the element at a place.
#[derive(Debug)]
pub(in crate::plan) struct Fill<T> {
    pub(in crate::plan) to: Region,
    pub(in crate::plan) with: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Fill<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (to, from) = (self.to.start(workspace), self.with.start(workspace));
        let (memory, _) = T::of(workspace);
        let element = memory[from];
        memory[to..to + self.to.walk.len()].fill(element);
        Ok(())
    }

    fn cost(&self) -> Cost {
        Cost::moving(self.to.bytes())
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fill {} elements", self.to.walk.len())
    }
}
