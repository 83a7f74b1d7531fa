//! Functions of arrays: their bodies, evaluated once on typed bound variables.

use netform_eval::{Flow, Session, Shape};
use netform_expr::Expr;

use crate::arrays::bound::{Parameter, apply, close, variable};

/// A function whose body has been evaluated on bound variables, and that is closed again over
/// positions, so that equal functions are the same node.
pub(super) struct Closed {
    /// The function.
    pub(super) function: Expr,
    variables: Vec<Expr>,
    body: Expr,
}

impl Closed {
    /// Whether the function gives its only argument.
    pub(super) fn is_identity(&self) -> bool {
        self.variables.as_slice() == std::slice::from_ref(&self.body)
    }
}

fn variables(session: &mut Session, shapes: &[Shape]) -> Vec<Expr> {
    shapes.iter().map(|shape| variable(session, shape.dimensions().unwrap_or(&[]))).collect()
}

/// Evaluates a function on variables of these shapes.
pub(super) fn closed(session: &mut Session, f: &Expr, shapes: &[Shape]) -> Result<Closed, Flow> {
    let variables = variables(session, shapes);
    let body = apply(session, f, variables.iter().cloned())?;
    let function = close(&body, &Parameter::each(&variables), variables.len());
    Ok(Closed { function, variables, body })
}

/// The shape of what a function gives for arguments of these shapes; unknown counts as scalar.
pub(super) fn result_shape(session: &mut Session, f: &Expr, shapes: &[Shape]) -> Result<Shape, Flow> {
    let variables = variables(session, shapes);
    let body = apply(session, f, variables)?;
    Ok(match session.shape_of(&body)? {
        Shape::Unknown => Shape::scalar(),
        known => known,
    })
}

/// The shape of a function mapped over corresponding elements at a level of arrays.
pub(super) fn mapped_shape(session: &mut Session, f: &Expr, arrays: &[Shape], level: usize) -> Result<Shape, Flow> {
    let mut elements = Vec::with_capacity(arrays.len());
    let mut outer: Option<Vec<Expr>> = None;
    for array in arrays {
        let Some(dimensions) = array.dimensions().filter(|dimensions| dimensions.len() >= level) else {
            return Ok(Shape::Unknown);
        };
        let known = dimensions[..level].iter().all(|dimension| dimension.as_usize().is_some());
        if outer.is_none() || known {
            outer = Some(dimensions[..level].to_vec());
        }
        elements.push(Shape::of(dimensions[level..].iter().cloned()));
    }
    let body = result_shape(session, f, &elements)?;
    Ok(crate::lists::dimension::nested(outer.unwrap_or_default(), &body))
}
