//! Operations that only say where elements stand, and `overlap_add` and `pad`, their adjoints.

use super::{Context, TypeError};
use crate::dim::{Dim, Dims};
use crate::program::{Padding, Slicing, Type, Windows};

pub(super) fn reshape(context: &mut Context<'_>, shape: &[Dim], operand: &Type) -> Result<Type, TypeError> {
    context.sizes(shape)?;
    let (elements, needed) = (Dim::product(&operand.shape)?, Dim::product(shape)?);
    match context.equal(&elements, &needed) {
        Ok(()) => Ok(Type::new(operand.element, shape.iter().cloned())),
        Err(_) => Err(TypeError::ElementCount { from: operand.clone(), elements, needed }),
    }
}

pub(super) fn transpose(context: &mut Context<'_>, axes: &[usize], operand: &Type) -> Result<Type, TypeError> {
    context.entries("axes", operand.rank(), axes.len())?;
    context.distinct_axes(axes, operand.rank())?;
    Ok(Type::new(operand.element, axes.iter().map(|&axis| operand.shape[axis].clone())))
}

pub(super) fn broadcast(
    context: &mut Context<'_>,
    shape: &[Dim],
    axes: &[usize],
    operand: &Type,
) -> Result<Type, TypeError> {
    context.sizes(shape)?;
    context.entries("axes", operand.rank(), axes.len())?;
    context.distinct_axes(axes, shape.len())?;
    if !axes.is_sorted() {
        return Err(TypeError::UnorderedAxes { operation: context.operation });
    }
    for (&axis, size) in axes.iter().zip(&operand.shape) {
        if size.as_integer() != Some(1) {
            context.equal(size, &shape[axis])?;
        }
    }
    Ok(Type::new(operand.element, shape.iter().cloned()))
}

pub(super) fn slice(context: &mut Context<'_>, slicing: &Slicing, operand: &Type) -> Result<Type, TypeError> {
    let rank = operand.rank();
    context.entries("starts", rank, slicing.start.len())?;
    context.entries("steps", rank, slicing.step.len())?;
    context.entries("sizes", rank, slicing.size.len())?;
    context.positive("steps", &slicing.step)?;
    context.sizes(&slicing.start)?;
    context.sizes(&slicing.size)?;
    for axis in 0..rank {
        if slicing.size[axis].as_integer() != Some(0) {
            let length = span(&slicing.size[axis], slicing.step[axis])?;
            context.at_most(&slicing.start[axis].add(&length)?, &operand.shape[axis])?;
        }
    }
    Ok(Type::new(operand.element, slicing.size.clone()))
}

pub(super) fn pad(
    context: &mut Context<'_>,
    padding: &Padding,
    operand: &Type,
    value: &Type,
) -> Result<Type, TypeError> {
    let rank = operand.rank();
    context.same_type(&Type::scalar(operand.element), value)?;
    context.entries("low amounts", rank, padding.low.len())?;
    context.entries("high amounts", rank, padding.high.len())?;
    context.entries("interior amounts", rank, padding.interior.len())?;
    context.sizes(&padding.low)?;
    context.sizes(&padding.high)?;
    let mut shape = Dims::with_capacity(rank);
    for axis in 0..rank {
        let inside = positions_span(&operand.shape[axis], padding.interior[axis] + 1)?;
        shape.push(padding.low[axis].add(&inside)?.add(&padding.high[axis])?);
    }
    Ok(Type::new(operand.element, shape))
}

pub(super) fn window(context: &mut Context<'_>, windows: &Windows, operand: &Type) -> Result<Type, TypeError> {
    check_windows(context, windows, operand.rank())?;
    let mut shape = operand.shape.clone();
    for (entry, &axis) in windows.axes.iter().enumerate() {
        let reach = span(&windows.sizes[entry], windows.dilations[entry])?;
        let free = shape[axis].subtract(&reach)?;
        shape[axis] = match free.as_integer() {
            Some(free) if free < 0 => Dim::from(0),
            Some(_) => free.floor_div(windows.strides[entry] as i64)?.add(&Dim::from(1))?,
            None => {
                context.at_most(&reach, &shape[axis])?;
                free.floor_div(windows.strides[entry] as i64)?.add(&Dim::from(1))?
            }
        };
    }
    shape.extend(windows.sizes.iter().cloned());
    Ok(Type::new(operand.element, shape))
}

pub(super) fn overlap_add(context: &mut Context<'_>, windows: &Windows, operand: &Type) -> Result<Type, TypeError> {
    context.numeric(operand.element)?;
    let count = windows.axes.len();
    let Some(rank) = operand.rank().checked_sub(count) else {
        return Err(TypeError::NoSuchAxis { operation: context.operation, axis: count, rank: operand.rank() });
    };
    check_windows(context, windows, rank)?;
    context.same_shape(&windows.sizes, &operand.shape[rank..])?;
    let mut shape: Dims = operand.shape[..rank].into();
    for (entry, &axis) in windows.axes.iter().enumerate() {
        let reach = span(&windows.sizes[entry], windows.dilations[entry])?;
        shape[axis] = match positions_span(&shape[axis], windows.strides[entry])? {
            length if length.as_integer() == Some(0) => length,
            length => length.add(&reach)?.subtract(&Dim::from(1))?,
        };
    }
    Ok(Type::new(operand.element, shape))
}

fn check_windows(context: &mut Context<'_>, windows: &Windows, rank: usize) -> Result<(), TypeError> {
    let count = windows.axes.len();
    context.distinct_axes(&windows.axes, rank)?;
    context.entries("sizes", count, windows.sizes.len())?;
    context.entries("strides", count, windows.strides.len())?;
    context.entries("dilations", count, windows.dilations.len())?;
    context.positive("strides", &windows.strides)?;
    context.positive("dilations", &windows.dilations)?;
    windows.sizes.iter().try_for_each(|size| context.at_most(&Dim::from(1), size))
}

/// From the first to the last of `count >= 1` elements at distance `step`, both included.
fn span(count: &Dim, step: usize) -> Result<Dim, TypeError> {
    Ok(count.subtract(&Dim::from(1))?.multiply(&Dim::from(step))?.add(&Dim::from(1))?)
}

/// The same for any count of elements: 0 for none. Symbols of dimensions are positive, so only
/// known zeros are special.
fn positions_span(count: &Dim, step: usize) -> Result<Dim, TypeError> {
    if count.as_integer() == Some(0) { Ok(Dim::from(0)) } else { span(count, step) }
}
