//! A program as formulas of single numbers: the interpreter run on the nodes of a [`Graph`].

use std::collections::HashMap;

use netform_array::ElementType;
use netform_compile::{Constant, Domain, Draws, InterpretError, ReductionKind, ScalarFunction, ScalarFunctions, Sizes};
use netform_eval::Form;
use netform_expr::{Expr, Number, Sym};

use super::graph::{Graph, Id};
use crate::FormatError;
use crate::arrays::real_number;
use crate::scalar::{Algebra, Operator, Scalars};

/// The domain of nodes.
pub(super) struct Unrolled<'s> {
    pub(super) graph: Graph,
    scalars: Scalars<'s>,
    /// The most nodes that are made.
    limit: usize,
    /// Why there is no formula.
    refusal: Option<FormatError>,
    /// Nodes that are integers from 1 to a number.
    positions: HashMap<Id, i64>,
}

impl<'s> Unrolled<'s> {
    pub(super) fn new(scalars: Scalars<'s>, limit: usize) -> Unrolled<'s> {
        Unrolled { graph: Graph::default(), scalars: scalars.exact(), limit, refusal: None, positions: HashMap::new() }
    }

    /// The graph, and what is needed to tell why there is none.
    pub(super) fn into_parts(self) -> (Graph, HashMap<Id, i64>, Scalars<'s>, Option<FormatError>) {
        (self.graph, self.positions, self.scalars, self.refusal)
    }

    /// An element is an integer from 1 to a number.
    pub(super) fn position(&mut self, element: Id, greatest: i64) {
        let limit = self.positions.entry(element).or_insert(greatest);
        *limit = greatest.min(*limit);
    }

    fn refuse<T>(&mut self, why: String) -> Result<T, InterpretError> {
        self.refusal.get_or_insert(FormatError::NoForm(why));
        Err(InterpretError::Stopped)
    }

    fn within_limit(&mut self) -> Result<(), InterpretError> {
        if self.graph.len() <= self.limit {
            return Ok(());
        }
        let limit = self.limit;
        self.refusal.get_or_insert(FormatError::Value(format!(
            "written with single numbers it has more than {limit} formulas; take a part of the net with NetTake, or raise \
             the option \"Limit\""
        )));
        Err(InterpretError::Stopped)
    }

    /// The node of a number or truth value.
    pub(super) fn element(&mut self, element: &Expr) -> Option<Id> {
        if let Some(number) = element.as_number() {
            return self.graph.exact(&number);
        }
        let value = self.scalars.number(element)?;
        Some(self.graph.real(value))
    }
}

impl Algebra for Graph {
    type Value = Id;

    const FORM: Form = Form::C;

    fn notation(&self) -> &'static str {
        "formulas of single numbers"
    }

    fn number(&mut self, value: f64) -> Id {
        self.real(value)
    }

    fn exact(&mut self, number: &Number, value: f64) -> Id {
        Graph::exact(self, number).unwrap_or_else(|| self.real(value))
    }

    fn call(&mut self, function: &str, arguments: &[Id]) -> Result<Id, String> {
        Ok(Graph::call(self, function, arguments))
    }

    fn operation(&mut self, operator: Operator, a: &Id, b: &Id) -> Id {
        Graph::operation(self, operator, *a, *b)
    }

    fn negative(&mut self, a: &Id) -> Id {
        Graph::negative(self, *a)
    }

    fn choice(&mut self, condition: &Id, yes: &Id, no: &Id) -> Id {
        Graph::choice(self, *condition, *yes, *no)
    }

    fn kept(&mut self, value: Id, _: usize) -> Id {
        value
    }
}

impl Domain for Unrolled<'_> {
    type Element = Id;
    type Function = ScalarFunction;

    fn prepare(&mut self, function: &ScalarFunction, _: &Sizes) -> Result<ScalarFunction, InterpretError> {
        Ok(function.clone())
    }

    fn apply(&mut self, function: &mut ScalarFunction, arguments: &[Id]) -> Result<Id, InterpretError> {
        self.within_limit()?;
        match self.scalars.write(function, arguments, &mut self.graph) {
            Ok(value) => Ok(value),
            Err(why) => self.refuse(why),
        }
    }

    fn constant(&mut self, constant: &Constant) -> Result<Vec<Id>, InterpretError> {
        match constant {
            Constant::Array(array) => {
                let number = |scalar| real_number(scalar).map(|value| self.graph.real(value));
                array
                    .scalars()
                    .map(number)
                    .collect::<Option<Vec<Id>>>()
                    .ok_or(InterpretError::Unsupported { operation: "constant", element: ElementType::Complex })
            }
            Constant::Exact { elements, .. } => {
                let element = |e: &Expr| self.element(e).ok_or_else(|| InterpretError::NotANumber(e.clone()));
                elements.iter().map(element).collect()
            }
        }
    }

    fn integer(&mut self, value: usize) -> Id {
        self.graph.integer(value as i64)
    }

    fn reduce(&mut self, kind: ReductionKind, _: ElementType, elements: Vec<Id>) -> Result<Id, InterpretError> {
        self.within_limit()?;
        let graph = &mut self.graph;
        let operator = match kind {
            ReductionKind::Sum => return Ok(graph.sum(&elements)),
            ReductionKind::Product => Operator::Multiply,
            ReductionKind::And => Operator::And,
            ReductionKind::Or => Operator::Or,
            ReductionKind::Max => Operator::Greater,
            ReductionKind::Min => Operator::Less,
            // Results do not depend on it but for rounding.
            ReductionKind::Shift => return Ok(graph.integer(0)),
            ReductionKind::ArgMax => {
                let (Some(&first), mut place) = (elements.first(), graph.integer(1)) else {
                    return self.refuse("no elements have no largest one".to_owned());
                };
                let mut largest = first;
                for (k, &element) in elements.iter().enumerate().skip(1) {
                    let is_larger = graph.operation(Operator::Greater, element, largest);
                    let here = graph.integer(k as i64 + 1);
                    place = graph.choice(is_larger, here, place);
                    largest = graph.choice(is_larger, element, largest);
                }
                return Ok(place);
            }
        };
        let neutral = match kind {
            ReductionKind::Max => f64::NEG_INFINITY,
            ReductionKind::Min => f64::INFINITY,
            ReductionKind::Or => 0.0,
            _ => 1.0,
        };
        let mut elements = elements.into_iter();
        let Some(first) = elements.next() else { return Ok(graph.real(neutral)) };
        let is_extreme = matches!(kind, ReductionKind::Max | ReductionKind::Min);
        Ok(elements.fold(first, |folded, element| match is_extreme {
            true => graph.extreme(operator, folded, element),
            false => graph.operation(operator, folded, element),
        }))
    }

    fn as_integer(&self, element: &Id) -> Option<i64> {
        let value = self.graph.number(*element)?.to_f64().filter(|value| value.fract() == 0.0)?;
        Some(value as i64)
    }

    fn expression(&self, element: &Id) -> Expr {
        match self.graph.number(*element) {
            Some(number) => Expr::number(number.clone()),
            None => Sym::Indeterminate.into(),
        }
    }

    fn is_open(&self, element: &Id) -> bool {
        self.graph.number(*element).is_none()
    }

    fn index(&mut self, label: &Expr, element: &Id, greatest: &Id) -> Result<Id, InterpretError> {
        let limit = self.as_integer(greatest);
        match (self.as_integer(element), limit) {
            (None, Some(limit)) if self.is_open(element) => {
                self.position(*element, limit);
                Ok(*element)
            }
            (Some(value), Some(limit)) if (1..=limit).contains(&value) => Ok(*element),
            _ => Err(InterpretError::NoIndex {
                label: label.clone(),
                found: self.expression(element),
                greatest: self.expression(greatest),
            }),
        }
    }

    fn pick(&mut self, position: &Id, choices: Vec<Id>) -> Result<Id, InterpretError> {
        self.within_limit()?;
        self.position(*position, choices.len() as i64);
        let mut places = choices.into_iter().enumerate().rev();
        let Some((_, last)) = places.next() else { return self.refuse("there is nothing to choose from".to_owned()) };
        let graph = &mut self.graph;
        Ok(places.fold(last, |others, (place, choice)| {
            let here = graph.integer(place as i64 + 1);
            let is_here = graph.operation(Operator::Equal, *position, here);
            graph.choice(is_here, choice, others)
        }))
    }

    fn select(&mut self, condition: &Id, yes: &Id, no: &Id) -> Result<Id, InterpretError> {
        Ok(self.graph.choice(*condition, *yes, *no))
    }

    fn is_less(&mut self, a: &Id, b: &Id) -> Result<bool, InterpretError> {
        let relation = self.graph.operation(Operator::Less, *a, *b);
        match self.graph.number(relation) {
            Some(number) => Ok(!number.is_zero()),
            None => self.refuse("sorting numbers that are not known has no formulas of single numbers".to_owned()),
        }
    }

    fn convert(&mut self, element: &Id, from: ElementType, to: ElementType) -> Result<Id, InterpretError> {
        match (from, to) {
            (ElementType::Bool, ElementType::Bool) => Ok(*element),
            (_, ElementType::Bool) => Ok(self.graph.truth(*element)),
            (ElementType::Bool, _) => Ok(self.graph.numeric(*element)),
            (ElementType::F32 | ElementType::F64, ElementType::I64) => Ok(self.graph.call("trunc", &[*element])),
            _ => Ok(*element),
        }
    }

    fn random(&mut self, _: &Draws<'_>) -> Result<Vec<Id>, InterpretError> {
        self.refuse("it draws random numbers, which solvers have not; apply it outside of training".to_owned())
    }

    fn checkpoint(&mut self) -> Result<(), InterpretError> {
        self.within_limit()?;
        if self.scalars.tables().proceed() { Ok(()) } else { Err(InterpretError::Stopped) }
    }
}
