//! Differentials of functions of vectors and matrices, from those of their arguments.
//!
//! Petersen and Pedersen, The Matrix Cookbook, 2012.

use netform_eval::{Eval, Flow, Session};
use netform_expr::{Expr, Sym};

use crate::arithmetic::{power, product, sum};
use crate::arrays::contraction::{product_to, total};
use crate::arrays::differentials::{full, is_still};
use crate::arrays::dimension;

/// The sum over all elements of the product of two arrays of the same dimensions.
fn inner(session: &mut Session, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
    product_to(session, a, b, 0)
}

fn minus(session: &mut Session, e: Expr) -> Result<Expr, Flow> {
    product(session, [Expr::integer(-1), e])
}

/// A norm of n: n^(1 - p) times the sum of da times the derivative of Abs[a]^p/p.
pub(super) fn of_norm(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let a = call.arg(0);
    let rank = dimension::of(session, &a)?.len();
    let p = match call.args().get(1) {
        None => Expr::integer(2),
        Some(p) if p.as_str() == Some("Frobenius") => Expr::integer(2),
        Some(p) => p.clone(),
    };
    let by_elements = rank == 1 || rank == 2 && call.args().get(1).is_some_and(|p| p.as_str() == Some("Frobenius"));
    let positive = p.as_number().and_then(|p| p.to_f64()).is_some_and(|p| p >= 1.0);
    if !by_elements || !positive || differentials.get(1).is_some_and(|d| !is_still(d)) {
        return Ok(None);
    }
    let lower = sum(session, [p.clone(), Expr::integer(-1)])?;
    let slope = if p.as_i64().is_some_and(|p| p % 2 == 0) {
        power(session, a, lower.clone())?
    } else {
        let size = session.evaluate_call(Sym::Abs, [a.clone()])?;
        let size = power(session, size, lower.clone())?;
        let sign = session.evaluate_call(Sym::Sign, [a])?;
        product(session, [sign, size])?
    };
    let change = inner(session, &slope, &differentials[0])?;
    let exponent = minus(session, lower)?;
    let scale = power(session, call.clone(), exponent)?;
    product(session, [scale, change]).map(Some)
}

/// v/n with the norm n: dv/n - v (v . dv)/n^3.
pub(super) fn of_normalize(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let v = call.arg(0);
    if call.len() > 1 || dimension::of(session, &v)?.len() != 1 {
        return Ok(None);
    }
    let norm = session.evaluate_call(Sym::Norm, [v.clone()])?;
    let inverse = power(session, norm.clone(), Expr::integer(-1))?;
    let cube = power(session, norm, Expr::integer(-3))?;
    let along = inner(session, &v, &differentials[0])?;
    let straight = product(session, [inverse, differentials[0].clone()])?;
    let turned = product(session, [Expr::integer(-1), cube, along, v])?;
    sum(session, [straight, turned]).map(Some)
}

/// Jacobi's formula: Det[m] Tr[Inverse[m] . dm].
pub(super) fn of_det(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let inverse = session.evaluate_call(Sym::Inverse, [call.arg(0)])?;
    let relative = session.evaluate_call(Sym::Dot, [inverse, differentials[0].clone()])?;
    let trace = session.evaluate_call(Sym::Tr, [relative])?;
    product(session, [call.clone(), trace]).map(Some)
}

/// -Inverse[m] . dm . Inverse[m].
pub(super) fn of_inverse(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let change = session.evaluate_call(Sym::Dot, [call.clone(), differentials[0].clone(), call.clone()])?;
    minus(session, change).map(Some)
}

/// The solution x of m . x == b: LinearSolve[m, db - dm . x].
pub(super) fn of_linear_solve(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let mut change = full(session, &call.arg(1), &differentials[1])?;
    if !is_still(&differentials[0]) {
        let moved = session.evaluate_call(Sym::Dot, [differentials[0].clone(), call.clone()])?;
        let moved = minus(session, moved)?;
        change = sum(session, [change, moved])?;
    }
    session.evaluate_call(Sym::LinearSolve, [call.arg(0), change]).map(Some)
}

/// The largest exponent whose products are written out.
const GREATEST_EXPONENT: usize = 64;

/// The sum of the products in which one factor is replaced by its differential.
pub(super) fn of_matrix_power(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let args = call.args();
    let Some(n) = args[1].as_usize().filter(|n| (1..=GREATEST_EXPONENT).contains(n) && args.len() == 2) else {
        return Ok(None);
    };
    let mut terms = Vec::with_capacity(n);
    for before in 0..n {
        let mut factors = Vec::with_capacity(3);
        for (exponent, is_left) in [(before, true), (n - 1 - before, false)] {
            if !is_left {
                factors.push(differentials[0].clone());
            }
            match exponent {
                0 => {}
                1 => factors.push(args[0].clone()),
                _ => factors.push(Expr::call(Sym::MatrixPower, [args[0].clone(), dimension::integer(exponent)])),
            }
        }
        terms.push(session.evaluate_call(Sym::Dot, factors)?);
    }
    sum(session, terms).map(Some)
}

/// The sum of squared distances from the mean m, over their number less 1: 2 Total[(a - m) da]/(n - 1).
pub(crate) fn of_variance(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let a = call.arg(0);
    let dimensions = dimension::of(session, &a)?;
    let Some(length) = dimensions.first() else { return Ok(None) };
    let mean = session.evaluate_call(Sym::Mean, [a.clone()])?;
    let mean = minus(session, mean)?;
    let centred = match dimensions.len() {
        1 => sum(session, [a, mean])?,
        rank => {
            let places = Expr::list([Sym::All.into(), Expr::list((2..=rank).map(dimension::integer))]);
            session.evaluate_call(Sym::ArrayThread, [Sym::Plus.into(), Expr::list([a, mean]), places])?
        }
    };
    let freedom = sum(session, [length.clone(), Expr::integer(-1)])?;
    let share = power(session, freedom, Expr::integer(-1))?;
    let change = product(session, [centred, differentials[0].clone()])?;
    let change = total(session, change, &[0])?;
    product(session, [Expr::integer(2), share, change]).map(Some)
}

/// The square root of the variance.
pub(crate) fn of_standard_deviation(session: &mut Session, call: &Expr, differentials: &[Expr]) -> Eval {
    let variance = Expr::call(Sym::Variance, [call.arg(0)]);
    let Some(change) = of_variance(session, &variance, differentials)? else { return Ok(None) };
    let inverse = power(session, call.clone(), Expr::integer(-1))?;
    let half = power(session, Expr::integer(2), Expr::integer(-1))?;
    product(session, [half, inverse, change]).map(Some)
}
