//! What most programs need: `use netform::prelude::*;`.

pub use crate::{Error, Expr, Extent, Initialization, Method, Net, NetBuilder, Session, call, symbol};
