//! Elements brought to other places, and elements at positions that are data.

use std::marker::PhantomData;

use netform_array::{ElementType, Layout};
use netform_expr::{Expr, NodeMap};
use netform_kernels::{Onto, Walk};

use super::{Scope, Writer, definite, step};
use crate::interpret::{InterpretError, Tensor, slide};
use crate::plan::place::{Place, Value};
use crate::plan::steps::{Draw, Gather, Order, Scatter, Step};
use crate::program::{Distribution, Padding, Type, Windows};

/// The parts of a layout in front of an axis and behind it.
fn around(layout: &Layout, axis: usize) -> Result<(Layout, Layout), InterpretError> {
    let (shape, strides) = (layout.shape(), layout.strides());
    let outer = Layout::new(layout.offset(), &shape[..axis], &strides[..axis])?;
    Ok((outer, Layout::new(0, &shape[axis + 1..], &strides[axis + 1..])?))
}

impl Writer<'_> {
    pub(super) fn pad(&mut self, padding: &Padding, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, shape) = &scope.results[0];
        let low = definite(&padding.low)?;
        let operand = self.place(scope.operands[0].clone(), *element)?;
        let value = self.place(scope.operands[1].clone(), *element)?;
        let to = self.room(*element, shape)?;
        if to.layout.is_empty() {
            return Ok(to);
        }
        self.fill(&to, &value);
        if !operand.layout.is_empty() {
            let inner = to.relayout(|layout| {
                (0..shape.len()).try_fold(layout.clone(), |layout, axis| {
                    layout.slice(axis, low[axis], padding.interior[axis] + 1, operand.shape()[axis])
                })
            })?;
            self.transfer(&operand, &inner, Onto::Replace);
        }
        Ok(to)
    }

    pub(super) fn concatenate(&mut self, axis: usize, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, shape) = &scope.results[0];
        let to = self.room(*element, shape)?;
        let mut start = 0;
        for value in &scope.operands {
            let operand = self.place(value.clone(), *element)?;
            let size = operand.shape()[axis];
            if !operand.layout.is_empty() {
                let part = to.relayout(|layout| layout.slice(axis, start, 1, size))?;
                self.transfer(&operand, &part, Onto::Replace);
            }
            start += size;
        }
        Ok(to)
    }

    pub(super) fn gather(&mut self, axis: usize, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, shape) = &scope.results[0];
        let source = self.place(scope.operands[0].clone(), *element)?;
        let positions = self.place(scope.operands[1].clone(), ElementType::I64)?;
        let to = self.room(*element, shape)?;
        let (outer, inner) = around(&source.layout, axis)?;
        let step = step!(
            source.double,
            Gather {
                outer: Place { layout: outer, ..source }.region(),
                axis: (source.layout.shape()[axis], source.layout.strides()[axis]),
                inner: Walk::new(&inner),
                positions: positions.region(),
                to: to.region()
            }
        );
        self.push(step, [source.buffer, positions.buffer, to.buffer]);
        Ok(to)
    }

    pub(super) fn scatter_add(&mut self, axis: usize, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, _) = &scope.results[0];
        let base = self.place(scope.operands[0].clone(), *element)?;
        let positions = self.place(scope.operands[1].clone(), ElementType::I64)?;
        let updates = self.place(scope.operands[2].clone(), *element)?;
        let to = self.copied(&base, *element)?;
        let (outer, inner) = around(&to.layout, axis)?;
        let step = step!(
            to.double,
            Scatter {
                outer: Place { layout: outer, ..to }.region(),
                axis: (to.layout.shape()[axis], to.layout.strides()[axis]),
                inner: inner.len(),
                positions: positions.region(),
                updates: updates.region()
            }
        );
        self.push(step, [to.buffer, positions.buffer, updates.buffer]);
        Ok(to)
    }

    pub(super) fn overlap_add(&mut self, windows: &Windows, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, shape) = &scope.results[0];
        let sizes = definite(&windows.sizes)?;
        let operand = self.place(scope.operands[0].clone(), *element)?;
        let zero = self.place(Value::Known(Tensor::scalar(0.0)), *element)?;
        let to = self.room(*element, shape)?;
        if to.layout.is_empty() {
            return Ok(to);
        }
        self.fill(&to, &zero);
        let targets = to.relayout(|layout| slide(layout, windows, &sizes))?;
        self.transfer(&operand, &targets, Onto::Add);
        Ok(to)
    }

    pub(super) fn order(&mut self, axis: usize, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let (element, shape) = &scope.results[0];
        let operand = self.place(scope.operands[0].clone(), scope.types[0].element)?;
        let rank = shape.len();
        let axes: Vec<usize> = (0..rank).filter(|&other| other != axis).chain([axis]).collect();
        let lines = operand.relayout(|layout| layout.transpose(&axes))?;
        let to = self.room(*element, lines.shape())?;
        let (outer, _) = around(&lines.layout, rank - 1)?;
        let step = step!(
            operand.double,
            Order {
                lines: Place { layout: outer, ..lines }.region(),
                axis: (lines.layout.shape()[rank - 1], lines.layout.strides()[rank - 1]),
                to: to.region()
            }
        );
        self.push(step, [lines.buffer, to.buffer]);
        let mut back = vec![0; rank];
        for (place, &axis) in axes.iter().enumerate() {
            back[axis] = place;
        }
        Ok(to.relayout(|layout| layout.transpose(&back))?)
    }

    pub(super) fn random(
        &mut self,
        label: &Expr,
        distribution: &Distribution,
        value_type: &Type,
        shape: &[usize],
    ) -> Result<Place, InterpretError> {
        let mut parameters = NodeMap::default();
        for parameter in distribution.parameters.iter().filter(|parameter| parameter.as_number().is_none()) {
            if let Some(value) = self.functions.constant(parameter) {
                parameters.insert(parameter.clone(), value);
            }
        }
        let to = self.room(value_type.element, shape)?;
        let step = step!(
            to.double,
            Draw {
                label: label.clone(),
                distribution: distribution.clone(),
                parameters,
                value_element: value_type.element,
                shape: shape.into(),
                to: to.region()
            }
        );
        self.push(step, [to.buffer]);
        Ok(to)
    }
}
