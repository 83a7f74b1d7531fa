//! The program: typed, shaped straight-line code over arrays.

mod builder;
mod constant;
mod display;
mod operation;
mod value_type;

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::requirement::Requirement;

pub use builder::{BuildError, Builder};
pub use constant::Constant;
pub use operation::{
    Contraction, Direction, Distribution, Family, Label, Operation, Padding, Reduction, ReductionKind, ScalarFunction,
    Scan, Slicing, Ties, Windows,
};
pub use value_type::Type;

/// A value of a program, by its place in the order of definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub(crate) u32);

impl ValueId {
    /// The place among all values of the program.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

/// One step of a program: an operation on values that gives one or several new values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// What is done.
    pub operation: Operation,
    /// What it is done to.
    pub operands: SmallVec<[ValueId; 4]>,
    /// What it gives, in order.
    pub results: SmallVec<[ValueId; 1]>,
}

/// A value that leaves the program under a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Output {
    /// The name, such as that of a port.
    pub name: Arc<str>,
    /// The value.
    pub value: ValueId,
}

/// Typed, shaped straight-line code over arrays.
///
/// Values are numbered in the order in which instructions define them. Programs are made by a
/// [`Builder`], which infers types and shapes, and are equal when they are the same text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Program {
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) types: Vec<Type>,
    pub(crate) inputs: Vec<ValueId>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) requirements: Vec<Requirement>,
}

impl Program {
    /// The instructions in order.
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// The type of a value.
    ///
    /// # Panics
    /// When the value is not one of this program.
    pub fn type_of(&self, value: ValueId) -> &Type {
        &self.types[value.index()]
    }

    /// The number of values.
    pub fn value_count(&self) -> usize {
        self.types.len()
    }

    /// The inputs and parameters, in the order in which arguments are given.
    pub fn inputs(&self) -> &[ValueId] {
        &self.inputs
    }

    /// The name of an input or parameter.
    pub fn input_name(&self, input: ValueId) -> Option<&Arc<str>> {
        match &self.definition(input)?.operation {
            Operation::Input { name, .. } | Operation::Parameter { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The instruction that gives a value.
    pub fn definition(&self, value: ValueId) -> Option<&Instruction> {
        let next = self.instructions.partition_point(|instruction| instruction.results.first() <= Some(&value));
        next.checked_sub(1).map(|place| &self.instructions[place]).filter(|found| found.results.contains(&value))
    }

    /// The results, in order.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// What must hold of the sizes, beyond what the types say.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }
}
