//! The built-in functions as data: array functions, rules, what is remembered, and gradients in segments.

mod array_functions;
mod memory;
mod rules;
mod segments;
