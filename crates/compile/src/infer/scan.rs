//! `scan`: states keep their types, sequences lose and outputs gain a first axis.

use super::{Context, TypeError, Types};
use crate::program::{Scan, Type};

pub(super) fn scan(context: &mut Context<'_>, scan: &Scan, operands: &[&Type]) -> Result<Types, TypeError> {
    let body = &scan.body;
    let fixed = scan.states.saturating_add(scan.sequences);
    if operands.len() < fixed {
        let operation = context.operation;
        return Err(TypeError::OperandCount { operation, expected: fixed, found: operands.len() });
    }
    context.sizes(std::slice::from_ref(&scan.length))?;
    if body.inputs().len() != operands.len() {
        let (expected, found) = (operands.len(), body.inputs().len());
        return Err(TypeError::BodyPorts { what: "inputs", expected, found });
    }
    if body.outputs().len() < scan.states {
        let (expected, found) = (scan.states, body.outputs().len());
        return Err(TypeError::BodyPorts { what: "outputs", expected, found });
    }
    for (position, (operand, &input)) in operands.iter().zip(body.inputs()).enumerate() {
        let found = body.type_of(input);
        if (scan.states..fixed).contains(&position) {
            let Some((length, rest)) = operand.shape.split_first() else {
                return Err(TypeError::NoSuchAxis { operation: context.operation, axis: 0, rank: 0 });
            };
            context.equal(&scan.length, length)?;
            context.same_type(&Type::new(operand.element, rest.iter().cloned()), found)?;
        } else {
            context.same_type(operand, found)?;
        }
    }
    let mut results = Types::new();
    for (position, output) in body.outputs().iter().enumerate() {
        let found = body.type_of(output.value);
        if position < scan.states {
            context.same_type(operands[position], found)?;
            results.push(operands[position].clone());
        } else {
            let shape = std::iter::once(&scan.length).chain(&found.shape).cloned();
            results.push(Type::new(found.element, shape));
        }
    }
    for requirement in body.requirements() {
        context.require(&requirement.left, requirement.relation, &requirement.right);
    }
    Ok(results)
}
