//! Nets on intervals: every result encloses all values.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Dim, Enclosures, InterpretError, Symbolic, Tables, Tensor, enclosure_of, interpret, interval};
use netform_eval::{Enclosure, Flow, Session};
use netform_expr::{Expr, Sym};

use super::elements::{known_sizes, ones};
use super::{Asked, Compiled, Kind, Ran, compile, failed};
use crate::Fault;
use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::net::Net;
use crate::precision::with_exact_parameters;

/// Runs a net whose arrays and data are real numbers and intervals of them: every result is an interval.
///
/// The arrangement of definitions for machine numbers and that for intervals both enclose the results, and so does what they have
/// in common.
pub(crate) fn run_enclosed(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    asked: Asked<'_>,
    cotangents: &[Option<Expr>],
) -> Result<Ran, Flow> {
    let net = &with_exact_parameters(session, net)?;
    let mut best: Option<Vec<Tensor<Enclosure>>> = None;
    let mut failure = Ran::NoProgram;
    let mut elements = Vec::new();
    for kind in [Kind::Enclosed(Arrays::Numbers), Kind::Enclosed(Arrays::Intervals)] {
        let Some(compiled) = compile(session, net, data, asked, kind, None)? else { continue };
        match compiled.run_enclosed(session, net, data, cotangents)? {
            Enclosed::Values(values) => {
                let program = &compiled.program;
                elements = program.outputs().iter().map(|output| program.type_of(output.value).element).collect();
                best = Some(match best {
                    Some(best) => best.iter().zip(&values).map(|(a, b)| in_common(a, b)).collect(),
                    None => values,
                });
            }
            Enclosed::Failed(ran) => failure = ran,
        }
    }
    Ok(match best {
        Some(best) => Ran::Values(best.iter().zip(&elements).map(|(tensor, &e)| enclosed(tensor, e)).collect()),
        None => failure,
    })
}

/// What comes of a program on enclosures.
enum Enclosed {
    Values(Vec<Tensor<Enclosure>>),
    Failed(Ran),
}

/// The elements that two enclosures of the same results have in common.
fn in_common(a: &Tensor<Enclosure>, b: &Tensor<Enclosure>) -> Tensor<Enclosure> {
    let common = a.iter().zip(b.iter()).map(|(a, b)| a.intersection(*b).unwrap_or(*a)).collect();
    Tensor::new(a.shape(), common).unwrap_or_else(|_| a.clone())
}

impl Compiled {
    /// As `run`, on enclosures.
    fn run_enclosed(
        &self,
        session: &mut Session,
        net: &Net,
        data: &[Option<Expr>],
        cotangents: &[Option<Expr>],
    ) -> Result<Enclosed, Flow> {
        let program = &self.program;
        let inputs = match self.enclosed_inputs(data, cotangents) {
            Ok(inputs) => inputs,
            Err(failure) => return Ok(Enclosed::Failed(failure.of(net))),
        };
        let mut tables = Tables::new(session);
        let results = interpret(program, &mut Enclosures::new(&mut tables), &inputs);
        if let (Some(flow), Err(_)) = (tables.flow(), &results) {
            return Err(flow);
        }
        Ok(match results {
            Ok(results) => Enclosed::Values(results),
            Err(error) => Enclosed::Failed(Ran::Fault(Fault::new(symbol(net), "encfail", [error.to_string()]))),
        })
    }

    /// The data, the arrays and the cotangents as enclosures.
    pub(super) fn enclosed_inputs(
        &self,
        data: &[Option<Expr>],
        cotangents: &[Option<Expr>],
    ) -> Result<Vec<Tensor<Enclosure>>, NoInputs> {
        let program = &self.program;
        let mut inputs = Vec::with_capacity(program.inputs().len());
        let values = data.iter().flatten().chain(&self.arrays);
        for (place, value) in program.inputs().iter().zip(values) {
            inputs.push(enclosure_tensor(value, &program.type_of(*place).shape).ok_or(NoInputs::NotReal)?);
        }
        let given = inputs.len();
        for (&place, output) in program.inputs()[given..].iter().zip(&self.cotangents) {
            let shape = &program.type_of(place).shape;
            let tensor = match cotangents.get(*output).cloned().flatten() {
                Some(given) => enclosure_tensor(&given, shape),
                None => {
                    let ones = ones(shape).map_err(NoInputs::TooLarge)?;
                    let ones = ones.iter().map(|&x| Enclosure::point(x)).collect();
                    Tensor::new(&known_sizes(shape), ones).ok()
                }
            };
            inputs.push(tensor.ok_or(NoInputs::NotReal)?);
        }
        Ok(inputs)
    }
}

/// Why a program has no enclosures to run on.
pub(super) enum NoInputs {
    /// Something is no real number and no interval.
    NotReal,
    /// Ones for the cotangents would be too many.
    TooLarge(InterpretError),
}

impl NoInputs {
    /// What comes of it.
    pub(super) fn of(self, net: &Net) -> Ran {
        match self {
            NoInputs::NotReal => Ran::NoProgram,
            NoInputs::TooLarge(error) => failed(net, error),
        }
    }
}

/// The elements of a list of numbers, truth values and intervals, or a single one, as enclosures.
pub(super) fn enclosure_tensor(value: &Expr, shape: &[Dim]) -> Option<Tensor<Enclosure>> {
    let mut level = vec![value.clone()];
    for _ in shape {
        level = level.iter().flat_map(|item| item.args().into_owned()).collect();
    }
    let truth = |e: &Expr| {
        (e.is(Sym::True) || e.is(Sym::False)).then(|| Enclosure::point(f64::from(u8::from(e.is(Sym::True)))))
    };
    let elements: Option<Vec<Enclosure>> = level.iter().map(|e| truth(e).or_else(|| enclosure_of(e))).collect();
    Tensor::new(&known_sizes(shape), elements?).ok()
}

/// The nested list of a result: intervals, and integers and truth values where they are decided.
pub(super) fn enclosed(tensor: &Tensor<Enclosure>, element: ElementType) -> Expr {
    let elements = tensor.iter().map(|value| match (element, value.as_point()) {
        (ElementType::I64, Some(point)) => Expr::integer(point as i64),
        _ => interval(*value),
    });
    match Tensor::new(tensor.shape(), elements.collect()) {
        Ok(elements) => Symbolic::list(&elements),
        Err(_) => unreachable!("a tensor's elements fill its shape"),
    }
}
