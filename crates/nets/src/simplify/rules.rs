//! The rules by which neighbouring layers become fewer or smaller ones.
//!
//! A rule is data: the kinds of layers that follow each other, a condition, and what becomes of each of them, in
//! the language. Both texts are functions of one association for each layer, with its arrays, parameters and shapes
//! under the names of its record.

/// A rule about layers of which each takes its input from the one before, and from nothing else.
pub(crate) struct Rule {
    /// The name by which it is chosen.
    pub(crate) name: &'static str,
    /// The layers, in order: one of these names at each place.
    pub(crate) layers: &'static [&'static [&'static str]],
    /// Whether it applies.
    pub(crate) condition: &'static str,
    /// The list of what becomes of each layer: its new settings, or None if it goes.
    pub(crate) result: &'static str,
    /// Nets to which it applies, with exact arrays; the tests compare them with what becomes of them.
    pub(crate) samples: &'static [&'static str],
}

/// All rules about neighbouring layers.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "FoldNormalization",
        layers: &[&["LinearLayer", "ConvolutionLayer"], &["BatchNormalizationLayer"]],
        condition: "If[KeyExistsQ[#1, \"kernel\"], #1[\"Interleaving\"] === #2[\"Interleaving\"],
            Length[#1[\"out\"]] === 1 || !#2[\"Interleaving\"]] &",
        // The elements of an array of several levels follow each other in the matrix of a linear layer.
        result: "With[{count = If[KeyExistsQ[#1, \"kernel\"], 1, #1[\"outputs\"]/Length[#2[\"Scaling\"]]]},
            With[{each = Function[values, Flatten[Map[Function[value, ConstantArray[value, count]], values]]]},
            With[{scale = each[#2[\"Scaling\"]/Sqrt[#2[\"MovingVariance\"] + #2[\"Epsilon\"]]]},
            {<|\"Weights\" -> scale #1[\"Weights\"],
               \"Biases\" -> scale (#1[\"Biases\"] - each[#2[\"MovingMean\"]]) + each[#2[\"Biases\"]]|>, None}]]] &",
        samples: &[
            "NetChain[{LinearLayer[2, \"Weights\" -> {{1, 2, 3}, {4, 5, 6}}, \"Biases\" -> {1/2, 7}],
                BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                    \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1], Tanh}]",
            "NetChain[{LinearLayer[{2, 2}, \"Weights\" -> {{1}, {2}, {3}, {4}}, \"Biases\" -> {1/2, 7, 0, 1}],
                BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                    \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1]}]",
            "NetChain[{ConvolutionLayer[2, {2}, \"Weights\" -> {{{1, 2}}, {{3, -1}}}, \"Biases\" -> None],
                BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                    \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1]}, \"Input\" -> {1, 4}]",
            "NetChain[{ConvolutionLayer[2, {2}, \"Weights\" -> {{{1, 2}}, {{3, -1}}}, \"Biases\" -> {1, 2}, Interleaving -> True],
                BatchNormalizationLayer[\"Scaling\" -> None, \"Biases\" -> None, \"MovingMean\" -> {1, -1},
                    \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1, Interleaving -> True]}, \"Input\" -> {4, 1}]",
        ],
    },
    Rule {
        name: "FoldNormalization",
        layers: &[&["DeconvolutionLayer"], &["BatchNormalizationLayer"]],
        condition: "#1[\"Interleaving\"] === #2[\"Interleaving\"] &",
        // The kernels of each group of inputs have the channels of its outputs at their second level.
        result: "With[{scale = #2[\"Scaling\"]/Sqrt[#2[\"MovingVariance\"] + #2[\"Epsilon\"]], groups = #1[\"ChannelGroups\"],
                sizes = Join[{#1[\"groupSize\"]}, #1[\"kernel\"]]},
            {<|\"Weights\" -> ArrayReshape[
                   ArrayThread[Times, {
                       ArrayReshape[#1[\"Weights\"], Join[{groups, #1[\"inputChannels\"]/groups}, sizes]],
                       ArrayReshape[scale, {groups, First[sizes]}]}, {All, {1, 3}}],
                   Prepend[sizes, #1[\"inputChannels\"]]],
               \"Biases\" -> scale (#1[\"Biases\"] - #2[\"MovingMean\"]) + #2[\"Biases\"]|>, None}] &",
        samples: &[
            "NetChain[{DeconvolutionLayer[2, {2}, \"Weights\" -> {{{1, 2}, {3, -1}}, {{4, 0}, {5, 7}}, {{1, 1}, {2, 9}}},
                    \"Biases\" -> {1, 2}, \"Stride\" -> 2],
                BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                    \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1]}, \"Input\" -> {3, 4}]",
            "NetChain[{DeconvolutionLayer[4, {2}, \"Weights\" -> {{{1, 2}, {3, -1}}, {{4, 0}, {5, 7}}}, \"Biases\" -> None,
                    \"ChannelGroups\" -> 2],
                BatchNormalizationLayer[\"Scaling\" -> {2, 3, 4, 5}, \"Biases\" -> None, \"MovingMean\" -> {1, -1, 0, 2},
                    \"MovingVariance\" -> {3, 8, 15, 24}, \"Epsilon\" -> 1]}, \"Input\" -> {2, 4}]",
        ],
    },
    Rule {
        name: "FoldNormalization",
        layers: &[&["BatchNormalizationLayer"], &["LinearLayer"]],
        condition: "Length[#1[\"in\"]] === 1 &",
        result: "With[{scale = #1[\"Scaling\"]/Sqrt[#1[\"MovingVariance\"] + #1[\"Epsilon\"]]},
            {None, <|\"Weights\" -> Transpose[scale Transpose[#2[\"Weights\"]]],
                \"Biases\" -> #2[\"Biases\"] + #2[\"Weights\"] . (#1[\"Biases\"] - scale #1[\"MovingMean\"])|>}] &",
        samples: &["NetChain[{BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1],
            LinearLayer[3, \"Weights\" -> {{1, 2}, {3, 4}, {5, 6}}, \"Biases\" -> {1/2, 7, 0}]}]"],
    },
    Rule {
        name: "FoldNormalization",
        layers: &[&["BatchNormalizationLayer"], &["BatchNormalizationLayer"]],
        condition: "#1[\"Interleaving\"] === #2[\"Interleaving\"] &",
        result: "With[{scale = #2[\"Scaling\"]/Sqrt[#2[\"MovingVariance\"] + #2[\"Epsilon\"]]},
            {<|\"Scaling\" -> scale #1[\"Scaling\"],
               \"Biases\" -> scale (#1[\"Biases\"] - #2[\"MovingMean\"]) + #2[\"Biases\"]|>, None}] &",
        samples: &["NetChain[{
            BatchNormalizationLayer[\"Scaling\" -> {2, 3}, \"Biases\" -> {5, 1/3}, \"MovingMean\" -> {1, -1},
                \"MovingVariance\" -> {3, 8}, \"Epsilon\" -> 1],
            BatchNormalizationLayer[\"Scaling\" -> None, \"Biases\" -> {1, 2}, \"MovingMean\" -> {7, 0},
                \"MovingVariance\" -> {15, 0}, \"Epsilon\" -> 1], Tanh}, \"Input\" -> {2, 2}]"],
    },
    Rule {
        name: "MergeAffine",
        layers: &[&["LinearLayer"], &["LinearLayer"]],
        // A product of matrices with a narrow middle is worth keeping.
        condition: "Length[#1[\"out\"]] === 1 &&
            #2[\"outputs\"] #1[\"inputs\"] <= #1[\"outputs\"] (#1[\"inputs\"] + #2[\"outputs\"]) &",
        result: "{None, <|\"Weights\" -> #2[\"Weights\"] . #1[\"Weights\"],
            \"Biases\" -> #2[\"Weights\"] . #1[\"Biases\"] + #2[\"Biases\"], \"Input\" -> #1[\"in\"]|>} &",
        samples: &[
            "NetChain[{LinearLayer[2, \"Weights\" -> {{1, 2, 3}, {4, 5, 6}}, \"Biases\" -> {1/2, 7}],
                LinearLayer[2, \"Weights\" -> {{1, 2}, {3, 4}}, \"Biases\" -> None]}]",
            "NetGraph[{LinearLayer[2, \"Weights\" -> {{1, 2, 3}, {4, 5, 6}}, \"Biases\" -> {1/2, 7}],
                LinearLayer[{}, \"Weights\" -> {{1, 2}}, \"Biases\" -> {5}]}, {1 -> 2}]",
        ],
    },
    Rule {
        name: "MergeMaps",
        layers: &[&["NetMapOperator"], &["NetMapOperator"]],
        condition: "True &",
        result: "{<|\"net\" -> NetChain[{#1[\"net\"], #2[\"net\"]}]|>, None} &",
        samples: &["NetChain[{NetMapOperator[LinearLayer[2, \"Weights\" -> {{1, 2}, {3, 4}}, \"Biases\" -> None]],
            NetMapOperator[Tanh]}]"],
    },
    Rule {
        name: "MergeMaps",
        layers: &[&["ElementwiseLayer"], &["ElementwiseLayer"]],
        // Lines of lines are lines, and some functions are their own repetition; others stay as they were written.
        condition: "With[{y = COMPOSED}, FreeQ[y, Function] &&
            LeafCount[y] <= Max[LeafCount[#1[\"f\"][\\[FormalX]]], LeafCount[#2[\"f\"][\\[FormalX]]]]] &",
        result: "With[{y = COMPOSED}, {If[y === #1[\"f\"][\\[FormalX]], <||>,
            <|\"function\" -> Function @@ {y /. \\[FormalX] -> Slot @@ {1}}|>], None}] &",
        samples: &[
            "NetChain[{2 # + 1 &, 3 # - 2 &, Tanh}, \"Input\" -> 2]",
            "NetChain[{Ramp, Ramp, Ramp}, \"Input\" -> 3]",
        ],
    },
    Rule {
        name: "MergeReshapes",
        layers: &[&["ReshapeLayer", "FlattenLayer"], &["ReshapeLayer"]],
        condition: "True &",
        result: "{None, <|\"Input\" -> #1[\"in\"]|>} &",
        samples: &["NetChain[{ReshapeLayer[{6}], ReshapeLayer[{3, 2}], Tanh}, \"Input\" -> {2, 3}]",
            "NetChain[{FlattenLayer[], ReshapeLayer[{2, 2}], Tanh}, \"Input\" -> {4}]"],
    },
    Rule {
        name: "MergeTransposes",
        layers: &[&["TransposeLayer"], &["TransposeLayer"]],
        condition: "KeyExistsQ[#1, \"places\"] && KeyExistsQ[#2, \"places\"] || SAME_EXCHANGE &",
        result: "If[SAME_EXCHANGE, {None, None}, {<|\"levels\" -> #2[\"places\"][[#1[\"places\"]]]|>, None}] &",
        samples: &[
            "NetChain[{TransposeLayer[], TransposeLayer[], Tanh}, \"Input\" -> {2, 3}]",
            "NetChain[{TransposeLayer[1 <-> 3], TransposeLayer[{2, 3, 1}]}, \"Input\" -> {2, 3, 4}]",
        ],
    },
    Rule {
        name: "FoldScaling",
        layers: &[&["LinearLayer", "ConvolutionLayer"], &["ElementwiseLayer"]],
        condition: AFFINE_AFTER,
        result: "With[{shift = #2[\"f\"][0]}, With[{scale = #2[\"f\"][1] - shift},
            {<|\"Weights\" -> scale #1[\"Weights\"], \"Biases\" -> scale #1[\"Biases\"] + shift|>, None}]] &",
        samples: &[
            "NetChain[{LinearLayer[2, \"Weights\" -> {{1, 2, 3}, {4, 5, 6}}, \"Biases\" -> {1/2, 7}], 3 # + 1 &}]",
            "NetChain[{ConvolutionLayer[2, {2}, \"Weights\" -> {{{1, 2}}, {{3, -1}}}, \"Biases\" -> None], #/255 &},
                \"Input\" -> {1, 4}]",
        ],
    },
    Rule {
        name: "FoldScaling",
        layers: &[&["ElementwiseLayer"], &["LinearLayer"]],
        condition: AFFINE_BEFORE,
        result: "With[{shift = #1[\"f\"][0]}, With[{scale = #1[\"f\"][1] - shift},
            {None, <|\"Weights\" -> scale #2[\"Weights\"],
                \"Biases\" -> #2[\"Biases\"] + #2[\"Weights\"] . ConstantArray[shift, #2[\"inputs\"]]|>}]] &",
        samples: &["NetChain[{(# - 1)/2 &, LinearLayer[2, \"Weights\" -> {{1, 2}, {3, 4}}, \"Biases\" -> {1, 0}]}]"],
    },
    Rule {
        name: "PruneUnits",
        layers: &[&["LinearLayer"], &["ElementwiseLayer"], &["LinearLayer"]],
        condition: "Length[#1[\"out\"]] === 1 && 0 < Length[USED] < #1[\"outputs\"] &",
        // Units that nothing leads to are constant, those that lead to nothing go.
        result: "With[{used = USED}, With[{rest = Complement[Range[#1[\"outputs\"]], used]},
            {<|\"size\" -> Length[used], \"Weights\" -> #1[\"Weights\"][[used]], \"Biases\" -> #1[\"Biases\"][[used]]|>,
             <|\"Input\" -> {Length[used]}|>,
             <|\"Input\" -> {Length[used]}, \"Weights\" -> #3[\"Weights\"][[All, used]],
               \"Biases\" -> #3[\"Biases\"] + #3[\"Weights\"][[All, rest]] . Map[#2[\"f\"], #1[\"Biases\"][[rest]]]|>}]] &",
        samples: &["NetChain[{LinearLayer[4, \"Weights\" -> {{1, 2}, {0, 0}, {3, 4}, {5, 6}}, \"Biases\" -> {1, 2, 3, 4}], Ramp,
            LinearLayer[2, \"Weights\" -> {{1, 2, 3, 0}, {4, 5, 6, 0}}, \"Biases\" -> {1, 0}]}]"],
    },
];

/// Stands in texts for the units that something leads to and that lead to something.
pub(super) const USED: (&str, &str) = (
    "USED",
    "Select[Range[#1[\"outputs\"]],
        Function[unit, AnyTrue[#1[\"Weights\"][[unit]], # != 0 &] && AnyTrue[#3[\"Weights\"][[All, unit]], # != 0 &]]]",
);

/// Stands in texts for the same two levels being exchanged twice.
pub(super) const SAME_EXCHANGE: (&str, &str) =
    ("SAME_EXCHANGE", "(#1[\"levels\"] === #2[\"levels\"] && MatchQ[#1[\"levels\"], _TwoWayRule])");

/// Stands in texts for two functions one after the other.
pub(super) const COMPOSED: (&str, &str) = (
    "COMPOSED",
    "With[{both = #2[\"f\"][#1[\"f\"][\\[FormalX]]]}, If[PolynomialQ[both, \\[FormalX]], Expand[both], both]]",
);

const AFFINE_AFTER: &str =
    "With[{y = #2[\"f\"][\\[FormalX]]}, PolynomialQ[y, \\[FormalX]] && Exponent[y, \\[FormalX]] <= 1] &";
const AFFINE_BEFORE: &str =
    "With[{y = #1[\"f\"][\\[FormalX]]}, PolynomialQ[y, \\[FormalX]] && Exponent[y, \\[FormalX]] <= 1] &";

/// The rules about single layers, which are said by what they do: their names.
pub(crate) const DROP_IDENTITY: &str = "DropIdentity";
pub(crate) const FOLD_CONSTANTS: &str = "FoldConstants";
pub(crate) const DROP_UNUSED: &str = "DropUnused";
