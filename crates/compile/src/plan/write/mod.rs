//! Writes plans: instructions become steps, or only another way to read what is there.

mod contract;
mod feed;
mod fuse;
mod indexing;
mod map;
mod reduce;
mod rows;
mod scan;
mod slide;
mod update;

use std::marker::PhantomData;

use netform_array::{ElementType, Layout, Shape, element_count};
use netform_kernels::Onto;
use smallvec::{SmallVec, smallvec};

use super::memory::Buffers;
use super::place::{BufferId, Place, Value, reshaped};
use super::steps::{Fill, Step, Transfer};
use super::{Outlet, Plan, Port, Update};
use crate::dim::{Dim, Sizes};
use crate::interpret::{ELEMENT_LIMIT, InterpretError, Machine, ScalarFunctions, Tensor, broadcast, interpret, slide};
use crate::passes::prepare;
use crate::program::{Builder, Instruction, Operation, Program, Type};

/// The values of an instruction.
type Values = SmallVec<[Value; 1]>;

/// Writes the plan of a program with some known inputs, and with others that hold outputs behind each run.
pub(super) fn write(
    program: &Program,
    known: &[Option<Tensor<f64>>],
    updates: &[Update],
    functions: &mut dyn ScalarFunctions,
) -> Result<Plan, InterpretError> {
    if known.len() != program.inputs().len() {
        return Err(InterpretError::InputCount { expected: program.inputs().len(), found: known.len() });
    }
    for &input in program.inputs() {
        definite(&program.type_of(input).shape)?;
    }
    check(program, known, updates)?;
    let is_known: Vec<bool> = known.iter().map(Option::is_some).collect();
    let program = &prepare(program, &is_known).map_err(|error| InterpretError::Pass(error.into()))?;
    let mut writer = Writer { buffers: Buffers::default(), functions, steps: vec![], bodies: vec![], packed: vec![] };
    let mut inputs = Vec::new();
    let mut values = Vec::with_capacity(known.len());
    for (&input, known) in program.inputs().iter().zip(known) {
        let value_type = program.type_of(input);
        let shape = definite(&value_type.shape)?;
        match known {
            Some(tensor) if tensor.shape() == shape.as_slice() => values.push(Value::Known(tensor.clone())),
            Some(tensor) => {
                let name = program.input_name(input).cloned().unwrap_or_else(|| "".into());
                let (expected, found) = (value_type.shape.to_vec(), tensor.shape().to_vec());
                return Err(InterpretError::InputShape { name, expected, found });
            }
            None => {
                let place = writer.room(value_type.element, &shape)?;
                let len = place.layout.len();
                inputs.push(Port { buffer: place.buffer, element: value_type.element, shape: shape.to_vec(), len });
                values.push(Value::At(place));
            }
        }
    }
    let changed: Vec<Place> = updates
        .iter()
        .filter_map(|update| match &values[update.input] {
            Value::At(place) => Some(place.clone()),
            Value::Known(_) => None,
        })
        .collect();
    let results = writer.program(program, values)?;
    let mut outputs = Vec::with_capacity(results.len());
    for (at, (result, output)) in results.iter().zip(program.outputs()).enumerate() {
        if updates.iter().any(|update| update.output == at) {
            continue;
        }
        let element = program.type_of(output.value).element;
        let mut place = writer.place(result.clone(), element)?;
        if changed.iter().any(|input| input.buffer == place.buffer) {
            place = writer.copied(&place, element)?;
        }
        writer.buffers.touch(place.buffer);
        outputs.push(Outlet { region: place.region(), shape: place.shape().to_vec() });
    }
    let updated = updates.iter().map(|update| {
        let output = program.outputs()[update.output].value;
        (results[update.output].clone(), program.type_of(output))
    });
    let changes = writer.changes(updated.collect(), &changed)?;
    let steps = std::mem::take(&mut writer.steps);
    let steps = writer.fuse(steps);
    let steps = writer.sweep(steps);
    let steps = writer.change(steps, &changes).into_iter().map(|written| written.step).collect();
    // Outputs stay while others are brought to inputs.
    outputs.iter().for_each(|outlet| writer.buffers.keep(outlet.region.buffer, usize::MAX));
    let (buffers, pool) = (writer.buffers, writer.functions.pool());
    Ok(Plan { steps, inputs, outputs, assignment: buffers.assign(), pool, idle: Default::default() })
}

/// That updates are of different inputs that are not known, each by an output of its type.
fn check(program: &Program, known: &[Option<Tensor<f64>>], updates: &[Update]) -> Result<(), InterpretError> {
    for (place, &Update { output, input }) in updates.iter().enumerate() {
        let (Some(to), Some(from)) = (program.inputs().get(input), program.outputs().get(output)) else {
            return Err(InterpretError::Invalid("an update without an input or output"));
        };
        let other = updates[..place].iter().any(|other| other.input == input);
        if known[input].is_some() || other || program.type_of(*to) != program.type_of(from.value) {
            return Err(InterpretError::Invalid("an update that does not fit its input"));
        }
    }
    Ok(())
}

/// Dimensions that must be integers.
fn definite(dims: &[Dim]) -> Result<Shape, InterpretError> {
    let shape: Shape = dims.iter().map(|dim| dim.size(&Sizes::default())).collect::<Result<_, _>>()?;
    if element_count(&shape)? > ELEMENT_LIMIT {
        return Err(InterpretError::TooLarge { shape: shape.to_vec(), limit: ELEMENT_LIMIT });
    }
    Ok(shape)
}

/// Makes a step for one of the two precisions.
macro_rules! step {
    ($double:expr, $step:ident { $($fields:tt)* }) => {
        match $double {
            true => Box::new($step::<f64> { $($fields)*, element: PhantomData }) as Box<dyn Step>,
            false => Box::new($step::<f32> { $($fields)*, element: PhantomData }) as Box<dyn Step>,
        }
    };
}
use step;

/// A plan that is being written.
struct Writer<'a> {
    buffers: Buffers,
    functions: &'a mut dyn ScalarFunctions,
    /// The steps so far, of the program or of the body that is being written.
    steps: Vec<Written>,
    /// The bodies that are being written, the outermost first.
    bodies: Vec<Body>,
    /// Matrices that are packed already.
    packed: Vec<PackedBefore>,
}

/// The body of a recurrence that is being written.
struct Body {
    /// When it begins.
    start: usize,
    /// Steps that make something ready for all turns.
    before: Vec<Written>,
}

/// A matrix that a step has packed.
struct PackedBefore {
    buffer: BufferId,
    layout: Layout,
    /// How many of its axes are those of its rows.
    depth: usize,
    panels: BufferId,
    /// Within how many bodies it was packed.
    bodies: usize,
}

/// A step, and when it was written.
struct Written {
    step: Box<dyn Step>,
    time: usize,
}

/// An instruction with what is known of its operands and results.
struct Scope<'a> {
    operation: &'a Operation,
    operands: Vec<Value>,
    /// The types of the operands.
    types: Vec<&'a Type>,
    /// The element type and shape of each result.
    results: Vec<(ElementType, Shape)>,
    /// Whether anything needs each result.
    used: Vec<bool>,
}

impl Writer<'_> {
    /// Writes the steps of a program, and says what its outputs are.
    fn program(&mut self, program: &Program, inputs: Vec<Value>) -> Result<Vec<Value>, InterpretError> {
        for requirement in program.requirements() {
            if !requirement.holds(&Sizes::default())? {
                return Err(InterpretError::Requirement(requirement.clone()));
            }
        }
        let mut used = vec![false; program.value_count()];
        let operands = program.instructions().iter().flat_map(|instruction| &instruction.operands);
        operands
            .chain(program.outputs().iter().map(|output| &output.value))
            .for_each(|value| used[value.index()] = true);
        let mut inputs = inputs.into_iter();
        let mut values: Vec<Value> = Vec::with_capacity(program.value_count());
        for instruction in program.instructions() {
            if !self.functions.proceed() {
                return Err(InterpretError::Stopped);
            }
            let results = match &instruction.operation {
                Operation::Input { .. } | Operation::Parameter { .. } => {
                    let input = inputs.next().ok_or(InterpretError::Invalid("a missing input"))?;
                    smallvec![input]
                }
                operation => {
                    let mut results = Vec::with_capacity(instruction.results.len());
                    for &result in &instruction.results {
                        let value_type = program.type_of(result);
                        if value_type.element == ElementType::Complex {
                            let element = value_type.element;
                            return Err(InterpretError::Unsupported { operation: operation.name(), element });
                        }
                        results.push((value_type.element, definite(&value_type.shape)?));
                    }
                    let operands = instruction.operands.iter().map(|operand| values[operand.index()].clone()).collect();
                    let types = instruction.operands.iter().map(|&operand| program.type_of(operand)).collect();
                    let used = instruction.results.iter().map(|result| used[result.index()]).collect();
                    self.instruction(program, instruction, Scope { operation, operands, types, results, used })?
                }
            };
            values.extend(results);
        }
        Ok(program.outputs().iter().map(|output| values[output.value.index()].clone()).collect())
    }

    fn instruction(
        &mut self,
        program: &Program,
        instruction: &Instruction,
        scope: Scope<'_>,
    ) -> Result<Values, InterpretError> {
        let random = matches!(scope.operation, Operation::Random { .. } | Operation::Scan(_));
        let all: Option<Vec<Tensor<f64>>> = scope.operands.iter().map(Value::known).collect();
        if let Some(operands) = all.filter(|_| !random) {
            return self.fold(program, instruction, &operands);
        }
        let is_empty = scope.results.iter().all(|(_, shape)| shape.contains(&0));
        if is_empty && !matches!(scope.operation, Operation::Scan(_)) {
            let rooms = scope.results.iter().map(|(element, shape)| self.room(*element, shape).map(Value::At));
            return rooms.collect();
        }
        let (element, shape) =
            scope.results.first().ok_or(InterpretError::Invalid("an instruction without a result"))?;
        let operand = |k: usize| scope.operands.get(k).cloned().ok_or(InterpretError::Invalid("a missing operand"));
        let source = |k: usize| scope.types.get(k).map_or(ElementType::F64, |value_type| value_type.element);
        let place = match scope.operation {
            Operation::Map { .. } => return self.map(&scope),
            Operation::Select => return self.select(&scope),
            Operation::Convert { .. } => return self.convert(&scope),
            Operation::Index { label } => self.index(label, &scope)?,
            Operation::Scan(scan) => return self.scan(scan, &scope),
            Operation::Contract(contraction) => self.contract(contraction, &scope)?,
            Operation::Reduce(reduction) => self.reduce(reduction, &scope)?,
            Operation::Reshape { .. } => self.reshape(operand(0)?, *element, shape)?,
            Operation::Transpose { axes } => {
                self.place(operand(0)?, source(0))?.relayout(|layout| layout.transpose(axes))?
            }
            Operation::Broadcast { axes, .. } => {
                self.place(operand(0)?, source(0))?.relayout(|layout| broadcast(layout, shape, axes))?
            }
            Operation::Slice(slicing) => {
                let start = definite(&slicing.start)?;
                self.place(operand(0)?, source(0))?.relayout(|layout| {
                    (0..shape.len()).try_fold(layout.clone(), |layout, axis| {
                        layout.slice(axis, start[axis], slicing.step[axis], shape[axis])
                    })
                })?
            }
            Operation::Reverse { axes } => self
                .place(operand(0)?, source(0))?
                .relayout(|layout| axes.iter().try_fold(layout.clone(), |layout, &axis| layout.reverse(axis)))?,
            Operation::Window(windows) => {
                let sizes = definite(&windows.sizes)?;
                self.place(operand(0)?, source(0))?.relayout(|layout| slide(layout, windows, &sizes))?
            }
            Operation::Pad(padding) => self.pad(padding, &scope)?,
            Operation::Concatenate { axis } => self.concatenate(*axis, &scope)?,
            Operation::Gather { axis } => self.gather(*axis, &scope)?,
            Operation::ScatterAdd { axis } => self.scatter_add(*axis, &scope)?,
            Operation::OverlapAdd(windows) => self.overlap_add(windows, &scope)?,
            Operation::Order { axis } => self.order(*axis, &scope)?,
            Operation::Random { label, distribution, value_type } => {
                self.random(label, distribution, value_type, shape)?
            }
            Operation::Input { .. } | Operation::Parameter { .. } | Operation::Constant(_) | Operation::Iota { .. } => {
                return Err(InterpretError::Invalid("an operation with operands that takes none"));
            }
        };
        Ok(smallvec![Value::At(place)])
    }

    /// The results of an instruction on known operands: what the interpreter says.
    fn fold(
        &mut self,
        program: &Program,
        instruction: &Instruction,
        operands: &[Tensor<f64>],
    ) -> Result<Values, InterpretError> {
        let mut builder = Builder::new();
        let invalid = |_| InterpretError::Invalid("an instruction that is not legal");
        let mut inputs = Vec::with_capacity(operands.len());
        for (place, &operand) in instruction.operands.iter().enumerate() {
            let input = builder.input(&place.to_string(), program.type_of(operand).clone());
            inputs.push(input.map_err(invalid)?);
        }
        let results = builder.emit(instruction.operation.clone(), inputs).map_err(invalid)?;
        for (place, &result) in results.iter().enumerate() {
            builder.output(&place.to_string(), result).map_err(invalid)?;
        }
        let values = interpret(&builder.finish(), &mut Machine::new(self.functions), operands)?;
        Ok(values.into_iter().map(Value::Known).collect())
    }

    /// Adds a step, which needs these buffers.
    fn push(&mut self, step: Box<dyn Step>, buffers: impl IntoIterator<Item = BufferId>) {
        buffers.into_iter().for_each(|buffer| self.buffers.touch(buffer));
        self.steps.push(Written { step, time: self.buffers.now() });
        self.buffers.advance();
    }

    /// A new place, whose elements follow each other.
    fn room(&mut self, element: ElementType, shape: &[usize]) -> Result<Place, InterpretError> {
        let layout = Layout::row_major(shape)?;
        let buffer = self.buffers.owned(element, layout.len());
        Ok(Place { buffer, double: element != ElementType::F32, layout })
    }

    /// Where the elements of a value are; known ones are put into memory.
    fn place(&mut self, value: Value, element: ElementType) -> Result<Place, InterpretError> {
        match value {
            Value::At(place) => Ok(place),
            Value::Known(tensor) => {
                let (elements, layout) = tensor.stored();
                let compact = elements.len() <= layout.len();
                let (elements, layout) = match compact {
                    true => (elements.to_vec(), layout.clone()),
                    false => (tensor.to_vec(), Layout::row_major(tensor.shape())?),
                };
                let buffer = self.buffers.constant(element, elements);
                Ok(Place { buffer, double: element != ElementType::F32, layout })
            }
        }
    }

    /// A place whose elements follow each other.
    fn contiguous(&mut self, place: Place, element: ElementType) -> Result<Place, InterpretError> {
        if place.layout.is_contiguous() { Ok(place) } else { self.copied(&place, element) }
    }

    /// The elements at a new place, one after the other.
    fn copied(&mut self, place: &Place, element: ElementType) -> Result<Place, InterpretError> {
        let room = self.room(element, place.shape())?;
        self.transfer(place, &room, Onto::Replace);
        Ok(room)
    }

    fn transfer(&mut self, from: &Place, to: &Place, onto: Onto) {
        let step = step!(from.double, Transfer { from: from.region(), to: to.region(), onto });
        self.push(step, [from.buffer, to.buffer]);
    }

    fn fill(&mut self, to: &Place, with: &Place) {
        let step = step!(to.double, Fill { to: to.region(), with: with.region() });
        self.push(step, [to.buffer, with.buffer]);
    }

    fn reshape(&mut self, value: Value, element: ElementType, shape: &[usize]) -> Result<Place, InterpretError> {
        let place = self.place(value, element)?;
        if let Some(layout) = reshaped(&place.layout, shape)? {
            return Ok(Place { layout, ..place });
        }
        Ok(self.copied(&place, element)?.relayout(|_| Layout::row_major(shape))?)
    }
}

impl Value {
    fn known(&self) -> Option<Tensor<f64>> {
        match self {
            Value::Known(tensor) => Some(tensor.clone()),
            Value::At(_) => None,
        }
    }
}
