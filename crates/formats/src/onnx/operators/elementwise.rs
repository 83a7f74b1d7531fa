//! Operators that act element by element.

use super::{
    ElementOf, Input, Meaning, NamedLayer, Operator, Output, TRUTH, input, optional, optional_known, output, several,
};

const SELU: &str = "Function[Piecewise[{{gamma #, # > 0}}, gamma alpha (Exp[#] - 1)]]";
const SEVERAL: &[Input] = &[several("data")];
const BINARY: &[Input] = &[input("A"), input("B")];

const fn unary(name: &'static str, function: &'static str) -> Operator {
    Operator { name, meaning: Meaning::Elementwise(function), ..Operator::NEW }
}

/// A function with attributes.
const fn with(
    name: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    function: &'static str,
) -> Operator {
    Operator { attributes, ..unary(name, function) }
}

/// A truth value of each number.
const fn test(name: &'static str, function: &'static str) -> Operator {
    Operator { outputs: TRUTH, ..unary(name, function) }
}

const fn binary(name: &'static str, function: &'static str) -> Operator {
    Operator { name, since: 7, inputs: BINARY, meaning: Meaning::Threading(function), ..Operator::NEW }
}

/// Before version 7 the second array is aligned at an axis, if it is to be broadcast at all.
const fn early(name: &'static str, definition: &'static str) -> Operator {
    Operator {
        name,
        inputs: BINARY,
        attributes: &[("axis", "None"), ("broadcast", "0")],
        meaning: Meaning::Value(definition),
        ..Operator::NEW
    }
}

const fn comparison(name: &'static str, function: &'static str) -> Operator {
    Operator { outputs: TRUTH, ..binary(name, function) }
}

const fn early_comparison(name: &'static str, definition: &'static str) -> Operator {
    Operator { outputs: TRUTH, ..early(name, definition) }
}

/// Any number of arrays.
const fn many(name: &'static str, function: &'static str) -> Operator {
    Operator { name, inputs: SEVERAL, meaning: Meaning::Threading(function), ..Operator::NEW }
}

pub(super) const OPERATORS: &[Operator] = &[
    unary("Identity", "Identity"),
    unary("Abs", "wrapped[RealAbs]"),
    unary("Acos", "ArcCos"),
    unary("Acosh", "ArcCosh"),
    unary("Asin", "ArcSin"),
    unary("Asinh", "ArcSinh"),
    unary("Atan", "ArcTan"),
    unary("Atanh", "ArcTanh"),
    unary("Ceil", "Ceiling"),
    unary("Cos", "Cos"),
    unary("Cosh", "Cosh"),
    unary("Erf", "Erf"),
    unary("Exp", "Exp"),
    unary("Floor", "Floor"),
    unary("HardSwish", "\"HardSwish\""),
    unary("Log", "Log"),
    unary("Mish", "\"Mish\""),
    unary("Neg", "wrapped[Minus]"),
    unary("Reciprocal", "(1/# &)"),
    unary("Relu", "Ramp"),
    unary("Round", "Round"),
    unary("Sigmoid", "LogisticSigmoid"),
    unary("Sign", "Sign"),
    unary("Sin", "Sin"),
    unary("Sinh", "Sinh"),
    unary("Softplus", "\"SoftPlus\""),
    unary("Softsign", "\"SoftSign\""),
    unary("Sqrt", "Sqrt"),
    unary("Tan", "Tan"),
    unary("Tanh", "Tanh"),
    test("Not", "(1 - # &)"),
    // Of real numbers this is 0; what is no number is on no side of any.
    test("IsNaN", "(1 - Boole[# <= Infinity] &)"),
    Operator {
        attributes: &[("detect_negative", "1"), ("detect_positive", "1")],
        ..test(
            "IsInf",
            "Which[detectNegative == 1 && detectPositive == 1, (Boole[RealAbs[#] == Infinity] &), \
             detectPositive == 1, (Boole[# == Infinity] &), detectNegative == 1, (Boole[# == -Infinity] &), True, (0 &)]",
        )
    },
    with("Elu", &[("alpha", "1.")], "{\"ELU\", alpha}"),
    with("Celu", &[("alpha", "1.")], "{\"CELU\", alpha}"),
    with("Selu", &[("alpha", "1.6732"), ("gamma", "1.0507")], SELU),
    Operator {
        since: 6,
        attributes: &[("alpha", "1.67326319217681884765625"), ("gamma", "1.05070102214813232421875")],
        ..unary("Selu", SELU)
    },
    with("LeakyRelu", &[("alpha", "0.01")], "{\"LeakyReLU\", alpha}"),
    with("HardSigmoid", &[("alpha", "0.2"), ("beta", "0.5")], "{\"HardSigmoid\", alpha, beta}"),
    with("ThresholdedRelu", &[("alpha", "1.")], "{\"Threshold\", alpha, 0}"),
    with(
        "Shrink",
        &[("bias", "0."), ("lambd", "0.5")],
        "If[T === \"Integer\", Function[IntegerPart[Piecewise[{{# + bias, # < -lambd}, {# - bias, # > lambd}}, 0]]], \
         Function[Piecewise[{{# + bias, # < -lambd}, {# - bias, # > lambd}}, 0]]]",
    ),
    with("Gelu", &[("approximate", "\"none\"")], "If[approximate === \"tanh\", \"GELUTanh\", \"GELU\"]"),
    with("Swish", &[("alpha", "1.")], "{\"Swish\", alpha}"),
    with("Clip", &[("min", "-Infinity"), ("max", "Infinity")], "clipping[min, max]"),
    Operator {
        name: "Clip",
        since: 11,
        inputs: &[input("input"), optional("min"), optional("max")],
        meaning: Meaning::Value(
            "With[{low = If[min === None, -Infinity, scalar[min]], high = If[max === None, Infinity, scalar[max]]}, \
             If[(NumberQ[low] || low === -Infinity) && (NumberQ[high] || high === Infinity), ElementwiseLayer[clipping[low, high]][input], \
             ArrayThread[Min[Max[#1, #2], #3] &, {input, low, high}]]]",
        ),
        layers: &[NamedLayer {
            when: "(min === None || numeric[min]) && (max === None || numeric[max]) && !numeric[input]",
            layer: "ElementwiseLayer[clipping[If[min === None, -Infinity, scalar[min]], If[max === None, Infinity, scalar[max]]]]",
            data: &["input"],
        }],
        ..Operator::NEW
    },
    binary("Add", "wrapped[Plus]"),
    binary("Sub", "wrapped[Subtract]"),
    binary("Mul", "wrapped[Times]"),
    binary("Div", "wrapped[If[T === \"Integer\", (IntegerPart[#1/#2] &), Divide]]"),
    binary("Pow", "If[T === \"Integer\", (IntegerPart[#1^#2] &), Power]"),
    Operator {
        name: "Mod",
        inputs: BINARY,
        attributes: &[("fmod", "0")],
        meaning: Meaning::Threading("If[fmod == 1, (Sign[#1] Mod[RealAbs[#1], RealAbs[#2]] &), Mod]"),
        ..Operator::NEW
    },
    Operator {
        inputs: &[input("X"), input("slope")],
        layers: &[NamedLayer {
            when: "!ListQ[X] && ListQ[slope] && ArrayDepth[slope] == ArrayDepth[X] - 1 && \
                   Dimensions[slope] === Prepend[ConstantArray[1, ArrayDepth[X] - 2], Dimensions[X][[2]]]",
            layer: "NetMapOperator[ParametricRampLayer[\"Slope\" -> Flatten[slope], \"Input\" -> Rest[Dimensions[X]]]]",
            data: &["X"],
        }],
        ..binary("PRelu", "(Piecewise[{{#1, #1 > 0}}, #2 #1] &)")
    },
    early("Add", "alignedFrom[wrapped[Plus], A, B, axis]"),
    early("Sub", "alignedFrom[wrapped[Subtract], A, B, axis]"),
    early("Mul", "alignedFrom[wrapped[Times], A, B, axis]"),
    early("Div", "alignedFrom[wrapped[If[T === \"Integer\", (IntegerPart[#1/#2] &), Divide]], A, B, axis]"),
    early("Pow", "alignedFrom[Power, A, B, axis]"),
    // A vector is for the channels, which are at the second level.
    Operator {
        name: "PRelu",
        inputs: &[input("X"), input("slope")],
        attributes: &[],
        meaning: Meaning::Value(
            "alignedFrom[(Piecewise[{{#1, #1 > 0}}, #2 #1] &), X, slope, If[ArrayDepth[slope] == 1 && ArrayDepth[X] > 1, 1, None]]",
        ),
        ..Operator::NEW
    },
    comparison("And", "Min"),
    comparison("Or", "Max"),
    comparison("Xor", "(Boole[#1 != #2] &)"),
    comparison("Equal", "(Boole[#1 == #2] &)"),
    comparison("Greater", "(Boole[#1 > #2] &)"),
    comparison("GreaterOrEqual", "(Boole[#1 >= #2] &)"),
    comparison("Less", "(Boole[#1 < #2] &)"),
    comparison("LessOrEqual", "(Boole[#1 <= #2] &)"),
    early_comparison("And", "alignedFrom[Min, A, B, axis]"),
    early_comparison("Or", "alignedFrom[Max, A, B, axis]"),
    early_comparison("Xor", "alignedFrom[(Boole[#1 != #2] &), A, B, axis]"),
    early_comparison("Equal", "alignedFrom[(Boole[#1 == #2] &), A, B, axis]"),
    early_comparison("Greater", "alignedFrom[(Boole[#1 > #2] &), A, B, axis]"),
    early_comparison("Less", "alignedFrom[(Boole[#1 < #2] &), A, B, axis]"),
    Operator { since: 18, ..binary("BitwiseAnd", "bitwise[Times]") },
    Operator { since: 18, ..binary("BitwiseOr", "bitwise[Max]") },
    Operator { since: 18, ..binary("BitwiseXor", "bitwise[Function[{p, q}, RealAbs[p - q]]]") },
    Operator { since: 18, ..unary("BitwiseNot", "(range[[1]] + range[[2]] - # &)") },
    Operator { since: 28, attributes: &[("alpha", "1.")], ..binary("SwiGLU", "(#1 LogisticSigmoid[alpha #1] #2 &)") },
    many("Max", "Max"),
    many("Min", "Min"),
    many("Sum", "Plus"),
    many("Mean", "Switch[Length[data], 1, Identity, 2, ((#1 + #2)/2 &), _, (Plus[##]/Length[data] &)]"),
    Operator {
        name: "Where",
        inputs: &[input("condition"), input("X"), input("Y")],
        outputs: &[output("Z", ElementOf::Input(1))],
        meaning: Meaning::Threading("(If[#1 == 1, #2, #3] &)"),
        ..Operator::NEW
    },
    Operator {
        name: "Cast",
        inputs: &[input("input")],
        outputs: &[output("output", ElementOf::Attribute("to"))],
        attributes: &[("to", ""), ("saturate", "1"), ("round_mode", "\"up\"")],
        meaning: Meaning::Value("cast[input, castTo]"),
        ..Operator::NEW
    },
    Operator {
        name: "CastLike",
        inputs: &[input("input"), input("target")],
        outputs: &[output("output", ElementOf::Input(1))],
        attributes: &[("saturate", "1"), ("round_mode", "\"up\"")],
        meaning: Meaning::Value("cast[input, castTo]"),
        ..Operator::NEW
    },
    // The bits of integers are those of their remainders.
    Operator {
        name: "BitCast",
        since: 26,
        inputs: &[input("input")],
        outputs: &[output("output", ElementOf::Attribute("to"))],
        attributes: &[("to", "")],
        meaning: Meaning::Value(
            "If[T === \"Real\" || First[castTo] === \"Real\", \
             refused[\"the bits of real numbers are no numbers here; Cast converts between types\"], \
             ArrayThread[Mod[#, range[[2]] - range[[1]] + 1, range[[1]]] &, {input}]]",
        ),
        ..Operator::NEW
    },
    Operator {
        name: "Dropout",
        inputs: &[input("data"), optional_known("ratio"), optional_known("training_mode")],
        outputs: DROPOUT,
        attributes: &[("ratio", "0.5"), ("is_test", "0"), ("seed", "0")],
        meaning: Meaning::Value("{data, ConstantArray[1, Dimensions[data]]}"),
        ..Operator::NEW
    },
    Operator {
        name: "Dropout",
        since: 12,
        inputs: &[input("data"), optional_known("ratio"), optional_known("training_mode")],
        outputs: DROPOUT,
        attributes: &[("seed", "0")],
        meaning: Meaning::Value(
            "If[trainingMode =!= None && scalar[trainingMode] == 1 && (ratio === None || scalar[ratio] != 0), \
             refused[\"dropout in training draws random numbers; export the model for inference\"], \
             {data, ConstantArray[1, Dimensions[data]]}]",
        ),
        ..Operator::NEW
    },
];

const DROPOUT: &[Output] =
    &[output("output", ElementOf::Input(0)), output("mask", ElementOf::Is(super::Element::Bool))];

/// Functions of these definitions; each may mention those before it and the general ones.
pub(super) const HELPERS: &[(&str, &str)] = &[
    // The levels of the second array from an axis on.
    (
        "alignedFrom",
        "Function[{function, a, b, axis}, Which[\
         axis === None, elementwise[function, {a, b}], \
         True, ArrayThread[function, {a, b}, {Range[ArrayDepth[a]], Range[ArrayDepth[b]] + If[axis < 0, ArrayDepth[a] + axis, axis]}]]]",
    ),
    (
        "clipping",
        "Function[{low, high}, Which[low === -Infinity && high === Infinity, Identity, low === -Infinity, Function[Min[#, high]], \
         high === Infinity, Function[Max[#, low]], True, Function[Min[Max[#, low], high]]]]",
    ),
    // A function of the bits of two integers.
    (
        "bitwise",
        "Function[{function}, With[{size = range[[2]] - range[[1]] + 1, least = range[[1]]}, With[{bits = Log2[size]}, \
         Function[Mod[Sum[2^k function[Mod[Floor[#1/2^k], 2], Mod[Floor[#2/2^k], 2]], {k, 0, bits - 1}], size, least]]]]]",
    ),
    // Rounding to numbers with so many bits behind the first one; what is no number is kept, if there is such a thing beyond. Only
    // numbers of 8 bits and fewer saturate.
    (
        "smallFloat",
        "Function[{bits, least, greatest, beyond}, Function[x, If[x < 0 || x >= 0, With[{near = Min[Max[x, -2 greatest], 2 greatest]}, \
         With[{unit = 2^(Max[Floor[Log2[Max[RealAbs[near], 2^least]]], least] - bits)}, With[{rounded = unit Round[near/unit]}, \
         If[beyond === 0 || bits < 7 && saturate == 1, Min[Max[rounded, -greatest], greatest], \
         If[rounded > greatest, beyond, If[rounded < -greatest, -beyond, rounded]]]]]], If[beyond === 0, 0, x]]]]",
    ),
    ("single", "smallFloat[23, -126, 2^128 - 2^104, Infinity]"),
    // A conversion; the second argument is a kind of elements, what brings integers into range, and the rounding of real numbers.
    (
        "cast",
        "Function[{array, to}, Which[\
         to[[3]] =!= None, ArrayThread[Apply[smallFloat, to[[3]]], {array}], \
         T === \"Boolean\", array, \
         First[to] === \"Boolean\", ArrayThread[Boole[# != 0] &, {array}], \
         First[to] === \"Real\", array, \
         T === \"Real\", ArrayThread[to[[2]][IntegerPart], {array}], \
         True, ArrayThread[to[[2]][Identity], {array}]]]",
    ),
];
