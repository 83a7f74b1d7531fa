//! Pooling over windows, and over all spatial levels.

use super::{Element, ElementOf, Meaning, NamedLayer, Operator, Output, input, optional_known, output};

const fn global(name: &'static str, definition: &'static str) -> Operator {
    Operator { name, meaning: Meaning::Value(definition), ..Operator::NEW }
}

/// What attributes of windows must be.
const VALID: &[(&str, &str)] = &[
    ("kernelShape =!= {} && Min[kernelShape] > 0", "the attribute \"kernel_shape\" must have positive numbers"),
    ("strides === None || Min[strides] > 0", "the attribute \"strides\" must have positive numbers"),
    ("dilations === None || Min[dilations] > 0", "the attribute \"dilations\" must have positive numbers"),
];

const WITH_POSITIONS: &[Output] = &[output("Y", ElementOf::Input(0)), output("Indices", ElementOf::Is(Element::INT64))];

pub(super) const OPERATORS: &[Operator] = &[
    global(
        "GlobalAveragePool",
        "With[{at = Range[3, ArrayDepth[X]]}, kept[ArrayReduce[Mean, X, at], Dimensions[X], at, 1]]",
    ),
    global(
        "GlobalMaxPool",
        "With[{at = Range[3, ArrayDepth[X]]}, kept[ArrayReduce[Max, X, at], Dimensions[X], at, 1]]",
    ),
    Operator {
        attributes: &[("p", "2")],
        ..global(
            "GlobalLpPool",
            "With[{at = Range[3, ArrayDepth[X]]}, kept[ArrayReduce[Total, RealAbs[X]^p, at]^(1/p), Dimensions[X], at, 1]]",
        )
    },
    Operator {
        name: "MaxPool",
        outputs: WITH_POSITIONS,
        attributes: &[
            ("auto_pad", "\"NOTSET\""),
            ("ceil_mode", "0"),
            ("dilations", "None"),
            ("kernel_shape", ""),
            ("pads", "None"),
            ("storage_order", "0"),
            ("strides", "None"),
        ],
        requires: VALID,
        meaning: Meaning::Value(
            "With[{n = Length[kernelShape]}, With[{windows = pooledWindows[X, -Infinity]}, \
             {ArrayReduce[Max, windows, -Range[n]], If[wanted =!= 1, maximumPositions[windows, n], None]}]]",
        ),
        layers: &[NamedLayer {
            when: "wanted == 1 && ceilMode == 0 && !ListQ[X] && realQ[T]",
            layer: "NetMapOperator[PoolingLayer[kernelShape, orOnes[strides, Length[kernelShape]], \"Function\" -> Max, \
                    \"Dilation\" -> orOnes[dilations, Length[kernelShape]], PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernelShape, \
                    orOnes[strides, Length[kernelShape]], orOnes[dilations, Length[kernelShape]]], \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "AveragePool",
        attributes: &[
            ("auto_pad", "\"NOTSET\""),
            ("ceil_mode", "0"),
            ("count_include_pad", "0"),
            ("dilations", "None"),
            ("kernel_shape", ""),
            ("pads", "None"),
            ("strides", "None"),
        ],
        requires: VALID,
        meaning: Meaning::Value(
            "With[{n = Length[kernelShape]}, With[{sums = ArrayReduce[Total, pooledWindows[X, 0], -Range[n]], counts = pooledCounts[Drop[Dimensions[X], 2]]}, \
             If[ArrayDepth[counts] == n, ArrayThread[Divide, {sums, counts}, {Range[n + 2], Range[3, n + 2]}], sums/counts]]]",
        ),
        layers: &[NamedLayer {
            when: "ceilMode == 0 && !ListQ[X] && realQ[T]",
            layer: "NetMapOperator[PoolingLayer[kernelShape, orOnes[strides, Length[kernelShape]], \"Function\" -> Mean, \
                    \"Dilation\" -> orOnes[dilations, Length[kernelShape]], PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernelShape, \
                    orOnes[strides, Length[kernelShape]], orOnes[dilations, Length[kernelShape]]], \"CountPadding\" -> (countIncludePad == 1), \
                    \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..Operator::NEW
    },
    Operator {
        name: "LpPool",
        attributes: &[
            ("auto_pad", "\"NOTSET\""),
            ("ceil_mode", "0"),
            ("dilations", "None"),
            ("kernel_shape", ""),
            ("p", "2"),
            ("pads", "None"),
            ("strides", "None"),
        ],
        requires: VALID,
        meaning: Meaning::Value(
            "ArrayReduce[Total, pooledWindows[RealAbs[X]^p, 0], -Range[Length[kernelShape]]]^(1/p)",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "MaxUnpool",
        inputs: &[input("X"), input("I"), optional_known("output_shape")],
        attributes: &[("kernel_shape", ""), ("pads", "None"), ("strides", "None")],
        meaning: Meaning::Value(
            "With[{n = Length[kernelShape], dims = Dimensions[X]}, With[{s = orOnes[strides, n], p = If[pads === None, ConstantArray[0, 2 n], pads]}, \
             With[{natural = Join[Take[dims, 2], MapThread[(#1 - 1) #2 + #3 - #4 - #5 &, {Drop[dims, 2], s, kernelShape, Take[p, n], Drop[p, n]}]]}, \
             With[{flat = ArrayReshape[ArrayScatterAdd[ConstantArray[0, Times @@ natural], ArrayReshape[I, {Times @@ dims}] + 1, ArrayReshape[X, {Times @@ dims}], 1], natural]}, \
             If[outputShape === None || outputShape === natural, flat, \
             ArrayPad[flat, Map[{0, #} &, outputShape - natural]]]]]]]",
        ),
        ..Operator::NEW
    },
];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // What a pooling needs at the end so that its last window fits.
    (
        "atEnd",
        "Function[{space, pairs, steps, apart}, If[ceilMode == 0, 0 space, \
         MapThread[Function[{size, pair, k, s, d}, With[{whole = d (k - 1) + 1, total = size + Total[pair]}, \
         With[{count = Ceiling[(total - whole)/s] + 1}, \
         With[{right = Min[count, Max[count - 1, Ceiling[(size + First[pair])/s]]]}, Max[0, (right - 1) s + whole - total]]]]], \
         {space, pairs, kernelShape, steps, apart}]]]",
    ),
    (
        "pooledWindows",
        "Function[{array, fill}, With[{n = Length[kernelShape], space = Drop[Dimensions[array], 2]}, \
         With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, With[{pairs = windowPads[space, kernelShape, s, d]}, \
         ArrayWindow[ArrayPad[array, Join[{{0, 0}, {0, 0}}, MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, atEnd[space, pairs, s, d]}]], fill], \
         kernelShape, s, d, Range[3, n + 2]]]]]]",
    ),
    // How many elements each window has.
    (
        "pooledCounts",
        "Function[{space}, With[{n = Length[kernelShape]}, With[{s = orOnes[strides, n], d = orOnes[dilations, n]}, \
         With[{pairs = windowPads[space, kernelShape, s, d]}, With[{extra = atEnd[space, pairs, s, d]}, \
         If[extra === 0 space && (countIncludePad == 1 || pairs === 0 pairs), Times @@ kernelShape, \
         ArrayReduce[Total, ArrayWindow[If[countIncludePad == 1, \
         ArrayPad[ConstantArray[1, space + Map[Total, pairs]], Map[{0, #} &, extra]], \
         ArrayPad[ConstantArray[1, space], MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, extra}]]], \
         kernelShape, s, d, Range[n]], -Range[n]]]]]]]]",
    ),
    // Where the maxima of windows are in the whole array, as positions from 0.
    (
        "maximumPositions",
        "Function[{windows, n}, With[{dims = Dimensions[X], size = Take[Dimensions[windows], n + 2], space = Drop[Dimensions[X], 2]}, \
         With[{s = orOnes[strides, n], d = orOnes[dilations, n], many = Times @@ kernelShape}, With[{pairs = windowPads[space, kernelShape, s, d]}, \
         With[{steps = If[storageOrder == 1, Most[FoldList[Times, 1, space]], Reverse[FoldList[Times, 1, Reverse[Rest[space]]]]], extra = atEnd[space, pairs, s, d]}, \
         With[{at = ArrayReshape[ArrayWindow[ArrayPad[Sum[steps[[j]] (ArrayIndex[space, j] - 1), {j, n}], \
         MapThread[{#1[[1]], #1[[2]] + #2} &, {pairs, extra}]], kernelShape, s, d, Range[n]], Append[Drop[size, 2], many]], \
         best = ArrayReduce[ArgMax, ArrayReshape[windows, Append[size, many]], -1]}, \
         ArrayThread[Plus, {ArrayReshape[elementsAt[expanded[at, Append[size, many]], ArrayReshape[best - 1, Append[size, 1]], n + 3], size], \
         (Times @@ space) (ArrayReshape[Range[dims[[1]] dims[[2]]] - 1, Take[dims, 2]])}, {Range[n + 2], {1, 2}}]]]]]]]",
    ),
];
