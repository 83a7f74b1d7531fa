//! Numbers into compiled code, and results out of it.

use netform_array::{Array, ElementType};
use netform_eval::{Flow, Session};
use netform_expr::{Expr, Sym};

use super::signature::Argument;

/// What an argument of a call is for compiled code.
pub(super) enum Given {
    /// Numbers of the declared type, in an array of these dimensions.
    Numbers(Vec<usize>, Vec<f64>),
    /// Something with symbols in it.
    Symbolic,
    /// Numbers, but not of the declared type and rank.
    Misfit,
}

/// Reads an argument of a call that should have `rank` levels.
pub(super) fn read(session: &mut Session, argument: &Argument, rank: usize, value: &Expr) -> Result<Given, Flow> {
    if let Some(array) = value.as_array() {
        let fits = array.rank() == rank;
        return Ok(match (argument.element, array.as_f64(), array.as_i64()) {
            (ElementType::F64, Some(reals), _) if fits => Given::Numbers(array.shape().to_vec(), reals.to_vec()),
            (ElementType::F64 | ElementType::I64, _, Some(integers)) if fits => {
                Given::Numbers(array.shape().to_vec(), integers.iter().map(|&i| i as f64).collect())
            }
            _ => Given::Misfit,
        });
    }
    let mut shape = Vec::with_capacity(rank);
    let mut part = value.clone();
    while part.is_list() && shape.len() < rank {
        shape.push(part.len());
        let Some(first) = part.args().first().cloned() else { break };
        part = first;
    }
    let mut elements = Vec::new();
    let misfit = push(session, argument.element, &shape, rank, value, &mut elements)?;
    Ok(misfit.unwrap_or(Given::Numbers(shape, elements)))
}

/// Adds the elements of a nested list of the given dimensions, or tells why it is none.
fn push(
    session: &mut Session,
    element: ElementType,
    shape: &[usize],
    rank: usize,
    value: &Expr,
    elements: &mut Vec<f64>,
) -> Result<Option<Given>, Flow> {
    if rank == 0 {
        return Ok(match number(session, element, value)? {
            Ok(number) => {
                elements.push(number);
                None
            }
            Err(given) => Some(given),
        });
    }
    if !value.is_list() {
        let is_number = value.is_number() || value.is(Sym::True) || value.is(Sym::False);
        return Ok(Some(if is_number { Given::Misfit } else { Given::Symbolic }));
    }
    let Some((&length, inner)) = shape.split_first() else { return Ok(Some(Given::Misfit)) };
    if value.len() != length {
        return Ok(Some(Given::Misfit));
    }
    for part in value.args().iter() {
        if let Some(misfit) = push(session, element, inner, rank - 1, part, elements)? {
            return Ok(Some(misfit));
        }
    }
    Ok(None)
}

/// The machine number that a scalar is.
fn number(session: &mut Session, element: ElementType, value: &Expr) -> Result<Result<f64, Given>, Flow> {
    let truth = [(Sym::True, 1.0), (Sym::False, 0.0)].into_iter().find(|(symbol, _)| value.is(*symbol));
    if let Some((_, truth)) = truth {
        return Ok(if element == ElementType::Bool { Ok(truth) } else { Err(Given::Misfit) });
    }
    if value.is_list() {
        return Ok(Err(Given::Misfit));
    }
    let given = match value.as_number() {
        Some(given) => Some(given),
        None if session.evaluate_call(Sym::NumericQ, [value.clone()])?.is(Sym::True) => {
            session.evaluate_call(Sym::N, [value.clone()])?.as_number()
        }
        None => return Ok(Err(Given::Symbolic)),
    };
    let number = match element {
        ElementType::F64 => given.filter(|given| given.is_real()).and_then(|given| given.to_f64()),
        // Machine numbers hold integers up to 2^53 exactly.
        ElementType::I64 => value.as_i64().filter(|i| i.unsigned_abs() <= EXACT).map(|i| i as f64),
        _ => None,
    };
    Ok(number.filter(|number| number.is_finite()).ok_or(Given::Misfit))
}

/// Integers up to this one are machine numbers of the same value.
pub(super) const EXACT: u64 = 1 << 53;

/// How results stand in the value of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Template {
    /// The next result, of a type.
    Element(ElementType),
    /// A list.
    List(Vec<Template>),
}

impl Template {
    /// The same with real numbers in the place of integers, if there are both and no truth values: a list of numbers is one
    /// of numbers of one type.
    pub(super) fn in_one_type(self) -> Template {
        if self.has(ElementType::F64) && self.has(ElementType::I64) && !self.has(ElementType::Bool) {
            self.real()
        } else {
            self
        }
    }

    fn has(&self, element: ElementType) -> bool {
        match self {
            Template::Element(own) => *own == element,
            Template::List(parts) => parts.iter().any(|part| part.has(element)),
        }
    }

    fn real(self) -> Template {
        match self {
            Template::Element(_) => Template::Element(ElementType::F64),
            Template::List(parts) => Template::List(parts.into_iter().map(Template::real).collect()),
        }
    }

    /// The value that the results are, or `None` where one of them is no plain machine number: then the general path has
    /// to be taken.
    pub(super) fn fill(&self, results: &mut impl Iterator<Item = f64>) -> Option<Expr> {
        match self {
            Template::Element(element) => scalar(*element, results.next()?),
            Template::List(parts) => {
                let parts: Option<Vec<Expr>> = parts.iter().map(|part| part.fill(results)).collect();
                parts.map(Expr::list)
            }
        }
    }
}

fn scalar(element: ElementType, value: f64) -> Option<Expr> {
    match element {
        ElementType::Bool => Some(Expr::boolean(value != 0.0)),
        ElementType::I64 => (value.abs() <= EXACT as f64).then(|| Expr::integer(value as i64)),
        _ => value.is_finite().then(|| Expr::real(value)),
    }
}

/// The value that an array of results is; see [`Template::fill`].
pub(super) fn array(shape: &[usize], element: ElementType, results: Vec<f64>) -> Option<Expr> {
    if shape.is_empty() {
        return scalar(element, *results.first()?);
    }
    match element {
        ElementType::F64 if results.iter().all(|x| x.is_finite()) => {
            Array::from_f64(shape, results).ok().map(Expr::array)
        }
        ElementType::I64 if results.iter().all(|x| x.abs() <= EXACT as f64) => {
            Array::from_i64(shape, results.into_iter().map(|x| x as i64).collect()).ok().map(Expr::array)
        }
        ElementType::Bool => {
            Array::from_bool(shape, results.into_iter().map(|x| x != 0.0).collect()).ok().map(Expr::array)
        }
        _ => None,
    }
}
