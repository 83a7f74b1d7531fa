//! Functions of numbers as C computes them, operation by operation, on numbers with bounds of their errors.

use std::rc::Rc;

use netform_compile::Tables;
use netform_eval::{Enclosure, Form};

use super::bounded::Bounded;
use super::functions::Functions;
use crate::scalar::{Algebra, Formula, Operator, apply};

/// A function of numbers: operations, each on the values of earlier ones.
#[derive(Debug, Default)]
pub(super) struct Steps {
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Argument(usize),
    Number(f64),
    Call(String, Vec<usize>),
    Operation(Operator, usize, usize),
    Negative(usize),
    Choice(usize, usize, usize),
    /// A function of one number, with its argument.
    Function(Rc<(Steps, usize)>, usize),
}

/// The range of the argument of a function is divided into so many: what its operations have in common is lost otherwise, as the
/// quotient `e/(1 + e)` is at most 1 for any e.
const PIECES: usize = 32;

/// Choices in choices are followed so deep.
const DEPTH: usize = 3;

impl Steps {
    pub(super) fn argument(&mut self, place: usize) -> usize {
        self.push(Step::Argument(place))
    }

    fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// The value of a step for arguments, where some steps are known to have values in a smaller range.
    pub(super) fn value(&self, step: usize, with: &mut Setting<'_, '_>, limits: &[(usize, Enclosure)]) -> Bounded {
        let own = self.unlimited(step, with, limits);
        let limit = limits.iter().rev().find(|(limited, _)| *limited == step);
        limit.map_or(own, |(_, limit)| Bounded { range: own.range.intersection(*limit).unwrap_or(*limit), ..own })
    }

    fn unlimited(&self, step: usize, with: &mut Setting<'_, '_>, limits: &[(usize, Enclosure)]) -> Bounded {
        if limits.is_empty()
            && let Some(known) = with.known[step]
        {
            return known;
        }
        let unit = with.unit;
        let value = match &self.steps[step] {
            Step::Argument(place) => with.arguments[*place],
            Step::Number(value) => Bounded::exact(*value),
            Step::Negative(a) => self.value(*a, with, limits).negative(),
            Step::Call(name, parts) => {
                let parts: Vec<Bounded> = parts.iter().map(|part| self.value(*part, with, limits)).collect();
                with.functions.call(with.tables, name, &parts, unit)
            }
            Step::Operation(operator, a, b) => {
                let (a, b) = (self.value(*a, with, limits), self.value(*b, with, limits));
                operation(*operator, a, b, unit)
            }
            Step::Choice(condition, yes, no) => self.choice([*condition, *yes, *no], with, limits),
            Step::Function(function, argument) => function_value(function, self.value(*argument, with, limits), with),
        };
        if limits.is_empty() {
            with.known[step] = Some(value);
        }
        value
    }

    fn choice(&self, parts: [usize; 3], with: &mut Setting<'_, '_>, limits: &[(usize, Enclosure)]) -> Bounded {
        let [condition, yes, no] = parts;
        let decided = self.value(condition, with, limits);
        match decided.range.truth() {
            Some(true) => return self.value(yes, with, limits),
            Some(false) => return self.value(no, with, limits),
            None => {}
        }
        let may_differ = decided.error > 0.0;
        let Some((value, least, sides)) = self.limit(condition, with, limits).filter(|_| limits.len() < DEPTH) else {
            let (yes, no) = (self.value(yes, with, limits), self.value(no, with, limits));
            return yes.either(no, may_differ);
        };
        let mut within = |step: usize, limit: Enclosure| {
            let limits: Vec<(usize, Enclosure)> = limits.iter().copied().chain([(value, limit)]).collect();
            self.value(step, with, &limits)
        };
        let chosen = within(yes, sides[0]).either(within(no, sides[1]), false);
        if !may_differ {
            return chosen;
        }
        // Only near the place where the condition changes may the computed value be of the other side.
        let crossing = within(yes, least).either(within(no, least), true);
        Bounded { error: chosen.error.max(crossing.error), ..chosen }
    }

    /// What a comparison with a number limits: the step, where the computed and the exact value may be on different sides, and
    /// both sides.
    fn limit(
        &self,
        condition: usize,
        with: &mut Setting<'_, '_>,
        limits: &[(usize, Enclosure)],
    ) -> Option<(usize, Enclosure, [Enclosure; 2])> {
        let Step::Operation(operator, a, b) = self.steps[condition] else { return None };
        let (value, number, operator) = match (&self.steps[a], &self.steps[b]) {
            (_, Step::Number(number)) => (a, *number, operator),
            (Step::Number(number), _) => (b, *number, turned(operator)),
            _ => return None,
        };
        let own = self.value(value, with, limits);
        let below = Enclosure { low: own.range.low, high: number.min(own.range.high) };
        let above = Enclosure { low: number.max(own.range.low), high: own.range.high };
        let sides = match operator {
            Operator::Less | Operator::LessEqual => [below, above],
            Operator::Greater | Operator::GreaterEqual => [above, below],
            Operator::Equal => [Enclosure::point(number), own.range],
            Operator::NotEqual => [own.range, Enclosure::point(number)],
            _ => return None,
        };
        let near = Enclosure { low: (number - own.error).next_down(), high: (number + own.error).next_up() };
        Some((value, near.intersection(own.range)?, sides))
    }
}

/// The value of a function, on all pieces of the range of its argument.
fn function_value((steps, result): &(Steps, usize), argument: Bounded, with: &mut Setting<'_, '_>) -> Bounded {
    let Enclosure { low, high } = argument.range;
    let step = (high - low) / PIECES as f64;
    let count = if step > 0.0 && step.is_finite() { PIECES } else { 1 };
    let pieces = (0..count).map(|place| {
        // The exact value lies in the piece, and the computed one beside it.
        let (first, last) = (low + step * place as f64, low + step * (place + 1) as f64);
        let first = if place == 0 { low } else { (first - argument.error).next_down().max(low) };
        let last = if place + 1 == count { high } else { (last + argument.error).next_up().min(high) };
        let piece = [Bounded { range: Enclosure { low: first, high: last }, ..argument }];
        let mut setting = Setting::new(steps, with.functions, with.tables, &piece, with.unit);
        steps.value(*result, &mut setting, &[])
    });
    let hull = pieces.reduce(|a, b| a.either(b, false));
    hull.unwrap_or(Bounded { range: Enclosure::LINE, error: f64::INFINITY })
}

/// The relation of the second number to the first.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessEqual => Operator::GreaterEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterEqual => Operator::LessEqual,
        other => other,
    }
}

fn operation(operator: Operator, a: Bounded, b: Bounded, unit: f64) -> Bounded {
    let (x, y) = (a.range, b.range);
    let may_differ = a.error > 0.0 || b.error > 0.0;
    let less = |strict: bool, x: Enclosure, y: Enclosure| match () {
        () if x.high < y.low || !strict && x.high <= y.low => Some(true),
        () if x.low > y.high || strict && x.low >= y.high => Some(false),
        () => None,
    };
    let equal = match (x.as_point(), y.as_point()) {
        (Some(x), Some(y)) => Some(x == y),
        _ if x.intersection(y).is_none() => Some(false),
        _ => None,
    };
    let truth = match operator {
        Operator::Add => return a.plus(b, unit),
        Operator::Subtract => return a.plus(b.negative(), unit),
        Operator::Multiply => return a.times(b, unit),
        Operator::Divide => return a.over(b, unit),
        Operator::Less => less(true, x, y),
        Operator::LessEqual => less(false, x, y),
        Operator::Greater => less(true, y, x),
        Operator::GreaterEqual => less(false, y, x),
        Operator::Equal => equal,
        Operator::NotEqual => equal.map(|equal| !equal),
        Operator::And => match (x.truth(), y.truth()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), other) | (other, Some(true)) => other,
            _ => None,
        },
        Operator::Or => match (x.truth(), y.truth()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), other) | (other, Some(false)) => other,
            _ => None,
        },
    };
    Bounded::truth(truth, may_differ)
}

/// What steps are computed with.
pub(super) struct Setting<'t, 's> {
    pub(super) functions: &'t Functions,
    pub(super) tables: &'t mut Tables<'s>,
    pub(super) arguments: &'t [Bounded],
    pub(super) unit: f64,
    known: Vec<Option<Bounded>>,
}

impl<'t, 's> Setting<'t, 's> {
    pub(super) fn new(
        steps: &Steps,
        functions: &'t Functions,
        tables: &'t mut Tables<'s>,
        arguments: &'t [Bounded],
        unit: f64,
    ) -> Setting<'t, 's> {
        Setting { functions, tables, arguments, unit, known: vec![None; steps.steps.len()] }
    }
}

impl Algebra for Steps {
    type Value = usize;

    const FORM: Form = Form::C;

    fn notation(&self) -> &'static str {
        "C"
    }

    fn number(&mut self, value: f64) -> usize {
        self.push(Step::Number(value))
    }

    fn call(&mut self, function: &str, arguments: &[usize]) -> Result<usize, String> {
        Ok(self.push(Step::Call(function.to_owned(), arguments.to_vec())))
    }

    fn operation(&mut self, operator: Operator, a: &usize, b: &usize) -> usize {
        self.push(Step::Operation(operator, *a, *b))
    }

    fn negative(&mut self, a: &usize) -> usize {
        self.push(Step::Negative(*a))
    }

    fn choice(&mut self, condition: &usize, yes: &usize, no: &usize) -> usize {
        self.push(Step::Choice(*condition, *yes, *no))
    }

    fn formula(&mut self, formula: &Formula, arguments: &[usize]) -> Result<usize, String> {
        let [argument] = arguments else { return apply(formula, arguments, self) };
        let mut inner = Steps::default();
        let place = inner.argument(0);
        let result = apply(formula, &[place], &mut inner)?;
        Ok(self.push(Step::Function(Rc::new((inner, result)), *argument)))
    }

    fn kept(&mut self, value: usize, _: usize) -> usize {
        value
    }
}
