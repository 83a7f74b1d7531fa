//! Makes programs, one instruction at a time, with types inferred at once.

use std::collections::HashSet;
use std::sync::Arc;

use netform_array::ElementType;
use netform_expr::Expr;
use smallvec::SmallVec;

use super::{
    Constant, Contraction, Distribution, Instruction, Operation, Output, Padding, Program, Reduction, ReductionKind,
    ScalarFunction, Scan, Slicing, Ties, Type, ValueId, Windows,
};
use crate::dim::{Dim, DimError, Dims};
use crate::infer::{TypeError, infer};
use crate::program::Label;
use crate::requirement::Requirement;

/// Why an instruction cannot be added to a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The operation is not legal on these operands.
    #[error(transparent)]
    Type(#[from] TypeError),
    /// An operand is no value of this program.
    #[error("{0} is not a value of this program")]
    NoSuchValue(ValueId),
    /// Two inputs have one name.
    #[error("there are two inputs named {0}")]
    RepeatedInput(Arc<str>),
}

impl From<DimError> for BuildError {
    fn from(error: DimError) -> BuildError {
        BuildError::Type(TypeError::Dim(error))
    }
}

/// Makes a [`Program`]. Every method appends one instruction, infers the types of its results and
/// returns them as values; what is not legal is an error at once, and the program stays as it was.
///
/// ```
/// use netform_array::ElementType::F64;
/// use netform_compile::{Builder, Type};
///
/// let mut builder = Builder::new();
/// let weights = builder.parameter("Weights", Type::of_shape(F64, &[2, 3]))?;
/// let input = builder.input("Input", Type::of_shape(F64, &[3]))?;
/// let product = builder.einsum("ij,j->i", &[weights, input])?;
/// builder.output("Output", product)?;
/// let program = builder.finish();
/// assert_eq!(program.type_of(product).to_string(), "f64[2]");
/// assert_eq!(program.to_string(), "\
/// %0: f64[2, 3] = parameter Weights
/// %1: f64[3] = input Input
/// %2: f64[2] = contract ab,b->a %0 %1
/// return Output = %2
/// ");
/// # Ok::<(), netform_compile::BuildError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    program: Program,
    /// The names of all inputs and parameters.
    names: HashSet<Arc<str>>,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

/// Results of methods that add one instruction with one result.
type Built = Result<ValueId, BuildError>;

impl Builder {
    /// A builder of an empty program.
    pub fn new() -> Builder {
        let program =
            Program { instructions: vec![], types: vec![], inputs: vec![], outputs: vec![], requirements: vec![] };
        Builder { program, names: HashSet::new() }
    }

    /// A builder that goes on with a program, whose values keep their places; it has no outputs yet.
    pub(crate) fn continuing(program: &Program) -> Builder {
        let names = program.inputs.iter().filter_map(|&input| program.input_name(input).cloned()).collect();
        Builder { program: Program { outputs: vec![], ..program.clone() }, names }
    }

    /// The finished program.
    pub fn finish(self) -> Program {
        self.program
    }

    /// The type of a value.
    ///
    /// # Panics
    /// When the value is not one of this program.
    pub fn type_of(&self, value: ValueId) -> &Type {
        self.program.type_of(value)
    }

    /// The inputs and parameters so far.
    pub(crate) fn inputs(&self) -> &[ValueId] {
        &self.program.inputs
    }

    /// The number of instructions so far.
    pub(crate) fn instruction_count(&self) -> usize {
        self.program.instructions.len()
    }

    /// The number of outputs so far.
    pub(crate) fn output_count(&self) -> usize {
        self.program.outputs.len()
    }

    /// Appends all instructions of a program but its inputs, for which `arguments` stand, and gives
    /// its outputs.
    ///
    /// # Errors
    /// [`BuildError`] where an argument has not the type of its input.
    pub(crate) fn splice(&mut self, program: &Program, arguments: &[ValueId]) -> Result<Vec<ValueId>, BuildError> {
        let mut arguments = arguments.iter().copied();
        let mut places: Vec<ValueId> = Vec::with_capacity(program.value_count());
        for instruction in &program.instructions {
            if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
                let argument = arguments.next().ok_or(BuildError::NoSuchValue(instruction.results[0]))?;
                places.push(argument);
                continue;
            }
            let operands = instruction.operands.iter().map(|operand| places[operand.index()]);
            places.extend(self.emit(instruction.operation.clone(), operands.collect::<SmallVec<[ValueId; 4]>>())?);
        }
        Ok(program.outputs.iter().map(|output| places[output.value.index()]).collect())
    }

    /// The name of an input or parameter.
    pub(crate) fn input_name(&self, value: ValueId) -> Option<&Arc<str>> {
        self.program.input_name(value)
    }

    /// A name that no input has yet: the given one, if it is free.
    pub(crate) fn free_name(&self, name: &str) -> String {
        let mut free = name.to_owned();
        while self.names.contains(&*free) {
            free.push('\'');
        }
        free
    }

    /// The instruction that gives a value.
    pub fn definition(&self, value: ValueId) -> Option<&Instruction> {
        self.program.definition(value)
    }

    /// The types that the results of an instruction would have.
    ///
    /// # Errors
    /// [`BuildError`] when it is not legal.
    pub fn infer(&self, operation: &Operation, operands: &[ValueId]) -> Result<SmallVec<[Type; 1]>, BuildError> {
        self.infer_with(operation, operands, &mut Vec::new())
    }

    fn infer_with(
        &self,
        operation: &Operation,
        operands: &[ValueId],
        requirements: &mut Vec<Requirement>,
    ) -> Result<SmallVec<[Type; 1]>, BuildError> {
        let mut types: SmallVec<[&Type; 4]> = SmallVec::with_capacity(operands.len());
        for &operand in operands {
            types.push(self.program.types.get(operand.index()).ok_or(BuildError::NoSuchValue(operand))?);
        }
        Ok(infer(operation, &types, requirements)?)
    }

    /// Appends an instruction and gives its results.
    ///
    /// # Errors
    /// [`BuildError`] when it is not legal.
    pub fn emit(
        &mut self,
        operation: Operation,
        operands: impl IntoIterator<Item = ValueId>,
    ) -> Result<SmallVec<[ValueId; 1]>, BuildError> {
        let operation = match operation {
            Operation::Contract(contraction) => Operation::Contract(contraction.renumbered()),
            Operation::Reduce(reduction) => Operation::Reduce(reduction.without_idle_ties()),
            other => other,
        };
        let operands: SmallVec<[ValueId; 4]> = operands.into_iter().collect();
        let mut requirements = Vec::new();
        let result_types = self.infer_with(&operation, &operands, &mut requirements)?;
        let first = self.program.types.len() as u32;
        let results: SmallVec<[ValueId; 1]> = (0..result_types.len() as u32).map(|k| ValueId(first + k)).collect();
        if let Operation::Input { name, .. } | Operation::Parameter { name, .. } = &operation {
            if !self.names.insert(name.clone()) {
                return Err(BuildError::RepeatedInput(name.clone()));
            }
            self.program.inputs.extend_from_slice(&results);
        }
        for requirement in requirements {
            if !self.program.requirements.contains(&requirement) {
                self.program.requirements.push(requirement);
            }
        }
        self.program.types.extend(result_types);
        self.program.instructions.push(Instruction { operation, operands, results: results.clone() });
        Ok(results)
    }

    fn emit_one(&mut self, operation: Operation, operands: &[ValueId]) -> Built {
        self.emit(operation, operands.iter().copied()).map(|results| results[0])
    }

    /// Names a value as a result of the program.
    ///
    /// # Errors
    /// [`BuildError::NoSuchValue`].
    pub fn output(&mut self, name: &str, value: ValueId) -> Result<(), BuildError> {
        if value.index() >= self.program.types.len() {
            return Err(BuildError::NoSuchValue(value));
        }
        self.program.outputs.push(Output { name: name.into(), value });
        Ok(())
    }
}

/// One method for each primitive with one result; see [`Operation`] for their meaning. All fail
/// with [`BuildError`] when the operation is not legal.
#[allow(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Builder {
    /// A value that the caller gives for each run.
    pub fn input(&mut self, name: &str, value_type: Type) -> Built {
        self.emit_one(Operation::Input { name: name.into(), value_type }, &[])
    }

    /// A value that the caller gives and training changes.
    pub fn parameter(&mut self, name: &str, value_type: Type) -> Built {
        self.emit_one(Operation::Parameter { name: name.into(), value_type }, &[])
    }

    /// A value known in advance.
    pub fn constant(&mut self, constant: impl Into<Constant>) -> Built {
        self.emit_one(Operation::Constant(constant.into()), &[])
    }

    /// The positions along an axis, from 1.
    pub fn iota(&mut self, shape: impl IntoIterator<Item = Dim>, axis: usize) -> Built {
        self.emit_one(Operation::Iota { shape: shape.into_iter().collect(), axis }, &[])
    }

    /// One scalar function of corresponding elements.
    pub fn map(&mut self, body: Expr, element: ElementType, operands: &[ValueId]) -> Built {
        self.emit_one(Operation::Map { functions: vec![ScalarFunction { body, element }] }, operands)
    }

    /// A sum of products over labels.
    pub fn contract(&mut self, contraction: Contraction, operands: &[ValueId]) -> Built {
        self.emit_one(Operation::Contract(contraction), operands)
    }

    /// A contraction written with letters: `"ij,jk->ik"`.
    pub fn einsum(&mut self, text: &str, operands: &[ValueId]) -> Built {
        let (left, right) = text.split_once("->").unwrap_or((text, ""));
        let labels = |text: &str| text.chars().map(|c| Label(c as u32 as u16)).collect();
        let contraction = Contraction { operands: left.split(',').map(labels).collect(), result: labels(right) };
        self.contract(contraction, operands)
    }

    /// A reduction over some axes, in any order; ties go to the first.
    pub fn reduce(&mut self, kind: ReductionKind, axes: &[usize], operand: ValueId) -> Built {
        let mut axes: SmallVec<[usize; 4]> = axes.into();
        axes.sort_unstable();
        self.emit_one(Operation::Reduce(Reduction { kind, axes, ties: Ties::First }), &[operand])
    }

    /// The same elements under another shape.
    pub fn reshape(&mut self, shape: impl IntoIterator<Item = Dim>, operand: ValueId) -> Built {
        self.emit_one(Operation::Reshape { shape: shape.into_iter().collect() }, &[operand])
    }

    /// Axis `k` of the result is axis `axes[k]` of the operand.
    pub fn transpose(&mut self, axes: &[usize], operand: ValueId) -> Built {
        self.emit_one(Operation::Transpose { axes: axes.into() }, &[operand])
    }

    /// Axis `k` of the operand is axis `axes[k]` of the result.
    pub fn broadcast(&mut self, shape: impl IntoIterator<Item = Dim>, axes: &[usize], operand: ValueId) -> Built {
        self.emit_one(Operation::Broadcast { shape: shape.into_iter().collect(), axes: axes.into() }, &[operand])
    }

    /// Every `step`-th element.
    pub fn slice(&mut self, slicing: Slicing, operand: ValueId) -> Built {
        self.emit_one(Operation::Slice(slicing), &[operand])
    }

    /// The part `start .. start + size` along one axis.
    pub fn slice_axis(&mut self, axis: usize, start: Dim, size: Dim, operand: ValueId) -> Built {
        let shape = self.program.types.get(operand.index()).ok_or(BuildError::NoSuchValue(operand))?.shape.clone();
        let rank = shape.len();
        if axis >= rank {
            return Err(TypeError::NoSuchAxis { operation: "slice", axis, rank }.into());
        }
        let mut slicing =
            Slicing { start: Dims::from_elem(Dim::from(0), rank), step: SmallVec::from_elem(1, rank), size: shape };
        slicing.start[axis] = start;
        slicing.size[axis] = size;
        self.slice(slicing, operand)
    }

    /// Elements spread apart and surrounded by a scalar.
    pub fn pad(&mut self, padding: Padding, operand: ValueId, value: ValueId) -> Built {
        self.emit_one(Operation::Pad(padding), &[operand, value])
    }

    /// Operands one after the other along an axis.
    pub fn concatenate(&mut self, axis: usize, operands: &[ValueId]) -> Built {
        self.emit_one(Operation::Concatenate { axis }, operands)
    }

    /// Some axes from their end to their beginning.
    pub fn reverse(&mut self, axes: &[usize], operand: ValueId) -> Built {
        self.emit_one(Operation::Reverse { axes: axes.into() }, &[operand])
    }

    /// The elements at positions of an axis.
    pub fn gather(&mut self, axis: usize, source: ValueId, indices: ValueId) -> Built {
        self.emit_one(Operation::Gather { axis }, &[source, indices])
    }

    /// Elements added at positions of an axis.
    pub fn scatter_add(&mut self, axis: usize, base: ValueId, indices: ValueId, updates: ValueId) -> Built {
        self.emit_one(Operation::ScatterAdd { axis }, &[base, indices, updates])
    }

    /// Sliding windows.
    pub fn window(&mut self, windows: Windows, operand: ValueId) -> Built {
        self.emit_one(Operation::Window(windows), &[operand])
    }

    /// Windows added where they overlap.
    pub fn overlap_add(&mut self, windows: Windows, operand: ValueId) -> Built {
        self.emit_one(Operation::OverlapAdd(windows), &[operand])
    }

    /// A recurrence: final states, then stacked outputs.
    pub fn scan(&mut self, scan: Scan, operands: &[ValueId]) -> Result<SmallVec<[ValueId; 1]>, BuildError> {
        self.emit(Operation::Scan(Box::new(scan)), operands.iter().copied())
    }

    /// One of two values, element by element.
    pub fn select(&mut self, condition: ValueId, yes: ValueId, no: ValueId) -> Built {
        self.emit_one(Operation::Select, &[condition, yes, no])
    }

    /// Positions that sort along an axis.
    pub fn order(&mut self, axis: usize, operand: ValueId) -> Built {
        self.emit_one(Operation::Order { axis }, &[operand])
    }

    /// Elements as integers from 1 to others of the same shape.
    pub fn index(&mut self, label: Expr, operand: ValueId, greatest: ValueId) -> Built {
        self.emit_one(Operation::Index { label }, &[operand, greatest])
    }

    /// Random draws.
    pub fn random(&mut self, label: Expr, distribution: Distribution, value_type: Type) -> Built {
        self.emit_one(Operation::Random { label, distribution, value_type }, &[])
    }

    /// The same numbers as elements of another type.
    pub fn convert(&mut self, element: ElementType, operand: ValueId) -> Built {
        self.emit_one(Operation::Convert { element }, &[operand])
    }
}
