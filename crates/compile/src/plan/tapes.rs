//! Tapes of scalar functions: what records say about calls, as instructions of kernels.

use netform_array::ElementType;
use netform_eval::RealCode;
use netform_expr::Expr;
use netform_kernels::{Code, Real, Register, Tape};
use rustc_hash::FxHashMap;

use crate::dim::Sizes;
use crate::interpret::{InterpretError, ScalarFunctions, StepCode, Tape as Scalar};

/// The tape of several functions of the same numbers, parts that they share once: its inputs are `#1`, `#2` and so on,
/// its results the values of `bodies`.
///
/// Work and memory are linear in the number of distinct nodes.
///
/// # Errors
/// [`InterpretError::NoCode`] with the part that is no function of real numbers.
///
/// ```
/// use netform_compile::{Tables, row_tape};
/// use netform_eval::{Registry, Session};
/// use netform_expr::{Expr, Sym};
///
/// // Nothing but choices has code where no functions are registered.
/// let mut session = Session::new(Registry::new().share());
/// let [a, b, c] = [1, 2, 3].map(|k| Expr::call(Sym::Slot, [Expr::integer(k)]));
/// let choice = Expr::call(Sym::ProgramSelect, [a, b, c.clone()]);
/// let tape = row_tape(3, &[choice, c], &mut Tables::new(&mut session))?;
/// let mut results = [[0.0; 2], [0.0; 2]];
/// let [first, second] = &mut results;
/// tape.apply(&[&[1.0, 0.0], &[5.0, 5.0], &[7.0, 7.0]], &mut [first, second]);
/// assert_eq!(results, [[5.0, 7.0], [7.0, 7.0]]);
/// # Ok::<(), netform_compile::InterpretError>(())
/// ```
pub fn row_tape(
    inputs: usize,
    bodies: &[Expr],
    functions: &mut dyn ScalarFunctions,
) -> Result<Tape<f64>, InterpretError> {
    let (scalar, results) = Scalar::write(bodies, ElementType::F64, functions, &Sizes::default())?;
    if scalar.arguments() > inputs {
        return Err(InterpretError::Invalid("a function of more inputs than there are"));
    }
    let mut tapes = Tapes::new(inputs);
    let arguments: Vec<Source> = (0..inputs).map(Source::Input).collect();
    let results = tapes.functions(&scalar, &arguments, &results);
    tapes.gather_sums(&results);
    Ok(tapes.finish(&results))
}

/// Writes one tape for several functions, with common parts once.
#[derive(Debug)]
pub(super) struct Tapes {
    inputs: usize,
    pub(super) constants: Vec<f64>,
    /// The places of constants by their bits.
    places: FxHashMap<u64, usize>,
    /// Code and operands of each step, whose value is `Source::Step` of its place.
    pub(super) steps: Vec<(Code, Vec<Source>)>,
    /// Steps of instructions by what they do.
    known: FxHashMap<(std::mem::Discriminant<Code>, Vec<Source>), Source>,
}

/// Powers with larger integers are not computed as products.
const LARGEST_PRODUCT: f64 = 64.0;

/// A value while a tape is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Input(usize),
    Constant(usize),
    Step(usize),
}

impl Tapes {
    /// A tape of so many inputs.
    pub(super) fn new(inputs: usize) -> Tapes {
        Tapes { inputs, constants: vec![], places: FxHashMap::default(), steps: vec![], known: FxHashMap::default() }
    }

    /// A number.
    pub(super) fn constant(&mut self, value: f64) -> Source {
        let constants = &mut self.constants;
        let place = self.places.entry(value.to_bits()).or_insert_with(|| {
            constants.push(value);
            constants.len() - 1
        });
        Source::Constant(*place)
    }

    /// A step.
    pub(super) fn step(&mut self, code: Code, sources: Vec<Source>) -> Source {
        let key = (std::mem::discriminant(&code), sources);
        let is_function = matches!(code, Code::Unary(_) | Code::Binary(_) | Code::Variadic(_));
        if let Some(known) = self.known.get(&key).filter(|_| !is_function) {
            return *known;
        }
        let step = Source::Step(self.steps.len());
        self.steps.push((code, key.1.clone()));
        if !is_function {
            self.known.insert(key, step);
        }
        step
    }

    /// Writes a function of the given inputs.
    pub(super) fn function(&mut self, function: &Scalar, arguments: &[Source]) -> Source {
        self.functions(function, arguments, &[function.result()])[0]
    }

    /// Writes a function of the given inputs, and gives the values of some of its registers.
    fn functions(&mut self, function: &Scalar, arguments: &[Source], results: &[u32]) -> Vec<Source> {
        let mut places: FxHashMap<u32, Source> = FxHashMap::default();
        for (register, &argument) in arguments.iter().take(function.arguments()).enumerate() {
            places.insert(register as u32, argument);
        }
        for (code, instruction, registers, target) in function.steps() {
            let mut sources = Vec::with_capacity(registers.len());
            for &register in registers {
                let known = places.get(&register).copied();
                sources.push(known.unwrap_or_else(|| self.constant(function.constant(register))));
            }
            let value = self.call(code, instruction, sources);
            places.insert(target, value);
        }
        let result =
            |result: &u32| places.get(result).copied().unwrap_or_else(|| self.constant(function.constant(*result)));
        results.iter().map(result).collect()
    }

    /// A call, by its instruction where there is one for so many arguments.
    fn call(&mut self, code: StepCode, instruction: Option<Code>, sources: Vec<Source>) -> Source {
        if let Some(instruction) = instruction {
            if instruction.operands() == Some(sources.len()) {
                return self.instruction(instruction, sources);
            }
            // A constant comes last, so that products that differ in it alone share the other factors.
            if let (Code::Multiply, &[factor @ Source::Constant(_), _, _, ..]) = (instruction, sources.as_slice()) {
                let product = self.call(code, Some(instruction), sources[1..].to_vec());
                return self.instruction(instruction, vec![factor, product]);
            }
            if let (true, [first, rest @ ..]) = (instruction.combines(), sources.as_slice())
                && !rest.is_empty()
            {
                return rest.iter().fold(*first, |folded, next| self.instruction(instruction, vec![folded, *next]));
            }
        }
        match code {
            StepCode::Select => self.step(Code::Select, sources),
            StepCode::Scalar(RealCode::Unary(f)) => self.step(Code::Unary(f), sources),
            StepCode::Scalar(RealCode::Binary(f)) => self.step(Code::Binary(f), sources),
            StepCode::Scalar(RealCode::Variadic(f)) => self.step(Code::Variadic(f), sources),
        }
    }

    /// An instruction, or one that does the same with less work.
    fn instruction(&mut self, code: Code, sources: Vec<Source>) -> Source {
        match (code, sources.as_slice()) {
            (Code::Power, &[base, Source::Constant(place)]) => {
                let exponent = self.constants[place];
                self.power(base, exponent).unwrap_or_else(|| self.step(code, sources))
            }
            // a (1/b) = a/b, and a + (-1) b = a - b.
            (Code::Multiply, &[a, b]) => match (self.reciprocal(a), self.reciprocal(b)) {
                (_, Some(divisor)) => self.step(Code::Divide, vec![a, divisor]),
                (Some(divisor), _) => self.step(Code::Divide, vec![b, divisor]),
                _ => self.step(code, sources),
            },
            (Code::Add, &[a, b]) => match (self.negated(a), self.negated(b)) {
                (_, Some(taken)) => self.step(Code::Subtract, vec![a, taken]),
                (Some(taken), _) => self.step(Code::Subtract, vec![b, taken]),
                _ => self.step(code, sources),
            },
            _ => self.step(code, sources),
        }
    }

    /// A power by products, roots and quotients, where the exponent is a small integer, 1/2 or -1/2.
    fn power(&mut self, base: Source, exponent: f64) -> Option<Source> {
        let size = exponent.abs();
        let value = match size {
            0.0 => self.constant(1.0),
            0.5 => self.step(Code::SquareRoot, vec![base]),
            _ if size.fract() == 0.0 && size <= LARGEST_PRODUCT => {
                // Squares of squares, and the product of those that stand for digits of the exponent.
                let (mut digits, mut square, mut product) = (size as u32, base, None);
                loop {
                    if digits % 2 == 1 {
                        let factor = |product| self.step(Code::Multiply, vec![product, square]);
                        product = Some(product.map_or(square, factor));
                    }
                    digits /= 2;
                    if digits == 0 {
                        break product?;
                    }
                    square = self.step(Code::Square, vec![square]);
                }
            }
            _ => return None,
        };
        Some(if exponent < 0.0 { self.step(Code::Reciprocal, vec![value]) } else { value })
    }

    fn reciprocal(&self, source: Source) -> Option<Source> {
        match source {
            Source::Step(place) => match &self.steps[place] {
                (Code::Reciprocal, operands) => operands.first().copied(),
                _ => None,
            },
            _ => None,
        }
    }

    fn negated(&self, source: Source) -> Option<Source> {
        let Source::Step(place) = source else { return None };
        let is_minus_one = |s: Source| matches!(s, Source::Constant(place) if self.constants[place] == -1.0);
        match (&self.steps[place].0, self.steps[place].1.as_slice()) {
            (Code::Negate, &[x]) => Some(x),
            (Code::Multiply, &[a, x]) if is_minus_one(a) => Some(x),
            (Code::Multiply, &[x, a]) if is_minus_one(a) => Some(x),
            _ => None,
        }
    }

    /// Which steps are needed for these values.
    pub(super) fn needed(&self, results: &[Source]) -> Vec<bool> {
        let mut needed = vec![false; self.steps.len()];
        let mark = |needed: &mut Vec<bool>, source: &Source| {
            if let Source::Step(place) = source {
                needed[*place] = true;
            }
        };
        results.iter().for_each(|result| mark(&mut needed, result));
        for (place, (_, sources)) in self.steps.iter().enumerate().rev() {
            if needed[place] {
                sources.iter().for_each(|source| mark(&mut needed, source));
            }
        }
        needed
    }

    /// The tape that gives these values, without steps that none of them needs.
    pub(super) fn finish<T: Real>(self, results: &[Source]) -> Tape<T> {
        let needed = self.needed(results);
        let fixed = self.inputs + self.constants.len();
        let mut registers: Vec<usize> = Vec::with_capacity(self.steps.len());
        let mut next = fixed;
        for is_needed in &needed {
            registers.push(next);
            next += usize::from(*is_needed);
        }
        let register = |source: &Source| -> Register {
            let place = match *source {
                Source::Input(place) => place,
                Source::Constant(place) => self.inputs + place,
                Source::Step(place) => registers[place],
            };
            place as Register
        };
        let steps = self.steps.iter().zip(&needed).filter(|(_, needed)| **needed);
        let steps: Vec<(Code, Vec<Register>)> =
            steps.map(|((code, sources), _)| (*code, sources.iter().map(register).collect())).collect();
        let results: Vec<Register> = results.iter().map(register).collect();
        let constants = self.constants.iter().map(|&value| T::from_double(value)).collect();
        Tape::new(self.inputs, constants, steps, &results)
    }
}
