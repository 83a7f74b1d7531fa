//! Files in other systems' formats, as expressions: `Import` and `Export`.
//!
//! A format is a record ([`Format`]): how bytes become a value, and a value bytes. Files are
//! untrusted: every reader checks sizes before it takes memory, and no content is executed.
//!
//! ```
//! use netform_expr::Expr;
//! use netform_formats::{FORMATS, Reader, Writer};
//!
//! let json = FORMATS.iter().find(|format| format.name == "RawJSON").expect("a known format");
//! let value = Expr::list([Expr::real(1.5), Expr::real(2.0)]);
//! let Some(Writer::Bytes(write)) = json.write else { unreachable!("values are written without a session") };
//! let bytes = write(&value)?;
//! let Reader::Bytes(read) = json.read else { unreachable!("values are read without a session") };
//! assert_eq!(read(&bytes)?, value);
//! # Ok::<(), netform_formats::FormatError>(())
//! ```

mod arrays;
mod bounds;
mod call;
mod code;
mod culprit;
mod derivatives;
mod description;
mod elements;
mod error;
mod fault;
mod forms;
mod graph;
mod guest;
mod hdf5;
mod jpeg;
mod json;
mod keras;
mod mxnet;
mod netform;
mod npy;
mod onnx;
mod onto;
mod pixels;
mod png;
mod pytorch;
mod safe_tensors;
mod scalar;
mod support;
mod text;
mod texts;
mod traced;
mod wxf;
mod zipped;

use netform_eval::{Flow, Registry, Session};
use netform_expr::Expr;

pub use error::FormatError;
pub use support::support_tables;

/// What reads and writes files of one format.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The name that users write.
    pub name: &'static str,
    /// The extensions of files, without the dot, or ends of their names that begin with `-`.
    pub extensions: &'static [&'static str],
    /// What a file is, in a few words.
    pub summary: &'static str,
    /// From the contents of a file to its value.
    pub read: Reader,
    /// From a value to the contents of a file.
    pub write: Option<Writer>,
}

impl Format {
    /// The names of the options for reading.
    fn reader_options(&self) -> &'static [&'static str] {
        match self.read {
            Reader::None | Reader::Bytes(_) => &[],
            Reader::File { options, .. } => options,
        }
    }

    /// The names of the options for writing.
    fn writer_options(&self) -> &'static [&'static str] {
        match self.write {
            None | Some(Writer::Bytes(_)) => &[],
            Some(Writer::File { options, .. }) => options,
        }
    }

    /// What the reader gives beside the whole.
    fn reader_parts(&self) -> &'static [&'static str] {
        match self.read {
            Reader::None | Reader::Bytes(_) => &[],
            Reader::File { parts, .. } => parts,
        }
    }
}

/// What makes a value of the contents of a file.
#[derive(Debug, Clone, Copy)]
pub enum Reader {
    /// Nothing: files of the format are only written.
    None,
    /// By the bytes alone.
    Bytes(fn(&[u8]) -> Result<Expr, FormatError>),
    /// With a session, in which expressions are evaluated, and with options.
    File {
        /// The reader; what leaves the evaluation stands outside.
        read: fn(&mut Session, &Source<'_>) -> Result<Result<Expr, FormatError>, Flow>,
        /// The names of the options that it knows.
        options: &'static [&'static str],
        /// The names of what else can be asked for, such as `"Inputs"`.
        parts: &'static [&'static str],
        /// Whether it takes the contents as a whole; otherwise it reads the file itself, as far as it needs it.
        whole: bool,
    },
}

/// What makes the contents of a file of a value.
#[derive(Debug, Clone, Copy)]
pub enum Writer {
    /// By the value alone.
    Bytes(fn(&Expr) -> Result<Vec<u8>, FormatError>),
    /// With a session, in which expressions are evaluated, and with options.
    File {
        /// The writer; what leaves the evaluation stands outside.
        write: fn(&mut Session, &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow>,
        /// The names of the options that it knows.
        options: &'static [&'static str],
    },
}

/// A file that is written.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// What is to be in it.
    pub value: &'a Expr,
    /// Its path.
    pub path: &'a str,
    /// The options that were given: names and values.
    pub options: &'a [(String, Expr)],
}

impl Destination<'_> {
    /// The value of an option, if it was given.
    pub fn option(&self, name: &str) -> Option<&Expr> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// A file that is read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its contents, if the reader does not read them itself.
    pub bytes: Option<&'a [u8]>,
    /// Its path, beside which other files may be.
    pub path: &'a str,
    /// The options that were given: names and values.
    pub options: &'a [(String, Expr)],
    /// What is asked for, if it is not the whole: one of the reader's parts.
    pub part: Option<&'a str>,
}

impl Source<'_> {
    /// The contents of a file that is read as a whole.
    fn whole(&self) -> &[u8] {
        self.bytes.unwrap_or_default()
    }

    /// The value of an option, if it was given.
    pub fn option(&self, name: &str) -> Option<&Expr> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// All formats.
pub const FORMATS: &[Format] = &[
    safe_tensors::FORMAT,
    npy::NPY,
    npy::NPZ,
    json::FORMAT,
    description::FORMAT,
    png::FORMAT,
    jpeg::FORMAT,
    netform::FORMAT,
    wxf::FORMAT,
    onnx::MODEL,
    onnx::TENSOR,
    keras::KERAS,
    keras::HDF5,
    pytorch::FORMAT,
    mxnet::FORMAT,
    code::C_SOURCE,
    code::C_HEADER,
    code::JAVASCRIPT,
    code::RUST,
    code::NUMPY,
    code::JAX,
    elements::SMT,
    elements::LP,
    elements::SYMPY,
    elements::MAXIMA,
    elements::JULIA,
    elements::CASADI,
    forms::TEX,
    forms::MATH_ML,
    forms::MARKDOWN,
    text::PACKAGE,
    text::TEXT,
    text::LINES,
];

/// Adds `Import`, `Export`, `ExportString` and `File` to a registry.
pub fn register(registry: &mut Registry) {
    registry.register(&[&call::IMPORT, &call::EXPORT, &call::EXPORT_STRING, &call::FILE]);
}

/// The format with this name, or for files with this extension.
fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name))
}

fn of_path(path: &str) -> Option<&'static Format> {
    let path = path.to_ascii_lowercase();
    let ends = |end: &str| path.strip_suffix(end).is_some_and(|rest| end.starts_with('-') || rest.ends_with('.'));
    // What says more than the extension comes first.
    let longest = |format: &Format| format.extensions.iter().filter(|end| ends(end)).map(|end| end.len()).max();
    FORMATS
        .iter()
        .filter_map(|format| Some((longest(format)?, format)))
        .max_by_key(|(length, _)| *length)
        .map(|found| found.1)
}
