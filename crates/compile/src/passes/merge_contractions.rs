//! One matrix product in the place of several with the same factor.

use rustc_hash::FxHashMap;

use super::rebuild::{Results, finished};
use crate::dim::Dim;
use crate::program::{BuildError, Builder, Contraction, Instruction, Label, Operation, Program, Scan, Type, ValueId};

/// Contractions of one array with several known ones along the same axes, as those of all gates of a recurrent cell with
/// its state, become one contraction with the known arrays one behind the other, of which they are parts.
///
/// `known` says which inputs of the program are known when it is made ready to run; constants are in any case.
///
/// # Errors
/// None for valid programs.
pub(crate) fn merge_contractions(program: &Program, known: &[bool]) -> Result<Program, BuildError> {
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    let mut is_known = vec![false; program.value_count()];
    // All inputs and constants first, so that known arrays stand before all contractions.
    for (&input, &known) in program.inputs().iter().zip(known) {
        let name = program.input_name(input).cloned().unwrap_or_else(|| "".into());
        places[input.index()] = Some(builder.input(&name, program.type_of(input).clone())?);
        is_known[input.index()] = known;
    }
    for instruction in program.instructions() {
        if let (Operation::Constant(_), [result]) = (&instruction.operation, instruction.results.as_slice()) {
            places[result.index()] = Some(builder.emit(instruction.operation.clone(), [])?[0]);
            is_known[result.index()] = true;
        }
    }
    let groups = groups(program, &is_known);
    let mut of_instruction: FxHashMap<usize, &Group> = FxHashMap::default();
    for group in &groups {
        of_instruction.extend(group.members.iter().map(|&member| (member, group)));
    }
    for (place, instruction) in program.instructions().iter().enumerate() {
        if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. })
            || instruction.results.iter().all(|result| places[result.index()].is_some())
        {
            continue;
        }
        if let Some(group) = of_instruction.get(&place) {
            group.emit(program, &mut builder, &mut places)?;
            continue;
        }
        let operands: Vec<ValueId> =
            instruction.operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let operation = match &instruction.operation {
            Operation::Scan(scan) => {
                let fixed = scan.states + scan.sequences;
                let known: Vec<bool> = instruction
                    .operands
                    .iter()
                    .enumerate()
                    .map(|(place, operand)| place >= fixed && is_known[operand.index()])
                    .collect();
                let body = merge_contractions(&scan.body, &known)?;
                Operation::Scan(Box::new(Scan { body, length: scan.length.clone(), ..**scan }))
            }
            other => other.clone(),
        };
        let results: Results = builder.emit(operation, operands)?;
        for (old, new) in instruction.results.iter().zip(results) {
            places[old.index()] = Some(new);
        }
    }
    finished(builder, program, &places)
}

/// Contractions that differ in one known factor only.
struct Group {
    /// The instructions.
    members: Vec<usize>,
    /// The place of the known factor among the operands.
    factor: usize,
    /// The place among the axes of the result of what is the first axis of the known factor.
    axis: usize,
}

/// The groups of at least two contractions.
fn groups(program: &Program, is_known: &[bool]) -> Vec<Group> {
    let mut found: FxHashMap<(&Contraction, ValueId, usize, Vec<Dim>), Group> = FxHashMap::default();
    for (place, instruction) in program.instructions().iter().enumerate() {
        let Operation::Contract(contraction) = &instruction.operation else { continue };
        let [a, b] = instruction.operands.as_slice() else { continue };
        for (factor, known, other) in [(0, *a, *b), (1, *b, *a)] {
            if !is_known[known.index()] || is_known[other.index()] {
                continue;
            }
            let Some(axis) = free_axis(contraction, factor) else { continue };
            let rest = program.type_of(known).shape.iter().skip(1).cloned().collect();
            let key = (contraction, other, factor, rest);
            let group = found.entry(key).or_insert_with(|| Group { members: vec![], factor, axis });
            group.members.push(place);
            break;
        }
    }
    let mut groups: Vec<Group> = found.into_values().filter(|group| group.members.len() > 1).collect();
    groups.sort_by_key(|group| group.members[0]);
    groups
}

/// The place in the result of the first label of a factor, if it occurs there and nowhere else.
fn free_axis(contraction: &Contraction, factor: usize) -> Option<usize> {
    let first: Label = *contraction.operands[factor].first()?;
    let count = contraction.operands.iter().flatten().filter(|label| **label == first).count();
    if count == 1 { contraction.result.iter().position(|label| *label == first) } else { None }
}

impl Group {
    /// Emits one contraction for all, and its parts.
    fn emit(&self, program: &Program, builder: &mut Builder, places: &mut [Option<ValueId>]) -> Result<(), BuildError> {
        let instructions: Vec<&Instruction> =
            self.members.iter().map(|&member| &program.instructions()[member]).collect();
        let factors: Vec<ValueId> =
            instructions.iter().filter_map(|instruction| places[instruction.operands[self.factor].index()]).collect();
        let all = builder.concatenate(0, &factors)?;
        let other = places[instructions[0].operands[1 - self.factor].index()];
        let other = other.ok_or(BuildError::NoSuchValue(instructions[0].operands[1 - self.factor]))?;
        let operands = if self.factor == 0 { [all, other] } else { [other, all] };
        let product = builder.emit(instructions[0].operation.clone(), operands)?[0];
        let mut start = Dim::from(0);
        for instruction in instructions {
            let Type { shape, .. } = program.type_of(instruction.operands[self.factor]).clone();
            let part = builder.slice_axis(self.axis, start.clone(), shape[0].clone(), product)?;
            places[instruction.results[0].index()] = Some(part);
            start = start.add(&shape[0])?;
        }
        Ok(())
    }
}
