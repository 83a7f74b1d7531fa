//! The adjoint of a scan: a scan in the other direction, over the states before each step.
//!
//! It carries the cotangents of the states back from step to step, and sums those of the constants. What it reads of a step is stored
//! by the first scan, and not computed again.

use netform_expr::{Expr, Sym};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{Done, GradientError, ScalarDerivatives, Sweep, Swept, activity, is_real, swept};
use crate::passes::{dead_values, is_of_segments};
use crate::program::{Builder, Direction, Instruction, Operation, Program, Scan, Type, ValueId};
use crate::scalar::slot;

/// The scan with the states before each step and the values in each step that the walk back may read as further outputs, those that
/// it does not read vanish with other dead values.
pub(super) fn storing(scan: &Scan) -> Scan {
    let mut scan = scan.clone();
    let states = scan.body.inputs[..scan.states].to_vec();
    for (k, value) in states.into_iter().chain(storable(&scan)).enumerate() {
        scan.body.outputs.push(crate::program::Output { name: format!("stored {k}").into(), value });
    }
    scan
}

/// The values in a step that may be stored for the walk back, so that it need not compute them again. Of segments none are,
/// and views of what is stored need no room of their own.
fn storable(scan: &Scan) -> Vec<ValueId> {
    if is_of_segments(scan) {
        return vec![];
    }
    let is_stored = |operation: &Operation| match operation {
        Operation::Input { .. }
        | Operation::Parameter { .. }
        | Operation::Constant(_)
        | Operation::Iota { .. }
        | Operation::Index { .. }
        | Operation::Scan(_)
        | Operation::Reshape { .. }
        | Operation::Transpose { .. }
        | Operation::Broadcast { .. }
        | Operation::Slice(_)
        | Operation::Reverse { .. }
        | Operation::Window(_) => false,
        Operation::Map { .. }
        | Operation::Contract(_)
        | Operation::Reduce(_)
        | Operation::Pad(_)
        | Operation::Concatenate { .. }
        | Operation::Gather { .. }
        | Operation::ScatterAdd { .. }
        | Operation::OverlapAdd(_)
        | Operation::Select
        | Operation::Convert { .. }
        | Operation::Order { .. }
        | Operation::Random { .. } => true,
    };
    let instructions = scan.body.instructions.iter().filter(|instruction| is_stored(&instruction.operation));
    instructions.flat_map(|instruction| instruction.results.iter().copied()).collect()
}

/// The step with its walk back in which values that are stored are inputs, behind those of the step; and which these values are, by
/// their places among [`storable`].
fn reading(scan: &Scan, swept: &Swept) -> Result<(Program, Vec<usize>), GradientError> {
    let Swept { program: step, copies, copied } = swept;
    let storable = storable(scan);
    let stored: FxHashMap<ValueId, usize> =
        storable.iter().enumerate().map(|(place, value)| (copies[value.index()], place)).collect();
    let mut makers = vec![0; step.value_count()];
    for (place, instruction) in step.instructions.iter().enumerate() {
        instruction.results.iter().for_each(|result| makers[result.index()] = place);
    }
    // From what the walk back reads to what is stored.
    let gradients = step.outputs[scan.body.outputs.len()..].iter().map(|output| output.value);
    let mut open: Vec<ValueId> =
        step.instructions[*copied..].iter().flat_map(|instruction| instruction.operands.iter().copied()).collect();
    open.extend(gradients);
    let mut seen: FxHashSet<ValueId> = FxHashSet::default();
    let mut read: Vec<(usize, ValueId)> = vec![];
    while let Some(value) = open.pop() {
        if makers[value.index()] >= *copied || !seen.insert(value) {
            continue;
        }
        match stored.get(&value) {
            Some(place) => read.push((*place, value)),
            None => open.extend(step.instructions[makers[value.index()]].operands.iter().copied()),
        }
    }
    read.sort_unstable();
    let mut builder = Builder::new();
    let mut places: FxHashMap<ValueId, ValueId> = FxHashMap::default();
    let (own, cotangents) = step.inputs.split_at(scan.body.inputs.len());
    let values = read.iter().map(|(_, value)| value);
    for value in own.iter().chain(values).chain(cotangents) {
        let input = builder.input(&format!("{}", places.len()), step.type_of(*value).clone())?;
        places.insert(*value, input);
    }
    for instruction in &step.instructions {
        if instruction.results.iter().all(|result| places.contains_key(result)) {
            continue;
        }
        let operands: SmallVec<[ValueId; 4]> = instruction.operands.iter().map(|operand| places[operand]).collect();
        let results = builder.emit(instruction.operation.clone(), operands)?;
        for (old, new) in instruction.results.iter().zip(results) {
            places.entry(*old).or_insert(new);
        }
    }
    for output in &step.outputs[scan.body.outputs.len()..] {
        builder.output(&output.name, places[&output.value])?;
    }
    Ok((dead_values(&builder.finish())?, read.into_iter().map(|(place, _)| place).collect()))
}

/// Which results depend on active operands.
pub(super) fn active_results(scan: &Scan, operands: &[bool]) -> Vec<bool> {
    active_ports(scan, operands).1
}

/// Which inputs and which outputs of the body depend on active operands: a state does also if a
/// step makes it do so.
fn active_ports(scan: &Scan, operands: &[bool]) -> (Vec<bool>, Vec<bool>) {
    let mut inputs: Vec<bool> = operands
        .iter()
        .zip(&scan.body.inputs)
        .map(|(active, &input)| *active && is_real(scan.body.type_of(input)))
        .collect();
    loop {
        let wanted: Vec<ValueId> =
            scan.body.inputs.iter().zip(&inputs).filter(|(_, active)| **active).map(|(input, _)| *input).collect();
        let active = activity(&scan.body, &wanted);
        let outputs: Vec<bool> = scan.body.outputs.iter().map(|output| active[output.value.index()]).collect();
        let mut changed = false;
        for (state, becomes) in outputs[..scan.states].iter().enumerate() {
            changed |= *becomes && !inputs[state];
            inputs[state] |= *becomes;
        }
        if !changed {
            return (inputs, outputs);
        }
    }
}

/// What the step back has for an input of the body.
enum Part {
    /// A state whose cotangent is carried.
    State,
    /// A constant whose cotangents are summed.
    Constant,
    /// A sequence whose cotangents are put out.
    Sequence,
}

impl Sweep<'_> {
    pub(super) fn scan(
        &mut self,
        place: usize,
        instruction: &Instruction,
        scan: &Scan,
        derivatives: &mut dyn ScalarDerivatives,
    ) -> Done {
        let operands: Vec<bool> = instruction.operands.iter().map(|operand| self.active[operand.index()]).collect();
        let (inputs, outputs) = active_ports(scan, &operands);
        let states: Vec<usize> = (0..scan.states).filter(|&k| inputs[k]).collect();
        // A state that begins active but is lost in the first step has no cotangent to carry.
        let carried = |k: usize| outputs[k];
        let seeded: Vec<usize> = (0..scan.states)
            .filter(|&k| inputs[k] && carried(k))
            .chain(
                (scan.states..outputs.len())
                    .filter(|&k| outputs[k] && self.cotangents[instruction.results[k].index()].is_some()),
            )
            .collect();
        let fixed = scan.states + scan.sequences;
        let part = |input: usize| match input {
            _ if input < scan.states => Part::State,
            _ if input < fixed => Part::Sequence,
            _ => Part::Constant,
        };
        let wanted: Vec<usize> = (0..inputs.len()).filter(|&input| inputs[input]).collect();
        let constants: Vec<usize> = wanted.iter().copied().filter(|&input| input >= fixed).collect();

        let values: Vec<ValueId> = wanted.iter().map(|&input| scan.body.inputs[input]).collect();
        let (step, read) = reading(scan, &swept(&scan.body, &values, &seeded, derivatives)?)?;
        let body = step_back(scan, &step, &states, &constants, &wanted, &seeded, part)?;

        let mut arguments = Vec::new();
        for &state in &states {
            let known = self.cotangents[instruction.results[state].index()];
            let value_type = self.program.type_of(instruction.results[state]).clone();
            arguments.push(match known {
                Some(cotangent) => cotangent,
                None => self.filled(0.0, &value_type)?,
            });
        }
        for &constant in &constants {
            let value_type = self.program.type_of(instruction.operands[constant]).clone();
            arguments.push(self.filled(0.0, &value_type)?);
        }
        let (before, stored) = self.stored[place].split_at(scan.states);
        arguments.extend_from_slice(before);
        let operand = |k: usize| instruction.operands[k];
        arguments.extend((scan.states..fixed).map(|k| self.places[operand(k).index()]));
        arguments.extend(read.iter().map(|&value| stored[value]));
        arguments.extend(
            seeded
                .iter()
                .filter(|&&k| k >= scan.states)
                .filter_map(|&k| self.cotangents[instruction.results[k].index()]),
        );
        arguments.extend((fixed..instruction.operands.len()).map(|k| self.places[operand(k).index()]));
        let direction = match scan.direction {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        };
        let sequences =
            scan.states + scan.sequences + read.len() + seeded.iter().filter(|&&k| k >= scan.states).count();
        let back =
            Scan { body, states: states.len() + constants.len(), sequences, length: scan.length.clone(), direction };
        let results = self.builder.scan(back, &arguments)?;
        let of_sequences = wanted.iter().copied().filter(|&input| matches!(part(input), Part::Sequence));
        let targets = states.iter().chain(&constants).copied().chain(of_sequences);
        for (input, cotangent) in targets.zip(results) {
            self.add(operand(input), cotangent)?;
        }
        Ok(())
    }
}

/// The body of the scan back. Its states are the cotangents of states and the sums of those of
/// constants; its sequences the states before each step, the original sequences, what is stored of each step, and the cotangents
/// of outputs; its constants the original ones. `step` is what [`reading`] gives.
fn step_back(
    scan: &Scan,
    step: &Program,
    states: &[usize],
    constants: &[usize],
    wanted: &[usize],
    seeded: &[usize],
    part: impl Fn(usize) -> Part,
) -> Result<Program, GradientError> {
    let body = &scan.body;
    let fixed = scan.states + scan.sequences;
    let type_of_input = |k: usize| body.type_of(body.inputs[k]).clone();
    let type_of_output = |k: usize| body.type_of(body.outputs[k].value).clone();
    let mut builder = Builder::new();
    let mut input = |value_type: Type| {
        let name = format!("{}", builder.inputs().len());
        builder.input(&name, value_type)
    };
    let carried = states.iter().map(|&k| input(type_of_input(k))).collect::<Result<Vec<_>, _>>()?;
    let sums = constants.iter().map(|&k| input(type_of_input(k))).collect::<Result<Vec<_>, _>>()?;
    let mut arguments = (0..fixed).map(|k| input(type_of_input(k))).collect::<Result<Vec<_>, _>>()?;
    let cotangents = step.inputs.len() - seeded.len();
    let stored = step.inputs[body.inputs.len()..cotangents].iter().map(|&value| input(step.type_of(value).clone()));
    let stored = stored.collect::<Result<Vec<_>, _>>()?;
    let of_outputs = seeded.iter().filter(|&&k| k >= scan.states);
    let of_outputs = of_outputs.map(|&k| input(type_of_output(k))).collect::<Result<Vec<_>, _>>()?;
    for k in fixed..body.inputs.len() {
        arguments.push(input(type_of_input(k))?);
    }
    arguments.extend(stored);
    let mut of_outputs = of_outputs.into_iter();
    for &seed in seeded {
        let cotangent = match states.iter().position(|&state| state == seed) {
            Some(place) => Some(carried[place]),
            None => of_outputs.next(),
        };
        arguments.extend(cotangent);
    }
    let gradients = &builder.splice(step, &arguments)?;
    let mut sequences = Vec::new();
    let mut sums = sums.into_iter();
    for (&input, &gradient) in wanted.iter().zip(gradients.iter()) {
        let name = format!("gradient of {input}");
        match part(input) {
            Part::State => builder.output(&name, gradient)?,
            Part::Sequence => sequences.push((name, gradient)),
            Part::Constant => {
                let Some(sum) = sums.next() else { continue };
                let element = builder.type_of(gradient).element;
                let total = builder.map(Expr::call(Sym::Plus, [slot(1), slot(2)]), element, &[sum, gradient])?;
                builder.output(&name, total)?;
            }
        }
    }
    for (name, gradient) in sequences {
        builder.output(&name, gradient)?;
    }
    Ok(builder.finish())
}
