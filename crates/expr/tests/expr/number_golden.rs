//! The elementary functions and constants against values that mpmath computed; see
//! `golden/number_functions.py`.

use netform_expr::number::{Constant, Elementary, Literal, Number};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/number_functions.json")).expect("the golden file is JSON")
}

/// A decimal text such as `-1.5e-7` with a precision, or the exact zero.
fn number(text: &str, precision: &str) -> Number {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    if digits.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        return Number::ZERO;
    }
    let literal = format!("{digits}`{precision}*^{}", exponent.trim_start_matches('+'));
    let value = Literal::split(&literal).and_then(|literal| literal.number()).expect("a number");
    if negative { value.neg() } else { value }
}

fn complex(parts: &Value, precision: &str) -> Number {
    let part = |index: usize| number(parts[index].as_str().expect("a text"), precision);
    Number::complex(&part(0), &part(1))
}

/// The base-10 logarithm of the distance of two numbers, and of the size of the second.
fn distance(a: &Number, b: &Number) -> (f64, f64) {
    let exact = |value: &Number| value.to_exact().expect("finite");
    let size = |value: &Number| {
        let (re, im) = value.to_f64_parts();
        re.hypot(im).log10()
    };
    // Scaled so that the difference is in the range of machine reals.
    let scale = Number::from(10).pow(&Number::from(40)).expect("a power");
    let difference = exact(a).sub(&exact(b)).mul(&scale).expect("a number");
    (size(&difference) - 40.0, size(b))
}

fn function(name: &str) -> Elementary {
    let found = Elementary::ALL.into_iter().find(|function| format!("{function:?}") == name);
    found.expect("a known function")
}

/// Calls the check with the function, the arguments, the expected value, and a name for it.
fn for_each_row(mut check: impl FnMut(Elementary, &Value, &Number, &str)) {
    // A zero value has no relative accuracy.
    let zero = |row: &&Value| complex(&row["value"], "50").is_exact_zero();
    for row in golden()["functions"].as_array().expect("a list").iter().filter(|row| !zero(row)) {
        let name = row["function"].as_str().expect("a text");
        let expected = complex(&row["value"], "50");
        check(function(name), &row["arguments"], &expected, &format!("{name} {}", row["arguments"]));
    }
}

#[test]
fn machine_values_are_accurate_to_a_few_units_in_the_last_place() {
    let mut failures = Vec::new();
    for_each_row(|function, arguments, expected, row| {
        let arguments: Vec<Number> =
            arguments.as_array().expect("a list").iter().map(|argument| complex(argument, "30").to_machine()).collect();
        match function.apply(&arguments) {
            Ok(value) => {
                let (distance, size) = distance(&value, expected);
                // Large arguments of powers and gamma functions are ill conditioned.
                let tolerance = match function {
                    // And the logarithm of the latter vanishes at 1 and 2.
                    Elementary::Power | Elementary::Gamma | Elementary::LogGamma => -12.0,
                    _ => -14.4,
                };
                if distance - size > tolerance {
                    failures.push(format!("{row}: {value} for {expected} (10^{:.1})", distance - size));
                }
                if !value.is_machine() {
                    failures.push(format!("{row}: {value} is no machine number"));
                }
            }
            Err(exception) => failures.push(format!("{row}: {exception}")),
        }
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn precise_values_are_as_accurate_as_their_precision_says() {
    let mut failures = Vec::new();
    for_each_row(|function, arguments, expected, row| {
        let arguments: Vec<Number> =
            arguments.as_array().expect("a list").iter().map(|argument| complex(argument, "35")).collect();
        match function.apply(&arguments) {
            Ok(value) => {
                let (distance, size) = distance(&value, expected);
                let claimed = value.precision().min(48.0);
                if distance - size > -claimed {
                    failures.push(format!("{row}: {value} for {expected} (10^{:.1})", distance - size));
                }
                // Arguments of 35 digits up to 40 lose two digits in exponentials, and a few more
                // in powers and near branch points.
                if claimed < 31.0 {
                    failures.push(format!("{row}: only {claimed} digits"));
                }
            }
            Err(exception) if matches!(function, Elementary::Gamma | Elementary::LogGamma) => {
                if arguments[0].is_real() {
                    failures.push(format!("{row}: {exception}"));
                }
            }
            Err(exception) => failures.push(format!("{row}: {exception}")),
        }
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn exact_arguments_give_the_digits_asked_for() {
    let mut failures = Vec::new();
    for_each_row(|function, arguments, expected, row| {
        let arguments: Vec<Number> = arguments
            .as_array()
            .expect("a list")
            .iter()
            .map(|argument| complex(argument, "60").to_exact().expect("finite"))
            .collect();
        match function.apply_to_precision(&arguments, 45.0) {
            Ok(value) => {
                let (distance, size) = distance(&value, expected);
                if distance - size > -44.9 || (value.precision() - 45.0).abs() > 0.5 && !value.is_exact() {
                    failures.push(format!("{row}: {value} for {expected} (10^{:.1})", distance - size));
                }
            }
            Err(exception) if matches!(function, Elementary::Gamma | Elementary::LogGamma) => {
                if arguments[0].is_real() {
                    failures.push(format!("{row}: {exception}"));
                }
            }
            Err(exception) => failures.push(format!("{row}: {exception}")),
        }
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn constants_are_right_to_every_precision() {
    let golden = golden();
    for constant in Constant::ALL {
        let expected = number(golden["constants"][constant.name()].as_str().expect("a text"), "300");
        let value = constant.to_precision(290.0);
        assert!(value.sub(&expected).abs().expect("a number").to_f64() < Some(1e-288), "{constant:?}");
        let machine = expected.to_f64().expect("real");
        assert_eq!(constant.to_f64(), machine, "{constant:?}");
        // From the memo, rounded down.
        assert!(constant.to_precision(20.0).equal(&value), "{constant:?}");
    }
}
