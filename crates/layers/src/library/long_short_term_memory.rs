//! `LongShortTermMemoryLayer`: long short-term memory without peepholes.

use super::recurrent::{
    CELL_STATE, FINAL_CELL_STATE, FINAL_STATE, INPUT_GATE, MEMORY_GATE, OUTPUT, SEQUENCE, SIZE, STATE, STATES, biases,
    input_weights, memory_cells, state_weights,
};
use super::recurrent_activation::{
    ACTIVATION, FUNCTION, GATE_ACTIVATION, GATE_FUNCTION, IS_FUNCTION, IS_GATE_FUNCTION, IS_OUTPUT_FUNCTION,
    OUTPUT_ACTIVATION, OUTPUT_FUNCTION, STABLE_FUNCTION, STABLE_GATE_FUNCTION, STABLE_OUTPUT_FUNCTION,
};
use super::recurrent_dropout::{DROPOUT, DROPPED_INPUT, PROBABILITIES, RATES, UPDATES, WHOLE_UPDATE, dropped_weights};
use crate::{Equation, Layer, Sample, Step, Training};

/// In training `u` drops elements of what goes into the memory.
const STEP: &[Step] = &[
    INPUT_GATE,
    Step {
        left: "o",
        right: "ArrayThread[gateActivation, {OutputGateInputWeights . x + OutputGateStateWeights . s + OutputGateBiases}, {All}]",
        tex: "o",
    },
    Step {
        left: "f",
        right: "ArrayThread[gateActivation, {ForgetGateInputWeights . x + ForgetGateStateWeights . s + ForgetGateBiases}, {All}]",
        tex: "f",
    },
    MEMORY_GATE,
    Step { left: "cNext", right: "f c + i u m", tex: "c" },
    OUTPUT,
];

pub(super) const LONG_SHORT_TERM_MEMORY: Layer = Layer {
    name: "LongShortTermMemoryLayer",
    usage: "LongShortTermMemoryLayer[n] is a recurrent layer of n memory cells. With the input gate i, \
            the output gate o, the forget gate f and the memory gate m, the cell state is \
            c_t = f c_(t-1) + i m and the state s_t = o Tanh[c_t]. It takes a sequence of vectors and \
            gives the sequence of states; the ports \"State\" and \"CellState\" set the initial \
            states, which are zero otherwise. \"GateActivation\" -> g has g in the place of \
            LogisticSigmoid, \"Activation\" -> f has f in the place of Tanh in m, and \"OutputActivation\" -> f in s_t: functions as in \
            ElementwiseLayer. \"Dropout\" -> p or {\"method\" -> p, ...} drops in training: with \
            \"VariationalWeights\" (the method if none is given) elements of the state weights, with \
            \"VariationalInput\" and \"VariationalState\" elements of the input and state, the same at all steps, with \
            \"StateUpdate\" elements of i m.",
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
    options: &[GATE_ACTIVATION, ACTIVATION, OUTPUT_ACTIVATION, DROPOUT],
    relations: &[GATE_FUNCTION, FUNCTION, OUTPUT_FUNCTION, RATES[0], RATES[1], RATES[2], RATES[3], RATES[4]],
    requirements: &[IS_GATE_FUNCTION, IS_FUNCTION, IS_OUTPUT_FUNCTION, PROBABILITIES],
    definition: &[WHOLE_UPDATE, memory_cells(STEP)],
    stable: &[STABLE_GATE_FUNCTION, STABLE_FUNCTION, STABLE_OUTPUT_FUNCTION, WHOLE_UPDATE, memory_cells(STEP)],
    training: Some(Training {
        equations: &[
            DROPPED_INPUT,
            dropped_weights!("InputGateStateWeights"),
            dropped_weights!("OutputGateStateWeights"),
            dropped_weights!("ForgetGateStateWeights"),
            dropped_weights!("MemoryGateStateWeights"),
            UPDATES,
            Equation::Recurrence {
                states: &[("s", "State", "FinalState"), ("c", "CellState", "FinalCellState")],
                sequences: &[("x", "Input"), ("u", "updates")],
                step: STEP,
                next: &["sNext", "cNext"],
                outputs: &[("Output", "sNext")],
            },
        ],
        updates: &[],
        whole_batch: false,
    }),
    samples: &[
        Sample::of("LongShortTermMemoryLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of("LongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"Dropout\" -> dropout]")
            .sizes(&["n", "t", "k"])
            .choices(&[("dropout", &["0.5", "{\"StateUpdate\" -> 1/2, \"VariationalInput\" -> 1/4}"])]),
        Sample::of("LongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"GateActivation\" -> g, \"Activation\" -> f, \"OutputActivation\" -> h]")
            .sizes(&["n", "t", "k"])
            .choices(&[("g", &["LogisticSigmoid", "{\"HardSigmoid\", 1/6, 1/2}", "(LogisticSigmoid[Clip[#, {-1/2, 1/2}]] &)"]), ("f", &["Tanh", "Ramp", "\"SoftPlus\""]), ("h", &["Tanh", "\"ReLU\"", "(# &)"])]),
        Sample::of(
            "LongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"OutputGateBiases\" -> None, \"ForgetGateBiases\" -> None, \"MemoryGateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
