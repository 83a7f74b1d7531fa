//! Recurrent layers: one operator for stacks of them in one or both directions.
//!
//! Its arrays are one after the other: for each layer and direction the weights of the input and of the state, and then in the same
//! order the biases of both, each with its gates one below the other: input, forget, memory and output of LSTM; reset,
//! input and memory of GRU.

use super::{Batch, Input, Operator, array, data};

const INPUTS: &[Input] = &[data("data"), array("parameters"), array("state"), array("state_cell")];

pub(super) const OPERATORS: &[Operator] = &[Operator {
    names: &["RNN"],
    inputs: INPUTS,
    attributes: &[
        ("state_size", ""),
        ("num_layers", ""),
        ("mode", ""),
        ("bidirectional", "False"),
        ("p", "0."),
        ("state_outputs", "False"),
        ("projection_size", "None"),
        ("use_sequence_length", "False"),
        ("lstm_state_clip_min", "None"),
        ("lstm_state_clip_max", "None"),
    ],
    ignored: &["lstm_state_clip_nan"],
    layer: "Which[!TrueQ[0 < numLayers <= 1000], refused[\"the number of its layers must be from 1 to 1000\"], batch =!= 1, refused[\"its sequences must come before the batch\"], \
            projectionSize =!= None, refused[\"a projection is not supported\"], \
            lstmStateClipMin =!= None || lstmStateClipMax =!= None, refused[\"clipped states are not supported\"], \
            useSequenceLength, refused[\"lengths of sequences are not supported\"], \
            Max[Abs[Flatten[{If[ListQ[state], state, 0], If[ListQ[stateCell], stateCell, 0]}]]] > 0, \
            refused[\"initial states that are not zero are not supported\"], \
            True, With[{gates = Switch[mode, \"lstm\", 4, \"gru\", 3, _, 1], ways = If[bidirectional, 2, 1]}, \
            With[{first = If[ListQ[parameters], (Length[parameters] - (numLayers - 1) ways gates stateSize (ways stateSize + stateSize + 2))/\
            (ways gates stateSize) - stateSize - 2, 0]}, \
            With[{sizes = Prepend[ConstantArray[ways stateSize, numLayers - 1], first], rows = gates stateSize}, \
            With[{starts = Accumulate[Prepend[ways rows (sizes + stateSize), 0]]}, \
            chain[Riffle[Table[With[{weights = Table[With[{at = starts[[k]] + (d - 1) rows (sizes[[k]] + stateSize)}, \
            {slab[at, rows, sizes[[k]]], slab[at + rows sizes[[k]], rows, stateSize]}], {d, ways}], \
            biases = Table[With[{at = Last[starts] + ((k - 1) ways + d - 1) 2 rows}, \
            {segment[at, rows], segment[at + rows, rows]}], {d, ways}]}, \
            If[bidirectional, NetBidirectionalOperator[{cell[weights[[1]], biases[[1]]], cell[weights[[2]], biases[[2]]]}], \
            cell[weights[[1]], biases[[1]]]]], {k, numLayers}], If[p > 0, DropoutLayer[p], None]]]]]]]]",
    batch: Batch::Kept,
    ..Operator::NEW
}];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Parts of the arrays that follow each other.
    (
        "slab",
        "Function[{start, rows, columns}, If[ListQ[parameters], \
         ArrayReshape[Take[parameters, {start + 1, start + rows columns}], {rows, columns}], Automatic]]",
    ),
    (
        "segment",
        "Function[{start, rows}, If[ListQ[parameters], Take[parameters, {start + 1, start + rows}], Automatic]]",
    ),
    // The part of a gate.
    ("gate", "Function[{values, k}, If[ListQ[values], Take[values, {(k - 1) stateSize + 1, k stateSize}], Automatic]]"),
    ("summed", "Function[{pair, k}, If[ListQ[First[pair]], gate[pair[[1]], k] + gate[pair[[2]], k], Automatic]]"),
    // A layer from its weights of input and state, and the biases of both.
    (
        "cell",
        "Function[{w, b}, Switch[mode, \
         \"rnn_tanh\", BasicRecurrentLayer[stateSize, \"InputWeights\" -> w[[1]], \"StateWeights\" -> w[[2]], \"Biases\" -> summed[b, 1]], \
         \"lstm\", LongShortTermMemoryLayer[stateSize, \
         \"InputGateInputWeights\" -> gate[w[[1]], 1], \"InputGateStateWeights\" -> gate[w[[2]], 1], \"InputGateBiases\" -> summed[b, 1], \
         \"ForgetGateInputWeights\" -> gate[w[[1]], 2], \"ForgetGateStateWeights\" -> gate[w[[2]], 2], \"ForgetGateBiases\" -> summed[b, 2], \
         \"MemoryGateInputWeights\" -> gate[w[[1]], 3], \"MemoryGateStateWeights\" -> gate[w[[2]], 3], \"MemoryGateBiases\" -> summed[b, 3], \
         \"OutputGateInputWeights\" -> gate[w[[1]], 4], \"OutputGateStateWeights\" -> gate[w[[2]], 4], \"OutputGateBiases\" -> summed[b, 4]], \
         \"gru\", GatedRecurrentUnitLayer[stateSize, \"ResetAfter\" -> True, \
         \"ResetGateInputWeights\" -> gate[w[[1]], 1], \"ResetGateStateWeights\" -> gate[w[[2]], 1], \"ResetGateBiases\" -> summed[b, 1], \
         \"InputGateInputWeights\" -> gate[w[[1]], 2], \"InputGateStateWeights\" -> gate[w[[2]], 2], \"InputGateBiases\" -> summed[b, 2], \
         \"MemoryGateInputWeights\" -> gate[w[[1]], 3], \"MemoryGateStateWeights\" -> gate[w[[2]], 3], \
         \"MemoryGateBiases\" -> gate[b[[1]], 3], \"MemoryGateStateBiases\" -> gate[b[[2]], 3]], \
         _, refused[StringJoin[\"the mode \", ToString[mode], \" is not supported; rnn_tanh, lstm and gru are\"]]]]",
    ),
];
