//! The rule of all functions in the table: exact values, parity, numbers, inverse functions.

use netform_eval::{Eval, Flow, Session};
use netform_expr::number::Exception;
use netform_expr::{Expr, NodeMap, Number, Sym};

use super::circular;
use super::table::{Parity, ROWS, Row};
use crate::arithmetic::{exception_value, product};

/// Exact values by call, for the functions that have been asked for.
#[derive(Default)]
struct ExactValues {
    values: NodeMap<Expr>,
    ready: Vec<Sym>,
}

pub(super) fn evaluate(session: &mut Session, call: &Expr) -> Eval {
    let Some(row) = call.head_sym().and_then(|sym| ROWS.iter().find(|row| row.sym == sym)) else { return Ok(None) };
    if let [from, to] = call.args().as_ref() {
        // The integral between two points.
        let values = [from, to].map(|x| Expr::normal(call.head().clone(), [x.clone()]));
        return session.evaluate_call(Sym::Subtract, [values[1].clone(), values[0].clone()]).map(Some);
    }
    let x = call.arg(0);
    if let Some(number) = x.as_number()
        && !number.is_exact()
    {
        return Ok(value_of(session, call, row.code.apply(&[number])));
    }
    if let Some(value) = exact_value(session, row, call)? {
        return Ok(Some(value));
    }
    if let Some(multiple) = multiple_of_pi(&x)
        && let Some(value) = circular::at_multiple_of_pi(session, row.sym, &multiple)?
    {
        return Ok(Some(value));
    }
    if x.is(Sym::Indeterminate) {
        return Ok(Some(x));
    }
    if let Some(value) = circular::shifted(session, row.sym, &x)? {
        return Ok(Some(value));
    }
    if let Some(value) = circular::of_imaginary(session, row.sym, &x)? {
        return Ok(Some(value));
    }
    if row.parity != Parity::None
        && let Some(positive) = opposite(session, &x)?
    {
        let value = session.evaluate(&Expr::normal(call.head().clone(), [positive]))?;
        return match row.parity {
            Parity::Odd => product(session, [Expr::integer(-1), value]).map(Some),
            Parity::Even | Parity::None => Ok(Some(value)),
        };
    }
    if let Some(inner) = row.inverse_of
        && x.has_head(inner)
        && x.len() == 1
    {
        return Ok(Some(x.arg(0)));
    }
    Ok(None)
}

/// The value of a computation, or what stands for its exception; `None` where the call stays.
pub(super) fn value_of(session: &mut Session, call: &Expr, result: Result<Number, Exception>) -> Option<Expr> {
    match result {
        Ok(value) => Some(Expr::number(value)),
        Err(Exception::Symbolic) => None,
        Err(exception) => Some(exception_value(session, exception, std::slice::from_ref(call))),
    }
}

fn exact_value(session: &mut Session, row: &Row, call: &Expr) -> Eval {
    if !session.extension::<ExactValues>().ready.contains(&row.sym) {
        session.extension::<ExactValues>().ready.push(row.sym);
        for (argument, value) in row.exact {
            let [argument, value] = [argument, value].map(|text| session.parse_static(text));
            // However deep the expression is whose evaluation asks first, this is not part of it.
            let argument = session.evaluate_apart(&argument)?;
            let value = session.evaluate_apart(&value)?;
            let call = Expr::normal(call.head().clone(), [argument]);
            session.extension::<ExactValues>().values.insert(call, value);
        }
    }
    Ok(session.extension::<ExactValues>().values.get(call).cloned())
}

/// `q` of `q Pi` with a rational number q; `Degree` is `Pi/180`.
pub(super) fn multiple_of_pi(x: &Expr) -> Option<Number> {
    if x.is(Sym::Pi) {
        return Some(Number::ONE);
    }
    if x.is_integer(0) {
        return Some(Number::ZERO);
    }
    let in_degrees = |q: &Number| q.div(&Number::from(180)).ok();
    if x.is(Sym::Degree) {
        return in_degrees(&Number::ONE);
    }
    let args = x.args_of(Sym::Times)?;
    let exact = |q: &Expr| q.as_number().filter(|q| q.is_exact() && q.is_real());
    match args.as_ref() {
        [q, pi] if pi.is(Sym::Pi) => exact(q),
        [q, degree] if degree.is(Sym::Degree) => exact(q).and_then(|q| in_degrees(&q)),
        _ => None,
    }
}

/// `-x` for an `x` that is written with a minus sign: a negative number, a product with one, or a
/// sum that begins with one.
fn opposite(session: &mut Session, x: &Expr) -> Result<Option<Expr>, Flow> {
    if x.has_head(Sym::DirectedInfinity) && x.len() == 1 && x.arg(0).is_integer(-1) {
        return Ok(Some(Expr::call(Sym::DirectedInfinity, [Expr::integer(1)])));
    }
    let number = match x.args_of(Sym::Times) {
        Some(args) => args[0].as_number(),
        None => x.as_number(),
    };
    if let Some(terms) = x.args_of(Sym::Plus) {
        // Sums with rounded coefficients stay as they were written.
        let leading = terms[0].args_of(Sym::Times).map_or_else(|| terms[0].as_number(), |args| args[0].as_number());
        if !leading.is_some_and(|n| n.is_negative() && n.is_exact()) {
            return Ok(None);
        }
    } else if !number.is_some_and(|n| n.is_negative()) {
        return Ok(None);
    }
    product(session, [Expr::integer(-1), x.clone()]).map(Some)
}
