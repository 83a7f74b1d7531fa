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

macro_rules! reduction {
    ($class:literal, $function:literal) => {
        Layer {
            class: $class,
            attributes: &[("axis", "None"), ("keepdims", "False")],
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
    unary("ZerosLike", "ElementwiseLayer[Function[0 #]]"),
    unary("OnesLike", "ElementwiseLayer[Function[0 # + 1]]"),
    reduction!("Any", "Max"),
    reduction!("All", "Min"),
    reduction!("Sum", "Total"),
    reduction!("Mean", "Mean"),
    reduction!("Max", "Max"),
    reduction!("Min", "Min"),
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

pub(super) const HELPERS: &[(&str, &str)] = &[(
    "reduced",
    "Function[{function}, With[{at = If[axis === None, refused[\"a reduction of the whole batch is not supported\"], levels[axis]]}, \
     chain[{AggregationLayer[function, at], If[keepdims, ReshapeLayer[ReplacePart[shape, Map[# -> 1 &, at]]], None]}]]]",
)];
