//! Singular values of machine matrices, by one-sided Jacobi rotations (Hestenes, 1958): the columns
//! are rotated in pairs until all are orthogonal; their lengths are the singular values. Those of small exact matrices by
//! their closed form.

use netform_eval::{Eval, Session};
use netform_expr::{Expr, Number, Sym};

use super::explicit::Elements;
use super::products::p_norm;
use crate::arrays::defined::applied;

/// The larger eigenvalue of `{{a.a, a.b}, {a.b, b.b}}`, its root taken.
macro_rules! larger_eigenvalue {
    () => {
        "(#1.#1 + #2.#2 + Sqrt[(#1.#1 - #2.#2)^2 + 4 (#1.#2)^2])/2"
    };
}
const OF_TWO_VECTORS: &str = concat!("Sqrt[Expand[", larger_eigenvalue!(), "]] &");
const OF_TWO_REAL_VECTORS: &str = concat!("Sqrt[", larger_eigenvalue!(), "] &");

/// The largest singular value of a real matrix of two rows or columns that is no list.
pub(super) fn spectral_norm_of_pair(session: &mut Session, matrix: &Expr, dimensions: &[Expr]) -> Eval {
    let pair = match dimensions {
        [rows, _] if rows.is_integer(2) => matrix.clone(),
        [_, columns] if columns.is_integer(2) => session.evaluate_call(Sym::Transpose, [matrix.clone()])?,
        _ => return Ok(None),
    };
    let mut vectors = Vec::with_capacity(2);
    for row in 1..=2 {
        vectors.push(session.evaluate_call(Sym::Part, [pair.clone(), Expr::integer(row)])?);
    }
    applied(session, OF_TWO_REAL_VECTORS, vectors).map(Some)
}

/// The largest singular value: by rotations for machine numbers, exactly for real numbers in at most two rows or columns,
/// for anything in one.
pub(super) fn spectral_norm(session: &mut Session, elements: Elements, rows: usize, columns: usize) -> Eval {
    let elements = match elements {
        Elements::Reals(values) => return Ok(Some(Expr::real(greatest_singular_value(&values, rows, columns)))),
        elements => elements.into_expressions(),
    };
    let numbers: Option<Vec<Number>> = elements.iter().map(|e| e.as_number().filter(Number::is_real)).collect();
    if let Some(numbers) = &numbers
        && numbers.iter().any(Number::is_machine)
    {
        let values: Option<Vec<f64>> = numbers.iter().map(Number::to_f64).collect();
        return Ok(values.map(|values| Expr::real(greatest_singular_value(&values, rows, columns))));
    }
    let vectors: Vec<Vec<Expr>> = if rows <= columns {
        elements.chunks(columns).map(<[Expr]>::to_vec).collect()
    } else {
        (0..columns).map(|j| (0..rows).map(|i| elements[i * columns + j].clone()).collect()).collect()
    };
    match vectors.as_slice() {
        [vector] => p_norm(session, vector.clone(), &Expr::integer(2)).map(Some),
        [a, b] if numbers.is_some() => {
            let vectors = [a, b].map(|vector| Expr::list(vector.clone()));
            applied(session, OF_TWO_VECTORS, vectors).map(Some)
        }
        _ => Ok(None),
    }
}

/// The largest singular value of a matrix in row-major order.
fn greatest_singular_value(matrix: &[f64], rows: usize, columns: usize) -> f64 {
    const SWEEPS: usize = 60;
    let mut vectors: Vec<Vec<f64>> =
        (0..columns).map(|j| (0..rows).map(|i| matrix[i * columns + j]).collect()).collect();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..columns {
            for q in p + 1..columns {
                let (left, right) = vectors.split_at_mut(q);
                rotated |= make_orthogonal(&mut left[p], &mut right[0]);
            }
        }
        if !rotated {
            break;
        }
    }
    vectors.iter().map(|v| dot(v, v).sqrt()).fold(0.0, f64::max)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Rotates two vectors in their plane; whether they were not orthogonal before.
fn make_orthogonal(a: &mut [f64], b: &mut [f64]) -> bool {
    let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
    if ab.abs() <= f64::EPSILON * (aa * bb).sqrt() || ab == 0.0 {
        return false;
    }
    let ratio = (bb - aa) / (2.0 * ab);
    let tangent = ratio.signum() / (ratio.abs() + ratio.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = cosine * tangent;
    for (x, y) in a.iter_mut().zip(b) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
    true
}
