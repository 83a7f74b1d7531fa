//! The functions in recurrent layers: what their options `"Activation"`, `"GateActivation"` and `"OutputActivation"` name.

use super::elementwise::{named_function, stable_function};
use crate::record::is;
use crate::requirement::requires;
use crate::{Equation, Parameter, ParameterType, Relation, Requirement};

/// The function of what goes into the state or the memory.
pub(super) const ACTIVATION: Parameter =
    Parameter { name: "Activation", kind: ParameterType::Function, default: Some("Tanh") };
/// The function of gates that let through.
pub(super) const GATE_ACTIVATION: Parameter =
    Parameter { name: "GateActivation", kind: ParameterType::Function, default: Some("LogisticSigmoid") };
/// The function of the memory where it is put out.
pub(super) const OUTPUT_ACTIVATION: Parameter =
    Parameter { name: "OutputActivation", kind: ParameterType::Function, default: Some("Tanh") };

pub(super) const FUNCTION: Relation = Relation { variable: "activation", value: named_function!("Activation") };
pub(super) const GATE_FUNCTION: Relation =
    Relation { variable: "gateActivation", value: named_function!("GateActivation") };
pub(super) const OUTPUT_FUNCTION: Relation =
    Relation { variable: "outputActivation", value: named_function!("OutputActivation") };

pub(super) const IS_FUNCTION: Requirement = requires(
    "!StringQ[activation] && !ListQ[activation]",
    "there is no elementwise function `Activation`, which \"Activation\" names",
    "?ElementwiseLayer lists the names",
);
pub(super) const IS_GATE_FUNCTION: Requirement = requires(
    "!StringQ[gateActivation] && !ListQ[gateActivation]",
    "there is no elementwise function `GateActivation`, which \"GateActivation\" names",
    "?ElementwiseLayer lists the names",
);
pub(super) const IS_OUTPUT_FUNCTION: Requirement = requires(
    "!StringQ[outputActivation] && !ListQ[outputActivation]",
    "there is no elementwise function `OutputActivation`, which \"OutputActivation\" names",
    "?ElementwiseLayer lists the names",
);

/// The functions for machine numbers.
pub(super) const STABLE_FUNCTION: Equation = is("activation", stable_function!("Activation", "activation"));
pub(super) const STABLE_GATE_FUNCTION: Equation =
    is("gateActivation", stable_function!("GateActivation", "gateActivation"));
pub(super) const STABLE_OUTPUT_FUNCTION: Equation =
    is("outputActivation", stable_function!("OutputActivation", "outputActivation"));
