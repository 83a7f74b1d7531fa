//! Nets on machine numbers: the definitions, evaluated on array symbols, become a program.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Dim, DimError, InterpretError, Machine, Program, Tables, Tensor, ValueId, interpret};
use netform_eval::{Dependent, Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::Fault;
use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::net::Net;
use crate::precision::Precision;
use crate::program::{NetProgram, Target, real_outputs};

/// A program of a net for certain input shapes, with the values of its arrays.
struct Compiled {
    program: Program,
    parameters: Vec<Tensor<f64>>,
}

/// Programs by net and shapes of the inputs; nothing for nets that have none.
#[derive(Default)]
struct Programs(NodeMap<Dependent<Option<Arc<Compiled>>>>);

/// So many programs are kept; then all are forgotten.
const CAPACITY: usize = 128;

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
) -> Result<Ran, Flow> {
    match compile(session, net, data, None, element_type(precision))? {
        Some(compiled) => compiled.run(session, net, data, &[]),
        None => Ok(Ran::NoProgram),
    }
}

/// The outputs of a net, and then its gradients by some inputs and arrays; `cotangents` are those of the
/// outputs, ones where there is none.
pub(crate) fn run_gradient(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    targets: &[Target],
    cotangents: &[Option<Expr>],
    precision: Precision,
) -> Result<Ran, Flow> {
    match compile(session, net, data, Some(targets), element_type(precision))? {
        Some(compiled) => compiled.run(session, net, data, cotangents),
        None => Ok(Ran::NoProgram),
    }
}

impl Compiled {
    /// A program whose first inputs, so many, are data, those that follow arrays.
    fn new(NetProgram { program, parameters }: NetProgram, data: usize) -> Compiled {
        let places = program.inputs().iter().skip(data);
        let tensors = places
            .zip(&parameters)
            .map(|(place, value)| machine_tensor(value, &program.type_of(*place).shape))
            .collect();
        Compiled { program, parameters: tensors }
    }

    /// Runs it on data, arrays, and the cotangents of the outputs that hold real numbers.
    fn run(
        &self,
        session: &mut Session,
        net: &Net,
        data: &[Option<Expr>],
        cotangents: &[Option<Expr>],
    ) -> Result<Ran, Flow> {
        let program = &self.program;
        let mut inputs = Vec::with_capacity(program.inputs().len());
        for (place, value) in program.inputs().iter().zip(data.iter().flatten()) {
            inputs.push(machine_tensor(value, &program.type_of(*place).shape));
        }
        inputs.extend(self.parameters.iter().cloned());
        let seeds = real_outputs(program);
        let given = inputs.len();
        for (&place, output) in program.inputs()[given..].iter().zip(seeds) {
            let shape = &program.type_of(place).shape;
            inputs.push(match cotangents.get(output).cloned().flatten() {
                Some(given) => machine_tensor(&given, shape),
                None => ones(shape),
            });
        }
        let single = |place: &ValueId| program.type_of(*place).element == ElementType::F32;
        for (input, _) in inputs.iter_mut().zip(program.inputs()).filter(|(_, place)| single(place)) {
            *input = round_to_single(input);
        }
        let mut tables = Tables::new(session);
        let results = interpret(program, &mut Machine::new(&mut tables), &inputs);
        if let (Some(flow), Err(_)) = (tables.flow(), &results) {
            return Err(flow);
        }
        Ok(match results {
            Ok(results) => {
                let elements = program.outputs().iter().map(|output| program.type_of(output.value).element);
                Ran::Values(results.iter().zip(elements).map(|(tensor, element)| to_expr(tensor, element)).collect())
            }
            Err(InterpretError::NoCode(_) | InterpretError::Dim(DimError::Unbound(_))) => Ran::NoProgram,
            Err(error) => Ran::Fault(Fault::new(symbol(net), "progfail", [error.to_string()])),
        })
    }
}

/// The type of real numbers at a precision.
fn element_type(precision: Precision) -> ElementType {
    if precision == Precision::Single { ElementType::F32 } else { ElementType::F64 }
}

/// The program of a net, if it has one, made once for each combination of input shapes.
fn compile(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    targets: Option<&[Target]>,
    real: ElementType,
) -> Result<Option<Arc<Compiled>>, Flow> {
    let shapes = net.inputs.iter().zip(data).map(|(port, value)| match value {
        Some(_) => port.shape.to_expr(),
        None => Expr::list([]),
    });
    let given = data.iter().map(|value| Expr::boolean(value.is_some()));
    let single = Expr::boolean(real == ElementType::F32);
    let ports = net.inputs.iter().chain(&net.outputs).flat_map(|port| &port.places);
    let ports = ports.map(|place| Expr::list([Expr::integer(place.leaf as i64), Expr::string(&place.port)]));
    let by = targets.map(|targets| Expr::list(targets.iter().map(key_of_target)));
    let key = [net.expr.clone(), Expr::list(shapes), Expr::list(given), Expr::list(ports), single];
    let key = Expr::list(key.into_iter().chain(by));
    if let Some(found) = session.extension::<Programs>().0.get(&key).cloned()
        && let Some(compiled) = session.still(&found)
    {
        return Ok(compiled);
    }
    let given: Vec<bool> = data.iter().map(Option::is_some).collect();
    let found = session.depending(&key, |session| {
        let made = match targets {
            None => NetProgram::of_net(session, net, &given, real, Arrays::Numbers)?,
            Some(targets) => NetProgram::of_gradient(session, net, &given, targets, real)?,
        };
        Ok(made.ok().map(|made| Arc::new(Compiled::new(made, given.iter().filter(|given| **given).count()))))
    })?;
    let programs = &mut session.extension::<Programs>().0;
    if programs.len() >= CAPACITY {
        programs.clear();
    }
    programs.insert(key, found.clone());
    Ok(found.into_value())
}

fn key_of_target(target: &Target) -> Expr {
    match target {
        Target::Input(place) => Expr::integer(*place as i64),
        Target::Array(leaf, name) => Expr::list([Expr::integer(*leaf as i64), Expr::string(name)]),
    }
}

fn ones(shape: &[Dim]) -> Tensor<f64> {
    let sizes = known_sizes(shape);
    let count = sizes.iter().product();
    Tensor::new(&sizes, vec![1.0; count]).unwrap_or_else(|_| unreachable!("the elements fill the shape"))
}

fn known_sizes(shape: &[Dim]) -> Vec<usize> {
    shape.iter().filter_map(Dim::as_integer).filter_map(|n| usize::try_from(n).ok()).collect()
}

/// The elements of a list of real numbers or truth values, or a single one, as machine numbers.
fn machine_tensor(value: &Expr, shape: &[Dim]) -> Tensor<f64> {
    let sizes = known_sizes(shape);
    let mut elements = Vec::new();
    push_machine_numbers(value, &mut elements);
    Tensor::new(&sizes, elements).unwrap_or_else(|_| unreachable!("a list fills the shape that it was fitted to"))
}

fn push_machine_numbers(value: &Expr, elements: &mut Vec<f64>) {
    if let Some(array) = value.as_array() {
        match (array.as_f64(), array.as_i64()) {
            (Some(reals), _) => elements.extend_from_slice(reals),
            (_, Some(integers)) => elements.extend(integers.iter().map(|&i| i as f64)),
            _ => {}
        }
    } else if value.is_list() {
        value.args().iter().for_each(|item| push_machine_numbers(item, elements));
    } else {
        let number = value.as_number().and_then(|n| n.to_f64());
        let truth = || [(Sym::True, 1.0), (Sym::False, 0.0)].into_iter().find(|(symbol, _)| value.is(*symbol));
        elements.push(number.or_else(|| truth().map(|(_, number)| number)).unwrap_or(f64::NAN));
    }
}

fn round_to_single(tensor: &Tensor<f64>) -> Tensor<f64> {
    let rounded = tensor.to_vec().into_iter().map(|x| f64::from(x as f32)).collect();
    Tensor::new(tensor.shape(), rounded).unwrap_or_else(|_| unreachable!("rounding keeps the shape"))
}

/// The list of a result: integers where the program states them, else reals.
fn to_expr(tensor: &Tensor<f64>, element: ElementType) -> Expr {
    if element == ElementType::I64
        && let Ok(array) = Machine::array(tensor, element)
    {
        return Expr::array(array);
    }
    match netform_array::Array::from_f64(tensor.shape(), tensor.to_vec()) {
        Ok(array) => Expr::array(array),
        Err(_) => unreachable!("a tensor's elements fill its shape"),
    }
}
