//! Exact and inexact numbers: known values, values of the golden file, and laws.

mod number_golden;
mod number_properties;
mod number_values;
