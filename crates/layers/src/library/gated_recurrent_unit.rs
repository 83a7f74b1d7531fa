//! `GatedRecurrentUnitLayer`: the gated recurrent unit with a bias of its own for the state, or with the reset before
//! the matrix product.

use super::recurrent::{
    FINAL_STATE, INPUT_GATE, RESET_GATE, SEQUENCE, SIZE, STATE, STATES, biases, input_weights, one_state, state_weights,
};
use crate::{Layer, Parameter, ParameterType, Sample, Step};

pub(super) const GATED_RECURRENT_UNIT: Layer = Layer {
    name: "GatedRecurrentUnitLayer",
    usage: "GatedRecurrentUnitLayer[n] is GatedRecurrentLayer[n] with one more bias, so that m = Tanh[MemoryGateInputWeights . \
            x + MemoryGateBiases + r (MemoryGateStateWeights . s + MemoryGateStateBiases)]: the unit of PyTorch, and of \
            Keras with reset_after. With \"ResetAfter\" -> False the reset gate acts before the product: m = \
            Tanh[MemoryGateInputWeights . x + MemoryGateBiases + MemoryGateStateWeights . (r s) + \
            MemoryGateStateBiases], as in the first paper.",
    source: "Cho et al., Learning phrase representations using RNN encoder-decoder, 2014, eqs. 5-8",
    arguments: &[SIZE],
    options: &[Parameter { name: "ResetAfter", kind: ParameterType::Boolean, default: Some("True") }],
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
    definition: &[one_state(&[
        INPUT_GATE,
        RESET_GATE,
        Step {
            left: "m",
            right: "Tanh[MemoryGateInputWeights . x + MemoryGateBiases + If[ResetAfter,
                r (MemoryGateStateWeights . s + MemoryGateStateBiases),
                MemoryGateStateWeights . (r s) + MemoryGateStateBiases]]",
            tex: "m",
        },
        Step { left: "sNext", right: "(1 - i) m + i s", tex: "s" },
    ])],
    samples: &[
        Sample::of("GatedRecurrentUnitLayer[n, \"Input\" -> {t, k}, \"ResetAfter\" -> after]")
            .sizes(&["n"])
            .counts(&["t", "k"])
            .choices(&[("after", &["True", "False"])]),
        Sample::of(
            "GatedRecurrentUnitLayer[n, \"Input\" -> {t, k}, \"InputGateBiases\" -> None, \"ResetGateBiases\" -> None, \
             \"MemoryGateBiases\" -> None, \"MemoryGateStateBiases\" -> None]",
        )
        .sizes(&["n", "t", "k"]),
    ],
    ..Layer::NEW
};
