//! Steps by the signs of gradients.

use super::{is, learning_rate, number};
use crate::requirement::requires;
use crate::{Optimizer, OptimizerState};

pub(super) const R_PROP: Optimizer = Optimizer {
    name: "RProp",
    usage: "NetOptimizer[\"RProp\"] changes each element by its own step, against the sign of the gradient. The step is LearningRate at first; \
            it is multiplied by \"Increase\" when the gradient has the sign that it had before, and by \"Decrease\" when it has the other one, \
            after which the element rests once. It stays between \"SmallestChange\" and \"LargestChange\".",
    source: "Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm, 1993",
    options: &[
        learning_rate("1/100"),
        number("Increase", "6/5"),
        number("Decrease", "1/2"),
        number("SmallestChange", "1/1000000"),
        number("LargestChange", "50"),
    ],
    requirements: &[requires(
        "Decrease < 1 && Increase > 1",
        "\"Decrease\" must be less than 1 and \"Increase\" greater, but they are `Decrease` and `Increase`",
        "Give numbers such as 0.5 and 1.2",
    )],
    states: &[
        OptimizerState { name: "Change", kept: "True", initial: "0" },
        OptimizerState { name: "LastGradient", kept: "True", initial: "0" },
    ],
    factors: &[is("begun", "If[Step == 1, 0, 1]")],
    update: &[
        is("sign", "Sign[Gradient LastGradient]"),
        // 1 where the sign is the same, and where it is another one.
        is("same", "sign (sign + 1)/2"),
        is("turned", "sign (sign - 1)/2"),
        is("before", "begun Change + (1 - begun) LearningRate"),
        is("wanted", "before (1 + (Increase - 1) same + (Decrease - 1) turned)"),
        is("Change", "ArrayThread[Min[Max[#, SmallestChange], LargestChange] &, {wanted}]"),
        is("LastGradient", "(1 - turned) Gradient"),
        is("Array", "Array - Change Sign[LastGradient]"),
    ],
    examples: &[(
        "NetOptimizer[\"RProp\"][<|\"Array\" -> {1, 1, 1}, \"Gradient\" -> {2, 2, 2}, \"Change\" -> {1, 1, 1}, \"LastGradient\" -> {1, 0, -1}, \
         \"Step\" -> 2|>]",
        "<|Array -> {-1/5, 0, 1}, Change -> {6/5, 1, 1/2}, LastGradient -> {2, 2, 0}, Step -> 3|>",
    )],
    samples: &[
        "\"RProp\"",
        "\"RProp\", \"LearningRate\" -> 0.1, \"Increase\" -> 1.5, \"Decrease\" -> 0.3",
        "\"RProp\", \"SmallestChange\" -> 0.02",
        "\"RProp\", \"LargestChange\" -> 0.004",
    ],
    ..Optimizer::NEW
};
