//! Pooling over windows, and over all spatial levels.

use super::{Element, ElementOf, Meaning, NamedLayer, Operator, Output, input, optional_known, output};

const fn global(name: &'static str, definition: &'static str) -> Operator {
    Operator { name, meaning: Meaning::Value(definition), ..Operator::NEW }
}

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
        meaning: Meaning::Value(
            "With[{n = Length[kernelShape]}, With[{windows = pooledWindows[X, -Infinity]}, \
             {ArrayReduce[Max, windows, -Range[n]], If[outputs > 1, maximumPositions[windows, n], None]}]]",
        ),
        layers: &[NamedLayer {
            when: "outputs == 1 && ceilMode == 0 && !ListQ[X] && realQ[T]",
            layer: "NetMapOperator[PoolingLayer[kernelShape, orOnes[strides, Length[kernelShape]], \"Function\" -> Max, \
                    \"Dilation\" -> orOnes[dilations, Length[kernelShape]], PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernelShape, \
                    orOnes[strides, Length[kernelShape]], orOnes[dilations, Length[kernelShape]]], \"Input\" -> Rest[Dimensions[X]]]]",
            data: "X",
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
        meaning: Meaning::Value(
            "With[{n = Length[kernelShape]}, With[{sums = ArrayReduce[Total, pooledWindows[X, 0], -Range[n]], counts = pooledCounts[Drop[Dimensions[X], 2]]}, \
             If[ListQ[counts], ArrayThread[Divide, {sums, counts}, {Range[n + 2], Range[3, n + 2]}], sums/counts]]]",
        ),
        layers: &[NamedLayer {
            when: "ceilMode == 0 && !ListQ[X] && realQ[T]",
            layer: "NetMapOperator[PoolingLayer[kernelShape, orOnes[strides, Length[kernelShape]], \"Function\" -> Mean, \
                    \"Dilation\" -> orOnes[dilations, Length[kernelShape]], PaddingSize -> windowPads[Drop[Dimensions[X], 2], kernelShape, \
                    orOnes[strides, Length[kernelShape]], orOnes[dilations, Length[kernelShape]]], \"CountPadding\" -> (countIncludePad == 1), \
                    \"Input\" -> Rest[Dimensions[X]]]]",
            data: "X",
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
