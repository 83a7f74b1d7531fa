//! `BasicRecurrentLayer`: the Elman cell.

use super::recurrent_activation::{ACTIVATION, FUNCTION, IS_FUNCTION, STABLE_FUNCTION};
use super::recurrent_dropout::{DROPOUT, DROPPED_INPUT, PROBABILITIES, RATES, dropped_weights};
use crate::requirement::requires;
use crate::{
    Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, PortKind, Sample, Step, Training,
};

/// The argument, input and output that all recurrent layers have.
pub(super) const SIZE: Parameter = Parameter { name: "size", kind: ParameterType::Size, default: None };
pub(super) const SEQUENCE: Port = Port { name: "Input", shape: "{t, k}", kind: PortKind::Data, tex: "x" };
pub(super) const STATES: Port = Port { name: "Output", shape: "{t, size}", kind: PortKind::Data, tex: "s" };
pub(super) const STATE: Port = Port { name: "State", shape: "{size}", kind: PortKind::State("FinalState"), tex: "s" };
pub(super) const FINAL_STATE: Port = Port { name: "FinalState", shape: "{size}", kind: PortKind::Data, tex: "s_T" };

/// The array that multiplies the input of a gate.
pub(super) const fn input_weights(name: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape: "{size, k}", initial: Initial::Weights, absent: None, tex }
}

/// The array that multiplies the state of a gate.
pub(super) const fn state_weights(name: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape: "{size, size}", initial: Initial::Weights, absent: None, tex }
}

/// The biases of a gate.
pub(super) const fn biases(name: &'static str, tex: &'static str, value: f64) -> ArrayRecord {
    ArrayRecord { name, shape: "{size}", initial: Initial::Constant(value), absent: Some(Absent::Zeros), tex }
}

/// The second state of cells that have memory, and its final value.
pub(super) const CELL_STATE: Port =
    Port { name: "CellState", shape: "{size}", kind: PortKind::State("FinalCellState"), tex: "c" };
pub(super) const FINAL_CELL_STATE: Port =
    Port { name: "FinalCellState", shape: "{size}", kind: PortKind::Data, tex: "c_T" };

/// The equations of the gates that several cells have.
pub(super) const INPUT_GATE: Step = Step {
    left: "i",
    right: "ArrayThread[gateActivation, {InputGateInputWeights . x + InputGateStateWeights . s + InputGateBiases}, {All}]",
    tex: "i",
};
pub(super) const RESET_GATE: Step = Step {
    left: "r",
    right: "ArrayThread[gateActivation, {ResetGateInputWeights . x + ResetGateStateWeights . s + ResetGateBiases}, {All}]",
    tex: "r",
};
pub(super) const MEMORY_GATE: Step = Step {
    left: "m",
    right: "ArrayThread[activation, {MemoryGateInputWeights . x + MemoryGateStateWeights . s + MemoryGateBiases}, {All}]",
    tex: "m",
};
/// What is put out of the memory.
pub(super) const OUTPUT: Step =
    Step { left: "sNext", right: "o ArrayThread[outputActivation, {cNext}, {All}]", tex: "s" };
/// What the memory becomes by the input, forget and memory gates.
pub(super) const CELLS: Step = Step { left: "cNext", right: "f c + i m", tex: "c" };

/// A recurrence with one state, which is put out, with these equations of a step.
pub(super) const fn one_state(step: &'static [Step]) -> Equation {
    Equation::Recurrence {
        states: &[("s", "State", "FinalState")],
        sequences: &[("x", "Input")],
        step,
        next: &["sNext"],
        outputs: &[("Output", "sNext")],
    }
}

/// The same with memory, which is not put out.
pub(super) const fn memory_cells(step: &'static [Step]) -> Equation {
    Equation::Recurrence {
        states: &[("s", "State", "FinalState"), ("c", "CellState", "FinalCellState")],
        sequences: &[("x", "Input")],
        step,
        next: &["sNext", "cNext"],
        outputs: &[("Output", "sNext")],
    }
}

const BASIC: Equation = one_state(&[Step {
    left: "sNext",
    right: "ArrayThread[activation, {InputWeights . x + StateWeights . s + Biases}, {All}]",
    tex: "s",
}]);

pub(super) const BASIC_RECURRENT: Layer = Layer {
    name: "BasicRecurrentLayer",
    usage: "BasicRecurrentLayer[n] is a recurrent layer of n units: \
            s_t = Tanh[InputWeights . x_t + StateWeights . s_(t-1) + Biases]. It takes a sequence of \
            vectors and gives the sequence of states; the port \"State\" sets the initial state, \
            which is zero otherwise. \"Activation\" -> f has f in the place of Tanh, a function as in \
            ElementwiseLayer. \"Dropout\" -> p or {\"method\" -> p, ...} drops in training: with \
            \"VariationalWeights\" (the method if none is given) elements of the state weights, with \
            \"VariationalInput\" and \"VariationalState\" elements of the input and state, the same at all steps.",
    source: "Elman, Finding structure in time, 1990",
    arguments: &[SIZE],
    options: &[ACTIVATION, DROPOUT],
    inputs: &[SEQUENCE, STATE],
    outputs: &[STATES, FINAL_STATE],
    relations: &[FUNCTION, RATES[0], RATES[1], RATES[2], RATES[3], RATES[4]],
    requirements: &[
        IS_FUNCTION,
        PROBABILITIES,
        requires(
            "updateRate === 0",
            "\"Dropout\" has a probability for \"StateUpdate\", but the state of this layer has no update",
            "Take \"StateUpdate\" out",
        ),
    ],
    arrays: &[input_weights("InputWeights", "W_x"), state_weights("StateWeights", "W_s"), biases("Biases", "b", 0.0)],
    definition: &[BASIC],
    stable: &[STABLE_FUNCTION, BASIC],
    training: Some(Training {
        equations: &[DROPPED_INPUT, dropped_weights!("StateWeights"), BASIC],
        updates: &[],
        whole_batch: false,
    }),
    examples: &[(
        "BasicRecurrentLayer[1, \"InputWeights\" -> {{2}}, \"StateWeights\" -> {{3}}, \"Biases\" -> {0}][{{x}, {y}}]",
        "{{Tanh[2 x]}, {Tanh[2 y + 3 Tanh[2 x]]}}",
    )],
    samples: &[
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}, \"Biases\" -> None]").sizes(&["n", "t", "k"]),
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}, \"Dropout\" -> dropout]")
            .sizes(&["n", "t", "k"])
            .choices(&[("dropout", &["0.5", "{\"VariationalInput\" -> 1/2, \"VariationalState\" -> 1/4}", "None"])]),
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}, \"Activation\" -> f]")
            .sizes(&["n", "t", "k"])
            .choices(&[("f", &["Ramp", "\"ReLU\"", "LogisticSigmoid", "{\"LeakyReLU\", 1/5}", "(# &)"])]),
    ],
    ..Layer::NEW
};
