//! Objects in images: regions, boxes, and what is chosen among them.

use super::{Element, ElementOf};
use super::{INTEGERS, Input, Meaning, Operator, Output, input, known, optional, optional_known, output};

const REGIONS: &[Input] = &[input("X"), input("rois"), input("batch_indices")];
const UNIQUE: &[Output] = &[
    output("Y", ElementOf::Input(0)),
    output("indices", ElementOf::Is(Element::INT64)),
    output("inverse_indices", ElementOf::Is(Element::INT64)),
    output("counts", ElementOf::Is(Element::INT64)),
];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "RoiAlign",
        since: 10,
        inputs: REGIONS,
        attributes: &[
            ("mode", "\"avg\""),
            ("output_height", "1"),
            ("output_width", "1"),
            ("sampling_ratio", "0"),
            ("spatial_scale", "1."),
        ],
        meaning: Meaning::Value("regions[\"output_half_pixel\"]"),
        ..Operator::NEW
    },
    Operator {
        name: "RoiAlign",
        since: 16,
        inputs: REGIONS,
        attributes: &[
            ("coordinate_transformation_mode", "\"half_pixel\""),
            ("mode", "\"avg\""),
            ("output_height", "1"),
            ("output_width", "1"),
            ("sampling_ratio", "0"),
            ("spatial_scale", "1."),
        ],
        meaning: Meaning::Value("regions[coordinateTransformationMode]"),
        ..Operator::NEW
    },
    Operator {
        name: "NonMaxSuppression",
        since: 10,
        inputs: &[
            known("boxes"),
            known("scores"),
            optional_known("max_output_boxes_per_class"),
            optional_known("iou_threshold"),
            optional_known("score_threshold"),
        ],
        outputs: INTEGERS,
        attributes: &[("center_point_box", "0")],
        meaning: Meaning::Value(
            "With[{most = If[maxOutputBoxesPerClass === None, 0, scalar[maxOutputBoxesPerClass]], \
             apart = If[iouThreshold === None, 0, scalar[iouThreshold]], least = If[scoreThreshold === None, -Infinity, scalar[scoreThreshold]], \
             corners = Map[cornersOf, boxes, {2}]}, \
             With[{rows = Flatten[Table[Map[{i - 1, j - 1, # - 1} &, chosen[corners[[i]], scores[[i, j]], most, apart, least]], \
             {i, Length[boxes]}, {j, Length[scores[[i]]]}], 2]}, If[rows === {}, ArrayReshape[{}, {0, 3}], rows]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "Unique",
        since: 11,
        inputs: &[known("X")],
        outputs: UNIQUE,
        attributes: &[("axis", "None"), ("sorted", "1")],
        meaning: Meaning::Value(
            "With[{items = If[axis === None, Flatten[{X}], toFront[X, level[axis, ArrayDepth[X]]]]}, \
             With[{distinct = DeleteDuplicates[items]}, With[{own = If[sorted == 1, Sort[distinct], distinct]}, \
             With[{inverse = Map[First[FirstPosition[own, #, {0}, {1}, Heads -> False]] &, items]}, \
             {If[axis === None, own, fromFront[own, level[axis, ArrayDepth[X]]]], \
             Map[First[FirstPosition[items, #, {0}, {1}, Heads -> False]] &, own] - 1, inverse - 1, Map[Count[inverse, #] &, Range[Length[own]]]}]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "DeformConv",
        since: 19,
        inputs: &[input("X"), input("W"), input("offset"), optional("B"), optional("mask")],
        attributes: &[
            ("dilations", "None"),
            ("group", "1"),
            ("kernel_shape", "None"),
            ("offset_group", "1"),
            ("pads", "None"),
            ("strides", "None"),
        ],
        meaning: Meaning::Value(
            "With[{n = ArrayDepth[X] - 2, dims = Dimensions[X], kernel = Drop[Dimensions[W], 2], channels = First[Dimensions[W]], \
             out = Drop[Dimensions[offset], 2], parts = offsetGroup}, \
             With[{s = orOnes[strides, n], d = orOnes[dilations, n], p = If[pads === None, ConstantArray[0, 2 n], pads], \
             space = Drop[dims, 2], many = Times @@ kernel, each = dims[[2]]/parts}, \
             With[{full = Join[{dims[[1]], parts, many}, out], stride = rowMajor[space], \
             shifts = ArrayReshape[offset, Join[{dims[[1]], parts, many, n}, out]], \
             rows = ArrayReshape[Transpose[ArrayReshape[X, Join[{dims[[1]], parts, each}, space]], Join[{1, 2, n + 3}, Range[3, n + 2]]], \
             {dims[[1]] parts Times @@ space, each}]}, \
             With[{near = Table[between[ArrayThread[Plus, {ArrayReshape[part[shifts, 4, k, k], full], \
             d[[k]] Map[#[[k]] - 1 &, Tuples[Map[Range, kernel]]], s[[k]] (Range[out[[k]]] - 1) - p[[k]]}, {Range[n + 3], {3}, {k + 3}}], space[[k]]], {k, n}]}, \
             With[{read = Apply[Plus, Map[Function[corner, ArrayThread[Times, {ArrayGather[rows, \
             1 + Times @@ space (parts (ArrayIndex[full, 1] - 1) + ArrayIndex[full, 2] - 1) + Sum[stride[[k]] corner[[k, 2]], {k, n}], 1], \
             ArrayThread[Times, Map[First, corner]]}, {Range[n + 4], Range[n + 3]}]], Tuples[near]]]}, \
             With[{weighted = If[mask === None, read, ArrayThread[Times, {read, ArrayReshape[mask, full]}, {Range[n + 4], Range[n + 3]}]], o = Array[\"o\", n]}, \
             With[{columns = ArrayReshape[Transpose[weighted, Join[{1, 2, 4}, Range[5, n + 4], {3}]], \
             Join[{dims[[1]], group, dims[[2]]/group, many}, out]]}, \
             biased[ArrayReshape[ArrayContract[{ArrayReshape[W, {group, channels/group, dims[[2]]/group, many}], columns}, \
             {{\"g\", \"m\", \"c\", \"u\"}, Join[{\"b\", \"g\", \"c\", \"u\"}, o]} -> Join[{\"b\", \"g\", \"m\"}, o]], \
             Join[{dims[[1]], channels}, out]], B]]]]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // Of positions along a level, from 0: weights and places of the two elements around them, without those outside.
    (
        "between",
        "Function[{x, length}, Table[With[{offset = k}, {\
         ArrayThread[Function[With[{at = Floor[#] + offset}, If[0 <= at <= length - 1, 1 - RealAbs[# - at], 0]]], {x}], \
         ArrayThread[Function[Min[Max[Floor[#] + offset, 0], length - 1]], {x}]}], {k, {0, 1}}]]",
    ),
    // The same for positions that count as inside up to 1 before the first element, and up to the length.
    (
        "sampled",
        "Function[{x, length}, With[{near = ArrayThread[Function[Min[Max[#, 0], length - 1]], {x}], \
         inside = ArrayThread[Function[If[-1 <= # <= length, 1, 0]], {x}]}, \
         Map[{ArrayThread[Times, {First[#], inside}], Last[#]} &, between[near, length]]]]",
    ),
    // What regions of images have: the mean or the greatest of so many points in each part of them.
    (
        "aligned",
        "Function[{boxes, images, points, shift}, With[{dims = Dimensions[X], count = First[Dimensions[boxes]]}, \
         With[{edge = Table[ArrayReshape[part[boxes, 2, k, k], {count}] spatialScale - shift, {k, 4}]}, \
         With[{size = Table[If[shift == 0, ArrayThread[Max[#, 1] &, {edge[[k + 2]] - edge[[k]]}], edge[[k + 2]] - edge[[k]]], {k, 2}], \
         within = Function[{cells, each}, Flatten[Table[(c + (i + 1/2)/each)/cells, {c, 0, cells - 1}, {i, 0, each - 1}]]]}, \
         With[{near = MapThread[Function[{k, cells, each, length}, sampled[ArrayThread[#1 + #2 #3 &, \
         {edge[[k]], size[[k]], within[cells, each]}, {{1}, {1}, {2}}], length]], \
         {{2, 1}, {outputHeight, outputWidth}, points, Drop[dims, 2]}], \
         rows = ArrayReshape[Transpose[X, {1, 4, 2, 3}], {dims[[1]] dims[[3]] dims[[4]], dims[[2]]}]}, \
         With[{terms = Map[Function[corner, ArrayThread[#1 #2 #3 &, {ArrayGather[rows, \
         ArrayThread[1 + (#3 dims[[3]] + #1) dims[[4]] + #2 &, {corner[[1, 2]], corner[[2, 2]], images}, {{1, 2}, {1, 3}, {1}}], 1], \
         corner[[1, 1]], corner[[2, 1]]}, {{1, 2, 3, 4}, {1, 2}, {1, 3}}]], Tuples[near]]}, \
         Transpose[ArrayReduce[If[mode === \"max\", Max, Mean], ArrayReshape[\
         ArrayThread[If[mode === \"max\", Max, Plus], terms], \
         {count, outputHeight, points[[1]], outputWidth, points[[2]], dims[[2]]}], {3, 5}], {1, 3, 4, 2}]]]]]]]",
    ),
    (
        "regions",
        "Function[{transformation}, With[{shift = If[transformation === \"half_pixel\", 1/2, 0]}, Which[\
         samplingRatio > 0, aligned[rois, batchIndices, {samplingRatio, samplingRatio}, shift], \
         ListQ[rois] && ListQ[batchIndices], Join @@ MapThread[Function[{box, image}, aligned[{box}, {image}, \
         Map[Max[1, Ceiling[#]] &, {If[shift == 0, Max[1, #[[4]] - #[[2]]], #[[4]] - #[[2]]]/outputHeight, \
         If[shift == 0, Max[1, #[[3]] - #[[1]]], #[[3]] - #[[1]]]/outputWidth} &[spatialScale box]], shift]], {rois, batchIndices}], \
         True, refused[\"the number of points in a region follows from its size where sampling_ratio is 0; a positive sampling_ratio is needed\"]]]]",
    ),
    // Two opposite corners, as the least and the greatest coordinates.
    (
        "cornersOf",
        "Function[{box}, If[centerPointBox == 1, {box[[2]] - box[[4]]/2, box[[1]] - box[[3]]/2, box[[2]] + box[[4]]/2, box[[1]] + box[[3]]/2}, \
         {Min[box[[1]], box[[3]]], Min[box[[2]], box[[4]]], Max[box[[1]], box[[3]]], Max[box[[2]], box[[4]]]}]]",
    ),
    // The area that two boxes share, by that of both together.
    (
        "sharedArea",
        "Function[{a, b}, With[{area = Function[box, Max[0, box[[3]] - box[[1]]] Max[0, box[[4]] - box[[2]]]]}, \
         With[{both = area[{Max[a[[1]], b[[1]]], Max[a[[2]], b[[2]]], Min[a[[3]], b[[3]]], Min[a[[4]], b[[4]]]}]}, \
         With[{all = area[a] + area[b] - both}, If[all > 0, both/all, 0]]]]]",
    ),
    // The best boxes, none of which overlaps with a better one.
    (
        "chosen",
        "Function[{corners, values, most, apart, least}, Fold[Function[{best, k}, \
         If[Length[best] >= most || AnyTrue[best, sharedArea[corners[[#]], corners[[k]]] > apart &], best, Append[best, k]]], \
         {}, Select[Ordering[-values], values[[#]] > least &]]]",
    ),
];
