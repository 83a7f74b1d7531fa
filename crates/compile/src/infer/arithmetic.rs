//! `map`, `contract`, `reduce`, `select`, `convert`.

use netform_array::ElementType;

use super::{Context, TypeError, Types};
use crate::dim::Dim;
use crate::program::{Contraction, Label, Reduction, ReductionKind, ScalarFunction, Type};
use crate::scalar::slot_count;

pub(super) fn map(
    context: &mut Context<'_>,
    functions: &[ScalarFunction],
    operands: &[&Type],
) -> Result<Types, TypeError> {
    if functions.is_empty() {
        return Err(TypeError::NoFunction);
    }
    let slot = functions.iter().map(|function| slot_count(&function.body)).max().unwrap_or(0);
    if slot > operands.len() {
        return Err(TypeError::NoSuchSlot { slot, operands: operands.len() });
    }
    let shape = operands.first().map(|first| first.shape.clone()).unwrap_or_default();
    for operand in operands {
        context.same_shape(&shape, &operand.shape)?;
    }
    Ok(functions.iter().map(|function| Type::new(function.element, shape.clone())).collect())
}

pub(super) fn contract(
    context: &mut Context<'_>,
    contraction: &Contraction,
    operands: &[&Type],
) -> Result<Type, TypeError> {
    let Some(first) = operands.first() else {
        return Err(TypeError::NoOperand { operation: context.operation });
    };
    context.entries("lists of labels", operands.len(), contraction.operands.len())?;
    context.numeric(first.element)?;
    let mut sizes: Vec<(Label, &Dim)> = Vec::new();
    for (operand, labels) in operands.iter().zip(&contraction.operands) {
        context.element(first.element, operand.element)?;
        context.entries("labels", operand.rank(), labels.len())?;
        for (label, size) in labels.iter().zip(&operand.shape) {
            match sizes.iter().find(|(other, _)| other == label) {
                Some((_, other)) => context.equal(other, size)?,
                None => sizes.push((*label, size)),
            }
        }
    }
    let mut shape = Vec::with_capacity(contraction.result.len());
    for (position, label) in contraction.result.iter().enumerate() {
        let size = sizes.iter().find(|(other, _)| other == label).map(|(_, size)| (*size).clone());
        let once = !contraction.result[..position].contains(label);
        shape.push(size.filter(|_| once).ok_or(TypeError::ResultLabel { label: *label })?);
    }
    Ok(Type::new(first.element, shape))
}

pub(super) fn reduce(context: &mut Context<'_>, reduction: &Reduction, operand: &Type) -> Result<Type, TypeError> {
    context.distinct_axes(&reduction.axes, operand.rank())?;
    if !reduction.axes.is_sorted() {
        return Err(TypeError::UnorderedAxes { operation: context.operation });
    }
    match reduction.kind {
        ReductionKind::Sum | ReductionKind::Product => context.numeric(operand.element)?,
        ReductionKind::Max | ReductionKind::Min | ReductionKind::ArgMax | ReductionKind::Shift => {
            context.ordered(operand.element)?
        }
        ReductionKind::And | ReductionKind::Or => context.element(ElementType::Bool, operand.element)?,
    }
    let kept = operand.shape.iter().enumerate().filter(|(axis, _)| !reduction.axes.contains(axis));
    let element = if reduction.kind == ReductionKind::ArgMax { ElementType::I64 } else { operand.element };
    Ok(Type::new(element, kept.map(|(_, size)| size.clone())))
}

pub(super) fn select(context: &mut Context<'_>, condition: &Type, yes: &Type, no: &Type) -> Result<Type, TypeError> {
    context.element(ElementType::Bool, condition.element)?;
    context.same_shape(&condition.shape, &yes.shape)?;
    context.same_type(yes, no)?;
    Ok(yes.clone())
}

pub(super) fn convert(context: &mut Context<'_>, element: ElementType, operand: &Type) -> Result<Type, TypeError> {
    let legal = match element {
        ElementType::Bool => operand.element == ElementType::Bool,
        ElementType::I64 | ElementType::F32 | ElementType::F64 => operand.element != ElementType::Complex,
        ElementType::Complex => true,
    };
    if !legal {
        let (from, to) = (operand.element, element);
        return Err(TypeError::NotConvertible { operation: context.operation, from, to });
    }
    Ok(operand.with_element(element))
}
