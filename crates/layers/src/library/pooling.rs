//! `PoolingLayer`: the maximum, mean, total or norm over sliding windows.

use super::convolution::{
    DILATIONS, INTERLEAVING, KERNEL, LEVELS_SO_FAR, ONE_FOR_EACH_LEVEL, PADDING, PADDING_GIVEN, PADDING_SIZE,
    RANK_OF_INPUT, SPACE_BY_OUTPUT, STRIDE, WINDOWS_ARE_KNOWN,
};
use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

/// What is done with the elements of a window.
pub(super) const FUNCTION: Parameter = Parameter {
    name: "Function",
    kind: ParameterType::Matching {
        form: "Max | Mean | Total | {\"Norm\", Except[_String | _List]}",
        expected: "one of Max, Mean, Total, {\"Norm\", p}",
    },
    default: Some("Max"),
};

/// The number of windows. With `Ceiling` a last one may reach over the end of the padded input, but it must begin
/// within the input or before it.
const SIZES: &str = "MapThread[
    If[SizeRounding === Floor, Floor[(#1 + Total[#5] - #4 (#2 - 1) - 1)/#3],
        Min[Ceiling[(#1 + Total[#5] - #4 (#2 - 1) - 1)/#3], Floor[(#1 + First[#5] - 1)/#3]]] + 1 &,
    {space, kernel, strides, dilations, padding}]";

pub(super) const POOLING: Layer = Layer {
    name: "PoolingLayer",
    usage: "PoolingLayer[s] gives the maximum over windows of size s in each spatial level of every \
            channel; PoolingLayer[{h, w}] has windows of these sizes, PoolingLayer[size, stride] moves \
            them by the stride, which is 1 otherwise. \"Function\" -> Mean takes the mean, Total the total, and \
            {\"Norm\", p} the p-th root of the total of the p-th powers of the magnitudes. \"CountPadding\" -> False \
            leaves the padding out of a mean. With \"SizeRounding\" -> Ceiling a last window may reach over the end. \
            Further options: PaddingSize, \"Dilation\", Interleaving, \"Dimensionality\".",
    source: "y_c,i = f of x_c,(stride (i-1) + dilation (u-1) + 1 - padding) over u",
    arguments: &[
        Parameter { name: "size", kind: ParameterType::Sizes, default: None },
        Parameter { name: "Stride", kind: ParameterType::Sizes, default: Some("1") },
    ],
    keys: &[("size", "KernelSize")],
    options: &[
        FUNCTION,
        PADDING_SIZE,
        Parameter { name: "Dilation", kind: ParameterType::Sizes, default: Some("1") },
        Parameter { name: "CountPadding", kind: ParameterType::Boolean, default: Some("True") },
        Parameter { name: "SizeRounding", kind: ParameterType::Choice(&["Floor", "Ceiling"]), default: Some("Floor") },
        INTERLEAVING,
        Parameter { name: "Dimensionality", kind: ParameterType::Size, default: Some("Automatic") },
    ],
    inputs: &[Port { name: "Input", shape: "{in__}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{out__}", kind: PortKind::Data, tex: "y" }],
    premises: ONE_FOR_EACH_LEVEL,
    relations: &[
        Relation { variable: "Dimensionality", value: "Length[in] - 1" },
        Relation { variable: "Dimensionality", value: "If[ListQ[size], Length[size], Automatic]" },
        KERNEL,
        STRIDE,
        DILATIONS,
        Relation { variable: "given", value: PADDING_GIVEN },
        Relation { variable: "space", value: "If[Interleaving, Most[in], Rest[in]]" },
        Relation { variable: "padding", value: PADDING },
        Relation { variable: "sizes", value: SIZES },
        // How far the last windows reach over the end.
        Relation {
            variable: "beyond",
            value: "MapThread[{0, Max[0, #3 (#6 - 1) + #4 (#2 - 1) + 1 - #1 - Total[#5]]} &,
                {space, kernel, strides, dilations, padding, sizes}]",
        },
        // Whether all windows of a mean have the same number of elements that count.
        Relation {
            variable: "uniform",
            value: "Max[beyond] === 0 && (CountPadding || Max[padding] === 0)",
        },
        Relation { variable: "out", value: "If[Interleaving, Append[sizes, Last[in]], Prepend[sizes, First[in]]]" },
    ],
    partial: &[
        LEVELS_SO_FAR,
        Relation {
            variable: "out",
            value: "If[ListQ[in],
                With[{sizes = Replace[If[Interleaving, Most[in], Rest[in]], Except[\"Varying\"] -> Automatic, {1}]},
                    If[Interleaving, Append[sizes, Last[in]], Prepend[sizes, First[in]]]],
                Automatic]",
        },
        SPACE_BY_OUTPUT,
        Relation {
            variable: "in",
            value: "If[ListQ[before],
                If[Interleaving, Append[before, Last[out]], Prepend[before, First[out]]],
                Automatic]",
        },
    ],
    defaults: &[RANK_OF_INPUT],
    requirements: &[
        WINDOWS_ARE_KNOWN,
        requires(
            "And @@ MapThread[Max[#1] < #3 (#2 - 1) + 1 &, {padding, kernel, dilations}]",
            "the padding must be smaller than the window, but is `padding` for windows that span `dilations (kernel - 1) + \
             1` elements",
            "Give a smaller \"PaddingSize\", or larger windows",
        ),
        requires(
            "Min[sizes] > 0",
            "the window must not be larger than the padded input, but it spans `dilations (kernel - 1) + 1` of `space + \
             Map[Total, padding]` elements",
            "Give a smaller window, a larger input, or more \"PaddingSize\"",
        ),
    ],
    definition: &[
        is("channelsFirst", "If[Interleaving, Transpose[Input, RotateLeft[Range[Length[in]]]], Input]"),
        is(
            "powers",
            "If[ListQ[Function],
                ArrayThread[If[EvenQ[Last[Function]], #^Last[Function], Abs[#]^Last[Function]] &, {channelsFirst}],
                channelsFirst]",
        ),
        is("padded", "ArrayPad[powers, Prepend[padding + beyond, {0, 0}], If[Function === Max, -Infinity, 0]]"),
        is("windows", "ArrayWindow[padded, kernel, strides, dilations, Range[2, Length[kernel] + 1]]"),
        // The number of elements of each window that count in a mean.
        is(
            "counts",
            "If[Function === Mean && !uniform,
                ArrayReduce[Total,
                    ArrayWindow[
                        ArrayPad[ArrayPad[ConstantArray[1, space], padding, Boole[CountPadding]], beyond, 0],
                        kernel, strides, dilations, Range[Length[kernel]]],
                    -Range[Length[kernel]]],
                1]",
        ),
        is(
            "pooled",
            "Which[
                ListQ[Function], ArrayReduce[Total, windows, -Range[Length[kernel]]]^(1/Last[Function]),
                Function === Mean && !uniform,
                    ArrayThread[#1/#2 &,
                        {ArrayReduce[Total, windows, -Range[Length[kernel]]], counts}, {All, Range[2, Length[kernel] + 1]}],
                True, ArrayReduce[Function, windows, -Range[Length[kernel]], \"Ties\" -> \"First\"]]",
        ),
        is("Output", "If[Interleaving, Transpose[pooled, RotateRight[Range[Length[in]]]], pooled]"),
    ],
    examples: &[
        ("PoolingLayer[{2}][{{x, y, z}}]", "{{Max[x, y], Max[y, z]}}"),
        ("PoolingLayer[{2}, \"Function\" -> Mean][{{x, y, 3}}]", "{{(x + y)/2, (3 + y)/2}}"),
        (
            "PoolingLayer[{2}, 2, \"Function\" -> Mean, \"SizeRounding\" -> Ceiling][{{x, y, z}}]",
            "{{(x + y)/2, z}}",
        ),
    ],
    samples: &[
        Sample::of("PoolingLayer[{k}, \"Input\" -> {c, k + i}, \"Function\" -> f]")
            .sizes(&["k", "c"])
            .counts(&["i"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[k, s, \"Input\" -> {c, k + i, k + j}, \"Function\" -> f]")
            .sizes(&["k", "c", "s"])
            .counts(&["i", "j"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of(
            "PoolingLayer[{k + p, l + p}, {s, 1}, \"Input\" -> {c, k + i, l + j}, PaddingSize -> p, \"Function\" -> f, \
             \"CountPadding\" -> count]",
        )
        .sizes(&["k", "l", "c", "s"])
        .counts(&["i", "j", "p"])
        .choices(&[("f", FUNCTIONS), ("count", &["True", "False"])]),
        Sample::of(
            "PoolingLayer[{k + p + q}, \"Input\" -> {k + i, c}, Interleaving -> True, PaddingSize -> {{p, q}}, \
             \"Function\" -> f]",
        )
        .sizes(&["k", "c"])
        .counts(&["i", "p", "q"])
        .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[{4}, {2}, \"Input\" -> {c, i + 2}, PaddingSize -> p, \"Function\" -> f]")
            .sizes(&["c", "i", "p"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[{k}, s, \"Input\" -> {c, i}, PaddingSize -> \"Same\", \"Function\" -> f]")
            .sizes(&["k", "c", "s", "i"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[k, \"Input\" -> {c, k + i}, \"Dimensionality\" -> d]")
            .sizes(&["k", "c"])
            .counts(&["i"])
            .choices(&[("d", &["1", "Automatic"])]),
        Sample::of(
            "PoolingLayer[{k + 1}, s + 1, \"Input\" -> {c, i + k}, \"SizeRounding\" -> rounding, PaddingSize -> 1, \
             \"Function\" -> f, \"CountPadding\" -> count]",
        )
        .sizes(&["k", "c", "s", "i"])
        .choices(&[("f", FUNCTIONS), ("count", &["True", "False"]), ("rounding", &["Ceiling", "Floor"])]),
        Sample::of("PoolingLayer[{k, 2, 1}, \"Input\" -> {c, d (k - 1) + i, 3, 2}, \"Dilation\" -> {d, 2, 1}, \"Function\" -> f]")
            .sizes(&["k", "c", "d", "i"])
            .choices(&[("f", FUNCTIONS)]),
        // Not between layers that could bring its kinks about.
        Sample::of("PoolingLayer[{k, 2}, {s, 1}, \"Input\" -> {c, k + i, 2}, PaddingSize -> {0, 1}, \"Function\" -> {\"Norm\", p}]")
            .sizes(&["k", "c", "s"])
            .counts(&["i"])
            .choices(&[("p", &["2", "3", "5/2"])])
            .probabilities(),
    ],
    ..Layer::NEW
};

const FUNCTIONS: &[&str] = &["Max", "Mean", "Total"];
