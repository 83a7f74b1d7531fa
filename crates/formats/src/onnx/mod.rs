//! ONNX: models as nets, and arrays of its test data.
//!
//! A file is read in place ([`wire`], [`model`], [`tensor`]), but for large arrays, which are read when they are needed
//! ([`skeleton`]). What an operator means is a text in the language, in a table of
//! [`operators`]; [`import`] binds its inputs, attributes and constants and makes an ordinary layer of it where there is
//! one, and else a `FunctionLayer` with the evaluated definition. So an imported net is an expression like any other.
//! [`export`] writes the program of a net.
//!
//! <https://onnx.ai/onnx/>

mod export;
mod import;
mod information;
mod model;
mod operators;
mod skeleton;
mod small_float;
mod sparse;
mod tensor;
mod wire;
mod written;

use crate::{Format, Reader, Writer};

pub(crate) const MODEL: Format = Format {
    name: "ONNX",
    extensions: &["onnx"],
    summary: "a net with the names of the file",
    read: Reader::File { read: import::read, options: import::OPTIONS, parts: information::PARTS, whole: false },
    write: Some(Writer::File { write: export::write, options: export::OPTIONS }),
};

pub(crate) const TENSOR: Format = Format {
    name: "ONNXTensor",
    extensions: &["pb"],
    summary: "one array of ONNX test data",
    read: Reader::Bytes(tensor::read_file),
    write: None,
};

/// The names of the operators that are read, for the documentation.
pub(crate) fn operators() -> Vec<&'static str> {
    operators::names()
}

/// The same of domains beside that of ONNX itself.
pub(crate) fn operators_of_domains() -> Vec<(&'static str, Vec<&'static str>)> {
    operators::names_of_domains()
}
