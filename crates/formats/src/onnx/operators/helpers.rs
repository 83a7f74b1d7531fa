//! Functions that definitions of operators of several themes share.

/// Names and functions; each may mention those before it.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // A number may be a sum or a product of symbolic sizes, whose terms are no elements.
    ("dimensionsOf", "Function[{array}, If[ArrayDepth[array] == 0, {}, Dimensions[array]]]"),
    // An array of one element as a number.
    ("scalar", "Function[{array}, ArrayReshape[array, {}]]"),
    // Levels count from 1; axes from 0, negative ones from the end.
    ("level", "Function[{axis, rank}, If[axis < 0, rank + axis + 1, axis + 1]]"),
    ("levels", "Function[{axes, rank}, Map[If[# < 0, rank + # + 1, # + 1] &, axes]]"),
    // Where the levels of an array stand if the last ones are aligned.
    ("trailing", "Function[{array}, Range[-ArrayDepth[array], -1]]"),
    ("elementwise", "Function[{function, arrays}, ArrayThread[function, arrays, Map[trailing, arrays]]]"),
    // The dimensions of arrays together, the last levels aligned.
    ("longer", "Function[{dims, rank}, Join[ConstantArray[1, rank - Length[dims]], dims]]"),
    (
        "together",
        "Function[{dims}, With[{rank = Max[Map[Length, dims]]}, \
         Apply[Function[Replace[DeleteCases[{##}, 1], {{} -> 1, {size_, ___} :> size}]], Transpose[Map[longer[#, rank] &, dims]], {1}]]]",
    ),
    // The same array with dimensions of an operator that keeps the levels that it reduces, as levels of size 1, or does not.
    (
        "kept",
        "Function[{reduced, dims, at, keep}, If[keep == 1, ArrayReshape[reduced, ReplacePart[dims, Map[# -> 1 &, at]]], reduced]]",
    ),
    // The elements of a level from one position to another.
    (
        "part",
        "Function[{array, at, from, to}, Apply[Take, Join[{array}, ReplacePart[ConstantArray[All, ArrayDepth[array]], at -> {from, to}]]]]",
    ),
    // A level is brought to the front, and back.
    (
        "toFront",
        "Function[{array, at}, If[at == 1, array, Transpose[array, Ordering[Prepend[Delete[Range[ArrayDepth[array]], at], at]]]]]",
    ),
    (
        "fromFront",
        "Function[{array, at}, If[at == 1, array, Transpose[array, Prepend[Delete[Range[ArrayDepth[array]], at], at]]]]",
    ),
    // An array with the dimensions of several together.
    (
        "expanded",
        "Function[{array, dims}, With[{own = longer[dimensionsOf[array], Length[dims]]}, \
         With[{new = Select[Range[Length[dims]], own[[#]] =!= dims[[#]] &]}, \
         If[new === {}, ArrayReshape[array, dims], \
         ArrayReplicate[ArrayReshape[array, Delete[own, Map[List, new]]], dims[[new]], new]]]]]",
    ),
    // Positions from 1 of indices from 0, negative ones from the end; computed ones are tested.
    (
        "positions",
        "Function[{indices, length}, CheckedIndices[\
         If[ListQ[indices] || IntegerQ[indices], indices + 1 + length UnitStep[-1 - indices], \
         ArrayThread[Function[If[# < 0, # + length + 1, # + 1]], {indices}]], length, \"An array of indices, counted from 1,\"]]",
    ),
    // The positions of elements in an array written as a vector, from positions from 0 in some levels: pairs of the level and its
    // positions, and what is replicated.
    ("rowMajor", "Function[{dims}, Reverse[FoldList[Times, 1, Reverse[Rest[dims]]]]]"),
    // What a level of an array has at positions that are given for each element.
    (
        "elementsAt",
        "Function[{array, indices, at}, With[{dims = Dimensions[array], size = Dimensions[indices], stride = rowMajor[Dimensions[array]]}, \
         ArrayGather[ArrayReshape[array, {Times @@ dims}], \
         1 + stride[[at]] (positions[indices, dims[[at]]] - 1) + Sum[If[other == at, 0, stride[[other]] (ArrayIndex[size, other] - 1)], {other, Length[dims]}], 1]]]",
    ),
    ("joined", "Function[{arrays, at}, If[Length[arrays] == 1, First[arrays], Apply[Join, Append[arrays, at]]]]"),
    ("numeric", "Function[{array}, NumberQ[array] || ListQ[array]]"),
    ("realQ", "Function[{kind}, kind === \"Real\"]"),
    ("mapped", "Function[{net, depth}, Nest[NetMapOperator, net, depth]]"),
    // Edges from each of several layers to the next one.
    ("linked", "Function[{path}, Fold[#2 -> #1 &, Last[path], Rest[Reverse[path]]]]"),
    ("orOnes", "Function[{list, count}, If[list === None, ConstantArray[1, count], list]]"),
];
