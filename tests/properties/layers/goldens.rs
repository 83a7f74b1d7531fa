//! Nets compared with PyTorch: each case of the data files is one test.

use libtest_mimic::Trial;
use serde_json::Value;

use super::case::{collect, real_text};
use crate::session::TestSession;
use crate::workspace_root;

/// How far a number may be from PyTorch's, relative to the largest magnitude in the result.
const TOLERANCE: f64 = 1e-12;

/// The data files, which lie beside the scripts that made them.
const FILES: [&str; 2] = ["pytorch_layers", "pytorch_containers"];

/// One test for each case of the data files.
pub(super) fn trials() -> Vec<Trial> {
    let cases = |file: &str| -> Vec<Value> {
        let path = workspace_root().join(format!("tests/goldens/{file}.json"));
        let text = std::fs::read_to_string(&path).expect("the data file lies beside its script");
        serde_json::from_str(&text).expect("the data file is a list of cases")
    };
    let trial = |case: Value| {
        let name = format!("properties::layers::pytorch::{}", case["name"].as_str().unwrap_or_default());
        Trial::test(name, move || Ok(check(&case)?))
    };
    FILES.into_iter().flat_map(cases).map(trial).collect()
}

/// The net on the input, in machine numbers and in the closed form with the numbers put in, gives the output.
fn check(case: &Value) -> Result<(), String> {
    let arrays = case["arrays"].as_object().into_iter().flatten();
    let arrays: Vec<String> = arrays.map(|(name, list)| format!("\"{name}\" -> {}", list_text(list))).collect();
    let net = case["net"].as_str().ok_or("a case without a net")?;
    let mut session = TestSession::new();
    session.value(&format!(
        "array = <|{}|>; net = {net}; input = {};",
        arrays.join(", "),
        input_text(&case["input"])
    ))?;
    let mut expected = Vec::new();
    push_numbers(&case["output"], &mut expected);
    let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    // A symbol for each number: of the only input, or of each of several.
    let symbolic = "named = If[AssociationQ[input], input, <|\"Input\" -> input|>]; \
                    symbols = Association[KeyValueMap[#1 -> MapIndexed[Function[{e, place}, x[#1, place]], #2, {ArrayDepth[#2]}] &, named]]; \
                    rules = Thread[Flatten[Values[symbols]] -> Flatten[Values[named]]]; \
                    N[net[symbols] /. rules]";
    for call in ["net[input]", symbolic] {
        let result = session.value(call)?;
        let mut found = Vec::new();
        collect(&result, &mut found).ok_or_else(|| format!("{call} is {result:?}"))?;
        let close = |(a, b): (&f64, &f64)| (a - b).abs() <= TOLERANCE * largest;
        if found.len() != expected.len() || !found.iter().zip(&expected).all(close) {
            return Err(format!("{net}: {call} is {found:?}, PyTorch gives {expected:?}"));
        }
    }
    Ok(())
}

/// The data for a net as it is typed: for its only input, or by the names of several.
fn input_text(value: &Value) -> String {
    let Value::Object(inputs) = value else { return list_text(value) };
    let rules: Vec<String> = inputs.iter().map(|(name, data)| format!("\"{name}\" -> {}", list_text(data))).collect();
    format!("<|{}|>", rules.join(", "))
}

/// A list of the data file as it is typed.
fn list_text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("{{{}}}", items.iter().map(list_text).collect::<Vec<_>>().join(", ")),
        number => number.as_i64().map_or_else(|| real_text(number.as_f64().unwrap_or(f64::NAN)), |n| n.to_string()),
    }
}

fn push_numbers(value: &Value, numbers: &mut Vec<f64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| push_numbers(item, numbers)),
        number => numbers.extend(number.as_f64()),
    }
}
