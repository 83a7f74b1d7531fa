//! `ReshapeLayer`: the same elements in other dimensions.

use crate::record::is;
use crate::requirement::requires;
use crate::{Layer, Parameter, ParameterType, Port, Relation, Sample};

pub(super) const RESHAPE: Layer = Layer {
    name: "ReshapeLayer",
    usage: "ReshapeLayer[{n1, n2, ...}] arranges the elements of an array, in row-major order, in an array of dimensions \
            n1, n2, .... One of them may be Automatic: what remains. Inherited stands for the dimension of the input at \
            the same level. ReshapeLayer[{}] makes a number of an array with a single element.",
    source: "y = ArrayReshape[x, {n1, n2, ...}]",
    arguments: &[Parameter {
        name: "dimensions",
        kind: ParameterType::Matching {
            form: "{(Automatic | Inherited | Except[_List | _String | _Rational | _Real | _Complex | None | All | _Integer?Negative])...} | \
                   _Integer?NonNegative",
            expected: "a list of sizes, in which Automatic and Inherited may stand",
        },
        default: None,
    }],
    outputs: &[Port { shape: "{out___}", ..Port::OUTPUT }],
    relations: &[Relation {
        variable: "out",
        value: "(# /. Automatic -> Times @@ in/Times @@ DeleteCases[#, Automatic]) &[
            MapIndexed[If[#1 === Inherited, in[[First[#2]]], #1] &, Flatten[{dimensions}]]]",
    }],
    requirements: &[
        requires(
            "Count[dimensions, Automatic] <= 1",
            "only one dimension can be Automatic, but `Count[dimensions, Automatic]` are",
            "Give numbers for the others",
        ),
        requires(
            "FreeQ[out, _Rational]",
            "the input has `Times @@ in` elements, which the given dimensions do not divide: `dimensions`",
            "Change the dimensions, or the input",
        ),
        requires(
            "Times @@ out == Times @@ in",
            "input and output must have the same number of elements, but have `Times @@ in` and `Times @@ out`",
            "Change the dimensions, or make one of them Automatic",
        ),
    ],
    definition: &[is("Output", "ArrayReshape[Input, out]")],
    examples: &[
        ("ReshapeLayer[{2, 3}][{a, b, c, d, e, f}]", "{{a, b, c}, {d, e, f}}"),
        ("ReshapeLayer[{Inherited, Automatic}][{{{a, b}}, {{c, d}}}]", "{{a, b}, {c, d}}"),
    ],
    samples: &[
        Sample::of("ReshapeLayer[dims, \"Input\" -> {n, m, k}]").sizes(&["n", "m", "k"]).choices(&[(
            "dims",
            &[
                "{n m k}",
                "{Automatic}",
                "{k, n, m}",
                "{n, Automatic}",
                "{Automatic, k, 1}",
                "{Inherited, k, m}",
                "{Inherited, Inherited, k}",
                "{Inherited, Automatic, Inherited}",
                "{1, n, m, 1, k}",
            ],
        )]),
        Sample::of("ReshapeLayer[dims, \"Input\" -> in]")
            .choices(&[("dims", &["{}", "{1, 1}", "1"]), ("in", &["{}", "1", "{1, 1}"])]),
        Sample::of("ReshapeLayer[{k, n}, \"Input\" -> {n, k}]").sizes(&["n"]).counts(&["k"]),
    ],
    ..Layer::NEW
};
