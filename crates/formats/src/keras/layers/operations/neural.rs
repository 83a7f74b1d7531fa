//! Operations of layers: convolutions, pooling, normalisation, attention, and losses.

use super::super::pooling;
use super::{Layer, layered, several, single};

const CONVOLVED: &[(&str, &str)] =
    &[("strides", "1"), ("padding", "\"valid\""), ("data_format", "None"), ("dilation_rate", "1")];
const TRANSPOSED: &[(&str, &str)] = &[
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("output_padding", "None"),
    ("data_format", "None"),
    ("dilation_rate", "1"),
];
const WINDOWS: &[(&str, &str)] =
    &[("pool_size", ""), ("strides", "None"), ("padding", "\"valid\""), ("data_format", "None")];
const ADAPTIVE: &[(&str, &str)] = &[("output_size", ""), ("data_format", "None")];
const KERNEL: &[&str] = &["inputs", "kernel"];
const KERNELS: &[&str] = &["inputs", "depthwise_kernel", "pointwise_kernel"];
const LOSS: &[&str] = &["target", "output"];
const CLASSES: &[(&str, &str)] = &[("from_logits", "False"), ("axis", "-1")];

pub(super) const OPERATIONS: &[Layer] = &[
    Layer {
        layer: "If[ListQ[kernel], convolved[Transpose[kernel, Join[Range[3, Length[shape] + 1], {2, 1}]], None, \
                If[channelsLast, Last[shape], First[shape]]/Dimensions[kernel][[-2]]], refused[\"a kernel that is computed is not supported\"]]",
        ..several("Conv", KERNEL, CONVOLVED, "")
    },
    Layer {
        layer: "If[ListQ[kernel], convolved[channelwise[kernel], None, Dimensions[kernel][[-2]]], refused[\"a kernel that is computed is not supported\"]]",
        ..several("DepthwiseConv", KERNEL, CONVOLVED, "")
    },
    Layer {
        layer: "If[ListQ[depthwiseKernel] && ListQ[pointwiseKernel], separated[Last[Dimensions[pointwiseKernel]], depthwiseKernel, pointwiseKernel, None], \
                refused[\"a kernel that is computed is not supported\"]]",
        ..several("SeparableConv", KERNELS, CONVOLVED, "")
    },
    Layer {
        layer: "If[ListQ[kernel], spread[Dimensions[kernel][[-2]], kernel, None], \
                refused[\"a kernel that is computed is not supported\"]]",
        ..several("ConvTranspose", KERNEL, TRANSPOSED, "")
    },
    layered("MaxPool", WINDOWS, pooling::MAX),
    layered("AveragePool", WINDOWS, pooling::MEAN),
    layered("AdaptiveMaxPool", ADAPTIVE, pooling::ADAPTIVE_MAX),
    layered("AdaptiveAveragePool", ADAPTIVE, pooling::ADAPTIVE_MEAN),
    Layer {
        value: "ArraySoftmax[x, axesOf[axis]]",
        ..layered(
            "Softmax",
            &[("axis", "-1")],
            "With[{at = axesOf[axis]}, If[Length[at] == 1, SoftmaxLayer[First[at]], Automatic]]",
        )
    },
    single(
        "LogSoftmax",
        &[("axis", "-1")],
        "With[{at = axesOf[axis]}, ArrayThread[Subtract, {x, ArrayLogSumExp[x, at]}, {All, Complement[Range[ArrayDepth[x]], at]}]]",
    ),
    single(
        "Glu",
        &[("axis", "-1")],
        "With[{at = level[axis]}, With[{many = Dimensions[x][[at]]/2}, part[x, at, 1, many] ArrayThread[LogisticSigmoid, {part[x, at, many + 1, 2 many]}]]]",
    ),
    single(
        "Sparsemax",
        &[("axis", "-1")],
        "With[{at = level[axis]}, With[{last = Transpose[x, Ordering[Append[Delete[Range[ArrayDepth[x]], at], at]]]}, \
         Transpose[If[ArrayDepth[x] == 1, sparsemax[last], Map[sparsemax, last, {ArrayDepth[x] - 1}]], Append[Delete[Range[ArrayDepth[x]], at], at]]]]",
    ),
    single(
        "Normalize",
        &[("axis", "-1"), ("order", "2"), ("epsilon", "None")],
        "With[{at = axesOf[axis], least = If[epsilon === None, 1*^-7, epsilon]}, ArrayThread[#1/Max[#2, least] &, {x, \
         Switch[order, 2, Sqrt[ArrayReduce[Total, x^2, at]], 1, ArrayReduce[Total, RealAbs[x], at], _, ArrayReduce[Total, RealAbs[x]^order, at]^(1/order)]}, \
         {All, Complement[Range[ArrayDepth[x]], at]}]]",
    ),
    several(
        "BatchNorm",
        &["x", "mean", "variance", "offset", "scale"],
        &[("axis", ""), ("epsilon", "0.001")],
        r#"With[{at = levels[axis]}, If[!constantQ[mean] || !constantQ[variance], refused["statistics that are computed are not supported"],
            ArrayThread[(#1 - #2)/Sqrt[#3 + epsilon] #4 + #5 &, {x, mean, variance, If[scale === None, 1, scale], If[offset === None, 0, offset]},
            {All, at, at, If[scale === None, {}, at], If[offset === None, {}, at]}]]]"#,
    ),
    several(
        "LayerNorm",
        &["x", "gamma", "beta"],
        &[("axis", "-1"), ("epsilon", "None"), ("rms_scaling", "False")],
        r#"If[rmsScaling, refused["rms_scaling in a layer normalisation is not supported"],
            With[{at = axesOf[axis]}, With[{centred = ArrayThread[Subtract, {x, ArrayReduce[Mean, x, at]}, {All, Complement[Range[ArrayDepth[x]], at]}]},
            scaledBy[centred, at, gamma, beta, If[epsilon === None, 1*^-7, epsilon]]]]]"#,
    ),
    several(
        "RMSNorm",
        &["x", "scale"],
        &[("axis", "-1"), ("epsilon", "None")],
        "scaledBy[x, axesOf[axis], scale, None, If[epsilon === None, 1*^-7, epsilon]]",
    ),
    Layer {
        arguments: &[("scale", "None")],
        ..several(
            "DotProductAttention",
            &["query", "key", "value", "bias", "mask"],
            &[("is_causal", "False"), ("flash_attention", "None"), ("attn_logits_soft_cap", "None")],
            r#"With[{q = Dimensions[query], c = Dimensions[key]}, If[attnLogitsSoftCap =!= None, refused["attn_logits_soft_cap is not supported"],
                With[{group = q[[2]]/c[[2]]}, With[{wide = Function[{array}, If[group === 1, array, ArrayGather[array, Ceiling[Range[q[[2]]]/group], 2]]]},
                With[{scores = ArrayContract[{query, wide[key]}, {{"t", "h", "d"}, {"s", "h", "d"}} -> {"h", "t", "s"}] If[scale === None, 1/Sqrt[Last[q]], scale]},
                With[{biased = If[bias === None, scores, ArrayThread[Plus, {scores, fitted[bias, 3]}, {All, trailing[fitted[bias, 3]]}]]},
                With[{shown = If[mask === None, biased, ArrayThread[If[#2 == 0, -10^30, #1] &, {biased, fitted[mask, 3]}, {All, trailing[fitted[mask, 3]]}]]},
                With[{seen = If[isCausal, ArrayThread[If[#3 > #2, -10^30, #1] &, {shown, Range[q[[1]]], Range[c[[1]]]}, {{1, 2, 3}, {2}, {3}}], shown]},
                ArrayContract[{ArraySoftmax[seen, -1], wide[value]}, {{"h", "t", "s"}, {"s", "h", "d"}} -> {"t", "h", "d"}]]]]]]]]]"#,
        )
    },
    several(
        "BinaryCrossentropy",
        LOSS,
        &[("from_logits", "False")],
        "elementwise[If[fromLogits, (Log[1 + Exp[-RealAbs[#2]]] + Max[#2, 0] - #1 #2 &), \
         Function[With[{p = Min[Max[#2, 1*^-7], 1 - 1*^-7]}, -#1 Log[p] - (1 - #1) Log[1 - p]]]], {target, output}]",
    ),
    several(
        "CategoricalCrossentropy",
        LOSS,
        CLASSES,
        "With[{at = levelOf[axis, output]}, -ArrayReduce[Total, target logarithms[output, at], at]]",
    ),
    several(
        "SparseCategoricalCrossentropy",
        LOSS,
        CLASSES,
        "With[{at = levelOf[axis, output], given = If[ArrayDepth[target] == ArrayDepth[output], ArrayReshape[target, Most[Dimensions[target]]], target]}, \
         -ArrayReduce[Total, oneHot[given, Dimensions[output][[at]], at] logarithms[output, at], at]]",
    ),
    several(
        "Unfold",
        &["x"],
        &[("kernel_size", ""), ("dilation", "1"), ("padding", "0"), ("stride", "1")],
        "With[{edge = Map[{#, #} &, each[padding, 2]]}, With[{windows = ArrayWindow[ArrayPad[x, Prepend[edge, {0, 0}]], each[kernelSize, 2], each[stride, 2], each[dilation, 2], {2, 3}]}, \
         With[{dims = Dimensions[windows]}, ArrayReshape[Transpose[windows, {1, 4, 5, 2, 3}], {dims[[1]] dims[[4]] dims[[5]], dims[[2]] dims[[3]]}]]]]",
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    // An array by the root of its mean square over levels, with numbers for these levels.
    (
        "scaledBy",
        "Function[{array, at, factor, more, least}, With[{others = Complement[Range[ArrayDepth[array]], at]}, \
         ArrayThread[#1/Sqrt[#2 + least] #3 + #4 &, {array, ArrayReduce[Mean, array^2, at], If[factor === None, 1, factor], If[more === None, 0, more]}, \
         {All, others, If[factor === None, {}, at], If[more === None, {}, at]}]]]",
    ),
    ("levelOf", "Function[{where, array}, If[where < 0, ArrayDepth[array] + where + 1, where]]"),
    // Logarithms of probabilities.
    (
        "logarithms",
        "Function[{array, at}, With[{others = Delete[Range[ArrayDepth[array]], at]}, If[fromLogits, \
         ArrayThread[Subtract, {array, ArrayLogSumExp[array, at]}, {All, others}], \
         ArrayThread[Log[Min[Max[#1/#2, 1*^-7], 1 - 1*^-7]] &, {array, ArrayReduce[Total, array, at]}, {All, others}]]]]",
    ),
];
