//! Nets as expressions: layers, chains, application, initialisation, surgery, equations.
//!
//! A net is an ordinary expression such as `LinearLayer[2, "Input" -> 3]`. This crate reads it as a
//! graph of layers with shapes ([`Net`]), evaluates it on whatever its ports are given, and gives
//! the functions whose names begin with `Net`.

mod absent;
mod apply;
mod arguments;
mod check;
mod coder;
mod compiled;
mod data;
mod diagnostic;
mod differentiated;
mod draws;
mod environment;
mod equations;
mod evaluate;
mod explain;
mod extract;
mod function_arrays;
mod gradient;
mod indices;
mod infer;
mod information;
mod initialize;
mod inputs;
mod integers;
mod kept;
mod lowered;
mod measurements;
mod multipliers;
mod named;
mod net;
mod numeric;
mod object_parts;
mod obsolete;
mod optimizer;
mod options;
mod parameters;
mod parts;
mod ports;
mod precision;
mod program;
mod read;
mod reals;
mod records;
mod replace;
mod resolve;
mod shape;
mod shared;
mod shorthand;
mod simplify;
mod states;
mod summary;
mod surgery;
mod traced;
mod training;
mod training_step;
mod unfold;
mod words;

pub use check::check_ways;
pub use coder::Coder;
pub use compiled::CompiledNet;
pub use diagnostic::Fault;
pub use integers::Integers;
pub use net::{ArrayValue, Elements, InnerNet, Leaf, LeafPort, Name, Net, NetPort, Place, Source};
pub use program::NetProgram;
pub use read::is_net;
pub use records::{add_layer, layer_symbol, register, register_layer};
pub use shape::PartialShape;
pub use simplify::samples as simplification_samples;
pub use training_step::{StepError, TrainingOptions, TrainingProgram, TrainingStep};
