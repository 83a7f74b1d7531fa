//! Computes what is the same once.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::rebuild::{Results, rebuild, with_body};
use crate::program::{BuildError, Operation, Program, ValueId};

/// Computes equal operations on equal operands once. Random draws of one label and type are equal
/// by definition.
///
/// # Errors
/// None for valid programs.
pub fn common_subexpressions(program: &Program) -> Result<Program, BuildError> {
    let mut known: FxHashMap<(Operation, SmallVec<[ValueId; 4]>), Results> = FxHashMap::default();
    rebuild(program, common_subexpressions, |builder, instruction, operands| {
        if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
            return Ok(None);
        }
        let key = (with_body(&instruction.operation, common_subexpressions)?, SmallVec::from_slice(operands));
        if let Some(results) = known.get(&key) {
            return Ok(Some(results.clone()));
        }
        let results = builder.emit(key.0.clone(), operands.iter().copied())?;
        known.insert(key, results.clone());
        Ok(Some(results))
    })
}
