//! The loops of operations.

use std::rc::Rc;

use netform_compile::{Contraction, Direction, Reduction, ReductionKind, ScalarFunction, Scan};

use super::code::{Code, Index, Written, merged, size};
use super::memory::Kind;
use super::scalar::{Block, bare};
use super::view::View;

impl Code<'_> {
    pub(super) fn map(&mut self, functions: &[ScalarFunction], operands: &[View], results: &[View]) -> Written<()> {
        let all: Vec<View> = operands.iter().chain(results).cloned().collect();
        let shape = results.first().map_or(&[][..], |result| &result.shape).to_vec();
        let (shape, views) = merged(&shape, &all);
        let (operands, results) = views.split_at(operands.len());
        let has_index = views.iter().any(|view| view.kind == Kind::Index);
        let real = if self.single && !has_index { "float" } else { "double" };
        let mut failure = None;
        self.each(&shape, |code, at| {
            let mut loads = Block::of(real);
            let names: Vec<String> = operands.iter().map(|operand| loads.name(&operand.at(at))).collect();
            let mut block = Block::after(&loads);
            let mut values = Vec::with_capacity(functions.len());
            for function in functions {
                match code.scalars.write(function, &names, &mut block) {
                    Ok(value) => values.push(value),
                    Err(error) => failure = Some(error),
                }
            }
            for (name, load) in names.iter().zip(&loads.statements) {
                if block.statements.iter().chain(&values).any(|text| mentions(text, name)) {
                    code.line(load);
                }
            }
            for statement in &block.statements {
                code.line(statement);
            }
            for (result, value) in results.iter().zip(&values) {
                code.line(&format!("{} = {};", result.at(at), bare(value)));
            }
        });
        failure.map_or(Ok(()), Err)
    }

    pub(super) fn contract(&mut self, contraction: &Contraction, operands: &[View], result: &View) {
        // The labels that are summed over, in order of occurrence, and their sizes.
        let mut summed: Vec<(u16, usize)> = Vec::new();
        for (labels, operand) in contraction.operands.iter().zip(operands) {
            for (label, &size) in labels.iter().zip(&operand.shape) {
                if !contraction.result.contains(label) && !summed.iter().any(|(known, _)| *known == label.0) {
                    summed.push((label.0, size));
                }
            }
        }
        let kept: Vec<u16> = contraction.result.iter().map(|label| label.0).collect();
        let inner: Vec<usize> = summed.iter().map(|(_, size)| *size).collect();
        let real = result.kind.c_type(self.single);
        self.each(&result.shape, |code, outer| {
            let product = |inside: &[Index]| {
                let factors = contraction.operands.iter().zip(operands).map(|(labels, operand)| {
                    let index = |label: u16| match kept.iter().position(|known| *known == label) {
                        Some(place) => outer[place].clone(),
                        None => summed.iter().position(|(known, _)| *known == label).and_then(|k| inside[k].clone()),
                    };
                    let indices: Vec<Index> = labels.iter().map(|label| index(label.0)).collect();
                    operand.at(&indices)
                });
                let factors: Vec<String> = factors.collect();
                if factors.is_empty() { "1".to_owned() } else { factors.join(" * ") }
            };
            if inner.iter().all(|size| *size == 1) {
                let line = format!("{} = {};", result.at(outer), product(&vec![None; inner.len()]));
                return code.line(&line);
            }
            code.line(&format!("{real} sum = 0;"));
            code.each(&inner, |code, inside| code.line(&format!("sum += {};", product(inside))));
            code.line(&format!("{} = sum;", result.at(outer)));
        });
    }

    pub(super) fn reduce(&mut self, reduction: &Reduction, a: &View, result: &View) {
        let is_reduced = |axis: &usize| reduction.axes.contains(axis);
        let inner: Vec<usize> = reduction.axes.iter().map(|&axis| a.shape[axis]).collect();
        let rank = a.shape.len();
        let element = a.kind.c_type(self.single);
        let (least, most) = match a.kind {
            Kind::Real => ("-INFINITY", "INFINITY"),
            Kind::Index | Kind::Truth => ("LONG_MIN", "LONG_MAX"),
        };
        let (declared, start, update, end) = match reduction.kind {
            ReductionKind::Sum => (element, "0", "value += x;", "value"),
            ReductionKind::Product => (element, "1", "value *= x;", "value"),
            ReductionKind::And => ("int", "1", "value = value && x;", "value"),
            ReductionKind::Or => ("int", "0", "value = value || x;", "value"),
            ReductionKind::Max => (element, least, "value = x > value ? x : value;", "value"),
            ReductionKind::Min => (element, most, "value = x < value ? x : value;", "value"),
            ReductionKind::Shift => {
                (element, least, "value = x > value ? x : value;", "value - value == 0 ? value : 0")
            }
            ReductionKind::ArgMax => {
                (element, least, "++place; if (first == 0 || x > value) { value = x; first = place; }", "first")
            }
        };
        let is_place = reduction.kind == ReductionKind::ArgMax;
        self.each(&result.shape, |code, outer| {
            code.line(&format!("{declared} value = {start};"));
            if is_place {
                code.line("long place = 0, first = 0;");
            }
            code.each(&inner, |code, inside| {
                let mut indices = vec![None; rank];
                for (place, axis) in (0..rank).filter(|axis| !is_reduced(axis)).enumerate() {
                    indices[axis] = outer[place].clone();
                }
                for (place, &axis) in reduction.axes.iter().enumerate() {
                    indices[axis] = inside[place].clone();
                }
                code.line(&format!("const {element} x = {};", a.at(&indices)));
                code.line(update);
            });
            code.line(&format!("{} = {end};", result.at(outer)));
        });
    }

    /// The indices of `a` for indices of the result of `gather`, and those of the positions.
    fn around(axis: usize, at: &[Index], positions: usize, place: Index) -> (Vec<Index>, Vec<Index>) {
        let of_positions = at[axis..axis + positions].to_vec();
        let before = at[..axis].iter().cloned();
        let of_array = before.chain([place]).chain(at[axis + positions..].iter().cloned()).collect();
        (of_array, of_positions)
    }

    /// Reads a position and checks it.
    fn position(&mut self, text: &str, size: usize) {
        self.may_fail = true;
        self.line(&format!("const long place = (long){text} - 1;"));
        self.line(&format!("if (place < 0 || place >= {size}) {{"));
        self.line("    return 1;");
        self.line("}");
    }

    pub(super) fn gather(&mut self, axis: usize, a: &View, positions: &View, result: &View) {
        self.each(&result.shape, |code, at| {
            let (of_array, of_positions) = Self::around(axis, at, positions.shape.len(), Some("place".into()));
            code.position(&positions.at(&of_positions), a.shape[axis]);
            code.line(&format!("{} = {};", result.at(at), a.at(&of_array)));
        });
    }

    pub(super) fn scatter_add(&mut self, axis: usize, positions: &View, updates: &View, result: &View) {
        self.each(&updates.shape, |code, at| {
            let (of_array, of_positions) = Self::around(axis, at, positions.shape.len(), Some("place".into()));
            code.position(&positions.at(&of_positions), result.shape[axis]);
            code.line(&format!("{} += {};", result.at(&of_array), updates.at(at)));
        });
    }

    /// Insertion sort of positions: stable, without further memory.
    pub(super) fn order(&mut self, axis: usize, a: &View, result: &View) {
        let mut outer = a.shape.clone();
        let size = std::mem::replace(&mut outer[axis], 1);
        self.each(&outer, |code, at| {
            let with = |place: &str| {
                let mut indices = at.to_vec();
                indices[axis] = Some(place.into());
                indices
            };
            let element = a.kind.c_type(code.single);
            for line in [
                format!("for (long n = 0; n < {size}; ++n) {{"),
                format!("    const {element} x = {};", a.at(&with("n"))),
                "    long k = n;".to_owned(),
                "    while (k > 0) {".to_owned(),
                "        const long left = k - 1;".to_owned(),
                format!("        const long other = {} - 1;", result.at(&with("left"))),
                format!("        if (!({} > x)) {{", a.at(&with("other"))),
                "            break;".to_owned(),
                "        }".to_owned(),
                format!("        {} = other + 1;", result.at(&with("k"))),
                "        k = left;".to_owned(),
                "    }".to_owned(),
                format!("    {} = n + 1;", result.at(&with("k"))),
                "}".to_owned(),
            ] {
                code.line(&line);
            }
        });
    }

    pub(super) fn scan(&mut self, scan: &Scan, operands: &[View], stacked: Vec<View>) -> Written<Vec<View>> {
        let length = size(&scan.length)?;
        let (initial, rest) = operands.split_at(scan.states);
        let (sequences, constants) = rest.split_at(scan.sequences);
        let states: Vec<View> = initial.iter().map(|state| self.allocate(state.kind, &state.shape)).collect();
        for (from, to) in initial.iter().zip(&states) {
            self.copy(from, to);
        }
        if length == 0 {
            return Ok(states.into_iter().chain(stacked).collect());
        }
        let step: Rc<str> = format!("t{}", self.depth).into();
        self.line(&format!("for (long {step} = 0; {step} < {length}; ++{step}) {{"));
        self.depth += 1;
        let backward = scan.direction == Direction::Backward;
        let rows = sequences.iter().map(|sequence| sequence.step(&step, backward));
        let inputs: Vec<View> = states.iter().cloned().chain(rows).chain(constants.iter().cloned()).collect();
        let outputs: Vec<View> = stacked.iter().map(|whole| whole.step(&step, backward)).collect();
        let targets: Vec<Option<View>> = states.iter().map(|_| None).chain(outputs.iter().cloned().map(Some)).collect();
        let mut results = self.program(&scan.body, &inputs, &targets)?;
        for (from, to) in results.split_off(scan.states).iter().zip(&outputs) {
            self.copy(from, to);
        }
        // A next state that is part of another state must be read before that one is written.
        for (next, state) in results.iter_mut().zip(&states) {
            let reads_states = next.slot.as_ref().is_some_and(|slot| {
                states.iter().any(|state| state.slot.as_ref().is_some_and(|other| Rc::ptr_eq(slot, other)))
            });
            if reads_states && !next.is_same(state) {
                let copy = self.allocate(next.kind, &next.shape);
                self.copy(next, &copy);
                *next = copy;
            }
        }
        for (next, state) in results.iter().zip(&states) {
            self.copy(next, state);
        }
        self.close(1);
        Ok(states.into_iter().chain(stacked).collect())
    }
}

/// Whether a name is a word of a text.
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name)
}
