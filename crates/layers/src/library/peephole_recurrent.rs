//! `PeepholeLongShortTermMemoryLayer` and `ProjectedLongShortTermMemoryLayer`: long short-term memory whose gates see
//! the cell state, and whose state is a projection of the cells.

use super::recurrent::{
    CELL_STATE, CELLS, FINAL_CELL_STATE, FINAL_STATE, MEMORY_GATE, OUTPUT, SEQUENCE, SIZE, STATE, STATES, biases,
    input_weights, memory_cells, state_weights,
};
use super::recurrent_activation::{
    ACTIVATION, FUNCTION, GATE_ACTIVATION, GATE_FUNCTION, IS_FUNCTION, IS_GATE_FUNCTION, IS_OUTPUT_FUNCTION,
    OUTPUT_ACTIVATION, OUTPUT_FUNCTION, STABLE_FUNCTION, STABLE_GATE_FUNCTION, STABLE_OUTPUT_FUNCTION,
};
use crate::{Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Port, Sample, Step};

/// What a gate takes of the cell state, cell by cell.
const fn peephole(name: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape: "{size}", initial: Initial::Constant(0.0), absent: Some(Absent::Zeros), tex }
}

/// The array that multiplies the projected state of a gate.
const fn projected_weights(name: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape: "{size, projected}", initial: Initial::Weights, absent: None, tex }
}

const INPUT_GATE: Step = Step {
    left: "i",
    right: "ArrayThread[gateActivation, {InputGateInputWeights . x + InputGateStateWeights . s + InputGatePeephole c + InputGateBiases}, {All}]",
    tex: "i",
};
const FORGET_GATE: Step = Step {
    left: "f",
    right: "ArrayThread[gateActivation, {ForgetGateInputWeights . x + ForgetGateStateWeights . s + ForgetGatePeephole c + ForgetGateBiases}, {All}]",
    tex: "f",
};
const OUTPUT_GATE: Step = Step {
    left: "o",
    right: "ArrayThread[gateActivation, {OutputGateInputWeights . x + OutputGateStateWeights . s + OutputGatePeephole cNext + OutputGateBiases}, {All}]",
    tex: "o",
};

const PEEPHOLE_STEP: &[Step] = &[INPUT_GATE, FORGET_GATE, MEMORY_GATE, CELLS, OUTPUT_GATE, OUTPUT];

pub(super) const PEEPHOLE: Layer = Layer {
    name: "PeepholeLongShortTermMemoryLayer",
    usage: "PeepholeLongShortTermMemoryLayer[n] is LongShortTermMemoryLayer[n] whose input and forget gates also take \
            \"InputGatePeephole\" c_(t-1) and \"ForgetGatePeephole\" c_(t-1), and whose output gate takes \
            \"OutputGatePeephole\" c_t, cell by cell. It has the options of LongShortTermMemoryLayer for functions.",
    source: "Gers and Schmidhuber, Recurrent nets that time and count, 2000",
    arguments: &[SIZE],
    options: &[GATE_ACTIVATION, ACTIVATION, OUTPUT_ACTIVATION],
    relations: &[GATE_FUNCTION, FUNCTION, OUTPUT_FUNCTION],
    requirements: &[IS_GATE_FUNCTION, IS_FUNCTION, IS_OUTPUT_FUNCTION],
    inputs: &[SEQUENCE, STATE, CELL_STATE],
    outputs: &[STATES, FINAL_STATE, FINAL_CELL_STATE],
    arrays: &[
        input_weights("InputGateInputWeights", "W_{ix}"),
        state_weights("InputGateStateWeights", "W_{is}"),
        peephole("InputGatePeephole", "p_i"),
        biases("InputGateBiases", "b_i", 0.0),
        input_weights("OutputGateInputWeights", "W_{ox}"),
        state_weights("OutputGateStateWeights", "W_{os}"),
        peephole("OutputGatePeephole", "p_o"),
        biases("OutputGateBiases", "b_o", 0.0),
        input_weights("ForgetGateInputWeights", "W_{fx}"),
        state_weights("ForgetGateStateWeights", "W_{fs}"),
        peephole("ForgetGatePeephole", "p_f"),
        biases("ForgetGateBiases", "b_f", 1.0),
        input_weights("MemoryGateInputWeights", "W_{mx}"),
        state_weights("MemoryGateStateWeights", "W_{ms}"),
        biases("MemoryGateBiases", "b_m", 0.0),
    ],
    definition: &[memory_cells(PEEPHOLE_STEP)],
    stable: &[STABLE_GATE_FUNCTION, STABLE_FUNCTION, STABLE_OUTPUT_FUNCTION, memory_cells(PEEPHOLE_STEP)],
    samples: &[
        Sample::of("PeepholeLongShortTermMemoryLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of("PeepholeLongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"GateActivation\" -> g, \"Activation\" -> f, \"OutputActivation\" -> h]")
            .sizes(&["n", "t", "k"])
            .choices(&[("g", &["LogisticSigmoid", "{\"HardSigmoid\", 1/6, 1/2}", "(LogisticSigmoid[Clip[#, {-1/2, 1/2}]] &)"]), ("f", &["Tanh", "Ramp", "\"SoftPlus\""]), ("h", &["Tanh", "\"ReLU\"", "(# &)"])]),
        Sample::of(
            "PeepholeLongShortTermMemoryLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \
             \"OutputGateBiases\" -> None, \"ForgetGateBiases\" -> None, \"MemoryGateBiases\" -> None, \
             \"InputGatePeephole\" -> None, \"ForgetGatePeephole\" -> None, \"OutputGatePeephole\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};

const PROJECTED_STEP: &[Step] = &[
    INPUT_GATE,
    FORGET_GATE,
    MEMORY_GATE,
    CELLS,
    OUTPUT_GATE,
    Step { left: "sNext", right: "ProjectionWeights . (o ArrayThread[outputActivation, {cNext}, {All}])", tex: "s" },
];

pub(super) const PROJECTED: Layer = Layer {
    name: "ProjectedLongShortTermMemoryLayer",
    usage: "ProjectedLongShortTermMemoryLayer[n, p] is PeepholeLongShortTermMemoryLayer[n] whose state has length p: s_t = \
            ProjectionWeights . (o Tanh[c_t]). The arrays \"InputGatePeephole\", \"ForgetGatePeephole\" and \
            \"OutputGatePeephole\" may be None. It has the options of LongShortTermMemoryLayer for functions.",
    source: "Sak, Senior and Beaufays, Long short-term memory recurrent neural network architectures, 2014, eqs. 7-12",
    arguments: &[SIZE, Parameter { name: "projected", kind: ParameterType::Size, default: None }],
    options: &[GATE_ACTIVATION, ACTIVATION, OUTPUT_ACTIVATION],
    relations: &[GATE_FUNCTION, FUNCTION, OUTPUT_FUNCTION],
    requirements: &[IS_GATE_FUNCTION, IS_FUNCTION, IS_OUTPUT_FUNCTION],
    inputs: &[SEQUENCE, Port { shape: "{projected}", ..STATE }, CELL_STATE],
    outputs: &[
        Port { shape: "{t, projected}", ..STATES },
        Port { shape: "{projected}", ..FINAL_STATE },
        FINAL_CELL_STATE,
    ],
    arrays: &[
        input_weights("InputGateInputWeights", "W_{ix}"),
        projected_weights("InputGateStateWeights", "W_{is}"),
        peephole("InputGatePeephole", "p_i"),
        biases("InputGateBiases", "b_i", 0.0),
        input_weights("OutputGateInputWeights", "W_{ox}"),
        projected_weights("OutputGateStateWeights", "W_{os}"),
        peephole("OutputGatePeephole", "p_o"),
        biases("OutputGateBiases", "b_o", 0.0),
        input_weights("ForgetGateInputWeights", "W_{fx}"),
        projected_weights("ForgetGateStateWeights", "W_{fs}"),
        peephole("ForgetGatePeephole", "p_f"),
        biases("ForgetGateBiases", "b_f", 1.0),
        input_weights("MemoryGateInputWeights", "W_{mx}"),
        projected_weights("MemoryGateStateWeights", "W_{ms}"),
        biases("MemoryGateBiases", "b_m", 0.0),
        ArrayRecord {
            name: "ProjectionWeights",
            shape: "{projected, size}",
            initial: Initial::Weights,
            absent: None,
            tex: "W_p",
        },
    ],
    definition: &[memory_cells(PROJECTED_STEP)],
    stable: &[STABLE_GATE_FUNCTION, STABLE_FUNCTION, STABLE_OUTPUT_FUNCTION, memory_cells(PROJECTED_STEP)],
    samples: &[
        Sample::of("ProjectedLongShortTermMemoryLayer[n, p, \"Input\" -> {t, k}]")
            .sizes(&["n", "p"])
            .counts(&["t", "k"]),
        Sample::of("ProjectedLongShortTermMemoryLayer[n, p, \"Input\" -> {t, k}, \"GateActivation\" -> g, \"Activation\" -> f, \"OutputActivation\" -> h]")
            .sizes(&["n", "p", "t", "k"])
            .choices(&[("g", &["LogisticSigmoid", "{\"HardSigmoid\", 1/6, 1/2}", "(LogisticSigmoid[Clip[#, {-1/2, 1/2}]] &)"]), ("f", &["Tanh", "Ramp", "\"SoftPlus\""]), ("h", &["Tanh", "\"ReLU\"", "(# &)"])]),
        Sample::of(
            "ProjectedLongShortTermMemoryLayer[n, p, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \
             \"OutputGateBiases\" -> None, \"ForgetGateBiases\" -> None, \"MemoryGateBiases\" -> None, \
             \"InputGatePeephole\" -> None, \"ForgetGatePeephole\" -> None, \"OutputGatePeephole\" -> None]",
        )
        .sizes(&["n", "p", "t", "k"]),
    ],
    ..Layer::NEW
};
