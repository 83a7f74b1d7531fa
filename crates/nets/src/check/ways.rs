//! The ways of computing a net, each compared with its numeric result.

use netform_array::ElementType;
use netform_compile::enclosure_of;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym, map_bottom_up};

use super::case::Case;
use super::compare::{difference, numeric};
use super::gradients::{derivatives, quotients};
use crate::evaluate::Arrays;
use crate::inputs::fit;
use crate::program::NetProgram;
use crate::read::read;
use crate::{Fault, NetPort};

/// What comes of a way.
pub(super) enum Outcome {
    /// So far it is from the numeric result.
    Difference(f64),
    /// It says why it has no result.
    NotApplicable(String),
    /// It has a result that cannot be compared.
    Wrong(String),
}

/// A way of computing a net.
pub(super) struct Way {
    pub(super) name: &'static str,
    /// How large a difference is for rounding.
    pub(super) tolerance: f64,
    /// Whether it makes expressions, which may become large.
    pub(super) symbolic: bool,
    pub(super) run: fn(&mut Session, &Case) -> Result<Outcome, Flow>,
}

/// How wide an interval may be, relative to the results, and still say something about them.
const NARROW: f64 = 1e-6;

/// All ways.
pub(super) const WAYS: &[Way] = &[
    Way { name: "Symbols", tolerance: 1e-10, symbolic: true, run: symbols },
    Way { name: "SymbolicWeights", tolerance: 1e-10, symbolic: true, run: symbolic_weights },
    Way { name: "Exact", tolerance: 1e-10, symbolic: true, run: exact },
    Way { name: "Digits", tolerance: 1e-10, symbolic: true, run: digits },
    Way { name: "Program", tolerance: 0.0, symbolic: true, run: program },
    Way { name: "SinglePrecision", tolerance: 1e-3, symbolic: false, run: single },
    Way { name: "Intervals", tolerance: NARROW, symbolic: false, run: intervals },
    Way { name: "Batch", tolerance: 1e-12, symbolic: false, run: batch },
    Way { name: "Derivatives", tolerance: 1e-9, symbolic: true, run: derivatives },
    Way { name: "DifferenceQuotients", tolerance: 1e-8, symbolic: true, run: quotients },
];

/// Their names, as a message says them.
pub(super) const NAMES: &str = "All or a list of some of \"Symbols\", \"SymbolicWeights\", \"Exact\", \"Digits\", \
    \"Program\", \"SinglePrecision\", \"Intervals\", \"Batch\", \"Derivatives\", \"DifferenceQuotients\" is expected";

/// The value of an evaluation, or the reason that its messages give for having none.
pub(super) fn value_of(
    session: &mut Session,
    evaluate: impl FnOnce(&mut Session) -> Result<Expr, Flow>,
) -> Result<Result<Expr, Outcome>, Flow> {
    let (value, messages) = session.catch_messages(evaluate);
    let value = value?;
    if !value.is(Sym::Failed) {
        return Ok(Ok(value));
    }
    let texts: Vec<String> = messages.into_iter().map(|message| message.text).collect();
    let text = texts.first().cloned().unwrap_or_else(|| "it gives $Failed without a message".to_owned());
    Ok(Err(if texts.is_empty() { Outcome::Wrong(text) } else { Outcome::NotApplicable(text) }))
}

/// The comparison of numbers with the numeric results.
fn compared(session: &mut Session, case: &Case, value: &Expr) -> Result<Outcome, Flow> {
    Ok(match numeric(session, value)? {
        Ok(found) => Outcome::Difference(difference(&case.results, &found)),
        Err(text) => Outcome::Wrong(text),
    })
}

/// The result of an application, compared.
fn applied(session: &mut Session, case: &Case, argument: &Expr, options: &[Expr]) -> Result<Outcome, Flow> {
    match value_of(session, |session| case.apply(session, argument, options))? {
        Ok(value) => compared(session, case, &value),
        Err(outcome) => Ok(outcome),
    }
}

fn working_precision(value: Expr) -> [Expr; 1] {
    [Expr::rule(Expr::string("WorkingPrecision"), value)]
}

pub(super) fn digits_of(count: i64) -> [Expr; 1] {
    working_precision(Expr::integer(count))
}

pub(super) fn put_in(session: &mut Session, value: Expr, rules: &Expr) -> Result<Expr, Flow> {
    session.evaluate_call(Sym::ReplaceAll, [value, rules.clone()])
}

fn symbols(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let (argument, rules) = case.symbols(session)?;
    match value_of(session, |session| case.apply(session, &argument, &[]))? {
        Ok(value) => {
            let value = put_in(session, value, &rules)?;
            compared(session, case, &value)
        }
        Err(outcome) => Ok(outcome),
    }
}

fn symbolic_weights(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let values = case.information(session, "ArraysList")?;
    if values.is_empty() {
        return Ok(Outcome::NotApplicable("the net has no arrays".to_owned()));
    }
    let plain = session.evaluate_call(Sym::NetInitialize, [case.net.clone(), Sym::None.into()])?;
    let names = session.evaluate_call(Sym::Information, [plain.clone(), Expr::string("ArraysList")])?;
    let (argument, numbers) = case.symbols(session)?;
    let call = Expr::normal(plain, [argument]);
    match value_of(session, |session| session.evaluate(&call))? {
        Ok(value) => {
            let rules = session.evaluate_call(Sym::Thread, [Expr::rule(names, values)])?;
            let value = put_in(session, value, &rules)?;
            let value = put_in(session, value, &numbers)?;
            compared(session, case, &value)
        }
        Err(outcome) => Ok(outcome),
    }
}

fn exact(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let argument = case.exact(session)?;
    let options = working_precision(Expr::call(Sym::DirectedInfinity, [Expr::integer(1)]));
    applied(session, case, &argument, &options)
}

fn digits(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let argument = case.exact(session)?;
    applied(session, case, &argument, &digits_of(30))
}

fn single(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let argument = case.machine(session)?;
    applied(session, case, &argument, &working_precision(Expr::string("Real32")))
}

/// The program on symbols gives the nodes that the definitions give.
fn program(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let (argument, _) = case.symbols(session)?;
    let expected = match value_of(session, |session| case.apply(session, &argument, &[]))? {
        Ok(value) => value,
        Err(outcome) => return Ok(outcome),
    };
    let net = match read(session, &case.net)? {
        Ok(net) => net,
        Err(faults) => return Ok(Outcome::NotApplicable(text_of(session, &faults))),
    };
    let given = |port: &NetPort| argument.args().iter().find(|rule| rule.arg(0).as_str() == Some(&*port.name)).cloned();
    let data: Vec<Option<Expr>> = net.inputs.iter().map(|port| given(port).map(|rule| rule.arg(1))).collect();
    let net = match fit(session, &net, &data)? {
        Ok(net) => net,
        Err(faults) => return Ok(Outcome::NotApplicable(text_of(session, &faults))),
    };
    let present: Vec<bool> = data.iter().map(Option::is_some).collect();
    let made = match NetProgram::of_net(session, &net, &present, ElementType::F64, Arrays::Symbols)? {
        Ok(made) => made,
        Err(fault) => return Ok(Outcome::NotApplicable(text_of(session, &[fault]))),
    };
    let lists: Vec<Expr> = data.into_iter().flatten().collect();
    let results = match made.run(session, &lists)? {
        Ok(results) => results,
        Err(text) => return Ok(Outcome::NotApplicable(text)),
    };
    let expected: Vec<Expr> = if expected.has_head(Sym::Association) {
        expected.args().iter().map(|rule| rule.arg(1)).collect()
    } else {
        vec![expected]
    };
    if results == expected {
        return Ok(Outcome::Difference(0.0));
    }
    let [results, expected] = [results, expected].map(Expr::list);
    // The elements of a program are real numbers.
    let [results, expected] = [of_reals(session, &results)?, of_reals(session, &expected)?];
    if results == expected {
        return Ok(Outcome::Difference(0.0));
    }
    // Arrays of machine numbers are such in a program, whatever exact numbers are among them.
    let mut in_machine_numbers = |e: &Expr| session.evaluate_call(Sym::N, [e.clone()]);
    if in_machine_numbers(&results)? == in_machine_numbers(&expected)? {
        return Ok(Outcome::Difference(0.0));
    }
    // What is written in another way is the same if it has the same values.
    let [at_numbers_expected, at_numbers_results] = [at_numbers(session, &expected)?, at_numbers(session, &results)?];
    if let [Ok(expected), Ok(results)] =
        [numeric(session, &at_numbers_expected)?, numeric(session, &at_numbers_results)?]
        && difference(&expected, &results) < 1e-12
    {
        return Ok(Outcome::Difference(0.0));
    }
    let (found, wanted) = first_difference(&results, &expected);
    let [found, wanted] = [found, wanted].map(|e| session.output_form(&e).chars().take(200).collect::<String>());
    Ok(Outcome::Wrong(format!("the program gives {found} where the definitions give {wanted}")))
}

/// The expression with a number for each symbol, by its name.
fn at_numbers(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let number = |name: &str| {
        let hash = name.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
        Expr::real(f64::from(hash % 1999) / 1000.0 - 0.9995)
    };
    let put_in = map_bottom_up(e, |node| match node.as_symbol() {
        Some(symbol) if symbol.context() != "System`" => number(symbol.name()),
        _ => node,
    });
    session.evaluate(&put_in)
}

/// What is wrong with a net, as a text.
fn text_of(session: &mut Session, faults: &[Fault]) -> String {
    let texts: Vec<String> = faults.iter().map(|fault| fault.text(session)).collect();
    texts.join(" ")
}

/// An expression without what makes no difference for real numbers.
fn of_reals(session: &mut Session, e: &Expr) -> Result<Expr, Flow> {
    let of_even_power = |args: &[Expr]| match args {
        [base, power] if base.has_head(Sym::Abs) && base.len() == 1 && power.as_i64().is_some_and(|n| n % 2 == 0) => {
            Some(Expr::call(Sym::Power, [base.arg(0), power.clone()]))
        }
        _ => None,
    };
    let real = map_bottom_up(e, |part| {
        let conjugate = part.args_of(Sym::Conjugate).filter(|args| args.len() == 1).map(|args| args[0].clone());
        let power = || part.args_of(Sym::Power).and_then(|args| of_even_power(&args));
        conjugate.or_else(power).unwrap_or(part)
    });
    session.evaluate(&real)
}

/// The first elements of nested lists that differ.
fn first_difference(a: &Expr, b: &Expr) -> (Expr, Expr) {
    let (mut a, mut b) = (a.clone(), b.clone());
    while a.is_list() && b.is_list() && a.len() == b.len() {
        let Some(place) = (0..a.len()).find(|&place| a.arg(place) != b.arg(place)) else { break };
        (a, b) = (a.arg(place), b.arg(place));
    }
    (a, b)
}

/// Intervals of single numbers contain the result to thirty digits; what counts is how wide they are.
fn intervals(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let argument = case.argument(session, |session, e| {
        let point = session.evaluate_call(Sym::N, [e.clone()])?;
        Ok(Expr::call(Sym::Interval, [Expr::list([point.clone(), point])]))
    })?;
    if case.ports.iter().all(|(_, real, _)| !real) {
        return Ok(Outcome::NotApplicable("there is no input of real numbers".to_owned()));
    }
    let value = match value_of(session, |session| case.apply(session, &argument, &[]))? {
        Ok(value) => value,
        Err(outcome) => return Ok(outcome),
    };
    let mut ends: Vec<(f64, f64)> = Vec::new();
    let mut stack = vec![value];
    while let Some(e) = stack.pop() {
        if e.is_list() {
            stack.extend(e.args().iter().rev().cloned());
        } else if e.has_head(Sym::Association) {
            stack.extend(e.args().iter().rev().map(|rule| rule.arg(1)));
        } else {
            match enclosure_of(&e) {
                Some(enclosure) => ends.push((enclosure.low, enclosure.high)),
                None => return Ok(Outcome::Wrong(format!("{} is not an interval", session.output_form(&e)))),
            }
        }
    }
    if ends.len() != case.results.len() {
        return Ok(Outcome::Wrong(format!("there are {} intervals for {} results", ends.len(), case.results.len())));
    }
    let scale = case.results.iter().fold(1.0_f64, |scale, x| scale.max(x.abs()));
    let mut widest = 0.0_f64;
    for ((low, high), result) in ends.into_iter().zip(&case.results) {
        // The numeric result is rounded differently, so it may be a little outside.
        let doubt = 1e-10 * scale;
        if *result < low - doubt || *result > high + doubt {
            return Ok(Outcome::Wrong(format!("{result} is not between {low} and {high}")));
        }
        widest = widest.max((high - low) / scale);
    }
    // Enclosures that are wide are right all the same.
    if widest == f64::INFINITY {
        return Ok(Outcome::NotApplicable(
            "some intervals are unbounded: they contain the results, but say nothing about them".to_owned(),
        ));
    }
    if widest > NARROW {
        return Ok(Outcome::NotApplicable(format!(
            "the intervals contain the results, but are as wide as {widest:.1e} of them: rounding grows in a long computation"
        )));
    }
    Ok(Outcome::Difference(widest))
}

fn batch(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    if case.ports.is_empty() {
        return Ok(Outcome::NotApplicable(
            "the net has no input, so nothing says how many examples there are".to_owned(),
        ));
    }
    let net = read(session, &case.net)?;
    if net.is_ok_and(|net| net.inputs.iter().any(|input| input.shape.rank().is_none())) {
        return Ok(Outcome::NotApplicable(
            "the ranks of the inputs are not known, so a list of examples cannot be told from an example".to_owned(),
        ));
    }
    let argument = case.machine(session)?;
    let twice = |rule: &Expr| Expr::rule(rule.arg(0), Expr::list([rule.arg(1), rule.arg(1)]));
    let doubled = Expr::call(Sym::Association, argument.args().iter().map(twice).collect::<Vec<_>>());
    let value = match value_of(session, |session| case.apply(session, &doubled, &[]))? {
        Ok(value) => value,
        Err(outcome) => return Ok(outcome),
    };
    let outputs = if value.has_head(Sym::Association) {
        value.args().iter().map(|rule| rule.arg(1)).collect()
    } else {
        vec![value]
    };
    let mut most = 0.0_f64;
    for place in 0..2 {
        let parts: Vec<Expr> = outputs.iter().filter(|e| e.is_list() && e.len() == 2).map(|e| e.arg(place)).collect();
        match compared(session, case, &Expr::list(parts))? {
            Outcome::Difference(difference) => most = most.max(difference),
            other => return Ok(other),
        }
    }
    Ok(Outcome::Difference(most))
}
