//! Positions that sort.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::{Cost, product};

/// For each line, whose first element `lines` names, the positions of its elements in ascending order, line after line.
#[derive(Debug)]
pub(in crate::plan) struct Order<T> {
    pub(in crate::plan) lines: Region,
    /// The number of elements of a line and the step between them.
    pub(in crate::plan) axis: (usize, isize),
    pub(in crate::plan) to: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Order<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (size, step) = self.axis;
        let (from, to) = (self.lines.start(workspace), self.to.start(workspace));
        self.lines.walk.begin(&mut workspace.positions[0]);
        let mut places: Vec<usize> = Vec::with_capacity(size);
        for line in 0..self.lines.walk.len() {
            let (first, ..) = self.lines.walk.run(&mut workspace.positions[0], 1);
            let (memory, _) = T::of(workspace);
            let element = |place: usize| memory[from.wrapping_add_signed(first + step * place as isize)];
            places.clear();
            places.extend(0..size);
            places.sort_by(|&a, &b| ascending(element(a), element(b)));
            let target = &mut workspace.double.as_mut_slice()[to + line * size..to + (line + 1) * size];
            target.iter_mut().zip(&places).for_each(|(to, &place)| *to = (place + 1) as f64);
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        let elements = self.to.walk.len();
        // So many comparisons as a sort of each line needs at least.
        let operations = product(&[elements, self.axis.0.max(1).ilog2() as usize]);
        Cost { operations, ..Cost::moving(elements * size_of::<T>() + self.to.bytes()) }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sort {} lines of {}", self.lines.walk.len(), self.axis.0)
    }
}

/// What is not a number comes behind all numbers.
fn ascending<T: PartialOrd>(a: T, b: T) -> Ordering {
    let is_nan = |x: &T| x.partial_cmp(x).is_none();
    a.partial_cmp(&b).unwrap_or_else(|| is_nan(&a).cmp(&is_nan(&b)))
}
