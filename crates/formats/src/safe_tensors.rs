//! Safetensors: named arrays behind a header, as Hugging Face and others store weights.
//!
//! <https://github.com/huggingface/safetensors>

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::arrays::{self, Stored};
use crate::{Destination, Format, FormatError, Reader, Source, Writer, onto};

pub(crate) const FORMAT: Format = Format {
    name: "SafeTensors",
    extensions: &["safetensors"],
    summary: "an association from names to arrays, or the arrays of a net",
    read: Reader::File { read: read_file, options: onto::READER_OPTIONS, parts: &[], whole: true },
    write: Some(Writer::File { write: write_file, options: onto::WRITER_OPTIONS }),
};

fn stored(dtype: Dtype) -> Option<Stored> {
    Some(match dtype {
        Dtype::BOOL => Stored::Bool,
        Dtype::U8 => Stored::UInt(1),
        Dtype::I8 => Stored::Int(1),
        Dtype::U16 => Stored::UInt(2),
        Dtype::I16 => Stored::Int(2),
        Dtype::U32 => Stored::UInt(4),
        Dtype::I32 => Stored::Int(4),
        Dtype::U64 => Stored::UInt(8),
        Dtype::I64 => Stored::Int(8),
        Dtype::F16 => Stored::Float(2),
        Dtype::BF16 => Stored::BFloat16,
        Dtype::F32 => Stored::Float(4),
        Dtype::F64 => Stored::Float(8),
        _ => return None,
    })
}

/// Reads a file: its arrays, or the net of the option with them.
fn read_file(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    onto::read_onto(session, source, read(source.whole()))
}

/// Writes the arrays of an association, or of a net.
fn write_file(session: &mut Session, destination: &Destination<'_>) -> Result<Result<Vec<u8>, FormatError>, Flow> {
    let named = onto::named_arrays(session, destination.value, destination.option("Names"))?;
    Ok(named.and_then(write_named))
}

pub(crate) fn read(bytes: &[u8]) -> Result<Expr, FormatError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| FormatError::Malformed(error.to_string()))?;
    let mut rules = Vec::with_capacity(file.len());
    for (name, tensor) in file.iter() {
        let stored = stored(tensor.dtype())
            .ok_or_else(|| FormatError::Unsupported(format!("the element type {:?} of {name}", tensor.dtype())))?;
        let array = arrays::read(stored, tensor.shape(), tensor.data())?;
        rules.push((name.to_owned(), array));
    }
    rules.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Expr::call(Sym::Association, rules.into_iter().map(|(name, array)| Expr::rule(Expr::string(&name), array))))
}

pub(crate) fn write(value: &Expr) -> Result<Vec<u8>, FormatError> {
    named_values(value).and_then(write_named)
}

fn write_named(named: Vec<(String, Expr)>) -> Result<Vec<u8>, FormatError> {
    let mut parts = Vec::with_capacity(named.len());
    for (name, array) in named {
        let (stored, shape, bytes) =
            arrays::write(&array).map_err(|error| FormatError::Value(format!("{name}: {error}")))?;
        let dtype = match stored {
            Stored::Bool => Dtype::BOOL,
            Stored::Int(_) | Stored::UInt(_) => Dtype::I64,
            Stored::Float(_) | Stored::BFloat16 => Dtype::F64,
        };
        parts.push((name, dtype, shape, bytes));
    }
    let views: Result<Vec<_>, _> = parts
        .iter()
        .map(|(name, dtype, shape, bytes)| TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name, view)))
        .collect();
    let views = views.map_err(|error| FormatError::Value(error.to_string()))?;
    serialize(views, None).map_err(|error| FormatError::Value(error.to_string()))
}

/// The rules of an association or list of rules from strings.
pub(crate) fn named_values(value: &Expr) -> Result<Vec<(String, Expr)>, FormatError> {
    let rules = (value.has_head(Sym::Association) || value.is_list()).then(|| value.args());
    let named = rules.and_then(|rules| {
        let pair = |rule: &Expr| {
            let key = (rule.has_head(Sym::Rule) && rule.len() == 2).then(|| rule.arg(0))?;
            Some((key.as_str()?.to_owned(), rule.arg(1)))
        };
        rules.iter().map(pair).collect::<Option<Vec<_>>>()
    });
    named.ok_or_else(|| FormatError::Value("an association from names to arrays is needed".to_owned()))
}
