//! Operators that move, repeat and select elements by positions that are known.

use super::{ElementOf, INTEGERS, Meaning, Operator, input, known, optional, optional_known, output, several};

const DATA: &[super::Input] = &[input("data")];

/// One input and a value.
const fn rearrangement(
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    definition: &'static str,
) -> Operator {
    Operator { name, inputs: DATA, attributes, meaning: Meaning::Value(definition), ..Operator::NEW }
}

/// The same, with what is known as a second input, from a version on.
const fn by_input(
    name: &'static str,
    since: i64,
    inputs: &'static [super::Input],
    definition: &'static str,
) -> Operator {
    Operator { name, since, inputs, meaning: Meaning::Value(definition), ..Operator::NEW }
}

const SLICE_INPUTS: &[super::Input] =
    &[input("data"), known("starts"), known("ends"), optional_known("axes"), optional_known("steps")];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        name: "Constant",
        inputs: &[],
        outputs: &[output("output", ElementOf::Constant)],
        attributes: &[
            ("value", "None"),
            ("sparse_value", "None"),
            ("value_float", "None"),
            ("value_floats", "None"),
            ("value_int", "None"),
            ("value_ints", "None"),
        ],
        meaning: Meaning::Value(
            "First[DeleteCases[{value, sparseValue, valueFloat, valueFloats, valueInt, valueInts}, None]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "ConstantOfShape",
        inputs: &[known("input")],
        outputs: &[output("output", ElementOf::Constant)],
        attributes: &[("value", "0.")],
        meaning: Meaning::Value("If[input === {}, scalar[value], ConstantArray[scalar[value], input]]"),
        ..Operator::NEW
    },
    Operator {
        outputs: INTEGERS,
        ..rearrangement(
            "Shape",
            &[("start", "0"), ("end", "None")],
            "With[{dims = Dimensions[data]}, With[{rank = Length[dims]}, \
             With[{from = Clip[If[start < 0, start + rank, start], {0, rank}], to = Clip[Which[end === None, rank, end < 0, end + rank, True, end], {0, rank}]}, \
             If[from < to, Take[dims, {from + 1, to}], {}]]]]",
        )
    },
    Operator { outputs: INTEGERS, ..rearrangement("Size", &[], "Times @@ Dimensions[data]") },
    rearrangement("Reshape", &[("shape", "")], "reshaped[data, shape, 0]"),
    Operator {
        attributes: &[("allowzero", "0")],
        ..by_input("Reshape", 5, &[input("data"), known("shape")], "reshaped[data, shape, allowzero]")
    },
    rearrangement(
        "Flatten",
        &[("axis", "1")],
        "With[{dims = Dimensions[data]}, With[{at = If[axis < 0, axis + Length[dims], axis]}, \
         ArrayReshape[data, {Times @@ Take[dims, at], Times @@ Drop[dims, at]}]]]",
    ),
    rearrangement("Squeeze", &[("axes", "None")], "squeezed[data, axes]"),
    by_input("Squeeze", 13, &[input("data"), optional_known("axes")], "squeezed[data, axes]"),
    rearrangement("Unsqueeze", &[("axes", "")], "unsqueezed[data, axes]"),
    by_input("Unsqueeze", 13, &[input("data"), known("axes")], "unsqueezed[data, Flatten[{axes}]]"),
    Operator {
        requires: &[(
            "perm === None || Sort[perm] === Range[ArrayDepth[data]] - 1",
            "the attribute \"perm\" must have each axis of its input once, counted from 0",
        )],
        ..rearrangement(
            "Transpose",
            &[("perm", "None")],
            "If[ArrayDepth[data] < 2, data, Transpose[data, Ordering[If[perm === None, Reverse[Range[ArrayDepth[data]]], perm]]]]",
        )
    },
    Operator {
        name: "Concat",
        inputs: &[several("inputs")],
        attributes: &[("axis", "1")],
        meaning: Meaning::Value("joined[inputs, level[axis, ArrayDepth[First[inputs]]]]"),
        ..Operator::NEW
    },
    Operator {
        name: "Concat",
        since: 4,
        inputs: &[several("inputs")],
        attributes: &[("axis", "")],
        meaning: Meaning::Value("joined[inputs, level[axis, ArrayDepth[First[inputs]]]]"),
        ..Operator::NEW
    },
    Operator {
        outputs: &[output("outputs", ElementOf::Input(0)), output("outputs", ElementOf::Input(0))],
        ..rearrangement("Split", &[("axis", "0"), ("split", "None")], "splitted[data, split]")
    },
    Operator {
        outputs: &[output("outputs", ElementOf::Input(0)), output("outputs", ElementOf::Input(0))],
        attributes: &[("axis", "0"), ("num_outputs", "None")],
        requires: &[(
            "numOutputs === None || numOutputs == outputs",
            "the attribute \"num_outputs\" must be the number of outputs that the node has",
        )],
        ..by_input("Split", 13, &[input("data"), optional_known("split")], "splitted[data, split]")
    },
    rearrangement("Slice", &[("axes", "None"), ("ends", ""), ("starts", "")], "sliced[data, starts, ends, axes, None]"),
    by_input("Slice", 10, SLICE_INPUTS, "sliced[data, starts, ends, axes, steps]"),
    by_input("Expand", 1, &[input("data"), known("shape")], "expanded[data, together[{Dimensions[data], shape}]]"),
    by_input(
        "Tile",
        6,
        &[input("data"), known("repeats")],
        "With[{rank = ArrayDepth[data]}, \
         If[rank == 0, data, ArrayReshape[ArrayReplicate[data, repeats, 2 Range[rank] - 1], Dimensions[data] repeats]]]",
    ),
    rearrangement(
        "Pad",
        &[("mode", "\"constant\""), ("paddings", ""), ("value", "0.")],
        "padded[data, paddings, value, Range[ArrayDepth[data]]]",
    ),
    Operator {
        attributes: &[("mode", "\"constant\""), ("pads", ""), ("value", "0.")],
        ..by_input("Pad", 2, DATA, "padded[data, pads, value, Range[ArrayDepth[data]]]")
    },
    Operator {
        name: "If",
        inputs: &[input("condition"), input("yes"), input("no")],
        outputs: &[output("output", ElementOf::Input(1))],
        meaning: Meaning::Value(
            "ArrayThread[If[#1 == 1, #2, #3] &, {scalar[condition], yes, no}, {{}, Range[ArrayDepth[yes]], Range[ArrayDepth[yes]]}]",
        ),
        ..Operator::NEW
    },
    Operator {
        attributes: &[("mode", "\"constant\"")],
        ..by_input(
            "Pad",
            11,
            &[input("data"), known("pads"), optional_known("constant_value"), optional_known("axes")],
            "padded[data, pads, If[constantValue === None, 0, scalar[constantValue]], \
             If[axes === None, Range[ArrayDepth[data]], levels[axes, ArrayDepth[data]]]]",
        )
    },
    Operator {
        name: "Range",
        inputs: &[known("start"), known("limit"), known("delta")],
        meaning: Meaning::Value(
            "With[{from = scalar[start], step = scalar[delta]}, \
             With[{count = Max[0, Ceiling[(scalar[limit] - from)/step]]}, from + step (Range[count] - 1)]]",
        ),
        ..Operator::NEW
    },
    Operator {
        outputs: &[output("output", ElementOf::Attribute("dtype"))],
        ..rearrangement(
            "EyeLike",
            &[("dtype", "None"), ("k", "0")],
            "With[{dims = Dimensions[data]}, ArrayThread[Function[Boole[#2 - #1 == k]], {Range[dims[[1]]], Range[dims[[2]]]}, {{1}, {2}}]]",
        )
    },
    Operator {
        attributes: &[("upper", "1")],
        ..by_input(
            "Trilu",
            14,
            &[input("data"), optional("k")],
            "With[{dims = Dimensions[data]}, \
             ArrayThread[If[upper == 1, (If[#3 - #2 >= #4, #1, 0] &), (If[#3 - #2 <= #4, #1, 0] &)], \
             {data, Range[dims[[-2]]], Range[dims[[-1]]], If[k === None, 0, scalar[k]]}, {Range[Length[dims]], {Length[dims] - 1}, {Length[dims]}, {}}]]",
        )
    },
    rearrangement(
        "DepthToSpace",
        &[("blocksize", ""), ("mode", "\"DCR\"")],
        "With[{dims = Dimensions[data], s = blocksize}, \
         ArrayReshape[If[mode === \"CRD\", \
         Transpose[ArrayReshape[data, {dims[[1]], dims[[2]]/s^2, s, s, dims[[3]], dims[[4]]}], {1, 2, 4, 6, 3, 5}], \
         Transpose[ArrayReshape[data, {dims[[1]], s, s, dims[[2]]/s^2, dims[[3]], dims[[4]]}], {1, 4, 6, 2, 3, 5}]], \
         {dims[[1]], dims[[2]]/s^2, dims[[3]] s, dims[[4]] s}]]",
    ),
    rearrangement(
        "SpaceToDepth",
        &[("blocksize", ""), ("mode", "\"DCR\"")],
        "With[{dims = Dimensions[data], s = blocksize}, \
         ArrayReshape[Transpose[ArrayReshape[data, {dims[[1]], dims[[2]], dims[[3]]/s, s, dims[[4]]/s, s}], \
         If[mode === \"CRD\", {1, 2, 5, 3, 6, 4}, {1, 4, 5, 2, 6, 3}]], \
         {dims[[1]], dims[[2]] s^2, dims[[3]]/s, dims[[4]]/s}]]",
    ),
    Operator {
        attributes: &[("batch_axis", "1"), ("time_axis", "0")],
        ..by_input(
            "ReverseSequence",
            10,
            &[input("data"), input("sequence_lens")],
            "With[{dims = Dimensions[data], rank = ArrayDepth[data]}, With[{time = level[timeAxis, rank], batch = level[batchAxis, rank]}, \
             elementsAt[data, expanded[ArrayReshape[ArrayThread[Function[If[#1 <= #2, #2 - #1, #1 - 1]], \
             If[time < batch, {Range[dims[[time]]], sequenceLens}, {Range[dims[[time]]], sequenceLens}], \
             If[time < batch, {{1}, {2}}, {{2}, {1}}]], \
             ReplacePart[ConstantArray[1, rank], {time -> dims[[time]], batch -> dims[[batch]]}]], dims], time]]]",
        )
    },
    Operator {
        name: "OneHot",
        inputs: &[input("indices"), known("depth"), input("values")],
        outputs: &[output("output", ElementOf::Input(2))],
        attributes: &[("axis", "-1")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[indices] + 1, size = scalar[depth]}, With[{at = level[axis, rank]}, \
             ArrayThread[(If[#1 == #2 || #1 + size == #2, #4, #3] &), {IntegerPart[indices], Range[size] - 1, First[values], Last[values]}, \
             {Delete[Range[rank], at], {at}, {}, {}}]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "NonZero",
        inputs: &[known("data")],
        outputs: INTEGERS,
        meaning: Meaning::Value(
            "If[ArrayDepth[data] == 0, If[data == 0, {{}}, {{0}}], \
             With[{found = Position[data, e_ /; e != 0, {ArrayDepth[data]}, Heads -> False]}, \
             If[found === {}, ConstantArray[{}, ArrayDepth[data]], Transpose[found] - 1]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "Compress",
        inputs: &[input("data"), known("condition")],
        attributes: &[("axis", "None")],
        meaning: Meaning::Value(
            "With[{at = Flatten[Position[condition, 1]]}, If[axis === None, \
             ArrayGather[ArrayReshape[data, {Times @@ Dimensions[data]}], at, 1], \
             ArrayGather[data, at, level[axis, ArrayDepth[data]]]]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "Det",
        meaning: Meaning::Value("If[ArrayDepth[X] == 2, Det[X], Map[Det, X, {ArrayDepth[X] - 2}]]"),
        ..Operator::NEW
    },
    Operator {
        name: "CenterCropPad",
        inputs: &[input("data"), known("shape")],
        attributes: &[("axes", "None")],
        meaning: Meaning::Value(
            "With[{rank = ArrayDepth[data], dims = Dimensions[data]}, \
             With[{at = If[axes === None, Range[rank], levels[axes, rank]]}, \
             ArrayPad[data, ReplacePart[ConstantArray[{0, 0}, rank], \
             MapThread[Function[{k, size}, k -> With[{more = size - dims[[k]]}, \
             If[more >= 0, {Floor[more/2], more - Floor[more/2]}, {-Floor[-more/2], more + Floor[-more/2]}]]], {at, shape}]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // 0 stands for the dimension itself, -1 for what is left.
    (
        "reshaped",
        "Function[{array, shape, literal}, With[{own = dimensionsOf[array]}, \
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
         Fold[Insert[#1, 1, #2] &, dimensionsOf[array], Sort[levels[axes, ArrayDepth[array] + Length[axes]]]]]]",
    ),
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
];
