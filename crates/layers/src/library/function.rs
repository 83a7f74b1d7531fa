//! `FunctionLayer`: any function of arrays.

use super::threading::POSITIONAL;
use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample, Several};

pub(super) const FUNCTION: Layer = Layer {
    name: "FunctionLayer",
    usage: "FunctionLayer[f] applies a function of arrays, written in the language: FunctionLayer[f][x] is f[x]. A function \
            with named slots such as #Weights . #Data & has an input for each of them; Function[{a, b}, ...] has the \
            inputs \"a\" and \"b\". What comes out must be an array or a number.",
    source: "y = f(x1, x2, ...)",
    arguments: &[Parameter { name: "function", kind: ParameterType::Function, default: None }],
    inputs: &[Port {
        name: "Inputs",
        shape: "{in___}",
        kind: PortKind::Several(Several { names: NAMES, base: "Input", own: "in", states: false }),
        tex: "x",
    }],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "f", value: POSITIONAL },
        // The shape is that of the function of array symbols.
        Relation { variable: "result", value: "f @@ MapIndexed[ArraySymbol[{\"Input\", #2}, #1] &, in]" },
        Relation { variable: "out", value: "Replace[TensorDimensions[result], Except[_List] -> Automatic]" },
    ],
    definition: &[is("Output", "f @@ Inputs")],
    examples: &[
        ("FunctionLayer[Total][{{a, b}, {c, d}}]", "{a + c, b + d}"),
        ("FunctionLayer[#a . #b + 1 &][<|\"a\" -> {{1, 2}}, \"b\" -> {x, y}|>]", "{1 + x + 2 y}"),
        (
            "FunctionLayer[Function[{u, v}, Sqrt[Total[(u - v)^2]]]][<|\"u\" -> {a, b}, \"v\" -> {c, d}|>]",
            "Sqrt[(a - c)^2 + (b - d)^2]",
        ),
    ],
    samples: &[
        Sample::of("FunctionLayer[f, \"Input\" -> {n, m}]").sizes(&["n", "m"]).choices(&[(
            "f",
            &[
                "Total",
                "Transpose",
                "Tanh",
                "(Map[Total, #] &)",
                "(# . Transpose[#] &)",
                "(Exp[#]/Total[Exp[#]] &)",
                "Reverse",
                "First",
                "(FoldList[#1 + Tanh[#2] &, #] &)",
                "(#^2 - 3 # &)",
                "(Mean[#] + 1 &)",
            ],
        )]),
        Sample::of("FunctionLayer[#a . #b + Tanh[#c] &, \"a\" -> {n, m}, \"b\" -> m, \"c\" -> n]").sizes(&["n", "m"]),
        Sample::of("FunctionLayer[Function[{x, y}, x y], \"x\" -> n, \"y\" -> n]").sizes(&["n"]),
    ],
    ..Layer::NEW
};

/// The names of parameters or slots; one input if there are none.
const NAMES: &str = "Replace[
    If[MatchQ[function, Function[_List, _]], Map[SymbolName, function[[1]]],
        DeleteDuplicates[Cases[function, Slot[s_String] :> s, Infinity]]],
    {} -> {\"Input\"}]";
