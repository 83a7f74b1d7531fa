//! `MultiHeadAttentionLayer`: attention of several heads, with the projections before and behind them.

use super::attention::{DROPPED, MASK, MASKED, SCALE, SCORES, SOFTMAX};
use crate::record::is;
use crate::requirement::requires;
use crate::{
    Absent, ArrayRecord, Equation, Initial, Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample, Several,
    Training,
};

/// A matrix by which vectors are projected.
const fn weights(name: &'static str, shape: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape, initial: Initial::Weights, absent: None, tex }
}

/// What is added to projected vectors.
const fn biases(name: &'static str, shape: &'static str, tex: &'static str) -> ArrayRecord {
    ArrayRecord { name, shape, initial: Initial::Constant(0.0), absent: Some(Absent::Zeros), tex }
}

pub(super) const MULTI_HEAD_ATTENTION: Layer = Layer {
    name: "MultiHeadAttentionLayer",
    usage: "MultiHeadAttentionLayer[h] projects queries, keys and values to h heads each, takes the attention of each head as \
            AttentionLayer[\"Dot\"] does, and projects the results of all heads together: what PyTorch and Keras call \
            multi-head attention. The ports \"Query\", \"Key\" and \"Value\" take sequences of vectors; with \
            InputPorts -> \"Input\" there is one sequence, which attends to itself. \"KeyDimension\" -> k is the length of the keys \
            of a head, 1/h of that of the queries unless given, \"ValueDimension\" that of its values, \"OutputDimension\" that of the \
            results, as long as queries unless given. \"Mask\", \"Dropout\" and \"ScoreRescaling\", which is \
            \"DimensionSqrt\" here, are as for AttentionLayer. \"QueryBiases\" -> None, and the like, leaves biases out. The port \
            \"AttentionWeights\" gives the weights of each head.",
    source: "Vaswani et al., Attention is all you need, 2017, sec. 3.2.2",
    arguments: &[Parameter { name: "heads", kind: ParameterType::Size, default: None }],
    options: &[
        Parameter { name: "KeyDimension", kind: ParameterType::Size, default: Some("Automatic") },
        Parameter { name: "ValueDimension", kind: ParameterType::Size, default: Some("Automatic") },
        Parameter { name: "OutputDimension", kind: ParameterType::Size, default: Some("Automatic") },
        Parameter { name: "Mask", kind: MASK, default: Some("None") },
        Parameter { name: "Dropout", kind: ParameterType::Real, default: Some("0") },
        Parameter { name: "ScoreRescaling", kind: SCALE, default: Some("\"DimensionSqrt\"") },
        Parameter {
            name: "InputPorts",
            kind: ParameterType::Matching {
                form: "\"Input\" | {\"Query\", \"Key\", \"Value\"}",
                expected: "\"Input\" or {\"Query\", \"Key\", \"Value\"}",
            },
            default: Some("{\"Query\", \"Key\", \"Value\"}"),
        },
    ],
    inputs: &[Port {
        name: "Inputs",
        shape: "{in__}",
        kind: PortKind::Several(Several { names: "Flatten[{InputPorts}]", base: "Input", own: "in", states: false }),
        tex: "x",
    }],
    outputs: &[
        Port { name: "Output", shape: "{queries___, OutputDimension}", kind: PortKind::Data, tex: "y" },
        Port { name: "AttentionWeights", shape: "{heads, queries___, keys__}", kind: PortKind::OnRequest, tex: "w" },
    ],
    arrays: &[
        weights("QueryWeights", "{keyTotal, querySize}", "W_Q"),
        biases("QueryBiases", "{keyTotal}", "b_Q"),
        weights("KeyWeights", "{keyTotal, keySize}", "W_K"),
        biases("KeyBiases", "{keyTotal}", "b_K"),
        weights("ValueWeights", "{valueTotal, valueSize}", "W_V"),
        biases("ValueBiases", "{valueTotal}", "b_V"),
        weights("OutputWeights", "{OutputDimension, valueTotal}", "W_O"),
        biases("OutputBiases", "{OutputDimension}", "b_O"),
    ],
    relations: &[
        Relation { variable: "queries", value: "Most[First[in]]" },
        Relation { variable: "keys", value: "Most[in[[Min[2, Length[in]]]]]" },
        Relation { variable: "querySize", value: "Last[First[in]]" },
        Relation { variable: "keySize", value: "Last[in[[Min[2, Length[in]]]]]" },
        Relation { variable: "valueSize", value: "Last[Last[in]]" },
        Relation { variable: "keyTotal", value: "heads KeyDimension" },
        Relation { variable: "KeyDimension", value: "keyTotal/heads" },
        Relation { variable: "valueTotal", value: "heads ValueDimension" },
        Relation { variable: "ValueDimension", value: "valueTotal/heads" },
        Relation { variable: "keyCount", value: "Times @@ keys" },
        Relation { variable: "queryCount", value: "Times @@ queries" },
        Relation { variable: "window", value: "Replace[Mask, {(\"Causal\" -> n_) :> n, _ -> None}]" },
        // The name by which equations of attention know the length of a key.
        Relation { variable: "key", value: "KeyDimension" },
    ],
    defaults: &[
        Relation { variable: "KeyDimension", value: "querySize/heads" },
        Relation { variable: "ValueDimension", value: "KeyDimension" },
        Relation { variable: "OutputDimension", value: "querySize" },
    ],
    requirements: &[
        requires(
            "And @@ Map[!NumberQ[#] || IntegerQ[#] &, {KeyDimension, ValueDimension}]",
            "the lengths of keys and values of all heads together must be multiples of the number of heads, but a head has \
             `KeyDimension` and `ValueDimension`",
            "Change the number of heads, or give \"KeyDimension\"",
        ),
        requires(
            "keys === Most[Last[in]]",
            "there must be as many values as keys, but there are `Most[Last[in]]` and `keys`",
            "Give a value for each key",
        ),
        requires(
            "0 <= Dropout < 1",
            "the probability of \"Dropout\" must be at least 0 and less than 1, but is `Dropout`",
            "Give a number such as 0.1",
        ),
    ],
    definition: &[QUERIES, KEYS, VALUES, RAW, SCORES, MASKED, SOFTMAX, is("weights", "soft"), WEIGHTS, JOINED, OUTPUT],
    training: Some(Training {
        equations: &[QUERIES, KEYS, VALUES, RAW, SCORES, MASKED, SOFTMAX, DROPPED, WEIGHTS, JOINED, OUTPUT],
        updates: &[],
        whole_batch: false,
    }),
    examples: &[
        (
            "MultiHeadAttentionLayer[1, InputPorts -> \"Input\", \"QueryWeights\" -> {{a}}, \"KeyWeights\" -> {{b}}, \"ValueWeights\" \
             -> {{c}}, \"OutputWeights\" -> {{d}}, \"QueryBiases\" -> None, \"KeyBiases\" -> None, \"ValueBiases\" -> {p}, \
             \"OutputBiases\" -> {q}][{{x}}]",
            "{{q + d (p + c x)}}",
        ),
        (
            "Information[MultiHeadAttentionLayer[2, \"Query\" -> {n, 6}, \"Key\" -> {m, 4}, \"Value\" -> {m, 5}], \
             \"ArraysDimensions\"][{\"ValueWeights\"}]",
            "{6, 5}",
        ),
    ],
    usual_rank: 2,
    samples: &[
        Sample::of("MultiHeadAttentionLayer[h, \"Query\" -> {m, 2 h}, \"Key\" -> {n, k}, \"Value\" -> {n, v}]")
            .sizes(&["h", "m", "n", "k", "v"]),
        Sample::of(
            "MultiHeadAttentionLayer[h, InputPorts -> \"Input\", \"Input\" -> {n, h d}, \"Mask\" -> mask, \"ScoreRescaling\" -> scale]",
        )
        .sizes(&["h", "n", "d"])
        .choices(&[("mask", &["\"Causal\"", "(\"Causal\" -> 2)", "None"]), ("scale", &["\"DimensionSqrt\"", "None"])]),
        Sample::of(
            "MultiHeadAttentionLayer[1, InputPorts -> \"Input\", \"Input\" -> {2, n}, \"QueryBiases\" -> None, \"ValueBiases\" -> None, \
             \"OutputBiases\" -> None]",
        )
        .sizes(&["n"]),
        Sample::of(
            "MultiHeadAttentionLayer[2, \"KeyDimension\" -> k, \"ValueDimension\" -> v, \"OutputDimension\" -> o, \
             InputPorts -> ports, \"Dropout\" -> p, \"KeyBiases\" -> None, \"Query\" -> {3, n}, \"Key\" -> {2, 2}, \"Value\" -> {2, n}]",
        )
        .sizes(&["k", "v", "o", "n"])
        .choices(&[
            ("p", &["0", "1/4"]),
            ("ports", &["{\"Query\", \"Key\", \"Value\"}"]),
        ]),
    ],
    ..Layer::NEW
};

/// Projected vectors, in one row each, for each head.
const QUERIES: Equation = is(
    "q",
    "Transpose[ArrayReshape[
        ArrayThread[Plus, {ArrayReshape[First[Inputs], {queryCount, querySize}] . Transpose[QueryWeights], QueryBiases}, {All, {2}}],
        {queryCount, heads, KeyDimension}]]",
);
const KEYS: Equation = is(
    "k",
    "Transpose[ArrayReshape[
        ArrayThread[Plus, {ArrayReshape[Inputs[[Min[2, Length[in]]]], {keyCount, keySize}] . Transpose[KeyWeights], KeyBiases}, {All, {2}}],
        {keyCount, heads, KeyDimension}]]",
);
const VALUES: Equation = is(
    "v",
    "Transpose[ArrayReshape[
        ArrayThread[Plus, {ArrayReshape[Last[Inputs], {keyCount, valueSize}] . Transpose[ValueWeights], ValueBiases}, {All, {2}}],
        {keyCount, heads, ValueDimension}]]",
);
const RAW: Equation = is("raw", "MapThread[Function[{ks, qs}, qs . Transpose[ks]], {k, q}]");
const WEIGHTS: Equation = is("AttentionWeights", "ArrayReshape[weights, Join[{heads}, queries, keys]]");
const JOINED: Equation =
    is("joined", "ArrayReshape[Transpose[MapThread[Dot, {weights, v}]], {queryCount, valueTotal}]");
const OUTPUT: Equation = is(
    "Output",
    "ArrayReshape[
        ArrayThread[Plus, {joined . Transpose[OutputWeights], OutputBiases}, {All, {2}}],
        Append[queries, OutputDimension]]",
);
