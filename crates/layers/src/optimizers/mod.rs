//! All optimisers.

mod ada_grad;
mod adam;
mod rms_prop;
mod sgd;

use crate::record::Parameter;
use crate::{Optimizer, ParameterType, Relation};

/// All optimisers, in alphabetical order.
pub const OPTIMIZERS: &[&Optimizer] = &[&adam::ADAM, &ada_grad::ADA_GRAD, &rms_prop::RMS_PROP, &sgd::SGD];

const fn learning_rate(default: &'static str) -> Parameter {
    Parameter { name: Optimizer::LEARNING_RATE, kind: ParameterType::NonNegative, default: Some(default) }
}

const fn number(name: &'static str, default: &'static str) -> Parameter {
    Parameter { name, kind: ParameterType::NonNegative, default: Some(default) }
}

const fn truth(name: &'static str) -> Parameter {
    Parameter { name, kind: ParameterType::Boolean, default: Some("False") }
}

const fn is(variable: &'static str, value: &'static str) -> Relation {
    Relation { variable, value }
}

/// The factor of half the squares of an array that are added to the loss.
const L2_REGULARIZATION: Parameter = number("L2Regularization", "0");

/// The gradient of the loss with these squares.
const SLOPE: Relation = is("slope", "If[TrueQ[L2Regularization == 0], Gradient, Gradient + L2Regularization Array]");
