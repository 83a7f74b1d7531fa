//! Scalar functions for machine numbers: a flat list of steps, shared parts once.

use std::sync::Arc;

use netform_array::ElementType;
use netform_eval::{Enclosure, Intervals, RealCode};
use netform_expr::{Expr, NodeMap, Sym, map_bottom_up, postorder};
use netform_kernels::{Code, Pool};

use super::error::InterpretError;
use crate::dim::Sizes;
use crate::program::ScalarFunction;
use crate::scalar::{slot_count, slot_index};

/// What is known about scalar functions: the tables of function records, seen from here. In code
/// truth values are 1 and 0.
pub trait ScalarFunctions {
    /// The code of calls of `head`.
    fn code(&mut self, head: &Expr) -> Option<RealCode>;

    /// The instruction of kernels that does what calls of `head` do, of as many arguments as it takes.
    fn instruction(&mut self, _head: &Expr) -> Option<Code> {
        None
    }

    /// The value of an expression without variables that is no number, such as `Pi`.
    fn constant(&mut self, expression: &Expr) -> Option<f64>;

    /// A call whose head has no code in terms of other functions and ``Program`Select``, which
    /// takes a truth value and two numbers.
    fn rewrite(&mut self, call: &Expr) -> Option<Expr>;

    /// The function in a form that keeps the accuracy of machine numbers.
    fn stable(&mut self, body: &Expr) -> Expr {
        body.clone()
    }

    /// The threads that plans may give large work to.
    fn pool(&self) -> Option<Arc<Pool>> {
        None
    }

    /// How calls of `head` act on intervals, if that is known.
    fn intervals(&mut self, _head: &Expr) -> Option<Intervals> {
        None
    }

    /// Machine numbers around the value of an expression without variables, or of a truth value.
    fn enclosure(&mut self, _expression: &Expr) -> Option<Enclosure> {
        None
    }

    /// A call in terms of a function with better code, as `E^x` is that of an exponential.
    fn better(&mut self, _call: &Expr) -> Option<Expr> {
        None
    }

    /// Whether to go on: called before every instruction.
    fn proceed(&mut self) -> bool {
        true
    }
}

/// A scalar function as steps on registers.
#[derive(Clone, Debug)]
pub struct Tape {
    /// Arguments first, then constants and the results of steps.
    registers: Vec<f64>,
    arguments: usize,
    steps: Vec<Step>,
    /// The registers that steps read, one step after the other.
    sources: Vec<u32>,
    result: u32,
    single: bool,
    scratch: Vec<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    code: StepCode,
    /// What kernels have for it.
    instruction: Option<Code>,
    first: u32,
    count: u32,
    target: u32,
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StepCode {
    Scalar(RealCode),
    Select,
}

/// How often calls without code are rewritten before giving up.
const REWRITE_LIMIT: usize = 32;

impl Tape {
    /// Compiles the function; `sizes` are the values of symbols of dimensions.
    pub(crate) fn compile(
        function: &ScalarFunction,
        functions: &mut dyn ScalarFunctions,
        sizes: &Sizes,
    ) -> Result<Tape, InterpretError> {
        let (mut tape, results) =
            Tape::write(std::slice::from_ref(&function.body), function.element, functions, sizes)?;
        tape.result = results[0];
        Ok(tape)
    }

    /// The steps of several functions with common parts once, and the registers of their values.
    pub(crate) fn write(
        bodies: &[Expr],
        element: ElementType,
        functions: &mut dyn ScalarFunctions,
        sizes: &Sizes,
    ) -> Result<(Tape, Vec<u32>), InterpretError> {
        let all = Expr::list(bodies.iter().cloned());
        let all = expand(&functions.stable(&all), functions);
        let arguments = slot_count(&all);
        let mut tape = Tape {
            registers: vec![0.0; arguments],
            arguments,
            steps: vec![],
            sources: vec![],
            result: 0,
            single: element == ElementType::F32,
            scratch: vec![],
        };
        let constant = vec![false; arguments];
        let mut writer = Writer { tape: &mut tape, functions, sizes, known: NodeMap::default(), constant };
        postorder(
            &all,
            |node| !node.has_head(Sym::Slot),
            |node| {
                writer.call(node);
                Ok::<(), InterpretError>(())
            },
        )?;
        let results = all.args().iter().map(|body| writer.register(body)).collect::<Result<Vec<_>, _>>();
        Ok((tape, results.map_err(InterpretError::NoCode)?))
    }

    /// The steps in order: code, instruction of kernels, registers that are read, register that is written.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (StepCode, Option<Code>, &[u32], u32)> {
        self.steps.iter().map(|step| {
            let sources = &self.sources[step.first as usize..(step.first + step.count) as usize];
            (step.code, step.instruction, sources, step.target)
        })
    }

    /// The number of arguments, which are the first registers.
    pub(crate) fn arguments(&self) -> usize {
        self.arguments
    }

    /// The value of a register that no step writes.
    pub(crate) fn constant(&self, register: u32) -> f64 {
        self.registers[register as usize]
    }

    /// The register of the result.
    pub(crate) fn result(&self) -> u32 {
        self.result
    }

    /// The value at the given arguments, of which there may be more than the function uses.
    pub(super) fn apply(&mut self, arguments: &[f64]) -> Result<f64, InterpretError> {
        let Some(arguments) = arguments.get(..self.arguments) else {
            return Err(InterpretError::Invalid("a map with too few operands"));
        };
        self.registers[..self.arguments].copy_from_slice(arguments);
        for position in 0..self.steps.len() {
            self.run(position);
        }
        Ok(self.rounded(self.registers[self.result as usize]))
    }

    fn run(&mut self, position: usize) {
        let step = self.steps[position];
        let sources = &self.sources[step.first as usize..(step.first + step.count) as usize];
        let registers = &self.registers;
        let at = |k: usize| sources.get(k).map_or(f64::NAN, |&source| registers[source as usize]);
        let value = match step.code {
            StepCode::Scalar(RealCode::Unary(f)) => f(at(0)),
            StepCode::Scalar(RealCode::Binary(f)) => f(at(0), at(1)),
            StepCode::Scalar(RealCode::Variadic(f)) => {
                self.scratch.clear();
                self.scratch.extend(sources.iter().map(|&source| registers[source as usize]));
                f(&self.scratch)
            }
            StepCode::Select => at(if at(0) != 0.0 { 1 } else { 2 }),
        };
        self.registers[step.target as usize] = self.rounded(value);
    }

    /// Single precision is double precision rounded after every step, which is the same for
    /// arithmetic and square roots (Figueroa, 1995).
    fn rounded(&self, value: f64) -> f64 {
        if self.single { f64::from(value as f32) } else { value }
    }
}

/// Writes a tape while an expression is walked, parts before wholes.
struct Writer<'a> {
    tape: &'a mut Tape,
    functions: &'a mut dyn ScalarFunctions,
    sizes: &'a Sizes,
    /// The register of each call, or the part that has no code.
    known: NodeMap<Result<u32, Expr>>,
    /// Which registers are the same for all arguments.
    constant: Vec<bool>,
}

impl Writer<'_> {
    fn call(&mut self, node: &Expr) {
        if node.is_normal() && !node.is_list() {
            let register = self.write_call(node);
            self.known.insert(node.clone(), register);
        }
    }

    fn write_call(&mut self, node: &Expr) -> Result<u32, Expr> {
        if let Some(slot) = slot_index(node) {
            return Ok(slot as u32 - 1);
        }
        let args = node.args();
        let select = node.has_head(Sym::ProgramSelect);
        let code = if select {
            (args.len() == 3).then_some(StepCode::Select)
        } else {
            self.functions.code(node.head()).filter(|code| takes(*code, args.len())).map(StepCode::Scalar)
        };
        let Some(code) = code else {
            let value = self.functions.constant(node).ok_or_else(|| node.clone())?;
            return Ok(self.push(value));
        };
        let first = self.tape.sources.len() as u32;
        let registers = args.iter().map(|arg| self.register(arg)).collect::<Result<Vec<_>, _>>()?;
        let constant = registers.iter().all(|&register| self.constant[register as usize]);
        self.tape.sources.extend_from_slice(&registers);
        let instruction = if select { Some(Code::Select) } else { self.functions.instruction(node.head()) };
        let target = self.push(0.0);
        self.constant[target as usize] = constant;
        self.tape.steps.push(Step { code, instruction, first, count: registers.len() as u32, target });
        if constant {
            self.tape.run(self.tape.steps.len() - 1);
            self.tape.steps.pop();
        }
        Ok(target)
    }

    /// The register that holds an expression whose parts have been written.
    fn register(&mut self, node: &Expr) -> Result<u32, Expr> {
        if let Some(known) = self.known.get(node) {
            return known.clone();
        }
        let value = match (node.as_number(), self.sizes.get(node)) {
            (Some(number), _) => number.to_f64(),
            (_, Some(&size)) => Some(size as f64),
            _ if node.is(Sym::True) => Some(1.0),
            _ if node.is(Sym::False) => Some(0.0),
            _ => self.functions.constant(node),
        };
        let register = value.map(|value| self.push(value)).ok_or_else(|| node.clone());
        self.known.insert(node.clone(), register.clone());
        register
    }

    fn push(&mut self, value: f64) -> u32 {
        let value = self.tape.rounded(value);
        self.tape.registers.push(value);
        self.constant.push(true);
        self.tape.registers.len() as u32 - 1
    }
}

fn takes(code: RealCode, count: usize) -> bool {
    match code {
        RealCode::Unary(_) => count == 1,
        RealCode::Binary(_) => count == 2,
        RealCode::Variadic(_) => true,
    }
}

/// A scalar function as it is computed: in calls of functions that have code, and of ``Program`Select``.
pub fn scalar_code(function: &ScalarFunction, functions: &mut dyn ScalarFunctions) -> Expr {
    expand(&functions.stable(&function.body), functions)
}

/// The same function as it is defined, without regard to the accuracy of machine numbers.
pub fn scalar_definition(function: &ScalarFunction, functions: &mut dyn ScalarFunctions) -> Expr {
    expand(&function.body, functions)
}

/// The expression with all calls rewritten that have no code, as far as that is known.
pub(super) fn expand(body: &Expr, functions: &mut dyn ScalarFunctions) -> Expr {
    let mut body = body.clone();
    for _ in 0..REWRITE_LIMIT {
        let next = map_bottom_up(&body, |node| {
            let own = node.is_atom() || node.is_list() || node.has_head(Sym::Slot) || node.has_head(Sym::ProgramSelect);
            if !own && let Some(better) = functions.better(&node) {
                return better;
            }
            if own || functions.code(node.head()).is_some_and(|code| takes(code, node.len())) {
                return node;
            }
            functions.rewrite(&node).unwrap_or(node)
        });
        if next == body {
            break;
        }
        body = next;
    }
    body
}
