//! Resampling: positions in the input for those of the output, level by level.

use super::{Input, Meaning, Operator, input, known, optional_known};

const ATTRIBUTES: &[(&str, &str)] = &[
    ("antialias", "0"),
    ("axes", "None"),
    ("coordinate_transformation_mode", "\"half_pixel\""),
    ("cubic_coeff_a", "-0.75"),
    ("exclude_outside", "0"),
    ("extrapolation_value", "0."),
    ("keep_aspect_ratio_policy", "\"stretch\""),
    ("mode", "\"nearest\""),
    ("nearest_mode", "\"round_prefer_floor\""),
];
const MODE: &[(&str, &str)] = &[("mode", "\"nearest\"")];
const SCALED: &[Input] = &[input("X"), known("scales")];

const VALID: &[(&str, &str)] = &[(
    "scales === None || VectorQ[scales, TrueQ[0 < # < Infinity] &]",
    "\"scales\" must be a list of positive numbers",
)];

/// The first versions have no choice of coordinates.
const fn early(name: &'static str, since: i64) -> Operator {
    Operator {
        name,
        since,
        inputs: SCALED,
        attributes: MODE,
        requires: VALID,
        meaning: Meaning::Value(
            "Fold[Function[{array, at}, resampled[array, at, Rationalize[scales[[at]]], Floor[Rationalize[scales[[at]]] Dimensions[X][[at]]], \
             mode, \"asymmetric\", \"floor\", {0, 1}, -0.75, 0, None]], X, Range[ArrayDepth[X]]]",
        ),
        ..Operator::NEW
    }
}

pub(super) const OPERATORS: &[Operator] = &[
    Operator { inputs: &[input("X")], attributes: &[("mode", "\"nearest\""), ("scales", "")], ..early("Upsample", 7) },
    early("Upsample", 9),
    early("Resize", 10),
    Operator {
        name: "Resize",
        since: 11,
        inputs: &[input("X"), optional_known("roi"), optional_known("scales"), optional_known("sizes")],
        attributes: ATTRIBUTES,
        requires: VALID,
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[X], dims = Dimensions[X]}, With[{at = If[axes === None, Range[rank], levels[axes, rank]], bySizes = sizes =!= None && sizes =!= {}}, \
             With[{n = Length[at], factors = Which[!bySizes, Map[Rationalize, scales], keepAspectRatioPolicy === \"stretch\", sizes/dims[[at]], \
             keepAspectRatioPolicy === \"not_larger\", ConstantArray[Min[sizes/dims[[at]]], Length[at]], True, ConstantArray[Max[sizes/dims[[at]]], Length[at]]]}, \
             With[{lengths = Which[!bySizes, Map[Floor, factors dims[[at]]], keepAspectRatioPolicy === \"stretch\", sizes, True, Map[Floor[# + 1/2] &, factors dims[[at]]]], \
             box = If[roi === None || roi === {}, ConstantArray[{0, 1}, n], Transpose[Partition[roi, n]]]}, \
             Fold[Function[{array, k}, resampled[array, at[[k]], factors[[k]], lengths[[k]], mode, coordinateTransformationMode, nearestMode, \
             box[[k]], cubicCoeffA, excludeOutside, If[coordinateTransformationMode === \"tf_crop_and_resize\", extrapolationValue, None]]], X, Range[n]]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Where elements of a resized level are in the input, counted from 0. The length before it is rounded decides.
    (
        "resizedPositions",
        "Function[{size, factor, length, coordinates, box}, With[{x = Range[length] - 1}, Switch[coordinates, \
         \"half_pixel\", (x + 1/2)/factor - 1/2, \
         \"half_pixel_symmetric\", size/2 (1 - length/(factor size)) + (x + 1/2)/factor - 1/2, \
         \"pytorch_half_pixel\", If[length === 1, 0 x, (x + 1/2)/factor - 1/2], \
         \"align_corners\", If[factor size == 1, 0 x, x (size - 1)/(factor size - 1)], \
         \"asymmetric\", x/factor, \
         \"tf_half_pixel_for_nn\", (x + 1/2)/factor, \
         \"tf_crop_and_resize\", If[factor size == 1, {(box[[1]] + box[[2]]) (size - 1)/2}, box[[1]] (size - 1) + x (box[[2]] - box[[1]]) (size - 1)/(factor size - 1)], \
         _, refused[StringJoin[\"the coordinates \", coordinates, \" are not known\"]]]]]",
    ),
    // The weight of an element at a distance.
    (
        "cubicWeight",
        "Function[{t, a}, With[{d = RealAbs[t]}, Piecewise[{{(a + 2) d^3 - (a + 3) d^2 + 1, d <= 1}, {a d^3 - 5 a d^2 + 8 a d - 4 a, d < 2}}, 0]]]",
    ),
    // How far beyond the ends cubic weights reach.
    ("overlap", "Function[{shrink}, Ceiling[2/shrink] + 1]"),
    (
        "resampled",
        "Function[{array, at, factor, length, kind, coordinates, rounding, box, a, inside, outside}, \
         With[{size = Dimensions[array][[at]], all = Range[ArrayDepth[array]]}, \
         If[factor === 1 && length === size && coordinates =!= \"tf_crop_and_resize\", array, \
         With[{where = resizedPositions[size, factor, length, coordinates, box]}, \
         With[{shrink = If[antialias === 1 && kind =!= \"nearest\", Min[factor, 1], 1]}, \
         With[{result = Which[\
         kind === \"nearest\", ArrayGather[array, ArrayThread[Function[Min[Max[Switch[rounding, \"floor\", Floor[#], \"ceil\", Ceiling[#], \
         \"round_prefer_floor\", Ceiling[# - 1/2], _, Floor[# + 1/2]], 0], size - 1] + 1], {where}], at], \
         kind === \"linear\" && shrink === 1, With[{near = ArrayThread[Function[Min[Max[#, 0], size - 1]], {where}]}, \
         With[{low = ArrayThread[Floor, {near}]}, \
         ArrayThread[#1 (1 - #3) + #2 #3 &, {ArrayGather[array, low + 1, at], ArrayGather[array, ArrayThread[Function[Min[# + 2, size]], {low}], at], near - low}, {all, all, {at}}]]], \
         True, With[{weights = ArrayThread[Function[If[kind === \"linear\", Max[0, 1 - RealAbs[shrink (#1 - #2)]], cubicWeight[shrink (#1 - #2), a]]], \
         {where, Range[size + 2 overlap[shrink]] - overlap[shrink] - 1}, {{1}, {2}}]}, \
         With[{kept = If[inside == 1, ArrayThread[Function[If[0 <= #2 < size, #1, 0]], {weights, Range[size + 2 overlap[shrink]] - overlap[shrink] - 1}, {{1, 2}, {2}}], weights]}, \
         With[{normal = ArrayThread[Divide, {kept, ArrayReduce[Total, kept, 2]}, {{1, 2}, {1}}]}, \
         ArrayContract[{normal, ArrayPad[array, ReplacePart[ConstantArray[{0, 0}, ArrayDepth[array]], at -> {overlap[shrink], overlap[shrink]}], \"Fixed\"]}, \
         {{\"new\", \"old\"}, ReplacePart[Map[ToString, all], at -> \"old\"]} -> ReplacePart[Map[ToString, all], at -> \"new\"]]]]]]}, \
         If[outside === None, result, ArrayThread[Function[If[#2 < 0 || #2 > size - 1, outside, #1]], {result, where}, {all, {at}}]]]]]]]]",
    ),
];
