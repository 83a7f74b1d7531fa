//! Shapes: known dimensions, those that depend on the number of examples, and what changes them.

use std::rc::Rc;

use netform_compile::{Dim, Dims, Sizes, Type};

use super::graph::{Attribute, Name};
use super::program::{Exporter, Tensor, Written};

impl Exporter<'_> {
    /// Dimensions as a list of integers.
    pub(super) fn dimensions(&mut self, dims: &[Dim]) -> Written<Name> {
        let known: Option<Vec<i64>> = dims.iter().map(Dim::as_integer).collect();
        if let Some(known) = known {
            return Ok(self.builder.integers(&known));
        }
        let mut parts = Vec::with_capacity(dims.len());
        for dim in dims {
            parts.push(match dim.as_integer() {
                Some(size) => self.builder.integers(&[size]),
                None => self.dimension(dim)?,
            });
        }
        if let [single] = parts.as_slice() {
            return Ok(Rc::clone(single));
        }
        let parts: Vec<&Name> = parts.iter().collect();
        Ok(self.builder.node("Concat", &parts, vec![("axis", Attribute::Integer(0))]))
    }

    /// A dimension that depends on the number of examples, as a list with one element.
    fn dimension(&mut self, dim: &Dim) -> Written<Name> {
        let unknown = || format!("the size {dim} is not known");
        let (symbol, input) = self.examples.clone().ok_or_else(unknown)?;
        let value = |size: usize| {
            let sizes: Sizes = [(symbol.clone(), size)].into_iter().collect();
            dim.value(&sizes).map_err(|error| error.to_string())
        };
        // Lines through two values; a further one tells that it is a line.
        let (one, two, seven) = (value(1)?, value(2)?, value(7)?);
        let (slope, constant) = (two - one, 2 * one - two);
        if 7 * slope + constant != seven {
            return Err(unknown());
        }
        let ends = vec![("start", Attribute::Integer(0)), ("end", Attribute::Integer(1))];
        let mut name = self.builder.node("Shape", &[&input], ends);
        for (operator, number, nothing) in [("Mul", slope, 1), ("Add", constant, 0)] {
            if number != nothing {
                let number = self.builder.integers(&[number]);
                name = self.builder.node(operator, &[&name, &number], vec![]);
            }
        }
        Ok(name)
    }

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
