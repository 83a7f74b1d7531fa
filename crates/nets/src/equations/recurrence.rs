//! Recurrences as equations for step t, with the values before the first step.

use netform_eval::Session;
use netform_expr::{Expr, Sym};
use netform_layers::{Definition, Recurrence};

use super::names::{Naming, Use, initial};
use super::notation::indexed;
use super::writer::{Writer, Written};
use crate::environment::{Environment, fold_of, results_of};
use crate::net::Leaf;

/// The states of a recurrence.
struct States {
    /// The index of steps.
    step: Expr,
    /// The sequence of the values of each state, with the indices in scope.
    sequences: Vec<Expr>,
    /// The values one step before.
    previous: Vec<Expr>,
    /// The quantities that the states are before the first step.
    firsts: Vec<Expr>,
    names: Vec<Expr>,
    dimensions: Vec<Vec<Expr>>,
}

impl States {
    /// The values after the last step.
    fn finals(&self, length: &Expr) -> Vec<Expr> {
        if length.is_integer(0) {
            return self.firsts.clone();
        }
        self.sequences.iter().map(|sequence| indexed(sequence, std::slice::from_ref(length))).collect()
    }
}

impl Writer<'_> {
    /// Writes the equations of a recurrence of a definition; gives what its names stand for.
    pub(super) fn write_recurrence(
        &mut self,
        session: &mut Session,
        leaf: &Leaf,
        definition: &Definition,
        scope: &Environment,
        recurrence: &Recurrence,
    ) -> Written<Vec<(Expr, Expr)>> {
        if !self.settings.indices {
            let fold = session.evaluate(&fold_of(scope, recurrence))?;
            let mut results = Vec::new();
            for (name, part) in results_of(&fold, recurrence) {
                let value = session.evaluate(&part)?;
                let plain = definition.scope.name_of(&name).unwrap_or_default();
                let port = leaf.outputs.iter().find(|port| port.record.name == plain);
                let value = match port {
                    Some(port) if self.settings.intermediate || leaf.path.is_empty() => {
                        let dimensions = self.dimensions(session, &value)?;
                        self.define(session, Naming::New(port.record.tex.into()), &dimensions, &value)?
                    }
                    _ => value,
                };
                results.push((name, value));
            }
            return Ok(results);
        }
        let mut sequences = Vec::with_capacity(recurrence.sequences.len());
        for (_, sequence) in &recurrence.sequences {
            sequences.push(session.evaluate(&scope.put_into(sequence))?);
        }
        let length = match sequences.first() {
            Some(sequence) => self.dimensions(session, sequence)?.into_iter().next(),
            None => None,
        };
        let length = length.unwrap_or_else(|| Expr::integer(0));
        let mut firsts = Vec::with_capacity(recurrence.states.len());
        for (_, first, _) in &recurrence.states {
            firsts.push(session.evaluate(&scope.put_into(first))?);
        }
        let texts: Vec<&str> = recurrence
            .next
            .iter()
            .map(|next| recurrence.step.iter().find(|(left, ..)| left == next).map_or("s", |(.., tex)| *tex))
            .collect();
        let outer = self.open();
        let states = self.open_recurrence(session, &texts, &firsts, &length)?;
        let mut inner = scope.clone();
        for ((element, _), sequence) in recurrence.sequences.iter().zip(&sequences) {
            let value = self.argument(session, sequence, std::slice::from_ref(&states.step))?;
            inner.set(element.clone(), value);
        }
        for ((state, ..), previous) in recurrence.states.iter().zip(&states.previous) {
            inner.set(state.clone(), previous.clone());
        }
        for (left, right, tex) in &recurrence.step {
            let value = session.evaluate(&inner.put_into(right))?;
            let value = match recurrence.next.iter().position(|next| next == left) {
                Some(k) => {
                    self.define(session, Naming::Given(states.names[k].clone()), &states.dimensions[k], &value)?
                }
                None if tex.is_empty() => value,
                None => self.quantity(session, tex, &value)?,
            };
            inner.set(left.clone(), value);
        }
        for (k, next) in recurrence.next.iter().enumerate() {
            if !recurrence.step.iter().any(|(left, ..)| left == next) {
                let value = session.evaluate(&inner.put_into(next))?;
                self.define(session, Naming::Given(states.names[k].clone()), &states.dimensions[k], &value)?;
            }
        }
        let mut results = Vec::new();
        for (sequence, element) in &recurrence.outputs {
            let value = session.evaluate(&inner.put_into(element))?;
            results.push((sequence.clone(), self.sequence_of(session, &states, &value)?));
        }
        self.leave(outer);
        for ((.., last), value) in recurrence.states.iter().zip(states.finals(&length)) {
            results.push((last.clone(), value));
        }
        Ok(results)
    }

    /// Names the states, writes their values before the first step, and opens the scope of a step.
    fn open_recurrence(
        &mut self,
        session: &mut Session,
        texts: &[&str],
        firsts: &[Expr],
        length: &Expr,
    ) -> Written<States> {
        let place = self.place.clone();
        let mut states = States {
            step: Expr::integer(0),
            sequences: vec![],
            previous: vec![],
            firsts: vec![],
            names: vec![],
            dimensions: vec![],
        };
        for (tex, first) in texts.iter().zip(firsts) {
            let name = self.names.fresh(*tex, &place);
            let dimensions = self.dimensions(session, first)?;
            let first = self.define(session, Naming::Given(initial(&name)), &dimensions, first)?;
            states.firsts.push(first);
            let all: Vec<Expr> = [length.clone()].into_iter().chain(dimensions.iter().cloned()).collect();
            states.sequences.push(self.variable(name.clone(), &all));
            states.names.push(name);
            states.dimensions.push(dimensions);
        }
        states.step = self.new_index(session, Use::Time, length.clone());
        let before = session.evaluate_call(Sym::Plus, [states.step.clone(), Expr::integer(-1)])?;
        states.previous =
            states.sequences.iter().map(|sequence| indexed(sequence, std::slice::from_ref(&before))).collect();
        Ok(states)
    }

    /// The sequence whose element at step t this is; it gets a name if it has none.
    fn sequence_of(&mut self, session: &mut Session, states: &States, value: &Expr) -> Written<Expr> {
        let value = self.element(session, value, &[]).and_then(|value| Ok(session.evaluate(&value)?))?;
        let variable = match value.args_of(Sym::Indexed) {
            Some(args) if args[1].args().last() == Some(&states.step) && args[0].is_array_symbol() => value.clone(),
            _ => {
                let dimensions = self.dimensions(session, &value)?;
                self.define(session, Naming::New("y".into()), &dimensions, &value)?
            }
        };
        let places = variable.arg(1).args().into_owned();
        let outer = places.len().saturating_sub(1);
        Ok(indexed(&variable.arg(0), &places[..outer]))
    }

    /// The quantity that one result of an `ArrayFold` is: the recurrence is written where it is met first.
    pub(super) fn fold(&mut self, session: &mut Session, e: &Expr) -> Written<Expr> {
        let args = e.args();
        let key = Expr::list(args[..3].iter().cloned());
        let [group, item] = [0, 1].map(|i| args[3].arg(i).as_usize().unwrap_or(1) - 1);
        if !self.results.contains_key(&key) {
            let outer = self.enter(&key);
            let results = self.write_fold(session, &args[0], &args[1].args(), &args[2])?;
            self.leave(outer);
            self.results.insert(key.clone(), results);
        }
        let states = args[1].len();
        let results = &self.results[&key];
        Ok(results[if group == 0 { item } else { states + item }].clone())
    }

    /// The final states, then the sequences of outputs.
    fn write_fold(&mut self, session: &mut Session, f: &Expr, firsts: &[Expr], course: &Expr) -> Written<Vec<Expr>> {
        let sequences = if course.is_list() { course.args().into_owned() } else { Vec::new() };
        let length = match sequences.first() {
            Some(sequence) => self.dimensions(session, sequence)?[0].clone(),
            None => course.clone(),
        };
        let many: Vec<String> = (1..=firsts.len()).map(|k| format!("s_{k}")).collect();
        let texts: Vec<&str> = match firsts {
            [_] => vec!["s"],
            _ => many.iter().map(String::as_str).collect(),
        };
        let outer = self.open();
        let states = self.open_recurrence(session, &texts, firsts, &length)?;
        let mut elements = Vec::with_capacity(sequences.len());
        for sequence in &sequences {
            elements.push(self.argument(session, sequence, std::slice::from_ref(&states.step))?);
        }
        let values = Expr::normal(f.clone(), [Expr::list(states.previous.iter().cloned()), Expr::list(elements)]);
        let values = session.evaluate(&values)?;
        // A next state that others need is written first, under its name.
        let steps: Vec<Expr> =
            states.sequences.iter().map(|sequence| indexed(sequence, std::slice::from_ref(&states.step))).collect();
        let mut is_written = vec![false; firsts.len()];
        let place = |value: &Expr| values.arg(0).args().iter().position(|next| next == value);
        let named = self.name_repeated(session, &values, |writer, session, part, value| match place(part) {
            Some(k) if !is_written[k] => {
                is_written[k] = true;
                writer.define(session, Naming::Given(states.names[k].clone()), &states.dimensions[k], value)?;
                Ok(steps[k].clone())
            }
            _ => writer.quantity(session, "a", value),
        })?;
        let next = values.arg(0).args().into_owned();
        for (k, value) in next.iter().enumerate().filter(|(k, _)| !is_written[*k]) {
            let value = session.evaluate(&named.apply(value))?;
            self.define(session, Naming::Given(states.names[k].clone()), &states.dimensions[k], &value)?;
        }
        let mut outputs = Vec::new();
        for value in values.arg(1).args().iter() {
            outputs.push(match next.iter().position(|next| next == value) {
                Some(k) => states.sequences[k].clone(),
                None => {
                    let value = session.evaluate(&named.apply(value))?;
                    self.sequence_of(session, &states, &value)?
                }
            });
        }
        self.leave(outer);
        Ok(states.finals(&length).into_iter().chain(outputs).collect())
    }
}
