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
    written[dims, ArrayReshape[1 + stride[[at]] Mod[indices, dims[[at]]] + Sum[If[k == at, 0, stride[[k]] (ArrayIndex[size, k] - 1)], {k, Length[dims]}], {count}], \
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
             1 + Sum[stride[[b + j]] Mod[part[indices, Length[size], j, j], dims[[b + j]]], {j, n}] + \
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
             written[dims, ArrayReshape[1 + Sum[stride[[j]] Mod[part[indices, Length[size], j, j], dims[[j]]], {j, n}], {count}], \
             ArrayReshape[updates, Prepend[rest, count]], rest]]]]",
        )
    },
];
