//! `DeconvolutionLayer`: the transpose of a convolution.

use super::convolution::{
    ARGUMENTS, CHANNEL_BIASES, CHANNEL_GROUPS, CHANNELS_SO_FAR, DILATION_SIZES, DILATIONS, DIMENSIONALITY,
    GROUPS_OF_INPUT, GROUPS_OF_OUTPUT, INPUT, INPUT_BY_OUTPUT, INTERLEAVING, KERNEL, KEYS, LEVELS_OF_INPUT,
    LEVELS_OF_KERNEL, LEVELS_SO_FAR, ONE_FOR_EACH_LEVEL, OUTPUT, OUTPUT_SO_FAR, PADDING_GIVEN, RANK_OF_INPUT, STRIDE,
    STRIDE_SIZES, WINDOWS_ARE_KNOWN, kernels,
};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Relation, Sample};

pub(super) const DECONVOLUTION: Layer = Layer {
    name: "DeconvolutionLayer",
    usage: "DeconvolutionLayer[n, s] is a transposed convolution with n output channels and kernels of size s in each \
            spatial level: every element of the input adds its multiple of a kernel to the output. DeconvolutionLayer[n, \
            {h, w}] has kernels of these sizes. Options: \"Stride\", \"Dilation\", PaddingSize (what is taken away from \
            the output: a number, a list of numbers or pairs, negative to add, or \"Same\" for an output that is the \
            stride times as long), \"ChannelGroups\", Interleaving, \"Dimensionality\".",
    source: "y_n,(stride (i-1) + dilation (u-1) + 1 - padding) = b_n + sum_m,i,u W_m,n,u x_m,i",
    arguments: ARGUMENTS,
    keys: KEYS,
    options: &[
        STRIDE_SIZES,
        DILATION_SIZES,
        Parameter {
            name: "PaddingSize",
            kind: ParameterType::Matching {
                form: "Except[_Real | _Rational | _String | _List | None | Automatic | All | True | False] | \"Same\" |
                    {(Except[_Real | _Rational | _String | _List] | {Repeated[Except[_Real | _Rational | _String | _List], {2}]})..}",
                expected: "a number of elements, a list of numbers or pairs, or \"Same\"",
            },
            default: Some("0"),
        },
        CHANNEL_GROUPS,
        INTERLEAVING,
        DIMENSIONALITY,
    ],
    inputs: &[INPUT],
    outputs: &[OUTPUT],
    arrays: &[kernels("{inputChannels, groupSize, kernel__}"), CHANNEL_BIASES],
    premises: ONE_FOR_EACH_LEVEL,
    relations: &[
        LEVELS_OF_INPUT,
        LEVELS_OF_KERNEL,
        KERNEL,
        STRIDE,
        DILATIONS,
        Relation { variable: "given", value: PADDING_GIVEN },
        Relation { variable: "inputChannels", value: "If[Interleaving, Last[in], First[in]]" },
        Relation { variable: "space", value: "If[Interleaving, Most[in], Rest[in]]" },
        Relation { variable: "groupSize", value: "channels/ChannelGroups" },
        Relation {
            variable: "padding",
            value: "If[given === \"Same\",
                MapThread[{Floor[#/2], # - Floor[#/2]} &[#3 (#1 - 1) + 1 - #2] &, {kernel, strides, dilations}],
                given]",
        },
        Relation {
            variable: "sizes",
            value: "MapThread[#3 (#1 - 1) + #4 (#2 - 1) + 1 - Total[#5] &, {space, kernel, strides, dilations, padding}]",
        },
        Relation { variable: "out", value: "If[Interleaving, Append[sizes, channels], Prepend[sizes, channels]]" },
    ],
    partial: &[
        LEVELS_SO_FAR,
        CHANNELS_SO_FAR,
        OUTPUT_SO_FAR,
        Relation {
            variable: "before",
            value: "If[ListQ[out] && ListQ[kernel] && ListQ[strides] && ListQ[dilations] && given =!= Automatic,
                MapThread[
                    If[MemberQ[{Automatic, \"Varying\"}, #], Automatic,
                        With[{width = (#1 + #5 - #4 (#2 - 1) - 1)/#3 + 1},
                            If[NumberQ[width] && !(IntegerQ[width] && width >= 0), Automatic, width]]] &,
                    {If[Interleaving, Most[out], Rest[out]], kernel, strides, dilations,
                        If[given === \"Same\", dilations (kernel - 1) + 1 - strides, Map[Total, given]]}],
                Automatic]",
        },
        INPUT_BY_OUTPUT,
    ],
    defaults: &[RANK_OF_INPUT],
    requirements: &[
        WINDOWS_ARE_KNOWN,
        GROUPS_OF_INPUT,
        GROUPS_OF_OUTPUT,
        requires(
            "Min[sizes] > 0",
            "\"PaddingSize\" takes away more than there is: the output would have the sizes `sizes`",
            "Give a smaller \"PaddingSize\", or a larger input",
        ),
        requires(
            "Min[space] > 0",
            "the input must have elements, but a level has size 0",
            "Give an input whose levels have at least one element",
        ),
    ],
    definition: &[
        is("channelsFirst", "If[Interleaving, Transpose[Input, RotateLeft[Range[Length[in]]]], Input]"),
        is("grouped", "ArrayReshape[channelsFirst, Join[{ChannelGroups, inputChannels/ChannelGroups}, space]]"),
        is(
            "multiples",
            "ArrayContract[{ArrayReshape[Weights, Join[{ChannelGroups, inputChannels/ChannelGroups, groupSize}, kernel]], \
             grouped}, \
             {Join[{\"g\", \"m\", \"n\"}, Array[\"u\", Length[kernel]]], \
              Join[{\"g\", \"m\"}, Array[\"o\", Length[kernel]]]} -> \
             Join[{\"g\", \"n\"}, Array[\"o\", Length[kernel]], Array[\"u\", Length[kernel]]]]",
        ),
        is(
            "added",
            "ArrayOverlapAdd[ArrayReshape[multiples, Join[{channels}, space, kernel]], strides, dilations, \
             Range[2, Length[kernel] + 1]]",
        ),
        is("biased", "ArrayPad[added, Prepend[-padding, {0, 0}], 0] + Biases"),
        is("Output", "If[Interleaving, Transpose[biased, RotateRight[Range[Length[in]]]], biased]"),
    ],
    examples: &[(
        "DeconvolutionLayer[1, {2}, \"Weights\" -> {{{a, b}}}, \"Biases\" -> {0}][{{x, y}}]",
        "{{a x, b x + a y, b y}}",
    )],
    samples: &[
        Sample::of("DeconvolutionLayer[n, {k}, \"Input\" -> {c, i}, \"Stride\" -> s, \"Dilation\" -> d]")
            .sizes(&["n", "k", "c", "s", "d", "i"]),
        Sample::of(
            "DeconvolutionLayer[n, {k + 1, l}, \"Input\" -> {c, i + 1, j}, \"Stride\" -> {s, 1}, PaddingSize -> {1, 0}]",
        )
        .sizes(&["n", "k", "l", "c", "s", "i", "j"]),
        Sample::of("DeconvolutionLayer[g n, {k, 2}, \"Input\" -> {g c, i, j}, \"ChannelGroups\" -> g]")
            .sizes(&["g", "n", "k", "c", "i", "j"]),
        Sample::of(
            "DeconvolutionLayer[n, {k + 1}, \"Input\" -> {i, c}, Interleaving -> True, PaddingSize -> {{1, -p}}, \
             \"Biases\" -> None]",
        )
        .sizes(&["n", "k", "c", "i"])
        .counts(&["p"]),
        Sample::of("DeconvolutionLayer[n, {k}, \"Input\" -> {c, i}, PaddingSize -> \"Same\", \"Stride\" -> s]")
            .sizes(&["n", "k", "c", "i", "s"]),
        Sample::of("DeconvolutionLayer[n, k, \"Input\" -> {c, i, 2}, \"Dimensionality\" -> d]")
            .sizes(&["n", "k", "c", "i"])
            .choices(&[("d", &["2", "Automatic"])]),
        Sample::of("DeconvolutionLayer[n, {1, k, 2}, \"Input\" -> {c, 2, i, 1}]").sizes(&["n", "k", "c", "i"]),
    ],
    ..Layer::NEW
};
