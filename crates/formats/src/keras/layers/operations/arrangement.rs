//! Operations that move, repeat and select elements by positions that are known.

use super::{Layer, layered, several, single};

const AT: &[(&str, &str)] = &[("axis", "None")];
const CUT: &[(&str, &str)] = &[("indices_or_sections", ""), ("axis", "0")];
/// Functions of TensorFlow give a number of parts, or their sizes.
const SPLIT: &[(&str, &str)] = &[("indices_or_sections", "None"), ("sizes", "None"), ("axis", "0")];
const PARTS: &[(&str, &str)] = &[("indices_or_sections", "")];
const LISTED: &[&str] = &["xs"];

pub(super) const OPERATIONS: &[Layer] = &[
    Layer {
        arguments: &[("key", "None")],
        ..single(
            "GetItem",
            &[],
            "With[{items = Flatten[{If[ListQ[key] && (key === {} || First[key] =!= \"slice\"), key, {key}]}, 1]}, \
            If[items === {} || !MatchQ[First[items], {\"slice\", None | 0, None, None | 1} | \"ellipsis\"], \
            refused[\"parts of the batch are not supported\"], \
            keyed[x, If[First[items] === \"ellipsis\", items, Rest[items]]]]]",
        )
    },
    layered(
        "ExpandDims",
        &[("axis", "")],
        "With[{many = Length[shape] + 1 + Length[Flatten[{axis}]]}, With[{at = Sort[Map[If[# < 0, many + #, #] &, Flatten[{axis}]]]}, \
         If[MemberQ[at, 0], refused[\"a level before that of the batch is not supported\"], \
         ReshapeLayer[Fold[Insert[#1, 1, #2] &, shape, at]]]]]",
    ),
    layered(
        "Squeeze",
        AT,
        "ReshapeLayer[If[axis === None, DeleteCases[shape, 1], Delete[shape, Map[List, levels[axis]]]]]",
    ),
    layered(
        "Reshape",
        &[("newshape", "")],
        "If[newshape === {-1}, If[shape === {}, ElementwiseLayer[Identity], refused[\"a reshape that mixes the examples of the batch is not supported\"]], \
         With[{target = Rest[newshape] /. -1 | None -> Automatic}, If[FreeQ[target, Automatic] && FreeQ[shape, _Symbol] && (Times @@ target) != (Times @@ shape), \
         refused[\"a reshape that mixes the examples of the batch is not supported\"], ReshapeLayer[target]]]]",
    ),
    layered(
        "Ravel",
        &[],
        "If[shape === {}, ElementwiseLayer[Identity], refused[\"a reshape that mixes the examples of the batch is not supported\"]]",
    ),
    layered(
        "Transpose",
        &[("axes", "None")],
        "With[{order = If[axes === None, None, Map[If[# < 0, # + Length[shape] + 1, #] &, axes]]}, \
         If[order === None || First[order] =!= 0, refused[\"a transpose that moves the batch is not supported\"], \
         TransposeLayer[Ordering[Rest[order]]]]]",
    ),
    layered(
        "Swapaxes",
        &[("axis1", ""), ("axis2", "")],
        "With[{first = level[axis1], second = level[axis2]}, \
         TransposeLayer[ReplacePart[Range[Length[shape]], {first -> second, second -> first}]]]",
    ),
    layered(
        "Moveaxis",
        &[("source", ""), ("destination", "")],
        "With[{from = Map[level, Flatten[{source}]], to = Map[level, Flatten[{destination}]]}, \
         TransposeLayer[Ordering[Fold[Insert[#1, First[#2], Last[#2]] &, Complement[Range[Length[shape]], from], Sort[Transpose[{to, from}]][[All, {2, 1}]]]]]]",
    ),
    layered("Flip", AT, "With[{at = axesOf[axis]}, FunctionLayer[Function[{input}, Reverse[input, at]]]]"),
    layered("Fliplr", &[], "FunctionLayer[Function[{input}, Reverse[input, 1]]]"),
    single(
        "Rot90",
        &[("k", "1"), ("axes", "{0, 1}")],
        "With[{first = level[axes[[1]]], second = level[axes[[2]]]}, With[{turn = Function[{array}, \
         Transpose[array, ReplacePart[Range[ArrayDepth[array]], {first -> second, second -> first}]]]}, \
         Switch[Mod[k, 4], 0, x, 1, Reverse[turn[x], first], 2, Reverse[x, {first, second}], 3, Reverse[turn[x], second]]]]",
    ),
    Layer {
        class: "Concatenate",
        attributes: &[("axis", "0")],
        inputs: LISTED,
        layer: "If[MemberQ[Map[Head, xs], List] || MemberQ[xs, _?NumberQ], Automatic, With[{at = level[axis]}, If[IntegerQ[at], CatenateLayer[at, \"InputPorts\" -> Length[shapes]], at]]]",
        value: "With[{at = level[axis]}, joinedAt[Map[fitted[#, Length[shape]] &, xs], at]]",
        ..Layer::NEW
    },
    several("Append", super::BOTH, AT, "With[{at = First[axesOf[axis]]}, Join[x1, x2, at]]"),
    several(
        "Hstack",
        LISTED,
        &[],
        "If[Length[shape] < 1, refused[\"arrays joined along the batch are not supported\"], joinedAt[xs, 1]]",
    ),
    several(
        "Dstack",
        LISTED,
        &[],
        "Which[Length[shape] < 1, refused[\"arrays joined along the batch are not supported\"], \
         Length[shape] == 1, joinedAt[Map[unfolded[#, 2] &, xs], 2], True, joinedAt[xs, 2]]",
    ),
    several(
        "Stack",
        &["x"],
        &[("axis", "0")],
        "With[{at = If[axis < 0, Length[shape] + axis + 2, axis]}, If[at == 0, refused[\"arrays stacked before the batch are not supported\"], \
         joinedAt[Map[unfolded[fitted[#, Length[shape]], at] &, x], at]]]",
    ),
    single(
        "Unstack",
        &[("num", "None"), ("axis", "0")],
        "With[{at = level[axis]}, outputs[Table[ArrayReshape[part[x, at, number, number], Delete[Dimensions[x], at]], {number, Dimensions[x][[at]]}]]]",
    ),
    single(
        "Split",
        SPLIT,
        "outputs[pieces[x, level[axis], Which[sizes === None, indicesOrSections, ListQ[sizes], Accumulate[Most[sizes]], True, sizes]]]",
    ),
    single("ArraySplit", CUT, "outputs[pieces[x, level[axis], indicesOrSections]]"),
    single("Hsplit", PARTS, "outputs[pieces[x, 1, indicesOrSections]]"),
    single("Dsplit", PARTS, "outputs[pieces[x, 2, indicesOrSections]]"),
    single(
        "Tile",
        &[("repeats", "")],
        "With[{many = Length[shape] + 1}, With[{times = Join[ConstantArray[1, Max[0, many - Length[Flatten[{repeats}]]]], Flatten[{repeats}]]}, \
         If[Length[times] > many || First[times] != 1, refused[\"a batch that is repeated is not supported\"], \
         If[many == 1, x, ArrayReshape[ArrayReplicate[x, Rest[times], 2 Range[many - 1] - 1], Dimensions[x] Rest[times]]]]]]",
    ),
    single(
        "Repeat",
        &[("repeats", ""), ("axis", "None")],
        "With[{at = First[axesOf[axis]]}, With[{many = Dimensions[x][[at]], times = Flatten[{repeats}]}, \
         ArrayGather[x, Flatten[MapIndexed[Function[{count, place}, ConstantArray[First[place], count]], \
         If[Length[times] == 1, ConstantArray[First[times], many], times]]], at]]]",
    ),
    single(
        "Roll",
        &[("shift", ""), ("axis", "None")],
        "Fold[Function[{array, step}, With[{at = level[Last[step]]}, With[{many = Dimensions[array][[at]]}, \
         ArrayGather[array, Mod[Range[many] - 1 - First[step], many] + 1, at]]]], x, \
         With[{at = Flatten[{If[axis === None, refused[\"an operation on the whole batch is not supported\"], axis]}]}, \
         Transpose[{each[shift, Length[at]], at}]]]",
    ),
    Layer {
        arguments: &[("constant_values", "None")],
        ..single(
            "Pad",
            &[("pad_width", ""), ("mode", "\"constant\"")],
            r#"With[{pairs = Map[If[Length[Flatten[{#}]] == 1, {First[Flatten[{#}]], First[Flatten[{#}]]}, #] &,
                If[MatrixQ[padWidth], If[Length[padWidth] == 1, ConstantArray[First[padWidth], Length[shape] + 1], padWidth], ConstantArray[padWidth, Length[shape] + 1]]]},
                If[First[pairs] =!= {0, 0}, refused["a batch that is padded is not supported"],
                ArrayPad[x, Rest[pairs], Switch[ToLowerCase[mode], "constant", If[constantValues === None, 0, constantValues], "reflect", "Reflected", "symmetric", "Reversed", "edge", "Fixed", "wrap", "Periodic",
                _, refused[StringJoin["the mode ", mode, " is not known"]]]]]]"#,
        )
    },
    single("BroadcastTo", &[("shape", "")], "expanded[x, Rest[shape]]"),
    Layer {
        arguments: &[("start_indices", "None")],
        ..several(
            "Slice",
            &["inputs"],
            &[("shape", "")],
            "If[!ListQ[startIndices] || First[startIndices] =!= 0, refused[\"a slice that begins at a computed position, or within the batch, is not supported\"], \
             Apply[Take, Prepend[MapThread[{#1 + 1, #1 + #2} &, {Rest[startIndices], Rest[shape]}], inputs]]]",
        )
    },
    single("Triu", &[("k", "0")], "triangle[x, GreaterEqual, k]"),
    single("Tril", &[("k", "0")], "triangle[x, LessEqual, k]"),
    single(
        "Diagonal",
        &[("offset", "0"), ("axis1", "0"), ("axis2", "1")],
        "diagonalOf[x, offset, level[axis1], level[axis2]]",
    ),
    single(
        "Trace",
        &[("offset", "0"), ("axis1", "0"), ("axis2", "1")],
        "ArrayReduce[Total, diagonalOf[x, offset, level[axis1], level[axis2]], -1]",
    ),
    several(
        "Take",
        &["x", "indices"],
        AT,
        r#"Which[axis === None && ArrayDepth[x] > 1 || axis === None && !constantQ[x], refused["an operation on the whole batch is not supported"],
            constantQ[x] && constantQ[indices], refused["it has no array"],
            constantQ[x], With[{at = Which[axis === None, 1, axis < 0, ArrayDepth[x] + axis + 1, True, axis + 1]},
            If[at =!= 1, refused["positions in other levels of a constant than the first one are not supported"], ArrayGather[x, positions[indices, Dimensions[x][[1]]], 1]]],
            !constantQ[indices], refused["positions that are computed for each example are not supported here; take_along_axis takes them"],
            True, With[{at = level[axis]}, With[{found = ArrayGather[x, positions[Flatten[{indices}], Dimensions[x][[at]]], at]},
            ArrayReshape[found, Flatten[ReplacePart[Dimensions[x], at -> If[ListQ[indices], Dimensions[indices], {}]]]]]]]"#,
    ),
    several(
        "TakeAlongAxis",
        &["x", "indices"],
        AT,
        "With[{at = First[axesOf[axis]], there = fitted[indices, ArrayDepth[x]]}, With[{dims = ReplacePart[MapThread[If[#1 === 1, #2, #1] &, {Dimensions[there], Dimensions[x]}], at -> Dimensions[there][[at]]], \
         own = ReplacePart[MapThread[If[#1 === 1, #2, #1] &, {Dimensions[x], Dimensions[there]}], at -> Dimensions[x][[at]]]}, \
         elementsAt[expanded[x, own], positions[expanded[there, dims], own[[at]]], at]]]",
    ),
    several(
        "ExtractSequences",
        &["x"],
        &[("sequence_length", ""), ("sequence_stride", "")],
        "With[{at = ArrayDepth[x]}, ArrayWindow[x, {sequenceLength}, {sequenceStride}, {1}, {at}]]",
    ),
    single(
        "DepthToSpace",
        &[("block_size", ""), ("data_format", "\"channels_last\"")],
        "With[{s = blockSize, moved = If[channelsLast, x, Transpose[x, {3, 1, 2}]]}, With[{dims = Dimensions[moved]}, \
         With[{spread = ArrayReshape[Transpose[ArrayReshape[moved, {dims[[1]], dims[[2]], s, s, dims[[3]]/s^2}], {1, 3, 2, 4, 5}], {dims[[1]] s, dims[[2]] s, dims[[3]]/s^2}]}, \
         If[channelsLast, spread, Transpose[spread, {2, 3, 1}]]]]]",
    ),
    single(
        "SpaceToDepth",
        &[("block_size", ""), ("data_format", "\"channels_last\"")],
        "With[{s = blockSize, moved = If[channelsLast, x, Transpose[x, {3, 1, 2}]]}, With[{dims = Dimensions[moved]}, \
         With[{folded = ArrayReshape[Transpose[ArrayReshape[moved, {dims[[1]]/s, s, dims[[2]]/s, s, dims[[3]]}], {1, 3, 2, 4, 5}], {dims[[1]]/s, dims[[2]]/s, dims[[3]] s^2}]}, \
         If[channelsLast, folded, Transpose[folded, {2, 3, 1}]]]]]",
    ),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    // The range of positions of a slice in a level: the first one, the last one and the step.
    (
        "rangeOf",
        "Function[{item, many}, With[{step = If[item[[4]] === None, 1, item[[4]]]}, With[{least = If[step > 0, 0, -1], greatest = If[step > 0, many, many - 1]}, \
         With[{bound = Function[{value, other}, Which[value === None, other, value < 0, If[IntegerQ[many], Max[value + many, least], value + many], IntegerQ[many], Min[value, greatest], True, value]]}, \
         {bound[item[[2]], If[step > 0, 0, many - 1]], bound[item[[3]], If[step > 0, many, -1]], step}]]]]",
    ),
    // One item of a key after the other: the array so far, and the level at which the next item acts.
    (
        "keyed",
        r#"Function[{array, items}, With[{rest = ArrayDepth[array] - Count[items, Except[None | "ellipsis"]]}, First[Fold[Function[{state, item},
            With[{sofar = state[[1]], at = state[[2]]}, Which[
            item === "ellipsis", {sofar, at + rest},
            item === None, {ArrayReshape[sofar, Insert[Dimensions[sofar], 1, at]], at + 1},
            IntegerQ[item], With[{many = Dimensions[sofar][[at]]}, With[{place = If[item < 0, item + many + 1, item + 1]},
              {ArrayReshape[part[sofar, at, place, place], Delete[Dimensions[sofar], at]], at}]],
            ListQ[item] && First[item] === "slice", With[{many = Dimensions[sofar][[at]]}, With[{range = rangeOf[item, many]},
              {Which[range === {0, many, 1}, sofar, range[[3]] == 1, part[sofar, at, range[[1]] + 1, range[[2]]],
              range === {many - 1, -1, -1}, Reverse[sofar, at],
              True, With[{count = Ceiling[(range[[2]] - range[[1]])/range[[3]]]}, If[TrueQ[count < 1], refused["an array without elements is not supported"],
              ArrayGather[sofar, range[[1]] + 1 + range[[3]] (Range[count] - 1), at]]]], at + 1}]],
            ListQ[item], {ArrayGather[sofar, positions[item, Dimensions[sofar][[at]]], at], at + ArrayDepth[item]},
            True, refused["a key that is no integer, slice, list of positions, ellipsis or new axis is not supported"]]]], {array, 1}, items]]]]"#,
    ),
    // Parts of a level: so many, the first ones longer by one if need be, or between given positions.
    (
        "pieces",
        "Function[{array, at, spec}, With[{many = Dimensions[array][[at]]}, With[{ends = If[ListQ[spec], Map[If[# < 0, # + many, Min[#, many]] &, Append[spec, many]], \
         Table[Ceiling[many number/spec] - If[Mod[many, spec] == 0, 0, Ceiling[many number/spec] - number Floor[many/spec] - Min[number, Mod[many, spec]]], {number, spec}]]}, \
         MapThread[part[array, at, #1 + 1, #2] &, {Prepend[Most[ends], 0], ends}]]]]",
    ),
    (
        "triangle",
        "Function[{array, relation, offset}, With[{dims = Dimensions[array]}, With[{many = Length[dims]}, \
         ArrayThread[Function[If[relation[#3 - #2, offset], #1, 0]], {array, Range[dims[[-2]]], Range[dims[[-1]]]}, {Range[many], {many - 1}, {many}}]]]]",
    ),
    // A diagonal of two levels, as the last level.
    (
        "diagonalOf",
        r#"Function[{array, shift, row, column}, With[{dims = Dimensions[array]}, With[{many = Min[dims[[row]] - Max[-shift, 0], dims[[column]] - Max[shift, 0]]},
            With[{square = part[part[array, row, 1 + Max[-shift, 0], many + Max[-shift, 0]], column, 1 + Max[shift, 0], many + Max[shift, 0]],
            names = ReplacePart[Map[ToString, Range[Length[dims]]], {row -> "d", column -> "d"}]},
            ArrayContract[{square}, {names} -> Append[DeleteCases[names, "d"], "d"]]]]]]"#,
    ),
];
