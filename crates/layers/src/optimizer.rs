//! The record of an optimiser: how an array changes by the gradient of a loss.
//!
//! As in the record of a [`crate::Layer`], all mathematics is text in the language: the same equations are evaluated on symbols and
//! lists, and lowered to the end of the program of a training step.

use crate::{Parameter, Relation, Requirement};

/// A kind of optimiser.
///
/// Names in the texts are those of the options and values, [`Optimizer::STEP`] and [`Optimizer::LEARNING_RATE`], and in the update the
/// factors, [`Optimizer::ARRAY`], [`Optimizer::GRADIENT`] and the states.
#[derive(Debug, Clone, Copy)]
pub struct Optimizer {
    /// The name that users write, such as `ADAM`.
    pub name: &'static str,
    /// What it does: one paragraph, the forms of the call first.
    pub usage: &'static str,
    /// The source of its formulas.
    pub source: &'static str,
    /// The parameters by name, among them the learning rate.
    pub options: &'static [Parameter],
    /// Values that follow from the options, in order; they are computed once.
    pub values: &'static [Relation],
    /// What must be true of options and values.
    pub requirements: &'static [Requirement],
    /// The arrays that it keeps of each array that it changes.
    pub states: &'static [OptimizerState],
    /// Scalars that all arrays have in common, from the number of the step and the learning rate, in order.
    pub factors: &'static [Relation],
    /// Equations in order, the new values of the array and the states among them: a name means its old value before, its
    /// new value behind its equation.
    pub update: &'static [Relation],
    /// Examples: input and output form of the result. Every one of them is a test.
    pub examples: &'static [(&'static str, &'static str)],
    /// What is written between the braces of a call, for tests: options in all combinations that make a difference.
    pub samples: &'static [&'static str],
}

/// An array that an optimiser keeps from step to step, of the shape of the array that it changes.
#[derive(Debug, Clone, Copy)]
pub struct OptimizerState {
    /// The name.
    pub name: &'static str,
    /// Text: whether it is kept with these options.
    pub kept: &'static str,
    /// Text for its elements before the first step.
    pub initial: &'static str,
}

impl Optimizer {
    /// A record with nothing in it.
    pub const NEW: Optimizer = Optimizer {
        name: "",
        usage: "",
        source: "",
        options: &[],
        values: &[],
        requirements: &[],
        states: &[],
        factors: &[],
        update: &[],
        examples: &[],
        samples: &[],
    };

    /// The name of the number of the step, from 1.
    pub const STEP: &str = "Step";
    /// The name of the learning rate, an option that every optimiser has.
    pub const LEARNING_RATE: &str = "LearningRate";
    /// The name of the array that changes.
    pub const ARRAY: &str = "Array";
    /// The name of its gradient.
    pub const GRADIENT: &str = "Gradient";

    /// All names in its texts.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let relations = self.values.iter().chain(self.factors).chain(self.update).map(|relation| relation.variable);
        let options = self.options.iter().map(|option| option.name);
        let states = self.states.iter().map(|state| state.name);
        options.chain(relations).chain(states).chain([Self::STEP, Self::LEARNING_RATE, Self::ARRAY, Self::GRADIENT])
    }
}
