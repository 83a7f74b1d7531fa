//! What is known of a net before and after its statements are written: ports, arrays, memory.

use std::sync::Arc;

use netform_compile::{Compiled, Program, Tables, ValueId};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use super::constants::Known;
use super::language::Language;
use super::memory::Kind;
use super::names::identifier;
use super::program::{Code, sizes};
use super::python::{Arrays, Python};
use super::refused;
use super::view::View;
use crate::FormatError;
use crate::arrays::machine_numbers;
use crate::onto::text_of;
use crate::scalar::Scalars;

/// An input or output of the function.
pub(super) struct Port {
    /// The name of the parameter.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) shape: Vec<usize>,
}

impl Port {
    fn new(role: &str, name: &str, program: &Program, value: ValueId) -> Result<Port, FormatError> {
        let value_type = program.type_of(value);
        let kind = Kind::of(value_type.element).ok_or_else(|| refused("complex numbers have no code"))?;
        let shape = sizes(&value_type.shape).map_err(|error| refused(&error))?;
        Ok(Port { name: format!("{role}_{}", identifier(name).to_lowercase()), kind, shape })
    }

    /// Adds a port, whose name differs from all others.
    fn add(ports: &mut Vec<Port>, port: Port) {
        let is_taken = |name: &str| ports.iter().any(|other| other.name == name);
        let numbered = (2..).map(|number| format!("{}_{number}", port.name));
        let name = std::iter::once(port.name.clone()).chain(numbered).find(|name| !is_taken(name));
        ports.push(Port { name: name.unwrap_or_default(), ..port });
    }

    fn view(&self) -> View {
        View::whole(self.kind, &self.name, &self.shape)
    }

    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The shape, as a person reads it.
    pub(super) fn dimensions(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        if shape.is_empty() { "a number".to_owned() } else { shape.join(" x ") }
    }
}

/// A net as statements, with what they need.
pub(super) struct Module {
    pub(super) name: String,
    pub(super) inputs: Vec<Port>,
    pub(super) outputs: Vec<Port>,
    /// The names of the ports of the net.
    pub(super) ports: (Vec<String>, Vec<String>),
    /// For each output that is a derivative, which stand last, what the net is asked for.
    pub(super) derivatives: Vec<Expr>,
    pub(super) constants: Vec<Known>,
    pub(super) memory: [usize; 3],
    pub(super) may_fail: bool,
    pub(super) statements: String,
}

/// An array of the net.
struct Array {
    label: String,
    /// Its path in the net, with dots between its parts.
    path: Option<String>,
    shape: Vec<usize>,
    elements: Vec<f64>,
}

impl Module {
    /// The module in a language with loops.
    pub(super) fn new(
        session: &mut Session,
        language: &dyn Language,
        name: &str,
        compiled: &Compiled,
    ) -> Result<Result<Module, FormatError>, Flow> {
        let registry = Arc::clone(session.registry());
        let scalars = Scalars::new(Tables::new(session).for_numbers(), registry);
        let mut code = Code::new(language, scalars, name);
        let made =
            Module::declared(name, compiled).and_then(|(module, arrays)| module.loops(&mut code, compiled, arrays));
        match (code.scalars.into_tables().flow(), made) {
            (Some(flow), Err(_)) => Err(flow),
            (_, made) => Ok(made),
        }
    }

    /// The module on whole arrays.
    pub(super) fn on_arrays(
        session: &mut Session,
        language: &Python,
        name: &str,
        compiled: &Compiled,
    ) -> Result<Result<Module, FormatError>, Flow> {
        let registry = Arc::clone(session.registry());
        let scalars = Scalars::new(Tables::new(session).for_numbers(), registry);
        let mut code = Arrays::new(language, scalars);
        let made =
            Module::declared(name, compiled).and_then(|(module, arrays)| module.whole(&mut code, compiled, arrays));
        match (code.scalars.into_tables().flow(), made) {
            (Some(flow), Err(_)) => Err(flow),
            (_, made) => Ok(made),
        }
    }

    /// The module without statements, and the arrays of the net.
    fn declared(name: &str, compiled: &Compiled) -> Result<(Module, Vec<Array>), FormatError> {
        let program = &compiled.program;
        let data = program.inputs().len() - compiled.parameters.len();
        let label = |value: ValueId| program.input_name(value).map_or_else(String::new, |name| name.to_string());
        let mut inputs = Vec::new();
        for &value in &program.inputs()[..data] {
            Port::add(&mut inputs, Port::new("in", &label(value), program, value)?);
        }
        let mut outputs = Vec::new();
        for output in program.outputs() {
            Port::add(&mut outputs, Port::new("out", &output.name, program, output.value)?);
        }
        let mut arrays = Vec::with_capacity(compiled.parameters.len());
        for (place, (value, &input)) in compiled.parameters.iter().zip(&program.inputs()[data..]).enumerate() {
            let shape = sizes(&program.type_of(input).shape).map_err(|error| refused(&error))?;
            let mut elements = Vec::new();
            machine_numbers(value, &mut elements);
            if elements.len() != shape.iter().product::<usize>() {
                return Err(refused(&format!("{} has not as many numbers as its shape says", label(input))));
            }
            let path = compiled.paths.get(place).and_then(text_of);
            arrays.push(Array { label: label(input), path, shape, elements });
        }
        let ports = (
            program.inputs()[..data].iter().map(|&value| label(value)).collect(),
            program.outputs().iter().map(|output| output.name.to_string()).collect(),
        );
        let (constants, statements) = (Vec::new(), String::new());
        let module = Module {
            name: name.to_owned(),
            inputs,
            outputs,
            ports,
            derivatives: compiled.derivatives.clone(),
            constants,
            memory: [0; 3],
            may_fail: false,
            statements,
        };
        Ok((module, arrays))
    }

    fn loops(self, code: &mut Code<'_>, compiled: &Compiled, arrays: Vec<Array>) -> Result<Module, FormatError> {
        let mut views: Vec<View> = self.inputs.iter().map(Port::view).collect();
        for Array { label, shape, elements, .. } in arrays {
            views.push(code.parameter(&label, &shape, elements));
        }
        let targets: Vec<Option<View>> = self.outputs.iter().map(|port| Some(port.view())).collect();
        let results = code.program(&compiled.program, &views, &targets).map_err(FormatError::NoForm)?;
        for (result, port) in results.iter().zip(&self.outputs) {
            code.copy(result, &port.view());
        }
        let memory = Kind::ALL.map(|kind| code.memory.size(kind));
        let constants = std::mem::take(&mut code.constants);
        let module = Module { memory, may_fail: code.may_fail, statements: code.text().to_owned(), constants, ..self };
        Ok(module.without_idle_constants())
    }

    fn whole(self, code: &mut Arrays<'_>, compiled: &Compiled, arrays: Vec<Array>) -> Result<Module, FormatError> {
        let mut names: Vec<String> = self.inputs.iter().map(|port| port.name.clone()).collect();
        let has_paths = code.has_paths();
        for Array { label, path, shape, elements } in arrays {
            let path = path.filter(|_| has_paths);
            names.push(code.known(&label, Kind::Real, &shape, elements, path));
        }
        let results = code.program(&compiled.program, &names).map_err(FormatError::NoForm)?;
        for (result, port) in results.iter().zip(&self.outputs) {
            code.line(&format!("{} = {result}", port.name));
        }
        let (constants, statements) = (std::mem::take(&mut code.constants), std::mem::take(&mut code.text));
        Ok(Module { constants, statements, ..self }.without_idle_constants())
    }

    /// Leaves out arrays that no statement reads, but for those that are members of a class.
    fn without_idle_constants(mut self) -> Module {
        let words = self.statements.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let words: std::collections::HashSet<&str> = words.collect();
        self.constants.retain(|known| known.path.is_some() || words.contains(known.name.as_str()));
        self
    }

    /// Inputs and outputs with the names of the ports of the net.
    pub(super) fn ports(&self) -> impl Iterator<Item = (&Port, &String)> {
        self.inputs.iter().zip(&self.ports.0).chain(self.outputs.iter().zip(&self.ports.1))
    }

    /// The kinds of elements in the memory, and how many there are of each.
    pub(super) fn memory(&self) -> impl Iterator<Item = (Kind, usize)> {
        Kind::ALL.into_iter().zip(self.memory).filter(|(_, size)| *size > 0)
    }

    /// How much the arrays and the memory take; arrays may lie in single precision.
    pub(super) fn sizes(&self, single: bool, may_be_narrow: bool) -> String {
        let width = |kind: Kind| match kind {
            Kind::Real if single => 4,
            Kind::Real | Kind::Index => 8,
            Kind::Truth => 1,
        };
        let bytes = |known: &Known| {
            let width = if may_be_narrow && known.is_narrow() { 4 } else { width(known.kind) };
            width * known.elements.len()
        };
        let constants: usize = self.constants.iter().map(bytes).sum();
        let memory: usize = self.memory().map(|(kind, size)| width(kind) * size).sum();
        format!("{constants} bytes of constants, {memory} bytes of memory")
    }
}
