//! Nets as code: one file without dependencies but elementary functions, or a library of arrays.
//!
//! In a language with loops the code is the net's program written as loops. It allocates nothing: the arrays of the net are
//! constants, and values in between lie in a structure that the caller provides, so that a net may run on several threads at
//! once. The walk over the program is one for all languages; a [`Language`] says what it writes differently. In Python the code is
//! the program on whole arrays ([`python`]).

mod c;
mod constants;
mod errors;
mod javascript;
mod language;
mod memory;
mod module;
mod names;
mod operations;
mod program;
mod python;
mod rust;
mod scalar;
mod self_test;
mod view;

use netform_array::ElementType;
use netform_compile::{OpenSizes, hoist, optimize};
use netform_eval::{Flow, Session};
use netform_expr::Sym;

use crate::bounds::bounds;
use crate::derivatives;
use crate::pytorch;
use crate::{Destination, Format, FormatError, Reader, Writer};
use c::C;
use javascript::JavaScript;
use language::{Language, Notation};
use module::Module;
use names::{class_name, identifier, is_name};
use python::Python;
use rust::Rust;

pub(crate) const C_SOURCE: Format =
    format_of_c("C", &["c"], "a net as C99", |session, to| write_file(session, to, Part::C));
pub(crate) const C_HEADER: Format =
    format_of_c("CHeader", &["h"], "the declarations of a net as C99", |session, to| {
        write_file(session, to, Part::Header)
    });
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

const fn format_of_c(
    name: &'static str,
    extensions: &'static [&'static str],
    summary: &'static str,
    write: Write,
) -> Format {
    Format { write: Some(Writer::File { write, options: OPTIONS_OF_C }), ..format(name, extensions, summary, write) }
}

/// `"Precision"` is `"Real64"` or `"Real32"`, `"Name"` what the function is called instead of the file, `"Outputs"` a list of
/// `"Value"`, `"Gradient"` and `"Jacobian"`.
const OPTIONS: &[&str] = &["Precision", "Name", "Outputs"];

/// `"MathLibrary"` is `Automatic` or `None`; `"Bounds"` gives intervals for inputs, within which errors are bounded.
const OPTIONS_OF_C: &[&str] = &["Precision", "Name", "Outputs", "MathLibrary", "Bounds"];

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
    let freestanding = match to.option("MathLibrary") {
        None => false,
        Some(value) if value.is(Sym::Automatic) => false,
        Some(value) if value.is(Sym::None) => true,
        Some(_) => {
            let why = "the option \"MathLibrary\" is Automatic, the functions of math.h, or None, functions in the file itself";
            return Ok(Err(refused(why)));
        }
    };
    let (mut c, java_script, rust) =
        (C { single, functions: None, errors: None }, JavaScript { single }, Rust { single });
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
    c.functions = freestanding.then(|| format!("{name}_math_"));
    let real = if single { ElementType::F32 } else { ElementType::F64 };
    let mut compiled = match derivatives::compiled(session, to, real, OpenSizes::Refused)? {
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
    match bounds(to, module.inputs.iter().zip(&module.ports.0).map(|(port, name)| (&**name, &*port.shape))) {
        Ok(None) => {}
        Ok(Some(bounds)) => match errors::bounds(session, &compiled, bounds, single)? {
            Ok(errors) => c.errors = Some(errors),
            Err(why) => return Ok(Err(refused(&format!("errors cannot be bounded: {why}")))),
        },
        Err(error) => return Ok(Err(error)),
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
