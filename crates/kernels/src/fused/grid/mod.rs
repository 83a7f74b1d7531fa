//! Products whose right factor is a window that slides over an array: read where it lies, nothing is copied.
//!
//! Either vectors hold neighbouring columns (`along`), or rows (`upright`): what leaves fewer places of vectors empty.

mod along;
mod upright;

use along::Along;
use upright::Upright;

use super::chain::{Chain, Ending};
use super::run::{BLOCK, COLUMNS, ROWS, Turn};
use super::{Fused, Sizes};
use crate::lanes::{Lanes, Level};
use crate::memory::Aligned;
use crate::real::Real;
use crate::tape::Tape;
use crate::windows::Windows;

/// The right factor `m[k, n]`, and the left one, which is known.
#[derive(Clone, Debug)]
pub(super) struct Grid<T> {
    /// For each block of rows, the elements of its rows at each place along the depth, one place after the other.
    left: Aligned<T>,
    windows: Windows,
    /// Whether vectors hold rows.
    upright: bool,
    /// The function, if it is a chain.
    chain: Option<Chain>,
}

impl<T: Real> Fused<T> {
    /// A known left factor of so many rows, whose elements are those of a function of row and place along the depth, and a
    /// right factor that lies in memory. The column step of the left operand of a [`Call`](super::Call) does not matter: it
    /// says where the right factor starts.
    ///
    /// # Panics
    /// When the function has no input.
    pub fn sliding(rows: usize, element: impl Fn(usize, usize) -> T, windows: Windows, tape: Tape<T>) -> Fused<T> {
        assert!(tape.inputs() > 0, "more products than inputs");
        let (depth, width) = (windows.depth.len(), Level::best().width::<T>());
        let upright = is_upright(&windows, rows, width);
        let unit = if upright { width } else { ROWS };
        let mut left = Aligned::zeros(rows.next_multiple_of(unit) * depth);
        let elements = left.as_mut_slice();
        let block = if upright { upright::VECTORS * width } else { ROWS };
        for first in (0..rows).step_by(block) {
            let down = block.min((rows - first).next_multiple_of(unit));
            for (place, to) in elements[first * depth..(first + down) * depth].iter_mut().enumerate() {
                let row = first + place % down;
                if row < rows {
                    *to = element(row, place / down);
                }
            }
        }
        let sizes = Sizes { rows, depth, columns: windows.lines.len() * windows.across };
        let grid = Some(Grid { left, windows, upright, chain: Chain::new(&tape) });
        Fused { sizes, gates: 1, panels: Aligned::zeros(0), grid, tape }
    }
}

/// Whether vectors of such a width had better hold rows than columns: fewer of their places stay empty, or columns do not
/// follow each other.
fn is_upright(windows: &Windows, rows: usize, width: usize) -> bool {
    let along = rows * windows.across.next_multiple_of(width);
    !windows.is_close() || rows.next_multiple_of(width) * windows.across < along
}

impl<T: Real> Grid<T> {
    /// The same with another function.
    pub(super) fn with_tape(mut self, tape: &Tape<T>) -> Grid<T> {
        self.chain = Chain::new(tape);
        self
    }

    /// The number of lines.
    pub(super) fn lines(&self) -> usize {
        self.windows.lines.len()
    }

    /// The rows of a block.
    pub(super) fn rows(&self) -> usize {
        if self.upright { upright::VECTORS * Level::best().width::<T>() } else { ROWS }
    }

    /// How far the factor reaches before and behind its start.
    pub(super) fn reach(&self) -> (usize, usize) {
        let (low, high) = self.windows.reach();
        // Along lines, vectors are read as a whole.
        (low, high + if self.upright { 0 } else { Aligned::<T>::line() - 1 })
    }

    /// The room for sums, for columns that are still to be turned, and for the numbers of a chain.
    fn rooms<L: Lanes<Real = T>>() -> [usize; 3] {
        let [sums, apart] = upright::room(L::WIDTH);
        [sums.max(BLOCK), apart, Chain::room(ROWS.max(upright::VECTORS * L::WIDTH))]
    }

    /// All the room beside registers.
    pub(super) fn room<L: Lanes<Real = T>>() -> usize {
        Self::rooms::<L>().iter().sum()
    }
}

impl<T: Real> Turn<'_, T> {
    /// # Safety
    /// The processor has the instructions, and all operands lie in memory in all turns.
    #[inline(always)]
    pub(super) unsafe fn slide<L: Lanes<Real = T>>(mut self, grid: &Grid<T>) {
        let Sizes { rows, depth, .. } = self.call.fused.sizes;
        let [some_rows, some_lines] = self.parts;
        let (rows, last) = (rows.min(some_rows.end), grid.lines().min(some_lines.end));
        let Windows { across, step, .. } = grid.windows;
        let (lines, offsets) = (grid.windows.lines.offsets(), grid.windows.depth.offsets());
        let start: *const T = self.start(&self.call.left);
        let [room, apart, _] = Grid::<T>::rooms::<L>();
        let sums = self.base.wrapping_add(self.registers);
        let (apart, numbers) = (sums.wrapping_add(room), sums.wrapping_add(room + apart));
        let chain = grid.chain.as_ref().filter(|chain| chain.suits(self.call));
        let block = grid.rows();
        for first in (some_rows.start..rows).step_by(block) {
            let down = block.min(rows - first);
            let weights = grid.left.as_slice().as_ptr().wrapping_add(first * depth);
            if let Some(chain) = chain {
                let start = |input: usize| -> *const T { self.start(&self.call.inputs[input]) };
                // SAFETY: the inputs lie in memory, and there is room for their numbers.
                unsafe { chain.bring(self.call, start, (first, down), numbers) };
            }
            let mut finish = |column: usize, count: usize, row_step: usize| {
                let block = Block { first, down, column, count, sums, row_step };
                // SAFETY: the caller's promise; the block lies within rows and columns.
                unsafe { self.finish::<L>(&block, chain.map(|chain| (chain, numbers.cast_const()))) };
            };
            if grid.upright {
                let (begin, end) = (some_lines.start * across, last * across);
                for first in (begin..end).step_by(upright::columns(across)) {
                    let count = upright::columns(across).min(end - first);
                    let rows = down.next_multiple_of(L::WIDTH);
                    let work =
                        Upright { start, lines, across, step, first, count, offsets, weights, rows, to: sums, apart };
                    // SAFETY: `run_turns` has checked the reach of the factor; the room is that for a block.
                    unsafe { L::enter(work) };
                    finish(first, count, upright::ROW);
                }
                continue;
            }
            // A part of a line, or several whole ones.
            let part = across.clamp(1, COLUMNS);
            let together = COLUMNS / part;
            for begin in (0..across).step_by(part) {
                let width = part.min(across - begin);
                for line in (some_lines.start..last).step_by(together) {
                    let several = together.min(last - line);
                    let (start, lines) = (start.wrapping_add(begin), &lines[line..line + several]);
                    let work = Along { start, lines, width, offsets, weights, rows: down, to: sums };
                    // SAFETY: `run_turns` has checked the reach of the factor; sums of a row take at most `COLUMNS`.
                    unsafe { L::enter(work) };
                    finish(line * across + begin, several * width, COLUMNS);
                }
            }
        }
    }

    /// Applies the function to a block of sums.
    ///
    /// # Safety
    /// The processor has the instructions, all operands lie in memory, and the block lies within rows and columns.
    #[inline(always)]
    unsafe fn finish<L: Lanes<Real = T>>(&mut self, block: &Block<T>, chain: Option<(&Chain, *const T)>) {
        let &Block { first, down, column, count, sums, row_step } = block;
        // SAFETY: the caller's promise.
        unsafe {
            match (chain, self.call.outputs) {
                (Some((chain, numbers)), [output]) => {
                    let offset = output.row_step * first as isize + column as isize;
                    let to = self.start(output).wrapping_offset(offset);
                    let (from, from_step, rows, columns) = (sums.cast_const(), row_step, down, count);
                    let to_step = output.row_step;
                    L::enter(Ending { chain, numbers, from, from_step, rows, columns, to, to_step });
                }
                _ => {
                    for row in 0..down {
                        self.function::<L>(first + row, column, count, sums.wrapping_add(row * row_step));
                    }
                }
            }
        }
    }
}

/// A block of sums.
struct Block<T> {
    /// The first row, and the number of rows.
    first: usize,
    down: usize,
    column: usize,
    count: usize,
    /// Where the sums are, and the step between rows.
    sums: *mut T,
    row_step: usize,
}
