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
use crate::{Optimizer, OptimizerState, ParameterType, Relation};

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

/// The weights that means of gradients and of their squares have of what was before.
const BETA_1: Parameter = number("Beta1", "9/10");
const BETA_2: Parameter = number("Beta2", "999/1000");

/// What keeps a root in a denominator from zero.
const EPSILON: Parameter = number("Epsilon", "1/100000000");

/// The mean of gradients, and that of their squares.
const FIRST_MOMENT: OptimizerState = OptimizerState { name: "FirstMoment", kept: "True", initial: "0" };
const SECOND_MOMENT: OptimizerState = OptimizerState { name: "SecondMoment", kept: "True", initial: "0" };

/// How they change in a step.
const FIRST_MEAN: Relation = is("FirstMoment", "Beta1 FirstMoment + (1 - Beta1) slope");
const SECOND_MEAN: Relation = is("SecondMoment", "Beta2 SecondMoment + (1 - Beta2) slope^2");

/// What is true of the weights of means.
const MOMENTS: Requirement = requires(
    "Beta1 < 1 && Beta2 < 1",
    "\"Beta1\" and \"Beta2\" must be less than 1, but are `Beta1` and `Beta2`",
    "Give numbers such as 0.9 and 0.999",
);
