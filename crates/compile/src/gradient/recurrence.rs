//! The adjoint of a scan: a scan in the other direction, over the states before each step.
//!
//! It carries the cotangents of the states back from step to step, and sums those of the constants.

use netform_expr::{Expr, Sym};

use super::{Done, GradientError, ScalarDerivatives, Sweep, activity, is_real, pullback};
use crate::program::{BuildError, Builder, Direction, Instruction, Program, Scan, Type, ValueId};
use crate::scalar::slot;

/// The scan with the states before each step as further outputs.
pub(super) fn storing(scan: &Scan) -> Result<Scan, BuildError> {
    let mut scan = scan.clone();
    for (k, &state) in scan.body.inputs.clone()[..scan.states].iter().enumerate() {
        let name = format!("state {k} before");
        scan.body.outputs.push(crate::program::Output { name: name.into(), value: state });
    }
    Ok(scan)
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
        let step = pullback(&scan.body, &values, &seeded, derivatives)?;
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
        arguments.extend(self.stored[place].iter().copied());
        let operand = |k: usize| instruction.operands[k];
        arguments.extend((scan.states..fixed).map(|k| self.places[operand(k).index()]));
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
        let sequences = scan.states + scan.sequences + seeded.iter().filter(|&&k| k >= scan.states).count();
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
/// constants; its sequences the states before each step, the original sequences and the cotangents
/// of outputs; its constants the original ones.
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
    let of_outputs = seeded.iter().filter(|&&k| k >= scan.states);
    let of_outputs = of_outputs.map(|&k| input(type_of_output(k))).collect::<Result<Vec<_>, _>>()?;
    for k in fixed..body.inputs.len() {
        arguments.push(input(type_of_input(k))?);
    }
    let mut of_outputs = of_outputs.into_iter();
    for &seed in seeded {
        let cotangent = match states.iter().position(|&state| state == seed) {
            Some(place) => Some(carried[place]),
            None => of_outputs.next(),
        };
        arguments.extend(cotangent);
    }
    let results = builder.splice(step, &arguments)?;
    let gradients = &results[body.outputs.len()..];
    let mut sequences = Vec::new();
    let mut sums = sums.into_iter();
    for (&input, &gradient) in wanted.iter().zip(gradients) {
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
