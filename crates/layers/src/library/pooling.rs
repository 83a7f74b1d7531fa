//! `PoolingLayer`: the maximum, mean or total over sliding windows.

use super::convolution::{INTERLEAVING, OUTPUT_SIZES, PADDING, PADDING_GIVEN, PADDING_SIZE, STRIDE};
use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

/// What is done with the elements of a window.
const FUNCTIONS: &[&str] = &["Max", "Mean", "Total"];

pub(super) const POOLING: Layer = Layer {
    name: "PoolingLayer",
    usage: "PoolingLayer[s] gives the maximum over windows of size s in each spatial level of every \
            channel; PoolingLayer[{h, w}] has windows of these sizes, PoolingLayer[size, stride] moves \
            them by the stride, which is 1 otherwise. \"Function\" -> Mean or Total takes the mean, \
            padding included, or the total. Further options: PaddingSize, Interleaving, \
            \"Dimensionality\".",
    source: "y_c,i = f of x_c,(stride (i-1) + u - padding) over u",
    arguments: &[
        Parameter { name: "size", kind: ParameterType::Sizes, default: None },
        Parameter { name: "Stride", kind: ParameterType::Sizes, default: Some("1") },
    ],
    options: &[
        Parameter { name: "Function", kind: ParameterType::Choice(FUNCTIONS), default: Some("Max") },
        PADDING_SIZE,
        INTERLEAVING,
        Parameter { name: "Dimensionality", kind: ParameterType::Size, default: Some("Automatic") },
    ],
    inputs: &[Port { name: "Input", shape: "{in__}", kind: PortKind::Data, tex: "x" }],
    outputs: &[Port { name: "Output", shape: "{out__}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "Dimensionality", value: "Length[in] - 1" },
        Relation { variable: "Dimensionality", value: "If[ListQ[size], Length[size], Automatic]" },
        Relation { variable: "kernel", value: "If[ListQ[size], size, ConstantArray[size, Dimensionality]]" },
        STRIDE,
        Relation { variable: "dilations", value: "ConstantArray[1, Length[kernel]]" },
        Relation { variable: "given", value: PADDING_GIVEN },
        Relation { variable: "space", value: "If[Interleaving, Most[in], Rest[in]]" },
        Relation { variable: "padding", value: PADDING },
        Relation { variable: "sizes", value: OUTPUT_SIZES },
        Relation { variable: "out", value: "If[Interleaving, Append[sizes, Last[in]], Prepend[sizes, First[in]]]" },
    ],
    requirements: &[
        ("Length[in] == Length[kernel] + 1", "the input must have one level more than the window has"),
        ("And @@ MapThread[Max[#1] < #2 &, {padding, kernel}]", "the padding must be smaller than the window"),
        ("Min[sizes] > 0", "the window must not be larger than the padded input"),
    ],
    definition: &[
        is("channelsFirst", "If[Interleaving, Transpose[Input, RotateLeft[Range[Length[in]]]], Input]"),
        is("padded", "ArrayPad[channelsFirst, Prepend[padding, {0, 0}], If[Function === Max, -Infinity, 0]]"),
        is("windows", "ArrayWindow[padded, kernel, strides, dilations, Range[2, Length[kernel] + 1]]"),
        is("pooled", "ArrayReduce[Function, windows, -Range[Length[kernel]], \"Ties\" -> \"First\"]"),
        is("Output", "If[Interleaving, Transpose[pooled, RotateRight[Range[Length[in]]]], pooled]"),
    ],
    examples: &[
        ("PoolingLayer[{2}][{{x, y, z}}]", "{{Max[x, y], Max[y, z]}}"),
        ("PoolingLayer[{2}, \"Function\" -> Mean][{{x, y, 3}}]", "{{(x + y)/2, (3 + y)/2}}"),
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
            "PoolingLayer[{k + p, l + p}, {s, 1}, \"Input\" -> {c, k + i, l + j}, PaddingSize -> p, \"Function\" -> f]",
        )
        .sizes(&["k", "l", "c", "s"])
        .counts(&["i", "j", "p"])
        .choices(&[("f", FUNCTIONS)]),
        Sample::of(
            "PoolingLayer[{k + p + q}, \"Input\" -> {k + i, c}, Interleaving -> True, PaddingSize -> {{p, q}}, \
             \"Function\" -> f]",
        )
        .sizes(&["k", "c"])
        .counts(&["i", "p", "q"])
        .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[{k}, s, \"Input\" -> {c, i}, PaddingSize -> \"Same\", \"Function\" -> f]")
            .sizes(&["k", "c", "s", "i"])
            .choices(&[("f", FUNCTIONS)]),
        Sample::of("PoolingLayer[k, \"Input\" -> {c, k + i}, \"Dimensionality\" -> d]")
            .sizes(&["k", "c"])
            .counts(&["i"])
            .choices(&[("d", &["1", "Automatic"])]),
    ],
    ..Layer::NEW
};
