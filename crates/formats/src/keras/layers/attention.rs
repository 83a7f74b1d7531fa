//! Attention.

use super::{Array, Layer, Mask};

/// The kernel or biases of a projection.
const fn projection(name: &'static str, part: &'static str, when: &'static str) -> Array {
    Array { name, part, when, trained: true }
}

const ON_CALL: &[(&str, &str)] = &[("return_attention_scores", "False"), ("use_causal_mask", "False")];

/// Attention of several heads; those of keys and values may stand for several ones of queries.
const MULTI_HEADED: &str = "With[{at = If[attentionAxes === None, Range[Length[shape] - 1], levels[attentionAxes]]}, \
                With[{n = Length[at] + 1, keyed = MemberQ[given, \"key\"], masked = MemberQ[given, \"attention_mask\"], \
                own = Map[StringJoin[#, \"_padding\"] &, Pick[Take[given, Length[masks]], masks]]}, \
                Which[(n > 2 || Length[at] + 1 < Length[shape]) && (masked || own =!= {} || slidingWindow =!= None || returnAttentionScores || useCausalMask), \
                refused[\"masks and scores with several levels of a sequence are not supported\"], \
                !wantedQ[1], refused[\"attention of which only the scores are used is not supported\"], \
                True, With[{plain = !masked && own === {} && slidingWindow === None && !returnAttentionScores, \
                key = If[keyed, \"key\", \"value\"], \
                inner = Join[If[masked, {\"attention_mask\"}, {}], own]}, \
                alongLevels[at, If[keyed, {\"query\", \"value\", \"key\"}, {\"query\", \"value\"}], NetGraph[Join[\
                <|\"query\" -> headed[queryKernel, queryBias, n], \"key\" -> headedTo[keyKernel, keyBias, n, Dimensions[queryKernel][[2]]], \"value\" -> headedTo[valueKernel, valueBias, n, Dimensions[queryKernel][[2]]]|>, \
                If[plain, <|\"attention\" -> AttentionLayer[\"Dot\", \"MultiHead\" -> True, \"ScoreRescaling\" -> \"DimensionSqrt\", \
                \"Mask\" -> If[useCausalMask, \"Causal\", None]]|>, \
                <|\"weights\" -> weighing[inner], \"attention\" -> FunctionLayer[Function[{w, v}, \
                ArrayContract[{w, v}, {{\"h\", \"i\", \"j\"}, {\"j\", \"h\", \"d\"}} -> {\"i\", \"h\", \"d\"}]]]|>], \
                If[useGate, <|\"gate\" -> NetChain[{headed[gateKernel, gateBias, n], ElementwiseLayer[LogisticSigmoid]}], \"gated\" -> ThreadingLayer[Times]|>, <||>], \
                <|\"output\" -> mapped[LinearLayer[Drop[Dimensions[outputKernel], 2], \"Input\" -> Take[Dimensions[outputKernel], 2], \
                \"Weights\" -> Transpose[flattened[outputKernel, 2]], \"Biases\" -> If[outputBias === None, None, Flatten[outputBias]]], n - 1]|>], \
                Join[{NetPort[\"query\"] -> \"query\", NetPort[\"value\"] -> \"value\", NetPort[key] -> \"key\"}, \
                If[plain, {\"query\" -> NetPort[{\"attention\", \"Query\"}], \"key\" -> NetPort[{\"attention\", \"Key\"}], \"value\" -> NetPort[{\"attention\", \"Value\"}]}, \
                Join[{\"query\" -> NetPort[{\"weights\", \"q\"}], \"key\" -> NetPort[{\"weights\", \"k\"}]}, \
                Map[NetPort[#] -> NetPort[{\"weights\", SymbolName[maskSymbol[#]]}] &, inner], \
                {\"weights\" -> NetPort[{\"attention\", \"w\"}], \"value\" -> NetPort[{\"attention\", \"v\"}]}]], \
                If[useGate, {NetPort[\"query\"] -> \"gate\", {\"attention\", \"gate\"} -> \"gated\", \"gated\" -> \"output\"}, {\"attention\" -> \"output\"}], \
                {\"output\" -> NetPort[\"Output\"]}, \
                If[returnAttentionScores && wantedQ[2], {\"weights\" -> NetPort[\"AttentionWeights\"]}, {}]]]]]]]]";

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        class: "MultiHeadAttention",
        attributes: &[
            ("num_heads", ""),
            ("key_dim", ""),
            ("value_dim", "None"),
            ("use_bias", "True"),
            ("use_gate", "False"),
            ("output_shape", "None"),
            ("attention_axes", "None"),
            ("sliding_window", "None"),
            ("dropout", "0"),
        ],
        // Keras 2 tells the shapes with which a layer was built.
        ignored: &["flash_attention", "query_shape", "key_shape", "value_shape"],
        inputs: &["query", "value", "key", "attention_mask"],
        arguments: ON_CALL,
        arrays: &[
            projection("query_kernel", "query_dense", "True"),
            projection("query_bias", "query_dense", "useBias"),
            projection("key_kernel", "key_dense", "True"),
            projection("key_bias", "key_dense", "useBias"),
            projection("gate_kernel", "_gate_dense", "useGate"),
            projection("gate_bias", "_gate_dense", "useGate && useBias"),
            projection("value_kernel", "value_dense", "True"),
            projection("value_bias", "value_dense", "useBias"),
            projection("output_kernel", "output_dense", "True"),
            projection("output_bias", "output_dense", "useBias"),
        ],
        layer: MULTI_HEADED,
        mask: Mask::Taken("True"),
        ..Layer::NEW
    },
    Layer {
        class: "GroupQueryAttention",
        folder: "grouped_query_attention",
        attributes: &[
            ("head_dim", ""),
            ("num_query_heads", ""),
            ("num_key_value_heads", ""),
            ("use_bias", "True"),
            ("use_gate", "False"),
            ("sliding_window", "None"),
            ("attention_axes", "None"),
            ("dropout", "0"),
        ],
        ignored: &["flash_attention"],
        inputs: &["query", "value", "key", "attention_mask"],
        arguments: ON_CALL,
        arrays: &[
            projection("query_kernel", "_query_dense", "True"),
            projection("query_bias", "_query_dense", "useBias"),
            projection("key_kernel", "_key_dense", "True"),
            projection("key_bias", "_key_dense", "useBias"),
            projection("gate_kernel", "_gate_dense", "useGate"),
            projection("gate_bias", "_gate_dense", "useGate && useBias"),
            projection("value_kernel", "_value_dense", "True"),
            projection("value_bias", "_value_dense", "useBias"),
            projection("output_kernel", "_output_dense", "True"),
            projection("output_bias", "_output_dense", "useBias"),
        ],
        layer: MULTI_HEADED,
        mask: Mask::Taken("True"),
        ..Layer::NEW
    },
    Layer {
        class: "Attention",
        attributes: &[("use_scale", "False"), ("score_mode", "\"dot\"")],
        ignored: &["dropout"],
        arguments: ON_CALL,
        arrays: &[
            projection("scale", "", "useScale"),
            projection("concat_score_weight", "", "scoreMode === \"concat\""),
        ],
        layer: "With[{factor = If[scale === None, 1, scale]}, Which[\
                scoreMode === \"dot\", attending[If[factor === 1, Function[{q, k}, q . Transpose[k]], Function[{q, k}, factor (q . Transpose[k])]]], \
                scoreMode === \"concat\", With[{weight = concatScoreWeight}, attending[Function[{q, k}, weight ArrayReduce[Total, \
                ArrayThread[Tanh[factor (#1 + #2)] &, {q, k}, {{1, 3}, {2, 3}}], 3]]]], \
                True, refused[\"score_mode must be dot or concat\"]]]",
        mask: Mask::Taken("True"),
        ..Layer::NEW
    },
    Layer {
        class: "AdditiveAttention",
        attributes: &[("use_scale", "True")],
        ignored: &["dropout"],
        arguments: ON_CALL,
        arrays: &[projection("scale", "", "useScale")],
        layer: "attending[If[scale === None, \
                Function[{q, k}, ArrayReduce[Total, ArrayThread[Tanh[#1 + #2] &, {q, k}, {{1, 3}, {2, 3}}], 3]], \
                filled[Hold[Function[{q, k}, ArrayThread[Tanh[#1 + #2] &, {q, k}, {{1, 3}, {2, 3}}] . weights]], {weights -> learned[scale]}]]]",
        mask: Mask::Taken("True"),
        ..Layer::NEW
    },
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // The first levels of an array as one.
    (
        "flattened",
        "Function[{values, count}, ArrayReshape[values, {Times @@ Take[Dimensions[values], count], Times @@ Drop[Dimensions[values], count]}]]",
    ),
    // Heads of each element of a sequence.
    (
        "headed",
        "Function[{kernel, bias, n}, mapped[LinearLayer[Rest[Dimensions[kernel]], \"Weights\" -> Transpose[flattened[kernel, 1]], \
         \"Biases\" -> If[bias === None, None, Flatten[bias]]], n - 1]]",
    ),
    // The same, each of them as often as there are more heads of queries.
    (
        "headedTo",
        "Function[{kernel, bias, n, count}, With[{own = Dimensions[kernel][[2]]}, If[own === count, headed[kernel, bias, n], \
         NetChain[{headed[kernel, bias, n], FunctionLayer[With[{source = Ceiling[Range[count] own/count]}, Function[{heads}, ArrayGather[heads, source, n]]]]}]]]]",
    ),
    // A net for some levels of its inputs and their last one, at each place of the other levels.
    (
        "alongLevels",
        "Function[{at, inputs, net}, With[{free = Complement[Range[Length[shape] - 1], at]}, If[free === {}, net, \
         With[{order = Join[free, at, {Length[shape]}]}, NetGraph[Join[Association[Map[# -> TransposeLayer[Ordering[order]] &, inputs]], \
         <|\"attention\" -> NetMapThreadOperator[net, Length[free]], \"back\" -> TransposeLayer[order]|>], \
         Join[Map[NetPort[#] -> # &, inputs], Map[# -> NetPort[{\"attention\", #}] &, inputs], {\"attention\" -> \"back\", \"back\" -> NetPort[\"Output\"]}]]]]]]",
    ),
    (
        "maskSymbol",
        "Function[{name}, Switch[name, \"attention_mask\", mask, \"query_padding\", ofQuery, \"key_padding\", ofKey, _, ofValue]]",
    ),
    // The weights of all heads, with those masks. What attends to nothing attends to everything, or, where Keras computes
    // scores by themselves, to nothing.
    (
        "weighing",
        "Function[{names}, FunctionLayer[filled[Hold[Function[parameters, \
         With[{scores = ArrayContract[{q, k}, {{\"i\", \"h\", \"d\"}, {\"j\", \"h\", \"d\"}} -> {\"h\", \"i\", \"j\"}]/Sqrt[Last[Dimensions[q]]], \
         allowed = ArrayThread[Function[If[causal[#1, #2] && near[#1, #2], 1, 0] Times[##3]], \
         Join[{Range[First[Dimensions[q]]], Range[First[Dimensions[k]]]}, factors], sides]}, \
         With[{weights = ArraySoftmax[ArrayThread[If[#2 == 0, -10^30, #1] &, {scores, allowed}, {{1, 2, 3}, {2, 3}}], -1]}, shown]]]], \
         {If[returnAttentionScores || dropout > 0, shown :> ArrayThread[Times, {weights, allowed}, {{1, 2, 3}, {2, 3}}], shown :> weights], \
         parameters -> Join[{q, k}, Map[maskSymbol, names]], factors -> Map[maskSymbol, names], \
         sides -> Join[{{1}, {2}}, Map[Switch[#, \"attention_mask\", {1, 2}, \"query_padding\", {1}, _, {2}] &, names]], \
         causal -> If[useCausalMask, GreaterEqual, (True &)], \
         near -> If[slidingWindow === None, (True &), With[{width = slidingWindow}, Function[#1 - #2 < width && #2 - #1 < width]]]}]]]",
    ),
    // Attention with the given scores of a query and all keys; its inputs are a query, values, and perhaps keys.
    (
        "attending",
        "Function[{scoring}, With[{keyed = Length[shapes] > 2, ofQuery = First[masks], ofValue = masks[[2]], scoresToo = returnAttentionScores && wantedQ[2]}, \
         With[{inputs = Join[If[keyed, {query, value, key}, {query, value}], If[ofQuery, {queryMask}, {}], If[ofValue, {valueMask}, {}], \
         If[keyed && Last[masks], {keyMask}, {}]]}, \
         With[{weights = FunctionLayer[filled[Hold[Function[parameters, With[{scores = score[query, source]}, ArraySoftmax[masked, -1]]]], \
         Join[Which[\
         useCausalMask && ofValue, {masked :> ArrayThread[If[#2 >= #3 && #4 == 1, #1, #1 - 10^9] &, \
         {scores, Range[First[Dimensions[query]]], Range[First[Dimensions[source]]], valueMask}, {{1, 2}, {1}, {2}, {2}}]}, \
         useCausalMask, {masked :> ArrayThread[If[#2 >= #3, #1, #1 - 10^9] &, \
         {scores, Range[First[Dimensions[query]]], Range[First[Dimensions[source]]]}, {{1, 2}, {1}, {2}}]}, \
         ofValue, {masked :> ArrayThread[If[#2 == 1, #1, #1 - 10^9] &, {scores, valueMask}, {{1, 2}, {2}}]}, \
         True, {masked :> scores}] /. source -> If[keyed, key, value], \
         {parameters -> inputs, source -> If[keyed, key, value], score -> scoring}]]], names = Map[SymbolName, inputs]}, \
         NetGraph[Join[<|\"weights\" -> weights, \"attention\" -> DotLayer[]|>, If[ofQuery, <|\"masked\" -> ThreadingLayer[Times, -1]|>, <||>]], \
         Join[Map[NetPort[#] -> NetPort[{\"weights\", #}] &, names], {{\"weights\", NetPort[\"value\"]} -> \"attention\"}, \
         If[ofQuery, {{\"attention\", NetPort[\"queryMask\"]} -> \"masked\", \"masked\" -> NetPort[\"Output\"]}, {\"attention\" -> NetPort[\"Output\"]}], \
         If[scoresToo, {\"weights\" -> NetPort[\"AttentionWeights\"]}, {}]]]]]]]",
    ),
];
