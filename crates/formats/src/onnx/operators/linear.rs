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
            data: "A",
        }],
        ..Operator::NEW
    },
    Operator {
        name: "Gemm",
        inputs: &[input("A"), input("B"), optional("C")],
        attributes: GEMM,
        meaning: Meaning::Value(
            "With[{ab = scaled[alpha, If[transA == 1, Transpose[A], A] . If[transB == 1, Transpose[B], B]]}, \
             If[C === None, ab, broadcast[Plus, {ab, scaled[beta, C]}]]]",
        ),
        layers: &[NamedLayer {
            when: "ListQ[B] && !ListQ[A] && transA == 0 && alpha == 1 && (C === None || beta == 1 && ListQ[C] && ArrayDepth[C] == 1 && \
                   Length[C] === Dimensions[B][[If[transB == 1, 1, 2]]]) && realQ[T]",
            layer: "With[{w = If[transB == 1, B, Transpose[B]]}, mapped[LinearLayer[Length[w], \"Weights\" -> w, \
                    \"Biases\" -> C, \"Input\" -> Dimensions[w][[2]]], 1]]",
            data: "A",
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
