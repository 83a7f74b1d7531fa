//! `concatenate`, `gather`, `scatter_add`.

use netform_array::ElementType;

use super::{Context, TypeError};
use crate::program::Type;

pub(super) fn concatenate(context: &mut Context<'_>, axis: usize, operands: &[&Type]) -> Result<Type, TypeError> {
    let Some((first, rest)) = operands.split_first() else {
        return Err(TypeError::NoOperand { operation: context.operation });
    };
    context.axis(axis, first.rank())?;
    let mut result = (*first).clone();
    for operand in rest {
        let mut expected = (*first).clone();
        if let (Some(size), Some(found)) = (expected.shape.get_mut(axis), operand.shape.get(axis)) {
            *size = found.clone();
        }
        context.same_type(&expected, operand)?;
        result.shape[axis] = result.shape[axis].add(&operand.shape[axis])?;
    }
    Ok(result)
}

pub(super) fn gather(context: &mut Context<'_>, axis: usize, source: &Type, indices: &Type) -> Result<Type, TypeError> {
    context.axis(axis, source.rank())?;
    context.element(ElementType::I64, indices.element)?;
    let shape = source.shape[..axis].iter().chain(&indices.shape).chain(&source.shape[axis + 1..]);
    Ok(Type::new(source.element, shape.cloned()))
}

pub(super) fn scatter_add(
    context: &mut Context<'_>,
    axis: usize,
    base: &Type,
    indices: &Type,
    updates: &Type,
) -> Result<Type, TypeError> {
    context.numeric(base.element)?;
    let expected = gather(context, axis, base, indices)?;
    context.same_type(&expected, updates)?;
    Ok(base.clone())
}
