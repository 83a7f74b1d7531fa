//! Takes out of recurrences what does not depend on their states.

use rustc_hash::FxHashMap;

use super::lift::{Lifted, draws, lift, repeated};
use super::rebuild::{Results, rebuild, with_body};
use crate::dim::Dim;
use crate::infer::TypeError;
use crate::program::{BuildError, Builder, Operation, Output, Program, Scan, Type, ValueId};

/// No value of known size that is taken out of a recurrence may have more elements than this.
pub(super) const LIMIT: i64 = 1 << 26;

/// Takes out of every scan but those of segments what does not depend on its states: what is the same in all steps is computed once, what
/// depends on sequences for all steps at once, as one matrix product for all steps is that of inputs and weights. A scan
/// without states vanishes where all its operations can be done at once.
///
/// # Errors
/// None for valid programs.
pub fn hoist(program: &Program) -> Result<Program, BuildError> {
    rebuild(program, hoist, |builder, instruction, operands| {
        let operation = with_body(&instruction.operation, hoist)?;
        let Operation::Scan(scan) = &operation else { return Ok(None) };
        if scan.length.lower_bound().is_none_or(|length| length < 1) {
            return Ok(None);
        }
        if is_of_segments(scan) {
            return builder.emit(operation.clone(), operands.iter().copied()).map(Some);
        }
        Hoist::new(builder, scan, operands).run().map(Some)
    })
}

/// Whether a recurrence has a recurrence in each step: so are segments, and what is computed in one of them for all its steps
/// would take the memory that segments are for if it were computed for all segments at once.
pub(crate) fn is_of_segments(scan: &Scan) -> bool {
    let is_recurrence = |operation: &Operation| matches!(operation, Operation::Scan(inner) if inner.states > 0);
    scan.states > 0 && scan.body.instructions().iter().any(|instruction| is_recurrence(&instruction.operation))
}

/// What a value of the body is outside of it.
#[derive(Clone, Copy)]
enum Outside {
    /// It depends on states, and stays.
    Inside,
    /// It is there, for all steps or the same for all.
    At(Lifted),
}

struct Hoist<'a> {
    builder: &'a mut Builder,
    scan: &'a Scan,
    operands: &'a [ValueId],
    values: Vec<Outside>,
    /// The body that remains.
    body: Builder,
    /// The values of the old body in the new one.
    places: FxHashMap<usize, ValueId>,
    sequences: Vec<ValueId>,
    constants: Vec<ValueId>,
}

impl<'a> Hoist<'a> {
    fn new(builder: &'a mut Builder, scan: &'a Scan, operands: &'a [ValueId]) -> Hoist<'a> {
        Hoist {
            builder,
            scan,
            operands,
            values: Vec::with_capacity(scan.body.value_count()),
            body: Builder::new(),
            places: FxHashMap::default(),
            sequences: vec![],
            constants: vec![],
        }
    }

    fn run(mut self) -> Result<Results, BuildError> {
        let body = &self.scan.body;
        let mut input = 0;
        let mut kept = vec![];
        for (place, instruction) in body.instructions().iter().enumerate() {
            if matches!(instruction.operation, Operation::Input { .. } | Operation::Parameter { .. }) {
                self.values.push(match input {
                    k if k < self.scan.states => Outside::Inside,
                    k => Outside::At(Lifted {
                        value: self.operands[k],
                        is_lifted: k < self.scan.states + self.scan.sequences,
                    }),
                });
                input += 1;
                continue;
            }
            let operands: Option<Vec<Lifted>> = instruction
                .operands
                .iter()
                .map(|operand| match self.values[operand.index()] {
                    Outside::At(lifted) => Some(lifted),
                    Outside::Inside => None,
                })
                .collect();
            let taken_out = match operands {
                Some(operands) => self.take_out(place, &operands)?,
                None => None,
            };
            match taken_out {
                Some(results) => self.values.extend(results.into_iter().map(Outside::At)),
                None => {
                    kept.push(place);
                    self.values.extend(instruction.results.iter().map(|_| Outside::Inside));
                }
            }
        }
        self.write_body(&kept)
    }

    /// The results of an instruction that does not depend on states, outside of the body.
    fn take_out(&mut self, place: usize, operands: &[Lifted]) -> Result<Option<Vec<Lifted>>, BuildError> {
        let instruction = &self.scan.body.instructions()[place];
        let random = draws(&instruction.operation);
        if !random && operands.iter().all(|operand| !operand.is_lifted) {
            let plain = operands.iter().map(|operand| operand.value);
            let results = self.builder.emit(instruction.operation.clone(), plain)?;
            return Ok(Some(results.into_iter().map(|value| Lifted { value, is_lifted: false }).collect()));
        }
        let fits = instruction.results.iter().all(|&result| {
            let value_type = self.scan.body.type_of(result);
            let size = Dim::product(&value_type.shape).and_then(|size| size.multiply(&self.scan.length));
            size.is_ok_and(|size| size.as_integer().is_none_or(|size| size <= LIMIT))
        });
        if !fits || (random && matches!(instruction.operation, Operation::Scan(_))) {
            return Ok(None);
        }
        let results = match lift(self.builder, &self.scan.length, instruction, operands) {
            // Arrays without elements may have dimensions whose product has no size.
            Err(BuildError::Type(TypeError::Dim(_))) => None,
            results => results?,
        };
        Ok(results.map(|results| results.into_iter().map(|value| Lifted { value, is_lifted: true }).collect()))
    }

    /// Writes the instructions that stay into a new body, and the recurrence with what has been taken out as sequences
    /// and constants.
    fn write_body(mut self, kept: &[usize]) -> Result<Results, BuildError> {
        let (scan, body) = (self.scan, &self.scan.body);
        // Inputs first: states, then sequences, then constants.
        for (place, &state) in body.inputs().iter().take(scan.states).enumerate() {
            let value = self.body.input(&format!("state{}", place + 1), body.type_of(state).clone())?;
            self.places.insert(state.index(), value);
        }
        let is_inside = |values: &[Outside], output: &Output| matches!(values[output.value.index()], Outside::Inside);
        let read = kept.iter().flat_map(|&place| &body.instructions()[place].operands);
        let next = body.outputs().iter().take(scan.states).map(|output| &output.value);
        let mut needed: Vec<ValueId> = read.chain(next).copied().collect();
        needed.sort_unstable();
        needed.dedup();
        for lifted in [true, false] {
            for &value in &needed {
                let Outside::At(outside) = self.values[value.index()] else { continue };
                if outside.is_lifted != lifted {
                    continue;
                }
                let (list, name) = match lifted {
                    true => (&mut self.sequences, "element"),
                    false => (&mut self.constants, "constant"),
                };
                list.push(outside.value);
                let name = format!("{name}{}", list.len());
                let Type { element, shape } = body.type_of(value).clone();
                let inside = self.body.input(&name, Type { element, shape })?;
                self.places.insert(value.index(), inside);
            }
        }
        for &place in kept {
            let instruction = &body.instructions()[place];
            let operands: Vec<ValueId> =
                instruction.operands.iter().filter_map(|operand| self.places.get(&operand.index()).copied()).collect();
            let results = self.body.emit(instruction.operation.clone(), operands)?;
            for (old, new) in instruction.results.iter().zip(results) {
                self.places.insert(old.index(), new);
            }
        }
        let mut inner_outputs = 0;
        for (place, output) in body.outputs().iter().enumerate() {
            if place < scan.states || is_inside(&self.values, output) {
                let value = self.places.get(&output.value.index()).copied();
                self.body.output(&output.name, value.ok_or(BuildError::NoSuchValue(output.value))?)?;
                inner_outputs += usize::from(place >= scan.states);
            }
        }
        let mut inner = Results::new();
        if scan.states + inner_outputs > 0 {
            let operands: Vec<ValueId> =
                self.operands[..scan.states].iter().chain(&self.sequences).chain(&self.constants).copied().collect();
            let sequences = self.sequences.len();
            let new = Scan { body: self.body.finish(), sequences, length: scan.length.clone(), ..*scan };
            inner = self.builder.scan(new, &operands)?;
        }
        let mut inner = inner.into_iter();
        let mut results: Results = inner.by_ref().take(scan.states).collect();
        for output in &body.outputs()[scan.states..] {
            results.push(match self.values[output.value.index()] {
                Outside::At(outside) => repeated(self.builder, &scan.length, outside)?,
                Outside::Inside => inner.next().ok_or(BuildError::NoSuchValue(output.value))?,
            });
        }
        Ok(results)
    }
}
