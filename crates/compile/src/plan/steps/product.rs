//! Products of matrices.

use std::fmt;
use std::sync::Arc;

use netform_kernels::{
    Begin, Crew, Matrix, Members, Order, Packed, Places, Position, Sizes, Walk, disjoint, multiply, multiply_apart,
    multiply_members, pack,
};

use super::{Context, Step};
use crate::interpret::InterpretError;
use crate::plan::memory::{Stored, Workspace};
use crate::plan::place::{BufferId, Region};
use crate::plan::report::{Cost, product};

/// An element that is packed takes as long as so many multiplications.
const PACKING: usize = 16;

/// The right matrices of a product.
#[derive(Debug)]
pub(in crate::plan) enum Right<T> {
    /// Known in advance, one for each member of the batch.
    Packed(Vec<Arc<Packed<T>>>),
    /// Packed by a step before.
    Panels { panels: BufferId, room: usize },
    /// Packed for each product; `rows` and `columns` go from the start of the matrix.
    Place {
        /// The first elements of the matrices of the batch.
        starts: Region,
        rows: Places,
        columns: Walk,
        panels: BufferId,
        room: usize,
    },
}

/// A matrix product for each member of a batch.
#[derive(Debug)]
pub(in crate::plan) struct Product<T> {
    pub(in crate::plan) sizes: Sizes,
    /// The first elements of the left matrices of the batch.
    pub(in crate::plan) left: Region,
    pub(in crate::plan) row_step: isize,
    pub(in crate::plan) depth_step: isize,
    pub(in crate::plan) right: Right<T>,
    /// The products one after the other, row by row.
    pub(in crate::plan) to: Region,
}

impl<T: Stored> Product<T> {
    /// One product, by several threads if it is large.
    fn multiply(
        &self,
        left: (&[T], Matrix),
        panels: &[T],
        product: (&mut [T], Matrix),
        order: Order,
        crew: &mut Option<Crew>,
    ) {
        let Sizes { rows, depth, columns } = self.sizes;
        let work = rows.saturating_mul(depth).saturating_mul(columns);
        match crew.as_mut().filter(|crew| rows > 1 && crew.is_worth(work)) {
            Some(crew) => multiply_apart(self.sizes, left, panels, product, crew),
            None => multiply(self.sizes, left, panels, product, Begin::Zero, order),
        }
    }
}

impl<T: Stored> Step for Product<T> {
    fn run(&self, workspace: &mut Workspace, _: &mut Context<'_>) -> Result<(), InterpretError> {
        let Sizes { rows, depth, columns } = self.sizes;
        let (left, to) = (self.left.start(workspace), self.to.start(workspace));
        let right = match &self.right {
            Right::Packed(_) => (0, 0),
            Right::Panels { panels, .. } => (0, workspace.base(*panels)),
            Right::Place { starts, panels, .. } => (starts.start(workspace), workspace.base(*panels)),
        };
        // In turns of a recurrence weights are read to and fro.
        let order = workspace.order;
        if let (Right::Place { starts, rows: places, columns: across, .. }, true) =
            (&self.right, order == Order::Forward)
        {
            let each = rows.saturating_add(PACKING).saturating_mul(depth).saturating_mul(columns);
            let members = Members {
                left: (left, &self.left.walk, [self.row_step, self.depth_step]),
                right: (right.0, &starts.walk, places, across),
                to,
            };
            if let Some((memory, crew)) = T::with_crew(workspace, each.saturating_mul(self.left.walk.len()))
                && self.left.walk.len() > 1
                && multiply_members(self.sizes, memory, members, crew)
            {
                return Ok(());
            }
        }
        let mut crew = workspace.crew.take();
        let (memory, [left_at, right_at, at, _]) = T::of(workspace);
        self.left.walk.begin(left_at);
        if let Right::Place { starts, .. } = &self.right {
            starts.walk.begin(right_at);
        }
        for member in 0..self.left.walk.len() {
            let (left_offset, ..) = self.left.walk.run(left_at, 1);
            let start = left.wrapping_add_signed(left_offset);
            let matrix = Matrix { start: 0, row_step: self.row_step, column_step: self.depth_step };
            let reach = |count: usize, step: isize| count.saturating_sub(1) as isize * step;
            let (down, across) = (reach(rows, self.row_step), reach(depth, self.depth_step));
            let low = start.wrapping_add_signed(down.min(0) + across.min(0));
            let high = start.wrapping_add_signed(down.max(0) + across.max(0)) + 1;
            let matrix = Matrix { start: start - low, ..matrix };
            let read = if rows == 0 || depth == 0 { 0..0 } else { low..high };
            let written = to + member * rows * columns..to + (member + 1) * rows * columns;
            let target = Matrix { start: 0, row_step: columns as isize, column_step: 1 };
            match &self.right {
                Right::Packed(packed) => {
                    let (product, [left]) = disjoint(memory, written, [read]);
                    let panels = packed[member % packed.len().max(1)].panels();
                    self.multiply((left, matrix), panels, (product, target), order, &mut crew);
                }
                Right::Panels { room, .. } => {
                    let (product, [left, panels]) = disjoint(memory, written, [read, right.1..right.1 + room]);
                    self.multiply((left, matrix), panels, (product, target), order, &mut crew);
                }
                Right::Place { starts, rows, columns, room, .. } => {
                    let (offset, ..) = starts.walk.run(right_at, 1);
                    let start = right.0.wrapping_add_signed(offset);
                    let room = right.1..right.1 + room;
                    pack_within(memory, start, rows, columns, room.clone(), at);
                    let (product, [left, panels]) = disjoint(memory, written, [read, room]);
                    self.multiply((left, matrix), panels, (product, target), order, &mut crew);
                }
            }
        }
        workspace.crew = crew;
        Ok(())
    }

    fn cost(&self) -> Cost {
        let Sizes { rows, depth, columns } = self.sizes;
        let (members, size) = (self.left.walk.len(), size_of::<T>());
        let left = product(&[members, rows, depth, size]);
        let (right, weights) = match &self.right {
            Right::Packed(packed) => (0, product(&[packed.len(), depth, columns, size])),
            Right::Panels { room, .. } => (product(&[*room, size]), 0),
            // It is packed first.
            Right::Place { .. } => (product(&[3, members, depth, columns, size]), 0),
        };
        let operations = product(&[2, members, rows, depth, columns]);
        Cost { operations, moved: left.saturating_add(right).saturating_add(self.to.bytes() as u64), weights }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sizes { rows, depth, columns } = self.sizes;
        let packed = if matches!(self.right, Right::Packed(_)) { "weights" } else { "matrix" };
        write!(f, "product {rows}x{depth} by {packed} {depth}x{columns}")?;
        match self.left.walk.len() {
            1 => Ok(()),
            members => write!(f, ", {members} times"),
        }
    }
}

/// Packs a matrix into panels in the same memory.
pub(super) fn pack_within<T: Stored>(
    memory: &mut [T],
    start: usize,
    rows: &Places,
    columns: &Walk,
    panels: std::ops::Range<usize>,
    at: &mut Position,
) {
    // The matrix lies in front of the panels or behind them.
    let (before, rest) = memory.split_at_mut(panels.start);
    let (to, after) = rest.split_at_mut(panels.len());
    if start < panels.start {
        pack(before, start, rows, columns, to, at);
    } else {
        pack(after, start - panels.end.min(start), rows, columns, to, at);
    }
}
