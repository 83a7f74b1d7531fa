//! Programs: lowering, passes, plans and their steps, beside the reference interpreter.

mod dimensions;
mod huge_shapes;
mod lowering;
mod passes;
mod plans;
mod primitives;
mod recurrences;
mod rows;
mod sums;
mod table;
mod training;
mod windows;
