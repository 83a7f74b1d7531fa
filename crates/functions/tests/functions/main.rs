//! The built-in functions as data: array functions, rules, what is remembered, and gradients in segments.

mod array_functions;
mod memory;
mod rules;
mod segments;

use netform_eval::{Registry, Session};

/// A session with all functions.
fn session() -> Session {
    let mut registry = Registry::new();
    netform_functions::register(&mut registry);
    Session::new(registry.share())
}
