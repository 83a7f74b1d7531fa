//! Random draws.

use std::fmt;
use std::marker::PhantomData;

use netform_array::{ElementType, Shape};
use netform_expr::{Expr, NodeMap};

use super::{Context, Step};
use crate::interpret::{Draws, InterpretError};
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::Region;
use crate::plan::report::Cost;
use crate::program::Distribution;

/// Draws the elements of an array.
#[derive(Debug)]
pub(in crate::plan) struct Draw<T> {
    pub(in crate::plan) label: Expr,
    pub(in crate::plan) distribution: Distribution,
    /// The values of parameters that are no numbers.
    pub(in crate::plan) parameters: NodeMap<f64>,
    pub(in crate::plan) value_element: ElementType,
    pub(in crate::plan) shape: Shape,
    pub(in crate::plan) to: Region,
    pub(in crate::plan) element: PhantomData<T>,
}

impl<T: Stored> Step for Draw<T> {
    fn run(&self, workspace: &mut Workspace, context: &mut Context<'_>) -> Result<(), InterpretError> {
        let draws = Draws {
            label: &self.label,
            distribution: &self.distribution,
            element: self.value_element,
            path: &workspace.path,
            shape: &self.shape,
        };
        let values = draws.machine_numbers(context.seed, |e| self.parameters.get(e).copied())?;
        let to = self.to.start(workspace);
        let (memory, _) = T::of(workspace);
        memory[to..to + values.len()].iter_mut().zip(values).for_each(|(to, value)| *to = T::from_double(value));
        Ok(())
    }

    fn cost(&self) -> Cost {
        Cost { operations: self.to.walk.len() as u64, ..Cost::moving(self.to.bytes()) }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "draw {} numbers", self.to.walk.len())
    }
}
