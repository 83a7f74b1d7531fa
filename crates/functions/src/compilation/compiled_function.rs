//! `CompiledFunction`: what `Compile` gives, and how it is applied.

use netform_array::{Array, ElementType};
use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Attributes, Expr, Sym};

use super::code::{Code, Prepared, code};
use super::values::{Given, Template, read};
use crate::control::jumps::returned_by_name;

pub(super) const COMPILED_FUNCTION: Function = Function {
    name: "CompiledFunction",
    usage: "CompiledFunction[{{x, type}, {y, type, rank}, ...}, e] is a function of numbers and arrays of numbers that Compile made. \
            Applied to symbols it gives e with these in the place of the arguments.",
    attributes: Attributes::HOLD_ALL,
    apply: Some(apply),
    messages: &[
        ("cfct", "`1` arguments were given to a compiled function of `2`."),
        ("cfsa", "Argument `1` at position `2` should be `3`; the function is evaluated as it stands."),
        (
            "cflen",
            "The lists at positions `1` and `2` of a listable compiled function have the dimensions `3` and `4`.",
        ),
    ],
    examples: &[
        ("CompiledFunction[{{x, _Real}}, Sqrt[x]][4]", "2."),
        ("CompiledFunction[{{x, _Real}}, Sqrt[x]][-4]", "0. + 2. I"),
    ],
    ..Function::NEW
};

fn apply(session: &mut Session, call: &Expr) -> Eval {
    let function = call.head().clone();
    if !function.has_head(Sym::CompiledFunction) {
        return Ok(None);
    }
    let Some(prepared) = Prepared::of(session, &function) else { return Ok(None) };
    let args = call.args();
    if args.len() != prepared.arguments.len() {
        let counts = [args.len(), prepared.arguments.len()].map(|count| Expr::integer(count as i64));
        session.message(Sym::CompiledFunction, "cfct", &counts);
        return Ok(None);
    }
    if prepared.listable {
        match front(&prepared, &args) {
            Front::None => {}
            Front::Dimensions(front) => return on_lists(session, &function, &prepared, &args, &front),
            Front::Misfit(details) => {
                session.message(Sym::CompiledFunction, "cflen", &details);
                return Ok(None);
            }
        }
    }
    let mut shapes = Vec::with_capacity(args.len());
    let mut inputs = Vec::with_capacity(args.len());
    let mut symbolic = false;
    for (place, (argument, value)) in prepared.arguments.iter().zip(args.iter()).enumerate() {
        match read(session, argument, argument.rank, value)? {
            Given::Numbers(shape, elements) => {
                shapes.push(shape);
                inputs.push(elements);
            }
            Given::Symbolic => symbolic = true,
            Given::Misfit => {
                let kind = argument.to_expr().args()[1..].to_vec();
                let details = [value.clone(), Expr::integer(place as i64 + 1), Expr::list(kind)];
                session.message(Sym::CompiledFunction, "cfsa", &details);
                symbolic = true;
            }
        }
    }
    if !symbolic
        && let Ok(code) = code(session, &function, &prepared, &shapes)?
        && let Some(value) = code.call(session, &inputs)?
    {
        return Ok(Some(value));
    }
    let values = if symbolic { args.to_vec() } else { machine_numbers(session, &prepared, &args)? };
    evaluated(session, &prepared, &values)
}

/// The body, evaluated for these values.
fn evaluated(session: &mut Session, prepared: &Prepared, values: &[Expr]) -> Eval {
    let Some(body) = prepared.applied(values) else { return Ok(None) };
    returned_by_name(session.evaluate(&body), Sym::CompiledFunction).map(Some)
}

/// The values with machine numbers for arguments that are real, in all of their elements.
fn machine_numbers(session: &mut Session, prepared: &Prepared, values: &[Expr]) -> Result<Vec<Expr>, Flow> {
    let numbers = prepared.arguments.iter().zip(values).map(|(argument, value)| match argument.element {
        ElementType::F64 => session.evaluate_call(Sym::N, [value.clone()]),
        _ => Ok(value.clone()),
    });
    numbers.collect()
}

/// The dimensions that arguments have in front of those that they are declared with.
enum Front {
    None,
    Dimensions(Vec<usize>),
    /// They differ: two positions and their dimensions.
    Misfit([Expr; 4]),
}

fn front(prepared: &Prepared, args: &[Expr]) -> Front {
    let mut front: Option<(usize, Vec<usize>)> = None;
    for (place, (argument, value)) in prepared.arguments.iter().zip(args).enumerate() {
        let dimensions = dimensions(value);
        let Some(extra) = dimensions.len().checked_sub(argument.rank).filter(|extra| *extra > 0) else { continue };
        let dimensions = dimensions[..extra].to_vec();
        match &front {
            None => front = Some((place, dimensions)),
            Some((_, known)) if *known == dimensions => {}
            Some((first, known)) => {
                let sizes = |sizes: &[usize]| Expr::list(sizes.iter().map(|&n| Expr::integer(n as i64)));
                let [one, other] = [*first, place].map(|place| Expr::integer(place as i64 + 1));
                return Front::Misfit([one, other, sizes(known), sizes(&dimensions)]);
            }
        }
    }
    front.map_or(Front::None, |(_, dimensions)| Front::Dimensions(dimensions))
}

/// The values of a listable function, of which some arguments have these dimensions in front of those that they are declared
/// with.
fn on_lists(session: &mut Session, function: &Expr, prepared: &Prepared, args: &[Expr], front: &[usize]) -> Eval {
    if prepared.arguments.iter().all(|argument| argument.rank == 0)
        && let Some(value) = on_rows(session, function, prepared, args, front)?
    {
        return Ok(Some(value));
    }
    // Each call by itself, along the first level.
    let mut calls = Vec::with_capacity(front[0]);
    for row in 0..front[0] {
        let parts = prepared.arguments.iter().zip(args).map(|(argument, value)| {
            if dimensions(value).len() > argument.rank { value.arg(row) } else { value.clone() }
        });
        calls.push(Expr::normal(function.clone(), parts));
    }
    session.evaluate(&Expr::list(calls)).map(Some)
}

/// The values for all elements of lists of numbers; nothing if some are no numbers.
fn on_rows(session: &mut Session, function: &Expr, prepared: &Prepared, args: &[Expr], front: &[usize]) -> Eval {
    let rows: usize = front.iter().product();
    let mut inputs = Vec::with_capacity(args.len());
    for (argument, value) in prepared.arguments.iter().zip(args) {
        let rank = if value.is_list() { front.len() } else { 0 };
        match read(session, argument, rank, value)? {
            Given::Numbers(_, elements) => inputs.push(elements),
            Given::Symbolic | Given::Misfit => return Ok(None),
        }
    }
    let Ok(code) = code(session, function, prepared, &vec![vec![]; args.len()])? else { return Ok(None) };
    let Code::Rows(code) = &*code else { return Ok(None) };
    let columns: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
    let Some(results) = code.call(session, &columns, rows)? else { return Ok(None) };
    if code.is_real() && results[..rows].iter().all(|x| x.is_finite()) {
        return Ok(Array::from_f64(front, results[..rows].to_vec()).ok().map(Expr::array));
    }
    let mut values = Vec::with_capacity(rows);
    for row in 0..rows {
        let value = match code.value(&results, rows, row) {
            Some(value) => Some(value),
            None => {
                let row = prepared.arguments.iter().zip(&inputs).map(|(argument, input)| {
                    let number = if input.len() == rows { input[row] } else { input[0] };
                    Template::Element(argument.element).fill(&mut std::iter::once(number))
                });
                match row.collect::<Option<Vec<Expr>>>() {
                    Some(row) => evaluated(session, prepared, &row)?,
                    None => None,
                }
            }
        };
        let Some(value) = value else { return Ok(None) };
        values.push(value);
    }
    for length in front[1..].iter().rev() {
        values = match length {
            0 => return Ok(None),
            length => values.chunks(*length).map(|row| Expr::list(row.iter().cloned())).collect(),
        };
    }
    Ok(Some(Expr::list(values)))
}

/// The dimensions of nested lists, by their first elements.
fn dimensions(value: &Expr) -> Vec<usize> {
    if let Some(array) = value.as_array() {
        return array.shape().to_vec();
    }
    let mut dimensions = Vec::new();
    let mut part = value.clone();
    while part.is_list() {
        dimensions.push(part.len());
        let Some(first) = part.args().first().cloned() else { break };
        part = first;
    }
    dimensions
}
