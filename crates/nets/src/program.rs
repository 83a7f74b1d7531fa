//! The program of a net: its definitions, evaluated on array symbols and lowered.

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{
    Compiled, Derivative, Dim, OpenSizes, Program, Symbolic, Tables, interpret_example, with_derivatives,
};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, map_bottom_up, occurs};

use crate::apply::symbol;
use crate::differentiated::real_outputs;
use crate::equations::with_sizes;
use crate::evaluate::Arrays;
use crate::gradient::without_program;
use crate::lowered::{Lowered, Wanted};
use crate::net::{Elements, Examples, Net};
use crate::read::{is_net, read};
use crate::{Fault, NetPort};

/// The program of a net for definite shapes, with the values of its arrays.
///
/// The inputs of the program are the inputs of the net that are given, in the order of the net, and
/// then its arrays.
#[derive(Debug, Clone)]
pub struct NetProgram {
    /// The program.
    pub program: Program,
    /// The values of the arrays: their numbers, or lists of the components of an array symbol where
    /// they have none.
    pub parameters: Vec<Expr>,
    /// The names of the arrays in the net.
    pub paths: Vec<Expr>,
}

impl NetProgram {
    /// The program of an expression that is a net with definite shapes.
    ///
    /// `ports` names the inputs that will be given; a state that is not among them is zero.
    ///
    /// # Errors
    /// What is wrong with the net, or why there is no program for it.
    pub fn new(session: &mut Session, net: &Expr, ports: &[&str]) -> Result<Result<NetProgram, Vec<Fault>>, Flow> {
        let net = match read(session, net)? {
            Ok(net) if net.faults.is_empty() => net,
            Ok(net) => return Ok(Err(net.faults.clone())),
            Err(faults) => return Ok(Err(faults)),
        };
        let given: Vec<bool> = net.inputs.iter().map(|port| !port.optional || ports.contains(&&*port.name)).collect();
        Ok(NetProgram::of_net(session, &net, &given, ElementType::F64, Arrays::Symbols)?.map_err(|fault| vec![fault]))
    }

    /// The results on expressions: for each output the nested list of its elements. Each of
    /// `inputs` is a nested list in the shape of its input.
    ///
    /// They are the same nodes as those that the net gives when it is applied to these lists.
    ///
    /// # Errors
    /// Why the program cannot be run on them.
    pub fn run(&self, session: &mut Session, inputs: &[Expr]) -> Result<Result<Vec<Expr>, String>, Flow> {
        self.run_drawing(session, inputs, None, Examples::One)
    }

    /// The same with a seed for numbers that are drawn; without one symbols stand for them.
    pub(crate) fn run_drawing(
        &self,
        session: &mut Session,
        inputs: &[Expr],
        seed: Option<u64>,
        examples: Examples,
    ) -> Result<Result<Vec<Expr>, String>, Flow> {
        let mut tensors = Vec::with_capacity(self.program.inputs().len());
        for (value, list) in self.program.inputs().iter().zip(inputs.iter().chain(&self.parameters)) {
            let dims = self.program.type_of(*value).shape.iter();
            let shape: Option<Vec<usize>> = dims.map(|dim| usize::try_from(dim.as_integer()?).ok()).collect();
            match shape.and_then(|shape| Symbolic::tensor(list, &shape)) {
                Some(tensor) => tensors.push(tensor),
                None => return Ok(Err(format!("{} has not the shape of its input", session.output_form(list)))),
            }
        }
        let mut tables = Tables::new(session);
        let mut symbolic = Symbolic::new(&mut tables);
        if let Some(seed) = seed {
            symbolic = symbolic.with_seed(seed);
        }
        let example = match examples {
            Examples::Of(place, count) => Some((place, count)),
            Examples::One | Examples::All(_) => None,
        };
        let results = interpret_example(&self.program, &mut symbolic, &tensors, example);
        match (tables.flow(), results) {
            (Some(flow), Err(_)) => Err(flow),
            (_, Err(error)) => Ok(Err(error.to_string())),
            (_, Ok(results)) => {
                let results: Result<Vec<Expr>, Flow> =
                    results.iter().map(|result| in_users_words(session, &Symbolic::list(result))).collect();
                results.map(Ok)
            }
        }
    }

    /// The program of a net whose shapes are known; `given` says which of its inputs have data, `arrays` whether it
    /// is for symbols or for machine numbers.
    pub(crate) fn of_net(
        session: &mut Session,
        net: &Net,
        given: &[bool],
        real: ElementType,
        arrays: Arrays,
    ) -> Result<Result<NetProgram, Fault>, Flow> {
        let lowered = match Lowered::of_net(session, net, given, real, arrays)? {
            Ok(lowered) => lowered,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(lowered.optimized(net))
    }
}

/// The program of a net with numbers in its arrays, for crates that write it in other languages.
pub(crate) fn compile(
    session: &mut Session,
    e: &Expr,
    real: ElementType,
    open: OpenSizes,
) -> Result<Result<Compiled, String>, Flow> {
    of_numbers(session, e, open, |session, net, given| NetProgram::of_net(session, net, given, real, Arrays::Numbers))
}

/// The program of a net as it is defined, with the values of its layers as further outputs.
pub(crate) fn define(session: &mut Session, e: &Expr) -> Result<Result<Compiled, String>, Flow> {
    of_numbers(session, e, OpenSizes::Refused, |session, net, given| {
        let lowered =
            Lowered::with_outputs(session, net, given, ElementType::F64, Arrays::Symbols, Wanted::OutputsAndLayers)?;
        Ok(lowered.and_then(|lowered| lowered.optimized(net)))
    })
}

/// The program of a net with derivatives by its inputs of real numbers as further outputs, of which there are none where it has no
/// outputs of real numbers.
pub(crate) fn differentiate(
    session: &mut Session,
    e: &Expr,
    real: ElementType,
    kinds: &[Derivative],
) -> Result<Result<Compiled, String>, Flow> {
    let mut requests = Vec::new();
    let compiled = of_numbers(session, e, OpenSizes::Refused, |session, net, given| {
        let lowered = match Lowered::of_net(session, net, given, real, Arrays::Numbers)? {
            Ok(lowered) => lowered,
            Err(fault) => return Ok(Err(fault)),
        };
        let is_real = |port: &NetPort| matches!(net.elements(port), Elements::Real);
        let inputs: Vec<&NetPort> =
            net.inputs.iter().zip(given).filter(|(_, given)| **given).map(|(port, _)| port).collect();
        let places: Vec<usize> = (0..inputs.len()).filter(|place| is_real(inputs[*place])).collect();
        let outputs: Vec<Arc<str>> = real_outputs(&lowered.program)
            .iter()
            .map(|place| Arc::clone(&lowered.program.outputs()[*place].name))
            .collect();
        if outputs.is_empty() {
            return Ok(lowered.optimized(net));
        }
        let request = |names: &[&str]| Expr::call(Sym::NetPortGradient, names.iter().map(|name| Expr::string(name)));
        for kind in kinds {
            let of_inputs = places.iter().map(|place| &*inputs[*place].name);
            match kind {
                Derivative::Gradient => requests.extend(of_inputs.map(|input| request(&[input]))),
                Derivative::Jacobian => {
                    for output in &outputs {
                        requests.extend(of_inputs.clone().map(|input| request(&[output, input])));
                    }
                }
            }
        }
        if let Some(fault) = without_program(net).filter(|_| !kinds.is_empty()) {
            return Ok(Err(fault));
        }
        let mut tables = Tables::new(session);
        let made = with_derivatives(&lowered.program, &places, kinds, &mut tables);
        match (tables.flow(), made) {
            (Some(flow), Err(_)) => Err(flow),
            (_, Err(error)) => Ok(Err(Fault::new(symbol(net), "progfail", [error.to_string()]))),
            (_, Ok(program)) => Ok(Lowered { program, ..lowered }.optimized(net)),
        }
    })?;
    Ok(compiled.map(|compiled| Compiled { derivatives: requests, ..compiled }))
}

fn of_numbers(
    session: &mut Session,
    e: &Expr,
    open: OpenSizes,
    program: impl FnOnce(&mut Session, &Net, &[bool]) -> Result<Result<NetProgram, Fault>, Flow>,
) -> Result<Result<Compiled, String>, Flow> {
    let refuse = |why: &str| Ok(Err(why.to_owned()));
    if !is_net(session, e) {
        return refuse("it is no net; a net or a layer is needed");
    }
    let mut net = match read(session, e)? {
        Ok(net) if net.faults.is_empty() => net,
        Ok(net) => return refuse(&texts(session, &net.faults)),
        Err(faults) => return refuse(&texts(session, &faults)),
    };
    if open == OpenSizes::Symbols {
        net = with_sizes(session, &net)?;
    }
    let missing = match open {
        OpenSizes::Symbols if net.inputs.iter().all(|port| has_sizes(&net, port)) => None,
        _ => sizes_missing(session, &net),
    };
    if let Some(missing) = missing {
        return refuse(&missing);
    }
    let given: Vec<bool> = net.inputs.iter().map(|port| !port.optional).collect();
    let made = match program(session, &net, &given)? {
        Ok(made) => made,
        Err(fault) => return refuse(&texts(session, &[fault])),
    };
    if let Some(name) = without_numbers(&made) {
        return refuse(&format!(
            "its array {name} has no machine numbers; NetInitialize gives numbers to arrays that have none, and N makes them of exact ones"
        ));
    }
    let NetProgram { program, parameters, paths } = made;
    Ok(Ok(Compiled { program, parameters, paths, outputs: net.outputs.len(), derivatives: vec![] }))
}

/// What is said of a net with an input whose sizes are not all known, if it has one.
pub(crate) fn sizes_missing(session: &mut Session, net: &Net) -> Option<String> {
    let is_missing = |port: &&NetPort| net.dimensions(port).is_none_or(|sizes| !all_known(&sizes));
    let port = net.inputs.iter().find(is_missing)?;
    let shape = port.shape.describe(session);
    Some(format!(
        "its input {} is {shape}, but all sizes must be known; give them as in NetReplacePart[net, \"{}\" -> sizes]",
        port.name, port.name
    ))
}

/// The name of an array that does not consist of machine numbers, if there is one.
pub(crate) fn without_numbers(made: &NetProgram) -> Option<&str> {
    array_without_numbers(&made.program, &made.parameters)
}

/// The same of a program whose last inputs are arrays with these values.
pub(crate) fn array_without_numbers<'a>(program: &'a Program, parameters: &[Expr]) -> Option<&'a str> {
    let first = program.inputs().len() - parameters.len();
    let mut arrays = parameters.iter().zip(&program.inputs()[first..]);
    let (_, input) = arrays.find(|(value, _)| !has_numbers_only(value))?;
    Some(program.input_name(*input).map_or("", |name| name))
}

/// The program of a net before the passes.
pub(crate) fn lowered(
    session: &mut Session,
    net: &Net,
    given: &[bool],
    real: ElementType,
    arrays: Arrays,
) -> Result<Result<Program, Fault>, Flow> {
    Ok(Lowered::of_net(session, net, given, real, arrays)?.map(|lowered| lowered.program))
}

/// Whether the sizes of a port are known, or expressions in symbols.
fn has_sizes(net: &Net, port: &NetPort) -> bool {
    net.dimensions(port).is_some_and(|sizes| sizes.iter().all(|size| Dim::from_expr(size).is_ok()))
}

fn all_known(sizes: &[Expr]) -> bool {
    sizes.iter().all(|size| size.as_usize().is_some())
}

fn has_numbers_only(value: &Expr) -> bool {
    value.as_array().is_some()
        || value.as_number().is_some_and(|number| number.to_f64().is_some())
        || value.is_list() && value.args().iter().all(has_numbers_only)
}

/// What is wrong with a net, as text.
fn texts(session: &mut Session, faults: &[Fault]) -> String {
    faults.iter().map(|fault| fault.text(session)).collect::<Vec<_>>().join(" ")
}

/// An expression in which the square root of programs, whose derivative at 0 is 0, is the one that users know.
fn in_users_words(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    if !occurs(e, &Sym::ProgramRoot.into()) {
        return Ok(e.clone());
    }
    let plain = map_bottom_up(e, |part| match part.args_of(Sym::ProgramRoot).as_deref() {
        Some([square]) => Expr::call(Sym::Sqrt, [square.clone()]),
        _ => part,
    });
    session.evaluate(&plain)
}
