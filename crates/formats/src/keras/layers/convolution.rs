//! Convolutions, for each channel, separable, and transposed.

use super::{Array, Layer, array, array_if};

/// What all of them have.
const COMMON: &[(&str, &str)] = &[
    ("filters", ""),
    ("kernel_size", ""),
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("data_format", "None"),
    ("dilation_rate", "1"),
    ("groups", "1"),
    ("activation", "None"),
    ("use_bias", "True"),
];

const DEPTHWISE: &[(&str, &str)] = &[
    ("depth_multiplier", "1"),
    ("kernel_size", ""),
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("data_format", "None"),
    ("dilation_rate", "1"),
    ("activation", "None"),
    ("use_bias", "True"),
];

const SEPARABLE: &[(&str, &str)] = &[
    ("filters", ""),
    ("depth_multiplier", "1"),
    ("kernel_size", ""),
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("data_format", "None"),
    ("dilation_rate", "1"),
    ("groups", "1"),
    ("activation", "None"),
    ("use_bias", "True"),
];

const TRANSPOSED: &[(&str, &str)] = &[
    ("filters", ""),
    ("kernel_size", ""),
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("output_padding", "None"),
    ("data_format", "None"),
    ("dilation_rate", "1"),
    ("groups", "1"),
    ("activation", "None"),
    ("use_bias", "True"),
];

const WEIGHTS: &[Array] = &[array("kernel"), array_if("bias", "useBias")];
const TWO_WEIGHTS: &[Array] = &[array("depthwise_kernel"), array("pointwise_kernel"), array_if("bias", "useBias")];
/// What initialises and restrains arrays has names of its own there.
const IGNORED: &[&str] = &["filters"];

const fn convolution(class: &'static str) -> Layer {
    Layer {
        class,
        attributes: COMMON,
        arrays: WEIGHTS,
        layer: "chain[{convolved[Transpose[kernel, Join[Range[3, Length[shape] + 1], {2, 1}]], bias, groups], activationLayer[activation]}]",
        ..Layer::NEW
    }
}

const fn depthwise(class: &'static str) -> Layer {
    Layer {
        class,
        attributes: DEPTHWISE,
        ignored: IGNORED,
        arrays: WEIGHTS,
        layer: "chain[{convolved[channelwise[kernel], bias, Dimensions[kernel][[-2]]], activationLayer[activation]}]",
        ..Layer::NEW
    }
}

const fn separable(class: &'static str) -> Layer {
    Layer {
        class,
        attributes: SEPARABLE,
        arrays: TWO_WEIGHTS,
        layer: "chain[{separated[filters, depthwiseKernel, pointwiseKernel, bias], activationLayer[activation]}]",
        ..Layer::NEW
    }
}

const fn transposed(class: &'static str) -> Layer {
    Layer {
        class,
        attributes: TRANSPOSED,
        arrays: WEIGHTS,
        layer: "chain[{If[groups =!= 1, refused[\"groups in a transposed convolution are not supported\"], spread[filters, kernel, bias]], \
                activationLayer[activation]}]",
        ..Layer::NEW
    }
}

pub(super) const LAYERS: &[Layer] = &[
    convolution("Conv1D"),
    convolution("Conv2D"),
    convolution("Conv3D"),
    depthwise("DepthwiseConv1D"),
    depthwise("DepthwiseConv2D"),
    separable("SeparableConv1D"),
    separable("SeparableConv2D"),
    transposed("Conv1DTranspose"),
    transposed("Conv2DTranspose"),
    transposed("Conv3DTranspose"),
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // Zeros before and after each spatial level, so that windows of these sizes fit as the padding says.
    (
        "paddingFor",
        "Function[{kind, inner, sizes, s, d}, Switch[kind, \
         \"valid\", ConstantArray[{0, 0}, Length[sizes]], \
         \"causal\", MapThread[{#2 (#1 - 1), 0} &, {sizes, d}], \
         \"same\", MapThread[Function[{size, k, step, apart}, \
         With[{total = If[step == 1, apart (k - 1), Max[0, (Ceiling[size/step] - 1) step + apart (k - 1) + 1 - size]]}, \
         {Floor[total/2], total - Floor[total/2]}]], {inner, sizes, s, d}], \
         _, refused[\"the padding must be valid, same or causal\"]]]",
    ),
    ("windowPadding", "Function[{sizes, s, d}, paddingFor[padding, space, sizes, s, d]]"),
    // A convolution whose kernels have their channels first.
    (
        "convolved",
        "Function[{weights, biases, parts}, With[{n = Length[shape] - 1, sizes = Drop[Dimensions[weights], 2]}, \
         With[{s = each[strides, n], d = each[dilationRate, n]}, \
         ConvolutionLayer[First[Dimensions[weights]], sizes, \"Stride\" -> s, \"Dilation\" -> d, \
         PaddingSize -> windowPadding[sizes, s, d], \"ChannelGroups\" -> parts, \"Weights\" -> weights, \"Biases\" -> biases, \
         Interleaving -> channelsLast]]]]",
    ),
    // Kernels for each channel, with channels and the kernels of a channel in one level.
    (
        "channelwise",
        "Function[{kernels}, With[{n = Length[Dimensions[kernels]] - 2}, \
         ArrayReshape[Transpose[kernels, Join[Range[3, n + 2], {1, 2}]], \
         Join[{Dimensions[kernels][[-2]] Dimensions[kernels][[-1]], 1}, Drop[Dimensions[kernels], -2]]]]]",
    ),
    // What is taken away at the ends of a transposed convolution; zeros are added where it is negative.
    (
        "cut",
        "Function[{size, step, apart, more}, With[{whole = apart (size - 1) + 1}, Switch[padding, \
         \"valid\", {0, -If[more === None, Max[whole, step] - whole, more]}, \
         \"same\", With[{amount = If[more === None, step + whole - 2, whole + Mod[whole, 2] - 2 + more]}, \
         With[{left = Min[Ceiling[amount/2], whole - 1]}, {whole - 1 - left, whole - 1 - amount + left}]], \
         _, refused[\"the padding must be valid or same\"]]]]",
    ),
    // A convolution of each channel, and one over channels.
    (
        "separated",
        "Function[{count, depthwise, pointwise, biases}, With[{n = Length[shape] - 1}, \
         NetChain[{convolved[channelwise[depthwise], None, Dimensions[depthwise][[-2]]], ConvolutionLayer[count, ConstantArray[1, n], \
         \"Weights\" -> Transpose[pointwise, Join[Range[3, n + 2], {2, 1}]], \"Biases\" -> biases, Interleaving -> channelsLast]}]]]",
    ),
    // A transposed convolution.
    (
        "spread",
        "Function[{count, weights, biases}, With[{n = Length[shape] - 1, sizes = Drop[Dimensions[weights], -2]}, \
         With[{s = each[strides, n], d = each[dilationRate, n], more = each[outputPadding, n]}, \
         DeconvolutionLayer[count, sizes, \"Stride\" -> s, \"Dilation\" -> d, PaddingSize -> MapThread[cut, {sizes, s, d, more}], \
         \"Weights\" -> Transpose[weights, Join[Range[3, n + 2], {2, 1}]], \"Biases\" -> biases, Interleaving -> channelsLast]]]]",
    ),
];
