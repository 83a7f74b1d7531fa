//! Operators that read and write elements at positions that may be computed.

use super::{Input, Meaning, Operator, input};

const SCATTERED: &[Input] = &[input("data"), input("indices"), input("updates")];
const AXIS_AND_REDUCTION: &[(&str, &str)] = &[("axis", "0"), ("reduction", "\"none\"")];

const fn scatter(name: &'static str, since: i64, definition: &'static str) -> Operator {
    Operator {
        name,
        since,
        inputs: SCATTERED,
        attributes: AXIS_AND_REDUCTION,
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

const AT_ELEMENTS: &str = "With[{dims = Dimensions[data], size = Dimensions[indices], at = level[axis, ArrayDepth[data]]}, \
    With[{stride = rowMajor[dims], count = Times @@ Dimensions[indices]}, \
    written[dims, ArrayReshape[1 + stride[[at]] (positions[indices, dims[[at]]] - 1) + Sum[If[k == at, 0, stride[[k]] (ArrayIndex[size, k] - 1)], {k, Length[dims]}], {count}], \
    ArrayReshape[updates, {count}], {}]]]";

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Gather",
        inputs: &[input("data"), input("indices")],
        attributes: &[("axis", "0")],
        meaning: Meaning::Value(
            "With[{at = level[axis, ArrayDepth[data]]}, ArrayGather[data, positions[indices, Dimensions[data][[at]]], at]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "GatherElements",
        inputs: &[input("data"), input("indices")],
        attributes: &[("axis", "0")],
        meaning: Meaning::Value("elementsAt[data, indices, level[axis, ArrayDepth[data]]]"),
        ..Operator::NEW
    },
    Operator {
        name: "GatherND",
        inputs: &[input("data"), input("indices")],
        attributes: &[("batch_dims", "0")],
        meaning: Meaning::Value(
            "With[{dims = Dimensions[data], size = Dimensions[indices], b = batchDims}, \
             With[{n = Last[size]}, With[{stride = rowMajor[dims[[;; b + n]]], rest = Drop[dims, b + n], front = Most[size]}, \
             ArrayReshape[ArrayGather[ArrayReshape[data, Prepend[rest, Times @@ dims[[;; b + n]]]], \
             1 + Sum[stride[[b + j]] (positions[part[indices, Length[size], j, j], dims[[b + j]]] - 1), {j, n}] + \
             Sum[stride[[k]] ArrayReshape[ArrayIndex[front, k] - 1, Append[front, 1]], {k, b}], 1], Join[front, rest]]]]]",
        ),
        ..Operator::NEW
    },
    scatter("Scatter", 9, AT_ELEMENTS),
    scatter("ScatterElements", 11, AT_ELEMENTS),
    Operator {
        attributes: &[("reduction", "\"none\"")],
        ..scatter(
            "ScatterND",
            11,
            "With[{dims = Dimensions[data], size = Dimensions[indices]}, \
             With[{n = Last[size]}, With[{stride = rowMajor[dims[[;; n]]], rest = Drop[dims, n], count = Times @@ Most[size]}, \
             written[dims, ArrayReshape[1 + Sum[stride[[j]] (positions[part[indices, Length[size], j, j], dims[[j]]] - 1), {j, n}], {count}], \
             ArrayReshape[updates, Prepend[rest, count]], rest]]]]",
        )
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // An array with what is written at positions of the array as a list of parts of the dimensions `rest`.
    (
        "written",
        "Function[{dims, at, values, rest}, With[{rows = (Times @@ dims)/(Times @@ rest)}, \
         With[{flat = ArrayReshape[data, Prepend[rest, rows]], count = First[Dimensions[values]]}, ArrayReshape[\
         Switch[reduction, \
         \"add\", ArrayScatterAdd[flat, at, values, 1], \
         \"none\", ArrayThread[Function[If[#2 == 0, #1, #3]], \
           {flat, ArrayScatterAdd[ConstantArray[0, rows], at, ConstantArray[1, count], 1], \
            ArrayScatterAdd[ConstantArray[0, Prepend[rest, rows]], at, values, 1]}, {Range[1 + Length[rest]], {1}, Range[1 + Length[rest]]}], \
         \"mul\" | \"max\" | \"min\", With[{function = Switch[reduction, \"mul\", Times, \"max\", Max, \"min\", Min], \
           neutral = Switch[reduction, \"mul\", 1, \"max\", -Infinity, \"min\", Infinity]}, \
           ArrayThread[function, {flat, ArrayReduce[function, ArrayThread[Function[If[#1 == #2, #3, neutral]], \
           {Range[rows], at, values}, {{1}, {2}, Prepend[Range[3, 2 + Length[rest]], 2]}], 2]}]], \
         _, refused[StringJoin[\"the reduction \", reduction, \" is not known\"]]], dims]]]]",
    ),
];
