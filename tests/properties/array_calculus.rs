//! Derivatives by array symbols: written out in components they are the derivatives of the components.

use libtest_mimic::{Failed, Trial};
use netform::expr::{Expr, Kind, postorder};

use crate::session::TestSession;

/// Names in the table, the comparison, and layers.
const PRELUDE: &str = r#"
    v = VectorSymbol["v", 3]; w = VectorSymbol["w", 3]; u = VectorSymbol["u", 2]; b = VectorSymbol["b", 3];
    A = MatrixSymbol["A", {3, 3}]; W = MatrixSymbol["W", {3, 3}]; X = MatrixSymbol["X", {3, 3}];
    M = MatrixSymbol["M", {3, 2}]; T = ArraySymbol["T", {2, 3, 2}]; image = ArraySymbol["P", {1, 3, 3}];
    linear = LinearLayer[2, "Input" -> 3]; chain = NetChain[{3, Tanh, 2, SoftmaxLayer[]}, "Input" -> 3];
    lstm = LongShortTermMemoryLayer[2, "Input" -> {3, 2}]; gru = GatedRecurrentLayer[2, "Input" -> {3, 2}];
    weights = MatrixSymbol["Weights", {2, 3}]; gate = MatrixSymbol["InputGateStateWeights", {2, 2}];
    step = {{Tanh[W . #1[[1]]]}, {#1[[1]]^2}} &; walk = {{Tanh[#1[[1]] + #2[[1]]]}, {#1[[1]]^2}} &;
    compare[f_, x_] := Module[{derivative, expected, found, values, difference},
        derivative = D[f, x];
        expected = With[{all = ComponentExpand[x]}, D[ComponentExpand[f], If[ListQ[all], {all}, all]]];
        If[Head[derivative] === D, Return["no derivative"]];
        If[TensorDimensions[derivative] =!= Dimensions[expected], Return[{"dimensions", TensorDimensions[derivative]}]];
        If[ToExpression[ToString[derivative, InputForm]] =!= derivative, Return["InputForm reads back differently"]];
        found = ComponentExpand[derivative];
        SeedRandom[7];
        values = (# -> RandomReal[{0.2, 1.5}] &) /@ DeleteDuplicates[
            Cases[{found, expected}, Indexed[_VectorSymbol | _MatrixSymbol | _ArraySymbol, _], Infinity]];
        difference = Flatten[{(found - expected) /. values}];
        If[! VectorQ[difference, NumberQ], Return[{"open", derivative}]];
        If[Max[Abs[difference]] < 10.^-9, True, {"differs by", Max[Abs[difference]], derivative}]]"#;

/// Expressions, and the array by which they are differentiated.
const TABLE: &[(&str, &str)] = &[
    // Products.
    ("v . v", "v"),
    ("W . v + b", "v"),
    ("W . v", "W"),
    ("v . A . v", "v"),
    ("v . Transpose[A] . X . w", "X"),
    ("A . (v . W)", "v"),
    ("(A . v) . W", "v"),
    ("w . A . (v . W)", "W"),
    ("(W . v - b) . (W . v - b)", "W"),
    ("(W . v - b) . (W . v - b)", "v"),
    ("(w . v) v", "v"),
    ("v/Sqrt[v . v]", "v"),
    ("A . X . W", "X"),
    ("X . X . X", "X"),
    ("Transpose[M] . M", "M"),
    ("TensorProduct[v, v]", "v"),
    ("Outer[Times, v, w]", "v"),
    ("Outer[#1/#2 &, v, u]", "u"),
    ("ArrayContract[{T, M}, {{1, 2, 3}, {2, 1}} -> {3}]", "T"),
    ("ArrayContract[{T, M}, {{1, 2, 3}, {2, 1}} -> {3}]", "M"),
    ("ArrayContract[{X}, {{1, 1}} -> {1}]", "X"),
    ("{{1, 2, 3}, {4, 5, 6}} . v", "v"),
    ("ArrayDot[T, T, {{1, 1}, {3, 3}}]", "T"),
    ("TensorContract[TensorProduct[X, v], {{1, 3}}]", "X"),
    ("Cross[v, w]", "v"),
    ("KroneckerProduct[X, A]", "X"),
    ("TensorProduct[v, w] . v", "v"),
    ("w . TensorProduct[v, w] . A", "v"),
    ("Tanh[v] TensorProduct[v, u]", "v"),
    ("Transpose[Transpose[X] . A]", "X"),
    // Matrices.
    ("Tr[A . X]", "X"),
    ("Tr[X . X . X]", "X"),
    ("Det[X]", "X"),
    ("Inverse[X]", "X"),
    ("LinearSolve[X, v]", "X"),
    ("LinearSolve[X, v]", "v"),
    ("MatrixPower[X, 3]", "X"),
    ("DiagonalMatrix[v] . X . v", "v"),
    ("Diagonal[X]", "X"),
    ("Transpose[M]", "M"),
    // Norms and means.
    ("Norm[v]", "v"),
    ("Norm[v, 3]", "v"),
    ("Norm[M, \"Frobenius\"]", "M"),
    ("Normalize[v]", "v"),
    ("Mean[M]", "M"),
    ("Variance[v]", "v"),
    ("StandardDeviation[v]", "v"),
    // Elementwise functions.
    ("Tanh[W . v]", "v"),
    ("Exp[v] w + v^3", "v"),
    ("Ramp[W . v]", "v"),
    ("(If[#2 > 0, #1, #1^2] &)[v, v[[1]]]", "v"),
    ("Piecewise[{{v, v[[1]] > 0}}, v^2]", "v"),
    ("Piecewise[{{v . v, v[[1]] > 0}}, v . w]", "v"),
    ("ArrayThread[#1 #2^2 &, {v, u}, {{1}, {2}}]", "v"),
    ("ArrayThread[#1 #2^2 &, {v, u}, {{1}, {2}}]", "u"),
    ("Total[ArrayThread[#1 #2^2 &, {v, u}, {{2}, {1}}], 2]", "u"),
    ("ArrayThread[Plus, {M, u}, {All, {-1}}]", "u"),
    ("Max[v]", "v"),
    ("Min[M]", "M"),
    ("Max[v, Total[w]]", "v"),
    ("Abs[v - w]", "v"),
    ("Clip[W . v, {0, 1}]", "v"),
    ("Total[Ramp[W . v]]", "W"),
    // By parts.
    ("v . A . v", "v[[2]]"),
    ("A . X . v", "X[[1]]"),
    ("Total[Tanh[X . v]]", "X[[All, 2]]"),
    ("Tanh[X . v]", "X[[2 ;; 3, 1]]"),
    ("v[[1]] v[[2]]", "v[[2 ;; 3]]"),
    ("Total[chain[v]^2]", "v[[1]]"),
    // Parts.
    ("v[[2]]", "v"),
    ("v[[1 ;; 2]]", "v"),
    ("M[[All, 1]]", "M"),
    ("First[M] + Last[M]", "M"),
    ("Rest[v]", "v"),
    ("Most[M]", "M"),
    ("Take[M, 2]", "M"),
    ("Drop[v, 1]", "v"),
    ("Join[v, 2 v]", "v"),
    ("Join[M, M^2, 2]", "M"),
    ("Append[v, v . v]", "v"),
    ("Prepend[v, v[[1]]^2]", "v"),
    ("{v . v, v[[1]]}", "v"),
    ("{v, v^2}", "v"),
    ("Table[v[[i]]^i, {i, 3}]", "v"),
    // Rearrangements.
    ("Reverse[M, 2]", "M"),
    ("RotateLeft[v]", "v"),
    ("ArrayReshape[M, {2, 3}]", "M"),
    ("Flatten[M]", "M"),
    ("ArrayReplicate[v, {2}, {2}]", "v"),
    ("ArrayReplicate[v^2, {2}]", "v"),
    ("ConstantArray[v, 2]", "v"),
    ("ArrayWindow[M, {2}, {1}, {1}, {1}]", "M"),
    ("ArrayOverlapAdd[M, {1}, {1}, {1}]", "M"),
    ("ArrayPad[M, 1]", "M"),
    ("ArrayPad[v^2, {{-1, 2}}, 5]", "v"),
    ("ArrayPad[v, 2, \"Reflected\"]", "v"),
    ("ArrayGather[M, {3, 1, 3}, 1]", "M"),
    ("ArrayGather[M, {2}, 2]", "M"),
    ("ArrayScatterAdd[v, {1, 1}, v[[1 ;; 2]]^2, 1]", "v"),
    // The same as scalars, which are read backwards.
    ("Total[ArrayWindow[v, {2}, {2}]^3, 2]", "v"),
    ("Total[ArrayOverlapAdd[M, {1}, {1}, {1}]^2]", "M"),
    ("Total[ArrayPad[v, {{1, 1}}]^2]", "v"),
    ("Total[ArrayGather[M, {3, 1, 3}, 1]^2, 2]", "M"),
    ("Total[Join[v, Reverse[v]^2]]", "v"),
    ("Total[ArrayReshape[M, {2, 3}]^2, 2]", "M"),
    ("Total[Transpose[T, {3, 1, 2}]^2, 3]", "T"),
    // Pieces, windows and blocks.
    ("Partition[v, 2, 1]", "v"),
    ("Partition[v^2, 2, 1, {1, 1}]", "v"),
    ("Partition[M, {2, 1}, 1]", "M"),
    ("Partition[v, UpTo[2]][[2]]", "v"),
    ("ListConvolve[u, v]", "u"),
    ("ListConvolve[u, v]", "v"),
    ("ListCorrelate[u, v^2, 1]", "v"),
    ("ListCorrelate[u, v, {1, -1}, v . v]", "v"),
    ("ListConvolve[W[[1 ;; 2, 1 ;; 2]], X]", "W"),
    ("ListCorrelate[W[[1 ;; 2, 1 ;; 2]], X]", "X"),
    ("Total[ListConvolve[u, v]^2]", "v"),
    ("PadLeft[v, 5]", "v"),
    ("PadRight[M^2, {4, 1}]", "M"),
    ("PadRight[v, 6, {1, v[[1]]}]", "v"),
    ("Riffle[v, w^2]", "w"),
    ("Riffle[v, v . v]", "v"),
    ("ArrayFlatten[{{A, X}, {0, A . X}}]", "X"),
    ("ArrayFlatten[{{M, 0}, {v . v, Transpose[M]}}]", "M"),
    ("ArrayFlatten[TensorProduct[A, X]]", "X"),
    ("Insert[v, v . v, 2]", "v"),
    ("Delete[M^2, 2]", "M"),
    ("ReplacePart[v, 2 -> v . v]", "v"),
    ("RotateRight[M, {1, 1}]", "M"),
    ("Reverse[v^2]", "v"),
    ("Tuples[v, 2]", "v"),
    ("Subsets[v, {2}]", "v"),
    // Order: equal elements keep their places.
    ("Sort[v]", "v"),
    ("Sort[v^2, Greater]", "v"),
    ("ReverseSort[w - v]", "v"),
    ("SortBy[v, -#^2 &]", "v"),
    ("Sort[v] . w", "v"),
    ("Median[v]", "v"),
    ("Median[Join[v, v^2]]", "v"),
    ("MinMax[v]", "v"),
    // Other products, and functions of parts.
    ("Inner[Times, v, w]", "v"),
    ("Inner[Power, A, v]", "v"),
    ("Inner[Plus, A, v, Times]", "v"),
    ("Inner[Divide, v, w, Max]", "w"),
    ("Outer[Plus, v, M]", "M"),
    ("Outer[Max, v, u]", "u"),
    ("Outer[#1^#2 &, v, u]", "v"),
    ("KroneckerProduct[v, u]", "u"),
    ("KroneckerProduct[X, X]", "X"),
    ("Cross[v, v^2]", "v"),
    ("Cross[A . v, w]", "A"),
    ("Apply[Times, v]", "v"),
    ("Plus @@ (M^2)", "M"),
    ("Times @@@ M", "M"),
    ("MapIndexed[#1^First[#2] &, v]", "v"),
    ("MapAt[#^2 &, v, 2]", "v"),
    ("Nest[Tanh[A . #] &, v, 2]", "A"),
    ("NestList[Tanh[A . #] &, v, 2]", "v"),
    // Distances, and equations.
    ("EuclideanDistance[v, w]", "v"),
    ("EuclideanDistance[M, 2 M^2]", "M"),
    ("SquaredEuclideanDistance[A . v, w]", "A"),
    ("NormalizedSquaredEuclideanDistance[v, w]", "w"),
    ("ManhattanDistance[v, w]", "v"),
    ("ChessboardDistance[v, w]", "v"),
    ("BrayCurtisDistance[v, w]", "v"),
    ("CanberraDistance[v, w]", "w"),
    ("CosineDistance[v, A . w]", "w"),
    ("CorrelationDistance[v, w]", "v"),
    ("Normalize[A . v]", "v"),
    ("Norm[v - w, 1]", "v"),
    ("Norm[v, Infinity]", "v"),
    ("Det[X . Transpose[X]]", "X"),
    ("Inverse[X + A] . v", "X"),
    ("LinearSolve[A, X]", "A"),
    ("LinearSolve[A, A . v]", "A"),
    ("ConjugateTranspose[X] . X", "X"),
    ("Differences[v, 2]", "v"),
    ("Accumulate[M^2]", "M"),
    // Sums.
    ("Total[M, {2}]", "M"),
    ("Total[M^3, 2]", "M"),
    ("Accumulate[v]", "v"),
    ("Differences[v^2]", "v"),
    ("ArrayReduce[Total, T, {1, 3}]", "T"),
    ("ArrayReduce[Mean, T^2, 2]", "T"),
    ("ArrayReduce[Max, M, 1]", "M"),
    ("ArrayReduce[Times, M, 2]", "M"),
    ("ArrayReduce[Norm[#]^2 &, M, {2}]", "M"),
    ("ArraySoftmax[v]", "v"),
    ("ArraySoftmax[M, 1]", "M"),
    ("ArrayLogSumExp[M, 1]", "M"),
    ("-Log[ArraySoftmax[v][[2]]]", "v"),
    // Functions as arguments.
    ("Map[# . # &, M]", "M"),
    ("Map[Tanh[#]/Total[#] &, M]", "M"),
    ("Total[Map[# . # &, M]^2]", "M"),
    ("Total[Map[Total[Tanh[W . #]] &, Transpose[M]]]", "W"),
    ("MapThread[#1 . #2 #1 &, {M, Reverse[M]}]", "M"),
    ("Fold[Tanh[#1 + #2] &, u, M]", "M"),
    ("FoldList[Tanh[#1 #2] &, u, M]", "M"),
    ("Total[Fold[Tanh[#1 + #2] &, u, M]]", "M"),
    ("Total[Fold[Tanh[#1 + #2] &, u, M]]", "u"),
    ("ArrayFold[walk, {u}, {M}][[2, 1]]", "M"),
    ("ArrayFold[walk, {u}, {M}][[2, 1]]", "u"),
    ("Total[ArrayFold[walk, {u}, {M}][[2, 1]], 2]", "u"),
    ("ArrayFold[step, {v}, 3][[1, 1]]", "W"),
    ("Total[ArrayFold[step, {v}, 3][[1, 1]]]", "W"),
    ("Total[ArrayFold[step, {v}, 3][[2, 1]], 2]", "W"),
    // Layers.
    ("linear[v]", "v"),
    ("linear[v]", "weights"),
    ("Total[linear[v]^2]", "weights"),
    ("chain[v]", "v"),
    ("chain[v]", "MatrixSymbol[{1, \"Weights\"}, {3, 3}]"),
    ("chain[v]", "VectorSymbol[{1, \"Biases\"}, 3]"),
    ("-Log[First[chain[v]]]", "MatrixSymbol[{3, \"Weights\"}, {2, 3}]"),
    ("-Log[First[chain[v]]]", "v"),
    ("lstm[M]", "M"),
    ("lstm[M]", "gate"),
    ("Total[lstm[M], 2]", "M"),
    ("Total[lstm[M], 2]", "gate"),
    ("Total[gru[M]^2, 2]", "M"),
    ("ConvolutionLayer[2, 2, \"Input\" -> {1, 3, 3}][image]", "image"),
    ("Total[ConvolutionLayer[2, 2, \"Input\" -> {1, 3, 3}][image], 3]", "image"),
    ("PoolingLayer[2, \"Input\" -> {1, 3, 3}][image]", "image"),
    ("NormalizationLayer[\"Input\" -> {3}][v]", "v"),
    // Second derivatives.
    ("D[Total[Tanh[W . v]], v]", "v"),
    ("D[v . A . v, v]", "v"),
    ("D[Sin[v] . Cos[v], {v, 2}]", "v"),
    ("D[X . X . X, X]", "X"),
    ("D[Log[Det[X]], X]", "X"),
    ("D[Norm[v], v]", "v"),
    ("D[Total[ArraySoftmax[v]^2], v]", "v"),
    ("D[Tanh[W . v], v]", "v"),
    ("D[Total[linear[v]^2], v]", "weights"),
    ("D[Total[chain[v]^2], v]", "v"),
    ("D[Total[Fold[Tanh[#1 + #2] &, u, M]], u]", "M"),
];

/// The tests of the table, and those of size.
pub(super) fn trials() -> Vec<Trial> {
    let row = |&(f, x): &(&'static str, &'static str)| {
        Trial::test(format!("properties::array-calculus::D[{f}, {x}]"), move || compare(f, x))
    };
    let sizes: [(&str, &str, &str); 3] = [
        ("a-residual-chain", "Nest[# + Tanh[W . #] &, v, n]", "v"),
        ("the-loss-of-a-residual-chain", "Total[Nest[# + Tanh[W . #] &, v, n]]", "v"),
        ("a-weight-of-a-chain", "Total[Nest[Tanh[W . #] &, v, n]]", "W"),
    ];
    let size = |(name, f, x): (&'static str, &'static str, &'static str)| {
        Trial::test(format!("properties::array-calculus::{name}"), move || grows_linearly(f, x))
    };
    TABLE.iter().map(row).chain(sizes.into_iter().map(size)).collect()
}

fn compare(f: &str, x: &str) -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(PRELUDE)?;
    let answer = session.transcript(&format!("compare[{f}, {x}]"));
    if answer == ["True"] { Ok(()) } else { Err(answer.join("\n").into()) }
}

/// The derivative of a chain of twice as many steps has about twice as many distinct nodes.
fn grows_linearly(f: &str, x: &str) -> Result<(), Failed> {
    let mut session = TestSession::new();
    session.value(PRELUDE)?;
    let mut count = |n: usize| -> Result<usize, Failed> {
        session.value(&format!("n = {n}"))?;
        Ok(distinct_nodes(&session.value(&format!("D[{f}, {x}]"))?))
    };
    let (half, whole) = (count(100)?, count(200)?);
    if half > 500 && whole < 2 * half + half / 4 {
        Ok(())
    } else {
        Err(format!("{half} nodes for 100 steps, {whole} for 200").into())
    }
}

fn distinct_nodes(e: &Expr) -> usize {
    let mut count = 0;
    let walk = postorder::<()>(
        e,
        |_| true,
        |node| {
            count += usize::from(matches!(node.kind(), Kind::Normal(..)));
            Ok(())
        },
    );
    debug_assert!(walk.is_ok());
    count
}
