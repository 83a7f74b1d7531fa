//! The types of an operation's results: the one place that says what is legal.

mod arithmetic;
mod error;
mod indexing;
mod scan;
mod views;

use netform_array::ElementType;
use smallvec::{SmallVec, smallvec};

use crate::dim::Dim;
use crate::program::{Operation, Type};
use crate::requirement::{Relation, Requirement};

pub use error::TypeError;

/// The types of an operation's results.
pub(crate) type Types = SmallVec<[Type; 1]>;

/// The types of the results of an operation on operands of the given types. What cannot be decided
/// about symbolic sizes is added to `requirements`.
pub(crate) fn infer(
    operation: &Operation,
    operands: &[&Type],
    requirements: &mut Vec<Requirement>,
) -> Result<Types, TypeError> {
    let mut context = Context { operation: operation.name(), requirements };
    let context = &mut context;
    let one = |value_type: Type| -> Result<Types, TypeError> { Ok(smallvec![value_type]) };
    match operation {
        Operation::Input { value_type, .. }
        | Operation::Parameter { value_type, .. }
        | Operation::Random { value_type, .. } => {
            let [] = context.operands(operands)?;
            context.sizes(&value_type.shape)?;
            one(value_type.clone())
        }
        Operation::Constant(constant) => {
            let [] = context.operands(operands)?;
            one(constant.value_type())
        }
        Operation::Iota { shape, axis } => {
            let [] = context.operands(operands)?;
            context.axis(*axis, shape.len())?;
            context.sizes(shape)?;
            one(Type::new(ElementType::I64, shape.clone()))
        }
        Operation::Map { functions } => arithmetic::map(context, functions, operands),
        Operation::Contract(contraction) => arithmetic::contract(context, contraction, operands).and_then(one),
        Operation::Reduce(reduction) => {
            let [operand] = context.operands(operands)?;
            arithmetic::reduce(context, reduction, operand).and_then(one)
        }
        Operation::Select => {
            let [condition, yes, no] = context.operands(operands)?;
            arithmetic::select(context, condition, yes, no).and_then(one)
        }
        Operation::Convert { element } => {
            let [operand] = context.operands(operands)?;
            arithmetic::convert(context, *element, operand).and_then(one)
        }
        Operation::Reshape { shape } => {
            let [operand] = context.operands(operands)?;
            views::reshape(context, shape, operand).and_then(one)
        }
        Operation::Transpose { axes } => {
            let [operand] = context.operands(operands)?;
            views::transpose(context, axes, operand).and_then(one)
        }
        Operation::Broadcast { shape, axes } => {
            let [operand] = context.operands(operands)?;
            views::broadcast(context, shape, axes, operand).and_then(one)
        }
        Operation::Slice(slicing) => {
            let [operand] = context.operands(operands)?;
            views::slice(context, slicing, operand).and_then(one)
        }
        Operation::Reverse { axes } => {
            let [operand] = context.operands(operands)?;
            context.distinct_axes(axes, operand.rank())?;
            one(operand.clone())
        }
        Operation::Window(windows) => {
            let [operand] = context.operands(operands)?;
            views::window(context, windows, operand).and_then(one)
        }
        Operation::OverlapAdd(windows) => {
            let [operand] = context.operands(operands)?;
            views::overlap_add(context, windows, operand).and_then(one)
        }
        Operation::Pad(padding) => {
            let [operand, value] = context.operands(operands)?;
            views::pad(context, padding, operand, value).and_then(one)
        }
        Operation::Concatenate { axis } => indexing::concatenate(context, *axis, operands).and_then(one),
        Operation::Gather { axis } => {
            let [source, indices] = context.operands(operands)?;
            indexing::gather(context, *axis, source, indices).and_then(one)
        }
        Operation::ScatterAdd { axis } => {
            let [base, indices, updates] = context.operands(operands)?;
            indexing::scatter_add(context, *axis, base, indices, updates).and_then(one)
        }
        Operation::Order { axis } => {
            let [operand] = context.operands(operands)?;
            context.axis(*axis, operand.rank())?;
            context.ordered(operand.element)?;
            one(operand.with_element(ElementType::I64))
        }
        Operation::Index { .. } => {
            let [operand, greatest] = context.operands(operands)?;
            context.ordered(operand.element)?;
            context.same_type(&operand.with_element(ElementType::I64), greatest)?;
            one(greatest.clone())
        }
        Operation::Scan(scan) => scan::scan(context, scan, operands),
    }
}

/// Which operation is being looked at, and what it requires.
struct Context<'a> {
    operation: &'static str,
    requirements: &'a mut Vec<Requirement>,
}

impl Context<'_> {
    fn operands<'t, const N: usize>(&self, operands: &[&'t Type]) -> Result<[&'t Type; N], TypeError> {
        operands.try_into().map_err(|_| TypeError::OperandCount {
            operation: self.operation,
            expected: N,
            found: operands.len(),
        })
    }

    fn axis(&self, axis: usize, rank: usize) -> Result<(), TypeError> {
        if axis < rank { Ok(()) } else { Err(TypeError::NoSuchAxis { operation: self.operation, axis, rank }) }
    }

    fn distinct_axes(&self, axes: &[usize], rank: usize) -> Result<(), TypeError> {
        for (position, &axis) in axes.iter().enumerate() {
            self.axis(axis, rank)?;
            if axes[..position].contains(&axis) {
                return Err(TypeError::RepeatedAxis { operation: self.operation, axis });
            }
        }
        Ok(())
    }

    fn entries(&self, attribute: &'static str, expected: usize, found: usize) -> Result<(), TypeError> {
        if expected == found {
            return Ok(());
        }
        Err(TypeError::AttributeLength { operation: self.operation, attribute, expected, found })
    }

    fn positive(&self, attribute: &'static str, values: &[usize]) -> Result<(), TypeError> {
        if values.contains(&0) {
            return Err(TypeError::NotPositive { operation: self.operation, attribute });
        }
        Ok(())
    }

    fn element(&self, expected: ElementType, found: ElementType) -> Result<(), TypeError> {
        if expected == found {
            return Ok(());
        }
        Err(TypeError::ElementType { operation: self.operation, expected, found })
    }

    /// Numbers that can be added and multiplied.
    fn numeric(&self, found: ElementType) -> Result<(), TypeError> {
        match found {
            ElementType::Bool => Err(TypeError::NotNumeric { operation: self.operation, found }),
            _ => Ok(()),
        }
    }

    /// Numbers that can be compared.
    fn ordered(&self, found: ElementType) -> Result<(), TypeError> {
        match found {
            ElementType::Bool | ElementType::Complex => Err(TypeError::NotOrdered { operation: self.operation, found }),
            _ => Ok(()),
        }
    }

    /// Requires that two sizes are equal.
    fn equal(&mut self, left: &Dim, right: &Dim) -> Result<(), TypeError> {
        match left.equals(right) {
            Some(true) => Ok(()),
            Some(false) => {
                Err(TypeError::SizesDiffer { operation: self.operation, left: left.clone(), right: right.clone() })
            }
            None => {
                self.require(left, Relation::Equal, right);
                Ok(())
            }
        }
    }

    /// Requires that one size is not larger than another.
    fn at_most(&mut self, left: &Dim, right: &Dim) -> Result<(), TypeError> {
        match left.at_most(right) {
            Some(true) => Ok(()),
            Some(false) => {
                Err(TypeError::TooLarge { operation: self.operation, found: left.clone(), limit: right.clone() })
            }
            None => {
                self.require(left, Relation::AtMost, right);
                Ok(())
            }
        }
    }

    /// Requires that all are sizes, that is not negative.
    fn sizes(&mut self, sizes: &[Dim]) -> Result<(), TypeError> {
        sizes.iter().try_for_each(|size| self.at_most(&Dim::from(0), size))
    }

    /// Requires that two shapes are the same.
    fn same_shape(&mut self, left: &[Dim], right: &[Dim]) -> Result<(), TypeError> {
        if left.len() != right.len() {
            return Err(TypeError::RanksDiffer { operation: self.operation, left: left.len(), right: right.len() });
        }
        left.iter().zip(right).try_for_each(|(left, right)| self.equal(left, right))
    }

    /// Requires that a value has a type.
    fn same_type(&mut self, expected: &Type, found: &Type) -> Result<(), TypeError> {
        self.element(expected.element, found.element)?;
        self.same_shape(&expected.shape, &found.shape)
    }

    fn require(&mut self, left: &Dim, relation: Relation, right: &Dim) {
        let requirement = Requirement { left: left.clone(), relation, right: right.clone(), operation: self.operation };
        if !self.requirements.contains(&requirement) {
            self.requirements.push(requirement);
        }
    }
}
