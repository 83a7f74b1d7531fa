//! What takes, puts and moves elements: slices, padding, positions, windows.

use std::rc::Rc;

use netform_compile::{Dim, Dims, Operation, Padding, Slicing, Type, Windows};

use super::element::Element;
use super::graph::{Attribute, Name};
use super::program::{Exporter, Tensor, Written};

impl Exporter<'_> {
    pub(super) fn rearranged(&mut self, operation: &Operation, operands: &[Tensor], result: &Type) -> Written<Tensor> {
        let a = &operands[0];
        match operation {
            Operation::Slice(slicing) => self.slice(a, slicing, result),
            Operation::Reverse { axes } => {
                let axes: Vec<usize> = axes.iter().copied().filter(|&axis| !a.thin[axis]).collect();
                let [last, before_all] = [-1, i64::MIN + 1].map(|place| vec![Dim::integer(place); axes.len()]);
                let name = self.sliced(&a.name, &last, &before_all, &axes, &vec![-1; axes.len()])?;
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
    fn sliced(&mut self, name: &Name, starts: &[Dim], ends: &[Dim], axes: &[usize], steps: &[i64]) -> Written<Name> {
        if axes.is_empty() {
            return Ok(Rc::clone(name));
        }
        let axes: Vec<i64> = axes.iter().map(|&axis| axis as i64).collect();
        let (starts, ends) = (self.dimensions(starts)?, self.dimensions(ends)?);
        let lists = [&axes, steps].map(|list| self.builder.integers(list));
        Ok(self.builder.node("Slice", &[name, &starts, &ends, &lists[0], &lists[1]], vec![]))
    }

    fn slice(&mut self, a: &Tensor, slicing: &Slicing, result: &Type) -> Written<Tensor> {
        let (mut starts, mut ends, mut axes, mut steps) = (vec![], vec![], vec![], vec![]);
        for axis in 0..a.shape.len() {
            let step = slicing.step[axis] as i64;
            if a.thin[axis] || a.shape[axis] == slicing.size[axis] && step == 1 {
                continue;
            }
            let (start, size) = (&slicing.start[axis], &slicing.size[axis]);
            // Behind the last element, and nowhere before the first where there is none.
            let last = size.subtract(&Dim::from(1)).and_then(|last| last.multiply(&Dim::integer(step)));
            let end = last.and_then(|last| start.add(&last)?.add(&Dim::from(1))?.max(start));
            starts.push(start.clone());
            ends.push(end.map_err(|error| error.to_string())?);
            steps.push(step);
            axes.push(axis);
        }
        let name = self.sliced(&a.name, &starts, &ends, &axes, &steps)?;
        let thin = (0..a.thin.len()).map(|axis| a.thin[axis] && result.shape[axis].as_integer() != Some(1)).collect();
        Ok(Tensor { name, element: a.element, shape: result.shape.clone(), thin })
    }

    fn pad(&mut self, a: &Tensor, fill: &Tensor, padding: &Padding, result: &Type) -> Written<Tensor> {
        let mut a = self.full(a)?;
        for (axis, &between) in padding.interior.iter().enumerate() {
            if between > 0 && a.shape[axis].as_integer() != Some(1) {
                a = self.spread(&a, axis, between, fill)?;
            }
        }
        let pads: Vec<Dim> = padding.low.iter().chain(&padding.high).cloned().collect();
        if pads.iter().all(|pad| pad.as_integer() == Some(0)) {
            return Ok(Tensor::new(a.name, a.element, &result.shape));
        }
        if a.shape.iter().any(|dim| dim.as_integer() == Some(0)) {
            return self.broadcast_number(fill, result);
        }
        let pads = self.dimensions(&pads)?;
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
        let mut shape = a.shape.clone();
        let whole = shape[axis].multiply(&Dim::from(between + 1)).map_err(|error| error.to_string())?;
        shape[axis] = whole.clone();
        let sizes = self.dimensions(&shape)?;
        let joined = self.builder.node("Reshape", &[&padded, &sizes], vec![]);
        let end = whole.subtract(&Dim::from(between)).map_err(|error| error.to_string())?;
        let name = self.sliced(&joined, &[Dim::from(0)], std::slice::from_ref(&end), &[axis], &[1])?;
        shape[axis] = end;
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
            let places = self.places_of(windows, k, &shape[axis], &shape[rank + k])?;
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

    /// The places that windows read along one of their axes: a row for each position, counted from 0.
    fn places_of(&mut self, windows: &Windows, k: usize, positions: &Dim, size: &Dim) -> Written<Name> {
        let (step, apart) = (windows.strides[k] as i64, windows.dilations[k] as i64);
        if let (Some(positions), Some(size)) = (positions.as_integer(), size.as_integer()) {
            let places = (0..positions).flat_map(|p| (0..size).map(move |u| (p * step + u * apart) as f64));
            let places: Vec<f64> = places.collect();
            return Ok(self.builder.constant(Element::Integer, &[positions, size], &places));
        }
        let mut sides = Vec::with_capacity(2);
        for (count, factor, shape) in [(positions, step, [-1, 1]), (size, apart, [1, -1])] {
            let counted = self.counted(count)?;
            let factor = self.builder.constant(Element::Integer, &[], &[factor as f64]);
            let places = self.builder.node("Mul", &[&counted, &factor], vec![]);
            let shape = self.builder.integers(&shape);
            sides.push(self.builder.node("Reshape", &[&places, &shape], vec![]));
        }
        Ok(self.builder.node("Add", &[&sides[0], &sides[1]], vec![]))
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
            let mut shape = moved.shape.clone();
            let size = shape.remove(axis + 1);
            let places = self.places_of(windows, k, &shape[axis], &size)?;
            shape[axis] = shape[axis].multiply(&size).map_err(|error| error.to_string())?;
            let updates = self.reshape(&moved, &shape)?;
            let mut row = vec![1; shape.len()];
            row[axis] = -1;
            let row = self.builder.integers(&row);
            let name = self.builder.node("Reshape", &[&places, &row], vec![]);
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
