//! What must hold of a net in the ways of application that are not about symbols alone.

use netform::expr::{Expr, Number, Sym};

use super::case::{Case, Value, collect, exact_text, port_shapes, real_text};
use super::checks::outputs;

/// Half the width of wide intervals.
const RADIUS: f64 = 1.0 / 64.0;
/// How far an interval of a single number may be from a result, relative to it: rounding loses some digits, but not all.
const WIDTH: f64 = 1e-6;

/// Symbols in the place of every second number: with the numbers put in, the numeric result.
pub(super) fn mixture(case: &mut Case) -> Result<(), String> {
    let text = |place: usize, name: &str, value: Value| match value {
        Value::Real(_) if place.is_multiple_of(2) => name.to_owned(),
        value => value.text(real_text),
    };
    let rules: Vec<String> = case
        .points
        .iter()
        .enumerate()
        .map(|(i, point)| format!("{} -> {}", point.name, text(i, &point.name, point.value)))
        .collect();
    let mixed = format!("({} /. {{{}}})", case.symbols, rules.join(", "));
    let symbolic = format!("N[net[{mixed}] /. {}]", case.rules(real_text));
    let numeric = format!("N[net[{}]]", case.machine_argument());
    case.compare(&numeric, &symbolic)
}

/// The result on array symbols, with the arrays put in, is the numeric one.
pub(super) fn array_symbols(case: &mut Case) -> Result<(), String> {
    let ports = case.session.value("Information[net, \"InputPorts\"]")?;
    let types = case.session.value("Information[net, \"InputPortTypes\"]")?;
    let inside = case.session.value("MatchQ[net, _NetChain | _NetGraph]")?.is(Sym::True);
    let (mut arguments, mut rules) = (Vec::new(), Vec::new());
    let numbers = case.machine_argument();
    for ((name, shape), port_type) in port_shapes(&ports)?.iter().zip(types.args().iter()) {
        let real = port_type.arg(1).as_str() != Some("Boolean") && !port_type.arg(1).has_head(Sym::Restricted);
        // Lists do not tell the dimensions after one that is 0; within a net there may be arrays with one.
        if shape.iter().rev().skip(usize::from(!inside)).any(|&size| size == 0) {
            return Ok(());
        }
        let value = format!("{numbers}[\"{name}\"]");
        if shape.is_empty() || !real {
            arguments.push(format!("\"{name}\" -> {value}"));
            continue;
        }
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        let symbol = match sizes.as_slice() {
            [n] => format!("VectorSymbol[\"{name}\", {n}]"),
            [m, n] => format!("MatrixSymbol[\"{name}\", {{{m}, {n}}}]"),
            _ => format!("ArraySymbol[\"{name}\", {{{}}}]", sizes.join(", ")),
        };
        arguments.push(format!("\"{name}\" -> {symbol}"));
        rules.push(format!("{symbol} -> {value}"));
    }
    // What `N` and `Simplify` make of the result means the same.
    let (arguments, rules) = (arguments.join(", "), rules.join(", "));
    for form in ["Identity", "N", "Simplify"] {
        // Several results may each be a constant array.
        let symbolic =
            format!("N[Normal[If[AssociationQ[#], Map[Normal, #], #] &[{form}[net[<|{arguments}|>]] /. {{{rules}}}]]]");
        case.compare(&format!("N[net[{numbers}]]"), &symbolic)?;
    }
    Ok(())
}

/// To thirty digits the result has thirty, and they are those of the result to forty-five.
pub(super) fn digits(case: &mut Case) -> Result<(), String> {
    let argument = case.argument(|_, value| exact_text(value));
    let some = exact_numbers(case, &format!("net[{argument}, WorkingPrecision -> 30]"))?;
    let more = exact_numbers(case, &format!("net[{argument}, WorkingPrecision -> 45]"))?;
    let scale = more.iter().fold(1.0, |sum, x| sum + x.to_f64().unwrap_or(f64::NAN).abs());
    for (a, b) in some.iter().zip(&more) {
        let difference = a.sub(b).to_f64().unwrap_or(f64::NAN).abs();
        if a.is_real() && b.is_real() && difference <= 1e-28 * scale {
            continue;
        }
        return Err(format!("to 30 digits {a}, to 45 digits {b}"));
    }
    if some.len() != more.len() {
        return Err("other numbers of results to 30 and to 45 digits".to_owned());
    }
    case.compare(&format!("N[net[{argument}, WorkingPrecision -> 30]]"), &format!("N[net[{argument}]]"))
}

/// The exact values of all numbers in the value of an input.
fn exact_numbers(case: &mut Case, input: &str) -> Result<Vec<Number>, String> {
    let value = case.session.value(input)?;
    let mut found = Vec::new();
    let mut stack = vec![value.clone()];
    while let Some(e) = stack.pop() {
        if e.is_list() || e.has_head(Sym::Association) {
            stack.extend(e.args().iter().cloned());
        } else if e.has_head(Sym::Rule) {
            stack.push(e.arg(1));
        } else {
            let number = e.as_number().and_then(|number| number.to_exact().ok());
            found.push(number.ok_or_else(|| format!("{input} gives {}", case.session.session().output_form(&value)))?);
        }
    }
    Ok(found)
}

/// The ends of all intervals in the value of an input.
fn ends(case: &mut Case, input: &str) -> Result<Option<Vec<[f64; 2]>>, String> {
    let value = case.session.value(input)?;
    let mut found = Vec::new();
    let mut stack = vec![value.clone()];
    while let Some(e) = stack.pop() {
        if e.is(Sym::Failed) {
            return Ok(None);
        }
        if e.is_list() || e.has_head(Sym::Association) {
            stack.extend(e.args().iter().cloned());
        } else if e.has_head(Sym::Rule) {
            stack.push(e.arg(1));
        } else if e.has_head(Sym::Interval) && e.len() == 1 {
            let end = |k: usize| {
                let end = e.arg(0).arg(k);
                let infinite = end.has_head(Sym::DirectedInfinity).then_some(if k == 0 {
                    f64::NEG_INFINITY
                } else {
                    f64::INFINITY
                });
                infinite.or_else(|| end.as_number()?.to_f64()).unwrap_or(f64::NAN)
            };
            found.push([end(0), end(1)]);
        } else {
            let number = e.as_number().and_then(|number| number.to_f64());
            let number =
                number.ok_or_else(|| format!("{input} gives {}", case.session.session().output_form(&value)))?;
            found.push([number, number]);
        }
    }
    Ok(Some(found))
}

/// Intervals of single numbers give narrow intervals that contain the result to thirty digits; wider ones contain the
/// results for numbers inside, or say that they do not decide.
pub(super) fn intervals(case: &mut Case) -> Result<(), String> {
    if !case.points.iter().any(|point| matches!(point.value, Value::Real(_))) {
        return Ok(());
    }
    let numbers = case.machine_argument();
    let results = exact_numbers(case, &format!("net[{numbers}, WorkingPrecision -> 30]"))?;
    let points = case.argument(|_, value| format!("Interval[{{{0}, {0}}}]", real_text(value)));
    let enclosures = match ends(case, &format!("net[{points}]"))? {
        Some(enclosures) => enclosures,
        // A net with a layer that draws numbers has none; the layer itself says so in its record.
        None if case
            .session
            .value("!FreeQ[net, RandomArrayLayer] && MatchQ[net, _NetChain | _NetGraph]")?
            .is(Sym::True) =>
        {
            return Ok(());
        }
        None => return Err("intervals of single numbers are refused".to_owned()),
    };
    if enclosures.len() != results.len() {
        return Err(format!("{} intervals for {} results", enclosures.len(), results.len()));
    }
    let scale = results.iter().fold(1.0, |sum, x| sum + x.to_f64().unwrap_or(f64::NAN).abs());
    for ([low, high], result) in enclosures.iter().zip(&results) {
        let inside = |end: f64, sign: f64| {
            let end = Number::real(end).and_then(|end| end.to_exact());
            // The result is rounded to thirty digits.
            end.is_ok_and(|end| sign * result.sub(&end).to_f64().unwrap_or(f64::NAN) >= -1e-27 * scale)
        };
        if !inside(*low, 1.0) || !inside(*high, -1.0) || high - low > WIDTH * scale {
            return Err(format!("net[{points}] has {{{low:?}, {high:?}}} where the result is {result}"));
        }
    }
    let wide =
        case.argument(|_, value| format!("Interval[{{{}, {}}}]", real_text(value - RADIUS), real_text(value + RADIUS)));
    let Some(enclosures) = ends(case, &format!("net[{wide}]"))? else { return Ok(()) };
    for part in [-1.0, 0.0, 0.37, 1.0] {
        let moved = case.argument(|i, value| real_text(value + RADIUS * if i % 3 == 0 { -part } else { part }));
        let value = case.session.value(&format!("N[net[{moved}]]"))?;
        let mut results = Vec::new();
        collect(&value, &mut results).ok_or("no numbers")?;
        // Found from the last one on.
        for ([low, high], result) in enclosures.iter().rev().zip(&results) {
            let doubt = 1e-12 * scale;
            if !(low - doubt..=high + doubt).contains(result) {
                return Err(format!("net[{wide}] has {{{low}, {high}}}, net[{moved}] has {result}"));
            }
        }
    }
    Ok(())
}

/// A batch of two examples gives the results of both; numbers up to rounding, since sums are added in another order.
pub(super) fn batch(case: &mut Case) -> Result<(), String> {
    let first = case.machine_argument();
    let second = case.argument(|_, value| real_text(0.5 * value + 0.125));
    let keys = case.session.value(&format!("Keys[{first}]"))?;
    if keys.is_empty() {
        return Err("there is no input".to_owned());
    }
    let both = format!("Merge[{{{first}, {second}}}, Identity]");
    let batch = outputs(&case.session.value(&format!("net[{both}]"))?);
    let mut singles = Vec::new();
    for example in [first, second] {
        singles.push(outputs(&case.session.value(&format!("net[{example}]"))?));
    }
    let of_batch: Vec<Expr> =
        (0..2)
            .map(|i| {
                Expr::list(batch.iter().map(|output| {
                    if output.is_list() && output.len() == 2 { output.arg(i) } else { Sym::Failed.into() }
                }))
            })
            .collect();
    let of_singles: Vec<Expr> = singles.into_iter().map(Expr::list).collect();
    let numbers = |all: &[Expr]| {
        let mut numbers = Vec::new();
        all.iter().try_for_each(|value| collect(value, &mut numbers)).map(|()| numbers)
    };
    let close = |a: &[f64], b: &[f64]| {
        let scale: f64 = 1.0 + a.iter().map(|x| x.abs()).sum::<f64>();
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() <= 1e-13 * scale)
    };
    let has_failed = |all: &[Expr]| all.iter().any(|e| e.args().iter().any(|output| output.is(Sym::Failed)));
    let agree = match (numbers(&of_batch), numbers(&of_singles)) {
        (Some(a), Some(b)) => close(&a, &b),
        _ => of_batch == of_singles && !has_failed(&of_singles),
    };
    match agree {
        true => Ok(()),
        false => {
            let session = case.session.session();
            let shown = |all: &[Expr]| all.iter().map(|e| session.output_form(e)).collect::<Vec<_>>().join("\n");
            Err(format!("net[{both}] has\n{}\none by one\n{}", shown(&of_batch), shown(&of_singles)))
        }
    }
}

/// In training there is a result of the same shape.
pub(super) fn training(case: &mut Case) -> Result<(), String> {
    let numbers = case.machine_argument();
    let mut dimensions = |options: &str| {
        let of_value = format!(
            "With[{{r = net[{numbers}{options}]}}, {{r === $Failed, Map[Dimensions, If[AssociationQ[r], Values[r], {{r}}]]}}]"
        );
        case.session.value(&of_value)
    };
    let (evaluated, trained) = (dimensions("")?, dimensions(", NetEvaluationMode -> \"Train\"")?);
    match evaluated == trained && trained.arg(0).is(Sym::False) {
        true => Ok(()),
        false => Err(format!("the dimensions are {evaluated:?}, those in training {trained:?}")),
    }
}
