//! Numbers and lists of numbers, and how lists become arrays.

use netform_array::{Array, ElementType, Shape};
use netform_expr::{Expr, Kind, Sym};

use super::Lowerer;
use super::error::LowerError;
use super::frame::{Lowered, NESTING_LIMIT};
use crate::program::{Constant, ValueId};

impl Lowerer<'_> {
    /// What needs no operand: numbers, sizes, constants, lists of numbers.
    pub(super) fn literal(&mut self, frame: usize, node: &Expr) -> Result<Option<Lowered>, LowerError> {
        if self.is_literal(node) {
            return Ok(Some(Lowered::Literal(node.clone())));
        }
        if !node.is_list() {
            return Ok(None);
        }
        if let Some(array) = node.to_array() {
            let array = self.in_precision(node, array)?;
            let value = self.frames[frame].builder.constant(array).map_err(LowerError::build(node))?;
            return Ok(Some(Lowered::Value(value)));
        }
        let Some((shape, elements)) = self.numbers(node) else { return Ok(None) };
        let element = self.element_of_numbers(&elements);
        let constant = Constant::exact(element, &shape, elements)
            .map_err(|error| LowerError::Array { expression: node.clone(), error })?;
        let value = self.frames[frame].builder.constant(constant).map_err(LowerError::build(node))?;
        Ok(Some(Lowered::Value(value)))
    }

    /// Whether an expression is a scalar without variables.
    fn is_literal(&mut self, node: &Expr) -> bool {
        if node.is_number() || node.is(Sym::True) || node.is(Sym::False) || self.sizes.contains(node) {
            return true;
        }
        let small = match node.kind() {
            Kind::Symbol(_) => true,
            Kind::Normal(head, args) => !node.is_list() && head.is_symbol() && args.iter().all(Expr::is_number),
            _ => false,
        };
        small && self.table.is_constant(node)
    }

    /// The shape and elements of a nested list of numbers.
    fn numbers(&mut self, list: &Expr) -> Option<(Shape, Vec<Expr>)> {
        let mut shape = Shape::new();
        let mut level = vec![list.clone()];
        while level.first().is_some_and(Expr::is_list) {
            let size = level[0].len();
            if shape.len() == NESTING_LIMIT || level.iter().any(|item| !item.is_list() || item.len() != size) {
                return None;
            }
            shape.push(size);
            level = level.iter().flat_map(|item| item.args().into_owned()).collect();
        }
        level.iter().all(|item| !item.is_list() && self.is_literal(item)).then_some((shape, level))
    }

    /// The type of a list of numbers: integers, truth values, or reals.
    fn element_of_numbers(&self, elements: &[Expr]) -> ElementType {
        let integer = |e: &Expr| e.as_i64().is_some() || self.sizes.contains(e);
        if !elements.is_empty() && elements.iter().all(|e| e.is(Sym::True) || e.is(Sym::False)) {
            ElementType::Bool
        } else if !elements.is_empty() && elements.iter().all(integer) {
            ElementType::I64
        } else {
            self.real
        }
    }

    /// Reals of the precision that the program works in.
    fn in_precision(&self, node: &Expr, array: Array) -> Result<Array, LowerError> {
        match (array.doubles(), self.real) {
            (Some(values), ElementType::F32) => {
                Array::from_f32(array.shape(), values.iter().map(|&value| value as f32).collect())
                    .map_err(|error| LowerError::Array { expression: node.clone(), error })
            }
            _ => Ok(array),
        }
    }

    /// The type of a scalar without variables.
    pub(super) fn element_of_literal(&self, literal: &Expr) -> ElementType {
        match literal.kind() {
            Kind::Integer(_) => ElementType::I64,
            Kind::Symbol(_) if literal.is(Sym::True) || literal.is(Sym::False) => ElementType::Bool,
            Kind::Symbol(_) if self.sizes.contains(literal) => ElementType::I64,
            _ => self.real,
        }
    }

    /// The array that something lowered is.
    pub(super) fn array(&mut self, frame: usize, node: &Expr, lowered: &Lowered) -> Result<ValueId, LowerError> {
        match lowered {
            Lowered::Value(value) => Ok(*value),
            Lowered::Literal(literal) => {
                let element = self.element_of_literal(literal);
                let builder = &mut self.frames[frame].builder;
                let value = match (literal.kind(), element) {
                    (Kind::Integer(value), _) => builder.constant(Array::scalar(value)),
                    (Kind::Real(value), ElementType::F32) => builder.constant(Array::scalar(value as f32)),
                    (Kind::Real(value), _) => builder.constant(Array::scalar(value)),
                    _ => builder.map(literal.clone(), element, &[]),
                };
                value.map_err(LowerError::build(node))
            }
            Lowered::List(items) => {
                let values: Result<Vec<ValueId>, _> = items.iter().map(|item| self.array(frame, node, item)).collect();
                self.stack(frame, node, values?)
            }
        }
    }

    /// Values of one shape as the rows of an array.
    fn stack(&mut self, frame: usize, node: &Expr, values: Vec<ValueId>) -> Result<ValueId, LowerError> {
        let build = LowerError::build(node);
        if values.is_empty() {
            let empty = Constant::exact(self.real, &[0], vec![])
                .map_err(|error| LowerError::Array { expression: node.clone(), error })?;
            return self.frames[frame].builder.constant(empty).map_err(build);
        }
        let values = self.in_one_type(frame, node, &values)?;
        let mut rows = Vec::with_capacity(values.len());
        for value in values {
            let builder = &mut self.frames[frame].builder;
            let shape = builder.type_of(value).shape.clone();
            rows.push(builder.reshape(std::iter::once(1.into()).chain(shape), value).map_err(&build)?);
        }
        match rows.as_slice() {
            [single] => Ok(*single),
            _ => self.frames[frame].builder.concatenate(0, &rows).map_err(build),
        }
    }

    /// Values converted to the widest element type among them.
    pub(super) fn in_one_type(
        &mut self,
        frame: usize,
        node: &Expr,
        values: &[ValueId],
    ) -> Result<Vec<ValueId>, LowerError> {
        let elements = values.iter().map(|&value| self.type_of(frame, value).element);
        let Some(element) = elements.reduce(widest) else { return Ok(vec![]) };
        values.iter().map(|&value| self.converted(frame, node, value, element)).collect()
    }

    /// A value with elements of the given type.
    pub(super) fn converted(
        &mut self,
        frame: usize,
        node: &Expr,
        value: ValueId,
        element: ElementType,
    ) -> Result<ValueId, LowerError> {
        let builder = &mut self.frames[frame].builder;
        if builder.type_of(value).element == element {
            return Ok(value);
        }
        builder.convert(element, value).map_err(LowerError::build(node))
    }
}

/// The type that holds the values of both.
pub(super) fn widest(a: ElementType, b: ElementType) -> ElementType {
    let order = [ElementType::Bool, ElementType::I64, ElementType::F32, ElementType::F64, ElementType::Complex];
    let place = |element| order.iter().position(|other| *other == element);
    if place(a) < place(b) { b } else { a }
}
