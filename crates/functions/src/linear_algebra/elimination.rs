//! Gaussian elimination over any kind of elements: machine reals with pivoting by size, exact and
//! symbolic elements with pivots that are known not to vanish.

use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number, Sym};

use super::explicit::Elements;
use crate::arithmetic::{power, product, sum};

/// Arithmetic on elements. `None` where a number operation leaves the numbers.
pub(super) trait Field {
    type Element: Clone;
    fn zero(&self) -> Self::Element;
    fn one(&self) -> Self::Element;
    /// How good a pivot is: 0 for one that vanishes.
    fn pivot_quality(&mut self, x: &Self::Element) -> Result<f64, Flow>;
    /// `a - b c`.
    fn minus_product(&mut self, a: &Self::Element, b: &Self::Element, c: &Self::Element)
    -> Result<Self::Element, Flow>;
    fn quotient(&mut self, a: &Self::Element, b: &Self::Element) -> Result<Self::Element, Flow>;
    fn negative(&mut self, a: &Self::Element) -> Result<Self::Element, Flow>;
    fn times(&mut self, a: &Self::Element, b: &Self::Element) -> Result<Self::Element, Flow>;
}

/// Machine reals.
#[derive(Default)]
pub(super) struct Reals {
    /// What is not larger than this counts as zero in the search for a pivot.
    pub(super) negligible: f64,
}

impl Field for Reals {
    type Element = f64;
    fn zero(&self) -> f64 {
        0.0
    }
    fn one(&self) -> f64 {
        1.0
    }
    fn pivot_quality(&mut self, x: &f64) -> Result<f64, Flow> {
        Ok(if x.abs() <= self.negligible { 0.0 } else { x.abs() })
    }
    fn minus_product(&mut self, a: &f64, b: &f64, c: &f64) -> Result<f64, Flow> {
        Ok(a - b * c)
    }
    fn quotient(&mut self, a: &f64, b: &f64) -> Result<f64, Flow> {
        Ok(a / b)
    }
    fn negative(&mut self, a: &f64) -> Result<f64, Flow> {
        Ok(-a)
    }
    fn times(&mut self, a: &f64, b: &f64) -> Result<f64, Flow> {
        Ok(a * b)
    }
}

/// Expressions: exact numbers by their own arithmetic, anything else by evaluation.
pub(super) struct Expressions<'a>(pub(super) &'a mut Session);

impl Expressions<'_> {
    fn by_numbers(a: &Expr, b: &Expr, operation: fn(&Number, &Number) -> Option<Number>) -> Option<Expr> {
        let (a, b) = (a.as_number()?, b.as_number()?);
        operation(&a, &b).map(Expr::number)
    }

    /// Rational functions are brought together, so that what vanishes is seen to vanish.
    fn simplified(&mut self, e: Expr) -> Result<Expr, Flow> {
        if e.is_number() || e.is_symbol() { Ok(e) } else { self.0.evaluate_call(Sym::Together, [e]) }
    }
}

impl Field for Expressions<'_> {
    type Element = Expr;
    fn zero(&self) -> Expr {
        Expr::integer(0)
    }
    fn one(&self) -> Expr {
        Expr::integer(1)
    }
    fn pivot_quality(&mut self, x: &Expr) -> Result<f64, Flow> {
        self.0.tick()?;
        if let Some(number) = x.as_number() {
            let (re, im) = number.to_f64_parts();
            let size = re.hypot(im);
            return Ok(if number.is_zero() {
                0.0
            } else if number.is_exact() {
                2.0
            } else {
                size.max(f64::MIN_POSITIVE)
            });
        }
        let expanded = self.0.evaluate_call(Sym::Expand, [x.clone()])?;
        Ok(if expanded.as_number().is_some_and(|n| n.is_zero()) { 0.0 } else { 1.0 })
    }
    fn minus_product(&mut self, a: &Expr, b: &Expr, c: &Expr) -> Result<Expr, Flow> {
        if let Some(exact) = Expressions::by_numbers(b, c, |b, c| b.mul(c).ok())
            .and_then(|bc| Expressions::by_numbers(a, &bc, |a, bc| Some(a.sub(bc))))
        {
            return Ok(exact);
        }
        let term = product(self.0, [Expr::integer(-1), b.clone(), c.clone()])?;
        let difference = sum(self.0, [a.clone(), term])?;
        self.simplified(difference)
    }
    fn quotient(&mut self, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
        if let Some(exact) = Expressions::by_numbers(a, b, |a, b| a.div(b).ok()) {
            return Ok(exact);
        }
        let inverse = power(self.0, b.clone(), Expr::integer(-1))?;
        let quotient = product(self.0, [a.clone(), inverse])?;
        self.simplified(quotient)
    }
    fn negative(&mut self, a: &Expr) -> Result<Expr, Flow> {
        product(self.0, [Expr::integer(-1), a.clone()])
    }
    fn times(&mut self, a: &Expr, b: &Expr) -> Result<Expr, Flow> {
        let result = product(self.0, [a.clone(), b.clone()])?;
        self.simplified(result)
    }
}

/// A matrix brought to reduced row echelon form.
pub(super) struct Reduced<E> {
    /// The rows.
    pub(super) rows: Vec<Vec<E>>,
    /// The column of the pivot of each of the first rows.
    pub(super) pivots: Vec<usize>,
    /// The product of the pivots with the sign of the exchanges of rows.
    pub(super) determinant: E,
}

/// Brings the first `columns` columns of a matrix to reduced row echelon form.
///
/// # Errors
/// Interrupts, and whatever leaves an evaluation.
pub(super) fn reduce<F: Field>(
    field: &mut F,
    mut rows: Vec<Vec<F::Element>>,
    columns: usize,
) -> Result<Reduced<F::Element>, Flow> {
    let mut pivots = Vec::new();
    let mut determinant = field.one();
    for column in 0..columns {
        let top = pivots.len();
        if top == rows.len() {
            break;
        }
        let mut best = (0.0, top);
        for (i, row) in rows.iter().enumerate().skip(top) {
            let quality = field.pivot_quality(&row[column])?;
            if quality > best.0 {
                best = (quality, i);
            }
        }
        if best.0 == 0.0 {
            determinant = field.zero();
            continue;
        }
        if best.1 != top {
            rows.swap(top, best.1);
            determinant = field.negative(&determinant)?;
        }
        let pivot = rows[top][column].clone();
        determinant = field.times(&determinant, &pivot)?;
        for k in column..rows[top].len() {
            rows[top][k] = field.quotient(&rows[top][k].clone(), &pivot)?;
        }
        let pivot_row = rows[top].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            if i == top {
                continue;
            }
            let factor = row[column].clone();
            if field.pivot_quality(&factor)? == 0.0 {
                row[column] = field.zero();
                continue;
            }
            for k in column..row.len() {
                row[k] = field.minus_product(&row[k].clone(), &factor, &pivot_row[k])?;
            }
            row[column] = field.zero();
        }
        pivots.push(column);
    }
    Ok(Reduced { rows, pivots, determinant })
}

/// Row-major elements as rows.
pub(super) fn rows_of<T: Clone>(elements: &[T], columns: usize) -> Vec<Vec<T>> {
    elements.chunks(columns.max(1)).map(<[T]>::to_vec).collect()
}

/// Elements for elimination: machine reals, or expressions.
pub(super) fn expressions(elements: &Elements) -> Result<Vec<f64>, Vec<Expr>> {
    match elements {
        Elements::Reals(values) => Ok(values.clone()),
        other => Err(other.clone().into_expressions()),
    }
}
