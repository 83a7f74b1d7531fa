//! Nets as C99: one file without dependencies but the standard library's mathematics, or its header.
//!
//! The code is the net's program written as loops. It allocates nothing: the arrays of the net are constants, and values in
//! between lie in a structure that the caller provides, so that a net may run on several threads at once.

mod code;
mod memory;
mod operations;
mod scalar;
mod self_test;
mod view;

use std::fmt::Write;

use netform_array::ElementType;
use netform_compile::{Compiled, Compiler, Program, Tables, ValueId};
use netform_eval::{Flow, Session};

use crate::arrays::machine_numbers;
use crate::{Destination, Format, FormatError, Reader, Writer};
use code::{Code, list, sizes};
use memory::Kind;
use scalar::Scalars;
use view::View;

pub(crate) const SOURCE: Format = Format {
    name: "C",
    extensions: &["c"],
    summary: "a net as C99",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write_file(session, to, Part::Source), options: OPTIONS }),
};

pub(crate) const HEADER: Format = Format {
    name: "CHeader",
    extensions: &["h"],
    summary: "the declarations of a net as C99",
    read: Reader::None,
    write: Some(Writer::File { write: |session, to| write_file(session, to, Part::Header), options: OPTIONS }),
};

/// `"Precision"` is `"Real64"` or `"Real32"`, `"Name"` what the function is called instead of the file.
const OPTIONS: &[&str] = &["Precision", "Name"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Source,
    Header,
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
        let kind = Kind::of(value_type.element).ok_or_else(|| refused("complex numbers have no code in C"))?;
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

    fn macro_name(&self, prefix: &str) -> String {
        format!("{prefix}_{}_SIZE", self.name).to_uppercase()
    }
}

fn refused(why: &str) -> FormatError {
    FormatError::Value(why.to_owned())
}

/// A text as a name of C.
fn identifier(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = words.collect::<Vec<_>>().join("_");
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, 'n');
    }
    name
}

/// Names that C has already, and those of what is declared in the file.
const RESERVED: &str = "auto break case char const continue default do double else enum extern float for goto if inline int long \
                        main memory register restrict return short signed sizeof static struct switch typedef union unsigned \
                        void volatile while";

/// Whether a function can be called so.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !RESERVED.split(' ').any(|word| word == text)
}

fn write_file(session: &mut Session, to: &Destination<'_>, part: Part) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let single = match to.option("Precision").map(|value| value.as_str().map(str::to_owned)) {
        None => false,
        Some(Some(name)) if name == "Real64" => false,
        Some(Some(name)) if name == "Real32" => true,
        Some(_) => return Ok(Err(refused("the option \"Precision\" is \"Real64\" or \"Real32\""))),
    };
    let name = match to.option("Name") {
        None => {
            let file = to.path.rsplit(['/', '\\']).next().unwrap_or(to.path);
            let name = identifier(file.split('.').next().unwrap_or(file));
            if is_name(&name) { name } else { format!("{name}_net") }
        }
        Some(name) => match name.as_str() {
            Some(name) if is_name(name) => name.to_owned(),
            _ => {
                return Ok(Err(refused(
                    "the option \"Name\" is a string of letters, digits and underscores, and no word of C",
                )));
            }
        },
    };
    let Some(compiler) = session.registry().offered::<Compiler>().copied() else {
        return Ok(Err(refused("nothing here makes programs")));
    };
    let real = if single { ElementType::F32 } else { ElementType::F64 };
    let compiled = match (compiler.compile)(session, to.value, real)? {
        Ok(compiled) => compiled,
        Err(why) => return Ok(Err(FormatError::Value(why))),
    };
    Module::new(session, &name, single, &compiled)?.map_or_else(
        |error| Ok(Err(error)),
        |module| match part {
            Part::Header => Ok(Ok(module.header().into_bytes())),
            Part::Source => {
                let test = module.test(session, to.value)?;
                Ok(test.map(|test| module.source(&test).into_bytes()))
            }
        },
    )
}

/// A net as C.
struct Module {
    name: String,
    single: bool,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    /// The names of the ports of the net.
    ports: (Vec<String>, Vec<String>),
    constants: Vec<(String, Kind, Vec<f64>)>,
    memory: [usize; 3],
    may_fail: bool,
    statements: String,
}

impl Module {
    fn new(
        session: &mut Session,
        name: &str,
        single: bool,
        compiled: &Compiled,
    ) -> Result<Result<Module, FormatError>, Flow> {
        let registry = std::sync::Arc::clone(session.registry());
        let mut code = Code::new(Scalars::new(Tables::new(session).for_numbers(), registry), single, name);
        let made = Module::written(&mut code, name, compiled);
        match (code.scalars.into_tables().flow(), made) {
            (Some(flow), Err(_)) => Err(flow),
            (_, made) => Ok(made),
        }
    }

    fn written(code: &mut Code<'_>, name: &str, compiled: &Compiled) -> Result<Module, FormatError> {
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
        let mut views: Vec<View> = inputs.iter().map(Port::view).collect();
        for (value, &input) in compiled.parameters.iter().zip(&program.inputs()[data..]) {
            let shape = sizes(&program.type_of(input).shape).map_err(|error| refused(&error))?;
            let mut elements = Vec::new();
            machine_numbers(value, &mut elements);
            if elements.len() != shape.iter().product::<usize>() {
                return Err(refused(&format!("{} has not as many numbers as its shape says", label(input))));
            }
            views.push(code.parameter(&label(input), &shape, elements));
        }
        let targets: Vec<Option<View>> = outputs.iter().map(|port| Some(port.view())).collect();
        let results = code.program(program, &views, &targets).map_err(|error| refused(&error))?;
        for (result, port) in results.iter().zip(&outputs) {
            code.copy(result, &port.view());
        }
        Ok(Module {
            name: name.to_owned(),
            single: code.single,
            ports: (
                program.inputs()[..data].iter().map(|&value| label(value)).collect(),
                program.outputs().iter().map(|output| output.name.to_string()).collect(),
            ),
            inputs,
            outputs,
            constants: std::mem::take(&mut code.constants),
            memory: Kind::ALL.map(|kind| code.memory.size(kind)),
            may_fail: code.may_fail,
            statements: code.text().to_owned(),
        })
    }

    fn real(&self) -> &'static str {
        Kind::Real.c_type(self.single)
    }

    /// Macros, types and the prototype.
    fn declarations(&self) -> String {
        let mut text = String::new();
        let comment = |text: &mut String, ports: &[Port], names: &[String]| {
            for (port, name) in ports.iter().zip(names) {
                let shape: Vec<String> = port.shape.iter().map(usize::to_string).collect();
                let dimensions = if shape.is_empty() { "a number".to_owned() } else { shape.join(" x ") };
                let _ = writeln!(text, "/* {name}: {dimensions}, row-major */");
                let _ = writeln!(text, "#define {} {}", port.macro_name(&self.name), port.len());
            }
        };
        comment(&mut text, &self.inputs, &self.ports.0);
        comment(&mut text, &self.outputs, &self.ports.1);
        let _ = writeln!(text, "\n/* What is computed in between. The caller provides it; it need not be cleared. */");
        let _ = writeln!(text, "typedef struct {{");
        for (kind, &size) in Kind::ALL.iter().zip(&self.memory) {
            if size > 0 {
                let _ = writeln!(text, "    {} {}[{size}];", kind.c_type(self.single), kind.member());
            }
        }
        if self.memory.iter().all(|size| *size == 0) {
            let _ = writeln!(text, "    char nothing;");
        }
        let _ = writeln!(text, "}} {}_memory;\n", self.name);
        let failure = if self.may_fail { ", or 1 where a position in the data is outside of its range" } else { "" };
        let _ = writeln!(text, "/* Applies the net. The result is 0{failure}. Arrays must not overlap. */");
        let _ = writeln!(text, "{};", self.prototype());
        text
    }

    fn prototype(&self) -> String {
        let mut parameters: Vec<String> = Vec::new();
        for port in &self.inputs {
            parameters.push(format!("const {} *{}", port.kind.c_type(self.single), port.name));
        }
        for port in &self.outputs {
            parameters.push(format!("{} *{}", port.kind.c_type(self.single), port.name));
        }
        parameters.push(format!("{}_memory *memory", self.name));
        format!("int {}({})", self.name, parameters.join(", "))
    }

    fn header(&self) -> String {
        let guard = format!("{}_H", self.name.to_uppercase());
        format!(
            "/* Written by Netform. */\n#ifndef {guard}\n#define {guard}\n\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n\
             {}\n#ifdef __cplusplus\n}}\n#endif\n\n#endif\n",
            self.declarations()
        )
    }

    fn source(&self, test: &str) -> String {
        let bytes: usize = self.constants.iter().map(|(_, kind, elements)| self.width(*kind) * elements.len()).sum();
        let memory: usize = Kind::ALL.iter().zip(&self.memory).map(|(kind, size)| self.width(*kind) * size).sum();
        let mut text = format!(
            "/* {}: a net as C99, written by Netform. {bytes} bytes of constants, {memory} bytes of memory.\n\
             \x20* With -D{}_TEST it is a program that compares results with those that Netform has computed. */\n\
             #include <limits.h>\n#include <math.h>\n\n{}\n",
            self.name,
            self.name.to_uppercase(),
            self.declarations()
        );
        let (real, digits) = if self.single { ("float", 24) } else { ("double", 53) };
        let mantissa = if self.single { "FLT_MANT_DIG" } else { "DBL_MANT_DIG" };
        text = text.replacen("#include <limits.h>", "#include <float.h>\n#include <limits.h>", 1);
        let _ = writeln!(
            text,
            "#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n_Static_assert({mantissa} == {digits}, \
             \"{real} must have {digits} binary digits\");\n#endif\n"
        );
        for (name, kind, elements) in &self.constants {
            let count = elements.len().max(1);
            let items = if elements.is_empty() { "    0".to_owned() } else { list(*kind, elements, self.single) };
            let _ = writeln!(text, "static const {} {name}[{count}] = {{\n{items}\n}};\n", kind.c_type(self.single));
        }
        let _ = writeln!(text, "{} {{", self.prototype());
        for port in self.inputs.iter().chain(&self.outputs) {
            let _ = writeln!(text, "    (void){};", port.name);
        }
        let _ = writeln!(text, "    (void)memory;\n{}    return 0;\n}}\n{test}", self.statements);
        text
    }

    fn width(&self, kind: Kind) -> usize {
        match kind {
            Kind::Real => {
                if self.single {
                    4
                } else {
                    8
                }
            }
            Kind::Index => 8,
            Kind::Truth => 1,
        }
    }
}
