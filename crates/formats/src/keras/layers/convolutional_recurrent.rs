//! Recurrences whose gates are convolutions, by the same folds as those of other cells: states are written as vectors.

use super::{Array, Layer, Mask};

const ATTRIBUTES: &[(&str, &str)] = &[
    ("filters", ""),
    ("kernel_size", ""),
    ("strides", "1"),
    ("padding", "\"valid\""),
    ("data_format", "None"),
    ("dilation_rate", "1"),
    ("activation", "\"tanh\""),
    ("recurrent_activation", "\"sigmoid\""),
    ("use_bias", "True"),
    ("return_sequences", "False"),
    ("return_state", "False"),
    ("go_backwards", "False"),
    ("stateful", "False"),
    ("zero_output_for_mask", "False"),
    ("time_major", "False"),
];

const fn part(name: &'static str, when: &'static str) -> Array {
    Array { name, part: "cell", when, trained: true }
}

const ARRAYS: &[Array] = &[part("kernel", "True"), part("recurrent_kernel", "True"), part("bias", "useBias")];

const fn recurrent(class: &'static str) -> Layer {
    Layer {
        class,
        attributes: ATTRIBUTES,
        ignored: &["dropout", "recurrent_dropout", "unroll", "implementation", "unit_forget_bias"],
        inputs: &["sequences", "initial_state"],
        arrays: ARRAYS,
        layer: "If[Length[shapes] > 1, refused[\"states that are given to a convolutional recurrence are not supported\"], foldedImages]",
        mask: Mask::Taken("returnSequences"),
        ..Layer::NEW
    }
}

pub(super) const LAYERS: &[Layer] = &[recurrent("ConvLSTM1D"), recurrent("ConvLSTM2D"), recurrent("ConvLSTM3D")];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // A convolution of the four gates, with the kernels of a file.
    (
        "gatesBy",
        "Function[{weights, biases, steps, apart, edges}, With[{n = Length[shape] - 2}, \
         ConvolutionLayer[Last[Dimensions[weights]], Drop[Dimensions[weights], -2], \"Stride\" -> steps, \"Dilation\" -> apart, PaddingSize -> edges, \
         \"Weights\" -> Transpose[weights, Join[Range[3, n + 2], {2, 1}]], \"Biases\" -> biases, Interleaving -> channelsLast]]]",
    ),
    // A gate of four, at the level of channels.
    (
        "gateOf",
        "Function[{all, k}, If[channelsLast, Apply[Take, Join[{all}, ConstantArray[All, Length[shape] - 2], {{(k - 1) filters + 1, k filters}}]], \
         Take[all, {(k - 1) filters + 1, k filters}]]]",
    ),
    (
        "foldedImages",
        r#"With[{n = Length[shape] - 2, inner = If[channelsLast, shape[[2 ;; -2]], Drop[shape, 2]], sizes = Drop[Dimensions[kernel], -2]},
            With[{s = each[strides, n], d = each[dilationRate, n]}, With[{edges = paddingFor[padding, inner, sizes, s, d]},
            With[{outer = MapThread[Floor[(#1 + Total[#2] - #3 (#4 - 1) - 1)/#5] + 1 &, {inner, edges, d, sizes, s}]},
            With[{dims = If[channelsLast, Append[outer, filters], Prepend[outer, filters]]}, With[{count = Times @@ dims},
            With[{cell = {{count, count}, filled[Hold[Function[{s, x}, With[{z = ofInput[x] + ofState[ArrayReshape[s[[1]], dims]]},
              With[{c = open[gateOf[z, 2]] ArrayReshape[s[[2]], dims] + open[gateOf[z, 1]] act[gateOf[z, 3]]},
              With[{h = ArrayReshape[open[gateOf[z, 4]] act[c], {count}]}, {h, {h, ArrayReshape[c, {count}]}}]]]]],
              {ofInput -> gatesBy[kernel, bias, s, d, edges], act -> activating[activation], open -> activating[recurrentActivation],
              ofState -> gatesBy[recurrentKernel, None, ConstantArray[1, n], ConstantArray[1, n], Map[{Floor[(# - 1)/2], Ceiling[(# - 1)/2]} &, Drop[Dimensions[recurrentKernel], -2]]]}]}},
            With[{net = folded[cell]}, With[{given = ports[net], made = Keys[Information[net, "OutputPorts"]]},
            With[{shaped = Function[{port}, ReshapeLayer[If[port === "Output" && returnSequences, Prepend[dims, First[shape]], dims]]]},
            NetGraph[Join[<|"cell" -> net|>, Association[Map[StringJoin["shape of ", #] -> shaped[#] &, made]]],
            Join[Map[NetPort[#] -> NetPort[{"cell", #}] &, given],
            Flatten[Map[{NetPort[{"cell", #}] -> StringJoin["shape of ", #], StringJoin["shape of ", #] -> NetPort[#]} &, made]]]]]]]]]]]]]]"#,
    ),
];
