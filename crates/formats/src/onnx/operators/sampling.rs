//! Reading an array between its elements, at positions that are data.

use super::{Input, Meaning, Operator, input, known};

const SAMPLED: &[Input] = &[input("X"), input("grid")];

const fn grid_sample(since: i64, mode: &'static [(&'static str, &'static str)]) -> Operator {
    Operator {
        name: "GridSample",
        since,
        inputs: SAMPLED,
        attributes: mode,
        meaning: Meaning::Value(
            "With[{dims = Dimensions[X], size = Most[Dimensions[grid]]}, With[{space = Drop[dims, 2]}, With[{r = Length[space]}, \
             With[{rows = ArrayReshape[Transpose[X, Join[{1, r + 2}, Range[2, r + 1]]], {dims[[1]] Times @@ space, dims[[2]]}], \
             start = 1 + Times @@ space (ArrayIndex[size, 1] - 1), stride = rowMajor[space], \
             near = Table[neighbours[ArrayReshape[part[grid, r + 2, r + 1 - k, r + 1 - k], size], space[[k]]], {k, r}]}, \
             Transpose[Apply[Plus, Map[Function[corner, ArrayThread[Times, {\
             ArrayGather[rows, start + Sum[stride[[k]] corner[[k, 2]], {k, r}], 1], \
             ArrayThread[Times, Map[First, corner]]}, {Range[r + 2], Range[r + 1]}]], Tuples[near]]], \
             Join[{1}, Range[3, r + 2], {2}]]]]]]",
        ),
        ..Operator::NEW
    }
}

pub(super) const OPERATORS: &[Operator] = &[
    grid_sample(16, &[("align_corners", "0"), ("mode", "\"bilinear\""), ("padding_mode", "\"zeros\"")]),
    grid_sample(20, &[("align_corners", "0"), ("mode", "\"linear\""), ("padding_mode", "\"zeros\"")]),
    Operator {
        name: "AffineGrid",
        since: 20,
        inputs: &[input("theta"), known("size")],
        attributes: &[("align_corners", "0")],
        meaning: Meaning::Value(
            "With[{space = Drop[size, 2]}, With[{r = Length[space]}, \
             With[{places = Map[Append[Reverse[#], 1] &, Tuples[Map[Function[length, Which[alignCorners == 0, (2 Range[length] - 1)/length - 1, \
             length == 1, {0}, True, 2 (Range[length] - 1)/(length - 1) - 1]], space]]]}, \
             ArrayReshape[ArrayContract[{theta, places}, {{\"batch\", \"to\", \"from\"}, {\"place\", \"from\"}} -> {\"batch\", \"place\", \"to\"}], \
             Join[{First[size]}, space, {r}]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // A position that is reflected at two ends until it lies between them.
    (
        "reflected",
        "Function[{x, low, span}, If[span === 0, low, With[{d = RealAbs[x - low]}, With[{turns = Floor[d/span]}, \
         low + If[Mod[turns, 2] == 0, d - span turns, span - (d - span turns)]]]]]",
    ),
    // Of positions along a level, from -1 to 1: weights and places, counted from 0, of the elements around them. Cubic weights
    // are those of the position itself, wherever it is; the elements are those of the padded array.
    (
        "neighbours",
        "Function[{relative, length}, With[{low = If[alignCorners == 1, 0, -1/2], span = If[alignCorners == 1, length - 1, length], \
         kind = Switch[mode, \"linear\" | \"bilinear\", \"linear\", \"cubic\" | \"bicubic\", \"cubic\", \"nearest\", \"nearest\", \
         _, refused[StringJoin[\"the mode \", mode, \" is not known\"]]]}, \
         With[{inside = Switch[paddingMode, \"zeros\", Identity, \"border\", Function[x, Min[Max[x, 0], length - 1]], \
         \"reflection\", Function[x, reflected[x, low, span]], _, refused[StringJoin[\"the padding \", paddingMode, \" is not known\"]]]}, \
         With[{x = ArrayThread[Function[g, If[kind === \"cubic\", Identity, inside][If[kind === \"nearest\", Round, Identity][\
         If[alignCorners == 1, (g + 1) (length - 1)/2, ((g + 1) length - 1)/2]]]], {relative}]}, \
         Map[Function[offset, {\
         ArrayThread[Function[x, With[{at = Floor[x] + offset}, \
         Switch[kind, \"nearest\", 1, \"linear\", 1 - RealAbs[x - at], _, cubicWeight[x - at, -3/4]] \
         If[paddingMode === \"zeros\", If[0 <= at <= length - 1, 1, 0], 1]]], {x}], \
         ArrayThread[Function[x, Min[Max[inside[Floor[x] + offset], 0], length - 1]], {x}]}], \
         Switch[kind, \"nearest\", {0}, \"linear\", {0, 1}, _, {-1, 0, 1, 2}]]]]]]",
    ),
];
