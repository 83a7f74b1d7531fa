//! Runs tapes.

use std::ops::Range;

use super::Tape;
use super::step::{Place, Steps};
use crate::lanes::{Lanes, Work};
use crate::memory::Aligned;
use crate::pool::{Address, Crew};
use crate::real::Real;
use crate::walk::{Position, Walk};

/// The number of elements of a block: as many registers as tapes usually have fit into the first cache.
const BLOCK: usize = 256;
/// Registers of tapes that have many are shorter, so that they fit there too, but no shorter than the widest vector.
const CACHE: usize = 1 << 15;
/// So many elements of slices are computed before their results are copied.
const ROWS: usize = 1 << 12;
/// A constant takes as many elements as the widest vector, so that it is read like any other register.
pub(crate) const CONSTANT: usize = 16;

/// Where the elements of an input or output are: in memory of single or of double precision, from a start.
#[derive(Clone, Copy, Debug)]
pub struct Stream<'a> {
    /// Whether it is the memory of double precision.
    pub double: bool,
    /// The place of the first element.
    pub start: usize,
    /// How the elements follow.
    pub walk: &'a Walk,
}

/// What tapes need while they run. It grows to the size of the largest tape, and is used again.
#[derive(Debug)]
pub struct Scratch {
    registers: Aligned<f64>,
    positions: Vec<Position>,
    places: Vec<Place>,
}

// SAFETY: addresses are written before they are read in every run; none is kept for the next.
unsafe impl Send for Scratch {}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch { registers: Aligned::zeros(0), positions: vec![], places: vec![] }
    }
}

impl Scratch {
    /// Room for the places of so many registers, and for so many elements.
    pub(crate) fn room<T: Real>(&mut self, places: usize, elements: usize) -> (*mut T, &mut [Place]) {
        // Elements of single precision take half of the room.
        if self.registers.as_slice().len() < elements {
            self.registers = Aligned::zeros(elements);
        }
        self.places.resize(places, Place::NOWHERE);
        (self.registers.as_mut_slice().as_mut_ptr().cast(), &mut self.places)
    }

    /// Two positions of walks.
    pub(crate) fn positions(&mut self) -> [&mut Position; 2] {
        if self.positions.len() < 2 {
            self.positions.resize(2, Position::default());
        }
        let (first, others) = self.positions.split_at_mut(1);
        [&mut first[0], &mut others[0]]
    }

    /// Room for a packed matrix of so many elements, and what is needed to pack it.
    pub(crate) fn packing<T: Real>(&mut self, elements: usize) -> (&mut [T], &mut Position) {
        self.positions();
        let (room, _) = self.room::<T>(0, elements);
        // SAFETY: there is room for so many elements of either precision, all of which are numbers.
        (unsafe { std::slice::from_raw_parts_mut(room, elements) }, &mut self.positions[0])
    }
}

impl<T: Real> Tape<T> {
    /// Applies the tape to `count` elements of each input. Outputs are contiguous, and overlap neither with inputs nor
    /// with each other; but an output may be where an input is that it [may replace](Tape::may_replace).
    ///
    /// # Panics
    /// When the inputs and outputs are not those of the tape, or leave the memory.
    pub fn run(
        &self,
        scratch: &mut Scratch,
        (single, double): (&mut [f32], &mut [f64]),
        inputs: &[Stream<'_>],
        outputs: &[Stream<'_>],
        count: usize,
    ) {
        self.check([single.len(), double.len()], inputs, outputs, count);
        let memory = (single.as_mut_ptr(), double.as_mut_ptr());
        self.part(scratch, memory, inputs, outputs, 0..count);
    }

    /// The same, parts of the elements at once.
    ///
    /// # Panics
    /// As [`Tape::run`].
    pub fn run_apart(
        &self,
        crew: &mut Crew,
        (single, double): (&mut [f32], &mut [f64]),
        inputs: &[Stream<'_>],
        outputs: &[Stream<'_>],
        count: usize,
    ) {
        self.check([single.len(), double.len()], inputs, outputs, count);
        let (single, double) = (Address(single.as_mut_ptr()), Address(double.as_mut_ptr()));
        // Elements of different parts are different ones of each output, and none of an input.
        crew.each(count, self.block(), |which, scratch| {
            self.part(scratch, (single.at(0), double.at(0)), inputs, outputs, which);
        });
    }

    fn check(&self, available: [usize; 2], inputs: &[Stream<'_>], outputs: &[Stream<'_>], count: usize) {
        assert!(inputs.len() == self.inputs && outputs.len() == self.results.len(), "not the streams of the tape");
        for stream in inputs.iter().chain(outputs) {
            let available = available[usize::from(stream.double)];
            assert!(stream.walk.len() == count && stream.walk.fits(stream.start, available), "a stream leaves memory");
        }
        assert!(outputs.iter().all(|stream| stream.walk.is_contiguous()), "outputs are contiguous");
    }

    /// Applies the tape to a part of the elements.
    fn part(
        &self,
        scratch: &mut Scratch,
        memory: (*mut f32, *mut f64),
        inputs: &[Stream<'_>],
        outputs: &[Stream<'_>],
        which: Range<usize>,
    ) {
        let size = (self.registers - self.constants) * self.block();
        // Registers of single precision take half of the room.
        if scratch.registers.as_slice().len() < size {
            scratch.registers = Aligned::zeros(size);
        }
        if scratch.positions.len() < inputs.len() {
            scratch.positions.resize(inputs.len(), Position::default());
        }
        T::tape(Run { tape: self, scratch, memory, inputs, outputs, which });
    }

    /// The number of elements of a block.
    fn block(&self) -> usize {
        let fitting = CACHE / size_of::<T>() / (self.registers - self.constants).max(1);
        let power = if fitting == 0 { 1 } else { 1 << fitting.ilog2() };
        power.clamp(CONSTANT, BLOCK)
    }
}

/// Applies a tape to slices.
pub(super) fn apply<T: Real>(tape: &Tape<T>, inputs: &[&[T]], outputs: &mut [&mut [T]]) {
    let count = outputs.first().map_or(0, |output| output.len());
    let lengths = inputs.iter().map(|input| input.len()).chain(outputs.iter().map(|output| output.len()));
    assert!(lengths.into_iter().all(|length| length == count), "slices of different lengths");
    let all = inputs.len() + outputs.len();
    let rows = count.min(ROWS);
    let mut memory = vec![T::ZERO; all * rows];
    let mut scratch = Scratch::default();
    let double = size_of::<T>() == size_of::<f64>();
    for start in (0..count).step_by(ROWS) {
        let rows = start..count.min(start + ROWS);
        let walk = Walk::contiguous(rows.len());
        for (input, place) in inputs.iter().zip(memory.chunks_mut(rows.len())) {
            place.copy_from_slice(&input[rows.clone()]);
        }
        let stream = |k: usize| Stream { double, start: k * rows.len(), walk: &walk };
        let streams: Vec<Stream<'_>> = (0..all).map(stream).collect();
        let (read, written) = streams.split_at(inputs.len());
        tape.run(&mut scratch, T::memory(&mut memory), read, written, rows.len());
        for (output, stream) in outputs.iter_mut().zip(written) {
            output[rows.clone()].copy_from_slice(&memory[stream.start..stream.start + rows.len()]);
        }
    }
}

/// One application of a tape.
pub struct Run<'a, T> {
    tape: &'a Tape<T>,
    scratch: &'a mut Scratch,
    memory: (*mut f32, *mut f64),
    inputs: &'a [Stream<'a>],
    outputs: &'a [Stream<'a>],
    /// The elements that are computed.
    which: Range<usize>,
}

impl<T: Real> Work<T> for Run<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(mut self) {
        self.place_registers();
        let block = self.tape.block();
        let mut done = self.which.start;
        while done < self.which.end {
            let count = block.min(self.which.end - done);
            // SAFETY: `Tape::check` has checked that all streams stay within the memory, and `part` made room for the registers;
            // the caller says that the processor has the instructions.
            unsafe {
                self.read(done, count);
                self.aim(done);
                L::enter(Steps { tape: self.tape, places: &self.scratch.places, count });
                self.write(done, count);
            }
            done += count;
        }
    }
}

impl<T: Real> Run<'_, T> {
    /// Whether the memory of a stream holds elements of the tape's own type.
    fn is_own(stream: &Stream<'_>) -> bool {
        stream.double == (size_of::<T>() == size_of::<f64>())
    }

    /// The start of the memory of the tape's own type.
    fn own(&self) -> *mut T {
        if size_of::<T>() == size_of::<f64>() { self.memory.1.cast() } else { self.memory.0.cast() }
    }

    /// Gives each register its place, and writes what is the same in all blocks.
    fn place_registers(&mut self) {
        let base: *mut T = self.scratch.registers.as_mut_slice().as_mut_ptr().cast();
        let (tape, block) = (self.tape, self.tape.block());
        self.scratch.places.resize(tape.registers, Place::NOWHERE);
        // The room is large enough for all registers; see `Tape::part`.
        tape.place_registers(&mut self.scratch.places, |register| base.wrapping_add(register * block));
        for (register, stream) in self.inputs.iter().enumerate() {
            if stream.walk.is_uniform() {
                let value = self.element(stream);
                let place = &mut self.scratch.places[register];
                place.mask = 0;
                for k in 0..CONSTANT {
                    // SAFETY: a register has room for a block.
                    unsafe { place.address.cast::<T>().add(k).write(value) };
                }
            } else {
                stream.walk.begin_at(&mut self.scratch.positions[register], self.which.start);
            }
        }
    }

    /// The first element of a stream that is not empty.
    fn element(&self, stream: &Stream<'_>) -> T {
        if self.which.is_empty() {
            return T::ZERO;
        }
        // SAFETY: the stream starts within its memory.
        unsafe {
            match stream.double {
                true => T::from_double(self.memory.1.add(stream.start).read()),
                false => T::from_double(self.memory.0.add(stream.start).read().to_double()),
            }
        }
    }

    /// Brings a block of the inputs into their registers, or lets these be where the elements are.
    #[inline(always)]
    unsafe fn read(&mut self, done: usize, count: usize) {
        for (register, stream) in self.inputs.iter().enumerate() {
            if stream.walk.is_uniform() {
                continue;
            }
            if Self::is_own(stream) && stream.walk.is_contiguous() {
                let address = self.own().wrapping_add(stream.start + done);
                self.scratch.places[register].address = address.cast();
                continue;
            }
            let to: *mut T = self.scratch.places[register].address.cast();
            let mut filled = 0;
            while filled < count {
                let (first, step, run) = stream.walk.run(&mut self.scratch.positions[register], count - filled);
                // SAFETY: the walk stays within its memory, and the register has room for a block.
                unsafe {
                    let to = to.add(filled);
                    match stream.double {
                        true => copy_run(self.memory.1.add(stream.start).offset(first), step, run, to),
                        false => copy_run(self.memory.0.add(stream.start).offset(first), step, run, to),
                    }
                }
                filled += run;
            }
        }
    }

    /// Lets steps write results where they are wanted, if they are of the tape's type.
    unsafe fn aim(&mut self, done: usize) {
        let fixed = self.tape.inputs + self.tape.constants;
        for (place, (&register, stream)) in self.tape.results.iter().zip(self.outputs).enumerate() {
            let first = !self.tape.results[..place].contains(&register);
            let register = register as usize;
            if register >= fixed && first && Self::is_own(stream) {
                self.scratch.places[register].address = self.own().wrapping_add(stream.start + done).cast();
            }
        }
    }

    /// Brings a block of the results to where they are wanted, unless steps have written them there.
    unsafe fn write(&mut self, done: usize, count: usize) {
        for (&register, stream) in self.tape.results.iter().zip(self.outputs) {
            let place = self.scratch.places[register as usize];
            let from: *const T = place.address.cast();
            let step = isize::from(place.mask != 0);
            let start = stream.start + done;
            // SAFETY: the output lies within its memory, and the register holds a block.
            unsafe {
                match stream.double {
                    true if from.cast::<f64>() == self.memory.1.add(start) => {}
                    false if from.cast::<f32>() == self.memory.0.add(start) => {}
                    true => copy_run(from, step, count, self.memory.1.add(start)),
                    false => copy_run(from, step, count, self.memory.0.add(start)),
                }
            }
        }
    }
}

/// Copies elements at equal distances, into another precision where the types differ.
///
/// # Safety
/// So many elements can be read and written.
#[inline(always)]
unsafe fn copy_run<A: Real, B: Real>(from: *const A, step: isize, count: usize, to: *mut B) {
    // SAFETY: the caller's promise; types of one size are the same type.
    unsafe {
        if size_of::<A>() == size_of::<B>() {
            let from: *const B = from.cast();
            match step {
                0 => std::slice::from_raw_parts_mut(to, count).fill(from.read()),
                1 => std::ptr::copy_nonoverlapping(from, to, count),
                // The distances of pooling, as loops that become vectors.
                2 => (0..count).for_each(|i| to.add(i).write(from.add(2 * i).read())),
                _ => (0..count as isize).for_each(|i| to.offset(i).write(from.offset(step * i).read())),
            }
        } else {
            for i in 0..count {
                to.add(i).write(B::from_double(from.offset(step * i as isize).read().to_double()));
            }
        }
    }
}
