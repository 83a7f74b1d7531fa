//! Machine code beside the tapes that it is made from.

mod function;
mod products;
mod tapes;
