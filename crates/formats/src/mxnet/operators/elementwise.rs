//! Functions of single numbers, of corresponding numbers, and activations.

use super::{BOTH, Batch, Input, Operator, SEVERAL, array, data, unused};

const fn unary(names: &'static [&'static str], layer: &'static str) -> Operator {
    Operator { names, layer, batch: Batch::Kept, ..Operator::NEW }
}

/// A function of a number of the array and a given one.
macro_rules! scalar {
    ($names:expr, $function:literal) => {
        Operator {
            names: $names,
            attributes: &[("scalar", "")],
            ignored: &["is_int"],
            layer: concat!("With[{c = scalar}, ElementwiseLayer[", $function, "]]"),
            batch: Batch::Kept,
            ..Operator::NEW
        }
    };
}

/// A function of corresponding numbers of two arrays; levels of size 1 are repeated.
macro_rules! binary {
    ($names:expr, $function:literal) => {
        Operator {
            names: $names,
            inputs: BOTH,
            layer: concat!("ThreadingLayer[", $function, ", 1, \"InputPorts\" -> 2]"),
            batch: Batch::Kept,
            ..Operator::NEW
        }
    };
}

const LABELLED: &[Input] = &[data("data"), unused("label")];
/// What says how the loss is formed.
const LOSS: &[&str] = &[
    "grad_scale",
    "ignore_label",
    "use_ignore",
    "normalization",
    "out_grad",
    "smooth_alpha",
    "valid_thresh",
    "margin",
    "regularization_coefficient",
];

pub(super) const OPERATORS: &[Operator] = &[
    Operator {
        attributes: &[("act_type", "")],
        ..unary(
            &["Activation"],
            "Switch[actType, \"relu\", ElementwiseLayer[Ramp], \"sigmoid\", ElementwiseLayer[LogisticSigmoid], \
             \"tanh\", ElementwiseLayer[Tanh], \"softrelu\", ElementwiseLayer[\"SoftPlus\"], \"softsign\", ElementwiseLayer[\"SoftSign\"], \
             \"log_sigmoid\", ElementwiseLayer[\"LogSigmoid\"], \"mish\", ElementwiseLayer[\"Mish\"], \
             _, refused[StringJoin[\"the activation \", ToString[actType], \" is not known\"]]]",
        )
    },
    Operator {
        inputs: &[data("data"), array("gamma")],
        attributes: &[("act_type", "\"leaky\""), ("slope", "0.25"), ("lower_bound", "0.125"), ("upper_bound", "0.334")],
        batch: Batch::First,
        ..unary(
            &["LeakyReLU"],
            "Switch[actType, \"leaky\", ElementwiseLayer[{\"LeakyReLU\", slope}], \"elu\", ElementwiseLayer[{\"ELU\", slope}], \
             \"selu\", ElementwiseLayer[\"SELU\"], \"gelu\", ElementwiseLayer[\"GELU\"], \
             \"rrelu\", ElementwiseLayer[{\"LeakyReLU\", (lowerBound + upperBound)/2}], \
             \"prelu\", If[ListQ[gamma] && Length[Flatten[gamma]] == 1, ElementwiseLayer[{\"LeakyReLU\", First[Flatten[gamma]]}], \
             ParametricRampLayer[1, \"Slope\" -> gamma]], \
             _, refused[StringJoin[\"the activation \", ToString[actType], \" is not known\"]]]",
        )
    },
    Operator {
        attributes: &[("axis", "-1"), ("temperature", "None"), ("use_length", "False")],
        ignored: &["dtype"],
        ..unary(
            &["softmax"],
            "If[useLength, refused[\"a softmax of lengths of its own is not supported\"], \
             chain[{If[temperature === None, None, With[{t = temperature}, ElementwiseLayer[#/t &]]], \
             atLevel[axis, SoftmaxLayer[], SoftmaxLayer]}]]",
        )
    },
    Operator {
        attributes: &[("axis", "-1"), ("temperature", "None"), ("use_length", "False")],
        ignored: &["dtype"],
        ..unary(
            &["softmin"],
            "If[useLength, refused[\"a softmin of lengths of its own is not supported\"], \
             NetChain[{With[{t = If[temperature === None, 1, temperature]}, ElementwiseLayer[-#/t &]], \
             atLevel[axis, SoftmaxLayer[], SoftmaxLayer]}]]",
        )
    },
    Operator {
        attributes: &[("axis", "-1"), ("temperature", "None"), ("use_length", "False")],
        ignored: &["dtype"],
        ..unary(
            &["log_softmax"],
            "If[useLength || temperature =!= None, refused[\"a temperature or lengths of a logarithm of a softmax are not supported\"], \
             With[{at = level[axis], all = Range[rank]}, With[{others = Delete[all, at]}, \
             FunctionLayer[Function[{input}, ArrayThread[Subtract, {input, ArrayLogSumExp[input, at]}, {all, others}]]]]]]",
        )
    },
    Operator {
        names: &["SoftmaxActivation"],
        attributes: &[("mode", "\"instance\"")],
        layer: "If[mode === \"channel\", SoftmaxLayer[1], wholeSoftmax]",
        ..Operator::NEW
    },
    Operator {
        names: &["SoftmaxOutput", "Softmax"],
        inputs: LABELLED,
        attributes: &[("multi_output", "False"), ("preserve_shape", "False")],
        ignored: LOSS,
        layer: "Which[multiOutput, SoftmaxLayer[1], preserveShape, SoftmaxLayer[], True, wholeSoftmax]",
        ..Operator::NEW
    },
    Operator {
        inputs: LABELLED,
        ignored: LOSS,
        ..unary(&["LogisticRegressionOutput"], "ElementwiseLayer[LogisticSigmoid]")
    },
    Operator {
        inputs: LABELLED,
        ignored: LOSS,
        ..unary(&["LinearRegressionOutput", "MAERegressionOutput", "SVMOutput"], "ElementwiseLayer[Identity]")
    },
    Operator {
        ignored: &["grad_scale", "valid_thresh", "normalization", "dtype"],
        ..unary(
            &["_copy", "identity", "BlockGrad", "stop_gradient", "MakeLoss", "make_loss", "Cast", "cast", "amp_cast"],
            "ElementwiseLayer[Identity]",
        )
    },
    unary(&["relu"], "ElementwiseLayer[Ramp]"),
    unary(&["sigmoid"], "ElementwiseLayer[LogisticSigmoid]"),
    unary(&["log_sigmoid"], "ElementwiseLayer[\"LogSigmoid\"]"),
    unary(&["mish"], "ElementwiseLayer[\"Mish\"]"),
    unary(&["softsign"], "ElementwiseLayer[\"SoftSign\"]"),
    Operator {
        attributes: &[("alpha", "0.2"), ("beta", "0.5")],
        ..unary(&["hard_sigmoid"], "With[{a = alpha, b = beta}, ElementwiseLayer[Max[0, Min[1, a # + b]] &]]")
    },
    unary(&["tanh"], "ElementwiseLayer[Tanh]"),
    unary(&["exp"], "ElementwiseLayer[Exp]"),
    unary(&["expm1"], "ElementwiseLayer[Function[Exp[#] - 1]]"),
    unary(&["log"], "ElementwiseLayer[Log]"),
    unary(&["log1p"], "ElementwiseLayer[Function[Log[1 + #]]]"),
    unary(&["log2"], "ElementwiseLayer[Function[Log[#]/Log[2]]]"),
    unary(&["log10"], "ElementwiseLayer[Function[Log[#]/Log[10]]]"),
    unary(&["sqrt"], "ElementwiseLayer[Sqrt]"),
    unary(&["rsqrt"], "ElementwiseLayer[Function[1/Sqrt[#]]]"),
    unary(&["square"], "ElementwiseLayer[Function[#^2]]"),
    unary(&["cbrt"], "ElementwiseLayer[Function[Sign[#] RealAbs[#]^(1/3)]]"),
    unary(&["reciprocal"], "ElementwiseLayer[Function[1/#]]"),
    unary(&["negative"], "ElementwiseLayer[Minus]"),
    unary(&["abs"], "ElementwiseLayer[RealAbs]"),
    unary(&["sign"], "ElementwiseLayer[Sign]"),
    unary(&["floor"], "ElementwiseLayer[Floor]"),
    unary(&["ceil"], "ElementwiseLayer[Ceiling]"),
    // Halves go down.
    unary(&["rint"], "ElementwiseLayer[Function[Ceiling[# - 1/2]]]"),
    unary(&["trunc", "fix"], "ElementwiseLayer[Function[Sign[#] Floor[RealAbs[#]]]]"),
    // Halves go away from zero.
    unary(&["round"], "ElementwiseLayer[Function[Sign[#] Floor[RealAbs[#] + 1/2]]]"),
    unary(&["sin"], "ElementwiseLayer[Sin]"),
    unary(&["cos"], "ElementwiseLayer[Cos]"),
    unary(&["tan"], "ElementwiseLayer[Tan]"),
    unary(&["arcsin"], "ElementwiseLayer[ArcSin]"),
    unary(&["arccos"], "ElementwiseLayer[ArcCos]"),
    unary(&["arctan"], "ElementwiseLayer[ArcTan]"),
    unary(&["sinh"], "ElementwiseLayer[Sinh]"),
    unary(&["cosh"], "ElementwiseLayer[Cosh]"),
    unary(&["arcsinh"], "ElementwiseLayer[ArcSinh]"),
    unary(&["arccosh"], "ElementwiseLayer[ArcCosh]"),
    unary(&["arctanh"], "ElementwiseLayer[ArcTanh]"),
    unary(&["erf"], "ElementwiseLayer[Erf]"),
    unary(&["zeros_like"], "ElementwiseLayer[Function[0 #]]"),
    unary(&["ones_like"], "ElementwiseLayer[Function[0 # + 1]]"),
    Operator {
        attributes: &[("a_min", ""), ("a_max", "")],
        ..unary(&["clip"], "With[{low = aMin, high = aMax}, ElementwiseLayer[Function[Min[Max[#, low], high]]]]")
    },
    Operator {
        attributes: &[("scalar", "1.")],
        ignored: &["is_int"],
        ..unary(
            &["smooth_l1"],
            "With[{c = scalar^2}, ElementwiseLayer[Function[Piecewise[{{c #^2/2, RealAbs[#] < 1/c}}, RealAbs[#] - 1/(2 c)]]]]",
        )
    },
    scalar!(&["_plus_scalar", "_PlusScalar"], "Function[# + c]"),
    scalar!(&["_minus_scalar", "_MinusScalar"], "Function[# - c]"),
    scalar!(&["_rminus_scalar", "_RMinusScalar"], "Function[c - #]"),
    scalar!(&["_mul_scalar", "_MulScalar"], "Function[c #]"),
    scalar!(&["_div_scalar", "_DivScalar"], "Function[#/c]"),
    scalar!(&["_rdiv_scalar", "_RDivScalar"], "Function[c/#]"),
    scalar!(&["_power_scalar", "_PowerScalar"], "Function[#^c]"),
    scalar!(&["_rpower_scalar", "_RPowerScalar"], "Function[c^#]"),
    scalar!(&["_maximum_scalar", "_MaximumScalar"], "Function[Max[#, c]]"),
    scalar!(&["_minimum_scalar", "_MinimumScalar"], "Function[Min[#, c]]"),
    scalar!(&["_mod_scalar", "_ModScalar"], "Function[Mod[#, c]]"),
    scalar!(&["_equal_scalar", "_EqualScalar"], "Function[Boole[# == c]]"),
    scalar!(&["_not_equal_scalar", "_NotEqualScalar"], "Function[Boole[# != c]]"),
    scalar!(&["_greater_scalar", "_GreaterScalar"], "Function[Boole[# > c]]"),
    scalar!(&["_greater_equal_scalar", "_GreaterEqualScalar"], "Function[Boole[# >= c]]"),
    scalar!(&["_lesser_scalar", "_LesserScalar"], "Function[Boole[# < c]]"),
    scalar!(&["_lesser_equal_scalar", "_LesserEqualScalar"], "Function[Boole[# <= c]]"),
    binary!(&["elemwise_add", "_plus", "_Plus", "_add", "broadcast_add", "broadcast_plus", "_grad_add"], "Plus"),
    binary!(&["elemwise_sub", "_minus", "_Minus", "_sub", "broadcast_sub", "broadcast_minus"], "Subtract"),
    binary!(&["elemwise_mul", "_mul", "_Mul", "broadcast_mul"], "Times"),
    binary!(&["elemwise_div", "_div", "_Div", "broadcast_div"], "Divide"),
    binary!(&["_power", "_Power", "broadcast_power"], "Power"),
    binary!(&["_maximum", "_Maximum", "broadcast_maximum"], "Max"),
    binary!(&["_minimum", "_Minimum", "broadcast_minimum"], "Min"),
    binary!(&["_mod", "_Mod", "broadcast_mod"], "Mod"),
    binary!(&["_hypot", "broadcast_hypot"], "(Sqrt[#1^2 + #2^2] &)"),
    binary!(&["_equal", "_Equal", "broadcast_equal"], "(Boole[#1 == #2] &)"),
    binary!(&["_not_equal", "_Not_Equal", "broadcast_not_equal"], "(Boole[#1 != #2] &)"),
    binary!(&["_greater", "_Greater", "broadcast_greater"], "(Boole[#1 > #2] &)"),
    binary!(&["_greater_equal", "_Greater_Equal", "broadcast_greater_equal"], "(Boole[#1 >= #2] &)"),
    binary!(&["_lesser", "_Lesser", "broadcast_lesser"], "(Boole[#1 < #2] &)"),
    binary!(&["_lesser_equal", "_Lesser_Equal", "broadcast_lesser_equal"], "(Boole[#1 <= #2] &)"),
    Operator {
        names: &["add_n", "ElementWiseSum", "_sum"],
        inputs: SEVERAL,
        layer: "ThreadingLayer[Plus, \"InputPorts\" -> Length[shapes]]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
    Operator {
        names: &["where"],
        inputs: &[data("condition"), data("x"), data("y")],
        layer: "ThreadingLayer[Piecewise[{{#2, #1 != 0}}, #3] &, \"InputPorts\" -> 3]",
        batch: Batch::Kept,
        ..Operator::NEW
    },
];
