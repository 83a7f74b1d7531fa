//! Optimisers: how arrays change by their gradients.
//!
//! `NetOptimizer[{"SGD", "Momentum" -> 0.9}]` is an ordinary expression. Applied to an array and its gradient it gives the next
//! array; on symbols that is the formula. The same equations, lowered, are the end of the program of a training step.

mod functions;

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Binding, Program, Source, Tables, Type, lower, lower_in_steps, optimize};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use netform_layers::optimizers::OPTIMIZERS;
use netform_layers::{Optimizer as Record, OptimizerState, Relation, Scope, parse_in};

use crate::Fault;
use crate::data::array_symbol;
use crate::environment::Environment;
use crate::kept::{Kept, kept_without_faults};
use crate::named::{Form, parameters, record_of, unmet, value, value_with};

pub(crate) use functions::NET_OPTIMIZER;

/// An optimiser, read from its expression.
#[derive(Debug)]
pub(crate) struct Optimizer {
    /// The learning rate.
    pub(crate) rate: Expr,
    /// The states that it keeps, and their elements before the first step.
    pub(crate) states: Vec<(&'static OptimizerState, Expr)>,
    scope: Scope,
    /// The names and values of factors and of the update, with options and values put in.
    factors: Vec<(&'static str, Expr)>,
    update: Vec<(&'static str, Expr)>,
}

/// Views of optimisers by node.
#[derive(Default)]
struct Views(Kept<Arc<Optimizer>, 64>);

/// What a step makes of an array.
pub(crate) struct Updated {
    pub(crate) array: Expr,
    /// The states, in the order of the optimiser.
    pub(crate) states: Vec<Expr>,
}

/// The view of an optimiser.
///
/// # Errors
/// The faults of its form.
pub(crate) fn read(session: &mut Session, e: &Expr) -> Result<Result<Arc<Optimizer>, Vec<Fault>>, Flow> {
    let parse = |session: &mut Session| Ok(parse(session, e)?.map(Arc::new));
    kept_without_faults(session, |Views(views): &mut Views| views, e, parse)
}

fn parse(session: &mut Session, e: &Expr) -> Result<Result<Optimizer, Vec<Fault>>, Flow> {
    let (record, written) = match record_of(session, e, OPTIMIZERS, |record| record.name) {
        Ok(named) => named,
        Err(fault) => return Ok(Err(vec![fault])),
    };
    let form = Form { name: record.name, arguments: &[], options: record.options };
    let scope = Scope::with_names(record.names());
    let mut known = match parameters(session, e.head(), &form, &written, &scope)? {
        Ok(known) => known,
        Err(faults) => return Ok(Err(faults)),
    };
    for relation in record.values {
        let value = value(session, &scope, &known, relation.value)?;
        known.set(scope.symbol(relation.variable), value);
    }
    let faults = unmet(session, e.head(), &form, record.requirements, &known, &scope)?;
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut states = Vec::new();
    for state in record.states {
        if value(session, &scope, &known, state.kept)?.is(Sym::True) {
            states.push((state, value(session, &scope, &known, state.initial)?));
        }
    }
    let rate = known.get(&scope.symbol(Record::LEARNING_RATE)).unwrap_or_else(|| Sym::Indeterminate.into());
    // In factors and updates the learning rate is that of the step.
    let mut options = Environment::default();
    let fixed = record.options.iter().map(|option| option.name).chain(record.values.iter().map(|value| value.variable));
    for name in fixed.filter(|name| *name != Record::LEARNING_RATE) {
        let symbol = scope.symbol(name);
        if let Some(value) = known.get(&symbol) {
            options.set(symbol, value);
        }
    }
    let mut prepared = |relations: &'static [Relation]| -> Vec<(&'static str, Expr)> {
        let mut text = |relation: &Relation| options.put_into(&parse_in(session, &scope, relation.value));
        relations.iter().map(|relation| (relation.variable, text(relation))).collect()
    };
    let (factors, update) = (prepared(record.factors), prepared(record.update));
    Ok(Ok(Optimizer { rate, states, scope, factors, update }))
}

impl Optimizer {
    /// What the step of this number makes of an array by its gradient; the states are those before it.
    pub(crate) fn updated(
        &self,
        session: &mut Session,
        array: &Expr,
        gradient: &Expr,
        states: &[Expr],
        step: &Expr,
        rate: &Expr,
    ) -> Result<Updated, Flow> {
        let factors = self.factors_at(session, step, rate)?;
        let mut known = self.bound(array, gradient, states, &factors);
        for (name, text) in &self.update {
            let value = session.evaluate(&known.put_into(text))?;
            known.set(self.scope.symbol(name), value);
        }
        Ok(self.result(&known))
    }

    /// The learning rate and the factors of a step.
    fn factors_at(&self, session: &mut Session, step: &Expr, rate: &Expr) -> Result<Vec<(&'static str, Expr)>, Flow> {
        let mut all = vec![(Record::LEARNING_RATE, rate.clone())];
        for (name, text) in &self.factors {
            let mut bindings: Vec<(&str, &Expr)> = all.iter().map(|(name, value)| (*name, value)).collect();
            bindings.push((Record::STEP, step));
            let value = value_with(session, &self.scope, text, &bindings)?;
            all.push((name, value));
        }
        Ok(all)
    }

    /// What the names of an update stand for before it.
    fn bound(&self, array: &Expr, gradient: &Expr, states: &[Expr], factors: &[(&'static str, Expr)]) -> Environment {
        let mut known = Environment::default();
        let mut set = |name: &str, value: &Expr| known.set(self.scope.symbol(name), value.clone());
        set(Record::ARRAY, array);
        set(Record::GRADIENT, gradient);
        self.states.iter().zip(states).for_each(|((state, _), value)| set(state.name, value));
        factors.iter().for_each(|(name, value)| set(name, value));
        known
    }

    fn result(&self, known: &Environment) -> Updated {
        let value = |name: &str| known.get(&self.scope.symbol(name)).unwrap_or_else(|| Sym::Failed.into());
        Updated {
            array: value(Record::ARRAY),
            states: self.states.iter().map(|(state, _)| value(state.name)).collect(),
        }
    }

    /// The program of the learning rate and the factors: of the number of the step and the learning rate.
    pub(crate) fn factors_program(&self, session: &mut Session) -> Result<Result<Program, String>, Flow> {
        let [step, rate] = [Record::STEP, Record::LEARNING_RATE].map(|name| array_symbol(Expr::string(name), &[]));
        let factors = self.factors_at(session, &step, &rate)?;
        let bindings = [(step, Record::STEP), (rate, Record::LEARNING_RATE)]
            .map(|(leaf, name)| input(leaf, name, Type::of_shape(ElementType::F64, &[])));
        let outputs: Vec<_> = factors.into_iter().map(|(name, value)| (name.into(), value)).collect();
        lowered(session, |tables| lower(&outputs, &bindings, ElementType::F64, tables))
    }

    /// The program of the update of arrays of a type. Its inputs are the array, its gradient, the learning rate and the factors, and
    /// the states; its outputs the array and the states.
    pub(crate) fn update_program(
        &self,
        session: &mut Session,
        element: ElementType,
        shape: &[usize],
    ) -> Result<Result<Program, String>, Flow> {
        let dimensions: Vec<Expr> = shape.iter().map(|&size| Expr::integer(size as i64)).collect();
        let mut bindings = Vec::new();
        let mut symbol = |name: &str, dimensions: &[Expr], shape: &[usize]| {
            let leaf = array_symbol(Expr::string(name), dimensions);
            bindings.push(input(leaf.clone(), name, Type::of_shape(element, shape)));
            leaf
        };
        let array = symbol(Record::ARRAY, &dimensions, shape);
        let gradient = symbol(Record::GRADIENT, &dimensions, shape);
        let names = [Record::LEARNING_RATE].into_iter().chain(self.factors.iter().map(|(name, _)| *name));
        let factors: Vec<_> = names.map(|name| (name, symbol(name, &[], &[]))).collect();
        let states: Vec<Expr> = self.states.iter().map(|(state, _)| symbol(state.name, &dimensions, shape)).collect();
        let mut known = self.bound(&array, &gradient, &states, &factors);
        let mut steps = Vec::new();
        for (name, text) in &self.update {
            let mut value = session.evaluate(&known.put_into(text))?;
            // Arrays are computed as they are written.
            if value.is_normal() && session.shape_of(&value)?.dimensions() == Some(dimensions.as_slice()) {
                let leaf = array_symbol(Expr::string(&format!("{name}'")), &dimensions);
                steps.push((leaf.clone(), std::mem::replace(&mut value, leaf)));
            }
            known.set(self.scope.symbol(name), value);
        }
        let Updated { array, states } = self.result(&known);
        let states = self.states.iter().zip(states).map(|((state, _), value)| (state.name.into(), value));
        let outputs: Vec<_> = [(Record::ARRAY.into(), array)].into_iter().chain(states).collect();
        lowered(session, |tables| lower_in_steps(&steps, &outputs, &bindings, element, tables))
    }
}

fn input(leaf: Expr, name: &str, value_type: Type) -> Binding {
    Binding { leaf, name: name.into(), source: Source::Input, value_type }
}

/// A program of a part of an update, or why there is none.
fn lowered<E: std::fmt::Display>(
    session: &mut Session,
    lower: impl FnOnce(&mut Tables<'_>) -> Result<Program, E>,
) -> Result<Result<Program, String>, Flow> {
    let mut tables = Tables::new(session).for_numbers();
    let lowered = lower(&mut tables);
    match (tables.flow(), lowered) {
        (Some(flow), Err(_)) => Err(flow),
        (_, Err(error)) => Ok(Err(error.to_string())),
        (_, Ok(program)) => Ok(optimize(&program).map_err(|error| error.to_string())),
    }
}
