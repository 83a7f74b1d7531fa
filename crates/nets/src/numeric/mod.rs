//! Nets on machine numbers: the definitions, evaluated on array symbols, become a program, and the program a plan.

mod derivatives;
mod elements;
mod enclosed;

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{DimError, InterpretError, Plan, Program, Segments, Tables, Tensor, ValueId};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::apply::symbol;
use crate::differentiated::{Differentiated, Question, Target};
use crate::evaluate::Arrays;
use crate::inputs::key_of;
use crate::kept::{Kept, kept};
use crate::net::Net;
use crate::precision::Precision;
use crate::program::NetProgram;
use elements::{machine_tensor, machine_tensors, ones, push_machine_numbers, round_to_single, to_expr};

pub(crate) use derivatives::{Manner, run_derivatives};
pub(crate) use enclosed::run_enclosed;

/// A program of a net for certain input shapes, with the values of its arrays.
struct Compiled {
    program: Program,
    /// How it runs on machine numbers, or why it cannot. The arrays are part of it.
    plan: Result<Plan, InterpretError>,
    /// The values of the arrays, some of which may be intervals.
    arrays: Vec<Expr>,
    /// The outputs whose cotangents are inputs behind the arrays.
    cotangents: Vec<usize>,
}

/// Programs by net and shapes of the inputs; nothing for nets that have none.
#[derive(Default)]
struct Programs(Kept<Option<Arc<Compiled>>, 128>);

/// So many examples of a batch are computed together.
const TOGETHER: usize = 64;

/// What comes of a net on machine numbers.
pub(crate) enum Ran {
    /// The values of its outputs.
    Values(Vec<Expr>),
    /// The data made its program fail.
    Fault(Fault),
    /// It has no program: a function that was given to a layer is not one of real numbers, or a size is not known.
    NoProgram,
}

/// Runs a net whose arrays and data are machine numbers.
pub(crate) fn run(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    precision: Precision,
    seed: u64,
) -> Result<Ran, Flow> {
    match compile(session, net, data, Asked::Outputs, Kind::of(precision), None)? {
        Some(compiled) => compiled.run(session, net, data, &[], seed),
        None => Ok(Ran::NoProgram),
    }
}

/// What is computed of a net.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// Its outputs.
    Outputs,
    /// Its outputs, and then its gradients by some inputs and arrays.
    Gradients(&'a [Target], Option<Segments>),
    /// A derivative of any order along directions.
    Nested(&'a [Target], Option<Segments>),
}

impl Asked<'_> {
    fn key(self) -> Expr {
        let (order, targets, segments) = match self {
            Asked::Outputs => return Sym::None.into(),
            Asked::Gradients(targets, segments) => (1, targets, segments),
            Asked::Nested(targets, segments) => (2, targets, segments),
        };
        let segments = segments.map_or(Expr::from(Sym::None), |segments| match segments {
            Segments::Root => Sym::Automatic.into(),
            Segments::Of(steps) => Expr::integer(steps as i64),
        });
        Expr::list([Expr::integer(order), Expr::list(targets.iter().map(Target::key)), segments])
    }
}

/// What a program is for: machine numbers of a type, or enclosures, by one of two arrangements of the definitions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Machine(ElementType),
    Enclosed(Arrays),
}

impl Kind {
    /// For machine numbers of a precision.
    fn of(precision: Precision) -> Kind {
        Kind::Machine(if precision == Precision::Single { ElementType::F32 } else { ElementType::F64 })
    }
}

impl Compiled {
    /// A program whose first inputs, so many, are data, those that follow arrays; for several examples together if
    /// their number is given.
    fn new(
        session: &mut Session,
        made: Differentiated,
        data: usize,
        kind: Kind,
        examples: Option<usize>,
    ) -> Result<Compiled, Flow> {
        let Differentiated { net: NetProgram { program, parameters, .. }, cotangents } = made;
        if kind != Kind::Machine(ElementType::F64) && kind != Kind::Machine(ElementType::F32) {
            let plan = Err(InterpretError::Invalid("a program for enclosures has no plan"));
            return Ok(Compiled { program, plan, arrays: parameters, cotangents });
        }
        let plan = plan_of(session, &program, &parameters, data, examples)?;
        Ok(Compiled { program, plan, arrays: parameters, cotangents })
    }

    /// Runs it on data, arrays, and the cotangents of the outputs that hold real numbers.
    fn run(
        &self,
        session: &mut Session,
        net: &Net,
        data: &[Option<Expr>],
        cotangents: &[Option<Expr>],
        seed: u64,
    ) -> Result<Ran, Flow> {
        let program = &self.program;
        let mut inputs = Vec::with_capacity(program.inputs().len() - self.arrays.len());
        for (place, value) in program.inputs().iter().zip(data.iter().flatten()) {
            inputs.push(machine_tensor(value, &program.type_of(*place).shape));
        }
        let given = inputs.len() + self.arrays.len();
        for (&place, output) in program.inputs()[given..].iter().zip(&self.cotangents) {
            let shape = &program.type_of(place).shape;
            inputs.push(match cotangents.get(*output).cloned().flatten() {
                Some(given) => machine_tensor(&given, shape),
                None => match ones(shape) {
                    Ok(ones) => ones,
                    Err(error) => return Ok(failed(net, error)),
                },
            });
        }
        let path: Vec<(usize, usize)> = net.example().into_iter().collect();
        Ok(match self.results(session, &inputs, seed, &path)? {
            Ok(results) => {
                self.tell_undefined(session, net, &inputs, &results);
                Ran::Values(self.values(&results))
            }
            Err(error) => failed(net, error),
        })
    }

    /// What the plan gives, or why it gives nothing.
    fn results(
        &self,
        session: &mut Session,
        inputs: &[Tensor<f64>],
        seed: u64,
        path: &[(usize, usize)],
    ) -> Result<Result<Vec<Tensor<f64>>, InterpretError>, Flow> {
        let plan = match &self.plan {
            Ok(plan) => plan,
            Err(error) => return Ok(Err(error.clone())),
        };
        let mut flow = None;
        let results = plan.apply(inputs, seed, path, &mut || match session.tick() {
            Ok(()) => true,
            Err(stopped) => {
                flow = Some(stopped);
                false
            }
        });
        match flow {
            Some(flow) if results.is_err() => Err(flow),
            _ => Ok(results),
        }
    }

    /// Tells that numbers of which all are finite have a result that is undefined, or beyond all machine numbers.
    fn tell_undefined(&self, session: &mut Session, net: &Net, inputs: &[Tensor<f64>], results: &[Tensor<f64>]) {
        let any = |test: fn(&f64) -> bool| results.iter().any(|tensor| tensor.iter().any(test));
        if !any(|x| !x.is_finite()) || inputs.iter().any(|input| input.iter().any(|x| !x.is_finite())) {
            return;
        }
        let mut arrays = Vec::new();
        self.arrays.iter().for_each(|array| push_machine_numbers(array, &mut arrays));
        if arrays.iter().all(|x| x.is_finite()) {
            let name = if any(|x| x.is_nan()) { "undefined" } else { "infinite" };
            Fault::new(symbol(net), name, []).show(session);
        }
    }

    /// Results as expressions.
    fn values(&self, results: &[Tensor<f64>]) -> Vec<Expr> {
        let program = &self.program;
        let elements = program.outputs().iter().map(|output| program.type_of(output.value).element);
        results.iter().zip(elements).map(|(tensor, element)| to_expr(tensor, element)).collect()
    }
}

/// The plan of a program whose first inputs, so many, are data, those that follow the arrays given; for several examples
/// together if their number is given.
pub(crate) fn plan_of(
    session: &mut Session,
    program: &Program,
    arrays: &[Expr],
    data: usize,
    examples: Option<usize>,
) -> Result<Result<Plan, InterpretError>, Flow> {
    let known = |(place, &input): (usize, &ValueId)| {
        let value_type = program.type_of(input);
        let tensor = machine_tensor(arrays.get(place.checked_sub(data)?)?, &value_type.shape);
        Some(if value_type.element == ElementType::F32 { round_to_single(&tensor) } else { tensor })
    };
    let known: Vec<Option<Tensor<f64>>> = program.inputs().iter().enumerate().map(known).collect();
    let mut tables = Tables::new(session);
    let plan = match examples {
        None => Plan::new(program, &known, &mut tables),
        Some(count) => Plan::for_examples(program, count, &known, &mut tables),
    };
    match tables.flow() {
        Some(flow) if plan.is_err() => Err(flow),
        _ => Ok(plan),
    }
}

/// The elements of a list of machine numbers, or a single one.
pub(crate) fn machine_numbers(value: &Expr) -> Vec<f64> {
    let mut elements = Vec::new();
    push_machine_numbers(value, &mut elements);
    elements
}

/// What comes of a program that fails.
fn failed(net: &Net, error: InterpretError) -> Ran {
    match error {
        InterpretError::NoCode(_) | InterpretError::Dim(DimError::Unbound(_)) => Ran::NoProgram,
        InterpretError::NoIndex { label, found, greatest } if label.as_str().is_some() => {
            let texts = [&found, &greatest].map(|e| format!("{e:?}"));
            let [found, greatest] = texts;
            let label = label.as_str().unwrap_or_default();
            Ran::Fault(crate::indices::fault(symbol(net), label, found, greatest))
        }
        error => Ran::Fault(Fault::new(symbol(net), "progfail", [error.to_string()])),
    }
}

/// Runs a net on a batch whose examples have the same shapes, some of them together; `net` is fitted to one of them.
/// Nothing if they must be taken one by one.
pub(crate) fn run_batch(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    precision: Precision,
    count: usize,
) -> Result<Option<Vec<Expr>>, Flow> {
    let mut columns: Vec<Vec<Expr>> = vec![Vec::new(); net.outputs.len()];
    let mut start = 0;
    while start < count {
        let together = TOGETHER.min(count - start);
        let Some(compiled) = compile(session, net, data, Asked::Outputs, Kind::of(precision), Some(together))? else {
            return Ok(None);
        };
        let program = &compiled.program;
        let mut inputs = Vec::with_capacity(data.len());
        for (place, value) in program.inputs().iter().zip(data.iter().flatten()) {
            let examples = (start..start + together).map(|example| value.arg(example));
            inputs.push(machine_tensors(examples, together, &program.type_of(*place).shape));
        }
        // Where examples fail, one by one it is seen which.
        let Ok(results) = compiled.results(session, &inputs, 0, &[])? else { return Ok(None) };
        compiled.tell_undefined(session, net, &inputs, &results);
        let values = compiled.values(&results);
        for (column, value) in columns.iter_mut().zip(values) {
            column.extend(value.args().iter().cloned());
        }
        start += together;
    }
    Ok(Some(columns.into_iter().map(Expr::list).collect()))
}

/// The program of a net, if it has one, made once for each combination of input shapes.
fn compile(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    asked: Asked<'_>,
    kind: Kind,
    examples: Option<usize>,
) -> Result<Option<Arc<Compiled>>, Flow> {
    let (real, arrays) = match kind {
        Kind::Machine(real) => (real, Arrays::Numbers),
        Kind::Enclosed(arrays) => (ElementType::F64, arrays),
    };
    let shapes = net.inputs.iter().zip(data).map(|(port, value)| match value {
        Some(_) => port.shape.to_expr(),
        None => Expr::list([]),
    });
    let given = data.iter().map(|value| Expr::boolean(value.is_some()));
    let purpose = match kind {
        Kind::Machine(real) => i64::from(real == ElementType::F32),
        Kind::Enclosed(arrays) => 2 + i64::from(arrays == Arrays::Intervals),
    };
    let together = examples.map_or(Expr::from(Sym::None), |count| Expr::integer(count as i64));
    let own = [together, Expr::list(shapes), Expr::list(given), Expr::integer(purpose), asked.key()];
    let key = Expr::list(key_of(net).into_iter().chain(own));
    let given: Vec<bool> = data.iter().map(Option::is_some).collect();
    kept(
        session,
        |Programs(programs): &mut Programs| programs,
        &key,
        |session| {
            let question = |targets, segments| Question { net, given: &given, targets, kind: (real, arrays), segments };
            let made = match asked {
                Asked::Outputs => NetProgram::of_net(session, net, &given, real, arrays)?
                    .map(|net| Differentiated { net, cotangents: Vec::new() }),
                Asked::Gradients(targets, segments) => Differentiated::gradients(session, question(targets, segments))?,
                Asked::Nested(targets, segments) => Differentiated::nested(session, question(targets, segments))?,
            };
            let data = given.iter().filter(|given| **given).count();
            let made = made.ok().map(|made| Compiled::new(session, made, data, kind, examples)).transpose()?;
            Ok(made.map(Arc::new))
        },
    )
}
