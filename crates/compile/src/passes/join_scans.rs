//! One recurrence in the place of several that go through the same states.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::common_subexpressions;
use super::rebuild::{Results, finished, with_body};
use crate::program::{BuildError, Builder, Operation, Output, Program, Scan, ValueId};

/// Makes one recurrence of those whose states are the same in all steps: they begin with the same values, go as many steps in the
/// same direction, and compute the next states in the same way. What each of them gives is a result of the one. So a recurrence and
/// its derivative go through the states once.
///
/// # Errors
/// None for valid programs.
pub fn join_scans(program: &Program) -> Result<Program, BuildError> {
    let groups = groups(program)?;
    let first: FxHashMap<usize, &Group> = groups.iter().map(|group| (group.members[0].0, group)).collect();
    let mut builder = Builder::new();
    let mut places: Vec<Option<ValueId>> = vec![None; program.value_count()];
    for (at, instruction) in program.instructions().iter().enumerate() {
        if instruction.results.iter().all(|result| places[result.index()].is_some()) && !instruction.results.is_empty()
        {
            continue;
        }
        let group = first.get(&at);
        let (operation, operands) = match group {
            Some(group) => (Operation::Scan(Box::new(group.scan.clone())), group.operands.as_slice()),
            None => (instruction.operation.clone(), instruction.operands.as_slice()),
        };
        let operation = with_body(&operation, join_scans)?;
        let operands: Vec<ValueId> = operands.iter().filter_map(|operand| places[operand.index()]).collect();
        let results: Results = builder.emit(operation, operands)?;
        match group {
            None => instruction.results.iter().zip(results).for_each(|(old, new)| places[old.index()] = Some(new)),
            Some(group) => {
                let states = group.scan.states;
                for (member, outputs) in &group.members {
                    let news = (0..states).chain(outputs.iter().copied()).map(|place| results[place]);
                    let olds = &program.instructions()[*member].results;
                    olds.iter().zip(news).for_each(|(old, new)| places[old.index()] = Some(new));
                }
            }
        }
    }
    finished(builder, program, &places)
}

/// Recurrences that become one, which stands where the first of them was.
struct Group {
    /// The places of the instructions, and those of the outputs of each among the results of the one.
    members: Vec<(usize, Vec<usize>)>,
    scan: Scan,
    operands: Vec<ValueId>,
}

/// The groups of at least two recurrences.
fn groups(program: &Program) -> Result<Vec<Group>, BuildError> {
    let mut groups: Vec<Group> = vec![];
    // Only those whose states depend on the same values may be one.
    let mut alike: FxHashMap<Vec<ValueId>, Vec<usize>> = FxHashMap::default();
    for (at, instruction) in program.instructions().iter().enumerate() {
        let Operation::Scan(scan) = &instruction.operation else { continue };
        if scan.states == 0 {
            continue;
        }
        let mut is_taken = false;
        let candidates = alike.entry(state_operands(scan, &instruction.operands)).or_default();
        for &candidate in candidates.iter() {
            let group = &mut groups[candidate];
            let first = &program.instructions()[group.members[0].0];
            // Where the first one stands, all that this one reads must be there.
            let is_there = |operand: &ValueId| first.results.first().is_some_and(|result| operand < result);
            if instruction.operands.iter().all(is_there) && group.take(at, scan, &instruction.operands)? {
                is_taken = true;
                break;
            }
        }
        if !is_taken {
            let (scan, operands) = (scan.as_ref().clone(), instruction.operands.to_vec());
            let outputs = (scan.states..scan.body.outputs().len()).collect();
            candidates.push(groups.len());
            groups.push(Group { members: vec![(at, outputs)], scan, operands });
        }
    }
    groups.retain(|group| group.members.len() > 1);
    Ok(groups)
}

/// The values on which the states of a recurrence depend, each once.
fn state_operands(scan: &Scan, operands: &[ValueId]) -> Vec<ValueId> {
    let body = &scan.body;
    let mut is_needed = vec![false; body.value_count()];
    body.outputs()[..scan.states].iter().for_each(|next| is_needed[next.value.index()] = true);
    for instruction in body.instructions().iter().rev() {
        if instruction.results.iter().any(|result| is_needed[result.index()]) {
            instruction.operands.iter().for_each(|operand| is_needed[operand.index()] = true);
        }
    }
    let (states, others) = operands.split_at(scan.states);
    let read = others.iter().zip(&body.inputs()[scan.states..]).filter(|(_, input)| is_needed[input.index()]);
    let mut read: Vec<ValueId> = read.map(|(operand, _)| *operand).collect();
    read.sort_unstable();
    read.dedup();
    states.iter().copied().chain(read).collect()
}

impl Group {
    /// Takes another recurrence in, if its states are the same.
    fn take(&mut self, at: usize, scan: &Scan, operands: &[ValueId]) -> Result<bool, BuildError> {
        let states = scan.states;
        let same = states == self.scan.states
            && scan.direction == self.scan.direction
            && scan.length == self.scan.length
            && operands[..states] == self.operands[..states];
        if !same {
            return Ok(false);
        }
        let Some((mut body, joined, sequences)) = self.joined(scan, operands)? else { return Ok(false) };
        let others = body.outputs.split_off(self.scan.body.outputs().len());
        let next = |outputs: &[Output]| outputs[..states].iter().map(|output| output.value).collect::<Vec<_>>();
        if next(&body.outputs) != next(&others) {
            return Ok(false);
        }
        // What is an output already is none once more.
        let mut places = vec![];
        for output in others.into_iter().skip(states) {
            let known = body.outputs[states..].iter().position(|known| known.value == output.value);
            places.push(known.map_or(body.outputs.len(), |known| states + known));
            if known.is_none() {
                body.outputs.push(output);
            }
        }
        self.members.push((at, places));
        self.scan = Scan { body, sequences, length: scan.length.clone(), ..self.scan };
        self.operands = joined;
        Ok(true)
    }

    /// The body that computes the outputs of both, those of this one first, its operands, and how many of them are sequences.
    fn joined(&self, other: &Scan, operands: &[ValueId]) -> Result<Option<(Program, Vec<ValueId>, usize)>, BuildError> {
        let (states, own) = (other.states, &self.scan);
        let of = |scan: &Scan| states..states + scan.sequences;
        let (mut sequences, mut constants) = (self.operands[of(own)].to_vec(), self.operands[of(own).end..].to_vec());
        let add = |list: &mut Vec<ValueId>, others: &[ValueId]| {
            others.iter().for_each(|operand| {
                if !list.contains(operand) {
                    list.push(*operand);
                }
            });
        };
        add(&mut sequences, &operands[of(other)]);
        add(&mut constants, &operands[of(other).end..]);
        let mut builder = Builder::new();
        let mut inputs: FxHashMap<(bool, ValueId), ValueId> = FxHashMap::default();
        let mut of_states: SmallVec<[ValueId; 4]> = SmallVec::new();
        for (place, &state) in own.body.inputs()[..states].iter().enumerate() {
            of_states.push(builder.input(&format!("state{}", place + 1), own.body.type_of(state).clone())?);
        }
        // An element of a sequence, or a constant, as the body that reads it has it.
        let element = |operand: ValueId, is_sequence: bool| {
            let within = |scan: &Scan, operands: &[ValueId]| {
                let range = if is_sequence { of(scan) } else { of(scan).end..operands.len() };
                let place = operands[range.clone()].iter().position(|other| *other == operand)?;
                Some(scan.body.type_of(scan.body.inputs()[range.start + place]).clone())
            };
            within(own, &self.operands).or_else(|| within(other, operands))
        };
        for (list, is_sequence) in [(&sequences, true), (&constants, false)] {
            for (place, &operand) in list.iter().enumerate() {
                let name = if is_sequence { "element" } else { "constant" };
                let Some(value_type) = element(operand, is_sequence) else { return Ok(None) };
                let input = builder.input(&format!("{name}{}", place + 1), value_type)?;
                inputs.insert((is_sequence, operand), input);
            }
        }
        let mut all: Vec<ValueId> = vec![];
        for (scan, operands) in [(own, self.operands.as_slice()), (other, operands)] {
            let read = operands.iter().enumerate().map(|(place, operand)| match of_states.get(place) {
                Some(state) => Some(*state),
                None => inputs.get(&(of(scan).contains(&place), *operand)).copied(),
            });
            let Some(read) = read.collect::<Option<Vec<ValueId>>>() else { return Ok(None) };
            all.extend(builder.splice(&scan.body, &read)?);
        }
        for (place, value) in all.iter().enumerate() {
            builder.output(&format!("output {place}"), *value)?;
        }
        let mut body = common_subexpressions(&builder.finish())?;
        for requirement in own.body.requirements.iter().chain(&other.body.requirements) {
            if !body.requirements.contains(requirement) {
                body.requirements.push(requirement.clone());
            }
        }
        let of_sequences = sequences.len();
        let joined = self.operands[..states].iter().copied().chain(sequences).chain(constants).collect();
        Ok(Some((body, joined, of_sequences)))
    }
}
