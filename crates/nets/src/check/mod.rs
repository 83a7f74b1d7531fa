//! `NetCheck`: whether all ways of computing a net agree on random data.

mod case;
mod compare;
mod data;
mod gradients;
mod ways;

use netform_eval::{Eval, Flow, Function, Session};
use netform_expr::{Expr, Sym};

use crate::Fault;
use crate::draws::is_random;
use crate::inputs::bind;
use crate::options::split_call;
use crate::read::{is_net, read};
use case::Case;
pub(crate) use compare::{difference, numeric};
use data::NoData;
pub(crate) use data::{Drawn, Random, draw_element, fill};
use ways::{Outcome, WAYS, Way};

pub(crate) const NET_CHECK: Function = Function {
    name: "NetCheck",
    usage: "NetCheck[net] computes a net in all ways on random data and compares the results: with symbols and symbolic \
            weights in which numbers are put, with exact numbers, to 30 digits, in single precision, on intervals, on a \
            batch, and by its program; and its gradients with derivatives and with difference quotients. \
            NetCheck[net, data] takes this data. The value is an association: whether all agree, the largest \
            difference for each way relative to the size of the results, why a way is not applicable, and what fails. \
            Arrays without values are initialized. Options: \"Tries\" -> how many random data (3), RandomSeeding -> the \
            seed (1234), \"SymbolicLimit\" -> the most elements of arrays and ports for ways that make expressions \
            (2000), \"Tolerance\" -> how large differences may be (Automatic: as fits each way), \"Ways\" -> All or a \
            list of names.",
    arguments: Some((1, usize::MAX)),
    evaluate: Some(check),
    options: &[
        ("RandomSeeding", "1234"),
        ("SymbolicLimit", "2000"),
        ("Tolerance", "Automatic"),
        ("Tries", "3"),
        ("Ways", "All"),
    ],
    messages: &[
        ("arg1", "The first argument, `1`, is not a net."),
        ("setting", "`1` is not an option of NetCheck, or not a value of one: `2`."),
        (
            "shape",
            "The shape of port `1` is not known: give data as the second argument, or a shape with an option such as \"Input\" -> 3.",
        ),
        (
            "large",
            "The input `1` has more than `2` elements, too many for random data: give data as the second argument, or a net with \
             smaller inputs.",
        ),
        ("nonum", "The net has no numeric result to compare with: `1`"),
    ],
    examples: &[
        ("NetCheck[LinearLayer[2, \"Input\" -> 3]][\"Agrees\"]", "True"),
        ("NetCheck[OrderingLayer[\"Input\" -> 3], \"Ways\" -> {\"Symbols\"}][\"Failed\"]", "<| |>"),
    ],
    ..Function::NEW
};

/// The names of the ways that `NetCheck` knows.
pub fn check_ways() -> impl Iterator<Item = &'static str> {
    WAYS.iter().map(|way| way.name)
}

/// What options say.
struct Settings {
    tries: usize,
    seed: u64,
    limit: usize,
    tolerance: Option<f64>,
    ways: Vec<&'static Way>,
}

impl Settings {
    /// The settings, or the option that is wrong and what is expected.
    fn read(options: &[(String, Expr)]) -> Result<Settings, (String, &'static str)> {
        let mut settings = Settings { tries: 3, seed: 1234, limit: 2000, tolerance: None, ways: WAYS.iter().collect() };
        for (name, value) in options {
            let wrong = |expected: &'static str| (format!("{name} -> {value:?}"), expected);
            match name.as_str() {
                "Tries" => {
                    let valid = value.as_usize().filter(|tries| (1..=1000).contains(tries));
                    settings.tries = valid.ok_or_else(|| wrong("an integer from 1 to 1000 is expected"))?;
                }
                "RandomSeeding" => {
                    settings.seed = value.as_i64().ok_or_else(|| wrong("an integer is expected"))? as u64;
                }
                "SymbolicLimit" => {
                    settings.limit = match value.as_usize() {
                        Some(limit) => limit,
                        None if value.has_head(Sym::DirectedInfinity) => usize::MAX,
                        None => return Err(wrong("a number of elements or Infinity is expected")),
                    };
                }
                "Tolerance" => {
                    let number = value.as_number().and_then(|number| number.to_f64()).filter(|number| *number > 0.0);
                    if number.is_none() && !value.is(Sym::Automatic) {
                        return Err(wrong("a positive number or Automatic is expected"));
                    }
                    settings.tolerance = number;
                }
                "Ways" if value.is(Sym::All) => {}
                "Ways" => {
                    let named = |e: &Expr| WAYS.iter().find(|way| e.as_str() == Some(way.name));
                    let items = if value.is_list() { value.args().into_owned() } else { vec![value.clone()] };
                    let chosen: Option<Vec<&Way>> = items.iter().map(named).collect();
                    settings.ways = chosen.ok_or_else(|| wrong(ways::NAMES))?;
                }
                _ => {
                    return Err(wrong(
                        "the options are \"Tries\", RandomSeeding, \"SymbolicLimit\", \"Tolerance\" and \"Ways\"",
                    ));
                }
            }
        }
        Ok(settings)
    }
}

fn check(session: &mut Session, call: &Expr) -> Eval {
    let (positional, options) = split_call(session, call);
    let (net, given) = match &positional[..] {
        [net] => (net, None),
        [net, data] => (net, Some(data)),
        _ => return Ok(None),
    };
    if !is_net(session, net) {
        session.message(Sym::NetCheck, "arg1", std::slice::from_ref(net));
        return Ok(Some(Sym::Failed.into()));
    }
    let settings = match Settings::read(&options) {
        Ok(settings) => settings,
        Err((option, expected)) => {
            session.message(Sym::NetCheck, "setting", &[Expr::string(&option), Expr::string(expected)]);
            return Ok(Some(Sym::Failed.into()));
        }
    };
    let cases = match cases(session, net, given, &settings)? {
        Ok(cases) => cases,
        Err(failed) => return Ok(Some(failed)),
    };
    report(session, &cases, &settings).map(Some)
}

/// The nets with data that are tried; an error after a message.
fn cases(
    session: &mut Session,
    net: &Expr,
    given: Option<&Expr>,
    settings: &Settings,
) -> Result<Result<Vec<Case>, Expr>, Flow> {
    let seed = Expr::rule(Sym::RandomSeeding.into(), Expr::integer(settings.seed as i64));
    let initialized = session.evaluate_call(Sym::NetInitialize, [net.clone(), seed])?;
    if initialized.is(Sym::Failed) {
        return Ok(Err(initialized));
    }
    let initialized = undecoded(session, &initialized)?;
    let view = match read(session, &initialized)? {
        Ok(view) if view.faults.is_empty() => view,
        Ok(view) => return Ok(Err(Fault::fail(session, &view.faults))),
        Err(faults) => return Ok(Err(Fault::fail(session, &faults))),
    };
    if let Some(data) = given {
        let (view, inputs) = match bind(session, view, Some(data))? {
            Ok(bound) => bound,
            Err(faults) => return Ok(Err(Fault::fail(session, &faults))),
        };
        let case = Case::new(&initialized, &view, inputs, &vec![Drawn::Signed; view.inputs.len()]);
        return Ok(match case.measured(session)? {
            Ok(case) => Ok(vec![case]),
            Err(text) => {
                session.message(Sym::NetCheck, "nonum", &[Expr::string(&text)]);
                Err(Sym::Failed.into())
            }
        });
    }
    let mut random = Random::new(settings.seed);
    let mut cases = Vec::with_capacity(settings.tries);
    for _ in 0..settings.tries {
        let mut found = None;
        let mut first = None;
        // Where numbers of any sign have no real result, others may.
        for drawn in data::attempts(view.inputs.len()) {
            let inputs = match data::draw(&view, &mut random, &drawn) {
                Ok(inputs) => inputs,
                Err(why) => {
                    let (tag, port) = match &why {
                        NoData::Shape(port) => ("shape", port),
                        NoData::Size(port) => ("large", port),
                    };
                    session.message(Sym::NetCheck, tag, &[Expr::string(port), Expr::integer(data::LARGEST as i64)]);
                    return Ok(Err(Sym::Failed.into()));
                }
            };
            let case = Case::new(&initialized, &view, inputs, &drawn);
            let (measured, messages) = session.catch_messages(|session| case.measured(session));
            match measured? {
                Ok(case) => {
                    found = Some(case);
                    break;
                }
                Err(text) => {
                    first.get_or_insert(messages.into_iter().next().map_or(text, |message| message.text));
                }
            }
        }
        match found {
            Some(case) => cases.push(case),
            None => {
                session.message(Sym::NetCheck, "nonum", &[Expr::string(&first.unwrap_or_default())]);
                return Ok(Err(Sym::Failed.into()));
            }
        }
    }
    Ok(Ok(cases))
}

/// The net without the decoders at its outputs: what they decode are the numbers to compare.
fn undecoded(session: &mut Session, net: &Expr) -> Result<Expr, Flow> {
    let Ok(view) = read(session, net)? else { return Ok(net.clone()) };
    let decoded = view.outputs.iter().filter(|port| port.coder.is_some());
    let rules: Vec<Expr> = decoded.map(|port| Expr::rule(Expr::string(&port.name), Sym::None.into())).collect();
    if rules.is_empty() {
        return Ok(net.clone());
    }
    session.evaluate_call(Sym::NetReplacePart, [net.clone(), Expr::list(rules)])
}

fn report(session: &mut Session, cases: &[Case], settings: &Settings) -> Result<Expr, Flow> {
    let (mut differences, mut inapplicable, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    let draws = match cases.first() {
        Some(case) => read(session, &case.net)?.is_ok_and(|view| is_random(session, &view)),
        None => false,
    };
    for way in &settings.ways {
        if draws {
            let text = "the net draws random numbers, which are others each time";
            inapplicable.push(Expr::rule(Expr::string(way.name), Expr::string(text)));
            continue;
        }
        let mut largest: Option<f64> = None;
        let mut reason = None;
        let mut wrong = None;
        for case in cases {
            session.tick()?;
            if way.symbolic && case.size > settings.limit {
                let text = format!("{} elements are more than the SymbolicLimit of {}", case.size, settings.limit);
                reason = Some(text);
                break;
            }
            match (way.run)(session, case)? {
                Outcome::Difference(difference) => largest = Some(largest.unwrap_or(0.0).max(difference)),
                Outcome::NotApplicable(text) => reason = Some(text),
                Outcome::Wrong(text) => wrong = Some(text),
            }
        }
        let name = Expr::string(way.name);
        let tolerance = settings.tolerance.unwrap_or(way.tolerance);
        match (wrong, largest) {
            (Some(text), _) => failed.push(Expr::rule(name, Expr::string(&text))),
            (None, Some(difference)) => {
                // What is not a number is not below the tolerance either.
                if difference.is_nan() || difference > tolerance {
                    let text = format!("the difference {difference:e} is above the tolerance {tolerance:e}");
                    failed.push(Expr::rule(name.clone(), Expr::string(&text)));
                }
                differences.push(Expr::rule(name, Expr::real(difference)));
            }
            (None, None) => {
                let text = reason.unwrap_or_else(|| "nothing was tried".to_owned());
                inapplicable.push(Expr::rule(name, Expr::string(&text)));
            }
        }
    }
    let agrees = Expr::boolean(failed.is_empty());
    let entries = [
        ("Agrees", agrees),
        ("Differences", Expr::call(Sym::Association, differences)),
        ("NotApplicable", Expr::call(Sym::Association, inapplicable)),
        ("Failed", Expr::call(Sym::Association, failed)),
        ("Tries", Expr::integer(cases.len() as i64)),
        ("RandomSeeding", Expr::integer(settings.seed as i64)),
    ];
    Ok(Expr::call(Sym::Association, entries.map(|(name, value)| Expr::rule(Expr::string(name), value))))
}
