//! Attention, and positions as rotations.

use super::{ElementOf, Meaning, Operator, input, optional, output};

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
             With[{raw = scores[q, k, scale]}, With[{capped = If[softcap == 0, raw, softcap Tanh[raw/softcap]]}, \
             With[{masked = windowed[biasedBy[capped, attnMask]]}, With[{weights = guarded[masked]}, \
             {joinedHeads[weighted[weights, v], ArrayDepth[Q]], k, v, \
             Switch[qkMatmulOutputMode, 0, raw, 1, capped, 2, masked, _, weights]}]]]]]",
        ),
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
];
