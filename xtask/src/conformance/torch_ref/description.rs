//! What a description says of a module: constructor arguments, as they are typed in the language.

use serde_json::Value;

pub(super) fn text<'a>(module: &'a Value, key: &str) -> Result<&'a str, String> {
    module[key].as_str().ok_or_else(|| format!("no {key}"))
}

pub(super) fn size(module: &Value, key: &str) -> Result<u64, String> {
    module[key].as_u64().ok_or_else(|| format!("no {key}"))
}

pub(super) fn flag(module: &Value, key: &str) -> Result<bool, String> {
    module[key].as_bool().ok_or_else(|| format!("no {key}"))
}

/// A real number as it is typed.
pub(super) fn number(module: &Value, key: &str) -> Result<String, String> {
    real(&module[key]).map_err(|_| format!("no {key}"))
}

/// The same of a value.
pub(super) fn real(value: &Value) -> Result<String, String> {
    // Numbers that are not finite are read as texts.
    match value.as_str() {
        Some(infinity @ ("Infinity" | "-Infinity")) => return Ok(format!("({infinity})")),
        Some("NaN") => return Ok("Indeterminate".to_owned()),
        _ => {}
    }
    let value = value.as_f64().ok_or_else(|| format!("{value} is no number"))?;
    Ok(format!("({})", format!("{value:?}").replace('e', "*^")))
}

/// The values of a list, or the single one that stands for it.
pub(super) fn several(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

/// A number for each level.
pub(super) fn sizes(value: &Value, count: usize) -> Result<Vec<i64>, String> {
    let several = value.as_array().map(|items| items.iter().filter_map(Value::as_i64).collect::<Vec<i64>>());
    match (value.as_i64(), several) {
        (Some(one), _) => Ok(vec![one; count]),
        (_, Some(several)) if several.len() == count => Ok(several),
        _ => Err(format!("{value} is no size for each of {count} levels")),
    }
}

/// The same, as it is typed.
pub(super) fn list(value: &Value, count: usize) -> Result<String, String> {
    sizes(value, count).map(|sizes| typed_list(&sizes))
}

/// A shape as it is typed.
pub(super) fn dims(shape: &[u64]) -> String {
    typed_list(shape)
}

/// Items as a list.
pub(super) fn typed_list<T: ToString>(items: &[T]) -> String {
    format!("{{{}}}", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// All modules of a net, those inside of others among them.
pub(super) fn modules(net: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut waiting = vec![net];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(fields) => {
                if value["type"].is_string() {
                    found.push(value);
                }
                waiting.extend(fields.values());
            }
            _ => {}
        }
    }
    found
}
