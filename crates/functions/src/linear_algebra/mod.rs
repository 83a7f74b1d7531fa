//! Linear algebra: products, equations, matrices of special form.

mod correlation;
pub(crate) mod differentials;
mod distances;
mod dot;
mod elimination;
mod explicit;
mod lowering;
mod products;
mod rank;
mod singular_values;
mod solve;
mod structured;
mod tensor_product;

use netform_eval::Function;

pub(crate) use distances::RECORDS as DISTANCES;

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &correlation::LIST_CONVOLVE,
    &correlation::LIST_CORRELATE,
    &dot::DOT,
    &products::CROSS,
    &products::KRONECKER_PRODUCT,
    &products::NORM,
    &products::NORMALIZE,
    &rank::CONJUGATE_TRANSPOSE,
    &rank::MATRIX_RANK,
    &rank::NULL_SPACE,
    &rank::ROW_REDUCE,
    &solve::DET,
    &solve::INVERSE,
    &solve::LINEAR_SOLVE,
    &solve::MATRIX_POWER,
    &structured::DIAGONAL,
    &structured::DIAGONAL_MATRIX,
    &structured::IDENTITY_MATRIX,
    &structured::TR,
    &tensor_product::ARRAY_DOT,
    &tensor_product::TENSOR_CONTRACT,
    &tensor_product::TENSOR_PRODUCT,
];
