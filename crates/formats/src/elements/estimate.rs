//! How many formulas a program has, before they are made.

use std::collections::BTreeMap;

use netform_compile::{Operation, Program};

/// The products of single numbers in a program of definite shapes, which are nearly all of its formulas.
pub(super) fn products(program: &Program) -> f64 {
    let of_instruction = |instruction: &netform_compile::Instruction| match &instruction.operation {
        Operation::Contract(contraction) => {
            let mut sizes = BTreeMap::new();
            for (labels, operand) in contraction.operands.iter().zip(&instruction.operands) {
                for (label, dim) in labels.iter().zip(&program.type_of(*operand).shape) {
                    sizes.insert(*label, dim.as_size().unwrap_or(1) as f64);
                }
            }
            sizes.values().product()
        }
        Operation::Scan(scan) => scan.length.as_size().unwrap_or(1) as f64 * products(&scan.body),
        _ => 0.0,
    };
    program.instructions().iter().map(of_instruction).sum()
}
