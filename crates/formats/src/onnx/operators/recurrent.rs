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

/// What must hold for all.
const VALID: &[(&str, &str)] = &[(
    "hiddenSize === None || hiddenSize === Last[Dimensions[R]]",
    "the attribute \"hidden_size\" must be the last dimension of R",
)];

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
        requires: VALID,
        meaning: Meaning::Value(
            "recurrent[1, {\"Tanh\"}, {initialH}, Function[{f, w, r, b, peepholes}, Function[{h, x}, \
             {acted[f[[1]], affine[x, w, b[[1]]] + affine[h, r, b[[2]]]]}]]]",
        ),
        layers: &[NamedLayer {
            when: "layerQ[{\"Tanh\"}, {initialH}]",
            layer: "recurrentNet[Function[{d}, With[{f = activationsOf[{\"Tanh\"}, d]}, \
                    BasicRecurrentLayer[Last[Dimensions[R]], \"InputWeights\" -> W[[d]], \"StateWeights\" -> R[[d]], \
                    \"Biases\" -> summedBiases[d, 1, 1], withFunction[\"Activation\", f[[1]], Tanh]]]], {{initialH, \"initial_h\", \"State\"}}]",
            data: &["X", "initial_h"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "GRU",
        inputs: INPUTS,
        outputs: OUTPUTS,
        attributes: attributes!(("linear_before_reset", "0"), ("output_sequence", "0")),
        requires: VALID,
        meaning: Meaning::Value(
            "recurrent[3, {\"Sigmoid\", \"Tanh\"}, {initialH}, Function[{f, w, r, b, peepholes}, Function[{h, x}, \
             With[{count = If[linearBeforeReset == 0, 2, 3]}, \
             With[{ofInput = affine[x, w, b[[1]]], ofState = affine[h, firstGates[r, count, 3], firstGates[b[[2]], count, 3]]}, \
             With[{z = acted[f[[1]], gateColumns[ofInput, 1, 3] + gateColumns[ofState, 1, count]], s = acted[f[[1]], gateColumns[ofInput, 2, 3] + gateColumns[ofState, 2, count]]}, \
             With[{n = acted[f[[2]], gateColumns[ofInput, 3, 3] + If[linearBeforeReset == 0, \
             affine[s h, gate[r, 3, 3], gate[b[[2]], 3, 3]], s gateColumns[ofState, 3, 3]]]}, \
             {(1 - z) n + z h}]]]]]]]",
        ),
        layers: &[NamedLayer {
            when: "layerQ[{\"Sigmoid\", \"Tanh\"}, {initialH}]",
            layer: "recurrentNet[Function[{d}, With[{f = activationsOf[{\"Sigmoid\", \"Tanh\"}, d]}, \
                    GatedRecurrentUnitLayer[Last[Dimensions[R]], \"ResetAfter\" -> (linearBeforeReset == 1), \
                    \"InputGateInputWeights\" -> gate[W[[d]], 1, 3], \"InputGateStateWeights\" -> gate[R[[d]], 1, 3], \"InputGateBiases\" -> summedBiases[d, 1, 3], \
                    \"ResetGateInputWeights\" -> gate[W[[d]], 2, 3], \"ResetGateStateWeights\" -> gate[R[[d]], 2, 3], \"ResetGateBiases\" -> summedBiases[d, 2, 3], \
                    \"MemoryGateInputWeights\" -> gate[W[[d]], 3, 3], \"MemoryGateStateWeights\" -> gate[R[[d]], 3, 3], \
                    \"MemoryGateBiases\" -> halfBiases[d, 3, 6], \"MemoryGateStateBiases\" -> halfBiases[d, 6, 6], \
                    withFunction[\"GateActivation\", f[[1]], LogisticSigmoid], withFunction[\"Activation\", f[[2]], Tanh]]]], {{initialH, \"initial_h\", \"State\"}}]",
            data: &["X", "initial_h"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "LSTM",
        inputs: LSTM_INPUTS,
        outputs: LSTM_OUTPUTS,
        attributes: attributes!(("input_forget", "0"), ("output_sequence", "0")),
        requires: VALID,
        meaning: Meaning::Value(
            "recurrent[4, {\"Sigmoid\", \"Tanh\", \"Tanh\"}, {initialH, initialC}, Function[{f, w, r, b, peepholes}, Function[{h, c, x}, \
             With[{all = affine[x, w, b[[1]]] + affine[h, r, b[[2]]]}, \
             With[{i = acted[f[[1]], peeped[gateColumns[all, 1, 4], peepholes, 1, c]]}, \
             With[{forget = If[inputForget == 1, 1 - i, acted[f[[1]], peeped[gateColumns[all, 3, 4], peepholes, 3, c]]]}, \
             With[{cell = forget c + i acted[f[[2]], gateColumns[all, 4, 4]]}, \
             {acted[f[[1]], peeped[gateColumns[all, 2, 4], peepholes, 2, cell]] acted[f[[3]], cell], cell}]]]]]]]",
        ),
        // A forget gate that is 1 - i is the logistic sigmoid of what the input gate takes with the other sign.
        layers: &[NamedLayer {
            when: "layerQ[{\"Sigmoid\", \"Tanh\", \"Tanh\"}, {initialH, initialC}] && (P === None || ListQ[P]) && \
                   (inputForget == 0 || activations === None || MatchQ[activations, {\"Sigmoid\", _, _} | {\"Sigmoid\", _, _, \"Sigmoid\", _, _}])",
            layer: "recurrentNet[Function[{d}, With[{f = activationsOf[{\"Sigmoid\", \"Tanh\", \"Tanh\"}, d], \
                    forget = If[inputForget == 1, Function[{arrays}, negated[arrays[1]]], Function[{arrays}, arrays[3]]]}, \
                    If[P === None, LongShortTermMemoryLayer, PeepholeLongShortTermMemoryLayer][Last[Dimensions[R]], \
                    \"InputGateInputWeights\" -> gate[W[[d]], 1, 4], \"InputGateStateWeights\" -> gate[R[[d]], 1, 4], \"InputGateBiases\" -> summedBiases[d, 1, 4], \
                    \"OutputGateInputWeights\" -> gate[W[[d]], 2, 4], \"OutputGateStateWeights\" -> gate[R[[d]], 2, 4], \"OutputGateBiases\" -> summedBiases[d, 2, 4], \
                    \"ForgetGateInputWeights\" -> forget[gate[W[[d]], #, 4] &], \"ForgetGateStateWeights\" -> forget[gate[R[[d]], #, 4] &], \
                    \"ForgetGateBiases\" -> forget[summedBiases[d, #, 4] &], \
                    \"MemoryGateInputWeights\" -> gate[W[[d]], 4, 4], \"MemoryGateStateWeights\" -> gate[R[[d]], 4, 4], \"MemoryGateBiases\" -> summedBiases[d, 4, 4], \
                    Apply[Sequence, If[P === None, {}, {\"InputGatePeephole\" -> gate[P[[d]], 1, 3], \"OutputGatePeephole\" -> gate[P[[d]], 2, 3], \
                    \"ForgetGatePeephole\" -> forget[gate[P[[d]], #, 3] &]}]], \
                    withFunction[\"GateActivation\", f[[1]], LogisticSigmoid], withFunction[\"Activation\", f[[2]], Tanh], withFunction[\"OutputActivation\", f[[3]], Tanh]]]], \
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
    (
        "firstGates",
        "Function[{array, k, count}, If[array === None || k == count, array, part[array, 1, 1, k First[Dimensions[array]]/count]]]",
    ),
    // For the rows of a batch.
    (
        "affine",
        "Function[{rows, matrix, biases}, If[biases === None, rows . Transpose[matrix], \
         ArrayThread[Plus, {rows . Transpose[matrix], biases}, {{1, 2}, {2}}]]]",
    ),
    // The part of a gate, of so many, of what goes into all.
    (
        "gateColumns",
        "Function[{array, k, count}, With[{size = Last[Dimensions[array]]/count}, part[array, 2, (k - 1) size + 1, k size]]]",
    ),
    (
        "peeped",
        "Function[{array, weights, k, cell}, If[weights === None, array, \
         array + ArrayThread[Times, {cell, gate[weights, k, 3]}, {{1, 2}, {2}}]]]",
    ),
    // What a layer knows as a function, of an expression in an element.
    (
        "asFunction",
        "Function[{function, of}, If[Head[function] === refused || Head[function] === Symbol && of === element, function, \
         Apply[Function, {ElementwiseLayer[function][of] /. element -> Slot[1]}]]]",
    ),
    // The activation of a gate: those with parameters take them from the lists in order.
    (
        "activationOf",
        "Function[{names, k}, With[{kind = names[[k]], \
         a = Count[Take[names, k], \"Affine\" | \"LeakyRelu\" | \"ThresholdedRelu\" | \"ScaledTanh\" | \"HardSigmoid\" | \"Elu\"], \
         b = Count[Take[names, k], \"Affine\" | \"ScaledTanh\" | \"HardSigmoid\"]}, \
         With[{alpha = Function[{default}, If[a <= Length[activationAlpha], activationAlpha[[a]], default]], \
         beta = Function[{default}, If[b <= Length[activationBeta], activationBeta[[b]], default]]}, \
         Switch[kind, \"Sigmoid\", LogisticSigmoid, \"Tanh\", Tanh, \"Relu\", Ramp, \"Softsign\", \"SoftSign\", \"Softplus\", \"SoftPlus\", \
         \"Affine\", With[{p = alpha[1], q = beta[0]}, Function[p # + q]], \
         \"LeakyRelu\", {\"LeakyReLU\", alpha[0.01]}, \
         \"ThresholdedRelu\", {\"Threshold\", alpha[1], 0}, \
         \"ScaledTanh\", With[{p = alpha[1], q = beta[1]}, Function[p Tanh[q #]]], \
         \"HardSigmoid\", {\"HardSigmoid\", alpha[0.2], beta[0.5]}, \
         \"Elu\", {\"ELU\", alpha[1]}, \
         _, refused[StringJoin[\"the activation \", kind, \" is not known\"]]]]]]",
    ),
    ("directionCount", "If[direction === \"bidirectional\", 2, 1]"),
    // Those of a direction. What goes into gates may be kept between bounds, but not the memory that is put out.
    (
        "activationsOf",
        "Function[{functions, d}, With[{names = If[activations === None, Flatten[ConstantArray[functions, directionCount]], activations], \
         each = Length[functions]}, Table[With[{function = activationOf[names, (d - 1) each + k]}, \
         If[clip === Infinity || k == 3, function, asFunction[function, Clip[element, {-clip, clip}]]]], {k, each}]]]",
    ),
    // An option for a function that is not the layer's own.
    (
        "withFunction",
        "Function[{option, function, own}, Apply[Sequence, If[function === own, {}, {option -> function}]]]",
    ),
    ("acted", "Function[{function, array}, ArrayThread[asFunction[function, element], {array}, {All}]]"),
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
    // Whether the operator is what layers are: whole sequences, with known weights and states that are known or computed.
    ("stepCount", "Dimensions[X][[If[layout == 1, 2, 1]]]"),
    ("batchSize", "Dimensions[X][[If[layout == 1, 1, 2]]]"),
    (
        "layerQ",
        "Function[{functions, states}, used =!= {3} && FreeQ[Table[activationsOf[functions, d], {d, directionCount}], refused] && \
          (sequenceLens === None || ListQ[sequenceLens] && AllTrue[sequenceLens, # === stepCount &]) && \
         AllTrue[states, zeroQ[#] || ListQ[#] || Head[#] === ArraySymbol &] && ListQ[W] && ListQ[R] && (B === None || ListQ[B]) && !ListQ[X]]",
    ),
    ("halfBiases", "Function[{d, k, count}, If[B === None, None, gate[B[[d]], k, count]]]"),
    (
        "summedBiases",
        "Function[{d, k, count}, If[B === None, None, gate[B[[d]], k, 2 count] + gate[B[[d]], count + k, 2 count]]]",
    ),
    ("negated", "Function[{array}, If[array === None, None, -array]]"),
    // The edges from what begins a state to the layer that takes it: an input, or an array that is known.
    ("stateSource", "Function[{state}, If[ListQ[state[[1]]], state[[2]] <> \"Array\", NetPort[state[[2]]]]]"),
    (
        "stateArrays",
        "Function[{given}, Association[Map[(#[[2]] <> \"Array\") -> NetArrayLayer[\"Array\" -> #[[1]]] &, Select[given, ListQ[First[#]] &]]]]",
    ),
    // The layers of a direction: the recurrence, and those that reverse a sequence before and behind it; where all states together are
    // not used, the last one is that of the path, as every output of a layer is one of the net otherwise.
    ("isBackward", "Function[{d}, direction === \"reverse\" || d == 2]"),
    ("isWhole", "MemberQ[used, 1]"),
    ("cellsName", "Function[{d}, If[directionCount == 2, {\"forward\", \"backward\"}[[d]], \"cells\"]]"),
    ("lastName", "Function[{d}, If[directionCount == 2, {\"forwardLast\", \"backwardLast\"}[[d]], \"last\"]]"),
    (
        "stateName",
        "Function[{state, d}, If[directionCount == 2, StringJoin[state[[2]], {\"Forward\", \"Backward\"}[[d]]], state[[2]]]]",
    ),
    (
        "cellsLayers",
        "Function[{layer, given, d}, Join[If[isBackward[d], <|\"reversed\" -> SequenceReverseLayer[]|>, <||>], <|cellsName[d] -> layer[d]|>, \
         Which[!isWhole, <|lastName[d] -> SequenceLastLayer[]|>, isBackward[d], <|\"turned\" -> SequenceReverseLayer[]|>, True, <||>], \
         Association[Map[stateName[#, d] -> If[directionCount == 2, PartLayer[d], ReshapeLayer[{Last[Dimensions[R]]}]] &, given]]]]",
    ),
    (
        "cellsEdges",
        "Function[{from, starts, given, d}, Join[{linked[Join[{from}, If[isBackward[d], {\"reversed\"}, {}], {cellsName[d]}, \
         Which[!isWhole, {lastName[d]}, isBackward[d], {\"turned\"}, True, {}]]]}, \
         MapThread[#1 -> stateName[#2, d] -> NetPort[{cellsName[d], #2[[3]]}] &, {starts, given}]]]",
    ),
    (
        "cellsOutput",
        "Function[{place, d}, Switch[place, 1, If[isBackward[d], \"turned\", cellsName[d]], \
         2, If[isWhole, NetPort[{cellsName[d], \"FinalState\"}], lastName[d]], _, NetPort[{cellsName[d], \"FinalCellState\"}]]]",
    ),
    // Both directions side by side.
    ("outputName", "Function[{place}, {\"Y\", \"Y_h\", \"Y_c\"}[[place]]]"),
    ("bothName", "Function[{place}, {\"states\", \"lastStates\", \"lastCells\"}[[place]]]"),
    ("sourceOf", "Function[{place}, If[directionCount == 2, bothName[place], cellsOutput[place, 1]]]"),
    (
        "directionLayers",
        "Function[{layer, given}, Join[Apply[Join, Table[cellsLayers[layer, given, d], {d, directionCount}]], \
         If[directionCount == 2, Association[Map[bothName[#] -> If[# == 1, CatenateLayer[2], CatenateLayer[]] &, used]], <||>]]]",
    ),
    (
        "directionEdges",
        "Function[{from, starts, given}, Join[Apply[Join, Table[cellsEdges[from, starts, given, d], {d, directionCount}]], \
         If[directionCount == 2, Map[{cellsOutput[#, 1], cellsOutput[#, 2]} -> bothName[#] &, used], {}]]]",
    ),
    // For the only sequence of a batch: levels of size 1 are taken away and put back.
    (
        "oneSequence",
        "Function[{layer, given}, With[{width = Last[Dimensions[R]], n = directionCount, steps = If[layout == 1, Automatic, Inherited]}, \
         Apply[NetGraph, Join[{Join[<|\"sequence\" -> ReshapeLayer[{steps, Last[Dimensions[X]]}]|>, directionLayers[layer, given], stateArrays[given], \
         Association[Map[(#[[2]] <> \"Rows\") -> ReshapeLayer[{n, width}] &, If[n == 2, given, {}]]], \
         Association[Map[outputName[#] -> ReshapeLayer[Which[# != 1 && layout == 0, {n, 1, width}, # != 1, {1, n, width}, \
         layout == 0, {steps, n, 1, width}, True, {1, steps, n, width}]] &, used]]], \
         Join[{NetPort[\"X\"] -> \"sequence\"}, Map[stateSource[#] -> (#[[2]] <> \"Rows\") &, If[n == 2, given, {}]], \
         directionEdges[\"sequence\", Map[If[n == 2, #[[2]] <> \"Rows\", stateSource[#]] &, given], given], \
         Map[sourceOf[#] -> outputName[#] -> NetPort[outputName[#]] &, used]]}, If[AllTrue[Dimensions[X], IntegerQ], {\"X\" -> Dimensions[X]}, {}]]]]]",
    ),
    // For each sequence of a batch: its outputs as rows of one array, which are told apart behind.
    (
        "sequenceRows",
        "Function[{layer, given}, With[{first = First[used], more = Rest[used]}, \
         NetGraph[Join[directionLayers[layer, given], If[first == 1 || more === {}, <||>, <|\"row\" -> ReplicateLayer[1]|>], \
         Association[Map[(\"append\" <> ToString[#]) -> AppendLayer[] &, more]]], \
         Join[directionEdges[NetPort[\"X\"], Map[NetPort[#[[2]]] &, given], given], If[first == 1 || more === {}, {}, {sourceOf[first] -> \"row\"}], \
         MapThread[{#1 -> NetPort[{#2, \"Input\"}], sourceOf[#3] -> NetPort[{#2, \"Element\"}]} &, \
         {Most[Prepend[Map[\"append\" <> ToString[#] &, more], If[first == 1, sourceOf[1], \"row\"]]], Map[\"append\" <> ToString[#] &, more], more}] // Flatten]]]]",
    ),
    // What an output of each sequence of a batch becomes: a level for directions, and levels in the operator's order.
    (
        "arranged",
        "Function[{place}, If[directionCount == 1, \
         Which[place == 1 && layout == 0, {TransposeLayer[], ReplicateLayer[1, 2]}, place == 1, {ReplicateLayer[1, 3]}, \
         True, {ReplicateLayer[1, layout + 1]}], \
         Join[{ReshapeLayer[Join[If[place == 1, {Inherited, Inherited}, {Inherited}], {2, Last[Dimensions[R]]}]]}, \
         Which[layout == 1, {}, place == 1, {TransposeLayer[{3, 1, 2, 4}]}, True, {TransposeLayer[]}]]]]",
    ),
    (
        "arrangedNames",
        "Function[{place}, Take[{If[directionCount == 1, \"steps\", outputName[place] <> \"Levels\"], outputName[place]}, -Length[arranged[place]]]]",
    ),
    (
        "eachSequence",
        "Function[{layer, given}, With[{count = Length[used], inner = sequenceRows[layer, given], turned = If[layout == 1, {}, {\"sequences\"}]}, \
         NetGraph[Join[Association[Map[# -> TransposeLayer[] &, turned]], <|\"each\" -> If[given === {}, NetMapOperator[inner], NetMapThreadOperator[inner]]|>, \
         stateArrays[given], If[layout == 1, <||>, Association[Map[#[[2]] -> TransposeLayer[] &, given]]], \
         Association[Flatten[MapIndexed[Function[{place, at}, \
         {If[count == 1, {}, If[place == 1, \"rows\" -> PartLayer[{All, 1 ;; -count}], (outputName[place] <> \"Row\") -> PartLayer[{All, First[at] - count - 1}]]], \
         MapThread[Rule, {arrangedNames[place], arranged[place]}]}], used]]]], \
         Join[{linked[Join[{NetPort[\"X\"]}, turned, {If[given === {}, \"each\", NetPort[{\"each\", \"X\"}]]}]]}, \
         Map[linked[Join[{stateSource[#]}, If[layout == 1, {}, {#[[2]]}], {NetPort[{\"each\", #[[2]]}]}]] &, given], \
         Map[linked[Join[{\"each\"}, If[count == 1, {}, {If[# == 1, \"rows\", outputName[#] <> \"Row\"]}], arrangedNames[#], {NetPort[outputName[#]]}]] &, used]]]]]",
    ),
    // A layer for sequences as a net for all sequences of a batch, if one output is used only: all states, or the last ones.
    (
        "sequential",
        "Function[{layer}, With[{steps = Join[If[isBackward[1], {SequenceReverseLayer[]}, {}], {layer[1]}, \
         Which[!isWhole, {SequenceLastLayer[]}, isBackward[1], {SequenceReverseLayer[]}, True, {}]]}, \
         With[{inner = Which[directionCount == 1 && Length[steps] == 1, First[steps], directionCount == 1, NetChain[steps], \
         isWhole, NetBidirectionalOperator[{layer[1], layer[2]}], True, sequenceRows[layer, {}]]}, \
         Apply[NetChain, Join[{Join[If[layout == 1, {}, {TransposeLayer[]}], {NetMapOperator[inner]}, arranged[wanted]]}, \
         If[AllTrue[Dimensions[X], IntegerQ], {\"Input\" -> Dimensions[X]}, {}]]]]]]",
    ),
    (
        "recurrentNet",
        "Function[{layer, states}, With[{given = Select[states, !zeroQ[First[#]] &]}, \
         Which[given === {} && (wanted == 1 || wanted == 2), sequential[layer], batchSize === 1, oneSequence[layer, given], \
         True, eachSequence[layer, given]]]]",
    ),
    // All directions: the outputs of the operator.
    (
        "recurrent",
        "Function[{gates, functions, initials, cell}, \
         With[{sequence = If[layout == 1, Transpose[X], X], count = directionCount}, \
         With[{batch = Dimensions[sequence][[2]], size = Dimensions[R][[3]]}, \
         With[{results = Table[With[{f = activationsOf[functions, d], w = W[[d]], r = R[[d]], \
         b = If[B === None, {None, None}, {part[B[[d]], 1, 1, gates size], part[B[[d]], 1, gates size + 1, 2 gates size]}], \
         p = If[Length[initials] == 1 || P === None, None, P[[d]]], \
         start = Map[Which[# === None, ConstantArray[0, {batch, size}], layout == 1, Transpose[#][[d]], True, #[[d]]] &, initials]}, \
         oneDirection[sequence, start, cell[f, w, r, b, p], direction === \"reverse\" || d == 2]], {d, count}]}, \
         With[{all = stackedAt[Map[First, results], 2], last = Table[stackedAt[Map[#[[2, j]] &, results], 1], {j, Length[initials]}]}, \
         Prepend[If[layout == 1, Map[Transpose, last], last], If[layout == 1, Transpose[all, {2, 3, 1, 4}], all]]]]]]]",
    ),
];
