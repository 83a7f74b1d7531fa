//! Piecewise linear nets as mixed-integer linear programs in the LP format of CPLEX.

use std::fmt::Write;

use netform_eval::Session;
use netform_expr::Expr;

use super::affine::{Affine, Declared, Kind};
use super::piecewise::Model;
use super::{Formulas, Outcome, refused};
use crate::arrays::machine_numbers;
use crate::{Destination, FormatError};

/// Lines are about so long.
const LINE: usize = 120;

pub(super) fn write(session: &mut Session, to: &Destination<'_>) -> Outcome<Vec<u8>> {
    let formulas = match Formulas::new(session, to)? {
        Ok(formulas) => formulas,
        Err(error) => return Ok(Err(error)),
    };
    Ok(file(&formulas, to).map(String::into_bytes))
}

/// The sense of an objective, and its coefficients for the outputs.
fn objective(to: &Destination<'_>, outputs: usize) -> Result<(&'static str, Vec<f64>), FormatError> {
    let (sense, given) = match (to.option("Maximize"), to.option("Minimize")) {
        (Some(_), Some(_)) => return refused("there is either the option \"Maximize\" or \"Minimize\""),
        (Some(given), None) => ("Maximize", given),
        (None, Some(given)) => ("Minimize", given),
        (None, None) => return Ok(("Minimize", vec![0.0; outputs])),
    };
    let mut coefficients = Vec::new();
    if given.is_list() {
        machine_numbers(given, &mut coefficients);
    }
    match coefficients.len() == outputs && count(given) == outputs {
        true => Ok((sense, coefficients)),
        false => refused(format!(
            "the option \"{sense}\" is a list of {outputs} numbers, the coefficients of Y_0, ..., Y_{}",
            outputs.saturating_sub(1)
        )),
    }
}

fn count(list: &Expr) -> usize {
    if list.is_list() { list.args().iter().map(count).sum() } else { 1 }
}

fn file(formulas: &Formulas, to: &Destination<'_>) -> Result<String, FormatError> {
    let (mut model, outputs) = Model::new(formulas)?;
    let (sense, coefficients) = objective(to, outputs.len())?;
    let mut goal = Affine::default();
    for (place, (function, coefficient)) in outputs.iter().zip(coefficients).enumerate() {
        let range = function.range(&model.variables);
        let output = model.declare(format!("Y_{place}"), range, Kind::Real);
        model.row(function.plus(-1.0, &output), true);
        goal.add(coefficient, &output);
    }
    let finite = |range: netform_eval::Enclosure| range.low.is_finite() && range.high.is_finite();
    if !model.variables.iter().all(|variable| finite(variable.range)) {
        return refused("the values within the bounds are too large for machine numbers");
    }
    let variables = &model.variables;
    let mut text = String::new();
    for line in formulas.legend() {
        let _ = writeln!(text, "\\ {line}");
    }
    let _ = writeln!(text, "{sense}\n obj: {}\nSubject To", linear(&goal, variables));
    for (place, row) in model.rows.iter().enumerate() {
        let relation = if row.is_equation { "=" } else { "<=" };
        let bound = number(-row.function.constant);
        let _ = writeln!(text, " r{}: {} {relation} {bound}", place + 1, linear(&row.function, variables));
    }
    text.push_str("Bounds\n");
    for variable in variables.iter().filter(|variable| variable.kind != Kind::Binary) {
        let (low, high) = (number(variable.range.low), number(variable.range.high));
        let _ = writeln!(text, " {low} <= {} <= {high}", variable.name);
    }
    for (title, kind) in [("General", Kind::Integer), ("Binary", Kind::Binary)] {
        let mut names = variables.iter().filter(|variable| variable.kind == kind).peekable();
        if names.peek().is_some() {
            let _ = writeln!(text, "{title}");
            names.for_each(|variable| {
                let _ = writeln!(text, " {}", variable.name);
            });
        }
    }
    text.push_str("End\n");
    Ok(text)
}

/// The terms of a function; a multiple of a variable where there is none.
fn linear(function: &Affine, variables: &[Declared]) -> String {
    if function.terms.is_empty() {
        return variables.first().map_or_else(|| "0".to_owned(), |variable| format!("0 {}", variable.name));
    }
    let (mut text, mut width) = (String::new(), 0);
    for (place, (&variable, &coefficient)) in function.terms.iter().enumerate() {
        let sign = match (place, coefficient < 0.0) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => "+ ",
            (_, true) => "- ",
        };
        let name = &variables[variable].name;
        let size = coefficient.abs();
        let factor = if size == 1.0 { String::new() } else { format!("{} ", number(size)) };
        let term = format!("{sign}{factor}{name}");
        let break_line = width + term.len() > LINE;
        if place > 0 {
            text.push_str(if break_line { "\n   " } else { " " });
        }
        width = if break_line { 0 } else { width + term.len() + 1 };
        text.push_str(&term);
    }
    text
}

/// A number that is read as the same one.
fn number(value: f64) -> String {
    let value = value + 0.0;
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) { format!("{value}") } else { format!("{value:e}") }
}
