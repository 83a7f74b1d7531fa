//! `GatedRecurrentUnitLayer`: the gated recurrent unit with a bias of its own for the state, or with the reset before
//! the matrix product.

use super::recurrent::{
    FINAL_STATE, INPUT_GATE, RESET_GATE, SEQUENCE, SIZE, STATE, STATES, biases, input_weights, one_state, state_weights,
};
use super::recurrent_activation::{
    ACTIVATION, FUNCTION, GATE_ACTIVATION, GATE_FUNCTION, IS_FUNCTION, IS_GATE_FUNCTION, STABLE_FUNCTION,
    STABLE_GATE_FUNCTION,
};
use crate::{Layer, Parameter, ParameterType, Sample, Step};

const STEP: &[Step] = &[
    INPUT_GATE,
    RESET_GATE,
    Step {
        left: "m",
        right: "ArrayThread[activation, {MemoryGateInputWeights . x + MemoryGateBiases + If[ResetAfter,
                r (MemoryGateStateWeights . s + MemoryGateStateBiases),
                MemoryGateStateWeights . (r s) + MemoryGateStateBiases]}, {All}]",
        tex: "m",
    },
    Step { left: "sNext", right: "(1 - i) m + i s", tex: "s" },
];

pub(super) const GATED_RECURRENT_UNIT: Layer = Layer {
    name: "GatedRecurrentUnitLayer",
    usage: "GatedRecurrentUnitLayer[n] is GatedRecurrentLayer[n] with one more bias, so that m = Tanh[MemoryGateInputWeights . \
            x + MemoryGateBiases + r (MemoryGateStateWeights . s + MemoryGateStateBiases)]: the unit of PyTorch, and of \
            Keras with reset_after. With \"ResetAfter\" -> False the reset gate acts before the product: m = \
            Tanh[MemoryGateInputWeights . x + MemoryGateBiases + MemoryGateStateWeights . (r s) + \
            MemoryGateStateBiases], as in the first paper. \"GateActivation\" -> g has g in the place of \
            LogisticSigmoid, and \"Activation\" -> f has f in the place of Tanh: functions as in ElementwiseLayer.",
    source: "Cho et al., Learning phrase representations using RNN encoder-decoder, 2014, eqs. 5-8",
    arguments: &[SIZE],
    options: &[
        Parameter { name: "ResetAfter", kind: ParameterType::Boolean, default: Some("True") },
        GATE_ACTIVATION,
        ACTIVATION,
    ],
    relations: &[GATE_FUNCTION, FUNCTION],
    requirements: &[IS_GATE_FUNCTION, IS_FUNCTION],
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
        biases("MemoryGateStateBiases", "b_{ms}", 0.0),
    ],
    definition: &[one_state(STEP)],
    stable: &[STABLE_GATE_FUNCTION, STABLE_FUNCTION, one_state(STEP)],
    samples: &[
        Sample::of("GatedRecurrentUnitLayer[n, \"Input\" -> {t, k}, \"ResetAfter\" -> after]")
            .sizes(&["n"])
            .counts(&["t", "k"])
            .choices(&[("after", &["True", "False"])]),
        Sample::of("GatedRecurrentUnitLayer[n, \"Input\" -> {t, k}, \"GateActivation\" -> g, \"Activation\" -> f]")
            .sizes(&["n", "t", "k"])
            .choices(&[
                ("g", &["LogisticSigmoid", "{\"HardSigmoid\", 1/6, 1/2}", "(LogisticSigmoid[Clip[#, {-1/2, 1/2}]] &)"]),
                ("f", &["Tanh", "Ramp", "\"SoftPlus\""]),
            ]),
        Sample::of(
            "GatedRecurrentUnitLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"ResetGateBiases\" -> None, \
             \"MemoryGateBiases\" -> None, \"MemoryGateStateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
