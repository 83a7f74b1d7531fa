//! The evaluator: sessions, attributes, definitions, evaluation, messages, function records.
//!
//! All state is in a [`Session`], the first parameter of everything. What the language can do is
//! in [`Function`] records, which a [`Registry`] collects; the evaluator names only the heads that
//! evaluation itself is about.

mod array_rules;
mod constant_arrays;
mod declared;
mod definitions;
mod evaluate;
mod extension;
mod flow;
mod function;
mod history;
mod host;
mod intervals;
mod limits;
mod linear;
mod matching;
mod memory;
mod message;
mod names;
mod printing;
mod registry;
mod session;
mod shape;
mod spelling;

pub use declared::Declared;
pub use definitions::{ClearScope, Definitions, Values};
pub use flow::{Eval, Flow};
pub use function::{
    ArrayPositions, Assign, Derivative, Example, Form, Function, InformationRule, Lowering, ObjectParts, RealCode,
    ResultType, ShapeRule,
};
pub use history::Outcome;
pub use host::{Host, Sandbox};
pub use intervals::{
    Break, Enclosure, Ends, Intervals, Landmark, Law, Pieces, Relation, Rounding, Toward, enclose, power_toward,
    product_toward, quotient_toward, remainder_toward, sum_toward,
};
pub use limits::{Interrupt, Limits};
pub use linear::{AdjointRule, Carrier, Linear, Linearity};
pub use memory::{Dependent, Scope};
pub use message::{EmittedMessage, Quiet};
pub use registry::Registry;
pub use session::Session;
pub use shape::Shape;
pub use spelling::nearest;
