//! Derivatives.
//!
//! * `forward`: the derivative of a whole graph with respect to one variable.
//! * `reverse`: the derivatives of one scalar with respect to many variables.
//! * `products`: products of the chain rule, formed when they are wanted.
//! * `training`: derivatives of scalar code for programs.
//! * `partial`: the partial derivatives of single calls, from the records of their functions.

mod d;
mod derivative;
mod forward;
mod partial;
mod piecewise;
mod products;
mod reverse;
mod training;

use netform_eval::Function;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &d::D,
    &d::GRAD,
    &derivative::DERIVATIVE,
    &piecewise::PIECEWISE,
    &piecewise::PIECEWISE_EXPAND,
    &training::PROGRAM_DERIVATIVE,
];
