//! Reverse mode: from a program to the program of its derivatives.
//!
//! A cotangent of a value tells how a number far down the program changes with it; the cotangents
//! of an operation's operands follow from those of its results by the operation's adjoint. One
//! walk from the outputs back to the inputs gives all derivatives together, for a few times the
//! cost of the program itself. The adjoints are primitives again, so derivatives of derivatives
//! are got by doing it twice.
//!
//! * `contract`, `reduce`, `views`: adjoints of operations.
//! * `recurrence`: the adjoint of a scan is a scan in the other direction over the stored states.
//! * `nested`: derivatives of any order.
//! * `outputs`: gradients and Jacobians as further outputs.
//!
//! Baydin et al., Automatic differentiation in machine learning: a survey, 2018.

mod contract;
mod nested;
mod outputs;
mod recurrence;
mod reduce;
mod views;

use netform_array::{Array, ElementType};
use netform_expr::{Expr, Sym, occurs};
use smallvec::SmallVec;

use crate::program::{BuildError, Builder, Constant, Instruction, Operation, Program, Type, ValueId};
use crate::scalar::{replace, slot, slot_index};

pub use nested::{Variable, derivative};
pub use outputs::{Derivative, with_derivatives};

/// What reverse mode has to know about scalar functions.
pub trait ScalarDerivatives {
    /// The derivative of a scalar function with slots by one of them, as training takes it where
    /// the function has a kink; `None` if it is not known.
    fn derivative(&mut self, body: &Expr, slot: usize) -> Option<Expr>;
}

/// Why a program has no derivative.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GradientError {
    /// The derivative of a scalar function is not known.
    #[error("the derivative of {} by argument {slot} is not known", crate::text::text(.body))]
    Scalar {
        /// The function.
        body: Expr,
        /// Which of its arguments, from 1.
        slot: usize,
    },
    /// A value does not belong to the program, or has no derivative.
    #[error("{0} is no real value of the program")]
    NoSuchValue(ValueId),
    /// An adjoint could not be built: a defect of this module.
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// The program that gives, after the outputs of `program`, the cotangents of some of its values, the
/// gradients.
///
/// Its inputs are those of `program` and then the cotangents of the outputs at the places `seeds`; all
/// other outputs have the cotangent zero. For a scalar output with cotangent 1 the results are the
/// gradients of that output.
///
/// # Errors
/// [`GradientError`].
pub fn pullback(
    program: &Program,
    wanted: &[ValueId],
    seeds: &[usize],
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<Program, GradientError> {
    Ok(swept(program, wanted, seeds, derivatives)?.program)
}

/// A program with its walk back.
struct Swept {
    program: Program,
    /// Where the values of the original program are in it.
    copies: Vec<ValueId>,
    /// The number of instructions of the copy, which come first.
    copied: usize,
}

fn swept(
    program: &Program,
    wanted: &[ValueId],
    seeds: &[usize],
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<Swept, GradientError> {
    Sweep::new(program, wanted)?.run(wanted, seeds, derivatives)
}

/// A program under construction: the original one, followed by the walk back.
struct Sweep<'a> {
    program: &'a Program,
    builder: Builder,
    /// Where the values of the original program are now.
    places: Vec<ValueId>,
    /// Whether a value depends on a wanted one.
    active: Vec<bool>,
    /// What has been found of the cotangents of the original values.
    cotangents: Vec<Option<ValueId>>,
    /// For each scan, by its instruction: the states before each step, stacked, and values in each step.
    stored: Vec<SmallVec<[ValueId; 4]>>,
}

type Done = Result<(), GradientError>;

impl<'a> Sweep<'a> {
    fn new(program: &'a Program, wanted: &[ValueId]) -> Result<Sweep<'a>, GradientError> {
        let count = program.value_count();
        if let Some(&value) = wanted.iter().find(|v| v.index() >= count || !is_real(program.type_of(**v))) {
            return Err(GradientError::NoSuchValue(value));
        }
        let active = activity(program, wanted);
        let stored = vec![SmallVec::new(); program.instructions.len()];
        Ok(Sweep {
            program,
            builder: Builder::new(),
            places: Vec::with_capacity(count),
            active,
            cotangents: vec![None; count],
            stored,
        })
    }

    fn run(
        mut self,
        wanted: &[ValueId],
        seeds: &[usize],
        derivatives: &mut dyn ScalarDerivatives,
    ) -> Result<Swept, GradientError> {
        self.copy()?;
        let copied = self.builder.instruction_count();
        for output in &self.program.outputs {
            self.builder.output(&output.name, self.places[output.value.index()])?;
        }
        for &seed in seeds {
            let output = self.program.outputs.get(seed).ok_or(GradientError::NoSuchValue(ValueId(u32::MAX)))?;
            let value_type = self.program.type_of(output.value).clone();
            if !is_real(&value_type) {
                return Err(GradientError::NoSuchValue(output.value));
            }
            let name = self.builder.free_name(&format!("cotangent of {}", output.name));
            let cotangent = self.builder.input(&name, value_type)?;
            if self.active[output.value.index()] {
                self.add(output.value, cotangent)?;
            }
        }
        for (place, instruction) in self.program.instructions.iter().enumerate().rev() {
            let reached = instruction.results.iter().any(|result| self.cotangents[result.index()].is_some());
            if reached && instruction.operands.iter().any(|operand| self.active[operand.index()]) {
                self.walk_back(place, instruction, derivatives)?;
            }
        }
        for &value in wanted {
            let gradient = match self.cotangents[value.index()] {
                Some(gradient) => gradient,
                None => self.filled(0.0, &self.program.type_of(value).clone())?,
            };
            let name = match self.program.input_name(value) {
                Some(name) => format!("gradient of {name}"),
                None => format!("gradient of {value}"),
            };
            self.builder.output(&name, gradient)?;
        }
        let mut finished = self.builder.finish();
        for requirement in &self.program.requirements {
            if !finished.requirements.contains(requirement) {
                finished.requirements.push(requirement.clone());
            }
        }
        Ok(Swept { program: finished, copies: self.places, copied })
    }

    /// The original program; scans give the states before each step in addition, and what their walk back may read.
    fn copy(&mut self) -> Done {
        for (place, instruction) in self.program.instructions.iter().enumerate() {
            let operands: SmallVec<[ValueId; 4]> =
                instruction.operands.iter().map(|operand| self.places[operand.index()]).collect();
            let operation = match &instruction.operation {
                Operation::Scan(scan) if instruction.results.iter().any(|r| self.active[r.index()]) => {
                    Operation::Scan(Box::new(recurrence::storing(scan)))
                }
                other => other.clone(),
            };
            let mut results = self.builder.emit(operation, operands)?;
            self.stored[place] = results.drain(instruction.results.len()..).collect();
            self.places.extend(results);
        }
        Ok(())
    }

    fn walk_back(&mut self, place: usize, instruction: &Instruction, derivatives: &mut dyn ScalarDerivatives) -> Done {
        let cotangent = instruction.results.first().and_then(|result| self.cotangents[result.index()]);
        match (&instruction.operation, cotangent) {
            (Operation::Map { functions }, _) => self.map(instruction, functions, derivatives),
            (Operation::Scan(scan), _) => self.scan(place, instruction, scan, derivatives),
            (_, None) => Ok(()),
            (operation, Some(cotangent)) => self.single(instruction, operation, cotangent),
        }
    }

    /// The adjoint of an operation with one result.
    fn single(&mut self, instruction: &Instruction, operation: &Operation, cotangent: ValueId) -> Done {
        match operation {
            Operation::Contract(contraction) => self.contract(instruction, contraction, cotangent),
            Operation::Reduce(reduction) => self.reduce(instruction, reduction, cotangent),
            Operation::Reshape { .. } => self.reshape(instruction, cotangent),
            Operation::Transpose { axes } => self.transpose(instruction, axes, cotangent),
            Operation::Broadcast { axes, .. } => self.broadcast(instruction, axes, cotangent),
            Operation::Slice(slicing) => self.slice(instruction, slicing, cotangent),
            Operation::Pad(padding) => self.pad(instruction, padding, cotangent),
            Operation::Concatenate { axis } => self.concatenate(instruction, *axis, cotangent),
            Operation::Reverse { axes } => {
                let reversed = self.builder.reverse(axes, cotangent)?;
                self.add(instruction.operands[0], reversed)
            }
            Operation::Gather { axis } => self.gather(instruction, *axis, cotangent),
            Operation::ScatterAdd { axis } => self.scatter_add(instruction, *axis, cotangent),
            Operation::Window(windows) => self.window(instruction, windows, cotangent),
            Operation::OverlapAdd(windows) => {
                let read = self.builder.window(windows.clone(), cotangent)?;
                self.add(instruction.operands[0], read)
            }
            Operation::Select => self.select(instruction, cotangent),
            Operation::Convert { .. } => {
                let element = self.program.type_of(instruction.operands[0]).element;
                let converted = self.builder.convert(element, cotangent)?;
                self.add(instruction.operands[0], converted)
            }
            // Values without operands, positions, and what was treated before.
            Operation::Input { .. }
            | Operation::Parameter { .. }
            | Operation::Constant(_)
            | Operation::Iota { .. }
            | Operation::Random { .. }
            | Operation::Order { .. }
            | Operation::Index { .. }
            | Operation::Map { .. }
            | Operation::Scan(_) => Ok(()),
        }
    }

    /// `r_k = f_k(a, b, ...)`: each operand gets the sum of the partial derivatives times the
    /// cotangents.
    fn map(
        &mut self,
        instruction: &Instruction,
        functions: &[crate::program::ScalarFunction],
        derivatives: &mut dyn ScalarDerivatives,
    ) -> Done {
        let arguments: Vec<ValueId> = instruction.operands.iter().map(|operand| self.places[operand.index()]).collect();
        for (place, &operand) in instruction.operands.iter().enumerate() {
            if !self.active[operand.index()] {
                continue;
            }
            let mut factors = arguments.clone();
            let mut terms = Vec::new();
            for (function, result) in functions.iter().zip(&instruction.results) {
                let Some(cotangent) = self.cotangents[result.index()] else { continue };
                let known = derivatives.derivative(&function.body, place + 1);
                let mut derivative =
                    known.ok_or_else(|| GradientError::Scalar { body: function.body.clone(), slot: place + 1 })?;
                if derivative.is_integer(0) {
                    continue;
                }
                // What the function gives is there: e^x is its own derivative.
                let value = &function.body;
                if slot_index(value).is_none() && !value.is_atom() && occurs(&derivative, value) {
                    factors.push(self.places[result.index()]);
                    let there = slot(factors.len());
                    derivative = replace(&derivative, |part| (part == value).then(|| there.clone()));
                }
                factors.push(cotangent);
                terms.push(Expr::call(Sym::Times, [derivative, slot(factors.len())]));
            }
            let body = match terms.len() {
                0 => continue,
                1 => terms.swap_remove(0),
                _ => Expr::call(Sym::Plus, terms),
            };
            let element = self.program.type_of(operand).element;
            let product = self.builder.map(body, element, &factors)?;
            self.add(operand, product)?;
        }
        Ok(())
    }

    fn select(&mut self, instruction: &Instruction, cotangent: ValueId) -> Done {
        let [condition, yes, no] = instruction.operands[..] else { return Ok(()) };
        let zero = self.filled(0.0, &self.builder.type_of(cotangent).clone())?;
        let condition = self.places[condition.index()];
        for (operand, [if_true, if_false]) in [(yes, [cotangent, zero]), (no, [zero, cotangent])] {
            if self.active[operand.index()] {
                let part = self.builder.select(condition, if_true, if_false)?;
                self.add(operand, part)?;
            }
        }
        Ok(())
    }

    /// Adds to the cotangent of a value of the original program.
    fn add(&mut self, value: ValueId, cotangent: ValueId) -> Done {
        if !self.active[value.index()] {
            return Ok(());
        }
        let element = self.builder.type_of(cotangent).element;
        let total = match self.cotangents[value.index()] {
            None => cotangent,
            Some(other) => {
                let sum = Expr::call(Sym::Plus, [slot(1), slot(2)]);
                self.builder.map(sum, element, &[other, cotangent])?
            }
        };
        self.cotangents[value.index()] = Some(total);
        Ok(())
    }

    /// An array of one number.
    fn filled(&mut self, number: f64, value_type: &Type) -> Result<ValueId, GradientError> {
        let scalar = self.builder.constant(constant(number, value_type.element))?;
        Ok(self.builder.broadcast(value_type.shape.iter().cloned(), &[], scalar)?)
    }
}

/// Which values depend on the wanted ones through real numbers.
fn activity(program: &Program, wanted: &[ValueId]) -> Vec<bool> {
    let mut active = vec![false; program.value_count()];
    for value in wanted {
        active[value.index()] = true;
    }
    for instruction in &program.instructions {
        let operands: Vec<bool> = instruction.operands.iter().map(|operand| active[operand.index()]).collect();
        let of_scan = match &instruction.operation {
            Operation::Scan(scan) => recurrence::active_results(scan, &operands),
            _ => vec![operands.contains(&true); instruction.results.len()],
        };
        for (result, depends) in instruction.results.iter().zip(of_scan) {
            active[result.index()] |= depends && is_real(program.type_of(*result));
        }
    }
    active
}

pub(crate) fn is_real(value_type: &Type) -> bool {
    matches!(value_type.element, ElementType::F32 | ElementType::F64)
}

/// A real scalar.
pub(crate) fn constant(number: f64, element: ElementType) -> Constant {
    match element {
        ElementType::F32 => Array::scalar(number as f32).into(),
        _ => Array::scalar(number).into(),
    }
}
