//! Runs passes over rows, so many rows together that steps of functions are worth their way through memory.

use std::ops::Range;

use super::{Pass, Rows, Starts, Term};
use crate::lanes::{Lanes, Work};
use crate::real::Real;
use crate::reduce::{Combine, across, join};
use crate::tape::{CONSTANT, Place, Scratch, Steps, Tape};

/// The elements of a register. Rows that are shorter are brought together, longer ones are cut.
const BLOCK: usize = 256;

/// Passes over some rows.
pub struct Run<'a, T> {
    pub(super) rows: &'a Rows<T>,
    pub(super) which: Range<usize>,
    pub(super) memory: *mut T,
    /// Where inputs, rows and scalars start.
    pub(super) starts: Starts<'a>,
    pub(super) scratch: &'a mut Scratch,
}

/// Some rows that are made together.
struct Group<'a, T> {
    rows: &'a Rows<T>,
    first: usize,
    count: usize,
    memory: *mut T,
    starts: Starts<'a>,
    /// Rooms for rows that are no results, and for scalars.
    rooms: [*mut T; 2],
    /// The elements of a room for a row, and for a scalar.
    sizes: [usize; 2],
}

impl<T: Real> Work<T> for Run<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(self) {
        let Run { rows, which, memory, starts, scratch } = self;
        let together = (BLOCK / rows.columns).clamp(1, which.len().max(1));
        let tapes = || rows.passes.iter().filter_map(Pass::tape);
        let blocks = tapes().map(Tape::block_registers).max().unwrap_or(0).max(1);
        let sizes = [(together * rows.columns).next_multiple_of(CONSTANT), together.next_multiple_of(CONSTANT)];
        let [of_rows, of_scalars] = [rows.written[0] * sizes[0], rows.written[1] * sizes[1]];
        let (base, places) =
            scratch.room::<T>(tapes().map(Tape::registers).sum(), blocks * BLOCK + of_rows + of_scalars);
        let rooms = [base.wrapping_add(blocks * BLOCK), base.wrapping_add(blocks * BLOCK + of_rows)];
        let register = |register: usize| base.wrapping_add(register * BLOCK);
        let mut from = 0;
        for tape in tapes() {
            tape.place_registers(&mut places[from..from + tape.registers()], register);
            from += tape.registers();
        }
        let mut first = which.start;
        while first < which.end {
            let count = together.min(which.end - first);
            let group = Group { rows, first, count, memory, starts, rooms, sizes };
            let mut from = 0;
            for pass in &rows.passes {
                let registers = pass.tape().map_or(0, Tape::registers);
                let places = &mut places[from..from + registers];
                from += registers;
                // SAFETY: `Rows::run` has checked that everything lies in the memory, there is room for what does not, and
                // the caller says that the processor has the instructions.
                unsafe {
                    match pass {
                        Pass::Fold { kind, finite, of, to } => group.fold::<L>(*kind, *finite, *of, *to, base),
                        Pass::Elements { tape, terms, to } => group.elements::<L>(tape, terms, to, places, &register),
                        Pass::Scalars { tape, terms, to } => group.scalars::<L>(tape, terms, to, places, &register),
                    }
                }
            }
            first += count;
        }
    }
}

impl<T> Pass<T> {
    fn tape(&self) -> Option<&Tape<T>> {
        match self {
            Pass::Fold { .. } => None,
            Pass::Elements { tape, .. } | Pass::Scalars { tape, .. } => Some(tape),
        }
    }
}

impl<T: Real> Group<'_, T> {
    /// The first element of a row of an input.
    fn input(&self, place: usize, row: usize) -> *mut T {
        let offset = self.rows.inputs[place].first.offset(self.first + row);
        self.memory.wrapping_add(self.starts.inputs[place]).wrapping_offset(offset)
    }

    /// Where the rows of this group that a pass writes stand one after the other.
    fn row(&self, place: usize) -> *mut T {
        match self.starts.rows[place] {
            Some(start) => self.memory.wrapping_add(start + self.first * self.rows.columns),
            None => self.rooms[0].wrapping_add(place * self.sizes[0]),
        }
    }

    /// Where the scalars stand one after the other, a single one as often as a vector has places.
    fn scalar(&self, place: usize) -> *mut T {
        self.rooms[1].wrapping_add(place * self.sizes[1])
    }

    /// Where the first element of a row of a term is, and the distance of the others.
    #[inline(always)]
    fn term(&self, term: Term, row: usize) -> (*mut T, isize) {
        match term {
            Term::Input(place) => (self.input(place, row), self.rows.inputs[place].step),
            Term::Row(place) => (self.row(place).wrapping_add(row * self.rows.columns), 1),
            Term::Scalar(place) => (self.scalar(place).wrapping_add(row), 0),
        }
    }

    /// Brings a scalar that has been written for all rows of the group to where it is wanted as well.
    ///
    /// # Safety
    /// The group has such a scalar.
    #[inline(always)]
    unsafe fn spread(&self, place: usize) {
        let made = self.scalar(place);
        // SAFETY: the room is large enough, and results lie in the memory.
        unsafe {
            if self.count == 1 {
                let value = made.read();
                std::slice::from_raw_parts_mut(made, CONSTANT).fill(value);
            }
            if let Some(start) = self.starts.scalars[place] {
                std::ptr::copy_nonoverlapping(made, self.memory.add(start + self.first), self.count);
            }
        }
    }

    /// # Safety
    /// The processor has the instructions, and what is read is there; there is room for a block at `room`.
    #[inline(always)]
    unsafe fn fold<L: Lanes<Real = T>>(&self, kind: Combine, finite: bool, of: Term, to: usize, room: *mut T) {
        let columns = self.rows.columns;
        for row in 0..self.count {
            let (from, step) = self.term(of, row);
            // SAFETY: the caller's promise.
            unsafe {
                let mut value: T = kind.nothing();
                if step == 1 {
                    value = fold_run::<L>(kind, from, columns);
                } else {
                    for first in (0..columns).step_by(BLOCK) {
                        let count = BLOCK.min(columns - first);
                        copy(from.wrapping_offset(first as isize * step), step, count, room);
                        value = join(kind, value, fold_run::<L>(kind, room, count));
                    }
                }
                let value = if finite && !value.to_double().is_finite() { T::ZERO } else { value };
                self.scalar(to).add(row).write(value);
            }
        }
        // SAFETY: as above.
        unsafe { self.spread(to) };
    }

    /// # Safety
    /// As for `fold`.
    #[inline(always)]
    unsafe fn elements<L: Lanes<Real = T>>(
        &self,
        tape: &Tape<T>,
        terms: &[Term],
        to: &[usize],
        places: &mut [Place],
        register: &impl Fn(usize) -> *mut T,
    ) {
        let columns = self.rows.columns;
        let all = self.count * columns;
        for first in (0..all).step_by(BLOCK) {
            let count = BLOCK.min(all - first);
            for (k, term) in terms.iter().enumerate() {
                // SAFETY: the caller's promise; a register has room for a block.
                places[k] = unsafe { self.operand(*term, first, count, register(k)) };
            }
            let target = |place: usize| self.row(to[place]).wrapping_add(first);
            // SAFETY: as above.
            unsafe { apply::<L>(tape, places, count, target, to.len()) };
        }
    }

    /// Where `count` elements of a term are, from the element `first` of this group on; in the register if they do not
    /// follow each other.
    ///
    /// # Safety
    /// As for `fold`.
    #[inline(always)]
    unsafe fn operand(&self, term: Term, first: usize, count: usize, register: *mut T) -> Place {
        let columns = self.rows.columns;
        let straight = |address: *mut T| Place { address: address.cast(), mask: usize::MAX };
        match term {
            Term::Row(place) => return straight(self.row(place).wrapping_add(first)),
            Term::Scalar(place) if self.count == 1 => return Place { address: self.scalar(place).cast(), mask: 0 },
            Term::Input(place) => {
                let input = &self.rows.inputs[place];
                let follow = self.count == 1 || input.first.single_step() == Some(columns as isize);
                if input.step == 1 && follow {
                    return straight(self.input(place, 0).wrapping_add(first));
                }
            }
            Term::Scalar(_) => {}
        }
        // Groups of several rows are no longer than a block.
        let (rows, width) = if self.count == 1 { (1, count) } else { (self.count, columns) };
        for row in 0..rows {
            // SAFETY: the caller's promise; the first element of a block is 0 in groups of several rows.
            unsafe {
                let (start, step) = self.term(term, row);
                copy(start.wrapping_offset(first as isize * step), step, width, register.add(row * width));
            }
        }
        straight(register)
    }

    /// # Safety
    /// As for `fold`.
    #[inline(always)]
    unsafe fn scalars<L: Lanes<Real = T>>(
        &self,
        tape: &Tape<T>,
        terms: &[Term],
        to: &[usize],
        places: &mut [Place],
        register: &impl Fn(usize) -> *mut T,
    ) {
        for (k, term) in terms.iter().enumerate() {
            let address = match *term {
                Term::Row(place) | Term::Scalar(place) => self.scalar(place),
                Term::Input(place) => {
                    let to = register(k);
                    for row in 0..self.count {
                        // SAFETY: the caller's promise; a group has no more rows than a block elements.
                        unsafe { to.add(row).write(self.input(place, row).read()) };
                    }
                    to
                }
            };
            places[k] = Place { address: address.cast(), mask: usize::MAX };
        }
        // SAFETY: as above.
        unsafe {
            apply::<L>(tape, places, self.count, |place| self.scalar(to[place]), to.len());
            to.iter().for_each(|&place| self.spread(place));
        }
    }
}

/// Applies a tape, and brings its results where they belong.
///
/// # Safety
/// The registers have their places, there is room for the results, and the processor has the instructions.
#[inline(always)]
unsafe fn apply<L: Lanes>(
    tape: &Tape<L::Real>,
    places: &mut [Place],
    count: usize,
    target: impl Fn(usize) -> *mut L::Real,
    results: usize,
) {
    let registers = tape.result_registers();
    // Steps write results where they are wanted, if they write them at all.
    for result in 0..results {
        let register = registers[result] as usize;
        if register >= tape.fixed() && !registers[..result].contains(&registers[result]) {
            places[register].address = target(result).cast();
        }
    }
    // SAFETY: the caller's promise.
    unsafe {
        L::enter(Steps { tape, places, count });
        for result in 0..results {
            let Place { address, mask } = places[registers[result] as usize];
            let from: *const L::Real = address.cast();
            if from != target(result).cast_const() {
                copy(from, isize::from(mask != 0), count, target(result));
            }
        }
    }
}

/// # Safety
/// So many elements can be read, and the processor has the instructions.
#[inline(always)]
unsafe fn fold_run<L: Lanes>(kind: Combine, from: *const L::Real, count: usize) -> L::Real {
    // SAFETY: the caller's promise; the kind is a constant in each version.
    unsafe {
        let run = std::slice::from_raw_parts(from, count);
        match kind {
            Combine::Sum => across::<L>(Combine::Sum, run),
            Combine::Product => across::<L>(Combine::Product, run),
            Combine::Largest => across::<L>(Combine::Largest, run),
            Combine::Smallest => across::<L>(Combine::Smallest, run),
        }
    }
}

/// # Safety
/// So many elements can be read and written.
#[inline(always)]
unsafe fn copy<T: Copy>(from: *const T, step: isize, count: usize, to: *mut T) {
    // SAFETY: the caller's promise.
    unsafe {
        match step {
            0 => std::slice::from_raw_parts_mut(to, count).fill(from.read()),
            1 => std::ptr::copy_nonoverlapping(from, to, count),
            _ => (0..count as isize).for_each(|k| to.offset(k).write(from.offset(step * k).read())),
        }
    }
}
