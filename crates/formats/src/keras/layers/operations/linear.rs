//! Products, and operations on matrices.

use super::{BOTH, Layer, several, single};

pub(super) const OPERATIONS: &[Layer] = &[
    Layer {
        layer: "If[!transposeA && !transposeB && x1 === None && x2 === None && Length[shapes[[1]]] == 2 && Length[shapes[[2]]] == 2, DotLayer[], Automatic]",
        ..several(
            "Matmul",
            BOTH,
            // Functions of TensorFlow can transpose the factors.
            &[("transpose_a", "False"), ("transpose_b", "False")],
            "productOf[If[transposeA, turnedOver[x1], x1], If[transposeB, turnedOver[x2], x2]]",
        )
    },
    several(
        "Dot",
        BOTH,
        &[],
        r#"Which[!constantQ[x2] || constantQ[x1], refused["a dot of which the second factor is no constant is not supported; matmul multiplies the matrices of each example"],
            ArrayDepth[x2] == 0, x1 x2, ArrayDepth[x2] == 1, contracted[x1, x2, {ArrayDepth[x1]}, {1}],
            True, contracted[x1, x2, {ArrayDepth[x1]}, {ArrayDepth[x2] - 1}]]"#,
    ),
    several(
        "Inner",
        BOTH,
        &[],
        r#"Which[!constantQ[x2], refused["an inner product of which the second factor is no constant is not supported"],
            ArrayDepth[x2] == 0, x1 x2, True, contracted[x1, x2, {ArrayDepth[x1]}, {ArrayDepth[x2]}]]"#,
    ),
    several(
        "Tensordot",
        BOTH,
        &[("axes", "2")],
        r#"If[!constantQ[x2], refused["a tensor product of which the second factor is no constant is not supported"],
            With[{first = ArrayDepth[x1], second = ArrayDepth[x2]},
            If[IntegerQ[axes], contracted[x1, x2, Range[first - axes + 1, first], Range[axes]],
            contracted[x1, x2, Map[level, Flatten[{axes[[1]]}]], Map[If[# < 0, # + second + 1, # + 1] &, Flatten[{axes[[2]]}]]]]]]"#,
    ),
    Layer { variadic: true, ..several("Einsum", &["operands"], &[("subscripts", "")], "einsum[operands, subscripts]") },
    several(
        "Cross",
        BOTH,
        &[("axisa", "-1"), ("axisb", "-1"), ("axisc", "-1"), ("axis", "None")],
        r#"With[{at = level[If[axis === None, axisa, axis]]}, If[axis === None && !SameQ[axisa, axisb, axisc], refused["vectors at different axes are not supported"],
            With[{turned = Function[{array, steps}, ArrayGather[array, steps, at]]}, If[Dimensions[x1][[at]] =!= 3 || !constantQ[x2] && Dimensions[x2][[at]] =!= 3,
            refused["vectors with other than three elements are not supported"],
            With[{second = expanded[fitted[x2, ArrayDepth[x1]], Dimensions[x1]]},
            turned[x1, {2, 3, 1}] turned[second, {3, 1, 2}] - turned[x1, {3, 1, 2}] turned[second, {2, 3, 1}]]]]]]"#,
    ),
    single("Det", &[], "ofMatrices[Det, x]"),
    single("Logdet", &[], "ofMatrices[Function[{matrix}, Log[Det[matrix]]], x]"),
    single("Inv", &[], "ofMatrices[Inverse, x]"),
    several("Solve", &["a", "b"], &[], "solved[a, b]"),
    several(
        "SolveTriangular",
        &["a", "b"],
        &[("lower", "False")],
        "solved[triangle[a, If[lower, LessEqual, GreaterEqual], 0], b]",
    ),
    single(
        "Norm",
        &[("ord", "None"), ("axis", "None"), ("keepdims", "False")],
        r#"With[{at = axesOf[axis], kind = Switch[ord, Infinity | DirectedInfinity[1], "inf", -Infinity | DirectedInfinity[-1], "-inf", _, ord], size = RealAbs[x]}, Which[
            kind === None || kind === "fro" || kind === "euclidean" || kind === 2 && Length[at] == 1, Sqrt[reducedBy[Total, x^2]],
            Length[at] == 1 && kind === "inf", reducedBy[Max, size], Length[at] == 1 && kind === "-inf", reducedBy[Min, size],
            Length[at] == 1 && kind === 0, reducedBy[Total, ArrayThread[Boole[# != 0] &, {x}]],
            Length[at] == 1 && kind === 1, reducedBy[Total, size],
            Length[at] == 1 && NumberQ[kind], reducedBy[Total, size^kind]^(1/kind),
            MemberQ[{1, -1, "inf", "-inf"}, kind], With[{pair = Map[level, axis]}, With[{sums = If[MemberQ[{1, -1}, kind], First[pair], Last[pair]], other = If[MemberQ[{1, -1}, kind], Last[pair], First[pair]]},
              kept[ArrayReduce[If[MemberQ[{1, "inf"}, kind], Max, Min], ArrayReduce[Total, size, sums], If[other > sums, other - 1, other]], Dimensions[x], at]]],
            True, refused["a norm of matrices by their singular values is not supported"]]]"#,
    ),
    several(
        "CDist",
        &["x", "y"],
        &[],
        "With[{many = ArrayDepth[x]}, Sqrt[ArrayReduce[Total, ArrayThread[(#1 - #2)^2 &, {x, y}, {Append[Range[many - 1], many + 1], Join[Range[many - 2], {many, many + 1}]}], -1]]]",
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    // A product of an array with a constant, over levels of both.
    (
        "contracted",
        r#"Function[{array, constant, first, second}, With[{own = Map[ToString, Range[ArrayDepth[array]]], other = Map[StringJoin["c", ToString[#]] &, Range[ArrayDepth[constant]]]},
            With[{renamed = ReplacePart[other, MapThread[#2 -> own[[#1]] &, {first, second}]]},
            ArrayContract[{array, constant}, {own, renamed} -> Join[Delete[own, Map[List, first]], Delete[renamed, Map[List, second]]]]]]]"#,
    ),
    // The matrices of the last two levels, transposed.
    (
        "turnedOver",
        r#"Function[{array}, With[{many = ArrayDepth[array]}, If[many < 2, refused["a matrix whose rows are the examples of the batch is not supported"],
            Transpose[array, ReplacePart[Range[many], {many -> many - 1, many - 1 -> many}]]]]]"#,
    ),
    // A factor of a product of stacks of matrices, with names of its levels: those of size 1 that the other has larger are left out.
    (
        "stacked",
        r#"Function[{array, last, other}, With[{dims = Dimensions[array], many = ArrayDepth[array] - Length[last]},
            With[{names = Join[Map[StringJoin["s", ToString[#]] &, Reverse[Range[many]]], last]},
            With[{single = Select[Range[many], dims[[#]] === 1 && many - # + 1 <= Length[other] && other[[-(many - # + 1)]] =!= 1 &]},
            {If[single === {}, array, ArrayReshape[array, Delete[dims, Map[List, single]]]], Delete[names, Map[List, single]]}]]]]"#,
    ),
    (
        "productOf",
        r#"Function[{left, right}, Which[
            !constantQ[left] && ArrayDepth[left] == 1, If[constantQ[right] && ArrayDepth[right] < 3, left . right,
              refused["a product whose rows are the examples of the batch is not supported"]],
            constantQ[right] && ArrayDepth[right] == 1, left . right,
            !constantQ[left] && ArrayDepth[left] < 1 || !constantQ[right] && ArrayDepth[right] < 2 || constantQ[left] && ArrayDepth[left] < 2,
              refused["a product over the batch is not supported"],
            True, With[{depth = Max[Map[ArrayDepth, Select[{left, right}, !constantQ[#] &]]]},
            With[{a = fitted[left, depth], b = fitted[right, depth]}, With[{p = stacked[a, {"i", "k"}, Drop[Dimensions[b], -2]], q = stacked[b, {"k", "j"}, Drop[Dimensions[a], -2]]},
            With[{names = Map[StringJoin["s", ToString[#]] &, Reverse[Range[Max[ArrayDepth[a], ArrayDepth[b]] - 2]]]},
            ArrayContract[{First[p], First[q]}, {Last[p], Last[q]} -> Join[Select[names, MemberQ[Join[Last[p], Last[q]], #] &], {"i", "j"}]]]]]]]]"#,
    ),
    // Sums of products by labels. That of the batch is the first one of each array, and of the result; dots stand for labels that are numbers, from the end.
    (
        "einsum",
        r#"Function[{arrays, text}, With[{parts = Map[Characters, StringSplit[StringReplace[text, {" " -> "", "..." -> "."}], {",", "->"}]]},
            With[{own = Take[parts, Length[arrays]]},
            With[{result = Which[Length[parts] > Length[arrays], Last[parts], StringContainsQ[text, "->"], {},
              True, With[{all = Join @@ own}, Join[If[MemberQ[all, "."], {"."}, {}], Sort[Select[DeleteDuplicates[DeleteCases[all, "."]], Count[all, #] == 1 &]]]]]},
            With[{counts = MapThread[Function[{array, names}, If[MemberQ[names, "."], ArrayDepth[array] + If[constantQ[array], 0, 1] - Length[names] + 1, 0]], {arrays, own}]},
            With[{dots = Function[{names, count}, Flatten[Replace[names, "." -> Map[ToString, Reverse[Range[count]]], {1}]]]},
            With[{labels = MapThread[dots, {own, counts}], to = dots[result, Max[counts]]},
            With[{computed = Select[Range[Length[arrays]], !constantQ[arrays[[#]]] &]},
            With[{batch = Map[First, labels[[computed]]]},
            If[!SameQ @@ batch || to === {} || First[to] =!= First[batch] || Or @@ Map[MemberQ[#, First[batch]] &, Delete[labels, Map[List, computed]]] || Or @@ Map[Count[#, First[batch]] > 1 &, labels],
            refused["the first label of each array and of the result must be that of the batch"],
            ArrayContract[arrays, MapIndexed[If[MemberQ[computed, First[#2]], Rest[#1], #1] &, labels] -> Rest[to]]]]]]]]]]]]"#,
    ),
    // A function of each matrix of the last two levels.
    (
        "ofMatrices",
        r#"Function[{function, array}, Which[ArrayDepth[array] < 2, refused["a matrix whose rows are the examples of the batch is not supported"],
            ArrayDepth[array] == 2, function[array], True, Map[function, array, {ArrayDepth[array] - 2}]]]"#,
    ),
    (
        "solved",
        r#"Function[{matrices, sides}, With[{depth = ArrayDepth[matrices]}, If[depth != 2 && !(depth == 3 && ArrayDepth[sides] == 3),
            refused["several matrices for each example are not supported"],
            If[depth == 2, LinearSolve[matrices, sides], MapThread[LinearSolve, {matrices, sides}]]]]]"#,
    ),
];
