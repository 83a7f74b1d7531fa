//! Products of matrices and functions of their elements in one, turn by turn: what a layer does, or a cell in all steps of
//! a recurrence.
//!
//! The products of a block stay in the first cache, where the function finds them. Several matrices with one left factor,
//! such as those of the gates of a cell, are packed so that their sums for the same columns come out together.

mod chain;
mod grid;
mod run;
mod short;

use std::ops::Range;

use grid::Grid;

use crate::lanes::{Lanes, Level, Work};
use crate::memory::Aligned;
use crate::pool::{Address, Crew, are_apart};
use crate::product::{Matrix, Sizes};
use crate::real::Real;
use crate::tape::{Scratch, Tape};

pub(crate) use run::Turns;

/// As many matrices may share a left factor: their sums must find room in registers.
pub const GATES: usize = 4;

/// A function of corresponding elements of products and of other matrices of the same size.
///
/// The products are the first inputs of the function. All have the same left factor, and one of several packed right
/// factors each. Without right factors it is a function of the other matrices only.
#[derive(Clone, Debug)]
pub struct Fused<T> {
    sizes: Sizes,
    gates: usize,
    panels: Aligned<T>,
    /// The right factor, if it is a window that slides over an array.
    grid: Option<Grid<T>>,
    tape: Tape<T>,
}

impl<T: Real> Fused<T> {
    /// Packs right factors whose elements are those of a function of gate, row and column. `sizes` are those of one
    /// product.
    ///
    /// # Panics
    /// When there are more than [`GATES`], or the function has fewer inputs.
    pub fn new(sizes: Sizes, gates: usize, element: impl Fn(usize, usize, usize) -> T, tape: Tape<T>) -> Fused<T> {
        assert!(gates <= GATES && gates <= tape.inputs(), "more products than inputs");
        let width = Level::best().gate_width::<T>(gates.max(1));
        let (panels, depth) = (sizes.columns.div_ceil(width), sizes.depth);
        let mut packed = Aligned::zeros(panels * depth * gates * width);
        for (place, to) in packed.as_mut_slice().iter_mut().enumerate() {
            let (row, within) = (place / (gates * width), place % (gates * width));
            let column = row / depth * width + within % width;
            if column < sizes.columns {
                *to = element(within / width, row % depth, column);
            }
        }
        Fused { sizes, gates, panels: packed, grid: None, tape }
    }

    /// The same products with another function.
    ///
    /// # Panics
    /// When it has fewer inputs than there are products.
    pub fn with_tape(&self, tape: Tape<T>) -> Fused<T> {
        assert!(self.gates <= tape.inputs(), "more products than inputs");
        let grid = self.grid.clone().map(|grid| grid.with_tape(&tape));
        Fused { tape, grid, ..self.clone() }
    }

    /// The same function of so many rows.
    ///
    /// # Panics
    /// When a window slides, which has the rows that it has.
    pub fn with_rows(&self, rows: usize) -> Fused<T> {
        assert!(self.grid.is_none(), "a window has other rows");
        Fused { sizes: Sizes { rows, ..self.sizes }, ..self.clone() }
    }

    /// The sizes of one product.
    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The number of products.
    pub fn gates(&self) -> usize {
        self.gates
    }

    /// Whether the right factor is a window that slides over an array.
    pub fn is_sliding(&self) -> bool {
        self.grid.is_some()
    }

    /// The function.
    pub fn tape(&self) -> &Tape<T> {
        &self.tape
    }
}

/// Where a matrix starts in each turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Track {
    /// Where it starts in the first turn, if the others are about those before: the case of what a turn leaves behind.
    pub first: Option<usize>,
    /// Where it starts in even and in odd turns.
    pub rooms: [usize; 2],
    /// How far it moves on in each turn.
    pub step: isize,
}

impl Track {
    /// A matrix that stays.
    pub fn fixed(start: usize) -> Track {
        Track { first: None, rooms: [start; 2], step: 0 }
    }

    /// Where it starts in a turn.
    #[inline(always)]
    fn at(&self, turn: usize) -> usize {
        let turn = match (self.first, turn.checked_sub(1)) {
            (Some(first), None) => return first,
            (Some(_), Some(before)) => before,
            (None, _) => turn,
        };
        self.rooms[turn % 2].wrapping_add_signed(self.step * turn as isize)
    }

    /// The elements that a matrix with such a reach has in all turns, if it moves evenly.
    fn span(&self, turns: &Range<usize>, (low, high): (usize, usize)) -> Option<Range<usize>> {
        if self.first.is_some() || self.rooms[0] != self.rooms[1] || turns.is_empty() {
            return None;
        }
        let [a, b] = [self.at(turns.start), self.at(turns.end - 1)];
        Some(a.min(b) - low..a.max(b) + high + 1)
    }

    /// Whether it stays within so many elements in all turns, where a matrix reaches so far before and behind its start.
    fn fits(&self, turns: &Range<usize>, (low, high): (usize, usize), available: usize) -> bool {
        // The rooms of even and odd turns move evenly: their ends are the first and the last two turns.
        let ends =
            [turns.start, turns.start + 1, turns.start + 2, turns.end.wrapping_sub(2), turns.end.wrapping_sub(1)];
        ends.iter().filter(|turn| turns.contains(turn)).all(|&turn| {
            let start = self.at(turn);
            start >= low && start.checked_add(high).is_some_and(|last| last < available)
        })
    }
}

/// A matrix that is read or written in each turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Where it starts.
    pub track: Track,
    /// From a row to the next one.
    pub row_step: isize,
    /// From a column to the next one.
    pub column_step: isize,
}

impl Operand {
    /// Whether so many rows and columns lie in memory in all turns.
    fn fits(&self, rows: usize, columns: usize, turns: &Range<usize>, available: usize) -> bool {
        if rows == 0 || columns == 0 {
            return true;
        }
        let matrix = Matrix { start: 0, row_step: self.row_step, column_step: self.column_step };
        self.track.fits(turns, matrix.reach(rows, columns), available)
    }
}

/// What is done in each turn.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a, T> {
    /// The products and their function.
    pub fused: &'a Fused<T>,
    /// The left factor, or where the right one starts if the left one is known.
    pub left: Operand,
    /// The inputs of the function that follow the products.
    pub inputs: &'a [Operand],
    /// Its results, whose columns follow each other. In each turn they overlap neither with what the turn reads from the
    /// same call nor with each other.
    pub outputs: &'a [Operand],
}

/// Makes all calls in order, turn after turn.
///
/// Sums are added in order of the depth in a few chains. In odd turns products of a single row go from their last panel
/// and row to the first: they find in the first cache what was read last.
///
/// # Panics
/// When operands are not those of the functions, or leave the memory.
pub fn run_turns<T: Real>(calls: &[Call<'_, T>], turns: Range<usize>, memory: &mut [T], scratch: &mut Scratch) {
    calls.iter().for_each(|call| call.check(&turns, memory.len()));
    let memory = memory.as_mut_ptr();
    T::turns(Turns { calls, turns, rows: 0..usize::MAX, lines: 0..usize::MAX, memory, scratch });
}

/// Makes a call in turns as [`run_turns`] does, several turns or parts of the rows at once, if none reads what it writes
/// and results do not overlap; otherwise in order. What is written is the same.
///
/// # Panics
/// As [`run_turns`].
pub fn run_apart<T: Real>(call: Call<'_, T>, turns: Range<usize>, memory: &mut [T], crew: &mut Crew) {
    call.check(&turns, memory.len());
    let memory = Address(memory.as_mut_ptr());
    let run = |turns: Range<usize>, rows: Range<usize>, lines: Range<usize>, scratch: &mut Scratch| {
        T::turns(Turns { calls: &[call], turns, rows, lines, memory: memory.at(0), scratch });
    };
    const ALL: Range<usize> = 0..usize::MAX;
    if !call.is_apart(&turns) {
        return crew.alone(|scratch| run(turns, ALL, ALL, scratch));
    }
    // Blocks of rows are those that they are if all are made together; no sum depends on the lines of its block.
    let lines = call.fused.grid.as_ref().map_or(0, |grid| grid.lines());
    match (turns.len(), lines) {
        (1, 2..) => crew.each(lines, 1, |lines, scratch| run(turns.clone(), ALL, lines, scratch)),
        (1, _) => {
            let unit = call.fused.grid.as_ref().map_or(run::ROWS, |grid| grid.rows());
            crew.each(call.fused.sizes.rows, unit, |rows, scratch| run(turns.clone(), rows, ALL, scratch));
        }
        (count, _) => crew.each(count, 1, |part, scratch| {
            run(turns.start + part.start..turns.start + part.end, ALL, ALL, scratch);
        }),
    }
}

impl<T: Real> Call<'_, T> {
    /// Whether turns, and rows, may be made in any order: results of different ones are different elements, which none
    /// reads.
    fn is_apart(&self, turns: &Range<usize>) -> bool {
        let Sizes { rows, depth, columns } = self.fused.sizes;
        let span = |operand: &Operand, reach: (usize, usize)| operand.track.span(turns, reach);
        let matrix = |operand: &Operand, columns: usize| {
            let matrix = Matrix { start: 0, row_step: operand.row_step, column_step: operand.column_step };
            if rows == 0 || columns == 0 { Some(0..0) } else { span(operand, matrix.reach(rows, columns)) }
        };
        let separate = |output: &Operand| {
            let (down, on) = (output.row_step, output.track.step);
            let size = down * (rows as isize - 1) + columns as isize;
            (rows <= 1 || down >= columns as isize) && (turns.len() <= 1 || on.abs() >= size)
        };
        let left = match &self.fused.grid {
            Some(grid) => span(&self.left, grid.reach()),
            None => matrix(&self.left, if self.fused.gates == 0 { 0 } else { depth }),
        };
        let reads = self.inputs.iter().map(|input| matrix(input, columns)).chain([left]).collect::<Option<Vec<_>>>();
        let writes = self.outputs.iter().map(|output| matrix(output, columns)).collect::<Option<Vec<_>>>();
        let apart = reads.zip(writes).is_some_and(|(reads, writes)| are_apart(&writes, &reads));
        apart && self.outputs.iter().all(separate)
    }

    fn check(&self, turns: &Range<usize>, available: usize) {
        let call = self;
        let Sizes { rows, depth, columns } = call.fused.sizes;
        let (inputs, outputs) = (call.fused.gates + call.inputs.len(), call.outputs.len());
        let tape = &call.fused.tape;
        assert!(tape.inputs() == inputs && tape.results() == outputs, "not the operands of the function");
        let fits = |operand: &Operand| operand.fits(rows, columns, turns, available);
        assert!(call.inputs.iter().chain(call.outputs).all(fits), "an operand leaves its memory");
        assert!(call.outputs.iter().all(|output| output.column_step == 1), "the columns of results follow each other");
        let depth = if call.fused.gates == 0 { 0 } else { depth };
        let left = match &call.fused.grid {
            Some(_) if rows == 0 || columns == 0 => true,
            Some(grid) => call.left.track.fits(turns, grid.reach(), available),
            None => call.left.fits(rows, depth, turns, available),
        };
        assert!(left, "a matrix leaves its memory");
    }
}

impl Level {
    /// How many columns of each of so many matrices stand side by side in a panel.
    fn gate_width<T: Real>(self, gates: usize) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => gate_width::<T::Avx512>(gates),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => gate_width::<T::Avx2>(gates),
            Level::Plain => gate_width::<T::Plain>(gates),
        }
    }
}

#[inline(always)]
fn gate_width<L: Lanes>(gates: usize) -> usize {
    (L::PANEL / gates).max(1) * L::WIDTH
}

impl<T: Real> Work<T> for Turns<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        // SAFETY: the caller says that the processor has the instructions; `run_turns` has checked the operands.
        unsafe { self.all::<L>() };
    }
}
