//! An argument as the array functions see it: explicit levels above, elements of one shape below.

use std::borrow::Cow;

use netform_array::{Array, ArrayError, Layout, View, item_count};
use netform_eval::{Flow, Session, Shape};
use netform_expr::Expr;

use super::dimension::{Dims, integer};
use crate::lists::range::GREATEST_LENGTH;

/// A rectangular nesting of lists, taken apart.
///
/// A list of lists of numbers or scalar expressions has all its levels in `levels`; an array symbol
/// has none there and all in `below`; a list of vector symbols, some of them perhaps explicit, has one there and one below.
pub(crate) struct Grid {
    /// The lengths of the explicit levels, outermost first.
    pub(crate) levels: Vec<usize>,
    /// What stands in the innermost lists, in row-major order.
    pub(crate) elements: Elements,
    /// The dimensions that each element has.
    pub(crate) below: Dims,
}

/// The elements of a grid.
pub(crate) enum Elements {
    /// Machine numbers of one type.
    Machine(Array),
    /// Anything.
    Expressions(Vec<Expr>),
}

impl Grid {
    /// Takes an argument apart; `None` if its lists are ragged or their elements differ in shape.
    pub(crate) fn of(session: &mut Session, e: &Expr) -> Result<Option<Grid>, Flow> {
        if !e.is_list() {
            let below = match session.shape_of(e)? {
                Shape::Known(dimensions) => dimensions,
                Shape::Unknown => Dims::new(),
            };
            return Ok(Some(Grid { levels: vec![], elements: Elements::Expressions(vec![e.clone()]), below }));
        }
        if let Some(array) = e.to_array() {
            let levels = array.shape().to_vec();
            return Ok(Some(Grid { levels, elements: Elements::Machine(array), below: Dims::new() }));
        }
        let mut levels = Vec::new();
        let mut elements = vec![e.clone()];
        // A list beside an array symbol is an array of the same kind: both stay whole.
        while !elements.is_empty() && elements.iter().all(Expr::is_list) {
            let length = elements[0].len();
            if elements.iter().any(|list| list.len() != length) {
                return Ok(None);
            }
            levels.push(length);
            elements = elements.iter().flat_map(|list| list.args().into_owned()).collect();
        }
        let Some(below) = common_shape(session, &elements)? else { return Ok(None) };
        Ok(Some(Grid { levels, elements: Elements::Expressions(elements), below }))
    }

    /// The number of levels.
    pub(crate) fn rank(&self) -> usize {
        self.levels.len() + self.below.len()
    }

    /// Whether all levels are explicit: the elements are scalars.
    pub(crate) fn is_explicit(&self) -> bool {
        self.below.is_empty()
    }

    /// The dimensions of all levels.
    pub(crate) fn dimensions(&self) -> Dims {
        self.levels.iter().map(|&n| integer(n)).chain(self.below.iter().cloned()).collect()
    }

    /// The elements in row-major order.
    pub(crate) fn expressions(&self) -> Cow<'_, [Expr]> {
        match &self.elements {
            Elements::Machine(array) => Cow::Owned(scalars(array)),
            Elements::Expressions(elements) => Cow::Borrowed(elements),
        }
    }

    /// The row-major layout of the explicit levels.
    pub(crate) fn layout(&self) -> Result<Layout, ArrayError> {
        Layout::row_major(&self.levels)
    }

    /// The elements read through a layout, as nested lists of the layout's shape.
    ///
    /// # Errors
    /// Where that would be more elements than a list may have, or where the layout reaches beyond
    /// the elements.
    pub(crate) fn through(&self, layout: Layout) -> Result<Expr, ArrayError> {
        let shape = layout.shape().to_vec();
        if item_count(&shape) as u64 > GREATEST_LENGTH {
            return Err(ArrayError::ShapeOverflow { shape: shape.into() });
        }
        Ok(match &self.elements {
            Elements::Expressions(elements) => nest(View::new(elements, layout)?.to_vec(), &shape),
            Elements::Machine(array) => Expr::array(match (array.as_f64(), array.as_i64()) {
                (Some(reals), _) => Array::from_f64(&shape, View::new(reals, layout)?.to_vec())?,
                (_, Some(integers)) => Array::from_i64(&shape, View::new(integers, layout)?.to_vec())?,
                _ => return Ok(nest(View::new(&scalars(array), layout)?.to_vec(), &shape)),
            }),
        })
    }
}

/// The shape that all elements have, scalars where nothing is known; `None` if they differ or one is ragged.
fn common_shape(session: &mut Session, elements: &[Expr]) -> Result<Option<Dims>, Flow> {
    let mut common: Option<Dims> = None;
    for element in elements {
        let shape = if element.is_list() || element.may_hold_array_symbol() {
            session.shape_of(element)?
        } else {
            Shape::scalar()
        };
        let dimensions = match shape {
            Shape::Known(dimensions) => dimensions,
            Shape::Unknown if element.is_list() => return Ok(None),
            Shape::Unknown => Dims::new(),
        };
        match &common {
            Some(known) if *known != dimensions => return Ok(None),
            Some(_) => {}
            None => common = Some(dimensions),
        }
    }
    Ok(Some(common.unwrap_or_default()))
}

fn scalars(array: &Array) -> Vec<Expr> {
    match (array.as_f64(), array.as_i64()) {
        (Some(reals), _) => reals.iter().map(|&value| Expr::real(value)).collect(),
        (_, Some(integers)) => integers.iter().map(|&value| Expr::integer(value)).collect(),
        _ => {
            let rows = array.reshape([array.len()]).into_iter().flat_map(|flat| flat.rows().collect::<Vec<_>>());
            rows.map(Expr::array).collect()
        }
    }
}

/// Nested lists of the given lengths from elements in row-major order. Without lengths there is
/// one element, which is the result.
pub(crate) fn nest(mut elements: Vec<Expr>, levels: &[usize]) -> Expr {
    for (depth, &length) in levels.iter().enumerate().rev() {
        let count = levels[..depth].iter().product();
        let mut rest = elements.into_iter();
        elements = (0..count).map(|_| Expr::list(rest.by_ref().take(length).collect::<Vec<_>>())).collect();
    }
    elements.into_iter().next().unwrap_or_else(|| Expr::list([]))
}
