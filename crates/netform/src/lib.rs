//! Neural networks that are symbolic expressions.
