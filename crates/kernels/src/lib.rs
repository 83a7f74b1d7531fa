//! Numeric kernels on dense arrays.
