//! Properties of every function record: its examples are true, its derivative is that of its numeric code, its usage is in
//! sentences.

use libtest_mimic::{Failed, Trial};
use netform::eval::{Derivative, Function, RealCode};
use netform::expr::{Expr, Number};

use crate::session::TestSession;

/// Places where derivatives are compared; those at which the function or its derivative is no machine number are left out.
const PLACES: &[f64] = &[-5.271, -1.6317, -0.7193, -0.4137, 0.3137, 0.6421, 1.3713, 2.2719, 5.271];
/// Half the distance of the points of a difference quotient, relative to the place.
const STEP: f64 = 2e-4;
/// How far a derivative may be from a difference quotient of the sixth order.
const TOLERANCE: f64 = 1e-7;

/// The tests of all records.
pub(super) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for function in netform::registry().functions() {
        let name = format!("properties::functions::{}", function.name);
        trials.push(Trial::test(format!("{name}::usage"), || check_usage(function)));
        if !function.examples.is_empty() {
            trials.push(Trial::test(format!("{name}::examples"), || check_examples(function)));
        }
        if let (Derivative::Partial(partials), Some(code)) = (function.derivative, function.real) {
            trials.push(Trial::test(format!("{name}::derivative"), move || check_derivative(partials, code)));
        }
    }
    trials
}

fn check_usage(function: &Function) -> Result<(), Failed> {
    if function.usage.ends_with(['.', ')']) {
        return Ok(());
    }
    Err(format!("the usage is to be in whole sentences: {:?}", function.usage).into())
}

fn check_examples(function: &Function) -> Result<(), Failed> {
    for (input, output) in function.examples {
        let mut session = TestSession::new();
        let value = session.value(input)?;
        let printed = session.session().output_form(&value);
        if printed != *output {
            return Err(format!("{input}\n  - {output}\n  + {printed}").into());
        }
    }
    Ok(())
}

fn check_derivative(partials: &[&str], code: RealCode) -> Result<(), Failed> {
    let call = |arguments: &[f64]| match (code, arguments) {
        (RealCode::Unary(code), [x]) => code(*x),
        (RealCode::Binary(code), [x, y]) => code(*x, *y),
        (RealCode::Variadic(code), arguments) => code(arguments),
        _ => f64::NAN,
    };
    let mut session = TestSession::new();
    for arguments in argument_lists(partials.len()) {
        for (position, partial) in partials.iter().enumerate() {
            let step = STEP * (1.0 + arguments[position].abs());
            let at = |steps: f64| {
                let mut moved = arguments.clone();
                moved[position] += steps * step;
                call(&moved)
            };
            let difference = |steps: f64| at(steps) - at(-steps);
            let quotient = (45.0 * difference(1.0) - 9.0 * difference(2.0) + difference(3.0)) / (60.0 * step);
            if !quotient.is_finite() {
                continue;
            }
            let texts: Vec<String> = arguments.iter().map(|x| format!("({x:?})")).collect();
            let input = format!("N[({partial})&[{}]]", texts.join(", "));
            let Some(derivative) = real(&session.value(&input)?) else { continue };
            if (derivative - quotient).abs() > TOLERANCE * (1.0 + derivative.abs()) {
                return Err(format!("{input} is {derivative}, the difference quotient {quotient}").into());
            }
        }
    }
    Ok(())
}

/// Every place in every argument, with other arguments that differ from it.
fn argument_lists(count: usize) -> Vec<Vec<f64>> {
    let shifted = |index: usize| (0..count).map(move |k| PLACES[(index + 2 * k) % PLACES.len()]).collect();
    (0..PLACES.len()).map(shifted).collect()
}

fn real(value: &Expr) -> Option<f64> {
    match value.as_number()? {
        Number::Real(x) => Some(x),
        _ => value.as_i64().map(|n| n as f64),
    }
}
