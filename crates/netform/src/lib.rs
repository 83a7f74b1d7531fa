//! Neural networks that are symbolic expressions.
//!
//! A net is an ordinary expression of a language compatible with the Wolfram Language. Applied to
//! numbers it computes, applied to symbols it gives its closed form, and what it gives can be
//! differentiated, rewritten by rules, and typeset.
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! let net = Net::linear(2).input(2).array("Weights", [[1, 2], [3, 4]]).array("Biases", [0, 1]).build(&mut session)?;
//!
//! let y: Vec<f64> = net.apply(&mut session, [10.0, 0.5])?.try_into()?;
//! assert_eq!(y, [11.0, 33.0]);
//!
//! let (a, b) = (symbol("a"), symbol("b"));
//! let closed_form = net.apply(&mut session, [&a, &b])?;
//! assert_eq!(closed_form.to_string(), "{a + 2*b, 1 + 3*a + 4*b}");
//! assert_eq!(session.differentiate(closed_form, &b)?, [2, 4].into());
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! # The idea
//!
//! A layer is a definition in the language, `Weights . Input + Biases` for a linear one, and there
//! is no other: symbolic results, numbers, gradients and equations are derived from it by
//! evaluation. The types here are therefore thin. A [`Net`] is an expression whose shapes have
//! been checked, each of its methods evaluates one call that its documentation names, and
//! whatever can be typed in a session can be said from Rust and the other way round.
//!
//! # A tour
//!
//! | type | is |
//! |---|---|
//! | [`Expr`] | an expression: made by [`symbol`], [`call`], operators and conversions, printed by `Display` |
//! | [`Session`] | definitions, random numbers, limits; [evaluates](Session::evaluate) expressions and [texts](Session::evaluate_text) |
//! | [`Net`] | a net, written down with a [`NetBuilder`], [initialised](Net::initialize), [applied](Net::apply), [differentiated](Net::derivative) |
//! | [`Error`] | why there is no value, with the messages of the evaluation or the places in the text |
//! | [`layers::Layer`] | the record of a layer; one of your own goes into a session by [`SessionBuilder::layer`] |
//!
//! **Expressions** are built unevaluated, and evaluated by a session:
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! let x = symbol("x");
//! let e = (&x + 1).pow(2) - x.pow(2);
//! assert_eq!(e.to_string(), "(x + 1)^2 - x^2");
//! assert_eq!(session.call("Expand", [e])?, 1 + 2 * &x);
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! **Texts** of the language are as good: definitions made by them hold for the session.
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! session.evaluate_text("neuron[w_, b_, x_] := Tanh[w . x + b]")?;
//! let y = session.call("neuron", ([symbol("u"), symbol("v")], 0.5, [1, 2]))?;
//! assert_eq!(y.to_string(), "Tanh[0.5 + u + 2*v]");
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! **Nets** are put together from builders, sizes, functions and other nets. Without values for
//! its arrays a net has symbolic ones, and on array symbols it gives equations between arrays:
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! let net = Net::linear(2).input(3).build(&mut session)?;
//! let y = net.apply(&mut session, call("VectorSymbol", ("x", 3)))?;
//! assert_eq!(y.output_form(), "Biases + Weights . x");
//!
//! let net = Net::chain((net, symbol("Tanh"), 1)).build(&mut session)?;
//! let net = net.initialize(&mut session, &Initialization::seeded(1))?;
//! let batch: Vec<Vec<f64>> = net.apply(&mut session, vec![[1.0, 2.0, 3.0]; 10])?.try_into()?;
//! assert_eq!(batch.len(), 10);
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! Graphs have [named layers and edges](GraphBuilder), operators apply a net many times:
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! let net = Net::graph()
//!     .layer("scores", Net::map_operator(Net::chain((8, symbol("Tanh"), 1))))
//!     .layer("weights", Net::softmax().argument(1))
//!     .layer("mean", Net::layer("ThreadingLayer").argument(symbol("Times")))
//!     .input("sequence", ["scores", "mean"])
//!     .edge("scores", "weights")
//!     .edge("weights", "mean")
//!     .shape("sequence", ("Varying", 3))
//!     .build(&mut session)?
//!     .initialize(&mut session, &Initialization::seeded(1))?;
//! let two: Vec<Vec<f64>> = net.apply(&mut session, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])?.try_into()?;
//! assert_eq!(two.len(), 2);
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! **Errors** carry what a session would show:
//!
//! ```
//! use netform::prelude::*;
//!
//! let mut session = Session::new();
//! let net = Net::linear(2).input(3).build(&mut session)?;
//! let error = net.apply(&mut session, [1, 2]).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "LinearLayer::invindata2: Data for port Input is a length-2 vector, but a length-3 vector was expected. \
//!      Give data of this shape, or a list of such data."
//! );
//! # Ok::<(), netform::Error>(())
//! ```
//!
//! **Layers of one's own** are functions of the language, as `neuron` above, or records, which
//! have shapes, arrays, initial values and messages like the built-in ones; see [`SessionBuilder`].
//!
//! Complete programs are in the folder `examples` of this crate: `apply`, `differentiate`, `own_layer` and
//! `train`.
//!
//! # The crates beneath
//!
//! [`mod@array`], [`expr`], [`syntax`], [`eval`] and [`layers`] are the crates that this one joins, for
//! fronts and for functions written in Rust: [`Expr::node`] and [`Session::evaluator_mut`] lead to
//! their types, and [`registry`] is the table of all functions.

mod builder;
mod compiled;
mod conversion;
mod error;
mod expression;
mod graph_builder;
mod host;
mod initialization;
mod names;
mod net;
mod net_builder;
mod operators;
pub mod prelude;
mod session;
mod training;

pub use netform_array as array;
pub use netform_eval as eval;
pub use netform_expr as expr;
pub use netform_layers as layers;
pub use netform_nets as nets;
pub use netform_syntax as syntax;

pub use netform_eval::{EmittedMessage as Message, Host, Interrupt};
pub use netform_layers::RecordError;

pub use builder::SessionBuilder;
pub use compiled::{Caller, CompiledFunction};
pub use conversion::Arguments;
pub use error::{ConversionError, Error, SyntaxError};
pub use expression::{Expr, call, symbol};
pub use graph_builder::{End, GraphBuilder};
pub use host::SystemHost;
pub use initialization::{Extent, Initialization, Method};
pub use names::registry;
pub use net::{Net, NetArray, Port, Ports};
pub use net_builder::NetBuilder;
pub use session::{Outcome, Session};
pub use training::{Checkpointing, Training, TrainingStep};

/// The Rust programs in the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
