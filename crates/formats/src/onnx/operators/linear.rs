//! Products of matrices.

use super::{Meaning, NamedLayer, Operator, input, optional, several};

const GEMM: &[(&str, &str)] = &[("alpha", "1."), ("beta", "1."), ("broadcast", "0"), ("transA", "0"), ("transB", "0")];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "MatMul",
        inputs: &[input("A"), input("B")],
        meaning: Meaning::Value("product[A, B]"),
        layers: &[NamedLayer {
            when: "ListQ[B] && ArrayDepth[B] == 2 && !ListQ[A] && ArrayDepth[A] > 0 && realQ[T]",
            layer: "mapped[LinearLayer[Dimensions[B][[2]], \"Weights\" -> Transpose[B], \"Biases\" -> None, \"Input\" -> Dimensions[B][[1]]], \
                    ArrayDepth[A] - 1]",
            data: &["A"],
        }],
        ..Operator::NEW
    },
    // A product and its biases, which nodes write out.
    Operator {
        name: "MatMulAdd",
        since: super::EVERY_VERSION,
        inputs: &[input("A"), input("B"), input("C")],
        meaning: Meaning::Value("elementwise[Plus, {A . B, C}]"),
        layers: &[NamedLayer {
            when: "ListQ[B] && ListQ[C] && !ListQ[A] && ArrayDepth[A] > 0 && Dimensions[C] === {Dimensions[B][[2]]} && realQ[T]",
            layer: "mapped[LinearLayer[Length[C], \"Weights\" -> Transpose[B], \"Biases\" -> C, \"Input\" -> Dimensions[B][[1]]], \
                    ArrayDepth[A] - 1]",
            data: &["A"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "Gemm",
        inputs: &[input("A"), input("B"), optional("C")],
        attributes: GEMM,
        meaning: Meaning::Value(
            "With[{ab = scaled[alpha, If[transA == 1, Transpose[A], A] . If[transB == 1, Transpose[B], B]]}, \
             If[C === None, ab, elementwise[Plus, {ab, scaled[beta, C]}]]]",
        ),
        layers: &[NamedLayer {
            when: "ListQ[B] && !ListQ[A] && transA == 0 && alpha == 1 && (C === None || beta == 1 && ListQ[C] && ArrayDepth[C] == 1 && \
                   Length[C] === Dimensions[B][[If[transB == 1, 1, 2]]]) && realQ[T]",
            layer: "With[{w = If[transB == 1, B, Transpose[B]]}, mapped[LinearLayer[Length[w], \"Weights\" -> w, \
                    \"Biases\" -> C, \"Input\" -> Dimensions[w][[2]]], 1]]",
            data: &["A"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "Einsum",
        inputs: &[several("inputs")],
        attributes: &[("equation", "")],
        meaning: Meaning::Value("summed[StringReplace[equation, \" \" -> \"\"], inputs]"),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    ("scaled", "Function[{factor, array}, If[factor == 1, array, factor array]]"),
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
    // An array and its labels without levels of size 1 that stand for leading levels of other sizes.
    (
        "narrowed",
        "Function[{array, labels, wide}, With[{at = Select[Range[Length[labels]], \
         !(Dimensions[array][[#]] === 1 && MemberQ[wide, labels[[#]]]) &]}, \
         If[Length[at] == Length[labels], {array, labels}, {ArrayReshape[array, Dimensions[array][[at]]], labels[[at]]}]]]",
    ),
    (
        "summed",
        "Function[{equation, arrays}, With[{sides = StringSplit[equation, \"->\", All]}, \
         With[{labels = MapThread[labelsOf, {StringSplit[First[sides], \",\", All], Map[ArrayDepth, arrays]}]}, \
         With[{dots = Max[Prepend[Cases[Flatten[labels], _Integer], 0]]}, \
         With[{out = If[Length[sides] == 2, \
         Flatten[Map[If[# === \".\", Reverse[Range[dots]], #] &, Characters[StringReplace[Last[sides], \"...\" -> \".\"]]]], \
         Join[Reverse[Range[dots]], Sort[Cases[Tally[Cases[Flatten[labels], _String]], {label_, 1} :> label]]]]}, \
         With[{wide = Cases[Flatten[MapThread[Function[{array, own}, MapThread[wider, {dimensionsOf[array], own}]], {arrays, labels}]], \
         wider[Except[1], label_Integer] :> label]}, \
         With[{all = MapThread[narrowed[#1, #2, wide] &, {arrays, labels}]}, \
         ArrayContract[all[[All, 1]], all[[All, 2]] -> out]]]]]]]]",
    ),
];
