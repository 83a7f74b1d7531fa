//! `GatedRecurrentLayer`: the gated recurrent unit, reset after the matrix product.

use super::recurrent::{
    FINAL_STATE, INPUT_GATE, RESET_GATE, SEQUENCE, SIZE, STATE, STATES, biases, input_weights, one_state, state_weights,
};
use super::recurrent_activation::{
    ACTIVATION, FUNCTION, GATE_ACTIVATION, GATE_FUNCTION, IS_FUNCTION, IS_GATE_FUNCTION, STABLE_FUNCTION,
    STABLE_GATE_FUNCTION,
};
use super::recurrent_dropout::{DROPOUT, DROPPED_INPUT, PROBABILITIES, RATES, UPDATES, WHOLE_UPDATE, dropped_weights};
use crate::{Equation, Layer, Sample, Step, Training};

/// In training `u` drops elements of the new part of the state.
const STEP: &[Step] = &[
    INPUT_GATE,
    RESET_GATE,
    Step {
        left: "m",
        right: "ArrayThread[activation, {MemoryGateInputWeights . x + r (MemoryGateStateWeights . s) + MemoryGateBiases}, {All}]",
        tex: "m",
    },
    Step { left: "sNext", right: "(1 - i) u m + i s", tex: "s" },
];

pub(super) const GATED_RECURRENT: Layer = Layer {
    name: "GatedRecurrentLayer",
    usage: "GatedRecurrentLayer[n] is a recurrent layer of n gated units. With the input gate i and \
            the reset gate r, s_t = (1 - i) m + i s_(t-1), where \
            m = Tanh[MemoryGateInputWeights . x + r (MemoryGateStateWeights . s) + MemoryGateBiases]. \
            It takes a sequence of vectors and gives the sequence of states; the port \"State\" sets \
            the initial state, which is zero otherwise. \"GateActivation\" -> g has g in the place of \
            LogisticSigmoid, and \"Activation\" -> f has f in the place of Tanh: functions as in ElementwiseLayer. \"Dropout\" -> p or {\"method\" -> p, ...} drops in training: with \
            \"VariationalWeights\" (the method if none is given) elements of the state weights, with \
            \"VariationalInput\" and \"VariationalState\" elements of the input and state, the same at all steps, with \
            \"StateUpdate\" elements of m.",
    source: "Chung et al., Empirical evaluation of gated recurrent neural networks, 2014",
    arguments: &[SIZE],
    inputs: &[SEQUENCE, STATE],
    outputs: &[STATES, FINAL_STATE],
    arrays: &[
        input_weights("InputGateInputWeights", "W_{ix}"),
        state_weights("InputGateStateWeights", "W_{is}"),
        biases("InputGateBiases", "b_i", 0.0),
        input_weights("ResetGateInputWeights", "W_{rx}"),
        state_weights("ResetGateStateWeights", "W_{rs}"),
        biases("ResetGateBiases", "b_r", 0.0),
        input_weights("MemoryGateInputWeights", "W_{mx}"),
        state_weights("MemoryGateStateWeights", "W_{ms}"),
        biases("MemoryGateBiases", "b_m", 0.0),
    ],
    options: &[GATE_ACTIVATION, ACTIVATION, DROPOUT],
    relations: &[GATE_FUNCTION, FUNCTION, RATES[0], RATES[1], RATES[2], RATES[3], RATES[4]],
    requirements: &[IS_GATE_FUNCTION, IS_FUNCTION, PROBABILITIES],
    definition: &[WHOLE_UPDATE, one_state(STEP)],
    stable: &[STABLE_GATE_FUNCTION, STABLE_FUNCTION, WHOLE_UPDATE, one_state(STEP)],
    training: Some(Training {
        equations: &[
            DROPPED_INPUT,
            dropped_weights!("InputGateStateWeights"),
            dropped_weights!("ResetGateStateWeights"),
            dropped_weights!("MemoryGateStateWeights"),
            UPDATES,
            Equation::Recurrence {
                states: &[("s", "State", "FinalState")],
                sequences: &[("x", "Input"), ("u", "updates")],
                step: STEP,
                next: &["sNext"],
                outputs: &[("Output", "sNext")],
            },
        ],
        updates: &[],
        whole_batch: false,
    }),
    samples: &[
        Sample::of("GatedRecurrentLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of("GatedRecurrentLayer[n, \"Input\" -> {t, k}, \"Dropout\" -> dropout]")
            .sizes(&["n", "t", "k"])
            .choices(&[("dropout", &["0.5", "{\"StateUpdate\" -> 1/2, \"VariationalState\" -> 1/4}"])]),
        Sample::of("GatedRecurrentLayer[n, \"Input\" -> {t, k}, \"GateActivation\" -> g, \"Activation\" -> f]")
            .sizes(&["n", "t", "k"])
            .choices(&[("g", &["LogisticSigmoid", "{\"HardSigmoid\", 1/6, 1/2}", "(LogisticSigmoid[Clip[#, {-1/2, 1/2}]] &)"]), ("f", &["Tanh", "Ramp", "\"SoftPlus\""])]),
        Sample::of(
            "GatedRecurrentLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"ResetGateBiases\" -> None, \"MemoryGateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
