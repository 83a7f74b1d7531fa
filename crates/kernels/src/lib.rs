//! Numeric kernels on dense arrays.
//!
//! Each kernel is a plain reference function that states its contract: which loops run in which
//! order. Faster versions must give the same bits or say how far they differ.

mod contract;

pub use contract::{ContractError, Real, contract};
