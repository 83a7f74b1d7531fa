//! Shapes, parts, reductions, and other arrangements of the elements of arrays.

use super::{Batch, Operator, SEVERAL};

const REDUCED: &[(&str, &str)] = &[("axis", "None"), ("keepdims", "False"), ("exclude", "False")];

const fn reduction(names: &'static [&'static str], layer: &'static str) -> Operator {
    Operator { names, attributes: REDUCED, layer, ..Operator::NEW }
}

/// An array of the same number everywhere.
const fn filled(names: &'static [&'static str], value: &'static str) -> Operator {
    Operator {
        names,
        inputs: &[],
        attributes: &[("shape", "{}")],
        ignored: &["ctx", "dtype"],
        layer: value,
        value,
        batch: Batch::Kept,
    }
}

pub(super) const OPERATORS: &[Operator] = &[
    reduction(&["sum", "sum_axis"], "reduced[Total]"),
    reduction(&["mean"], "reduced[Mean]"),
    reduction(&["max", "max_axis"], "reduced[Max]"),
    reduction(&["min", "min_axis"], "reduced[Min]"),
    reduction(&["prod"], "reduced[Times]"),
    Operator {
        names: &["norm"],
        attributes: &[("ord", "2"), ("axis", "None"), ("keepdims", "False"), ("exclude", "False")],
        ignored: &["out_dtype"],
        layer: "With[{at = reducedLevels}, withLevels[Switch[ord, \
                1, FunctionLayer[Function[{input}, ArrayReduce[Total, RealAbs[input], at]]], \
                2, FunctionLayer[Function[{input}, Sqrt[ArrayReduce[Total, input^2, at]]]], \
                _, refused[\"the order of the norm must be 1 or 2\"]], at]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Flatten", "flatten"],
        layer: "If[shape === {}, ReshapeLayer[{1}], FlattenLayer[]]",
        ..Operator::NEW
    },
    Operator {
        names: &["Reshape", "reshape"],
        attributes: &[("shape", "{}"), ("target_shape", "{}"), ("reverse", "False")],
        ignored: &["keep_highest"],
        layer: "Which[reverse, refused[\"a reshape from the end is not supported\"], \
                target === {} && (targetShape === {} || Max[targetShape] == 0), refused[\"it has no shape\"], \
                target === {}, ReshapeLayer[Rest[targetShape] /. 0 -> Automatic], \
                MatchQ[target, {0, Except[_?NonPositive] ...} | {0, -1}], ReshapeLayer[Rest[target] /. -1 -> Automatic], \
                True, ReshapeLayer[reshaped[target]]]",
        value: "If[Flatten[{target}] === {-1}, Flatten[data], ArrayReshape[data, target /. -1 -> Automatic]]",
        ..Operator::NEW
    },
    Operator {
        names: &["expand_dims"],
        attributes: &[("axis", "")],
        layer: "With[{a = If[axis < 0, axis + rank + 2, axis]}, ReshapeLayer[Insert[shape, 1, If[a <= batch, a + 1, a]]]]",
        batch: Batch::Moved("If[If[axis < 0, axis + rank + 2, axis] <= batch, batch + 1, batch]"),
        ..Operator::NEW
    },
    Operator {
        names: &["squeeze"],
        attributes: &[("axis", "None")],
        layer: "ReshapeLayer[If[axis === None, If[rank > 0, DeleteCases[shape, 1], shape], Delete[shape, Map[List, levels[axis]]]]]",
        batch: Batch::Moved(
            "batch - If[axis === None, Count[Take[shape, batch], 1], \
             Count[Map[If[# < 0, # + rank + 1, #] &, Flatten[{axis}]], _?(# < batch &)]]",
        ),
        ..Operator::NEW
    },
    Operator {
        names: &["transpose"],
        attributes: &[("axes", "None")],
        layer: "permuted[allAxes]",
        value: "If[ListQ[axes] && axes =!= {}, Transpose[data, Ordering[axes + 1]], Transpose[data, Reverse[Range[ArrayDepth[data]]]]]",
        batch: Batch::Moved("First[FirstPosition[allAxes, batch]] - 1"),
        ..Operator::NEW
    },
    Operator {
        names: &["SwapAxis", "swapaxes"],
        attributes: &[("dim1", "0"), ("dim2", "0")],
        layer: "If[Sort[{dim1, dim2}] === {0, 1} && batch < 2, ElementwiseLayer[Identity], permuted[swapped]]",
        batch: Batch::Moved(
            "If[Sort[{dim1, dim2}] === {0, 1} && batch < 2, 1 - batch, First[FirstPosition[swapped, batch]] - 1]",
        ),
        ..Operator::NEW
    },
    Operator {
        names: &["Concat", "concat"],
        inputs: SEVERAL,
        attributes: &[("dim", "1")],
        ignored: &["num_args"],
        layer: "CatenateLayer[level[dim], \"InputPorts\" -> Length[shapes]]",
        value: "Join[args, dim + 1]",
        batch: Batch::Kept,
    },
    // The arrays of recurrent layers, one after the other.
    Operator {
        names: &["_rnn_param_concat"],
        inputs: SEVERAL,
        attributes: &[("dim", "1")],
        ignored: &["num_args"],
        layer: "refused[\"its inputs are no arrays of the model\"]",
        value: "Join[args, dim + 1]",
        ..Operator::NEW
    },
    filled(&["_zeros"], "ConstantArray[0., target]"),
    filled(&["_ones"], "ConstantArray[1., target]"),
    // A layer for each output.
    Operator {
        names: &["SliceChannel", "split"],
        attributes: &[("num_outputs", ""), ("axis", "1"), ("squeeze_axis", "False")],
        layer: "With[{at = level[axis]}, With[{size = If[rank >= at, shape[[at]], 0]/numOutputs}, If[!TrueQ[IntegerQ[size] && size > 0], \
                refused[\"the number of its outputs does not divide the size of the level\"], \
                Table[chain[{taking[at, (k - 1) size + 1 ;; k size], If[squeezeAxis, ReshapeLayer[Delete[shape, at]], None]}], {k, numOutputs}]]]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["slice_axis"],
        attributes: &[("axis", ""), ("begin", ""), ("end", "None")],
        layer: "With[{at = level[axis]}, taking[at, span[begin, end, None, If[rank >= at, shape[[at]], 0]]]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["slice", "crop"],
        attributes: &[("begin", ""), ("end", ""), ("step", "{}")],
        layer: "With[{padded = Function[{list}, PadRight[Rest[list], rank, None]]}, \
                If[!MemberQ[{None, 0}, First[begin]] || First[end] =!= None, refused[\"parts of the batch are not supported\"], \
                With[{parts = MapThread[span, {padded[begin], padded[end], padded[Prepend[If[step === {}, {}, Rest[step]], None]], shape}]}, \
                FunctionLayer[filled[Hold[Function[{input}, Part[input, positions]]], {positions -> Apply[Sequence, parts]}]]]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["reverse", "flip"],
        attributes: &[("axis", "")],
        layer: "With[{at = levels[axis]}, FunctionLayer[Function[{input}, Reverse[input, at]]]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["SequenceReverse"],
        attributes: &[("axis", "0"), ("use_sequence_length", "False")],
        layer: "With[{at = level[axis]}, ofWholeSequences[FunctionLayer[Function[{input}, Reverse[input, at]]]]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["SequenceMask"],
        attributes: &[("axis", "0"), ("use_sequence_length", "False"), ("value", "0.")],
        layer: "ofWholeSequences[ElementwiseLayer[Identity]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["SequenceLast"],
        attributes: &[("axis", "0"), ("use_sequence_length", "False")],
        layer: "With[{at = level[axis]}, ofWholeSequences[If[at == 1, SequenceLastLayer[], PartLayer[Append[ConstantArray[All, at - 1], -1]]]]]",
        batch: Batch::Moved("If[axis < batch, batch - 1, batch]"),
        ..Operator::NEW
    },
    Operator {
        names: &["Pad", "pad"],
        attributes: &[("mode", ""), ("pad_width", ""), ("constant_value", "0.")],
        layer: "With[{pairs = Partition[padWidth, 2]}, Which[First[pairs] =!= {0, 0}, refused[\"padding of the batch is not supported\"], \
                MemberQ[{\"constant\", \"edge\", \"reflect\"}, mode], PaddingLayer[Rest[pairs], \
                Padding -> Switch[mode, \"constant\", constantValue, \"edge\", \"Fixed\", \"reflect\", \"Reflected\"]], \
                True, refused[\"the mode must be constant, edge or reflect\"]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["UpSampling"],
        inputs: SEVERAL,
        attributes: &[("scale", ""), ("sample_type", "\"nearest\"")],
        ignored: &["num_args", "num_filter", "multi_input_mode", "workspace"],
        layer: "Which[sampleType =!= \"nearest\", refused[\"only the nearest element is supported; for linear interpolation write a Deconvolution\"], \
                Length[shapes] > 1, refused[\"several inputs are not supported\"], \
                True, With[{factors = If[ListQ[scale], scale, {scale, scale}]}, ResizeLayer[Map[Scaled, factors], Resampling -> \"Nearest\"]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["depth_to_space"],
        attributes: &[("block_size", "")],
        layer: "With[{b = blockSize, c = If[rank == 3, shape[[1]]/blockSize^2, 0], h = shape[[2]], w = shape[[3]]}, \
                FunctionLayer[Function[{input}, ArrayReshape[Transpose[ArrayReshape[input, {b, b, c, h, w}], {3, 5, 1, 2, 4}], {c, h b, w b}]]]]",
        ..Operator::NEW
    },
    Operator {
        names: &["space_to_depth"],
        attributes: &[("block_size", "")],
        layer: "With[{b = blockSize, c = If[rank == 3, shape[[1]], 0], h = shape[[2]]/blockSize, w = shape[[3]]/blockSize}, \
                FunctionLayer[Function[{input}, ArrayReshape[Transpose[ArrayReshape[input, {c, h, b, w, b}], {3, 4, 1, 5, 2}], {c b^2, h, w}]]]]",
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "reducedLevels",
        "With[{given = If[axis === None, {}, Map[If[# < 0, # + rank + 1, #] &, Flatten[{axis}]]]}, \
         levels[If[exclude, Complement[Range[0, rank], given], \
         If[given === {}, refused[\"an operation on the whole batch is not supported\"], given]]]]",
    ),
    ("reduced", "Function[{function}, With[{at = reducedLevels}, withLevels[AggregationLayer[function, at], at]]]"),
    // The dimensions that codes describe: 0 keeps one, -1 is what is left, -2 keeps the rest, -3 joins two, -4 parts one.
    (
        "reshaped",
        "Function[{codes}, With[{walked = NestWhile[Function[{s}, With[{code = s[[1, 1]], more = Rest[s[[1]]], at = s[[2]], out = s[[3]]}, \
         Switch[code, 0, {more, at + 1, Append[out, whole[[at]]]}, -2, {more, Length[whole] + 1, Join[out, Drop[whole, at - 1]]}, \
         -3, {more, at + 2, Append[out, whole[[at]] whole[[at + 1]]]}, \
         -4, {Drop[more, 2], at + 1, Join[out, Take[more, 2] /. -1 -> whole[[at]]/Max[Take[more, 2]]]}, \
         _, {more, at + 1, Append[out, If[code === -1, left, code]]}]]], {codes, 1, {}}, #[[1]] =!= {} &]}, \
         With[{dims = walked[[3]]}, With[{known = DeleteCases[dims, left]}, \
         Which[First[dims] === many, Rest[dims] /. left -> Times @@ Rest[whole]/Times @@ Rest[known], \
         First[dims] === left && Times @@ known == Times @@ Rest[whole], Rest[dims], \
         True, refused[\"it mixes the batch with other levels\"]]]]]] /. whole -> Prepend[If[rank > -1, shape, {}], many]",
    ),
    // An array with its axes in another order; they count the batch, which layers do not see.
    ("allAxes", "If[ListQ[axes] && axes =!= {}, axes, Reverse[Range[0, rank]]]"),
    (
        "swapped",
        "With[{a = If[dim1 < 0, dim1 + rank + 1, dim1], b = If[dim2 < 0, dim2 + rank + 1, dim2]}, \
         Range[0, rank] /. {a -> b, b -> a}]",
    ),
    (
        "permuted",
        "Function[{order}, With[{seen = Map[If[# > batch, #, # + 1] &, DeleteCases[order, batch]]}, \
         If[OrderedQ[seen], ElementwiseLayer[Identity], TransposeLayer[Ordering[seen]]]]]",
    ),
    ("taking", "Function[{at, what}, PartLayer[Append[ConstantArray[All, at - 1], what]]]"),
    // A range of positions of a level of some size.
    (
        "span",
        "Function[{from, to, by, size}, With[{end = Function[{given, other}, Which[given === None, other, given < 0, Max[given + size, 0], True, Min[given, size]]]}, \
         If[by =!= None && by < 1, refused[\"a slice with a negative step is not supported\"], \
         end[from, 0] + 1 ;; end[to, size] ;; If[by === None, 1, by]]]]",
    ),
    (
        "ofWholeSequences",
        "Function[{layer}, If[useSequenceLength, refused[\"lengths of sequences are not supported\"], layer]]",
    ),
];
