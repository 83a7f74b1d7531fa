//! Functions that definitions of several operators share.

/// Names and functions; each may mention those before it.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // An array of one element as a number.
    ("scalar", "Function[{array}, ArrayReshape[array, {}]]"),
    // Levels count from 1; axes from 0, negative ones from the end.
    ("level", "Function[{axis, rank}, If[axis < 0, rank + axis + 1, axis + 1]]"),
    ("levels", "Function[{axes, rank}, Map[If[# < 0, rank + # + 1, # + 1] &, axes]]"),
    // Where the levels of an array stand if the last ones are aligned.
    ("trailing", "Function[{array}, Range[-ArrayDepth[array], -1]]"),
    ("broadcast", "Function[{function, arrays}, ArrayThread[function, arrays, Map[trailing, arrays]]]"),
    // The dimensions of arrays together, the last levels aligned.
    ("longer", "Function[{dims, rank}, Join[ConstantArray[1, rank - Length[dims]], dims]]"),
    (
        "together",
        "Function[{dims}, With[{rank = Max[Map[Length, dims]]}, \
         Apply[Function[Replace[DeleteCases[{##}, 1], {{} -> 1, {size_, ___} :> size}]], Transpose[Map[longer[#, rank] &, dims]], {1}]]]",
    ),
    // The levels of the second array from an axis on.
    (
        "alignedFrom",
        "Function[{function, a, b, replicated, axis}, Which[\
         axis === None, broadcast[function, {a, b}], \
         True, ArrayThread[function, {a, b}, {Range[ArrayDepth[a]], Range[ArrayDepth[b]] + If[axis < 0, ArrayDepth[a] + axis, axis]}]]]",
    ),
    (
        "clipping",
        "Function[{low, high}, Which[low === -Infinity && high === Infinity, Identity, low === -Infinity, Function[Min[#, high]], \
         high === Infinity, Function[Max[#, low]], True, Function[Min[Max[#, low], high]]]]",
    ),
    // A conversion; the second argument is a kind of elements and what brings integers into range.
    (
        "cast",
        "Function[{array, to}, Which[\
         T === \"Boolean\", array, \
         First[to] === \"Boolean\", ArrayThread[Boole[# != 0] &, {array}], \
         First[to] === \"Real\", array, \
         T === \"Real\", ArrayThread[Last[to][IntegerPart], {array}], \
         True, ArrayThread[Last[to][Identity], {array}]]]",
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
        "Function[{array, dims}, With[{own = longer[Dimensions[array], Length[dims]]}, \
         With[{new = Select[Range[Length[dims]], own[[#]] =!= dims[[#]] &]}, \
         If[new === {}, ArrayReshape[array, dims], \
         ArrayReplicate[ArrayReshape[array, Delete[own, Map[List, new]]], dims[[new]], new]]]]]",
    ),
    // The positions of elements in an array written as a vector, from positions from 0 in some levels: pairs of the level and its
    // positions, and what is replicated.
    ("strides", "Function[{dims}, Reverse[FoldList[Times, 1, Reverse[Rest[dims]]]]]"),
    // What a level of an array has at positions that are given for each element.
    (
        "elementsAt",
        "Function[{array, indices, at}, With[{dims = Dimensions[array], size = Dimensions[indices], steps = strides[Dimensions[array]]}, \
         ArrayGather[ArrayReshape[array, {Times @@ dims}], \
         1 + steps[[at]] Mod[indices, dims[[at]]] + Sum[If[k == at, 0, steps[[k]] (ArrayIndex[size, k] - 1)], {k, Length[dims]}], 1]]]",
    ),
    // The axes are an attribute or an input of the operator; none means all, or nothing.
    (
        "reduced",
        "Function[{function, array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noop_with_empty_axes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[ArrayReduce[function, array, at], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "reducedLogSumExp",
        "Function[{array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noop_with_empty_axes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[ArrayLogSumExp[array, at], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "positionOf",
        "Function[{array}, With[{at = level[axis, ArrayDepth[array]], dims = Dimensions[array]}, \
         kept[If[select_last_index == 1, dims[[at]] - ArrayReduce[ArgMax, Reverse[array, at], at], ArrayReduce[ArgMax, array, at] - 1], \
         dims, {at}, keepdims]]]",
    ),
    // Along the first level, from the other end if the operator says so, and without the element itself.
    (
        "running",
        "Function[{function, start}, With[{at = level[scalar[axis], ArrayDepth[x]]}, \
         With[{rows = If[reverse == 1, Reverse[toFront[x, at]], toFront[x, at]]}, \
         With[{all = FoldList[function, First[rows], Rest[rows]]}, \
         With[{result = If[exclusive == 1, ArrayPad[all, Prepend[ConstantArray[{0, 0}, ArrayDepth[all] - 1], {1, -1}], start], all]}, \
         fromFront[If[reverse == 1, Reverse[result], result], at]]]]]]",
    ),
    (
        "greatest",
        "Function[{count, descending}, With[{at = level[axis, ArrayDepth[X]]}, \
         With[{order = ArrayOrdering[If[descending == 1, -X, X], count, at]}, {elementsAt[X, order - 1, at], order - 1}]]]",
    ),
    // 0 stands for the dimension itself, -1 for what is left.
    (
        "reshaped",
        "Function[{array, shape, literal}, With[{own = Dimensions[array]}, \
         With[{dims = MapIndexed[Function[{size, at}, If[size === 0 && literal == 0, own[[First[at]]], size]], shape]}, \
         With[{others = Times @@ DeleteCases[dims, -1]}, \
         ArrayReshape[array, dims /. -1 -> If[others === 0, 0, (Times @@ own)/others]]]]]]",
    ),
    (
        "squeezed",
        "Function[{array, axes}, With[{dims = Dimensions[array]}, ArrayReshape[array, \
         If[axes === None, DeleteCases[dims, 1], Delete[dims, Map[List, levels[axes, Length[dims]]]]]]]]",
    ),
    (
        "unsqueezed",
        "Function[{array, axes}, ArrayReshape[array, \
         Fold[Insert[#1, 1, #2] &, Dimensions[array], Sort[levels[axes, ArrayDepth[array] + Length[axes]]]]]]",
    ),
    ("joined", "Function[{arrays, at}, If[Length[arrays] == 1, First[arrays], Apply[Join, Append[arrays, at]]]]"),
    (
        "splitted",
        "Function[{array, sizes}, With[{at = level[axis, ArrayDepth[array]]}, With[{length = Dimensions[array][[at]]}, \
         With[{parts = If[sizes =!= None, sizes, With[{size = Ceiling[length/outputs]}, \
         Append[ConstantArray[size, outputs - 1], length - size (outputs - 1)]]]}, \
         MapThread[part[array, at, #1 + 1, #1 + #2] &, {Most[FoldList[Plus, 0, parts]], parts}]]]]]",
    ),
    // The largest integers stand for an end that is not reached.
    (
        "sliced",
        "Function[{array, starts, ends, axes, steps}, With[{dims = Dimensions[array]}, Fold[Function[{sofar, cut}, \
         With[{at = cut[[1]], step = cut[[4]]}, With[{length = dims[[at]]}, \
         With[{from = Which[cut[[2]] < -2^30, If[step > 0, 0, -1], cut[[2]] < 0, Max[cut[[2]] + length, If[step > 0, 0, -1]], \
         cut[[2]] > 2^30, If[step > 0, length, length - 1], step < 0, Min[cut[[2]], length - 1], IntegerQ[length], Min[cut[[2]], length], True, cut[[2]]], \
         to = Which[cut[[3]] > 2^30, If[step > 0, length, length - 1], cut[[3]] < -2^30, If[step > 0, 0, -1], \
         cut[[3]] < 0, Max[cut[[3]] + length, If[step > 0, 0, -1]], IntegerQ[length], Min[cut[[3]], length], True, cut[[3]]]}, \
         With[{count = Max[0, Ceiling[(to - from)/step]]}, \
         Which[count === 0, part[sofar, at, 1, 0], step == 1, If[from === 0 && to === length, sofar, part[sofar, at, from + 1, to]], \
         True, ArrayGather[sofar, from + 1 + step (Range[count] - 1), at]]]]]]], array, \
         Transpose[{If[axes === None, Range[Length[starts]], levels[axes, Length[dims]]], starts, ends, \
         If[steps === None, ConstantArray[1, Length[starts]], steps]}]]]]",
    ),
    (
        "padded",
        "Function[{array, amounts, value, at}, With[{pairs = ReplacePart[ConstantArray[{0, 0}, ArrayDepth[array]], \
         MapThread[Rule, {at, Transpose[Partition[amounts, Length[at]]]}]]}, \
         If[mode === \"constant\", ArrayPad[array, pairs, value], \
         With[{cropped = ArrayPad[array, Map[Min[#, 0] &, pairs, {2}]], added = Map[Max[#, 0] &, pairs, {2}]}, \
         ArrayPad[cropped, added, Switch[mode, \"reflect\", \"Reflected\", \"edge\", \"Fixed\", \"wrap\", \"Periodic\", \
         _, refused[StringJoin[\"the mode \", mode, \" is not known\"]]]]]]]]",
    ),
    // Positions from 1 of indices from 0, negative ones from the end.
    (
        "positions",
        "Function[{indices, length}, If[ListQ[indices] || IntegerQ[indices], Mod[indices, length] + 1, \
         ArrayThread[Function[If[# < 0, # + length + 1, # + 1]], {indices}]]]",
    ),
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
