//! The steps of plans: kernels with the places of their operands.

mod convert;
mod fused;
mod gather;
mod map;
mod order;
mod pack;
mod product;
mod random;
mod recurrence;
mod reduce;
mod rows;
mod scan;
mod transfer;
mod windows;

use std::any::Any;
use std::fmt;

use super::memory::Workspace;
use super::report::Cost;
use crate::interpret::InterpretError;

pub(super) use convert::{Index, Whole};
pub(super) use fused::{Lattice, Stage};
pub(super) use gather::{Gather, Scatter};
pub(super) use map::Map;
pub(super) use order::Order;
pub(super) use pack::Pack;
pub(super) use product::{Product, Right};
pub(super) use random::Draw;
pub(super) use recurrence::{Feeder, Recurrence};
pub(super) use reduce::{Fold, Reduce};
pub(super) use rows::{RowWise, Start};
pub(super) use scan::{Output, Scan, Sequence, State, Target};
pub(super) use transfer::{Fill, Transfer};
pub(super) use windows::Pooling;

/// One step.
pub(super) trait Step: Any + fmt::Debug + Send + Sync {
    /// Does it.
    fn run(&self, workspace: &mut Workspace, context: &mut Context<'_>) -> Result<(), InterpretError>;

    /// What it does, in a few words.
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// What it costs.
    fn cost(&self) -> Cost;

    /// How often the steps within it are done.
    fn turns(&self) -> usize {
        1
    }

    /// The steps within it.
    fn inner(&self) -> &[Box<dyn Step>] {
        &[]
    }
}

/// What surrounds a run of a plan.
pub(super) struct Context<'a> {
    /// Whether to go on.
    pub(super) proceed: &'a mut dyn FnMut() -> bool,
    /// The seed of random numbers.
    pub(super) seed: u64,
}

/// Runs steps in order.
pub(super) fn run(
    steps: &[Box<dyn Step>],
    workspace: &mut Workspace,
    context: &mut Context<'_>,
) -> Result<(), InterpretError> {
    steps.iter().try_for_each(|step| step.run(workspace, context))
}
