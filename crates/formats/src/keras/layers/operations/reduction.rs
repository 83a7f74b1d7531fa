//! Operations that combine the elements of levels.

use super::{Layer, layered, several, single};

const REDUCED: &[(&str, &str)] = &[("axis", "None"), ("keepdims", "False")];
const STARTING: &[(&str, &str)] = &[("axis", "None"), ("keepdims", "False"), ("initial", "None")];
const TYPED: &[(&str, &str)] = &[("axis", "None"), ("keepdims", "False"), ("dtype", "None")];
const QUANTILE: &[(&str, &str)] = &[("axis", "None"), ("method", "\"linear\""), ("keepdims", "False")];
const RUNNING: &[(&str, &str)] = &[("axis", "None"), ("dtype", "None")];

/// A reduction that a layer makes.
macro_rules! aggregation {
    ($class:literal, $function:literal) => {
        layered($class, REDUCED, concat!("aggregatedBy[", $function, "]"))
    };
}

/// A greatest or least element, and perhaps a number.
macro_rules! extreme {
    ($class:literal, $function:literal) => {
        Layer {
            value: concat!(
                "With[{start = initial}, ArrayThread[",
                $function,
                "[#, start] &, {reducedBy[",
                $function,
                ", x]}]]"
            ),
            ..layered($class, STARTING, concat!("If[initial === None, aggregatedBy[", $function, "], Automatic]"))
        }
    };
}

pub(super) const OPERATIONS: &[Layer] = &[
    aggregation!("Sum", "Total"),
    aggregation!("Mean", "Mean"),
    extreme!("Max", "Max"),
    extreme!("Min", "Min"),
    aggregation!("Amax", "Max"),
    aggregation!("Amin", "Min"),
    layered("Prod", TYPED, "aggregatedBy[Times]"),
    single("Any", REDUCED, "reducedBy[Max, ArrayThread[Boole[# != 0] &, {x}]]"),
    single("All", REDUCED, "reducedBy[Min, ArrayThread[Boole[# != 0] &, {x}]]"),
    single(
        "CountNonzero",
        &[("axis", "None")],
        "With[{keepdims = False}, reducedBy[Total, ArrayThread[Boole[# != 0] &, {x}]]]",
    ),
    single("Ptp", REDUCED, "reducedBy[Max, x] - reducedBy[Min, x]"),
    single("Var", REDUCED, "spreadOf[x]"),
    single("Std", REDUCED, "Sqrt[spreadOf[x]]"),
    single("Logsumexp", REDUCED, "With[{at = axesOf[axis]}, kept[ArrayLogSumExp[x, at], Dimensions[x], at]]"),
    single(
        "Argmax",
        REDUCED,
        "With[{at = axesOf[axis]}, kept[ArrayReduce[ArgMax, x, First[at]] - 1, Dimensions[x], at]]",
    ),
    single(
        "Argmin",
        REDUCED,
        "With[{at = axesOf[axis]}, kept[ArrayReduce[ArgMax, -x, First[at]] - 1, Dimensions[x], at]]",
    ),
    single("Nansum", REDUCED, "reducedBy[Total, instead[x, 0]]"),
    single("Nanprod", REDUCED, "reducedBy[Times, instead[x, 1]]"),
    single("Nanmax", REDUCED, "reducedBy[Max, instead[x, -Infinity]]"),
    single("Nanmin", REDUCED, "reducedBy[Min, instead[x, Infinity]]"),
    single("Nanmean", REDUCED, "reducedBy[Total, instead[x, 0]]/reducedBy[Total, definedAt[x]]"),
    single("Nanvar", REDUCED, "definedSpread[x]"),
    single("Nanstd", REDUCED, "Sqrt[definedSpread[x]]"),
    single(
        "Moments",
        &[("axes", ""), ("keepdims", "False"), ("synchronized", "False")],
        "With[{at = axesOf[axes]}, outputs[{kept[ArrayReduce[Mean, x, at], Dimensions[x], at], kept[spreadAt[x, at], Dimensions[x], at]}]]",
    ),
    several(
        "Average",
        &["x", "weights"],
        &[("axis", "None")],
        r#"With[{at = axesOf[axis], keepdims = False}, Which[weights === None, ArrayReduce[Mean, x, at],
            constantQ[weights] && ArrayDepth[weights] == 1 && Length[at] == 1,
            ArrayReduce[Total, ArrayThread[Times, {x, weights/Total[weights]}, {All, at}], at],
            True, ArrayReduce[Total, elementwise[Times, {x, weights}], at]/ArrayReduce[Total, elementwise[(0 #1 + #2 &), {x, weights}], at]]]"#,
    ),
    single("Median", REDUCED, "quantileOf[x, 1/2, \"linear\"]"),
    // Keras does not hand on the method of an operation that it records.
    several("Quantile", &["x", "q"], QUANTILE, "quantileOf[x, q, \"linear\"]"),
    several("Percentile", &["x", "q"], QUANTILE, "quantileOf[x, q/100, method]"),
    single("Cumsum", RUNNING, "running[Plus, x]"),
    single("Cumprod", RUNNING, "running[Times, x]"),
    single("Nancumsum", RUNNING, "running[Plus, instead[x, 0]]"),
    single("Nancumprod", RUNNING, "running[Times, instead[x, 1]]"),
    Layer {
        value: "With[{at = level[axis]}, Nest[Function[{rows}, With[{many = Dimensions[rows][[at]]}, part[rows, at, 2, many] - part[rows, at, 1, many - 1]]], a, n]]",
        ..several("Diff", &["a"], &[("n", "1"), ("axis", "-1")], "")
    },
    several(
        "Trapezoid",
        &["y"],
        &[("x", "None"), ("dx", "1."), ("axis", "-1")],
        r#"If[x =!= None, refused["positions of the elements are not supported; a distance is"],
            With[{at = level[axis], n = shape[[level[axis]]]}, dx/2 ArrayReduce[Total, part[y, at, 2, n] + part[y, at, 1, n - 1], at]]]"#,
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    // A reduction as a layer.
    (
        "aggregatedBy",
        "Function[{function}, With[{at = axesOf[axis]}, If[!FreeQ[at, refused], at, chain[{AggregationLayer[function, at], \
         If[keepdims, ReshapeLayer[ReplacePart[shape, Map[# -> 1 &, at]]], None]}]]]]",
    ),
    (
        "reducedBy",
        "Function[{function, array}, With[{at = axesOf[axis]}, kept[ArrayReduce[function, array, at], Dimensions[array], at]]]",
    ),
    // The mean square of the distances from the mean.
    (
        "spreadAt",
        "Function[{array, at}, ArrayReduce[Mean, ArrayThread[(#1 - #2)^2 &, \
         {array, ArrayReduce[Mean, array, at]}, {All, Complement[Range[ArrayDepth[array]], at]}], at]]",
    ),
    ("spreadOf", "Function[{array}, With[{at = axesOf[axis]}, kept[spreadAt[array, at], Dimensions[array], at]]]"),
    // What is no number is replaced, or left out.
    ("instead", "Function[{array, neutral}, ArrayThread[Piecewise[{{#, # <= Infinity}}, neutral] &, {array}]]"),
    ("definedAt", "Function[{array}, ArrayThread[Boole[# <= Infinity] &, {array}]]"),
    (
        "definedSpread",
        "Function[{array}, With[{at = axesOf[axis], zeroed = instead[array, 0], there = definedAt[array]}, \
         With[{others = Complement[Range[ArrayDepth[array]], at], count = ArrayReduce[Total, there, at]}, \
         With[{mean = ArrayReduce[Total, zeroed, at]/count}, kept[ArrayReduce[Total, \
         ArrayThread[#2 (#1 - #3)^2 &, {zeroed, there, mean}, {All, All, others}], at]/count, Dimensions[array], at]]]]]",
    ),
    // The levels as one, at the end, sorted; then what is between two of the elements.
    (
        "quantileOf",
        r#"Function[{array, share, way}, If[!NumberQ[share], refused["several quantiles at once are not supported"],
            With[{at = axesOf[axis], dims = Dimensions[array]}, With[{others = Complement[Range[Length[dims]], at], n = Times @@ dims[[at]]},
            With[{flat = ArrayReshape[Transpose[array, Ordering[Join[others, at]]], Append[dims[[others]], n]], k = Length[others] + 1, h = share (n - 1)},
            With[{sorted = elementsAt[flat, ArrayOrdering[flat, All, k], k]},
            With[{element = Function[{place}, ArrayReshape[part[sorted, k, place + 1, place + 1], dims[[others]]]]},
            kept[Switch[way, "lower", element[Floor[h]], "higher", element[Ceiling[h]], "nearest", element[Round[h]],
            "midpoint", (element[Floor[h]] + element[Ceiling[h]])/2,
            "linear", (1 - h + Floor[h]) element[Floor[h]] + (h - Floor[h]) element[Ceiling[h]],
            _, refused[StringJoin["the method ", way, " is not known"]]], dims, at]]]]]]]]"#,
    ),
    // Along a level.
    (
        "running",
        "Function[{function, array}, With[{at = First[axesOf[axis]]}, With[{rows = toFront[array, at]}, \
         fromFront[FoldList[function, First[rows], Rest[rows]], at]]]]",
    ),
];
