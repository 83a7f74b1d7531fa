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
