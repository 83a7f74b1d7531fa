//! What takes, puts and moves elements: slices, padding, positions, windows.

use std::rc::Rc;

use netform_compile::{Dim, Dims, Operation, Padding, Slicing, Type, Windows};

use super::graph::{Attribute, Element, Name};
use super::program::{Exporter, Tensor, Written};

impl Exporter<'_> {
    pub(super) fn rearranged(&mut self, operation: &Operation, operands: &[Tensor], result: &Type) -> Written<Tensor> {
        let a = &operands[0];
        match operation {
            Operation::Slice(slicing) => self.slice(a, slicing, result),
            Operation::Reverse { axes } => {
                let axes: Vec<usize> = axes.iter().copied().filter(|&axis| !a.thin[axis]).collect();
                let count = axes.len();
                let name = self.sliced(&a.name, &vec![-1; count], &vec![i64::MIN + 1; count], &axes, &vec![-1; count]);
                Ok(Tensor { name, ..a.clone() })
            }
            Operation::Pad(padding) => self.pad(a, &operands[1], padding, result),
            Operation::Concatenate { axis } => self.concatenate(*axis, operands, result),
            Operation::Gather { axis } => self.gather(*axis, a, &operands[1], result),
            Operation::ScatterAdd { axis } => self.scatter_add(*axis, operands, result),
            other => Err(format!("{} has no operators in ONNX", other.name())),
        }
    }

    /// The elements at ranges of positions along axes.
    fn sliced(&mut self, name: &Name, starts: &[i64], ends: &[i64], axes: &[usize], steps: &[i64]) -> Name {
        if axes.is_empty() {
            return Rc::clone(name);
        }
        let axes: Vec<i64> = axes.iter().map(|&axis| axis as i64).collect();
        let lists = [starts, ends, &axes, steps].map(|list| self.builder.integers(list));
        self.builder.node("Slice", &[name, &lists[0], &lists[1], &lists[2], &lists[3]], vec![])
    }

    fn slice(&mut self, a: &Tensor, slicing: &Slicing, result: &Type) -> Written<Tensor> {
        let (mut starts, mut ends, mut axes, mut steps) = (vec![], vec![], vec![], vec![]);
        for axis in 0..a.shape.len() {
            let step = slicing.step[axis] as i64;
            if a.thin[axis] || a.shape[axis] == slicing.size[axis] && step == 1 {
                continue;
            }
            let (start, size) = (known(&slicing.start[axis])?, known(&slicing.size[axis])?);
            starts.push(start);
            ends.push(if size == 0 { start } else { start + step * (size - 1) + 1 });
            steps.push(step);
            axes.push(axis);
        }
        let name = self.sliced(&a.name, &starts, &ends, &axes, &steps);
        let thin = (0..a.thin.len()).map(|axis| a.thin[axis] && result.shape[axis].as_integer() != Some(1)).collect();
        Ok(Tensor { name, element: a.element, shape: result.shape.clone(), thin })
    }

    fn pad(&mut self, a: &Tensor, fill: &Tensor, padding: &Padding, result: &Type) -> Written<Tensor> {
        let mut a = self.full(a)?;
        let (low, high) = (known_all(&padding.low)?, known_all(&padding.high)?);
        for (axis, &between) in padding.interior.iter().enumerate() {
            if between > 0 && a.shape[axis].as_integer() != Some(1) {
                a = self.spread(&a, axis, between, fill)?;
            }
        }
        let a = if a.shape.iter().any(|dim| dim.as_integer() == Some(0)) {
            let (low, high) = (low.iter().sum::<i64>(), high.iter().sum::<i64>());
            return match low + high {
                0 => Ok(a),
                _ => self.broadcast_number(fill, result),
            };
        } else {
            a
        };
        let pads: Vec<i64> = low.into_iter().chain(high).collect();
        if pads.iter().all(|pad| *pad == 0) {
            return Ok(Tensor::new(a.name, a.element, &result.shape));
        }
        let pads = self.builder.integers(&pads);
        let name = self.builder.node("Pad", &[&a.name, &pads, &fill.name], vec![]);
        Ok(Tensor::new(name, a.element, &result.shape))
    }

    /// A single number for all elements.
    fn broadcast_number(&mut self, number: &Tensor, result: &Type) -> Written<Tensor> {
        let ones = self.builder.integers(&vec![1; result.shape.len()]);
        let name = self.builder.node("Reshape", &[&number.name, &ones], vec![]);
        Ok(Tensor { name, element: number.element, shape: result.shape.clone(), thin: self.ones(result) })
    }

    /// So many copies of a number between neighbours along an axis.
    fn spread(&mut self, a: &Tensor, axis: usize, between: usize, fill: &Tensor) -> Written<Tensor> {
        let place = self.builder.integers(&[axis as i64 + 1]);
        let apart = self.builder.node("Unsqueeze", &[&a.name, &place], vec![]);
        let rank = a.shape.len() + 1;
        let mut pads = vec![0; 2 * rank];
        pads[rank + axis + 1] = between as i64;
        let pads = self.builder.integers(&pads);
        let padded = self.builder.node("Pad", &[&apart, &pads, &fill.name], vec![]);
        let size = known(&a.shape[axis])?;
        let whole = size * (between as i64 + 1);
        let mut shape = a.shape.clone();
        shape[axis] = Dim::integer(whole);
        let sizes = self.dimensions(&shape)?;
        let joined = self.builder.node("Reshape", &[&padded, &sizes], vec![]);
        shape[axis] = Dim::integer(whole - between as i64);
        let name = self.sliced(&joined, &[0], &[whole - between as i64], &[axis], &[1]);
        Ok(Tensor::new(name, a.element, &shape))
    }

    fn concatenate(&mut self, axis: usize, operands: &[Tensor], result: &Type) -> Written<Tensor> {
        let rank = result.shape.len();
        let all_thin = |other: usize| other != axis && operands.iter().all(|operand| operand.thin[other]);
        let wide: Vec<usize> = (0..rank).filter(|other| !all_thin(*other)).collect();
        let mut parts = Vec::with_capacity(operands.len());
        for operand in operands {
            if operand.shape[axis].as_integer() != Some(0) {
                parts.push(self.wide(operand, &wide)?.name);
            }
        }
        let name = match parts.as_slice() {
            [single] => Rc::clone(single),
            _ => {
                let parts: Vec<&Name> = parts.iter().collect();
                self.builder.node("Concat", &parts, vec![("axis", Attribute::Integer(axis as i64))])
            }
        };
        let thin = (0..rank).map(all_thin).collect();
        Ok(Tensor { name, element: operands[0].element, shape: result.shape.clone(), thin })
    }

    /// Positions counted from 0.
    fn counted_from_zero(&mut self, positions: &Tensor) -> Name {
        let one = self.builder.constant(Element::Integer, &[], &[1.0]);
        self.builder.node("Sub", &[&positions.name, &one], vec![])
    }

    fn gather(&mut self, axis: usize, a: &Tensor, positions: &Tensor, result: &Type) -> Written<Tensor> {
        let a = self.wide(a, &[axis])?;
        let places = self.counted_from_zero(positions);
        let name = self.builder.node("Gather", &[&a.name, &places], vec![("axis", Attribute::Integer(axis as i64))]);
        let before = a.thin[..axis].iter();
        let thin = before.chain(&positions.thin).chain(&a.thin[axis + 1..]).copied().collect();
        Ok(Tensor { name, element: a.element, shape: result.shape.clone(), thin })
    }

    fn scatter_add(&mut self, axis: usize, operands: &[Tensor], result: &Type) -> Written<Tensor> {
        let [a, positions, updates] = operands else { return Err("scatter_add has three operands".to_owned()) };
        let a = self.full(a)?;
        if updates.shape.iter().any(|dim| dim.as_integer() == Some(0)) {
            return Ok(a);
        }
        let count = Dim::product(&positions.shape).map_err(|error| error.to_string())?;
        let mut shape: Dims = result.shape.clone();
        shape[axis] = count.clone();
        let updates = self.reshape(updates, &shape)?;
        let positions = self.full(positions)?;
        let places = Tensor { name: self.counted_from_zero(&positions), ..positions };
        let mut row: Dims = vec![Dim::from(1); shape.len()].into();
        row[axis] = count;
        let mut places = self.reshape(&places, &row)?;
        places.thin = (0..shape.len()).map(|other| other != axis && shape[other].as_integer() != Some(1)).collect();
        places.shape = shape;
        let places = self.full(&places)?;
        Ok(self.scattered(&a, axis, &places.name, &updates.name))
    }

    /// An array with others added at positions along an axis.
    fn scattered(&mut self, a: &Tensor, axis: usize, places: &Name, updates: &Name) -> Tensor {
        let attributes =
            vec![("axis", Attribute::Integer(axis as i64)), ("reduction", Attribute::Text("add".to_owned()))];
        let name = self.builder.node("ScatterElements", &[&a.name, places, updates], attributes);
        Tensor::new(name, a.element, &a.shape)
    }

    /// Windows that slide over an array, as an array.
    pub(super) fn windows(&mut self, a: &Tensor, windows: &Windows, shape: &Dims) -> Written<Tensor> {
        let a = self.wide(a, &windows.axes)?;
        let (mut name, rank) = (Rc::clone(&a.name), a.shape.len());
        // The axes that there are: those of the array, and those of windows behind them.
        let mut order: Vec<usize> = (0..rank).collect();
        for (k, &axis) in windows.axes.iter().enumerate() {
            let (positions, size) = (known(&shape[axis])?, known(&shape[rank + k])?);
            let (step, apart) = (windows.strides[k] as i64, windows.dilations[k] as i64);
            let places = (0..positions).flat_map(|p| (0..size).map(move |u| (p * step + u * apart) as f64));
            let places: Vec<f64> = places.collect();
            let places = self.builder.constant(Element::Integer, &[positions, size], &places);
            let place = order.iter().position(|other| *other == axis).unwrap_or(axis);
            name = self.builder.node("Gather", &[&name, &places], vec![("axis", Attribute::Integer(place as i64))]);
            order.insert(place + 1, rank + k);
        }
        let inverse: Vec<i64> =
            (0..order.len()).map(|axis| order.iter().position(|other| *other == axis).unwrap_or(axis) as i64).collect();
        if !inverse.is_sorted() {
            name = self.builder.node("Transpose", &[&name], vec![("perm", Attribute::Integers(inverse))]);
        }
        let thin = a.thin.iter().copied().chain(windows.axes.iter().map(|_| false)).collect();
        Ok(Tensor { name, element: a.element, shape: shape.clone(), thin })
    }

    /// Windows added where they overlap: for one axis after the other.
    pub(super) fn overlap_add(&mut self, a: &Tensor, windows: &Windows, result: &Type) -> Written<Tensor> {
        let mut a = self.full(a)?;
        let rank = result.shape.len();
        for (k, &axis) in windows.axes.iter().enumerate().rev() {
            // The windows' axis stands last, and goes behind that of its positions.
            let last = rank + k;
            let order = (0..=axis).chain([last]).chain(axis + 1..last);
            let order: Vec<usize> = order.collect();
            let moved = self.transpose(&a, &order);
            let (positions, size) = (known(&moved.shape[axis])?, known(&moved.shape[axis + 1])?);
            let (step, apart) = (windows.strides[k] as i64, windows.dilations[k] as i64);
            let mut shape = moved.shape.clone();
            shape.remove(axis + 1);
            shape[axis] = Dim::integer(positions * size);
            let updates = self.reshape(&moved, &shape)?;
            let places = (0..positions).flat_map(|p| (0..size).map(move |u| (p * step + u * apart) as f64));
            let places: Vec<f64> = places.collect();
            let mut row = vec![1; shape.len()];
            row[axis] = positions * size;
            let name = self.builder.constant(Element::Integer, &row, &places);
            let thin = (0..shape.len()).map(|other| other != axis && shape[other].as_integer() != Some(1)).collect();
            let places = Tensor { name, element: Element::Integer, shape: shape.clone(), thin };
            let places = self.full(&places)?;
            shape[axis] = result.shape[axis].clone();
            let base = Type { element: result.element, shape };
            let base = self.filled(0.0, &base)?;
            let base = self.tensor(&base)?;
            let base = self.full(&base)?;
            a = self.scattered(&base, axis, &places.name, &updates.name);
        }
        Ok(a)
    }
}

/// A size, which must be known.
pub(super) fn known(dim: &Dim) -> Written<i64> {
    dim.as_integer().ok_or_else(|| format!("the size {dim} is not known"))
}

pub(super) fn known_all(dims: &[Dim]) -> Written<Vec<i64>> {
    dims.iter().map(known).collect()
}
