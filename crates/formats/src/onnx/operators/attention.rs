//! Attention, and positions as rotations.

use super::{ElementOf, Meaning, NamedLayer, Operator, input, optional, output};

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Attention",
        since: 23,
        inputs: &[
            input("Q"),
            input("K"),
            input("V"),
            optional("attn_mask"),
            optional("past_key"),
            optional("past_value"),
            optional("nonpad_kv_seqlen"),
        ],
        outputs: &[
            output("Y", ElementOf::Input(0)),
            output("present_key", ElementOf::Input(1)),
            output("present_value", ElementOf::Input(2)),
            output("qk_matmul_output", ElementOf::Input(0)),
        ],
        attributes: &[
            ("is_causal", "0"),
            ("kv_num_heads", "None"),
            ("left_window_size", "-1"),
            ("q_num_heads", "None"),
            ("qk_matmul_output_mode", "0"),
            ("right_window_size", "-1"),
            ("scale", "None"),
            ("softcap", "0."),
            ("softmax_precision", "None"),
        ],
        meaning: Meaning::Value(
            "With[{q = heads[Q, qNumHeads], k = extended[heads[K, kvNumHeads], pastKey], v = extended[heads[V, kvNumHeads], pastValue]}, \
             With[{raw = attentionScores[q, k, scale]}, With[{capped = If[softcap == 0, raw, softcap Tanh[raw/softcap]]}, \
             With[{masked = windowed[biasedBy[capped, attnMask]]}, With[{weights = guarded[masked]}, \
             {joinedHeads[weighted[weights, v], ArrayDepth[Q]], k, v, \
             Switch[qkMatmulOutputMode, 0, raw, 1, capped, 2, masked, _, weights]}]]]]]",
        ),
        layers: &[NamedLayer {
            when: "used === {1} && attnMask === None && pastKey === None && pastValue === None && nonpadKvSeqlen === None && softcap == 0 && \
                   leftWindowSize < 0 && rightWindowSize < 0 && realQ[T] && ArrayDepth[K] == ArrayDepth[Q] && ArrayDepth[V] == ArrayDepth[Q] && \
                   First[Dimensions[K]] === First[Dimensions[Q]] && First[Dimensions[V]] === First[Dimensions[Q]] && \
                   If[ArrayDepth[Q] == 4, Dimensions[K][[2]] === Dimensions[Q][[2]] && (isCausal == 0 || Dimensions[K][[3]] === Dimensions[Q][[3]]), \
                   qNumHeads === kvNumHeads && (isCausal == 0 || Dimensions[K][[2]] === Dimensions[Q][[2]])]",
            layer: "With[{options = If[isCausal == 1, {\"Mask\" -> \"Causal\"}, {}]}, If[ArrayDepth[Q] == 4, \
                    With[{width = Last[Dimensions[Q]]}, attentionNet[NetMapThreadOperator[dotAttention[scale, width, options], 2], \
                    {{\"Q\", \"Query\", factorLayers[scale, width]}, {\"K\", \"Key\", {}}, {\"V\", \"Value\", {}}}, {}]], \
                    With[{width = Last[Dimensions[Q]]/qNumHeads, \
                    split = Function[{size}, ReshapeLayer[{Inherited, Inherited, qNumHeads, size/qNumHeads}]]}, \
                    attentionNet[NetMapThreadOperator[dotAttention[scale, width, Prepend[options, \"MultiHead\" -> True]]], \
                    {{\"Q\", \"Query\", Prepend[factorLayers[scale, width], split[Last[Dimensions[Q]]]]}, \
                    {\"K\", \"Key\", {split[Last[Dimensions[K]]]}}, {\"V\", \"Value\", {split[Last[Dimensions[V]]]}}}, \
                    {ReshapeLayer[{Inherited, Inherited, Last[Dimensions[V]]}]}]]]]",
            data: &["Q", "K", "V"],
        }],
        ..Operator::NEW
    },
    // A product, a softmax and a product, which nodes write out: the keys as rows, or as columns.
    Operator {
        name: "DotProductAttention",
        since: super::EVERY_VERSION,
        inputs: &[input("Q"), optional("K"), optional("KT"), input("V")],
        attributes: &[("axis", "-1"), ("divisor", "1."), ("factor", "1."), ("root", "1."), ("flattened", "0")],
        meaning: Meaning::Value(
            "With[{scores = scaled[writtenFactor, product[Q, If[K === None, KT, exchanged[K]]]], rank = ArrayDepth[Q]}, \
             With[{at = level[axis, rank]}, product[ArraySoftmax[scores, If[flattened == 1, Range[at, rank], at]], V]]]",
        ),
        layers: &[NamedLayer {
            when: "With[{k = If[K === None, KT, K], rank = ArrayDepth[Q]}, \
                   rank >= 2 && ArrayDepth[k] == rank && ArrayDepth[V] == rank && level[axis, rank] == rank && realQ[T] && \
                   Drop[Dimensions[k], -2] === Drop[Dimensions[Q], -2] && Drop[Dimensions[V], -2] === Drop[Dimensions[Q], -2]]",
            layer: "With[{rank = ArrayDepth[Q], width = Last[Dimensions[Q]]}, With[{attention = dotAttention[writtenFactor, width, {}]}, \
                    attentionNet[If[rank == 2, attention, NetMapThreadOperator[attention, rank - 2]], \
                    {{\"Q\", \"Query\", factorLayers[writtenFactor, width]}, \
                    If[K === None, {\"KT\", \"Key\", {TransposeLayer[rank - 1 <-> rank]}}, {\"K\", \"Key\", {}}], {\"V\", \"Value\", {}}}, {}]]]",
            data: &["Q", "K", "KT", "V"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "RotaryEmbedding",
        since: 23,
        inputs: &[input("X"), input("cos_cache"), input("sin_cache"), optional("position_ids")],
        attributes: &[("interleaved", "0"), ("num_heads", "None"), ("rotary_embedding_dim", "0")],
        meaning: Meaning::Value(
            "With[{x = If[ArrayDepth[X] == 3, ArrayReshape[X, {Dimensions[X][[1]], Dimensions[X][[2]], numHeads, Dimensions[X][[3]]/numHeads}], Transpose[X, {1, 3, 2, 4}]]}, \
             With[{size = Dimensions[x][[4]], cosines = If[positionIds === None, cosCache, ArrayGather[cosCache, positionIds + 1, 1]], \
             sines = If[positionIds === None, sinCache, ArrayGather[sinCache, positionIds + 1, 1]]}, \
             With[{d = If[rotaryEmbeddingDim == 0, size, rotaryEmbeddingDim]}, \
             With[{rotated = If[interleaved == 1, 2 Range[d/2] - 1, Range[d/2]], other = If[interleaved == 1, 2 Range[d/2], d/2 + Range[d/2]]}, \
             With[{a = ArrayGather[x, rotated, 4], b = ArrayGather[x, other, 4], at = {{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 4}, {1, 2, 4}}}, \
             With[{both = {ArrayThread[#1 #3 - #2 #4 &, {a, b, cosines, sines}, at], ArrayThread[#1 #4 + #2 #3 &, {a, b, cosines, sines}, at]}}, \
             With[{turned = ArrayGather[Join[both[[1]], both[[2]], 4], Ordering[Join[rotated, other]], 4]}, \
             With[{y = If[d === size, turned, Join[turned, part[x, 4, d + 1, size], 4]]}, \
             If[ArrayDepth[X] == 3, ArrayReshape[y, Dimensions[X]], Transpose[y, {1, 3, 2, 4}]]]]]]]]]]",
        ),
        ..Operator::NEW
    },
    // Each step of the recurrence is a position of the sequences.
    Operator {
        name: "LinearAttention",
        since: 27,
        inputs: &[
            input("query"),
            input("key"),
            input("value"),
            optional("past_state"),
            optional("decay"),
            optional("beta"),
        ],
        outputs: &[output("output", ElementOf::Input(0)), output("present_state", ElementOf::Input(0))],
        attributes: &[
            ("chunk_size", "64"),
            ("kv_num_heads", ""),
            ("q_num_heads", ""),
            ("scale", "0."),
            ("update_rule", "\"gated_delta\""),
        ],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[query], groups = kvNumHeads, \
             gatedQ = MemberQ[{\"gated\", \"gated_delta\"}, updateRule], deltaQ = MemberQ[{\"delta\", \"gated_delta\"}, updateRule]}, \
             Which[!MemberQ[{\"linear\", \"gated\", \"delta\", \"gated_delta\"}, updateRule], \
             refused[StringJoin[\"the update rule \", updateRule, \" is not known\"]], \
             gatedQ && decay === None || deltaQ && beta === None, \
             refused[StringJoin[\"the update rule \", updateRule, \" needs the input \", If[deltaQ && beta === None, \"beta\", \"decay\"]]], \
             True, With[{width = dims[[3]]/qNumHeads, many = qNumHeads/groups, columns = Dimensions[value][[3]]/groups}, \
             With[{factor = If[scale == 0, 1/Sqrt[width], scale], start = If[pastState === None, ConstantArray[0, {dims[[1]], groups, width, columns}], pastState], \
             sequences = Join[{Transpose[ArrayReshape[query, {dims[[1]], dims[[2]], groups, many, width}], {2, 1, 3, 4, 5}], \
             stepsOf[key, groups], stepsOf[value, groups]}, If[gatedQ, {stepsOf[decay, groups]}, {}], \
             If[deltaQ, {If[Dimensions[beta][[3]] == groups, ArrayReshape[stepsOf[beta, groups], {dims[[2]], dims[[1]], groups}], \
             ArrayReshape[Transpose[beta, {2, 1, 3}], {dims[[2]], dims[[1]]}]]}, {}]]}, \
             With[{fold = ArrayFold[Function[{s, e}, With[{k = e[[2]], \
             decayed = If[gatedQ, With[{g = If[Dimensions[decay][[3]] == groups && width > 1, ArrayReshape[e[[4]], {dims[[1]], groups}], e[[4]]]}, \
             ArrayThread[Times, {s[[1]], Exp[g]}, {{1, 2, 3, 4}, Range[ArrayDepth[g]]}]], s[[1]]]}, \
             With[{new = If[deltaQ, ArrayThread[#3 (#1 - #2) &, {e[[3]], \
             ArrayContract[{decayed, k}, {{\"b\", \"h\", \"k\", \"v\"}, {\"b\", \"h\", \"k\"}} -> {\"b\", \"h\", \"v\"}], Last[e]}, \
             {{1, 2, 3}, {1, 2, 3}, Range[ArrayDepth[Last[e]]]}], e[[3]]]}, \
             With[{next = ArrayThread[#1 + #2 #3 &, {decayed, k, new}, {{1, 2, 3, 4}, {1, 2, 3}, {1, 2, 4}}]}, \
             {{next}, {factor ArrayContract[{e[[1]], next}, {{\"b\", \"h\", \"r\", \"k\"}, {\"b\", \"h\", \"k\", \"v\"}} -> {\"b\", \"h\", \"r\", \"v\"}]}}]]]], \
             {start}, sequences]}, \
             {ArrayReshape[Transpose[fold[[2, 1]], {2, 1, 3, 4, 5}], {dims[[1]], dims[[2]], qNumHeads columns}], fold[[1, 1]]}]]]]]",
        ),
        ..Operator::NEW
    },
    // A part of the cache is written from a position on.
    Operator {
        name: "TensorScatter",
        since: 24,
        inputs: &[input("past_cache"), input("update"), optional("write_indices")],
        attributes: &[("axis", "-2"), ("mode", "\"linear\"")],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[pastCache], rank = ArrayDepth[pastCache]}, With[{at = level[axis, rank]}, \
             With[{size = dims[[at]], count = Dimensions[update][[at]], \
             from = If[writeIndices === None, ConstantArray[0, dims[[1]]], writeIndices]}, \
             With[{place = expanded[ArrayReshape[ArrayThread[If[mode === \"circular\", (Mod[#2 - #1, size] &), (#2 - #1 &)], \
             {from, Range[size] - 1}, {{1}, {2}}], ReplacePart[ConstantArray[1, rank], {1 -> dims[[1]], at -> size}]], dims]}, \
             ArrayThread[If[0 <= #1 < count, #2, #3] &, \
             {place, elementsAt[update, ArrayThread[Min[Max[#, 0], count - 1] &, {place}], at], pastCache}]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "exchanged",
        "Function[{array}, With[{rank = ArrayDepth[array]}, Transpose[array, Join[Range[rank - 2], {rank, rank - 1}]]]]",
    ),
    // Attention as a layer. Numbers of single precision are the roots that they stand for.
    ("writtenFactor", "factor root^2/divisor"),
    ("rootQ", "Function[{by, width}, by === None || TrueQ[Abs[by Sqrt[width] - 1] < 10^-6]]"),
    (
        "factorLayers",
        "Function[{by, width}, If[rootQ[by, width] || by == 1, {}, {ElementwiseLayer[Apply[Function, {by Slot[1]}]]}]]",
    ),
    (
        "dotAttention",
        "Function[{by, width, options}, Apply[AttentionLayer, Join[{\"Dot\"}, options, \
         If[rootQ[by, width], {\"ScoreRescaling\" -> \"DimensionSqrt\"}, {}]]]]",
    ),
    // The same in a net: for each input its name, the port, and the layers between them; and the layers behind.
    (
        "attentionNet",
        "Function[{attention, paths, behind}, \
         NetGraph[Join[<|\"attention\" -> attention|>, Association[Map[#[[2]] -> If[Length[#[[3]]] == 1, First[#[[3]]], NetChain[#[[3]]]] &, Select[paths, Last[#] =!= {} &]]], \
         Association[Map[\"joined\" -> # &, behind]]], \
         Join[Map[linked[Join[{NetPort[#[[1]]]}, If[#[[3]] === {}, {}, {#[[2]]}], {NetPort[{\"attention\", #[[2]]}]}]] &, paths], \
         Map[\"attention\" -> \"joined\" &, behind]]]]",
    ),
    // Sequences with features, or with heads already: batch, heads, positions, features.
    (
        "heads",
        "Function[{array, count}, If[ArrayDepth[array] == 4, array, With[{dims = Dimensions[array]}, \
         Transpose[ArrayReshape[array, {dims[[1]], dims[[2]], count, dims[[3]]/count}], {1, 3, 2, 4}]]]]",
    ),
    // The same with the positions first: positions, batch, heads, features.
    (
        "stepsOf",
        "Function[{array, count}, With[{dims = Dimensions[array]}, \
         Transpose[ArrayReshape[array, {dims[[1]], dims[[2]], count, dims[[3]]/count}], {2, 1, 3, 4}]]]",
    ),
    ("extended", "Function[{array, past}, If[past === None, array, Join[past, array, 3]]]"),
    (
        "joinedHeads",
        "Function[{array, rank}, If[rank == 4, array, With[{dims = Dimensions[array]}, \
         ArrayReshape[Transpose[array, {1, 3, 2, 4}], {dims[[1]], dims[[3]], dims[[2]] dims[[4]]}]]]]",
    ),
    // Several heads of queries may share one of keys.
    (
        "attentionScores",
        "Function[{q, k, factor}, With[{a = Dimensions[q], b = Dimensions[k]}, \
         If[factor === None, 1/Sqrt[a[[4]]], factor] ArrayReshape[ArrayContract[{ArrayReshape[q, {a[[1]], b[[2]], a[[2]]/b[[2]], a[[3]], a[[4]]}], k}, \
         {{\"b\", \"h\", \"r\", \"i\", \"d\"}, {\"b\", \"h\", \"j\", \"d\"}} -> {\"b\", \"h\", \"r\", \"i\", \"j\"}], {a[[1]], a[[2]], a[[3]], b[[3]]}]]]",
    ),
    (
        "weighted",
        "Function[{weights, v}, With[{a = Dimensions[weights], b = Dimensions[v]}, \
         ArrayReshape[ArrayContract[{ArrayReshape[weights, {a[[1]], b[[2]], a[[2]]/b[[2]], a[[3]], a[[4]]}], v}, \
         {{\"b\", \"h\", \"r\", \"i\", \"j\"}, {\"b\", \"h\", \"j\", \"d\"}} -> {\"b\", \"h\", \"r\", \"i\", \"d\"}], {a[[1]], a[[2]], a[[3]], b[[4]]}]]]",
    ),
    // Truth values say what is allowed, numbers are added; what a mask does not reach is not allowed.
    (
        "biasedBy",
        "Function[{scores, mask}, If[mask === None, scores, With[{missing = Last[Dimensions[scores]] - Last[Dimensions[mask]]}, \
         With[{whole = If[missing === 0, mask, \
         ArrayPad[mask, Append[ConstantArray[{0, 0}, ArrayDepth[mask] - 1], {0, missing}], If[attnMaskKind === \"Boolean\", 0, -Infinity]]]}, \
         elementwise[If[attnMaskKind === \"Boolean\", Function[If[#2 == 1, #1, -Infinity]], Plus], {scores, whole}]]]]]",
    ),
    // The positions of queries among the keys begin after those that are kept from before.
    (
        "windowed",
        "Function[{scores}, If[isCausal == 0 && leftWindowSize < 0 && rightWindowSize < 0 && nonpadKvSeqlen === None, scores, \
         With[{size = Dimensions[scores]}, \
         With[{before = Which[pastKey =!= None, Dimensions[pastKey][[3]], nonpadKvSeqlen =!= None, nonpadKvSeqlen - size[[3]], True, 0], \
         left = If[leftWindowSize < 0, Infinity, leftWindowSize], right = If[isCausal == 1, 0, If[rightWindowSize < 0, Infinity, rightWindowSize]]}, \
         ArrayThread[Function[If[#3 - #4 - #2 <= right && #4 + #2 - #3 <= left && #3 <= #5, #1, -Infinity]], \
         {scores, Range[size[[3]]], Range[size[[4]]], before, If[nonpadKvSeqlen === None, Infinity, nonpadKvSeqlen]}, \
         {{1, 2, 3, 4}, {3}, {4}, If[ArrayDepth[before] == 0, {}, {1}], If[nonpadKvSeqlen === None, {}, {1}]}]]]]]",
    ),
    // A query that may attend to nothing has weights of zero.
    (
        "guarded",
        "Function[{scores}, If[attnMask === None && nonpadKvSeqlen === None && leftWindowSize < 0 && rightWindowSize < 0, ArraySoftmax[scores, -1], \
         ArrayThread[If[#2 == -Infinity, 0, #1] &, {ArraySoftmax[scores, -1], ArrayReduce[Max, scores, -1]}, {{1, 2, 3, 4}, {1, 2, 3}}]]]",
    ),
];
