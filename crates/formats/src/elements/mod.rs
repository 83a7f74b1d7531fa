//! Nets for solvers: satisfiability modulo theories (SMT-LIB 2), and mixed-integer linear programs (LP format).
//!
//! Both are written from the formulas of the elements of a net's arrays ([`graph`]), which are its program run on nodes
//! instead of numbers ([`unroll`]). Elements of inputs are called `X_0`, `X_1`, ... and those of outputs `Y_0`, `Y_1`, ...,
//! as in the properties of VNN-LIB; values of layers have the names of layers and ports.

mod affine;
mod estimate;
mod graph;
mod lp;
mod piecewise;
mod script;
mod smt;
mod unroll;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Compiled, Compiler, Program, Tables, Tensor, ValueId, interpret};
use netform_eval::{Enclosure, Flow, Session};
use netform_expr::{Expr, Sym};

use crate::bounds::bounds;
use crate::scalar::Scalars;
use crate::text::decode;
use crate::{Destination, Format, FormatError, Reader, Writer};
use graph::{Graph, Id};
pub(crate) use script::{CASADI, JULIA, MAXIMA, SYMPY};
use unroll::Unrolled;

pub(crate) const SMT: Format = Format {
    name: "SMT",
    extensions: &["smt2"],
    summary: "a net as formulas of SMT-LIB 2 for solvers such as Z3",
    read: Reader::None,
    write: Some(Writer::File { write: smt::write, options: &["Bounds", "Property", "Limit"] }),
};

pub(crate) const LP: Format = Format {
    name: "LP",
    extensions: &["lp"],
    summary: "a piecewise linear net as a mixed-integer linear program for solvers such as HiGHS",
    read: Reader::None,
    write: Some(Writer::File { write: lp::write, options: &["Bounds", "Maximize", "Minimize", "Limit"] }),
};

/// The most formulas, unless an option says otherwise.
const LIMIT: usize = 1_000_000;

/// How many products of a net may vanish when its formulas are made.
const SPARSE: f64 = 10.0;

/// An input or output, as the elements of all.
struct Port {
    name: String,
    /// The name in a file, which no other port has.
    symbol: String,
    shape: Vec<usize>,
    elements: Vec<Id>,
}

impl Port {
    fn new(name: String, shape: Vec<usize>, elements: Vec<Id>) -> Port {
        Port { symbol: symbol(&name), name, shape, elements }
    }

    /// The shape, as a person reads it.
    fn dimensions(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        match shape.as_slice() {
            [] => "a number".to_owned(),
            [single] => single.clone(),
            _ => format!("{} in row-major order", shape.join(" x ")),
        }
    }
}

/// A net as formulas.
struct Formulas {
    graph: Graph,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    /// Names for values of layers.
    names: HashMap<Id, String>,
    /// Elements of inputs that are integers from 1 to a number.
    positions: HashMap<Id, i64>,
    /// The bounds of the elements of inputs, where they are given.
    bounds: Option<Vec<Enclosure>>,
}

fn refused<T>(why: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::Value(why.into()))
}

/// The result of an inner function that may leave the evaluation.
type Outcome<T> = Result<Result<T, FormatError>, Flow>;

impl Formulas {
    fn new(session: &mut Session, to: &Destination<'_>) -> Outcome<Formulas> {
        let limit = match to.option("Limit").map(Expr::as_usize) {
            None => LIMIT,
            Some(Some(limit)) if limit > 0 => limit,
            Some(_) => return Ok(refused("the option \"Limit\" is a number of formulas")),
        };
        let Some(compiler) = session.registry().offered::<Compiler>().copied() else {
            return Ok(refused("nothing here makes programs"));
        };
        let compiled = match (compiler.define)(session, to.value)? {
            Ok(compiled) => compiled,
            Err(why) => return Ok(refused(why)),
        };
        // Where numbers are 0 or 1 there are fewer.
        let products = estimate::products(&compiled.program);
        if products > SPARSE * limit as f64 {
            return Ok(refused(format!(
                "written with single numbers it has more than {limit} formulas, about {products:.1e} products alone; take a part of the \
                 net with NetTake, or raise the option \"Limit\""
            )));
        }
        let registry = Arc::clone(session.registry());
        let mut unrolled = Unrolled::new(Scalars::new(Tables::new(session), registry), limit);
        let made = unroll(&mut unrolled, &compiled);
        let (graph, positions, scalars, refusal) = unrolled.into_parts();
        let flow = scalars.into_tables().flow();
        let (inputs, outputs, layers) = match made {
            Ok(made) => made,
            Err(why) => match (refusal, flow) {
                (Some(error), _) => return Ok(Err(error)),
                (None, Some(flow)) => return Err(flow),
                (None, None) => return Ok(refused(why)),
            },
        };
        let mut formulas = Formulas { graph, inputs, outputs, names: HashMap::new(), positions, bounds: None };
        formulas.name_layers(&layers);
        for port in &mut formulas.outputs {
            for element in &mut port.elements {
                *element = formulas.graph.numeric(*element);
            }
        }
        match bounds(to, formulas.inputs.iter().map(|port| (&*port.name, &*port.shape))) {
            Ok(bounds) => formulas.bounds = bounds.map(|bounds| bounds.concat()),
            Err(error) => return Ok(Err(error)),
        }
        Ok(Ok(formulas))
    }

    /// Gives the values of layers their names, of which each is one of its own.
    fn name_layers(&mut self, layers: &[Port]) {
        let mut taken = HashSet::new();
        for layer in layers {
            let name = &layer.symbol;
            for (place, &element) in layer.elements.iter().enumerate() {
                if self.graph.node(element).parts().is_empty() || self.names.contains_key(&element) {
                    continue;
                }
                let own = format!("{name}{}", index_text(&layer.shape, place));
                let numbered = (2..).map(|number| format!("{own}_v{number}"));
                let mut names = std::iter::once(own.clone()).chain(numbered);
                if let Some(name) = names.find(|name| !taken.contains(name)) {
                    taken.insert(name.clone());
                    self.names.insert(element, name);
                }
            }
        }
    }

    /// The elements of all outputs.
    fn results(&self) -> Vec<Id> {
        self.outputs.iter().flat_map(|port| port.elements.iter().copied()).collect()
    }

    /// What the elements of ports are called, a line for each port.
    fn legend(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (letter, ports) in [("X", &self.inputs), ("Y", &self.outputs)] {
            let mut first = 0;
            for port in ports {
                let last = first + port.elements.len();
                let range = match port.elements.len() {
                    0 => "no elements".to_owned(),
                    1 => format!("{letter}_{first}"),
                    _ => format!("{letter}_{first} to {letter}_{}", last - 1),
                };
                lines.push(format!("{range}: {} ({})", port.name, port.dimensions()));
                first = last;
            }
        }
        lines
    }
}

/// The inputs, the outputs, and the values of layers.
type Unrolling = (Vec<Port>, Vec<Port>, Vec<Port>);

fn unroll(unrolled: &mut Unrolled<'_>, compiled: &Compiled) -> Result<Unrolling, String> {
    let program = &compiled.program;
    let data = program.inputs().len() - compiled.parameters.len();
    let name = |value: ValueId| program.input_name(value).map_or_else(String::new, |name| name.to_string());
    let mut tensors = Vec::with_capacity(program.inputs().len());
    let mut inputs = Vec::new();
    let mut count = 0;
    for &value in &program.inputs()[..data] {
        let shape = shape_of(program, value)?;
        let element = program.type_of(value).element;
        if element == ElementType::Complex {
            return Err("complex numbers have no formulas of single numbers".to_owned());
        }
        let size: usize = shape.iter().product();
        let elements: Vec<Id> = (count..count + size).map(|place| unrolled.graph.input(place)).collect();
        if element == ElementType::I64 {
            elements.iter().for_each(|&element| unrolled.position(element, i64::MAX));
        }
        count += size;
        tensors.push(tensor(&shape, elements.clone())?);
        inputs.push(Port::new(name(value), shape, elements));
    }
    for (list, &value) in compiled.parameters.iter().zip(&program.inputs()[data..]) {
        let shape = shape_of(program, value)?;
        let mut elements = Vec::new();
        numbers(unrolled, list, &mut elements)
            .ok_or_else(|| format!("{} has elements that are no numbers", name(value)))?;
        tensors.push(tensor(&shape, elements)?);
    }
    let results = interpret(program, unrolled, &tensors).map_err(|error| error.to_string())?;
    let port = |(place, tensor): (usize, &Tensor<Id>)| {
        Port::new(program.outputs()[place].name.to_string(), tensor.shape().to_vec(), tensor.to_vec())
    };
    let mut outputs: Vec<Port> = results.iter().enumerate().map(port).collect();
    let layers = outputs.split_off(compiled.outputs.min(outputs.len()));
    let mut taken = HashSet::new();
    for port in inputs.iter_mut().chain(&mut outputs) {
        let numbered = (2..).map(|number| format!("{}_v{number}", port.symbol));
        let mut names = std::iter::once(port.symbol.clone()).chain(numbered);
        port.symbol = names.find(|name| !taken.contains(name)).unwrap_or_default();
        taken.insert(port.symbol.clone());
    }
    Ok((inputs, outputs, layers))
}

fn tensor(shape: &[usize], elements: Vec<Id>) -> Result<Tensor<Id>, String> {
    Tensor::new(shape, elements).map_err(|error| error.to_string())
}

fn shape_of(program: &Program, value: ValueId) -> Result<Vec<usize>, String> {
    let sizes = program.type_of(value).shape.iter();
    let size = |dim: &netform_compile::Dim| dim.as_integer().and_then(|size| usize::try_from(size).ok());
    sizes.map(|dim| size(dim).ok_or_else(|| format!("the size {dim} is not known"))).collect()
}

/// The numbers of a nested list, in order.
fn numbers(unrolled: &mut Unrolled<'_>, list: &Expr, found: &mut Vec<Id>) -> Option<()> {
    if list.is_list() {
        return list.args().iter().try_for_each(|item| numbers(unrolled, item, found));
    }
    found.push(unrolled.element(list)?);
    Some(())
}

/// Words that no value may be called in one of the systems.
const RESERVED: &str = "ca def del do elif else end false for from function global if import in inputs is lambda let local matrix not \
                        nothing or outputs pass quote raise return sp struct sum then thru true try unless using while with";

/// A text as a name: no word of the languages of solvers and other systems, and no number in any of them.
fn symbol(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    let is_taken = name.is_empty() || RESERVED.split(' ').any(|word| word == name);
    match is_taken || name.starts_with(|c: char| c.is_ascii_digit() || "eExXyYzZ".contains(c)) {
        true => format!("n_{name}"),
        false => name,
    }
}

/// The indices of an element, counted from 1.
fn index_text(shape: &[usize], place: usize) -> String {
    let mut rest = place;
    let mut indices = Vec::with_capacity(shape.len());
    for &size in shape.iter().rev() {
        indices.push(format!("_{}", rest % size.max(1) + 1));
        rest /= size.max(1);
    }
    indices.reverse();
    indices.concat()
}

/// The text of an option: a string, or the contents of a file.
fn option_text(session: &mut Session, to: &Destination<'_>, name: &str) -> Result<Option<String>, FormatError> {
    let Some(given) = to.option(name) else { return Ok(None) };
    if let Some(text) = given.as_str() {
        return Ok(Some(text.to_owned()));
    }
    let path = given.args_of(Sym::File).and_then(|args| args.first().and_then(Expr::as_str).map(str::to_owned));
    let Some(path) = path else {
        return refused(format!("the option \"{name}\" is a text, or File[\"name\"] of a file with one"));
    };
    match session.host().read_file(&path) {
        Ok(bytes) => decode(&bytes).map(|text| Some(text.to_owned())),
        Err(error) => refused(format!("{path} cannot be opened: {error}")),
    }
}
