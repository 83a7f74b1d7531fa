//! Numeric kernels on dense arrays.
//!
//! Each kernel states its contract: which loops run in which order, or how far its results may be from those of the
//! plain loops. Kernels are written once over vectors of any width ([`Level`] says for which there are instructions) and
//! run in the best instruction set that the processor has.
//!
//! * [`contract`][]: sums of products over labelled axes, the plain reference.
//! * [`Tape`][]: functions of elements, a block at a time, with the elementary functions that a [`Code`] names.
//! * [`Routine`][]: these elementary functions as routines that machine code calls.
//! * [`Linear`][]: sums of products of the same numbers with constants, which machine code calls too.
//! * [`multiply`][]: products of matrices with packed panels.
//! * [`run_turns`][]: products with functions of their elements, such as the cells of recurrences.
//! * [`Rows`][]: rows that are gone through several times, as those of softmax and of normalisation.
//! * [`combine`][]: sums, products, largest and smallest elements of runs.
//! * [`combine_windows`][]: the same for the elements of windows, as in pooling.
//! * [`gather`], [`transfer`]: elements of any [`Walk`], one after the other, and at other places.
//! * [`Pool`][]: threads, to whom large work is given in parts.
//! * Storage is [`Aligned`].

mod code;
mod contract;
mod elementary;
mod fused;
mod lanes;
mod linear;
mod memory;
mod pool;
mod product;
mod real;
mod reduce;
mod routine;
mod rows;
mod tape;
mod transfer;
mod walk;
mod windows;

pub use code::Code;
pub use contract::{ContractError, contract};
pub use fused::{Call, Fused, GATES, Operand, Track, run_apart, run_turns};
pub use lanes::Level;
pub use linear::Linear;
pub use memory::{Aligned, disjoint};
pub use pool::{Crew, Pool};
pub use product::{
    Begin, Matrix, Members, Order, Packed, Sizes, multiply, multiply_apart, multiply_members, pack, packed_len,
};
pub use real::Real;
pub use reduce::{Combine, combine, combine_each};
pub use routine::Routine;
pub use rows::{Pass, RowInput, Rows, Starts, Term};
pub use tape::{Register, Scratch, Stream, Tape};
pub use transfer::{Onto, transfer, transfer_apart};
pub use walk::{Places, Position, Walk, gather};
pub use windows::{Windows, combine_windows, combine_windows_apart};
