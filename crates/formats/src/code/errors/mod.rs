//! How far what code computes may be from what the net is, for all inputs within bounds.
//!
//! The program is interpreted on numbers of which an interval and a bound of the error are known ([`Bounded`]): each operation that
//! the code does adds its own rounding, and carries the errors of its operands on (J. H. Wilkinson, Rounding Errors in Algebraic
//! Processes, 1963). Functions are followed as the code computes them ([`formula`]), and sums may be added in any order.

mod bounded;
mod formula;
mod functions;

use netform_array::{ElementType, Scalar};
use netform_compile::{
    Compiled, Constant, Domain, Draws, InterpretError, ReductionKind, ScalarFunction, Sizes, Tables, Tensor, interpret,
};
use netform_eval::{Enclosure, Flow, Session};
use netform_expr::Expr;

use crate::arrays::{machine_numbers, real_number};
use crate::scalar::Scalars;
use bounded::Bounded;
use formula::{Setting, Steps};
use functions::Functions;

/// Bounds of errors.
#[derive(Clone, Debug)]
pub(super) struct ErrorBounds {
    /// For each input the ranges of its elements.
    pub(super) inputs: Vec<Vec<Enclosure>>,
    /// For each output the largest error of its elements; infinite where none is known.
    pub(super) outputs: Vec<f64>,
}

/// The errors of a program for inputs with elements in these ranges.
pub(super) fn bounds(
    session: &mut Session,
    compiled: &Compiled,
    inputs: Vec<Vec<Enclosure>>,
    single: bool,
) -> Result<Result<ErrorBounds, String>, Flow> {
    let functions = Functions::new(session)?;
    let registry = std::sync::Arc::clone(session.registry());
    let scalars = Scalars::new(Tables::new(session).for_numbers(), registry);
    let unit = if single { f64::from(f32::EPSILON) } else { f64::EPSILON } / 2.0;
    let mut domain = Rounding { scalars, functions, unit, single };
    let found = domain.of(compiled, &inputs).map(|outputs| ErrorBounds { inputs, outputs });
    match (domain.scalars.into_tables().flow(), found) {
        (Some(flow), Err(_)) => Err(flow),
        (_, found) => Ok(found),
    }
}

/// The domain of numbers with bounds of their errors.
struct Rounding<'s> {
    scalars: Scalars<'s>,
    functions: Functions,
    /// The largest relative error of a rounding.
    unit: f64,
    single: bool,
}

impl Rounding<'_> {
    fn of(&mut self, compiled: &Compiled, inputs: &[Vec<Enclosure>]) -> Result<Vec<f64>, String> {
        let program = &compiled.program;
        let mut tensors = Vec::with_capacity(program.inputs().len());
        let data = inputs.iter().map(|ranges| ranges.iter().map(|&range| Bounded { range, error: 0.0 }).collect());
        let arrays = compiled.parameters.iter().map(|value| {
            let mut numbers = Vec::new();
            machine_numbers(value, &mut numbers);
            numbers.into_iter().map(|number| self.stored(number)).collect()
        });
        let elements: Vec<Vec<Bounded>> = data.chain(arrays).collect();
        for (&value, elements) in program.inputs().iter().zip(elements) {
            let shape = super::program::sizes(&program.type_of(value).shape)?;
            tensors.push(Tensor::new(&shape, elements).map_err(|error| error.to_string())?);
        }
        let results = interpret(program, self, &tensors).map_err(|error| error.to_string())?;
        let largest = |tensor: &Tensor<Bounded>| tensor.iter().map(|element| element.error).fold(0.0, f64::max);
        Ok(results.iter().map(largest).collect())
    }

    /// A number of the net as it stands in the code.
    fn stored(&self, number: f64) -> Bounded {
        let narrow = f64::from(number as f32);
        match self.single && narrow != number {
            true => {
                Bounded::of(Enclosure::point(number).hull(Enclosure::point(narrow)), (number - narrow).abs().next_up())
            }
            false => Bounded::exact(number),
        }
    }

    fn unsupported<T>(operation: &'static str, element: ElementType) -> Result<T, InterpretError> {
        Err(InterpretError::Unsupported { operation, element })
    }
}

impl Domain for Rounding<'_> {
    type Element = Bounded;
    type Function = (Steps, usize);

    fn prepare(&mut self, function: &ScalarFunction, _: &Sizes) -> Result<(Steps, usize), InterpretError> {
        let mut steps = Steps::default();
        let count = netform_compile::slot_count(&function.body);
        let arguments: Vec<usize> = (0..count).map(|place| steps.argument(place)).collect();
        let result = self.scalars.write(function, &arguments, &mut steps);
        result.map(|result| (steps, result)).map_err(|_| InterpretError::NoCode(function.body.clone()))
    }

    fn apply(
        &mut self,
        (steps, result): &mut (Steps, usize),
        arguments: &[Bounded],
    ) -> Result<Bounded, InterpretError> {
        let mut setting = Setting::new(steps, &self.functions, self.scalars.tables(), arguments, self.unit);
        Ok(steps.value(*result, &mut setting, &[]))
    }

    fn constant(&mut self, constant: &Constant) -> Result<Vec<Bounded>, InterpretError> {
        match constant {
            Constant::Array(array) => {
                let numbers =
                    array.scalars().map(|scalar: Scalar| real_number(scalar).map(|number| self.stored(number)));
                numbers.collect::<Option<_>>().ok_or(InterpretError::Invalid("complex numbers have no code"))
            }
            Constant::Exact { elements, .. } => elements
                .iter()
                .map(|element| {
                    let number =
                        self.scalars.number(element).ok_or_else(|| InterpretError::NotANumber(element.clone()))?;
                    let is_exact = element.as_i64().is_some_and(|integer| integer.abs() < 1 << 24);
                    let nearest = self.stored(number);
                    Ok(if is_exact { nearest } else { Bounded::rounded(nearest.range, nearest.error, self.unit) })
                })
                .collect(),
        }
    }

    fn integer(&mut self, value: usize) -> Bounded {
        Bounded::exact(value as f64)
    }

    fn reduce(
        &mut self,
        kind: ReductionKind,
        _: ElementType,
        elements: Vec<Bounded>,
    ) -> Result<Bounded, InterpretError> {
        let may_differ = elements.iter().any(|element| element.error > 0.0);
        let fold = |start: f64, of: fn(f64, f64) -> f64| {
            let mut all = elements.iter().copied();
            let first = all.next().unwrap_or(Bounded::exact(start));
            all.fold(first, |folded, element| folded.extreme(element, of))
        };
        Ok(match kind {
            ReductionKind::Sum => Bounded::sum(&elements, self.unit),
            ReductionKind::Product => {
                let mut all = elements.iter().copied();
                let first = all.next().unwrap_or(Bounded::exact(1.0));
                all.fold(first, |product, factor| product.times(factor, self.unit))
            }
            ReductionKind::Max => fold(f64::NEG_INFINITY, f64::max),
            ReductionKind::Shift => fold(0.0, f64::max),
            ReductionKind::Min => fold(f64::INFINITY, f64::min),
            ReductionKind::And | ReductionKind::Or => {
                let decisive = kind == ReductionKind::Or;
                let truths: Vec<Option<bool>> = elements.iter().map(|element| element.range.truth()).collect();
                let truth = match truths.contains(&Some(decisive)) {
                    true => Some(decisive),
                    false => truths.iter().all(Option::is_some).then_some(!decisive),
                };
                Bounded::truth(truth, may_differ)
            }
            ReductionKind::ArgMax => {
                let range = Enclosure { low: 1.0, high: elements.len() as f64 };
                let lowest = |place: usize| elements[place].range.low;
                let best = (0..elements.len()).max_by(|a, b| lowest(*a).total_cmp(&lowest(*b)));
                let is_sure = |best: usize| {
                    let others = elements.iter().enumerate().filter(|(place, _)| *place != best);
                    others.map(|(_, other)| other.range.high).all(|high| high < lowest(best))
                };
                match best {
                    Some(best) if is_sure(best) => Bounded::exact((best + 1) as f64),
                    _ => Bounded { range, error: if may_differ { range.high - 1.0 } else { 0.0 } },
                }
            }
        })
    }

    fn as_integer(&self, element: &Bounded) -> Option<i64> {
        let value = element.range.as_point()?;
        (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64)
    }

    fn expression(&self, element: &Bounded) -> Expr {
        netform_compile::interval(element.range)
    }

    fn is_open(&self, element: &Bounded) -> bool {
        element.range.as_point().is_none()
    }

    fn pick(&mut self, position: &Bounded, choices: Vec<Bounded>) -> Result<Bounded, InterpretError> {
        let possible = choices.into_iter().enumerate().filter(|(place, _)| position.range.contains((place + 1) as f64));
        let hull = possible.map(|(_, choice)| choice).reduce(|a, b| a.either(b, position.error > 0.0));
        hull.ok_or_else(|| InterpretError::NotANumber(self.expression(position)))
    }

    fn select(&mut self, condition: &Bounded, yes: &Bounded, no: &Bounded) -> Result<Bounded, InterpretError> {
        Ok(match condition.range.truth() {
            Some(true) => *yes,
            Some(false) => *no,
            None => yes.either(*no, condition.error > 0.0),
        })
    }

    fn is_less(&mut self, a: &Bounded, b: &Bounded) -> Result<bool, InterpretError> {
        match () {
            () if a.range.high < b.range.low => Ok(true),
            () if a.range.low >= b.range.high => Ok(false),
            () => Err(InterpretError::Undecided(self.expression(a))),
        }
    }

    fn convert(&mut self, element: &Bounded, from: ElementType, to: ElementType) -> Result<Bounded, InterpretError> {
        match to {
            ElementType::I64 if from != ElementType::I64 => {
                Ok(self.functions.call(self.scalars.tables(), "trunc", &[*element], self.unit))
            }
            ElementType::Complex => Rounding::unsupported("convert", to),
            _ => Ok(*element),
        }
    }

    fn random(&mut self, draws: &Draws<'_>) -> Result<Vec<Bounded>, InterpretError> {
        Rounding::unsupported("random draw", draws.element)
    }

    fn checkpoint(&mut self) -> Result<(), InterpretError> {
        use netform_compile::ScalarFunctions;
        if self.scalars.tables().proceed() { Ok(()) } else { Err(InterpretError::Stopped) }
    }
}
