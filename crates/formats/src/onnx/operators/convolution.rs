//! Convolutions and their transposes, over any number of spatial levels.

use super::{Meaning, NamedLayer, Operator, input, optional};

const CONVOLUTION: &[(&str, &str)] = &[
    ("auto_pad", "\"NOTSET\""),
    ("dilations", "None"),
    ("group", "1"),
    ("kernel_shape", "None"),
    ("pads", "None"),
    ("strides", "None"),
];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Conv",
        inputs: &[input("X"), input("W"), optional("B")],
        attributes: CONVOLUTION,
        meaning: Meaning::Value(
            "With[{n = ArrayDepth[X] - 2, dims = Dimensions[X], kernel = Drop[Dimensions[W], 2], channels = First[Dimensions[W]]}, \
             With[{s = orOnes[strides, n], d = orOnes[dilations, n], o = Array[\"o\", n], u = Array[\"u\", n]}, \
             With[{windows = ArrayWindow[ArrayPad[X, Join[{{0, 0}, {0, 0}}, windowPads[Drop[dims, 2], kernel, s, d]]], kernel, s, d, Range[3, n + 2]]}, \
             With[{out = Dimensions[windows][[3 ;; n + 2]]}, \
             biased[ArrayReshape[ArrayContract[{ArrayReshape[W, Join[{group, channels/group, dims[[2]]/group}, kernel]], \
             ArrayReshape[windows, Join[{dims[[1]], group, dims[[2]]/group}, out, kernel]]}, \
             {Join[{\"g\", \"m\", \"c\"}, u], Join[{\"b\", \"g\", \"c\"}, o, u]} -> Join[{\"b\", \"g\", \"m\"}, o]], \
             Join[{dims[[1]], channels}, out]], B]]]]]",
        ),
        layers: &[NamedLayer {
            when: "ListQ[W] && (B === None || ListQ[B]) && !ListQ[X] && ArrayDepth[X] > 2",
            layer: "With[{n = ArrayDepth[X] - 2, kernel = Drop[Dimensions[W], 2]}, With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, \
                    NetMapOperator[ConvolutionLayer[First[Dimensions[W]], kernel, \"Stride\" -> s, \"Dilation\" -> d, \
                    PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernel, s, d], \"ChannelGroups\" -> group, \"Weights\" -> W, \"Biases\" -> B, \"Input\" -> Rest[Dimensions[X]]]]]]",
            data: "X",
        }],
        ..Operator::NEW
    },
    Operator {
        name: "ConvTranspose",
        inputs: &[input("X"), input("W"), optional("B")],
        attributes: &[
            ("auto_pad", "\"NOTSET\""),
            ("dilations", "None"),
            ("group", "1"),
            ("kernel_shape", "None"),
            ("output_padding", "None"),
            ("output_shape", "None"),
            ("pads", "None"),
            ("strides", "None"),
        ],
        meaning: Meaning::Value(
            "With[{n = ArrayDepth[X] - 2, dims = Dimensions[X], kernel = Drop[Dimensions[W], 2], each = Dimensions[W][[2]]}, \
             With[{s = orOnes[strides, n], d = orOnes[dilations, n], o = Array[\"o\", n], u = Array[\"u\", n], space = Drop[dims, 2], \
             more = If[outputPadding === None, ConstantArray[0, n], outputPadding]}, \
             With[{spread = ArrayReshape[ArrayContract[{ArrayReshape[W, Join[{group, dims[[2]]/group, each}, kernel]], \
             ArrayReshape[X, Join[{dims[[1]], group, dims[[2]]/group}, space]]}, \
             {Join[{\"g\", \"c\", \"m\"}, u], Join[{\"b\", \"g\", \"c\"}, o]} -> Join[{\"b\", \"g\", \"m\"}, o, u]], \
             Join[{dims[[1]], group each}, space, kernel]], \
             cut = cropping[space, kernel, s, d, more]}, \
             biased[ArrayPad[ArrayOverlapAdd[spread, s, d, Range[3, n + 2]], Join[{{0, 0}, {0, 0}}, cut]], B]]]]",
        ),
        layers: &[NamedLayer {
            when: "ListQ[W] && (B === None || ListQ[B]) && !ListQ[X] && ArrayDepth[X] > 2 && group == 1 && outputShape === None && \
                   outputPadding === None && autoPad === \"NOTSET\" && VectorQ[Dimensions[X], IntegerQ]",
            layer: "With[{n = ArrayDepth[X] - 2, kernel = Drop[Dimensions[W], 2], channels = Dimensions[W][[2]]}, \
                    NetMapOperator[DeconvolutionLayer[channels, kernel, \"Stride\" -> orOnes[strides, n], \"Dilation\" -> orOnes[dilations, n], \
                    PaddingSize -> If[pads === None, ConstantArray[{0, 0}, n], Transpose[Partition[pads, n]]], \
                    \"Weights\" -> W, \"Biases\" -> B, \"Input\" -> Rest[Dimensions[X]]]]]",
            data: "X",
        }],
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Amounts of padding before and after for each spatial level.
    (
        "windowPads",
        "Function[{space, kernel, steps, apart}, Switch[autoPad, \
         \"NOTSET\" | \"\", If[pads === None, ConstantArray[{0, 0}, Length[space]], Transpose[Partition[pads, Length[space]]]], \
         \"VALID\", ConstantArray[{0, 0}, Length[space]], \
         _, MapThread[Function[{size, k, s, d}, With[{total = Max[0, (Ceiling[size/s] - 1) s + d (k - 1) + 1 - size]}, \
         If[autoPad === \"SAME_UPPER\", {Floor[total/2], total - Floor[total/2]}, {total - Floor[total/2], Floor[total/2]}]]], \
         {space, kernel, steps, apart}]]]",
    ),
    (
        "biased",
        "Function[{array, biases}, If[biases === None, array, ArrayThread[Plus, {array, biases}, {Range[ArrayDepth[array]], {2}}]]]",
    ),
    // What is taken away from, or added to, the ends of a transposed convolution.
    (
        "cropping",
        "Function[{space, kernel, steps, apart, more}, With[{full = steps (space - 1) + apart (kernel - 1) + 1}, Which[\
         outputShape =!= None || MemberQ[{\"SAME_UPPER\", \"SAME_LOWER\"}, autoPad], \
         MapThread[Function[{size, target, extra}, With[{total = size + extra - target}, \
         If[autoPad === \"SAME_UPPER\", {-Floor[total/2], Floor[total/2] - total + extra}, {Floor[total/2] - total, extra - Floor[total/2]}]]], \
         {full, If[outputShape === None, space steps, Take[outputShape, -Length[space]]], more}], \
         True, MapThread[{-#1[[1]], #2 - #1[[2]]} &, {windowPads[space, kernel, steps, apart], more}]]]]",
    ),
];
