//! Machine code for scalar functions: the only crate that knows the code generator.
//!
//! A [`Tape`](netform_kernels::Tape) computes many rows fast, a block of elements at a time. For one row at a time, as
//! minimisers and solvers of differential equations ask for, [`MachineCode`] of the tape is faster; its results are the
//! same, bit for bit.
//!
//! ```
//! use netform_jit::{Effort, MachineCode};
//! use netform_kernels::{Code, Tape};
//!
//! // 2 tanh(a + b)
//! let steps = [
//!     (Code::Add, vec![0, 1]),
//!     (Code::HyperbolicTangent, vec![3]),
//!     (Code::Multiply, vec![2, 4]),
//! ];
//! let tape = Tape::new(2, vec![2.0], steps, &[5]);
//! let code = MachineCode::new(&tape, Effort::Quick)?;
//! let mut results = [f64::NAN];
//! code.call(&[-40.0, 1.0], &mut results);
//! assert_eq!(results, [-2.0]);
//! # Ok::<(), netform_jit::Error>(())
//! ```
//!
//! A [`Function`] begins with its tape and makes code of it when that pays.
//!
//! What happens: the registers of the tape, which its steps write again and again, become values that are defined once
//! (`values`); these are cut into chunks of a limited size, in which independent calls of one elementary function are put
//! together (`plan`), and sums of products that are a matrix times a vector (`products`); each chunk becomes a function of the code generator (`translate`), which calls what it has no
//! instructions for (`routines`). So the time to make code is linear in the number of steps.

mod function;
mod machine;
mod plan;
mod products;
mod routines;
mod schedule;
mod translate;
mod values;

pub use function::{Function, Tier};
pub use machine::{Effort, Error, MachineCode, Workspace};
