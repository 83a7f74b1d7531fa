//! `ElementwiseLayer`: a function on every element.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Relation, Sample};

pub(super) const ELEMENTWISE: Layer = Layer {
    name: "ElementwiseLayer",
    usage: "ElementwiseLayer[f] applies the function f to every element of an array. f is a function \
            of the language such as Tanh, a pure function such as Max[0, #] &, or one of the names \
            \"ReLU\", \"ELU\", \"SELU\", \"GELU\", \"Swish\", \"HardSwish\", \"Mish\", \"SoftSign\", \
            \"SoftPlus\", \"HardTanh\", \"HardSigmoid\", \"Sigmoid\".",
    source: "y = f(x), element by element",
    arguments: &[Parameter { name: "function", kind: ParameterType::Function, default: None }],
    relations: &[Relation { variable: "f", value: NAMED_FUNCTIONS }],
    requirements: &[
        ("!StringQ[f]", "there is no elementwise function of this name; ?ElementwiseLayer lists the names"),
        ("!ListQ[f[element]]", "the function gives a list for a number; it must give a number"),
    ],
    definition: &[is("Output", "ArrayThread[f, {Input}, {All}]")],
    examples: &[
        ("ElementwiseLayer[Tanh][{x, y}]", "{Tanh[x], Tanh[y]}"),
        ("ElementwiseLayer[#^2 + 1 &][{x, 2}]", "{1 + x^2, 5}"),
        ("ElementwiseLayer[\"ReLU\"][{x, -1}]", "{Ramp[x], 0}"),
    ],
    samples: &[
        Sample::of("ElementwiseLayer[f, \"Input\" -> {n, m}]").sizes(&["n"]).counts(&["m"]).choices(&[(
            "f",
            &[
                "\"ReLU\"",
                "\"RectifiedLinearUnit\"",
                "\"ELU\"",
                "\"ExponentialLinearUnit\"",
                "\"SELU\"",
                "\"ScaledExponentialLinearUnit\"",
                "\"GELU\"",
                "\"GaussianErrorLinearUnit\"",
                "\"Swish\"",
                "\"HardSwish\"",
                "\"Mish\"",
                "\"SoftSign\"",
                "\"SoftPlus\"",
                "\"HardTanh\"",
                "\"HardSigmoid\"",
                "\"Sigmoid\"",
            ],
        )]),
        Sample::of("ElementwiseLayer[f, \"Input\" -> in]").counts(&["n", "m"]).choices(&[
            (
                "f",
                &[
                    "Tanh",
                    "LogisticSigmoid",
                    "Ramp",
                    "Abs",
                    "Clip",
                    "(#^2 - # &)",
                    "(Max[0, #, #/2 - 1] &)",
                    "(Min[#, 1] + Sin[#] &)",
                    "(Clip[#, {-3/2, 1/2}, {-2, 1}] &)",
                    "(If[# > 0, #, #/10] &)",
                    "(Which[# > 1, 1, # < -1, -1, True, #^3] &)",
                    "(Piecewise[{{#, # > 1/3}, {0, # < -1/3}}, #^2] &)",
                    "(Boole[# > 0] # &)",
                    "(Sign[#] Sqrt[1 + #^2] &)",
                    "Function[x, Exp[-x^2]]",
                    "(7 &)",
                ],
            ),
            ("in", &["n", "{}", "{n, m, 2}"]),
        ]),
    ],
    ..Layer::NEW
};

/// The functions that have names of their own in nets.
const NAMED_FUNCTIONS: &str = "Replace[function, {
    \"ReLU\" | \"RectifiedLinearUnit\" -> Ramp,
    \"ELU\" | \"ExponentialLinearUnit\" -> (Piecewise[{{#, # >= 0}}, Exp[#] - 1] &),
    \"SELU\" | \"ScaledExponentialLinearUnit\" ->
        (Piecewise[{{1.0507009873554804934 #, # >= 0}}, 1.7580993408473768599 (Exp[#] - 1)] &),
    \"GELU\" | \"GaussianErrorLinearUnit\" -> (# (1 + Erf[#/Sqrt[2]])/2 &),
    \"Swish\" -> (# LogisticSigmoid[#] &),
    \"HardSwish\" -> (# Min[Max[# + 3, 0], 6]/6 &),
    \"Mish\" -> (# Tanh[Log[1 + Exp[#]]] &),
    \"SoftSign\" -> (#/(1 + Abs[#]) &),
    \"SoftPlus\" -> (Log[1 + Exp[#]] &),
    \"HardTanh\" -> (Clip[#, {-1, 1}] &),
    \"HardSigmoid\" -> (Clip[(# + 1)/2, {0, 1}] &),
    \"Sigmoid\" -> LogisticSigmoid}]";
