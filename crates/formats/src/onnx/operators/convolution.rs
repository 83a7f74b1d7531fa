//! Convolutions and their transposes, over any number of spatial levels.

use super::{ElementOf, Meaning, NamedLayer, Operator, input, known, optional, output};

pub(super) const CONVOLUTION: &[(&str, &str)] = &[
    ("auto_pad", "\"NOTSET\""),
    ("dilations", "None"),
    ("group", "1"),
    ("kernel_shape", "None"),
    ("pads", "None"),
    ("strides", "None"),
];

/// What attributes of windows and of groups of channels must be.
const VALID: &[(&str, &str)] = &[
    ("group > 0", "the attribute \"group\" must be a positive number of groups"),
    ("strides === None || Min[strides] > 0", "the attribute \"strides\" must have positive numbers"),
    ("dilations === None || Min[dilations] > 0", "the attribute \"dilations\" must have positive numbers"),
    (
        "kernelShape === None || kernelShape === Drop[Dimensions[W], 2]",
        "the attribute \"kernel_shape\" must be the dimensions of W behind its first two",
    ),
];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Conv",
        inputs: &[input("X"), input("W"), optional("B")],
        attributes: CONVOLUTION,
        requires: VALID,
        meaning: Meaning::Value("biased[convolved[X, W], B]"),
        layers: &[NamedLayer {
            when: "ListQ[W] && (B === None || ListQ[B]) && !ListQ[X] && ArrayDepth[X] > 2",
            layer: "With[{n = ArrayDepth[X] - 2, kernel = Drop[Dimensions[W], 2]}, With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, \
                    NetMapOperator[ConvolutionLayer[First[Dimensions[W]], kernel, \"Stride\" -> s, \"Dilation\" -> d, \
                    PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernel, s, d], \"ChannelGroups\" -> group, \"Weights\" -> W, \"Biases\" -> B, \"Input\" -> Rest[Dimensions[X]]]]]]",
            data: &["X"],
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
        requires: VALID,
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
                   outputPadding === None && autoPad === \"NOTSET\"",
            layer: "With[{n = ArrayDepth[X] - 2, kernel = Drop[Dimensions[W], 2], channels = Dimensions[W][[2]]}, \
                    NetMapOperator[DeconvolutionLayer[channels, kernel, \"Stride\" -> orOnes[strides, n], \"Dilation\" -> orOnes[dilations, n], \
                    PaddingSize -> If[pads === None, ConstantArray[{0, 0}, n], Transpose[Partition[pads, n]]], \
                    \"Weights\" -> W, \"Biases\" -> B, \"Input\" -> Rest[Dimensions[X]]]]]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "CausalConvWithState",
        since: 27,
        inputs: &[input("input"), input("weight"), optional("bias"), optional("past_state")],
        outputs: &[output("output", ElementOf::Input(0)), output("present_state", ElementOf::Input(0))],
        attributes: &[("activation", "\"none\"")],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[input], size = Last[Dimensions[weight]]}, \
             With[{whole = If[pastState === None, ArrayPad[input, {{0, 0}, {0, 0}, {size - 1, 0}}], Join[pastState, input, 3]]}, \
             With[{y = biased[ArrayContract[{ArrayWindow[whole, {size}, {1}, {1}, {3}], ArrayReshape[weight, {dims[[2]], size}]}, \
             {{\"b\", \"c\", \"o\", \"u\"}, {\"c\", \"u\"}} -> {\"b\", \"c\", \"o\"}], bias]}, \
             {Switch[activation, \"none\", y, \"silu\" | \"swish\", y LogisticSigmoid[y], \
             _, refused[StringJoin[\"the activation \", activation, \" is not known\"]]], \
             part[whole, 3, dims[[3]] + 1, dims[[3]] + size - 1]}]]]",
        ),
        ..Operator::NEW
    },
    // Blocks are added up where they overlap.
    Operator {
        name: "Col2Im",
        since: 18,
        inputs: &[input("input"), known("image_shape"), known("block_shape")],
        attributes: &[("dilations", "None"), ("pads", "None"), ("strides", "None")],
        meaning: Meaning::Value(
            "With[{n = Length[imageShape], dims = Dimensions[input]}, \
             With[{s = orOnes[strides, n], d = orOnes[dilations, n], p = If[pads === None, ConstantArray[0, 2 n], pads]}, \
             With[{counts = Floor[(imageShape + Take[p, n] + Drop[p, n] - d (blockShape - 1) - 1)/s] + 1}, \
             With[{blocks = Transpose[ArrayReshape[input, Join[{dims[[1]], dims[[2]]/(Times @@ blockShape)}, blockShape, counts]], \
             Join[{1, 2}, Range[n + 3, 2 n + 2], Range[3, n + 2]]]}, \
             ArrayPad[ArrayOverlapAdd[blocks, s, d, Range[3, n + 2]], Join[{{0, 0}, {0, 0}}, \
             MapThread[{-#1, #1 + #2 - #3} &, {Take[p, n], imageShape, s (counts - 1) + d (blockShape - 1) + 1}]]]]]]]",
        ),
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
        "convolved",
        "Function[{array, filters}, With[{n = ArrayDepth[array] - 2, dims = Dimensions[array], kernel = Drop[Dimensions[filters], 2], \
         channels = First[Dimensions[filters]]}, \
         With[{s = orOnes[strides, n], d = orOnes[dilations, n], o = Array[\"o\", n], u = Array[\"u\", n]}, \
         With[{windows = ArrayWindow[ArrayPad[array, Join[{{0, 0}, {0, 0}}, windowPads[Drop[dims, 2], kernel, s, d]]], kernel, s, d, Range[3, n + 2]]}, \
         With[{out = Dimensions[windows][[3 ;; n + 2]]}, \
         ArrayReshape[ArrayContract[{ArrayReshape[filters, Join[{group, channels/group, dims[[2]]/group}, kernel]], \
         ArrayReshape[windows, Join[{dims[[1]], group, dims[[2]]/group}, out, kernel]]}, \
         {Join[{\"g\", \"m\", \"c\"}, u], Join[{\"b\", \"g\", \"c\"}, o, u]} -> Join[{\"b\", \"g\", \"m\"}, o]], \
         Join[{dims[[1]], channels}, out]]]]]]]",
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
         MapThread[Function[{size, target, extra}, With[{total = Expand[size + extra - target]}, \
         If[autoPad === \"SAME_UPPER\", {-Floor[total/2], Floor[total/2] - total + extra}, {Floor[total/2] - total, extra - Floor[total/2]}]]], \
         {full, If[outputShape === None, space steps, Take[outputShape, -Length[space]]], more}], \
         True, MapThread[{-#1[[1]], #2 - #1[[2]]} &, {windowPads[space, kernel, steps, apart], more}]]]]",
    ),
];
