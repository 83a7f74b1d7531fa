//! Functions of elements, run on blocks: a flat list of steps on registers that hold many elements each.

mod run;
mod step;

use crate::code::Code;
use crate::memory::Aligned;
use crate::real::Real;

pub(crate) use run::{CONSTANT, Run};
pub use run::{Scratch, Stream};
pub(crate) use step::{Place, Steps, larger, largest, positive_part, smaller, smallest};

/// The place of a value that steps read or write.
pub type Register = u32;

/// A function of elements as steps on registers. The first registers are the inputs, those that follow the constants.
///
/// ```
/// use netform_kernels::{Code, Tape};
/// // 2 tanh(a + b)
/// let steps = [
///     (Code::Add, vec![0, 1]),
///     (Code::HyperbolicTangent, vec![3]),
///     (Code::Multiply, vec![2, 4]),
/// ];
/// let tape = Tape::new(2, vec![2.0], steps, &[5]);
/// let mut results = [0.0; 3];
/// tape.apply(&[&[0.0, 1.0, -40.0], &[0.0, -1.0, 1.0]], &mut [&mut results]);
/// assert_eq!(results, [0.0, 0.0, -2.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Tape<T> {
    inputs: usize,
    constants: usize,
    /// Each constant as often as a vector has places.
    splats: Aligned<T>,
    steps: Vec<Step>,
    /// The registers that steps read, one step after the other.
    sources: Vec<Register>,
    results: Vec<Register>,
    registers: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    code: Code,
    first: u32,
    count: u32,
    target: Register,
}

impl Step {
    fn sources(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

impl<T: Real> Tape<T> {
    /// A tape of so many inputs. Each step writes a new register; it names those that it reads.
    ///
    /// # Panics
    /// When a step reads a register that is not there yet, or has a wrong number of operands.
    pub fn new(
        inputs: usize,
        constants: Vec<T>,
        steps: impl IntoIterator<Item = (Code, Vec<Register>)>,
        results: &[Register],
    ) -> Tape<T> {
        let registers = inputs + constants.len();
        let mut splats = Aligned::zeros(constants.len() * run::CONSTANT);
        for (places, constant) in splats.as_mut_slice().chunks_mut(run::CONSTANT).zip(&constants) {
            places.fill(*constant);
        }
        let (constants, results) = (constants.len(), results.to_vec());
        let mut tape = Tape { inputs, constants, splats, steps: vec![], sources: vec![], results, registers };
        for (code, sources) in steps {
            assert!(code.takes(sources.len()), "{code:?} has wrong operands");
            assert!(sources.iter().all(|&source| (source as usize) < tape.registers), "a register is not there yet");
            let target = tape.registers as Register;
            let first = tape.sources.len() as u32;
            tape.steps.push(Step { code, first, count: sources.len() as u32, target });
            tape.sources.extend(sources);
            tape.registers += 1;
        }
        assert!(tape.results.iter().all(|&result| (result as usize) < tape.registers), "a result is not there");
        tape.reuse_registers();
        tape
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of results.
    pub fn results(&self) -> usize {
        self.results.len()
    }

    /// The codes of the steps, in order.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.steps.iter().map(|step| step.code)
    }

    /// The same function of other inputs, each of which is the one at the given place.
    ///
    /// # Panics
    /// When there are fewer places than inputs, or they are beyond so many inputs.
    pub fn with_inputs(&self, places: &[usize], inputs: usize) -> Tape<T> {
        assert!(
            places.len() == self.inputs && places.iter().all(|&place| place < inputs),
            "not the inputs of the tape"
        );
        let rename = |register: &mut Register| {
            *register = match places.get(*register as usize) {
                Some(&place) => place as Register,
                None => *register - self.inputs as Register + inputs as Register,
            };
        };
        let mut tape = Tape { inputs, registers: self.registers - self.inputs + inputs, ..self.clone() };
        tape.sources.iter_mut().for_each(rename);
        tape.results.iter_mut().for_each(rename);
        tape.steps.iter_mut().for_each(|step| rename(&mut step.target));
        tape
    }

    /// Whether all steps work on vectors, none calls a function for each element.
    pub fn is_vector(&self) -> bool {
        !self.codes().any(|code| matches!(code, Code::Unary(_) | Code::Binary(_) | Code::Variadic(_)))
    }

    /// The registers that are inputs and constants.
    pub(crate) fn fixed(&self) -> usize {
        self.inputs + self.constants
    }

    /// The registers that hold blocks.
    pub(crate) fn block_registers(&self) -> usize {
        self.registers - self.constants
    }

    /// Gives each register its place: constants where the tape has them, others in order in blocks.
    pub(crate) fn place_registers(&self, places: &mut [Place], block: impl Fn(usize) -> *mut T) {
        // Constants are only read.
        let constants = self.splats.as_slice().as_ptr().cast_mut();
        for (register, place) in places.iter_mut().enumerate() {
            *place = match register.checked_sub(self.inputs) {
                None => Place { address: block(register).cast(), mask: usize::MAX },
                Some(k) if k < self.constants => {
                    Place { address: constants.wrapping_add(k * run::CONSTANT).cast(), mask: 0 }
                }
                Some(_) => Place { address: block(register - self.constants).cast(), mask: usize::MAX },
            };
        }
    }

    /// The steps in order: what each does, the registers that it reads, and the one that it writes. Steps write registers
    /// again whose values are not read any more.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = (Code, &[Register], Register)> + '_ {
        self.steps.iter().map(|step| (step.code, &self.sources[step.sources()], step.target))
    }

    /// The values of the registers that follow the inputs.
    pub fn constants(&self) -> impl ExactSizeIterator<Item = T> + '_ {
        self.splats.as_slice().chunks_exact(run::CONSTANT).map(|places| places[0])
    }

    /// A constant.
    pub(crate) fn constant(&self, place: usize) -> T {
        self.splats.as_slice()[place * run::CONSTANT]
    }

    /// The registers that hold the results after the last step.
    pub fn result_registers(&self) -> &[Register] {
        &self.results
    }

    /// Whether a result may be written where an input is: nothing reads the input after the result, or what is computed in its
    /// register before it, has been written.
    pub fn may_replace(&self, result: usize, input: usize) -> bool {
        let input = input as Register;
        let register = self.results[result];
        let others = self.results.iter().enumerate().filter(|(place, _)| *place != result);
        if others.map(|(_, other)| *other).any(|other| other == input) {
            return false;
        }
        if (register as usize) < self.fixed() {
            return true;
        }
        let written = self.steps.iter().position(|step| step.target == register).unwrap_or(self.steps.len());
        let later = self.steps.iter().skip(written + 1);
        !later.flat_map(|step| &self.sources[step.sources()]).any(|source| *source == input)
    }

    /// The same function with a register for each result that nothing else has been in before, so that results
    /// [may replace](Tape::may_replace) inputs that are read until they are computed.
    pub fn with_results_apart(&self) -> Tape<T> {
        let mut tape = self.clone();
        for place in 0..tape.results.len() {
            let old = tape.results[place];
            let last = tape.steps.iter().rposition(|step| step.target == old);
            let Some(last) = last.filter(|_| !self.results[..place].contains(&old)) else { continue };
            let new = tape.registers as Register;
            tape.registers += 1;
            tape.steps[last].target = new;
            for step in &tape.steps[last + 1..] {
                tape.sources[step.sources()].iter_mut().filter(|source| **source == old).for_each(|s| *s = new);
            }
            tape.results.iter_mut().filter(|result| **result == old).for_each(|result| *result = new);
        }
        tape
    }

    /// How many registers there are, with those of inputs and constants.
    pub fn registers(&self) -> usize {
        self.registers
    }

    /// Applies the tape to slices of one length.
    ///
    /// # Panics
    /// When there are other numbers of slices than the tape has inputs and results, or lengths differ.
    pub fn apply(&self, inputs: &[&[T]], outputs: &mut [&mut [T]]) {
        run::apply(self, inputs, outputs);
    }

    /// Lets steps write registers whose values are not read any more. Results are kept.
    fn reuse_registers(&mut self) {
        let fixed = self.inputs + self.constants;
        let mut last: Vec<Option<usize>> = vec![None; self.registers];
        for (place, step) in self.steps.iter().enumerate() {
            for &source in &self.sources[step.sources()] {
                last[source as usize] = Some(place);
            }
        }
        for &result in &self.results {
            last[result as usize] = Some(usize::MAX);
        }
        let mut names: Vec<Register> = (0..self.registers).map(|register| register as Register).collect();
        let mut free: Vec<Register> = vec![];
        let mut used = fixed;
        for (place, step) in self.steps.iter_mut().enumerate() {
            for source in &mut self.sources[step.sources()] {
                let old = *source as usize;
                *source = names[old];
                if old >= fixed && last[old] == Some(place) {
                    last[old] = None;
                    free.push(names[old]);
                }
            }
            let old = step.target as usize;
            step.target = free.pop().unwrap_or_else(|| {
                used += 1;
                (used - 1) as Register
            });
            names[old] = step.target;
            if last[old].is_none() {
                free.push(step.target);
            }
        }
        for result in &mut self.results {
            *result = names[*result as usize];
        }
        self.registers = used;
    }
}
