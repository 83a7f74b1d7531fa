//! Shapes, and what changes them.

use std::rc::Rc;

use netform_compile::{Dims, Type};

use super::graph::Attribute;
use super::program::{Exporter, Tensor, Written};

impl Exporter<'_> {
    pub(super) fn transpose(&mut self, a: &Tensor, axes: &[usize]) -> Tensor {
        let shape: Dims = axes.iter().map(|&axis| a.shape[axis].clone()).collect();
        let thin = axes.iter().map(|&axis| a.thin[axis]).collect();
        let in_order = axes.iter().enumerate().all(|(place, axis)| place == *axis);
        let name = match in_order {
            true => Rc::clone(&a.name),
            false => {
                let order = axes.iter().map(|&axis| axis as i64).collect();
                self.builder.node("Transpose", &[&a.name], vec![("perm", Attribute::Integers(order))])
            }
        };
        Tensor { name, element: a.element, shape, thin }
    }

    pub(super) fn broadcast(&mut self, a: &Tensor, axes: &[usize], result: &Type) -> Written<Tensor> {
        let rank = result.shape.len();
        let new: Vec<i64> = (0..rank).filter(|axis| !axes.contains(axis)).map(|axis| axis as i64).collect();
        let name = match new.is_empty() {
            true => Rc::clone(&a.name),
            false => {
                let new = self.builder.integers(&new);
                self.builder.node("Unsqueeze", &[&a.name, &new], vec![])
            }
        };
        let thin = (0..rank).map(|axis| match axes.iter().position(|&place| place == axis) {
            Some(own) => a.thin[own] || a.shape[own] != result.shape[axis],
            None => result.shape[axis].as_integer() != Some(1),
        });
        Ok(Tensor { name, element: a.element, shape: result.shape.clone(), thin: thin.collect() })
    }

    pub(super) fn reshape(&mut self, a: &Tensor, shape: &Dims) -> Written<Tensor> {
        let a = self.full(a)?;
        if a.shape == *shape {
            return Ok(a);
        }
        let unknown = shape.iter().filter(|dim| dim.as_integer().is_none()).count();
        let wanted = match unknown {
            1 => {
                let sizes: Vec<i64> = shape.iter().map(|dim| dim.as_integer().unwrap_or(-1)).collect();
                self.builder.integers(&sizes)
            }
            _ => self.dimensions(shape)?,
        };
        let name = self.builder.node("Reshape", &[&a.name, &wanted], vec![]);
        Ok(Tensor::new(name, a.element, shape))
    }
}
