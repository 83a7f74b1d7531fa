//! The interface of the whole: nets from Rust, the examples, and training steps.

mod examples;
mod interface;
mod training;
