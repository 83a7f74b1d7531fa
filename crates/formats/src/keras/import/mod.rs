//! A model as a net.
//!
//! Calls of layers are taken in an order in which arrays come before their uses. The record of a layer's class gives a
//! layer or net ([`build`]); its shapes are inferred, and masks go along with the arrays to which they belong ([`apply`]). Whatever is
//! wrong is collected, and told together.

mod apply;
mod attributes;
mod build;
mod calls;
mod model;
mod traced;
mod weights;

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::archive::Archive;
use super::config::{Form, LayerConfig};
use crate::fault::Faults;
use crate::graph::named_dimensions;
use crate::{FormatError, Source};

/// The options of the reader.
pub(super) const OPTIONS: &[&str] = &["Backend", "Dimensions"];

/// The backends of Keras.
const BACKENDS: [&str; 3] = ["tensorflow", "jax", "torch"];

/// What can be asked for.
pub(super) const PARTS: &[&str] = &["Net", "Inputs", "Outputs", "Layers"];

/// How many calls of layers a model may have, those in nets within it included.
const CALL_LIMIT: usize = 20_000;

/// What goes through a model.
struct Importer<'s> {
    session: &'s mut Session,
    archive: &'s Archive,
    faults: Faults,
    /// Dimensions of inputs that are given as options.
    dimensions: Vec<(String, Vec<Expr>)>,
    /// The backend of Keras whose results are wanted, where they differ.
    backend: String,
    /// Where arrays lie in the file, by where the structure of the model has them, if they are in lists.
    places: FxHashMap<String, String>,
    /// How many calls may still be gone through.
    budget: usize,
}

/// An array that goes from layer to layer.
#[derive(Debug, Clone)]
struct Value {
    /// Where it comes from, as edges name it.
    from: Expr,
    /// Integers, or expressions in the symbols of dimensions.
    shape: Vec<Expr>,
    mask: Option<Mask>,
}

/// The mask of an array.
#[derive(Debug, Clone)]
struct Mask {
    from: Expr,
    shape: Vec<Expr>,
}

/// Reads a model.
pub(super) fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    let archive = match Archive::open(source.whole()) {
        Ok(archive) => archive,
        Err(error) => return Ok(Err(error)),
    };
    let root = match LayerConfig::read(&archive.description) {
        Ok(root) if matches!(root.form(), Form::Sequential | Form::Functional) => root,
        Ok(root) => {
            let text = format!(
                "models of the class {}, which are code; sequential and functional models, and their subclasses saved as such, are read",
                root.class
            );
            return Ok(Err(FormatError::Unsupported(text)));
        }
        Err(error) => return Ok(Err(FormatError::Malformed(error))),
    };
    if let Some("Layers") = source.part {
        return Ok(layers(&root).map_err(FormatError::Malformed));
    }
    let dimensions = source.option("Dimensions").map_or_else(|| Ok(Vec::new()), named_dimensions);
    let dimensions = match dimensions {
        Ok(dimensions) => dimensions,
        Err(error) => return Ok(Err(error)),
    };
    let backend = match source.option("Backend").map(|name| name.as_str().filter(|name| BACKENDS.contains(name))) {
        None => {
            archive.backend().filter(|name| BACKENDS.contains(&name.as_str())).unwrap_or_else(|| BACKENDS[0].to_owned())
        }
        Some(Some(name)) => name.to_owned(),
        Some(None) => {
            let text = format!("the option \"Backend\" must be one of {}", BACKENDS.join(", "));
            return Ok(Err(FormatError::Value(text)));
        }
    };
    let mut importer = Importer {
        backend,
        session,
        archive: &archive,
        faults: Faults::default(),
        dimensions,
        places: FxHashMap::default(),
        budget: CALL_LIMIT,
    };
    importer.find_places(&root)?;
    let model = importer.model(&root, "", None)?;
    if let (false, _) | (_, None) = (importer.faults.is_empty(), &model) {
        return Ok(Err(importer.faults.error()));
    }
    let Some(model) = model else { return Ok(Err(importer.faults.error())) };
    Ok(Ok(match source.part {
        Some("Inputs") => ports(&model.inputs),
        Some("Outputs") => ports(&model.outputs),
        _ => model.net,
    }))
}

/// Names with dimensions.
fn ports(named: &[(String, Vec<Expr>)]) -> Expr {
    let rule = |(name, shape): &(String, Vec<Expr>)| Expr::rule(Expr::string(name), Expr::list(shape.iter().cloned()));
    Expr::call(Sym::Association, named.iter().map(rule))
}

/// The names of layers with their classes.
fn layers(root: &LayerConfig<'_>) -> Result<Expr, String> {
    let rule = |layer: &LayerConfig<'_>| Expr::rule(Expr::string(layer.name), Expr::string(layer.class));
    Ok(Expr::call(Sym::Association, root.layers()?.iter().map(rule)))
}

/// A value of a description as an expression. The parser limits how deep values nest.
fn expression(value: &Json) -> Expr {
    match value {
        Json::Null => Sym::None.into(),
        Json::Bool(truth) => Expr::boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Expr::integer(integer),
            None => Expr::real(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Expr::string(text),
        Json::Array(items) => Expr::list(items.iter().map(expression)),
        // A function or a tuple.
        Json::Object(object) => {
            match (object.get("class_name").and_then(Json::as_str), object.get("config"), object.get("items")) {
                (Some("function"), Some(name), _) => expression(name),
                (Some("__tuple__"), _, Some(items)) => expression(items),
                (Some("__slice__"), Some(config), _) => {
                    let ends = ["start", "stop", "step"].map(|name| expression(&config[name]));
                    Expr::list([Expr::string("slice")].into_iter().chain(ends))
                }
                (Some("__numpy__" | "__tensor__"), Some(config), _) => {
                    config.get("value").map_or(Sym::None.into(), expression)
                }
                (Some("__number__"), Some(word), _) => match word.as_str() {
                    Some("-Infinity") => Expr::real(f64::NEG_INFINITY),
                    Some("Infinity") => Expr::real(f64::INFINITY),
                    _ => Expr::real(f64::NAN),
                },
                (Some("__ellipsis__"), ..) => Expr::string("ellipsis"),
                (Some(class), ..) => Expr::string(class),
                _ => Sym::None.into(),
            }
        }
    }
}
