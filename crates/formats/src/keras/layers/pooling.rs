//! Pooling over windows, over all spatial levels, and to given sizes.

use super::{Layer, Mask};

const WINDOWS: &[(&str, &str)] =
    &[("pool_size", "2"), ("strides", "None"), ("padding", "\"valid\""), ("data_format", "None")];
const WHOLE: &[(&str, &str)] = &[("data_format", "None"), ("keepdims", "False")];
const ADAPTIVE: &[(&str, &str)] = &[("output_size", ""), ("data_format", "None")];

const fn pooling(class: &'static str, layer: &'static str) -> Layer {
    Layer { class, attributes: WINDOWS, layer, ..Layer::NEW }
}

const fn global(class: &'static str, layer: &'static str) -> Layer {
    Layer { class, attributes: WHOLE, layer, ..Layer::NEW }
}

const fn adaptive(class: &'static str, layer: &'static str) -> Layer {
    Layer { class, attributes: ADAPTIVE, layer, ..Layer::NEW }
}

pub(super) const MAX: &str = "pooled[Max]";
pub(super) const MEAN: &str = "pooled[Mean]";
const WHOLE_MAX: &str = "aggregated[Max]";
const WHOLE_MEAN: &str = "aggregated[Mean]";
pub(super) const ADAPTIVE_MAX: &str = "adapted[Max]";
pub(super) const ADAPTIVE_MEAN: &str = "adapted[Mean]";

pub(super) const LAYERS: &[Layer] = &[
    pooling("MaxPooling1D", MAX),
    pooling("MaxPooling2D", MAX),
    pooling("MaxPooling3D", MAX),
    pooling("AveragePooling1D", MEAN),
    pooling("AveragePooling2D", MEAN),
    pooling("AveragePooling3D", MEAN),
    global("GlobalMaxPooling1D", WHOLE_MAX),
    global("GlobalMaxPooling2D", WHOLE_MAX),
    global("GlobalMaxPooling3D", WHOLE_MAX),
    Layer {
        mask: Mask::Taken("False"),
        ..global(
            "GlobalAveragePooling1D",
            "If[!First[masks], aggregated[Mean], With[{at = If[channelsLast, 1, 2]}, \
             FunctionLayer[Function[{input, mask}, With[{sums = ArrayReduce[Total, ArrayThread[Times, {input, mask}, {All, {at}}], at]/Total[mask]}, \
             If[keepdims, ArrayReshape[sums, ReplacePart[shape, at -> 1]], sums]]]]]]",
        )
    },
    global("GlobalAveragePooling2D", WHOLE_MEAN),
    global("GlobalAveragePooling3D", WHOLE_MEAN),
    adaptive("AdaptiveMaxPooling1D", ADAPTIVE_MAX),
    adaptive("AdaptiveMaxPooling2D", ADAPTIVE_MAX),
    adaptive("AdaptiveMaxPooling3D", ADAPTIVE_MAX),
    adaptive("AdaptiveAveragePooling1D", ADAPTIVE_MEAN),
    adaptive("AdaptiveAveragePooling2D", ADAPTIVE_MEAN),
    adaptive("AdaptiveAveragePooling3D", ADAPTIVE_MEAN),
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // A mean does not count what is padded; with the backend "torch" Keras repeats the border where it pads more at the end.
    (
        "pooled",
        "Function[{function}, With[{n = Length[shape] - 1}, With[{sizes = each[poolSize, n]}, \
         With[{s = If[strides === None, sizes, each[strides, n]]}, With[{pairs = windowPadding[sizes, s, ConstantArray[1, n]]}, \
         If[backend === \"torch\" && function === Mean && !MatchQ[pairs, {{a_, a_} ..}], \
         NetChain[{PaddingLayer[If[channelsLast, Append[pairs, {0, 0}], Prepend[pairs, {0, 0}]], Padding -> \"Fixed\"], \
         PoolingLayer[sizes, s, \"Function\" -> Mean, Interleaving -> channelsLast]}], \
         PoolingLayer[sizes, s, \"Function\" -> function, PaddingSize -> pairs, \
         \"CountPadding\" -> (function =!= Mean), Interleaving -> channelsLast]]]]]]]",
    ),
    (
        "aggregated",
        "Function[{function}, With[{at = If[channelsLast, Range[Length[shape] - 1], Range[2, Length[shape]]]}, \
         chain[{AggregationLayer[function, at], \
         If[keepdims, ReshapeLayer[ReplacePart[shape, Map[# -> 1 &, at]]], None]}]]]",
    ),
    (
        "adapted",
        "Function[{function}, withChannelsFirst[AdaptivePoolingLayer[each[outputSize, Length[shape] - 1], \"Function\" -> function]]]",
    ),
];
