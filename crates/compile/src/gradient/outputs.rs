//! Derivatives of all outputs of a program by some of its inputs, as further outputs.
//!
//! A Jacobian is a recurrence without states over the positions of the smaller of both arrays: in each step the derivative along one
//! of its elements, in reverse mode for an output and forward for an input. What does not depend on the element stands before
//! the recurrence.

use netform_array::ElementType;
use netform_expr::{Expr, Sym};
use smallvec::SmallVec;

use super::nested::{Variable, derivative};
use super::{GradientError, ScalarDerivatives, constant, is_real};
use crate::dim::{Dim, Dims};
use crate::program::{Builder, Direction, Operation, Program, Scan, Type, ValueId};
use crate::scalar::slot;

/// What further outputs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivative {
    /// For an input, the derivative of the sum of all elements of all outputs of real numbers.
    Gradient,
    /// For an output of real numbers and an input, the derivatives of all elements of the one by all elements of the other, whose
    /// levels come last.
    Jacobian,
}

/// The program that gives, after its own outputs, derivatives by inputs of real numbers at some places: for each kind, the outputs in
/// order, and for each output the inputs in order. Shapes are definite.
///
/// # Errors
/// [`GradientError`].
///
/// ```
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Derivative, Tables, Type, with_derivatives};
/// use netform_eval::{Registry, Session};
///
/// let mut builder = Builder::new();
/// let x = builder.input("x", Type::of_shape(F64, &[3]))?;
/// let w = builder.input("w", Type::of_shape(F64, &[2, 3]))?;
/// let product = builder.einsum("ab,b->a", &[w, x])?;
/// builder.output("y", product)?;
/// let mut session = Session::new(Registry::new().share());
/// let kinds = [Derivative::Gradient, Derivative::Jacobian];
/// let program = with_derivatives(&builder.finish(), &[0], &kinds, &mut Tables::new(&mut session))?;
/// let outputs: Vec<String> = program.outputs().iter().map(|o| format!("{}: {}", o.name, program.type_of(o.value))).collect();
/// assert_eq!(outputs, ["y: f64[2]", "gradient of x: f64[3]", "Jacobian of y by x: f64[2, 3]"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn with_derivatives(
    program: &Program,
    inputs: &[usize],
    kinds: &[Derivative],
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<Program, GradientError> {
    let mut builder = Builder::continuing(program);
    for output in program.outputs() {
        builder.output(&output.name, output.value)?;
    }
    let real = |place: &usize| is_real(program.type_of(program.outputs()[*place].value));
    let seeds: Vec<usize> = (0..program.outputs().len()).filter(real).collect();
    for kind in kinds {
        match kind {
            Derivative::Gradient => {
                for &input in inputs {
                    gradient(&mut builder, program, &seeds, input, derivatives)?;
                }
            }
            Derivative::Jacobian => {
                for &seed in &seeds {
                    for &input in inputs {
                        Jacobian { program, seed, input }.write(&mut builder, derivatives)?;
                    }
                }
            }
        }
    }
    Ok(builder.finish())
}

fn gradient(
    builder: &mut Builder,
    program: &Program,
    seeds: &[usize],
    input: usize,
    derivatives: &mut dyn ScalarDerivatives,
) -> Result<(), GradientError> {
    let of_sum = derivative(program, seeds, &[Variable::Input(input)], derivatives)?;
    let mut arguments = program.inputs().to_vec();
    for &seed in seeds {
        let value_type = program.type_of(program.outputs()[seed].value).clone();
        arguments.push(filled(builder, 1.0, &value_type)?);
    }
    let result = builder.splice(&of_sum, &arguments)?[0];
    let name = program.input_name(program.inputs()[input]).map_or("", |name| name);
    Ok(builder.output(&format!("gradient of {name}"), result)?)
}

/// The Jacobian of an output by an input.
struct Jacobian<'p> {
    program: &'p Program,
    seed: usize,
    input: usize,
}

impl Jacobian<'_> {
    fn write(&self, builder: &mut Builder, derivatives: &mut dyn ScalarDerivatives) -> Result<(), GradientError> {
        let program = self.program;
        let (output, input) = (&program.outputs()[self.seed], program.inputs()[self.input]);
        let (rows, columns) = (program.type_of(output.value).clone(), program.type_of(input).clone());
        let is_forward = size(&columns.shape) < size(&rows.shape);
        let (of_output, of_input) = (Variable::Cotangent(0), Variable::Input(self.input));
        let (variables, directions) = match is_forward {
            true => ([of_input, of_output], &columns),
            false => ([of_output, of_input], &rows),
        };
        let step = derivative(program, &[self.seed], &variables, derivatives)?;
        // The derivative by the cotangent does not depend on the cotangent.
        let cotangent = filled(builder, 0.0, &rows)?;
        let arguments = [program.inputs(), &[cotangent]].concat();
        let stacked = over_elements(builder, &step, &arguments, directions)?;
        let shape: Dims = rows.shape.iter().chain(&columns.shape).cloned().collect();
        let result = match is_forward {
            false => builder.reshape(shape, stacked)?,
            true => {
                let flat = [size(&columns.shape), size(&rows.shape)].map(Dim::from);
                let matrix = builder.reshape(flat, stacked)?;
                let transposed = builder.transpose(&[1, 0], matrix)?;
                builder.reshape(shape, transposed)?
            }
        };
        let name = program.input_name(input).map_or("", |name| name);
        Ok(builder.output(&format!("Jacobian of {} by {name}", output.name), result)?)
    }
}

/// Where a value of a step is: before the recurrence, or in it.
#[derive(Clone, Copy)]
enum Place {
    Before(ValueId),
    Inside(ValueId),
}

/// The results of a program whose last input is an array with one element 1 and the others 0, for each of its elements in turn: the
/// first axis.
fn over_elements(
    builder: &mut Builder,
    step: &Program,
    arguments: &[ValueId],
    directions: &Type,
) -> Result<ValueId, GradientError> {
    let count = Dim::from(size(&directions.shape));
    let positions = builder.iota([count.clone()], 0)?;
    let mut inside = Inside { body: Builder::new(), known: vec![], constants: vec![] };
    let position = inside.body.input("position", Type::of_shape(ElementType::I64, &[]))?;
    let all = inside.constant(builder, positions)?;
    let here = inside.body.broadcast([count.clone()], &[], position)?;
    let is_here = inside.body.map(Expr::call(Sym::Equal, [slot(1), slot(2)]), ElementType::Bool, &[all, here])?;
    let row = Type::new(directions.element, [count.clone()]);
    let (one, zero) = (filled(&mut inside.body, 1.0, &row)?, filled(&mut inside.body, 0.0, &row)?);
    let direction = inside.body.select(is_here, one, zero)?;
    let direction = inside.body.reshape(directions.shape.iter().cloned(), direction)?;
    let mut inputs =
        arguments.iter().map(|&argument| Place::Before(argument)).chain(std::iter::once(Place::Inside(direction)));
    let mut places: Vec<Place> = Vec::with_capacity(step.value_count());
    for instruction in step.instructions() {
        if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
            places.push(inputs.next().ok_or(GradientError::NoSuchValue(instruction.results[0]))?);
            continue;
        }
        let operands = instruction.operands.iter().map(|operand| places[operand.index()]);
        let before: Option<SmallVec<[ValueId; 4]>> = operands
            .clone()
            .map(|place| match place {
                Place::Before(value) => Some(value),
                Place::Inside(_) => None,
            })
            .collect();
        if let Some(before) = before {
            places.extend(builder.emit(instruction.operation.clone(), before)?.into_iter().map(Place::Before));
            continue;
        }
        let mut values: SmallVec<[ValueId; 4]> = SmallVec::new();
        for place in operands {
            values.push(inside.value(builder, place)?);
        }
        places.extend(inside.body.emit(instruction.operation.clone(), values)?.into_iter().map(Place::Inside));
    }
    let result = step.outputs().first().map(|output| places[output.value.index()]);
    let result = inside.value(builder, result.ok_or(GradientError::NoSuchValue(ValueId(u32::MAX)))?)?;
    inside.body.output("derivative", result)?;
    let operands: Vec<ValueId> = std::iter::once(positions).chain(inside.constants).collect();
    let scan =
        Scan { body: inside.body.finish(), states: 0, sequences: 1, length: count, direction: Direction::Forward };
    let results = builder.scan(scan, &operands)?;
    Ok(results[0])
}

/// The body of a recurrence, and the values outside that it reads.
struct Inside {
    body: Builder,
    /// Values outside with those that stand for them.
    known: Vec<(ValueId, ValueId)>,
    constants: Vec<ValueId>,
}

impl Inside {
    fn value(&mut self, outside: &Builder, place: Place) -> Result<ValueId, GradientError> {
        match place {
            Place::Inside(value) => Ok(value),
            Place::Before(value) => self.constant(outside, value),
        }
    }

    fn constant(&mut self, outside: &Builder, value: ValueId) -> Result<ValueId, GradientError> {
        if let Some((_, own)) = self.known.iter().find(|(known, _)| *known == value) {
            return Ok(*own);
        }
        let name = format!("constant{}", self.constants.len() + 1);
        let own = self.body.input(&name, outside.type_of(value).clone())?;
        self.known.push((value, own));
        self.constants.push(value);
        Ok(own)
    }
}

/// An array of one number.
fn filled(builder: &mut Builder, number: f64, value_type: &Type) -> Result<ValueId, GradientError> {
    let scalar = builder.constant(constant(number, value_type.element))?;
    Ok(builder.broadcast(value_type.shape.iter().cloned(), &[], scalar)?)
}

/// The number of elements of a definite shape.
fn size(shape: &[Dim]) -> usize {
    shape.iter().map(|dim| dim.as_size().unwrap_or(0)).product()
}
