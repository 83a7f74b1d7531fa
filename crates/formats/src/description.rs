//! Nets that are described in JSON: an object for each layer, whose one key is the name of the constructor, with its arguments, and
//! whose others are options.
//!
//! ```json
//! {"NetChain": {"hidden": {"LinearLayer": 3}, "act": {"ElementwiseLayer": "Tanh"}, "out": {"LinearLayer": 1}}, "Input": 2}
//! ```
//!
//! The value of the constructor is its argument, or a list of several; the layers of a chain are a list, or an object of names. A
//! graph has two arguments: its layers, and a list of edges, pairs of names or numbers; a name that is none of a layer is a port of
//! the whole, and `["name", "port"]` is a port of a layer. `null` is None.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};
use serde_json::{Map, Value};

use crate::{Format, FormatError, Reader, Source};

pub(crate) const FORMAT: Format = Format {
    name: "NetJSON",
    extensions: &["-net.json"],
    summary: "a net, described by an object for each layer",
    read: Reader::File { read, options: &[], parts: &["Net"], whole: true },
    write: None,
};

fn read(session: &mut Session, source: &Source<'_>) -> Result<Result<Expr, FormatError>, Flow> {
    let value: Value = match serde_json::from_slice(source.whole()) {
        Ok(value) => value,
        Err(error) => return Ok(Err(FormatError::Malformed(error.to_string()))),
    };
    let described = match value.as_object() {
        Some(object) => net(object, "the net"),
        None => Err("an object such as {\"LinearLayer\": 3, \"Input\": 2} is expected".to_owned()),
    };
    let described = match described {
        Ok(described) => described,
        Err(text) => return Ok(Err(FormatError::Malformed(text))),
    };
    let (made, messages) = session.catch_messages(|session| session.evaluate(&described));
    let made = made?;
    Ok(match messages.as_slice() {
        [] => Ok(made),
        _ => {
            let texts: Vec<&str> = messages.iter().map(|message| message.text.trim_end_matches('.')).collect();
            Err(FormatError::Value(texts.join("; ")))
        }
    })
}

/// Whether a key is the name of a constructor of nets.
fn is_constructor(key: &str) -> bool {
    key.ends_with("Layer") || key.ends_with("Operator") || matches!(key, "NetChain" | "NetGraph")
}

/// The call of the constructor that an object names; the parser limits how deep objects nest.
fn net(object: &Map<String, Value>, place: &str) -> Result<Expr, String> {
    let named: Vec<&String> = object.keys().filter(|key| is_constructor(key)).collect();
    let [name] = named.as_slice() else {
        let keys: Vec<&str> = object.keys().map(String::as_str).collect();
        return Err(format!(
            "{place} has the keys {}, of which one has to be the name of a layer, an operator, NetChain or NetGraph",
            keys.join(", ")
        ));
    };
    let given = &object[name.as_str()];
    let inside = |key: &str| format!("{key} of {place}");
    let mut arguments = match (name.as_str(), given) {
        ("NetChain", given) => vec![members(given, &inside(name))?],
        ("NetGraph", Value::Array(parts)) if parts.len() == 2 => {
            let layers = members(&parts[0], &inside(name))?;
            let edges = edges(&parts[1], &layers).ok_or_else(|| {
                format!("the edges of {place} are {}, but a list of pairs of layers is expected", parts[1])
            })?;
            vec![layers, edges]
        }
        ("NetGraph", _) => return Err(format!("{} needs a list of two: its layers, and its edges", inside(name))),
        (_, Value::Array(given)) => {
            given.iter().map(|value| argument(value, &inside(name))).collect::<Result<_, _>>()?
        }
        (_, given) => vec![argument(given, &inside(name))?],
    };
    for (key, value) in object.iter().filter(|(key, _)| key != name) {
        arguments.push(Expr::rule(Expr::string(key), argument(value, &inside(key))?));
    }
    Ok(Expr::normal(Expr::symbol(&format!("System`{name}")), arguments))
}

/// The layers of a chain or graph.
fn members(value: &Value, place: &str) -> Result<Expr, String> {
    // A layer may be a number, a text, or an object that names it.
    let argument = |layer: &Value, place: &str| match layer {
        Value::Object(object) => net(object, place),
        other => argument(other, place),
    };
    match value {
        Value::Array(layers) => {
            layers.iter().map(|layer| argument(layer, place)).collect::<Result<Vec<_>, _>>().map(Expr::list)
        }
        Value::Object(layers) => {
            let rule = |(name, layer): (&String, &Value)| {
                Ok(Expr::rule(Expr::string(name), argument(layer, &format!("{name} in {place}"))?))
            };
            let rules: Vec<Expr> = layers.iter().map(rule).collect::<Result<_, String>>()?;
            Ok(Expr::call(Sym::Association, rules))
        }
        _ => Err(format!("{place} needs a list of layers, or an object of names and layers")),
    }
}

/// An argument, or the value of an option.
fn argument(value: &Value, place: &str) -> Result<Expr, String> {
    Ok(match value {
        Value::Null => Sym::None.into(),
        Value::Bool(truth) => Expr::boolean(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Expr::integer(integer),
            None => Expr::real(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Expr::string(text),
        Value::Array(items) => {
            Expr::list(items.iter().map(|item| argument(item, place)).collect::<Result<Vec<_>, _>>()?)
        }
        Value::Object(object) if object.keys().any(|key| is_constructor(key)) => net(object, place)?,
        Value::Object(object) => {
            let rule = |(key, value): (&String, &Value)| Ok(Expr::rule(Expr::string(key), argument(value, place)?));
            Expr::call(Sym::Association, object.iter().map(rule).collect::<Result<Vec<_>, String>>()?)
        }
    })
}

/// Pairs of ends.
fn edges(value: &Value, layers: &Expr) -> Option<Expr> {
    let is_layer = |name: &str| layers.args().iter().any(|layer| layer.arg(0).as_str() == Some(name));
    let port = |of: Expr| Expr::call(Sym::NetPort, [of]);
    let end = |value: &Value| match value {
        Value::String(name) if layers.has_head(Sym::Association) && is_layer(name) => Some(Expr::string(name)),
        Value::String(name) => Some(port(Expr::string(name))),
        Value::Number(number) => number.as_i64().map(Expr::integer),
        Value::Array(path) => {
            let keys = path.iter().map(|key| match key {
                Value::String(name) => Some(Expr::string(name)),
                key => key.as_i64().map(Expr::integer),
            });
            Some(port(Expr::list(keys.collect::<Option<Vec<_>>>()?)))
        }
        _ => None,
    };
    let pairs = value.as_array()?.iter().map(|pair| match pair.as_array()?.as_slice() {
        [from, to] => Some(Expr::rule(end(from)?, end(to)?)),
        _ => None,
    });
    Some(Expr::list(pairs.collect::<Option<Vec<_>>>()?))
}
