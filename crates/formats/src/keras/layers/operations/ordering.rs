//! Operations by the order of elements, and by classes.

use super::{Layer, several, single};

const LAST: &[(&str, &str)] = &[("axis", "-1")];

pub(super) const OPERATIONS: &[Layer] = &[
    single("Sort", LAST, "With[{at = level[axis]}, elementsAt[x, ArrayOrdering[x, All, at], at]]"),
    single("Argsort", LAST, "With[{at = level[axis]}, ArrayOrdering[x, All, at] - 1]"),
    single(
        "TopK",
        &[("k", ""), ("sorted", "True")],
        "With[{at = ArrayDepth[x]}, With[{order = ArrayOrdering[-x, k, at]}, outputs[{elementsAt[x, order, at], order - 1}]]]",
    ),
    several(
        "InTopK",
        &["targets", "predictions"],
        &[("k", "")],
        "With[{own = elementsAt[predictions, ArrayReshape[positions[targets, Last[Dimensions[predictions]]], Append[If[ArrayDepth[targets] == 0, {}, Dimensions[targets]], 1]], ArrayDepth[predictions]]}, \
         ArrayThread[Boole[# < k] &, {ArrayReduce[Total, ArrayThread[Boole[#1 > #2] &, {predictions, own}], -1]}]]",
    ),
    single(
        "OneHot",
        &[("num_classes", ""), ("axis", "-1"), ("dtype", "None"), ("sparse", "False")],
        "oneHot[x, numClasses, axis]",
    ),
    several(
        "MultiHot",
        &["inputs"],
        &[("num_classes", ""), ("axis", "-1"), ("dtype", "None"), ("sparse", "False")],
        "If[axis =!= -1, refused[\"classes at another axis than the last one are not supported\"], ArrayReduce[Max, oneHot[inputs, numClasses, -1], 1]]",
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    // A level of classes, of which one is 1.
    (
        "oneHot",
        "Function[{array, many, where}, With[{depth = ArrayDepth[array] + 1}, With[{at = If[where < 0, depth + where + 1, where]}, \
         ArrayThread[Boole[#1 == #2] &, {array, Range[many] - 1}, {Delete[Range[depth], at], {at}}]]]]",
    ),
];
