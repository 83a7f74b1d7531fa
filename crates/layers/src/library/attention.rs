//! `AttentionLayer`: means of values, weighted by how well keys fit queries.

use crate::record::is;
use crate::requirement::requires;
use crate::{
    Equation, Layer, NetRecord, Parameter, ParameterType, Port, PortKind, Relation, Sample, Training, Unfolding,
};

/// With a causal mask the keys and values so far are all that a query looks at, or the last ones of them.
const STEP: &str = "Switch[Mask,
    \"Causal\",
    Function[layer, NetGraph[
        <|\"keys\" -> CatenateLayer[], \"values\" -> CatenateLayer[],
            \"attention\" -> DeleteCases[layer, HoldPattern[\"Mask\" -> _]]|>,
        {
            {NetPort[\"KeyState\"], NetPort[\"Key\"]} -> \"keys\" -> NetPort[{\"attention\", \"Key\"}],
            {NetPort[\"ValueState\"], NetPort[\"Value\"]} -> \"values\" -> NetPort[{\"attention\", \"Value\"}],
            NetPort[\"Query\"] -> NetPort[{\"attention\", \"Query\"}],
            \"keys\" -> NetPort[\"KeyState\"],
            \"values\" -> NetPort[\"ValueState\"]
        }]],
    HoldPattern[\"Causal\" -> _Integer],
    With[{last = With[{width = Last[Mask]}, FunctionLayer[Take[#, -Min[width, Length[#]]] &]]}, Function[layer, NetGraph[
        <|\"all keys\" -> CatenateLayer[], \"keys\" -> last, \"all values\" -> CatenateLayer[], \"values\" -> last,
            \"attention\" -> DeleteCases[layer, HoldPattern[\"Mask\" -> _]]|>,
        {
            {NetPort[\"KeyState\"], NetPort[\"Key\"]} -> \"all keys\" -> \"keys\" -> NetPort[{\"attention\", \"Key\"}],
            {NetPort[\"ValueState\"], NetPort[\"Value\"]} -> \"all values\" -> \"values\" -> NetPort[{\"attention\", \"Value\"}],
            NetPort[\"Query\"] -> NetPort[{\"attention\", \"Query\"}],
            \"keys\" -> NetPort[\"KeyState\"],
            \"values\" -> NetPort[\"ValueState\"]
        }]]],
    _,
    None]";

pub(super) const ATTENTION: Layer = Layer {
    name: "AttentionLayer",
    usage: "AttentionLayer[net] gives for each query the mean of the values, weighted by the softmax of the scores of all \
            keys. The net takes a key as \"Input\" and a query as \"Query\" and gives the score, a number; it may be \
            \"Dot\" for the product of the two, or \"Bilinear\" for their product with a learned matrix, as in \
            AttentionLayer[]. Options: \"Mask\" -> \"Causal\" keeps each query from the keys after its position, \
            \"Causal\" -> n also from those n or more before it; \"Dropout\" -> p sets weights to zero in training, \
            with probability p, and divides the others by 1 - p; \"MultiHead\" -> True takes the last level but one of all \
            ports for heads; \"ScoreRescaling\" -> \"DimensionSqrt\" divides scores by the root of the length of keys. The \
            port \"AttentionWeights\" gives the weights.",
    source: "Vaswani et al., Attention is all you need, 2017",
    arguments: &[Parameter { name: "net", kind: ParameterType::Net, default: Some("\"Bilinear\"") }],
    options: &[
        Parameter { name: "Mask", kind: MASK, default: Some("None") },
        Parameter { name: "Dropout", kind: ParameterType::Real, default: Some("0") },
        Parameter { name: "MultiHead", kind: ParameterType::Boolean, default: Some("False") },
        Parameter { name: "ScoreRescaling", kind: SCALE, default: Some("None") },
    ],
    inputs: &[
        Port { name: "Key", shape: "{keys__, heads___, key}", kind: PortKind::Data, tex: "k" },
        Port { name: "Value", shape: "{keys__, heads___, value}", kind: PortKind::Data, tex: "v" },
        Port { name: "Query", shape: "{queries___, heads___, query}", kind: PortKind::Data, tex: "q" },
    ],
    outputs: &[
        Port { name: "Output", shape: "{queries___, heads___, value}", kind: PortKind::Data, tex: "y" },
        Port { name: "AttentionWeights", shape: "{heads___, queries___, keys__}", kind: PortKind::OnRequest, tex: "w" },
    ],
    nets: &[NetRecord {
        name: "ScoringNet",
        argument: "net",
        part: None,
        inputs: &[
            Port { name: "Input", shape: "{key}", kind: PortKind::Data, tex: "k" },
            Port { name: "Query", shape: "{query}", kind: PortKind::Data, tex: "q" },
        ],
        outputs: &[Port { name: "Output", shape: "{}", kind: PortKind::Data, tex: "s" }],
        tex: "",
        named: &[("Dot", "DotLayer[]"), ("Bilinear", BILINEAR)],
        ..NetRecord::NEW
    }],
    relations: &[
        Relation { variable: "heads", value: "If[MultiHead, {Automatic}, {}]" },
        Relation { variable: "keyCount", value: "Times @@ keys" },
        Relation { variable: "queryCount", value: "Times @@ queries" },
        Relation {
            variable: "window",
            value: "Replace[Mask, {(\"Causal\" -> n_) :> n, _ -> None}]",
        },
    ],
    requirements: &[requires(
        "0 <= Dropout < 1",
        "the probability of \"Dropout\" must be at least 0 and less than 1, but is `Dropout`",
        "Give a number such as 0.1",
    )],
    definition: &[KEYS, VALUES, QUERIES, RAW, SCORES, MASKED, SOFTMAX, is("weights", "soft"), WEIGHTS, OUTPUT],
    training: Some(Training {
        equations: &[KEYS, VALUES, QUERIES, RAW, SCORES, MASKED, SOFTMAX, DROPPED, WEIGHTS, OUTPUT],
        updates: &[],
        whole_batch: false,
    }),
    unfolding: Some(Unfolding {
        sequences: &["Key", "Value", "Query"],
        states: &[("KeyState", "Key"), ("ValueState", "Value")],
        step: STEP,
    }),
    examples: &[
        (
            "AttentionLayer[\"Dot\"][<|\"Key\" -> {{a}, {b}}, \"Value\" -> {{x}, {y}}, \"Query\" -> {q}|>]",
            "{(E^(a q) x)/(E^(a q) + E^(b q)) + (E^(b q) y)/(E^(a q) + E^(b q))}",
        ),
        (
            "AttentionLayer[\"Dot\", \"Mask\" -> \"Causal\"][<|\"Key\" -> {{a}, {b}}, \"Value\" -> {{x}, {y}}, \
             \"Query\" -> {{p}, {q}}|>][[1]]",
            "{x}",
        ),
    ],
    usual_rank: 2,
    samples: &[
        Sample::of("AttentionLayer[f, \"Key\" -> {n, k}, \"Value\" -> {n, v}, \"Query\" -> {m, k}]")
            .sizes(&["n", "k", "v", "m"])
            .choices(&[("f", &["\"Dot\"", "\"Bilinear\"", ADDITIVE])]),
        Sample::of("AttentionLayer[\"Key\" -> {n, k}, \"Value\" -> {n, v}, \"Query\" -> q]").sizes(&["n", "k", "v", "q"]),
        Sample::of(
            "AttentionLayer[\"Dot\", \"Mask\" -> mask, \"ScoreRescaling\" -> scale, \"Key\" -> {n, k}, \"Value\" -> {n, v}, \
             \"Query\" -> {n, k}]",
        )
        .sizes(&["n", "k", "v"])
        .choices(&[("mask", &["\"Causal\"", "(\"Causal\" -> 2)", "None"]), ("scale", &["\"DimensionSqrt\"", "None"])]),
        Sample::of(
            "AttentionLayer[\"Dot\", \"MultiHead\" -> True, \"Mask\" -> mask, \"Key\" -> {n, h, k}, \"Value\" -> {n, h, v}, \
             \"Query\" -> {n, h, k}]",
        )
        .sizes(&["n", "k", "v", "h"])
        .choices(&[("mask", &["None", "\"Causal\""])]),
        Sample::of("AttentionLayer[\"Dot\", \"Dropout\" -> p, \"Key\" -> {n, k}, \"Value\" -> {n, v}, \"Query\" -> {m, k}]")
            .sizes(&["n", "k", "v", "m"])
            .choices(&[("p", &["1/4", "0.5"])]),
        Sample::of(
            "AttentionLayer[f, \"Key\" -> {2, n, k}, \"Value\" -> {2, n, v}, \"Query\" -> {m, 1, q}]",
        )
        .sizes(&["n", "k", "v", "m", "q"])
        .choices(&[("f", &["\"Bilinear\""])]),
    ],
    ..Layer::NEW
};

/// What scores are divided by.
pub(super) const SCALE: ParameterType = ParameterType::Choice(&["None", "\"DimensionSqrt\""]);

pub(super) const MASK: ParameterType = ParameterType::Matching {
    form: "None | \"Causal\" | (\"Causal\" -> _Integer?Positive)",
    expected: "None, \"Causal\" or \"Causal\" -> n",
};

const BILINEAR: &str = "NetGraph[<|\"Matrix\" -> LinearLayer[\"Biases\" -> None], \"Dot\" -> DotLayer[]|>,
    {NetPort[\"Query\"] -> \"Matrix\", {NetPort[\"Input\"], \"Matrix\"} -> \"Dot\"}]";

/// Keys, values and queries in one row each, for each head.
const KEYS: Equation = is(
    "k",
    "If[MultiHead, Transpose[ArrayReshape[Key, Join[{keyCount}, heads, {key}]]], ArrayReshape[Key, {keyCount, key}]]",
);
const VALUES: Equation = is(
    "v",
    "If[MultiHead, Transpose[ArrayReshape[Value, Join[{keyCount}, heads, {value}]]], ArrayReshape[Value, {keyCount, value}]]",
);
const QUERIES: Equation = is(
    "q",
    "If[MultiHead, Transpose[ArrayReshape[Query, Join[{queryCount}, heads, {query}]]], \
     ArrayReshape[Query, {queryCount, query}]]",
);

/// The scores of all keys for all queries, for each head. The product needs no net.
const RAW: Equation = is(
    "raw",
    "Which[
    !MatchQ[net, \"Dot\" | _DotLayer] && MultiHead,
        MapThread[
            Function[{ks, qs}, Map[Function[{one}, Map[Function[{other}, ScoringNet[other, one]], ks]], qs]],
            {k, q}],
    !MatchQ[net, \"Dot\" | _DotLayer],
        Map[Function[{one}, Map[Function[{other}, ScoringNet[other, one]], k]], q],
    MultiHead, MapThread[Function[{ks, qs}, qs . Transpose[ks]], {k, q}],
    True, q . Transpose[k]]",
);
pub(super) const SCORES: Equation = is("scores", "If[ScoreRescaling === None, raw, raw/Sqrt[key]]");

/// Exp[-Infinity] is zero, so that keys without a place in the window have no weight.
pub(super) const MASKED: Equation = is(
    "masked",
    "If[Mask === None, scores,
    ArrayThread[
        If[window === None,
            If[#1 <= #2, #3, -Infinity] &,
            If[#1 <= #2 && #1 > #2 - window, #3, -Infinity] &],
        {Range[keyCount], Range[queryCount], scores}, {{-1}, {-2}, All}]]",
);
pub(super) const SOFTMAX: Equation = is("soft", "ArraySoftmax[masked, -1]");

/// Srivastava et al., Dropout, 2014, on the weights.
pub(super) const DROPPED: Equation = is(
    "weights",
    "If[Dropout === 0, soft,
        soft ArrayRandom[BernoulliDistribution[1 - Dropout], TensorDimensions[soft], \"Mask\"]/(1 - Dropout)]",
);
const WEIGHTS: Equation = is("AttentionWeights", "ArrayReshape[weights, Join[heads, queries, keys]]");
const OUTPUT: Equation = is(
    "Output",
    "ArrayReshape[If[MultiHead, Transpose[MapThread[Dot, {weights, v}]], weights . v], Join[queries, heads, {value}]]",
);

/// Bahdanau et al., 2014.
const ADDITIVE: &str = "NetGraph[{LinearLayer[2], LinearLayer[2], Plus, Tanh, LinearLayer[{}]},
    {NetPort[\"Input\"] -> 1, NetPort[\"Query\"] -> 2, {1, 2} -> 3 -> 4 -> 5}]";
