//! Functions of intervals: for every record with a law, the interval of the values contains the values at numbers inside,
//! computed to forty digits, with exact ends and with machine numbers.

use libtest_mimic::{Failed, Trial};
use netform::eval::{Function, Law};
use netform::expr::{Expr, Number, Sym};

use super::random::Random;
use crate::session::TestSession;

/// How many intervals are tried for each function.
const TRIES: usize = 60;

/// The tests of all records with a law for numbers.
pub(super) fn trials() -> Vec<Trial> {
    let has_law = |function: &&'static Function| {
        !matches!(function.intervals.law, Law::Unknown | Law::Relation(_))
            && !is_logical(function)
            && !function.name.contains('`')
    };
    let test = |function: &'static Function| {
        Trial::test(format!("properties::intervals::{}", function.name), move || check(function))
    };
    netform::registry().functions().into_iter().filter(has_law).map(test).collect()
}

fn is_logical(function: &Function) -> bool {
    function.result == netform::eval::ResultType::Truth || function.name == "Boole"
}

/// How many arguments are tried.
fn count(function: &Function) -> usize {
    match function.intervals.law {
        Law::Power | Law::Root | Law::Remainder | Law::Quotient | Law::Product => 2,
        Law::Increasing if matches!(function.name, "Plus" | "Max" | "Min") => 2,
        _ => 1,
    }
}

fn check(function: &'static Function) -> Result<(), Failed> {
    let mut random = Random::new(function.name.len() as u64);
    let mut session = TestSession::new();
    let mut decided = 0;
    for attempt in 0..TRIES {
        // Ends are eighths, so that turning places and poles of rational functions are among them.
        let (reach, start) = [(160, -80), (32, -16), (9, 0)][attempt % 3];
        let mut end = || random.below(reach) as i64 + start;
        let ranges: Vec<[i64; 2]> = (0..count(function))
            .map(|_| {
                let (a, b) = (end(), end());
                [a.min(b), a.max(b)]
            })
            .collect();
        let exponent = match function.intervals.law {
            Law::Power => attempt % 2 == 0,
            Law::Root => true,
            _ => false,
        };
        let text = |range: &[i64; 2], machine: bool| {
            let number = |n: i64| if machine { format!("({:?})", n as f64 / 8.0) } else { format!("({n}/8)") };
            format!("Interval[{{{}, {}}}]", number(range[0]), number(range[1]))
        };
        let argument = |place: usize, machine: bool| match exponent && place == 1 {
            true => (ranges[1][0] / 8).to_string(),
            false => text(&ranges[place], machine),
        };
        let points: Vec<String> = (0..ranges.len())
            .map(|place| {
                let [low, high] = ranges[place];
                let part = [0, 3, 7, 10][attempt % 4];
                match exponent && place == 1 {
                    true => (ranges[1][0] / 8).to_string(),
                    false => format!("(({low}*{} + {high}*{part})/80)", 10 - part),
                }
            })
            .collect();
        let value = session.value(&format!("Quiet[N[{}[{}], 40]]", function.name, points.join(", ")))?;
        for machine in [false, true] {
            let arguments: Vec<String> = (0..ranges.len()).map(|place| argument(place, machine)).collect();
            let input = format!("{}[{}]", function.name, arguments.join(", "));
            let found = session.value(&format!("Quiet[{input}]"))?;
            if !found.has_head(Sym::Interval) {
                continue;
            }
            decided += 1;
            let Some(value) = value.as_number().filter(Number::is_real) else {
                // At a pole there is no value, although there are values around it.
                let stays = value.head().as_symbol().is_some_and(|symbol| symbol.name() == function.name);
                if value.has_head(Sym::DirectedInfinity) || value.is(Sym::Indeterminate) || stays {
                    continue;
                }
                let shown = session.session().output_form(&value);
                return Err(format!("{input} has values, but that at {points:?} is {shown}").into());
            };
            if !contains(&mut session, &found, &value)? {
                let shown = session.session().output_form(&found);
                return Err(
                    format!("{input} is {shown}, which does not contain {value}, the value at {points:?}").into()
                );
            }
        }
    }
    if decided < TRIES / 8 { Err(format!("only {decided} of {TRIES} intervals have values").into()) } else { Ok(()) }
}

/// Whether a number computed to forty digits is in an interval.
fn contains(session: &mut TestSession, interval: &Expr, value: &Number) -> Result<bool, String> {
    const DOUBT: f64 = 1e-36;
    for range in interval.args().iter() {
        let mut inside = true;
        for (place, sign) in [(0, 1.0), (1, -1.0)] {
            let end = range.arg(place);
            if end.has_head(Sym::DirectedInfinity) {
                inside &= (end.arg(0).as_i64() == Some(-1)) == (place == 0);
                continue;
            }
            let text = session.session().input_form(&end);
            let end = match end.as_number() {
                Some(number) => number,
                None => session.value(&format!("N[{text}, 40]"))?.as_number().ok_or("an end is no number")?,
            };
            let exact = |number: &Number| number.to_exact().map_err(|exception| format!("{exception:?}"));
            let difference = exact(value)?.sub(&exact(&end)?).to_f64().unwrap_or(f64::NAN);
            let size = value.to_f64().unwrap_or(f64::NAN).abs() + 1.0;
            inside &= sign * difference >= -DOUBT * size;
        }
        if inside {
            return Ok(true);
        }
    }
    Ok(false)
}
