//! Elements combined to one along axes.

use std::rc::Rc;

use netform_compile::{Dims, Reduction, ReductionKind, Type};

use super::element::Element;
use super::graph::{Attribute, Name};
use super::program::{Exporter, Held, Tensor, Written};

impl Exporter<'_> {
    pub(super) fn reduce(&mut self, reduction: &Reduction, a: &Held, result: &Type) -> Written<Tensor> {
        if a.shape().iter().any(|dim| dim.as_integer() == Some(0)) {
            return self.of_nothing(reduction.kind, result);
        }
        if let Some(pooled) = self.pooled(reduction, a, result)? {
            return Ok(pooled);
        }
        let a = self.tensor(a)?;
        let kept: Vec<bool> = (0..a.shape.len()).map(|axis| !reduction.axes.contains(&axis)).collect();
        let counts = matches!(reduction.kind, ReductionKind::Sum | ReductionKind::Product | ReductionKind::ArgMax);
        let a = if counts { self.wide(&a, &reduction.axes)? } else { a };
        let thin: Vec<bool> = a.thin.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(thin, _)| *thin).collect();
        let made = |name: Name, element: Element| Tensor { name, element, shape: result.shape.clone(), thin };
        let operator = match reduction.kind {
            ReductionKind::Sum => "ReduceSum",
            ReductionKind::Product => "ReduceProd",
            ReductionKind::Max | ReductionKind::Or => "ReduceMax",
            ReductionKind::Min | ReductionKind::And => "ReduceMin",
            ReductionKind::Shift => {
                let largest = self.combined("ReduceMax", &a.name, &reduction.axes);
                let zero = self.builder.constant(a.element, &[], &[0.0]);
                let difference = self.builder.node("Sub", &[&largest, &largest], vec![]);
                let is_finite = self.builder.node("Equal", &[&difference, &zero], vec![]);
                let name = self.builder.node("Where", &[&is_finite, &largest, &zero], vec![]);
                return Ok(made(name, a.element));
            }
            ReductionKind::ArgMax => {
                let name = self.place_of_largest(&a, &reduction.axes, &kept)?;
                return Ok(made(name, Element::Integer));
            }
        };
        if a.element != Element::Truth {
            return Ok(made(self.combined(operator, &a.name, &reduction.axes), a.element));
        }
        let numbers = self.cast(&a, Element::Integer);
        let name = self.combined(operator, &numbers.name, &reduction.axes);
        let combined = made(name, Element::Integer);
        Ok(self.cast(&combined, Element::Truth))
    }

    /// The value where there are no elements.
    fn of_nothing(&mut self, kind: ReductionKind, result: &Type) -> Written<Tensor> {
        let value = match kind {
            ReductionKind::Sum | ReductionKind::Or | ReductionKind::Shift | ReductionKind::ArgMax => 0.0,
            ReductionKind::Product | ReductionKind::And => 1.0,
            ReductionKind::Max => f64::NEG_INFINITY,
            ReductionKind::Min => f64::INFINITY,
        };
        let filled = self.filled(value, result)?;
        self.tensor(&filled)
    }

    fn combined(&mut self, operator: &'static str, name: &Name, axes: &[usize]) -> Name {
        if axes.is_empty() {
            return Rc::clone(name);
        }
        let axes: Vec<i64> = axes.iter().map(|&axis| axis as i64).collect();
        let axes = self.builder.integers(&axes);
        self.builder.node(operator, &[name, &axes], vec![("keepdims", Attribute::Integer(0))])
    }

    /// The position of the first largest element in the row of all reduced axes, from 1.
    fn place_of_largest(&mut self, a: &Tensor, axes: &[usize], kept: &[bool]) -> Written<Name> {
        let order: Vec<usize> = (0..kept.len()).filter(|&axis| kept[axis]).chain(axes.iter().copied()).collect();
        let mut row = self.transpose(a, &order);
        let outer = kept.len() - axes.len();
        if axes.len() != 1 {
            row = self.full(&row)?;
            let inner = Dims::from_iter(row.shape[outer..].iter().cloned());
            let inner = netform_compile::Dim::product(&inner).map_err(|error| error.to_string())?;
            let shape: Dims = row.shape[..outer].iter().cloned().chain([inner]).collect();
            row = self.reshape(&row, &shape)?;
        }
        if row.element == Element::Truth {
            row = self.cast(&row, Element::Integer);
        }
        let attributes = vec![("axis", Attribute::Integer(outer as i64)), ("keepdims", Attribute::Integer(0))];
        let place = self.builder.node("ArgMax", &[&row.name], attributes);
        let one = self.builder.constant(Element::Integer, &[], &[1.0]);
        Ok(self.builder.node("Add", &[&place, &one], vec![]))
    }
}
