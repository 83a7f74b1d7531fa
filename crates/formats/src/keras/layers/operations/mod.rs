//! Operations on arrays in functional models, such as those that Keras writes for masks: `keras.ops`.
//!
//! An argument that is a number or an array of the file stands by its name; truth values are the numbers 1 and 0.

pub(super) mod arrangement;
pub(super) mod elementwise;
pub(super) mod images;
pub(super) mod linear;
pub(super) mod neural;
pub(super) mod ordering;
pub(super) mod reduction;

use super::{Layer, Mask};

const SINGLE: &[&str] = &["x"];
const BOTH: &[&str] = &["x1", "x2"];

/// An operation on an array, whose value the text gives.
const fn single(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    value: &'static str,
) -> Layer {
    several(class, SINGLE, attributes, value)
}

/// An operation on several arrays, whose value the text gives.
const fn several(
    class: &'static str,
    inputs: &'static [&'static str],
    attributes: &'static [(&'static str, &'static str)],
    value: &'static str,
) -> Layer {
    Layer { class, inputs, attributes, layer: "", value, mask: Mask::Dropped, ..Layer::NEW }
}

/// An operation on an array, as a layer.
const fn layered(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    layer: &'static str,
) -> Layer {
    Layer { class, inputs: SINGLE, attributes, layer, mask: Mask::Dropped, ..Layer::NEW }
}

/// All operations, by theme.
const TABLES: &[&[Layer]] = &[
    elementwise::OPERATIONS,
    reduction::OPERATIONS,
    arrangement::OPERATIONS,
    ordering::OPERATIONS,
    linear::OPERATIONS,
    neural::OPERATIONS,
    images::OPERATIONS,
];

/// The record of an operation.
pub(super) fn find(class: &str) -> Option<&'static Layer> {
    TABLES.iter().copied().flatten().find(|row| row.class == class)
}

/// The names of all operations.
pub(super) fn names() -> Vec<&'static str> {
    TABLES.iter().copied().flatten().map(|row| row.class).collect()
}

/// The functions that operations of several themes share; each may mention those before it.
pub(super) const GENERAL: &[(&str, &str)] = &[
    ("numberQ", "Function[{e}, NumberQ[e] || MatchQ[e, _DirectedInfinity | Infinity | Indeterminate | True | False]]"),
    // A constant, and no array that is computed.
    ("constantQ", "Function[{e}, NumberQ[e] || ListQ[e] || MatchQ[e, _DirectedInfinity | Infinity | Indeterminate]]"),
    ("trailing", "Function[{array}, Range[-ArrayDepth[array], -1]]"),
    // An array without the level of the batch, which the others have: a constant may have one of size 1.
    (
        "fitted",
        r#"Function[{array, depth}, Which[
            ArrayDepth[array] === depth, array,
            !constantQ[array], refused["arrays with different numbers of axes, of which one is aligned with the batch, are not supported"],
            ArrayDepth[array] < depth, array,
            ArrayDepth[array] == depth + 1 && First[Dimensions[array]] == 1, First[array],
            True, refused["a constant with a number for each example of the batch is not supported"]]]"#,
    ),
    // A function of corresponding elements, the last levels aligned.
    (
        "elementwise",
        "Function[{function, arrays}, With[{depth = Max[Map[ArrayDepth, Select[arrays, !constantQ[#] &]]]}, \
         With[{fitting = Map[fitted[#, depth] &, arrays]}, ArrayThread[function, fitting, Map[trailing, fitting]]]]]",
    ),
    // The axes of an operation; without any, it is on all examples together.
    (
        "axesOf",
        r#"Function[{axis}, If[axis === None, refused["an operation on the whole batch is not supported"], levels[axis]]]"#,
    ),
    // What is reduced, with the levels as levels of size 1 or without them.
    (
        "kept",
        "Function[{reduced, dims, at}, If[TrueQ[keepdims], ArrayReshape[reduced, ReplacePart[dims, Map[# -> 1 &, at]]], reduced]]",
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
    // The elements of a level from one position to another.
    (
        "part",
        "Function[{array, at, from, to}, If[TrueQ[from > to], refused[\"an array without elements is not supported\"], \
         Apply[Take, Join[{array}, ReplacePart[ConstantArray[All, ArrayDepth[array]], at -> {from, to}]]]]]",
    ),
    ("joinedAt", "Function[{arrays, at}, If[Length[arrays] == 1, First[arrays], Apply[Join, Append[arrays, at]]]]"),
    // The dimensions of an array with a new level.
    ("unfolded", "Function[{array, at}, ArrayReshape[array, Insert[Dimensions[array], 1, at]]]"),
    // An array with other sizes at levels of size 1, and with new levels before all others.
    (
        "expanded",
        "Function[{array, dims}, With[{own = If[ArrayDepth[array] == 0, {}, Dimensions[array]]}, \
         With[{longer = Join[ConstantArray[1, Length[dims] - Length[own]], own]}, \
         With[{new = Select[Range[Length[dims]], longer[[#]] =!= dims[[#]] &]}, \
         If[new === {}, ArrayReshape[array, dims], \
         ArrayReplicate[ArrayReshape[array, Delete[longer, Map[List, new]]], dims[[new]], new]]]]]]",
    ),
    // Positions from 1 of indices from 0, negative ones from the end; computed ones are tested.
    (
        "positions",
        "Function[{indices, length}, If[constantQ[indices], indices + 1 + length UnitStep[-1 - indices], \
         CheckedIndices[ArrayThread[Function[If[# < 0, # + length + 1, # + 1]], {indices}], length, \"An array of indices, counted from 1,\"]]]",
    ),
    // What a level of an array has at positions from 1 that are given for each element.
    (
        "elementsAt",
        "Function[{array, where, at}, With[{dims = Dimensions[array], size = Dimensions[where]}, \
         With[{stride = Reverse[FoldList[Times, 1, Reverse[Rest[dims]]]]}, \
         ArrayGather[ArrayReshape[array, {Times @@ dims}], \
         1 + stride[[at]] (where - 1) + Sum[If[other == at, 0, stride[[other]] (ArrayIndex[size, other] - 1)], {other, Length[dims]}], 1]]]]",
    ),
];
