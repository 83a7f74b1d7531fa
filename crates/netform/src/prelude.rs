//! What most programs need: `use netform::prelude::*;`.

pub use crate::{
    End, Error, Expr, Extent, GraphBuilder, Initialization, Method, Net, NetBuilder, Session, Training, call, symbol,
};
