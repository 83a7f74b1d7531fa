//! Operators of ONNX Runtime alone, in the domain `com.microsoft`: what its optimisations and exporters make of groups of operators of
//! ONNX. Their definitions are in its documentation, ContribOperators.md.

use super::{ElementOf, Meaning, Operator, input, optional, output};

/// The domain of these operators.
pub(in crate::onnx) const DOMAIN: &str = "com.microsoft";

const OWN: Operator = Operator { domain: DOMAIN, ..Operator::NEW };

pub(super) const OPERATORS: &[Operator] = &[
    Operator { name: "Gelu", meaning: Meaning::Elementwise("\"GELU\""), ..OWN },
    Operator {
        name: "QuickGelu",
        attributes: &[("alpha", "1.702")],
        meaning: Meaning::Elementwise("{\"Swish\", alpha}"),
        ..OWN
    },
    Operator {
        name: "FastGelu",
        inputs: &[input("X"), optional("bias")],
        meaning: Meaning::Value("ElementwiseLayer[\"GELUTanh\"][If[bias === None, X, elementwise[Plus, {X, bias}]]]"),
        ..OWN
    },
    Operator {
        name: "BiasGelu",
        inputs: &[input("A"), input("bias")],
        meaning: Meaning::Value("ElementwiseLayer[\"GELU\"][elementwise[Plus, {A, bias}]]"),
        ..OWN
    },
    Operator {
        name: "FusedMatMul",
        inputs: &[input("A"), input("B")],
        attributes: &[("alpha", "1."), ("transA", "0"), ("transB", "0"), ("transBatchA", "0"), ("transBatchB", "0")],
        meaning: Meaning::Value(
            "If[transBatchA == 1 || transBatchB == 1, refused[\"batches that are transposed are not supported\"], \
             scaled[alpha, product[If[transA == 1, turned[A], A], If[transB == 1, turned[B], B]]]]",
        ),
        ..OWN
    },
    Operator {
        name: "SkipLayerNormalization",
        inputs: &[input("X"), input("skip"), input("gamma"), optional("beta"), optional("bias")],
        outputs: SKIPPED,
        attributes: &[("epsilon", "0.000000000001")],
        meaning: Meaning::Value(
            "With[{sum = skipped[X, skip, bias]}, With[{at = {ArrayDepth[X]}}, With[{normal = normalized[sum, at, epsilon]}, \
             With[{scaled = elementwise[Times, {normal[[1]], gamma}]}, \
             {If[beta === None, scaled, elementwise[Plus, {scaled, beta}]], kept[normal[[2]], Dimensions[X], at, 1], \
             kept[1/Sqrt[normal[[3]] + epsilon], Dimensions[X], at, 1], sum}]]]]",
        ),
        ..OWN
    },
    Operator {
        name: "SkipSimplifiedLayerNormalization",
        inputs: &[input("X"), input("skip"), input("gamma"), optional("bias")],
        outputs: SKIPPED,
        attributes: &[("epsilon", "0.000000000001")],
        meaning: Meaning::Value(
            "With[{sum = skipped[X, skip, bias]}, With[{normal = ofUnitSize[sum, epsilon]}, \
             {elementwise[Times, {normal[[1]], gamma}], If[MemberQ[used, 2], refused[\"the mean is not computed here\"], sum], normal[[2]], sum}]]",
        ),
        ..OWN
    },
    // One of the domain of ONNX itself that its sets of operators do not have.
    Operator {
        name: "SimplifiedLayerNormalization",
        inputs: &[input("X"), input("scale")],
        outputs: &[output("Y", ElementOf::Input(0)), output("InvStdVar", ElementOf::Input(0))],
        attributes: &[("axis", "-1"), ("epsilon", "0.00001"), ("stash_type", "1")],
        meaning: Meaning::Value(
            "If[level[axis, ArrayDepth[X]] =!= ArrayDepth[X], refused[\"levels before the last are not supported\"], \
             With[{normal = ofUnitSize[X, epsilon]}, {elementwise[Times, {normal[[1]], scale}], normal[[2]]}]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "EmbedLayerNormalization",
        inputs: &[
            input("input_ids"),
            optional("segment_ids"),
            input("word_embedding"),
            input("position_embedding"),
            optional("segment_embedding"),
            input("gamma"),
            input("beta"),
            optional("mask"),
            optional("position_ids"),
        ],
        outputs: &[
            output("Y", ElementOf::Input(2)),
            output("mask_index", ElementOf::Is(super::Element::INT64)),
            output("embedding_sum", ElementOf::Input(2)),
        ],
        attributes: &[("epsilon", "0.000000000001"), ("mask_index_type", "0")],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[inputIds]}, With[{parts = Join[{ArrayGather[wordEmbedding, inputIds + 1, 1]}, \
             {If[positionIds === None, part[positionEmbedding, 1, 1, dims[[2]]], ArrayGather[positionEmbedding, positionIds + 1, 1]]}, \
             If[segmentIds === None, {}, {ArrayGather[segmentEmbedding, segmentIds + 1, 1]}]]}, \
             With[{sum = elementwise[Plus, parts]}, \
             {elementwise[#1 #2 + #3 &, {normalized[sum, {3}, epsilon][[1]], gamma, beta}], \
             If[mask === None, ConstantArray[0, dims[[1]]], ArrayReduce[Total, mask, 2]], sum}]]]",
        ),
        ..OWN
    },
    Operator {
        name: "Attention",
        inputs: &[
            input("X"),
            input("weights"),
            optional("bias"),
            optional("mask"),
            optional("past"),
            optional("attention_bias"),
            optional("past_length"),
        ],
        outputs: &[output("Y", ElementOf::Input(0)), output("present", ElementOf::Input(0))],
        attributes: &[
            ("num_heads", ""),
            ("unidirectional", "0"),
            ("mask_filter_value", "-10000."),
            ("scale", "None"),
            ("qkv_hidden_sizes", "None"),
            ("do_rotary", "0"),
            ("rotary_embedding_dim", "0"),
            ("past_present_share_buffer", "0"),
        ],
        meaning: Meaning::Value(
            "Which[past =!= None || pastLength =!= None, refused[\"keys and values from before are not supported\"], \
             doRotary == 1, refused[\"rotated positions are not supported\"], \
             True, With[{all = If[bias === None, product[X, weights], elementwise[Plus, {product[X, weights], bias}]]}, \
             With[{sizes = If[qkvHiddenSizes === None, ConstantArray[Last[Dimensions[all]]/3, 3], qkvHiddenSizes]}, \
             With[{ends = Accumulate[sizes]}, \
             With[{q = headed[part[all, 3, 1, ends[[1]]], numHeads], k = headed[part[all, 3, ends[[1]] + 1, ends[[2]]], numHeads], \
             v = headed[part[all, 3, ends[[2]] + 1, ends[[3]]], numHeads]}, \
             With[{y = attended[q, k, v, scale, mask, maskFilterValue, attentionBias, unidirectional]}, \
             {y, If[MemberQ[used, 2], refused[\"keys and values for later are not supported\"], y]}]]]]]]",
        ),
        ..OWN
    },
    Operator {
        name: "MultiHeadAttention",
        inputs: &[
            input("query"),
            optional("key"),
            optional("value"),
            optional("bias"),
            optional("mask"),
            optional("attention_bias"),
            optional("past_key"),
            optional("past_value"),
        ],
        outputs: &[
            output("Y", ElementOf::Input(0)),
            output("present_key", ElementOf::Input(0)),
            output("present_value", ElementOf::Input(0)),
        ],
        attributes: &[("num_heads", ""), ("unidirectional", "0"), ("mask_filter_value", "-10000."), ("scale", "None")],
        meaning: Meaning::Value(
            "Which[key === None || value === None, refused[\"queries, keys and values in one array are not supported\"], \
             ArrayDepth[query] =!= 3, refused[\"queries with more than three levels are not supported\"], \
             True, With[{d = Last[Dimensions[query]]}, \
             With[{q = headed[withBias[query, bias, 1, d], numHeads], \
             k = kept4[withBias[key, bias, d + 1, 2 d], numHeads], \
             v = kept4[withBias[value, bias, 2 d + 1, If[bias === None, 0, Length[bias]]], numHeads]}, \
             With[{keys = extended[k, pastKey], values = extended[v, pastValue]}, \
             {attended[q, keys, values, scale, mask, maskFilterValue, attentionBias, unidirectional], keys, values}]]]]",
        ),
        ..OWN
    },
    Operator {
        name: "RotaryEmbedding",
        inputs: &[input("X"), input("position_ids"), input("cos_cache"), input("sin_cache")],
        attributes: &[
            ("interleaved", "0"),
            ("is_packed_batching", "0"),
            ("num_heads", "0"),
            ("rotary_embedding_dim", "0"),
            ("scale", "1."),
        ],
        meaning: Meaning::Value(
            "Which[interleaved == 1 || isPackedBatching == 1 || rotaryEmbeddingDim =!= 0, \
             refused[\"interleaved, packed or partial rotations are not supported\"], \
             True, With[{x = If[ArrayDepth[X] == 4, Transpose[X, {1, 3, 2, 4}], With[{dims = Dimensions[X], \
             count = If[numHeads == 0, Last[Dimensions[X]]/(2 Last[Dimensions[cosCache]]), numHeads]}, \
             ArrayReshape[X, {dims[[1]], dims[[2]], count, dims[[3]]/count}]]]}, \
             With[{dims = Dimensions[x]}, With[{half = dims[[4]]/2, \
             at = If[Length[Dimensions[positionIds]] == 2, positionIds + 1, \
             ConstantArray[First[Flatten[{positionIds}]] + Range[dims[[2]]], dims[[1]]]]}, \
             With[{a = part[x, 4, 1, half], b = part[x, 4, half + 1, 2 half], \
             cosines = ArrayGather[cosCache, at, 1], sines = ArrayGather[sinCache, at, 1], \
             levels = {{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 4}, {1, 2, 4}}}, \
             With[{y = Join[ArrayThread[#1 #3 - #2 #4 &, {a, b, cosines, sines}, levels], \
             ArrayThread[#2 #3 + #1 #4 &, {a, b, cosines, sines}, levels], 4]}, \
             If[ArrayDepth[X] == 4, Transpose[y, {1, 3, 2, 4}], ArrayReshape[y, Dimensions[X]]]]]]]]]",
        ),
        ..OWN
    },
];

const SKIPPED: &[super::Output] = &[
    output("Y", ElementOf::Input(0)),
    output("mean", ElementOf::Input(0)),
    output("inv_std_var", ElementOf::Input(0)),
    output("input_skip_bias_sum", ElementOf::Input(0)),
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "turned",
        "Function[{array}, With[{rank = ArrayDepth[array]}, If[rank < 2, array, Transpose[array, Join[Range[rank - 2], {rank, rank - 1}]]]]]",
    ),
    (
        "skipped",
        "Function[{array, other, more}, elementwise[Plus, Join[{array, other}, If[more === None, {}, {more}]]]]",
    ),
    // Divided by the root of the mean square of the last level, and what it is multiplied by.
    (
        "ofUnitSize",
        "Function[{array, small}, With[{rank = ArrayDepth[array]}, \
         With[{factor = 1/Sqrt[ArrayReduce[Mean, array^2, {rank}] + small]}, \
         {ArrayThread[Times, {array, factor}, {Range[rank], Range[rank - 1]}], kept[factor, Dimensions[array], {rank}, 1]}]]]",
    ),
    // Batch, positions, features as batch, heads, positions, features.
    (
        "headed",
        "Function[{array, count}, With[{dims = Dimensions[array]}, \
         Transpose[ArrayReshape[array, {dims[[1]], dims[[2]], count, dims[[3]]/count}], {1, 3, 2, 4}]]]",
    ),
    ("kept4", "Function[{array, count}, If[ArrayDepth[array] == 4, array, headed[array, count]]]"),
    (
        "withBias",
        "Function[{array, vector, from, to}, If[vector === None, array, If[ArrayDepth[array] == 4, \
         refused[\"biases of keys that have heads are not supported\"], elementwise[Plus, {array, Take[vector, {from, to}]}]]]]",
    ),
    // Attention of heads, whose results are joined. A mask is 0 where nothing may be attended to, for each key, or for each query
    // and key; or how many keys there are.
    (
        "attended",
        "Function[{q, k, v, factor, mask, filler, added, causal}, \
         With[{raw = attentionScores[q, k, If[factor === None || factor == 0, None, factor]]}, With[{size = Dimensions[raw]}, \
         With[{masked = Which[mask === None, raw, \
         ArrayDepth[mask] == 1, If[Dimensions[mask] === {size[[1]]}, \
         ArrayThread[If[#3 <= #2, #1, #1 + filler] &, {raw, mask, Range[size[[4]]]}, {{1, 2, 3, 4}, {1}, {4}}], \
         refused[\"a mask of starts and ends is not supported\"]], \
         ArrayDepth[mask] == 2, ArrayThread[#1 + (1 - #2) filler &, {raw, mask}, {{1, 2, 3, 4}, {1, 4}}], \
         ArrayDepth[mask] == 3, ArrayThread[#1 + (1 - #2) filler &, {raw, mask}, {{1, 2, 3, 4}, {1, 3, 4}}], \
         True, refused[\"a mask with four levels is not supported\"]]}, \
         With[{biased = If[added === None, masked, elementwise[Plus, {masked, added}]]}, \
         With[{open = If[causal == 1, ArrayThread[Function[If[#3 - (size[[4]] - size[[3]]) <= #2, #1, -Infinity]], \
         {biased, Range[size[[3]]], Range[size[[4]]]}, {{1, 2, 3, 4}, {3}, {4}}], biased]}, \
         joinedHeads[weighted[ArraySoftmax[open, -1], v], 3]]]]]]]",
    ),
];
