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
        "Function[{function, a, b, axis}, Which[\
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
    ("rowMajor", "Function[{dims}, Reverse[FoldList[Times, 1, Reverse[Rest[dims]]]]]"),
    // What a level of an array has at positions that are given for each element.
    (
        "elementsAt",
        "Function[{array, indices, at}, With[{dims = Dimensions[array], size = Dimensions[indices], stride = rowMajor[Dimensions[array]]}, \
         ArrayGather[ArrayReshape[array, {Times @@ dims}], \
         1 + stride[[at]] Mod[indices, dims[[at]]] + Sum[If[k == at, 0, stride[[k]] (ArrayIndex[size, k] - 1)], {k, Length[dims]}], 1]]]",
    ),
    // The axes are an attribute or an input of the operator; none means all, or nothing.
    (
        "reduced",
        "Function[{function, array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noopWithEmptyAxes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[ArrayReduce[function, array, at], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "reducedLogSumExp",
        "Function[{array}, With[{rank = ArrayDepth[array]}, \
         With[{at = Which[axes =!= None && Length[axes] > 0, Sort[levels[axes, rank]], noopWithEmptyAxes == 1, {}, True, Range[rank]]}, \
         If[at === {}, array, kept[ArrayLogSumExp[array, at], Dimensions[array], at, keepdims]]]]]",
    ),
    (
        "positionOf",
        "Function[{array}, With[{at = level[axis, ArrayDepth[array]], dims = Dimensions[array]}, \
         kept[If[selectLastIndex == 1, dims[[at]] - ArrayReduce[ArgMax, Reverse[array, at], at], ArrayReduce[ArgMax, array, at] - 1], \
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
         With[{from = Which[cut[[2]] < -10^8, If[step > 0, 0, -1], cut[[2]] < 0, Max[cut[[2]] + length, If[step > 0, 0, -1]], \
         cut[[2]] > 10^8, If[step > 0, length, length - 1], step < 0, Min[cut[[2]], length - 1], IntegerQ[length], Min[cut[[2]], length], True, cut[[2]]], \
         to = Which[cut[[3]] > 10^8, If[step > 0, length, length - 1], cut[[3]] < -10^8, If[step > 0, 0, -1], \
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
    ("numeric", "Function[{array}, NumberQ[array] || ListQ[array]]"),
    ("realQ", "Function[{kind}, kind === \"Real\"]"),
    ("scaled", "Function[{factor, array}, If[factor == 1, array, factor array]]"),
    ("mapped", "Function[{net, depth}, Nest[NetMapOperator, net, depth]]"),
    // The levels of all dimensions that an array has with leading dimensions that are replicated where they are 1.
    (
        "ownLevels",
        "Function[{dims, all}, Select[Range[Length[all] - Length[dims] + 1, Length[all]], \
         !(dims[[# - Length[all] + Length[dims]]] === 1 && all[[#]] =!= 1) &]]",
    ),
    // Matrices in the last two levels.
    (
        "product",
        "Function[{a, b}, With[{p = ArrayDepth[a], q = ArrayDepth[b]}, Which[\
         q <= 2, a . b, \
         p == 1, ArrayContract[{a, b}, {{\"j\"}, Join[Range[q - 2], {\"j\", \"k\"}]} -> Append[Range[q - 2], \"k\"]], \
         True, With[{x = Drop[Dimensions[a], -2], y = Drop[Dimensions[b], -2]}, With[{all = together[{x, y}]}, \
         With[{s = ownLevels[x, all], t = ownLevels[y, all]}, \
         ArrayContract[{ArrayReshape[a, Join[all[[s]], Take[Dimensions[a], -2]]], ArrayReshape[b, Join[all[[t]], Take[Dimensions[b], -2]]]}, \
         {Join[s, {\"i\", \"j\"}], Join[t, {\"j\", \"k\"}]} -> Join[Range[Length[all]], {\"i\", \"k\"}]]]]]]]]",
    ),
    // The labels of an operand as characters; three dots stand for leading levels, numbered from the last.
    (
        "labelsOf",
        "Function[{term, rank}, With[{dots = rank - StringLength[StringReplace[term, \"...\" -> \"\"]]}, \
         Flatten[Map[If[# === \".\", Reverse[Range[dots]], #] &, Characters[StringReplace[term, \"...\" -> \".\"]]]]]]",
    ),
    (
        "summed",
        "Function[{equation, arrays}, With[{sides = StringSplit[equation, \"->\", All]}, \
         With[{labels = MapThread[labelsOf, {StringSplit[First[sides], \",\", All], Map[ArrayDepth, arrays]}]}, \
         With[{dots = Max[Prepend[Cases[Flatten[labels], _Integer], 0]]}, \
         With[{out = If[Length[sides] == 2, \
         Flatten[Map[If[# === \".\", Reverse[Range[dots]], #] &, Characters[StringReplace[Last[sides], \"...\" -> \".\"]]]], \
         Join[Reverse[Range[dots]], Sort[Cases[Tally[Cases[Flatten[labels], _String]], {label_, 1} :> label]]]]}, \
         ArrayContract[arrays, labels -> out]]]]]]",
    ),
    ("orOnes", "Function[{list, count}, If[list === None, ConstantArray[1, count], list]]"),
    // Amounts of padding before and after for each spatial level.
    (
        "windowPads",
        "Function[{space, kernel, steps, apart}, Switch[autoPad, \
         \"NOTSET\" | \"\", If[pads === None, ConstantArray[{0, 0}, Length[space]], Transpose[Partition[pads, Length[space]]]], \
         \"VALID\", ConstantArray[{0, 0}, Length[space]], \
         _, MapThread[Function[{size, k, s, d}, With[{total = Max[0, (Ceiling[size/s] - 1) s + d (k - 1) + 1 - size]}, \
         If[autoPad === \"SAME_UPPER\", {Floor[total/2], total - Floor[total/2]}, {total - Floor[total/2], Floor[total/2]}]]], \
         {space, kernel, steps, apart}]]]",
    ),
    (
        "biased",
        "Function[{array, biases}, If[biases === None, array, ArrayThread[Plus, {array, biases}, {Range[ArrayDepth[array]], {2}}]]]",
    ),
    // What is taken away from, or added to, the ends of a transposed convolution.
    (
        "cropping",
        "Function[{space, kernel, steps, apart, more}, With[{full = steps (space - 1) + apart (kernel - 1) + 1}, Which[\
         outputShape =!= None || MemberQ[{\"SAME_UPPER\", \"SAME_LOWER\"}, autoPad], \
         MapThread[Function[{size, target, extra}, With[{total = size + extra - target}, \
         If[autoPad === \"SAME_UPPER\", {-Floor[total/2], Floor[total/2] - total + extra}, {Floor[total/2] - total, extra - Floor[total/2]}]]], \
         {full, If[outputShape === None, space steps, Take[outputShape, -Length[space]]], more}], \
         True, MapThread[{-#1[[1]], #2 - #1[[2]]} &, {windowPads[space, kernel, steps, apart], more}]]]]",
    ),
    // What a pooling needs at the end so that its last window fits.
    (
        "atEnd",
        "Function[{space, pairs, steps, apart}, If[ceilMode == 0, 0 space, \
         MapThread[Function[{size, pair, k, s, d}, With[{whole = d (k - 1) + 1, total = size + Total[pair]}, \
         With[{count = Ceiling[(total - whole)/s] + 1}, \
         With[{right = If[(count - 1) s >= size + First[pair], count - 1, count]}, Max[0, (right - 1) s + whole - total]]]]], \
         {space, pairs, kernelShape, steps, apart}]]]",
    ),
    (
        "pooledWindows",
        "Function[{array, fill}, With[{n = Length[kernelShape], space = Drop[Dimensions[array], 2]}, \
         With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, With[{pairs = windowPads[space, kernelShape, s, d]}, \
         ArrayWindow[ArrayPad[array, Join[{{0, 0}, {0, 0}}, MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, atEnd[space, pairs, s, d]}]], fill], \
         kernelShape, s, d, Range[3, n + 2]]]]]]",
    ),
    // How many elements each window has.
    (
        "pooledCounts",
        "Function[{space}, With[{n = Length[kernelShape]}, With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, \
         With[{pairs = windowPads[space, kernelShape, s, d]}, With[{extra = atEnd[space, pairs, s, d]}, \
         If[extra === 0 space && (countIncludePad == 1 || pairs === 0 pairs), Times @@ kernelShape, \
         ArrayReduce[Total, ArrayWindow[If[countIncludePad == 1, \
         ArrayPad[ConstantArray[1, space + Map[Total, pairs]], Map[{0, #} &, extra]], \
         ArrayPad[ConstantArray[1, space], MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, extra}]]], \
         kernelShape, s, d, Range[n]], -Range[n]]]]]]]]",
    ),
    // Where the maxima of windows are in the whole array, as positions from 0.
    (
        "maximumPositions",
        "Function[{windows, n}, With[{dims = Dimensions[X], size = Take[Dimensions[windows], n + 2], space = Drop[Dimensions[X], 2]}, \
         With[{s = orOnes[strides, n], d = orOnes[dilations, n], many = Times @@ kernelShape}, With[{pairs = windowPads[space, kernelShape, s, d]}, \
         With[{steps = If[storageOrder == 1, Most[FoldList[Times, 1, space]], Reverse[FoldList[Times, 1, Reverse[Rest[space]]]]], extra = atEnd[space, pairs, s, d]}, \
         With[{at = ArrayReshape[ArrayWindow[ArrayPad[Sum[steps[[j]] (ArrayIndex[space, j] - 1), {j, n}], \
         MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, extra}]], kernelShape, s, d, Range[n]], Append[Drop[size, 2], many]], \
         best = ArrayReduce[ArgMax, ArrayReshape[windows, Append[size, many]], -1]}, \
         ArrayThread[Plus, {ArrayReshape[elementsAt[expanded[at, Append[size, many]], ArrayReshape[best - 1, Append[size, 1]], n + 3], size], \
         (Times @@ space) (ArrayReshape[Range[dims[[1]] dims[[2]]] - 1, Take[dims, 2]])}, {Range[n + 2], {1, 2}}]]]]]]]",
    ),
    (
        "logSoftmax",
        "Function[{array, at}, With[{all = Range[ArrayDepth[array]]}, ArrayThread[Subtract, {array, ArrayLogSumExp[array, at]}, {all, Complement[all, at]}]]]",
    ),
    (
        "hardmax",
        "Function[{array, at}, With[{all = Range[ArrayDepth[array]]}, ArrayThread[Boole[#1 == #2] &, \
         {ArrayReduce[ArgMax, array, at], Range[Dimensions[array][[at]]]}, {Delete[all, at], {at}}]]]",
    ),
    (
        "channelwise",
        "Function[{array, mean, variance, factor, shift}, ArrayThread[(#1 - #2)/Sqrt[#3 + epsilon] #4 + #5 &, \
         {array, mean, variance, factor, shift}, {Range[ArrayDepth[array]], {2}, {2}, {2}, {2}}]]",
    ),
    // The normalised array, the mean and the variance.
    (
        "normalized",
        "Function[{array, at, small}, With[{all = Range[ArrayDepth[array]], mean = ArrayReduce[Mean, array, at]}, \
         With[{centred = ArrayThread[Subtract, {array, mean}, {all, Complement[all, at]}]}, With[{variance = ArrayReduce[Mean, centred^2, at]}, \
         {ArrayThread[#1/Sqrt[#2 + small] &, {centred, variance}, {all, Complement[all, at]}], mean, variance}]]]]",
    ),
    // From logarithms of probabilities and classes, which are at the second level.
    (
        "likelihoodLoss",
        "Function[{log, classes, factors}, With[{size = Dimensions[classes]}, \
         With[{chosen = ArrayReshape[elementsAt[log, ArrayReshape[classes, Insert[size, 1, 2]], 2], size], \
         counted = With[{w = If[factors === None, ConstantArray[1, size], ArrayGather[factors, Mod[classes, Length[factors]] + 1, 1]]}, \
         If[ignoreIndex === None, w, ArrayThread[If[#1 == ignoreIndex, 0, #2] &, {classes, w}]]]}, \
         With[{losses = ArrayThread[-#1 #2 &, {chosen, counted}]}, Switch[reduction, \
         \"none\", losses, \
         \"sum\", ArrayReduce[Total, losses, All], \
         _, ArrayReduce[Total, losses, All]/ArrayReduce[Total, counted, All]]]]]]",
    ),
    // Sequences with features, or with heads already: batch, heads, positions, features.
    (
        "heads",
        "Function[{array, count}, If[ArrayDepth[array] == 4, array, With[{dims = Dimensions[array]}, \
         Transpose[ArrayReshape[array, {dims[[1]], dims[[2]], count, dims[[3]]/count}], {1, 3, 2, 4}]]]]",
    ),
    ("extended", "Function[{array, past}, If[past === None, array, Join[past, array, 3]]]"),
    (
        "joinedHeads",
        "Function[{array, rank}, If[rank == 4, array, With[{dims = Dimensions[array]}, \
         ArrayReshape[Transpose[array, {1, 3, 2, 4}], {dims[[1]], dims[[3]], dims[[2]] dims[[4]]}]]]]",
    ),
    // Several heads of queries may share one of keys.
    (
        "scores",
        "Function[{q, k, factor}, With[{a = Dimensions[q], b = Dimensions[k]}, \
         If[factor === None, 1/Sqrt[a[[4]]], factor] ArrayReshape[ArrayContract[{ArrayReshape[q, {a[[1]], b[[2]], a[[2]]/b[[2]], a[[3]], a[[4]]}], k}, \
         {{\"b\", \"h\", \"r\", \"i\", \"d\"}, {\"b\", \"h\", \"j\", \"d\"}} -> {\"b\", \"h\", \"r\", \"i\", \"j\"}], {a[[1]], a[[2]], a[[3]], b[[3]]}]]]",
    ),
    (
        "weighted",
        "Function[{weights, v}, With[{a = Dimensions[weights], b = Dimensions[v]}, \
         ArrayReshape[ArrayContract[{ArrayReshape[weights, {a[[1]], b[[2]], a[[2]]/b[[2]], a[[3]], a[[4]]}], v}, \
         {{\"b\", \"h\", \"r\", \"i\", \"j\"}, {\"b\", \"h\", \"j\", \"d\"}} -> {\"b\", \"h\", \"r\", \"i\", \"d\"}], {a[[1]], a[[2]], a[[3]], b[[4]]}]]]",
    ),
    // Truth values say what is allowed, numbers are added; what a mask does not reach is not allowed.
    (
        "biasedBy",
        "Function[{scores, mask}, If[mask === None, scores, With[{missing = Last[Dimensions[scores]] - Last[Dimensions[mask]]}, \
         With[{whole = If[missing === 0, mask, \
         ArrayPad[mask, Append[ConstantArray[{0, 0}, ArrayDepth[mask] - 1], {0, missing}], If[attnMaskKind === \"Boolean\", 0, -Infinity]]]}, \
         broadcast[If[attnMaskKind === \"Boolean\", Function[If[#2 == 1, #1, -Infinity]], Plus], {scores, whole}]]]]]",
    ),
    // The positions of queries among the keys begin after those that are kept from before.
    (
        "windowed",
        "Function[{scores}, If[isCausal == 0 && leftWindowSize < 0 && rightWindowSize < 0 && nonpadKvSeqlen === None, scores, \
         With[{size = Dimensions[scores]}, \
         With[{before = Which[pastKey =!= None, Dimensions[pastKey][[3]], nonpadKvSeqlen =!= None, nonpadKvSeqlen - size[[3]], True, 0], \
         left = If[leftWindowSize < 0, Infinity, leftWindowSize], right = If[isCausal == 1, 0, If[rightWindowSize < 0, Infinity, rightWindowSize]]}, \
         ArrayThread[Function[If[#3 - #4 - #2 <= right && #4 + #2 - #3 <= left && #3 <= #5, #1, -Infinity]], \
         {scores, Range[size[[3]]], Range[size[[4]]], before, If[nonpadKvSeqlen === None, Infinity, nonpadKvSeqlen]}, \
         {{1, 2, 3, 4}, {3}, {4}, If[ArrayDepth[before] == 0, {}, {1}], If[nonpadKvSeqlen === None, {}, {1}]}]]]]]",
    ),
    // A query that may attend to nothing has weights of zero.
    (
        "guarded",
        "Function[{scores}, If[attnMask === None && nonpadKvSeqlen === None && leftWindowSize < 0 && rightWindowSize < 0, ArraySoftmax[scores, -1], \
         ArrayThread[If[#2 == -Infinity, 0, #1] &, {ArraySoftmax[scores, -1], ArrayReduce[Max, scores, -1]}, {{1, 2, 3, 4}, {1, 2, 3}}]]]",
    ),
    // The matrix of a gate, of so many, or its biases.
    (
        "gate",
        "Function[{array, k, count}, If[array === None, None, With[{size = First[Dimensions[array]]/count}, part[array, 1, (k - 1) size + 1, k size]]]]",
    ),
    // For the rows of a batch.
    (
        "affine",
        "Function[{rows, matrix, biases}, If[biases === None, rows . Transpose[matrix], \
         ArrayThread[Plus, {rows . Transpose[matrix], biases}, {{1, 2}, {2}}]]]",
    ),
    ("clipped", "Function[{array}, If[clip === Infinity, array, ArrayThread[Min[Max[#, -clip], clip] &, {array}]]]"),
    (
        "peeped",
        "Function[{array, weights, k, cell}, If[weights === None, array, \
         array + ArrayThread[Times, {cell, gate[weights, k, 3]}, {{1, 2}, {2}}]]]",
    ),
    // The activation of a gate: those with parameters take them from the lists in order.
    (
        "activation",
        "Function[{names, k}, With[{kind = names[[k]], \
         a = Count[Take[names, k], \"Affine\" | \"LeakyRelu\" | \"ThresholdedRelu\" | \"ScaledTanh\" | \"HardSigmoid\" | \"Elu\"], \
         b = Count[Take[names, k], \"Affine\" | \"ScaledTanh\" | \"HardSigmoid\"]}, \
         With[{alpha = Function[{default}, If[a <= Length[activationAlpha], activationAlpha[[a]], default]], \
         beta = Function[{default}, If[b <= Length[activationBeta], activationBeta[[b]], default]]}, \
         With[{function = Switch[kind, \"Sigmoid\", LogisticSigmoid, \"Tanh\", Tanh, \"Relu\", Ramp, \"Softsign\", \"SoftSign\", \"Softplus\", \"SoftPlus\", \
         \"Affine\", With[{p = alpha[1], q = beta[0]}, Function[p # + q]], \
         \"LeakyRelu\", {\"LeakyReLU\", alpha[0.01]}, \
         \"ThresholdedRelu\", {\"Threshold\", alpha[1], 0}, \
         \"ScaledTanh\", With[{p = alpha[1], q = beta[1]}, Function[p Tanh[q #]]], \
         \"HardSigmoid\", {\"HardSigmoid\", alpha[0.2], beta[0.5]}, \
         \"Elu\", {\"ELU\", alpha[1]}, \
         _, refused[StringJoin[\"the activation \", kind, \" is not known\"]]]}, \
         If[MemberQ[{LogisticSigmoid, Tanh, Ramp}, function], function, ElementwiseLayer[function]]]]]]",
    ),
    ("stackedAt", "Function[{arrays, at}, joined[Map[ArrayReshape[#, Insert[Dimensions[#], 1, at]] &, arrays], at]]"),
    // One direction: sequences {steps, batch, features}; the matrices and initial states of it; the step with all gates.
    (
        "oneDirection",
        "Function[{sequence, states, step, backwards}, With[{times = Range[First[Dimensions[sequence]]], rank = Length[states]}, \
         With[{fold = ArrayFold[Function[{s, e}, With[{next = Apply[step, Append[s, e[[1]]]]}, \
         If[sequenceLens === None, {next, {next[[1]]}}, \
         With[{kept = MapThread[ArrayThread[If[#1 <= #2, #3, #4] &, {e[[2]], sequenceLens, #1, #2}, {{}, {1}, {1, 2}, {1, 2}}] &, {next, s}]}, \
         {kept, {ArrayThread[If[#1 <= #2, #3, 0] &, {e[[2]], sequenceLens, next[[1]]}, {{}, {1}, {1, 2}}]}}]]]], \
         states, If[backwards, {Reverse[sequence], Reverse[times]}, {sequence, times}]]}, \
         {If[backwards, Reverse[fold[[2, 1]]], fold[[2, 1]]], fold[[1]]}]]]",
    ),
    // All directions: the outputs of the operator.
    (
        "recurrent",
        "Function[{gates, functions, initials, cell}, \
         With[{sequence = If[layout == 1, Transpose[X], X], count = If[direction === \"bidirectional\", 2, 1]}, \
         With[{batch = Dimensions[sequence][[2]], size = Dimensions[R][[3]], \
         names = If[activations === None, Flatten[ConstantArray[functions, count]], activations], each = Length[functions]}, \
         With[{results = Table[With[{f = Table[activation[names, (d - 1) each + k], {k, each}], w = W[[d]], r = R[[d]], \
         b = If[B === None, {None, None}, {part[B[[d]], 1, 1, gates size], part[B[[d]], 1, gates size + 1, 2 gates size]}], \
         p = If[Length[initials] == 1 || P === None, None, P[[d]]], \
         start = Map[Which[# === None, ConstantArray[0, {batch, size}], layout == 1, Transpose[#][[d]], True, #[[d]]] &, initials]}, \
         oneDirection[sequence, start, cell[f, w, r, b, p], direction === \"reverse\" || d == 2]], {d, count}]}, \
         With[{all = stackedAt[Map[First, results], 2], last = Table[stackedAt[Map[#[[2, j]] &, results], 1], {j, Length[initials]}]}, \
         Prepend[If[layout == 1, Map[Transpose, last], last], If[layout == 1, Transpose[all, {2, 3, 1, 4}], all]]]]]]]",
    ),
    // Where elements of a resized level are in the input, counted from 0.
    (
        "resizedPositions",
        "Function[{size, factor, length, coordinates, box}, With[{x = Range[length] - 1}, Switch[coordinates, \
         \"halfPixel\", (x + 1/2)/factor - 1/2, \
         \"halfPixelSymmetric\", size/2 (1 - length/(factor size)) + (x + 1/2)/factor - 1/2, \
         \"pytorchHalfPixel\", If[length === 1, 0 x, (x + 1/2)/factor - 1/2], \
         \"alignCorners\", If[length === 1, 0 x, x (size - 1)/(length - 1)], \
         \"asymmetric\", x/factor, \
         \"tfHalfPixelForNn\", (x + 1/2)/factor, \
         \"tfCropAndResize\", If[length === 1, {(box[[1]] + box[[2]]) (size - 1)/2}, box[[1]] (size - 1) + x (box[[2]] - box[[1]]) (size - 1)/(length - 1)], \
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
         If[factor === 1 && length === size && coordinates =!= \"tfCropAndResize\", array, \
         With[{where = resizedPositions[size, factor, length, coordinates, box]}, \
         With[{shrink = If[antialias === 1 && kind =!= \"nearest\", Min[factor, 1], 1]}, \
         With[{result = Which[\
         kind === \"nearest\", ArrayGather[array, ArrayThread[Function[Min[Max[Switch[rounding, \"floor\", Floor[#], \"ceil\", Ceiling[#], \
         \"roundPreferFloor\", Ceiling[# - 1/2], _, Floor[# + 1/2]], 0], size - 1] + 1], {where}], at], \
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
    // A scale for everything, for the elements of a level, or for blocks of elements of it.
    (
        "blockedLevels",
        "Function[{scale, rank, at, block}, Which[\
         ArrayDepth[scale] == 0 || Dimensions[scale] === {1}, {scalar, {}}, \
         ArrayDepth[scale] == 1, {Identity, {at}}, \
         block > 0, {Function[ArrayGather[#, Floor[(Range[block Dimensions[scale][[at]]] - 1)/block] + 1, at]], Range[rank]}, \
         True, refused[\"scales with more than one level need blocks\"]]]",
    ),
    (
        "zeroed",
        "Function[{array, zero, at}, If[ArrayDepth[zero] == 0 || Dimensions[zero] === {1}, ArrayThread[Subtract, {array, scalar[zero]}, {Range[ArrayDepth[array]], {}}], \
         ArrayThread[Subtract, {array, zero}, {Range[ArrayDepth[array]], If[ArrayDepth[zero] == 1, {at}, Range[ArrayDepth[array]]]}]]]",
    ),
];
