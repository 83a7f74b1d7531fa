//! Derivatives.
//!
//! * `forward`: the derivative of a whole graph along directions of variables.
//! * `iterated`: derivatives of sums, products, tables and integrals.
//! * `indexed`: variables such as `Indexed[v, i]` and `v[i]`.
//! * `differential`: the same as a function of the language.
//! * `reverse`: the derivatives of one scalar with respect to many scalar variables.
//! * `products`: products of the chain rule, formed when they are wanted.
//! * `training`: derivatives of scalar code for programs.
//! * `dependence`: which parts depend on variables.
//! * `partial`: the partial derivatives of single calls, from the records of their functions.
//! * `by_array`: derivatives by an array: the derivative along a direction, a linear function of it,
//!   is turned into the array that multiplies the direction, by `carry` or by `transpose`.
//! * `carry`: a linear function of all directions at once.
//! * `vector_fields`: divergence, curl and Laplacian.
//! * `transpose`: a linear function read from its result back to the direction.

mod by_array;
mod carry;
mod d;
mod dependence;
mod derivative;
mod differential;
mod forward;
mod indexed;
mod iterated;
mod partial;
mod piecewise;
mod piecewise_expand;
mod products;
mod reverse;
mod stable;
mod training;
mod transpose;
mod unit_vectors;
mod vector_fields;

use netform_eval::Function;

pub(crate) use differential::along;
pub(crate) use transpose::adjoints;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &d::D,
    &d::GRAD,
    &derivative::DERIVATIVE,
    &vector_fields::CURL,
    &vector_fields::DIV,
    &vector_fields::LAPLACIAN,
    &piecewise::PIECEWISE,
    &piecewise_expand::PIECEWISE_EXPAND,
    &training::PROGRAM_DERIVATIVE,
    &stable::PROGRAM_STABLE,
    &differential::ARRAY_DIFFERENTIAL,
];
