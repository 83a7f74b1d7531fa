//! PyTorch: state dictionaries, and other arrays that `torch.save` stores, as associations.
//!
//! A file is a pickle that refers to stored elements; [`pickle`] interprets it without executing anything. It is an archive,
//! or, as earlier versions write it, a row of pickles followed by the elements.
//!
//! <https://docs.pytorch.org/docs/stable/notes/serialization.html>

mod pickle;
mod state;
mod storage;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use crate::{Format, FormatError, Reader, Source, code, onto};
use pickle::{Pickle, Place, Value};
use storage::Storages;

pub(crate) const FORMAT: Format = Format {
    name: "PyTorch",
    extensions: &["pt", "pth"],
    summary: "an association from names to arrays, as state dictionaries are; a net as a module of Python is written",
    read: Reader::File { read, options: onto::READER_OPTIONS, parts: &[], whole: true },
    write: Some(code::PYTORCH),
};

pub(crate) use state::{Origin, origin_of, tensors};

/// Reads a file: its value, or the net of the option with its arrays.
fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    onto::read_onto(session, source, value(source.whole()))
}

/// So deep may values nest.
const DEPTH: usize = 64;

fn value(bytes: &[u8]) -> Result<Expr, FormatError> {
    let (pickle, root, storages) = storage::open(bytes)?;
    // Arrays may share their elements, but not much.
    let mut budget = Budget { values: 1_000_000, elements: bytes.len().saturating_mul(4) };
    let value = expression(&pickle, root, &storages, &mut budget, DEPTH)?;
    if value.has_head(Sym::Missing) {
        return Err(FormatError::Unsupported(format!(
            "a file whose value is {}; a dictionary of arrays",
            value.arg(0).as_str().unwrap_or_default()
        )));
    }
    Ok(value)
}

/// What may still be made of a file.
struct Budget {
    values: usize,
    elements: usize,
}

/// A value as an expression; what is opaque is `Missing["name"]`.
fn expression(
    pickle: &Pickle,
    place: Place,
    storages: &Storages<'_>,
    budget: &mut Budget,
    depth: usize,
) -> Result<Expr, FormatError> {
    budget.values = budget.values.checked_sub(1).filter(|_| depth > 0).ok_or_else(|| {
        FormatError::Malformed("its values nest too deep, or in each other, or are too many".to_owned())
    })?;
    Ok(match pickle.value(place) {
        Value::None => Sym::None.into(),
        Value::Bool(truth) => Expr::boolean(*truth),
        Value::Integer(n) => Expr::integer(*n),
        Value::Real(x) => Expr::real(*x),
        Value::Text(text) => Expr::string(text),
        Value::List(items) | Value::Tuple(items) => {
            let items = items.iter().map(|item| expression(pickle, *item, storages, budget, depth - 1));
            Expr::list(items.collect::<Result<Vec<_>, _>>()?)
        }
        Value::Dictionary(entries) => {
            let mut rules: Vec<Expr> = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let key = expression(pickle, *key, storages, budget, depth - 1)?;
                let shown = key.as_str().map(str::to_owned);
                let value = expression(pickle, *value, storages, budget, depth - 1)
                    .map_err(|error| named(shown.as_deref(), error))?;
                rules.push(Expr::rule(key, value));
            }
            Expr::call(Sym::Association, rules)
        }
        Value::Array(storage, offset, size, stride) => {
            let sizes = |place: Place| {
                let list = pickle.items(place)?.iter().map(|n| usize::try_from(pickle.integer(*n)?).ok());
                list.collect::<Option<Vec<usize>>>()
            };
            let offset = pickle.integer(*offset).and_then(|n| usize::try_from(n).ok());
            let (Some(offset), Some(size), Some(stride)) = (offset, sizes(*size), sizes(*stride)) else {
                return Err(FormatError::Malformed("an array has no proper dimensions".to_owned()));
            };
            storages.array(pickle, *storage, offset, &size, &stride, &mut budget.elements)?
        }
        Value::Name(name) | Value::Opaque(name) => Expr::call(Sym::Missing, [Expr::string(name)]),
        Value::Persistent(_) => Expr::call(Sym::Missing, [Expr::string("a storage")]),
    })
}

/// An error with the name of the entry where it is.
fn named(key: Option<&str>, error: FormatError) -> FormatError {
    match key {
        Some(key) => FormatError::Malformed(format!("{key}: {error}")),
        None => error,
    }
}
