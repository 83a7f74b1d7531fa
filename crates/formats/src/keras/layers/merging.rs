//! Several arrays as one.

use super::{Layer, Mask};

/// Arrays with fewer levels get new ones before theirs.
macro_rules! threaded {
    ($function:literal) => {
        concat!("ThreadingLayer[", $function, ", 1, \"InputPorts\" -> Length[shapes]]")
    };
}

/// The output is masked where all inputs are.
const EITHER: Mask = Mask::Merged("If[And @@ masks, ThreadingLayer[Max, \"InputPorts\" -> Length[masks]], None]");

const fn merging(class: &'static str, layer: &'static str) -> Layer {
    Layer { class, layer, mask: EITHER, ..Layer::NEW }
}

pub(super) const LAYERS: &[Layer] = &[
    merging("Add", threaded!("Plus")),
    merging("Subtract", threaded!("Subtract")),
    merging("Multiply", threaded!("Times")),
    merging("Average", threaded!("With[{count = Length[shapes]}, Function[Plus[##]/count]]")),
    merging("Maximum", threaded!("Max")),
    merging("Minimum", threaded!("Min")),
    Layer {
        class: "Concatenate",
        attributes: &[("axis", "-1")],
        layer: "CatenateLayer[level[axis], \"InputPorts\" -> Length[shapes]]",
        // An input without a mask is nowhere masked.
        mask: Mask::Merged(
            "Which[level[axis] == Length[shape] && Length[shape] > 1, If[And @@ masks, ThreadingLayer[Max, \"InputPorts\" -> Length[masks]], None], \
             And @@ masks, CatenateLayer[1, \"InputPorts\" -> Length[masks]], \
             True, refused[\"sequences are joined of which some have masks and others have none, which is not supported\"]]",
        ),
        ..Layer::NEW
    },
    Layer {
        class: "Dot",
        attributes: &[("axes", ""), ("normalize", "False")],
        // The axes count the batch; labels of the second array begin after those of the first.
        layer: "With[{pair = If[ListQ[axes], axes, {axes, axes}], r1 = Length[shapes[[1]]], r2 = Length[shapes[[2]]]}, \
                With[{a = If[pair[[1]] < 0, r1 + pair[[1]] + 1, pair[[1]]], b = If[pair[[2]] < 0, r2 + pair[[2]] + 1, pair[[2]]]}, \
                With[{la = Range[r1], lb = ReplacePart[r1 + Range[r2], b -> a]}, \
                With[{rest = Join[Delete[la, a], Delete[lb, b]], unit = Function[{x, at, rank}, If[normalize, \
                ArrayThread[#1/Max[#2, 1*^-12] &, {x, Sqrt[ArrayReduce[Total, x^2, at]]}, {All, Delete[Range[rank], at]}], x]]}, \
                FunctionLayer[Function[{x, y}, With[{product = ArrayContract[{unit[x, a, r1], unit[y, b, r2]}, {la, lb} -> rest]}, \
                If[rest === {}, {product}, product]]]]]]]]",
        ..Layer::NEW
    },
];
