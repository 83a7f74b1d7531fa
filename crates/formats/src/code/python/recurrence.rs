//! Recurrences on arrays: loops, or functions of a step.

use netform_compile::{Direction, Scan};

use super::super::program::{Written, size};
use super::arrays::{Array, Arrays};
use super::library::{Recurrence, filled};
use super::tuple;

impl Arrays<'_> {
    /// A recurrence; the names of the last states, and of the outputs of all steps.
    pub(super) fn scan(&mut self, scan: &Scan, operands: &[Array], results: &[Array]) -> Written<Vec<String>> {
        let length = size(&scan.length)?;
        let (initial, rest) = operands.split_at(scan.states);
        let (sequences, constants) = rest.split_at(scan.sequences);
        if length == 0 {
            let states = initial.iter().map(|state| state.text.clone());
            let none: Vec<String> = results[scan.states..].iter().map(|result| self.full("0", result)).collect();
            return Ok(states.chain(none.iter().map(|array| self.named(array))).collect());
        }
        let parts = Parts { initial, sequences, constants, results: &results[scan.states..] };
        match self.language.library.recurrence {
            Recurrence::Step { call } => self.function(scan, length, &parts, call),
            Recurrence::Written { array } => self.steps(scan, length, &parts, Outputs::Written(array)),
            Recurrence::Collected { joined } => self.steps(scan, length, &parts, Outputs::Collected(joined)),
        }
    }

    /// A loop over the steps.
    fn steps(&mut self, scan: &Scan, length: usize, parts: &Parts<'_>, outputs: Outputs) -> Written<Vec<String>> {
        let states: Vec<String> = parts.initial.iter().map(|state| self.named(&state.text)).collect();
        let empty = |result: &Array| match outputs {
            Outputs::Written(array) => {
                let dtype = self.language.dtype(result.kind.into());
                filled(array, &[("shape", &tuple(&result.shape)), ("dtype", &dtype)])
            }
            Outputs::Collected(_) => format!("[None] * {length}"),
        };
        let empty: Vec<String> = parts.results.iter().map(empty).collect();
        let mut collected: Vec<String> = empty.iter().map(|empty| self.named(empty)).collect();
        let step = self.fresh("t");
        let range = match scan.direction {
            Direction::Forward => format!("range({length})"),
            Direction::Backward => format!("range({}, -1, -1)", length - 1),
        };
        self.line(&format!("for {step} in {range}:"));
        self.depth += 1;
        let elements = parts.sequences.iter().map(|sequence| format!("{}[{step}]", sequence.text)).collect();
        let next = self.program(&scan.body, &parts.inputs(states.clone(), elements))?;
        for (whole, row) in collected.iter().zip(&next[scan.states..]) {
            self.line(&format!("{whole}[{step}] = {row}"));
        }
        if !states.is_empty() {
            self.line(&format!("{} = {}", states.join(", "), next[..scan.states].join(", ")));
        }
        self.depth -= 1;
        if let Outputs::Collected(joined) = outputs {
            collected = collected.iter().map(|rows| self.named(&filled(joined, &[("rows", rows)]))).collect();
        }
        Ok(states.into_iter().chain(collected).collect())
    }

    /// A function from states and elements of sequences to the next states and the outputs, and its call.
    fn function(&mut self, scan: &Scan, length: usize, parts: &Parts<'_>, call: &str) -> Written<Vec<String>> {
        let step = self.fresh("step");
        let new = |code: &mut Arrays<'_>, arrays: &[Array]| arrays.iter().map(|_| code.fresh("a")).collect();
        let (states, elements): (Vec<String>, Vec<String>) = (new(self, parts.initial), new(self, parts.sequences));
        self.line(&format!("def {step}(states, elements):"));
        self.depth += 1;
        for (names, whole) in [(&states, "states"), (&elements, "elements")] {
            if !names.is_empty() {
                self.line(&format!("{} = {whole}", tuple(names)));
            }
        }
        let next = self.program(&scan.body, &parts.inputs(states, elements))?;
        // States keep their types.
        let typed = |code: &Arrays<'_>, texts: Vec<&String>| -> Vec<String> {
            let dtypes = parts.initial.iter().map(|state| code.language.dtype(state.kind.into()));
            let module = code.language.library.module;
            texts.iter().zip(dtypes).map(|(text, dtype)| format!("{module}.asarray({text}, dtype={dtype})")).collect()
        };
        let following = typed(self, next[..scan.states].iter().collect());
        self.line(&format!("return {}, {}", tuple(&following), tuple(&next[scan.states..])));
        self.depth -= 1;
        let initial = typed(self, parts.initial.iter().map(|state| &state.text).collect());
        let sequences: Vec<&str> = parts.sequences.iter().map(|sequence| &*sequence.text).collect();
        let reverse = if scan.direction == Direction::Backward { "True" } else { "False" };
        let call = filled(
            call,
            &[
                ("step", &step),
                ("states", &tuple(&initial)),
                ("sequences", &tuple(&sequences)),
                ("length", &length.to_string()),
                ("reverse", reverse),
            ],
        );
        let (states, outputs): (Vec<String>, Vec<String>) = (new(self, parts.initial), new(self, parts.results));
        self.line(&format!("{}, {} = {call}", tuple(&states), tuple(&outputs)));
        Ok(states.into_iter().chain(outputs).collect())
    }
}

/// The operands of a recurrence by what they are in it, and its outputs.
struct Parts<'a> {
    initial: &'a [Array],
    sequences: &'a [Array],
    constants: &'a [Array],
    results: &'a [Array],
}

impl Parts<'_> {
    /// The inputs of a step.
    fn inputs(&self, states: Vec<String>, elements: Vec<String>) -> Vec<String> {
        let constants = self.constants.iter().map(|constant| constant.text.clone());
        states.into_iter().chain(elements).chain(constants).collect()
    }
}

/// How a loop keeps its outputs.
#[derive(Clone, Copy)]
enum Outputs {
    Written(&'static str),
    Collected(&'static str),
}
