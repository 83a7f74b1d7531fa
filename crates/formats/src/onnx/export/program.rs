//! Programs as nodes: each primitive is an operator, or a few.

use std::rc::Rc;

use netform_array::ElementType;
use netform_compile::{Constant, Dim, Dims, Instruction, Operation, Program, Type, ValueId, Windows};

use super::element::Element;
use super::graph::{Attribute, Builder, Name};
use super::sizes::OpenSizes;
use crate::arrays::real_number;
use crate::scalar::Scalars;

/// Why a program cannot be written.
pub(super) type Written<T> = Result<T, String>;

/// An array in a graph.
///
/// Along axes that are thin all elements are the same, and stand there once: the array has size 1 there, where the value
/// has the size that its shape says. Operators on elements extend such axes by themselves.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) name: Name,
    pub(super) element: Element,
    pub(super) shape: Dims,
    pub(super) thin: Vec<bool>,
}

/// A value of a program.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Tensor(Tensor),
    /// Windows that slide over an array, not written as long as an operator may read them where they lie.
    Windows(Rc<(Tensor, Windows, Dims)>),
}

/// Writes programs as nodes.
pub(super) struct Exporter<'s> {
    pub(super) scalars: Scalars<'s>,
    pub(super) builder: Builder,
    /// What real numbers are.
    pub(super) real: Element,
    /// Which sizes symbols stand for.
    pub(super) sizes: OpenSizes,
}

impl Tensor {
    pub(super) fn new(name: Name, element: Element, shape: &Dims) -> Tensor {
        Tensor { name, element, shape: shape.clone(), thin: vec![false; shape.len()] }
    }

    fn is_full(&self) -> bool {
        !self.thin.contains(&true)
    }
}

impl Exporter<'_> {
    /// Writes a program on values for its inputs.
    pub(super) fn program(&mut self, program: &Program, inputs: Vec<Held>) -> Written<Vec<Tensor>> {
        let mut values: Vec<Option<Held>> = vec![None; program.value_count()];
        for (value, held) in program.inputs().iter().zip(inputs) {
            self.remember(&held);
            values[value.index()] = Some(held);
        }
        for instruction in program.instructions() {
            if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
                continue;
            }
            let operands = instruction.operands.iter().map(|operand| values[operand.index()].clone());
            let operands: Option<Vec<Held>> = operands.collect();
            let operands = operands.ok_or_else(|| "an operand is not there".to_owned())?;
            let results = self.instruction(program, instruction, &operands)?;
            for (value, held) in instruction.results.iter().zip(results) {
                self.remember(&held);
                values[value.index()] = Some(held);
            }
        }
        let mut results = Vec::with_capacity(program.outputs().len());
        for output in program.outputs() {
            let held = values[output.value.index()].clone().ok_or_else(|| "a result is not there".to_owned())?;
            let tensor = self.tensor(&held)?;
            results.push(self.full(&tensor)?);
        }
        Ok(results)
    }

    /// Keeps the shape of an array that is there with all its elements.
    fn remember(&mut self, held: &Held) {
        if let Held::Tensor(tensor) = held
            && tensor.is_full()
        {
            self.builder.shaped(&tensor.name, tensor.shape.iter().map(Dim::as_integer).collect());
        }
    }

    fn instruction(&mut self, program: &Program, instruction: &Instruction, operands: &[Held]) -> Written<Vec<Held>> {
        let types: Vec<&Type> = instruction.results.iter().map(|&value: &ValueId| program.type_of(value)).collect();
        let empty = |held: &Held| held.shape().iter().any(|dim| dim.as_integer() == Some(0));
        if types.iter().all(|result| result.shape.iter().any(|dim| dim.as_integer() == Some(0))) {
            let results = types.iter().map(|result| self.filled(0.0, result));
            return results.collect();
        }
        if let Operation::Window(windows) = &instruction.operation {
            let tensor = self.tensor(&operands[0])?;
            return Ok(vec![Held::Windows(Rc::new((tensor, windows.clone(), types[0].shape.clone())))]);
        }
        let result = match &instruction.operation {
            Operation::Contract(_) | Operation::OverlapAdd(_) if operands.iter().any(empty) => {
                return Ok(vec![self.filled(0.0, types[0])?]);
            }
            Operation::Contract(contraction) => self.contract(contraction, operands, types[0])?,
            Operation::Reduce(reduction) => self.reduce(reduction, &operands[0], types[0])?,
            operation => {
                let tensors: Written<Vec<Tensor>> = operands.iter().map(|held| self.tensor(held)).collect();
                let tensors = tensors?;
                match operation {
                    Operation::Map { functions } => {
                        let results = self.map(functions, &tensors, &types)?;
                        return Ok(results.into_iter().map(Held::Tensor).collect());
                    }
                    Operation::Scan(scan) => {
                        let results = self.scan(scan, &tensors, &types)?;
                        return Ok(results.into_iter().map(Held::Tensor).collect());
                    }
                    _ => self.plain(operation, &tensors, types[0])?,
                }
            }
        };
        Ok(vec![Held::Tensor(result)])
    }

    /// What has one result and reads its operands as arrays.
    fn plain(&mut self, operation: &Operation, operands: &[Tensor], result: &Type) -> Written<Tensor> {
        match operation {
            Operation::Constant(constant) => self.constant(constant),
            Operation::Iota { axis, .. } => self.iota(*axis, result),
            Operation::Transpose { axes } => Ok(self.transpose(&operands[0], axes)),
            Operation::Broadcast { axes, .. } => self.broadcast(&operands[0], axes, result),
            Operation::Reshape { shape } => self.reshape(&operands[0], shape),
            Operation::Slice(_)
            | Operation::Reverse { .. }
            | Operation::Pad(_)
            | Operation::Concatenate { .. }
            | Operation::Gather { .. }
            | Operation::ScatterAdd { .. } => self.rearranged(operation, operands, result),
            Operation::OverlapAdd(windows) => self.overlap_add(&operands[0], windows, result),
            Operation::Select => {
                let [c, a, b] = operands else { return Err("a choice has three operands".to_owned()) };
                let name = self.builder.node("Where", &[&c.name, &a.name, &b.name], vec![]);
                Ok(self.broadcasting(name, a.element, operands, result))
            }
            Operation::Order { axis } => {
                let mut a = self.wide(&operands[0], &[*axis])?;
                if a.element == Element::Truth {
                    a = self.cast(&a, Element::Integer);
                }
                let count = self.dimensions(&result.shape[*axis..=*axis])?;
                let attributes = vec![("axis", Attribute::Integer(*axis as i64)), ("largest", Attribute::Integer(0))];
                let sorted = self.builder.nodes("TopK", &[&a.name, &count], attributes, 2);
                let one = self.builder.integers(&[1]);
                let name = self.builder.node("Add", &[&sorted[1], &one], vec![]);
                Ok(Tensor { name, element: Element::Integer, ..a })
            }
            Operation::Index { .. } => self.index(&operands[0], &operands[1], result),
            Operation::Convert { .. } => {
                let element = self.element(result.element)?;
                Ok(self.cast(&operands[0], element))
            }
            Operation::Random { .. } => {
                Err("it draws random numbers, which has no code in ONNX; apply it outside of training".to_owned())
            }
            other => Err(format!("{} has no operators in ONNX", other.name())),
        }
    }

    /// Integers where they are positions, and elsewhere one that is too large, so that what reads an array there fails.
    fn index(&mut self, a: &Tensor, greatest: &Tensor, result: &Type) -> Written<Tensor> {
        let position = self.cast(a, Element::Integer);
        let one = self.builder.constant(Element::Integer, &[], &[1.0]);
        let mut is_position = self.builder.node("GreaterOrEqual", &[&position.name, &one], vec![]);
        if a.element != Element::Integer {
            let back = self.cast(&position, a.element);
            let is_whole = self.builder.node("Equal", &[&back.name, &a.name], vec![]);
            is_position = self.builder.node("And", &[&is_position, &is_whole], vec![]);
        }
        let greatest = self.cast(greatest, Element::Integer);
        let outside = self.builder.node("Add", &[&greatest.name, &one], vec![]);
        let name = self.builder.node("Where", &[&is_position, &position.name, &outside], vec![]);
        Ok(self.broadcasting(name, Element::Integer, &[position, greatest], result))
    }

    // --------------------------------------------------------------------------------------------
    // Values

    pub(super) fn element(&self, element: ElementType) -> Written<Element> {
        match element {
            ElementType::F32 | ElementType::F64 => Ok(self.real),
            ElementType::I64 => Ok(Element::Integer),
            ElementType::Bool => Ok(Element::Truth),
            ElementType::Complex => Err("complex numbers have no operators in ONNX".to_owned()),
        }
    }

    /// The value as an array.
    pub(super) fn tensor(&mut self, held: &Held) -> Written<Tensor> {
        match held {
            Held::Tensor(tensor) => Ok(tensor.clone()),
            Held::Windows(windows) => self.windows(&windows.0, &windows.1, &windows.2),
        }
    }

    /// The array with all its elements.
    pub(super) fn full(&mut self, a: &Tensor) -> Written<Tensor> {
        if a.is_full() {
            return Ok(a.clone());
        }
        let shape = self.dimensions(&a.shape)?;
        let name = self.builder.node("Expand", &[&a.name, &shape], vec![]);
        Ok(Tensor::new(name, a.element, &a.shape))
    }

    /// The array with all its elements along some axes; others may be thin.
    pub(super) fn wide(&mut self, a: &Tensor, axes: &[usize]) -> Written<Tensor> {
        if !axes.iter().any(|&axis| a.thin[axis]) {
            return Ok(a.clone());
        }
        let shown = (0..a.shape.len()).map(|axis| {
            let is_thin = a.thin[axis] && !axes.contains(&axis);
            if is_thin { Dim::from(1) } else { a.shape[axis].clone() }
        });
        let shown: Dims = shown.collect();
        let shape = self.dimensions(&shown)?;
        let name = self.builder.node("Expand", &[&a.name, &shape], vec![]);
        let thin = a.thin.iter().enumerate().map(|(axis, thin)| *thin && !axes.contains(&axis)).collect();
        Ok(Tensor { name, element: a.element, shape: a.shape.clone(), thin })
    }

    /// The result of an operator on operands that broadcast.
    fn broadcasting(&self, name: Name, element: Element, operands: &[Tensor], result: &Type) -> Tensor {
        let thin = (0..result.shape.len()).map(|axis| operands.iter().all(|operand| operand.thin[axis])).collect();
        Tensor { name, element, shape: result.shape.clone(), thin }
    }

    pub(super) fn cast(&mut self, a: &Tensor, element: Element) -> Tensor {
        if a.element == element {
            return a.clone();
        }
        let name = match self.builder.integer(&a.name) {
            Some((shape, value)) => self.builder.constant(element, &shape, &[value]),
            None => self.builder.node("Cast", &[&a.name], vec![("to", Attribute::Integer(element.code()))]),
        };
        Tensor { name, element, ..a.clone() }
    }

    /// Which axes are thin where a single number stands for a whole array.
    pub(super) fn ones(&self, value_type: &Type) -> Vec<bool> {
        value_type.shape.iter().map(|dim| dim.as_integer() != Some(1)).collect()
    }

    /// An array of the same number.
    pub(super) fn filled(&mut self, value: f64, value_type: &Type) -> Written<Held> {
        let element = self.element(value_type.element)?;
        let sizes: Option<Vec<i64>> = value_type.shape.iter().map(Dim::as_integer).collect();
        if let Some(sizes) = sizes.filter(|sizes| sizes.contains(&0)) {
            let name = self.builder.constant(element, &sizes, &[]);
            return Ok(Held::Tensor(Tensor::new(name, element, &value_type.shape)));
        }
        let name = self.builder.constant(element, &vec![1; value_type.shape.len()], &[value]);
        Ok(Held::Tensor(Tensor { name, element, shape: value_type.shape.clone(), thin: self.ones(value_type) }))
    }

    fn constant(&mut self, constant: &Constant) -> Written<Tensor> {
        let value_type = constant.value_type();
        let element = self.element(value_type.element)?;
        let elements: Option<Vec<f64>> = match constant {
            Constant::Array(array) => array.scalars().map(real_number).collect(),
            Constant::Exact { elements, .. } => elements.iter().map(|element| self.scalars.number(element)).collect(),
        };
        let elements = elements.ok_or("a constant is no machine number")?;
        if let Some(first) = elements.first()
            && elements.len() > 1
            && elements.iter().all(|other| other.to_bits() == first.to_bits())
            && let Held::Tensor(tensor) = self.filled(*first, &value_type)?
        {
            return Ok(tensor);
        }
        let shape: Vec<i64> = constant.shape().iter().map(|size| *size as i64).collect();
        let name = self.builder.constant(element, &shape, &elements);
        Ok(Tensor::new(name, element, &value_type.shape))
    }

    fn iota(&mut self, axis: usize, result: &Type) -> Written<Tensor> {
        let mut thin = self.ones(result);
        thin[axis] = false;
        let mut shape = vec![1; thin.len()];
        let name = match result.shape[axis].as_size() {
            Some(count) => {
                shape[axis] = count as i64;
                let elements: Vec<f64> = (1..=count).map(|position| position as f64).collect();
                self.builder.constant(Element::Integer, &shape, &elements)
            }
            None => {
                shape[axis] = -1;
                let one = self.builder.constant(Element::Integer, &[], &[1.0]);
                let positions = self.counted(&result.shape[axis])?;
                let positions = self.builder.node("Add", &[&positions, &one], vec![]);
                let shape = self.builder.integers(&shape);
                self.builder.node("Reshape", &[&positions, &shape], vec![])
            }
        };
        Ok(Tensor { name, element: Element::Integer, shape: result.shape.clone(), thin })
    }
}

impl Held {
    pub(super) fn shape(&self) -> &Dims {
        match self {
            Held::Tensor(tensor) => &tensor.shape,
            Held::Windows(windows) => &windows.2,
        }
    }
}
