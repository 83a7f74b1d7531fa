//! `BasicRecurrentLayer`: the Elman cell.

use super::elementwise::named_function;
use crate::{
    Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample, Step,
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

pub(super) const BASIC_RECURRENT: Layer = Layer {
    name: "BasicRecurrentLayer",
    usage: "BasicRecurrentLayer[n] is a recurrent layer of n units: \
            s_t = Tanh[InputWeights . x_t + StateWeights . s_(t-1) + Biases]. It takes a sequence of \
            vectors and gives the sequence of states; the port \"State\" sets the initial state, \
            which is zero otherwise. \"Activation\" -> f has f in the place of Tanh, a function as in \
            ElementwiseLayer.",
    source: "Elman, Finding structure in time, 1990",
    arguments: &[SIZE],
    options: &[Parameter { name: "Activation", kind: ParameterType::Function, default: Some("Tanh") }],
    inputs: &[SEQUENCE, STATE],
    outputs: &[STATES, FINAL_STATE],
    relations: &[Relation { variable: "f", value: named_function!("Activation") }],
    requirements: &[(
        "!StringQ[f] && !ListQ[f]",
        "there is no elementwise function of this name; ?ElementwiseLayer lists the names",
    )],
    arrays: &[input_weights("InputWeights", "W_x"), state_weights("StateWeights", "W_s"), biases("Biases", "b", 0.0)],
    definition: &[Equation::Recurrence {
        states: &[("s", "State", "FinalState")],
        sequences: &[("x", "Input")],
        step: &[Step {
            left: "sNext",
            right: "ArrayThread[f, {InputWeights . x + StateWeights . s + Biases}, {All}]",
            tex: "s",
        }],
        next: &["sNext"],
        outputs: &[("Output", "sNext")],
    }],
    examples: &[(
        "BasicRecurrentLayer[1, \"InputWeights\" -> {{2}}, \"StateWeights\" -> {{3}}, \"Biases\" -> {0}][{{x}, {y}}]",
        "{{Tanh[2 x]}, {Tanh[2 y + 3 Tanh[2 x]]}}",
    )],
    samples: &[
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}]").sizes(&["n"]).counts(&["t", "k"]),
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}, \"Biases\" -> None]").sizes(&["n", "t", "k"]),
        Sample::of("BasicRecurrentLayer[n, \"Input\" -> {t, k}, \"Activation\" -> f]")
            .sizes(&["n", "t", "k"])
            .choices(&[("f", &["Ramp", "\"ReLU\"", "LogisticSigmoid", "{\"LeakyReLU\", 1/5}", "(# &)"])]),
    ],
    ..Layer::NEW
};
