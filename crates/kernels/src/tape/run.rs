//! Runs tapes.

use super::{Step, Tape};
use crate::code::Code;
use crate::elementary;
use crate::lanes::{Lanes, Work};
use crate::memory::Aligned;
use crate::real::Real;
use crate::real::sealed::Numbers as _;
use crate::walk::{Position, Walk};

/// The number of elements of a block: as many registers as tapes usually have fit into the first cache.
const BLOCK: usize = 256;
/// A constant takes as many elements as the widest vector, so that it is read like any other register.
pub(super) const CONSTANT: usize = 16;

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

/// Where a register is, and a mask: 0 where all its elements are the same one.
#[derive(Clone, Copy, Debug)]
struct Place {
    address: *mut u8,
    mask: usize,
}

// SAFETY: addresses are written before they are read in every run; none is kept for the next.
unsafe impl Send for Scratch {}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch { registers: Aligned::zeros(0), positions: vec![], places: vec![] }
    }
}

impl<T: Real> Tape<T> {
    /// Applies the tape to `count` elements of each input. Outputs are contiguous, and overlap neither with inputs nor
    /// with each other.
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
        assert!(inputs.len() == self.inputs && outputs.len() == self.results.len(), "not the streams of the tape");
        for stream in inputs.iter().chain(outputs) {
            let available = if stream.double { double.len() } else { single.len() };
            assert!(stream.walk.len() == count && stream.walk.fits(stream.start, available), "a stream leaves memory");
        }
        assert!(outputs.iter().all(|stream| stream.walk.is_contiguous()), "outputs are contiguous");
        let memory = (single.as_mut_ptr(), double.as_mut_ptr());
        let size = (self.registers - self.constants) * BLOCK;
        // Registers of single precision take half of the room.
        if scratch.registers.as_slice().len() < size {
            scratch.registers = Aligned::zeros(size);
        }
        if scratch.positions.len() < inputs.len() {
            scratch.positions.resize(inputs.len(), Position::default());
        }
        T::tape(Run { tape: self, scratch, memory, inputs, outputs, count });
    }
}

/// Applies a tape to slices.
pub(super) fn apply<T: Real>(tape: &Tape<T>, inputs: &[&[T]], outputs: &mut [&mut [T]]) {
    let count = outputs.first().map_or(0, |output| output.len());
    let lengths = inputs.iter().map(|input| input.len()).chain(outputs.iter().map(|output| output.len()));
    assert!(lengths.into_iter().all(|length| length == count), "slices of different lengths");
    let walk = Walk::contiguous(count);
    let all = inputs.len() + outputs.len();
    let mut memory = vec![T::ZERO; all * count];
    for (input, place) in inputs.iter().zip(memory.chunks_mut(count.max(1))) {
        place.copy_from_slice(input);
    }
    let double = size_of::<T>() == size_of::<f64>();
    let streams: Vec<Stream<'_>> = (0..all).map(|k| Stream { double, start: k * count, walk: &walk }).collect();
    let (read, written) = streams.split_at(inputs.len());
    tape.run(&mut Scratch::default(), T::memory(&mut memory), read, written, count);
    for (output, stream) in outputs.iter_mut().zip(written) {
        output.copy_from_slice(&memory[stream.start..stream.start + count]);
    }
}

/// One application of a tape.
pub struct Run<'a, T> {
    tape: &'a Tape<T>,
    scratch: &'a mut Scratch,
    memory: (*mut f32, *mut f64),
    inputs: &'a [Stream<'a>],
    outputs: &'a [Stream<'a>],
    count: usize,
}

impl<T: Real> Work<T> for Run<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<L: Lanes<Real = T>>(mut self) {
        self.place_registers();
        let mut done = 0;
        while done < self.count {
            let count = BLOCK.min(self.count - done);
            // SAFETY: `Tape::run` has checked that all streams stay within the memory, and made room for the registers;
            // the caller says that the processor has the instructions.
            unsafe {
                self.read(done, count);
                self.aim(done);
                for step in &self.tape.steps {
                    self.step::<L>(*step, count);
                }
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
        let tape = self.tape;
        let places = &mut self.scratch.places;
        places.clear();
        // The room is large enough for all registers; see `Tape::run`.
        let block = |register: usize| Place { address: base.wrapping_add(register * BLOCK).cast(), mask: usize::MAX };
        places.extend((0..tape.inputs).map(block));
        // Constants are only read, from where the tape has them.
        let constants = tape.splats.as_slice().as_ptr().cast_mut();
        let constant = |k: usize| Place { address: constants.wrapping_add(k * CONSTANT).cast(), mask: 0 };
        places.extend((0..tape.constants).map(constant));
        places.extend((tape.inputs..tape.registers - tape.constants).map(block));
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
                stream.walk.begin(&mut self.scratch.positions[register]);
            }
        }
    }

    /// The first element of a stream that is not empty.
    fn element(&self, stream: &Stream<'_>) -> T {
        if self.count == 0 {
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

    /// Runs one step on a block.
    ///
    /// # Safety
    /// All registers have places with `count` elements, and the processor has the instructions.
    #[inline(always)]
    unsafe fn step<L: Lanes<Real = T>>(&self, step: Step, count: usize) {
        let sources = &self.tape.sources[step.sources()];
        let place = |k: usize| self.scratch.places[sources[k] as usize];
        let to: *mut T = self.scratch.places[step.target as usize].address.cast();
        // A type for each operation, since closures are not inlined where instructions are needed.
        macro_rules! unary {
            ($x:ident: $value:expr) => {{
                struct Of;
                impl Unary for Of {
                    #[inline(always)]
                    fn of<L: Lanes>($x: L) -> L {
                        $value
                    }
                }
                unary::<L, Of>(place(0), to, count)
            }};
        }
        macro_rules! binary {
            ($a:ident $b:ident: $value:expr) => {{
                struct Of;
                impl Binary for Of {
                    #[inline(always)]
                    fn of<L: Lanes>($a: L, $b: L) -> L {
                        $value
                    }
                }
                binary::<L, Of>(place(0), place(1), to, count)
            }};
        }
        // SAFETY: the caller's promise.
        unsafe {
            match step.code {
                Code::Add => binary!(a b: a.add(b)),
                Code::Subtract => binary!(a b: a.subtract(b)),
                Code::Multiply => binary!(a b: a.multiply(b)),
                Code::Divide => binary!(a b: a.divide(b)),
                Code::Larger => binary!(a b: L::select(b.is_equal(b), a.larger(b), a)),
                Code::Smaller => binary!(a b: L::select(b.is_equal(b), a.smaller(b), a)),
                Code::Largest => binary!(a b: L::select(a.is_equal(a), a.larger(b), a)),
                Code::Smallest => binary!(a b: L::select(a.is_equal(a), a.smaller(b), a)),
                Code::Less => binary!(a b: truth(a.is_less(b), a)),
                Code::AtMost => binary!(a b: truth(a.is_at_most(b), a)),
                Code::Greater => binary!(a b: truth(b.is_less(a), a)),
                Code::AtLeast => binary!(a b: truth(b.is_at_most(a), a)),
                Code::Equal => binary!(a b: truth(a.is_equal(b), a)),
                Code::Unequal => binary!(a b: falsehood(a.is_equal(b), a)),
                Code::And => binary!(a b: L::select(a.is_equal(zero(a)), zero(a), falsehood(b.is_equal(zero(b)), b))),
                Code::Or => binary!(a b: L::select(a.is_equal(zero(a)), falsehood(b.is_equal(zero(b)), b), one(a))),
                Code::Copy => unary!(x: x),
                Code::Negate => unary!(x: x.multiply(x.constant(L::Real::MINUS_ONE))),
                Code::Reciprocal => unary!(x: one(x).divide(x)),
                Code::Square => unary!(x: x.multiply(x)),
                Code::Absolute => unary!(x: x.absolute()),
                Code::SquareRoot => unary!(x: x.square_root()),
                Code::PositivePart => unary!(x: zero(x).larger(x)),
                Code::Sign => unary!(x: sign(x)),
                Code::Floor => unary!(x: x.floor()),
                Code::Ceiling => unary!(x: x.ceiling()),
                Code::Round => unary!(x: x.round()),
                Code::Truncate => unary!(x: x.truncate()),
                Code::Not => unary!(x: truth(x.is_equal(zero(x)), x)),
                Code::Exponential => unary!(x: elementary::exponential(x)),
                Code::ExponentialMinusOne => unary!(x: elementary::exponential_minus_one(x)),
                Code::Logarithm => unary!(x: elementary::logarithm(x)),
                Code::LogarithmOfOnePlus => unary!(x: elementary::logarithm_of_one_plus(x)),
                Code::Softplus => unary!(x: elementary::softplus(x)),
                Code::HyperbolicTangent => unary!(x: elementary::hyperbolic_tangent(x)),
                Code::LogisticSigmoid => unary!(x: elementary::logistic_sigmoid(x)),
                Code::Select => select::<L>([place(0), place(1), place(2)], to, count),
                Code::Unary(f) => each(to, count, |i| f(place(0).element::<T>(i))),
                Code::Power(f) | Code::Binary(f) => {
                    each(to, count, |i| f(place(0).element::<T>(i), place(1).element::<T>(i)));
                }
                Code::Variadic(f) => variadic::<T>(f, sources.len(), place, to, count),
            }
        }
    }
}

/// Calls a function of any number of elements.
///
/// # Safety
/// The registers have `count` elements.
unsafe fn variadic<T: Real>(
    f: fn(&[f64]) -> f64,
    operands: usize,
    place: impl Fn(usize) -> Place,
    to: *mut T,
    count: usize,
) {
    let mut few = [0.0; FEW];
    let mut many = vec![];
    let arguments: &mut [f64] = match operands <= FEW {
        true => &mut few[..operands],
        false => {
            many.resize(operands, 0.0);
            &mut many
        }
    };
    // SAFETY: the caller's promise.
    unsafe {
        each(to, count, |i| {
            for (k, argument) in arguments.iter_mut().enumerate() {
                *argument = place(k).element::<T>(i);
            }
            f(arguments)
        });
    }
}

/// A function of one vector.
trait Unary {
    fn of<L: Lanes>(x: L) -> L;
}

/// A function of two vectors.
trait Binary {
    fn of<L: Lanes>(a: L, b: L) -> L;
}

#[inline(always)]
fn zero<L: Lanes>(x: L) -> L {
    x.constant(L::Real::ZERO)
}

#[inline(always)]
fn one<L: Lanes>(x: L) -> L {
    x.constant(L::Real::ONE)
}

#[inline(always)]
fn truth<L: Lanes>(mask: L::Mask, x: L) -> L {
    L::select(mask, one(x), zero(x))
}

#[inline(always)]
fn falsehood<L: Lanes>(mask: L::Mask, x: L) -> L {
    L::select(mask, zero(x), one(x))
}

#[inline(always)]
fn sign<L: Lanes>(x: L) -> L {
    let negative = x.constant(L::Real::MINUS_ONE);
    L::select(x.is_less(zero(x)), negative, L::select(zero(x).is_less(x), one(x), x))
}

/// So many arguments of a function that takes any number need no allocation.
const FEW: usize = 8;

impl Place {
    /// An element in double precision.
    #[inline(always)]
    unsafe fn element<T: Real>(self, i: usize) -> f64 {
        // SAFETY: the caller's promise that the register holds the element.
        unsafe { self.address.cast::<T>().add(i & self.mask).read().to_double() }
    }

    #[inline(always)]
    unsafe fn at<T>(self, i: usize) -> *const T {
        // SAFETY: as above.
        unsafe { self.address.cast::<T>().add(i & self.mask) }
    }
}

#[inline(always)]
unsafe fn unary<L: Lanes, F: Unary>(a: Place, to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            F::of(L::load(a.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            F::of(L::load_first(a.at(i), count - i)).store_first(to.add(i), count - i);
        }
    }
}

#[inline(always)]
unsafe fn binary<L: Lanes, F: Binary>(a: Place, b: Place, to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            F::of(L::load(a.at(i)), L::load(b.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            let left = count - i;
            F::of(L::load_first(a.at(i), left), L::load_first(b.at(i), left)).store_first(to.add(i), left);
        }
    }
}

#[inline(always)]
unsafe fn select<L: Lanes>([condition, yes, no]: [Place; 3], to: *mut L::Real, count: usize) {
    let mut i = 0;
    // SAFETY: the caller says that the registers have `count` elements.
    unsafe {
        while i + L::WIDTH <= count {
            choose(L::load(condition.at(i)), L::load(yes.at(i)), L::load(no.at(i))).store(to.add(i));
            i += L::WIDTH;
        }
        if i < count {
            let left = count - i;
            let [condition, yes, no] =
                [condition, yes, no].map(|place: Place| L::load_first(place.at::<L::Real>(i), left));
            choose(condition, yes, no).store_first(to.add(i), left);
        }
    }
}

#[inline(always)]
fn choose<L: Lanes>(condition: L, yes: L, no: L) -> L {
    L::select(condition.is_equal(zero(condition)), no, yes)
}

#[inline(always)]
unsafe fn each<T: Real>(to: *mut T, count: usize, mut f: impl FnMut(usize) -> f64) {
    for i in 0..count {
        // SAFETY: the caller says that the register has `count` elements.
        unsafe { to.add(i).write(T::from_double(f(i))) };
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
