//! Hash-consed symbolic expressions.
//!
//! An [`Expr`] is an atom or `head[args...]`. Structurally equal expressions are the same node:
//! equality and hashing cost O(1), sharing is never lost, nodes may be sent between threads and
//! are freed when the last reference goes.
//!
//! ```
//! use netform_expr::{Expr, Sym};
//!
//! let x = Expr::symbol("Global`x");
//! let a = Expr::call(Sym::Plus, [Expr::integer(1), x.clone()]);
//! let b = Expr::call(Sym::Plus, [Expr::integer(1), x]);
//! assert_eq!(a, b);
//! assert!(a.has_head(Sym::Plus));
//! ```

mod attributes;
mod build;
mod bytes;
mod kind;
mod level_counts;
mod level_spec;
mod levels;
mod map;
mod memo;
mod node;
pub mod number;
mod order;
pub mod pattern;
#[cfg(test)]
mod reading;
mod recent;
mod substitute;
mod symbol;
mod symbols;
mod traverse;

pub use attributes::Attributes;
pub use build::PACKING_THRESHOLD;
pub use kind::Kind;
pub use level_counts::count_levels;
pub use level_spec::LevelSpec;
pub use levels::{Heads, Position, Visit, depth, map_levels, map_levels_indexed, walk_levels};
pub use map::{AddressMap, ById, NodeMap, NodeSet, RootedMap};
pub use memo::Memo;
pub use node::{Expr, live_bytes, live_nodes};
pub use number::Number;
pub use order::{Order, compare};
pub use substitute::{FunctionError, PureFunction, Template, apply_function, occurs, renamed_variables, substitute};
pub use symbol::Symbol;
pub use symbols::{ARRAY_SOURCES, Sym};
pub use traverse::{Size, array_symbols, map_bottom_up, postorder, rebuild, size};
