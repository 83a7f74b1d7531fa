//! The loops of operations.

use std::rc::Rc;

use netform_compile::{Contraction, Direction, Reduction, ReductionKind, ScalarFunction, Scan};

use super::language::Number;
use super::memory::Kind;
use super::program::{Code, Index, Written, size};
use super::scalar::{Block, Piece};
use super::view::{View, merged};
use crate::scalar::Operator;
use crate::scalar::bare;

impl Code<'_> {
    pub(super) fn map(&mut self, functions: &[ScalarFunction], operands: &[View], results: &[View]) -> Written<()> {
        let all: Vec<View> = operands.iter().chain(results).cloned().collect();
        let shape = results.first().map_or(&[][..], |result| &result.shape).to_vec();
        let (shape, views) = merged(&shape, &all);
        let (operands, results) = views.split_at(operands.len());
        let has_index = views.iter().any(|view| view.kind == Kind::Index);
        let number = if has_index { Number::Wide } else { Number::Real };
        let mut failure = None;
        self.each(&shape, |code, at| {
            let mut loads = Block::of(code.language, number);
            let load = |operand: &View| {
                let element = code.at(operand, at);
                loads.name(&code.converted(&element, operand.kind.into(), number))
            };
            let names: Vec<Piece> = operands.iter().map(load).collect();
            let mut block = loads.inner();
            let mut values = Vec::with_capacity(functions.len());
            for (function, result) in functions.iter().zip(results) {
                match code.scalars.write(function, &names, &mut block) {
                    Ok(value) => values.push(block.stored(&value, result.kind.into())),
                    Err(error) => failure = Some(error),
                }
            }
            for (name, load) in names.iter().zip(&loads.statements) {
                if block.statements.iter().chain(&values).any(|text| mentions(text, name.text())) {
                    code.line(load);
                }
            }
            for statement in &block.statements {
                code.line(statement);
            }
            for (result, value) in results.iter().zip(&values) {
                code.assign(result, at, value);
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
        let number = Number::from(result.kind);
        self.each(&result.shape, |code, outer| {
            let product = |code: &Self, inside: &[Index]| {
                let factors = contraction.operands.iter().zip(operands).map(|(labels, operand)| {
                    let index = |label: u16| match kept.iter().position(|known| *known == label) {
                        Some(place) => outer[place].clone(),
                        None => summed.iter().position(|(known, _)| *known == label).and_then(|k| inside[k].clone()),
                    };
                    let indices: Vec<Index> = labels.iter().map(|label| index(label.0)).collect();
                    code.converted(&code.at(operand, &indices), operand.kind.into(), number)
                });
                let factors: Vec<String> = factors.collect();
                if factors.is_empty() { code.language.number(1.0, number) } else { factors.join(" * ") }
            };
            if inner.iter().all(|size| *size == 1) {
                let value = product(code, &vec![None; inner.len()]);
                return code.assign(result, outer, &value);
            }
            if inner.contains(&0) {
                return code.assign(result, outer, &code.language.number(0.0, number));
            }
            code.line(&code.language.variable(number, "sum", &code.language.number(0.0, number)));
            code.each(&inner, |code, inside| code.line(&format!("sum += {};", product(code, inside))));
            code.assign(result, outer, "sum");
        });
    }

    pub(super) fn reduce(&mut self, reduction: &Reduction, a: &View, result: &View) {
        let is_reduced = |axis: &usize| reduction.axes.contains(axis);
        let inner: Vec<usize> = reduction.axes.iter().map(|&axis| a.shape[axis]).collect();
        let rank = a.shape.len();
        let language = self.language;
        let element = Number::from(a.kind);
        let number = |value: f64| language.number(value, element);
        let larger =
            |sign: &str| format!("value = {};", bare(&language.choice(&format!("x {sign} value"), "x", "value")));
        let logical = |operator| {
            let both = language.operation(operator, "value", &format!("({})", language.holds("x", element)));
            format!("value = {};", bare(&both))
        };
        let flag = Number::Flag;
        let (declared, start, update, end) = match reduction.kind {
            ReductionKind::Sum => (element, number(0.0), "value += x;".to_owned(), "value".to_owned()),
            ReductionKind::Product => (element, number(1.0), "value *= x;".to_owned(), "value".to_owned()),
            ReductionKind::And => (flag, language.number(1.0, flag), logical(Operator::And), "value".to_owned()),
            ReductionKind::Or => (flag, language.number(0.0, flag), logical(Operator::Or), "value".to_owned()),
            ReductionKind::Max => (element, number(f64::NEG_INFINITY), larger(">"), "value".to_owned()),
            ReductionKind::Min => (element, number(f64::INFINITY), larger("<"), "value".to_owned()),
            ReductionKind::Shift => {
                let is_finite = language.operation(Operator::Equal, "value - value", &number(0.0));
                let end = language.choice(bare(&is_finite), "value", &number(0.0));
                (element, number(f64::NEG_INFINITY), larger(">"), end)
            }
            ReductionKind::ArgMax => (element, number(f64::NEG_INFINITY), String::new(), "first".to_owned()),
        };
        let is_place = reduction.kind == ReductionKind::ArgMax;
        let place = [language.increment("place"), language.begin_if("first == 0 || x > value")];
        let place = [&*place[0], &*place[1], "    value = x;", "    first = place;", "}"];
        self.each(&result.shape, |code, outer| {
            if inner.contains(&0) {
                let nothing = match reduction.kind {
                    ReductionKind::Shift => number(0.0),
                    ReductionKind::ArgMax => "0".to_owned(),
                    _ => start.clone(),
                };
                let from = if is_place { Number::Index } else { declared };
                return code.assign(result, outer, &code.converted(&nothing, from, result.kind.into()));
            }
            code.line(&language.variable(declared, "value", &start));
            if is_place {
                code.line(&language.variable(Number::Index, "place", "0"));
                code.line(&language.variable(Number::Index, "first", "0"));
            }
            code.each(&inner, |code, inside| {
                let mut indices = vec![None; rank];
                for (place, axis) in (0..rank).filter(|axis| !is_reduced(axis)).enumerate() {
                    indices[axis] = outer[place].clone();
                }
                for (place, &axis) in reduction.axes.iter().enumerate() {
                    indices[axis] = inside[place].clone();
                }
                code.line(&language.value(element, "x", &code.at(a, &indices)));
                match is_place {
                    true => place.iter().for_each(|line| code.line(line)),
                    false => code.line(&update),
                }
            });
            let value = code.converted(&end, if is_place { Number::Index } else { declared }, result.kind.into());
            code.assign(result, outer, &value);
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
    fn position(&mut self, positions: &View, at: &[Index], size: usize) {
        self.may_fail = true;
        let position = self.converted(&self.at(positions, at), positions.kind.into(), Number::Index);
        self.line(&self.language.value(Number::Index, "place", &format!("{position} - 1")));
        self.line(&self.language.begin_if(&format!("place < 0 || place >= {size}")));
        self.line(&format!("    {}", self.language.fail()));
        self.line("}");
    }

    pub(super) fn gather(&mut self, axis: usize, a: &View, positions: &View, result: &View) {
        self.each(&result.shape, |code, at| {
            let (of_array, of_positions) = Self::around(axis, at, positions.shape.len(), Some("place".into()));
            code.position(positions, &of_positions, a.shape[axis]);
            code.assign(result, at, &code.at(a, &of_array));
        });
    }

    pub(super) fn scatter_add(&mut self, axis: usize, positions: &View, updates: &View, result: &View) {
        self.each(&updates.shape, |code, at| {
            let (of_array, of_positions) = Self::around(axis, at, positions.shape.len(), Some("place".into()));
            code.position(positions, &of_positions, result.shape[axis]);
            code.line(&format!("{} += {};", code.at(result, &of_array), code.at(updates, at)));
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
            let language = code.language;
            let index = |name: &str, value: &str| language.value(Number::Index, name, value);
            for line in [
                language.begin_loop("n", size),
                format!("    {}", language.value(a.kind.into(), "x", &code.at(a, &with("n")))),
                format!("    {}", language.variable(Number::Index, "k", "n")),
                format!("    {}", language.begin_while("k > 0")),
                format!("        {}", index("left", "k - 1")),
                format!("        {}", index("other", &format!("{} - 1", code.at(result, &with("left"))))),
                // What is no number stays where it is.
                format!("        {}", language.begin_if(&format!("{} > x", code.at(a, &with("other"))))),
                format!("            {} = other + 1;", code.at(result, &with("k"))),
                "            k = left;".to_owned(),
                "        } else {".to_owned(),
                "            break;".to_owned(),
                "        }".to_owned(),
                "    }".to_owned(),
                format!("    {} = n + 1;", code.at(result, &with("k"))),
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
        self.line(&self.language.begin_loop(&step, length));
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
