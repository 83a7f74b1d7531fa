//! Piecewise linear formulas as rows of a mixed-integer linear program.
//!
//! A choice between two affine functions is a binary variable: it says which one is taken, and the rows for the other one are
//! slack by the largest difference within bounds (big M). Bounds follow from those of the inputs; where they decide a
//! choice, there is no variable for it. A maximum or minimum of two functions needs no row for its condition.

use std::collections::{HashMap, HashSet};

use netform_eval::Enclosure;
use netform_expr::Number;

use super::affine::{Affine, Declared, Kind};
use super::graph::{Id, Node};
use super::{Formulas, refused};
use crate::FormatError;
use crate::scalar::Operator;

/// A row: a function that is at most 0, or just 0.
pub(super) struct Row {
    pub(super) function: Affine,
    pub(super) is_equation: bool,
}

/// The value of a formula.
#[derive(Clone)]
enum Value {
    Number(Affine),
    /// A condition: it holds where the function is positive, and may hold where it is 0.
    Positive(Affine),
    /// A condition that holds where a variable is 1.
    Flag(Affine),
}

/// A mixed-integer linear program.
#[derive(Default)]
pub(super) struct Model {
    pub(super) variables: Vec<Declared>,
    pub(super) rows: Vec<Row>,
    names: HashSet<String>,
    /// Binary variables of conditions.
    flags: HashMap<Id, Affine>,
    fresh: usize,
}

impl Model {
    /// The model of formulas, and what the outputs are in it.
    pub(super) fn new(formulas: &Formulas) -> Result<(Model, Vec<Affine>), FormatError> {
        let mut model = Model::default();
        let Some(bounds) = &formulas.bounds else {
            return refused(
                "the option \"Bounds\" is needed, such as \"Bounds\" -> Interval[{-1, 1}] for all elements of inputs",
            );
        };
        let inputs = formulas.inputs.iter().flat_map(|port| &port.elements);
        for (place, (id, &range)) in inputs.zip(bounds).enumerate() {
            if !(range.low.is_finite() && range.high.is_finite()) {
                return refused(format!("the bounds of X_{place} must be finite"));
            }
            let (kind, range) = match formulas.positions.get(id) {
                None => (Kind::Real, range),
                Some(limit) => {
                    (Kind::Integer, Enclosure { low: range.low.max(1.0), high: range.high.min(*limit as f64) })
                }
            };
            model.declare(format!("X_{place}"), range, kind);
        }
        let graph = &formulas.graph;
        let results = formulas.results();
        let uses = graph.uses(&results);
        let mut values: Vec<Option<Value>> = vec![None; graph.len()];
        for id in (0..graph.len() as Id).filter(|&id| uses[id as usize] > 0) {
            let mut value = model.value(formulas, id, &values)?;
            // Long functions that are used several times are rows of their own.
            if let Value::Number(function) = &value
                && function.terms.len() > 1
                && (uses[id as usize] > 1 || formulas.names.contains_key(&id))
            {
                value = Value::Number(model.named(function, formulas.names.get(&id)));
            }
            values[id as usize] = Some(value);
        }
        let outputs = results.iter().map(|&id| model.number(id, &values)).collect();
        Ok((model, outputs))
    }

    pub(super) fn declare(&mut self, name: String, range: Enclosure, kind: Kind) -> Affine {
        let numbered = (2..).map(|number| format!("{name}_v{number}"));
        let own = std::iter::once(name.clone()).chain(numbered).find(|name| !self.names.contains(name)).unwrap_or(name);
        self.names.insert(own.clone());
        self.variables.push(Declared { name: own, range, kind });
        Affine::variable(self.variables.len() - 1)
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    /// A variable that is a function.
    fn named(&mut self, function: &Affine, name: Option<&String>) -> Affine {
        let name = name.cloned().unwrap_or_else(|| self.fresh("v"));
        let range = function.range(&self.variables);
        let variable = self.declare(name, range, Kind::Real);
        self.row(function.plus(-1.0, &variable), true);
        variable
    }

    pub(super) fn row(&mut self, function: Affine, is_equation: bool) {
        self.rows.push(Row { function, is_equation });
    }

    fn number(&mut self, id: Id, values: &[Option<Value>]) -> Affine {
        match &values[id as usize] {
            Some(Value::Number(function)) => function.clone(),
            Some(_) => self.flag(id, values),
            None => Affine::number(0.0),
        }
    }

    fn value(&mut self, formulas: &Formulas, id: Id, values: &[Option<Value>]) -> Result<Value, FormatError> {
        let graph = &formulas.graph;
        let node = graph.node(id);
        Ok(match node {
            Node::Number(number) => Value::Number(Affine::number(machine(number))),
            Node::Special(_) => {
                return refused("it has a value that is infinite or not defined, which linear programs have not");
            }
            Node::Input(place) => Value::Number(Affine::variable(*place)),
            Node::Sum(terms) => {
                let mut sum = Affine::default();
                for &term in terms.iter() {
                    sum.add(1.0, &self.number(term, values));
                }
                Value::Number(sum)
            }
            Node::Product(factors) => {
                let [a, b] = factors.map(|factor| self.number(factor, values));
                let scaled = |factor: f64, function: &Affine| Value::Number(Affine::default().plus(factor, function));
                match (a.constant(), b.constant()) {
                    (Some(factor), _) => scaled(factor, &b),
                    (_, Some(factor)) => scaled(factor, &a),
                    (None, None) => return refused(not_linear("a product of two values that depend on inputs")),
                }
            }
            Node::Quotient(_) => return refused(not_linear("a quotient whose denominator depends on inputs")),
            Node::Call(function, _) => return refused(not_linear(&format!("the function {function}"))),
            Node::Truth(operator, parts) => {
                if operator.is_logical() {
                    let parts = parts.map(|part| self.flag(part, values));
                    return Ok(Value::Flag(self.logical(*operator, parts)));
                }
                let [a, b] = parts.map(|part| self.number(part, values));
                match operator {
                    Operator::Less | Operator::LessEqual => Value::Positive(b.plus(-1.0, &a)),
                    Operator::Greater | Operator::GreaterEqual => Value::Positive(a.plus(-1.0, &b)),
                    _ => return refused(not_linear("a test of equality")),
                }
            }
            Node::Choice([condition, yes, no]) => {
                let (yes, no) = (self.number(*yes, values), self.number(*no, values));
                Value::Number(self.choice(*condition, &yes, &no, values, formulas.names.get(&id)))
            }
        })
    }

    /// A choice between two functions.
    fn choice(
        &mut self,
        condition: Id,
        yes: &Affine,
        no: &Affine,
        values: &[Option<Value>],
        name: Option<&String>,
    ) -> Affine {
        let difference = yes.plus(-1.0, no);
        let bounds = difference.range(&self.variables);
        let mut extreme = None;
        if let Some(Value::Positive(function)) = &values[condition as usize] {
            let range = function.range(&self.variables);
            if range.low >= 0.0 {
                return yes.clone();
            }
            if range.high <= 0.0 {
                return no.clone();
            }
            // The larger function is chosen where its difference from the other one is positive, and so for the smaller one.
            extreme = difference.multiple_of(function).map(|factor| factor > 0.0);
        }
        let (first, second) = (yes.range(&self.variables), no.range(&self.variables));
        let range = match extreme {
            None => first.hull(second),
            Some(true) => Enclosure { low: first.low.max(second.low), high: first.high.max(second.high) },
            Some(false) => Enclosure { low: first.low.min(second.low), high: first.high.min(second.high) },
        };
        let flag = match extreme {
            // The condition follows from the rows for the value.
            Some(_) => self.binary(),
            None => self.flag(condition, values),
        };
        if let Some(constant) = flag.constant() {
            return if constant > 0.5 { yes.clone() } else { no.clone() };
        }
        let name = name.cloned().unwrap_or_else(|| self.fresh("v"));
        let value = self.declare(name, range, Kind::Real);
        // With y for the value, f for the function where the condition holds, g for the other one, and z for the flag:
        // y - f <= max(g - f)*(1 - z), f - y <= max(f - g)*(1 - z), y - g <= max(f - g)*z, g - y <= max(g - f)*z.
        let (above, below) = (bounds.high.max(0.0), (-bounds.low).max(0.0));
        let off = Affine::number(1.0).plus(-1.0, &flag);
        let slack = |largest: f64, row: Affine, switch: &Affine| row.plus(-largest, switch);
        let (over_yes, over_no) = (value.plus(-1.0, yes), value.plus(-1.0, no));
        let opposite = |function: &Affine| Affine::default().plus(-1.0, function);
        let maximum = extreme == Some(true);
        let minimum = extreme == Some(false);
        self.row(if minimum { over_yes.clone() } else { slack(below, over_yes.clone(), &off) }, false);
        self.row(if maximum { opposite(&over_yes) } else { slack(above, opposite(&over_yes), &off) }, false);
        self.row(if minimum { over_no.clone() } else { slack(above, over_no.clone(), &flag) }, false);
        self.row(if maximum { opposite(&over_no) } else { slack(below, opposite(&over_no), &flag) }, false);
        value
    }

    fn binary(&mut self) -> Affine {
        let name = self.fresh("z");
        self.declare(name, Enclosure { low: 0.0, high: 1.0 }, Kind::Binary)
    }

    /// What is 1 where a condition holds, and 0 elsewhere.
    fn flag(&mut self, condition: Id, values: &[Option<Value>]) -> Affine {
        let function = match &values[condition as usize] {
            Some(Value::Positive(function)) => function.clone(),
            Some(Value::Flag(flag) | Value::Number(flag)) => return flag.clone(),
            None => return Affine::number(0.0),
        };
        if let Some(known) = self.flags.get(&condition) {
            return known.clone();
        }
        let range = function.range(&self.variables);
        let flag = if range.low >= 0.0 {
            Affine::number(1.0)
        } else if range.high <= 0.0 {
            Affine::number(0.0)
        } else {
            let flag = self.binary();
            // low*(1 - z) <= function <= high*z
            self.row(Affine::number(range.low).plus(-range.low, &flag).plus(-1.0, &function), false);
            self.row(function.plus(-range.high, &flag), false);
            flag
        };
        self.flags.insert(condition, flag.clone());
        flag
    }

    fn logical(&mut self, operator: Operator, [a, b]: [Affine; 2]) -> Affine {
        let both = self.binary();
        let (first, second) = (both.plus(-1.0, &a), both.plus(-1.0, &b));
        let sum = a.plus(1.0, &b);
        if operator == Operator::And {
            // z <= a, z <= b, a + b - 1 <= z
            self.row(first, false);
            self.row(second, false);
            self.row(sum.plus(-1.0, &both).plus(1.0, &Affine::number(-1.0)), false);
        } else {
            // a <= z, b <= z, z <= a + b
            self.row(Affine::default().plus(-1.0, &first), false);
            self.row(Affine::default().plus(-1.0, &second), false);
            self.row(both.plus(-1.0, &sum), false);
        }
        both
    }
}

fn not_linear(what: &str) -> String {
    format!("it is not piecewise linear, since it has {what}; SMT-LIB has formulas for such nets")
}

fn machine(number: &Number) -> f64 {
    number.to_f64().unwrap_or(f64::NAN)
}
