//! Activations, as layers and by the names that other layers mention.

use super::{Array, Layer, Mask, array};

const SLOPES: &[Array] = &[array("alpha")];

const fn activation(
    class: &'static str,
    attributes: &'static [(&'static str, &'static str)],
    layer: &'static str,
) -> Layer {
    Layer { class, attributes, layer, mask: Mask::Passed, ..Layer::NEW }
}

pub(super) const LAYERS: &[Layer] = &[
    activation("Activation", &[("activation", "")], "chain[{activationLayer[activation]}]"),
    activation("ELU", &[("alpha", "1.")], "ElementwiseLayer[{\"ELU\", alpha}]"),
    // The slope is called alpha, and is 0.3 unless given, in Keras 2.
    activation(
        "LeakyReLU",
        &[("negative_slope", "If[alpha === None, 0.3, alpha]"), ("alpha", "None")],
        "ElementwiseLayer[{\"LeakyReLU\", negativeSlope}]",
    ),
    Layer {
        arrays: SLOPES,
        ..activation(
            "PReLU",
            &[("shared_axes", "None")],
            "If[Dimensions[alpha] === shape, ParametricRampLayer[Range[Length[shape]], \"Slope\" -> alpha], \
             FunctionLayer[filled[Hold[Function[{input}, ArrayThread[Piecewise[{{#1, #1 > 0}}, #1 #2] &, {input, slopes}]]], \
             {slopes -> learned[alpha]}]]]",
        )
    },
    activation(
        "ReLU",
        &[("max_value", "None"), ("negative_slope", "0"), ("threshold", "0")],
        "With[{top = maxValue, slope = negativeSlope, low = threshold}, Which[\
         slope == 0 && low == 0 && top === None, ElementwiseLayer[Ramp], \
         slope == 0 && low == 0 && top == 6, ElementwiseLayer[\"ReLU6\"], \
         low == 0 && top === None, ElementwiseLayer[{\"LeakyReLU\", slope}], \
         top === None, ElementwiseLayer[Function[Piecewise[{{#, # > low}}, slope (# - low)]]], \
         True, ElementwiseLayer[Function[Piecewise[{{top, # >= top}, {#, # > low}}, slope (# - low)]]]]]",
    ),
    activation("ThresholdedReLU", &[("theta", "1.")], "ElementwiseLayer[{\"Threshold\", theta, 0}]"),
    Layer {
        mask: Mask::Taken("True"),
        ..activation(
            "Softmax",
            &[("axis", "-1")],
            "With[{at = levels[axis]}, Which[\
             First[masks], FunctionLayer[Function[{input, mask}, ArrayThread[Times, \
             {ArraySoftmax[ArrayThread[If[#2 > 1/2, #1, -10^9] &, {input, mask}], at], mask}]]], \
             Length[at] == 1, SoftmaxLayer[First[at]], \
             True, FunctionLayer[Function[{input}, ArraySoftmax[input, at]]]]]",
        )
    },
];

pub(super) const HELPERS: &[(&str, &str)] = &[
    // The functions of single numbers.
    (
        "activationFunction",
        "Function[{name}, Switch[name, \
         \"relu\", Ramp, \"relu6\", \"ReLU6\", \"leaky_relu\", {\"LeakyReLU\", 0.2}, \"elu\", \"ELU\", \"selu\", \"SELU\", \"celu\", {\"CELU\", 1}, \
         \"softplus\", \"SoftPlus\", \"softsign\", \"SoftSign\", \"soft_shrink\", {\"SoftShrink\", 0.5}, \"hard_shrink\", {\"HardShrink\", 0.5}, \
         \"tanh_shrink\", \"TanhShrink\", \"sparse_plus\", (Piecewise[{{0, # <= -1}, {(# + 1)^2/4, # < 1}}, #] &), \
         \"squareplus\", ((# + Sqrt[#^2 + 4])/2 &), \"silu\" | \"swish\", \"Swish\", \"gelu\", \"GELU\", \"tanh\", Tanh, \
         \"sigmoid\", LogisticSigmoid, \"sparse_sigmoid\", {\"HardSigmoid\", 1/2, 1/2}, \"exponential\", Exp, \
         \"hard_sigmoid\", If[version < 3, {\"HardSigmoid\", 0.2, 1/2}, {\"HardSigmoid\", 1/6, 1/2}], \
         \"hard_silu\" | \"hard_swish\", \"HardSwish\", \"hard_tanh\", \"HardTanh\", \"mish\", \"Mish\", \"log_sigmoid\", \"LogSigmoid\", _, None]]",
    ),
    // As Keras computes it, which takes the total of all sums in the place of the last one.
    (
        "sparsemax",
        "Function[{x}, With[{sorted = ReverseSort[x]}, \
         With[{sums = ArrayFold[Function[{s, e}, With[{t = First[s] + First[e]}, {{t}, {t}}]], {0}, {sorted}][[2, 1]]}, \
         With[{inside = ArrayThread[Boole[1 + #1 #2 > #3] &, {Range[First[Dimensions[x]]], sorted, sums}]}, \
         ArrayThread[Max[#1 - #2, 0] &, {x, (Total[inside sums] - 1)/Total[inside]}, {All, {}}]]]]]",
    ),
    // An activation by its name, None where it changes nothing, or the layer that it is.
    (
        "activationLayer",
        "Function[{name}, Which[name === None || name === \"linear\", None, !StringQ[name], name, \
         name === \"softmax\", SoftmaxLayer[], \
         name === \"log_softmax\", FunctionLayer[Function[{input}, ArrayThread[Subtract, {input, ArrayLogSumExp[input, -1]}]]], \
         name === \"glu\", GatedLinearUnitLayer[], \
         name === \"sparsemax\", mapped[FunctionLayer[Function[{input}, sparsemax[input]]], Length[shape] - 1], \
         True, With[{function = activationFunction[name]}, \
         If[function === None, refused[StringJoin[\"the activation \", name, \" is not supported\"]], ElementwiseLayer[function]]]]]",
    ),
    // The function of single numbers that an activation is, if it is one.
    (
        "functionOf",
        "Function[{name}, Which[name === None || name === \"linear\", Identity, StringQ[name], activationFunction[name], True, None]]",
    ),
    // The layer, or the function that changes nothing.
    ("activating", "Function[{name}, With[{layer = activationLayer[name]}, If[layer === None, Identity, layer]]]"),
];
