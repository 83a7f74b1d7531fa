//! Runs fused products.

use std::ops::Range;

use super::grid::Grid;
use super::{Call, GATES, Operand, gate_width};
use crate::lanes::{Lanes, Work};
use crate::product::Sizes;
use crate::product::inner::{Sink, Tile, tile};
use crate::real::Real;
use crate::tape::{CONSTANT, Place, Scratch, Steps};

/// The elements of a register: so many rows stand in the registers of the processor, and so many columns are long enough
/// for the steps of a function to be worth their way through memory.
pub(super) const BLOCK: usize = ROWS * COLUMNS;
pub(super) const ROWS: usize = 6;
pub(super) const COLUMNS: usize = 128;
/// Columns of a single row: short enough for products and functions to overlap in the processor.
pub(super) const SINGLE: usize = 64;
/// In matrices with fewer columns, several rows are brought together before the function is applied, to so many elements.
const NARROW: usize = 32;
const TOGETHER: usize = 384;

/// Calls in turns.
pub struct Turns<'a, T> {
    pub(super) calls: &'a [Call<'a, T>],
    pub(super) turns: Range<usize>,
    /// The rows, where not all are made.
    pub(super) rows: Range<usize>,
    /// The lines of a window that slides, likewise.
    pub(super) lines: Range<usize>,
    pub(super) memory: *mut T,
    pub(super) scratch: &'a mut Scratch,
}

/// Sums in the registers of the function, those of the second matrix in the second one.
struct Gates<T> {
    /// Where the sums of the first row belong.
    to: *mut T,
    row_step: usize,
    /// Where each vector of a row belongs.
    vectors: [usize; GATES],
}

impl<L: Lanes> Sink<L> for Gates<L::Real> {
    #[inline(always)]
    unsafe fn put(&self, row: usize, vector: usize, sums: L) {
        // SAFETY: the caller says that there is room.
        unsafe { sums.store(self.to.add(row * self.row_step + self.vectors[vector])) };
    }
}

/// The sums of a block of rows and panels.
pub(super) struct Sums<'a, T> {
    pub(super) turn: &'a Turn<'a, T>,
    /// Where the left factor starts.
    pub(super) left: *const T,
    pub(super) first_row: usize,
    pub(super) rows: usize,
    pub(super) first_panel: usize,
    /// The columns from the first panel on.
    pub(super) columns: usize,
    /// From a row of sums to the next one.
    pub(super) row_step: usize,
    pub(super) backward: bool,
}

impl<T: Real> Work<T> for Sums<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Sums { turn, left, first_row, rows, first_panel, columns, row_step, backward } = self;
        let width = gate_width::<L>(turn.call.fused.gates);
        let (panels, vectors) = (columns.div_ceil(width), turn.vectors::<L>());
        let is_part = turn.call.fused.sizes.columns > width;
        for k in 0..panels {
            let panel = if backward { panels - 1 - k } else { k };
            let needed = turn.needed::<L>(columns - panel * width);
            let mut row = 0;
            while row < rows {
                // SAFETY: the caller says that the panel and the rows are there, that there is room for the sums, and that
                // the processor has the instructions.
                unsafe {
                    let mut next = turn.tile::<L>(left, first_row + row, first_panel + panel);
                    if backward {
                        next.turn_around();
                    }
                    let to = turn.base.add(row * row_step + panel * width);
                    // Tiles end where parts for several threads may end, since a row alone is summed in another order.
                    let together = (ROWS - row % ROWS).min(rows - row);
                    row += tile::<L, _>(&next, together, needed, is_part, &Gates { to, row_step, vectors });
                }
            }
        }
    }
}

impl<T: Real> Turns<'_, T> {
    /// # Safety
    /// The processor has the instructions, and all operands lie in memory in all turns.
    #[inline(always)]
    pub(super) unsafe fn all<L: Lanes<Real = T>>(self) {
        let sizes = self.calls.iter().map(|call| (call.fused.tape.registers(), call.fused.tape.block_registers()));
        let (places, blocks) = sizes.fold((0, 0), |(places, most), (all, blocks)| (places + all, most.max(blocks)));
        let registers = blocks * BLOCK;
        let slides = self.calls.iter().any(|call| call.fused.is_sliding());
        let beside = if slides { Grid::<T>::room::<L>() } else { 0 };
        let short = match self.calls {
            [call] if call.is_short() && self.rows.contains(&0) => call.short_places(),
            _ => 0,
        };
        let (base, places) = self.scratch.room::<T>(places + short, registers + beside);
        let mut first = 0;
        for call in self.calls {
            let tape = &call.fused.tape;
            let own = &mut places[first..first + tape.registers()];
            tape.place_registers(own, |register| base.wrapping_add(register * BLOCK));
            first += tape.registers();
        }
        if let ([call], 1..) = (self.calls, short) {
            let registers = places.split_at_mut(first);
            // SAFETY: the caller's promise; the registers have their places.
            return unsafe { Turns::short::<L>(call, self.turns, self.memory, base, registers) };
        }
        for turn in self.turns {
            let mut first = 0;
            for call in self.calls {
                let count = call.fused.tape.registers();
                let places = &mut places[first..first + count];
                let parts = [&self.rows, &self.lines];
                let turn = Turn { call, memory: self.memory, base, registers, places, turn, parts };
                // SAFETY: the caller's promise; the registers have their places.
                unsafe {
                    match (&call.fused.grid, call.fused.sizes) {
                        (Some(grid), _) => turn.slide::<L>(grid),
                        (None, Sizes { rows: 2.., columns: ..NARROW, .. }) => turn.narrow::<L>(),
                        _ => turn.wide::<L>(),
                    }
                }
                first += count;
            }
        }
    }
}

/// One call in one turn.
pub(super) struct Turn<'a, T> {
    pub(super) call: &'a Call<'a, T>,
    pub(super) memory: *mut T,
    /// The first register.
    pub(super) base: *mut T,
    /// The elements of all registers; what is beside them follows.
    pub(super) registers: usize,
    pub(super) places: &'a mut [Place],
    pub(super) turn: usize,
    /// The rows, and the lines, that are made.
    pub(super) parts: [&'a Range<usize>; 2],
}

impl<T: Real> Turn<'_, T> {
    /// Where the first element of an operand is.
    #[inline(always)]
    pub(super) fn start(&self, operand: &Operand) -> *mut T {
        self.memory.wrapping_add(operand.track.at(self.turn))
    }

    /// The vectors of a panel, and where their sums belong.
    #[inline(always)]
    fn vectors<L: Lanes<Real = T>>(&self) -> [usize; GATES] {
        let each = gate_width::<L>(self.call.fused.gates.max(1)) / L::WIDTH;
        std::array::from_fn(|vector| vector / each * BLOCK + vector % each * L::WIDTH)
    }

    /// The tile at a row and panel.
    #[inline(always)]
    unsafe fn tile<L: Lanes<Real = T>>(&self, left: *const T, row: usize, panel: usize) -> Tile<T> {
        let (fused, operand) = (self.call.fused, &self.call.left);
        let step = gate_width::<L>(fused.gates) * fused.gates;
        Tile {
            left: left.wrapping_offset(operand.row_step * row as isize),
            row_step: operand.row_step,
            depth_step: operand.column_step,
            // SAFETY: there is such a panel.
            panel: unsafe { fused.panels.as_slice().as_ptr().add(panel * step * fused.sizes.depth) },
            panel_step: step as isize,
            depth: fused.sizes.depth,
        }
    }

    /// The vectors of a panel that hold so many columns.
    #[inline(always)]
    fn needed<L: Lanes<Real = T>>(&self, columns: usize) -> usize {
        match self.call.fused.gates {
            1 => columns.div_ceil(L::WIDTH).min(L::PANEL),
            gates => gates * gate_width::<L>(gates) / L::WIDTH,
        }
    }

    /// # Safety
    /// As for [`Turns::all`].
    #[inline(always)]
    unsafe fn steps<L: Lanes<Real = T>>(&self, count: usize) {
        let steps = Steps { tape: &self.call.fused.tape, places: self.places, count };
        // SAFETY: all registers have their places; the caller's promise.
        unsafe { L::enter(steps) };
    }

    /// Row by row: the function reads and writes where elements are.
    ///
    /// # Safety
    /// As for [`Turns::all`].
    #[inline(always)]
    unsafe fn wide<L: Lanes<Real = T>>(mut self) {
        let fused = self.call.fused;
        let Sizes { rows, depth, columns } = fused.sizes;
        let gates = fused.gates;
        let width = gate_width::<L>(gates.max(1));
        let block = if rows == 1 { SINGLE } else { COLUMNS } / width * width;
        let blocks = columns.div_ceil(block);
        let backward = rows == 1 && self.turn % 2 == 1 && depth > 0 && gates > 0;
        for k in 0..blocks {
            let column = if backward { blocks - 1 - k } else { k } * block;
            let count = block.min(columns - column);
            let mut row = self.parts[0].start;
            let end = rows.min(self.parts[0].end);
            while row < end {
                let down = ROWS.min(end - row);
                // SAFETY: the caller's promise; blocks lie within rows and columns, and registers hold blocks.
                unsafe {
                    if gates > 0 {
                        let (first_panel, columns, row_step) = (column / width, count, COLUMNS);
                        let (turn, left) = (&self, self.start(&self.call.left));
                        L::enter(Sums {
                            turn,
                            left,
                            first_row: row,
                            rows: down,
                            first_panel,
                            columns,
                            row_step,
                            backward,
                        });
                    }
                    for within in 0..down {
                        let sums = self.base.wrapping_add(within * COLUMNS);
                        self.function::<L>(row + within, column, count, sums);
                    }
                }
                row += down;
            }
        }
    }

    /// Applies the function to a part of a row. The sums of its first product are where `sums` says, those of others as far
    /// in their registers as if these were the first one.
    ///
    /// # Safety
    /// As for [`Turns::all`].
    #[inline(always)]
    pub(super) unsafe fn function<L: Lanes<Real = T>>(
        &mut self,
        row: usize,
        column: usize,
        count: usize,
        sums: *mut T,
    ) {
        let fused = self.call.fused;
        let (gates, fixed, results) = (fused.gates, fused.tape.fixed(), fused.tape.result_registers());
        let offset = |operand: &Operand| operand.row_step * row as isize + operand.column_step * column as isize;
        for gate in 0..gates {
            self.places[gate].address = sums.wrapping_add(gate * BLOCK).cast();
        }
        // SAFETY: the caller's promise; registers hold blocks.
        unsafe {
            for (place, input) in self.call.inputs.iter().enumerate() {
                let from = self.start(input).wrapping_offset(offset(input));
                let own = self.base.wrapping_add((gates + place) * BLOCK);
                if input.column_step != 1 {
                    bring::<L>(from, input.column_step, count, own);
                }
                self.places[gates + place].address = if input.column_step == 1 { from } else { own }.cast();
            }
            for (place, (&register, output)) in results.iter().zip(self.call.outputs).enumerate() {
                if register as usize >= fixed && !results[..place].contains(&register) {
                    self.places[register as usize].address = self.start(output).wrapping_offset(offset(output)).cast();
                }
            }
            self.steps::<L>(count);
            for (&register, output) in results.iter().zip(self.call.outputs) {
                let place = self.places[register as usize];
                let to = self.start(output).wrapping_offset(offset(output));
                if place.address.cast() != to {
                    bring::<L>(place.address.cast(), isize::from(place.mask != 0), count, to);
                }
            }
        }
    }

    /// Several rows at once: the function computes on a copy of a block of columns and rows.
    ///
    /// # Safety
    /// As for [`Turns::all`].
    #[inline(always)]
    unsafe fn narrow<L: Lanes<Real = T>>(self) {
        let fused = self.call.fused;
        let Sizes { rows, columns, .. } = fused.sizes;
        let gates = fused.gates;
        let width = gate_width::<L>(gates.max(1));
        for panel in 0..columns.div_ceil(width) {
            let column = panel * width;
            let count = width.min(columns - column);
            // Rows of whole vectors.
            let across = count.next_multiple_of(L::WIDTH);
            let most = (TOGETHER / across / ROWS * ROWS).max(ROWS);
            let mut first = self.parts[0].start;
            let end = rows.min(self.parts[0].end);
            while first < end {
                let down = most.min(end - first);
                // SAFETY: the caller's promise; the block lies within rows and columns, and registers hold blocks.
                unsafe {
                    if gates > 0 {
                        let (turn, first_panel, columns, row_step) = (&self, panel, count, across);
                        let (left, backward) = (self.start(&self.call.left), false);
                        L::enter(Sums {
                            turn,
                            left,
                            first_row: first,
                            rows: down,
                            first_panel,
                            columns,
                            row_step,
                            backward,
                        });
                    }
                    let offset = |operand: &Operand, row: usize| {
                        operand.row_step * (first + row) as isize + operand.column_step * column as isize
                    };
                    for (place, input) in self.call.inputs.iter().enumerate() {
                        let to = self.base.wrapping_add((gates + place) * BLOCK);
                        let from = self.start(input);
                        for row in 0..down {
                            let from = from.wrapping_offset(offset(input, row));
                            bring::<L>(from, input.column_step, count, to.add(row * across));
                        }
                    }
                    self.steps::<L>(down * across);
                    for (&register, output) in fused.tape.result_registers().iter().zip(self.call.outputs) {
                        let place = self.places[register as usize];
                        let from: *const T = place.address.cast();
                        let to = self.start(output);
                        for row in 0..down {
                            let from = from.add((row * across) & place.mask);
                            let to = to.wrapping_offset(offset(output, row));
                            bring::<L>(from, isize::from(place.mask != 0), count, to);
                        }
                    }
                }
                first += down;
            }
        }
    }
}

/// Copies elements at equal distances to where they follow each other.
///
/// # Safety
/// So many elements can be read and written, and the processor has the instructions.
#[inline(always)]
pub(super) unsafe fn bring<L: Lanes>(from: *const L::Real, step: isize, count: usize, to: *mut L::Real) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut i = 0;
        match step {
            0 | 1 => {
                let each = if step == 0 { Some(L::splat(from.read())) } else { None };
                while i + L::WIDTH <= count {
                    each.unwrap_or_else(|| L::load(from.add(i))).store(to.add(i));
                    i += L::WIDTH;
                }
                if i < count {
                    each.unwrap_or_else(|| L::load_first(from.add(i), count - i)).store_first(to.add(i), count - i);
                }
            }
            _ => (0..count as isize).for_each(|i| to.offset(i).write(from.offset(step * i).read())),
        }
    }
}

const _: () = assert!(BLOCK >= TOGETHER && COLUMNS >= SINGLE && SINGLE >= CONSTANT);
