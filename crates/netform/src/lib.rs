//! Neural networks that are symbolic expressions.

mod builder;
mod conversion;
mod error;
mod expression;
mod initialization;
mod names;
mod net;
mod net_builder;
mod operators;
pub mod prelude;
mod session;

pub use netform_array as array;
pub use netform_eval as eval;
pub use netform_expr as expr;
pub use netform_layers as layers;
pub use netform_syntax as syntax;

pub use netform_eval::{EmittedMessage as Message, Host, Interrupt};
pub use netform_layers::RecordError;

pub use builder::SessionBuilder;
pub use conversion::Arguments;
pub use error::{ConversionError, Error, SyntaxError};
pub use expression::{Expr, call, symbol};
pub use initialization::{Extent, Initialization, Method};
pub use names::registry;
pub use net::{Net, NetArray, Port, Ports};
pub use net_builder::NetBuilder;
pub use session::{Outcome, Session};
