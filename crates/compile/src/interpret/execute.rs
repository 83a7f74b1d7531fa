//! Runs a prepared program, one instruction after the other.

use netform_array::{ArrayError, Layout, Shape, element_count};
use smallvec::{SmallVec, smallvec};

use super::adjoint;
use super::domain::{Domain, indices};
use super::error::InterpretError;
use super::prepare::{Prepared, Step};
use super::random::Draws;
use super::tensor::Tensor;
use crate::program::{Direction, Operation, Program, Reduction, Scan, Type, Windows};

type Results<E> = Result<SmallVec<[Tensor<E>; 1]>, InterpretError>;
type Single<E> = Result<Tensor<E>, InterpretError>;

/// `path` holds the steps of the enclosing scans and their numbers of steps, outermost first.
pub(super) fn run<D: Domain>(
    program: &Program,
    prepared: &mut Prepared<D::Function>,
    domain: &mut D,
    inputs: &[Tensor<D::Element>],
    path: &mut Vec<(usize, usize)>,
) -> Result<Vec<Tensor<D::Element>>, InterpretError> {
    let mut uses = prepared.uses.clone();
    let mut values: Vec<Option<Tensor<D::Element>>> = vec![None; program.value_count()];
    let mut inputs = inputs.iter();
    for (instruction, step) in program.instructions.iter().zip(&mut prepared.steps) {
        domain.checkpoint()?;
        let mut operands = Vec::with_capacity(instruction.operands.len());
        for operand in &instruction.operands {
            operands.push(take(&mut values, &mut uses, operand.index())?);
        }
        let types: Vec<&Type> = instruction.operands.iter().map(|&operand| program.type_of(operand)).collect();
        let shape = instruction.results.first().map(|result| &prepared.shapes[result.index()]);
        let shape = shape.ok_or(InterpretError::Invalid("an instruction without a result"))?;
        let mut scope = Scope { domain: &mut *domain, types: &types, shape, path: &mut *path };
        let results = match &instruction.operation {
            Operation::Input { .. } | Operation::Parameter { .. } => {
                let input = inputs.next().ok_or(InterpretError::Invalid("a missing input"))?;
                smallvec![input.clone()]
            }
            operation => scope.execute(operation, step, &operands)?,
        };
        for (result, value) in instruction.results.iter().zip(results) {
            if value.shape() != prepared.shapes[result.index()].as_slice() {
                return Err(InterpretError::Invalid("a value has not the shape of its type"));
            }
            if uses[result.index()] > 0 {
                values[result.index()] = Some(value);
            }
        }
    }
    program.outputs.iter().map(|output| take(&mut values, &mut uses, output.value.index())).collect()
}

/// A value, which is given up with its last use.
fn take<E>(values: &mut [Option<Tensor<E>>], uses: &mut [usize], index: usize) -> Single<E> {
    uses[index] -= 1;
    let value = if uses[index] == 0 { values[index].take() } else { values[index].clone() };
    value.ok_or(InterpretError::Invalid("a value is used before it is defined"))
}

/// What surrounds the execution of one instruction.
struct Scope<'a, D: Domain> {
    domain: &'a mut D,
    /// The types of the operands.
    types: &'a [&'a Type],
    /// The shape of the first result.
    shape: &'a Shape,
    path: &'a mut Vec<(usize, usize)>,
}

impl<D: Domain> Scope<'_, D> {
    fn execute(
        &mut self,
        operation: &Operation,
        step: &mut Step<D::Function>,
        operands: &[Tensor<D::Element>],
    ) -> Results<D::Element> {
        let attribute = step.attributes.first().cloned().unwrap_or_default();
        let result = match (operation, operands) {
            (Operation::Constant(constant), []) => Tensor::new(self.shape, self.domain.constant(constant)?)?,
            (Operation::Iota { axis, .. }, []) => self.iota(*axis)?,
            (Operation::Random { label, distribution, value_type }, []) => {
                let draws =
                    Draws { label, distribution, element: value_type.element, path: self.path, shape: self.shape };
                Tensor::new(self.shape, self.domain.random(&draws)?)?
            }
            (Operation::Map { .. }, _) => return self.map(&mut step.functions, operands),
            (Operation::Contract(contraction), [_, ..]) => {
                Tensor::new(self.shape, self.domain.contract(contraction, self.types[0].element, operands)?)?
            }
            (Operation::Reduce(reduction), [operand]) => self.reduce(reduction, operand)?,
            (Operation::Reshape { .. }, [operand]) => operand.reshape(self.shape)?,
            (Operation::Transpose { axes }, [operand]) => operand.relayout(|layout| layout.transpose(axes))?,
            (Operation::Broadcast { axes, .. }, [operand]) => {
                operand.relayout(|layout| broadcast(layout, self.shape, axes))?
            }
            (Operation::Slice(slicing), [operand]) => operand.relayout(|layout| {
                (0..self.shape.len()).try_fold(layout.clone(), |layout, axis| {
                    layout.slice(axis, attribute[axis], slicing.step[axis], self.shape[axis])
                })
            })?,
            (Operation::Reverse { axes }, [operand]) => {
                operand.relayout(|layout| axes.iter().try_fold(layout.clone(), |layout, &axis| layout.reverse(axis)))?
            }
            (Operation::Window(windows), [operand]) => operand.relayout(|layout| slide(layout, windows, &attribute))?,
            (Operation::OverlapAdd(windows), [operand]) => {
                adjoint::overlap_add(self.domain, windows, self.types[0].element, self.shape, operand)?
            }
            (Operation::Pad(padding), [operand, value]) => {
                adjoint::pad(&attribute, &padding.interior, self.shape, operand, value)?
            }
            (Operation::Concatenate { axis }, [_, ..]) => self.concatenate(*axis, operands)?,
            (Operation::Gather { axis }, [source, positions]) => self.gather(*axis, source, positions)?,
            (Operation::ScatterAdd { axis }, [base, positions, updates]) => {
                adjoint::scatter_add(self.domain, *axis, self.types[0].element, [base, positions, updates])?
            }
            (Operation::Select, [condition, yes, no]) => {
                let mut elements = Vec::with_capacity(condition.len());
                for ((condition, yes), no) in condition.iter().zip(yes.iter()).zip(no.iter()) {
                    elements.push(self.domain.select(condition, yes, no)?);
                }
                Tensor::new(self.shape, elements)?
            }
            (Operation::Order { axis }, [operand]) => self.order(*axis, operand)?,
            (Operation::Index { label }, [operand, greatest]) => {
                let elements: Result<Vec<_>, _> =
                    operand.iter().zip(greatest.iter()).map(|(e, n)| self.domain.index(label, e, n)).collect();
                Tensor::new(self.shape, elements?)?
            }
            (Operation::Convert { element }, [operand]) => {
                let from = self.types[0].element;
                let elements: Result<Vec<_>, _> =
                    operand.iter().map(|value| self.domain.convert(value, from, *element)).collect();
                Tensor::new(self.shape, elements?)?
            }
            (Operation::Scan(scan), _) => return self.scan(scan, step, operands),
            _ => return Err(InterpretError::Invalid("an operation with a wrong number of operands")),
        };
        Ok(smallvec![result])
    }

    fn iota(&mut self, axis: usize) -> Single<D::Element> {
        let positions = (0..self.shape[axis]).map(|position| self.domain.integer(position + 1)).collect();
        let line = Tensor::new(&[self.shape[axis]], positions)?;
        Ok(line.relayout(|layout| broadcast(layout, self.shape, &[axis]))?)
    }

    fn map(&mut self, functions: &mut [D::Function], operands: &[Tensor<D::Element>]) -> Results<D::Element> {
        let count = Layout::row_major(self.shape)?.len();
        let mut columns: Vec<_> = operands.iter().map(Tensor::iter).collect();
        let mut results: Vec<Vec<D::Element>> = functions.iter().map(|_| Vec::with_capacity(count)).collect();
        let mut arguments = Vec::with_capacity(operands.len());
        for _ in 0..count {
            arguments.clear();
            arguments.extend(columns.iter_mut().filter_map(|column| column.next().cloned()));
            for (function, result) in functions.iter_mut().zip(&mut results) {
                result.push(self.domain.apply(function, &arguments)?);
            }
        }
        results.into_iter().map(|elements| Ok(Tensor::new(self.shape, elements)?)).collect()
    }

    fn reduce(&mut self, reduction: &Reduction, operand: &Tensor<D::Element>) -> Single<D::Element> {
        let rank = operand.shape().len();
        let kept = (0..rank).filter(|axis| !reduction.axes.contains(axis));
        let order: Vec<usize> = kept.chain(reduction.axes.iter().copied()).collect();
        let count = element_count(self.shape)?;
        if count == 0 {
            return Ok(Tensor::new(self.shape, vec![])?);
        }
        let reduced: Shape = reduction.axes.iter().map(|&axis| operand.shape()[axis]).collect();
        let group = element_count(&reduced)?;
        let arranged = operand.relayout(|layout| layout.transpose(&order))?;
        let mut elements = arranged.iter().cloned();
        let mut results = Vec::new();
        for _ in 0..count {
            let members = elements.by_ref().take(group).collect();
            results.push(self.domain.reduce(reduction.kind, self.types[0].element, members)?);
        }
        Ok(Tensor::new(self.shape, results)?)
    }

    fn concatenate(&mut self, axis: usize, operands: &[Tensor<D::Element>]) -> Single<D::Element> {
        // Without elements the other dimensions may be as large as they like.
        if element_count(self.shape)? == 0 {
            return Ok(Tensor::new(self.shape, vec![])?);
        }
        let outer = element_count(&self.shape[..axis])?;
        let mut columns = Vec::with_capacity(operands.len());
        for operand in operands {
            columns.push((operand.iter(), element_count(&operand.shape()[axis..])?));
        }
        let mut elements = Vec::new();
        for _ in 0..outer {
            for (column, run) in &mut columns {
                elements.extend(column.by_ref().take(*run).cloned());
            }
        }
        Ok(Tensor::new(self.shape, elements)?)
    }

    fn gather(
        &mut self,
        axis: usize,
        source: &Tensor<D::Element>,
        positions: &Tensor<D::Element>,
    ) -> Single<D::Element> {
        let size = source.shape()[axis];
        let rank = positions.shape().len();
        let mut elements = Vec::new();
        for index in indices(self.shape)? {
            let position = positions.get(&index[axis..axis + rank]).ok_or(InterpretError::Invalid("gather"))?;
            let at = |place: usize| {
                let index = [&index[..axis], &[place], &index[axis + rank..]].concat();
                source.get(&index).cloned().ok_or(InterpretError::Invalid("gather"))
            };
            elements.push(match self.domain.as_integer(position) {
                Some(position) => at(adjoint::place(position, size)?)?,
                None => {
                    let choices = (0..size).map(at).collect::<Result<_, _>>()?;
                    self.domain.pick(position, choices)?
                }
            });
        }
        Ok(Tensor::new(self.shape, elements)?)
    }

    fn order(&mut self, axis: usize, operand: &Tensor<D::Element>) -> Single<D::Element> {
        let rank = self.shape.len();
        let size = self.shape[axis];
        let axes: Vec<usize> = (0..rank).filter(|&other| other != axis).chain([axis]).collect();
        let lines = operand.relayout(|layout| layout.transpose(&axes))?;
        let mut elements = lines.iter();
        let mut positions = Vec::with_capacity(operand.len());
        for _ in 0..operand.len().checked_div(size).unwrap_or(0) {
            let line: Vec<&D::Element> = elements.by_ref().take(size).collect();
            for place in sorted_places(self.domain, &line)? {
                positions.push(self.domain.integer(place + 1));
            }
        }
        let mut back = vec![0; rank];
        for (place, &axis) in axes.iter().enumerate() {
            back[axis] = place;
        }
        Ok(Tensor::new(lines.shape(), positions)?.relayout(|layout| layout.transpose(&back))?)
    }

    fn scan(
        &mut self,
        scan: &Scan,
        step: &mut Step<D::Function>,
        operands: &[Tensor<D::Element>],
    ) -> Results<D::Element> {
        let length = step.attributes.first().map_or(0, |lengths| lengths[0]);
        let body = step.body.as_mut().ok_or(InterpretError::Invalid("a scan without a body"))?;
        let (initial, rest) = operands.split_at(scan.states);
        let (sequences, constants) = rest.split_at(scan.sequences);
        let mut states = initial.to_vec();
        let outputs = &scan.body.outputs()[scan.states..];
        let shapes: Vec<Shape> = outputs.iter().map(|output| body.shapes[output.value.index()].clone()).collect();
        let mut stacks: Vec<Vec<Tensor<D::Element>>> = vec![Vec::with_capacity(length); outputs.len()];
        for turn in 0..length {
            let place = match scan.direction {
                Direction::Forward => turn,
                Direction::Backward => length - 1 - turn,
            };
            let mut inputs = states;
            for sequence in sequences {
                inputs.push(sequence.relayout(|layout| layout.index(0, place))?);
            }
            inputs.extend(constants.iter().cloned());
            self.path.push((place, length));
            let mut results = run(&scan.body, body, self.domain, &inputs, self.path)?.into_iter();
            self.path.pop();
            states = results.by_ref().take(scan.states).collect();
            for (stack, output) in stacks.iter_mut().zip(results) {
                stack.push(output);
            }
        }
        let mut results: SmallVec<[Tensor<D::Element>; 1]> = states.into();
        for (mut stack, shape) in stacks.into_iter().zip(shapes) {
            if scan.direction == Direction::Backward {
                stack.reverse();
            }
            let elements = stack.iter().flat_map(Tensor::iter).cloned().collect();
            let shape: Shape = std::iter::once(length).chain(shape).collect();
            results.push(Tensor::new(&shape, elements)?);
        }
        Ok(results)
    }
}

/// The layout in which the axes of another one stand at the given places of a shape.
pub(crate) fn broadcast(layout: &Layout, shape: &[usize], axes: &[usize]) -> Result<Layout, ArrayError> {
    let mut layout = layout.clone();
    for (axis, &size) in shape.iter().enumerate() {
        layout = if axes.contains(&axis) { layout.extend(axis, size)? } else { layout.replicate(axis, size)? };
    }
    Ok(layout)
}

/// The layout of all windows, of which `sizes` are the sizes.
pub(crate) fn slide(layout: &Layout, windows: &Windows, sizes: &[usize]) -> Result<Layout, ArrayError> {
    let mut layout = layout.clone();
    for (entry, &axis) in windows.axes.iter().enumerate() {
        layout = layout.window(axis, sizes[entry], windows.strides[entry], windows.dilations[entry])?;
    }
    Ok(layout)
}

/// The places of the elements in ascending order, by merging: comparisons may fail.
fn sorted_places<D: Domain>(domain: &mut D, line: &[&D::Element]) -> Result<Vec<usize>, InterpretError> {
    let mut places: Vec<usize> = (0..line.len()).collect();
    let mut width = 1;
    while width < places.len() {
        let mut merged = Vec::with_capacity(places.len());
        for pair in places.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some((&l, left_rest)), Some((&r, right_rest))) = (left.split_first(), right.split_first()) {
                if domain.is_less(line[r], line[l])? {
                    merged.push(r);
                    right = right_rest;
                } else {
                    merged.push(l);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        places = merged;
        width *= 2;
    }
    Ok(places)
}
