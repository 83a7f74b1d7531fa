//! Symbols for arrays: vectors, matrices and arrays by name and dimensions, and what they consist of.

mod component_expand;
mod constant;
pub(crate) mod declared;
mod expand;
mod indexed;
mod symbol;
mod tensor;
mod words;

use netform_eval::Function;

pub(crate) use expand::simplified as array_simplified;
pub(crate) use indexed::selects_several;
pub(crate) use symbol::{is_real, is_symmetric_matrix, symmetric_levels};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[
    &component_expand::COMPONENT_EXPAND,
    &expand::ARRAY_EXPAND_RECORD,
    &expand::ARRAY_SIMPLIFY_RECORD,
    &expand::TENSOR_EXPAND_RECORD,
    &expand::TENSOR_REDUCE_RECORD,
    &constant::SYMBOLIC_DELTA_PRODUCT_ARRAY,
    &constant::SYMBOLIC_IDENTITY_ARRAY,
    &constant::SYMBOLIC_ONES_ARRAY,
    &constant::SYMBOLIC_ZEROS_ARRAY,
    &indexed::INDEXED,
    &symbol::ARRAY_SYMBOL,
    &symbol::MATRIX_SYMBOL,
    &symbol::VECTOR_SYMBOL,
    &tensor::TENSOR_DIMENSIONS,
    &tensor::TENSOR_RANK,
    &tensor::TENSOR_TRANSPOSE,
    &words::ARRAYS,
    &words::MATRICES,
    &words::NON_THREADABLE,
    &words::SYMMETRIC,
    &words::VECTORS,
];
