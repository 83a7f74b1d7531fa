//! MXNet: a graph as JSON, and the arrays of its layers in a file of their own.
//!
//! MXNet and the Wolfram Language, whose nets it ran, save models as `net-symbol.json` with `net-0000.params`, or as `net.json` with
//! `net.params`. The graph becomes a net of ordinary layers under the names of its nodes; arrays are without the batch, as always here.

mod import;
mod operators;
mod params;
mod symbol;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;

use crate::graph::named_dimensions;
use crate::{Format, FormatError, Reader, Source};

pub(crate) use operators::names as operator_names;

pub(crate) const FORMAT: Format = Format {
    name: "MXNet",
    extensions: &["-symbol.json", "params"],
    summary: "a net with the names of its nodes, from the graph with its arrays beside it; an association from names to arrays",
    read: Reader::File { read, options: &[ARRAY_PATH, DIMENSIONS], parts: &[NET, UNINITIALIZED, ARRAYS], whole: true },
    write: None,
};

const NET: &str = "Net";
const UNINITIALIZED: &str = "UninitializedNet";
const ARRAYS: &str = "ArrayAssociation";

/// The option for the place of the arrays.
const ARRAY_PATH: &str = "ArrayPath";

/// The option for the dimensions of inputs, without the batch.
const DIMENSIONS: &str = "Dimensions";

type Arrays = FxHashMap<String, Expr>;

fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    let bytes = source.whole();
    if bytes.starts_with(&params::MAGIC.to_le_bytes()) {
        return Ok(match source.part {
            None | Some(ARRAYS) => params::read(bytes).map(association),
            Some(part) => Err(FormatError::Value(format!(
                "{part:?} is asked for, but this is the file of arrays; that of the graph ends with .json"
            ))),
        });
    }
    let graph = match symbol::read(bytes) {
        Ok(graph) => graph,
        Err(error) => return Ok(Err(error)),
    };
    let dimensions = source.option(DIMENSIONS).map_or_else(|| Ok(Vec::new()), named_dimensions);
    let dimensions = match dimensions {
        Ok(dimensions) => dimensions,
        Err(error) => return Ok(Err(error)),
    };
    if source.part == Some(UNINITIALIZED) {
        return import::read(session, &graph, None, &dimensions);
    }
    let arrays = match arrays(session, source) {
        Ok(arrays) => arrays,
        Err(error) => return Ok(Err(error)),
    };
    if source.part == Some(ARRAYS) {
        return Ok(Ok(association(arrays.unwrap_or_default())));
    }
    let arrays = arrays.map(|arrays| arrays.into_iter().collect::<Arrays>());
    import::read(session, &graph, arrays.as_ref(), &dimensions)
}

fn association(arrays: Vec<(String, Expr)>) -> Expr {
    Expr::call(Sym::Association, arrays.into_iter().map(|(name, array)| Expr::rule(Expr::string(&name), array)))
}

/// The arrays of the model by their names; nothing where the option says that there are none.
fn arrays(session: &mut Session, source: &Source<'_>) -> Result<Option<Vec<(String, Expr)>>, FormatError> {
    let places = match source.option(ARRAY_PATH) {
        None => places(source.path),
        Some(automatic) if automatic.is(Sym::Automatic) => places(source.path),
        Some(none) if none.is(Sym::None) => return Ok(None),
        Some(path) => match path.as_str() {
            Some(path) => vec![path.to_owned()],
            None => return Err(FormatError::Value(format!("the option {ARRAY_PATH:?} is a path, Automatic or None"))),
        },
    };
    let mut tried = Vec::new();
    for place in &places {
        match session.host().read_file(place) {
            Ok(bytes) => {
                let named = params::read(&bytes);
                let named =
                    named.map_err(|error| FormatError::Malformed(format!("its arrays in {place:?}: {error}")))?;
                return Ok(Some(named.into_iter().map(without_kind).collect()));
            }
            Err(error) => tried.push(format!("{place:?} ({error})")),
        }
    }
    Err(FormatError::Malformed(format!(
        "the file of its arrays was not found at {}; the option {ARRAY_PATH:?} says where it is, or None for a net without them",
        tried.join(", ")
    )))
}

/// Where the arrays of a graph may be.
fn places(path: &str) -> Vec<String> {
    let stem = path.strip_suffix(".json").unwrap_or(path);
    let first = stem.strip_suffix("-symbol").map(|stem| format!("{stem}-0000.params"));
    first.into_iter().chain([format!("{stem}.params")]).collect()
}

/// Names say first whether an array is trained.
fn without_kind((name, array): (String, Expr)) -> (String, Expr) {
    let plain = name.strip_prefix("arg:").or_else(|| name.strip_prefix("aux:")).map(str::to_owned);
    (plain.unwrap_or(name), array)
}
