//! The gradients of a net, compared with those on symbols and with difference quotients.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym, map_bottom_up};

use super::case::{Case, changed, exactly};
use super::compare::{difference, numbers, numeric};
use super::data::{Random, fraction};
use super::ways::{Outcome, digits_of, put_in, value_of};

/// The numbers of all gradients on an argument, after rules.
fn gradient_numbers(
    session: &mut Session,
    case: &Case,
    argument: &Expr,
    asked: &[Expr],
    rules: Option<&Expr>,
) -> Result<Result<Vec<f64>, Outcome>, Flow> {
    let asked = Expr::list(asked.iter().cloned());
    let value = match value_of(session, |session| case.apply(session, argument, &[asked]))? {
        Ok(value) => value,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let value = match rules {
        Some(rules) => put_in(session, value, rules)?,
        None => value,
    };
    Ok(numeric(session, &value)?.map_err(Outcome::Wrong))
}

/// The gradients by the program against those on symbols.
pub(super) fn derivatives(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let asked = case.gradients();
    if asked.is_empty() {
        return Ok(Outcome::NotApplicable("there is nothing to differentiate by".to_owned()));
    }
    let machine = case.machine(session)?;
    let by_program = match gradient_numbers(session, case, &machine, &asked, None)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let (argument, rules) = case.symbols(session)?;
    Ok(match gradient_numbers(session, case, &argument, &asked, Some(&rules))? {
        Ok(found) => Outcome::Difference(difference(&by_program, &found)),
        Err(Outcome::Wrong(text)) if text.contains("Indeterminate") => {
            Outcome::NotApplicable("the data is at a kink, where there is no derivative".to_owned())
        }
        Err(outcome) => outcome,
    })
}

/// Half the distance of the points of a difference quotient: the error is about its square, and the digits suffice.
const STEP: (i64, i64) = (1, 1_000_000_000_000);

/// So many digits are needed of what is subtracted.
const DIGITS_NEEDED: f64 = 25.0;

/// The gradients in a random direction against the central difference quotient of the sum of all results.
pub(super) fn quotients(session: &mut Session, case: &Case) -> Result<Outcome, Flow> {
    let asked = case.gradients();
    if asked.is_empty() {
        return Ok(Outcome::NotApplicable("there is nothing to differentiate by".to_owned()));
    }
    let machine = case.machine(session)?;
    let gradients = match gradient_numbers(session, case, &machine, &asked, None)? {
        Ok(found) => found,
        Err(outcome) => return Ok(outcome),
    };
    let mut random = Random::new(asked.len() as u64);
    let direction: Vec<i64> = gradients.iter().map(|_| 2 * random.below(2) as i64 - 1).collect();
    let slope: f64 = gradients.iter().zip(&direction).map(|(g, d)| g * *d as f64).sum();
    let mut sums = Vec::with_capacity(2);
    for sign in [1, -1] {
        match sum_at(session, case, &direction, sign)? {
            Ok(sum) => sums.push(sum),
            Err(outcome) => return Ok(outcome),
        }
    }
    // The functions of some names have constants that are machine numbers.
    if sums.iter().any(|sum| sum.precision() < DIGITS_NEEDED) {
        let text = "a function computes in machine numbers, of which such a small difference shows the rounding only";
        return Ok(Outcome::NotApplicable(text.to_owned()));
    }
    let width = Number::from(STEP.1).div(&Number::from(2 * STEP.0)).unwrap_or(Number::ZERO);
    let quotient = sums[0].sub(&sums[1]).mul(&width).ok().and_then(|quotient| quotient.to_f64());
    let scale = gradients.iter().fold(1.0, |scale, g| scale + g.abs());
    Ok(Outcome::Difference(quotient.map_or(f64::NAN, |quotient| (slope - quotient).abs() / scale)))
}

/// The sum of all results, a step in a direction away: inputs first, then arrays.
fn sum_at(session: &mut Session, case: &Case, direction: &[i64], sign: i64) -> Result<Result<Number, Outcome>, Flow> {
    let mut steps = direction.iter();
    let mut moved = |session: &mut Session, e: &Expr| {
        let step = fraction(sign * steps.next().copied().unwrap_or(0) * STEP.0, STEP.1);
        let start = exactly(session, e)?;
        session.evaluate_call(Sym::Plus, [start, step])
    };
    let argument = case.argument(session, &mut moved)?;
    let mut rules = Vec::with_capacity(case.arrays.len());
    for (places, value) in &case.arrays {
        // All places of an array that is shared move together.
        let value = changed(session, value, &mut moved)?;
        rules.extend(places.iter().map(|place| Expr::rule(place.clone(), value.clone())));
    }
    let call = |net: Expr| Expr::normal(net, [argument.clone()].into_iter().chain(digits_of(40)));
    let value = value_of(session, |session| {
        let net = match rules.is_empty() {
            true => case.net.clone(),
            false => {
                session.evaluate_call(Sym::NetReplacePart, [case.net.clone(), Expr::list(rules.iter().cloned())])?
            }
        };
        let net = exact_constants(session, &net)?;
        session.evaluate(&call(net))
    })?;
    Ok(match value {
        Ok(value) => match numbers(session, &value) {
            Ok(found) => Ok(found.iter().fold(Number::ZERO, |sum, x| sum.add(x))),
            Err(text) => Err(Outcome::Wrong(text)),
        },
        Err(outcome) => Err(outcome),
    })
}

/// A net with exact numbers for the machine numbers in its functions and options, of which a difference of 40 digits would
/// show the rounding only.
fn exact_constants(session: &mut Session, net: &Expr) -> Result<Expr, Flow> {
    let mut flow = None;
    let exact = map_bottom_up(net, |part| {
        let is_machine = part.as_real().is_some() || part.as_array().is_some_and(|array| array.is_real());
        if !is_machine || flow.is_some() {
            return part;
        }
        exactly(session, &part).unwrap_or_else(|stopped| {
            flow = Some(stopped);
            part
        })
    });
    match flow {
        Some(flow) => Err(flow),
        None => session.evaluate(&exact),
    }
}
