//! `GatedRecurrentLayer`: the gated recurrent unit, reset after the matrix product.

use super::recurrent::{
    FINAL_STATE, INPUT_GATE, RESET_GATE, SEQUENCE, SIZE, STATE, STATES, biases, input_weights, one_state, state_weights,
};
use crate::{Layer, Sample, Step};

pub(super) const GATED_RECURRENT: Layer = Layer {
    name: "GatedRecurrentLayer",
    usage: "GatedRecurrentLayer[n] is a recurrent layer of n gated units. With the input gate i and \
            the reset gate r, s_t = (1 - i) m + i s_(t-1), where \
            m = Tanh[MemoryGateInputWeights . x + r (MemoryGateStateWeights . s) + MemoryGateBiases]. \
            It takes a sequence of vectors and gives the sequence of states; the port \"State\" sets \
            the initial state, which is zero otherwise.",
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
    definition: &[one_state(&[
        INPUT_GATE,
        RESET_GATE,
        Step {
            left: "m",
            right: "Tanh[MemoryGateInputWeights . x + r (MemoryGateStateWeights . s) + MemoryGateBiases]",
            tex: "m",
        },
        Step { left: "sNext", right: "(1 - i) m + i s", tex: "s" },
    ])],
    samples: &[
        Sample::of("GatedRecurrentLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of(
            "GatedRecurrentLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"ResetGateBiases\" -> None, \"MemoryGateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
