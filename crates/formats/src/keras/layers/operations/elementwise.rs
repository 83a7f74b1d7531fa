//! Operations on corresponding elements.

use super::{BOTH, Layer, layered, several};

/// A function of the elements of an array.
macro_rules! unary {
    ($class:literal, $function:literal) => {
        unary!($class, &[], $function)
    };
    ($class:literal, $attributes:expr, $function:literal) => {
        layered($class, $attributes, concat!("ElementwiseLayer[", $function, "]"))
    };
}

/// A function of two arrays, or of an array and a constant.
macro_rules! binary {
    ($class:literal, $function:literal) => {
        binary!($class, BOTH, x1, x2, &[], $function)
    };
    ($class:literal, $inputs:expr, $first:ident, $second:ident, $arguments:expr, $function:literal) => {
        Layer {
            arguments: $arguments,
            layer: concat!(
                "With[{function = ",
                $function,
                "}, Which[\
                 numberQ[",
                stringify!($first),
                "], With[{c = asNumber[",
                stringify!($first),
                "]}, ElementwiseLayer[Function[function[c, #]]]], \
                 numberQ[",
                stringify!($second),
                "], With[{c = asNumber[",
                stringify!($second),
                "]}, ElementwiseLayer[Function[function[#, c]]]], \
                 SameQ @@ Map[Length, shapes] && ",
                stringify!($first),
                " === None && ",
                stringify!($second),
                " === None, \
                 ThreadingLayer[function, 1, \"InputPorts\" -> 2], True, Automatic]]"
            ),
            value: concat!("elementwise[", $function, ", {", stringify!($first), ", ", stringify!($second), "}]"),
            ..several($class, $inputs, &[], "")
        }
    };
}

const WORDS: &[&str] = &["x", "y"];

/// A function of integers, whose arguments have other names.
macro_rules! bits {
    ($class:literal, $function:literal) => {
        binary!($class, WORDS, x, y, &[], $function)
    };
}

const FILLED: &[&str] = &["x", "fill_value"];

pub(super) const OPERATIONS: &[Layer] = &[
    binary!("Add", "Plus"),
    binary!("Subtract", "Subtract"),
    binary!("Multiply", "Times"),
    // A function of TensorFlow alone.
    binary!("SquaredDifference", "((#1 - #2)^2 &)"),
    binary!("Divide", "Divide"),
    binary!("TrueDivide", "Divide"),
    binary!("DivideNoNan", "(Piecewise[{{0, #2 == 0}}, #1/#2] &)"),
    binary!("FloorDivide", "(Floor[#1/#2] &)"),
    binary!("Mod", "Mod"),
    binary!("Fmod", "(Sign[#1] Mod[RealAbs[#1], RealAbs[#2]] &)"),
    binary!("Power", "Power"),
    binary!("Maximum", "Max"),
    binary!("Minimum", "Min"),
    binary!("Fmax", "Max"),
    binary!("Fmin", "Min"),
    binary!("Arctan2", "(ArcTan[#2, #1] &)"),
    binary!("Hypot", "(Sqrt[#1^2 + #2^2] &)"),
    binary!("Heaviside", "(Piecewise[{{0, #1 < 0}, {#2, #1 == 0}}, 1] &)"),
    binary!("Ldexp", "(#1 2^#2 &)"),
    binary!("Logaddexp", "(Max[#1, #2] + Log[1 + Exp[-RealAbs[#1 - #2]]] &)"),
    binary!("Logaddexp2", "(Max[#1, #2] + Log[1 + 2^(-RealAbs[#1 - #2])]/Log[2] &)"),
    binary!("NotEqual", "(Boole[#1 != #2] &)"),
    binary!("Equal", "(Boole[#1 == #2] &)"),
    binary!("Greater", "(Boole[#1 > #2] &)"),
    binary!("GreaterEqual", "(Boole[#1 >= #2] &)"),
    binary!("Less", "(Boole[#1 < #2] &)"),
    binary!("LessEqual", "(Boole[#1 <= #2] &)"),
    Layer {
        attributes: &[("equal_nan", "False")],
        ..binary!(
            "Isclose",
            BOTH,
            x1,
            x2,
            &[("rtol", "1*^-5"), ("atol", "1*^-8")],
            "(Boole[RealAbs[#1 - #2] <= atol + rtol RealAbs[#2]] &)"
        )
    },
    binary!("LogicalAnd", "(Boole[#1 != 0 && #2 != 0] &)"),
    binary!("LogicalOr", "(Boole[#1 != 0 || #2 != 0] &)"),
    binary!("LogicalXor", "(Boole[Unitize[#1] != Unitize[#2]] &)"),
    bits!("BitwiseAnd", "bitwise[Times]"),
    bits!("BitwiseOr", "bitwise[Max]"),
    bits!("BitwiseXor", "bitwise[Function[{p, q}, RealAbs[p - q]]]"),
    bits!("BitwiseLeftShift", "(#1 2^#2 &)"),
    bits!("LeftShift", "(#1 2^#2 &)"),
    bits!("BitwiseRightShift", "(Floor[#1/2^#2] &)"),
    bits!("RightShift", "(Floor[#1/2^#2] &)"),
    Layer {
        layer: r#"With[{a = asNumber[x1], b = asNumber[x2]}, Which[condition =!= None || !SameQ @@ Map[Length, shapes] || ListQ[a] || ListQ[b], Automatic,
            a === None && b === None, ThreadingLayer[Piecewise[{{#2, #1 != 0}}, #3] &, 1, "InputPorts" -> 3],
            a === None, ThreadingLayer[Piecewise[{{#2, #1 != 0}}, b] &, 1, "InputPorts" -> 2],
            b === None, ThreadingLayer[Piecewise[{{a, #1 != 0}}, #2] &, 1, "InputPorts" -> 2],
            True, ElementwiseLayer[Piecewise[{{a, # != 0}}, b] &]]]"#,
        value: r#"If[x1 === None, refused["the positions where a condition holds have no size that is known"],
            elementwise[Piecewise[{{#2, #1 != 0}}, #3] &, {condition, x1, x2}]]"#,
        ..several("Where", &["condition", "x1", "x2"], &[], "")
    },
    Layer {
        arguments: &[("default", "0")],
        ..several(
            "Select",
            &["condlist", "choicelist"],
            &[],
            "With[{n = Length[condlist]}, elementwise[Function[Fold[Function[{otherwise, k}, Piecewise[{{Slot[n + k], Slot[k] != 0}}, otherwise]], \
             default, Reverse[Range[n]]]], Join[condlist, choicelist]]]",
        )
    },
    unary!("Negative", "Minus"),
    unary!("Absolute", "RealAbs"),
    unary!("Abs", "RealAbs"),
    unary!("Fabs", "RealAbs"),
    unary!("Copy", "Identity"),
    unary!("Real", "Identity"),
    unary!("Conjugate", "Identity"),
    unary!("Conj", "Identity"),
    Layer { inputs: &["variable"], ..unary!("StopGradient", "Identity") },
    unary!("Imag", "Function[0 #]"),
    unary!("Exp", "Exp"),
    unary!("Exp2", "Function[2^#]"),
    unary!("Expm1", "Function[Exp[#] - 1]"),
    unary!("Log", "Log"),
    unary!("Log2", "Log2"),
    unary!("Log10", "Log10"),
    unary!("Log1p", "Function[Log[1 + #]]"),
    unary!("Sqrt", "Sqrt"),
    unary!("Rsqrt", "Function[1/Sqrt[#]]"),
    unary!("Cbrt", "CubeRoot"),
    unary!("Square", "Function[#^2]"),
    unary!("Reciprocal", "Function[1/#]"),
    unary!("Sin", "Sin"),
    unary!("Cos", "Cos"),
    unary!("Tan", "Tan"),
    unary!("Arcsin", "ArcSin"),
    unary!("Arccos", "ArcCos"),
    unary!("Arctan", "ArcTan"),
    unary!("Sinh", "Sinh"),
    unary!("Cosh", "Cosh"),
    unary!("Tanh", "Tanh"),
    unary!("Arcsinh", "ArcSinh"),
    unary!("Arccosh", "ArcCosh"),
    unary!("Arctanh", "ArcTanh"),
    unary!("Sinc", "Function[Piecewise[{{1, # == 0}}, Sin[Pi #]/(Pi #)]]"),
    unary!("Deg2rad", "Function[# Pi/180]"),
    unary!("Rad2deg", "Function[# 180/Pi]"),
    unary!("Erf", "Erf"),
    unary!("Erfc", "Erfc"),
    unary!("Erfinv", "InverseErf"),
    unary!("Floor", "Floor"),
    unary!("Ceil", "Ceiling"),
    unary!("Trunc", "IntegerPart"),
    unary!(
        "Round",
        &[("decimals", "0")],
        "If[decimals == 0, Round, With[{unit = 10^decimals}, Function[Round[unit #]/unit]]]"
    ),
    unary!("Sign", "Sign"),
    unary!("Signbit", "Function[Boole[# < 0]]"),
    unary!("LogicalNot", "Function[Boole[# == 0]]"),
    unary!("BitwiseNot", "Function[-1 - #]"),
    unary!("BitwiseInvert", "Function[-1 - #]"),
    unary!("Isfinite", "Function[Boole[RealAbs[#] < Infinity]]"),
    unary!("Isinf", "Function[Boole[RealAbs[#] == Infinity]]"),
    unary!("Isposinf", "Function[Boole[# == Infinity]]"),
    unary!("Isneginf", "Function[Boole[# == -Infinity]]"),
    unary!("Isnan", "Function[1 - Boole[# <= Infinity]]"),
    unary!("Isreal", "Function[0 # + 1]"),
    // The greatest numbers are those of single precision.
    unary!(
        "NanToNum",
        &[("nan", "0."), ("posinf", "None"), ("neginf", "None")],
        "With[{high = If[posinf === None, 3.4028234663852886*^38, posinf], low = If[neginf === None, -3.4028234663852886*^38, neginf]}, \
         Function[Piecewise[{{low, # == -Infinity}, {high, # == Infinity}, {#, # <= Infinity}}, nan]]]"
    ),
    unary!("ZerosLike", &[("dtype", "None")], "Function[0 #]"),
    unary!("OnesLike", &[("dtype", "None")], "Function[0 # + 1]"),
    unary!("EmptyLike", &[("dtype", "None")], "Function[0 #]"),
    Layer { value: "elementwise[(#2 &), {x, fillValue}]", ..several("FullLike", FILLED, &[("dtype", "None")], "") },
    unary!(
        "Clip",
        &[("x_min", "-Infinity"), ("x_max", "Infinity")],
        "With[{low = If[xMin === None, -Infinity, xMin], high = If[xMax === None, Infinity, xMax]}, Function[Min[Max[#, low], high]]]"
    ),
    unary!("Cast", &[("dtype", "")], "castTo[dtype]"),
    unary!("SaturateCast", &[("dtype", "")], "castTo[dtype]"),
    unary!(
        "ConvertToTensor",
        &[("dtype", "None"), ("sparse", "None"), ("ragged", "None")],
        "If[dtype === None, Identity, castTo[dtype]]"
    ),
    several("Digitize", &["x", "bins"], &[], "countOf[LessEqual, bins, x]"),
    several(
        "SearchSorted",
        &["sorted_sequence", "values"],
        &[("side", "\"left\"")],
        "countOf[If[side === \"left\", Less, LessEqual], sortedSequence, values]",
    ),
    several(
        "IsIn",
        BOTH,
        &[("assume_unique", "False"), ("invert", "False")],
        r#"If[!ListQ[x2], refused["a set of numbers that is computed is not supported"],
            ArrayThread[If[invert, (1 - # &), Identity], {ArrayReduce[Max, ArrayThread[Boole[#1 == #2] &, {x1, Flatten[x2]},
            {Range[ArrayDepth[x1]], {ArrayDepth[x1] + 1}}], -1]}]]"#,
    ),
    unary!("Relu", "Ramp"),
    unary!("Relu6", "\"ReLU6\""),
    unary!("Sigmoid", "LogisticSigmoid"),
    unary!("SparseSigmoid", "{\"HardSigmoid\", 1/2, 1/2}"),
    unary!("Softplus", "\"SoftPlus\""),
    unary!("Softsign", "\"SoftSign\""),
    unary!("SoftShrink", &[("threshold", "0.5")], "{\"SoftShrink\", threshold}"),
    unary!("HardShrink", &[("threshold", "0.5")], "{\"HardShrink\", threshold}"),
    unary!("TanhShrink", "\"TanhShrink\""),
    unary!("SparsePlus", "activationFunction[\"sparse_plus\"]"),
    unary!("Squareplus", &[("b", "4")], "Function[(# + Sqrt[#^2 + b])/2]"),
    unary!("Silu", "\"Swish\""),
    unary!("LogSigmoid", "\"LogSigmoid\""),
    unary!("LeakyRelu", &[("negative_slope", "0.2")], "{\"LeakyReLU\", negativeSlope}"),
    unary!("HardSigmoid", "{\"HardSigmoid\", 1/6, 1/2}"),
    unary!("HardSilu", "\"HardSwish\""),
    unary!("HardTanh", "\"HardTanh\""),
    unary!("Elu", &[("alpha", "1.")], "{\"ELU\", alpha}"),
    unary!("Celu", &[("alpha", "1.")], "{\"CELU\", alpha}"),
    unary!("Selu", "\"SELU\""),
    unary!("Gelu", &[("approximate", "True")], "If[approximate, \"GELUTanh\", \"GELU\"]"),
    unary!("Threshold", &[("threshold", ""), ("default_value", "")], "{\"Threshold\", threshold, defaultValue}"),
];

pub(in crate::keras::layers) const HELPERS: &[(&str, &str)] = &[
    ("asNumber", "Function[{e}, Switch[e, True, 1, False, 0, _, e]]"),
    // A function of the bits of two integers of 32 bits.
    (
        "bitwise",
        "Function[{function}, Function[Mod[Sum[2^k function[Mod[Floor[#1/2^k], 2], Mod[Floor[#2/2^k], 2]], {k, 0, 31}], 4294967296, -2147483648]]]",
    ),
    // Integers cut off what is behind the point.
    (
        "castTo",
        r#"Function[{type}, Which[StringStartsQ[type, "float" | "bfloat"], Identity, type === "bool", Function[Boole[# != 0]],
            StringStartsQ[type, "int" | "uint"], IntegerPart, True, refused[StringJoin["a cast to ", type, " is not supported"]]]]"#,
    ),
    // How many of some numbers are on a side of each element.
    (
        "countOf",
        r#"Function[{relation, numbers, array}, If[!ListQ[numbers], refused["numbers to search that are computed are not supported"],
            ArrayReduce[Total, ArrayThread[Boole[relation[#1, #2]] &, {numbers, array}, {{ArrayDepth[array] + 1}, Range[ArrayDepth[array]]}], -1]]]"#,
    ),
];
