//! Elements at positions that are data.

use std::fmt;
use std::marker::PhantomData;

use netform_kernels::Walk;

use super::{Context, Step};
use crate::interpret::{InterpretError, place};
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::Cost;

/// For each element of `outer` and each position, the elements of `inner` at that position of the axis.
#[derive(Debug)]
pub(in crate::plan) struct Gather<T> {
    /// The first elements for each index in front of the axis.
    pub(in crate::plan) outer: Region,
    /// The size of the axis and the step along it.
    pub(in crate::plan) axis: (usize, isize),
    /// The elements behind the axis.
    pub(in crate::plan) inner: Walk,
    /// The positions, from 1.
    pub(in crate::plan) positions: Region,
    pub(in crate::plan) to: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

/// The places of positions along an axis.
fn offset(workspace: &Workspace, at: usize, (size, step): (usize, isize)) -> Result<isize, InterpretError> {
    let position = workspace.double.as_slice()[at];
    let whole = crate::interpret::whole(position)?;
    Ok(place(whole as i64, size)? as isize * step)
}

impl<T: Stored> Step for Gather<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (from, positions, to) =
            (self.outer.start(workspace), self.positions.start(workspace), self.to.start(workspace));
        self.outer.walk.begin(&mut T::of(workspace).1[0]);
        let mut done = to;
        for _ in 0..self.outer.walk.len() {
            let (outer, ..) = self.outer.walk.run(&mut T::of(workspace).1[0], 1);
            self.positions.walk.begin(&mut workspace.positions[1]);
            for _ in 0..self.positions.walk.len() {
                let (position, ..) = self.positions.walk.run(&mut workspace.positions[1], 1);
                let along = offset(workspace, positions.wrapping_add_signed(position), self.axis)?;
                let (memory, [_, _, inner_at, _]) = T::of(workspace);
                self.inner.begin(inner_at);
                let mut within = 0;
                while within < self.inner.len() {
                    let (first, step, count) = self.inner.run(inner_at, self.inner.len() - within);
                    let first = from.wrapping_add_signed(outer + along + first);
                    if step == 1 {
                        memory.copy_within(first..first + count, done);
                    } else {
                        for k in 0..count {
                            memory[done + k] = memory[first.wrapping_add_signed(step * k as isize)];
                        }
                    }
                    within += count;
                    done += count;
                }
            }
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        Cost::moving(self.positions.bytes() + 2 * self.to.bytes())
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gather {} elements", self.to.walk.len())
    }
}

/// Adds, for each element of `outer` and each position, as many elements as `inner` has at that position of the axis.
#[derive(Debug)]
pub(in crate::plan) struct Scatter<T> {
    /// Where the first elements for each index in front of the axis are added.
    pub(in crate::plan) outer: Region,
    /// The size of the axis and the step along it.
    pub(in crate::plan) axis: (usize, isize),
    /// The number of elements behind the axis, which follow each other.
    pub(in crate::plan) inner: usize,
    /// The positions, from 1.
    pub(in crate::plan) positions: Region,
    /// What is added.
    pub(in crate::plan) updates: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Scatter<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (to, positions, updates) =
            (self.outer.start(workspace), self.positions.start(workspace), self.updates.start(workspace));
        self.outer.walk.begin(&mut workspace.positions[0]);
        self.updates.walk.begin(&mut workspace.positions[2]);
        for _ in 0..self.outer.walk.len() {
            let (outer, ..) = self.outer.walk.run(&mut workspace.positions[0], 1);
            self.positions.walk.begin(&mut workspace.positions[1]);
            for _ in 0..self.positions.walk.len() {
                let (position, ..) = self.positions.walk.run(&mut workspace.positions[1], 1);
                let along = offset(workspace, positions.wrapping_add_signed(position), self.axis)?;
                let (memory, [_, _, updates_at, _]) = T::of(workspace);
                let mut target = to.wrapping_add_signed(outer + along);
                let mut within = 0;
                while within < self.inner {
                    let (first, step, count) = self.updates.walk.run(updates_at, self.inner - within);
                    let first = updates.wrapping_add_signed(first);
                    for k in 0..count {
                        let element = memory[first.wrapping_add_signed(step * k as isize)];
                        memory[target] += element;
                        target += 1;
                    }
                    within += count;
                }
            }
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        let moved = Cost::moving(self.positions.bytes() + 3 * self.updates.bytes());
        Cost { operations: self.updates.walk.len() as u64, ..moved }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "add {} elements at positions", self.updates.walk.len())
    }
}
