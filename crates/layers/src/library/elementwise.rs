//! `ElementwiseLayer`: a function on every element.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Premise, Relation, Sample};

/// The text of the function that a name in the given parameter stands for.
///
/// The pieces are closed such that the derivative at a kink is that of PyTorch's function of the name: 0 at the ends of the
/// functions with bounds (where `Clip` has the slope inside), and the lower side's at 0.
macro_rules! named_function {
    ($parameter:literal) => {
        concat!(
            "Replace[",
            $parameter,
            r#", {
    "ReLU" | "RectifiedLinearUnit" -> Ramp,
    "ReLU6" -> (Piecewise[{{0, # <= 0}, {6, # >= 6}}, #] &),
    "LeakyReLU" -> (Piecewise[{{#, # > 0}}, #/100] &),
    {"LeakyReLU", a_} :> (Piecewise[{{#, # > 0}}, a #] &),
    "ELU" | "ExponentialLinearUnit" -> (Piecewise[{{#, # > 0}}, Exp[#] - 1] &),
    {"ELU" | "ExponentialLinearUnit", a_} :> (Piecewise[{{#, # > 0}}, a (Exp[#] - 1)] &),
    {"CELU", a_} :> (Piecewise[{{#, # > 0}}, a (Exp[#/a] - 1)] &),
    "SELU" | "ScaledExponentialLinearUnit" ->
        (Piecewise[{{1.0507009873554805 #, # > 0}}, 1.7580993408473768 (Exp[#] - 1)] &),
    "GELU" | "GaussianErrorLinearUnit" -> (# (1 + Erf[#/Sqrt[2]])/2 &),
    "GELUTanh" -> (# (1 + Tanh[Sqrt[2/Pi] (# + 0.044715 #^3)])/2 &),
    "Swish" | "SiLU" -> (# LogisticSigmoid[#] &),
    {"Swish" | "SiLU", b_} :> (# LogisticSigmoid[b #] &),
    "HardSwish" -> (Piecewise[{{0, # <= -3}, {#, # >= 3}}, # (# + 3)/6] &),
    "Mish" -> (# Tanh[Log[1 + Exp[#]]] &),
    "SoftSign" | "Softsign" -> (#/(1 + Abs[#]) &),
    "SoftPlus" | "Softplus" -> (Log[1 + Exp[#]] &),
    {"SoftPlus" | "Softplus", b_} :> (Log[1 + Exp[b #]]/b &),
    "HardTanh" -> (Piecewise[{{-1, # <= -1}, {1, # >= 1}}, #] &),
    {"HardTanh", low_, high_} :> (Piecewise[{{low, # <= low}, {high, # >= high}}, #] &),
    "HardSigmoid" -> (Piecewise[{{0, # <= -1}, {1, # >= 1}}, (# + 1)/2] &),
    {"HardSigmoid", a_, b_} :> (Piecewise[{{0, a # + b <= 0}, {1, a # + b >= 1}}, a # + b] &),
    "Sigmoid" -> LogisticSigmoid,
    "Tanh" -> Tanh,
    "LogSigmoid" -> (-Log[1 + Exp[-#]] &),
    "TanhShrink" -> (# - Tanh[#] &),
    {"HardShrink", a_} :> (Piecewise[{{#, Abs[#] > a}}, 0] &),
    {"SoftShrink", a_} :> (Piecewise[{{# - a, # > a}, {# + a, # < -a}}, 0] &),
    {"Threshold", a_, b_} :> (Piecewise[{{#, # > a}}, b] &)}]"#
        )
    };
}
pub(super) use named_function;

/// Rules by which a function means for numbers that are not known yet what it means for machine numbers: `Chop` compares, whether
/// numbers are exact or not.
macro_rules! on_any_numbers {
    () => {
        "{HoldPattern[Chop[x_]] :> Chop[x, 10^-10], HoldPattern[Chop[x_, bound_]] :> Piecewise[{{x, Abs[x] >= bound}}, 0]}"
    };
}
pub(super) use on_any_numbers;

/// The function on numbers that are not known yet. Truth values are the numbers 1 and 0.
const NUMERIC: &str = concat!(
    "With[{g = If[FreeQ[named, Chop], named, Replace[named, Chop -> (Chop[#] &)] //. ",
    on_any_numbers!(),
    "]}, If[Program`TruthQ[g[element]], Boole[g[#]] &, g]]"
);

/// The text of the function that a name in a parameter stands for, without exponentials that could be too large for machine
/// numbers; other functions are what a variable holds.
macro_rules! stable_function {
    ($parameter:literal, $variable:literal) => {
        concat!(
            "Replace[",
            $parameter,
            r#", {
    "SoftPlus" | "Softplus" -> (Max[#, 0] + Log[1 + Exp[-Abs[#]]] &),
    {"SoftPlus" | "Softplus", b_} :> (Max[#, 0] + Log[1 + Exp[-Abs[b #]]]/b &),
    "LogSigmoid" -> (Min[#, 0] - Log[1 + Exp[-Abs[#]]] &),
    _ :> "#,
            $variable,
            "}]"
        )
    };
}
pub(super) use stable_function;

/// The function, with those of names inside of it too.
const WITH_NAMES: &str = concat!(
    "If[StringQ[function] || ListQ[function], ",
    named_function!("function"),
    ", function /. name_String[argument_] :> With[{inner = ",
    named_function!("name"),
    "}, inner[argument] /; !StringQ[inner]]]"
);

pub(super) const ELEMENTWISE: Layer = Layer {
    name: "ElementwiseLayer",
    usage: "ElementwiseLayer[f] applies the function f to every element of an array. f is a function of the language such \
            as Tanh, a pure function such as Max[0, #] &, or one of the names \"ReLU\", \"ReLU6\", \"LeakyReLU\", \
            {\"LeakyReLU\", slope}, \"ELU\", {\"ELU\", a}, {\"CELU\", a}, \"SELU\", \"GELU\", \"GELUTanh\", \"Swish\" or \
            \"SiLU\", {\"Swish\", b}, \"HardSwish\", \"Mish\", \"SoftSign\", \"SoftPlus\", {\"SoftPlus\", b}, \"HardTanh\", \
            {\"HardTanh\", low, high}, \"HardSigmoid\", {\"HardSigmoid\", a, b} (a x + b between 0 and 1), \"Sigmoid\", \"Tanh\", \
            \"LogSigmoid\", \"TanhShrink\", {\"HardShrink\", a}, {\"SoftShrink\", a}, {\"Threshold\", a, value}.",
    source: "y = f(x), element by element",
    arguments: &[Parameter { name: "function", kind: ParameterType::Function, default: None }],
    premises: &[Premise::Arguments { of: "function", number: "1", each: "the element of its input" }],
    relations: &[
        Relation { variable: "named", value: WITH_NAMES },
        Relation { variable: "f", value: NUMERIC },
        Relation { variable: "stableFunction", value: stable_function!("function", "f") },
    ],
    requirements: &[
        requires(
            "FreeQ[named, _String[___]] && !StringQ[named] && !ListQ[named]",
            "there is no elementwise function `function`",
            "?ElementwiseLayer lists the names",
        ),
        requires(
            "!ListQ[named[element]]",
            "the function must give a number for a number, but gives a list",
            "For functions of whole arrays take FunctionLayer",
        ),
        requires(
            "FreeQ[named, RandomReal | RandomInteger | RandomVariate | RandomChoice] && named[element] === named[element]",
            "the function draws random numbers, which would be the same for all elements",
            "Let RandomArrayLayer draw them, and combine both by ThreadingLayer",
        ),
    ],
    definition: &[is("Output", "ArrayThread[f, {Input}, {All}]")],
    stable: &[is("Output", "ArrayThread[stableFunction, {Input}, {All}]")],
    examples: &[
        ("ElementwiseLayer[Tanh][{x, y}]", "{Tanh[x], Tanh[y]}"),
        ("ElementwiseLayer[#^2 + 1 &][{x, 2}]", "{1 + x^2, 5}"),
        ("ElementwiseLayer[\"ReLU\"][{x, -1}]", "{Ramp[x], 0}"),
        ("ElementwiseLayer[Negative][{x, -1, 2}]", "{Boole[Negative[x]], 1, 0}"),
        ("ElementwiseLayer[Chop[#, 1/10] &][{x, 1/20, 3}]", "{Piecewise[{{x, Abs[x] >= 1/10}}, 0], 0, 3}"),
        ("ElementwiseLayer[2 \"ReLU\"[#] + 1 &][{x, -1}]", "{1 + 2 Ramp[x], 1}"),
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
                "\"ReLU6\"",
                "\"LeakyReLU\"",
                "{\"LeakyReLU\", 1/5}",
                "{\"ELU\", 1/2}",
                "{\"CELU\", 2}",
                "\"GELUTanh\"",
                "\"SiLU\"",
                "{\"Swish\", 3/2}",
                "\"Softsign\"",
                "\"Softplus\"",
                "{\"SoftPlus\", 2}",
                "{\"HardTanh\", -1/2, 3/2}",
                "{\"HardSigmoid\", 1/6, 1/2}",
                "\"LogSigmoid\"",
                "\"TanhShrink\"",
                "{\"HardShrink\", 1/2}",
                "{\"SoftShrink\", 0.3}",
                "{\"Threshold\", 1/3, 7}",
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
