//! Real numbers as integers.

use std::fmt;

use super::{Context, Step};
use crate::interpret::{InterpretError, whole};
use crate::plan::memory::Workspace;
use crate::plan::place::Region;

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

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check {} integers", self.region.walk.len())
    }
}
