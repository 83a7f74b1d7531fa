//! The numbers in results, and how far they are apart.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, Number, Sym};

/// All numbers in nested lists and associations, in order; the text of what is none otherwise.
pub(super) fn numbers(session: &mut Session, e: &Expr) -> Result<Vec<Number>, String> {
    let mut found = Vec::new();
    let mut stack = vec![e.clone()];
    while let Some(e) = stack.pop() {
        match e.kind() {
            Kind::Array(_) => stack.extend(e.args().iter().rev().cloned()),
            Kind::Normal(..) if e.is_list() => stack.extend(e.args().iter().rev().cloned()),
            Kind::Normal(..) if e.has_head(Sym::Association) => {
                stack.extend(e.args().iter().rev().map(|rule| rule.arg(1)));
            }
            _ if e.is(Sym::True) => found.push(Number::ONE),
            _ if e.is(Sym::False) => found.push(Number::ZERO),
            _ => match e.as_number().filter(Number::is_real) {
                Some(number) => found.push(number),
                None => {
                    let text: String = session.output_form(&e).chars().take(200).collect();
                    return Err(format!("{text} is not a real number"));
                }
            },
        }
    }
    Ok(found)
}

/// The numbers in the numeric value of an expression.
pub(crate) fn numeric(session: &mut Session, e: &Expr) -> Result<Result<Vec<f64>, String>, Flow> {
    let value = session.evaluate_call(Sym::N, [e.clone()])?;
    Ok(numbers(session, &value).map(|all| all.iter().map(|n| n.to_f64().unwrap_or(f64::NAN)).collect()))
}

/// The largest difference of results, relative to the largest one and 1.
pub(crate) fn difference(expected: &[f64], found: &[f64]) -> f64 {
    if expected.len() != found.len() {
        return f64::INFINITY;
    }
    let scale = expected.iter().fold(1.0_f64, |scale, x| scale.max(x.abs()));
    let apart = |(a, b): (&f64, &f64)| if a == b { 0.0 } else { (a - b).abs() / scale };
    // A maximum that keeps what is not a number.
    expected.iter().zip(found).map(apart).fold(0.0, |most: f64, d| if d.is_nan() || d > most { d } else { most })
}
