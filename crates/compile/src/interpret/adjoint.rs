//! `pad`, `overlap_add` and `scatter_add`: elements go to places that are computed.

use netform_array::{ElementType, Layout};

use super::domain::{Domain, indices};
use super::error::InterpretError;
use super::tensor::Tensor;
use crate::program::{ReductionKind, Windows};

/// Elements at `low + (interior + 1) i`, and `value` elsewhere.
pub(super) fn pad<E: Clone>(
    low: &[usize],
    interior: &[usize],
    shape: &[usize],
    operand: &Tensor<E>,
    value: &Tensor<E>,
) -> Result<Tensor<E>, InterpretError> {
    let layout = Layout::row_major(shape)?;
    let fill = value.iter().next().ok_or(InterpretError::Invalid("pad"))?;
    let mut elements = vec![fill.clone(); layout.len()];
    for (index, element) in indices(operand.shape())?.zip(operand.iter()) {
        let target: Vec<usize> =
            index.iter().zip(low).zip(interior).map(|((i, low), interior)| low + i * (interior + 1)).collect();
        let target = layout.position(&target).ok_or(InterpretError::Invalid("pad"))?;
        elements[target] = element.clone();
    }
    Ok(Tensor::new(shape, elements)?)
}

/// Windows, in the last axes, added where they overlap.
pub(super) fn overlap_add<D: Domain>(
    domain: &mut D,
    windows: &Windows,
    element: ElementType,
    shape: &[usize],
    operand: &Tensor<D::Element>,
) -> Result<Tensor<D::Element>, InterpretError> {
    let layout = Layout::row_major(shape)?;
    let mut sums: Vec<Vec<D::Element>> = vec![Vec::new(); layout.len()];
    for (index, summand) in indices(operand.shape())?.zip(operand.iter()) {
        let (outer, inner) = index.split_at(shape.len());
        let mut target = outer.to_vec();
        for (entry, &axis) in windows.axes.iter().enumerate() {
            target[axis] = windows.strides[entry] * outer[axis] + windows.dilations[entry] * inner[entry];
        }
        let target = layout.position(&target).ok_or(InterpretError::Invalid("overlap_add"))?;
        sums[target].push(summand.clone());
    }
    add_up(domain, element, shape, sums)
}

/// Updates added to a base at positions along an axis.
pub(super) fn scatter_add<D: Domain>(
    domain: &mut D,
    axis: usize,
    element: ElementType,
    [base, positions, updates]: [&Tensor<D::Element>; 3],
) -> Result<Tensor<D::Element>, InterpretError> {
    let layout = Layout::row_major(base.shape())?;
    let rank = positions.shape().len();
    let mut sums: Vec<Vec<D::Element>> = base.iter().map(|element| vec![element.clone()]).collect();
    for (index, update) in indices(updates.shape())?.zip(updates.iter()) {
        let position = positions.get(&index[axis..axis + rank]).ok_or(InterpretError::Invalid("scatter_add"))?;
        let Some(position) = domain.as_integer(position) else {
            return Err(InterpretError::Unsupported { operation: "scatter_add at symbolic positions", element });
        };
        let place = place(position, base.shape()[axis])?;
        let target = [&index[..axis], &[place], &index[axis + rank..]].concat();
        let target = layout.position(&target).ok_or(InterpretError::Invalid("scatter_add"))?;
        sums[target].push(update.clone());
    }
    add_up(domain, element, base.shape(), sums)
}

fn add_up<D: Domain>(
    domain: &mut D,
    element: ElementType,
    shape: &[usize],
    sums: Vec<Vec<D::Element>>,
) -> Result<Tensor<D::Element>, InterpretError> {
    let sums: Result<Vec<_>, _> =
        sums.into_iter().map(|summands| domain.reduce(ReductionKind::Sum, element, summands)).collect();
    Ok(Tensor::new(shape, sums?)?)
}

/// The index, from 0, of a position that counts from 1.
pub(crate) fn place(position: i64, size: usize) -> Result<usize, InterpretError> {
    usize::try_from(position)
        .ok()
        .and_then(|position| position.checked_sub(1))
        .filter(|&place| place < size)
        .ok_or(InterpretError::PositionOutOfRange { position, size })
}
