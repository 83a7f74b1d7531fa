//! Recurrences: layers and cells, with masks, states and both directions.

use super::{Array, Inner, InnerShape, Layer, Mask};

/// What all of them have.
macro_rules! attributes {
    ($($own:expr),*) => {
        &[
            $($own,)*
            ("return_sequences", "False"),
            ("return_state", "False"),
            ("go_backwards", "False"),
            ("stateful", "False"),
            ("zero_output_for_mask", "False"),
            ("time_major", "False"),
        ]
    };
}

/// What matters in training only, or says how to compute.
const IGNORED: &[&str] =
    &["dropout", "recurrent_dropout", "unroll", "implementation", "unit_forget_bias", "use_cudnn", "input_length"];
const INPUTS: &[&str] = &["sequences", "initial_state"];

const fn part(name: &'static str, part: &'static str, when: &'static str) -> Array {
    Array { name, part, when, trained: true }
}

const CELL_ARRAYS: &[Array] =
    &[part("kernel", "", "True"), part("recurrent_kernel", "", "True"), part("bias", "", "useBias")];
const LAYER_ARRAYS: &[Array] =
    &[part("kernel", "cell", "True"), part("recurrent_kernel", "cell", "True"), part("bias", "cell", "useBias")];

const SIMPLE: &[(&str, &str)] = &[("units", ""), ("activation", "\"tanh\""), ("use_bias", "True")];
const LSTM: &[(&str, &str)] =
    &[("units", ""), ("activation", "\"tanh\""), ("recurrent_activation", "\"sigmoid\""), ("use_bias", "True")];
const GRU: &[(&str, &str)] = &[
    ("units", ""),
    ("activation", "\"tanh\""),
    ("recurrent_activation", "\"sigmoid\""),
    ("use_bias", "True"),
    ("reset_after", "True"),
];

const SIMPLE_LAYER: &[(&str, &str)] = attributes!(("units", ""), ("activation", "\"tanh\""), ("use_bias", "True"));
const LSTM_LAYER: &[(&str, &str)] = attributes!(
    ("units", ""),
    ("activation", "\"tanh\""),
    ("recurrent_activation", "\"sigmoid\""),
    ("use_bias", "True")
);
const GRU_LAYER: &[(&str, &str)] = attributes!(
    ("units", ""),
    ("activation", "\"tanh\""),
    ("recurrent_activation", "\"sigmoid\""),
    ("use_bias", "True"),
    ("reset_after", "True")
);
const OF_CELL: &[(&str, &str)] = attributes!();

/// A cell by itself: the sizes of its states, and its step.
const fn cell(class: &'static str, attributes: &'static [(&'static str, &'static str)], layer: &'static str) -> Layer {
    Layer { class, attributes, ignored: IGNORED, arrays: CELL_ARRAYS, layer, ..Layer::NEW }
}

const fn recurrent(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    layer: &'static str,
) -> Layer {
    Layer {
        class,
        attributes,
        ignored: IGNORED,
        inputs: INPUTS,
        arrays: LAYER_ARRAYS,
        layer,
        mask: Mask::Taken("returnSequences"),
        ..Layer::NEW
    }
}

pub(super) const LAYERS: &[Layer] = &[
    recurrent(
        "SimpleRNN",
        SIMPLE_LAYER,
        "If[plainQ[{activation}], \
         onlyStates[BasicRecurrentLayer[First[Dimensions[recurrentKernel]], \"InputWeights\" -> Transpose[kernel], \
         \"StateWeights\" -> Transpose[recurrentKernel], \"Biases\" -> bias, withFunction[\"Activation\", activation, \"tanh\"]], {\"State\"}, {\"FinalState\"}], \
         folded[simpleCell]]",
    ),
    recurrent(
        "GRU",
        GRU_LAYER,
        "If[plainQ[{activation, recurrentActivation}], \
         With[{own = If[bias === None, None, If[resetAfter, bias[[1]], bias]], more = If[bias === None || !resetAfter, None, bias[[2]]]}, \
         With[{both = If[more === None, own, own + more]}, \
         onlyStates[GatedRecurrentUnitLayer[First[Dimensions[recurrentKernel]], \"ResetAfter\" -> resetAfter, \
         \"InputGateInputWeights\" -> rows[kernel, 1, 3], \"InputGateStateWeights\" -> rows[recurrentKernel, 1, 3], \"InputGateBiases\" -> segment[both, 1, 3], \
         \"ResetGateInputWeights\" -> rows[kernel, 2, 3], \"ResetGateStateWeights\" -> rows[recurrentKernel, 2, 3], \"ResetGateBiases\" -> segment[both, 2, 3], \
         \"MemoryGateInputWeights\" -> rows[kernel, 3, 3], \"MemoryGateStateWeights\" -> rows[recurrentKernel, 3, 3], \
         \"MemoryGateBiases\" -> segment[own, 3, 3], \"MemoryGateStateBiases\" -> segment[more, 3, 3], \
         withFunction[\"GateActivation\", recurrentActivation, \"sigmoid\"], withFunction[\"Activation\", activation, \"tanh\"]], {\"State\"}, {\"FinalState\"}]]], \
         folded[gatedCell]]",
    ),
    recurrent(
        "LSTM",
        LSTM_LAYER,
        "If[plainQ[{activation, recurrentActivation}], \
         onlyStates[LongShortTermMemoryLayer[First[Dimensions[recurrentKernel]], \
         \"InputGateInputWeights\" -> rows[kernel, 1, 4], \"InputGateStateWeights\" -> rows[recurrentKernel, 1, 4], \"InputGateBiases\" -> segment[bias, 1, 4], \
         \"ForgetGateInputWeights\" -> rows[kernel, 2, 4], \"ForgetGateStateWeights\" -> rows[recurrentKernel, 2, 4], \"ForgetGateBiases\" -> segment[bias, 2, 4], \
         \"MemoryGateInputWeights\" -> rows[kernel, 3, 4], \"MemoryGateStateWeights\" -> rows[recurrentKernel, 3, 4], \"MemoryGateBiases\" -> segment[bias, 3, 4], \
         \"OutputGateInputWeights\" -> rows[kernel, 4, 4], \"OutputGateStateWeights\" -> rows[recurrentKernel, 4, 4], \"OutputGateBiases\" -> segment[bias, 4, 4], \
         withFunction[\"GateActivation\", recurrentActivation, \"sigmoid\"], withFunction[\"Activation\", activation, \"tanh\"], \
         withFunction[\"OutputActivation\", activation, \"tanh\"]], \
         {\"State\", \"CellState\"}, {\"FinalState\", \"FinalCellState\"}], \
         folded[longCell]]",
    ),
    Layer {
        class: "RNN",
        attributes: OF_CELL,
        ignored: IGNORED,
        inputs: INPUTS,
        inner: &[Inner { attribute: "cell", part: "cell", shape: InnerShape::Element }],
        layer: "folded[cell]",
        mask: Mask::Taken("returnSequences"),
        ..Layer::NEW
    },
    cell("SimpleRNNCell", SIMPLE, "simpleCell"),
    cell("GRUCell", GRU, "gatedCell"),
    cell("LSTMCell", LSTM, "longCell"),
    Layer {
        class: "StackedRNNCells",
        inner: &[Inner { attribute: "cells", part: "cells", shape: InnerShape::Element }],
        // One cell on the output of the other, with the states of all of them.
        layer: "{Join @@ Map[First, cells], Function[{s, x}, Fold[Function[{before, k}, \
                With[{at = Total[Map[Length[First[#]] &, Take[cells, k - 1]]], many = Length[cells[[k, 1]]]}, \
                With[{next = cells[[k, 2]][Take[s, {at + 1, at + many}], First[before]]}, {next[[1]], Join[before[[2]], next[[2]]]}]]], \
                {x, {}}, Range[Length[cells]]]]}",
        ..Layer::NEW
    },
    Layer {
        class: "Bidirectional",
        attributes: &[("merge_mode", "\"concat\"")],
        inputs: INPUTS,
        inner: &[
            Inner { attribute: "layer", part: "forward_layer", shape: InnerShape::Same },
            Inner { attribute: "backward_layer", part: "backward_layer", shape: InnerShape::Reversed },
        ],
        // Half of the states are for each direction.
        layer: "With[{fp = ports[layer], bp = ports[backwardLayer], count = Length[shapes] - 1, masked = First[masks], \
                fo = Keys[Information[layer, \"OutputPorts\"]], bo = Keys[Information[backwardLayer, \"OutputPorts\"]], \
                used = wantedQ[1] || mergeMode === None && wantedQ[2]}, \
                With[{half = count/2, names = Join[{\"Input\"}, Table[StringJoin[\"State\", ToString[k]], {k, count}], If[masked, {\"Mask\"}, {}]], \
                rest = If[used, Rest, Identity]}, \
                With[{first = Join[{1}, Range[2, half + 1], If[masked, {count + 2}, {}]], second = Join[{1}, Range[half + 2, count + 1], If[masked, {count + 2}, {}]], \
                combine = Switch[mergeMode, \"concat\", CatenateLayer[-1], \"sum\", ThreadingLayer[Plus], \"ave\", ThreadingLayer[(#1 + #2)/2 &], \"mul\", ThreadingLayer[Times], \
                None, None, _, refused[\"merge_mode must be concat, sum, ave, mul or None\"]], \
                reversed = used && turned}, \
                With[{back = If[reversed, \"turned\", NetPort[{\"backward\", First[bo]}]]}, \
                NetGraph[<|\"forward\" -> layer, \"backward\" -> backwardLayer, If[reversed, \"turned\" -> SequenceReverseLayer[], Nothing], \
                If[combine === None || !used, Nothing, \"merge\" -> combine]|>, \
                Join[Flatten[Table[{If[MemberQ[first, k], NetPort[names[[k]]] -> NetPort[{\"forward\", fp[[Position[first, k][[1, 1]]]]}], Nothing], \
                If[MemberQ[second, k], NetPort[names[[k]]] -> NetPort[{\"backward\", bp[[Position[second, k][[1, 1]]]]}], Nothing]}, {k, Length[names]}]], \
                If[reversed, {NetPort[{\"backward\", First[bo]}] -> \"turned\"}, {}], \
                Which[!used, {}, combine === None, {NetPort[{\"forward\", First[fo]}] -> NetPort[\"Output1\"], back -> NetPort[\"Output2\"]}, \
                True, {{NetPort[{\"forward\", First[fo]}], back} -> \"merge\", \"merge\" -> NetPort[\"Output\"]}], \
                Map[NetPort[{\"forward\", #}] -> NetPort[StringJoin[\"Forward\", #]] &, rest[fo]], \
                Map[NetPort[{\"backward\", #}] -> NetPort[StringJoin[\"Backward\", #]] &, rest[bo]]]]]]]]",
        mask: Mask::Taken("turned"),
        ..Layer::NEW
    },
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // A part of the columns of a matrix, of so many, as rows; a part of a list.
    (
        "segment",
        "Function[{list, k, count}, If[list === None, None, With[{size = Length[list]/count}, Take[list, {(k - 1) size + 1, k size}]]]]",
    ),
    ("rows", "Function[{matrix, k, count}, segment[Transpose[matrix], k, count]]"),
    // Whether a layer has all of it, where the activations are functions of numbers.
    (
        "plainQ",
        "Function[{names}, FreeQ[Map[functionOf, names], None] && !First[masks] && !timeMajor && (wantedQ[1] || wantedQ[2])]",
    ),
    // An option for an activation that is not the layer's own.
    (
        "withFunction",
        "Function[{option, name, own}, Apply[Sequence, If[name === own, {}, {option -> functionOf[name]}]]]",
    ),
    // A gate or a candidate before its activation, as a function of an element and a state.
    (
        "gate",
        "Function[{k, count, biases}, filled[If[biases === None, Hold[Function[{x, h}, w . x + r . h]], Hold[Function[{x, h}, w . x + r . h + b]]], \
         {w -> learned[rows[kernel, k, count]], r -> learned[rows[recurrentKernel, k, count]], b -> learned[segment[biases, k, count]]}]]",
    ),
    (
        "affine",
        "Function[{matrix, biases}, filled[If[biases === None, Hold[Function[{x}, w . x]], Hold[Function[{x}, w . x + b]]], \
         {w -> learned[matrix], b -> learned[biases]}]]",
    ),
    // Cells: the sizes of states, and what makes of states and an element the output and the next states.
    (
        "simpleCell",
        "{{First[Dimensions[recurrentKernel]]}, filled[Hold[Function[{s, x}, With[{y = act[pre[x, s[[1]]]]}, {y, {y}}]]], \
         {act -> activating[activation], pre -> gate[1, 1, bias]}]}",
    ),
    (
        "gatedCell",
        "With[{own = If[bias === None, None, If[resetAfter, bias[[1]], bias]], more = If[bias === None || !resetAfter, None, bias[[2]]]}, \
         With[{both = If[more === None, own, own + more]}, {{First[Dimensions[recurrentKernel]]}, \
         filled[If[resetAfter, \
         Hold[Function[{s, x}, With[{h = s[[1]]}, With[{z = open[preZ[x, h]], r = open[preR[x, h]]}, \
         With[{n = act[ofInput[x] + r ofState[h]]}, With[{y = z h + (1 - z) n}, {y, {y}}]]]]]], \
         Hold[Function[{s, x}, With[{h = s[[1]]}, With[{z = open[preZ[x, h]], r = open[preR[x, h]]}, \
         With[{n = act[ofInput[x] + ofState[r h]]}, With[{y = z h + (1 - z) n}, {y, {y}}]]]]]]], \
         {act -> activating[activation], open -> activating[recurrentActivation], preZ -> gate[1, 3, both], preR -> gate[2, 3, both], \
         ofInput -> affine[rows[kernel, 3, 3], segment[own, 3, 3]], ofState -> affine[rows[recurrentKernel, 3, 3], segment[more, 3, 3]]}]}]]",
    ),
    (
        "longCell",
        "With[{size = First[Dimensions[recurrentKernel]]}, {{size, size}, filled[Hold[Function[{s, x}, With[{h = s[[1]], c = s[[2]]}, \
         With[{d = open[preF[x, h]] c + open[preI[x, h]] act[preC[x, h]]}, With[{y = open[preO[x, h]] act[d]}, {y, {y, d}}]]]]], \
         {act -> activating[activation], open -> activating[recurrentActivation], \
         preI -> gate[1, 4, bias], preF -> gate[2, 4, bias], preC -> gate[3, 4, bias], preO -> gate[4, 4, bias]}]}]",
    ),
    // A recurrent layer with its names of states, and what Keras gives of it: where the sequence is not used, its last element
    // is the first state.
    (
        "onlyStates",
        "Function[{layer, starts, finals}, With[{count = Length[shapes] - 1, back = If[goBackwards, SequenceReverseLayer[], None], \
         last = If[returnSequences, None, SequenceLastLayer[]], ending = wantedQ[1] && !returnSequences || !wantedQ[1]}, \
         If[count == 0 && !returnState, chain[{back, layer, last}], \
         NetGraph[<|If[goBackwards, \"reverse\" -> back, Nothing], \"recurrence\" -> layer, If[ending, \"last\" -> SequenceLastLayer[], Nothing]|>, \
         Join[{NetPort[\"Input\"] -> If[goBackwards, \"reverse\", \"recurrence\"]}, If[goBackwards, {\"reverse\" -> \"recurrence\"}, {}], \
         Table[NetPort[starts[[k]]] -> NetPort[{\"recurrence\", starts[[k]]}], {k, count}], \
         If[ending, {NetPort[{\"recurrence\", \"Output\"}] -> \"last\"}, {}], \
         Which[!wantedQ[1], {\"last\" -> NetPort[First[finals]]}, returnSequences, {NetPort[{\"recurrence\", \"Output\"}] -> NetPort[\"Output\"]}, \
         True, {\"last\" -> NetPort[\"Output\"]}], \
         If[returnState, Map[NetPort[{\"recurrence\", #}] -> NetPort[#] &, Pick[finals, \
         Table[wantedQ[k + 1] && (wantedQ[1] || k > 1), {k, Length[finals]}]]], {}]]]]]]",
    ),
    // Any cell. The function gives the output and the states of all steps, one below the other.
    (
        "folded",
        "Function[{cell}, With[{sizes = cell[[1]], count = Length[shapes] - 1, masked = First[masks], \
         names = Take[{s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16}, Length[cell[[1]]]]}, \
         With[{parameters = Join[{input}, Take[names, count], If[masked, {mask}, {}]], \
         start = If[count == 0, Map[ConstantArray[0, #] &, sizes], names]}, \
         With[{recurrence = filled[If[masked, \
         Hold[Function[{s, e}, With[{next = step[Rest[s], e[[1]]], kept = Function[{new, old}, ArrayThread[If[#3 == 1, #1, #2] &, {new, old, e[[2]]}, {All, All, {}}]]}, \
         With[{y = kept[next[[1]], before[First[s]]], t = MapThread[kept, {next[[2]], Rest[s]}]}, {Prepend[t, y], {y, joined[t]}}]]]], \
         Hold[Function[{s, e}, With[{next = step[s, e[[1]]]}, {next[[2]], {next[[1]], joined[next[[2]]]}}]]]], \
         {step -> cell[[2]], before -> If[zeroOutputForMask, Function[0 #], Identity]}]}, \
         With[{all = FunctionLayer[filled[Hold[Function[parameterList, \
         With[{steps = ArrayFold[recur, initial, Map[turn, sequences]][[2]]}, Join[steps[[1]], steps[[2]], 2]]]], \
         {parameterList -> parameters, recur -> recurrence, turn -> If[goBackwards, Reverse, Identity], \
         initial -> If[masked, Prepend[start, ConstantArray[0, Last[sizes]]], start], \
         sequences -> If[masked, {input, mask}, {input}]}]], ends = Accumulate[sizes], out = Last[sizes], saved = Select[Range[Length[sizes]], wantedQ[# + 1] &]}, \
         Which[timeMajor, refused[\"time_major is not supported\"], \
         !returnState && count == 0 && !masked, NetChain[{all, PartLayer[{If[returnSequences, All, -1], 1 ;; out}]}], \
         True, NetGraph[Join[<|\"steps\" -> all|>, If[wantedQ[1], <|\"output\" -> PartLayer[{If[returnSequences, All, -1], 1 ;; out}]|>, <||>], \
         If[returnState, Association[Table[StringJoin[\"state\", ToString[k]] -> PartLayer[{-1, out + ends[[k]] - sizes[[k]] + 1 ;; out + ends[[k]]}], {k, saved}]], <||>]], \
         Join[Map[With[{name = SymbolName[#]}, NetPort[name] -> NetPort[{\"steps\", name}]] &, parameters], \
         If[wantedQ[1], {\"steps\" -> \"output\", \"output\" -> NetPort[\"Output\"]}, {}], \
         If[returnState, Flatten[Table[With[{name = StringJoin[\"state\", ToString[k]]}, {\"steps\" -> name, name -> NetPort[StringJoin[\"State\", ToString[k]]]}], {k, saved}]], {}]]]]]]]]]",
    ),
    // Whether the second direction gives a sequence, which is turned round.
    ("turned", "returnsSequences"),
];
