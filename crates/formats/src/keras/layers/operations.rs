//! Operations on arrays in functional models, such as those that Keras writes for masks: `keras.ops`.
//!
//! An operand that is a number stands by its name; truth values are the numbers 1 and 0.

use super::{Layer, Mask};

const BOTH: &[&str] = &["x1", "x2"];
const NUMBERS: &[(&str, &str)] = &[("x1", "None"), ("x2", "None")];
const SINGLE: &[&str] = &["x"];

const fn unary(class: &'static str, layer: &'static str) -> Layer {
    Layer { class, inputs: SINGLE, layer, mask: Mask::Dropped, ..Layer::NEW }
}

/// A function of two arrays, or of an array and a number.
macro_rules! binary {
    ($class:literal, $function:literal) => {
        Layer {
            class: $class,
            inputs: BOTH,
            arguments: NUMBERS,
            layer: concat!(
                "With[{function = ",
                $function,
                "}, Which[x1 =!= None, With[{c = x1}, ElementwiseLayer[Function[function[c, #]]]], \
                 x2 =!= None, With[{c = x2}, ElementwiseLayer[Function[function[#, c]]]], \
                 True, ThreadingLayer[function, 1, \"InputPorts\" -> 2]]]"
            ),
            ..Layer::NEW
        }
    };
}

const REDUCED: &[(&str, &str)] = &[("axis", "None"), ("keepdims", "False")];

macro_rules! reduction {
    ($class:literal, $function:literal) => {
        Layer {
            class: $class,
            attributes: REDUCED,
            inputs: SINGLE,
            layer: concat!("reduced[", $function, "]"),
            ..Layer::NEW
        }
    };
}

pub(super) const LAYERS: &[Layer] = &[
    binary!("Add", "Plus"),
    binary!("Subtract", "Subtract"),
    binary!("Multiply", "Times"),
    binary!("Divide", "Divide"),
    binary!("TrueDivide", "Divide"),
    binary!("Power", "Power"),
    binary!("Maximum", "Max"),
    binary!("Minimum", "Min"),
    binary!("NotEqual", "(Boole[#1 != #2] &)"),
    binary!("Equal", "(Boole[#1 == #2] &)"),
    binary!("Greater", "(Boole[#1 > #2] &)"),
    binary!("GreaterEqual", "(Boole[#1 >= #2] &)"),
    binary!("Less", "(Boole[#1 < #2] &)"),
    binary!("LessEqual", "(Boole[#1 <= #2] &)"),
    binary!("LogicalAnd", "Min"),
    binary!("LogicalOr", "Max"),
    unary("LogicalNot", "ElementwiseLayer[Function[1 - #]]"),
    unary("Negative", "ElementwiseLayer[Minus]"),
    unary("Absolute", "ElementwiseLayer[RealAbs]"),
    unary("Abs", "ElementwiseLayer[RealAbs]"),
    unary("Exp", "ElementwiseLayer[Exp]"),
    unary("Log", "ElementwiseLayer[Log]"),
    unary("Sqrt", "ElementwiseLayer[Sqrt]"),
    unary("Rsqrt", "ElementwiseLayer[Function[1/Sqrt[#]]]"),
    unary("Square", "ElementwiseLayer[Function[#^2]]"),
    unary("Sin", "ElementwiseLayer[Sin]"),
    unary("Cos", "ElementwiseLayer[Cos]"),
    unary("Tanh", "ElementwiseLayer[Tanh]"),
    unary("Sigmoid", "ElementwiseLayer[LogisticSigmoid]"),
    unary("Relu", "ElementwiseLayer[Ramp]"),
    unary("Relu6", "ElementwiseLayer[\"ReLU6\"]"),
    unary("Silu", "ElementwiseLayer[\"Swish\"]"),
    unary("Softplus", "ElementwiseLayer[\"SoftPlus\"]"),
    unary("Selu", "ElementwiseLayer[\"SELU\"]"),
    unary("Softsign", "ElementwiseLayer[\"SoftSign\"]"),
    unary("HardSigmoid", "ElementwiseLayer[{\"HardSigmoid\", 1/6, 1/2}]"),
    unary("HardSilu", "ElementwiseLayer[\"HardSwish\"]"),
    unary("HardTanh", "ElementwiseLayer[\"HardTanh\"]"),
    unary("LogSigmoid", "ElementwiseLayer[\"LogSigmoid\"]"),
    unary("Erf", "ElementwiseLayer[Erf]"),
    unary("Floor", "ElementwiseLayer[Floor]"),
    unary("Ceil", "ElementwiseLayer[Ceiling]"),
    unary("Sign", "ElementwiseLayer[Sign]"),
    unary("Reciprocal", "ElementwiseLayer[Function[1/#]]"),
    unary("Log1p", "ElementwiseLayer[Function[Log[1 + #]]]"),
    unary("Expm1", "ElementwiseLayer[Function[Exp[#] - 1]]"),
    unary("Tan", "ElementwiseLayer[Tan]"),
    unary("Sinh", "ElementwiseLayer[Sinh]"),
    unary("Cosh", "ElementwiseLayer[Cosh]"),
    unary("Arctan", "ElementwiseLayer[ArcTan]"),
    Layer {
        attributes: &[("approximate", "True")],
        ..unary("Gelu", "ElementwiseLayer[If[approximate, \"GELUTanh\", \"GELU\"]]")
    },
    Layer {
        attributes: &[("negative_slope", "0.2")],
        ..unary("LeakyRelu", "ElementwiseLayer[{\"LeakyReLU\", negativeSlope}]")
    },
    Layer { attributes: &[("alpha", "1.")], ..unary("Elu", "ElementwiseLayer[{\"ELU\", alpha}]") },
    Layer {
        attributes: &[("x_min", "-Infinity"), ("x_max", "Infinity")],
        ..unary("Clip", "With[{low = xMin, high = xMax}, ElementwiseLayer[Function[Min[Max[#, low], high]]]]")
    },
    Layer { attributes: &[("axis", "-1")], ..unary("Softmax", "SoftmaxLayer[level[axis]]") },
    Layer {
        attributes: &[("axis", "-1")],
        ..unary(
            "LogSoftmax",
            "With[{at = level[axis], all = Range[Length[shape]]}, With[{others = Delete[all, at]}, \
             FunctionLayer[Function[{input}, ArrayThread[Subtract, {input, ArrayLogSumExp[input, at]}, {all, others}]]]]]",
        )
    },
    Layer {
        attributes: REDUCED,
        ..unary(
            "Logsumexp",
            "With[{at = axesOf[axis]}, withLevels[FunctionLayer[Function[{input}, ArrayLogSumExp[input, at]]], at]]",
        )
    },
    Layer {
        attributes: &[("dtype", "")],
        ..unary(
            "Cast",
            "If[StringStartsQ[dtype, \"float\" | \"bfloat\"], ElementwiseLayer[Identity], refused[\"a cast to numbers that are no reals is not supported\"]]",
        )
    },
    Layer {
        attributes: &[("axis1", ""), ("axis2", "")],
        ..unary(
            "Swapaxes",
            "With[{a = level[axis1], b = level[axis2]}, TransposeLayer[ReplacePart[Range[Length[shape]], {a -> b, b -> a}]]]",
        )
    },
    Layer {
        attributes: &[("axis", "None")],
        ..unary("Flip", "With[{at = axesOf[axis]}, FunctionLayer[Function[{input}, Reverse[input, at]]]]")
    },
    Layer {
        arguments: &[("key", "None")],
        ..unary(
            "GetItem",
            "If[!ListQ[key] || First[key] =!= {\"slice\", None, None, None}, refused[\"parts of the batch are not supported\"], \
             With[{parts = MapIndexed[taken[#1, shape[[First[#2]]]] &, Rest[key]]}, \
             FunctionLayer[filled[Hold[Function[{input}, Part[input, positions]]], {positions -> Apply[Sequence, parts]}]]]]",
        )
    },
    Layer {
        class: "Where",
        inputs: &["condition", "x1", "x2"],
        arguments: NUMBERS,
        layer: "With[{a = x1, b = x2}, Which[\
             a === None && b === None, ThreadingLayer[Piecewise[{{#2, #1 != 0}}, #3] &, 1, \"InputPorts\" -> 3], \
             a === None, ThreadingLayer[Piecewise[{{#2, #1 != 0}}, b] &, 1, \"InputPorts\" -> 2], \
             b === None, ThreadingLayer[Piecewise[{{a, #1 != 0}}, #2] &, 1, \"InputPorts\" -> 2], \
             True, ElementwiseLayer[Piecewise[{{a, # != 0}}, b] &]]]",
        ..Layer::NEW
    },
    binary!("FloorDivide", "(Floor[#1/#2] &)"),
    binary!("Mod", "Mod"),
    binary!("Logaddexp", "(Max[#1, #2] + Log[1 + Exp[-RealAbs[#1 - #2]]] &)"),
    unary("ZerosLike", "ElementwiseLayer[Function[0 #]]"),
    unary("OnesLike", "ElementwiseLayer[Function[0 # + 1]]"),
    reduction!("Any", "Max"),
    reduction!("All", "Min"),
    reduction!("Sum", "Total"),
    reduction!("Mean", "Mean"),
    reduction!("Max", "Max"),
    reduction!("Min", "Min"),
    reduction!("Amax", "Max"),
    reduction!("Amin", "Min"),
    reduction!("Prod", "Times"),
    Layer { attributes: REDUCED, ..unary("Var", "varianceWith[Identity]") },
    Layer { attributes: REDUCED, ..unary("Std", "varianceWith[Sqrt]") },
    Layer {
        attributes: &[("axis", "")],
        ..unary("ExpandDims", "ReshapeLayer[Insert[shape, 1, If[axis < 0, Length[shape] + axis + 2, axis]]]")
    },
    Layer {
        attributes: &[("axis", "None")],
        ..unary(
            "Squeeze",
            "ReshapeLayer[If[axis === None, DeleteCases[shape, 1], Delete[shape, Map[List, levels[axis]]]]]",
        )
    },
    Layer {
        class: "Concatenate",
        attributes: &[("axis", "0")],
        inputs: &["xs"],
        layer: "CatenateLayer[level[axis], \"InputPorts\" -> Length[shapes]]",
        ..Layer::NEW
    },
    Layer {
        attributes: &[("newshape", "")],
        ..unary("Reshape", "ReshapeLayer[Rest[newshape] /. -1 | None -> Automatic]")
    },
    Layer {
        attributes: &[("axes", "None")],
        ..unary(
            "Transpose",
            "If[axes === None || First[axes] =!= 0, refused[\"a transpose that moves the batch is not supported\"], \
                 TransposeLayer[Ordering[Rest[axes]]]]",
        )
    },
    Layer {
        class: "Matmul",
        inputs: BOTH,
        layer: "If[Length[shapes[[1]]] > 2 || Length[shapes[[2]]] > 2, refused[\"products of arrays with more than two levels are not supported\"], DotLayer[]]",
        ..Layer::NEW
    },
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    (
        "axesOf",
        "Function[{axis}, If[axis === None, refused[\"an operation on the whole batch is not supported\"], levels[axis]]]",
    ),
    // A layer that reduces levels, which the result keeps as levels of size 1, or does not.
    (
        "withLevels",
        "Function[{layer, at}, chain[{layer, If[keepdims, ReshapeLayer[ReplacePart[shape, Map[# -> 1 &, at]]], None]}]]",
    ),
    ("reduced", "Function[{function}, With[{at = axesOf[axis]}, withLevels[AggregationLayer[function, at], at]]]"),
    // A function of the mean square of the distances from the mean.
    (
        "varianceWith",
        "Function[{function}, With[{at = axesOf[axis], all = Range[Length[shape]]}, With[{others = Complement[all, at]}, \
         withLevels[FunctionLayer[Function[{input}, function[ArrayReduce[Mean, \
         ArrayThread[(#1 - #2)^2 &, {input, ArrayReduce[Mean, input, at]}, {all, others}], at]]]], at]]]]",
    ),
    // A position in a level of some size, or a range of them.
    (
        "taken",
        "Function[{item, size}, If[IntegerQ[item], If[item < 0, item + size + 1, item + 1], \
         With[{end = Function[{given, other}, Which[given === None, other, given < 0, Max[given + size, 0], True, Min[given, size]]]}, \
         If[item[[4]] =!= None && item[[4]] < 1, refused[\"a slice with a negative step is not supported\"], \
         Span[end[item[[2]], 0] + 1, end[item[[3]], size], If[item[[4]] === None, 1, item[[4]]]]]]]]",
    ),
];
