//! Recurrent operators with all their attributes: directions, lengths, activations, clipping, peepholes, layouts.

use super::{ElementOf, Input, Meaning, NamedLayer, Operator, Output, input, optional, output};

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
        layers: &[NamedLayer {
            when: "plainQ[{\"Tanh\"}, {initialH}]",
            layer: "recurrentNet[BasicRecurrentLayer[Last[Dimensions[R]], \"InputWeights\" -> W[[1]], \"StateWeights\" -> R[[1]], \"Biases\" -> summedBiases[1, 1]], {{initialH, \"initial_h\", \"State\"}}]",
            data: &["X", "initial_h"],
        }],
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
        layers: &[NamedLayer {
            when: "plainQ[{\"Sigmoid\", \"Tanh\"}, {initialH}]",
            layer: "recurrentNet[GatedRecurrentUnitLayer[Last[Dimensions[R]], \"ResetAfter\" -> (linearBeforeReset == 1), \
                    \"InputGateInputWeights\" -> gate[W[[1]], 1, 3], \"InputGateStateWeights\" -> gate[R[[1]], 1, 3], \"InputGateBiases\" -> summedBiases[1, 3], \
                    \"ResetGateInputWeights\" -> gate[W[[1]], 2, 3], \"ResetGateStateWeights\" -> gate[R[[1]], 2, 3], \"ResetGateBiases\" -> summedBiases[2, 3], \
                    \"MemoryGateInputWeights\" -> gate[W[[1]], 3, 3], \"MemoryGateStateWeights\" -> gate[R[[1]], 3, 3], \
                    \"MemoryGateBiases\" -> halfBiases[3, 6], \"MemoryGateStateBiases\" -> halfBiases[6, 6]], {{initialH, \"initial_h\", \"State\"}}]",
            data: &["X", "initial_h"],
        }],
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
        layers: &[NamedLayer {
            when: "plainQ[{\"Sigmoid\", \"Tanh\", \"Tanh\"}, {initialH, initialC}] && P === None && inputForget == 0",
            layer: "recurrentNet[LongShortTermMemoryLayer[Last[Dimensions[R]], \"InputGateInputWeights\" -> gate[W[[1]], 1, 4], \"InputGateStateWeights\" -> gate[R[[1]], 1, 4], \"InputGateBiases\" -> summedBiases[1, 4], \
                    \"OutputGateInputWeights\" -> gate[W[[1]], 2, 4], \"OutputGateStateWeights\" -> gate[R[[1]], 2, 4], \"OutputGateBiases\" -> summedBiases[2, 4], \
                    \"ForgetGateInputWeights\" -> gate[W[[1]], 3, 4], \"ForgetGateStateWeights\" -> gate[R[[1]], 3, 4], \"ForgetGateBiases\" -> summedBiases[3, 4], \
                    \"MemoryGateInputWeights\" -> gate[W[[1]], 4, 4], \"MemoryGateStateWeights\" -> gate[R[[1]], 4, 4], \"MemoryGateBiases\" -> summedBiases[4, 4]], \
                    {{initialH, \"initial_h\", \"State\"}, {initialC, \"initial_c\", \"CellState\"}}]",
            data: &["X", "initial_h", "initial_c"],
        }],
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // The matrix of a gate, of so many, or its biases.
    (
        "gate",
        "Function[{array, k, count}, If[array === None, None, With[{size = First[Dimensions[array]]/count}, part[array, 1, (k - 1) size + 1, k size]]]]",
    ),
    // For the rows of a batch.
    (
        "affine",
        "Function[{rows, matrix, biases}, If[biases === None, rows . Transpose[matrix], \
         ArrayThread[Plus, {rows . Transpose[matrix], biases}, {{1, 2}, {2}}]]]",
    ),
    ("clipped", "Function[{array}, If[clip === Infinity, array, ArrayThread[Min[Max[#, -clip], clip] &, {array}]]]"),
    (
        "peeped",
        "Function[{array, weights, k, cell}, If[weights === None, array, \
         array + ArrayThread[Times, {cell, gate[weights, k, 3]}, {{1, 2}, {2}}]]]",
    ),
    // The activation of a gate: those with parameters take them from the lists in order.
    (
        "activationOf",
        "Function[{names, k}, With[{kind = names[[k]], \
         a = Count[Take[names, k], \"Affine\" | \"LeakyRelu\" | \"ThresholdedRelu\" | \"ScaledTanh\" | \"HardSigmoid\" | \"Elu\"], \
         b = Count[Take[names, k], \"Affine\" | \"ScaledTanh\" | \"HardSigmoid\"]}, \
         With[{alpha = Function[{default}, If[a <= Length[activationAlpha], activationAlpha[[a]], default]], \
         beta = Function[{default}, If[b <= Length[activationBeta], activationBeta[[b]], default]]}, \
         With[{function = Switch[kind, \"Sigmoid\", LogisticSigmoid, \"Tanh\", Tanh, \"Relu\", Ramp, \"Softsign\", \"SoftSign\", \"Softplus\", \"SoftPlus\", \
         \"Affine\", With[{p = alpha[1], q = beta[0]}, Function[p # + q]], \
         \"LeakyRelu\", {\"LeakyReLU\", alpha[0.01]}, \
         \"ThresholdedRelu\", {\"Threshold\", alpha[1], 0}, \
         \"ScaledTanh\", With[{p = alpha[1], q = beta[1]}, Function[p Tanh[q #]]], \
         \"HardSigmoid\", {\"HardSigmoid\", alpha[0.2], beta[0.5]}, \
         \"Elu\", {\"ELU\", alpha[1]}, \
         _, refused[StringJoin[\"the activation \", kind, \" is not known\"]]]}, \
         If[MemberQ[{LogisticSigmoid, Tanh, Ramp}, function], function, ElementwiseLayer[function]]]]]]",
    ),
    ("stackedAt", "Function[{arrays, at}, joined[Map[ArrayReshape[#, Insert[Dimensions[#], 1, at]] &, arrays], at]]"),
    // One direction: sequences {steps, batch, features}; the matrices and initial states of it; the step with all gates.
    (
        "oneDirection",
        "Function[{sequence, states, step, backwards}, With[{times = Range[First[Dimensions[sequence]]], rank = Length[states]}, \
         With[{fold = ArrayFold[Function[{s, e}, With[{next = Apply[step, Append[s, e[[1]]]]}, \
         If[sequenceLens === None, {next, {next[[1]]}}, \
         With[{kept = MapThread[ArrayThread[If[#1 <= #2, #3, #4] &, {e[[2]], sequenceLens, #1, #2}, {{}, {1}, {1, 2}, {1, 2}}] &, {next, s}]}, \
         {kept, {ArrayThread[If[#1 <= #2, #3, 0] &, {e[[2]], sequenceLens, next[[1]]}, {{}, {1}, {1, 2}}]}}]]]], \
         states, Map[If[backwards, Reverse[#], #] &, If[sequenceLens === None, {sequence}, {sequence, times}]]]}, \
         {If[backwards, Reverse[fold[[2, 1]]], fold[[2, 1]]], fold[[1]]}]]]",
    ),
    // Whether an array is left out or zero, whatever its size.
    (
        "zeroQ",
        "Function[{array}, With[{plain = array //. {HoldPattern[ArrayReplicate[e_, __]] :> e, HoldPattern[ArrayReshape[e_, _]] :> e, \
         HoldPattern[ConstantArray[e_, _]] :> e, HoldPattern[SymbolicZerosArray[_]] :> 0}}, \
         plain === None || NumberQ[plain] && plain == 0 || ListQ[plain] && AllTrue[Flatten[plain], # == 0 &]]]",
    ),
    // Whether the operator is what a layer is: one direction over whole sequences, with known weights and states that are known or computed.
    (
        "plainQ",
        "Function[{functions, states}, used =!= {3} && direction =!= \"bidirectional\" && layout == 0 && clip === Infinity && \
         (sequenceLens === None || ListQ[sequenceLens] && AllTrue[sequenceLens, # === First[Dimensions[X]] &]) && \
         AllTrue[states, zeroQ[#] || ListQ[#] || Head[#] === ArraySymbol &] && \
         ListQ[W] && ListQ[R] && (B === None || ListQ[B]) && !ListQ[X] && (activations === None || activations === functions)]",
    ),
    ("halfBiases", "Function[{k, count}, If[B === None, None, gate[B[[1]], k, count]]]"),
    (
        "summedBiases",
        "Function[{k, count}, If[B === None, None, gate[B[[1]], k, 2 count] + gate[B[[1]], count + k, 2 count]]]",
    ),
    // A layer for sequences as a net for all sequences of a batch, which are in the second level: all states, or the last ones.
    (
        "sequential",
        "Function[{layer}, With[{dims = Dimensions[X], width = Last[Dimensions[R]], backwards = direction === \"reverse\"}, \
         With[{steps = Join[If[backwards, {SequenceReverseLayer[]}, {}], {layer}, Which[wanted == 2, {SequenceLastLayer[]}, backwards, {SequenceReverseLayer[]}, True, {}]], \
         areKnown = AllTrue[dims, IntegerQ]}, \
         With[{net = NetMapOperator[If[Length[steps] == 1, layer, NetChain[steps]]]}, \
         Apply[NetChain, Join[{Join[{TransposeLayer[], net}, \
         If[wanted == 2, {If[areKnown, ReshapeLayer[{1, dims[[2]], width}], ReplicateLayer[1]]}, \
         {TransposeLayer[], If[areKnown, ReshapeLayer[{dims[[1]], 1, dims[[2]], width}], ReplicateLayer[1, 2]]}]]}, \
         If[areKnown, {\"Input\" -> dims}, {}]]]]]]]",
    ),
    // The edges from what begins a state to the layer that takes it: an input, or an array that is known.
    ("stateSource", "Function[{state}, If[ListQ[state[[1]]], state[[2]] <> \"Array\", NetPort[state[[2]]]]]"),
    (
        "stateArrays",
        "Function[{given}, Association[Map[(#[[2]] <> \"Array\") -> NetArrayLayer[\"Array\" -> #[[1]]] &, Select[given, ListQ[First[#]] &]]]]",
    ),
    // The path of a sequence through the layer "cells" and those that reverse it before and behind; where all states together are not
    // used, the last one is that of the path, as every output of a layer is one of the net otherwise.
    (
        "cellsLayers",
        "With[{backwards = direction === \"reverse\", whole = MemberQ[used, 1]}, \
         Join[If[backwards, <|\"reversed\" -> SequenceReverseLayer[]|>, <||>], \
         Which[!whole, <|\"last\" -> SequenceLastLayer[]|>, backwards, <|\"turned\" -> SequenceReverseLayer[]|>, True, <||>]]]",
    ),
    (
        "cellsPath",
        "Function[{from}, With[{backwards = direction === \"reverse\", whole = MemberQ[used, 1]}, \
         Join[If[backwards, {from -> \"reversed\" -> \"cells\"}, {from -> \"cells\"}], \
         Which[!whole, {\"cells\" -> \"last\"}, backwards, {\"cells\" -> \"turned\"}, True, {}]]]]",
    ),
    (
        "cellsOutput",
        "Function[{place}, Switch[place, 1, If[direction === \"reverse\", \"turned\", \"cells\"], \
         2, If[MemberQ[used, 1], NetPort[{\"cells\", \"FinalState\"}], \"last\"], _, NetPort[{\"cells\", \"FinalCellState\"}]]]",
    ),
    ("outputName", "Function[{place}, {\"Y\", \"Y_h\", \"Y_c\"}[[place]]]"),
    // For the only sequence of a batch: levels of size 1 are taken away and put back.
    (
        "oneSequence",
        "Function[{layer, given}, With[{steps = First[Dimensions[X]], width = Last[Dimensions[R]]}, \
         NetGraph[Join[<|\"sequence\" -> ReshapeLayer[{steps, Last[Dimensions[X]]}], \"cells\" -> layer|>, cellsLayers, stateArrays[given], \
         Association[Map[#[[2]] -> ReshapeLayer[{width}] &, given]], \
         Association[Map[outputName[#] -> ReshapeLayer[If[# == 1, {steps, 1, 1, width}, {1, 1, width}]] &, used]]], \
         Join[{NetPort[\"X\"] -> \"sequence\"}, cellsPath[\"sequence\"], \
         Map[stateSource[#] -> #[[2]] -> NetPort[{\"cells\", #[[3]]}] &, given], \
         Map[cellsOutput[#] -> outputName[#] -> NetPort[outputName[#]] &, used]], \"X\" -> Dimensions[X]]]]",
    ),
    // For each sequence of a batch: its outputs as rows of one array, which are told apart behind.
    (
        "sequenceRows",
        "Function[{layer, given}, With[{first = First[used], more = Rest[used]}, \
         NetGraph[Join[<|\"cells\" -> layer|>, cellsLayers, If[first == 1, <||>, <|\"row\" -> ReplicateLayer[1]|>], \
         Association[Map[#[[2]] -> ReshapeLayer[{Last[Dimensions[R]]}] &, given]], Association[Map[(\"append\" <> ToString[#]) -> AppendLayer[] &, more]]], \
         Join[cellsPath[NetPort[\"X\"]], Map[NetPort[#[[2]]] -> #[[2]] -> NetPort[{\"cells\", #[[3]]}] &, given], \
         If[first == 1, {}, {cellsOutput[first] -> \"row\"}], \
         MapThread[{#1 -> NetPort[{#2, \"Input\"}], cellsOutput[#3] -> NetPort[{#2, \"Element\"}]} &, \
         {Most[Prepend[Map[\"append\" <> ToString[#] &, more], If[first == 1, cellsOutput[1], \"row\"]]], Map[\"append\" <> ToString[#] &, more], more}] // Flatten]]]]",
    ),
    (
        "eachSequence",
        "Function[{layer, given}, With[{count = Length[used], inner = sequenceRows[layer, given]}, \
         NetGraph[Join[<|\"sequences\" -> TransposeLayer[], \"each\" -> If[given === {}, NetMapOperator[inner], NetMapThreadOperator[inner]]|>, stateArrays[given], \
         Association[Map[#[[2]] -> PartLayer[1] &, given]], \
         Association[Flatten[MapIndexed[Function[{place, at}, If[place == 1, \
         {\"rows\" -> PartLayer[{All, 1 ;; -count}], \"steps\" -> TransposeLayer[], \"Y\" -> ReplicateLayer[1, 2]}, \
         {(outputName[place] <> \"Row\") -> PartLayer[{All, First[at] - count - 1}], outputName[place] -> ReplicateLayer[1]}]], used]]]], \
         Join[{NetPort[\"X\"] -> \"sequences\" -> If[given === {}, \"each\", NetPort[{\"each\", \"X\"}]]}, \
         Map[stateSource[#] -> #[[2]] -> NetPort[{\"each\", #[[2]]}] &, given], \
         Map[If[# == 1, \"each\" -> \"rows\" -> \"steps\" -> \"Y\" -> NetPort[\"Y\"], \
         \"each\" -> (outputName[#] <> \"Row\") -> outputName[#] -> NetPort[outputName[#]]] &, used]]]]]",
    ),
    (
        "recurrentNet",
        "Function[{layer, states}, With[{given = Select[states, !zeroQ[First[#]] &]}, \
         Which[given === {} && (wanted == 1 || wanted == 2), sequential[layer], Dimensions[X][[2]] === 1, oneSequence[layer, given], \
         True, eachSequence[layer, given]]]]",
    ),
    // All directions: the outputs of the operator.
    (
        "recurrent",
        "Function[{gates, functions, initials, cell}, \
         With[{sequence = If[layout == 1, Transpose[X], X], count = If[direction === \"bidirectional\", 2, 1]}, \
         With[{batch = Dimensions[sequence][[2]], size = Dimensions[R][[3]], \
         names = If[activations === None, Flatten[ConstantArray[functions, count]], activations], each = Length[functions]}, \
         With[{results = Table[With[{f = Table[activationOf[names, (d - 1) each + k], {k, each}], w = W[[d]], r = R[[d]], \
         b = If[B === None, {None, None}, {part[B[[d]], 1, 1, gates size], part[B[[d]], 1, gates size + 1, 2 gates size]}], \
         p = If[Length[initials] == 1 || P === None, None, P[[d]]], \
         start = Map[Which[# === None, ConstantArray[0, {batch, size}], layout == 1, Transpose[#][[d]], True, #[[d]]] &, initials]}, \
         oneDirection[sequence, start, cell[f, w, r, b, p], direction === \"reverse\" || d == 2]], {d, count}]}, \
         With[{all = stackedAt[Map[First, results], 2], last = Table[stackedAt[Map[#[[2, j]] &, results], 1], {j, Length[initials]}]}, \
         Prepend[If[layout == 1, Map[Transpose, last], last], If[layout == 1, Transpose[all, {2, 3, 1, 4}], all]]]]]]]",
    ),
];
