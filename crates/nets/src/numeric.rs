//! Nets on machine numbers: the definitions, evaluated on array symbols, become a program.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{
    Dim, DimError, Enclosures, InterpretError, Machine, Plan, Program, Symbolic, Tables, Tensor, enclosure_of,
    interpret, interval,
};
use netform_eval::{Dependent, Enclosure, Flow, Session};
use netform_expr::{Expr, NodeMap, Sym};

use crate::Fault;
use crate::apply::symbol;
use crate::evaluate::Arrays;
use crate::net::{Examples, Net};
use crate::precision::{Precision, with_exact_parameters};
use crate::program::{NetProgram, Target, real_outputs};

/// A program of a net for certain input shapes, with the values of its arrays.
struct Compiled {
    program: Program,
    /// How it runs on machine numbers, or why it cannot. The arrays are part of it.
    plan: Result<Plan, InterpretError>,
    /// The values of the arrays, some of which may be intervals.
    arrays: Vec<Expr>,
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
    seed: u64,
) -> Result<Ran, Flow> {
    match compile(session, net, data, None, Kind::of(precision))? {
        Some(compiled) => compiled.run(session, net, data, &[], seed),
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
    seed: u64,
) -> Result<Ran, Flow> {
    match compile(session, net, data, Some(targets), Kind::of(precision))? {
        Some(compiled) => compiled.run(session, net, data, cotangents, seed),
        None => Ok(Ran::NoProgram),
    }
}

/// Runs a net whose arrays and data are real numbers and intervals of them: every result is an interval.
///
/// Where a layer has two arrangements of its definition, both enclose the results, and so does what they have in common.
pub(crate) fn run_enclosed(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    targets: Option<&[Target]>,
    cotangents: &[Option<Expr>],
) -> Result<Ran, Flow> {
    let net = &with_exact_parameters(session, net)?;
    let mut best: Option<Vec<Tensor<Enclosure>>> = None;
    let mut failure = Ran::NoProgram;
    let mut elements = Vec::new();
    let arranged = net.leaves.iter().any(|leaf| !leaf.layer.stable.is_empty());
    for kind in [Kind::Enclosed(Arrays::Numbers), Kind::Enclosed(Arrays::Symbols)] {
        if kind == Kind::Enclosed(Arrays::Symbols) && !arranged && best.is_some() {
            break;
        }
        let Some(compiled) = compile(session, net, data, targets, kind)? else { continue };
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
    /// A program whose first inputs, so many, are data, those that follow arrays.
    fn new(session: &mut Session, made: NetProgram, data: usize, kind: Kind) -> Result<Compiled, Flow> {
        let NetProgram { program, parameters } = made;
        if kind != Kind::Machine(ElementType::F64) && kind != Kind::Machine(ElementType::F32) {
            let plan = Err(InterpretError::Invalid("a program for enclosures has no plan"));
            return Ok(Compiled { program, plan, arrays: parameters });
        }
        let known: Vec<Option<Tensor<f64>>> = program
            .inputs()
            .iter()
            .enumerate()
            .map(|(place, &input)| {
                let value = parameters.get(place.checked_sub(data)?)?;
                let value_type = program.type_of(input);
                let tensor = machine_tensor(value, &value_type.shape);
                Some(if value_type.element == ElementType::F32 { round_to_single(&tensor) } else { tensor })
            })
            .collect();
        let mut tables = Tables::new(session);
        let plan = Plan::new(&program, &known, &mut tables);
        match tables.flow() {
            Some(flow) if plan.is_err() => Err(flow),
            _ => Ok(Compiled { program, plan, arrays: parameters }),
        }
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
        for (&place, output) in program.inputs()[given..].iter().zip(real_outputs(program)) {
            let shape = &program.type_of(place).shape;
            inputs.push(match cotangents.get(output).cloned().flatten() {
                Some(given) => machine_tensor(&given, shape),
                None => ones(shape),
            });
        }
        let path: Vec<(usize, usize)> = net.example().into_iter().collect();
        let mut flow = None;
        let results = match &self.plan {
            Ok(plan) => plan.apply(&inputs, seed, &path, &mut || match session.tick() {
                Ok(()) => true,
                Err(stopped) => {
                    flow = Some(stopped);
                    false
                }
            }),
            Err(error) => Err(error.clone()),
        };
        if let (Some(flow), Err(_)) = (flow, &results) {
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
        let mut inputs = Vec::with_capacity(program.inputs().len());
        let values = data.iter().flatten().chain(&self.arrays);
        for (place, value) in program.inputs().iter().zip(values) {
            match enclosure_tensor(value, &program.type_of(*place).shape) {
                Some(tensor) => inputs.push(tensor),
                None => return Ok(Enclosed::Failed(Ran::NoProgram)),
            }
        }
        let given = inputs.len();
        for (&place, output) in program.inputs()[given..].iter().zip(real_outputs(program)) {
            let shape = &program.type_of(place).shape;
            let one = ones(shape).iter().map(|&x| Enclosure::point(x)).collect();
            let tensor = match cotangents.get(output).cloned().flatten() {
                Some(given) => enclosure_tensor(&given, shape),
                None => Tensor::new(&known_sizes(shape), one).ok(),
            };
            match tensor {
                Some(tensor) => inputs.push(tensor),
                None => return Ok(Enclosed::Failed(Ran::NoProgram)),
            }
        }
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
}

/// The elements of a list of numbers, truth values and intervals, or a single one, as enclosures.
fn enclosure_tensor(value: &Expr, shape: &[Dim]) -> Option<Tensor<Enclosure>> {
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
fn enclosed(tensor: &Tensor<Enclosure>, element: ElementType) -> Expr {
    let elements = tensor.iter().map(|value| match (element, value.as_point()) {
        (ElementType::I64, Some(point)) => Expr::integer(point as i64),
        _ => interval(*value),
    });
    match Tensor::new(tensor.shape(), elements.collect()) {
        Ok(elements) => Symbolic::list(&elements),
        Err(_) => unreachable!("a tensor's elements fill its shape"),
    }
}

/// The program of a net, if it has one, made once for each combination of input shapes.
fn compile(
    session: &mut Session,
    net: &Arc<Net>,
    data: &[Option<Expr>],
    targets: Option<&[Target]>,
    kind: Kind,
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
        Kind::Enclosed(arrays) => 2 + i64::from(arrays == Arrays::Symbols),
    };
    let ports = net.inputs.iter().chain(&net.outputs).flat_map(|port| &port.places);
    let ports = ports.map(|place| Expr::list([Expr::integer(place.leaf as i64), Expr::string(&place.port)]));
    let by = targets.map(|targets| Expr::list(targets.iter().map(key_of_target)));
    let count = match net.examples {
        Examples::All(count) => Expr::integer(count as i64),
        Examples::One | Examples::Of(..) => Sym::None.into(),
    };
    let mode = [Expr::boolean(net.training), count, Expr::integer(purpose)];
    let key = [net.expr.clone(), Expr::list(shapes), Expr::list(given), Expr::list(ports), Expr::list(mode)];
    let key = Expr::list(key.into_iter().chain(by));
    if let Some(found) = session.extension::<Programs>().0.get(&key).cloned()
        && let Some(compiled) = session.still(&found)
    {
        return Ok(compiled);
    }
    let given: Vec<bool> = data.iter().map(Option::is_some).collect();
    let found = session.depending(&key, |session| {
        let made = match targets {
            None => NetProgram::of_net(session, net, &given, real, arrays)?,
            Some(targets) => NetProgram::of_gradient(session, net, &given, targets, real, arrays)?,
        };
        let data = given.iter().filter(|given| **given).count();
        let made = made.ok().map(|made| Compiled::new(session, made, data, kind)).transpose()?;
        Ok(made.map(Arc::new))
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
