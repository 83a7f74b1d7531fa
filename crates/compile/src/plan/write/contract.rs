//! Sums of products: as matrix products, two operands at a time.

use std::marker::PhantomData;
use std::sync::Arc;

use netform_array::{ElementType, Layout, Shape, element_count};
use netform_kernels::{Code, Packed, Places, Sizes, Walk, Windows, packed_len};

use super::{PackedBefore, Scope, Writer, Written};
use crate::interpret::{InterpretError, Tensor};
use crate::plan::memory::Stored;
use crate::plan::place::{BufferId, Place, Value};
use crate::plan::steps::{Fold, Map, Pack, Product, Right, Step};
use crate::plan::tapes::{Source, Tapes};
use crate::program::{Contraction, Label};

/// An operand with a label for each of its axes.
#[derive(Clone)]
pub(super) struct Factor {
    pub(super) value: Value,
    pub(super) labels: Vec<Label>,
}

impl Factor {
    fn shape(&self) -> &[usize] {
        match &self.value {
            Value::Known(tensor) => tensor.shape(),
            Value::At(place) => place.shape(),
        }
    }

    pub(super) fn size(&self, label: Label) -> usize {
        self.axis(label).map_or(1, |axis| self.shape()[axis])
    }

    fn axis(&self, label: Label) -> Option<usize> {
        self.labels.iter().position(|other| *other == label)
    }

    /// The factor with its axes in another order.
    pub(super) fn ordered(&self, labels: &[Label]) -> Result<Factor, InterpretError> {
        let axes: Vec<usize> = labels.iter().filter_map(|&label| self.axis(label)).collect();
        let value = match &self.value {
            Value::Known(tensor) => Value::Known(tensor.relayout(|layout| layout.transpose(&axes))?),
            Value::At(place) => Value::At(place.relayout(|layout| layout.transpose(&axes))?),
        };
        Ok(Factor { value, labels: labels.to_vec() })
    }
}

/// The labels of a product of two factors.
pub(super) struct Roles {
    /// In both factors and in the result.
    pub(super) batch: Vec<Label>,
    /// In the left factor and in the result.
    pub(super) rows: Vec<Label>,
    /// In both factors only.
    pub(super) depth: Vec<Label>,
    /// In the right factor and in the result.
    pub(super) columns: Vec<Label>,
}

impl Writer<'_> {
    pub(super) fn contract(&mut self, contraction: &Contraction, scope: &Scope<'_>) -> Result<Place, InterpretError> {
        let element = scope.results[0].0;
        let factors = scope.operands.iter().zip(&contraction.operands);
        let factors: Vec<Factor> =
            factors.map(|(value, labels)| Factor { value: value.clone(), labels: labels.to_vec() }).collect();
        let mut done: Option<Factor> = None;
        for (place, factor) in factors.iter().enumerate() {
            let later = factors[place + 1..].iter().flat_map(|factor| &factor.labels);
            let wanted: Vec<Label> = contraction.result.iter().chain(later).copied().collect();
            let others: Vec<Label> = wanted.iter().copied().chain(done.iter().flat_map(|f| f.labels.clone())).collect();
            let factor = self.reduced(factor, &others, element)?;
            done = Some(match done {
                None => factor,
                Some(left) => {
                    let left = self.reduced(&left, &[wanted.as_slice(), &factor.labels].concat(), element)?;
                    self.product(left, factor, &wanted, &contraction.result, element)?
                }
            });
        }
        let done = done.ok_or(InterpretError::Invalid("a contraction of nothing"))?;
        let done = self.reduced(&done, &contraction.result, element)?.ordered(&contraction.result)?;
        self.place(done.value, element)
    }

    /// The factor on the diagonal of repeated labels, added up along labels that are not wanted.
    fn reduced(&mut self, factor: &Factor, wanted: &[Label], element: ElementType) -> Result<Factor, InterpretError> {
        let mut factor = factor.clone();
        while let Some((axis, other)) = repeated(&factor.labels) {
            factor.value = match factor.value {
                Value::Known(tensor) => Value::Known(tensor.relayout(|layout| layout.diagonal(axis, other))?),
                Value::At(place) => Value::At(place.relayout(|layout| layout.diagonal(axis, other))?),
            };
            factor.labels.remove(other);
        }
        let axes: Vec<usize> =
            (0..factor.labels.len()).filter(|&axis| !wanted.contains(&factor.labels[axis])).collect();
        if axes.is_empty() {
            return Ok(factor);
        }
        let place = self.place(factor.value, element)?;
        let kept: Vec<usize> = (0..factor.labels.len()).filter(|axis| !axes.contains(axis)).collect();
        let shape: Shape = kept.iter().map(|&axis| place.shape()[axis]).collect();
        let to = self.room(element, &shape)?;
        self.fold_axes(Fold::Combine(netform_kernels::Combine::Sum), &place, &axes, &to)?;
        Ok(Factor { value: Value::At(to), labels: kept.into_iter().map(|axis| factor.labels[axis]).collect() })
    }

    /// The product of two factors, added up along labels that are not wanted. `result` are the labels of the whole
    /// contraction.
    fn product(
        &mut self,
        left: Factor,
        right: Factor,
        wanted: &[Label],
        result: &[Label],
        element: ElementType,
    ) -> Result<Factor, InterpretError> {
        // The columns of a product follow each other; and matrices that are known are packed once.
        let only_left = |label: Label| left.axis(label).is_some() && right.axis(label).is_none();
        let only_right = |label: Label| right.axis(label).is_some() && left.axis(label).is_none();
        let is_known = |factor: &Factor| matches!(factor.value, Value::Known(_));
        let swap = match result.last().copied() {
            Some(last) if only_left(last) => true,
            Some(last) if only_right(last) => false,
            _ => is_known(&left) && !is_known(&right),
        };
        let (left, right) = if swap { (right, left) } else { (left, right) };
        let of = |factor: &Factor, other: &Factor, both: bool, kept: bool| -> Vec<Label> {
            let labels = factor.labels.iter().copied();
            labels.filter(|&label| other.axis(label).is_some() == both && wanted.contains(&label) == kept).collect()
        };
        let roles = Roles {
            batch: of(&left, &right, true, true),
            rows: of(&left, &right, false, true),
            depth: of(&left, &right, true, false),
            columns: of(&right, &left, false, true),
        };
        let size = |labels: &[Label]| {
            let size = |&label: &Label| if left.axis(label).is_some() { left.size(label) } else { right.size(label) };
            element_count(&labels.iter().map(size).collect::<Shape>())
        };
        let sizes = Sizes { rows: size(&roles.rows)?, depth: size(&roles.depth)?, columns: size(&roles.columns)? };
        let batch = size(&roles.batch)?;
        if roles.depth.is_empty() || (sizes.rows * sizes.columns <= 1 && batch > 1) {
            return self.outer_product(&left, &right, &roles, element);
        }
        let sliding = match element {
            ElementType::F32 => self.sliding_product::<f32>(&left, &right, &roles, result, element)?,
            _ => self.sliding_product::<f64>(&left, &right, &roles, result, element)?,
        };
        if let Some(product) = sliding {
            return Ok(product);
        }
        match element {
            ElementType::F32 => self.matrix_product::<f32>(&left, &right, &roles, sizes, batch, element),
            _ => self.matrix_product::<f64>(&left, &right, &roles, sizes, batch, element),
        }
    }

    /// All products, then their sums.
    fn outer_product(
        &mut self,
        left: &Factor,
        right: &Factor,
        roles: &Roles,
        element: ElementType,
    ) -> Result<Factor, InterpretError> {
        let labels = [roles.batch.as_slice(), &roles.rows, &roles.columns, &roles.depth].concat();
        let shape: Shape =
            labels.iter().map(|&l| if left.axis(l).is_some() { left.size(l) } else { right.size(l) }).collect();
        let mut inputs = Vec::with_capacity(2);
        for factor in [left, right] {
            let place = self.place(factor.value.clone(), element)?;
            let step = |label: &Label| factor.axis(*label).map_or(0, |axis| place.layout.strides()[axis]);
            let steps: Vec<isize> = labels.iter().map(step).collect();
            inputs.push(Place { layout: Layout::new(place.layout.offset(), &shape, &steps)?, ..place });
        }
        let to = self.room(element, &shape)?;
        let mut tapes = Tapes::new(2);
        let product = tapes.step(Code::Multiply, vec![Source::Input(0), Source::Input(1)]);
        let buffers = [inputs[0].buffer, inputs[1].buffer, to.buffer];
        let (inputs, count) = (inputs.iter().map(Place::region).collect(), to.layout.len());
        let outputs = vec![to.region()];
        let step: Box<dyn Step> = match to.double {
            true => Box::new(Map { tape: tapes.finish::<f64>(&[product]), inputs, outputs, count }),
            false => Box::new(Map { tape: tapes.finish::<f32>(&[product]), inputs, outputs, count }),
        };
        self.push(step, buffers);
        let kept = labels.len() - roles.depth.len();
        self.reduced(&Factor { value: Value::At(to), labels: labels.clone() }, &labels[..kept], element)
    }

    fn matrix_product<T: Stored>(
        &mut self,
        left: &Factor,
        right: &Factor,
        roles: &Roles,
        sizes: Sizes,
        batch: usize,
        element: ElementType,
    ) -> Result<Factor, InterpretError> {
        let left = left.ordered(&[roles.batch.as_slice(), &roles.rows, &roles.depth].concat())?;
        let mut place = self.place(left.value, element)?;
        let (first, middle) = (roles.batch.len(), roles.batch.len() + roles.rows.len());
        let step = |place: &Place, from: usize, to: usize| {
            part(&place.layout, 0, from, to).map(|layout| Walk::new(&layout).single_step())
        };
        let rank = place.layout.rank();
        let (row_step, depth_step) = match (step(&place, first, middle)?, step(&place, middle, rank)?) {
            (Some(row_step), Some(depth_step)) => (row_step, depth_step),
            _ => {
                place = self.copied(&place, element)?;
                (sizes.depth as isize, 1)
            }
        };
        let starts = Place { layout: part(&place.layout, place.layout.offset(), 0, first)?, ..place };
        let right = right.ordered(&[roles.batch.as_slice(), &roles.depth, &roles.columns].concat())?;
        let labels = [roles.batch.as_slice(), &roles.rows, &roles.columns].concat();
        let size = |label: &Label| {
            left.labels
                .iter()
                .position(|l| l == label)
                .map(|axis| place.shape()[axis])
                .unwrap_or_else(|| right.size(*label))
        };
        let shape: Shape = labels.iter().map(size).collect();
        let mut buffers = vec![place.buffer];
        let right = match right.value {
            Value::Known(tensor) => Right::Packed(packed::<T>(&tensor, sizes, batch)),
            Value::At(right) if batch == 1 => {
                let (panels, room) =
                    self.packed_before::<T>(&right, roles.batch.len(), roles.depth.len(), sizes, element)?;
                buffers.push(panels);
                Right::Panels { panels, room }
            }
            Value::At(right) => {
                let (first, middle) = (roles.batch.len(), roles.batch.len() + roles.depth.len());
                let rank = right.layout.rank();
                let room = packed_len::<T>(sizes.depth, sizes.columns);
                let panels = self.buffers.owned(element, room);
                buffers.extend([right.buffer, panels]);
                Right::Place {
                    rows: Places::new(&Walk::new(&part(&right.layout, 0, first, middle)?)),
                    columns: Walk::new(&part(&right.layout, 0, middle, rank)?),
                    starts: Place { layout: part(&right.layout, right.layout.offset(), 0, first)?, ..right }.region(),
                    panels,
                    room,
                }
            }
        };
        let to = self.room(element, &shape)?;
        buffers.push(to.buffer);
        let step = Product { sizes, left: starts.region(), row_step, depth_step, right, to: to.region() };
        self.push(Box::new(step), buffers);
        Ok(Factor { value: Value::At(to), labels })
    }
}

impl Writer<'_> {
    /// The panels of a matrix that a step before packs: once for all products with it, and before the recurrences within which
    /// it stays the same. Its axes are some of size 1, those of the rows, and those of the columns.
    fn packed_before<T: Stored>(
        &mut self,
        matrix: &Place,
        first: usize,
        depth: usize,
        sizes: Sizes,
        element: ElementType,
    ) -> Result<(BufferId, usize), InterpretError> {
        let room = packed_len::<T>(sizes.depth, sizes.columns);
        let known = |packed: &PackedBefore| {
            packed.buffer == matrix.buffer && packed.layout == matrix.layout && packed.depth == depth
        };
        if let Some(packed) = self.packed.iter().find(|packed| known(packed)) {
            return Ok((packed.panels, room));
        }
        let middle = first + depth;
        let rank = matrix.layout.rank();
        let outside = self.bodies.iter().position(|body| self.buffers.is_fixed_since(matrix.buffer, body.start));
        let panels = match outside {
            Some(body) => {
                // The time before the body begins is that of what makes it ready.
                let time = self.bodies[body].start - 1;
                self.buffers.owned_from(element, room, [time, time])
            }
            None => self.buffers.owned(element, room),
        };
        let step = Pack::<T> {
            start: Place { layout: part(&matrix.layout, matrix.layout.offset(), 0, 0)?, ..*matrix }.region(),
            rows: Places::new(&Walk::new(&part(&matrix.layout, 0, first, middle)?)),
            columns: Walk::new(&part(&matrix.layout, 0, middle, rank)?),
            panels,
            room,
            element: PhantomData,
        };
        match outside {
            Some(body) => {
                let time = self.bodies[body].start - 1;
                self.buffers.touch(matrix.buffer);
                self.bodies[body].before.push(Written { step: Box::new(step), time });
            }
            None => self.push(Box::new(step), [matrix.buffer, panels]),
        }
        let bodies = outside.unwrap_or(self.bodies.len());
        self.packed.push(PackedBefore { buffer: matrix.buffer, layout: matrix.layout.clone(), depth, panels, bodies });
        Ok((panels, room))
    }
}

/// The first axis with the label of an earlier one, and that one.
fn repeated(labels: &[Label]) -> Option<(usize, usize)> {
    let other = (1..labels.len()).find(|&place| labels[..place].contains(&labels[place]))?;
    labels.iter().position(|label| *label == labels[other]).map(|axis| (axis, other))
}

/// The layout of some neighbouring axes.
pub(super) fn part(layout: &Layout, offset: usize, from: usize, to: usize) -> Result<Layout, InterpretError> {
    Ok(Layout::new(offset, &layout.shape()[from..to], &layout.strides()[from..to])?)
}

/// The last axes from `first` on as windows in lines: as far as each continues the other, they are one line.
pub(super) fn windows(layout: &Layout, first: usize, depth: Places) -> Result<Windows, InterpretError> {
    let (shape, strides) = (layout.shape(), layout.strides());
    let Some(last) = (first..shape.len()).rev().find(|&axis| shape[axis] != 1) else {
        return Ok(Windows { depth, lines: Places::new(&Walk::contiguous(1)), across: 1, step: 1 });
    };
    let (mut begin, step, mut across) = (last, strides[last], shape[last]);
    while begin > first && (shape[begin - 1] == 1 || strides[begin - 1] == step * across as isize) {
        begin -= 1;
        across *= shape[begin];
    }
    Ok(Windows { depth, lines: Places::new(&Walk::new(&part(layout, 0, first, begin)?)), across, step })
}

/// The matrices of a tensor, packed.
fn packed<T: Stored>(tensor: &Tensor<f64>, sizes: Sizes, batch: usize) -> Vec<Arc<Packed<T>>> {
    let Sizes { depth, columns, .. } = sizes;
    let elements: Vec<T> = tensor.iter().map(|&value| T::from_double(value)).collect();
    let matrix = |member: usize| {
        let start = member * depth * columns;
        Arc::new(Packed::new(depth, columns, |k, n| elements[start + k * columns + n]))
    };
    (0..batch).map(matrix).collect()
}
