//! Compiled functions of numbers: `Compile` and what it gives.
//!
//! A `CompiledFunction` holds its arguments and its body as they were given; it *is* the definition. The body is evaluated on
//! symbols once, and what comes of it becomes a tape of instructions where it consists of scalars, a plan of array operations
//! otherwise. Both are kept beside the session's other results and made anew when a definition changes. So the same object
//! accepts symbols: then its body is evaluated on them.

mod arrays;
mod code;
mod compile;
mod compiled_function;
mod form;
mod real;
mod rows;
mod signature;
mod typing;
mod values;

use netform_eval::Function;

pub use arrays::ArrayFunction;
pub use real::{CompiledFunction, Memory, compile_real};

/// The records of this theme.
pub(crate) const FUNCTIONS: &[&Function] = &[&compile::COMPILE, &compiled_function::COMPILED_FUNCTION];
