//! JSON: objects are associations, arrays lists.

use netform_expr::{Expr, Kind, Sym};
use serde_json::{Map, Number, Value};

use crate::{Format, FormatError, Reader, Writer};

pub(crate) const FORMAT: Format = Format {
    name: "RawJSON",
    extensions: &["json"],
    summary: "numbers, strings, lists and associations",
    read: Reader::Bytes(read),
    write: Some(Writer::Bytes(write)),
};

fn read(bytes: &[u8]) -> Result<Expr, FormatError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| FormatError::Malformed(error.to_string()))?;
    Ok(to_expr(&value))
}

/// The parser limits how deep values nest, so this may call itself.
fn to_expr(value: &Value) -> Expr {
    match value {
        Value::Null => Sym::Null.into(),
        Value::Bool(truth) => Expr::boolean(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Expr::integer(integer),
            None => Expr::real(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Expr::string(text),
        Value::Array(items) => Expr::list(items.iter().map(to_expr)),
        Value::Object(entries) => {
            let rules = entries.iter().map(|(key, value)| Expr::rule(Expr::string(key), to_expr(value)));
            Expr::call(Sym::Association, rules)
        }
    }
}

fn write(value: &Expr) -> Result<Vec<u8>, FormatError> {
    let value = to_value(value, 0)?;
    serde_json::to_vec_pretty(&value).map_err(|error| FormatError::Value(error.to_string()))
}

/// So deep may a value nest, as for the reader.
const DEPTH: usize = 128;

fn to_value(e: &Expr, depth: usize) -> Result<Value, FormatError> {
    let refused = |what: &str| Err(FormatError::Value(format!("{what} has no JSON form")));
    if depth > DEPTH {
        return refused("a value that nests so deep");
    }
    Ok(match e.kind() {
        Kind::String(text) => Value::String(text.to_string()),
        _ if e.is(Sym::True) || e.is(Sym::False) => Value::Bool(e.is(Sym::True)),
        _ if e.is(Sym::Null) => Value::Null,
        _ if e.is_list() => {
            Value::Array(e.args().iter().map(|item| to_value(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        _ if e.has_head(Sym::Association) => {
            let mut entries = Map::new();
            for rule in e.args().iter() {
                let key = rule.arg(0);
                let Some(key) = key.as_str() else { return refused("a key that is no string") };
                entries.insert(key.to_owned(), to_value(&rule.arg(1), depth + 1)?);
            }
            Value::Object(entries)
        }
        _ => match (e.as_i64(), e.as_number().and_then(|n| n.to_f64()).and_then(Number::from_f64)) {
            (Some(integer), _) => Value::from(integer),
            (None, Some(number)) => Value::Number(number),
            (None, None) => return refused("an expression that is no finite number, string, list or association"),
        },
    })
}
