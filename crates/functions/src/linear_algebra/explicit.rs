//! Explicit rectangular arrays, taken out of nested lists for arithmetic on their elements.

use netform_array::Array;
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Number};

use crate::arithmetic::{product, sum};
use crate::lists::dimension::list_dimensions;

/// The elements of a rectangular list in row-major order, with its dimensions.
#[derive(Debug, Clone)]
pub(super) struct Explicit {
    pub(super) dimensions: Vec<usize>,
    pub(super) elements: Elements,
}

/// Elements, by what can be computed with them.
#[derive(Debug, Clone)]
pub(super) enum Elements {
    /// Machine numbers, reals among them.
    Reals(Vec<f64>),
    /// Any numbers.
    Numbers(Vec<Number>),
    /// Anything scalar.
    Expressions(Vec<Expr>),
}

impl Explicit {
    /// Reads a list. `None` if it is no list, ragged, or has symbolic arrays among its elements.
    pub(super) fn of(session: &mut Session, e: &Expr) -> Result<Option<Explicit>, Flow> {
        if !e.is_list() {
            return Ok(None);
        }
        if let Some(array) = e.to_array() {
            return Ok(Some(Explicit::of_array(&array)));
        }
        let dimensions = list_dimensions(e, usize::MAX);
        let mut elements = vec![e.clone()];
        for _ in &dimensions {
            elements = elements.iter().flat_map(|part| part.args().into_owned()).collect();
        }
        for element in &elements {
            if element.is_list() || session.is_symbolic_array(element)? {
                return Ok(None);
            }
        }
        Ok(Some(Explicit { dimensions, elements: Elements::new(elements) }))
    }

    fn of_array(array: &Array) -> Explicit {
        let dimensions = array.shape().to_vec();
        let elements = match (array.as_f64(), array.as_i64()) {
            (Some(values), _) => Elements::Reals(values.to_vec()),
            (_, Some(values)) => Elements::Numbers(values.iter().map(|&value| Number::from(value)).collect()),
            _ => Elements::Expressions(Vec::new()),
        };
        Explicit { dimensions, elements }
    }

    /// The dimensions of a matrix.
    pub(super) fn matrix(&self) -> Option<(usize, usize)> {
        match self.dimensions.as_slice() {
            [rows, columns] => Some((*rows, *columns)),
            _ => None,
        }
    }

    /// The size of a square matrix that is not empty.
    pub(super) fn square(&self) -> Option<usize> {
        self.matrix().filter(|(rows, columns)| rows == columns && *rows > 0).map(|(rows, _)| rows)
    }

    /// The nested list; a scalar where there are no dimensions.
    pub(super) fn into_expr(self) -> Expr {
        let Explicit { dimensions, elements } = self;
        if let Elements::Reals(values) = &elements
            && values.iter().all(|value| value.is_finite())
            && !dimensions.contains(&0)
            && let Ok(array) = Array::from_f64(&dimensions, values.clone())
        {
            return Expr::array(array);
        }
        let elements = elements.into_expressions();
        nested(&elements, &dimensions)
    }
}

fn nested(elements: &[Expr], dimensions: &[usize]) -> Expr {
    let Some((&length, rest)) = dimensions.split_first() else {
        return elements.first().cloned().unwrap_or_else(|| Expr::integer(0));
    };
    let size: usize = rest.iter().product();
    let part = |i: usize| nested(&elements[i * size..(i + 1) * size], rest);
    Expr::list((0..length).map(part).collect::<Vec<_>>())
}

impl Elements {
    fn new(elements: Vec<Expr>) -> Elements {
        let numbers: Option<Vec<Number>> = elements.iter().map(Expr::as_number).collect();
        let Some(numbers) = numbers else { return Elements::Expressions(elements) };
        Elements::of_numbers(numbers)
    }

    /// Machine reals where reals are among machine numbers.
    fn of_numbers(numbers: Vec<Number>) -> Elements {
        let is_real = |n: &Number| matches!(n, Number::Real(_));
        let is_machine = |n: &Number| is_real(n) || n.is_exact() && n.is_real();
        if numbers.iter().any(is_real) && numbers.iter().all(is_machine) {
            let reals: Option<Vec<f64>> = numbers.iter().map(Number::to_f64).collect();
            if let Some(reals) = reals {
                return Elements::Reals(reals);
            }
        }
        Elements::Numbers(numbers)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Elements::Reals(values) => values.len(),
            Elements::Numbers(numbers) => numbers.len(),
            Elements::Expressions(elements) => elements.len(),
        }
    }

    pub(super) fn into_expressions(self) -> Vec<Expr> {
        match self {
            Elements::Reals(values) => values.into_iter().map(Expr::real).collect(),
            Elements::Numbers(numbers) => numbers.into_iter().map(Expr::number).collect(),
            Elements::Expressions(elements) => elements,
        }
    }

    /// The elements as machine reals, if they are, or are numbers that stand beside such.
    fn as_reals(&self) -> Option<Vec<f64>> {
        match self {
            Elements::Reals(values) => Some(values.clone()),
            Elements::Numbers(numbers) if numbers.iter().all(|n| n.is_exact() && n.is_real()) => {
                numbers.iter().map(Number::to_f64).collect()
            }
            _ => None,
        }
    }

    fn as_numbers(&self) -> Option<Vec<Number>> {
        match self {
            Elements::Reals(values) => Some(values.iter().map(|&value| Number::Real(value)).collect()),
            Elements::Numbers(numbers) => Some(numbers.clone()),
            Elements::Expressions(_) => None,
        }
    }
}

/// The sums of products of an m by k and a k by n array in row-major order.
pub(super) fn multiply(
    session: &mut Session,
    left: &Elements,
    right: &Elements,
    (m, k, n): (usize, usize, usize),
) -> Result<Elements, Flow> {
    let some_real = matches!(left, Elements::Reals(_)) || matches!(right, Elements::Reals(_));
    if some_real && let (Some(a), Some(b)) = (left.as_reals(), right.as_reals()) {
        let products = multiply_reals(&a, &b, (m, k, n));
        if products.iter().all(|value| value.is_finite()) {
            return Ok(Elements::Reals(products));
        }
    }
    if let (Some(a), Some(b)) = (left.as_numbers(), right.as_numbers())
        && let Some(products) = multiply_numbers(session, &a, &b, (m, k, n))?
    {
        return Ok(Elements::of_numbers(products));
    }
    let (a, b) = (left.clone().into_expressions(), right.clone().into_expressions());
    let mut products = Vec::with_capacity(m * n);
    for i in 0..m {
        for j in 0..n {
            session.tick()?;
            let mut terms = Vec::with_capacity(k);
            for l in 0..k {
                terms.push(product(session, [a[i * k + l].clone(), b[l * n + j].clone()])?);
            }
            products.push(sum(session, terms)?);
        }
    }
    Ok(Elements::Expressions(products))
}

/// Each sum is taken in the order of its terms, as the sum of the expressions would be.
fn multiply_reals(a: &[f64], b: &[f64], (m, k, n): (usize, usize, usize)) -> Vec<f64> {
    let mut products = vec![0.0; m * n];
    for (row, sums) in a.chunks_exact(k.max(1)).zip(products.chunks_exact_mut(n.max(1))).take(m) {
        for (x, others) in row.iter().zip(b.chunks_exact(n.max(1))) {
            for (sum, y) in sums.iter_mut().zip(others) {
                *sum += x * y;
            }
        }
    }
    products
}

fn multiply_numbers(
    session: &mut Session,
    a: &[Number],
    b: &[Number],
    (m, k, n): (usize, usize, usize),
) -> Result<Option<Vec<Number>>, Flow> {
    let mut products = Vec::with_capacity(m * n);
    for i in 0..m {
        for j in 0..n {
            session.tick()?;
            let mut total = Number::ZERO;
            for l in 0..k {
                let Ok(term) = a[i * k + l].mul(&b[l * n + j]) else { return Ok(None) };
                total = total.add(&term);
            }
            products.push(total);
        }
    }
    Ok(Some(products))
}
