//! `LongShortTermMemoryLayer`: long short-term memory without peepholes.

use super::recurrent::{
    CELL_STATE, CELLS, FINAL_CELL_STATE, FINAL_STATE, INPUT_GATE, MEMORY_GATE, SEQUENCE, SIZE, STATE, STATES, biases,
    input_weights, memory_cells, state_weights,
};
use crate::{Layer, Sample, Step};

pub(super) const LONG_SHORT_TERM_MEMORY: Layer = Layer {
    name: "LongShortTermMemoryLayer",
    usage: "LongShortTermMemoryLayer[n] is a recurrent layer of n memory cells. With the input gate i, \
            the output gate o, the forget gate f and the memory gate m, the cell state is \
            c_t = f c_(t-1) + i m and the state s_t = o Tanh[c_t]. It takes a sequence of vectors and \
            gives the sequence of states; the ports \"State\" and \"CellState\" set the initial \
            states, which are zero otherwise.",
    source: "Hochreiter and Schmidhuber, Long short-term memory, 1997; Gers et al., Learning to forget, 2000",
    arguments: &[SIZE],
    inputs: &[SEQUENCE, STATE, CELL_STATE],
    outputs: &[STATES, FINAL_STATE, FINAL_CELL_STATE],
    arrays: &[
        input_weights("InputGateInputWeights", "W_{ix}"),
        state_weights("InputGateStateWeights", "W_{is}"),
        biases("InputGateBiases", "b_i", 0.0),
        input_weights("OutputGateInputWeights", "W_{ox}"),
        state_weights("OutputGateStateWeights", "W_{os}"),
        biases("OutputGateBiases", "b_o", 0.0),
        input_weights("ForgetGateInputWeights", "W_{fx}"),
        state_weights("ForgetGateStateWeights", "W_{fs}"),
        biases("ForgetGateBiases", "b_f", 1.0),
        input_weights("MemoryGateInputWeights", "W_{mx}"),
        state_weights("MemoryGateStateWeights", "W_{ms}"),
        biases("MemoryGateBiases", "b_m", 0.0),
    ],
    definition: &[memory_cells(&[
        INPUT_GATE,
        Step {
            left: "o",
            right: "LogisticSigmoid[OutputGateInputWeights . x + OutputGateStateWeights . s + OutputGateBiases]",
            tex: "o",
        },
        Step {
            left: "f",
            right: "LogisticSigmoid[ForgetGateInputWeights . x + ForgetGateStateWeights . s + ForgetGateBiases]",
            tex: "f",
        },
        MEMORY_GATE,
        CELLS,
        Step { left: "sNext", right: "o Tanh[cNext]", tex: "s" },
    ])],
    samples: &[
        Sample::of("LongShortTermMemoryLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of(
            "LongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"OutputGateBiases\" -> None, \"ForgetGateBiases\" -> None, \"MemoryGateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
