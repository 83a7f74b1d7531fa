//! Nets as code: one file without dependencies but elementary functions, or a library of arrays.
//!
//! In a language with loops the code is the net's program written as loops. It allocates nothing: the arrays of the net are
//! constants, and values in between lie in a structure that the caller provides, so that a net may run on several threads at
//! once. The walk over the program is one for all languages; a [`Language`] says what it writes differently. In Python the code is
//! the program on whole arrays ([`python`]).

mod c;
mod constants;
mod javascript;
mod language;
mod memory;
mod names;
mod operations;
mod program;
mod python;
mod rust;
mod scalar;
mod self_test;
mod view;

use std::sync::Arc;

use netform_array::ElementType;
use netform_compile::{Compiled, Program, Tables, ValueId, hoist, optimize};
use netform_eval::{Flow, Session};
use netform_expr::Expr;

use crate::arrays::machine_numbers;
use crate::derivatives;
use crate::onto::text_of;
use crate::pytorch;
use crate::scalar::Scalars;
use crate::{Destination, Format, FormatError, Reader, Writer};
use c::C;
use constants::Known;
use javascript::JavaScript;
use language::{Language, Notation};
use memory::Kind;
use names::{class_name, identifier, is_name};
use program::{Code, sizes};
use python::{Arrays, Python};
use rust::Rust;
use view::View;

pub(crate) const C_SOURCE: Format = format("C", &["c"], "a net as C99", |session, to| write_file(session, to, Part::C));
pub(crate) const C_HEADER: Format =
    format("CHeader", &["h"], "the declarations of a net as C99", |session, to| write_file(session, to, Part::Header));
pub(crate) const JAVASCRIPT: Format =
    format("JavaScript", &["mjs", "js"], "a net as a module of JavaScript", |session, to| {
        write_file(session, to, Part::JavaScript)
    });
pub(crate) const RUST: Format = format("Rust", &["rs"], "a net as Rust without the standard library", |session, to| {
    write_file(session, to, Part::Rust)
});

pub(crate) const NUMPY: Format =
    format("NumPy", &["py"], "a net as a module of Python on arrays of NumPy", |session, to| {
        write_file(session, to, Part::NumPy)
    });

pub(crate) const JAX: Format = format("JAX", &[], "a net as a module of Python on arrays of JAX", |session, to| {
    write_file(session, to, Part::Jax)
});

/// A net as a module of PyTorch; files of arrays have the same format.
pub(crate) const PYTORCH: Writer = Writer::File {
    write: |session, to| {
        let extension = to.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        if pytorch::FORMAT.extensions.iter().any(|own| own.eq_ignore_ascii_case(extension)) {
            let why = "a module of PyTorch is code, which a file such as net.py holds; arrays of nets are written as SafeTensors, which torch loads";
            return Ok(Err(refused(why)));
        }
        write_file(session, to, Part::PyTorch)
    },
    options: OPTIONS,
};

/// What writes the file of a value.
type Write = fn(&mut Session, &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow>;

const fn format(
    name: &'static str,
    extensions: &'static [&'static str],
    summary: &'static str,
    write: Write,
) -> Format {
    Format { name, extensions, summary, read: Reader::None, write: Some(Writer::File { write, options: OPTIONS }) }
}

/// `"Precision"` is `"Real64"` or `"Real32"`, `"Name"` what the function is called instead of the file, `"Outputs"` a list of
/// `"Value"`, `"Gradient"` and `"Jacobian"`.
const OPTIONS: &[&str] = &["Precision", "Name", "Outputs"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    C,
    Header,
    JavaScript,
    Rust,
    NumPy,
    Jax,
    PyTorch,
}

/// An input or output of the function.
struct Port {
    /// The name of the parameter.
    name: String,
    kind: Kind,
    shape: Vec<usize>,
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

    fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The shape, as a person reads it.
    fn dimensions(&self) -> String {
        let shape: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        if shape.is_empty() { "a number".to_owned() } else { shape.join(" x ") }
    }
}

fn refused(why: &str) -> FormatError {
    FormatError::Value(why.to_owned())
}

fn write_file(session: &mut Session, to: &Destination<'_>, part: Part) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let single = match to.option("Precision").map(|value| value.as_str().map(str::to_owned)) {
        None => false,
        Some(Some(name)) if name == "Real64" => false,
        Some(Some(name)) if name == "Real32" => true,
        Some(_) => return Ok(Err(refused("the option \"Precision\" is \"Real64\" or \"Real32\""))),
    };
    let (c, java_script, rust) = (C { single }, JavaScript { single }, Rust { single });
    let library = match part {
        Part::Jax => &python::JAX,
        Part::PyTorch => &python::PYTORCH,
        _ => &python::NUMPY,
    };
    let python = Python { single, library };
    let notation: &dyn Notation = match part {
        Part::C | Part::Header => &c,
        Part::JavaScript => &java_script,
        Part::Rust => &rust,
        Part::NumPy | Part::Jax | Part::PyTorch => &python,
    };
    let name = match to.option("Name") {
        None => {
            let file = to.path.rsplit(['/', '\\']).next().unwrap_or(to.path);
            let name = identifier(file.split('.').next().unwrap_or(file));
            let name = if part == Part::PyTorch { class_name(&name) } else { name };
            if is_name(&name, notation) { name } else { format!("{name}_net") }
        }
        Some(name) => match name.as_str() {
            Some(name) if is_name(name, notation) => name.to_owned(),
            _ => {
                let words = notation.name();
                let why = format!(
                    "the option \"Name\" is a string of letters, digits and underscores, and no word of {words}"
                );
                return Ok(Err(refused(&why)));
            }
        },
    };
    let real = if single { ElementType::F32 } else { ElementType::F64 };
    let mut compiled = match derivatives::compiled(session, to, real)? {
        Ok(compiled) => compiled,
        Err(why) => return Ok(Err(FormatError::Value(why))),
    };
    // On whole arrays a Jacobian is computed for all elements at once.
    if !compiled.derivatives.is_empty() && matches!(part, Part::NumPy | Part::Jax | Part::PyTorch) {
        let hoisted = hoist(&compiled.program).map_err(|error| error.to_string());
        compiled.program = match hoisted.and_then(|program| optimize(&program).map_err(|error| error.to_string())) {
            Ok(program) => program,
            Err(why) => return Ok(Err(FormatError::Value(why))),
        };
    }
    let module = match part {
        Part::C | Part::Header => Module::new(session, &c, &name, &compiled)?,
        Part::JavaScript => Module::new(session, &java_script, &name, &compiled)?,
        Part::Rust => Module::new(session, &rust, &name, &compiled)?,
        Part::NumPy | Part::Jax | Part::PyTorch => Module::on_arrays(session, &python, &name, &compiled)?,
    };
    let module = match module {
        Ok(module) => module,
        Err(error) => return Ok(Err(error)),
    };
    if part == Part::Header {
        return Ok(Ok(c.header(&module).into_bytes()));
    }
    let trial = match module.trial(session, to.value, single)? {
        Ok(trial) => trial,
        Err(error) => return Ok(Err(error)),
    };
    let text = match part {
        Part::C | Part::Header => c.source(&module, &trial),
        Part::JavaScript => java_script.source(&module, &trial),
        Part::Rust => rust.source(&module, &trial),
        Part::NumPy | Part::Jax | Part::PyTorch => python.source(&module, &trial),
    };
    Ok(Ok(text.into_bytes()))
}

/// A net as statements, with what they need.
struct Module {
    name: String,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    /// The names of the ports of the net.
    ports: (Vec<String>, Vec<String>),
    /// For each output that is a derivative, which stand last, what the net is asked for.
    derivatives: Vec<Expr>,
    constants: Vec<Known>,
    memory: [usize; 3],
    may_fail: bool,
    statements: String,
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
    fn new(
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
    fn on_arrays(
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
        let results = code.program(&compiled.program, &views, &targets).map_err(|error| refused(&error))?;
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
        let results = code.program(&compiled.program, &names).map_err(|error| refused(&error))?;
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
    fn ports(&self) -> impl Iterator<Item = (&Port, &String)> {
        self.inputs.iter().zip(&self.ports.0).chain(self.outputs.iter().zip(&self.ports.1))
    }

    /// The kinds of elements in the memory, and how many there are of each.
    fn memory(&self) -> impl Iterator<Item = (Kind, usize)> {
        Kind::ALL.into_iter().zip(self.memory).filter(|(_, size)| *size > 0)
    }

    /// How much the arrays and the memory take; arrays may lie in single precision.
    fn sizes(&self, single: bool, may_be_narrow: bool) -> String {
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
