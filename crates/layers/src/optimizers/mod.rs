//! All optimisers.

mod ada_delta;
mod ada_grad;
mod ada_max;
mod adam;
mod averaged;
mod nadam;
mod r_prop;
mod radam;
mod rms_prop;
mod sgd;

use crate::record::Parameter;
use crate::requirement::{Requirement, requires};
use crate::{Optimizer, ParameterType, Relation};

/// All optimisers, in alphabetical order.
pub const OPTIMIZERS: &[&Optimizer] = &[
    &adam::ADAM,
    &ada_delta::ADA_DELTA,
    &ada_grad::ADA_GRAD,
    &ada_max::ADA_MAX,
    &averaged::AVERAGED_SGD,
    &nadam::NADAM,
    &radam::RADAM,
    &rms_prop::RMS_PROP,
    &r_prop::R_PROP,
    &sgd::SGD,
];

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

/// How much arrays become smaller in a step.
const WEIGHT_DECAY: Parameter = number("WeightDecay", "0");

/// What remains of them.
const DECAY: Relation = is("decay", "1 - LearningRate WeightDecay");

/// The array before a step.
const DECAYED: Relation = is("decayed", "If[TrueQ[WeightDecay == 0], Array, decay Array]");

/// What is true of the weights of means.
const MOMENTS: Requirement = requires(
    "Beta1 < 1 && Beta2 < 1",
    "\"Beta1\" and \"Beta2\" must be less than 1, but are `Beta1` and `Beta2`",
    "Give numbers such as 0.9 and 0.999",
);
