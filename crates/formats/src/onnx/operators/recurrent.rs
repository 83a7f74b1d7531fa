//! Recurrent operators with all their attributes: directions, lengths, activations, clipping, peepholes, layouts.

use super::{ElementOf, Input, Meaning, Operator, Output, input, optional, output};

const INPUTS: &[Input] =
    &[input("X"), input("W"), input("R"), optional("B"), optional("sequence_lens"), optional("initial_h")];
const LSTM_INPUTS: &[Input] = &[
    input("X"),
    input("W"),
    input("R"),
    optional("B"),
    optional("sequence_lens"),
    optional("initial_h"),
    optional("initial_c"),
    optional("P"),
];
const OUTPUTS: &[Output] = &[output("Y", ElementOf::Input(0)), output("Y_h", ElementOf::Input(0))];
const LSTM_OUTPUTS: &[Output] =
    &[output("Y", ElementOf::Input(0)), output("Y_h", ElementOf::Input(0)), output("Y_c", ElementOf::Input(0))];

/// The attributes that all have.
macro_rules! attributes {
    ($($more:expr),*) => {
        &[
            ("activation_alpha", "{}"),
            ("activation_beta", "{}"),
            ("activations", "None"),
            ("clip", "Infinity"),
            ("direction", "\"forward\""),
            ("hidden_size", "None"),
            ("layout", "0"),
            $($more),*
        ]
    };
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "RNN",
        inputs: INPUTS,
        outputs: OUTPUTS,
        attributes: attributes!(("output_sequence", "0")),
        meaning: Meaning::Value(
            "recurrent[1, {\"Tanh\"}, {initialH}, Function[{f, w, r, b, peepholes}, Function[{h, x}, \
             {f[[1]][clipped[affine[x, w, b[[1]]] + affine[h, r, b[[2]]]]]}]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "GRU",
        inputs: INPUTS,
        outputs: OUTPUTS,
        attributes: attributes!(("linear_before_reset", "0"), ("output_sequence", "0")),
        meaning: Meaning::Value(
            "recurrent[3, {\"Sigmoid\", \"Tanh\"}, {initialH}, Function[{f, w, r, b, peepholes}, Function[{h, x}, \
             With[{z = f[[1]][clipped[affine[x, gate[w, 1, 3], gate[b[[1]], 1, 3]] + affine[h, gate[r, 1, 3], gate[b[[2]], 1, 3]]]], \
             s = f[[1]][clipped[affine[x, gate[w, 2, 3], gate[b[[1]], 2, 3]] + affine[h, gate[r, 2, 3], gate[b[[2]], 2, 3]]]]}, \
             With[{n = f[[2]][clipped[affine[x, gate[w, 3, 3], gate[b[[1]], 3, 3]] + If[linearBeforeReset == 0, \
             affine[s h, gate[r, 3, 3], gate[b[[2]], 3, 3]], s affine[h, gate[r, 3, 3], gate[b[[2]], 3, 3]]]]]}, \
             {(1 - z) n + z h}]]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "LSTM",
        inputs: LSTM_INPUTS,
        outputs: LSTM_OUTPUTS,
        attributes: attributes!(("input_forget", "0"), ("output_sequence", "0")),
        meaning: Meaning::Value(
            "recurrent[4, {\"Sigmoid\", \"Tanh\", \"Tanh\"}, {initialH, initialC}, Function[{f, w, r, b, peepholes}, Function[{h, c, x}, \
             With[{pre = Table[affine[x, gate[w, k, 4], gate[b[[1]], k, 4]] + affine[h, gate[r, k, 4], gate[b[[2]], k, 4]], {k, 4}]}, \
             With[{i = f[[1]][clipped[peeped[pre[[1]], peepholes, 1, c]]]}, \
             With[{forget = If[inputForget == 1, 1 - i, f[[1]][clipped[peeped[pre[[3]], peepholes, 3, c]]]]}, \
             With[{cell = forget c + i f[[2]][clipped[pre[[4]]]]}, \
             {f[[1]][clipped[peeped[pre[[2]], peepholes, 2, cell]]] f[[3]][cell], cell}]]]]]]]",
        ),
        ..Operator::NEW
    },
];
