//! Iterators: `n`, `{n}`, `{i, n}`, `{i, a, b}`, `{i, a, b, d}` and `{i, list}`, as `Do`, `Table`, `Sum`
//! and their like take them.
//!
//! The bounds are evaluated when the iterator is read, the variable is local as in `Block`. Nested
//! iterators are read one inside the other, so that bounds may depend on outer variables:
//!
//! ```text
//! Iteration::read(session, &specification)?  ->  Reading::Done(iteration)
//! iteration.run(session, |session| ...)?     one call for each value of the variable
//! ```

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Kind, Sym};

use crate::localisation::{Localisation, set};

/// An iterator whose bounds are known.
#[derive(Debug, Clone)]
pub(crate) struct Iteration {
    variable: Option<Expr>,
    values: Values,
}

#[derive(Debug, Clone)]
enum Values {
    /// Repetition without an end.
    Endless,
    Integers {
        start: i64,
        step: i64,
        count: u64,
    },
    Reals {
        start: f64,
        step: f64,
        count: u64,
    },
    /// Exact numbers and symbolic expressions: `start + k step`.
    Expressions {
        start: Expr,
        step: Expr,
        count: u64,
    },
    List(Expr),
}

/// The count of steps that do not come to an end: more than anybody can wait for.
const ENDLESS: u64 = u64::MAX;

/// What an iterator specification turned out to be.
#[derive(Debug, Clone)]
pub(crate) enum Reading {
    /// An iterator that can run.
    Done(Iteration),
    /// A well-formed iterator whose number of steps is not known, its bounds evaluated.
    Symbolic(Expr),
    /// No iterator.
    Malformed,
}

impl Iteration {
    /// Reads a specification as it is written; its bounds are evaluated here.
    ///
    /// # Errors
    /// What leaves the evaluation of a bound.
    pub(crate) fn read(session: &mut Session, specification: &Expr) -> Result<Reading, Flow> {
        if !specification.is_list() {
            let count = session.evaluate(specification)?;
            return if count.is_list() { Ok(Reading::Malformed) } else { repeated(session, &count) };
        }
        let parts = specification.args();
        match &parts[..] {
            [count] => {
                let count = session.evaluate(count)?;
                repeated(session, &count)
            }
            [variable, bounds @ ..] if bounds.len() <= 3 => {
                let Some(variable) = variable_of(session, variable)? else { return Ok(Reading::Malformed) };
                let bounds = bounds.iter().map(|bound| session.evaluate(bound)).collect::<Result<Vec<_>, _>>()?;
                with_variable(session, variable, bounds)
            }
            _ => Ok(Reading::Malformed),
        }
    }

    /// As [`Iteration::read`], for a function that cannot do without numeric bounds: it tells what is
    /// wrong by its message `iterb`.
    ///
    /// # Errors
    /// As [`Iteration::read`].
    pub(crate) fn read_numeric(
        session: &mut Session,
        function: Sym,
        specification: &Expr,
    ) -> Result<Option<Iteration>, Flow> {
        match Iteration::read(session, specification)? {
            Reading::Done(iteration) => Ok(Some(iteration)),
            Reading::Symbolic(evaluated) => {
                session.message(function, "iterb", &[evaluated]);
                Ok(None)
            }
            Reading::Malformed => {
                session.message(function, "iterb", std::slice::from_ref(specification));
                Ok(None)
            }
        }
    }

    /// The number of steps; `None` without an end.
    pub(crate) fn count(&self) -> Option<u64> {
        match &self.values {
            Values::Endless => None,
            Values::Integers { count, .. } | Values::Reals { count, .. } | Values::Expressions { count, .. } => {
                Some(*count).filter(|&count| count != ENDLESS)
            }
            Values::List(list) => Some(list.len() as u64),
        }
    }

    /// Value `k` of the variable, counted from 0 and below the count.
    ///
    /// # Errors
    /// What leaves the evaluation of `start + k step`.
    pub(crate) fn value(&self, session: &mut Session, k: u64) -> Result<Expr, Flow> {
        match &self.values {
            Values::Endless => Ok(Expr::integer(k as i64 + 1)),
            Values::Integers { start, step, .. } => Ok(Expr::integer(start.wrapping_add(step.wrapping_mul(k as i64)))),
            Values::Reals { start, step, .. } => Ok(Expr::real(start + step * k as f64)),
            Values::Expressions { start, step, .. } => {
                let steps = Expr::call(Sym::Times, [Expr::integer(k as i64), step.clone()]);
                session.evaluate_call(Sym::Plus, [start.clone(), steps])
            }
            Values::List(list) => session.evaluate(&list.arg(k as usize)),
        }
    }

    /// Calls `body` once for each value, which the variable has meanwhile. What `body` returns as an
    /// error ends the iteration; the variable is as before in any case.
    ///
    /// # Errors
    /// Those of `body`, and what leaves the evaluation of a value.
    pub(crate) fn run(
        &self,
        session: &mut Session,
        mut body: impl FnMut(&mut Session) -> Result<(), Flow>,
    ) -> Result<(), Flow> {
        let count = self.count().unwrap_or(ENDLESS);
        let Some(variable) = &self.variable else {
            for _ in 0..count {
                session.tick()?;
                body(session)?;
            }
            return Ok(());
        };
        let local = Localisation::new(session, std::slice::from_ref(variable))?;
        let result = (0..count).try_for_each(|k| {
            session.tick()?;
            let value = self.value(session, k)?;
            set(session, variable, value)?;
            body(session)
        });
        local.restore(session)?;
        result
    }
}

/// A symbol, or an expression that evaluates to one where it stands under `Evaluate`.
fn variable_of(session: &mut Session, variable: &Expr) -> Result<Option<Expr>, Flow> {
    let variable = if variable.has_head(Sym::Evaluate) { session.evaluate(variable)? } else { variable.clone() };
    Ok(variable.is_symbol().then_some(variable))
}

fn done(variable: Option<Expr>, values: Values) -> Reading {
    Reading::Done(Iteration { variable, values })
}

fn repeated(session: &mut Session, bound: &Expr) -> Result<Reading, Flow> {
    Ok(match steps_up_to(session, bound)? {
        Some(Steps::Endless) => done(None, Values::Endless),
        Some(Steps::Count(count)) => done(None, Values::Integers { start: 1, step: 1, count }),
        None => Reading::Symbolic(Expr::list([bound.clone()])),
    })
}

fn with_variable(session: &mut Session, variable: Expr, bounds: Vec<Expr>) -> Result<Reading, Flow> {
    if let [list] = bounds.as_slice()
        && list.is_list()
    {
        return Ok(done(Some(variable), Values::List(list.clone())));
    }
    let one = || Expr::integer(1);
    let (start, end, step) = match bounds.as_slice() {
        [end] => (one(), end.clone(), one()),
        [start, end] => (start.clone(), end.clone(), one()),
        [start, end, step] => (start.clone(), end.clone(), step.clone()),
        _ => return Ok(Reading::Malformed),
    };
    if step.as_number().is_some_and(|step| step.is_zero()) {
        return Ok(Reading::Malformed);
    }
    if let (Some(a), Some(b), Some(d)) = (start.as_i64(), end.as_i64(), step.as_i64()) {
        let forward = i128::from(b) - i128::from(a);
        let (distance, stride) = if d > 0 { (forward, i128::from(d)) } else { (-forward, -i128::from(d)) };
        let count = u64::try_from(distance.div_euclid(stride) + 1).unwrap_or(0);
        return Ok(done(Some(variable), Values::Integers { start: a, step: d, count }));
    }
    let minus_start = session.evaluate_call(Sym::Times, [Expr::integer(-1), start.clone()])?;
    let distance = session.evaluate_call(Sym::Plus, [end, minus_start])?;
    let inverse = session.evaluate_call(Sym::Power, [step.clone(), Expr::integer(-1)])?;
    let quotient = session.evaluate_call(Sym::Times, [distance, inverse])?;
    let count = match steps_up_to(session, &quotient)? {
        Some(Steps::Endless) => ENDLESS,
        // The quotient counts the steps after the first value; a negative one means no value.
        Some(Steps::Count(steps)) => match sign_of(session, &quotient)? {
            Some(-1) => 0,
            _ => steps.saturating_add(1),
        },
        None => return Ok(Reading::Symbolic(Expr::list([variable].into_iter().chain(bounds)))),
    };
    let values = match (start.kind(), step.kind()) {
        (Kind::Integer(start), Kind::Integer(step)) => Values::Integers { start, step, count },
        (Kind::Real(start), Kind::Real(step)) => Values::Reals { start, step, count },
        (Kind::Real(start), Kind::Integer(step)) => Values::Reals { start, step: step as f64, count },
        (Kind::Integer(start), Kind::Real(step)) => Values::Reals { start: start as f64, step, count },
        _ => Values::Expressions { start, step, count },
    };
    Ok(done(Some(variable), values))
}

enum Steps {
    Endless,
    Count(u64),
}

/// The largest whole number that does not exceed a bound; 0 below that. `None` for what is no real
/// number. Machine reals a rounding error below a whole number count as that number.
fn steps_up_to(session: &mut Session, bound: &Expr) -> Result<Option<Steps>, Flow> {
    if let Some(infinite) = bound.args_of(Sym::DirectedInfinity) {
        return Ok(match infinite.first().and_then(Expr::as_i64) {
            Some(1) => Some(Steps::Endless),
            Some(-1) => Some(Steps::Count(0)),
            _ => None,
        });
    }
    if let Some(exact) = bound.as_number().filter(|n| n.is_exact() && n.is_real()) {
        let parts = exact.numerator().zip(exact.denominator());
        let floor = parts.and_then(|(n, d)| n.div_rem_floor(&d)).and_then(|(floor, _)| floor.as_i64());
        let beyond = if exact.is_negative() { 0 } else { u64::MAX };
        return Ok(Some(Steps::Count(floor.map_or(beyond, |n| u64::try_from(n).unwrap_or(0)))));
    }
    let Some(value) = machine_value(session, bound)? else { return Ok(None) };
    let tolerance = 8.0 * f64::EPSILON * value.abs();
    Ok(Some(Steps::Count((value + tolerance).floor().max(0.0) as u64)))
}

fn sign_of(session: &mut Session, e: &Expr) -> Result<Option<i8>, Flow> {
    if let Some(sign) = e.as_number().and_then(|n| n.sign()) {
        return Ok(Some(sign));
    }
    if let Some(infinite) = e.args_of(Sym::DirectedInfinity) {
        return Ok(infinite.first().and_then(Expr::as_i64).map(|direction| direction.signum() as i8));
    }
    Ok(machine_value(session, e)?.map(|value| if value < 0.0 { -1 } else { i8::from(value > 0.0) }))
}

fn machine_value(session: &mut Session, e: &Expr) -> Result<Option<f64>, Flow> {
    let number = match e.as_number() {
        Some(number) => number,
        None if e.is_symbol() || e.is_normal() => match session.evaluate_call(Sym::N, [e.clone()])?.as_number() {
            Some(number) => number,
            None => return Ok(None),
        },
        None => return Ok(None),
    };
    Ok(if number.is_real() { number.to_f64() } else { None })
}
