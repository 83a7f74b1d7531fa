//! Normalisations, and functions that are normalised over levels.

use super::{ElementOf, Meaning, NamedLayer, Operator, Output, input, optional, output};

const fn over(name: &'static str, definition: &'static str) -> Operator {
    Operator { name, meaning: Meaning::Value(definition), ..Operator::NEW }
}

const BATCH_INPUTS: &[super::Input] =
    &[input("X"), input("scale"), input("B"), input("input_mean"), input("input_var")];
const BATCH_OUTPUTS: &[Output] = &[
    output("Y", ElementOf::Input(0)),
    output("running_mean", ElementOf::Input(3)),
    output("running_var", ElementOf::Input(3)),
];
const BATCH: &str = "If[trainingMode == 1, \
    With[{at = Delete[Range[ArrayDepth[X]], 2]}, With[{mean = ArrayReduce[Mean, X, at]}, \
    With[{variance = ArrayReduce[Mean, ArrayThread[(#1 - #2)^2 &, {X, mean}, {Range[ArrayDepth[X]], {2}}], at]}, \
    {channelwise[X, mean, variance, scale, B], inputMean momentum + mean (1 - momentum), inputVar momentum + variance (1 - momentum)}]]], \
    {channelwise[X, inputMean, inputVar, scale, B], inputMean, inputVar}]";
const BATCH_LAYER: &[NamedLayer] = &[NamedLayer {
    when: "wanted == 1 && trainingMode == 0 && spatial =!= 0 && ListQ[scale] && ListQ[B] && ListQ[inputMean] && ListQ[inputVar] && !ListQ[X] && ArrayDepth[X] > 1",
    layer: "NetMapOperator[BatchNormalizationLayer[\"Epsilon\" -> epsilon, \"Scaling\" -> scale, \"Biases\" -> B, \"MovingMean\" -> inputMean, \
            \"MovingVariance\" -> inputVar, \"Input\" -> Rest[Dimensions[X]]]]",
    data: &["X"],
}];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        attributes: &[("axis", "1")],
        ..over("Softmax", "ArraySoftmax[X, Range[level[axis, ArrayDepth[X]], ArrayDepth[X]]]")
    },
    Operator {
        since: 13,
        attributes: &[("axis", "-1")],
        layers: &[NamedLayer {
            when: "!ListQ[X] && ArrayDepth[X] > 0",
            layer: "If[level[axis, ArrayDepth[X]] == ArrayDepth[X], SoftmaxLayer[], SoftmaxLayer[level[axis, ArrayDepth[X]]]]",
            data: &["X"],
        }],
        ..over("Softmax", "ArraySoftmax[X, level[axis, ArrayDepth[X]]]")
    },
    Operator {
        attributes: &[("axis", "1")],
        ..over("LogSoftmax", "logSoftmax[X, Range[level[axis, ArrayDepth[X]], ArrayDepth[X]]]")
    },
    Operator {
        since: 13,
        attributes: &[("axis", "-1")],
        ..over("LogSoftmax", "logSoftmax[X, {level[axis, ArrayDepth[X]]}]")
    },
    Operator {
        attributes: &[("axis", "1")],
        ..over(
            "Hardmax",
            "With[{dims = Dimensions[X], a = If[axis < 0, axis + ArrayDepth[X], axis]}, \
             ArrayReshape[hardmax[ArrayReshape[X, {Times @@ Take[dims, a], Times @@ Drop[dims, a]}], 2], dims]]",
        )
    },
    Operator { since: 13, attributes: &[("axis", "-1")], ..over("Hardmax", "hardmax[X, level[axis, ArrayDepth[X]]]") },
    Operator {
        attributes: &[("axis", "-1"), ("p", "2")],
        ..over(
            "LpNormalization",
            "With[{at = level[axis, ArrayDepth[X]]}, ArrayThread[If[#2 == 0, 0, #1/#2] &, \
             {X, If[p == 1, ArrayReduce[Total, RealAbs[X], at], Sqrt[ArrayReduce[Total, X^2, at]]]}, \
             {Range[ArrayDepth[X]], Delete[Range[ArrayDepth[X]], at]}]]",
        )
    },
    Operator {
        attributes: &[("axes", "{0, 2, 3}")],
        ..over(
            "MeanVarianceNormalization",
            "With[{at = levels[axes, ArrayDepth[X]], all = Range[ArrayDepth[X]]}, \
             With[{centred = ArrayThread[Subtract, {X, ArrayReduce[Mean, X, at]}, {all, Complement[all, at]}]}, \
             ArrayThread[#1/(Sqrt[#2] + 10.^-9) &, {centred, ArrayReduce[Mean, centred^2, at]}, {all, Complement[all, at]}]]]",
        )
    },
    Operator {
        attributes: &[("alpha", "0.0001"), ("beta", "0.75"), ("bias", "1."), ("size", "")],
        layers: &[NamedLayer {
            when: "!ListQ[X] && ArrayDepth[X] > 1",
            layer: "NetMapOperator[LocalResponseNormalizationLayer[\"Alpha\" -> alpha, \"Beta\" -> beta, \"Bias\" -> bias, \
                    \"ChannelWindowSize\" -> If[OddQ[size], (size - 1)/2, {Floor[(size - 1)/2], Ceiling[(size - 1)/2]}], \
                    \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..over(
            "LRN",
            "With[{near = ArrayReduce[Total, ArrayWindow[ArrayPad[X^2, {{0, 0}, {Floor[(size - 1)/2], Ceiling[(size - 1)/2]}}], {size}, {1}, {1}, {2}], -1]}, \
             X/(bias + alpha/size near)^beta]",
        )
    },
    Operator {
        name: "BatchNormalization",
        inputs: BATCH_INPUTS,
        outputs: BATCH_OUTPUTS,
        attributes: &[
            ("epsilon", "0.00001"),
            ("momentum", "0.9"),
            ("spatial", "1"),
            ("is_test", "1"),
            ("training_mode", "0"),
        ],
        meaning: Meaning::Value(BATCH),
        layers: BATCH_LAYER,
        ..Operator::NEW
    },
    Operator {
        name: "BatchNormalization",
        since: 14,
        inputs: BATCH_INPUTS,
        outputs: BATCH_OUTPUTS,
        attributes: &[("epsilon", "0.00001"), ("momentum", "0.9"), ("training_mode", "0")],
        meaning: Meaning::Value(BATCH),
        layers: BATCH_LAYER,
        ..Operator::NEW
    },
    Operator {
        name: "InstanceNormalization",
        inputs: &[input("X"), input("scale"), input("B")],
        attributes: &[("epsilon", "0.00001")],
        meaning: Meaning::Value(
            "With[{normal = First[normalized[X, Range[3, ArrayDepth[X]], epsilon]]}, \
             ArrayThread[#1 #2 + #3 &, {normal, scale, B}, {Range[ArrayDepth[X]], {2}, {2}}]]",
        ),
        layers: &[NamedLayer {
            when: "!ListQ[X] && ArrayDepth[X] > 2 && ListQ[scale] && ListQ[B]",
            layer: "NetMapOperator[NormalizationLayer[\"Epsilon\" -> epsilon, \"Scaling\" -> scale, \"Biases\" -> B, \
                    \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "GroupNormalization",
        since: 18,
        inputs: &[input("X"), input("scale"), input("bias")],
        attributes: &[("epsilon", "0.00001"), ("num_groups", ""), ("stash_type", "1")],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[X]}, With[{grouped = ArrayReshape[X, Join[{dims[[1]], numGroups, dims[[2]]/numGroups}, Drop[dims, 2]]]}, \
             With[{normal = First[normalized[grouped, Range[3, Length[dims] + 1], epsilon]], rank = Length[dims]}, \
             If[version < 21, ArrayReshape[ArrayThread[#1 #2 + #3 &, {normal, scale, bias}, {Range[rank + 1], {2}, {2}}], dims], \
             ArrayThread[#1 #2 + #3 &, {ArrayReshape[normal, dims], scale, bias}, {Range[rank], {2}, {2}}]]]]]",
        ),
        layers: &[NamedLayer {
            when: "version >= 21 && !ListQ[X] && ArrayDepth[X] > 1 && ListQ[scale] && ListQ[bias]",
            layer: "NetMapOperator[NormalizationLayer[\"GroupNumber\" -> numGroups, \"Epsilon\" -> epsilon, \"Scaling\" -> scale, \
                    \"Biases\" -> bias, \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "LayerNormalization",
        since: 17,
        inputs: &[input("X"), input("Scale"), optional("B")],
        outputs: &[
            output("Y", ElementOf::Input(0)),
            output("Mean", ElementOf::Is(super::Element::FLOAT)),
            output("InvStdDev", ElementOf::Is(super::Element::FLOAT)),
        ],
        attributes: &[("axis", "-1"), ("epsilon", "0.00001"), ("stash_type", "1")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[X]}, With[{at = Range[level[axis, rank], rank]}, With[{normal = normalized[X, at, epsilon]}, \
             With[{scaled = elementwise[Times, {normal[[1]], Scale}]}, \
             {If[B === None, scaled, elementwise[Plus, {scaled, B}]], \
             kept[normal[[2]], Dimensions[X], at, 1], kept[1/Sqrt[normal[[3]] + epsilon], Dimensions[X], at, 1]}]]]]",
        ),
        layers: &[NamedLayer {
            when: "wanted == 1 && !ListQ[X] && ListQ[Scale] && (B === None || ListQ[B]) && \
                   With[{dims = Drop[Dimensions[X], level[axis, ArrayDepth[X]] - 1]}, \
                   Dimensions[Scale] === dims && (B === None || Dimensions[B] === dims)]",
            layer: "mapped[NormalizationLayer[If[ArrayDepth[Scale] == 1, 1, 1 ;; All], \"Same\", \"Epsilon\" -> epsilon, \
                    \"Scaling\" -> Scale, \"Biases\" -> B, \"Input\" -> Dimensions[Scale]], level[axis, ArrayDepth[X]] - 1]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "RMSNormalization",
        since: 23,
        inputs: &[input("X"), input("scale")],
        attributes: &[("axis", "-1"), ("epsilon", "0.00001"), ("stash_type", "1")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[X]}, With[{at = Range[level[axis, rank], rank]}, \
             elementwise[Times, {ArrayThread[#1/Sqrt[#2 + epsilon] &, {X, ArrayReduce[Mean, X^2, at]}, {Range[rank], Complement[Range[rank], at]}], scale}]]]",
        ),
        layers: &[NamedLayer {
            when: "!ListQ[X] && ListQ[scale] && Dimensions[scale] === Drop[Dimensions[X], level[axis, ArrayDepth[X]] - 1]",
            layer: "mapped[NormalizationLayer[If[ArrayDepth[scale] == 1, 1, 1 ;; All], \"Same\", Method -> \"RMS\", \"Epsilon\" -> epsilon, \
                    \"Scaling\" -> scale, \"Biases\" -> None, \"Input\" -> Dimensions[scale]], level[axis, ArrayDepth[X]] - 1]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "logSoftmax",
        "Function[{array, at}, With[{all = Range[ArrayDepth[array]]}, ArrayThread[Subtract, {array, ArrayLogSumExp[array, at]}, {all, Complement[all, at]}]]]",
    ),
    (
        "hardmax",
        "Function[{array, at}, With[{all = Range[ArrayDepth[array]]}, ArrayThread[Boole[#1 == #2] &, \
         {ArrayReduce[ArgMax, array, at], Range[Dimensions[array][[at]]]}, {Delete[all, at], {at}}]]]",
    ),
    // Early versions may normalise each element of a channel by itself.
    (
        "channelwise",
        "Function[{array, mean, variance, factor, shift}, With[{all = Range[ArrayDepth[array]]}, With[{at = If[spatial === 0, Rest[all], {2}]}, \
         ArrayThread[(#1 - #2)/Sqrt[#3 + epsilon] #4 + #5 &, {array, mean, variance, factor, shift}, {all, at, at, at, at}]]]]",
    ),
    // The normalised array, the mean and the variance.
    (
        "normalized",
        "Function[{array, at, small}, With[{all = Range[ArrayDepth[array]], mean = ArrayReduce[Mean, array, at]}, \
         With[{centred = ArrayThread[Subtract, {array, mean}, {all, Complement[all, at]}]}, With[{variance = ArrayReduce[Mean, centred^2, at]}, \
         {ArrayThread[#1/Sqrt[#2 + small] &, {centred, variance}, {all, Complement[all, at]}], mean, variance}]]]]",
    ),
];
