//! Every layer, as a record with its definition in the language.
//!
//! A [`Layer`] says everything about a layer once: arguments, options, ports, arrays, and the
//! equations that define it. Symbolic results, numbers, gradients and equations are derived.

mod check;
mod coder;
pub mod coders;
mod definition;
pub mod library;
mod measure;
mod optimizer;
pub mod optimizers;
mod record;
mod requirement;
mod ways;

pub use check::{RecordError, check};
pub use coder::{Coder, Decoding, Direction, Encoding, Property, PropertyArgument};
pub use definition::{
    Definition, ParsedIndex, ParsedPremise, ParsedRelation, ParsedRequirement, Recurrence, Scope, Statement,
    definition_of, parse_in,
};
pub use measure::{Compared, MEASURES, Measure};
pub use optimizer::{Optimizer, OptimizerState};
pub use record::{
    Absent, ArrayRecord, Equation, Initial, Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Premise,
    Relation, Sample, Several, Step, Training, Unfolding, Written,
};
pub use requirement::Requirement;
pub use ways::Way;
