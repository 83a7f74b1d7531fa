//! `CompiledLayer`: a function of one array with declared types.

use crate::record::is;
use crate::{Layer, Parameter, ParameterType, Port, PortKind, Relation, Sample};

pub(super) const COMPILED: Layer = Layer {
    name: "CompiledLayer",
    usage: "CompiledLayer[f] applies a function of one array to its input. f is a Function of one argument, which may be declared as \
            Typed[x, type]; TypeSpecifier[\"NumericArray\"][\"Real64\", r] tells that the input has r levels. CompiledLayer[f, Automatic] is \
            the same: the gradient follows from f. CompiledLayer[f, None] has no gradient: NetPortGradient refuses nets with it. CompiledLayer[f, g] has the \
            gradient g[x, y, dy], where x is the input, y = f[x] the output and dy the gradient of the output; NetPortGradient uses it, \
            and programs of gradients are refused.",
    source: "y = f(x)",
    arguments: &[
        Parameter {
            name: "function",
            kind: ParameterType::Matching {
                form: "HoldPattern[Function[Except[_List | Typed[_List, _]]]] | HoldPattern[Function[_Symbol | Typed[_Symbol, _] | {_Symbol | Typed[_Symbol, _]}, _]]",
                expected: "a Function of one argument",
            },
            default: None,
        },
        Parameter {
            name: "gradient",
            kind: ParameterType::Stated {
                form: "Automatic | None | HoldPattern[Function[{_, _, _}, ___]] | HoldPattern[Function[Except[_List | _Symbol | _Typed]]]",
                expected: "Automatic (the gradient follows from the function), None (no gradient goes through it) or a function of \
                           the input, the output and the gradient of the output",
            },
            default: Some("Automatic"),
        },
    ],
    inputs: &[Port { shape: "{in___}", ..Port::INPUT }],
    outputs: &[Port { name: "Output", shape: "{out___}", kind: PortKind::Data, tex: "y" }],
    relations: &[
        Relation { variable: "f", value: "function /. Verbatim[Typed][x_, _] :> x" },
        Relation { variable: "g", value: "gradient /. Verbatim[Typed][x_, _] :> x" },
        Relation {
            variable: "declared",
            value: "Cases[function, TypeSpecifier[\"NumericArray\" | \"PackedArray\"][_, r_Integer] :> r, Infinity]",
        },
        Relation { variable: "in", value: "If[declared === {}, Automatic, ConstantArray[Automatic, First[declared]]]" },
        Relation { variable: "result", value: "f[ArraySymbol[\"Input\", in]]" },
        Relation { variable: "out", value: "Replace[TensorDimensions[result], Except[_List] -> Automatic]" },
    ],
    definition: &[is("Output", "If[MatchQ[gradient, _Function], Program`WithGradient[f, g, Input], f[Input]]")],
    examples: &[
        ("CompiledLayer[Function[x, Total[x^2]]][{a, b}]", "a^2 + b^2"),
        (
            "CompiledLayer[Function[Typed[x, TypeSpecifier[\"NumericArray\"][\"Real64\", 1]], Reverse[x]]][{{a, b}, {c, d}}]",
            "{{b, a}, {d, c}}",
        ),
        (
            "CompiledLayer[Function[x, Round[x]], Function[{x, y, dy}, dy]][{0.3, x}, NetPortGradient[\"Input\"]]",
            "{1, 1}",
        ),
    ],
    samples: &[
        Sample::of("CompiledLayer[f, \"Input\" -> {n, m}]").sizes(&["n", "m"]).choices(&[(
            "f",
            &[
                "Function[x, Transpose[x]]",
                "Function[{Typed[x, TypeSpecifier[\"NumericArray\"][\"Real64\", 2]]}, Tanh[x] . Transpose[x]]",
                "(Exp[-#^2] &)",
                "Function[x, Total[x]]",
            ],
        )]),
        Sample::of("CompiledLayer[Function[x, x^2 - 3 x], g, \"Input\" -> in]")
            .sizes(&["n"])
            .choices(&[("in", &["{}", "n"]), ("g", &["Automatic"])]),
    ],
    ..Layer::NEW
};
