//! What all losses have: ports for what a net gives and for what it should give, and how the losses of elements
//! become one number.

use crate::requirement::requires;
use crate::{Parameter, ParameterType, Port, PortKind, Relation, Requirement};

/// What the net gives.
pub(super) const INPUT: Port = Port { name: "Input", shape: "{in___}", kind: PortKind::Data, tex: "x" };
/// What it should give.
pub(super) const TARGET: Port = Port { name: "Target", shape: "{in___}", kind: PortKind::Data, tex: "t" };
/// The loss.
pub(super) const LOSS: Port = Port { name: "Loss", shape: "{loss___}", kind: PortKind::Data, tex: "L" };

/// The values of [`REDUCTION`].
pub(super) const REDUCTIONS: &[&str] = &["Mean", "Total", "None"];

/// How the losses of the elements become one number; `None` leaves them as they are.
pub(super) const REDUCTION: Parameter =
    Parameter { name: "Reduction", kind: ParameterType::Choice(REDUCTIONS), default: Some("Mean") };

/// The shape of the loss where every element has one.
pub(super) const SHAPE: Relation = Relation { variable: "loss", value: "If[Reduction === None, in, {}]" };

/// The loss of all `terms`.
pub(super) const REDUCED: &str = "If[Reduction === None, terms, ArrayReduce[Reduction, terms, All]]";

/// A mean needs elements; the losses of elements are an array of dimensions `in`.
pub(super) const HAS_ELEMENTS: Requirement = requires(
    "Reduction =!= Mean || Min[in] =!= 0",
    "a mean needs elements, but there are none",
    "Give an input with elements, or \"Reduction\" -> Total",
);
