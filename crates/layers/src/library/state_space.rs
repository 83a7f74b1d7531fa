//! `StateSpaceLayer`: a linear recurrence.

use super::recurrent::{FINAL_STATE, SEQUENCE, SIZE, STATE};
use crate::{Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, Sample, Step};

pub(super) const STATE_SPACE: Layer = Layer {
    name: "StateSpaceLayer",
    usage: "StateSpaceLayer[n, m] is a linear system with a state of length n and outputs of length m: s_t = StateWeights . \
            s_(t-1) + InputWeights . x_t, y_t = OutputWeights . s_t + FeedthroughWeights . x_t. It takes a sequence of \
            vectors and gives the sequence of outputs; the port \"State\" sets the initial state, which is zero \
            otherwise. \"FeedthroughWeights\" may be None.",
    source: "Kalman, Mathematical description of linear dynamical systems, 1963; Gu et al., Combining recurrent, \
             convolutional, and continuous-time models with linear state-space layers, 2021, eqs. 1 and 2",
    arguments: &[SIZE, Parameter { name: "outputs", kind: ParameterType::Size, default: None }],
    inputs: &[SEQUENCE, STATE],
    outputs: &[Port { shape: "{t, outputs}", tex: "y", ..super::recurrent::STATES }, FINAL_STATE],
    arrays: &[
        ArrayRecord { name: "StateWeights", shape: "{size, size}", initial: Initial::Weights, absent: None, tex: "A" },
        ArrayRecord { name: "InputWeights", shape: "{size, k}", initial: Initial::Weights, absent: None, tex: "B" },
        ArrayRecord {
            name: "OutputWeights",
            shape: "{outputs, size}",
            initial: Initial::Weights,
            absent: None,
            tex: "C",
        },
        ArrayRecord {
            name: "FeedthroughWeights",
            shape: "{outputs, k}",
            initial: Initial::Weights,
            absent: Some(Absent::Zeros),
            tex: "D",
        },
    ],
    definition: &[Equation::Recurrence {
        states: &[("s", "State", "FinalState")],
        sequences: &[("x", "Input")],
        step: &[
            Step { left: "sNext", right: "StateWeights . s + InputWeights . x", tex: "s" },
            Step { left: "y", right: "OutputWeights . sNext + FeedthroughWeights . x", tex: "y" },
        ],
        next: &["sNext"],
        outputs: &[("Output", "y")],
    }],
    examples: &[(
        "StateSpaceLayer[1, 1, \"StateWeights\" -> {{a}}, \"InputWeights\" -> {{b}}, \"OutputWeights\" -> {{c}}, \
         \"FeedthroughWeights\" -> None][{{x}, {y}}]",
        "{{b c x}, {c (a b x + b y)}}",
    )],
    samples: &[
        Sample::of("StateSpaceLayer[n, m, \"Input\" -> {t, k}]").sizes(&["n", "m"]).counts(&["t", "k"]),
        Sample::of("StateSpaceLayer[n, m, \"Input\" -> {t, k}, \"FeedthroughWeights\" -> None]")
            .sizes(&["n", "m", "t", "k"]),
    ],
    ..Layer::NEW
};
