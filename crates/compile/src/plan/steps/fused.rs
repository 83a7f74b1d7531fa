//! Products followed by functions of their elements.

use std::fmt;

use netform_kernels::{Call, Fused, Operand, Order, Sizes, Track, run_apart, run_turns};
use smallvec::SmallVec;

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::BufferId;
use crate::plan::report::{Cost, product};

/// A matrix in a buffer, or several one after the other.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct Lattice {
    pub(in crate::plan) buffer: BufferId,
    pub(in crate::plan) offset: usize,
    /// The steps to the next matrix, row and column.
    pub(in crate::plan) steps: [isize; 3],
}

/// Computes products with known matrices, and a function of their elements and of other matrices.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Stage<T> {
    pub(in crate::plan) fused: Fused<T>,
    /// The number of matrices.
    pub(in crate::plan) turns: usize,
    pub(in crate::plan) left: Lattice,
    pub(in crate::plan) inputs: Vec<Lattice>,
    pub(in crate::plan) outputs: Vec<Lattice>,
}

/// The operands of a stage where they are at present.
pub(in crate::plan) struct Operands {
    left: Operand,
    inputs: SmallVec<[Operand; 8]>,
    outputs: SmallVec<[Operand; 4]>,
}

impl<T: Stored> Stage<T> {
    /// The operands, where the matrices in a buffer start as `track` says.
    pub(in crate::plan) fn operands(&self, track: impl Fn(BufferId) -> Track) -> Operands {
        let operand = |lattice: &Lattice| {
            let Track { first, rooms, step } = track(lattice.buffer);
            let step = if self.turns > 1 { lattice.steps[0] } else { step };
            let (rooms, first) = (rooms.map(|room| room + lattice.offset), first.map(|first| first + lattice.offset));
            Operand { track: Track { first, rooms, step }, row_step: lattice.steps[1], column_step: lattice.steps[2] }
        };
        Operands {
            left: operand(&self.left),
            inputs: self.inputs.iter().map(operand).collect(),
            outputs: self.outputs.iter().map(operand).collect(),
        }
    }

    /// The multiplications, and steps of the function, of all elements.
    pub(in crate::plan) fn work(&self) -> usize {
        let Sizes { rows, depth, columns } = self.fused.sizes();
        let each = self.fused.gates().saturating_mul(depth).saturating_add(self.fused.tape().codes().count());
        [rows, columns, self.turns].into_iter().fold(each, usize::saturating_mul)
    }

    /// The call with such operands.
    pub(in crate::plan) fn call<'a>(&'a self, operands: &'a Operands) -> Call<'a, T> {
        Call { fused: &self.fused, left: operands.left, inputs: &operands.inputs, outputs: &operands.outputs }
    }
}

impl<T: Stored> Step for Stage<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let operands = self.operands(|buffer| Track::fixed(workspace.base(buffer)));
        // In turns of a recurrence weights are read to and fro.
        let turn = usize::from(workspace.order == Order::Backward);
        let turns = if self.turns == 1 { turn..turn + 1 } else { 0..self.turns };
        if let Some((memory, crew)) = T::with_crew(workspace, self.work()) {
            run_apart(self.call(&operands), turns, memory, crew);
            return Ok(());
        }
        let (memory, scratch) = T::with_scratch(workspace);
        run_turns(&[self.call(&operands)], turns, memory, scratch);
        Ok(())
    }

    fn cost(&self) -> Cost {
        let Sizes { rows, depth, columns } = self.fused.sizes();
        let (gates, size) = (self.fused.gates(), size_of::<T>());
        let factors = [product(&[rows, depth, size]), product(&[depth, columns, size])];
        // Where windows slide, the weights are the left factor.
        let (read, weights) = match (gates, self.fused.is_sliding()) {
            (0, _) => (0, 0),
            (_, true) => (factors[1], factors[0]),
            (_, false) => (factors[0], product(&[gates, factors[1] as usize])),
        };
        let matrices = self.inputs.len() + self.outputs.len();
        let moved = read.saturating_add(product(&[matrices, rows, columns, size]));
        let each = 2 * gates * depth + self.fused.tape().codes().count();
        Cost { operations: product(&[rows, columns, each]), moved, weights } * self.turns
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { rows, depth, columns } = self.fused.sizes();
        match self.fused.gates() {
            0 => write!(f, "map of {} elements", rows * columns)?,
            _ if self.fused.is_sliding() => {
                write!(f, "product of weights {rows}x{depth} by windows {depth}x{columns}")?
            }
            1 => write!(f, "product {rows}x{depth} by weights {depth}x{columns}")?,
            gates => write!(f, "product {rows}x{depth} by {gates} weights {depth}x{columns}")?,
        }
        if self.fused.gates() > 0 && self.fused.tape().codes().next().is_some() {
            write!(f, " and map")?;
        }
        if self.turns > 1 {
            write!(f, ", {} times", self.turns)?;
        }
        f.write_str(":")?;
        self.fused.tape().codes().try_for_each(|code| write!(f, " {code:?}"))
    }
}
