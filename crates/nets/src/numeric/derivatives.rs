//! Derivatives of nets on machine numbers and intervals: gradients all together, those of higher order one by one.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{ELEMENT_LIMIT, Enclosures, InterpretError, Segments, Tables, Tensor, interpret};
use netform_eval::{Enclosure, Flow, Session};
use netform_expr::Expr;

use super::elements::{known_sizes, machine_tensor, ones, to_expr};
use super::enclosed::{enclosed, run_enclosed};
use super::{Asked, Compiled, Kind, Ran, TOGETHER, compile, failed};
use crate::Fault;
use crate::apply::symbol;
use crate::differentiated::{Derivative, Target};
use crate::evaluate::Arrays;
use crate::net::Net;
use crate::precision::{Precision, with_exact_parameters};

/// How derivatives are computed.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// The precision of machine numbers; none for intervals.
    pub(crate) precision: Option<Precision>,
    /// The seed of what is drawn, if something is.
    pub(crate) seed: Option<u64>,
    /// How recurrences are cut where states are to be computed again instead of stored.
    pub(crate) segments: Option<Segments>,
}

/// A net on data whose outputs have cotangents, ones where none is given.
struct Point<'a> {
    net: &'a Arc<Net>,
    data: &'a [Option<Expr>],
    cotangents: &'a [Option<Expr>],
}

/// Some derivatives; `cotangents` are those of the outputs, ones where there is none.
pub(crate) fn run_derivatives(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    derivatives: &[Derivative],
    cotangents: &[Option<Expr>],
    manner: Manner,
) -> Result<Ran, Flow> {
    let gradients: Vec<Target> = derivatives.iter().filter_map(Derivative::as_gradient).cloned().collect();
    let mut of_gradients = Vec::new();
    if !gradients.is_empty() {
        let asked = Asked::Gradients(&gradients, manner.segments);
        let ran = match manner.precision {
            None => run_enclosed(session, net, data, asked, cotangents)?,
            Some(precision) => match compile(session, net, data, asked, Kind::of(precision), None)? {
                Some(compiled) => compiled.run(session, net, data, cotangents, manner.seed.unwrap_or(0))?,
                None => Ran::NoProgram,
            },
        };
        match ran {
            Ran::Values(mut values) => of_gradients = values.split_off(net.outputs.len()),
            other => return Ok(other),
        }
    }
    let mut of_gradients = of_gradients.into_iter();
    let mut values = Vec::with_capacity(derivatives.len());
    for derivative in derivatives {
        if derivative.as_gradient().is_some() {
            values.extend(of_gradients.next());
            continue;
        }
        match (Point { net, data, cotangents }).nested(session, derivative.targets(), manner)? {
            Ran::Values(mut value) => values.append(&mut value),
            other => return Ok(other),
        }
    }
    Ok(Ran::Values(values))
}

impl Point<'_> {
    /// A derivative by several things: along all unit directions of all but one of them, which is the largest.
    fn nested(&self, session: &mut Session, targets: &[Target], manner: Manner) -> Result<Ran, Flow> {
        let shapes = targets.iter().map(|target| {
            let dimensions = target.dimensions(self.net)?;
            dimensions.iter().map(Expr::as_usize).collect::<Option<Vec<usize>>>()
        });
        let Some(shapes) = shapes.collect::<Option<Vec<_>>>() else { return Ok(Ran::NoProgram) };
        let total = shapes.iter().flatten().fold(1usize, |total, size| total.saturating_mul(*size));
        if total > ELEMENT_LIMIT {
            let error = InterpretError::TooLarge { shape: shapes.concat(), limit: ELEMENT_LIMIT };
            return Ok(failed(self.net, error));
        }
        let directions = Directions::new(&shapes);
        let ordered: Vec<Target> = directions.order.iter().map(|&place| targets[place].clone()).collect();
        let asked = Asked::Nested(&ordered, manner.segments);
        if let Some(precision) = manner.precision {
            return self.on_numbers(session, asked, precision, manner.seed, &directions);
        }
        let net = &with_exact_parameters(session, self.net)?;
        match compile(session, net, self.data, asked, Kind::Enclosed(Arrays::Numbers), None)? {
            Some(compiled) => Point { net, ..*self }.on_intervals(session, &compiled, &directions),
            None => Ok(Ran::NoProgram),
        }
    }

    /// On machine numbers, along many directions together if nothing is drawn.
    fn on_numbers(
        &self,
        session: &mut Session,
        asked: Asked<'_>,
        precision: Precision,
        seed: Option<u64>,
        directions: &Directions,
    ) -> Result<Ran, Flow> {
        let count = directions.count();
        let path: Vec<(usize, usize)> = self.net.example().into_iter().collect();
        let mut elements = Vec::new();
        let mut element = ElementType::F64;
        let mut start = 0;
        while start < count {
            let together = if seed.is_some() { 1 } else { TOGETHER.min(count - start) };
            let several = (together > 1).then_some(together);
            let compiled = match compile(session, self.net, self.data, asked, Kind::of(precision), several)? {
                Some(compiled) => compiled,
                None => return Ok(Ran::NoProgram),
            };
            let program = &compiled.program;
            element = program.type_of(program.outputs()[0].value).element;
            let mut inputs = match self.machine_inputs(&compiled) {
                Ok(inputs) => inputs,
                Err(error) => return Ok(failed(self.net, error)),
            };
            if let Some(several) = several {
                inputs = inputs.iter().map(|input| repeated(input, several)).collect();
            }
            let first = program.inputs().len() - directions.sizes.len();
            for (place, input) in program.inputs()[first..].iter().enumerate() {
                let sizes = known_sizes(&program.type_of(*input).shape);
                let size: usize = sizes.iter().product();
                let mut unit = vec![0.0; size * together];
                for direction in 0..together {
                    unit[direction * size + directions.element(place, start + direction)] = 1.0;
                }
                let shape: Vec<usize> = several.into_iter().chain(sizes).collect();
                match Tensor::new(&shape, unit) {
                    Ok(unit) => inputs.push(unit),
                    Err(error) => return Ok(failed(self.net, error.into())),
                }
            }
            let results = match compiled.results(session, &inputs, seed.unwrap_or(0), &path)? {
                Ok(results) => results,
                Err(error) => return Ok(failed(self.net, error)),
            };
            if start == 0 {
                compiled.tell_undefined(session, self.net, &inputs, &results);
            }
            elements.extend(results.iter().flat_map(Tensor::to_vec));
            start += together;
        }
        Ok(match directions.arrange(&elements) {
            Ok(value) => Ran::Values(vec![to_expr(&value, element)]),
            Err(error) => failed(self.net, error),
        })
    }

    /// The data and the cotangents.
    fn machine_inputs(&self, compiled: &Compiled) -> Result<Vec<Tensor<f64>>, InterpretError> {
        let program = &compiled.program;
        let data = program.inputs().iter().zip(self.data.iter().flatten());
        let mut inputs: Vec<_> =
            data.map(|(place, value)| machine_tensor(value, &program.type_of(*place).shape)).collect();
        let given = inputs.len() + compiled.arrays.len();
        for (&place, output) in program.inputs()[given..].iter().zip(&compiled.cotangents) {
            let shape = &program.type_of(place).shape;
            inputs.push(match &self.cotangents[*output] {
                Some(cotangent) => machine_tensor(cotangent, shape),
                None => ones(shape)?,
            });
        }
        Ok(inputs)
    }

    /// On intervals, along one direction after the other.
    fn on_intervals(&self, session: &mut Session, compiled: &Compiled, directions: &Directions) -> Result<Ran, Flow> {
        let program = &compiled.program;
        let inputs = match compiled.enclosed_inputs(self.data, self.cotangents) {
            Ok(inputs) => inputs,
            Err(failure) => return Ok(failure.of(self.net)),
        };
        let first = program.inputs().len() - directions.sizes.len();
        let mut elements = Vec::new();
        for combination in 0..directions.count() {
            session.tick()?;
            let mut inputs = inputs.clone();
            for (place, input) in program.inputs()[first..].iter().enumerate() {
                let sizes = known_sizes(&program.type_of(*input).shape);
                let mut unit = vec![Enclosure::point(0.0); sizes.iter().product()];
                unit[directions.element(place, combination)] = Enclosure::point(1.0);
                match Tensor::new(&sizes, unit) {
                    Ok(unit) => inputs.push(unit),
                    Err(error) => return Ok(failed(self.net, error.into())),
                }
            }
            let mut tables = Tables::new(session);
            let results = interpret(program, &mut Enclosures::new(&mut tables), &inputs);
            match (tables.flow(), results) {
                (Some(flow), Err(_)) => return Err(flow),
                (_, Err(error)) => {
                    return Ok(Ran::Fault(Fault::new(symbol(self.net), "encfail", [error.to_string()])));
                }
                (_, Ok(results)) => elements.extend(results.iter().flat_map(Tensor::to_vec)),
            }
        }
        let element = program.type_of(program.outputs()[0].value).element;
        Ok(match directions.arrange(&elements) {
            Ok(value) => Ran::Values(vec![enclosed(&value, element)]),
            Err(error) => failed(self.net, error),
        })
    }
}

/// One array for each of several examples.
fn repeated(tensor: &Tensor<f64>, count: usize) -> Tensor<f64> {
    let shape: Vec<usize> = [count].iter().chain(tensor.shape()).copied().collect();
    let elements = tensor.to_vec().repeat(count);
    Tensor::new(&shape, elements).unwrap_or_else(|_| unreachable!("so many arrays fill the shape"))
}

/// All combinations of unit directions of several arrays, and where what they give is in the derivative.
struct Directions {
    /// The arrays in the order in which they are differentiated by: the largest one last.
    order: Vec<usize>,
    /// The numbers of elements of all but the last one.
    sizes: Vec<usize>,
    /// The dimensions of the derivative.
    shape: Vec<usize>,
    /// The number of directions of the arrays that come before the largest one in the derivative.
    before: usize,
    /// The number of elements of the largest one.
    last: usize,
}

impl Directions {
    fn new(shapes: &[Vec<usize>]) -> Directions {
        let all: Vec<usize> = shapes.iter().map(|shape| shape.iter().product()).collect();
        // Of several that are largest the last one, so that nothing has to be moved.
        let largest = (0..all.len()).max_by_key(|&place| all[place]).unwrap_or(0);
        let mut order: Vec<usize> = (0..all.len()).filter(|&place| place != largest).collect();
        let sizes = order.iter().map(|&place| all[place]).collect();
        order.push(largest);
        Directions { order, sizes, shape: shapes.concat(), before: all[..largest].iter().product(), last: all[largest] }
    }

    fn count(&self) -> usize {
        self.sizes.iter().product()
    }

    /// Which element of the array `place` is 1 in a combination.
    fn element(&self, place: usize, combination: usize) -> usize {
        let after: usize = self.sizes[place + 1..].iter().product();
        combination / after % self.sizes[place]
    }

    /// The derivative, from what all directions give one after the other.
    fn arrange<T: Clone>(&self, elements: &[T]) -> Result<Tensor<T>, InterpretError> {
        let after = self.count().checked_div(self.before).unwrap_or(0);
        let mut arranged = Vec::with_capacity(elements.len());
        for outer in 0..self.before {
            for own in 0..self.last {
                for inner in 0..after {
                    arranged.push(elements[(outer * after + inner) * self.last + own].clone());
                }
            }
        }
        Ok(Tensor::new(&self.shape, arranged)?)
    }
}
