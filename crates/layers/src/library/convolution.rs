//! `ConvolutionLayer`: cross-correlation over any number of spatial levels.

use super::padding::{COPIES, FILLING};
use crate::record::is;
use crate::requirement::requires;
use crate::{
    Absent, ArrayRecord, Initial, Layer, Parameter, ParameterType, Port, Premise, Relation, Requirement, Sample,
};

/// The options that all layers with sliding windows have, and what follows from them: `kernel`,
/// `stride`, `dilation` as lists, `padding` as pairs, and the spatial sizes before and after.
pub(super) const KERNEL: Relation =
    Relation { variable: "kernel", value: "If[ListQ[size], size, ConstantArray[size, Dimensionality]]" };
pub(super) const DILATIONS: Relation =
    Relation { variable: "dilations", value: "If[ListQ[Dilation], Dilation, ConstantArray[Dilation, Length[kernel]]]" };
pub(super) const STRIDE: Relation =
    Relation { variable: "strides", value: "If[ListQ[Stride], Stride, ConstantArray[Stride, Length[kernel]]]" };
pub(super) const INTERLEAVING: Parameter =
    Parameter { name: "Interleaving", kind: ParameterType::Boolean, default: Some("False") };
pub(super) const PADDING_SIZE: Parameter =
    Parameter { name: "PaddingSize", kind: ParameterType::Padding, default: Some("0") };

/// Windows have one form in all symbolic results.
pub(super) const WINDOWS_ARE_KNOWN: Requirement = requires(
    "VectorQ[Join[kernel, strides, dilations], IntegerQ]",
    "the sizes, strides and dilations of windows must be integers, but are `{kernel, strides, dilations}`",
    "Give integers; the sizes of the input can be symbols",
);
/// Channels are dealt to groups without a rest.
pub(super) const GROUPS_OF_INPUT: Requirement = requires(
    "Mod[inputChannels, ChannelGroups] == 0",
    "\"ChannelGroups\", `ChannelGroups`, must divide the number of input channels, `inputChannels`",
    "Give another number of groups, or an input of other channels",
);
pub(super) const GROUPS_OF_OUTPUT: Requirement = requires(
    "Mod[channels, ChannelGroups] == 0",
    "\"ChannelGroups\", `ChannelGroups`, must divide the number of output channels, `channels`",
    "Give another number of groups, or of output channels",
);
pub(super) const PADDING_GIVEN: &str = "Which[
    PaddingSize === \"Same\", PaddingSize,
    !ListQ[PaddingSize], ConstantArray[{PaddingSize, PaddingSize}, Length[kernel]],
    True, Map[If[ListQ[#], #, {#, #}] &, PaddingSize]]";
/// The padding as a list of pairs. `"Same"` makes the output as long as the input divided by the
/// stride, rounded up, with the odd element at the end.
pub(super) const PADDING: &str = "If[given === \"Same\",
    Map[{Floor[#/2], # - Floor[#/2]} &,
        MapThread[Max[0, (Ceiling[#1/#3] - 1) #3 + #4 (#2 - 1) + 1 - #1] &, {space, kernel, strides, dilations}]],
    given]";
pub(super) const OUTPUT_SIZES: &str = "MapThread[Floor[(#1 + Total[#5] - #4 (#2 - 1) - 1)/#3] + 1 &,
    {space, kernel, strides, dilations, padding}]";

/// The input of layers with sliding windows.
const RANK: Premise = Premise::Rank {
    port: "Input",
    number: "Dimensionality + 1",
    least: 2,
    levels: "channels and spatial levels",
    advice: " For a single channel write {data}, or Transpose[{data}] with Interleaving -> True.",
};

/// A list that has an element for each spatial level.
const fn for_each_level(of: &'static str) -> Premise {
    Premise::Items { of, number: "Dimensionality", each: "spatial level" }
}

/// The premises of all layers with sliding windows.
pub(super) const ONE_FOR_EACH_LEVEL: &[Premise] = &[
    RANK,
    for_each_level("size"),
    for_each_level("Stride"),
    for_each_level("Dilation"),
    for_each_level("PaddingSize"),
];

/// The arguments of a convolution and of its transpose.
pub(super) const ARGUMENTS: &[Parameter] = &[
    Parameter { name: "channels", kind: ParameterType::Size, default: None },
    Parameter { name: "size", kind: ParameterType::Sizes, default: None },
];
/// Their names for users.
pub(super) const KEYS: &[(&str, &str)] = &[("channels", "OutputChannels"), ("size", "KernelSize")];
pub(super) const STRIDE_SIZES: Parameter = Parameter { name: "Stride", kind: ParameterType::Sizes, default: Some("1") };
pub(super) const DILATION_SIZES: Parameter =
    Parameter { name: "Dilation", kind: ParameterType::Sizes, default: Some("1") };
pub(super) const CHANNEL_GROUPS: Parameter =
    Parameter { name: "ChannelGroups", kind: ParameterType::Size, default: Some("1") };
pub(super) const DIMENSIONALITY: Parameter =
    Parameter { name: "Dimensionality", kind: ParameterType::Size, default: Some("Automatic") };
pub(super) const INPUT: Port = Port { shape: "{in__}", ..Port::INPUT };
pub(super) const OUTPUT: Port = Port { shape: "{out__}", ..Port::OUTPUT };

/// The kernels, whose shape says which level of channels they have first.
pub(super) const fn kernels(shape: &'static str) -> ArrayRecord {
    ArrayRecord { name: "Weights", shape, initial: Initial::Weights, absent: None, tex: "W" }
}

pub(super) const CHANNEL_BIASES: ArrayRecord = ArrayRecord {
    name: "Biases",
    shape: "{channels}",
    initial: Initial::Constant(0.0),
    absent: Some(Absent::Zeros),
    tex: "b",
};

/// The number of spatial levels, by the input or by the size of the kernel.
pub(super) const LEVELS_OF_INPUT: Relation = Relation { variable: "Dimensionality", value: "Length[in] - 1" };
pub(super) const LEVELS_OF_KERNEL: Relation =
    Relation { variable: "Dimensionality", value: "If[ListQ[size], Length[size], Automatic]" };

/// The number of levels of the input, where nothing else tells it.
pub(super) const RANK_OF_INPUT: Relation =
    Relation { variable: "in", value: "ConstantArray[Automatic, Dimensionality + 1]" };

/// What is known while some sizes of the input are not.
pub(super) const LEVELS_SO_FAR: Relation = Relation {
    variable: "Dimensionality",
    value: "Which[ListQ[in], Length[in] - 1, ListQ[out], Length[out] - 1, True, Automatic]",
};
pub(super) const CHANNELS_SO_FAR: Relation = Relation {
    variable: "inputChannels",
    value: "If[ListQ[in], Replace[If[Interleaving, Last[in], First[in]], \"Varying\" -> Automatic], Automatic]",
};
pub(super) const OUTPUT_SO_FAR: Relation = Relation {
    variable: "out",
    value: "If[ListQ[in],
        With[{sizes = Replace[If[Interleaving, Most[in], Rest[in]], Except[\"Varying\"] -> Automatic, {1}]},
            If[Interleaving, Append[sizes, channels], Prepend[sizes, channels]]],
        Automatic]",
};

/// The spatial sizes of the input by those of the output, as far as these tell them: where windows move by one element.
pub(super) const SPACE_BY_OUTPUT: Relation = Relation {
    variable: "before",
    value: "If[ListQ[out] && ListQ[kernel] && ListQ[strides] && ListQ[dilations] && given =!= Automatic,
        MapThread[
            If[#3 =!= 1 || MemberQ[{Automatic, \"Varying\"}, #1] || TrueQ[#1 + #4 (#2 - 1) - #5 < 0], Automatic,
                #1 + #4 (#2 - 1) - #5] &,
            {If[Interleaving, Most[out], Rest[out]], kernel, strides, dilations,
                If[given === \"Same\", dilations (kernel - 1), Map[Total, given]]}],
        Automatic]",
};
pub(super) const INPUT_BY_OUTPUT: Relation = Relation {
    variable: "in",
    value: "If[ListQ[before], If[Interleaving, Append[before, Automatic], Prepend[before, Automatic]], Automatic]",
};

pub(super) const CONVOLUTION: Layer = Layer {
    name: "ConvolutionLayer",
    usage: "ConvolutionLayer[n, s] is a convolution with n output channels and kernels of size s in each \
            spatial level; ConvolutionLayer[n, {h, w}] has kernels of these sizes. The input has its \
            channels at the first level, with Interleaving -> True at the last. Options: \"Stride\", \
            \"Dilation\", PaddingSize (a number, a list of numbers or pairs, or \"Same\"), \
            Padding (a number, \"Fixed\", \"Periodic\", \"Reflected\" or \"Reversed\"), \
            \"ChannelGroups\", Interleaving, \"Dimensionality\". Kernels are not flipped.",
    source: "y_o,i = b_o + sum_c,u W_o,c,u x_c,(stride (i-1) + dilation (u-1) + 1 - padding)",
    arguments: ARGUMENTS,
    keys: KEYS,
    options: &[
        STRIDE_SIZES,
        DILATION_SIZES,
        PADDING_SIZE,
        FILLING,
        CHANNEL_GROUPS,
        INTERLEAVING,
        DIMENSIONALITY,
    ],
    inputs: &[INPUT],
    outputs: &[OUTPUT],
    arrays: &[kernels("{channels, groupSize, kernel__}"), CHANNEL_BIASES],
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
        Relation { variable: "groupSize", value: "inputChannels/ChannelGroups" },
        Relation { variable: "padding", value: PADDING },
        Relation { variable: "sizes", value: OUTPUT_SIZES },
        Relation { variable: "out", value: "If[Interleaving, Append[sizes, channels], Prepend[sizes, channels]]" },
    ],
    partial: &[LEVELS_SO_FAR, CHANNELS_SO_FAR, OUTPUT_SO_FAR, SPACE_BY_OUTPUT, INPUT_BY_OUTPUT],
    defaults: &[RANK_OF_INPUT],
    requirements: &[
        WINDOWS_ARE_KNOWN,
        GROUPS_OF_INPUT,
        GROUPS_OF_OUTPUT,
        requires(
            "Min[sizes] > 0",
            "the kernel must not be larger than the padded input, but it spans `dilations (kernel - 1) + 1` of `space + \
             Map[Total, padding]` elements",
            "Give a smaller kernel, a larger input, or more \"PaddingSize\"",
        ),
        requires(
            COPIES,
            "an empty level has no elements that \"Padding\" could repeat",
            "Give an input with elements, or \"Padding\" -> 0",
        ),
    ],
    definition: &[
        is("channelsFirst", "If[Interleaving, Transpose[Input, RotateLeft[Range[Length[in]]]], Input]"),
        is(
            "windows",
            "ArrayWindow[ArrayPad[channelsFirst, Prepend[padding, {0, 0}], Padding], kernel, strides, dilations, \
             Range[2, Length[kernel] + 1]]",
        ),
        is("grouped", "ArrayReshape[windows, Join[{ChannelGroups, groupSize}, sizes, kernel]]"),
        is(
            "summed",
            "ArrayContract[{ArrayReshape[Weights, Join[{ChannelGroups, channels/ChannelGroups, groupSize}, kernel]], grouped}, \
             {Join[{\"g\", \"n\", \"c\"}, Array[\"u\", Length[kernel]]], \
              Join[{\"g\", \"c\"}, Array[\"o\", Length[kernel]], Array[\"u\", Length[kernel]]]} -> \
             Join[{\"g\", \"n\"}, Array[\"o\", Length[kernel]]]]",
        ),
        is("biased", "ArrayReshape[summed, Join[{channels}, sizes]] + Biases"),
        is("Output", "If[Interleaving, Transpose[biased, RotateRight[Range[Length[in]]]], biased]"),
    ],
    examples: &[(
        "ConvolutionLayer[1, {2}, \"Weights\" -> {{{a, b}}}, \"Biases\" -> {0}][{{x, y, z}}]",
        "{{a x + b y, a y + b z}}",
    )],
    samples: &[
        Sample::of("ConvolutionLayer[n, {k}, \"Input\" -> {c, k + i}, \"Stride\" -> s]")
            .sizes(&["n", "k", "c", "s"])
            .counts(&["i"]),
        Sample::of(
            "ConvolutionLayer[n, {k, l}, \"Input\" -> {c, k + i, l + j}, \"Stride\" -> {s, 1}, PaddingSize -> p]",
        )
        .sizes(&["n", "k", "l", "c", "s"])
        .counts(&["i", "j", "p"]),
        Sample::of("ConvolutionLayer[n, {k}, \"Input\" -> {c, d (k - 1) + 1 + i}, \"Dilation\" -> d]")
            .sizes(&["n", "k", "c", "d"])
            .counts(&["i"]),
        Sample::of("ConvolutionLayer[g n, {k, l}, \"Input\" -> {g c, k + i, l + j}, \"ChannelGroups\" -> g]")
            .sizes(&["g", "n", "k", "l", "c"])
            .counts(&["i", "j"]),
        Sample::of("ConvolutionLayer[n, {k}, \"Input\" -> {k + i, c}, Interleaving -> True, PaddingSize -> {{p, q}}]")
            .sizes(&["n", "k", "c"])
            .counts(&["i", "p", "q"]),
        Sample::of(
            "ConvolutionLayer[g n, {k, l}, \"Input\" -> {k + i, l + d, g c}, Interleaving -> True, \
             \"Dilation\" -> {1, d}, PaddingSize -> {p, d}, \"ChannelGroups\" -> g]",
        )
        .sizes(&["g", "n", "k", "l", "c", "d"])
        .counts(&["i", "p"]),
        Sample::of(
            "ConvolutionLayer[n, {k}, \"Input\" -> {c, i}, PaddingSize -> \"Same\", \"Stride\" -> s, \"Dilation\" -> d, \
             \"Biases\" -> None]",
        )
        .sizes(&["n", "k", "c", "i", "s", "d"]),
        Sample::of("ConvolutionLayer[n, k, \"Input\" -> {c, k + i, k + j}, \"Dimensionality\" -> d]")
            .sizes(&["n", "k", "c"])
            .counts(&["i", "j"])
            .choices(&[("d", &["2", "Automatic"])]),
        Sample::of("ConvolutionLayer[n, {k, 2}, \"Input\" -> {c, k + i, j}, PaddingSize -> {1, 2}, Padding -> p]")
            .sizes(&["n", "k", "c", "j"])
            .counts(&["i"])
            .choices(&[("p", &["1/2", "\"Fixed\"", "\"Periodic\"", "\"Reflected\"", "\"Reversed\""])]),
        Sample::of("ConvolutionLayer[n, {1, k, 2}, \"Input\" -> {c, 2, k + i, 2}]").sizes(&["n", "k", "c"]).counts(&["i"]),
    ],
    ..Layer::NEW
};
