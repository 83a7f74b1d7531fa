//! Makes one map with several results of maps that follow each other.

use std::collections::VecDeque;

use netform_array::ElementType;
use netform_expr::Expr;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::rebuild::{finished, with_body};
use crate::dim::Dims;
use crate::program::{BuildError, Builder, Instruction, Operation, Program, ScalarFunction, ValueId};
use crate::scalar::{replace, slot, slot_index};

/// Joins maps of the same shape that stand behind each other: the results of both are results of one map, in which what
/// the second computes of the first is common. A step less, and its operands are read once.
///
/// In the body of a recurrence, where all is small and each step costs in each turn, maps that stand apart are brought together too,
/// if nothing between them is needed for the second.
///
/// # Errors
/// None for valid programs.
pub(crate) fn join_maps(program: &Program) -> Result<Program, BuildError> {
    joined(program, 0..program.instructions().len())
}

fn join_in_body(body: &Program) -> Result<Program, BuildError> {
    joined(body, maps_together(body))
}

/// The order of instructions in which maps of the same shape follow each other as soon as what they read is there.
fn maps_together(body: &Program) -> Vec<usize> {
    let instructions = body.instructions();
    let is_map = |at: usize| matches!(instructions[at].operation, Operation::Map { .. });
    let shape = |at: usize| &body.type_of(instructions[at].results[0]).shape;
    // The maps that read each value, and how many of what it reads each of them waits for.
    let mut readers: Vec<Vec<usize>> = vec![vec![]; body.value_count()];
    let mut missing = vec![0; instructions.len()];
    for at in (0..instructions.len()).filter(|&at| is_map(at)) {
        missing[at] = instructions[at].operands.len();
        instructions[at].operands.iter().for_each(|operand| readers[operand.index()].push(at));
    }
    let mut ready: FxHashMap<&Dims, VecDeque<usize>> = FxHashMap::default();
    let (mut order, mut done) = (Vec::with_capacity(instructions.len()), vec![false; instructions.len()]);
    for at in 0..instructions.len() {
        let mut next = Some(at).filter(|&at| !done[at]);
        while let Some(at) = next {
            done[at] = true;
            order.push(at);
            for &reader in instructions[at].results.iter().flat_map(|result| &readers[result.index()]) {
                missing[reader] -= 1;
                if missing[reader] == 0 {
                    ready.entry(shape(reader)).or_default().push_back(reader);
                }
            }
            let waiting = if is_map(at) { ready.get_mut(shape(at)) } else { None };
            next = waiting.and_then(|waiting| {
                while waiting.front().is_some_and(|&first| done[first]) {
                    waiting.pop_front();
                }
                waiting.pop_front()
            });
        }
    }
    order
}

fn joined(program: &Program, order: impl IntoIterator<Item = usize>) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    let mut waiting: Option<Joined> = None;
    for instruction in order.into_iter().map(|at| &program.instructions()[at]) {
        if let Operation::Map { functions } = &instruction.operation {
            waiting = Some(match waiting.take() {
                Some(joined) if joined.takes(program, instruction) => joined.with(instruction, functions),
                other => {
                    if let Some(joined) = other {
                        joined.emit(&mut builder, &mut places)?;
                    }
                    Joined::new(instruction, functions)
                }
            });
            continue;
        }
        // What only reads in another way what was there before does not part two maps.
        let depends = |joined: &Joined| instruction.operands.iter().any(|operand| joined.results.contains(operand));
        if let Some(joined) = waiting.take_if(|joined| depends(joined) || !is_view(&instruction.operation)) {
            joined.emit(&mut builder, &mut places)?;
        }
        let operands: SmallVec<[ValueId; 4]> =
            instruction.operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let results = builder.emit(with_body(&instruction.operation, join_in_body)?, operands)?;
        for (old, new) in instruction.results.iter().zip(results) {
            places[old.index()] = Some(new);
        }
    }
    if let Some(joined) = waiting {
        joined.emit(&mut builder, &mut places)?;
    }
    finished(builder, program, &places)
}

/// Whether an operation only reads elements in another way.
fn is_view(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Slice(_)
            | Operation::Transpose { .. }
            | Operation::Broadcast { .. }
            | Operation::Reshape { .. }
            | Operation::Reverse { .. }
    )
}

/// Maps that have been joined so far.
struct Joined {
    /// The operands, as values of the old program.
    operands: Vec<ValueId>,
    /// The functions, in which `Slot[k]` is operand k.
    functions: Vec<ScalarFunction>,
    /// The values of the old program that they give.
    results: Vec<ValueId>,
}

impl Joined {
    fn new(instruction: &Instruction, functions: &[ScalarFunction]) -> Joined {
        Joined {
            operands: instruction.operands.to_vec(),
            functions: functions.to_vec(),
            results: instruction.results.to_vec(),
        }
    }

    /// Whether a map has the same shape, and rounds in the same way.
    fn takes(&self, program: &Program, instruction: &Instruction) -> bool {
        let shape = |value: ValueId| &program.type_of(value).shape;
        let single = |value: &ValueId| program.type_of(*value).element == ElementType::F32;
        let all = || self.results.iter().chain(&instruction.results);
        let uniform = all().all(single) || !all().any(single);
        uniform && !instruction.operands.is_empty() && shape(self.results[0]) == shape(instruction.results[0])
    }

    fn with(mut self, instruction: &Instruction, functions: &[ScalarFunction]) -> Joined {
        let mut arguments: Vec<Expr> = Vec::with_capacity(instruction.operands.len());
        for &operand in &instruction.operands {
            let own = self.results.iter().position(|result| *result == operand);
            arguments.push(match own {
                Some(place) => self.functions[place].body.clone(),
                None => {
                    let known = self.operands.iter().position(|known| *known == operand);
                    let place = known.unwrap_or(self.operands.len());
                    if known.is_none() {
                        self.operands.push(operand);
                    }
                    slot(place + 1)
                }
            });
        }
        for function in functions {
            let body = replace(&function.body, |node| arguments.get(slot_index(node)? - 1).cloned());
            self.functions.push(ScalarFunction { body, element: function.element });
        }
        self.results.extend(&instruction.results);
        self
    }

    fn emit(self, builder: &mut Builder, places: &mut [Option<ValueId>]) -> Result<(), BuildError> {
        let operands: Vec<ValueId> = self.operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let results = builder.emit(Operation::Map { functions: self.functions }, operands)?;
        for (old, new) in self.results.iter().zip(results) {
            places[old.index()] = Some(new);
        }
        Ok(())
    }
}
