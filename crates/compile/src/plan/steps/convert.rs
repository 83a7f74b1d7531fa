//! Real numbers as integers.

use std::fmt;

use netform_expr::Expr;

use super::{Context, Step};
use crate::interpret::{InterpretError, no_index, whole};
use crate::plan::memory::Workspace;
use crate::plan::place::Region;
use crate::plan::report::Cost;

/// Fails where an element of a contiguous region of double precision is no integer that is exact.
#[derive(Debug)]
pub(in crate::plan) struct Whole {
    pub(in crate::plan) region: Region,
}

impl Step for Whole {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let start = self.region.start(workspace);
        let elements = &workspace.double.as_slice()[start..start + self.region.walk.len()];
        elements.iter().try_for_each(|&element| whole(element).map(|_| ()))
    }

    fn cost(&self) -> Cost {
        Cost { operations: self.region.walk.len() as u64, ..Cost::moving(self.region.bytes()) }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check {} integers", self.region.walk.len())
    }
}

/// Fails where an element of double precision is no integer from 1 to the corresponding one of others.
#[derive(Debug)]
pub(in crate::plan) struct Index {
    /// What the elements are.
    pub(in crate::plan) label: Expr,
    pub(in crate::plan) elements: Region,
    pub(in crate::plan) greatest: Region,
}

impl Step for Index {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let (elements, greatest) = (self.elements.start(workspace), self.greatest.start(workspace));
        let [first, second, ..] = &mut workspace.positions;
        self.elements.walk.begin(first);
        self.greatest.walk.begin(second);
        for _ in 0..self.elements.walk.len() {
            let (element, ..) = self.elements.walk.run(first, 1);
            let (limit, ..) = self.greatest.walk.run(second, 1);
            let memory = workspace.double.as_slice();
            let element = memory[elements.wrapping_add_signed(element)];
            let limit = memory[greatest.wrapping_add_signed(limit)];
            if let Some(error) = no_index(&self.label, element, limit) {
                return Err(error);
            }
        }
        Ok(())
    }

    fn cost(&self) -> Cost {
        let moved = Cost::moving(self.elements.bytes() + self.greatest.bytes());
        Cost { operations: self.elements.walk.len() as u64, ..moved }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check {} indices", self.elements.walk.len())
    }
}
